"""The fonts that a deck brings: ECMA-376 Part 1, 15.2.13 and 19.2.1.9, with what PowerPoint asks besides
(MS-OE376, 2.1.1134), and Embedded OpenType (W3C Member Submission of 5 March 2008).
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from triptych.checks.deck.package.package import Fault, Package
from triptych.ooxml.xml import PRESENTATION, P, R

_SLOTS = (f"{P}regular", f"{P}bold", f"{P}italic", f"{P}boldItalic")
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


def embedded_fonts(package: Package) -> Iterator[Fault]:
    """Entries that name no font, families listed twice, fonts under another name than their own."""
    presentation = package.trees[PRESENTATION]
    listed = list(presentation.iter(f"{P}embeddedFont"))
    families = [font.get("typeface", "") for entry in listed for font in entry.iter(f"{P}font")]
    for family, count in Counter(name.lower() for name in families).items():
        if count > 1:
            yield Fault("embedded fonts", f'the font "{family}" is listed {count} times')
    for entry in listed:
        slots = [slot for slot in entry if slot.tag in _SLOTS]
        named = entry.find(f"{P}font")
        family = "" if named is None else named.get("typeface", "")
        if not family or not slots:
            yield Fault("embedded fonts", f'the entry for "{family}" has no name or no font file')
        for slot in slots:
            yield from _slot(package, slot, family)


def _slot(package: Package, slot: Any, family: str) -> Iterator[Fault]:
    relation = package.relations.get(PRESENTATION, {}).get(slot.get(f"{R}id", ""))
    if relation is None or relation.target not in package.parts:
        return  # other rules say so
    try:
        found = opened_font(package.parts[relation.target])
    except NoFont as problem:
        yield Fault(relation.target, f"the embedded font is not valid Embedded OpenType: {problem}")
        return
    if family.lower() not in (found.family.lower(), found.full_name.lower()):
        yield Fault(
            relation.target,
            f'the font is named "{found.family}", but the presentation lists it as "{family}"',
        )


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
