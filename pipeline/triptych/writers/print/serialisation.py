"""Write the structure of quires as PDF syntax, pack quires for the cache, and shift them to the other side.

Most objects of a tagged PDF are structure elements. They are written once, when a chapter is painted, with
placeholders for object numbers, which ``binder`` fills in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydantic import TypeAdapter

from triptych.writers.print.pdf_syntax import (
    write_literal_string,
    write_name,
    write_numbers,
    write_text_string,
)
from triptych.writers.print.quire import (
    AnnotationReference,
    Bookmark,
    MarkedContentReference,
    Point,
    Quire,
    QuireLink,
    QuireObject,
    QuirePage,
    StructureElement,
    SyntaxTemplate,
    UsedGlyphs,
    iter_elements,
)
from weasyprint_typography.content_stream import write_number
from weasyprint_typography.page_boxes import OTHER_SIDE, Area, PageKind
from weasyprint_typography.stretches import DocumentLayout

DOCUMENT = -2  # index of the Document element, which contains the elements of all quires
_STRINGS = ("Alt", "ActualText", "E", "Lang", "T")


@dataclass(frozen=True, slots=True)
class SerialisedQuire:
    """A quire whose structure is written as PDF syntax.

    Its objects are numbered in this order: structure elements, ``objects``, pages, page contents,
    annotations. ``elements`` has ``element_count`` structure elements, one per line. ``roots`` are the
    indices of elements without a parent. ``parents`` has one line per page, with the elements of the page's
    marked content (ISO 32000-1, 14.7.4.4). ``link_elements`` are the indices of the elements of links.
    ``ids`` are pairs of an id and an element index. ``bounding_boxes`` has the page of each bounding box, and
    the start and end of the box in the text of ``elements``. ``logged_errors`` are errors that WeasyPrint
    logged, to be reported whenever the quire comes from the cache. If ``is_side_dependent`` is true, the
    pages might differ if the quire began on the opposite page side.
    """

    pages: tuple[QuirePage, ...]
    objects: tuple[QuireObject, ...]
    fonts: dict[str, UsedGlyphs]
    links: tuple[QuireLink, ...]
    anchors: dict[str, Point]
    bookmarks: tuple[Bookmark, ...]
    elements: SyntaxTemplate
    element_count: int
    roots: tuple[int, ...]
    parents: SyntaxTemplate
    link_elements: tuple[int, ...]
    ids: tuple[tuple[str, int], ...]
    bounding_boxes: tuple[tuple[int, int, int], ...] = ()
    required_side: str = ""
    logged_errors: tuple[str, ...] = ()
    is_side_dependent: bool = False

    @property
    def first_page(self) -> int:
        """The index of the first page object."""
        return self.element_count + len(self.objects)

    @property
    def first_content(self) -> int:
        """The index of the first page's content stream."""
        return self.first_page + len(self.pages)

    @property
    def first_annotation(self) -> int:
        """The index of the first link's annotation."""
        return self.first_content + len(self.pages)

    @property
    def object_count(self) -> int:
        """The total number of objects."""
        return self.first_annotation + len(self.links)


def serialise_quire(
    quire: Quire, logged_errors: Sequence[str] = (), *, is_side_dependent: bool = False
) -> SerialisedQuire:
    """Write the structure of a quire as PDF syntax."""
    count = sum(1 for _ in iter_elements(quire.elements))
    page = count + len(quire.objects)
    writer = _StructureWriter(count, page, page + 2 * len(quire.pages), len(quire.pages), len(quire.links))
    roots = tuple(writer.write_element(element, DOCUMENT) for element in quire.elements)
    return SerialisedQuire(
        pages=quire.pages,
        objects=quire.objects,
        fonts=quire.fonts,
        links=quire.links,
        anchors=quire.anchors,
        bookmarks=quire.bookmarks,
        elements=SyntaxTemplate(b"\n".join(writer.lines), tuple(writer.references())),
        element_count=len(writer.lines),
        roots=roots,
        parents=writer.write_parents(),
        link_elements=tuple(writer.link_elements),
        ids=tuple(writer.ids),
        bounding_boxes=tuple(writer.find_bounding_boxes()),
        required_side=quire.required_side,
        logged_errors=tuple(logged_errors),
        is_side_dependent=is_side_dependent,
    )


@dataclass(slots=True)
class _StructureWriter:
    """Writes structure elements, one per line.

    ``first_object`` is the index of the first object that is not a structure element. ``first_page`` and
    ``first_annotation`` are the indices of the first page and the first annotation.
    """

    first_object: int
    first_page: int
    first_annotation: int
    page_count: int
    link_count: int
    lines: list[bytes] = field(default_factory=list)
    ids: list[tuple[str, int]] = field(default_factory=list)
    link_elements: list[int] = field(init=False)
    _references: list[list[int]] = field(default_factory=list)
    _bounding_boxes: dict[int, tuple[int, bytes]] = field(default_factory=dict)  # by element index
    _elements_by_mcid: list[dict[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.link_elements = [-1] * self.link_count
        self._elements_by_mcid = [{} for _ in range(self.page_count)]

    def write_element(self, element: StructureElement, parent: int) -> int:
        """Write a structure element and its descendants; return the element's index."""
        place = len(self.lines)
        self.lines.append(b"")
        self._references.append([])
        home = next((kid.page for kid in element.kids if isinstance(kid, MarkedContentReference)), None)
        kids: list[bytes] = []
        references: list[int] = []
        for kid in element.kids:
            match kid:
                case StructureElement():
                    references.append(self.write_element(kid, place))
                    kids.append(b"%d 0 R")
                case MarkedContentReference(page=page, mcid=mcid):
                    self._elements_by_mcid[page][mcid] = place
                    if page == home:
                        kids.append(write_number(mcid))
                    else:
                        references.append(self.first_page + page)
                        kids.append(b"<</Type/MCR/Pg %d 0 R/MCID " + write_number(mcid) + b">>")
                case AnnotationReference(link=link):
                    self.link_elements[link] = place
                    references.append(self.first_annotation + link)
                    kids.append(b"<</Type/OBJR/Obj %d 0 R>>")
        prefix = b"<</Type/StructElem/S%s/P %%d 0 R" % write_name(element.tag)
        refs = [parent]
        if home is not None:
            prefix += b"/Pg %d 0 R"
            refs.append(self.first_page + home)
        files = b"/AF[" + b" ".join([b"%d 0 R"] * len(element.files)) + b"]" if element.files else b""
        refs += [self.first_object + file for file in element.files]
        content = kids[0] if len(kids) == 1 else b"[" + b" ".join(kids) + b"]"
        entries = self._write_entries(element, place).replace(b"%", b"%%")
        area = element.attributes.get("Layout", {}).get("BBox")
        if area and (first := _find_first_page(element)) is not None:
            self._bounding_boxes[place] = first, _write_value(area)
        self.lines[place] = prefix + files + entries + (b"/K " + content if kids else b"") + b">>"
        self._references[place] = refs + references
        return place

    def _write_entries(self, element: StructureElement, index: int) -> bytes:
        entries = b"".join(
            write_name(key) + write_text_string(element.text_entries[key])
            for key in _STRINGS
            if key in element.text_entries
        )
        if identifier := element.text_entries.get("ID"):
            self.ids.append((identifier, index))
            entries += b"/ID" + write_literal_string(identifier.encode())
        objects = [
            b"<</O%s%s>>"
            % (
                write_name(owner),
                b"".join(write_name(key) + _write_value(value) for key, value in pairs.items()),
            )
            for owner, pairs in element.attributes.items()
        ]
        if objects:
            entries += b"/A" + (objects[0] if len(objects) == 1 else b"[" + b"".join(objects) + b"]")
        return entries

    def references(self) -> Iterator[int]:
        """Yield the indices of the objects referenced by the lines, in order."""
        for refs in self._references:
            yield from refs

    def find_bounding_boxes(self) -> Iterator[tuple[int, int, int]]:
        """Yield the page of each bounding box, and the start and end of the box in the text of the lines."""
        line_start = 0
        for place, line in enumerate(self.lines):
            if place in self._bounding_boxes:
                page, area = self._bounding_boxes[place]
                # The last match, since the author's text precedes it.
                area_start = line_start + line.rindex(b"/BBox" + area) + len(b"/BBox")
                yield page, area_start, area_start + len(area)
            line_start += len(line) + 1

    def write_parents(self) -> SyntaxTemplate:
        """Return one line per page: an array of the structure elements of its marked-content sequences."""
        lines, references = [], []
        for marked in self._elements_by_mcid:
            row = []
            for mcid in range(max(marked, default=-1) + 1):
                row.append(b"%d 0 R" if mcid in marked else b"null")
                if mcid in marked:
                    references.append(marked[mcid])
            lines.append(b"[" + b" ".join(row) + b"]")
        return SyntaxTemplate(b"\n".join(lines), tuple(references))


def _find_first_page(element: StructureElement) -> int | None:
    """Return the index of the page on which an element's content begins, or None."""
    for kid in element.kids:
        page = (
            kid.page
            if isinstance(kid, MarkedContentReference)
            else _find_first_page(kid)
            if isinstance(kid, StructureElement)
            else None
        )
        if page is not None:
            return page
    return None


def _write_value(value: str | int | list[float] | list[str]) -> bytes:
    """Return an attribute value as PDF syntax: a name, a number, a rectangle, or a list of element ids."""
    if isinstance(value, str):
        return write_name(value)
    if isinstance(value, int):
        return b" %d" % value
    ids = [item for item in value if isinstance(item, str)]
    if ids:
        return b"[" + b"".join(write_literal_string(item.encode()) for item in ids) + b"]"
    return write_numbers(item for item in value if not isinstance(item, str))


T = TypeVar("T")


_QUIRE = TypeAdapter(SerialisedQuire)
_LAYOUT = TypeAdapter(tuple[str, DocumentLayout, tuple[Quire, ...]])


def pack_quire(quire: SerialisedQuire) -> bytes:
    """Pack a quire as bytes, for the cache."""
    return _pack_with(_QUIRE, quire)


def unpack_quire(data: bytes) -> SerialisedQuire:
    """Unpack a quire packed by ``pack_quire``."""
    return _unpack_with(_QUIRE, data)


def pack_layout(source_digest: str, layout: DocumentLayout, quires: Iterable[Quire]) -> bytes:
    """Pack a layout and the quires of its stretches as bytes, for the cache.

    ``source_digest`` identifies the input of the layout.
    """
    return _pack_with(_LAYOUT, (source_digest, layout, tuple(quires)))


def unpack_layout(data: bytes) -> tuple[str, DocumentLayout, tuple[Quire, ...]]:
    """Return the source digest, layout and quires packed by ``pack_layout``."""
    return _unpack_with(_LAYOUT, data)


def _pack_with(adapter: TypeAdapter[T], value: T) -> bytes:
    pieces: list[bytes] = []
    head = adapter.dump_json(value, context=pieces, warnings=False)  # such as warnings about whole numbers
    sizes = json.dumps([len(head), *map(len, pieces)]).encode()
    return len(sizes).to_bytes(8, "big") + sizes + head + b"".join(pieces)


def _unpack_with(adapter: TypeAdapter[T], data: bytes) -> T:
    end = 8 + int.from_bytes(data[:8], "big")
    pieces: list[bytes] = []
    for size in json.loads(data[8:end]):
        pieces.append(data[end : end + size])
        end += size
    head, *pieces = pieces
    return adapter.validate_json(head, context=pieces)


def can_swap_side(quire: SerialisedQuire) -> bool:
    """Return whether a quire would have the same pages if it began on the opposite side (recto or verso)."""
    return not quire.is_side_dependent and all(sheet.side_shift is not None for sheet in quire.pages)


def swap_quire_side(quire: SerialisedQuire) -> SerialisedQuire:
    """Return a copy of the quire that begins on the opposite side, with its content shifted horizontally."""
    side_shifts = [sheet.side_shift or 0.0 for sheet in quire.pages]

    def shift_point(point: Point) -> Point:
        page, x, y = point
        return page, x + side_shifts[page], y

    elements = replace(quire.elements, text=b"".join(_shift_bounding_boxes(quire, side_shifts)))
    return replace(
        quire,
        pages=tuple(map(_swap_page_side, quire.pages)),
        links=tuple(
            replace(link, area=_shift_area(link.area, side_shifts[link.page])) for link in quire.links
        ),
        anchors={name: shift_point(point) for name, point in quire.anchors.items()},
        bookmarks=tuple(replace(mark, destination=shift_point(mark.destination)) for mark in quire.bookmarks),
        elements=elements,
        bounding_boxes=(),
    )


def _swap_page_side(page: QuirePage) -> QuirePage:
    kind: PageKind = replace(page.kind, side=OTHER_SIDE[page.kind.side])
    area = page.text_area and _shift_area(page.text_area, page.side_shift or 0.0)
    return replace(page, kind=kind, applied_shift=page.side_shift or 0.0, side_shift=None, text_area=area)


def _shift_bounding_boxes(quire: SerialisedQuire, shifts: list[float]) -> Iterator[bytes]:
    text, done = quire.elements.text, 0
    for page, start, end in quire.bounding_boxes:
        left, bottom, right, top = map(float, text[start + 1 : end - 1].split())
        yield text[done:start]
        yield write_numbers(_shift_area((left, bottom, right, top), shifts[page]))
        done = end
    yield text[done:]


def _shift_area(area: Area, shift: float) -> Area:
    left, bottom, right, top = area
    return left + shift, bottom, right + shift, top
