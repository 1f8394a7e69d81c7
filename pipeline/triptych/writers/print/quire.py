"""A quire: the pages of one document, painted, as they are bound into a book.

A chapter is laid out by itself, wherever in the book it comes to stand. What depends on its place (page
numbers, running heads, where its links lead) is left to the binding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated as WithMetadata
from typing import TypeAlias

from pydantic import PlainSerializer, PlainValidator, SerializationInfo, ValidationInfo

from triptych.model.layout_defects import LayoutDefect
from weasyprint_typography.page_boxes import Area, NamedString, PageKind


def _store_binary(data: bytes, info: SerializationInfo[list[bytes]]) -> int:
    info.context.append(data)
    return len(info.context) - 1


def _load_binary(place: int, info: ValidationInfo[list[bytes]]) -> bytes:
    return info.context[place]


# Binary data. Where a quire is written as JSON it stands beside it, and its place in the JSON.
Binary: TypeAlias = WithMetadata[bytes, PlainSerializer(_store_binary), PlainValidator(_load_binary)]


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked-content sequence: ``mcid`` in the content stream of a page of the quire, counted from 0."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class Annotated:
    """The annotation of a link; ``link`` is its place among those of the quire."""

    link: int


# What a structure element says of itself (ISO 32000-1, 14.7.2 and 14.8.5): attributes of its table cell,
# its list or its place on the page.
Attributes: TypeAlias = dict[str, "str | int | list[float] | list[str]"]


@dataclass(slots=True)
class StructureElement:
    """A structure element: a standard structure type (ISO 32000-1, 14.8.4) with what it holds, in order.

    ``words`` are entries of its dictionary (Alt, E, Lang, ID), ``attributes`` those of its attribute
    objects by owner, such as ``{"Table": {"Scope": "Row"}}``. ``holder`` is the number of an element of the
    document that may go on in its next stretch, 0 of another. ``mathml`` is that of a formula, ``files`` are
    the places of what goes with an element among the things of the quire.
    """

    tag: str
    kids: list[StructureElement | Marked | Annotated] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Attributes] = field(default_factory=dict)
    holder: int = 0
    mathml: str = ""
    files: list[int] = field(default_factory=list)


Kid: TypeAlias = StructureElement | Marked | Annotated
Point: TypeAlias = tuple[int, float, float]  # page of the quire, and points from its lower left corner


@dataclass(frozen=True, slots=True)
class QuireLink:
    """An area of a page that leads to an id of the book, ``#id``, or to an address.

    ``words`` is what is read out for it.
    """

    page: int
    area: Area
    target: str
    words: str


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A heading as viewers list it; ``level`` counts from 1."""

    level: int
    words: str
    place: Point


@dataclass(frozen=True, slots=True)
class Start:
    """A place in the text of a document: a passage of it (see ``passages``), and the letters before it."""

    block: int
    within: int
    letters: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A painted page of a width and a height in points; ``content`` is a content stream, compressed (Flate).

    ``used`` are the resources that the content names: kind, name and place among the things of the quire,
    such as ("XObject", "i1", 0). ``start`` is where its text begins, None where it has none. A page that is
    ``turned`` is read with its left side up. ``text_area`` is where its text and pictures may stand,
    ``strays`` are those that the layout left elsewhere. ``move`` is how far its content moves to the right if
    it is bound on the other side of the book, None where it would be another; ``moved`` is how far it was.
    """

    size: tuple[float, float]
    content: Binary
    used: tuple[tuple[str, str, int], ...]
    kind: PageKind
    strings: tuple[NamedString, ...]
    start: Start | None = None
    turned: bool = False
    text_area: Area | None = None
    strays: tuple[LayoutDefect, ...] = ()
    move: float | None = None
    moved: float = 0.0


@dataclass(frozen=True, slots=True)
class SyntaxTemplate:
    """PDF syntax with ``%d`` for each number of an object, and these: places in a list of objects.

    Places below 0 are objects of the book, such as that of all its fonts.
    """

    text: Binary
    places: tuple[int, ...] = ()


FONTS = -1  # the font resources of the book


@dataclass(frozen=True, slots=True)
class QuireObject:
    """An object that pages draw or use: a picture, a drawing, a pattern, a graphics state.

    Where it is a stream, ``dictionary`` stands without its brackets and without the length.
    """

    dictionary: SyntaxTemplate
    stream: Binary | None


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What is used of a font: glyphs and the text that each stands for.

    ``face`` names its file on the resources; the rest is for its descriptor (ISO 32000-1, 9.8).
    """

    face: str
    name: str
    family: str
    flags: int
    ascent: int
    descent: int
    texts: dict[int, str]


@dataclass(frozen=True, slots=True)
class Quire:
    """Painted pages with all that belongs to them.

    ``anchors`` leads from the ids of the document to where they stand; ``elements`` are the roots of its
    structure; ``side`` is the one of the book that it begins on, "recto" or "verso", or "" for either.
    """

    sheets: tuple[Sheet, ...]
    things: tuple[QuireObject, ...]
    fonts: dict[str, Glyphs]
    links: tuple[QuireLink, ...]
    anchors: dict[str, Point]
    bookmarks: tuple[Bookmark, ...]
    elements: tuple[StructureElement, ...]
    side: str


def join_quires(pieces: Sequence[Quire]) -> Quire:
    """Join the quires of a document's stretches, in order.

    What holds blocks of several of them becomes one element. Headings skip no level then, and each page
    knows what its strings were when it began.
    """
    sheets: list[Sheet] = []
    things: list[QuireObject] = []
    fonts: dict[str, Glyphs] = {}
    links: list[QuireLink] = []
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
        _append_elements(elements, [base.element(element) for element in piece.elements])
    roots = [element for element in elements if isinstance(element, StructureElement)]
    close_heading_gaps(roots)
    return Quire(
        tuple(_carry_strings(sheets)),
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

    def thing(self, thing: QuireObject) -> QuireObject:
        template = thing.dictionary
        places = tuple(place + self.things if place >= 0 else place for place in template.places)
        return replace(thing, dictionary=SyntaxTemplate(template.text, places))

    def bookmark(self, mark: Bookmark) -> Bookmark:
        page, x, y = mark.place
        return replace(mark, place=(self.pages + page, x, y))

    def element(self, element: StructureElement) -> StructureElement:
        files = [self.things + place for place in element.files]
        return replace(element, kids=[self._kid(kid) for kid in element.kids], files=files)

    def _kid(self, kid: Kid) -> Kid:
        match kid:
            case Marked(page, mcid):
                return Marked(self.pages + page, mcid)
            case Annotated(link):
                return Annotated(self.links + link)
            case StructureElement():
                return self.element(kid)


def _append_elements(kids: list[Kid], more: Sequence[Kid]) -> None:
    """Append elements; the first is merged with the last of the others if both are one holder."""
    if kids and more:
        last, first = kids[-1], more[0]
        if (
            isinstance(last, StructureElement)
            and isinstance(first, StructureElement)
            and 0 < last.holder == first.holder
        ):
            _append_elements(last.kids, first.kids)
            more = more[1:]
    kids.extend(more)


def _carry_strings(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """Give pages the strings that they begin with (CSS GCPM 3, 1.1)."""
    before: dict[str, str] = {}
    for sheet in sheets:
        by_name = {string.name: string for string in sheet.strings}
        names = sorted({*before, *by_name})
        strings = [
            replace(by_name.get(name, NamedString(name, None)), before=before.get(name)) for name in names
        ]
        yield replace(sheet, strings=tuple(strings))
        before |= {string.name: string.set[-1] for string in strings if string.set}


_HEADINGS = frozenset(f"H{level}" for level in range(1, 7))


def close_heading_gaps(elements: Sequence[StructureElement]) -> None:
    """Raise each heading that is more than a level below the one before it.

    The elements belong to a chapter, whose title may be missing: its first heading may be of level 2.
    """
    last = 1
    waiting = list(reversed(elements))
    while waiting:
        element = waiting.pop()
        if element.tag in _HEADINGS:
            last = min(int(element.tag[1]), last + 1)
            element.tag = f"H{last}"
        waiting += [kid for kid in reversed(element.kids) if isinstance(kid, StructureElement)]
