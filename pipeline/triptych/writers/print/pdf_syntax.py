"""PDF as bytes: strings, numbers, objects and the file that holds them (ISO 32000-1, 7)."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Sequence

from triptych.engine.processes.staying import recalled
from triptych.engine.seals import identifier

_PACKED = 200  # objects to an object stream: many compress well, few are found fast
# A whole line end, since data may end with half of one, and some readers take it for that before the keyword.
_END = b"\r\nendstream"
_ESCAPED = re.compile(rb"[\\()\r\n]")
_ESCAPES = {b"\\": b"\\\\", b"(": b"\\(", b")": b"\\)", b"\r": b"\\r", b"\n": b"\\n"}
_IRREGULAR = re.compile(r"[^!-~]|[#%()<>\[\]{}/]")
# Rows of a cross-reference stream (7.5.8.3); those of packed objects are a stream and a place in it.
_ROW, _WITHIN = struct.Struct(">BIH").pack, struct.Struct(">BI").pack
_INDICES = [index.to_bytes(2, "big") for index in range(_PACKED)]
_FREE = _ROW(0, 0, 65535)

_compressed = recalled(zlib.compress)


def text_string(words: str) -> bytes:
    """Text for people, in ASCII or UTF-16 (7.9.2.2); on one line."""
    if words.isascii() and words.isprintable():
        return byte_string(words.encode())
    return b"<FEFF" + words.encode("utf-16-be", "replace").hex().upper().encode() + b">"


def byte_string(data: bytes) -> bytes:
    """Bytes as a literal string, on one line."""
    return b"(" + _ESCAPED.sub(lambda match: _ESCAPES[match[0]], data) + b")"


def name(words: str) -> bytes:
    """A name, what is not regular in it as #xx (7.3.5)."""
    return (
        b"/" + _IRREGULAR.sub(lambda match: "".join(f"#{b:02X}" for b in match[0].encode()), words).encode()
    )


def number(value: float) -> bytes:
    """A number with what a reader can see of it: three decimals."""
    if not value % 1:
        return b"%d" % value
    written = f"{value:.3f}".rstrip("0").rstrip(".")
    return b"0" if written == "-0" else written.encode()


def numbers(values: Iterable[float]) -> bytes:
    """An array of numbers."""
    return b"[" + b" ".join(map(number, values)) + b"]"


class PdfFile:
    """The objects of a file of some version of PDF, under numbers that are given out from 1 on."""

    def __init__(self, version: str = "1.7") -> None:
        self._version = version
        self._next = 1
        self._plain: list[tuple[int, bytes]] = []
        self._packed: list[tuple[int, bytes]] = []
        self._behind: list[tuple[int, bytes]] = []

    def reserve(self, count: int = 1) -> int:
        """The first of so many numbers for objects that are put in later."""
        first = self._next
        self._next += count
        return first

    def put(self, place: int, body: bytes) -> int:
        """An object under a reserved number."""
        self._packed.append((place, body))
        return place

    def put_behind(self, first: int, bodies: Iterable[bytes]) -> None:
        """Objects under consecutive reserved numbers that nobody needs to show a page. They are packed behind
        all others, since readers unpack a whole stream of objects for one of them.
        """
        self._behind.extend(enumerate(bodies, first))

    def put_stream(self, place: int, dictionary: bytes, data: bytes, *, plain: bool = False) -> int:
        """A stream, its dictionary without brackets. It is compressed unless it is already, or ``plain``."""
        if not plain and b"/Filter" not in dictionary:
            data = _compressed(data)
            dictionary += b"/Filter/FlateDecode"
        head = b"<<%s/Length %d>>\nstream\n" % (dictionary, len(data))
        self._plain.append((place, head + data + _END))
        return place

    def add(self, body: bytes) -> int:
        """A new object → its number."""
        return self.put(self.reserve(), body)

    def add_stream(self, dictionary: bytes, data: bytes, *, plain: bool = False) -> int:
        """A new stream → its number."""
        return self.put_stream(self.reserve(), dictionary, data, plain=plain)

    def finish(self, root: int, info: int) -> bytes:
        """The whole file, with cross-reference and object streams (7.5.7, 7.5.8) if its version has any."""
        if self._version < "1.5":
            return self._finish_plainly(root, info)
        rows: dict[int, bytes] = {}
        for objects in (self._packed, self._behind):
            for begin in range(0, len(objects), _PACKED):
                batch = objects[begin : begin + _PACKED]
                within = _WITHIN(2, self._pack(batch))
                rows |= {place: within + index for (place, _), index in zip(batch, _INDICES, strict=False)}
        parts = [b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n" % self._version.encode()]
        offset = len(parts[0])
        for place, body in self._plain:
            rows[place] = _ROW(1, offset, 0)
            parts.append(b"%d 0 obj\n%s\nendobj\n" % (place, body))
            offset += len(parts[-1])
        return b"".join((*parts, self._references(rows, offset, root, info, parts)))

    def _finish_plainly(self, root: int, info: int) -> bytes:
        """The whole file with a cross-reference table (7.5.4), as before version 1.5."""
        where: dict[int, int] = {}
        parts = [b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n" % self._version.encode()]
        offset = len(parts[0])
        for place, body in sorted([*self._plain, *self._packed, *self._behind]):
            where[place] = offset
            parts.append(b"%d 0 obj\n%s\nendobj\n" % (place, body))
            offset += len(parts[-1])
        mark = identifier(parts)
        rows = [b"0000000000 65535 f\r\n"]
        for place in range(1, self._next):
            rows.append(b"%010d 00000 n\r\n" % where[place] if place in where else rows[0])
        trailer = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n"
        table = b"xref\n0 %d\n%s" % (self._next, b"".join(rows))
        return b"".join(parts) + table + trailer % (self._next, root, info, mark, mark, offset)

    def _pack(self, batch: Sequence[tuple[int, bytes]]) -> int:
        head: list[bytes] = []
        offset = 0
        for place, body in batch:
            head.append(b"%d %d" % (place, offset))
            offset += len(body) + 1
        index = b" ".join(head) + b"\n"
        content = index + b"\n".join(body for _, body in batch)
        return self.add_stream(b"/Type/ObjStm/N %d/First %d" % (len(batch), len(index)), content)

    def _references(
        self, rows: dict[int, bytes], offset: int, root: int, info: int, parts: list[bytes]
    ) -> bytes:
        """The cross-reference stream, with an identifier made of all that stands before it."""
        place = self.reserve()
        rows[place] = _ROW(1, offset, 0)
        table = b"".join([rows.get(entry, _FREE) for entry in range(place + 1)])
        mark = identifier(parts)
        dictionary = b"/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]" % (
            place + 1,
            root,
            info,
            mark,
            mark,
        )
        data = zlib.compress(table)
        return (
            b"%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s%s\nendobj\n"
            b"startxref\n%d\n%%%%EOF\n"
            % (
                place,
                dictionary,
                len(data),
                data,
                _END,
                offset,
            )
        )
