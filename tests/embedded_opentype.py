"""What the header of an Embedded OpenType says besides names (W3C Member Submission of 5 March 2008)."""

from __future__ import annotations

import struct
from typing import NamedTuple


class Header(NamedTuple):
    """Its fields, as PowerPoint reads them."""

    panose: bytes
    italic: bool
    weight: int
    licence: int
    unicode_ranges: tuple[int, ...]
    code_pages: tuple[int, ...]
    checksum: int
    subset: bool


def header_of(data: bytes) -> Header:
    """The bytes of a font part that is one → its header."""
    _, _, _, flags, panose, _, italic, weight, licence, _, *more = struct.unpack_from("<4I10sBBIHH7I", data)
    return Header(
        panose, bool(italic), weight, licence, tuple(more[:4]), tuple(more[4:6]), more[6], bool(flags & 1)
    )
