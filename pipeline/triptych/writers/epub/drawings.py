"""Charts, diagrams and formulas as an e-book shows them: drawings in the page, on paper, or in dots.

Begin with ``in_page.py``.
"""

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
from triptych.media.diagrams import EM, SMALL
from triptych.media.formulas.formulas import Drawing, Formula
from triptych.media.picture_files import NUMBER, measure_svg, parse_svg
from triptych.media.svg_files import prefix_names
from triptych.media.xml_names import SVG, local_name
from triptych.model.book import Book
from triptych.model.nodes import Chart, Picture
from triptych.theme.colours import READABLE, VISIBLE, contrast_ratio, mix_colours, write_hex
from triptych.theme.theme_file import Colours
from triptych.writers.findings import list_distinct_formulas, list_formulas

_MARGIN = 6  # pixels of paper around a diagram


class PageDrawings:
    """Draws into pages, where the width of a page is known; ``context`` is that of the build."""

    def __init__(self, context: BuildContext) -> None:
        self._context = context

    def chart(self, chart: Chart, **attributes: str | None) -> str:
        """Return a chart's drawings as XHTML."""
        context, tiles = self._context, bool(chart.data.tiles)
        drawings = {"wide": context.draw(chart), "narrow": context.draw_narrow(chart)}
        inked = {
            name: context.outline(recolour_chart(svg, context.theme.colours, tiles=tiles), chart)
            for name, svg in drawings.items()
        }
        return _frame_drawings(inked, attributes)

    def diagram(self, picture: Picture, number: int, **attributes: str | None) -> str:
        """Return a diagram's drawings as XHTML; ``number`` makes its ids unique in the page."""
        drawings = {"wide": picture.drawing, "narrow": picture.narrow}
        inked = {
            name: recolour_diagram(svg, self._context.theme.colours) or add_paper(svg, _MARGIN)
            for name, svg in drawings.items()
            if svg
        }
        return _frame_drawings(inked, attributes, f"d{number}")


def is_legible(picture: Picture) -> bool:
    """Whether telephones have room for a diagram; others are files, which readers can enlarge."""
    return bool(picture.narrow) or measure_svg(picture.drawing)[1] <= SMALL * EM


def _frame_drawings(
    drawings: Mapping[str, bytes], attributes: Mapping[str, str | None], names: str = ""
) -> str:
    """Drawings of one thing, each with the em that it needs for legible letters."""
    widths = {name: measure_svg(svg)[1] / EM for name, svg in drawings.items()}
    elements = (_embed_svg(svg, name, widths[name], f"{names}{name}-") for name, svg in drawings.items())
    kind = f"drawing below-{math.ceil(widths['wide'])}" if len(drawings) > 1 else "drawing"
    return tag("div", "".join(elements), class_=kind, **attributes)


def _embed_svg(svg: bytes, name: str, width: float, prefix: str) -> str:
    root = parse_svg(svg)
    prefix_names(root, prefix)
    start = "xMinYMin meet"  # what scrolls begins at its start, also where a reader makes it no higher
    style = f"--em: {width:g}"
    root.attrib.update({"class": name, "aria-hidden": "true", "style": style, "preserveAspectRatio": start})
    return etree.tostring(root, encoding="unicode")


# What reading systems paint pages with, each with the text on it: nights, white paper and sepia.
NIGHTS = (("121212", "ffffff"), ("000000", "ffffff"), ("000000", "cccccc"))
PAGES = (*NIGHTS, ("ffffff", "000000"), ("f4ecd8", "2b1d10"))
_OWN = "currentColor"
_MUTED, _FAINT = "0.8", "0.3"  # opacity of words beside marks, and of gridlines
_TINT = "0.07"  # of the inside of boxes, which is hardly darker than paper
_RIM = "0.5"  # points of paper around a mark that touches no other
_STEPS = 50  # of mixing
_NO_COLOUR = frozenset(("none", "transparent", _OWN))
_SHAPES = frozenset(("rect", "circle", "ellipse", "line", "polyline", "polygon", "path"))


def recolour_chart(svg: bytes, colours: Colours, *, tiles: bool) -> bytes:
    """Recolour a chart from the theme's inks to the colour of the surrounding text, without background."""
    root = parse_svg(svg)
    root.set("fill", _OWN)
    for element in list(root.iter(f"{SVG}text", f"{SVG}path")):
        is_text = element.tag == f"{SVG}text"
        if not is_text and (element.get("fill"), element.get("stroke")) == (f"#{colours.background}", None):
            root.remove(element)  # paper behind words, and behind hatching
            continue
        if element.get("stroke") == f"#{colours.background}" and element.get("stroke-width") == _RIM:
            for name in ("stroke", "stroke-width"):
                del element.attrib[name]
        for name in ("fill", "stroke"):
            colour = element.get(name, "").removeprefix("#")
            if colour in ("", "none") or (
                tiles and is_text and colour in (colours.foreground, colours.background)
            ):
                continue  # what is written on a coloured tile
            least = READABLE if is_text else VISIBLE
            for attribute, value in _find_paint(name, colour, colours, least).items():
                element.set(attribute, value)
    return etree.tostring(root)


def recolour_diagram(svg: bytes, colours: Colours) -> bytes | None:
    """Recolour a diagram with outlined words to the colour of the surrounding text.

    None where its author filled parts with colours of their own, on which the words are meant to stand, or
    where paper hides what is beneath.
    """
    root = parse_svg(svg)
    root.set("fill", root.get("fill") or _OWN)
    for element in root.iter(etree.Element):
        painted: dict[str, str] = {}
        for name in ("fill", "stroke"):
            written = element.get(name, "none")
            if written in _NO_COLOUR:
                continue
            colour: Any = tinycss2.color3.parse_color(written)
            if getattr(colour, "alpha", 0) != 1:
                return None
            hue = write_hex(colour[:3])
            if name == "fill" and _is_ground(element):
                if hue != colours.panel:
                    return None
                painted |= {"fill": _OWN, "fill-opacity": _TINT}
            else:
                painted |= _find_paint(name, hue, colours, READABLE if name == "fill" else VISIBLE)
        for attribute, value in painted.items():
            element.set(attribute, value)
    return etree.tostring(root)


def _is_ground(element: etree._Element) -> bool:
    """Whether what fills a part is the inside of a box: words have no outline, arrows' heads the same one."""
    kind, stroke = local_name(element), element.get("stroke")
    is_word = kind == "path" and stroke == "none"
    return kind in _SHAPES and not is_word and stroke != element.get("fill")


def _find_paint(name: str, colour: str, colours: Colours, least: float) -> dict[str, str]:
    if colour == colours.foreground:
        return {name: _OWN}
    if colour == colours.muted:
        return {name: _OWN, f"{name}-opacity": _MUTED}
    if colour == colours.rule:
        return {name: _OWN, f"{name}-opacity": _FAINT}
    if colour == colours.background or not (share := find_text_share(colour, least)):
        return {}
    blended = f"color-mix(in srgb, {_OWN} {share * 100:g}%, #{colour})"
    if least == READABLE:  # what does not know it has words in the colour of the text
        return {name: blended}
    return {name: f"#{colour}", "style": f"{name}: {blended}"}


@cache
def find_text_share(colour: str, least: float) -> float:
    """How much of the text's colour a mark or word needs, to have so much contrast on dark and on pale pages.

    A mark that is seen on paper is seen on pale pages too; words need more on those that are not quite white.
    """
    pages = PAGES if least >= READABLE else NIGHTS
    for step in range(_STEPS + 1):
        share = step / _STEPS
        if all(contrast_ratio(mix_colours(colour, ink, share), page) >= least for page, ink in pages):
            return share
    return 1.0


def add_paper(svg: bytes, margin: float = 0) -> bytes:
    """Put a drawing on white, with a ``margin`` in units of its view box on each side."""
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


_WIDE = 1600  # dots of a chart
_EM = 64  # dots of an em: four to a pixel of common text


def make_chart_rasteriser(context: BuildContext) -> Callable[[Chart], bytes]:
    """Return a function that draws charts as PNGs."""

    def draw(chart: Chart) -> bytes:
        svg = context.draw_outlined(chart)
        _, width, height = measure_svg(svg)
        png = context.rasterise(svg, _WIDE, round(_WIDE * height / width), white=True)
        assert png is not None, "what we drew ourselves can be drawn again"
        return png

    return draw


def draw_formula_pictures(book: Book, context: BuildContext) -> FormulaPictures:
    """Draw the formulas of a book as pictures; those that cannot be drawn stay MathML."""
    found: dict[Formula, FormulaPicture] = {}
    for formula, drawing in context.draw_formulas(list_distinct_formulas(list_formulas(book))).items():
        if drawing is not None:
            size = round(drawing.width * _EM), round(drawing.height * _EM)
            if data := context.rasterise(drawing.svg, *size, white=True):
                found[formula] = FormulaPicture(data, f"formula-{len(found) + 1}.png", drawing)
    return found


@dataclass(frozen=True, slots=True)
class FormulaPicture:
    """A formula as a picture: its PNG, the file's name, and its drawing, whose sizes are in em."""

    data: bytes
    name: str
    drawing: Drawing

    def element(self, spoken: str) -> str:
        """Return the image element on the baseline, with the spoken formula as alt text."""
        one = self.drawing
        size = f"width:{one.width:.4f}em;height:{one.height:.4f}em;vertical-align:{-one.depth:.4f}em"
        return void_tag("img", class_="math", src=f"../images/{self.name}", alt=spoken, style=size)


FormulaPictures = Mapping[Formula, FormulaPicture]
