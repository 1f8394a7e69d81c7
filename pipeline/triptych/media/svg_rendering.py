"""Rasterise SVG with resvg, for programs without SVG support."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache

from lxml import etree

from triptych.engine.processes.limits import DRAWING_LIMITS, LimitExceededError, run_with_limits
from triptych.media.fonts.fonts import find_scripts
from triptych.media.inks import encode_picture
from triptych.media.picture_files import NUMBER, inspect_svg, parse_svg, sanitise_svg
from triptych.media.raster_images import UnusablePictureError, open_picture
from triptych.media.svg_text import set_text_fonts
from triptych.media.xml_parsing import SVG
from triptych.theme.theme import FontFace, load_theme

_VIEW_BOX = re.compile(r"\bviewBox\s*=\s*[\"']([^\"']*)")
_SCALING_TRANSFORM = re.compile(r"(?:scale|matrix)\s*\(([^)]*)\)")
_TEXT_WITHOUT_LENGTHS = re.compile(r"#[\w-]+|data:[^\"')]*")  # colours, references and embedded images
_MAX_COORDINATE = 1e8  # pixels
_EMBEDDED_IMAGE = re.compile(rb"data:image/[^\"')]*")
_SLOW_ELEMENT = re.compile(r"<(?:\w+:)?(?:filter|pattern|image)\b|dasharray")
_MANY_ELEMENTS, _LONG_DRAWING = 5_000, 500_000  # tags and characters that take a tenth of a second
_MANY_LAYERS = 20  # a group with opacity, a mask or a clipping path may need an image of its own
_TRIAL_SIDE = 960  # pixels
_TRIAL_LIMITS = replace(DRAWING_LIMITS, seconds=5.0)
DEFAULT_MAX_SIDE = 1920  # pixels of a slide on a common screen
_CSS_PIXELS = 96  # per inch
_MAX_OCTAVES = 12  # octaves of feTurbulence; more take long and add detail smaller than a pixel
_MAX_ASPECT_DIFFERENCE = 0.01  # relative tolerance between the aspect ratios of a drawing and its view box


def rasterise_svg(
    svg: bytes, width: int, height: int, *, on_white: bool = False, max_side: int = DEFAULT_MAX_SIDE
) -> bytes | None:
    """Render an SVG as a PNG of this size; return None if it is invalid or cannot be rendered.

    Raise ``UnusablePictureError`` if it takes too much time or memory.

    ``width`` and ``height`` are in pixels. The image is reduced to at most ``max_side`` pixels on its longer
    side. Text is set in the bundled fonts, and external files are ignored.

    The background is transparent. If ``on_white`` is true, it is white and the image has no alpha channel,
    since some bookshops reject images with an alpha channel.
    """
    scale = min(1.0, max_side / max(width, height, 1))
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        # resvg would replace unknown font families with the serif family.
        svg_with_fonts = set_text_fonts(sanitise_svg(svg), load_theme(), as_outlines=False)
        drawing = _resize_drawing(svg_with_fonts, wide, high)
    except (UnusablePictureError, ValueError):
        return None
    try:
        png = render_svg(drawing, background="white" if on_white else None)
    except ValueError:
        return None
    if not on_white:
        return png
    with open_picture(png) as image:
        return encode_picture(image.convert("RGB"), "PNG")[0]


def render_svg(svg: str, *, background: str | None = None) -> bytes:
    """Render a sanitised SVG as a PNG at its intrinsic size.

    Raise ``ValueError`` if resvg fails, or ``UnusablePictureError`` if it takes too much time or memory. A
    drawing that may be slow, or has coordinates that may crash resvg, is rendered in a separate process with
    limits.
    """
    if not (_may_be_slow(svg) or _has_large_coordinates(svg)):
        return _render_with_resvg(svg, background)
    try:
        return run_with_limits(DRAWING_LIMITS, _render_with_resvg, svg, background)
    except LimitExceededError as error:
        raise UnusablePictureError(f"the SVG cannot be rendered: {error}") from None


def time_slow_drawing(svg: bytes) -> float:
    """Return the estimated CPU time in seconds to render an SVG, or 0 if it is certainly fast.

    The drawing is rendered at a small size. The time is assumed to be proportional to the number of pixels,
    as it is for thousands of overlapping large shapes.

    Raise ``UnusablePictureError`` if it takes too much time or memory.
    """
    drawing = _EMBEDDED_IMAGE.sub(b"data:,", sanitise_svg(svg))  # their pixels are counted elsewhere
    if not _may_be_slow(drawing.decode("utf-8", "replace")):
        return 0.0
    _, width, height = inspect_svg(drawing)
    scale = _TRIAL_SIDE / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        seconds = run_with_limits(_TRIAL_LIMITS, _time_drawing, _resize_drawing(drawing, *size))
    except LimitExceededError as error:
        raise UnusablePictureError(f"the SVG cannot be rendered: {error}") from None
    return seconds * (DEFAULT_MAX_SIDE / _TRIAL_SIDE) ** 2


def _time_drawing(svg: str) -> float:
    started = time.process_time()
    with suppress(ValueError):
        _render_with_resvg(svg, None)
    return time.process_time() - started


def _may_be_slow(svg: str) -> bool:
    """Return whether rendering an SVG may take much time or memory."""
    return (
        svg.count("<") > _MANY_ELEMENTS
        or len(svg) > _LONG_DRAWING
        or _SLOW_ELEMENT.search(svg) is not None
        or svg.count("opacity") + svg.count("url(") > _MANY_LAYERS
    )


def _has_large_coordinates(svg: str) -> bool:
    """Return whether a drawing may have coordinates so large that they crash resvg."""
    boxes = _VIEW_BOX.findall(svg)
    if len(boxes) > 1:
        return True
    *_, wide, high = (1.0, 1.0, *_iter_absolute_numbers("".join(boxes)))
    scales = (max((1.0, *_iter_absolute_numbers(inner))) for inner in _SCALING_TRANSFORM.findall(svg))
    largest = max(_iter_absolute_numbers(svg), default=0.0)
    enlarged = largest / max(min(wide, high), 1e-300)  # the size of the drawing is at most its largest number
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
    return etree.tostring(root, encoding="unicode")  # its characters determine the fonts


def _select_font_files(svg: str) -> list[str]:
    """Return the font files that a drawing may need, or an empty list if it has no text.

    As a fallback, resvg uses the first font that has all characters of a line. Therefore fonts with the
    characters of only one script come first, and sans-serif fonts come before serif fonts.
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
    return _list_font_files(
        (*theme.faces, *(face for *_, face in sorted(faces, key=lambda ranked_face: ranked_face[:2])))
    )


@cache
def _list_font_files(faces: tuple[FontFace, ...]) -> list[str]:
    return list(dict.fromkeys(str(face.path) for face in faces))
