"""Define raster images with wrong sizes, extreme proportions, or extreme compression."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.hostile.small_project import Case, small_project


def _picture(name: str, data: Callable[[], bytes], file: str = "a.png") -> Case:
    def write(folder: Path) -> None:
        small_project(folder, f'![A]({file}){{#fig-a fig-alt="B"}}', files={f"source/{file}": data()})

    return Case(name, "pictures", write)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: bytes = b"", extra: bytes = b"", bits: int = 1) -> bytes:
    """Return a greyscale PNG; without ``rows``, all its pixels are black."""
    if not rows:
        packer = zlib.compressobj(9)
        row = bytes(1 + (width * bits + 7) // 8)
        left, parts = height, []
        step = max(1, (1 << 20) // len(row))
        while left > 0:
            parts.append(packer.compress(row * min(step, left)))
            left -= step
        rows = b"".join([*parts, packer.flush()])
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + extra + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _frames(count: int, file_format: str = "GIF") -> bytes:
    frames = [Image.new("P", (500, 500), i % 250) for i in range(count)]
    with io.BytesIO() as buffer:
        frames[0].save(buffer, file_format, save_all=True, append_images=frames[1:])
        return buffer.getvalue()


def _jpeg(**more: object) -> bytes:
    with io.BytesIO() as buffer:
        Image.new("RGB", (40, 40), "red").save(buffer, "JPEG", **more)
        return buffer.getvalue()


def _jpeg_of(width: int, height: int) -> bytes:
    """Return a JPEG whose header has another size than its scan."""
    data = _jpeg()
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


_EXIF = (
    b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff" + b"\x01\x12\x00\x03\xff\xff\xff\xff\xff\xff\xff\xff" * 900
)

PICTURES = [
    _picture("png-1-by-79-million", lambda: png(1, 79_000_000)),
    _picture("png-79-million-by-1", lambda: png(79_000_000, 1)),
    _picture("png-1-by-100000", lambda: png(1, 100_000)),
    _picture("png-9000-by-9000", lambda: png(9_000, 9_000, bits=8)),
    _picture("png-16-bit-large", lambda: png(8_000, 8_000, bits=16)),
    _picture("png-size-lies", lambda: png(2_000_000_000, 2_000_000_000, zlib.compress(b"\0\0"))),
    _picture("png-size-lies-less", lambda: png(30_000, 30_000, zlib.compress(b"\0\0"))),
    _picture("png-size-zero", lambda: png(0, 0, zlib.compress(b"\0"))),
    _picture("png-rows-unpack", lambda: png(10, 10, zlib.compress(bytes(300 << 20), 9))),
    _picture(
        "png-text-unpacks",
        lambda: png(10, 10, extra=_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(500 << 20), 9))),
    ),
    _picture(
        "png-profile-unpacks",
        lambda: png(10, 10, extra=_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(500 << 20), 9))),
    ),
    _picture(
        "png-density-zero",
        lambda: png(10, 10, extra=_chunk(b"pHYs", struct.pack(">IIB", 0, 4_000_000_000, 1))),
    ),
    _picture("png-chunks-many", lambda: png(10, 10, extra=_chunk(b"tEXt", b"a\0b") * 200_000)),
    _picture("png-chunk-long", lambda: b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"),
    _picture("png-cut-off", lambda: png(100, 100)[:60]),
    _picture("gif-frames-many", lambda: _frames(2_000), "a.gif"),
    _picture(
        "gif-size-lies",
        lambda: b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(6) + b",\0\0\0\0\xff\xff\xff\xff\0\x08\0;",
        "a.gif",
    ),
    _picture("webp-frames-many", lambda: _frames(400, "WEBP"), "a.webp"),
    _picture("webp-cut-off", lambda: b"RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\0\0\0" + b"\xff" * 10, "a.webp"),
    _picture("jpeg-size-lies", lambda: _jpeg_of(65_500, 65_500), "a.jpg"),
    _picture("jpeg-size-zero", lambda: _jpeg_of(0, 0), "a.jpg"),
    _picture("jpeg-exif-odd", lambda: _jpeg(exif=_EXIF), "a.jpg"),
    _picture("jpeg-exif-density", lambda: _jpeg(dpi=(65_535, 1)), "a.jpg"),
    _picture("jpeg-tail-of-40-mb", lambda: _jpeg() + bytes(40 << 20), "a.jpg"),
    _picture("jpeg-comments-many", lambda: _jpeg()[:2] + b"\xff\xfe\0\x03a" * 500_000 + _jpeg()[2:], "a.jpg"),
    _picture("picture-of-70-mb", lambda: bytes(70 << 20)),
    _picture("picture-empty", lambda: b""),
    Case(
        "picture-widths",
        "pictures",
        lambda folder: small_project(
            folder,
            '![A](a.png){fig-alt="B" width=1e30in}\n\n![A](a.png){fig-alt="B" height=99999999%}\n\n![A](a.png){fig-alt="B" width=-5cm height=nancm}',
            files={"source/a.png": png(10, 10)},
        ),
    ),
    Case(
        "pictures-many",
        "pictures",
        lambda folder: small_project(
            folder, '![](a.png){fig-alt="B"}\n\n' * 3_000, files={"source/a.png": png(10, 10)}
        ),
    ),
    Case(
        "cover-tall",
        "pictures",
        lambda folder: small_project(
            folder,
            files={
                "source/a.png": png(1, 60_000),
                "source/book.yaml": "book:\n  title: A\n  date: 2026-01-31\n  cover-image: a.png\n  chapters: [one.md]\nlang: en\n",
            },
        ),
    ),
    Case(
        "cover-unusable",
        "pictures",
        lambda folder: small_project(
            folder,
            files={
                "source/a.png": png(100, 100)[:60],
                "source/book.yaml": "book:\n  title: A\n  date: 2026-01-31\n  cover-image: a.png\n  logo: a.png\n  chapters: [one.md]\nlang: en\n",
            },
        ),
    ),
    Case(
        "opener-unusable",
        "pictures",
        lambda folder: small_project(
            folder,
            head="title: One\nimage: a.jpg\nimage-alt: A",
            files={"source/a.jpg": _jpeg_of(65_500, 65_500)},
        ),
    ),
    Case(
        "slide-background-unusable",
        "pictures",
        lambda folder: small_project(
            folder,
            '::: {.slide title="A" background-image=a.jpg fig-alt="B"}\na\n:::',
            files={"source/a.jpg": _jpeg()[:200]},
        ),
    ),
]
