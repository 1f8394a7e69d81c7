"""Define the options and the result of a build.

Commands import this module before they know whether a build is needed, so it has few imports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.formats import OutputFormat

if TYPE_CHECKING:
    from triptych.engine.store.journal import JournalEntry
    from triptych.model.book import Book
    from triptych.project import Project

Progress: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """The options of a build.

    ``formats`` are the output formats, or None for those in the manifest. If ``talk`` names a talk, slides
    show only the chapters of that talk. ``jobs`` is the number of processes, or 0 for one per processor.
    ``records_folder`` is the folder of the build's journal, by default the cache folder. ``cache_address`` is
    the URL of a shared cache.

    If ``lists_steps`` is true, the outcome lists the steps that ran. If ``publishes`` is False, all steps run
    but no file is published. If ``previews`` is true, each output is first written without the page numbers
    of the PDF, and rewritten with them later.
    """

    output_folder: Path
    formats: tuple[OutputFormat, ...] | None = None
    cache_folder: Path | None = None
    cache_address: str = ""
    records_folder: Path | None = None
    strict: bool = False
    jobs: int = 1
    profiles: tuple[str, ...] = ()
    talk: str = ""
    lists_steps: bool = False
    publishes: bool = True
    previews: bool = False

    def list_options(self, project: Project) -> list[str]:
        """Return the options that affect the outputs of a project, for the build's key."""
        formats, profiles = ",".join(self.formats or ()), ",".join(self.profiles)
        switches = [f"strict={self.strict}", *project.list_permissions()]
        return [str(self.output_folder), formats, *switches, profiles, self.talk]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOutcome:
    """The findings of a build, and the paths of the files that it published, if any."""

    diagnostics: list[Diagnostic]
    outputs: Mapping[OutputFormat, Path] = field(default_factory=dict)
    cover: Path | None = None
    """The cover of the printed book, if it is a separate file."""
    digests: Mapping[Path, str] = field(default_factory=dict)
    """The SHA-256 of each file when it was published. A later build may have replaced the file."""
    book: Book | None = field(default=None, repr=False)
    """The resolved book; None if it could not be read."""
    steps: tuple[JournalEntry, ...] = ()
    """The cached steps requested by the build, if ``BuildRequest.lists_steps`` is true."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths of all published files."""
        return (*self.outputs.values(), *((self.cover,) if self.cover else ()))

    @property
    def has_outputs(self) -> bool:
        """Whether any output was published."""
        return bool(self.outputs)
