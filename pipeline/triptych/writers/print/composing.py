"""Documents → quires at their places: set in many processes, and only what is not in the cache."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field, replace

from triptych.engine.processes.pool import Inline, NamedJob
from triptych.engine.store.program import digest
from triptych.engine.tasks import LAYOUT, MARGINS, QUIRE, Task
from triptych.languages.numerals import to_roman
from triptych.passes.pages import PageStart
from triptych.writers.print.folding import Folded, can_turn, turn_quire, unpack
from triptych.writers.print.quire import Sheet, SyntaxTemplate
from triptych.writers.print.resources import BookFace, File
from triptych.writers.print.typesetting import (
    CannotBeSet,
    DocumentCopy,
    PrintStyle,
    set_document,
    set_margins,
)
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.typesetter import Margins

_SET_MARGINS = NamedJob("running heads of the PDF", set_margins)
_BATCH = 64  # pages whose running heads are set in one job
_SIDES = 3  # rounds until each document begins on the side that it was set for


def _name_job(
    copy: DocumentCopy,
) -> NamedJob[[DocumentCopy, PrintStyle, Task[bytes], list[Task[bytes]]], bytes]:
    return NamedJob(f'pages of the PDF, "{copy.name}"', set_document)


class NotComposed(Exception):
    """Documents that cannot be set: their names, and why."""

    def __init__(self, failures: Sequence[tuple[str, str]]) -> None:
        super().__init__(failures)
        self.failures = failures


@dataclass(slots=True)
class Composer:
    """Has documents set in the processes of an executor. ``complaints`` is what the engine had to say.

    Raises ``NotComposed`` where documents cannot be set.
    """

    style: PrintStyle
    executor: Executor
    shell: str
    rtl: bool = False
    complaints: list[str] = field(default_factory=list)
    _look: dict[str, str] = field(init=False)
    _quires: dict[str, Folded] = field(default_factory=dict)
    _digests: dict[int, str] = field(default_factory=dict)
    _placed: list[Placed] = field(default_factory=list)  # by the round before
    _versos: dict[str, Folded] = field(default_factory=dict)  # quires that were turned
    _under_way: dict[str, tuple[str, Future[bytes]]] = field(default_factory=dict)
    _furnishing: list[tuple[list[str], Future[list[bytes]]]] = field(default_factory=list)
    _begun: set[str] = field(default_factory=set)
    _tasks: dict[Margins, Task[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        files = (f"{name} {self._digest_of(file)}" for name, file in sorted(self.style.files.items()))
        style = self.style
        sheet = digest(style.css, style.roman_folios)
        self._look = {"style": sheet, "engine": style.engine, "inks": style.inks, "faces": digest(*files)}

    @property
    def is_alone(self) -> bool:
        """Whether documents are set one after the other, in this process."""
        return isinstance(self.executor, Inline)

    def compose(self, copies: Sequence[tuple[DocumentCopy, bool]]) -> list[Placed]:
        """Set documents, each with whether it is front matter, and place their quires.

        All are set as if they began on a recto. What comes to begin on a verso is turned; where it would be
        another there, it is set for that side as well.
        """
        fronts = [is_front for _, is_front in copies]
        sides = [False] * len(copies)
        for _ in range(_SIDES):
            quires = self._set_on_sides([copy for copy, _ in copies], sides)
            placed = place_quires(list(zip(quires, fronts, strict=True)), rtl=self.rtl)
            before, sides = sides, [one.verso for one in placed if not one.blank]
            if sides == before:
                break
        self._placed = placed
        return placed

    def _set_on_sides(self, copies: Sequence[DocumentCopy], sides: Sequence[bool]) -> list[Folded]:
        """Return the quires of documents, of which some begin on a verso."""
        quires = self._set_all(copies)
        versos = [n for n, is_verso in enumerate(sides) if is_verso]
        again = [n for n in versos if not can_turn(quires[n])]
        for n, quire in zip(
            again, self._set_all([replace(copies[n], verso=True) for n in again]), strict=True
        ):
            quires[n] = quire
        for n in set(versos) - set(again):
            quires[n] = self._turn(self._task(copies[n]).key, quires[n])
        return quires

    def _turn(self, key: str, quire: Folded) -> Folded:
        if key not in self._versos:
            self._versos[key] = turn_quire(quire)
        return self._versos[key]

    def furnish(self, placed: Sequence[Placed]) -> list[list[Folded]]:
        """Return the running heads and folios of all pages, by quire."""
        rows = self._begin_furniture(placed)
        while self._furnishing:
            keys, job = self._furnishing.pop()
            self._quires |= zip(keys, map(unpack, job.result()), strict=True)
        return [[self._take_quire(key) for key in row] for row in rows]

    def _begin_furniture(self, placed: Sequence[Placed]) -> list[list[str]]:
        """Start setting the missing furniture; return its keys, by quire."""
        last = max((one.numbers[-1] for one in placed if not one.roman), default=0)
        counted = last if "counter(pages" in self.style.css else 0
        wanted = [
            [
                Margins(sheet.kind, number, counted, sheet.strings, one.roman)
                for sheet, number in zip(one.quire.sheets, one.numbers, strict=True)
            ]
            for one in placed
        ]
        tasks = {margins: self._margins(margins) for row in wanted for margins in row}
        new = {task.key: (task, margins) for margins, task in tasks.items() if self._is_new(task.key)}
        self._quires |= self.style.cache.get_all_as((task for task, _ in new.values()), unpack)
        missing = [pair for key, pair in new.items() if key not in self._quires]
        self._begun.update(task.key for task, _ in missing)
        batches = [missing[begin : begin + _BATCH] for begin in range(0, len(missing), _BATCH)]
        self._furnishing += [
            (
                [task.key for task, _ in batch],
                self.executor.submit(_SET_MARGINS, batch, self.shell, self.style),
            )
            for batch in batches
        ]
        return [[tasks[margins].key for margins in row] for row in wanted]

    def _is_new(self, key: str) -> bool:
        return key not in self._quires and key not in self._begun

    def begin(self, copies: Sequence[DocumentCopy]) -> None:
        """Start setting the documents that are not in the cache, the longest first."""
        missing = [(task, copy) for copy in copies if self._find_quire(task := self._task(copy)) is None]
        for task, copy in sorted(missing, key=lambda pair: -len(pair[1].xhtml)):
            if task.key not in self._under_way:
                places = self._layout_tasks(copy)
                job = self.executor.submit(_name_job(copy), copy, self.style, task, places)
                self._under_way[task.key] = copy.name, job

    def _set_all(self, copies: Sequence[DocumentCopy]) -> list[Folded]:
        self.begin(copies)
        # Hardly any page of a later round is another, so that its furniture can be begun meanwhile.
        if self._under_way and not self.is_alone:
            self._begin_furniture(self._placed)
        failures: list[tuple[str, str]] = []
        while self._under_way:
            key = next(iter(self._under_way))
            name, job = self._under_way.pop(key)
            try:
                self._quires[key] = unpack(job.result())
            except CannotBeSet as error:
                failures.append((name, str(error)))
            except BrokenExecutor:
                reason = "a worker process ended unexpectedly, possibly because memory ran out"
                failures.append((name, reason))
        if failures:
            raise NotComposed(failures)
        return [self._take_quire(self._task(copy).key) for copy in copies]

    def _find_quire(self, task: Task[bytes]) -> Folded | None:
        if task.key not in self._quires:
            quire = self.style.cache.get_as(task, unpack)
            if quire is None:
                return None
            self._quires[task.key] = quire
        return self._quires[task.key]

    def _take_quire(self, key: str) -> Folded:
        """Return a quire and collect its complaints."""
        quire = self._quires[key]
        self.complaints += [message for message in quire.complaints if message not in self.complaints]
        return quire

    def _task(self, copy: DocumentCopy) -> Task[bytes]:
        files = digest(*(f"{name} {self._digest_of(file)}" for name, file in sorted(copy.files.items())))
        document = {"name": copy.name, "text": copy.xhtml, "side": str(copy.verso), "files": files}
        return Task.of(QUIRE, copy.name, **self._look, **document)

    def _layout_tasks(self, copy: DocumentCopy) -> list[Task[bytes]]:
        """Return where the layout of a document is kept, and that of the draft before it."""
        drafts = (copy.draft, copy.draft - 1) if copy.draft else (copy.draft,)
        document = {"name": copy.name, "side": str(copy.verso)}
        return [Task.of(LAYOUT, copy.name, **self._look, **document, draft=str(draft)) for draft in drafts]

    def _margins(self, margins: Margins) -> Task[bytes]:
        if margins not in self._tasks:
            subject = f"page {margins.number}"
            task = Task.of(MARGINS, subject, **self._look, shell=self.shell, heads=repr(margins))
            self._tasks[margins] = task
        return self._tasks[margins]

    def _digest_of(self, file: File) -> str:
        """Return the digest of a file; a face that was cut for the book is known by its name alone."""
        if isinstance(file, BookFace):
            return ""
        if id(file) not in self._digests:
            self._digests[id(file)] = digest(file[0])
        return self._digests[id(file)]


@dataclass(frozen=True, slots=True)
class Placed:
    """A quire at its place: the number of its first page, which is a ``verso`` or a recto.

    ``roman`` counts i, ii, iii … as front matter does; ``blank`` is a page that only fills a place.
    """

    quire: Folded
    start: int
    roman: bool
    verso: bool
    blank: bool = False

    @property
    def numbers(self) -> range:
        """The numbers of its pages."""
        return range(self.start, self.start + len(self.quire.sheets))

    def label(self, page: int) -> str:
        """Return the label of a page of the quire, counted from 0."""
        number = self.start + page
        return to_roman(number) if self.roman else str(number)


def place_quires(quires: Iterable[tuple[Folded, bool]], *, rtl: bool = False) -> list[Placed]:
    """Place quires, each with whether it is front matter, with blank pages where needed.

    Front matter is counted by itself; page 1 is the first behind it, and a recto.
    """
    placed: list[Placed] = []
    count, number, was_front = 0, 1, None
    for quire, is_front in quires:
        begins = was_front is not None and was_front != is_front
        side = quire.side or ("recto" if begins else "")
        if side and (count % 2 == 1) == (side == "recto"):
            blank = _blank_quire(
                placed[-1].quire.sheets[-1] if placed else quire.sheets[0], verso=count % 2 == 1, rtl=rtl
            )
            as_before = placed[-1].roman if placed else is_front
            placed.append(Placed(blank, number, as_before, count % 2 == 1, blank=True))
            count, number = count + 1, number + 1
        if begins:
            number = 1
        placed.append(Placed(quire, number, is_front, count % 2 == 1))
        count, number, was_front = count + len(quire.sheets), number + len(quire.sheets), is_front
    return placed


def add_blank_pages(placed: Sequence[Placed], *, ends_blank: bool, rtl: bool = False) -> list[Placed]:
    """Add blank pages, so that the last leaf has two pages, and the last page is blank if it must be."""
    count = sum(len(one.quire.sheets) for one in placed)
    blank = placed[-1].blank or placed[-1].quire.sheets[-1].kind.blank
    more = count % 2 or (2 if ends_blank and not blank else 0)
    out = list(placed)
    for place in range(count, count + more):
        last = out[-1]
        sheet = _blank_quire(last.quire.sheets[-1], verso=place % 2 == 1, rtl=rtl)
        out.append(Placed(sheet, last.numbers.stop, last.roman, place % 2 == 1, blank=True))
    return out


def page_labels(placed: Sequence[Placed]) -> dict[str, str]:
    """Return the label of the page of each id; of two with one id, that of the first."""
    labels: dict[str, str] = {}
    for one in placed:
        for anchor, (page, _, _) in one.quire.anchors.items():
            labels.setdefault(anchor, one.label(page))
    return labels


def page_starts(placed: Sequence[Placed], documents: Sequence[str]) -> list[PageStart]:
    """Return the pages of the book in order, each with where it begins in its document.

    ``documents`` are the names of those that were set. A blank page goes with the one after it.
    """
    names = iter(documents)
    found: list[PageStart] = []
    waiting: list[Placed] = []
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


def _blank_quire(like: Sheet, *, verso: bool, rtl: bool) -> Folded:
    """Return a quire of one page without content, as large as another."""
    kind = PageKind("left" if verso != rtl else "right", True, "", 0, ())
    strings = tuple(NamedString(s.name, s.set[-1] if s.set else s.before) for s in like.strings)
    sheet = Sheet(like.size, zlib.compress(b""), (), kind, strings)
    nothing = SyntaxTemplate(b"")
    return Folded((sheet,), (), {}, (), {}, (), nothing, 0, (), SyntaxTemplate(b"[]"), (), ())
