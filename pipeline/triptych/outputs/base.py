"""Define the interface of output formats, and the data that they exchange with the build."""

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
from triptych.passes.pages import LayoutCallback, PrintInfo, needs_pages, redirect_to_pages
from triptych.settings.manifest import Manifest
from triptych.settings.values import StrictModel

if TYPE_CHECKING:
    from triptych.checks.parity import ParityRow
    from triptych.checks.texts import FileText

NO_PRINT_INFO = PrintInfo()


def ignore_pages(print_info: PrintInfo) -> None:
    """Do nothing. This is the default of ``WritingJob.announce_pages``."""


@dataclass(frozen=True, slots=True)
class WritingJob:
    """The input for writing an output.

    ``print_info`` is the page information of the PDF, or empty if no PDF is built. The PDF output passes this
    information to ``announce_pages`` as soon as the pages are laid out.
    """

    book: Book
    manifest: Manifest
    context: BuildContext
    print_info: PrintInfo = NO_PRINT_INFO
    announce_pages: LayoutCallback = ignore_pages

    def select_output_book(self, name: OutputFormat) -> Book:
        """Return the book as an output shows it, without references to content that the output omits."""
        memory = self.context.memory
        book = select_for_output(self.book, name, memory)
        return redirect_to_pages(book, self.context.labels, name, self.print_info.pages, memory)


@dataclass(frozen=True, slots=True)
class WrittenOutput:
    """A written output: its bytes, its findings, and the book as rendered in this format.

    If there are errors, ``data`` is empty. ``layout_defects`` maps page indices to the defects on the page.
    """

    data: bytes
    findings: list[Diagnostic]
    book: Book
    layout_defects: Mapping[int, tuple[LayoutDefect, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SlowCheck:
    """A check that takes seconds and runs only in ``triptych check``.

    ``subject`` names the check in progress reports. The function and its arguments must be picklable.
    """

    subject: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SourceContext:
    """The source of the outputs, for locating findings.

    ``parity_rows`` is the parity report, or empty if the source has errors. ``missing_content`` has the
    source positions of content that is missing from outputs. ``read_file`` returns the bytes of a file in the
    project.
    """

    book: Book
    manifest: Manifest
    parity_rows: Sequence[ParityRow]
    missing_content: Sequence[Span | None]
    read_file: Callable[[str], bytes]


class Output(ABC):
    """An output format. Its methods import libraries on call, so that this module loads fast.

    The process that will write the output imports ``modules`` in advance. An extension also sets ``name`` to
    the name of its entry point, ``own_format``, and ``options``, the model of its settings in the manifest.
    """

    name: ClassVar[OutputFormat]
    own_format: ClassVar[Format]
    options: ClassVar[type[StrictModel]] = StrictModel
    modules: ClassVar[tuple[str, ...]] = ()

    @property
    def format(self) -> Format:
        """The format, with the output's names and properties."""
        return FORMATS[self.name]

    def contains_book(self, manifest: Manifest) -> bool:
        """Return whether the output contains the whole book, so that it can be compared with the source."""
        return not self.format.is_record

    # --- Before writing -----------------------------------------------------------------------------

    def needs_pages(self, book: Book, manifest: Manifest) -> bool:
        """Return whether the output contains page numbers of the PDF."""
        return not self.format.is_record and needs_pages(book, self.name)

    def select_pages(self, book: Book, print_info: PrintInfo, memory: Memory = NO_MEMORY) -> PrintInfo:
        """Return the page information that the output uses. If this changes, the output is rewritten."""
        return print_info

    def needs_formula_drawings(self, manifest: Manifest) -> bool:
        """Return whether the output needs drawings of formulas, which require the formula renderer."""
        return False

    def import_modules(self) -> None:
        """Import the modules that are needed to write the output."""
        for module in self.modules:
            import_module(module)

    def import_modules_in_worker(self, cache: Cache) -> None:
        """Import the modules that a worker process needs for its share of the output."""
        self.import_modules()

    def is_first_build(self, cache: Cache) -> bool:
        """Return whether the cache has no earlier build, in which case workers import modules early."""
        return False

    def prepare_resources(self, job: WritingJob) -> None:
        """Cache data that does not depend on the book's text, such as resized images."""
        return None

    # --- Writing, and what each build checks --------------------------------------------------------

    @abstractmethod
    def write(self, job: WritingJob) -> WrittenOutput:
        """Write the output for a job; return it with its findings."""

    def write_cover(self, job: WritingJob, data: bytes) -> WrittenOutput | None:
        """Write the separate cover of a finished output; return None if the manifest does not request one."""
        return None

    def check_contents(self, output: WrittenOutput, executor: Executor, cache: Cache) -> list[Diagnostic]:
        """Report content of the book that is missing from a written output or misplaced in it."""
        from triptych.checks.content.missing_content import find_missing_pieces

        text = self.read_text(output.data, cache.memory)
        return list(find_missing_pieces(output.book, self.name, text, cache.memory)) if text else []

    @abstractmethod
    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Report damage to a finished output, and violations of the rules that every build enforces."""

    def locate_findings(
        self, findings: list[Diagnostic], manifest: Manifest, read_file: Callable[[str], bytes]
    ) -> list[Diagnostic]:
        """Locate the findings of ``check`` in the source where possible.

        ``read_file`` returns the bytes of a file in the project.
        """
        return findings

    # --- Reading a finished output ------------------------------------------------------------------

    def read_text(self, data: bytes, memory: Memory = NO_MEMORY) -> FileText | None:
        """Return the text of a finished output, or None for metadata records."""
        return None

    def count_contents(self, data: bytes) -> Mapping[str, int]:
        """Return the number of ``pages``, ``slides`` or ``words`` in a finished output."""
        return {}

    # --- ``triptych check`` -------------------------------------------------------------------------

    def list_slow_checks(self, path: Path) -> Sequence[SlowCheck]:
        """Return the checks of a finished output that are too slow for every build."""
        return ()

    def list_preflight_checks(
        self, find_output: Callable[[str], Path | None], manifest: Manifest
    ) -> Sequence[SlowCheck]:
        """Return the print checks for built files. ``find_output`` finds a file by its name."""
        return ()

    def collect_check_findings(self, results: Sequence[Any], source: SourceContext) -> list[Diagnostic]:
        """Return the findings in the ``results`` of slow checks, located in the source."""
        return []

    def list_check_remarks(self, path: Path, results: Sequence[Any]) -> list[str]:
        """Return notes for the user about the slow checks, such as a missing validator."""
        return []
