"""SVG as pixels, drawn by Typst, for programs that know no SVG."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from triptych.media.formulas import packaged_fonts
from triptych.media.pictures import safe_svg
from triptych.media.unusable import UnusablePicture
from triptych.theme import fonts_folder

WIDEST = 1920  # pixels: a slide on a common screen
_POINTS = 72  # to an inch


def rasterise(svg: bytes, width: int, height: int) -> bytes | None:
    """An SVG → a PNG of that many pixels with a transparent ground, or None where Typst refuses it.

    Text in it is set in the bundled fonts, and files that it names are not there. The longer side is
    at most ``WIDEST``. The same SVG gives the same bytes.
    """
    import typst

    scale = min(1.0, WIDEST / max(width, height, 1))
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        with tempfile.TemporaryDirectory(prefix="triptych-") as folder:
            safe = safe_svg(svg)
            Path(folder, "drawing.svg").write_bytes(safe)
            fonts = [str(fonts_folder()), *packaged_fonts(safe.decode("utf-8", "replace"))]
            world: Any = {"root": folder, "font_paths": fonts, "ignore_system_fonts": True}
            page = typst.compile(_document(wide, high), format="png", ppi=_POINTS, **world)
    except (UnusablePicture, typst.TypstError, RuntimeError, ValueError):
        return None
    data = page[0] if isinstance(page, list) else page
    return bytes(data) if data else None


def _document(width: int, height: int) -> bytes:
    """A Typst document with one page, a point for each pixel, that the drawing fills."""
    lines = [
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)",
        '#set text(font: "Work Sans")',
        f'#image("/drawing.svg", width: {width}pt, height: {height}pt, fit: "stretch")',
    ]
    return "\n".join(lines).encode()
