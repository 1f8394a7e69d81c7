"""What ``check`` and ``inspect`` both do first: read the source, and open the finished files again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

import click

from triptych.checks.record import schema_path, validated_record
from triptych.checks.reopening import (
    Reopened,
    look_as_printers_do,
    look_at_slides,
    look_closely,
    reopen_all,
    validated,
    validators_for,
)
from triptych.checks.texts import TEXTS, FileText
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.garbage_collection import no_collector
from triptych.engine.processes.pool import Named, WorkerLost
from triptych.engine.processes.workers import workers
from triptych.model.book import Book
from triptych.press import read, redone
from triptych.project import BUILD_FOLDER, Project
from triptych.settings.reading import read_manifest

if TYPE_CHECKING:
    from triptych.checks.deck.examination import Examination as DeckExamination
    from triptych.checks.found import Found
    from triptych.checks.pdf.examination import Examination
    from triptych.checks.pdf.preflight.demands import Demands
    from triptych.settings.manifest import Manifest

P = ParamSpec("P")
T = TypeVar("T")


class Progress(Protocol):
    """Hears what is being looked at."""

    def begin(self, what: str) -> None:
        """It is looked at, or soon will be."""

    def end(self, what: str) -> None:
        """It has been."""


@dataclass(frozen=True, slots=True)
class Closer:
    """What a close look at the files found.

    ``pdf`` is None where there is no PDF, ``deck`` where there is no deck. ``validators`` are the names of
    those that looked at the e-book, None where there is none that can be opened. ``press`` is what a printer
    would find in the PDF and its cover, None where nobody asked or there is none; ``record`` is what the
    schema finds in the record for shops, where it is installed.
    """

    pdf: Examination | None
    epub: tuple[Found, ...]
    validators: tuple[str, ...] | None
    deck: DeckExamination | None
    press: tuple[Found, ...] | None = None
    record: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """The book, None where it cannot be read, what was found in its source, and its files by output.

    ``closer`` is None where nobody asked for a close look. ``whole`` are the outputs that show the book, and
    not only its slides.
    """

    book: Book | None
    found: list[Diagnostic]
    files: Mapping[str, Reopened]
    closer: Closer | None = None
    whole: frozenset[str] = frozenset()

    @property
    def texts(self) -> dict[str, FileText]:
        """What the files say that could be opened, and that show the book."""
        return {
            name: text for name, (_, text) in self.files.items() if text is not None and name in self.whole
        }


def examine(
    project: Project,
    profiles: tuple[str, ...],
    jobs: int,
    cache: Path,
    *,
    closely: Progress | None = None,
    as_printers: bool = False,
) -> Examined:
    """Read a project and its files, these in other processes where there may be some.

    A close look takes seconds, and tells its progress; with one the PDF and its cover may be looked at
    ``as_printers`` do.
    """
    build = project.root / BUILD_FOLDER
    manifest, _, _ = read_manifest(project, profiles)
    paths = {str(name): build / manifest.file_name(name) for name in manifest.formats} if manifest else {}
    with no_collector(), _losses_told(), workers(jobs) as executor:
        printed = _printed(manifest, build) if as_printers and manifest else {}
        closer = _look_closely(paths, printed, executor, closely) if closely is not None else None
        opened = reopen_all(paths, executor)
        store = Cache(cache)
        _, book, found = read(project, store, profiles)
        files = {name: future.result() for name, future in opened.items()}
        whole = frozenset(paths) & TEXTS.keys() - ({"pdf"} if manifest and manifest.is_handout else set())
        looked = closer() if closer else None
        return Examined(book, [*redone(executor), *store.findings(), *found], files, looked, whole)


@contextmanager
def _losses_told() -> Iterator[None]:
    """Have a file that costs one process after the other told as an error."""
    try:
        yield
    except WorkerLost as lost:
        raise click.ClickException(f"worker processes repeatedly failed while checking {lost}") from None


def _printed(manifest: Manifest, build: Path) -> dict[Path, Demands]:
    """The files for a printer that are there, each with what is asked of it."""
    from triptych.checks.pdf.preflight.demands import for_pages, for_wrap

    options = manifest.format.pdf
    if options is None:
        return {}
    asked = {build / manifest.file_name("pdf"): for_pages(options)}
    if manifest.is_wrapped:
        asked[build / manifest.wrap_name()] = for_wrap(options)
    return {path: demands for path, demands in asked.items() if path.is_file()}


def _look_closely(
    paths: Mapping[str, Path], printed: Mapping[Path, Demands], executor: Executor, progress: Progress
) -> Callable[[], Closer]:
    """Begin what takes longest first; what is called later waits for it."""
    pdf, epub, deck = (paths.get(name) for name in ("pdf", "epub", "pptx"))

    def begun(what: str, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        progress.begin(what)
        future = executor.submit(Named(what, job), *args, **kwargs)
        future.add_done_callback(lambda _: progress.end(what))
        return future

    validators: tuple[str, ...] | None = None
    reports: list[Future[tuple[Found, ...]]] = []
    if epub is not None and (validators := validators_for(epub)):
        reports = [begun(f"the EPUB with {name}", validated, name, epub) for name in validators]
    looked = begun("the PDF", look_closely, pdf) if pdf is not None and pdf.is_file() else None
    slides = begun("the deck", look_at_slides, deck) if deck is not None and deck.is_file() else None
    flights = [
        begun(f"the {demands.file} for print", look_as_printers_do, path, demands)
        for path, demands in printed.items()
    ]
    record, schema = paths.get("onix"), schema_path()
    told = None
    if record is not None and record.is_file() and schema is not None:
        told = begun("the ONIX record", validated_record, record, schema)
    return lambda: Closer(
        pdf=looked.result() if looked else None,
        epub=tuple(finding for report in reports for finding in report.result()),
        validators=validators,
        deck=slides.result() if slides else None,
        press=tuple(finding for flight in flights for finding in flight.result()) if flights else None,
        record=tuple(told.result()) if told else (),
    )
