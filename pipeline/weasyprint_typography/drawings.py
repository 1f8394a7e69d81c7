"""Convert simple SVG drawings, such as formulas and charts, to PDF operators once and cache them.

WeasyPrint parses and measures each glyph of a drawing whenever the drawing is painted, which takes most of
WeasyPrint's time for a book with many formulas. Here, an SVG file that contains only paths and lines of text,
such as Typst writes, is converted to PDF painting operators (ISO 32000-1, 8.5). WeasyPrint draws all other
SVG files.

A drawing may also show glyphs of a font face by their ids, with an element of our own (``GLYPHS``). They are
written as text, with the text that they represent in the font's ToUnicode map. If this is not what the
drawing as a whole represents, the attribute ``text`` of its root says what it is. The fill ``context-fill``
(SVG 2, 13.2) is the CSS colour of the image.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from math import inf
from typing import Any, TypeVar
from xml.etree.ElementTree import Element

from weasyprint_typography.actual_text import NO_TEXT
from weasyprint_typography.content_stream import write_number
from weasyprint_typography.engine import patch
from weasyprint_typography.glyph_runs import begin_actual_text

_SVG, _HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
# The style attributes of simple drawings, which are inherited, and the other attributes of each element.
_STROKE_ATTRIBUTES = (
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-dasharray",
)
_TEXT_ATTRIBUTES = ("font-family", "font-size", "font-weight", "text-anchor")
_STYLE_ATTRIBUTES = frozenset(
    ("fill", "fill-rule", "fill-opacity", "stroke", *_STROKE_ATTRIBUTES, *_TEXT_ATTRIBUTES)
)
GLYPHS = "{urn:triptych:glyphs}"  # the namespace of the element ``glyphs`` and of the attribute ``text``
_CONTEXT_FILL = "context-fill"
_ATTRIBUTES = {
    "svg": {"viewBox", "width", "height", f"{GLYPHS}text"},
    f"{GLYPHS}glyphs": {"face", "size", "x", "y", "ids"},
    "g": {"transform"},
    "use": {_HREF, "x", "y"},
    "path": {"d", "transform"},
    "text": {"x", "y", "transform"},
}
StyleAttributes = dict[str, str]
_WEIGHTS, _ANCHORS = {"normal": 400, "bold": 700}, {"start": 0.0, "middle": 0.5, "end": 1.0}
_CAPS, _JOINS = {"butt": 0, "round": 1, "square": 2}, {"miter": 0, "round": 1, "bevel": 2}
_TRANSFORM = re.compile(r"(translate|matrix)\(([-\d.e ,]+)\)")
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_NUMBERS_PER_COMMAND = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6}
_IDENTITY: tuple[float, ...] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_Value = TypeVar("_Value")
_CONVERTED = "typography_outlines"  # attribute of an image


class UnsupportedSvgError(Exception):
    """Raised if a drawing uses SVG features that are not converted here."""


@dataclass(frozen=True, slots=True)
class DrawnPath:
    """Paths with the same CSS colours, as PDF operators.

    ``fill`` and ``stroke`` are the colours, or "" for none; ``opacity`` is the opacity of the fill.
    ``content`` are the operators that paint the paths.
    """

    fill: str
    stroke: str
    opacity: float
    content: bytes


@dataclass(frozen=True, slots=True)
class DrawnGlyphs:
    """Glyphs of a font face on one baseline, in a CSS colour.

    Each glyph has its id, its distance from the start, and the text that it represents, or "".
    """

    face: str
    size: float
    x: float
    y: float
    glyphs: tuple[tuple[int, float, str], ...]
    fill: str


@dataclass(frozen=True, slots=True)
class ConvertedSvg:
    """A converted drawing: its view box (SVG 2, 8.6), and its paths, texts and glyphs in painting order.

    ``text`` is the text that a drawing with glyphs represents as a whole, or "" if it is the text of the
    glyphs. It is None for any other drawing.
    """

    view_box: tuple[float, float, float, float]
    parts: tuple[DrawnPart, ...]
    text: str | None = None


def convert_svg(root: Element) -> ConvertedSvg:
    """Convert a simple SVG drawing. Raise ``UnsupportedSvgError`` if it uses other features."""
    if root.tag != f"{_SVG}svg" or set(root.keys()) - _ATTRIBUTES["svg"] - _STYLE_ATTRIBUTES:
        raise UnsupportedSvgError
    x, y, width, height = _read_numbers(root.get("viewBox", ""), 4)
    if width <= 0 or height <= 0:
        raise UnsupportedSvgError
    symbols = {symbol.get("id"): symbol for symbol in root.iter(f"{_SVG}symbol")}
    shapes = [shape for child in root for shape in _read_shapes(child, symbols, _read_style(root, {}))]
    text = root.get(f"{GLYPHS}text")
    return ConvertedSvg((x, y, width, height), tuple(_merge_adjacent_paths(shapes)), text)


def _merge_adjacent_paths(shapes: Iterable[DrawnPart]) -> Iterator[DrawnPart]:
    """Join adjacent paths that have the same colours and opacity; yield other parts unchanged."""
    for colours, run in groupby(
        shapes, lambda shape: isinstance(shape, DrawnPath) and (shape.fill, shape.stroke, shape.opacity)
    ):
        if colours is False:
            yield from run
        else:
            yield DrawnPath(
                *colours, b"\n".join(shape.content for shape in run if isinstance(shape, DrawnPath))
            )


def _read_style(node: Element, inherited: StyleAttributes) -> StyleAttributes:
    return inherited | {name: value for name, value in node.items() if name in _STYLE_ATTRIBUTES}


def _read_shapes(
    node: Element, symbols: dict[str | None, Element], inherited: StyleAttributes
) -> Iterator[DrawnPart]:
    kind = str(node.tag).removeprefix(_SVG)
    if kind == "defs":
        return
    if kind not in _ATTRIBUTES or kind == "svg" or set(node.keys()) - _ATTRIBUTES[kind] - _STYLE_ATTRIBUTES:
        raise UnsupportedSvgError
    transform, style = _write_transform(node), _read_style(node, inherited)
    inner: list[DrawnPart]
    match kind:
        case "g":
            inner = [shape for child in node for shape in _read_shapes(child, symbols, style)]
        case "use":
            symbol = symbols.get(node.get(_HREF, "").removeprefix("#"))
            inner = [_paint_path(path, style) for path in _get_symbol_paths(symbol)]
        case "text":
            inner = [_read_text(node, style)]
        case _ if kind == f"{GLYPHS}glyphs":
            inner = [_read_glyphs(node, style)]
        case _:
            inner = [_paint_path(node, style)]
    for shape in inner:
        content = b"q %s %s Q" % (transform, shape.content) if isinstance(shape, DrawnPath) else b""
        if not transform:
            yield shape
        elif isinstance(shape, DrawnPath):
            yield replace(shape, content=content)
        elif isinstance(shape, DrawnGlyphs):
            raise UnsupportedSvgError
        else:
            yield replace(shape, transform=b" ".join(filter(None, (transform, shape.transform))))


def _read_text(text: Element, style: StyleAttributes) -> DrawnText:
    if (
        len(text)
        or "font-family" not in style
        or style.get("fill-opacity", "1") != "1"
        or style.get("stroke")
    ):
        raise UnsupportedSvgError
    (x,), (y,) = _read_numbers(text.get("x", "0"), 1), _read_numbers(text.get("y", "0"), 1)
    (size,) = _read_numbers(style.get("font-size", ""), 1)
    weight = _look_up_keyword(_WEIGHTS, style.get("font-weight", "normal"))
    anchor = _look_up_keyword(_ANCHORS, style.get("text-anchor", "start"))
    families = tuple(family.strip("\"' ") for family in style["font-family"].split(","))
    fill = _read_colour(style.get("fill", "black"))
    return DrawnText(" ".join((text.text or "").split()), x, y, anchor, families, size, weight, fill)


def _read_glyphs(node: Element, style: StyleAttributes) -> DrawnGlyphs:
    size, x, y = _read_numbers(f"{node.get('size')} {node.get('x')} {node.get('y')}", 3)
    glyphs: list[tuple[int, float, str]] = []
    for one in node.get("ids", "").split():
        glyph, place, codes = one.split(":")
        text = "".join(chr(int(code, 16)) for code in codes.split("-") if code)
        glyphs.append((int(glyph), float(place), text))
    return DrawnGlyphs(
        node.get("face", ""), size, x, y, tuple(glyphs), _read_colour(style.get("fill", "black"))
    )


def _get_symbol_paths(symbol: Element | None) -> list[Element]:
    """Return the paths of a symbol. Raise ``UnsupportedSvgError`` if it contains anything but plain paths."""
    paths = [] if symbol is None else list(symbol)
    plain = all(path.tag == f"{_SVG}path" and path.keys() == ["d"] for path in paths)
    if (
        symbol is None
        or set(symbol.keys()) - {"id", "overflow"}
        or symbol.get("overflow") != "visible"
        or not plain
    ):
        raise UnsupportedSvgError
    return paths


def _paint_path(path: Element, style: StyleAttributes) -> DrawnPath:
    fill, stroke = (
        _read_colour(style.get(name, default)) for name, default in (("fill", "black"), ("stroke", ""))
    )
    even_odd = b"*" if style.get("fill-rule") == "evenodd" else b""
    paint = b"B" if fill and stroke else b"f" if fill else b"S" if stroke else b"n"
    content = write_path(path.get("d", "")) + b" " + paint + (even_odd if fill else b"")
    (opacity,) = _read_numbers(style.get("fill-opacity", "1"), 1)
    return DrawnPath(
        fill, stroke, opacity, b"q %s %s Q" % (_write_stroke(style), content) if stroke else content
    )


def _read_colour(value: str) -> str:
    if value.startswith(("url", "context", "current")) and value != _CONTEXT_FILL:
        raise UnsupportedSvgError
    return "" if value == "none" else value


def _write_stroke(style: StyleAttributes) -> bytes:
    """Return the operators that set the stroke parameters, with the defaults of SVG."""
    cap = _look_up_keyword(_CAPS, style.get("stroke-linecap", "butt"))
    join = _look_up_keyword(_JOINS, style.get("stroke-linejoin", "miter"))
    (width,) = _read_numbers(style.get("stroke-width", "1"), 1)
    (limit,) = _read_numbers(style.get("stroke-miterlimit", "4"), 1)
    dashes = style.get("stroke-dasharray", "none").replace("none", "").replace(",", " ").split()
    pattern = b" ".join(map(write_number, _read_numbers(" ".join(dashes), len(dashes))))
    return b"%s w %d J %d j %s M [%s] 0 d" % (write_number(width), cap, join, write_number(limit), pattern)


def _look_up_keyword(values: Mapping[str, _Value], keyword: str) -> _Value:
    """Return the value of an SVG attribute for a keyword. Raise ``UnsupportedSvgError`` if it is unknown."""
    if keyword not in values:
        raise UnsupportedSvgError
    return values[keyword]


def _write_transform(node: Element) -> bytes:
    """Return the operator for the transformation of an element, or b"" if it has none."""
    match = _TRANSFORM.fullmatch(transform) if (transform := node.get("transform", "")) else None
    if transform and not match:
        raise UnsupportedSvgError
    matrix = _IDENTITY
    if match and match[1] == "translate":
        matrix = (1, 0, 0, 1, *_read_numbers(match[2], 2))
    elif match:
        matrix = _read_numbers(match[2], 6)
    if node.tag == f"{_SVG}use":
        matrix = (1, 0, 0, 1, *_read_numbers(f"{node.get('x', '0')} {node.get('y', '0')}", 2))
    if matrix == _IDENTITY:
        return b""
    return b" ".join((b"%.6f" % value).rstrip(b"0").rstrip(b".") for value in matrix) + b" cm"


def _read_numbers(text: str, count: int) -> tuple[float, ...]:
    parts = text.replace(",", " ").split()
    try:
        values = tuple(map(float, parts))
    except ValueError:
        raise UnsupportedSvgError from None
    if len(values) != count:
        raise UnsupportedSvgError
    return values


@lru_cache(maxsize=4096)
def write_path(data: str) -> bytes:
    """Convert path data (SVG 2, 9.3) to PDF operators.

    Raise ``UnsupportedSvgError`` for arcs and shorthand curves.
    """
    operators: list[bytes] = []
    current_point = start = (0.0, 0.0)
    for letter, text in _COMMAND.findall(data):
        values = list(map(float, _NUMBER.findall(text)))
        command = letter.upper()
        if command == "Z":
            operators.append(b"h")
            current_point = start
            continue
        number_count = _NUMBERS_PER_COMMAND.get(command)
        if number_count is None or not values or len(values) % number_count:
            raise UnsupportedSvgError
        for first in range(0, len(values), number_count):
            points = _compute_absolute_points(
                command, values[first : first + number_count], current_point, relative=letter.islower()
            )
            if command == "M" and first == 0:
                start = points[0]
                if operators and operators[-1].endswith(b"m"):
                    operators.pop()  # a second moveto replaces the first
            operators.append(
                _write_path_operator("L" if command == "M" and first else command, points, current_point)
            )
            current_point = points[-1]
    return b" ".join(operators)


def _compute_absolute_points(
    command: str, values: list[float], current_point: tuple[float, float], *, relative: bool
) -> list[tuple[float, float]]:
    x, y = current_point if relative else (0.0, 0.0)
    match command:
        case "H":
            return [(x + values[0], current_point[1])]
        case "V":
            return [(current_point[0], y + values[0])]
    return [(x + dx, y + up) for dx, up in zip(values[::2], values[1::2], strict=True)]


def _write_path_operator(
    command: str, points: list[tuple[float, float]], current_point: tuple[float, float]
) -> bytes:
    if command == "Q":  # a quadratic curve, written as a cubic one
        (x, y), end = points
        points = [*((a + 2 * (x - a) / 3, b + 2 * (y - b) / 3) for a, b in (current_point, end)), end]
    operator = {"M": b"m", "Q": b"c", "C": b"c"}.get(command, b"l")
    return b" ".join((*(write_number(value) for point in points for value in point), operator))


def draw_converted_svg(
    stream: Any,
    drawing: ConvertedSvg,
    width: float,
    height: float,
    context: Any = None,
    context_fill: Any = None,
) -> None:
    """Paint a drawing into a content stream, scaled to fit ``width`` and ``height`` and centred (SVG 2, 8.6).

    ``context`` is WeasyPrint's layout context, which is required if the drawing contains text.
    ``context_fill`` is the computed value of ``context-fill``.
    """
    from weasyprint.svg.utils import color

    x, y, its_width, its_height = drawing.view_box
    scale = min(width / its_width, height / its_height)
    left = (width - its_width * scale) / 2 - x * scale
    top = (height - its_height * scale) / 2 - y * scale
    if drawing.text is not None:
        _draw_glyph_drawing(stream, drawing, (left, top, scale), context_fill)
        return
    with stream.stacked():
        stream.transform(scale, d=scale, e=left, f=top)
        for part in drawing.parts:
            if isinstance(part, DrawnGlyphs):
                continue
            if part.fill:
                stream.set_color(color(part.fill))
            if isinstance(part, DrawnText):
                draw_text(stream, part, context)
                continue
            if part.stroke:
                stream.set_color(color(part.stroke), stroke=True)
            if part.opacity < 1:
                stream.set_alpha(part.opacity)
            stream.stream.append(part.content)


@patch("weasyprint.images.SVGImage.draw", "bf38036046fc040b", upstream_issue=2913)
def draw_svg(draw_all: Callable[..., None]) -> Callable[..., None]:
    """Draw simple SVG images from their cached PDF operators."""

    def draw_if_plain(self: Any, stream: Any, width: float, height: float, style: Any) -> None:
        if (outlines := _get_converted(self)) is None:
            draw_all(self, stream, width, height, style)
        else:
            draw_converted_svg(stream, outlines, width, height, self._context, style["color"])

    return draw_if_plain


@patch("weasyprint.draw.draw_replacedbox", "7cb1486a51be82ab")
def draw_replacedbox(draw_any: Callable[..., None]) -> Callable[..., None]:
    """Draw glyphs directly, like text; WeasyPrint would save the graphics state twice for each image."""

    def draw_box(stream: Any, box: Any) -> None:
        from weasyprint.images import SVGImage
        from weasyprint.layout.replaced import replacedbox_layout

        image = box.replacement
        drawing = _get_converted(image) if isinstance(image, SVGImage) else None
        if drawing is None or drawing.text is None or box.style["visibility"] != "visible":
            draw_any(stream, box)
            return
        width, height, x, y = replacedbox_layout(box)
        if width > 0 and height > 0:
            scale = min(width / drawing.view_box[2], height / drawing.view_box[3])
            _draw_glyph_drawing(stream, drawing, (x, y, scale), box.style["color"])

    return draw_box


def _get_converted(image: Any) -> ConvertedSvg | None:
    """Return the converted drawing of an SVG image, or None if WeasyPrint has to draw it."""
    if not hasattr(image, _CONVERTED):
        setattr(image, _CONVERTED, _convert_if_supported(image._svg.tree._etree_node))
    converted: ConvertedSvg | None = getattr(image, _CONVERTED)
    return converted


def _convert_if_supported(root: Element) -> ConvertedSvg | None:
    try:
        return convert_svg(root)
    except UnsupportedSvgError:
        return None


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A line of text in a CSS colour.

    ``y`` is the position of the baseline, ``x`` the position of the text's anchor. ``anchor`` is 0 if this is
    the start of the text, 0.5 for its middle, and 1 for its end. ``transform`` are the operators of the
    text's transformation, or b"".
    """

    text: str
    x: float
    y: float
    anchor: float
    families: tuple[str, ...]
    font_size: float
    font_weight: int
    fill: str
    transform: bytes = b""


DrawnPart = DrawnPath | DrawnText | DrawnGlyphs


def _draw_glyph_drawing(
    stream: Any, drawing: ConvertedSvg, place: tuple[float, float, float], context_fill: Any
) -> None:
    """Paint a drawing with glyphs into a content stream, without saving the graphics state around it.

    ``place`` is the horizontal and the vertical position of its top left corner, and its scale.
    """
    from weasyprint.svg.utils import color

    x, y, scale = place

    def find_colour(value: str) -> Any:
        return context_fill if value == _CONTEXT_FILL else color(value)

    if drawing.text:
        begin_actual_text(stream, drawing.text)
    for part in drawing.parts:
        if part.fill:
            stream.set_color(find_colour(part.fill))
        if isinstance(part, DrawnGlyphs):
            _draw_glyphs(stream, part, place)
        elif isinstance(part, DrawnPath):
            if part.stroke:
                stream.set_color(find_colour(part.stroke), stroke=True)
            stream.push_state()
            stream.transform(scale, d=scale, e=x, f=y)
            stream.stream.append(part.content)
            stream.pop_state()
    if drawing.text:
        stream.stream.append(b"EMC")


def _draw_glyphs(stream: Any, drawn_glyphs: DrawnGlyphs, place: tuple[float, float, float]) -> None:
    """Show glyphs of a font face in a content stream, in the current colour of the stream."""
    x, y, scale = place
    font = stream.add_face(drawn_glyphs.face)
    unit = drawn_glyphs.size / 1000
    pen = 0.0
    operands: list[str] = []
    for glyph, position, text in drawn_glyphs.glyphs:
        if kern := round((pen - position) / unit):
            operands.append(f" {kern}")
            pen -= kern * unit
        operands.append(f"<{glyph:04x}>")
        pen += font.get_width(glyph) * unit
        font.to_unicode.setdefault(glyph, text or NO_TEXT)
    stream.begin_text()
    left, foot = round(x + drawn_glyphs.x * scale, 3), round(y + drawn_glyphs.y * scale, 3)
    stream.set_text_matrix(1, 0, 0, -1, left, foot)
    stream.set_font_size(font.hash, round(drawn_glyphs.size * scale, 3))
    stream.show_text("".join(operands).replace("><", ""))
    stream.end_text()


def draw_text(stream: Any, drawn_text: DrawnText, context: Any) -> None:
    """Show a line of text in a content stream, in the current colour of the stream."""
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg.text import Style, TextBox
    from weasyprint.text.line_break import split_first_line

    if not drawn_text.text or not drawn_text.fill:
        return
    style = Style(INITIAL_VALUES)
    style.update(
        font_family=drawn_text.families, font_size=drawn_text.font_size, font_weight=drawn_text.font_weight
    )
    style["direction"] = _find_direction(drawn_text.text)
    style.font_config = context.font_config
    layout, _, _, width, _, baseline = split_first_line(drawn_text.text, style, context, inf, 0)
    layout.reactivate(style)
    box = TextBox(layout, style)
    box.baseline = baseline
    matrix = Matrix(d=-1, e=drawn_text.x - width * drawn_text.anchor, f=drawn_text.y)
    if drawn_text.transform:
        stream.push_state()
        stream.stream.append(drawn_text.transform)
    stream.begin_text()
    draw_first_line(stream, box, "none", "none", matrix)
    stream.end_text()
    if drawn_text.transform:
        stream.pop_state()


def _find_direction(text: str) -> str:
    """Return "ltr" or "rtl", the direction of the first strong character (Unicode Annex #9, P2 and P3)."""
    kinds = map(unicodedata.bidirectional, text)
    return "rtl" if next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L" else "ltr"


@patch("weasyprint.svg.defs.draw_gradient", "3077a74bce3bdf40", all_modules=True)
def draw_gradient(original: Callable[..., bool]) -> Callable[..., bool]:
    """Paint gradients with a pattern cell that is larger than the shape."""

    def with_larger_tile(svg: Any, *arguments: Any, **options: Any) -> bool:
        stream = svg.stream
        add_pattern = stream.add_pattern

        def add_larger(x: float, y: float, width: float, height: float, *rest: Any) -> Any:
            *_, matrix = rest
            corner = x - width / 2, y - height / 2
            return add_pattern(*corner, *(2 * width, 2 * height) * 2, matrix)

        stream.add_pattern = add_larger
        try:
            return original(svg, *arguments, **options)
        finally:
            del stream.add_pattern

    return with_larger_tile
