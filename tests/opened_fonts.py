"""Read the fonts that a deck embeds: Embedded OpenType (W3C Member Submission of 5 March 2008)."""

from __future__ import annotations

import struct
from typing import NamedTuple

_FIXED = struct.Struct("<4I10x6x2xH44x")  # up to the names
_VERSIONS = {0x00010000: 0, 0x00020001: 1, 0x00020002: 2}
_MAGIC, _CHECKSUM_KEY = 0x504C, 0x50475342
_COMPRESSED, _MASKED, _MASK = 0x4, 0x10000000, 0x50
_OUTLINES = (b"\0\1\0\0", b"true", b"OTTO")  # what a font begins with
_NAMES = 4  # family, style, version, full name


class EmbeddedFont(NamedTuple):
    """A font part, taken apart: the names in its header, and the font; b"" where that is compressed."""

    family: str
    style: str
    full_name: str
    font: bytes


class NoFont(Exception):
    """Bytes that are no Embedded OpenType; the text says why."""


def opened_font(data: bytes) -> EmbeddedFont:
    """The bytes of a font part → what they hold. Raises `NoFont`."""
    if len(data) < _FIXED.size:
        raise NoFont("the file is too short")
    size, length, version, flags, *_, magic = _FIXED.unpack_from(data)
    if magic != _MAGIC or version not in _VERSIONS:
        raise NoFont("wrong magic number or version")
    if size != len(data):
        raise NoFont(f"the file is {len(data)} bytes long instead of {size}")
    try:
        names, end = _strings(data, _FIXED.size, _NAMES + (_VERSIONS[version] > 0))
        if _VERSIONS[version] == 2:
            end = _after_tail(data, end, names.pop())
    except struct.error:
        raise NoFont("the header is truncated") from None
    if end != size - length:
        raise NoFont(f"the header is {end} bytes long instead of {size - length}")
    family, style, _, full, *_ = (name.decode("utf-16-le", "replace").rstrip("\0") for name in names)
    font = data[end:]
    if flags & _MASKED:
        font = bytes(byte ^ _MASK for byte in font)
    if not flags & _COMPRESSED and font[:4] not in _OUTLINES:
        raise NoFont("the embedded data is not a font")
    return EmbeddedFont(family, style, full, b"" if flags & _COMPRESSED else font)


def _strings(data: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    """So many strings with padding before each, and where they end."""
    found = []
    for _ in range(count):
        _, length = struct.unpack_from("<HH", data, at)
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return found, at


def _after_tail(data: bytes, at: int, address: bytes) -> int:
    """Where the header of version 2.2 ends; the addresses that may use the font are as they were written."""
    (checksum,) = struct.unpack_from("<I", data, at)
    if checksum != sum(address) ^ _CHECKSUM_KEY:
        raise NoFont("the checksum of the root string is wrong")
    _, at = _strings(data, at + 8, 1)
    _, length = struct.unpack_from("<II", data, at)
    return at + 8 + int(length)
