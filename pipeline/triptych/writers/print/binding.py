"""Folded quires → one PDF 1.7, PDF/UA-1 and PDF/A-3a in one file (ISO 14289-1, ISO 19005-3).

Only here are things numbered: objects, pages, structure. All of it is written from values in their order,
so that a book has the same bytes whichever of its quires were painted anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from triptych.model.book import Metadata
from triptych.writers.print.embedding import embed, joined
from triptych.writers.print.folding import DOCUMENT, Folded
from triptych.writers.print.metadata import information, packet
from triptych.writers.print.pdf_syntax import PdfFile, byte_string, name, number, numbers, text_string
from triptych.writers.print.quire import FONTS, Bookmark, Link, Sheet, Template

_FURNITURE = b"q /Artifact <</Type/Pagination>> BDC /Furniture Do EMC Q"
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


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the book, such as the data of a chart."""

    path: str
    media_type: str
    description: str
    data: bytes


def bind(
    gatherings: Sequence[Gathering],
    metadata: Metadata,
    read: Callable[[str], bytes],
    *,
    rtl: bool = False,
    role_map: dict[str, str],
) -> bytes:
    """Bind quires. ``read`` gives a face's bytes; ``rtl`` is for a book that is read from right to left."""
    return _Binder(metadata, read, rtl, role_map).bind(gatherings)


@dataclass(slots=True)
class _Binder:
    metadata: Metadata
    read: Callable[[str], bytes]
    rtl: bool
    role_map: dict[str, str]
    file: PdfFile = field(default_factory=PdfFile)
    places: dict[int, int] = field(default_factory=dict)  # of the book's own objects, by their names below 0

    def bind(self, gatherings: Sequence[Gathering]) -> bytes:
        file = self.file
        catalog, pages, root, overlay = (file.reserve() for _ in range(4))
        self.places = {FONTS: file.reserve(), DOCUMENT: file.reserve()}
        bases = []
        for gathering in gatherings:
            bases.append(file.reserve(gathering.quire.size))
        laid = list(zip(gatherings, bases, strict=True))
        first_pages = [base + gathering.quire.first_page for gathering, base in laid]
        anchors = self._anchors(laid)
        leaves: list[int] = []
        keys: list[bytes] = []
        for gathering, base in laid:
            self._things(gathering.quire, base)
            leaves += self._pages(gathering, base, pages, len(leaves), overlay)
            keys += self._elements(gathering.quire, base)
        keys += self._links(laid, anchors, len(leaves))
        fonts = joined(q.fonts for g in gatherings for q in (g.quire, *g.furniture))
        file.put(self.places[FONTS], embed(fonts, file, self.read))
        file.put_stream(overlay, b"", _FURNITURE)
        file.put(pages, b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(leaves), _refs(leaves)))
        self._structure(laid, root, keys)
        entries = self._entries(laid, first_pages, anchors)
        file.put(
            catalog,
            b"<</Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>%s>>"
            % (pages, root, entries),
        )
        return file.finish(catalog, file.add(information(self.metadata)))

    # --- Pages and what they draw --------------------------------------------------------------

    def _filled(self, template: Template, base: int) -> bytes:
        places = self.places
        return template.text % tuple([places[p] if p < 0 else base + p for p in template.places])

    def _things(self, quire: Folded, base: int) -> None:
        first = base + quire.count
        for place, thing in enumerate(quire.things, first):
            body = self._filled(thing.dictionary, first)
            if thing.stream is None:
                self.file.put(place, body)
            else:
                self.file.put_stream(place, body, thing.stream)

    def _resources(self, quire: Folded, sheet: Sheet, base: int, more: bytes = b"") -> bytes:
        """The resources of a page; ``more`` are XObjects of the book."""
        kinds: dict[str, bytes] = {}
        for kind, key in sheet.used:
            if (place := quire.resources.get((kind, key))) is not None:
                kinds[kind] = kinds.get(kind, b"") + name(key) + b" %d 0 R" % (base + quire.count + place)
        if more:
            kinds["XObject"] = kinds.get("XObject", b"") + more
        listed = b"".join(name(kind) + b"<<" + entries + b">>" for kind, entries in kinds.items())
        return b"<</Font %d 0 R%s>>" % (self.places[FONTS], listed)

    def _pages(self, gathering: Gathering, base: int, parent: int, first: int, overlay: int) -> Iterator[int]:
        """Put the pages of a quire in → their numbers; ``first`` is the place of the first in the book."""
        quire = gathering.quire
        annotations: dict[int, list[int]] = {}
        for place, link in enumerate(quire.links, base + quire.first_annotation):
            annotations.setdefault(link.page, []).append(place)
        for index, (sheet, furniture) in enumerate(zip(quire.sheets, gathering.furniture, strict=True)):
            place, content = base + quire.first_page + index, base + quire.first_content + index
            self.file.put_stream(content, b"/Filter/FlateDecode", sheet.content)
            more, contents = b"", b"%d 0 R" % content
            if furniture.sheets[0].used or furniture.fonts:
                more, contents = (
                    b"/Furniture %d 0 R" % self._form(furniture),
                    b"[%d 0 R %d 0 R]" % (content, overlay),
                )
            media, bleed, trim = map(numbers, sheet.boxes)
            listed = b"/Annots[%s]" % _refs(annotations[index]) if index in annotations else b""
            self.file.put(
                place,
                b"<</Type/Page/Parent %d 0 R/MediaBox%s/BleedBox%s/TrimBox%s/Contents %s/Resources%s%s"
                b"/Tabs/S/StructParents %d>>"
                % (
                    parent,
                    media,
                    bleed,
                    trim,
                    contents,
                    self._resources(quire, sheet, base, more),
                    listed,
                    first + index,
                ),
            )
            yield place

    def _form(self, furniture: Folded) -> int:
        """The running head and folio of a page as a form."""
        sheet = furniture.sheets[0]
        base = self.file.reserve(len(furniture.things)) - furniture.count
        self._things(furniture, base)
        resources = self._resources(furniture, sheet, base)
        dictionary = b"/Type/XObject/Subtype/Form/BBox%s/Resources%s/Filter/FlateDecode" % (
            numbers(sheet.boxes[0]),
            resources,
        )
        return self.file.add_stream(dictionary, sheet.content)

    # --- Structure and links -------------------------------------------------------------------

    def _elements(self, quire: Folded, base: int) -> Iterator[bytes]:
        """Put the elements of a quire in → for each page those of its marked content."""
        if quire.count:
            self.file.put_all(base, self._filled(quire.elements, base).split(b"\n"))
        yield from self._filled(quire.parents, base).split(b"\n")

    def _links(
        self, laid: Sequence[tuple[Gathering, int]], anchors: dict[str, bytes], key: int
    ) -> Iterator[bytes]:
        """Put all links in → the element of each; ``key`` is the first key that no page has."""
        for gathering, base in laid:
            quire = gathering.quire
            for place, (link, owner) in enumerate(zip(quire.links, quire.owners, strict=True)):
                self.file.put(
                    base + quire.first_annotation + place,
                    _annotation(link, base + quire.first_page + link.page, anchors, key),
                )
                key += 1
                yield b"%d 0 R" % (base + owner) if owner >= 0 else b"null"

    def _structure(self, laid: Sequence[tuple[Gathering, int]], root: int, keys: Sequence[bytes]) -> None:
        file, document = self.file, self.places[DOCUMENT]
        roots = [base + place for gathering, base in laid for place in gathering.quire.roots]
        file.put(document, b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (root, _refs(roots)))
        tree = file.add(b"<</Nums[%s]>>" % b" ".join(b"%d %s" % pair for pair in enumerate(keys)))
        ids = sorted(
            (i.encode(), base + place) for gathering, base in laid for i, place in gathering.quire.ids
        )
        listed = (
            b"/IDTree %d 0 R"
            % file.add(b"<</Names[%s]>>" % b"".join(byte_string(i) + b"%d 0 R" % place for i, place in ids))
            if ids
            else b""
        )
        roles = b"".join(name(own) + name(standard) for own, standard in sorted(self.role_map.items()))
        file.put(
            root,
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d%s%s>>"
            % (document, tree, len(keys), listed, b"/RoleMap<<%s>>" % roles if roles else b""),
        )

    def _anchors(self, laid: Sequence[tuple[Gathering, int]]) -> dict[str, bytes]:
        """Where each id stands, as a destination; of two with one name the first."""
        found: dict[str, bytes] = {}
        for gathering, base in laid:
            for anchor, (page, x, y) in gathering.quire.anchors.items():
                found.setdefault(
                    anchor,
                    b"[%d 0 R/XYZ %s %s null]"
                    % (base + gathering.quire.first_page + page, number(x), number(y)),
                )
        return found

    # --- The catalogue -------------------------------------------------------------------------

    def _entries(
        self, laid: Sequence[tuple[Gathering, int]], first_pages: list[int], anchors: dict[str, bytes]
    ) -> bytes:
        file = self.file
        shown = b"/DisplayDocTitle true" + (b"/Direction/R2L" if self.rtl else b"")
        named = sorted((_raw(key), key) for key in anchors if not key.startswith("_"))
        dests = file.add(b"<</Names[%s]>>" % b"".join(text_string(key) + anchors[key] for _, key in named))
        profile = file.add_stream(b"/N 3", _srgb())
        intent = (
            b"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)"
            b"/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>" % profile
        )
        xmp = file.add_stream(b"/Type/Metadata/Subtype/XML", packet(self.metadata), plain=True)
        marks = [
            (mark, first + mark.place[0])
            for (gathering, _), first in zip(laid, first_pages, strict=True)
            for mark in gathering.quire.bookmarks
        ]
        outlines = b"/Outlines %d 0 R/PageMode/UseOutlines" % self._outline(marks) if marks else b""
        return (
            b"/Lang%s/ViewerPreferences<<%s>>/Names<</Dests %d 0 R>>/PageLabels<</Nums[%s]>>"
            b"/OutputIntents[%s]/Metadata %d 0 R%s"
            % (
                text_string(self.metadata.language),
                shown,
                dests,
                _page_labels([gathering for gathering, _ in laid]),
                intent,
                xmp,
                outlines,
            )
        )

    def _outline(self, marks: Sequence[tuple[Bookmark, int]]) -> int:
        """The bookmarks as a tree; one that skips levels stands under the one before it."""
        file = self.file
        root = file.reserve()
        first = file.reserve(len(marks))
        above: list[int] = []  # the bookmarks that the next one may stand under
        kids: dict[int, list[int]] = {-1: []}
        for index, (mark, _) in enumerate(marks):
            while above and marks[above[-1]][0].level >= mark.level:
                above.pop()
            kids[above[-1] if above else -1].append(index)
            kids[index] = []
            above.append(index)
        for parent, own in kids.items():
            for place, index in enumerate(own):
                mark, page = marks[index]
                beside = b"/Prev %d 0 R" % (first + own[place - 1]) if place else b""
                beside += b"/Next %d 0 R" % (first + own[place + 1]) if place + 1 < len(own) else b""
                below = kids[index]
                held = (
                    b"/First %d 0 R/Last %d 0 R/Count %d" % (first + below[0], first + below[-1], -len(below))
                    if below
                    else b""
                )
                _, x, y = mark.place
                body = b"<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ %s %s null]%s%s>>" % (
                    text_string(mark.words),
                    first + parent if parent >= 0 else root,
                    page,
                    number(x),
                    number(y),
                    beside,
                    held,
                )
                file.put(first + index, body)
        tops = kids[-1]
        return file.put(
            root,
            b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
            % (first + tops[0], first + tops[-1], len(tops)),
        )


def _raw(key: str) -> bytes:
    """A name as a name tree compares it (ISO 32000-1, 7.9.6)."""
    return key.encode() if key.isascii() and key.isprintable() else b"\xfe\xff" + key.encode("utf-16-be")


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
            ranges.append(b"%d<</S/%s/St %d>>" % (place, b"r" if gathering.roman else b"D", gathering.start))
        place += len(gathering.quire.sheets)
        expected = (gathering.start + len(gathering.quire.sheets), gathering.roman)
    return b"".join(ranges)


def _srgb() -> bytes:
    """The profile of colours on screens, which WeasyPrint brings."""
    return (files("weasyprint") / "pdf" / "sRGB2014.icc").read_bytes()
