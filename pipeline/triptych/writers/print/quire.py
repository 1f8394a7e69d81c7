"""Define quires: the painted pages of one document, independent of their position in the book.

``binder`` adds everything that depends on this position: page numbers, running heads and link destinations.
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


def _load_binary(index: int, info: ValidationInfo[list[bytes]]) -> bytes:
    return info.context[index]


# Binary data. In JSON, it is replaced with its index in a list that is stored separately.
Binary: TypeAlias = WithMetadata[bytes, PlainSerializer(_store_binary), PlainValidator(_load_binary)]


@dataclass(frozen=True, slots=True)
class MarkedContentReference:
    """A marked-content sequence: ``mcid`` in the content stream of the page with the index ``page``."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class AnnotationReference:
    """A link annotation as a kid of a structure element. ``link`` is the index of the link in the quire."""

    link: int


# The attributes of a structure element that have one owner, such as Table, List or Layout
# (ISO 32000-1, 14.8.5).
Attributes: TypeAlias = dict[str, "str | int | list[float] | list[str]"]


@dataclass(slots=True)
class StructureElement:
    """A structure element with its structure type (ISO 32000-1, 14.8.4) and its kids in order.

    ``text_entries`` are the text strings in its dictionary (Alt, E, Lang, ID). ``attributes`` maps the owners
    of attributes to the attributes, such as ``{"Table": {"Scope": "Row"}}``. ``container`` is the number of
    an HTML element that may continue in the next stretch of the document, or 0. ``mathml`` is the MathML of a
    formula. ``files`` are the indices of associated files among the objects of the quire.
    """

    tag: str
    kids: list[StructureElement | MarkedContentReference | AnnotationReference] = field(default_factory=list)
    text_entries: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Attributes] = field(default_factory=dict)
    container: int = 0
    mathml: str = ""
    files: list[int] = field(default_factory=list)


Kid: TypeAlias = StructureElement | MarkedContentReference | AnnotationReference
Point: TypeAlias = tuple[int, float, float]  # page index in the quire, x and y in points from the lower left


@dataclass(frozen=True, slots=True)
class QuireLink:
    """A link to an id of the book (``#id``) or to a URL.

    ``page`` is the index of the link's page in the quire.
    """

    page: int
    area: Area
    target: str
    alt_text: str


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the document outline. ``level`` is 1-based."""

    level: int
    text: str
    destination: Point


@dataclass(frozen=True, slots=True)
class TextPosition:
    """A position in a document: a passage, and the number of preceding letters in the passage.

    ``block`` is the number of a top-level block. ``nested_block`` is the number of a block nested in it, or 0
    (see ``triptych.markup.passages.PassageNumber``).
    """

    block: int
    nested_block: int
    letters: int


@dataclass(frozen=True, slots=True)
class PageNumber:
    """The digits of a page number, which are filled in after layout (see ``page_numbers``).

    ``masked_target`` is the masked target of the link. ``first_digit`` is the index of the first digit in the
    whole page number. ``offsets`` are the positions of the digits' glyphs in the content stream, where each
    glyph is written as four hexadecimal digits. ``glyphs`` are the glyphs of the digits 0 to 9 in the same
    notation.
    """

    masked_target: str
    first_digit: int
    offsets: tuple[int, ...]
    font: str
    glyphs: str


@dataclass(frozen=True, slots=True)
class QuirePage:
    """A painted page.

    ``size`` is in points. ``content`` is a content stream compressed with Flate. ``used_resources`` are the
    resources that the content stream names, as category, name and index among the objects of the quire, for
    example ("XObject", "i1", 0). ``start_position`` is the position of the page's first text, or None. If
    ``rotated`` is true, the page is read with its left side up. ``side_shift`` is the distance in points by
    which the content moves to the right if the page is bound on the opposite side, or None if the page would
    be different there. ``applied_shift`` is the distance by which the content has been moved.
    ``unfilled_numbers`` are the page numbers still to be filled in.
    """

    size: tuple[float, float]
    content: Binary
    used_resources: tuple[tuple[str, str, int], ...]
    kind: PageKind
    strings: tuple[NamedString, ...]
    start_position: TextPosition | None = None
    rotated: bool = False
    text_area: Area | None = None
    defects: tuple[LayoutDefect, ...] = ()
    side_shift: float | None = None
    applied_shift: float = 0.0
    unfilled_numbers: tuple[PageNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class SyntaxTemplate:
    """PDF syntax with ``%d`` in place of object numbers.

    ``references`` are the indices of the referenced objects. Negative indices refer to objects shared
    by the whole book.
    """

    text: Binary
    references: tuple[int, ...] = ()


FONTS = -1  # the index of the font resources of the book


@dataclass(frozen=True, slots=True)
class QuireObject:
    """A PDF object that pages use: an image, a drawing, a pattern, or a graphics state.

    If there is a ``stream``, ``dictionary`` is without angle brackets and Length entry.
    """

    dictionary: SyntaxTemplate
    stream: Binary | None


@dataclass(frozen=True, slots=True)
class UsedGlyphs:
    """The used glyphs of a font with their texts, and the entries of its descriptor (ISO 32000-1, 9.8).

    ``face`` is the name of the font file.
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
    """Painted pages with their links, structure and objects.

    ``anchors`` maps ids in the document to positions. ``elements`` are the top-level structure elements.
    ``required_side`` is the side on which the quire must begin: "recto", "verso", or "" for either.
    """

    pages: tuple[QuirePage, ...]
    objects: tuple[QuireObject, ...]
    fonts: dict[str, UsedGlyphs]
    links: tuple[QuireLink, ...]
    anchors: dict[str, Point]
    bookmarks: tuple[Bookmark, ...]
    elements: tuple[StructureElement, ...]
    required_side: str


def join_quires(quires: Sequence[Quire]) -> Quire:
    """Join the quires of a document's stretches, in order.

    Structure elements that continue from one stretch to the next are merged, unnecessary Divs in them are
    unwrapped, gaps between heading levels are closed, and the values of named strings are carried from page
    to page.
    """
    sheets: list[QuirePage] = []
    objects: list[QuireObject] = []
    fonts: dict[str, UsedGlyphs] = {}
    links: list[QuireLink] = []
    anchors: dict[str, Point] = {}
    marks: list[Bookmark] = []
    elements: list[Kid] = []
    for piece in quires:
        base = _StretchOffset(len(sheets), len(links), len(objects))
        sheets += (base.shift_page(sheet) for sheet in piece.pages)
        objects += (base.shift_object(item) for item in piece.objects)
        for key, glyphs in piece.fonts.items():
            before = fonts.get(key, glyphs)
            fonts[key] = replace(before, texts=glyphs.texts | before.texts)
        for anchor, (page, x, y) in piece.anchors.items():
            anchors.setdefault(anchor, (base.pages + page, x, y))
        marks += (base.shift_bookmark(mark) for mark in piece.bookmarks)
        links += (replace(link, page=base.pages + link.page) for link in piece.links)
        _append_elements(elements, [base.shift_element(element) for element in piece.elements])
    roots = [element for element in map(_unwrap_container, elements) if isinstance(element, StructureElement)]
    close_heading_gaps(roots)
    return Quire(
        tuple(_carry_strings(sheets)),
        tuple(objects),
        fonts,
        tuple(links),
        anchors,
        tuple(marks),
        tuple(roots),
        quires[0].required_side,
    )


@dataclass(frozen=True, slots=True)
class _StretchOffset:
    """The numbers of preceding pages, links and objects, which are added to the indices of a stretch."""

    pages: int
    links: int
    objects: int

    def shift_page(self, page: QuirePage) -> QuirePage:
        used = tuple((kind, name, self.objects + place) for kind, name, place in page.used_resources)
        return replace(page, used_resources=used)

    def shift_object(self, quire_object: QuireObject) -> QuireObject:
        template = quire_object.dictionary
        references = tuple(place + self.objects if place >= 0 else place for place in template.references)
        return replace(quire_object, dictionary=SyntaxTemplate(template.text, references))

    def shift_bookmark(self, bookmark: Bookmark) -> Bookmark:
        page, x, y = bookmark.destination
        return replace(bookmark, destination=(self.pages + page, x, y))

    def shift_element(self, element: StructureElement) -> StructureElement:
        files = [self.objects + place for place in element.files]
        return replace(element, kids=[self._shift_kid(kid) for kid in element.kids], files=files)

    def _shift_kid(self, kid: Kid) -> Kid:
        match kid:
            case MarkedContentReference(page, mcid):
                return MarkedContentReference(self.pages + page, mcid)
            case AnnotationReference(link):
                return AnnotationReference(self.links + link)
            case StructureElement():
                return self.shift_element(kid)


def _append_elements(kids: list[Kid], new_kids: Sequence[Kid]) -> None:
    """Append kids to a structure element.

    If the last of ``kids`` and the first of ``new_kids`` continue the same HTML element, they are merged.
    """
    if kids and new_kids:
        last, first = kids[-1], new_kids[0]
        if (
            isinstance(last, StructureElement)
            and isinstance(first, StructureElement)
            and 0 < last.container == first.container
        ):
            _append_elements(last.kids, first.kids)
            new_kids = new_kids[1:]
    kids.extend(new_kids)


def _unwrap_container(kid: Kid) -> Kid:
    """Unwrap each Div that has no attributes and a single kid, if it might have continued on other pages."""
    if not isinstance(kid, StructureElement) or not kid.container:
        return kid  # neither can its kids have continued
    kid.kids = [_unwrap_container(inner) for inner in kid.kids]
    return find_only_kid_of_div(kid) or kid


def find_only_kid_of_div(element: StructureElement) -> StructureElement | None:
    """Return the only kid of a Div without attributes, or None if ``element`` is not such a Div."""
    if element.tag != "Div" or element.text_entries or len(element.kids) != 1:
        return None
    kid = element.kids[0]
    return kid if isinstance(kid, StructureElement) else None


def _carry_strings(pages: Iterable[QuirePage]) -> Iterator[QuirePage]:
    """Set the value of each named string at the start of each page (CSS GCPM 3, 1.1)."""
    before: dict[str, str] = {}
    for sheet in pages:
        by_name = {string.name: string for string in sheet.strings}
        names = sorted({*before, *by_name})
        strings = [
            replace(by_name.get(name, NamedString(name, None)), start_value=before.get(name))
            for name in names
        ]
        yield replace(sheet, strings=tuple(strings))
        before |= {string.name: string.assigned_values[-1] for string in strings if string.assigned_values}


_HEADINGS = frozenset(f"H{level}" for level in range(1, 7))


def close_heading_gaps(elements: Sequence[StructureElement]) -> None:
    """Promote each heading that is more than one level below the preceding heading.

    The first heading may have level 2, since the chapter may have no title.
    """
    last = 1
    for element in iter_elements(elements):
        if element.tag in _HEADINGS:
            last = min(int(element.tag[1]), last + 1)
            element.tag = f"H{last}"


def iter_elements(elements: Sequence[StructureElement]) -> Iterator[StructureElement]:
    """Yield structure elements and their descendants in order."""
    waiting = list(reversed(elements))
    while waiting:
        element = waiting.pop()
        yield element
        waiting += [kid for kid in reversed(element.kids) if isinstance(kid, StructureElement)]
