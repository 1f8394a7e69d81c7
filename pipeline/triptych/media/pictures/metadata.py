"""Pictures without what tells more than they show: where, when and with what they were made.

The dots stay as they are, byte for byte. Colour profiles, transparency and the timing of animations stay
too: they are part of the picture. What follows a picture's end goes, such as the film of a "moving" photo.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

from triptych.media.raster import gif_blocks, gif_header_size

# Chunks that say how a PNG looks (PNG 3.0, 11); all others say something else.
_PNG_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT".split()
)
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often an animation repeats


def without_metadata(data: bytes, media_type: str) -> bytes | None:
    """A picture's bytes without its metadata; None where only drawing it anew takes that away."""
    cleaners: dict[str, Callable[[bytes], Iterator[bytes]]] = {
        "image/png": _png,
        "image/jpeg": _jpeg,
        "image/gif": _gif,
        "image/webp": _webp,
    }
    try:
        return b"".join(cleaners[media_type](data))
    except (IndexError, struct.error, ValueError):
        return None


def _png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    place, kind = 8, b""
    while kind != b"IEND":
        (size,) = struct.unpack_from(">I", data, place)
        kind = data[place + 4 : place + 8]
        if kind in _PNG_CHUNKS:
            yield data[place : place + size + 12]
        place += size + 12


def _jpeg(data: bytes) -> Iterator[bytes]:
    """Segments without APP1 and its like; APP2 stays for a colour profile, APP14 for what CMYK means."""
    yield data[:2]
    place = 2
    while True:
        match = _JPEG_MARKER.match(data, place)
        if match is None:
            raise ValueError("no JPEG marker")
        marker = match.group(1)[0]
        if marker == 0xD9:  # the end
            yield b"\xff\xd9"
            return
        (size,) = struct.unpack_from(">H", data, match.end())
        segment = data[match.end() + 2 : match.end() + size]
        end = match.end() + size
        if marker == 0xDA:  # dots follow, up to the next marker
            following = _JPEG_MARKER.search(data, end)
            if following is None:
                raise ValueError("no JPEG marker")
            end = following.start()
        if _is_kept(marker, segment):
            yield b"\xff" + data[match.end() - 1 : end]
        place = end


def _is_kept(marker: int, segment: bytes) -> bool:
    if marker == 0xE2:
        return segment.startswith(b"ICC_PROFILE\0")
    comment = marker == 0xFE
    application = 0xE0 <= marker <= 0xEF
    return not comment and (not application or marker in (0xE0, 0xEE))


def _gif(data: bytes) -> Iterator[bytes]:
    """Blocks without comments and foreign applications' data (GIF89a, 23 to 26)."""
    yield data[: gif_header_size(data)]
    for start, end in gif_blocks(data):
        label = data[start + 1] if data[start] == 0x21 else None
        if label in (None, 0xF9) or (label == 0xFF and data[start + 3 : start + 14] in _GIF_KEPT):
            yield data[start:end]
    yield b"\x3b"


def _webp(data: bytes) -> Iterator[bytes]:
    """Chunks without EXIF and XMP, and a head that does not announce them."""
    chunks = []
    (size,) = struct.unpack_from("<I", data, 4)
    place, end = 12, min(len(data), size + 8)
    while place + 8 <= end:
        kind, (length,) = data[place : place + 4], struct.unpack_from("<I", data, place + 4)
        chunk = data[place : place + 8 + length + length % 2]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if kind not in (b"EXIF", b"XMP "):
            chunks.append(chunk)
        place += len(chunk)
    body = b"".join(chunks)
    yield b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
