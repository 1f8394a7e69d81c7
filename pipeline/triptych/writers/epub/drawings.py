"""Charts in the pages of an e-book: wide and narrow, on the reader's own ground and in the reader's own ink.

A reading system paints pages in the colours that its reader likes, and many do so without telling style
sheets (``prefers-color-scheme``). A drawing in the page itself takes part: words and lines have the colour of
the text around it, and what has its own colour is mixed with that as far as it needs to be seen at night.
A style sheet shows the one of two drawings that fits (templates/epub/style.css.j2).
"""

from __future__ import annotations

from functools import cache

from lxml import etree

from triptych.build_context import BuildContext
from triptych.media.pictures.files import parse_svg
from triptych.media.xml_names import SVG
from triptych.model.nodes import Chart
from triptych.theme.contrast import READABLE, VISIBLE, contrast
from triptych.theme.oklab import mixed
from triptych.theme.theme import Colours

# What reading systems paint pages with: night, white paper, and sepia, each with the text on it.
PAGES = {"121212": "ffffff", "000000": "ffffff", "ffffff": "000000", "f4ecd8": "2b1d10"}
_OWN = "currentColor"
_MUTED, _FAINT = "0.8", "0.3"  # opacity of words beside marks, and of gridlines
_RIM = "0.5"  # points of paper around a mark that touches no other
_STEPS = 50  # of mixing
_EM_IN_POINTS = 10.0  # letters of 7.6 points on a sheet are of 0.76 em where ten points of it are an em


def in_page(chart: Chart, context: BuildContext) -> str:
    """A chart's drawings as XHTML, the wide one first; each says how many em it needs for legible letters."""
    tiles = chart.kind.traits.tiles
    drawings = {"wide": context.draw(chart), "narrow": context.draw_narrow(chart)}
    return "".join(
        _element(context.outlined(_in_ink_of_text(svg, context.theme.colours, tiles=tiles), chart), name)
        for name, svg in drawings.items()
    )


def _element(svg: bytes, name: str) -> str:
    root = parse_svg(svg)
    width = float(root.get("viewBox", "").split()[2])
    style = f"--em: {width / _EM_IN_POINTS:g}"
    start = "xMinYMin meet"  # what scrolls begins at its start, also where a reader makes it no higher
    root.attrib.update({"class": name, "aria-hidden": "true", "style": style, "preserveAspectRatio": start})
    return etree.tostring(root, encoding="unicode")


def _in_ink_of_text(svg: bytes, colours: Colours, *, tiles: bool) -> bytes:
    """A drawing in the theme's inks on paper → the same in the colour of the text around it, on no paper."""
    root = parse_svg(svg)
    root.set("fill", _OWN)
    for element in list(root.iter(f"{SVG}text", f"{SVG}path")):
        is_text = element.tag == f"{SVG}text"
        if not is_text and (element.get("fill"), element.get("stroke")) == (f"#{colours.paper}", None):
            root.remove(element)  # paper behind words, and behind hatching
            continue
        if element.get("stroke") == f"#{colours.paper}" and element.get("stroke-width") == _RIM:
            for name in ("stroke", "stroke-width"):
                del element.attrib[name]
        for name in ("fill", "stroke"):
            colour = element.get(name, "").removeprefix("#")
            if colour in ("", "none") or (tiles and is_text and colour in (colours.ink, colours.paper)):
                continue  # what is written on a coloured tile
            least = READABLE if is_text else VISIBLE
            for attribute, value in _paint(name, colour, colours, least).items():
                element.set(attribute, value)
    return etree.tostring(root)


def _paint(name: str, colour: str, colours: Colours, least: float) -> dict[str, str]:
    if colour == colours.ink:
        return {name: _OWN}
    if colour == colours.muted:
        return {name: _OWN, f"{name}-opacity": _MUTED}
    if colour == colours.rule:
        return {name: _OWN, f"{name}-opacity": _FAINT}
    if colour == colours.paper or not (share := share_of_text(colour, least)):
        return {}
    blended = f"color-mix(in srgb, {_OWN} {share * 100:g}%, #{colour})"
    if least == READABLE:  # what does not know it has words in the colour of the text
        return {name: blended}
    return {name: f"#{colour}", "style": f"{name}: {blended}"}


@cache
def share_of_text(colour: str, least: float) -> float:
    """How much of the text's colour a mark or word needs, to have so much contrast on dark and on pale pages.

    A mark that is seen on paper is seen on pale pages too; words need more on those that are not quite white.
    """
    pages = PAGES if least >= READABLE else {page: ink for page, ink in PAGES.items() if ink == "ffffff"}
    for step in range(_STEPS + 1):
        share = step / _STEPS
        if all(contrast(mixed(colour, ink, share), page) >= least for page, ink in pages.items()):
            return share
    return 1.0
