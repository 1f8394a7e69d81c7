"""Open raster images (PNG, JPEG, GIF, WebP) within size limits.

Pillow selects a decoder by the file's content, and some decoders start other programs (Ghostscript for EPS).
So this module lists the accepted formats, and a lint rule (``banned-api`` in ``pyproject.toml``) forbids
``Image.open`` elsewhere.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
MAX_BYTES = 1 << 26
MAX_PIXELS = 1_000_000_000  # the largest value of `limits: image-pixels:` in a manifest
MAX_FRAMES = 10_000
_MAX_THUMBNAIL_SOURCE = 50_000_000  # maximum pixels of an image for a thumbnail
_GIF = b"GIF8"  # Pillow allocates a frame, which may be larger than the image, when it opens a GIF
_GIF_IMAGE = 0x2C
_FORMATS = tuple(MEDIA_TYPES)
# The exceptions, documented or not, that Pillow raises for damaged files.
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


class PictureTooLarge(ValueError):
    """Raised if an image has more bytes, pixels or frames than allowed."""


@contextmanager
def open_picture(data: bytes, max_pixels: int = MAX_PIXELS) -> Iterator[Image.Image]:
    """Open a PNG, JPEG, GIF or WebP image. Its pixels are decoded on first use.

    Raise ``PictureTooLarge`` if the image exceeds a limit, ``PIL.UnidentifiedImageError`` if it has a
    different format, or one of ``DECODING_ERRORS`` if it is damaged. Pillow rejects truncated files while the
    block runs.
    """
    if len(data) > MAX_BYTES:
        raise PictureTooLarge(f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}")
    with _restrict_pillow(max_pixels if data.startswith(_GIF) else None):
        try:
            image = Image.open(io.BytesIO(data), formats=_FORMATS)  # noqa: TID251 - the one place
        except Image.DecompressionBombError:
            raise PictureTooLarge(f"too many pixels; the limit is {max_pixels:,}") from None
        with image:
            width, height = image.size
            if width * height > max_pixels:
                raise PictureTooLarge(
                    f"{width * height:,} pixels ({width:,} × {height:,}) exceed the limit of {max_pixels:,}"
                )
            if (frames := _count_frames(image, data)) > MAX_FRAMES:
                raise PictureTooLarge(f"the animation has {frames:,} frames; the limit is {MAX_FRAMES:,}")
            try:
                yield image
            except Image.DecompressionBombError:  # a frame of a GIF may be larger than the image
                raise PictureTooLarge(
                    f"a frame of the animation has too many pixels; the limit is {max_pixels:,}"
                ) from None


def make_thumbnail(data: bytes, side: int) -> Image.Image | None:
    """Return an RGBA thumbnail at most ``side`` pixels wide and high, or None if the image cannot be read."""
    try:
        with open_picture(data, _MAX_THUMBNAIL_SOURCE) as image:
            image.draft("RGB", (side, side))  # a JPEG is decoded at a fraction of its size
            small = image.convert("RGBA")
    except DECODING_ERRORS:
        return None
    small.thumbnail((side, side), Image.Resampling.BOX)
    return small


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
    """Count the frames of an image without decoding a GIF, which could take Pillow minutes."""
    if not data.startswith(_GIF):
        return int(getattr(image, "n_frames", 1))
    frames = 0
    try:
        for start, _ in iter_gif_blocks(data):
            frames += data[start] == _GIF_IMAGE
    except (IndexError, ValueError):
        pass  # damage after the first frame is reported when the image is decoded
    return frames


@contextmanager
def _restrict_pillow(max_pixels: int | None) -> Iterator[None]:
    """Set Pillow's pixel limit (None: no limit), and make Pillow reject truncated files, within the context.

    Both are global settings, which importing WeasyPrint changes. Pillow's warnings are suppressed, because
    they only concern Pillow's API or metadata that is removed anyway.
    """
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    Image.MAX_IMAGE_PIXELS = max_pixels and max_pixels // 2  # Pillow raises at twice its limit
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


class UnusablePicture(Exception):
    """Raised if an image is unsupported, damaged or not allowed."""

    path = ""
    """The path of the image file, or "" if it is unknown."""


def check_dimensions(width: float, height: float) -> None:
    """Raise ``UnusablePicture`` if an image has no area, is too large, or has an extreme aspect ratio."""
    if not (0 < width < _MAX_SIDE and 0 < height < _MAX_SIDE):
        what = "has zero width or height" if min(width, height) <= 0 else "is too large"
        raise UnusablePicture(f"the image {what} ({width:g} × {height:g} pixels)")
    if max(width, height) > _MAX_ASPECT_RATIO * min(width, height):
        raise UnusablePicture(
            f"one side of the image is more than {_MAX_ASPECT_RATIO:,} times as long as the other"
        )
