"""Write the structure of quires as PDF syntax, pack quires for the cache, and move them to the opposite side.

Most objects of a tagged PDF are structure elements. They are written once, when a chapter is painted, with
placeholders for object numbers, which ``binder`` fills in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydantic import TypeAdapter

from triptych.writers.print.pdf_syntax import byte_string, text_string, write_name, write_numbers
from triptych.writers.print.quire import (
    Annotated,
    Bookmark,
    Glyphs,
    Marked,
    Point,
    Quire,
    QuireLink,
    QuireObject,
    Sheet,
    StructureElement,
    SyntaxTemplate,
    iter_elements,
)
from weasyprint_typography.content_stream import write_number
from weasyprint_typography.page_boxes import OTHER_SIDE, Area, PageKind
from weasyprint_typography.stretches import DocumentLayout

DOCUMENT = -2  # the index of the Document element, which contains the elements of all quires
_STRINGS = ("Alt", "ActualText", "E", "Lang", "T")


@dataclass(frozen=True, slots=True)
class SerialisedQuire:
    """A quire whose structure is written as PDF syntax.

    Its objects are numbered in this order: structure elements, ``objects``, pages, page contents,
    annotations. ``elements`` has one structure element per line, ``count`` in all; ``roots`` are the indices
    of elements without a parent. ``parents`` has one line per page: the elements of its marked content (ISO
    32000-1, 14.7.4.4). ``owners`` are the elements of the links, ``ids`` the elements with an id. ``areas``
    are the bounding boxes of elements: the page, and the start and end of the box in the text of
    ``elements``. ``complaints`` are errors that WeasyPrint logged, to be reported whenever the quire comes
    from the cache. If ``one_sided`` is true, the pages might differ if the quire began on the opposite page
    side.
    """

    sheets: tuple[Sheet, ...]
    objects: tuple[QuireObject, ...]
    fonts: dict[str, Glyphs]
    links: tuple[QuireLink, ...]
    anchors: dict[str, Point]
    bookmarks: tuple[Bookmark, ...]
    elements: SyntaxTemplate
    count: int
    roots: tuple[int, ...]
    parents: SyntaxTemplate
    owners: tuple[int, ...]
    ids: tuple[tuple[str, int], ...]
    areas: tuple[tuple[int, int, int], ...] = ()
    side: str = ""
    complaints: tuple[str, ...] = ()
    one_sided: bool = False

    @property
    def first_page(self) -> int:
        """The index of the first page object."""
        return self.count + len(self.objects)

    @property
    def first_content(self) -> int:
        """The index of the first page's content stream."""
        return self.first_page + len(self.sheets)

    @property
    def first_annotation(self) -> int:
        """The index of the first link's annotation."""
        return self.first_content + len(self.sheets)

    @property
    def size(self) -> int:
        """The total number of objects."""
        return self.first_annotation + len(self.links)


def serialise_quire(
    quire: Quire, complaints: Sequence[str] = (), *, one_sided: bool = False
) -> SerialisedQuire:
    """Return a quire with its structure written as PDF syntax."""
    count = sum(1 for _ in iter_elements(quire.elements))
    page = count + len(quire.objects)
    writer = _StructureWriter(count, page, page + 2 * len(quire.sheets), len(quire.sheets), len(quire.links))
    roots = tuple(writer.write_element(element, DOCUMENT) for element in quire.elements)
    return SerialisedQuire(
        sheets=quire.sheets,
        objects=quire.objects,
        fonts=quire.fonts,
        links=quire.links,
        anchors=quire.anchors,
        bookmarks=quire.bookmarks,
        elements=SyntaxTemplate(b"\n".join(writer.lines), tuple(writer.references())),
        count=len(writer.lines),
        roots=roots,
        parents=writer.write_parents(),
        owners=tuple(writer.owners),
        ids=tuple(writer.ids),
        areas=tuple(writer.areas()),
        side=quire.side,
        complaints=tuple(complaints),
        one_sided=one_sided,
    )


@dataclass(slots=True)
class _StructureWriter:
    """A writer of structure elements, one per line.

    ``first_object``, ``page`` and ``annotation`` are the indices of the first other object, page and
    annotation; ``pages`` and ``links`` are the counts of pages and links.
    """

    first_object: int
    page: int
    annotation: int
    pages: int
    links: int
    lines: list[bytes] = field(default_factory=list)
    ids: list[tuple[str, int]] = field(default_factory=list)
    owners: list[int] = field(init=False)
    _refs: list[list[int]] = field(default_factory=list)
    _areas: dict[int, tuple[int, bytes]] = field(default_factory=dict)  # by element index
    _marked: list[dict[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.owners = [-1] * self.links
        self._marked = [{} for _ in range(self.pages)]

    def write_element(self, element: StructureElement, parent: int) -> int:
        """Write a structure element and its descendants, and return the element's index."""
        place = len(self.lines)
        self.lines.append(b"")
        self._refs.append([])
        home = next((kid.page for kid in element.kids if isinstance(kid, Marked)), None)
        kids: list[bytes] = []
        references: list[int] = []
        for kid in element.kids:
            match kid:
                case StructureElement():
                    references.append(self.write_element(kid, place))
                    kids.append(b"%d 0 R")
                case Marked(page=page, mcid=mcid):
                    self._marked[page][mcid] = place
                    if page == home:
                        kids.append(write_number(mcid))
                    else:
                        references.append(self.page + page)
                        kids.append(b"<</Type/MCR/Pg %d 0 R/MCID " + write_number(mcid) + b">>")
                case Annotated(link=link):
                    self.owners[link] = place
                    references.append(self.annotation + link)
                    kids.append(b"<</Type/OBJR/Obj %d 0 R>>")
        begin = b"<</Type/StructElem/S%s/P %%d 0 R" % write_name(element.tag)
        refs = [parent]
        if home is not None:
            begin += b"/Pg %d 0 R"
            refs.append(self.page + home)
        files = b"/AF[" + b" ".join([b"%d 0 R"] * len(element.files)) + b"]" if element.files else b""
        refs += [self.first_object + file for file in element.files]
        content = kids[0] if len(kids) == 1 else b"[" + b" ".join(kids) + b"]"
        entries = self._write_entries(element, place).replace(b"%", b"%%")
        area = element.attributes.get("Layout", {}).get("BBox")
        if area and (first := _first_page_of(element)) is not None:
            self._areas[place] = first, _write_value(area)
        self.lines[place] = begin + files + entries + (b"/K " + content if kids else b"") + b">>"
        self._refs[place] = refs + references
        return place

    def _write_entries(self, element: StructureElement, place: int) -> bytes:
        written = b"".join(
            write_name(key) + text_string(element.words[key]) for key in _STRINGS if key in element.words
        )
        if identifier := element.words.get("ID"):
            self.ids.append((identifier, place))
            written += b"/ID" + byte_string(identifier.encode())
        objects = [
            b"<</O%s%s>>"
            % (
                write_name(owner),
                b"".join(write_name(key) + _write_value(value) for key, value in pairs.items()),
            )
            for owner, pairs in element.attributes.items()
        ]
        if objects:
            written += b"/A" + (objects[0] if len(objects) == 1 else b"[" + b"".join(objects) + b"]")
        return written

    def references(self) -> Iterator[int]:
        """Yield the indices of the objects to which all lines refer, in order."""
        for refs in self._refs:
            yield from refs

    def areas(self) -> Iterator[tuple[int, int, int]]:
        """Yield the page of each bounding box, and the start and end of the box in the text of the lines."""
        begin = 0
        for place, line in enumerate(self.lines):
            if place in self._areas:
                page, area = self._areas[place]
                # The last match, since text of the author precedes it.
                at = begin + line.rindex(b"/BBox" + area) + len(b"/BBox")
                yield page, at, at + len(area)
            begin += len(line) + 1

    def write_parents(self) -> SyntaxTemplate:
        """Return one line per page: an array of the structure elements of its marked-content sequences."""
        lines, references = [], []
        for marked in self._marked:
            row = []
            for mcid in range(max(marked, default=-1) + 1):
                row.append(b"%d 0 R" if mcid in marked else b"null")
                if mcid in marked:
                    references.append(marked[mcid])
            lines.append(b"[" + b" ".join(row) + b"]")
        return SyntaxTemplate(b"\n".join(lines), tuple(references))


def _first_page_of(element: StructureElement) -> int | None:
    """Return the index of the page on which the content of an element begins, or None."""
    for kid in element.kids:
        page = (
            kid.page
            if isinstance(kid, Marked)
            else _first_page_of(kid)
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
        return b"[" + b"".join(byte_string(item.encode()) for item in ids) + b"]"
    return write_numbers(item for item in value if not isinstance(item, str))


T = TypeVar("T")


_QUIRE = TypeAdapter(SerialisedQuire)
_LAYOUT = TypeAdapter(tuple[str, DocumentLayout, tuple[Quire, ...]])


def pack(quire: SerialisedQuire) -> bytes:
    """Return a quire as bytes, for the cache."""
    return _pack_with(_QUIRE, quire)


def unpack(data: bytes) -> SerialisedQuire:
    """Return the quire that ``pack`` has written."""
    return _unpack_with(_QUIRE, data)


def pack_layout(mark: str, layout: DocumentLayout, quires: Iterable[Quire]) -> bytes:
    """Return a layout and its stretches' quires as bytes; ``mark`` identifies the input of the layout."""
    return _pack_with(_LAYOUT, (mark, layout, tuple(quires)))


def unpack_layout(data: bytes) -> tuple[str, DocumentLayout, tuple[Quire, ...]]:
    """Return the mark, the layout and the quires that ``pack_layout`` has written."""
    return _unpack_with(_LAYOUT, data)


def _pack_with(adapter: TypeAdapter[T], value: T) -> bytes:
    pieces: list[bytes] = []
    head = adapter.dump_json(value, context=pieces, warnings=False)  # such as those about whole numbers
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


def can_turn(quire: SerialisedQuire) -> bool:
    """Return whether a quire would have the same pages if it began on the opposite page side."""
    return not quire.one_sided and all(sheet.move is not None for sheet in quire.sheets)


def turn_quire(quire: SerialisedQuire) -> SerialisedQuire:
    """Return a quire that begins on the opposite page side, with its content moved sideways."""
    moves = [sheet.move or 0.0 for sheet in quire.sheets]

    def moved(point: Point) -> Point:
        page, x, y = point
        return page, x + moves[page], y

    elements = replace(quire.elements, text=b"".join(_move_areas(quire, moves)))
    return replace(
        quire,
        sheets=tuple(map(_turn_sheet, quire.sheets)),
        links=tuple(replace(link, area=_shift_area(link.area, moves[link.page])) for link in quire.links),
        anchors={name: moved(point) for name, point in quire.anchors.items()},
        bookmarks=tuple(replace(mark, place=moved(mark.place)) for mark in quire.bookmarks),
        elements=elements,
        areas=(),
    )


def _turn_sheet(sheet: Sheet) -> Sheet:
    kind: PageKind = replace(sheet.kind, side=OTHER_SIDE[sheet.kind.side])
    area = sheet.text_area and _shift_area(sheet.text_area, sheet.move or 0.0)
    return replace(sheet, kind=kind, moved=sheet.move or 0.0, move=None, text_area=area)


def _move_areas(quire: SerialisedQuire, moves: list[float]) -> Iterator[bytes]:
    text, done = quire.elements.text, 0
    for page, begin, end in quire.areas:
        left, bottom, right, top = map(float, text[begin + 1 : end - 1].split())
        yield text[done:begin]
        yield write_numbers(_shift_area((left, bottom, right, top), moves[page]))
        done = end
    yield text[done:]


def _shift_area(area: Area, move: float) -> Area:
    left, bottom, right, top = area
    return left + move, bottom, right + move, top
