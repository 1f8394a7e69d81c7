"""Bind quires into one PDF that conforms to both PDF/UA-1 and PDF/A-3a, or to PDF/X (see ``finish``).

Objects, pages and structure elements are numbered here, in the order of the book. The file therefore has the
same bytes whether or not quires come from the cache.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.model.book import Metadata
from triptych.writers.print.embedding import embed_fonts, merge_used_glyphs
from triptych.writers.print.metadata import Attachment, attach_files, write_info_dictionary, write_xmp_packet
from triptych.writers.print.pdf_format import Box, PdfFormat, draw_crop_marks
from triptych.writers.print.pdf_syntax import (
    ObjectStream,
    PdfFile,
    pack_object_streams,
    write_literal_string,
    write_name,
    write_numbers,
    write_text_string,
)
from triptych.writers.print.quire import FONTS, Bookmark, QuireLink, QuirePage, SyntaxTemplate
from triptych.writers.print.serialisation import DOCUMENT, SerialisedQuire
from weasyprint_typography.content_stream import write_number

_FURNITURE = b"q /Artifact <</Type/Pagination>> BDC /Furniture Do EMC Q"
_GROUP = re.compile(rb"/Group\s*<<[^<>]*>>")
_write_box = lru_cache(maxsize=1024)(write_numbers)  # most pages have the same boxes
_PRINT_FLAG = 4  # the annotation flag Print (ISO 32000-1, 12.5.3), required by ISO 19005-3, 6.3.2


@dataclass(frozen=True, slots=True)
class NumberedQuire:
    """A quire with its page numbers, and the running heads of each page.

    If ``roman`` is true, page numbers are lower-case Roman numerals.
    """

    quire: SerialisedQuire
    running_heads: Sequence[SerialisedQuire]
    first_page_number: int
    roman: bool = False


def bind_quires(
    quires: Sequence[NumberedQuire],
    metadata: Metadata,
    read_face: Callable[[str], bytes],
    pdf_format: PdfFormat,
    *,
    role_map: dict[str, str],
    rtl: bool = False,
    attachments: Sequence[Attachment] = (),
    memory: Memory = NO_MEMORY,
) -> bytes:
    """Bind quires into one PDF, and return its bytes.

    ``read_face`` returns the data of a font face by name. ``role_map`` maps structure types that are not in
    PDF 1.7 to standard structure types (ISO 32000-1, 14.7.3).
    """
    file = PdfFile(pdf_format.version, memory)
    binder = _Binder(file, pdf_format)
    return binder.bind(quires, metadata, read_face, role_map, rtl, attachments)


@dataclass(frozen=True, slots=True)
class _ReservedQuire:
    """A quire, and the first number of the object numbers reserved for it."""

    numbered_quire: NumberedQuire
    first_object: int

    @property
    def quire(self) -> SerialisedQuire:
        return self.numbered_quire.quire

    @property
    def first_page(self) -> int:
        """The object number of the quire's first page."""
        return self.first_object + self.quire.first_page


@dataclass(slots=True)
class _Binder:
    file: PdfFile
    pdf_format: PdfFormat
    shared_objects: dict[int, int] = field(default_factory=dict)  # object numbers by negative index
    embedded_files: dict[bytes, int] = field(default_factory=dict)  # MathML files by compressed content
    shared_streams: dict[bytes, int] = field(default_factory=dict)  # streams shared by pages, by content
    shift_streams: dict[float, tuple[int, int]] = field(
        default_factory=dict
    )  # the streams before and after shifted content, by distance
    rtl: bool = False

    def bind(
        self,
        quires: Sequence[NumberedQuire],
        metadata: Metadata,
        read_face: Callable[[str], bytes],
        role_map: dict[str, str],
        rtl: bool,
        attachments: Sequence[Attachment],
    ) -> bytes:
        file = self.file
        catalogue, pages, root = (file.reserve_numbers() for _ in range(3))
        self.shared_objects = {FONTS: file.reserve_numbers(), DOCUMENT: file.reserve_numbers()}
        furniture = file.add_stream(b"", _FURNITURE)
        laid = [
            _ReservedQuire(gathering, file.reserve_numbers(gathering.quire.object_count))
            for gathering in quires
        ]
        self.rtl = rtl
        anchors = _write_destinations(laid)
        leaves: list[int] = []
        keys: list[bytes] = []
        for reserved_quire in laid:
            self._add_objects(reserved_quire.quire, reserved_quire.first_object)
            leaves += self._add_pages(reserved_quire, pages, len(leaves), furniture)
            keys += self._add_elements(reserved_quire)
        keys += self._add_links(laid, anchors, len(leaves))
        fonts = merge_used_glyphs(
            serialised_quire.fonts
            for numbered_quire in quires
            for serialised_quire in (numbered_quire.quire, *numbered_quire.running_heads)
        )
        file.set_object(
            self.shared_objects[FONTS],
            embed_fonts(fonts, file, read_face, cff_only=self.pdf_format.is_transparency_forbidden),
        )
        file.set_object(
            pages, b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(leaves), _write_references(leaves))
        )
        structure = b""
        if not self.pdf_format.is_for_press:
            self._add_structure(laid, root, keys, role_map)
            structure = b"/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>" % root
        marks = self.pdf_format.has_bookmarks and [
            (mark, reserved_quire.first_page + mark.destination[0])
            for reserved_quire in laid
            for mark in reserved_quire.quire.bookmarks
        ]
        outline = b"/Outlines %d 0 R/PageMode/UseOutlines" % add_outline(marks, file) if marks else b""
        xmp = file.add_stream(
            b"/Type/Metadata/Subtype/XML", write_xmp_packet(metadata, self.pdf_format), uncompressed=True
        )
        file.set_object(
            catalogue,
            b"<</Type/Catalog/Pages %d 0 R%s/Lang%s/ViewerPreferences<</DisplayDocTitle true%s>>"
            b"/PageLabels<</Nums[%s]>>/OutputIntents[%s]/Metadata %d 0 R%s%s>>"
            % (
                pages,
                structure,
                write_text_string(metadata.language),
                b"/Direction/R2L" if rtl else b"",
                _write_page_labels(quires),
                self.pdf_format.add_output_intent(file),
                xmp,
                outline,
                self._write_names(anchors, attach_files(attachments, file, metadata.modified)),
            ),
        )
        return file.finish(catalogue, file.add_object(write_info_dictionary(metadata, self.pdf_format)))

    # --- Pages ---------------------------------------------------------------------------------

    def _add_objects(self, quire: SerialisedQuire, base: int) -> None:
        first = base + quire.element_count
        replaced: dict[int, int] = {}  # numbers of objects that earlier quires already have
        for place, item in enumerate(quire.objects, first):
            body = _fill_template(item.dictionary, first, self.shared_objects, replaced)
            if item.stream is not None and body.startswith(b"/Type/EmbeddedFile"):
                number = self.embedded_files.setdefault(item.stream, place)
                if number != place:
                    replaced[place] = number
                    self.file.set_object(place, b"null")
                    continue
            if self.pdf_format.is_transparency_forbidden:  # without transparency, groups make no difference
                body = _GROUP.sub(b"", body)
            if self.pdf_format.is_for_press and body.startswith((b"/Type/EmbeddedFile", b"<</Type/Filespec")):
                self.file.set_object(place, b"null")  # embedded files are not allowed (ISO 15930-7)
            elif item.stream is None:
                self.file.set_object(place, body)
            else:
                self.file.set_stream(place, body, item.stream)

    def _write_resources(
        self, quire: SerialisedQuire, page: QuirePage, base: int, xobject_entries: bytes = b""
    ) -> bytes:
        """Return the resource dictionary of a page.

        ``xobject_entries`` are written into its XObject dictionary, in addition to the XObjects that the page
        uses.
        """
        kinds: dict[str, bytes] = {}
        for kind, key, place in page.used_resources:
            kinds[kind] = (
                kinds.get(kind, b"") + write_name(key) + b" %d 0 R" % (base + quire.element_count + place)
            )
        if xobject_entries:
            kinds["XObject"] = kinds.get("XObject", b"") + xobject_entries
        entry_list = b"".join(write_name(kind) + b"<<" + entries + b">>" for kind, entries in kinds.items())
        return b"<</Font %d 0 R%s>>" % (self.shared_objects[FONTS], entry_list)

    def _add_pages(
        self, reserved_quire: _ReservedQuire, parent: int, first_index: int, running_heads_stream: int
    ) -> Iterator[int]:
        """Add the pages of a quire, and yield their object numbers.

        ``first_index`` is the page index of the quire's first page in the book.
        """
        quire = reserved_quire.quire
        annotations: dict[int, list[int]] = {}
        for place, link in enumerate(quire.links, reserved_quire.first_object + quire.first_annotation):
            annotations.setdefault(link.page, []).append(place)
        for index, (sheet, margins) in enumerate(
            zip(quire.pages, reserved_quire.numbered_quire.running_heads, strict=True)
        ):
            place, content = (
                reserved_quire.first_page + index,
                reserved_quire.first_object + quire.first_content + index,
            )
            self.file.set_stream(content, b"/Filter/FlateDecode", sheet.content)
            contents, extra_entries = self._shift_content(content, sheet.applied_shift), b""
            if margins.pages[0].used_resources or margins.fonts:
                contents.append(running_heads_stream)
                extra_entries = b"/Furniture %d 0 R" % self._add_running_heads(margins)
            if self.pdf_format.crop_marks:
                marks = draw_crop_marks(
                    self.pdf_format.compute_page_boxes(sheet.size),
                    self.pdf_format.colour_space,
                    self.pdf_format.folds,
                )
                contents.append(self._add_shared_stream(marks))
            entries = b""
            if not self.pdf_format.is_for_press:
                entries = b"/Tabs/S/StructParents %d" % (first_index + index)
                if sheet.text_area:  # PDF/X does not allow both a TrimBox and an ArtBox (ISO 15930-7, 6.6)
                    entries += b"/ArtBox" + _write_box(sheet.text_area)
                if sheet.rotated:  # upright on screens, but not rotated on a press
                    entries += b"/Rotate 90"
                if index in annotations:
                    entries += b"/Annots[%s]" % _write_references(annotations[index])
            boxes = self.pdf_format.compute_page_boxes(sheet.size, self._get_spine_side(first_index + index))
            if self.pdf_format.is_untrimmed_at_spine and self.pdf_format.bleed:
                contents = [self._add_shared_stream(_write_clip(boxes.bleed)), *contents]
            self.file.set_object(
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
                    self._write_resources(quire, sheet, reserved_quire.first_object, extra_entries),
                    entries,
                ),
            )
            yield place

    def _shift_content(self, content: int, shift: float) -> list[int]:
        if not shift:
            return [content]
        if shift not in self.shift_streams:
            prefix = b"q 1 0 0 1 %s 0 cm" % write_number(shift)
            self.shift_streams[shift] = self.file.add_stream(b"", prefix), self.file.add_stream(b"", b"Q")
        before, after = self.shift_streams[shift]
        return [before, content, after]

    def _get_spine_side(self, index: int) -> Literal["left", "right"]:
        """Return the side of the spine on the page at ``index``; rectos have even indices."""
        return "left" if (index % 2 == 0) != self.rtl else "right"

    def _add_shared_stream(self, content: bytes) -> int:
        """Return the object number of a content stream shared by several pages; add it if it is new."""
        if content not in self.shared_streams:
            self.shared_streams[content] = self.file.add_stream(b"", content)
        return self.shared_streams[content]

    def _add_running_heads(self, running_heads: SerialisedQuire) -> int:
        sheet = running_heads.pages[0]
        base = self.file.reserve_numbers(len(running_heads.objects)) - running_heads.element_count
        self._add_objects(running_heads, base)
        resources = self._write_resources(running_heads, sheet, base)
        area = _write_box(self.pdf_format.compute_page_boxes(sheet.size).bleed)
        dictionary = b"/Type/XObject/Subtype/Form/BBox%s/Resources%s/Filter/FlateDecode" % (area, resources)
        return self.file.add_stream(dictionary, sheet.content)

    # --- Structure and links -------------------------------------------------------------------

    def _add_elements(self, reserved_quire: _ReservedQuire) -> Iterator[bytes]:
        """Add the structure elements of a quire, and yield the parent tree entry of each page."""
        if not self.pdf_format.is_for_press:
            shared_objects = tuple(self.shared_objects.items())
            bundles, parents = self.file.memory.call(
                _pack_elements, reserved_quire.quire, reserved_quire.first_object, shared_objects
            )
            self.file.add_object_streams(bundles)
            yield from parents

    def _add_links(
        self, reserved_quires: Sequence[_ReservedQuire], destinations: dict[str, bytes], key: int
    ) -> Iterator[bytes]:
        """Add all link annotations, and yield the parent tree entry of each.

        ``key`` is the first free StructParent key.
        """
        for reserved_quire in () if self.pdf_format.is_for_press else reserved_quires:
            quire = reserved_quire.quire
            first = reserved_quire.first_object + quire.first_annotation
            for place, (link, owner) in enumerate(zip(quire.links, quire.link_elements, strict=True), first):
                self.file.set_object(
                    place, _write_annotation(link, reserved_quire.first_page + link.page, destinations, key)
                )
                key += 1
                yield b"%d 0 R" % (reserved_quire.first_object + owner) if owner >= 0 else b"null"

    def _add_structure(
        self,
        reserved_quires: Sequence[_ReservedQuire],
        root: int,
        keys: Sequence[bytes],
        role_map: dict[str, str],
    ) -> None:
        """Add the root of the structure tree and the Document element (ISO 32000-1, 14.7)."""
        file, document = self.file, self.shared_objects[DOCUMENT]
        roots = [
            reserved_quire.first_object + place
            for reserved_quire in reserved_quires
            for place in reserved_quire.quire.roots
        ]
        file.set_object(
            document, b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (root, _write_references(roots))
        )
        tree = file.add_object(b"<</Nums[%s]>>" % b" ".join(b"%d %s" % pair for pair in enumerate(keys)))
        ids = sorted(
            (i.encode(), reserved_quire.first_object + place)
            for reserved_quire in reserved_quires
            for i, place in reserved_quire.quire.ids
        )
        id_tree = b""
        if ids:
            names = b"".join(write_literal_string(key) + b"%d 0 R" % place for key, place in ids)
            id_tree = b"/IDTree %d 0 R" % file.add_object(b"<</Names[%s]>>" % names)
        roles = b"".join(
            write_name(role) + write_name(standard) for role, standard in sorted(role_map.items())
        )
        file.set_object(
            root,
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d%s%s>>"
            % (document, tree, len(keys), id_tree, b"/RoleMap<<%s>>" % roles if roles else b""),
        )

    def _write_names(self, destinations: dict[str, bytes], attachment_entries: bytes) -> bytes:
        """Return the Names entry of the catalogue, with destinations and attachments.

        ``attachment_entries`` is the result of ``attach_files``.
        """
        entries = b"".join(key + place for key, place in _sort_names(destinations))
        dests = self.file.add_object(b"<</Names[%s]>>" % entries)
        return b"/Names<</Dests %d 0 R%s" % (dests, attachment_entries or b">>")


def _write_clip(area: Box) -> bytes:
    """Return operators that clip the content of a page to a box."""
    left, bottom, right, top = area
    return b" ".join(map(write_number, (left, bottom, right - left, top - bottom))) + b" re W n"


_NO_NUMBERS: Mapping[int, int] = {}


def _fill_template(
    template: SyntaxTemplate,
    base: int,
    shared_objects: Mapping[int, int],
    replaced_numbers: Mapping[int, int] = _NO_NUMBERS,
) -> bytes:
    """Fill in the object numbers of PDF syntax.

    Each index is added to ``base``; negative indices are looked up in ``shared_objects``. Numbers in
    ``replaced_numbers`` are replaced.
    """
    numbers = [shared_objects[place] if place < 0 else base + place for place in template.references]
    return template.text % tuple([replaced_numbers.get(number, number) for number in numbers])


def _pack_elements(
    quire: SerialisedQuire, base: int, shared_objects: tuple[tuple[int, int], ...]
) -> tuple[tuple[ObjectStream, ...], tuple[bytes, ...]]:
    """Return a quire's structure elements as object streams, and each page's parent tree entry.

    ``base`` is the object number of the first structure element.
    """
    elements = (
        _fill_template(quire.elements, base, dict(shared_objects)).split(b"\n") if quire.element_count else []
    )
    parents = _fill_template(quire.parents, base, dict(shared_objects)).split(b"\n")
    return pack_object_streams(base, elements), tuple(parents)


def _write_destinations(reserved_quires: Sequence[_ReservedQuire]) -> dict[str, bytes]:
    """Return the destination of each id. A duplicate id gets the destination of its first element."""
    destinations: dict[str, bytes] = {}
    for reserved_quire in reserved_quires:
        for anchor, (page, x, y) in reserved_quire.quire.anchors.items():
            place = reserved_quire.first_page + page
            destinations.setdefault(
                anchor, b"[%d 0 R/XYZ %s %s null]" % (place, write_number(x), write_number(y))
            )
    return destinations


def _sort_names(destinations: dict[str, bytes]) -> list[tuple[bytes, bytes]]:
    """Return names and destinations in the sort order of a name tree (ISO 32000-1, 7.9.6).

    Some PDF readers compare names by bytes, others by characters. Both orders agree if all names have the
    same encoding.
    """
    keys = [key for key in destinations if not key.startswith("_")]
    if all(key.isascii() for key in keys):
        return [(write_literal_string(key.encode()), destinations[key]) for key in sorted(keys)]
    coded = sorted((b"\xfe\xff" + key.encode("utf-16-be"), key) for key in keys)
    return [(b"<%s>" % data.hex().upper().encode(), destinations[key]) for data, key in coded]


def _write_annotation(link: QuireLink, page: int, destinations: dict[str, bytes], key: int) -> bytes:
    if link.target.startswith("#"):
        goal = destinations.get(link.target[1:])
        action = b"/Dest" + goal if goal else b""
    else:
        action = b"/A<</Type/Action/S/URI/URI%s>>" % write_text_string(link.target)
    return b"<</Type/Annot/Subtype/Link/Rect%s/Border[0 0 0]/F %d/P %d 0 R/Contents%s/StructParent %d%s>>" % (
        write_numbers(link.area),
        _PRINT_FLAG,
        page,
        write_text_string(link.alt_text),
        key,
        action,
    )


def _write_references(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % place for place in numbers)


def _write_page_labels(quires: Sequence[NumberedQuire]) -> bytes:
    """Return page labels, one for each page where numbering restarts (ISO 32000-1, 12.4.2)."""
    ranges: list[bytes] = []
    place, expected = 0, None
    for gathering in quires:
        if (gathering.first_page_number, gathering.roman) != expected:
            style = b"r" if gathering.roman else b"D"
            ranges.append(b"%d<</S/%s/St %d>>" % (place, style, gathering.first_page_number))
        place += len(gathering.quire.pages)
        expected = (gathering.first_page_number + len(gathering.quire.pages), gathering.roman)
    return b"".join(ranges)


def add_outline(bookmarks: Sequence[tuple[Bookmark, int]], file: PdfFile) -> int:
    """Add bookmarks, each with the object number of its page; return the object number of the outline.

    A bookmark that skips levels becomes a child of the preceding bookmark. Only the first level is open.
    """
    root = file.reserve_numbers()
    first = file.reserve_numbers(len(bookmarks))
    kids = _nest_bookmarks([mark.level for mark, _ in bookmarks])
    for parent, siblings in kids.items():
        for place, index in enumerate(siblings):
            mark, page = bookmarks[index]
            _, x, y = mark.destination
            file.set_object(
                first + index,
                b"<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ %s %s null]%s%s>>"
                % (
                    write_text_string(mark.text),
                    first + parent if parent >= 0 else root,
                    page,
                    write_number(x),
                    write_number(y),
                    _write_siblings(siblings, place, first),
                    _write_children(kids[index], first, is_closed=True),
                ),
            )
    return file.set_object(root, b"<</Type/Outlines%s>>" % _write_children(kids[-1], first, is_closed=False))


def _nest_bookmarks(levels: Sequence[int]) -> dict[int, list[int]]:
    """Return the indices of each bookmark's children. The children of -1 are the top level."""
    kids: dict[int, list[int]] = {-1: []}
    above: list[int] = []  # possible parents of the next bookmark
    for index, level in enumerate(levels):
        while above and levels[above[-1]] >= level:
            above.pop()
        kids[above[-1] if above else -1].append(index)
        kids[index] = []
        above.append(index)
    return kids


def _write_siblings(siblings: Sequence[int], index: int, first: int) -> bytes:
    before = b"/Prev %d 0 R" % (first + siblings[index - 1]) if index else b""
    return before + (b"/Next %d 0 R" % (first + siblings[index + 1]) if index + 1 < len(siblings) else b"")


def _write_children(children: Sequence[int], first: int, *, is_closed: bool) -> bytes:
    if not children:
        return b""
    count = -len(children) if is_closed else len(children)
    return b"/First %d 0 R/Last %d 0 R/Count %d" % (first + children[0], first + children[-1], count)
