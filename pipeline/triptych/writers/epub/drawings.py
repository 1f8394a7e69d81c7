"""Prepare charts, diagrams and formulas for an EPUB, as inline SVG, SVG on white, or PNG."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import tinycss2.color3
from lxml import etree

from triptych.build_context import BuildContext
from triptych.markup.xml import tag, void_tag
from triptych.media.diagrams import PHONE_WIDTH, PIXELS_PER_EM
from triptych.media.formulas.formulas import Formula, FormulaDrawing
from triptych.media.picture_files import NUMBER, inspect_svg, parse_svg
from triptych.media.svg_files import prefix_ids
from triptych.media.xml_parsing import SVG, get_local_name
from triptych.model.book import Book
from triptych.model.nodes import Chart, Picture
from triptych.theme.colours import (
    READABLE_CONTRAST,
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    format_hex_colour,
    mix_colours,
)
from triptych.theme.theme_file import Colours
from triptych.writers.findings import list_distinct_formulas, list_parsed_formulas

_DIAGRAM_MARGIN = 6  # pixels of white around a diagram


class InlineDrawings:
    """Writes charts and diagrams as inline SVG, each in a wide and a narrow version."""

    def __init__(self, context: BuildContext) -> None:
        self._context = context

    def draw_chart(self, chart: Chart, **attributes: str | None) -> str:
        """Return the wide and narrow versions of a chart as one XHTML element."""
        context, tiles = self._context, bool(chart.data.tiles)
        drawings = {"wide": context.draw_chart(chart), "narrow": context.draw_narrow_chart(chart)}
        themed_drawings = {
            name: context.outline_chart(recolour_chart(svg, context.theme.colours, tiles=tiles), chart)
            for name, svg in drawings.items()
        }
        return _frame_drawings(themed_drawings, attributes)

    def draw_diagram(self, picture: Picture, number: int, **attributes: str | None) -> str:
        """Return the versions of a diagram as one XHTML element. ``number`` makes the SVG ids unique."""
        drawings = {"wide": picture.drawing, "narrow": picture.narrow}
        themed_drawings = {
            name: recolour_diagram(svg, self._context.theme.colours)
            or add_white_background(svg, _DIAGRAM_MARGIN)
            for name, svg in drawings.items()
            if svg
        }
        return _frame_drawings(themed_drawings, attributes, f"d{number}")


def is_legible_on_phone(picture: Picture) -> bool:
    """Return whether a diagram is legible on a phone.

    Other diagrams become image files, which reading systems can enlarge.
    """
    return bool(picture.narrow) or inspect_svg(picture.drawing)[1] <= PHONE_WIDTH * PIXELS_PER_EM


def _frame_drawings(
    drawings: Mapping[str, bytes], attributes: Mapping[str, str | None], id_prefix: str = ""
) -> str:
    """Return the versions of a drawing as one XHTML element. Widths in em keep the text legible."""
    widths = {name: inspect_svg(svg)[1] / PIXELS_PER_EM for name, svg in drawings.items()}
    elements = (_embed_svg(svg, name, widths[name], f"{id_prefix}{name}-") for name, svg in drawings.items())
    kind = f"drawing below-{math.ceil(widths['wide'])}" if len(drawings) > 1 else "drawing"
    return tag("div", "".join(elements), class_=kind, **attributes)


def _embed_svg(svg: bytes, name: str, width: float, prefix: str) -> str:
    root = parse_svg(svg)
    prefix_ids(root, prefix)
    start = "xMinYMin meet"  # scrolling starts at the beginning of the drawing
    style = f"--em: {width:g}"
    root.attrib.update({"class": name, "aria-hidden": "true", "style": style, "preserveAspectRatio": start})
    return etree.tostring(root, encoding="unicode")


# Background and text colours of reading systems: night modes, white and sepia.
NIGHT_MODES = (("121212", "ffffff"), ("000000", "ffffff"), ("000000", "cccccc"))
COLOUR_MODES = (*NIGHT_MODES, ("ffffff", "000000"), ("f4ecd8", "2b1d10"))
_TEXT_COLOUR = "currentColor"
_MUTED_OPACITY, _FAINT_OPACITY = "0.8", "0.3"  # opacity of labels and of gridlines
_TINT_OPACITY = "0.07"  # opacity of the fill of boxes
_RIM_WIDTH = "0.5"  # thickness of the background colour around a mark, in points
_STEPS = 50
_NO_COLOUR = frozenset(("none", "transparent", _TEXT_COLOUR))
_SHAPES = frozenset(("rect", "circle", "ellipse", "line", "polyline", "polygon", "path"))


def recolour_chart(svg: bytes, colours: Colours, *, tiles: bool) -> bytes:
    """Replace a chart's theme colours with the reading system's text colour, and remove the background.

    If ``tiles`` is true, text on coloured tiles keeps its colour.
    """
    root = parse_svg(svg)
    root.set("fill", _TEXT_COLOUR)
    for element in list(root.iter(f"{SVG}text", f"{SVG}path")):
        is_text = element.tag == f"{SVG}text"
        if not is_text and (element.get("fill"), element.get("stroke")) == (f"#{colours.background}", None):
            root.remove(element)  # background behind text and hatching
            continue
        if element.get("stroke") == f"#{colours.background}" and element.get("stroke-width") == _RIM_WIDTH:
            for name in ("stroke", "stroke-width"):
                del element.attrib[name]
        for name in ("fill", "stroke"):
            colour = element.get(name, "").removeprefix("#")
            if colour in ("", "none") or (
                tiles and is_text and colour in (colours.foreground, colours.background)
            ):
                continue  # text on a coloured tile
            minimum = READABLE_CONTRAST if is_text else VISIBLE_CONTRAST
            for attribute, value in _make_paint_attributes(name, colour, colours, minimum).items():
                element.set(attribute, value)
    return etree.tostring(root)


def recolour_diagram(svg: bytes, colours: Colours) -> bytes | None:
    """Replace a diagram's theme colours with the reading system's text colour.

    The diagram's text must be outlined. Return None if the author filled shapes with other colours, or if the
    diagram uses transparent colours.
    """
    root = parse_svg(svg)
    root.set("fill", root.get("fill") or _TEXT_COLOUR)
    for element in root.iter(etree.Element):
        painted: dict[str, str] = {}
        for name in ("fill", "stroke"):
            written = element.get(name, "none")
            if written in _NO_COLOUR:
                continue
            colour: Any = tinycss2.color3.parse_color(written)
            if getattr(colour, "alpha", 0) != 1:
                return None
            hue = format_hex_colour(colour[:3])
            if name == "fill" and _is_background(element):
                if hue != colours.panel:
                    return None
                painted |= {"fill": _TEXT_COLOUR, "fill-opacity": _TINT_OPACITY}
            else:
                painted |= _make_paint_attributes(
                    name, hue, colours, READABLE_CONTRAST if name == "fill" else VISIBLE_CONTRAST
                )
        for attribute, value in painted.items():
            element.set(attribute, value)
    return etree.tostring(root)


def _is_background(element: etree._Element) -> bool:
    """Return whether an element is a filled box, as opposed to outlined text or an arrow head."""
    kind, stroke = get_local_name(element), element.get("stroke")
    is_text = kind == "path" and stroke == "none"
    return kind in _SHAPES and not is_text and stroke != element.get("fill")


def _make_paint_attributes(name: str, colour: str, colours: Colours, minimum: float) -> dict[str, str]:
    """Return SVG attributes for a version of a theme colour that is legible on every background."""
    if colour == colours.foreground:
        return {name: _TEXT_COLOUR}
    if colour == colours.muted:
        return {name: _TEXT_COLOUR, f"{name}-opacity": _MUTED_OPACITY}
    if colour == colours.rule:
        return {name: _TEXT_COLOUR, f"{name}-opacity": _FAINT_OPACITY}
    if colour == colours.background or not (fraction := compute_text_colour_fraction(colour, minimum)):
        return {}
    blended = f"color-mix(in srgb, {_TEXT_COLOUR} {fraction * 100:g}%, #{colour})"
    if minimum == READABLE_CONTRAST:  # without support for color-mix, the text colour is used
        return {name: blended}
    return {name: f"#{colour}", "style": f"{name}: {blended}"}


@cache
def compute_text_colour_fraction(colour: str, minimum: float) -> float:
    """Return the fraction of text colour that must be mixed into a colour to reach a minimum contrast.

    The contrast is computed for all backgrounds of reading systems. For graphics, which need less than
    ``READABLE_CONTRAST``, only night modes are checked, because graphics have enough contrast on white and
    sepia. Return 1 if no fraction is sufficient.
    """
    pages = COLOUR_MODES if minimum >= READABLE_CONTRAST else NIGHT_MODES
    for step in range(_STEPS + 1):
        fraction = step / _STEPS
        if all(
            compute_contrast_ratio(mix_colours(colour, ink, fraction), page) >= minimum for page, ink in pages
        ):
            return fraction
    return 1.0


def add_white_background(svg: bytes, margin: float = 0) -> bytes:
    """Add a white background to an SVG, with a ``margin`` in view box units on each side."""
    root = parse_svg(svg)
    box = [float(part) for part in NUMBER.findall(root.get("viewBox", ""))]
    sheet = etree.Element(f"{SVG}rect", width="100%", height="100%", fill="#ffffff", stroke="none")
    if len(box) == 4:
        x, y, width, height = box[0] - margin, box[1] - margin, box[2] + 2 * margin, box[3] + 2 * margin
        root.set("viewBox", f"{x:g} {y:g} {width:g} {height:g}")
        for name, before, after in (("width", box[2], width), ("height", box[3], height)):
            if margin and (side := re.match(r"([\d.]+)(\D*)$", root.get(name, ""))):
                root.set(name, f"{float(side[1]) * after / before:g}{side[2]}")
        sheet.attrib.update({"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:g}", "height": f"{height:g}"})
    root.insert(0, sheet)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


_CHART_WIDTH = 1600  # pixels
_PIXELS_PER_EM = 64  # pixels, four times the usual font size


def make_chart_rasteriser(context: BuildContext) -> Callable[[Chart], bytes]:
    """Return a function that draws a chart as a PNG."""

    def draw_png(chart: Chart) -> bytes:
        svg = context.draw_outlined_chart(chart)
        _, width, height = inspect_svg(svg)
        png = context.rasterise(
            svg, _CHART_WIDTH, round(_CHART_WIDTH * height / width), white_background=True
        )
        assert png is not None, "a generated drawing can be rasterised"
        return png

    return draw_png


def draw_formula_pictures(book: Book, context: BuildContext) -> FormulaPictures:
    """Draw the formulas of a book as PNGs. Formulas that cannot be drawn are omitted and stay MathML."""
    found: dict[Formula, FormulaPicture] = {}
    formulas = list_distinct_formulas(list_parsed_formulas(book))
    for formula, drawing in context.draw_formulas(formulas, with_svg=True).items():
        if drawing is not None:
            size = round(drawing.width * _PIXELS_PER_EM), round(drawing.height * _PIXELS_PER_EM)
            if data := context.rasterise(drawing.svg, *size, white_background=True):
                found[formula] = FormulaPicture(data, f"formula-{len(found) + 1}.png", drawing)
    return found


@dataclass(frozen=True, slots=True)
class FormulaPicture:
    """A formula as a PNG with its file name and its drawing, whose sizes are in em."""

    data: bytes
    file_name: str
    drawing: FormulaDrawing

    def write_element(self, spoken: str) -> str:
        """Return the ``img`` element, aligned to the baseline, with the spoken formula as alt text."""
        width, height, depth = self.drawing.width, self.drawing.height, self.drawing.depth
        size = f"width:{width:.4f}em;height:{height:.4f}em;vertical-align:{-depth:.4f}em"
        return void_tag("img", class_="math", src=f"../images/{self.file_name}", alt=spoken, style=size)


FormulaPictures = Mapping[Formula, FormulaPicture]
