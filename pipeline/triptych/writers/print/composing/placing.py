"""Where quires stand in the book: on which side they begin, and what their pages are called."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triptych.languages.numerals import roman
from triptych.passes.pages import PageStart
from triptych.writers.print.composing.serialising import Folded
from triptych.writers.print.quire import Sheet, Template
from weasyprint_typography.page_boxes import NamedString, PageKind


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
        """What a page of the quire is called, counted from 0."""
        number = self.start + page
        return roman(number) if self.roman else str(number)


def place(quires: Iterable[tuple[Folded, bool]], *, rtl: bool = False) -> list[Placed]:
    """Quires, each with whether it is front matter → their places, with blank pages where one is needed.

    Front matter is counted by itself; page 1 is the first behind it, and a recto.
    """
    placed: list[Placed] = []
    count, number, was_front = 0, 1, None
    for quire, is_front in quires:
        begins = was_front is not None and was_front != is_front
        side = quire.side or ("recto" if begins else "")
        if side and (count % 2 == 1) == (side == "recto"):
            blank = _blank(
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


def filled_up(placed: Sequence[Placed], *, ends_blank: bool, rtl: bool = False) -> list[Placed]:
    """The quires of a book with blank pages behind them, so that its last leaf has two pages; where it
    ``ends_blank``, the last of these holds nothing.
    """
    count = sum(len(one.quire.sheets) for one in placed)
    blank = placed[-1].blank or placed[-1].quire.sheets[-1].kind.blank
    more = count % 2 or (2 if ends_blank and not blank else 0)
    out = list(placed)
    for place in range(count, count + more):
        last = out[-1]
        sheet = _blank(last.quire.sheets[-1], verso=place % 2 == 1, rtl=rtl)
        out.append(Placed(sheet, last.numbers.stop, last.roman, place % 2 == 1, blank=True))
    return out


def page_labels(placed: Sequence[Placed]) -> dict[str, str]:
    """What the page of each id is called; of two with one id, the first one's."""
    labels: dict[str, str] = {}
    for one in placed:
        for anchor, (page, _, _) in one.quire.anchors.items():
            labels.setdefault(anchor, one.label(page))
    return labels


def page_starts(placed: Sequence[Placed], documents: Sequence[str]) -> list[PageStart]:
    """The pages of the book in order, each with where it begins in its document.

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


def _blank(like: Sheet, *, verso: bool, rtl: bool) -> Folded:
    """A quire of one page without content, as large as another."""
    kind = PageKind("left" if verso != rtl else "right", True, "", 0, ())
    strings = tuple(NamedString(s.name, s.set[-1] if s.set else s.before) for s in like.strings)
    sheet = Sheet(like.size, zlib.compress(b""), (), kind, strings)
    nothing = Template(b"")
    return Folded((sheet,), (), {}, (), {}, (), nothing, 0, (), Template(b"[]"), (), ())
