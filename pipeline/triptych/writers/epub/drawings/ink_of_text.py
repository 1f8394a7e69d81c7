"""Drawings on the reader's own ground and in the reader's own ink.

A reading system paints pages in the colours that its reader likes, and many do so without telling style
sheets (``prefers-color-scheme``). A drawing in the page itself takes part: words and lines have the colour of
the text around it, and what has its own colour is mixed with that as far as it needs to be seen at night.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import tinycss2.color3
from lxml import etree

from triptych.media.pictures.files import parse_svg
from triptych.media.xml_names import SVG, local_name
from triptych.theme.contrast import READABLE, VISIBLE, contrast
from triptych.theme.oklab import digits, mixed
from triptych.theme.theme_file import Colours

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


def chart_in_ink(svg: bytes, colours: Colours, *, tiles: bool) -> bytes:
    """A chart in the theme's inks on paper → the same in the colour of the text around it, on no paper."""
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
            for attribute, value in _paint(name, colour, colours, least).items():
                element.set(attribute, value)
    return etree.tostring(root)


def diagram_in_ink(svg: bytes, colours: Colours) -> bytes | None:
    """A diagram whose words are outlines → the same in the colour of the text around it.

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
            hue = digits(colour[:3])
            if name == "fill" and _is_ground(element):
                if hue != colours.panel:
                    return None
                painted |= {"fill": _OWN, "fill-opacity": _TINT}
            else:
                painted |= _paint(name, hue, colours, READABLE if name == "fill" else VISIBLE)
        for attribute, value in painted.items():
            element.set(attribute, value)
    return etree.tostring(root)


def _is_ground(element: etree._Element) -> bool:
    """Whether what fills a part is the inside of a box: words have no outline, arrows' heads the same one."""
    kind, stroke = local_name(element), element.get("stroke")
    is_word = kind == "path" and stroke == "none"
    return kind in _SHAPES and not is_word and stroke != element.get("fill")


def _paint(name: str, colour: str, colours: Colours, least: float) -> dict[str, str]:
    if colour == colours.foreground:
        return {name: _OWN}
    if colour == colours.muted:
        return {name: _OWN, f"{name}-opacity": _MUTED}
    if colour == colours.rule:
        return {name: _OWN, f"{name}-opacity": _FAINT}
    if colour == colours.background or not (share := share_of_text(colour, least)):
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
    pages = PAGES if least >= READABLE else NIGHTS
    for step in range(_STEPS + 1):
        share = step / _STEPS
        if all(contrast(mixed(colour, ink, share), page) >= least for page, ink in pages):
            return share
    return 1.0
