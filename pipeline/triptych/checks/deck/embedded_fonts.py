"""Check the fonts that a deck embeds as Embedded OpenType (W3C Member Submission of 5 March 2008).

The list of embedded fonts is defined in ECMA-376 Part 1, 15.2.13 and 19.2.1.9; PowerPoint has further
requirements (MS-OE376, 2.1.1134).
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from triptych.checks.deck.package import DeckPackage, Fault
from triptych.ooxml.xml import PRESENTATION, P, R

_STYLES = tuple(f"{P}{style}" for style in ("regular", "bold", "italic", "boldItalic"))

_HEADER = struct.Struct("<4I10x6x2xH44x")  # length of the header up to the names
_VERSIONS = {0x00010000: 0, 0x00020001: 1, 0x00020002: 2}
_MAGIC, _CHECKSUM_KEY = 0x504C, 0x50475342
_COMPRESSED, _MASKED = 0x4, 0x10000000
_UNMASK = bytes(byte ^ 0x50 for byte in range(256))
_FONT_SIGNATURES = (b"\0\1\0\0", b"true", b"OTTO")
_NAME_COUNT = 4  # family, style, version, full name


def check_embedded_fonts(package: DeckPackage) -> Iterator[Fault]:
    """Report entries without a name or file, duplicate families, and invalid or misnamed fonts."""
    entries = list(package.trees[PRESENTATION].iter(f"{P}embeddedFont"))
    families = [font.get("typeface", "") for entry in entries for font in entry.iter(f"{P}font")]
    for family, count in Counter(name.lower() for name in families).items():
        if count > 1:
            yield Fault("embedded fonts", f'the font "{family}" is listed {count} times')
    for entry in entries:
        styles = [child for child in entry if child.tag in _STYLES]
        font = entry.find(f"{P}font")
        family = "" if font is None else font.get("typeface", "")
        if not family or not styles:
            yield Fault("embedded fonts", f'the entry for "{family}" has no name or no font file')
        for style in styles:
            yield from _check_font_style(package, style, family)


def _check_font_style(package: DeckPackage, style: Any, family: str) -> Iterator[Fault]:
    relation = package.relations.get(PRESENTATION, {}).get(style.get(f"{R}id", ""))
    if relation is None or relation.target not in package.parts:
        return  # reported by other rules
    try:
        font = read_embedded_font(package.parts[relation.target])
    except InvalidFontError as problem:
        yield Fault(relation.target, f"the embedded font is not valid Embedded OpenType: {problem}")
        return
    if family.lower() not in (font.family.lower(), font.full_name.lower()):
        yield Fault(
            relation.target, f'the font is named "{font.family}", but the presentation lists it as "{family}"'
        )


class EmbeddedFont(NamedTuple):
    """The names in the header of a font part, and the font data, or b"" if it is compressed."""

    family: str
    style: str
    full_name: str
    data: bytes


class InvalidFontError(Exception):
    """Raised if a font part is not valid Embedded OpenType. The message is the reason."""


def read_embedded_font(data: bytes) -> EmbeddedFont:
    """Read a font part. Raise `InvalidFontError` if it is not valid Embedded OpenType."""
    if len(data) < _HEADER.size:
        raise InvalidFontError("the file is too short")
    size, length, version, flags, *_, magic = _HEADER.unpack_from(data)
    if magic != _MAGIC or version not in _VERSIONS:
        raise InvalidFontError("wrong magic number or version")
    if size != len(data):
        raise InvalidFontError(f"the file is {len(data)} bytes long instead of {size}")
    try:
        names, end = _read_strings(data, _HEADER.size, _NAME_COUNT + (_VERSIONS[version] > 0))
        if _VERSIONS[version] == 2:
            end = _find_header_end(data, end, names.pop())
    except struct.error:
        raise InvalidFontError("the header is truncated") from None
    if end != size - length:
        raise InvalidFontError(f"the header is {end} bytes long instead of {size - length}")
    family, style, _, full, *_ = (name.decode("utf-16-le", "replace").rstrip("\0") for name in names)
    font = data[end:]
    if flags & _MASKED:
        font = font.translate(_UNMASK)
    if not flags & _COMPRESSED and font[:4] not in _FONT_SIGNATURES:
        raise InvalidFontError("the embedded data is not a font")
    return EmbeddedFont(family, style, full, b"" if flags & _COMPRESSED else font)


def _read_strings(data: bytes, offset: int, count: int) -> tuple[list[bytes], int]:
    """Return ``count`` strings, each preceded by two bytes of padding, and the offset after the last one."""
    strings = []
    for _ in range(count):
        _, length = struct.unpack_from("<HH", data, offset)
        strings.append(data[offset + 4 : offset + 4 + length])
        offset += 4 + length
    return strings, offset


def _find_header_end(data: bytes, offset: int, root_string: bytes) -> int:
    """Return the offset after a header of version 2.2."""
    (checksum,) = struct.unpack_from("<I", data, offset)
    if checksum != sum(root_string) ^ _CHECKSUM_KEY:
        raise InvalidFontError("the checksum of the root string is wrong")
    _, offset = _read_strings(data, offset + 8, 1)
    _, length = struct.unpack_from("<II", data, offset)
    return offset + 8 + int(length)
