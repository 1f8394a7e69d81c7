"""Bind quires into one PDF that conforms to both PDF/UA-1 and PDF/A-3a, or to PDF/X (see ``finish``).

Objects, pages and structure elements get their numbers here, in the order of the book. Therefore the file has
the same bytes whether quires come from the cache or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.model.book import Metadata
from triptych.writers.print.embedding import embed_fonts, join_fonts
from triptych.writers.print.finish import Box, Finish, draw_crop_marks
from triptych.writers.print.metadata import Attachment, attach, write_information, write_packet
from triptych.writers.print.pdf_syntax import (
    Bundle,
    PdfFile,
    bundle_objects,
    byte_string,
    text_string,
    write_name,
    write_numbers,
)
from triptych.writers.print.quire import FONTS, Bookmark, QuireLink, Sheet, SyntaxTemplate
from triptych.writers.print.serialisation import DOCUMENT, SerialisedQuire
from weasyprint_typography.content_stream import write_number

_FURNITURE = b"q /Artifact <</Type/Pagination>> BDC /Furniture Do EMC Q"
_GROUP = re.compile(rb"/Group\s*<<[^<>]*>>")
_write_box = lru_cache(maxsize=1024)(write_numbers)  # most pages have the same boxes
_PRINT_FLAG = 4  # the annotation flag Print (ISO 32000-1, 12.5.3), required by ISO 19005-3, 6.3.2


@dataclass(frozen=True, slots=True)
class NumberedQuire:
    """A quire with the running heads of each page and the number ``start`` of its first page.

    If ``roman`` is true, page numbers are written i, ii, iii ….
    """

    quire: SerialisedQuire
    furniture: Sequence[SerialisedQuire]
    start: int
    roman: bool = False


def bind_quires(
    gatherings: Sequence[NumberedQuire],
    metadata: Metadata,
    read: Callable[[str], bytes],
    finish: Finish,
    *,
    role_map: dict[str, str],
    rtl: bool = False,
    attachments: Sequence[Attachment] = (),
    memory: Memory = NO_MEMORY,
) -> bytes:
    """Return a PDF that consists of the numbered quires ``gatherings``.

    ``read`` returns the data of a font face by name. ``role_map`` maps structure types that are not in PDF
    1.7 to standard structure types (ISO 32000-1, 14.7.3).
    """
    file = PdfFile(finish.version, memory)
    binder = _Binder(file, finish)
    return binder.bind(gatherings, metadata, read, role_map, rtl, attachments)


@dataclass(frozen=True, slots=True)
class _ReservedQuire:
    """A quire and the first object number of the range that is reserved for it."""

    gathering: NumberedQuire
    base: int

    @property
    def quire(self) -> SerialisedQuire:
        return self.gathering.quire

    @property
    def first_page(self) -> int:
        """The object number of the first page."""
        return self.base + self.quire.first_page


@dataclass(slots=True)
class _Binder:
    file: PdfFile
    finish: Finish
    shared: dict[int, int] = field(default_factory=dict)  # object numbers by negative index
    streams: dict[bytes, int] = field(default_factory=dict)  # streams of several pages, by content
    moves: dict[float, tuple[int, int]] = field(
        default_factory=dict
    )  # the streams before and after moved content, by distance
    rtl: bool = False

    def bind(
        self,
        gatherings: Sequence[NumberedQuire],
        metadata: Metadata,
        read: Callable[[str], bytes],
        role_map: dict[str, str],
        rtl: bool,
        attachments: Sequence[Attachment],
    ) -> bytes:
        file = self.file
        catalogue, pages, root = (file.reserve() for _ in range(3))
        self.shared = {FONTS: file.reserve(), DOCUMENT: file.reserve()}
        furniture = file.add_stream(b"", _FURNITURE)
        laid = [_ReservedQuire(gathering, file.reserve(gathering.quire.size)) for gathering in gatherings]
        self.rtl = rtl
        anchors = _write_anchors(laid)
        leaves: list[int] = []
        keys: list[bytes] = []
        for one in laid:
            self._add_objects(one.quire, one.base)
            leaves += self._add_pages(one, pages, len(leaves), furniture)
            keys += self._add_elements(one)
        keys += self._add_links(laid, anchors, len(leaves))
        fonts = join_fonts(q.fonts for g in gatherings for q in (g.quire, *g.furniture))
        file.put(self.shared[FONTS], embed_fonts(fonts, file, read, bare=self.finish.opaque))
        file.put(pages, b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(leaves), _write_references(leaves)))
        structure = b""
        if not self.finish.for_press:
            self._add_structure(laid, root, keys, role_map)
            structure = b"/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>" % root
        marks = self.finish.outlined and [
            (mark, one.first_page + mark.place[0]) for one in laid for mark in one.quire.bookmarks
        ]
        outline = b"/Outlines %d 0 R/PageMode/UseOutlines" % add_outline(marks, file) if marks else b""
        xmp = file.add_stream(b"/Type/Metadata/Subtype/XML", write_packet(metadata, self.finish), plain=True)
        file.put(
            catalogue,
            b"<</Type/Catalog/Pages %d 0 R%s/Lang%s/ViewerPreferences<</DisplayDocTitle true%s>>"
            b"/PageLabels<</Nums[%s]>>/OutputIntents[%s]/Metadata %d 0 R%s%s>>"
            % (
                pages,
                structure,
                text_string(metadata.language),
                b"/Direction/R2L" if rtl else b"",
                _write_page_labels(gatherings),
                self.finish.add_output_intent(file),
                xmp,
                outline,
                self._write_names(anchors, attach(attachments, file, metadata.modified)),
            ),
        )
        return file.finish(catalogue, file.add(write_information(metadata, self.finish)))

    # --- Pages ---------------------------------------------------------------------------------

    def _add_objects(self, quire: SerialisedQuire, base: int) -> None:
        first = base + quire.count
        for place, item in enumerate(quire.objects, first):
            body = _fill_template(item.dictionary, first, self.shared)
            if self.finish.opaque:  # without transparency, a group looks like its content
                body = _GROUP.sub(b"", body)
            if self.finish.for_press and body.startswith((b"/Type/EmbeddedFile", b"<</Type/Filespec")):
                self.file.put(place, b"null")  # embedded files are not allowed (ISO 15930-7)
            elif item.stream is None:
                self.file.put(place, body)
            else:
                self.file.put_stream(place, body, item.stream)

    def _write_resources(self, quire: SerialisedQuire, sheet: Sheet, base: int, more: bytes = b"") -> bytes:
        """Return the resource dictionary of a page; ``more`` are entries for additional XObjects."""
        kinds: dict[str, bytes] = {}
        for kind, key, place in sheet.used:
            kinds[kind] = kinds.get(kind, b"") + write_name(key) + b" %d 0 R" % (base + quire.count + place)
        if more:
            kinds["XObject"] = kinds.get("XObject", b"") + more
        listed = b"".join(write_name(kind) + b"<<" + entries + b">>" for kind, entries in kinds.items())
        return b"<</Font %d 0 R%s>>" % (self.shared[FONTS], listed)

    def _add_pages(self, laid: _ReservedQuire, parent: int, first: int, furniture: int) -> Iterator[int]:
        """Add the pages of a quire and yield their object numbers.

        ``first`` is the index of the quire's first page in the book.
        """
        quire = laid.quire
        annotations: dict[int, list[int]] = {}
        for place, link in enumerate(quire.links, laid.base + quire.first_annotation):
            annotations.setdefault(link.page, []).append(place)
        for index, (sheet, margins) in enumerate(zip(quire.sheets, laid.gathering.furniture, strict=True)):
            place, content = laid.first_page + index, laid.base + quire.first_content + index
            self.file.put_stream(content, b"/Filter/FlateDecode", sheet.content)
            contents, more = self._move_content(content, sheet.moved), b""
            if margins.sheets[0].used or margins.fonts:
                contents.append(furniture)
                more = b"/Furniture %d 0 R" % self._add_furniture(margins)
            if self.finish.crop_marks:
                marks = draw_crop_marks(self.finish.boxes(sheet.size), self.finish.inks, self.finish.folds)
                contents.append(self._add_shared_stream(marks))
            entries = b""
            if not self.finish.for_press:
                entries = b"/Tabs/S/StructParents %d" % (first + index)
                if sheet.text_area:  # PDF/X does not allow both a TrimBox and an ArtBox (ISO 15930-7, 6.6)
                    entries += b"/ArtBox" + _write_box(sheet.text_area)
                if sheet.turned:  # shown upright on screens, but not rotated for a press
                    entries += b"/Rotate 90"
                if index in annotations:
                    entries += b"/Annots[%s]" % _write_references(annotations[index])
            boxes = self.finish.boxes(sheet.size, self._spine_side(first + index))
            if self.finish.sewn_in and self.finish.bleed:
                contents = [self._add_shared_stream(_write_clip(boxes.bleed)), *contents]
            self.file.put(
                place,
                b"<</Type/Page/Parent %d 0 R/MediaBox%s/BleedBox%s/TrimBox%s/Contents %s/Resources%s%s>>"
                % (
                    parent,
                    _write_box(boxes.media),
                    _write_box(boxes.bleed),
                    _write_box(boxes.trim),
                    b"[%s]" % _write_references(contents)
                    if len(contents) > 1
                    else _write_references(contents),
                    self._write_resources(quire, sheet, laid.base, more),
                    entries,
                ),
            )
            yield place

    def _move_content(self, content: int, move: float) -> list[int]:
        if not move:
            return [content]
        if move not in self.moves:
            begin = b"q 1 0 0 1 %s 0 cm" % write_number(move)
            self.moves[move] = self.file.add_stream(b"", begin), self.file.add_stream(b"", b"Q")
        before, after = self.moves[move]
        return [before, content, after]

    def _spine_side(self, page: int) -> Literal["left", "right"]:
        """Return the side on which the page with the index ``page`` is bound; rectos have even indices."""
        return "left" if (page % 2 == 0) != self.rtl else "right"

    def _add_shared_stream(self, content: bytes) -> int:
        """Return the object number of a content stream that several pages use, adding it if it is new."""
        if content not in self.streams:
            self.streams[content] = self.file.add_stream(b"", content)
        return self.streams[content]

    def _add_furniture(self, furniture: SerialisedQuire) -> int:
        sheet = furniture.sheets[0]
        base = self.file.reserve(len(furniture.objects)) - furniture.count
        self._add_objects(furniture, base)
        resources = self._write_resources(furniture, sheet, base)
        area = _write_box(self.finish.boxes(sheet.size).bleed)
        dictionary = b"/Type/XObject/Subtype/Form/BBox%s/Resources%s/Filter/FlateDecode" % (area, resources)
        return self.file.add_stream(dictionary, sheet.content)

    # --- Structure and links -------------------------------------------------------------------

    def _add_elements(self, laid: _ReservedQuire) -> Iterator[bytes]:
        """Add the structure elements of a quire, and yield the parent tree entry of each page."""
        if not self.finish.for_press:
            shared = tuple(self.shared.items())
            bundles, parents = self.file.memory.call(_bundle_elements, laid.quire, laid.base, shared)
            self.file.put_bundles(bundles)
            yield from parents

    def _add_links(
        self, laid: Sequence[_ReservedQuire], anchors: dict[str, bytes], key: int
    ) -> Iterator[bytes]:
        """Add all link annotations, and yield the parent tree entry of each link.

        ``key`` is the first free StructParent key.
        """
        for one in () if self.finish.for_press else laid:
            quire = one.quire
            first = one.base + quire.first_annotation
            for place, (link, owner) in enumerate(zip(quire.links, quire.owners, strict=True), first):
                self.file.put(place, _write_annotation(link, one.first_page + link.page, anchors, key))
                key += 1
                yield b"%d 0 R" % (one.base + owner) if owner >= 0 else b"null"

    def _add_structure(
        self, laid: Sequence[_ReservedQuire], root: int, keys: Sequence[bytes], role_map: dict[str, str]
    ) -> None:
        """Add the root of the structure tree and the Document element (ISO 32000-1, 14.7)."""
        file, document = self.file, self.shared[DOCUMENT]
        roots = [one.base + place for one in laid for place in one.quire.roots]
        file.put(
            document, b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (root, _write_references(roots))
        )
        tree = file.add(b"<</Nums[%s]>>" % b" ".join(b"%d %s" % pair for pair in enumerate(keys)))
        ids = sorted((i.encode(), one.base + place) for one in laid for i, place in one.quire.ids)
        listed = b""
        if ids:
            names = b"".join(byte_string(key) + b"%d 0 R" % place for key, place in ids)
            listed = b"/IDTree %d 0 R" % file.add(b"<</Names[%s]>>" % names)
        roles = b"".join(
            write_name(role) + write_name(standard) for role, standard in sorted(role_map.items())
        )
        file.put(
            root,
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d%s%s>>"
            % (document, tree, len(keys), listed, b"/RoleMap<<%s>>" % roles if roles else b""),
        )

    def _write_names(self, anchors: dict[str, bytes], attached: bytes) -> bytes:
        """Return the Names entry of the catalogue; ``attached`` is the result of ``attach``."""
        listed = b"".join(key + place for key, place in _sort_names(anchors))
        dests = self.file.add(b"<</Names[%s]>>" % listed)
        return b"/Names<</Dests %d 0 R%s" % (dests, attached or b">>")


def _write_clip(area: Box) -> bytes:
    """Return operators that clip the content of a page to ``area``."""
    left, bottom, right, top = area
    return b" ".join(map(write_number, (left, bottom, right - left, top - bottom))) + b" re W n"


def _fill_template(template: SyntaxTemplate, base: int, shared: Mapping[int, int]) -> bytes:
    """Fill in object numbers: ``base`` plus each index, or from ``shared`` for a negative index."""
    return template.text % tuple(
        [shared[place] if place < 0 else base + place for place in template.references]
    )


def _bundle_elements(
    quire: SerialisedQuire, base: int, shared: tuple[tuple[int, int], ...]
) -> tuple[tuple[Bundle, ...], tuple[bytes, ...]]:
    """Return the structure elements of a quire as object streams, and each page's parent tree entry.

    ``base`` is the object number of the first structure element.
    """
    elements = _fill_template(quire.elements, base, dict(shared)).split(b"\n") if quire.count else []
    parents = _fill_template(quire.parents, base, dict(shared)).split(b"\n")
    return bundle_objects(base, elements), tuple(parents)


def _write_anchors(laid: Sequence[_ReservedQuire]) -> dict[str, bytes]:
    """Return the destination of each id; a duplicate id gets the destination of its first element."""
    found: dict[str, bytes] = {}
    for one in laid:
        for anchor, (page, x, y) in one.quire.anchors.items():
            place = one.first_page + page
            found.setdefault(anchor, b"[%d 0 R/XYZ %s %s null]" % (place, write_number(x), write_number(y)))
    return found


def _sort_names(anchors: dict[str, bytes]) -> list[tuple[bytes, bytes]]:
    """Return names and destinations in the sort order of a name tree (ISO 32000-1, 7.9.6).

    Some readers compare names by bytes, others by characters. Both orders are the same if all names have the
    same encoding.
    """
    keys = [key for key in anchors if not key.startswith("_")]
    if all(key.isascii() for key in keys):
        return [(byte_string(key.encode()), anchors[key]) for key in sorted(keys)]
    coded = sorted((b"\xfe\xff" + key.encode("utf-16-be"), key) for key in keys)
    return [(b"<%s>" % data.hex().upper().encode(), anchors[key]) for data, key in coded]


def _write_annotation(link: QuireLink, page: int, anchors: dict[str, bytes], key: int) -> bytes:
    if link.target.startswith("#"):
        goal = anchors.get(link.target[1:])
        action = b"/Dest" + goal if goal else b""
    else:
        action = b"/A<</Type/Action/S/URI/URI%s>>" % text_string(link.target)
    return b"<</Type/Annot/Subtype/Link/Rect%s/Border[0 0 0]/F %d/P %d 0 R/Contents%s/StructParent %d%s>>" % (
        write_numbers(link.area),
        _PRINT_FLAG,
        page,
        text_string(link.words),
        key,
        action,
    )


def _write_references(places: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % place for place in places)


def _write_page_labels(gatherings: Sequence[NumberedQuire]) -> bytes:
    """Return page labels, one for each page at which numbering restarts (ISO 32000-1, 12.4.2)."""
    ranges: list[bytes] = []
    place, expected = 0, None
    for gathering in gatherings:
        if (gathering.start, gathering.roman) != expected:
            style = b"r" if gathering.roman else b"D"
            ranges.append(b"%d<</S/%s/St %d>>" % (place, style, gathering.start))
        place += len(gathering.quire.sheets)
        expected = (gathering.start + len(gathering.quire.sheets), gathering.roman)
    return b"".join(ranges)


def add_outline(marks: Sequence[tuple[Bookmark, int]], file: PdfFile) -> int:
    """Add bookmarks, each with its page's object number, and return the object number of the outline.

    A bookmark that skips levels becomes a child of the preceding bookmark. Only the first level is open.
    """
    root = file.reserve()
    first = file.reserve(len(marks))
    kids = _nest_bookmarks([mark.level for mark, _ in marks])
    for parent, siblings in kids.items():
        for place, index in enumerate(siblings):
            mark, page = marks[index]
            _, x, y = mark.place
            file.put(
                first + index,
                b"<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ %s %s null]%s%s>>"
                % (
                    text_string(mark.words),
                    first + parent if parent >= 0 else root,
                    page,
                    write_number(x),
                    write_number(y),
                    _write_siblings(siblings, place, first),
                    _write_children(kids[index], first, closed=True),
                ),
            )
    return file.put(root, b"<</Type/Outlines%s>>" % _write_children(kids[-1], first, closed=False))


def _nest_bookmarks(levels: Sequence[int]) -> dict[int, list[int]]:
    """Return the indices of the children of each bookmark; the children of -1 are the top level."""
    kids: dict[int, list[int]] = {-1: []}
    above: list[int] = []  # possible parents of the next bookmark
    for index, level in enumerate(levels):
        while above and levels[above[-1]] >= level:
            above.pop()
        kids[above[-1] if above else -1].append(index)
        kids[index] = []
        above.append(index)
    return kids


def _write_siblings(siblings: Sequence[int], place: int, first: int) -> bytes:
    before = b"/Prev %d 0 R" % (first + siblings[place - 1]) if place else b""
    return before + (b"/Next %d 0 R" % (first + siblings[place + 1]) if place + 1 < len(siblings) else b"")


def _write_children(below: Sequence[int], first: int, *, closed: bool) -> bytes:
    if not below:
        return b""
    count = -len(below) if closed else len(below)
    return b"/First %d 0 R/Last %d 0 R/Count %d" % (first + below[0], first + below[-1], count)
