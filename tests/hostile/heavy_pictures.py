"""Define small picture files that are expensive to decode or draw, and books with many of them."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PIL import Image

from tests.hostile.drawings import drawing
from tests.hostile.pdf_figures import pdf, stream
from tests.hostile.pictures import _chunk
from tests.hostile.small_project import Case, small_project


def _case(
    name: str, files: Mapping[str, Callable[[], str | bytes]], body: str = "", manifest: str = ""
) -> Case:
    shown = body or "\n\n".join(f'![A]({file}){{#fig-{i} fig-alt="B"}}' for i, file in enumerate(files))

    def write(folder: Path) -> None:
        result = {f"source/{file}": make() for file, make in files.items()}
        small_project(folder, shown, files=result, manifest=manifest)

    return Case(name, "heavy", write)


def colour_png(
    width: int, height: int, colour: int = 2, bits: int = 8, extra: bytes = b"", seed: int = 0
) -> bytes:
    """Return a PNG of one colour, of colour type 2 (RGB), 3 (palette), 4 (grey and alpha) or 6 (RGBA)."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = bytes(1) + bytes([seed % 256]) * ((width * channels * bits + 7) // 8)
    packer = zlib.compressobj(9)
    parts = []
    left, step = height, max(1, (1 << 20) // len(row))
    while left > 0:
        parts.append(packer.compress(row * min(step, left)))
        left -= step
    rows = b"".join([*parts, packer.flush()])
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    palette = _chunk(b"PLTE", bytes(range(256)) * 3) if colour == 3 else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + extra
        + palette
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


def encode(
    mode: str, size: tuple[int, int], file_format: str, colour: object = None, **more: object
) -> bytes:
    with io.BytesIO() as buffer:
        Image.new(mode, size, colour or 0).save(buffer, file_format, **more)
        return buffer.getvalue()


def progressive_jpeg(scans: int, side: int = 3_000) -> bytes:
    """Return a progressive JPEG whose last scan is repeated."""
    data = encode("L", (side, side), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    scan = data[start:-2]
    # An end-of-band run of 32,767 blocks makes each scan short.
    return data[:start] + scan * scans + b"\xff\xd9"


def animation(file_format: str, size: tuple[int, int], count: int) -> bytes:
    frames = [Image.new("P" if file_format == "GIF" else "L", size, i % 250) for i in range(count)]
    with io.BytesIO() as buffer:
        frames[0].save(buffer, file_format, save_all=True, append_images=frames[1:])
        return buffer.getvalue()


def data_url(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def embedded(data: bytes, media_type: str = "image/png", count: int = 1) -> str:
    return drawing(f'<image xlink:href="{data_url(data, media_type)}" width="90" height="90"/>' * count)


def cmyk_profile(size: int) -> bytes:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    padded = profile + bytes(size - len(profile))
    return struct.pack(">I", size) + padded[4:]


def nested_forms(levels: int, wide: int, operators: bytes) -> bytes:
    more = []
    for i in range(levels):
        inner = b"/X Do " * wide if i < levels - 1 else operators
        names = f"/Resources << /XObject << /X {6 + i} 0 R >> >>" if i < levels - 1 else ""
        more.append(stream(inner, f"/Type /XObject /Subtype /Form /BBox [0 0 100 100] {names}"))
    return pdf(b"/X Do", resources="/XObject << /X 5 0 R >>", more=more)


def slow_page(seed: int = 0, fills: int = 300_000) -> bytes:
    """Return a page whose drawing takes seconds."""
    return pdf(f"0.{seed} g ".encode() + b"0 0 50 50 re f " * fills)


def slow_pages(count: int, fills: int) -> dict[str, Callable[[], bytes]]:
    return {f"a{i}.pdf": lambda i=i: slow_page(i, fills) for i in range(count)}  # type: ignore[misc]


_LARGE = (8_900, 8_900)
_HREF = "xlink:href"

HEAVY: Sequence[Case] = [
    _case("heavy-png-rgb", {"a.png": lambda: colour_png(*_LARGE)}),
    _case("heavy-png-rgba", {"a.png": lambda: colour_png(*_LARGE, colour=6)}),
    _case("heavy-png-palette", {"a.png": lambda: colour_png(*_LARGE, colour=3)}),
    _case("heavy-png-16-bit", {"a.png": lambda: colour_png(*_LARGE, colour=6, bits=16)}),
    _case("heavy-png-grey-16-bit", {"a.png": lambda: colour_png(*_LARGE, colour=0, bits=16)}),
    _case("heavy-pngs", {f"a{i}.png": lambda i=i: colour_png(*_LARGE, seed=i) for i in range(10)}),
    _case(
        "heavy-pngs-rgba", {f"a{i}.png": lambda i=i: colour_png(*_LARGE, colour=6, seed=i) for i in range(6)}
    ),
    _case(
        "heavy-png-profile",
        {
            "a.png": lambda: colour_png(
                *_LARGE, extra=_chunk(b"iCCP", b"a\0\0" + zlib.compress(cmyk_profile(50_000_000), 9))
            )
        },
    ),
    _case("heavy-jpeg-scans", {"a.jpg": lambda: progressive_jpeg(12_000)}),
    _case("heavy-jpeg-scans-few", {"a.jpg": lambda: progressive_jpeg(90, 8_900)}),
    _case("heavy-jpeg-cmyk", {"a.jpg": lambda: encode("CMYK", _LARGE, "JPEG", (9, 9, 9, 9))}),
    _case(
        "heavy-jpeg-cmyks-print",
        {f"a{i}.jpg": lambda i=i: encode("CMYK", _LARGE, "JPEG", (9, 9, 9, i)) for i in range(4)},
        manifest="format:\n  pdf: {colour: cmyk}\n",
    ),
    _case("heavy-jpeg-progressive", {"a.jpg": lambda: encode("RGB", _LARGE, "JPEG", progressive=True)}),
    _case("heavy-webp", {"a.webp": lambda: encode("RGB", (16_383, 4_800), "WEBP")}),
    _case("heavy-webp-below", {"a.webp": lambda: encode("RGBA", (6_000, 4_400), "WEBP", lossless=True)}),
    _case("heavy-webp-lossless", {"a.webp": lambda: encode("RGBA", (16_383, 4_800), "WEBP", lossless=True)}),
    _case(
        "heavy-webps",
        {f"a{i}.webp": lambda i=i: encode("RGB", (16_383, 4_800), "WEBP", (i, i, i)) for i in range(6)},
    ),
    _case("heavy-gif", {"a.gif": lambda: encode("P", _LARGE, "GIF")}),
    _case("heavy-gif-frames", {"a.gif": lambda: animation("GIF", (4_000, 4_000), 40)}),
    _case("heavy-webp-frames", {"a.webp": lambda: animation("WEBP", (3_000, 3_000), 60)}),
    _case("heavy-apng-frames", {"a.png": lambda: animation("PNG", (3_000, 3_000), 60)}),
    Case(
        "heavy-cover",
        "heavy",
        lambda folder: small_project(
            folder,
            files={
                "source/a.png": colour_png(*_LARGE, colour=6),
                "source/book.yaml": "book:\n  title: A\n  date: 2026-01-31\n  cover-image: a.png\n  chapters: [one.md]\nlang: en\n",
            },
        ),
    ),
    _case("heavy-svg-png", {"a.svg": lambda: embedded(colour_png(25_000, 20_000))}),
    _case("heavy-svg-png-below", {"a.svg": lambda: embedded(colour_png(*_LARGE, colour=6))}),
    _case(
        "heavy-svg-pngs",
        {
            "a.svg": lambda: drawing(
                "".join(
                    f'<image {_HREF}="{data_url(colour_png(*_LARGE, colour=6, seed=i))}" width="90" height="90"/>'
                    for i in range(8)
                )
            )
        },
    ),
    _case(
        "heavy-svg-png-filter",
        {
            "a.svg": lambda: drawing(
                f'<filter id="f"><feImage {_HREF}="{data_url(colour_png(*_LARGE, colour=6))}"/></filter><rect width="90" height="90" filter="url(#f)"/>'
            )
        },
    ),
    _case("heavy-svg-jpeg-scans", {"a.svg": lambda: embedded(progressive_jpeg(3_000), "image/jpeg")}),
    _case(
        "heavy-svg-svg",
        {"a.svg": lambda: embedded(embedded(colour_png(25_000, 20_000)).encode(), "image/svg+xml")},
    ),
    _case(
        "heavy-svg-png-percent",
        {
            "a.svg": lambda: drawing(
                f'<image {_HREF}="data:image/png,'
                + "".join(f"%{b:02x}" for b in colour_png(12_000, 12_000))
                + '" width="90" height="90"/>'
            )
        },
    ),
    _case("heavy-svg-circles", {"a.svg": lambda: drawing('<circle cx="50" cy="50" r="40"/>' * 240_000)}),
    _case(
        "heavy-svg-circles-many",
        {f"a{i}.svg": lambda i=i: drawing(f'<circle cx="5{i}" cy="50" r="40"/>' * 60_000) for i in range(8)},
    ),
    _case(
        "heavy-svg-text",
        {"a.svg": lambda: drawing('<text y="20">' + "letters in a row " * 3_000 + "</text>")},
    ),
    _case(
        "heavy-svg-texts",
        {
            "a.svg": lambda: drawing(
                "".join(f'<text x="{i % 90}" y="{i % 97}" font-size="3">abc</text>' for i in range(17_000))
            )
        },
    ),
    _case(
        "heavy-svg-text-own-x",
        {
            "a.svg": lambda: drawing(
                '<text y="20" x="' + " ".join(map(str, range(20_000))) + '">' + "a" * 20_000 + "</text>"
            )
        },
    ),
    _case(
        "heavy-svg-text-filter",
        {
            "a.svg": lambda: drawing(
                '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><rect width="2" height="2"/>'
                + "".join(f'<text y="{i % 90}" filter="url(#f)">abc</text>' for i in range(2_000))
            )
        },
    ),
    _case(
        "heavy-svg-filters",
        {
            "a.svg": lambda: drawing(
                '<filter id="f"><feGaussianBlur stdDeviation="20"/></filter>'
                + '<rect width="100" height="100" filter="url(#f)"/>' * 3_000
            )
        },
    ),
    _case(
        "heavy-svg-noise",
        {
            "a.svg": lambda: drawing(
                '<filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="9"/></filter>'
                + '<rect width="100" height="100" filter="url(#f)"/>' * 300
            )
        },
    ),
    _case(
        "heavy-svg-masks",
        {
            "a.svg": lambda: drawing(
                '<mask id="m"><rect width="100" height="100" fill="white"/></mask>'
                + '<g mask="url(#m)">' * 60
                + '<rect width="100" height="100"/>' * 50
                + "</g>" * 60
            )
        },
    ),
    _case(
        "heavy-svg-masks-many",
        {
            "a.svg": lambda: drawing(
                '<mask id="m"><rect width="100" height="100" fill="white"/></mask>'
                + '<rect width="100" height="100" mask="url(#m)"/>' * 20_000
            )
        },
    ),
    _case(
        "heavy-svg-opacity",
        {"a.svg": lambda: drawing('<g opacity="0.5"><rect width="100" height="100"/></g>' * 20_000)},
    ),
    _case(
        "heavy-svg-patterns",
        {
            "a.svg": lambda: drawing(
                '<pattern id="p" width="2" height="2" patternUnits="userSpaceOnUse"><rect width="1" height="1"/></pattern>'
                + '<rect width="100" height="100" fill="url(#p)"/>' * 4_000
            )
        },
    ),
    _case(
        "heavy-svg-pattern-fine",
        {
            "a.svg": lambda: drawing(
                '<pattern id="p" width="0.01" height="0.01" patternUnits="userSpaceOnUse"><circle r="0.01"/></pattern><rect width="100" height="100" fill="url(#p)"/>'
            )
        },
    ),
    _case(
        "heavy-svg-gradients",
        {
            "a.svg": lambda: drawing(
                '<linearGradient id="g">'
                + "".join(f'<stop offset="{i / 2000}" stop-color="#{i:06x}"/>' for i in range(2_000))
                + "</linearGradient>"
                + '<rect width="100" height="100" fill="url(#g)"/>' * 3_000
            )
        },
    ),
    _case(
        "heavy-svg-clips",
        {
            "a.svg": lambda: drawing(
                '<clipPath id="c">'
                + '<circle cx="50" cy="50" r="40"/>' * 300
                + "</clipPath>"
                + '<rect width="100" height="100" clip-path="url(#c)"/>' * 700
            )
        },
    ),
    _case(
        "heavy-svg-dashes",
        {
            "a.svg": lambda: drawing(
                '<path d="M0 0'
                + "L100 100 0 0" * 400
                + '" stroke="red" stroke-width="1" stroke-dasharray="0.001"/>'
            )
        },
    ),
    _case(
        "heavy-svg-dash-many",
        {"a.svg": lambda: drawing('<path d="M0 0L100 100" stroke="red" stroke-dasharray="0.01"/>' * 1_000)},
    ),
    _case(
        "heavy-svg-wide-strokes",
        {
            "a.svg": lambda: drawing(
                '<path d="M0 0'
                + "C100 0 0 100 100 100 0 100 100 0 0 0" * 20_000
                + '" stroke="red" stroke-width="90" fill="none" stroke-linejoin="round"/>'
            )
        },
    ),
    _case("heavy-svg-arcs", {"a.svg": lambda: drawing('<path d="M0 0' + "a9 9 0 1 1 1 0" * 200_000 + '"/>')}),
    _case(
        "heavy-svg-use-wide",
        {
            "a.svg": lambda: drawing(
                '<g id="a">' + '<circle r="40"/>' * 100 + "</g>" + f'<use {_HREF}="#a"/>' * 2_300
            )
        },
    ),
    _case(
        "heavy-svg-large",
        {"a.svg": lambda: drawing('<rect width="9" height="9"/>', 'width="900000" height="900000"')},
    ),
    _case(
        "heavy-svg-print",
        {
            "a.svg": lambda: drawing(
                '<linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>'
                + '<circle cx="50" cy="50" r="40" fill="url(#g)"/>' * 60_000
            )
        },
        manifest="format:\n  pdf: {colour: cmyk}\n",
    ),
    _case("heavy-pdf-pages", slow_pages(12, 1_300_000)),
    _case("heavy-pdf-pages-many", slow_pages(60, 150_000)),
    _case("heavy-pdf-forms", {"a.pdf": lambda: nested_forms(7, 10, b"0 0 90 90 re f ")}),
    _case(
        "heavy-pdf-image",
        {
            "a.pdf": lambda: pdf(
                b"90 0 0 90 0 0 cm /X Do",
                resources="/XObject << /X 5 0 R >>",
                more=[
                    stream(
                        bytes(3 * 8_900 * 8_900),
                        "/Type /XObject /Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8 /Width 8900 /Height 8900",
                    )
                ],
            )
        },
    ),
]
