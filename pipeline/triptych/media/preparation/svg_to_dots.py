"""SVG as pixels, drawn by resvg, for programs that know no SVG."""

from __future__ import annotations

from functools import cache

from lxml import etree

from triptych.media.fonts.fonts import scripts_of
from triptych.media.pictures.errors import UnusablePicture
from triptych.media.pictures.files import measure_svg, parse_svg, safe_svg
from triptych.theme.theme import FontFace, load_theme

WIDEST = 1920  # pixels: a slide on a common screen
_CSS_PIXELS = 96  # to an inch
_ALIKE = 0.01  # how much the sides of a drawing and of its view box may differ and be meant the same


def rasterise(svg: bytes, width: int, height: int, *, white: bool = False) -> bytes | None:
    """An SVG → a PNG of that many pixels on a ``white`` or a transparent ground, None where it is refused.

    Text in it is set in the bundled fonts, and files that it names are not there. The longer side is
    at most ``WIDEST``. The same SVG gives the same bytes.
    """
    scale = min(1.0, WIDEST / max(width, height, 1))
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        return draw(_sized(safe_svg(svg), wide, high), ground="white" if white else None)
    except (UnusablePicture, ValueError):
        return None


def draw(svg: bytes, *, ground: str | None = None) -> bytes:
    """A safe SVG → a PNG, a pixel for each of its own. Raises ``ValueError`` where it is refused."""
    import resvg_py

    theme = load_theme()
    text = svg.decode("utf-8")
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=text,
                background=ground,
                dpi=_CSS_PIXELS,
                skip_system_fonts=True,
                font_files=_fonts(text),
                font_family=theme.sans,
                sans_serif_family=theme.sans,
                serif_family=theme.serif,
                monospace_family=theme.mono,
                cursive_family=theme.serif,
                fantasy_family=theme.sans,
            )
        )
    except BaseException as error:
        # A fault of the library itself arrives as what no `except Exception` takes.
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from None
        raise


def _sized(svg: bytes, width: int, height: int) -> bytes:
    """A drawing that fills so many pixels."""
    root = parse_svg(svg)
    _, own_width, own_height = measure_svg(svg)
    box = root.get("viewBox", "").replace(",", " ").split()
    if len(box) != 4:
        box = ["0", "0", f"{own_width:.6g}", f"{own_height:.6g}"]
        root.set("viewBox", " ".join(box))
    if abs(float(box[2]) * own_height - float(box[3]) * own_width) <= _ALIKE * own_width * float(box[3]):
        root.set("preserveAspectRatio", "none")
    root.set("width", str(width))
    root.set("height", str(height))
    return etree.tostring(root)


def _fonts(svg: str) -> list[str]:
    """The files of fonts that a drawing may need: none where it has no text."""
    if "<text" not in svg and ":text" not in svg:
        return []
    theme = load_theme()
    scripts = scripts_of(svg, (), theme)
    return _files((*theme.faces, *(face for script in scripts for face in script.faces)))


@cache
def _files(faces: tuple[FontFace, ...]) -> list[str]:
    return list(dict.fromkeys(str(face.path) for face in faces))
