"""Parse the header of Embedded OpenType fonts, except names (W3C Member Submission of 5 March 2008)."""

from __future__ import annotations

import struct
from typing import NamedTuple


class Header(NamedTuple):
    """The fields of the header as PowerPoint reads them."""

    panose: bytes
    italic: bool
    weight: int
    licence: int
    unicode_ranges: tuple[int, ...]
    code_pages: tuple[int, ...]
    checksum: int
    subset: bool


def header_of(data: bytes) -> Header:
    """Parse the header of a font part."""
    _, _, _, flags, panose, _, italic, weight, licence, _, *more = struct.unpack_from("<4I10sBBIHH7I", data)
    return Header(
        panose, bool(italic), weight, licence, tuple(more[:4]), tuple(more[4:6]), more[6], bool(flags & 1)
    )
