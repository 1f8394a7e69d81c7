"""Define PDF figures with endless or extremely high pages, or with recursive content."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.hostile.small_project import Case, small_project


def _figure(name: str, data: Callable[[], bytes]) -> Case:
    def write(folder: Path) -> None:
        small_project(folder, '![A](a.pdf){#fig-a fig-alt="B"}', files={"source/a.pdf": data()})

    return Case(name, "pages", write)


def stream(content: bytes, entries: str = "") -> bytes:
    packed = zlib.compress(content, 9)
    head = f"<< {entries} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def pdf(
    content: bytes,
    *,
    box: str = "0 0 100 100",
    resources: str = "",
    more: Sequence[bytes] = (),
    page: str = "",
) -> bytes:
    """Return a PDF of one page; ``more`` are its objects from number 5."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R /Resources << {resources} >> {page} >>".encode(),
        stream(content),
        *more,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + tail.encode()


def _forms(levels: int, wide: int) -> bytes:
    """Return form XObjects that each draw the next one several times."""
    more = []
    for i in range(levels):
        inner = b"/X Do " * wide if i < levels - 1 else b"0 0 1 1 re f "
        names = f"/Resources << /XObject << /X {6 + i} 0 R >> >>" if i < levels - 1 else ""
        more.append(stream(inner, f"/Type /XObject /Subtype /Form /BBox [0 0 100 100] {names}"))
    return pdf(b"/X Do", resources="/XObject << /X 5 0 R >>", more=more)


def _shaded(shading: bytes, times: int = 1) -> bytes:
    return pdf(b"/S sh " * times, resources="/Shading << /S 5 0 R >>", more=[shading])


_FUNCTION = "<< /FunctionType 2 /Domain [0 1] /C0 [0 0 0] /C1 [1 1 1] /N 1 >>"
_CALCULATOR = stream(
    b"{ " + b"dup mul " * 100_000 + b"}", "/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]"
)
_IMAGE = "/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8"
_DRAW = b"100 0 0 100 0 0 cm /X Do"

PDF_FIGURES = [
    _figure("pdf-operators-endless", lambda: pdf(b"0 0 50 50 re f " * 20_000_000)),
    _figure("pdf-operators-clipping", lambda: pdf(b"0 0 m 99 99 l 0 99 l W n " * 500_000 + b"0 0 9 9 re f")),
    _figure("pdf-operators-states", lambda: pdf(b"q " * 3_000_000)),
    _figure("pdf-operators-broken", lambda: pdf(b"( " * 3_000_000)),
    _figure("pdf-operators-arrays", lambda: pdf(b"[ " * 3_000_000)),
    _figure("pdf-path-long", lambda: pdf(b"0 0 m " + b"99 99 l 0 50 l " * 2_000_000 + b"f*")),
    _figure(
        "pdf-curves-dashed",
        lambda: pdf(b"[0.00001] 0 d 0 0 m " + b"0 900000 900000 0 100 100 c " * 2_000 + b"S"),
    ),
    _figure(
        "pdf-shadings-many",
        lambda: _shaded(
            f"<< /ShadingType 3 /ColorSpace /DeviceRGB /Coords [0 0 0 90 90 99] /Extend [true true] /Function {_FUNCTION} >>".encode(),
            200_000,
        ),
    ),
    _figure(
        "pdf-shading-calculated",
        lambda: pdf(
            b"/S sh " * 400,
            resources="/Shading << /S << /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1 0 1] /Matrix [100 0 0 100 0 0] /Function 5 0 R >> >>",
            more=[_CALCULATOR],
        ),
    ),
    _figure(
        "pdf-shading-mesh",
        lambda: _shaded(
            stream(
                b"\x00" + bytes(range(256)) * 100_000,
                "/ShadingType 4 /ColorSpace /DeviceRGB /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 100 0 100 0 1 0 1 0 1]",
            )
        ),
    ),
    _figure(
        "pdf-shading-patches",
        lambda: _shaded(
            stream(
                bytes(range(256)) * 40_000,
                "/ShadingType 7 /ColorSpace /DeviceRGB /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 100 0 100 0 1 0 1 0 1]",
            )
        ),
    ),
    _figure("pdf-page-high", lambda: pdf(b"0 0 9 9 re f", box="0 0 100 1000000000")),
    _figure("pdf-page-wide", lambda: pdf(b"0 0 9 9 re f", box="0 0 1000000000 100")),
    _figure("pdf-page-large", lambda: pdf(b"0 0 9 9 re f", box="0 0 200000 200000")),
    _figure("pdf-page-huge", lambda: pdf(b"0 0 9 9 re f", box="0 0 " + "9" * 30 + " " + "9" * 30)),
    _figure("pdf-page-empty", lambda: pdf(b"0 0 9 9 re f", box="0 0 0 0")),
    _figure("pdf-page-not-numbers", lambda: pdf(b"0 0 9 9 re f", box="/a (b) null [1]")),
    _figure("pdf-page-negative", lambda: pdf(b"0 0 9 9 re f", box="100 100 -100 -9e30")),
    _figure("pdf-page-units", lambda: pdf(b"0 0 9 9 re f", page="/UserUnit 1e9 /Rotate 45")),
    _figure("pdf-forms-bomb", lambda: _forms(9, 10)),
    _figure("pdf-forms-deep", lambda: _forms(2_000, 1)),
    _figure(
        "pdf-form-of-itself",
        lambda: pdf(
            b"/X Do /X Do",
            resources="/XObject << /X 5 0 R >>",
            more=[
                stream(
                    b"/X Do /X Do",
                    "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
                )
            ],
        ),
    ),
    _figure(
        "pdf-groups-many",
        lambda: pdf(
            b"/X Do " * 3_000,
            resources="/XObject << /X 5 0 R >>",
            more=[
                stream(
                    b"0 0 9 9 re f",
                    "/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Group << /S /Transparency /I true /K true >>",
                )
            ],
        ),
    ),
    _figure(
        "pdf-image-unpacks",
        lambda: pdf(
            _DRAW,
            resources="/XObject << /X 5 0 R >>",
            more=[stream(bytes(300_000_000), f"{_IMAGE} /Width 30000 /Height 10000")],
        ),
    ),
    _figure(
        "pdf-image-size-lies",
        lambda: pdf(
            _DRAW,
            resources="/XObject << /X 5 0 R >>",
            more=[stream(b"a", f"{_IMAGE} /Width 2000000000 /Height 2000000000")],
        ),
    ),
    _figure(
        "pdf-image-mask-of-itself",
        lambda: pdf(
            _DRAW,
            resources="/XObject << /X 5 0 R >>",
            more=[stream(b"a" * 100, f"{_IMAGE} /Width 10 /Height 10 /SMask 5 0 R")],
        ),
    ),
    _figure("pdf-stream-unpacks", lambda: pdf(bytes(900_000_000))),
    _figure(
        "pdf-tiles",
        lambda: pdf(
            b"/Pattern cs /P scn 0 0 100 100 re f",
            resources="/Pattern << /P 5 0 R >>",
            more=[
                stream(
                    b"0 0 1 1 re f",
                    "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 /Resources << >>",
                )
            ],
        ),
    ),
    _figure(
        "pdf-tiles-of-themselves",
        lambda: pdf(
            b"/Pattern cs /P scn 0 0 100 100 re f",
            resources="/Pattern << /P 5 0 R >>",
            more=[
                stream(
                    b"/Pattern cs /P scn 0 0 9 9 re f",
                    "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << /Pattern << /P 5 0 R >> >>",
                )
            ],
        ),
    ),
    _figure("pdf-pages-of-themselves", lambda: pdf(b"f").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")),
    _figure(
        "pdf-pages-million",
        lambda: pdf(b"f").replace(
            b"/Kids [3 0 R] /Count 1", b"/Kids [" + b"3 0 R " * 300_000 + b"] /Count 300000"
        ),
    ),
    _figure(
        "pdf-parent-of-itself",
        lambda: pdf(b"f").replace(b"/Parent 2 0 R /MediaBox [0 0 100 100]", b"/Parent 3 0 R"),
    ),
    _figure("pdf-arrays-nested", lambda: pdf(b"f", page="/A " + "[" * 100_000 + "]" * 100_000)),
    _figure("pdf-dictionaries-nested", lambda: pdf(b"f", page="/A " + "<</A " * 400 + "1" + ">>" * 400)),
    _figure(
        "pdf-length-of-itself",
        lambda: pdf(b"f", more=[b"<< /Length 5 0 R >>\nstream\na\nendstream"], page="/A 5 0 R"),
    ),
    _figure(
        "pdf-filters-many",
        lambda: pdf(b"f").replace(b"/Filter /FlateDecode", b"/Filter [" + b"/FlateDecode " * 5_000 + b"]"),
    ),
    _figure(
        "pdf-encrypted",
        lambda: pdf(b"f").replace(
            b"/Root 1 0 R",
            b"/Root 1 0 R /Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /O (a) /U (b) /P -1 >>",
        ),
    ),
    _figure("pdf-without-table", lambda: pdf(b"0 0 9 9 re f")[:-150]),
    _figure("pdf-only-head", lambda: b"%PDF-1.7\n"),
    _figure("pdf-objects-million", lambda: pdf(b"f").replace(b"/Size 5", b"/Size 2000000000")),
    _figure(
        "pdf-script",
        lambda: pdf(
            b"f",
            page="/AA << /O << /S /JavaScript /JS (app.alert(1)) >> >> /Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (/bin/sh) >> >>]",
        ),
    ),
    _figure(
        "pdf-type-3-font",
        lambda: pdf(
            b"BT /F 9 Tf (" + b"a" * 100_000 + b") Tj ET",
            resources="/Font << /F 5 0 R >>",
            more=[
                b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [0] /Resources << /Font << /F 5 0 R >> >> >>",
                stream(b"9 0 d0 BT /F 1 Tf (aa) Tj ET"),
            ],
        ),
    ),
    _figure(
        "pdf-text-of-10-mb",
        lambda: pdf(
            b"BT /F 9 Tf " + b"(word) Tj " * 1_000_000 + b"ET",
            resources="/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>",
        ),
    ),
]
