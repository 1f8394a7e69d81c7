"""SVG as pixels, drawn by Typst, for programs that know no SVG."""

from __future__ import annotations

from triptych.media.formulas.formulas import packaged_fonts
from triptych.media.pictures.errors import UnusablePicture
from triptych.media.pictures.files import safe_svg
from triptych.media.typst_engine import Refused, typeset

WIDEST = 1920  # pixels: a slide on a common screen
_POINTS = 72  # to an inch


def rasterise(svg: bytes, width: int, height: int, *, white: bool = False) -> bytes | None:
    """An SVG → a PNG of that many pixels on a ``white`` or a transparent ground, None where Typst refuses it.

    Text in it is set in the bundled fonts, and files that it names are not there. The longer side is
    at most ``WIDEST``. The same SVG gives the same bytes.
    """
    scale = min(1.0, WIDEST / max(width, height, 1))
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        safe = safe_svg(svg)
        fonts = packaged_fonts(safe.decode("utf-8", "replace"))
        files = {"drawing.svg": safe}
        document = _document(wide, high, "white" if white else "none")
        (page, *_), _ = typeset(document, output="png", fonts=fonts, files=files, ppi=_POINTS)
    except (UnusablePicture, Refused):
        return None
    return page or None


def _document(width: int, height: int, ground: str) -> str:
    """A Typst document with one page, a point for each pixel, that the drawing fills."""
    lines = [
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: {ground})",
        '#set text(font: "Work Sans")',
        f'#image("/drawing.svg", width: {width}pt, height: {height}pt, fit: "stretch")',
    ]
    return "\n".join(lines)
