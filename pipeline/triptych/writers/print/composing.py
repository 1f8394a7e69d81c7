"""Lay out documents in several processes, reuse cached quires, and place the quires in the book."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field, replace

from triptych.engine.processes.pool import InlineExecutor, NamedJob
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.tasks import LAYOUT, MARGINS, QUIRE, Task
from triptych.languages.numerals import to_roman
from triptych.passes.pages import PageStart
from triptych.writers.print.quire import QuirePage, SyntaxTemplate
from triptych.writers.print.resources import BookFace, File
from triptych.writers.print.serialisation import SerialisedQuire, can_swap_side, swap_quire_side, unpack_quire
from triptych.writers.print.typesetting import (
    DocumentLayoutError,
    DocumentSource,
    PrintStyle,
    lay_out_document,
    lay_out_margin_boxes,
)
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.typesetter import MarginBoxData

_SET_MARGINS = NamedJob("running heads of the PDF", lay_out_margin_boxes)
_BATCH = 64  # number of pages whose running heads are laid out in one job
_MAX_SIDE_ROUNDS = 3  # maximum number of rounds until each document is laid out for its page side


class LayoutError(Exception):
    """Raised if documents cannot be laid out. ``failures`` are pairs of a document's name and the reason."""

    def __init__(self, failures: Sequence[tuple[str, str]]) -> None:
        super().__init__(failures)
        self.failures = failures


@dataclass(slots=True)
class Composer:
    """Lays out documents in the processes of ``executor``, and places their quires in the book.

    ``empty_document`` is an empty XHTML document for running heads. ``logged_errors`` collects the errors
    logged by WeasyPrint.
    """

    style: PrintStyle
    executor: Executor
    empty_document: str
    rtl: bool = False
    logged_errors: list[str] = field(default_factory=list)
    _style_digests: dict[str, str] = field(init=False)
    _quires: dict[str, SerialisedQuire] = field(default_factory=dict)
    _file_digests: dict[int, str] = field(default_factory=dict)
    _placed_quires: list[PlacedQuire] = field(default_factory=list)  # from the previous ``compose``
    _swapped_quires: dict[str, SerialisedQuire] = field(
        default_factory=dict
    )  # quires laid out for the opposite page side
    _layout_jobs: dict[str, tuple[str, Future[bytes]]] = field(default_factory=dict)
    _running_head_jobs: list[tuple[list[str], Future[list[bytes]]]] = field(default_factory=list)
    _requested_keys: set[str] = field(default_factory=set)
    _margin_box_tasks: dict[MarginBoxData, Task[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        files = (f"{name} {self._get_file_digest(file)}" for name, file in sorted(self.style.files.items()))
        style = self.style
        sheet = compute_digest(style.css, style.roman_folios)
        self._style_digests = {
            "style": sheet,
            "engine": style.engine,
            "inks": style.colour_space,
            "faces": compute_digest(*files),
        }

    @property
    def is_single_process(self) -> bool:
        """Whether documents are laid out one after another in this process."""
        return isinstance(self.executor, InlineExecutor)

    def compose(self, sources: Sequence[tuple[DocumentSource, bool]]) -> list[PlacedQuire]:
        """Lay out documents, each paired with a front matter flag, and place their quires in the book.

        All documents are first laid out for a recto. A quire that begins on a verso is shifted sideways, or
        laid out again if its pages would differ there. Raise ``LayoutError`` if documents cannot be laid
        out.
        """
        fronts = [is_front for _, is_front in sources]
        sides = [False] * len(sources)
        for _ in range(_MAX_SIDE_ROUNDS):
            quires = self._lay_out_for_page_sides([copy for copy, _ in sources], sides)
            placed_quires = place_quires(list(zip(quires, fronts, strict=True)), rtl=self.rtl)
            before, sides = (
                sides,
                [placed_quire.verso for placed_quire in placed_quires if not placed_quire.blank],
            )
            if sides == before:
                break
        self._placed_quires = placed_quires
        return placed_quires

    def _lay_out_for_page_sides(
        self, sources: Sequence[DocumentSource], verso_flags: Sequence[bool]
    ) -> list[SerialisedQuire]:
        """Return the quire of each document, laid out for the page side on which the document begins.

        ``verso_flags`` is True for each document that begins on a verso.
        """
        quires = self._lay_out_documents(sources)
        versos = [n for n, is_verso in enumerate(verso_flags) if is_verso]
        swapped_indices = [n for n in versos if not can_swap_side(quires[n])]
        for n, quire in zip(
            swapped_indices,
            self._lay_out_documents([replace(sources[n], verso=True) for n in swapped_indices]),
            strict=True,
        ):
            quires[n] = quire
        for n in set(versos) - set(swapped_indices):
            quires[n] = self._swap_side(self._make_quire_task(sources[n]).key, quires[n])
        return quires

    def _swap_side(self, key: str, quire: SerialisedQuire) -> SerialisedQuire:
        if key not in self._swapped_quires:
            self._swapped_quires[key] = swap_quire_side(quire)
        return self._swapped_quires[key]

    def lay_out_running_heads(self, quires: Sequence[PlacedQuire]) -> list[list[SerialisedQuire]]:
        """Return the running heads and folios of all pages, as one list for each quire."""
        rows = self._start_running_heads(quires)
        while self._running_head_jobs:
            keys, job = self._running_head_jobs.pop()
            self._quires |= zip(keys, map(unpack_quire, job.result()), strict=True)
        return [[self._collect_quire(key) for key in row] for row in rows]

    def _start_running_heads(self, quires: Sequence[PlacedQuire]) -> list[list[str]]:
        """Start the layout of missing running heads, and return the keys of all running heads by quire."""
        last = max(
            (placed_quire.page_numbers[-1] for placed_quire in quires if not placed_quire.roman), default=0
        )
        page_count = last if "counter(pages" in self.style.css else 0
        margins_of_quires = [
            [
                MarginBoxData(sheet.kind, number, page_count, sheet.strings, placed_quire.roman)
                for sheet, number in zip(placed_quire.quire.pages, placed_quire.page_numbers, strict=True)
            ]
            for placed_quire in quires
        ]
        tasks = {margins: self._get_margin_box_task(margins) for row in margins_of_quires for margins in row}
        new = {task.key: (task, margins) for margins, task in tasks.items() if self._is_new(task.key)}
        self._quires |= self.style.cache.get_all_unpacked((task for task, _ in new.values()), unpack_quire)
        missing = [pair for key, pair in new.items() if key not in self._quires]
        self._requested_keys.update(task.key for task, _ in missing)
        batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
        self._running_head_jobs += [
            (
                [task.key for task, _ in batch],
                self.executor.submit(_SET_MARGINS, batch, self.empty_document, self.style),
            )
            for batch in batches
        ]
        return [[tasks[margins].key for margins in row] for row in margins_of_quires]

    def _is_new(self, key: str) -> bool:
        return key not in self._quires and key not in self._requested_keys

    def start_layout(self, sources: Sequence[DocumentSource]) -> None:
        """Start the layout of documents that are not in the cache, longest first."""
        missing = [
            (task, copy) for copy in sources if self._find_quire(task := self._make_quire_task(copy)) is None
        ]
        for task, copy in sorted(missing, key=lambda pair: -len(pair[1].xhtml)):
            if task.key not in self._layout_jobs:
                job = NamedJob(f'pages of the PDF, "{copy.name}"', lay_out_document)
                result = self.executor.submit(job, copy, self.style, task, self._make_layout_tasks(copy))
                self._layout_jobs[task.key] = copy.name, result

    def _lay_out_documents(self, sources: Sequence[DocumentSource]) -> list[SerialisedQuire]:
        self.start_layout(sources)
        # In later rounds, most pages keep their numbers, so their running heads can be laid out meanwhile.
        if self._layout_jobs and not self.is_single_process:
            self._start_running_heads(self._placed_quires)
        failures: list[tuple[str, str]] = []
        while self._layout_jobs:
            key = next(iter(self._layout_jobs))
            name, job = self._layout_jobs.pop(key)
            try:
                self._quires[key] = unpack_quire(job.result())
            except DocumentLayoutError as error:
                failures.append((name, str(error)))
            except BrokenExecutor:
                reason = "a worker process ended unexpectedly, possibly because memory ran out"
                failures.append((name, reason))
        if failures:
            raise LayoutError(failures)
        return [self._collect_quire(self._make_quire_task(copy).key) for copy in sources]

    def _find_quire(self, task: Task[bytes]) -> SerialisedQuire | None:
        if task.key not in self._quires:
            quire = self.style.cache.get_unpacked(task, unpack_quire)
            if quire is None:
                return None
            self._quires[task.key] = quire
        return self._quires[task.key]

    def _collect_quire(self, key: str) -> SerialisedQuire:
        """Return a finished quire, and record the errors that WeasyPrint logged for it."""
        quire = self._quires[key]
        self.logged_errors += [
            message for message in quire.logged_errors if message not in self.logged_errors
        ]
        return quire

    def _make_quire_task(self, source: DocumentSource) -> Task[bytes]:
        files = compute_digest(
            *(f"{name} {self._get_file_digest(file)}" for name, file in sorted(source.files.items()))
        )
        document = {"name": source.name, "text": source.xhtml, "side": str(source.verso), "files": files}
        return Task.for_step(QUIRE, source.name, **self._style_digests, **document)

    def _make_layout_tasks(self, source: DocumentSource) -> list[Task[bytes]]:
        """Return the tasks that cache the layouts of a document and of its previous draft."""
        drafts = (source.version, source.version - 1) if source.version else (source.version,)
        document = {"name": source.name, "side": str(source.verso)}
        return [
            Task.for_step(LAYOUT, source.name, **self._style_digests, **document, draft=str(draft))
            for draft in drafts
        ]

    def _get_margin_box_task(self, margins: MarginBoxData) -> Task[bytes]:
        if margins not in self._margin_box_tasks:
            subject = f"page {margins.page_number}"
            task = Task.for_step(
                MARGINS, subject, **self._style_digests, shell=self.empty_document, heads=repr(margins)
            )
            self._margin_box_tasks[margins] = task
        return self._margin_box_tasks[margins]

    def _get_file_digest(self, file: File) -> str:
        """Return the digest of a file, or "" for a font face, which is identified by its name."""
        if isinstance(file, BookFace):
            return ""
        if id(file) not in self._file_digests:
            self._file_digests[id(file)] = compute_digest(file[0])
        return self._file_digests[id(file)]


@dataclass(frozen=True, slots=True)
class PlacedQuire:
    """A quire with its position in the book.

    If ``verso`` is true, the first page is a verso: a left page in left-to-right books. If ``roman`` is true,
    page numbers are lower-case Roman numerals. If ``blank`` is true, the quire consists of inserted blank
    pages.
    """

    quire: SerialisedQuire
    first_page_number: int
    roman: bool
    verso: bool
    blank: bool = False

    @property
    def page_numbers(self) -> range:
        """The page numbers of the quire."""
        return range(self.first_page_number, self.first_page_number + len(self.quire.pages))

    def format_page_label(self, index: int) -> str:
        """Return the page label for an index in the quire."""
        number = self.first_page_number + index
        return to_roman(number) if self.roman else str(number)


def place_quires(quires: Iterable[tuple[SerialisedQuire, bool]], *, rtl: bool = False) -> list[PlacedQuire]:
    """Place quires in the book, with blank pages where needed. Each is paired with a front matter flag.

    Front matter has its own page numbers. Page 1 is the first recto after the front matter.
    """
    placed_quires: list[PlacedQuire] = []
    count, number, was_front = 0, 1, None
    for quire, is_front in quires:
        begins_body = was_front is not None and was_front != is_front
        side = quire.required_side or ("recto" if begins_body else "")
        if side and (count % 2 == 1) == (side == "recto"):
            blank = _make_blank_quire(
                placed_quires[-1].quire.pages[-1] if placed_quires else quire.pages[0],
                verso=count % 2 == 1,
                rtl=rtl,
            )
            as_before = placed_quires[-1].roman if placed_quires else is_front
            placed_quires.append(PlacedQuire(blank, number, as_before, count % 2 == 1, blank=True))
            count, number = count + 1, number + 1
        if begins_body:
            number = 1
        placed_quires.append(PlacedQuire(quire, number, is_front, count % 2 == 1))
        count, number, was_front = count + len(quire.pages), number + len(quire.pages), is_front
    return placed_quires


def add_blank_pages(
    quires: Sequence[PlacedQuire], *, ends_blank: bool, rtl: bool = False
) -> list[PlacedQuire]:
    """Add blank pages so that the page count is even.

    If ``ends_blank`` is true, the last page is blank as well.
    """
    count = sum(len(placed_quire.quire.pages) for placed_quire in quires)
    blank = quires[-1].blank or quires[-1].quire.pages[-1].kind.blank
    blank_count = count % 2 or (2 if ends_blank and not blank else 0)
    out = list(quires)
    for place in range(count, count + blank_count):
        last = out[-1]
        sheet = _make_blank_quire(last.quire.pages[-1], verso=place % 2 == 1, rtl=rtl)
        out.append(PlacedQuire(sheet, last.page_numbers.stop, last.roman, place % 2 == 1, blank=True))
    return out


def collect_page_labels(quires: Sequence[PlacedQuire]) -> dict[str, str]:
    """Return the page label of each id. A duplicate id gets the page of its first element."""
    labels: dict[str, str] = {}
    for placed_quire in quires:
        for anchor, (page, _, _) in placed_quire.quire.anchors.items():
            labels.setdefault(anchor, placed_quire.format_page_label(page))
    return labels


def collect_page_starts(quires: Sequence[PlacedQuire], documents: Sequence[str]) -> list[PageStart]:
    """Return the pages of the book in order, each with the text position where it begins.

    ``documents`` are the names of the laid-out documents. A blank page belongs to the following document.
    """
    names = iter(documents)
    page_starts: list[PageStart] = []
    waiting: list[PlacedQuire] = []
    for placed_quire in quires:
        waiting.append(placed_quire)
        if placed_quire.blank:
            continue
        name = next(names)
        for waiting_quire in waiting:
            for page, sheet in enumerate(waiting_quire.quire.pages):
                position = sheet.start_position
                place = ((position.block, position.nested_block), position.letters) if position else None
                page_starts.append(PageStart(waiting_quire.format_page_label(page), name, place))
        waiting.clear()
    return page_starts


def _make_blank_quire(model_page: QuirePage, *, verso: bool, rtl: bool) -> SerialisedQuire:
    """Return a quire of one blank page.

    The page has the size of ``model_page``, and the values of named strings at the end of that page.
    """
    kind = PageKind("left" if verso != rtl else "right", True, "", 0, ())
    strings = tuple(
        NamedString(string.name, string.assigned_values[-1] if string.assigned_values else string.start_value)
        for string in model_page.strings
    )
    sheet = QuirePage(model_page.size, zlib.compress(b""), (), kind, strings)
    empty_template = SyntaxTemplate(b"")
    return SerialisedQuire((sheet,), (), {}, (), {}, (), empty_template, 0, (), SyntaxTemplate(b"[]"), (), ())
