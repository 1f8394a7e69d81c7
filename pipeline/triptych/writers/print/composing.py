"""Lay out documents in several processes, reuse cached quires, and place the quires in the book."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field, replace

from triptych.engine.processes.pool import InlineExecutor, NamedJob
from triptych.engine.store.program import digest
from triptych.engine.tasks import LAYOUT, MARGINS, QUIRE, Task
from triptych.languages.numerals import to_roman
from triptych.passes.pages import PageStart
from triptych.writers.print.quire import Sheet, SyntaxTemplate
from triptych.writers.print.resources import BookFace, File
from triptych.writers.print.serialisation import SerialisedQuire, can_turn, turn_quire, unpack
from triptych.writers.print.typesetting import (
    CannotLayOut,
    DocumentSource,
    PrintStyle,
    lay_out_document,
    lay_out_margin_boxes,
)
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.typesetter import Margins

_SET_MARGINS = NamedJob("running heads of the PDF", lay_out_margin_boxes)
_BATCH = 64  # pages whose running heads are laid out in one job
_MAX_SIDE_ROUNDS = 3  # maximum number of layouts, until each document is laid out for its page side


class LayoutFailed(Exception):
    """Raised if documents cannot be laid out; ``failures`` are pairs of a document's name and the reason."""

    def __init__(self, failures: Sequence[tuple[str, str]]) -> None:
        super().__init__(failures)
        self.failures = failures


@dataclass(slots=True)
class Composer:
    """Lays out documents in the processes of ``executor``.

    ``shell`` is an empty XHTML document for running heads. ``complaints`` collects the errors that WeasyPrint
    logs.
    """

    style: PrintStyle
    executor: Executor
    shell: str
    rtl: bool = False
    complaints: list[str] = field(default_factory=list)
    _style_digests: dict[str, str] = field(init=False)
    _quires: dict[str, SerialisedQuire] = field(default_factory=dict)
    _digests: dict[int, str] = field(default_factory=dict)
    _placed: list[PlacedQuire] = field(default_factory=list)  # by the previous ``compose``
    _turned: dict[str, SerialisedQuire] = field(default_factory=dict)  # quires for the opposite page side
    _jobs: dict[str, tuple[str, Future[bytes]]] = field(default_factory=dict)
    _running_head_jobs: list[tuple[list[str], Future[list[bytes]]]] = field(default_factory=list)
    _requested: set[str] = field(default_factory=set)
    _tasks: dict[Margins, Task[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        files = (f"{name} {self._digest_of(file)}" for name, file in sorted(self.style.files.items()))
        style = self.style
        sheet = digest(style.css, style.roman_folios)
        self._style_digests = {
            "style": sheet,
            "engine": style.engine,
            "inks": style.inks,
            "faces": digest(*files),
        }

    @property
    def is_single_process(self) -> bool:
        """Whether documents are laid out one after another in this process."""
        return isinstance(self.executor, InlineExecutor)

    def compose(self, copies: Sequence[tuple[DocumentSource, bool]]) -> list[PlacedQuire]:
        """Lay out documents, each paired with a flag for front matter, and place their quires in the book.

        All documents are first laid out for a recto. A quire that begins on a verso is moved sideways, or
        laid out again if its pages would differ there. Raise ``LayoutFailed`` if documents cannot be laid
        out.
        """
        fronts = [is_front for _, is_front in copies]
        sides = [False] * len(copies)
        for _ in range(_MAX_SIDE_ROUNDS):
            quires = self._lay_out_on_sides([copy for copy, _ in copies], sides)
            placed = place_quires(list(zip(quires, fronts, strict=True)), rtl=self.rtl)
            before, sides = sides, [one.verso for one in placed if not one.blank]
            if sides == before:
                break
        self._placed = placed
        return placed

    def _lay_out_on_sides(
        self, copies: Sequence[DocumentSource], sides: Sequence[bool]
    ) -> list[SerialisedQuire]:
        """Return the quires of documents; ``sides`` holds True for each document that begins on a verso."""
        quires = self._lay_out_all(copies)
        versos = [n for n, is_verso in enumerate(sides) if is_verso]
        again = [n for n in versos if not can_turn(quires[n])]
        for n, quire in zip(
            again, self._lay_out_all([replace(copies[n], verso=True) for n in again]), strict=True
        ):
            quires[n] = quire
        for n in set(versos) - set(again):
            quires[n] = self._turn(self._quire_task(copies[n]).key, quires[n])
        return quires

    def _turn(self, key: str, quire: SerialisedQuire) -> SerialisedQuire:
        if key not in self._turned:
            self._turned[key] = turn_quire(quire)
        return self._turned[key]

    def lay_out_running_heads(self, placed: Sequence[PlacedQuire]) -> list[list[SerialisedQuire]]:
        """Return the running heads and folios of all pages, as one list for each quire."""
        rows = self._start_running_heads(placed)
        while self._running_head_jobs:
            keys, job = self._running_head_jobs.pop()
            self._quires |= zip(keys, map(unpack, job.result()), strict=True)
        return [[self._finished_quire(key) for key in row] for row in rows]

    def _start_running_heads(self, placed: Sequence[PlacedQuire]) -> list[list[str]]:
        """Start laying out missing running heads; return the keys of all running heads by quire."""
        last = max((one.numbers[-1] for one in placed if not one.roman), default=0)
        counted = last if "counter(pages" in self.style.css else 0
        wanted = [
            [
                Margins(sheet.kind, number, counted, sheet.strings, one.roman)
                for sheet, number in zip(one.quire.sheets, one.numbers, strict=True)
            ]
            for one in placed
        ]
        tasks = {margins: self._margin_task(margins) for row in wanted for margins in row}
        new = {task.key: (task, margins) for margins, task in tasks.items() if self._is_new(task.key)}
        self._quires |= self.style.cache.get_all_as((task for task, _ in new.values()), unpack)
        missing = [pair for key, pair in new.items() if key not in self._quires]
        self._requested.update(task.key for task, _ in missing)
        batches = [missing[begin : begin + _BATCH] for begin in range(0, len(missing), _BATCH)]
        self._running_head_jobs += [
            (
                [task.key for task, _ in batch],
                self.executor.submit(_SET_MARGINS, batch, self.shell, self.style),
            )
            for batch in batches
        ]
        return [[tasks[margins].key for margins in row] for row in wanted]

    def _is_new(self, key: str) -> bool:
        return key not in self._quires and key not in self._requested

    def start_layout(self, copies: Sequence[DocumentSource]) -> None:
        """Start laying out the documents that are not in the cache, the longest first."""
        missing = [
            (task, copy) for copy in copies if self._find_quire(task := self._quire_task(copy)) is None
        ]
        for task, copy in sorted(missing, key=lambda pair: -len(pair[1].xhtml)):
            if task.key not in self._jobs:
                job = NamedJob(f'pages of the PDF, "{copy.name}"', lay_out_document)
                result = self.executor.submit(job, copy, self.style, task, self._layout_tasks(copy))
                self._jobs[task.key] = copy.name, result

    def _lay_out_all(self, copies: Sequence[DocumentSource]) -> list[SerialisedQuire]:
        self.start_layout(copies)
        # In later rounds most pages keep their numbers, so their running heads can be laid out meanwhile.
        if self._jobs and not self.is_single_process:
            self._start_running_heads(self._placed)
        failures: list[tuple[str, str]] = []
        while self._jobs:
            key = next(iter(self._jobs))
            name, job = self._jobs.pop(key)
            try:
                self._quires[key] = unpack(job.result())
            except CannotLayOut as error:
                failures.append((name, str(error)))
            except BrokenExecutor:
                reason = "a worker process ended unexpectedly, possibly because memory ran out"
                failures.append((name, reason))
        if failures:
            raise LayoutFailed(failures)
        return [self._finished_quire(self._quire_task(copy).key) for copy in copies]

    def _find_quire(self, task: Task[bytes]) -> SerialisedQuire | None:
        if task.key not in self._quires:
            quire = self.style.cache.get_as(task, unpack)
            if quire is None:
                return None
            self._quires[task.key] = quire
        return self._quires[task.key]

    def _finished_quire(self, key: str) -> SerialisedQuire:
        """Return a laid-out quire, and add the errors that WeasyPrint logged for it to ``complaints``."""
        quire = self._quires[key]
        self.complaints += [message for message in quire.complaints if message not in self.complaints]
        return quire

    def _quire_task(self, copy: DocumentSource) -> Task[bytes]:
        files = digest(*(f"{name} {self._digest_of(file)}" for name, file in sorted(copy.files.items())))
        document = {"name": copy.name, "text": copy.xhtml, "side": str(copy.verso), "files": files}
        return Task.of(QUIRE, copy.name, **self._style_digests, **document)

    def _layout_tasks(self, copy: DocumentSource) -> list[Task[bytes]]:
        """Return the tasks that cache the layout of a document and of the document's previous draft."""
        drafts = (copy.draft, copy.draft - 1) if copy.draft else (copy.draft,)
        document = {"name": copy.name, "side": str(copy.verso)}
        return [
            Task.of(LAYOUT, copy.name, **self._style_digests, **document, draft=str(draft))
            for draft in drafts
        ]

    def _margin_task(self, margins: Margins) -> Task[bytes]:
        if margins not in self._tasks:
            subject = f"page {margins.number}"
            task = Task.of(MARGINS, subject, **self._style_digests, shell=self.shell, heads=repr(margins))
            self._tasks[margins] = task
        return self._tasks[margins]

    def _digest_of(self, file: File) -> str:
        """Return the digest of a file, or "" for a font face, which is identified by its name."""
        if isinstance(file, BookFace):
            return ""
        if id(file) not in self._digests:
            self._digests[id(file)] = digest(file[0])
        return self._digests[id(file)]


@dataclass(frozen=True, slots=True)
class PlacedQuire:
    """A quire with its position in the book.

    ``start`` is the number of its first page, and ``verso`` is true if that is a left page (in left-to-right
    books). ``roman`` quires have page numbers i, ii, iii …; ``blank`` quires are inserted blank pages.
    """

    quire: SerialisedQuire
    start: int
    roman: bool
    verso: bool
    blank: bool = False

    @property
    def numbers(self) -> range:
        """The page numbers of the quire."""
        return range(self.start, self.start + len(self.quire.sheets))

    def label(self, page: int) -> str:
        """Return the page label of the quire's page with the index ``page``, from 0."""
        number = self.start + page
        return to_roman(number) if self.roman else str(number)


def place_quires(quires: Iterable[tuple[SerialisedQuire, bool]], *, rtl: bool = False) -> list[PlacedQuire]:
    """Place quires, each paired with a flag for front matter, and insert blank pages where needed.

    Front matter has its own page numbers. Page 1 is the first recto after the front matter.
    """
    placed: list[PlacedQuire] = []
    count, number, was_front = 0, 1, None
    for quire, is_front in quires:
        begins = was_front is not None and was_front != is_front
        side = quire.side or ("recto" if begins else "")
        if side and (count % 2 == 1) == (side == "recto"):
            blank = _blank_quire(
                placed[-1].quire.sheets[-1] if placed else quire.sheets[0], verso=count % 2 == 1, rtl=rtl
            )
            as_before = placed[-1].roman if placed else is_front
            placed.append(PlacedQuire(blank, number, as_before, count % 2 == 1, blank=True))
            count, number = count + 1, number + 1
        if begins:
            number = 1
        placed.append(PlacedQuire(quire, number, is_front, count % 2 == 1))
        count, number, was_front = count + len(quire.sheets), number + len(quire.sheets), is_front
    return placed


def add_blank_pages(
    placed: Sequence[PlacedQuire], *, ends_blank: bool, rtl: bool = False
) -> list[PlacedQuire]:
    """Add blank pages so that the page count is even and, with ``ends_blank``, the last page is blank."""
    count = sum(len(one.quire.sheets) for one in placed)
    blank = placed[-1].blank or placed[-1].quire.sheets[-1].kind.blank
    more = count % 2 or (2 if ends_blank and not blank else 0)
    out = list(placed)
    for place in range(count, count + more):
        last = out[-1]
        sheet = _blank_quire(last.quire.sheets[-1], verso=place % 2 == 1, rtl=rtl)
        out.append(PlacedQuire(sheet, last.numbers.stop, last.roman, place % 2 == 1, blank=True))
    return out


def page_labels(placed: Sequence[PlacedQuire]) -> dict[str, str]:
    """Return the page label of each id; a duplicate id gets the page of its first element."""
    labels: dict[str, str] = {}
    for one in placed:
        for anchor, (page, _, _) in one.quire.anchors.items():
            labels.setdefault(anchor, one.label(page))
    return labels


def page_starts(placed: Sequence[PlacedQuire], documents: Sequence[str]) -> list[PageStart]:
    """Return the pages of the book in order, each with the text position at which it begins.

    ``documents`` are the names of the laid-out documents. A blank page belongs to the following document.
    """
    names = iter(documents)
    found: list[PageStart] = []
    waiting: list[PlacedQuire] = []
    for one in placed:
        waiting.append(one)
        if one.blank:
            continue
        name = next(names)
        for each in waiting:
            for page, sheet in enumerate(each.quire.sheets):
                at = sheet.start
                place = ((at.block, at.within), at.letters) if at else None
                found.append(PageStart(each.label(page), name, place))
        waiting.clear()
    return found


def _blank_quire(like: Sheet, *, verso: bool, rtl: bool) -> SerialisedQuire:
    """Return a quire of one blank page with the size and the named strings of ``like``."""
    kind = PageKind("left" if verso != rtl else "right", True, "", 0, ())
    strings = tuple(NamedString(s.name, s.set[-1] if s.set else s.before) for s in like.strings)
    sheet = Sheet(like.size, zlib.compress(b""), (), kind, strings)
    nothing = SyntaxTemplate(b"")
    return SerialisedQuire((sheet,), (), {}, (), {}, (), nothing, 0, (), SyntaxTemplate(b"[]"), (), ())
