"""The objects of a PDF as they are written, without values made of them (ISO 32000-1, 7.5).

Whoever only asks whether pages are what they were compares bytes: values of a thousand pages take three times
as long. A file that tells in another way than most where its objects are is written anew first, by QPDF.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import pikepdf

from triptych.engine.store.program import digest

REFERENCE = re.compile(rb"\b(\d{1,9}) (\d{1,5}) R\b")  # a text may look like one; then it is taken for one
_PLAIN, _PACKED = 1, 2  # kinds of rows of a cross-reference stream (7.5.8.3)
_ROW = struct.Struct(">BIH")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 \d+\s+((?:\d{10} \d{5} [nf][ \r\n]{2})+)trailer\s*")
_PLACE = re.compile(rb"(\d{10}) \d{5} ([nf])")
_OBJECT = re.compile(rb"\s*\d+ \d+ obj\s*")
_STRING_OR_END = re.compile(rb"\((?:[^()\\]|\\.)*\)|\s*(?:endobj\b|stream(?:\r\n|\n))", re.DOTALL)
_LENGTH = re.compile(rb"/Length (\d+)\b(?! \d+ R)")
_FIRST = re.compile(rb"/First (\d+)")
_ROOT = re.compile(rb"/Root (\d+) ")
_IN_PARTS = re.compile(rb"/(?:Prev|XRefStm|Encrypt|Index|DecodeParms)\b")  # or packed in ways of their own
# What leads from a page to others, to the structure or back up, and says nothing of what is seen.
_AWAY = re.compile(rb"/(?:Parent|StructParents|Annots|B|Tabs)\s*(?:\[[^\[\]]*\]|\d+ \d+ R\b|/\w+|\d+)")
_PAGE = re.compile(rb"/Type\s*/Page\b")
_DEEPEST = 30


class Written(NamedTuple):
    """An object as it is written; ``data`` are the bytes of a stream as they lie in the file."""

    value: bytes
    data: bytes | None = None

    @property
    def unpacked(self) -> bytes:
        """What a stream says, where zlib or nobody has packed it."""
        data = self.data or b""
        return zlib.decompress(data) if b"/FlateDecode" in self.value else data


class WrittenObjects:
    """The objects of one file, by their numbers. ValueError where it does not say where they are."""

    def __init__(self, data: bytes) -> None:
        self._streams: dict[int, list[bytes]] = {}
        self._data = data
        if not self._find():
            self._data = _rewrite(data)
            if not self._find():
                raise ValueError("the PDF has no cross-reference table")

    def __getitem__(self, number: int) -> Written:
        """Return an object, ``null`` if it is missing."""
        rows = self._rows
        row = number * _ROW.size
        kind, place, within = _ROW.unpack_from(rows, row) if row < len(rows) else (0, 0, 0)
        if kind == _PLAIN:
            return self._at(place)
        return Written(self._packed_in(place)[within] if kind == _PACKED else b"null")

    def pages(self) -> Iterator[int]:
        """Return the numbers of all pages in order (7.7.3)."""
        waiting = list_references(self[self.root].value, "Pages")
        while waiting:
            node = waiting.pop()
            if kids := list_references(self[node].value, "Kids"):
                waiting += kids[::-1]
            else:
                yield node

    def _find(self) -> bool:
        """Whether the file has one table, or one stream in place of it, that says where its objects are."""
        start = _START.search(self._data, max(len(self._data) - 64, 0))
        if start is None:
            return False
        if table := _TABLE.match(self._data, int(start[1])):
            about = self._data[table.end() :]
            places = _PLACE.findall(table[1])
            self._rows = b"".join([_ROW.pack(kind == b"n", int(place), 0) for place, kind in places])
        else:
            stream = self._at(int(start[1]))
            about = stream.value
            self._rows = stream.unpacked if b"/W[1 4 2]" in about else b""
        root = _ROOT.search(about)
        self.root = int(root[1]) if root else 0
        return bool(root and self._rows and not _IN_PARTS.search(about))

    def _at(self, place: int) -> Written:
        begin = _OBJECT.match(self._data, place)
        if begin is None:
            return Written(b"null")
        tokens = _STRING_OR_END.finditer(self._data, begin.end())
        end = next((token for token in tokens if not token[0].startswith(b"(")), None)
        if end is None:
            return Written(b"null")
        value = self._data[begin.end() : end.start()]
        if b"stream" not in end[0]:
            return Written(value)
        length = _LENGTH.search(value)
        behind = end.end() + int(length[1]) if length else self._data.index(b"endstream", end.end())
        return Written(value, self._data[end.end() : behind])

    def _packed_in(self, number: int) -> list[bytes]:
        """Return the objects in an object stream (7.5.7)."""
        if number not in self._streams:
            stream = self[number]
            said = stream.unpacked
            found = _FIRST.search(stream.value)
            first = int(found[1]) if found else len(said)
            places = [first + int(place) for place in said[:first].split()[1::2]]
            ends = [*places[1:], len(said)]
            self._streams[number] = [said[a:b].strip() for a, b in zip(places, ends, strict=True)]
        return self._streams[number]


def list_references(value: bytes, key: str) -> list[int]:
    """Return the numbers of the objects that an entry refers to, directly or in an array."""
    found = re.search(rb"/%s\s*(?:\[([^\]]*)\]|(\d+ \d+ R))" % re.escape(key.encode()), value)
    return [int(number) for number, _ in REFERENCE.findall(found[1] or found[2])] if found else []


def _rewrite(data: bytes) -> bytes:
    """Return the same file with one cross-reference table."""
    with io.BytesIO() as file, pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return file.getvalue()


class PageMarker:
    """Marks of the pages of one file; what several pages use, such as a font, is looked at once."""

    def __init__(self, objects: WrittenObjects) -> None:
        self._objects = objects
        self._known: dict[int, bytes] = {}

    def mark(self, number: int) -> str:
        """Return a digest of an object, and of all that it refers to."""
        return self._mark(number, 0).decode()

    def _mark(self, number: int, depth: int) -> bytes:
        if depth > _DEEPEST:
            return b"deep"
        if number not in self._known:
            self._known[number] = b"a circle"  # while it is looked at
            self._known[number] = self._made(number, depth)
        return self._known[number]

    def _made(self, number: int, depth: int) -> bytes:
        value, data = self._objects[number]
        if _PAGE.search(value):
            value = _AWAY.sub(b"", value)
        value = REFERENCE.sub(lambda led_to: self._mark(int(led_to[1]), depth + 1), value)
        return digest(value, *(() if data is None else (data,))).encode()
