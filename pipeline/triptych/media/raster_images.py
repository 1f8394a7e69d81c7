"""Open raster images (PNG, JPEG, GIF, WebP) within size limits.

Pillow selects a decoder by the file's content, and some decoders start other programs (Ghostscript for EPS).
This module therefore lists the accepted formats, and a lint rule (``banned-api`` in ``pyproject.toml``)
forbids ``Image.open`` elsewhere.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

from triptych.engine.temporary_files import get_temporary_folder, locked_folder

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
MAX_BYTES = 1 << 26
MAX_PIXELS = 1_000_000_000  # the maximum of `limits: image-pixels:` in a manifest
MAX_FRAMES = 10_000
MAX_SCANS = 100
_MIN_SCAN_LIMIT, _MAX_SCANNED_PIXELS = 20, 1_600_000_000  # each scan decodes all pixels again
_WEBP_WEIGHT = 3  # decoding a WebP takes about three times the memory of other formats
_LARGE_IMAGE = 100_000_000  # bytes of the decoded image
_STRIP_PIXELS = 4_000_000
JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_MAX_THUMBNAIL_SOURCE = 50_000_000  # maximum number of pixels of an image to make a thumbnail of
_GIF = b"GIF8"  # opening a GIF allocates a frame, which may be larger than the image
_GIF_IMAGE = 0x2C
_FORMATS = tuple(MEDIA_TYPES)
# The documented and undocumented exceptions that Pillow raises for damaged files.
DECODING_ERRORS = (
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)

_MAX_ASPECT_RATIO = 10_000
_MAX_SIDE = 1e9  # pixels, or CSS pixels


class PictureTooLargeError(ValueError):
    """Raised if an image has more bytes, pixels or frames than allowed."""


@contextmanager
def open_picture(data: bytes, max_pixels: int = MAX_PIXELS) -> Iterator[Image.Image]:
    """Open a PNG, JPEG, GIF or WebP image. Its pixels are decoded on first use.

    Raise ``PictureTooLargeError`` if the image exceeds a limit, ``PIL.UnidentifiedImageError`` if it has
    another format, or one of ``DECODING_ERRORS`` if it is damaged. Inside the context, Pillow rejects
    truncated files.
    """
    if len(data) > MAX_BYTES:
        raise PictureTooLargeError(f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}")
    with _restrict_pillow(max_pixels if data.startswith(_GIF) else None):
        try:
            image = Image.open(io.BytesIO(data), formats=_FORMATS)  # noqa: TID251 - the one place
        except Image.DecompressionBombError:
            raise PictureTooLargeError(f"too many pixels; the limit is {max_pixels:,}") from None
        with image:
            width, height = image.size
            is_webp = image.format == "WEBP"
            max_size = max_pixels // _WEBP_WEIGHT if is_webp else max_pixels
            if width * height > max_size:
                size = f"{width * height:,} pixels ({width:,} × {height:,})"
                raise PictureTooLargeError(f"{size} exceed the limit of {max_size:,}{' for WebP' * is_webp}")
            max_size = min(MAX_SCANS, max(_MIN_SCAN_LIMIT, _MAX_SCANNED_PIXELS // max(1, width * height)))
            if image.format == "JPEG" and (scans := _count_scans(data, max_size)) > max_size:
                raise PictureTooLargeError(
                    f"the JPEG has {scans:,} scans; the limit is {max_size:,} at this size"
                )
            if (frames := _count_frames(image, data)) > MAX_FRAMES:
                raise PictureTooLargeError(
                    f"the animation has {frames:,} frames; the limit is {MAX_FRAMES:,}"
                )
            try:
                yield image
            except Image.DecompressionBombError:  # a frame of a GIF may be larger than the image
                raise PictureTooLargeError(
                    f"a frame of the animation has too many pixels; the limit is {max_pixels:,}"
                ) from None


def make_thumbnail(data: bytes, side: int) -> Image.Image | None:
    """Return an RGBA thumbnail of at most ``side`` pixels on each side, or None for an unreadable image."""
    try:
        with open_picture(data, _MAX_THUMBNAIL_SOURCE) as image:
            image.draft("RGB", (side, side))  # decode a JPEG at a fraction of its size
            small = image.convert("RGBA")
    except DECODING_ERRORS:
        return None
    small.thumbnail((side, side), Image.Resampling.BOX)
    return small


def is_large(image: Image.Image) -> bool:
    """Return whether an image takes much memory when it is decoded in its mode."""
    return image.width * image.height * (1 if image.mode in ("1", "L") else 4) > _LARGE_IMAGE


@contextmanager
def reserve_memory(image: Image.Image) -> Iterator[None]:
    """Make the other processes of this run wait with their large images, if this one is large."""
    if not is_large(image):
        yield
        return
    folder = get_temporary_folder() / "large-image"
    folder.mkdir(exist_ok=True)
    with locked_folder(folder):
        yield


def iter_strips(image: Image.Image, rows: int = 1) -> Iterator[tuple[int, Image.Image]]:
    """Yield the y coordinate and the pixels of each strip of an image; heights are multiples of ``rows``."""
    height = rows * max(1, _STRIP_PIXELS // (image.width * rows))
    for top in range(0, image.height, height):
        yield top, image.crop((0, top, image.width, min(top + height, image.height)))


def _count_scans(data: bytes, limit: int) -> int:
    """Return the number of scans of a JPEG, or an upper bound within the limit (ITU-T T.81, B.1)."""
    if (scan_count := data.count(b"\xff\xda")) <= limit:  # other segments may also contain these bytes
        return scan_count
    scans, place = 0, 2
    while (match := JPEG_MARKER.search(data, place)) and match[1] != b"\xd9":
        scans += match[1] == b"\xda"
        place = match.end() + int.from_bytes(data[match.end() : match.end() + 2], "big")
    return scans


def iter_gif_blocks(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the start and end offsets of each block of a GIF before its trailer (GIF89a, 20 to 27).

    Raise ``IndexError`` if the file is truncated, and ``ValueError`` for an unknown block type.
    """
    place = read_gif_header_size(data)
    while data[place] != 0x3B:
        start = place
        if data[place] == _GIF_IMAGE:  # the descriptor, the colour table and the code size
            place += 11 + _read_gif_table_size(data[place + 9])
        elif data[place] == 0x21:
            place += 2
        else:
            raise ValueError(f"unknown GIF block {data[place]:#x}")
        while data[place]:
            place += data[place] + 1
        place += 1
        yield start, place


def read_gif_header_size(data: bytes) -> int:
    """Return the size in bytes of a GIF's header, screen descriptor and global colour table."""
    return 13 + _read_gif_table_size(data[10])


def _read_gif_table_size(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _count_frames(image: Image.Image, data: bytes) -> int:
    """Count the frames of an image. GIFs are not decoded, since this could take Pillow minutes."""
    if not data.startswith(_GIF):
        return int(getattr(image, "n_frames", 1))
    frames = 0
    try:
        for start, _ in iter_gif_blocks(data):
            frames += data[start] == _GIF_IMAGE
    except (IndexError, ValueError):
        pass  # damage after the first frame is reported on decoding
    return frames


@contextmanager
def _restrict_pillow(max_pixels: int | None) -> Iterator[None]:
    """Set Pillow's pixel limit (None: no limit) inside the context, and reject truncated files.

    Both settings are global, and importing WeasyPrint changes them. Pillow's warnings are suppressed, because
    they only concern Pillow's API or metadata that is removed anyway.
    """
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    Image.MAX_IMAGE_PIXELS = max_pixels and max_pixels // 2  # Pillow raises an error at twice its limit
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


class UnusablePictureError(Exception):
    """Raised if an image is unsupported, damaged or not allowed."""

    path = ""
    """The path of the image file, or "" if it is unknown."""


def check_dimensions(width: float, height: float) -> None:
    """Raise ``UnusablePictureError`` if an image has no area, a side is too long, or its shape is extreme."""
    if not (0 < width < _MAX_SIDE and 0 < height < _MAX_SIDE):
        problem = "has zero width or height" if min(width, height) <= 0 else "is too large"
        raise UnusablePictureError(f"the image {problem} ({width:g} × {height:g} pixels)")
    if max(width, height) > _MAX_ASPECT_RATIO * min(width, height):
        raise UnusablePictureError(
            f"one side of the image is more than {_MAX_ASPECT_RATIO:,} times as long as the other"
        )
