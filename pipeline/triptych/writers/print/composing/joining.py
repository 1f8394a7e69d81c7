"""Quires of stretches → the quire of their document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from triptych.writers.print.quire import (
    Annotated,
    Bookmark,
    Element,
    Glyphs,
    Kid,
    Link,
    Marked,
    Point,
    Quire,
    Sheet,
    Template,
    Thing,
)
from triptych.writers.print.tags.headings import level
from weasyprint_typography.page_boxes import NamedString


def join(pieces: Sequence[Quire]) -> Quire:
    """Join the quires of a document's stretches, in order.

    What holds blocks of several of them becomes one element. Headings skip no level then, and each page
    knows what its strings were when it began.
    """
    sheets: list[Sheet] = []
    things: list[Thing] = []
    fonts: dict[str, Glyphs] = {}
    links: list[Link] = []
    anchors: dict[str, Point] = {}
    marks: list[Bookmark] = []
    elements: list[Kid] = []
    for piece in pieces:
        base = _Base(len(sheets), len(links), len(things))
        sheets += (base.sheet(sheet) for sheet in piece.sheets)
        things += (base.thing(thing) for thing in piece.things)
        for key, glyphs in piece.fonts.items():
            before = fonts.get(key, glyphs)
            fonts[key] = replace(before, texts=glyphs.texts | before.texts)
        for anchor, (page, x, y) in piece.anchors.items():
            anchors.setdefault(anchor, (base.pages + page, x, y))
        marks += (base.bookmark(mark) for mark in piece.bookmarks)
        links += (replace(link, page=base.pages + link.page) for link in piece.links)
        _append(elements, [base.element(element) for element in piece.elements])
    roots = [element for element in elements if isinstance(element, Element)]
    level(roots)
    return Quire(
        tuple(_in_turn(sheets)),
        tuple(things),
        fonts,
        tuple(links),
        anchors,
        tuple(marks),
        tuple(roots),
        pieces[0].side,
    )


@dataclass(frozen=True, slots=True)
class _Base:
    """Where the pages, links and things of a stretch begin in the document."""

    pages: int
    links: int
    things: int

    def sheet(self, sheet: Sheet) -> Sheet:
        used = tuple((kind, name, self.things + place) for kind, name, place in sheet.used)
        return replace(sheet, used=used)

    def thing(self, thing: Thing) -> Thing:
        template = thing.dictionary
        places = tuple(place + self.things if place >= 0 else place for place in template.places)
        return replace(thing, dictionary=Template(template.text, places))

    def bookmark(self, mark: Bookmark) -> Bookmark:
        page, x, y = mark.place
        return replace(mark, place=(self.pages + page, x, y))

    def element(self, element: Element) -> Element:
        files = [self.things + place for place in element.files]
        return replace(element, kids=[self._kid(kid) for kid in element.kids], files=files)

    def _kid(self, kid: Kid) -> Kid:
        match kid:
            case Marked(page, mcid):
                return Marked(self.pages + page, mcid)
            case Annotated(link):
                return Annotated(self.links + link)
            case Element():
                return self.element(kid)


def _append(kids: list[Kid], more: Sequence[Kid]) -> None:
    """Append elements to others; the first goes on with the last of these where both are one holder."""
    if kids and more:
        last, first = kids[-1], more[0]
        if isinstance(last, Element) and isinstance(first, Element) and 0 < last.holder == first.holder:
            _append(last.kids, first.kids)
            more = more[1:]
    kids.extend(more)


def _in_turn(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """Pages that know what their strings were when they began (CSS GCPM 3, 1.1)."""
    before: dict[str, str] = {}
    for sheet in sheets:
        by_name = {string.name: string for string in sheet.strings}
        names = sorted({*before, *by_name})
        strings = [
            replace(by_name.get(name, NamedString(name, None)), before=before.get(name)) for name in names
        ]
        yield replace(sheet, strings=tuple(strings))
        before |= {string.name: string.set[-1] for string in strings if string.set}
