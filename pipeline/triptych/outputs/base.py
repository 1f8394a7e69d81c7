"""Define the interface of an output format."""

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
    """Do nothing with the pages of a PDF."""


@dataclass(frozen=True, slots=True)
class WritingJob:
    """The input of a writer.

    ``printed`` has the page numbers of the PDF, and is empty if no PDF is built. The writer of the PDF calls
    ``announce`` with the pages as soon as they are laid out.
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
    """A written output: its bytes, which are empty if there are errors, findings, and the book it shows.

    ``strays`` has the objects that overflow their pages, by page index.
    """

    data: bytes
    found: list[Diagnostic]
    book: Book
    strays: Mapping[int, tuple[LayoutDefect, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SlowCheck:
    """A check of ``triptych check`` that takes seconds. ``subject`` names it in progress reports.

    The function and its arguments must be picklable.
    """

    subject: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SourceTrace:
    """The source, in which findings about an output are located.

    ``rows`` is the parity report, empty if the source has errors. ``lost`` has the positions of content that
    is missing from outputs. ``read`` returns the bytes of a file of the project.
    """

    book: Book
    manifest: Manifest
    rows: Sequence[ParityRow]
    lost: Sequence[Span | None]
    read: Callable[[str], bytes]


class Output(ABC):
    """An output format. Methods import libraries when they are called, so that this module loads fast.

    ``modules`` are imported in advance by the process that will write the output.
    """

    name: ClassVar[OutputFormat]
    modules: ClassVar[tuple[str, ...]] = ()

    @property
    def format(self) -> Format:
        """Return the names and properties of the format."""
        return FORMATS[self.name]

    def contains_book(self, manifest: Manifest) -> bool:
        """Return whether the output contains the whole book, so that it can be compared with the source."""
        return not self.format.record

    # --- Before writing -----------------------------------------------------------------------------

    def needs_pages(self, book: Book, manifest: Manifest) -> bool:
        """Return whether the output contains page numbers of the PDF."""
        return not self.format.record and needs_pages(book, self.name)

    def select_pages(self, book: Book, printed: PrintInfo, memory: Memory = NO_MEMORY) -> PrintInfo:
        """Return the part of ``printed`` that the output uses. If it changes, the output is written again."""
        return printed

    def draws_formulas(self, manifest: Manifest) -> bool:
        """Return whether formulas are drawn, which requires the formula renderer."""
        return False

    def load(self) -> None:
        """Import the modules that write the output."""
        for module in self.modules:
            import_module(module)

    def load_in_worker(self, cache: Cache) -> None:
        """Import the modules that a worker process needs for parts of the output."""
        self.load()

    def is_first(self, cache: Cache) -> bool:
        """Return whether no earlier build is cached, so that workers should load modules early."""
        return False

    def prepare(self, job: WritingJob) -> None:
        """Cache parts of the output that do not depend on the text, such as resized images."""
        return None

    # --- Writing, and what each build checks --------------------------------------------------------

    @abstractmethod
    def write(self, job: WritingJob) -> Written:
        """Write the output."""

    def write_cover(self, job: WritingJob, data: bytes) -> Written | None:
        """Write the cover of a finished output as a separate file, None unless the manifest requests it."""
        return None

    def guard(self, written: Written, executor: Executor, cache: Cache) -> list[Diagnostic]:
        """Report content of the book that is missing from a finished output or misplaced in it."""
        from triptych.checks.guards.content import find_missing_pieces

        text = self.text(written.data, cache.memory)
        return list(find_missing_pieces(written.book, self.name, text, cache.memory)) if text else []

    @abstractmethod
    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Report damage of a finished output, and violations of the rules that each build enforces."""

    def place_findings(
        self, found: list[Diagnostic], manifest: Manifest, read: Callable[[str], bytes]
    ) -> list[Diagnostic]:
        """Locate the findings of ``check`` in the source. ``read`` returns the bytes of a project file."""
        return found

    # --- Reading a finished output ------------------------------------------------------------------

    def text(self, data: bytes, memory: Memory = NO_MEMORY) -> FileText | None:
        """Return the text of a finished output, None for metadata records."""
        return None

    def count(self, data: bytes) -> Mapping[str, int]:
        """Return the number of ``pages``, ``slides`` or ``words`` of a finished output."""
        return {}

    # --- ``triptych check`` -------------------------------------------------------------------------

    def slow_checks(self, path: Path) -> Sequence[SlowCheck]:
        """Return the checks that are too slow for each build."""
        return ()

    def preflight_checks(self, folder: Path, manifest: Manifest) -> Sequence[SlowCheck]:
        """Return the print checks for the files that have been built."""
        return ()

    def report(self, results: Sequence[Any], source: SourceTrace) -> list[Diagnostic]:
        """Return the findings of slow checks, located in the source."""
        return []

    def notes(self, path: Path, results: Sequence[Any]) -> list[str]:
        """Return notes on the slow checks, such as a validator that is not installed."""
        return []
