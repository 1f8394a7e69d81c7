"""Read PDF objects as bytes (ISO 32000-1, 7.5), to compare pages between builds.

Parsing all objects would take three times as long for a thousand pages. QPDF first rewrites files with an
unusual cross-reference table.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import pikepdf

from triptych.engine.store.program_digest import compute_digest

REFERENCE = re.compile(rb"\b(\d{1,9}) (\d{1,5}) R\b")  # may also match text such as "1 0 R" in strings
_UNCOMPRESSED, _COMPRESSED = 1, 2  # types of entries in a cross-reference stream (7.5.8.3)
_ENTRY_STRUCT = struct.Struct(">BIH")
_STARTXREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_XREF_TABLE = re.compile(rb"xref\s+0 \d+\s+((?:\d{10} \d{5} [nf][ \r\n]{2})+)trailer\s*")
_XREF_ENTRY = re.compile(rb"(\d{10}) \d{5} ([nf])")
_OBJECT = re.compile(rb"\s*\d+ \d+ obj\s*")
_STRING_OR_END = re.compile(rb"\((?:[^()\\]|\\.)*\)|\s*(?:endobj\b|stream(?:\r\n|\n))", re.DOTALL)
_LENGTH = re.compile(rb"/Length (\d+)\b(?! \d+ R)")
_FIRST_OFFSET = re.compile(rb"/First (\d+)")
_ROOT = re.compile(rb"/Root (\d+) ")
_UNSUPPORTED = re.compile(rb"/(?:Prev|XRefStm|Encrypt|Index|DecodeParms)\b")
# Entries of a page that do not affect its appearance.
_INVISIBLE_ENTRIES = re.compile(
    rb"/(?:Parent|StructParents|Annots|B|Tabs)\s*(?:\[[^\[\]]*\]|\d+ \d+ R\b|/\w+|\d+)"
)
_PAGE = re.compile(rb"/Type\s*/Page\b")
_MAX_DEPTH = 30


class RawObject(NamedTuple):
    """A PDF object as bytes. ``data`` is the encoded data of a stream, or None."""

    value: bytes
    data: bytes | None = None

    @property
    def decoded_data(self) -> bytes:
        """The data of a stream, decoded if its filter is FlateDecode. Other filters are not supported."""
        data = self.data or b""
        return zlib.decompress(data) if b"/FlateDecode" in self.value else data


class RawObjectTable:
    """The objects of a PDF by number. Raise ValueError if there is no cross-reference table."""

    def __init__(self, data: bytes) -> None:
        self._object_streams: dict[int, list[bytes]] = {}
        self._data = data
        if not self._read_cross_references():
            self._data = _rewrite_pdf(data)
            if not self._read_cross_references():
                raise ValueError("the PDF has no cross-reference table")

    def __getitem__(self, number: int) -> RawObject:
        """Return the object with this number, or ``null`` if it is missing."""
        rows = self._cross_references
        row = number * _ENTRY_STRUCT.size
        kind, position, index = _ENTRY_STRUCT.unpack_from(rows, row) if row < len(rows) else (0, 0, 0)
        if kind == _UNCOMPRESSED:
            return self._read_object(position)
        return RawObject(self._read_object_stream(position)[index] if kind == _COMPRESSED else b"null")

    def iter_page_ids(self) -> Iterator[int]:
        """Yield the object numbers of all pages, in page order (7.7.3)."""
        stack = list_references(self[self.root_id].value, "Pages")
        while stack:
            node = stack.pop()
            if kids := list_references(self[node].value, "Kids"):
                stack += kids[::-1]
            else:
                yield node

    def _read_cross_references(self) -> bool:
        """Read the cross-reference table or stream; return False if there is not exactly one."""
        start = _STARTXREF.search(self._data, max(len(self._data) - 64, 0))
        if start is None:
            return False
        if table := _XREF_TABLE.match(self._data, int(start[1])):
            trailer = self._data[table.end() :]
            entries = _XREF_ENTRY.findall(table[1])
            self._cross_references = b"".join(
                [_ENTRY_STRUCT.pack(kind == b"n", int(offset), 0) for offset, kind in entries]
            )
        else:
            stream = self._read_object(int(start[1]))
            trailer = stream.value
            self._cross_references = stream.decoded_data if b"/W[1 4 2]" in trailer else b""
        root = _ROOT.search(trailer)
        self.root_id = int(root[1]) if root else 0
        return bool(root and self._cross_references and not _UNSUPPORTED.search(trailer))

    def _read_object(self, offset: int) -> RawObject:
        header = _OBJECT.match(self._data, offset)
        if header is None:
            return RawObject(b"null")
        tokens = _STRING_OR_END.finditer(self._data, header.end())
        end = next((token for token in tokens if not token[0].startswith(b"(")), None)
        if end is None:
            return RawObject(b"null")
        value = self._data[header.end() : end.start()]
        if b"stream" not in end[0]:
            return RawObject(value)
        length = _LENGTH.search(value)
        stream_end = end.end() + int(length[1]) if length else self._data.index(b"endstream", end.end())
        return RawObject(value, self._data[end.end() : stream_end])

    def _read_object_stream(self, number: int) -> list[bytes]:
        """Return the objects in an object stream (7.5.7)."""
        if number not in self._object_streams:
            stream = self[number]
            data = stream.decoded_data
            first_offset = _FIRST_OFFSET.search(stream.value)
            first = int(first_offset[1]) if first_offset else len(data)
            starts = [first + int(offset) for offset in data[:first].split()[1::2]]
            ends = [*starts[1:], len(data)]
            self._object_streams[number] = [
                data[start:end].strip() for start, end in zip(starts, ends, strict=True)
            ]
        return self._object_streams[number]


def list_references(value: bytes, key: str) -> list[int]:
    """Return the numbers of the objects that a dictionary entry refers to, directly or in an array."""
    match = re.search(rb"/%s\s*(?:\[([^\]]*)\]|(\d+ \d+ R))" % re.escape(key.encode()), value)
    return [int(number) for number, _ in REFERENCE.findall(match[1] or match[2])] if match else []


def _rewrite_pdf(data: bytes) -> bytes:
    """Rewrite a PDF with a single cross-reference table and without object streams."""
    with io.BytesIO() as file, pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return file.getvalue()


class PageDigester:
    """Computes digests of the pages of a PDF. Shared objects, such as fonts, are digested once."""

    def __init__(self, objects: RawObjectTable) -> None:
        self._objects = objects
        self._digests: dict[int, bytes] = {}

    def hash_object(self, number: int) -> str:
        """Return a digest of an object and of all objects that it references."""
        return self._hash_recursively(number, 0).decode()

    def _hash_recursively(self, number: int, depth: int) -> bytes:
        if depth > _MAX_DEPTH:
            return b"deep"
        if number not in self._digests:
            self._digests[number] = b"a circle"  # in case of circular references
            value, data = self._objects[number]
            if _PAGE.search(value):
                value = _INVISIBLE_ENTRIES.sub(b"", value)
            value = REFERENCE.sub(
                lambda reference: self._hash_recursively(int(reference[1]), depth + 1), value
            )
            self._digests[number] = compute_digest(value, *(() if data is None else (data,))).encode()
        return self._digests[number]
