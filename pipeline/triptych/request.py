"""What a build is asked for, and what comes of it. Commands import it before they know whether they build."""

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

Progress: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a user asks a build for.

    ``formats`` None means those of the manifest, ``talk`` "" the whole book. ``jobs`` is the number of
    processes, 0 for one per processor; ``explained`` asks which steps ran. The journal is kept in the folder
    of records, by default that of the cache, behind which there may be the address of a shared one. A build
    that does not publish does everything else. One that previews writes each output at once, without pages of
    the PDF, and again when these are known.
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
    explained: bool = False
    publishes: bool = True
    previews: bool = False

    def list_options(self, *, trusted: bool) -> list[str]:
        """Return the options that decide what a build writes, for the key of its record."""
        formats, profiles = ",".join(self.formats or ()), ",".join(self.profiles)
        switches = [f"strict={self.strict}", f"trusted={trusted}"]
        return [str(self.output_folder), formats, *switches, profiles, self.talk]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of a build: the files that were published, none if there are errors."""

    diagnostics: list[Diagnostic]
    outputs: Mapping[OutputFormat, Path] = field(default_factory=dict)
    wrap: Path | None = None
    """The cover of the printed book, if it is a file of its own."""
    digests: Mapping[Path, str] = field(default_factory=dict)
    """The SHA-256 of each file as it was published: another build may have replaced it since."""
    book: Book | None = field(default=None, repr=False)
    """The resolved book; None if it could not be read."""
    steps: tuple[JournalEntry, ...] = ()
    """The cached steps that the build asked for, if they were to be explained."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files that were published."""
        return (*self.outputs.values(), *((self.wrap,) if self.wrap else ()))

    @property
    def ok(self) -> bool:
        """Whether outputs were published."""
        return bool(self.outputs)
