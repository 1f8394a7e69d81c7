"""A quire on the other side of the book: the same pages, moved as a whole (see ``layout/turning.py``).

What decides it is known when its pages are laid out, so that no chapter is set twice for both of its sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from triptych.writers.print.composing.serialising import Folded
from triptych.writers.print.pdf_syntax import numbers
from triptych.writers.print.quire import Point, Sheet
from weasyprint_typography.page_boxes import OTHER_SIDE, Area, PageKind


def can_turn(quire: Folded) -> bool:
    """Whether the pages of a quire would be the same on the other side of the book."""
    return not quire.one_sided and all(sheet.move is not None for sheet in quire.sheets)


def turned(quire: Folded) -> Folded:
    """A quire that can turn, on the other side: all that it says of places on its pages moves along."""
    moves = [sheet.move or 0.0 for sheet in quire.sheets]

    def moved(point: Point) -> Point:
        page, x, y = point
        return page, x + moves[page], y

    elements = replace(quire.elements, text=b"".join(_with_areas_moved(quire, moves)))
    return replace(
        quire,
        sheets=tuple(map(_turned, quire.sheets)),
        links=tuple(replace(link, area=_aside(link.area, moves[link.page])) for link in quire.links),
        anchors={name: moved(point) for name, point in quire.anchors.items()},
        bookmarks=tuple(replace(mark, place=moved(mark.place)) for mark in quire.bookmarks),
        elements=elements,
        areas=(),
    )


def _turned(sheet: Sheet) -> Sheet:
    kind: PageKind = replace(sheet.kind, side=OTHER_SIDE[sheet.kind.side])
    area = sheet.text_area and _aside(sheet.text_area, sheet.move or 0.0)
    return replace(sheet, kind=kind, moved=sheet.move or 0.0, move=None, text_area=area)


def _with_areas_moved(quire: Folded, moves: list[float]) -> Iterator[bytes]:
    text, done = quire.elements.text, 0
    for page, begin, end in quire.areas:
        left, bottom, right, top = map(float, text[begin + 1 : end - 1].split())
        yield text[done:begin]
        yield numbers(_aside((left, bottom, right, top), moves[page]))
        done = end
    yield text[done:]


def _aside(area: Area, move: float) -> Area:
    left, bottom, right, top = area
    return left + move, bottom, right + move, top
