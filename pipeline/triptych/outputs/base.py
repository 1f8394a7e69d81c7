"""The interface of an output format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import FORMATS, Format, OutputFormat
from triptych.model.book import Book
from triptych.model.layout_defects import LayoutDefect
from triptych.passes.conditions import select_for_output
from triptych.passes.pages import Announce, PrintInfo, needs_pages, redirect_to_pages
from triptych.settings.manifest import Manifest

if TYPE_CHECKING:
    from triptych.checks.parity import ParityRow
    from triptych.checks.texts import FileText

NOT_PRINTED = PrintInfo()


def ignore_pages(printed: PrintInfo) -> None:
    """Do nothing: no other output needs the pages of this PDF."""


@dataclass(frozen=True, slots=True)
class WritingJob:
    """The input of a writer.

    ``printed`` is what an output may know of the PDF, empty if none is built. The writer of the PDF passes
    its pages to ``announce`` as soon as they are set.
    """

    book: Book
    manifest: Manifest
    context: BuildContext
    printed: PrintInfo = NOT_PRINTED
    announce: Announce = ignore_pages

    def book_for(self, name: OutputFormat) -> Book:
        """Return the book as an output shows it, without references to content that the output omits."""
        memory = self.context.memory
        book = select_for_output(self.book, name, memory)
        return redirect_to_pages(book, self.context.labels, name, self.printed.pages, memory)


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes of an output, empty if there are errors; findings; the book as the output shows it.

    ``strays`` are the objects that the writer could not keep in place, by page index.
    """

    data: bytes
    found: list[Diagnostic]
    book: Book
    strays: Mapping[int, tuple[LayoutDefect, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SlowCheck:
    """A check that takes seconds, for ``triptych check``: a picklable call, and the subject for progress."""

    subject: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SourceTrace:
    """The source that findings in a finished file are traced back to.

    ``rows`` is the parity report, empty if the source has errors; ``lost`` are the places of content that is
    missing from the file. ``read`` reads a file of the project.
    """

    book: Book
    manifest: Manifest
    rows: Sequence[ParityRow]
    lost: Sequence[Span | None]
    read: Callable[[str], bytes]


class Output(ABC):
    """An output format. Methods import their libraries when they are called: the registry must load fast.

    ``modules`` are imported in advance by the process that will write the output.
    """

    name: ClassVar[OutputFormat]
    modules: ClassVar[tuple[str, ...]] = ()

    @property
    def format(self) -> Format:
        """Return the names and traits of the format."""
        return FORMATS[self.name]

    def contains_book(self, manifest: Manifest) -> bool:
        """Whether the output shows the book, so that its text can be compared with the source."""
        return not self.format.record

    # --- Before writing -----------------------------------------------------------------------------

    def needs_pages(self, book: Book, manifest: Manifest) -> bool:
        """Whether the output can only be written after the pages of the PDF are known."""
        return not self.format.record and needs_pages(book, self.name)

    def select_pages(self, book: Book, printed: PrintInfo, memory: Memory = NO_MEMORY) -> PrintInfo:
        """Return what the output uses of the pages: whenever that changes, it is written again."""
        return printed

    def draws_formulas(self, manifest: Manifest) -> bool:
        """Whether formulas are drawn, which needs the formula renderer."""
        return False

    def load(self) -> None:
        """Import what writes the output."""
        for module in self.modules:
            import_module(module)

    def load_in_worker(self, cache: Cache) -> None:
        """Load what a worker process needs to take part in writing the output."""
        self.load()

    def is_first(self, cache: Cache) -> bool:
        """Whether the cache holds nothing of an earlier build, so that workers are worth loading early."""
        return False

    def prepare(self, job: WritingJob) -> None:
        """Put into the cache what does not depend on the text, such as resized images."""
        return None

    # --- Writing, and what each build checks --------------------------------------------------------

    @abstractmethod
    def write(self, job: WritingJob) -> Written:
        """Write the output."""

    def write_cover(self, job: WritingJob, data: bytes) -> Written | None:
        """Write the cover as a file of its own, for the finished output, if the manifest requests one."""
        return None

    def guard(self, written: Written, executor: Executor, cache: Cache) -> list[Diagnostic]:
        """Compare a finished output with the book: no content may be lost or misplaced."""
        from triptych.checks.guards.content import find_missing_pieces

        text = self.text(written.data, cache.memory)
        return list(find_missing_pieces(written.book, self.name, text, cache.memory)) if text else []

    @abstractmethod
    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Check the bytes of a finished output: damage, and the rules that each build enforces."""

    def place_findings(
        self, found: list[Diagnostic], manifest: Manifest, read: Callable[[str], bytes]
    ) -> list[Diagnostic]:
        """Point the findings of ``check`` to the source. ``read`` reads a file of the project."""
        return found

    # --- Reading a finished output ------------------------------------------------------------------

    def text(self, data: bytes, memory: Memory = NO_MEMORY) -> FileText | None:
        """Extract the text of a finished output; None for metadata records."""
        return None

    def count(self, data: bytes) -> Mapping[str, int]:
        """Return the size of a finished output as readers know it: ``pages``, ``slides`` or ``words``."""
        return {}

    # --- ``triptych check`` -------------------------------------------------------------------------

    def slow_checks(self, path: Path) -> Sequence[SlowCheck]:
        """Return the checks that are too slow for each build."""
        return ()

    def preflight_checks(self, folder: Path, manifest: Manifest) -> Sequence[SlowCheck]:
        """Return the checks of a printer for the files that have been built."""
        return ()

    def report(self, results: Sequence[Any], source: SourceTrace) -> list[Diagnostic]:
        """Return what slow checks found, each at its place in the source."""
        return []

    def notes(self, path: Path, results: Sequence[Any]) -> list[str]:
        """Return remarks on the slow checks that are not findings, such as a validator that is missing."""
        return []
