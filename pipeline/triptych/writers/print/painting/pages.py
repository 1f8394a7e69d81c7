"""Pages of a laid-out document → a quire: painted, with all that belongs to them gathered.

WeasyPrint paints a page into a content stream; what makes a PDF of the pages is left to the binding, since
a page here is not yet one of a book.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from triptych.markup.passages import Place
from triptych.model.strays import OFF_PAGE, OFF_TEXT
from triptych.writers.print.page_starts import PageStarts
from triptych.writers.print.painting.formula_files import formula_files
from triptych.writers.print.painting.overprint import with_black_over
from triptych.writers.print.painting.palette import Palette
from triptych.writers.print.painting.strays import strays_of
from triptych.writers.print.quire import Bookmark, Link, Point, Quire, Sheet, Start
from triptych.writers.print.tags import DrawnPage, structure
from weasyprint_typography.content_stream import joined, paint_boxes
from weasyprint_typography.line_ends import draw_marks
from weasyprint_typography.page_boxes import POINTS, Area, NamedString, PageKind, paper_of, text_area, upright

_USED = re.compile(rb"/(\S+) (Do|gs|scn|SCN|sh|cs|CS)\b")
_KINDS = {
    b"Do": "XObject",
    b"gs": "ExtGState",
    b"scn": "Pattern",
    b"SCN": "Pattern",
    b"sh": "Shading",
    b"cs": "ColorSpace",
    b"CS": "ColorSpace",
}
_NO_HOLDERS: Mapping[Any, int] = {}
_NO_PLACES: Mapping[Any, Place] = {}
_EDGES = (OFF_PAGE, OFF_TEXT)
_APART = frozenset(("br", "div", "p", "li", "dt", "dd", "figure", "figcaption", "td", "th"))


def paint(
    pages: Sequence[Any],
    strings: Sequence[tuple[NamedString, ...]],
    palette: Palette,
    name: str,
    holders: Mapping[Any, int] = _NO_HOLDERS,
    places: Mapping[Any, Place] = _NO_PLACES,
    moves: Sequence[float | None] = (),
) -> Quire:
    """Paint pages that were laid out, with the strings that each sets.

    ``name`` is one of their own in the book, for the ids of elements; ``holders`` numbers the elements of the
    document that may have begun before, or go on behind these pages; ``places`` are the passages of elements;
    ``moves`` says how far each page moves on the other side of the book.
    """
    palette.renew()
    links: list[Link] = []
    drawn: list[DrawnPage] = []
    streams: list[Any] = []
    anchors: dict[str, Point] = {}
    notes = _Notes(name)
    for number, page in enumerate(pages):
        tags: dict[Any, Any] = {}
        stream = palette.stream(_area(page), tags)
        paper = paper_of(page._page_box)
        with stream.stacked():
            stream.transform(*paper.matrix)
            page.paint(stream, POINTS)
            draw_marks(stream, tags, POINTS)
        streams.append(stream)
        for anchor, (x, y, *_) in page.anchors.items():
            anchors.setdefault(anchor, (number, *paper.point(x, y)))
        marks = {box: tag["mcid"] for box, tag in tags.items()}
        drawn.append(DrawnPage(page._page_box, marks, _links(page, number, links, anchors, notes)))
    starts = PageStarts(places)
    elements, artifacts = structure(drawn, name, holders, starts)
    things, resources = palette.things()
    things += tuple(formula_files(elements, len(things)))
    sheets = tuple(
        _sheet(page, _content(stream, hidden, palette), page_strings, resources, start, move)
        for page, stream, hidden, page_strings, start, move in zip(
            pages, streams, artifacts, strings, starts.found, moves or repeat(None, len(pages)), strict=True
        )
    )
    bookmarks = tuple(
        Bookmark(level, words, (number, *paper_of(page._page_box).point(x, y)))
        for number, page in enumerate(pages)
        for level, words, (x, y), _ in page.bookmarks
    )
    fonts = {key: glyphs for key, glyphs in palette.glyphs().items() if glyphs.texts}
    side = _side(pages[0])
    return Quire(sheets, things, fonts, tuple(links), anchors, bookmarks, tuple(elements), side)


def _side(page: Any) -> str:
    """The side of the book that a first page asks to be: "recto", "verso", or "" for either.

    What is asked of its root only says on which side it was set.
    """
    for box in list(_first_boxes(page._page_box))[1:]:
        asked = getattr(box, "style", {"break_before": "auto"})["break_before"]
        if asked in ("recto", "verso"):
            return str(asked)
    return ""


def _first_boxes(box: Any) -> Iterator[Any]:
    """The first box in a box, the first in that, and so on."""
    while box.children:
        box = box.children[0]
        yield box


def paint_margins(page: Any, palette: Palette) -> Quire:
    """Paint the margin boxes of a page; the palette may have painted others before."""
    palette.renew()
    stream = palette.stream(_area(page), None)
    with stream.stacked():
        stream.transform(POINTS, 0, 0, -POINTS, 0, page.height * POINTS)
        paint_boxes(stream, page)
    things, resources = palette.things()
    sheet = _sheet(page, _content(stream, frozenset(), palette), (), resources)
    fonts = {key: glyphs for key, glyphs in palette.glyphs().items() if glyphs.texts}
    return Quire((sheet,), things, fonts, (), {}, (), (), "")


def _sheet(
    page: Any,
    content: bytes,
    strings: tuple[NamedString, ...],
    resources: Mapping[tuple[str, str], int],
    start: Start | None = None,
    move: float | None = None,
) -> Sheet:
    named = tuple((*key, resources[key]) for key in used(content) if key in resources)
    kind = page._page_box.page_type
    seen = upright(PageKind(kind.side, kind.blank, kind.name, kind.index, tuple(kind.groups)))
    box = page._page_box
    paper, strays = paper_of(box), strays_of(box)
    area = paper.area(*text_area(box))
    if move and (any(stray.where in _EDGES for stray in strays) or any(key[0] == "Pattern" for key in named)):
        move = None  # edges of the page do not move, nor do patterns (ISO 32000-1, 8.7.2)
    return Sheet(
        paper.size, zlib.compress(content), named, seen, strings, start, paper.turned, area, strays, move
    )


def used(content: bytes) -> tuple[tuple[str, str], ...]:
    """The resources that a content stream names, in order."""
    found = {(_KINDS[operator], name.decode()) for name, operator in _USED.findall(content)}
    return tuple(sorted(found))


def _area(page: Any) -> Area:
    """What can be painted of a page: all up to where its bleed ends."""
    width, height = page.width * POINTS, page.height * POINTS
    bleed = {side: size * POINTS for side, size in page.bleed.items()}
    return -bleed["left"], -bleed["bottom"], width + bleed["right"], height + bleed["top"]


def _content(stream: Any, hidden: frozenset[int], palette: Palette) -> bytes:
    """A content stream as bytes, with what is no content of the book marked as furniture of the page."""
    parts = stream.stream
    for place, part in enumerate(parts) if hidden else ():
        if part == b"BDC" and parts[place - 1].get("MCID") in hidden:
            parts[place - 2 : place] = [b"/Artifact", b"<</Type/Pagination>>"]
    content = joined(stream)
    return content if palette.inks == "rgb" else with_black_over(content)


def _links(
    page: Any, number: int, links: list[Link], anchors: dict[str, Point], notes: _Notes
) -> dict[Any, int]:
    """Add the links of a page, and the places that its notes' links lead to; → their places by box."""
    begun: dict[Any, int] = {}
    paper = paper_of(page._page_box)

    def add(box: Any, area: tuple[float, float, float, float], target: str, words: str) -> None:
        begun[box] = len(links)
        links.append(Link(number, paper.area(*area), target, words))

    for kind, target, area, box in page.links:
        if box.link and kind != "attachment":  # its own: a box also gets those of the boxes about it
            add(box, area, f"#{target}" if kind == "internal" else target, _heard(box.element) or target)
    for box in _note_boxes(page._page_box):
        x, y, width, height = box.hit_area()
        call, note = notes.names(box.element)
        anchor, other = (call, note) if box.element_tag.endswith("call") else (note, call)
        anchors.setdefault(anchor, (number, *paper.point(x, y)))
        add(box, (x, y, x + width, y + height), f"#{other}", box.element.get("data-number") or other)
    return begun


class _Notes:
    """Names for the two ends of each note: where it is called, and where it stands."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._numbers: dict[Any, int] = {}

    def names(self, element: Any) -> tuple[str, str]:
        number = self._numbers.setdefault(element, len(self._numbers) + 1)
        return f"_call-{self._prefix}-{number}", f"_note-{self._prefix}-{number}"


def _note_boxes(box: Any) -> Iterator[Any]:
    """The boxes of note calls and of the numbers before notes."""
    for child in box.all_children():
        if (child.element_tag or "").endswith(("::footnote-call", "::footnote-marker")):
            yield child
        else:
            yield from _note_boxes(child)


def _heard(element: Any) -> str:
    """What is read out of an element: what it says of itself, else its text and what its pictures show."""
    return element.get("aria-label") or " ".join("".join(_words(element)).split())


def _words(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield " " if child.tag in _APART else ""
        yield child.get("alt") or ""
        yield from _words(child)
        yield " " if child.tag in _APART else ""
        yield child.tail or ""
