"""Quires as bytes for the cache: a line of JSON that names the pieces of binary data behind it.

What lies in a project's folder may come from anyone, so that nothing is used here that could run it.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from triptych.writers.print.composing.serialising import Folded
from triptych.writers.print.layout.stretches import Layout, Stretch
from triptych.writers.print.quire import (
    Annotated,
    Bookmark,
    Element,
    Glyphs,
    Kid,
    Link,
    Marked,
    NamedString,
    PageKind,
    Quire,
    Sheet,
    Start,
    Template,
    Thing,
)


def packed(quire: Folded) -> bytes:
    """A folded quire as bytes."""
    pack = _Pack()
    return pack.closed(
        {
            **pack.pages(quire),
            "elements": pack.template(quire.elements),
            "count": quire.count,
            "roots": quire.roots,
            "parents": pack.template(quire.parents),
            "owners": quire.owners,
            "ids": quire.ids,
            "complaints": quire.complaints,
        }
    )


def unpacked(data: bytes) -> Folded:
    """A folded quire from its bytes."""
    head, pack = _opened(data)
    return Folded(
        **pack.pages(head),
        elements=pack.template(head["elements"]),
        count=head["count"],
        roots=tuple(head["roots"]),
        parents=pack.template(head["parents"]),
        owners=tuple(head["owners"]),
        ids=tuple((identifier, place) for identifier, place in head["ids"]),
        complaints=tuple(head["complaints"]),
    )


def packed_layout(layout: Layout, quires: Iterable[Quire]) -> bytes:
    """A layout with the quires of its stretches as bytes."""
    pack = _Pack()
    return pack.closed(
        {
            "frame": layout.frame,
            "blocks": layout.blocks,
            "sizes": layout.sizes,
            "stretches": [[s.start, s.end, s.first, s.last, s.count] for s in layout.stretches],
            "quires": [
                {**pack.pages(quire), "elements": [_packed_element(element) for element in quire.elements]}
                for quire in quires
            ],
        }
    )


def unpacked_layout(data: bytes) -> tuple[Layout, dict[str, Quire]]:
    """A layout from its bytes, and the quires of its stretches by their starts."""
    head, pack = _opened(data)
    page, area = map(tuple, head["sizes"])
    stretches = tuple(Stretch(*stretch) for stretch in head["stretches"])
    quires = {
        stretch.start: Quire(**pack.pages(quire), elements=tuple(map(_element, quire["elements"])))
        for stretch, quire in zip(stretches, head["quires"], strict=True)
    }
    return Layout(head["frame"], tuple(head["blocks"]), (page, area), stretches), quires


def _packed_element(element: Element) -> list[Any]:
    kids: list[Any] = []
    for kid in element.kids:
        match kid:
            case Marked(page, mcid):
                kids.append([page, mcid])
            case Annotated(link):
                kids.append(link)
            case Element():
                kids.append(_packed_element(kid))
    return [element.tag, kids, element.words, element.attributes, element.holder]


def _element(value: list[Any]) -> Element:
    tag, kids, words, attributes, holder = value
    return Element(tag, [_kid(kid) for kid in kids], words, attributes, holder)


def _kid(value: int | list[Any]) -> Kid:
    if isinstance(value, int):
        return Annotated(value)
    return Marked(*value) if len(value) == 2 else _element(value)


class _Pack:
    """Takes in what a quire holds; binary data is kept apart."""

    def __init__(self) -> None:
        self._data: list[bytes] = []

    def closed(self, head: dict[str, Any]) -> bytes:
        """All of it as bytes."""
        sizes = [len(piece) for piece in self._data]
        first = json.dumps([sizes, head], ensure_ascii=False, separators=(",", ":")).encode()
        return len(first).to_bytes(8, "big") + first + b"".join(self._data)

    def template(self, value: Template) -> list[int]:
        """Syntax with its places."""
        return [self._keep(value.text), self._keep(array("i", value.places).tobytes())]

    def pages(self, quire: Quire | Folded) -> dict[str, Any]:
        """What a quire has, folded or not."""
        return {
            "sheets": [self._sheet(sheet) for sheet in quire.sheets],
            "things": [
                [self.template(t.dictionary), None if t.stream is None else self._keep(t.stream)]
                for t in quire.things
            ],
            "fonts": {key: self._glyphs(value) for key, value in quire.fonts.items()},
            "links": [[link.page, link.area, link.target, link.words] for link in quire.links],
            "anchors": quire.anchors,
            "bookmarks": [[mark.level, mark.words, mark.place] for mark in quire.bookmarks],
            "side": quire.side,
        }

    def _sheet(self, sheet: Sheet) -> list[Any]:
        kind = sheet.kind
        page_kind = [kind.side, kind.blank, kind.name, kind.index, kind.groups]
        strings = [[string.name, string.before, string.set, string.begins] for string in sheet.strings]
        start = sheet.start and [sheet.start.block, sheet.start.within, sheet.start.letters]
        return [sheet.size, self._keep(sheet.content), sheet.used, page_kind, strings, start]

    def _glyphs(self, value: Glyphs) -> list[Any]:
        face_record = [value.face, value.name, value.family, value.flags, value.ascent, value.descent]
        return [*face_record, list(value.texts.items())]

    def _keep(self, piece: bytes) -> int:
        self._data.append(piece)
        return len(self._data) - 1


class _Opened:
    """Gives back what a pack took in."""

    def __init__(self, data: Sequence[bytes]) -> None:
        self._data = data

    def template(self, value: list[int]) -> Template:
        """Syntax with its places."""
        places = array("i")
        places.frombytes(self._data[value[1]])
        return Template(self._data[value[0]], tuple(places))

    def pages(self, head: dict[str, Any]) -> dict[str, Any]:
        """What a quire has, by the names of its fields."""
        data = self._data
        return {
            "sheets": tuple(self._sheet(*sheet) for sheet in head["sheets"]),
            "things": tuple(
                Thing(self.template(dictionary), None if stream is None else data[stream])
                for dictionary, stream in head["things"]
            ),
            "fonts": {
                key: Glyphs(face, title, family, flags, ascent, descent, dict(texts))
                for key, (face, title, family, flags, ascent, descent, texts) in head["fonts"].items()
            },
            "links": tuple(
                Link(page, tuple(area), target, words) for page, area, target, words in head["links"]
            ),
            "anchors": {key: tuple(place) for key, place in head["anchors"].items()},
            "bookmarks": tuple(
                Bookmark(level, words, tuple(place)) for level, words, place in head["bookmarks"]
            ),
            "side": head["side"],
        }

    def _sheet(self, size: Any, content: int, used: Any, page_kind: Any, strings: Any, start: Any) -> Sheet:
        side, blank, page, index, groups = page_kind
        return Sheet(
            tuple(size),
            self._data[content],
            tuple(map(tuple, used)),
            PageKind(side, blank, page, index, tuple(map(tuple, groups))),
            tuple(NamedString(key, before, tuple(values), begins) for key, before, values, begins in strings),
            start and Start(*start),
        )


def _opened(data: bytes) -> tuple[dict[str, Any], _Opened]:
    end = 8 + int.from_bytes(data[:8], "big")
    sizes, head = json.loads(data[8:end])
    pieces: list[bytes] = []
    for size in sizes:
        pieces.append(data[end : end + size])
        end += size
    return head, _Opened(pieces)
