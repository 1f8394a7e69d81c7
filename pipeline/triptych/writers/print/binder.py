"""Folded quires → one PDF: PDF/UA-1 and PDF/A-3a in one file, or PDF/X (see ``finish``).

Only here are things numbered: objects, pages, structure. All of it is written from values in their order,
so that a book has the same bytes whichever of its quires were painted anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.model.book import Metadata
from triptych.writers.print.embedding import embed, joined
from triptych.writers.print.finish import Box, Finish, crop_marks
from triptych.writers.print.folding import DOCUMENT, Folded
from triptych.writers.print.metadata import Attachment, attach, information, packet
from triptych.writers.print.pdf_syntax import (
    Bundle,
    PdfFile,
    bundled,
    byte_string,
    name,
    number,
    numbers,
    text_string,
)
from triptych.writers.print.quire import FONTS, Bookmark, Link, Sheet, Template

_FURNITURE = b"q /Artifact <</Type/Pagination>> BDC /Furniture Do EMC Q"
_GROUP = re.compile(rb"/Group\s*<<[^<>]*>>")
_corners = lru_cache(maxsize=1024)(numbers)  # of boxes, which hardly differ from page to page
_PRINTED = 4  # the flag of an annotation that is there in print as well (ISO 19005-3, 6.3.2)


@dataclass(frozen=True, slots=True)
class Gathering:
    """A quire at its place in the book: the furniture of each page, and the number of the first one.

    ``roman`` counts i, ii, iii … as front matter does.
    """

    quire: Folded
    furniture: Sequence[Folded]
    start: int
    roman: bool = False


def bind(
    gatherings: Sequence[Gathering],
    metadata: Metadata,
    read: Callable[[str], bytes],
    finish: Finish,
    *,
    role_map: dict[str, str],
    rtl: bool = False,
    attachments: Sequence[Attachment] = (),
    memory: Memory = NO_MEMORY,
) -> bytes:
    """Bind quires. ``read`` gives a face's bytes; ``rtl`` is for a book that is read from right to left.

    ``role_map`` says what types of elements that no standard knows are (ISO 32000-1, 14.7.3).
    """
    file = PdfFile(finish.version, memory)
    binder = _Binder(file, finish)
    return binder.bind(gatherings, metadata, read, role_map, rtl, attachments)


@dataclass(frozen=True, slots=True)
class _Laid:
    """A gathering whose objects begin with the number ``base``."""

    gathering: Gathering
    base: int

    @property
    def quire(self) -> Folded:
        return self.gathering.quire

    @property
    def first_page(self) -> int:
        """The object of the first page."""
        return self.base + self.quire.first_page


@dataclass(slots=True)
class _Binder:
    file: PdfFile
    finish: Finish
    shared: dict[int, int] = field(default_factory=dict)  # objects of the book by their names below 0
    overlays: dict[tuple[float, float], int] = field(default_factory=dict)  # crop marks by sizes of pages
    clips: dict[Box, int] = field(default_factory=dict)  # by what they leave
    moves: dict[float, tuple[int, int]] = field(default_factory=dict)  # what begins and ends each
    rtl: bool = False

    def bind(
        self,
        gatherings: Sequence[Gathering],
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
        laid = [_Laid(gathering, file.reserve(gathering.quire.size)) for gathering in gatherings]
        self.rtl = rtl
        anchors = _anchors(laid)
        leaves: list[int] = []
        keys: list[bytes] = []
        for one in laid:
            self._things(one.quire, one.base)
            leaves += self._pages(one, pages, len(leaves), furniture)
            keys += self._elements(one)
        keys += self._links(laid, anchors, len(leaves))
        fonts = joined(q.fonts for g in gatherings for q in (g.quire, *g.furniture))
        file.put(self.shared[FONTS], embed(fonts, file, read, bare=self.finish.opaque))
        file.put(pages, b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(leaves), _refs(leaves)))
        structure = b""
        if not self.finish.for_press:
            self._structure(laid, root, keys, role_map)
            structure = b"/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>" % root
        marks = self.finish.outlined and [
            (mark, one.first_page + mark.place[0]) for one in laid for mark in one.quire.bookmarks
        ]
        outline = b"/Outlines %d 0 R/PageMode/UseOutlines" % put_outline(marks, file) if marks else b""
        xmp = file.add_stream(b"/Type/Metadata/Subtype/XML", packet(metadata, self.finish), plain=True)
        file.put(
            catalogue,
            b"<</Type/Catalog/Pages %d 0 R%s/Lang%s/ViewerPreferences<</DisplayDocTitle true%s>>"
            b"/PageLabels<</Nums[%s]>>/OutputIntents[%s]/Metadata %d 0 R%s%s>>"
            % (
                pages,
                structure,
                text_string(metadata.language),
                b"/Direction/R2L" if rtl else b"",
                _page_labels(gatherings),
                self.finish.intent(file),
                xmp,
                outline,
                self._names(anchors, attach(attachments, file, metadata.modified)),
            ),
        )
        return file.finish(catalogue, file.add(information(metadata, self.finish)))

    # --- Pages and what they draw --------------------------------------------------------------

    def _things(self, quire: Folded, base: int) -> None:
        first = base + quire.count
        for place, thing in enumerate(quire.things, first):
            body = _filled(thing.dictionary, first, self.shared)
            if self.finish.opaque:  # where nothing is see-through, groups are painted as their parts would be
                body = _GROUP.sub(b"", body)
            if self.finish.for_press and body.startswith((b"/Type/EmbeddedFile", b"<</Type/Filespec")):
                self.file.put(place, b"null")  # what nobody can read there (ISO 15930-7)
            elif thing.stream is None:
                self.file.put(place, body)
            else:
                self.file.put_stream(place, body, thing.stream)

    def _resources(self, quire: Folded, sheet: Sheet, base: int, more: bytes = b"") -> bytes:
        """The resources of a page; ``more`` are XObjects of the book."""
        kinds: dict[str, bytes] = {}
        for kind, key, place in sheet.used:
            kinds[kind] = kinds.get(kind, b"") + name(key) + b" %d 0 R" % (base + quire.count + place)
        if more:
            kinds["XObject"] = kinds.get("XObject", b"") + more
        listed = b"".join(name(kind) + b"<<" + entries + b">>" for kind, entries in kinds.items())
        return b"<</Font %d 0 R%s>>" % (self.shared[FONTS], listed)

    def _pages(self, laid: _Laid, parent: int, first: int, furniture: int) -> Iterator[int]:
        """Put the pages of a quire in → their objects; ``first`` is the place of the first in the book."""
        quire = laid.quire
        annotations: dict[int, list[int]] = {}
        for place, link in enumerate(quire.links, laid.base + quire.first_annotation):
            annotations.setdefault(link.page, []).append(place)
        for index, (sheet, margins) in enumerate(zip(quire.sheets, laid.gathering.furniture, strict=True)):
            place, content = laid.first_page + index, laid.base + quire.first_content + index
            self.file.put_stream(content, b"/Filter/FlateDecode", sheet.content)
            contents, more = self._moved(content, sheet.moved), b""
            if margins.sheets[0].used or margins.fonts:
                contents.append(furniture)
                more = b"/Furniture %d 0 R" % self._form(margins)
            if self.finish.crop_marks:
                contents.append(self._marks(sheet.size))
            entries = b""
            if not self.finish.for_press:
                entries = b"/Tabs/S/StructParents %d" % (first + index)
                if sheet.text_area:  # a page for a press has a TrimBox instead of one (ISO 15930-7, 6.6)
                    entries += b"/ArtBox" + _corners(sheet.text_area)
                if sheet.turned:  # on a screen it is read upright; a press takes all pages as they lie
                    entries += b"/Rotate 90"
                if index in annotations:
                    entries += b"/Annots[%s]" % _refs(annotations[index])
            boxes = self.finish.boxes(sheet.size, self._spine(first + index))
            if self.finish.sewn_in and self.finish.bleed:
                contents = [self._clip(boxes.bleed), *contents]
            self.file.put(
                place,
                b"<</Type/Page/Parent %d 0 R/MediaBox%s/BleedBox%s/TrimBox%s/Contents %s/Resources%s%s>>"
                % (
                    parent,
                    _corners(boxes.media),
                    _corners(boxes.bleed),
                    _corners(boxes.trim),
                    b"[%s]" % _refs(contents) if len(contents) > 1 else _refs(contents),
                    self._resources(quire, sheet, laid.base, more),
                    entries,
                ),
            )
            yield place

    def _moved(self, content: int, move: float) -> list[int]:
        """A content stream, moved to the right by what comes before and behind it."""
        if not move:
            return [content]
        if move not in self.moves:
            begin = b"q 1 0 0 1 %s 0 cm" % number(move)
            self.moves[move] = self.file.add_stream(b"", begin), self.file.add_stream(b"", b"Q")
        before, behind = self.moves[move]
        return [before, content, behind]

    def _spine(self, page: int) -> Literal["left", "right"]:
        """The side of a page that is bound; rectos have an even place in the book, counted from 0."""
        return "left" if (page % 2 == 0) != self.rtl else "right"

    def _clip(self, area: Box) -> int:
        """What has a page end at its spine, whatever its colours do: a clip that nothing undoes."""
        if area not in self.clips:
            left, bottom, right, top = area
            sides = b" ".join(map(number, (left, bottom, right - left, top - bottom)))
            self.clips[area] = self.file.add_stream(b"", sides + b" re W n")
        return self.clips[area]

    def _form(self, furniture: Folded) -> int:
        """The running head and the folio of a page as a form."""
        sheet = furniture.sheets[0]
        base = self.file.reserve(len(furniture.things)) - furniture.count
        self._things(furniture, base)
        resources = self._resources(furniture, sheet, base)
        area = _corners(self.finish.boxes(sheet.size).bleed)
        dictionary = b"/Type/XObject/Subtype/Form/BBox%s/Resources%s/Filter/FlateDecode" % (area, resources)
        return self.file.add_stream(dictionary, sheet.content)

    def _marks(self, size: tuple[float, float]) -> int:
        """The crop marks of pages of a size."""
        if size not in self.overlays:
            drawn = crop_marks(self.finish.boxes(size), self.finish.inks, self.finish.folds)
            self.overlays[size] = self.file.add_stream(b"", drawn)
        return self.overlays[size]

    # --- Structure and links -------------------------------------------------------------------

    def _elements(self, laid: _Laid) -> Iterator[bytes]:
        """Put the elements of a quire in → for each page those of its marked content."""
        if not self.finish.for_press:
            shared = tuple(self.shared.items())
            bundles, parents = self.file.memory.call(_bundled, laid.quire, laid.base, shared)
            self.file.put_bundles(bundles)
            yield from parents

    def _links(self, laid: Sequence[_Laid], anchors: dict[str, bytes], key: int) -> Iterator[bytes]:
        """Put all links in → the element of each; ``key`` is the first key that no page has."""
        for one in () if self.finish.for_press else laid:
            quire = one.quire
            first = one.base + quire.first_annotation
            for place, (link, owner) in enumerate(zip(quire.links, quire.owners, strict=True), first):
                self.file.put(place, _annotation(link, one.first_page + link.page, anchors, key))
                key += 1
                yield b"%d 0 R" % (one.base + owner) if owner >= 0 else b"null"

    def _structure(
        self, laid: Sequence[_Laid], root: int, keys: Sequence[bytes], role_map: dict[str, str]
    ) -> None:
        """The structure tree about the elements of all quires (ISO 32000-1, 14.7)."""
        file, document = self.file, self.shared[DOCUMENT]
        roots = [one.base + place for one in laid for place in one.quire.roots]
        file.put(document, b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (root, _refs(roots)))
        tree = file.add(b"<</Nums[%s]>>" % b" ".join(b"%d %s" % pair for pair in enumerate(keys)))
        ids = sorted((i.encode(), one.base + place) for one in laid for i, place in one.quire.ids)
        listed = b""
        if ids:
            names = b"".join(byte_string(key) + b"%d 0 R" % place for key, place in ids)
            listed = b"/IDTree %d 0 R" % file.add(b"<</Names[%s]>>" % names)
        roles = b"".join(name(role) + name(standard) for role, standard in sorted(role_map.items()))
        file.put(
            root,
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d%s%s>>"
            % (document, tree, len(keys), listed, b"/RoleMap<<%s>>" % roles if roles else b""),
        )

    def _names(self, anchors: dict[str, bytes], attached: bytes) -> bytes:
        """The names of the catalogue, with the end of what ``attach`` began."""
        listed = b"".join(key + place for key, place in _named(anchors))
        dests = self.file.add(b"<</Names[%s]>>" % listed)
        return b"/Names<</Dests %d 0 R%s" % (dests, attached or b">>")


def _filled(template: Template, base: int, shared: Mapping[int, int]) -> bytes:
    """A template with the numbers of its objects: those from ``base`` on, and those that a book shares."""
    return template.text % tuple([shared[place] if place < 0 else base + place for place in template.places])


def _bundled(
    quire: Folded, base: int, shared: tuple[tuple[int, int], ...]
) -> tuple[tuple[Bundle, ...], tuple[bytes, ...]]:
    """The elements of a quire from a number on, and for each page those of its marked content."""
    elements = _filled(quire.elements, base, dict(shared)).split(b"\n") if quire.count else []
    parents = _filled(quire.parents, base, dict(shared)).split(b"\n")
    return bundled(base, elements), tuple(parents)


def _anchors(laid: Sequence[_Laid]) -> dict[str, bytes]:
    """Where each id stands, as a destination; of two with one name the first."""
    found: dict[str, bytes] = {}
    for one in laid:
        for anchor, (page, x, y) in one.quire.anchors.items():
            place = one.first_page + page
            found.setdefault(anchor, b"[%d 0 R/XYZ %s %s null]" % (place, number(x), number(y)))
    return found


def _named(anchors: dict[str, bytes]) -> list[tuple[bytes, bytes]]:
    """The places that have names, by their names, in the order of a name tree (ISO 32000-1, 7.9.6).

    Some readers compare such names by their bytes, others by what these say. With one encoding for all of
    them the order is the same for both.
    """
    keys = [key for key in anchors if not key.startswith("_")]
    if all(key.isascii() for key in keys):
        return [(byte_string(key.encode()), anchors[key]) for key in sorted(keys)]
    coded = sorted((b"\xfe\xff" + key.encode("utf-16-be"), key) for key in keys)
    return [(b"<%s>" % data.hex().upper().encode(), anchors[key]) for data, key in coded]


def _annotation(link: Link, page: int, anchors: dict[str, bytes], key: int) -> bytes:
    if link.target.startswith("#"):
        goal = anchors.get(link.target[1:])
        action = b"/Dest" + goal if goal else b""
    else:
        action = b"/A<</Type/Action/S/URI/URI%s>>" % text_string(link.target)
    return b"<</Type/Annot/Subtype/Link/Rect%s/Border[0 0 0]/F %d/P %d 0 R/Contents%s/StructParent %d%s>>" % (
        numbers(link.area),
        _PRINTED,
        page,
        text_string(link.words),
        key,
        action,
    )


def _refs(places: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % place for place in places)


def _page_labels(gatherings: Sequence[Gathering]) -> bytes:
    """What pages are called, where a new count begins (ISO 32000-1, 12.4.2)."""
    ranges: list[bytes] = []
    place, expected = 0, None
    for gathering in gatherings:
        if (gathering.start, gathering.roman) != expected:
            style = b"r" if gathering.roman else b"D"
            ranges.append(b"%d<</S/%s/St %d>>" % (place, style, gathering.start))
        place += len(gathering.quire.sheets)
        expected = (gathering.start + len(gathering.quire.sheets), gathering.roman)
    return b"".join(ranges)


def put_outline(marks: Sequence[tuple[Bookmark, int]], file: PdfFile) -> int:
    """Put bookmarks, each with the object of its page, into the file → the outline's object.

    One that skips levels stands under the one before it. Only those of the first level are open.
    """
    root = file.reserve()
    first = file.reserve(len(marks))
    kids = _tree([mark.level for mark, _ in marks])
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
                    number(x),
                    number(y),
                    _beside(siblings, place, first),
                    _below(kids[index], first, closed=True),
                ),
            )
    return file.put(root, b"<</Type/Outlines%s>>" % _below(kids[-1], first, closed=False))


def _tree(levels: Sequence[int]) -> dict[int, list[int]]:
    """The bookmarks under each one, by their places; those at the top under -1."""
    kids: dict[int, list[int]] = {-1: []}
    above: list[int] = []  # those that the next one may stand under
    for index, level in enumerate(levels):
        while above and levels[above[-1]] >= level:
            above.pop()
        kids[above[-1] if above else -1].append(index)
        kids[index] = []
        above.append(index)
    return kids


def _beside(siblings: Sequence[int], place: int, first: int) -> bytes:
    before = b"/Prev %d 0 R" % (first + siblings[place - 1]) if place else b""
    return before + (b"/Next %d 0 R" % (first + siblings[place + 1]) if place + 1 < len(siblings) else b"")


def _below(below: Sequence[int], first: int, *, closed: bool) -> bytes:
    if not below:
        return b""
    count = -len(below) if closed else len(below)
    return b"/First %d 0 R/Last %d 0 R/Count %d" % (first + below[0], first + below[-1], count)
