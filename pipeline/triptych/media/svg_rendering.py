"""Rasterise SVG with resvg, for programs that do not support SVG."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

from triptych.engine.processes.limits import DRAWING_LIMITS, LimitExceeded, run_with_limits
from triptych.media.fonts.fonts import find_scripts
from triptych.media.inks import encode_picture
from triptych.media.picture_files import NUMBER, inspect_svg, parse_svg, sanitise_svg
from triptych.media.raster_images import UnusablePicture, open_picture
from triptych.media.svg_text import set_text_fonts
from triptych.media.xml_parsing import SVG
from triptych.theme.theme import FontFace, load_theme

_VIEW_BOX = re.compile(r"\bviewBox\s*=\s*[\"']([^\"']*)")
_SCALING_TRANSFORM = re.compile(r"(?:scale|matrix)\s*\(([^)]*)\)")
_TEXT_WITHOUT_LENGTHS = re.compile(r"#[\w-]+|data:[^\"')]*")  # colours, references and embedded images
_MAX_COORDINATE = 1e8  # pixels
DEFAULT_MAX_SIDE = 1920  # pixels: a slide on a common screen
_CSS_PIXELS = 96  # per inch
_MAX_OCTAVES = 12  # of feTurbulence; more octaves take long and add detail smaller than a pixel
_MAX_ASPECT_DIFFERENCE = 0.01  # relative tolerance between the aspect ratios of a drawing and its view box


def rasterise_svg(
    svg: bytes, width: int, height: int, *, on_white: bool = False, max_side: int = DEFAULT_MAX_SIDE
) -> bytes | None:
    """Render an SVG as a PNG of the given size. Return None if the SVG is invalid or cannot be rendered.

    ``width`` and ``height`` are in pixels. The image is reduced to at most ``max_side`` pixels on its longer
    side. Text is set in the bundled fonts, and external files are ignored.

    The background is transparent. If ``on_white`` is set, it is white and the image has no alpha channel,
    since some bookshops reject images with an alpha channel.
    """
    scale = min(1.0, max_side / max(width, height, 1))
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        # resvg would replace unknown font families with the serif family.
        named = set_text_fonts(sanitise_svg(svg), load_theme(), as_outlines=False)
        made = render_svg(_resize_drawing(named, wide, high), background="white" if on_white else None)
    except (UnusablePicture, ValueError):
        return None
    if not on_white:
        return made
    with open_picture(made) as image:
        return encode_picture(image.convert("RGB"), "PNG")[0]


def render_svg(svg: str, *, background: str | None = None) -> bytes:
    """Render a sanitised SVG as a PNG at its intrinsic size. Raise ``ValueError`` if resvg fails.

    A drawing with very large coordinates is rendered in a separate process, because resvg may crash.
    """
    if not _has_large_coordinates(svg):
        return _render_with_resvg(svg, background)
    try:
        return run_with_limits(DRAWING_LIMITS, _render_with_resvg, svg, background)
    except LimitExceeded as error:
        raise ValueError(str(error)) from None


def _has_large_coordinates(svg: str) -> bool:
    """Return whether a drawing may have coordinates so large that resvg crashes."""
    boxes = _VIEW_BOX.findall(svg)
    if len(boxes) > 1:
        return True
    *_, wide, high = (1.0, 1.0, *_iter_absolute_numbers("".join(boxes)))
    scales = (max((1.0, *_iter_absolute_numbers(inner))) for inner in _SCALING_TRANSFORM.findall(svg))
    largest = max(_iter_absolute_numbers(svg), default=0.0)
    enlarged = largest / max(min(wide, high), 1e-300)  # the drawing's size is at most its largest number
    return not largest * enlarged * math.prod(scales) < _MAX_COORDINATE


def _iter_absolute_numbers(text: str) -> Iterator[float]:
    return (abs(float(number)) for number in NUMBER.findall(_TEXT_WITHOUT_LENGTHS.sub("", text)))


def _render_with_resvg(svg: str, background: str | None) -> bytes:
    import resvg_py

    theme = load_theme()
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                background=background,
                dpi=_CSS_PIXELS,
                skip_system_fonts=True,
                font_files=_select_font_files(svg),
                font_family=theme.sans,
                sans_serif_family=theme.sans,
                serif_family=theme.serif,
                monospace_family=theme.mono,
                cursive_family=theme.serif,
                fantasy_family=theme.sans,
            )
        )
    except BaseException as error:
        # A Rust panic is not an `Exception`.
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from None
        raise


def _resize_drawing(svg: bytes, width: int, height: int) -> str:
    """Set the width and height of a drawing in pixels."""
    root = parse_svg(svg)
    _, own_width, own_height = inspect_svg(svg)
    box = [float(number) for number in NUMBER.findall(root.get("viewBox", ""))]
    if len(box) != 4:
        box = [0, 0, own_width, own_height]
        root.set("viewBox", f"0 0 {own_width:.6g} {own_height:.6g}")
    if abs(box[2] * own_height - box[3] * own_width) <= _MAX_ASPECT_DIFFERENCE * own_width * box[3]:
        root.set("preserveAspectRatio", "none")
    root.set("width", str(width))
    root.set("height", str(height))
    for clouds in root.iter(f"{SVG}feTurbulence"):
        octaves = NUMBER.match(clouds.get("numOctaves", "1").strip())
        clouds.set("numOctaves", str(round(min(float(octaves[0]) if octaves else 1, _MAX_OCTAVES))))
    return etree.tostring(root, encoding="unicode")  # fonts are selected by the characters in it


def _select_font_files(svg: str) -> list[str]:
    """Return the font files that a drawing may need, or an empty list if it has no text.

    As a fallback, resvg uses the first font that has all characters of a line. So fonts that contain only the
    characters of one script come first, and sans-serif fonts before serif fonts.
    """
    if "<text" not in svg and ":text" not in svg:
        return []
    theme = load_theme()
    scripts = find_scripts(svg, (), theme)
    faces = [
        (bool(face.package), face.family != script.sans, face)
        for script in scripts
        for face in script.faces
        if not face.package or not (face.index or face.italic or face.weight != 400)
    ]
    return _list_font_files((*theme.faces, *(face for *_, face in sorted(faces, key=lambda one: one[:2]))))


@cache
def _list_font_files(faces: tuple[FontFace, ...]) -> list[str]:
    return list(dict.fromkeys(str(face.path) for face in faces))
