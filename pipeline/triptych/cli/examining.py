"""What ``check`` and ``inspect`` both do first: read the source, and open the finished files again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triptych.checks.reopening import Reopened, look_closely, reopen_all
from triptych.checks.texts import FileText
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.collector import no_collector
from triptych.engine.workers import workers
from triptych.manifest import read_manifest
from triptych.model.book import Book
from triptych.press import read
from triptych.project import BUILD_FOLDER, Project

if TYPE_CHECKING:
    from triptych.checks.pdf.examination import Examination


@dataclass(frozen=True, slots=True)
class Examined:
    """The book, None where it cannot be read, what was found in its source, and its files by output.

    ``pdf`` is what a close look at the PDF found, None where nobody asked for it or there is no PDF.
    """

    book: Book | None
    found: list[Diagnostic]
    files: Mapping[str, Reopened]
    pdf: Examination | None = None

    @property
    def texts(self) -> dict[str, FileText]:
        """What the files say that are whole."""
        return {name: text for name, (_, text) in self.files.items() if text is not None}


def examine(project: Project, profiles: tuple[str, ...], jobs: int, *, closely: bool = False) -> Examined:
    """Read a project and its files, these in other processes where there may be some."""
    build = project.root / BUILD_FOLDER
    manifest, _, _ = read_manifest(project, profiles)
    paths = {str(name): build / f"{manifest.stem}.{name}" for name in manifest.formats} if manifest else {}
    with no_collector(), workers(jobs) as executor:
        looked = look_closely(paths.get("pdf"), executor) if closely else None
        opened = reopen_all(paths, executor)
        _, book, found = read(project, Cache(build / ".cache"), profiles)
        files = {name: future.result() for name, future in opened.items()}
        return Examined(book, found, files, looked.result() if looked else None)
