"""Drawings for dark grounds, where dark becomes light and light dark, and for high contrast; hues stay.

All colours of a drawing change by one rule, so that what could be told apart still can.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import tinycss2.color3
from lxml import etree

from triptych.media.inks import convert_colours
from triptych.media.pictures.errors import UnusablePicture
from triptych.media.pictures.files import parse_svg
from triptych.media.xml_names import local_name
from triptych.theme.contrast import VISIBLE, contrast
from triptych.theme.oklab import channels, digits, from_oklab, oklab

_DARKEST = 0.25  # lightness of Oklab at which ink is as dark as it looks
_DARK = 0.5  # lightness of a ground on which light is drawn
_STEPS = 50  # by which ink becomes darker
_MOST_COLOURS = 16  # with more it is rather an illustration, which would look like a negative
# What cannot be recoloured by its attributes: pictures in it, and what is worked out of colours.
_UNLIKE = frozenset(("image", "filter", "mask", "pattern", "foreignObject"))
_SHAPES = frozenset(("rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text", "use"))
_CLEVER = re.compile(rb"var\(\s*--|prefers-color-scheme|mix-blend-mode")
_NAMED = re.compile(r"(?:fill|stroke|color)\s*[:=]\s*[\"']?\s*(#[0-9a-fA-F]{3,8}|[a-z]+\([^)]*\)|[a-z]+)")


def on_dark(svg: bytes, ink: str, paper: str) -> bytes | None:
    """A drawing made for white, on a dark ``paper`` with light ``ink``, both six hexadecimal digits.

    One that brings a dark ground of its own stays. None for one that holds pictures or is made of many
    colours: it needs white behind it.
    """
    root = _of_few_colours(svg)
    if root is None:
        return None
    if _has_dark_ground(root):
        return svg
    convert_colours(root, partial(_converted, change=partial(inverted, ink=ink, paper=paper)))
    if "color" not in root.attrib:
        root.set("color", f"#{ink}")
    return etree.tostring(root)


def at_contrast(svg: bytes, paper: str, least: float) -> bytes:
    """A drawing made for white whose ink has at least a contrast with the ``paper``; others stay."""
    root = _of_few_colours(svg)
    if root is None:
        return svg
    convert_colours(root, partial(_converted, change=partial(darker, paper=paper, least=least)))
    return etree.tostring(root)


def darker(colour: str, paper: str, least: float) -> str:
    """What can be read on paper as dark as a contrast asks; what is fainter is no ink, and stays."""
    lightness, a, b = oklab(colour)
    made = colour
    for step in range(1, _STEPS + 1):
        if not VISIBLE <= contrast(made, paper) < least:
            break
        made = from_oklab(lightness * (1 - step / _STEPS), a, b)
    return made


def inverted(colour: str, ink: str, paper: str) -> str:
    """A colour of six hexadecimal digits by how dark it is: white becomes paper, the darkest ink."""
    lightness, a, b = oklab(colour)
    share = min(1.0, (1 - lightness) / (1 - _DARKEST))
    light, own_a, own_b = (
        low + (high - low) * share for low, high in zip(oklab(paper), oklab(ink), strict=True)
    )
    return from_oklab(light, a + own_a, b + own_b)


def _of_few_colours(svg: bytes) -> etree._Element | None:
    """A drawing whose colours may be changed; None for an illustration."""
    try:
        root = parse_svg(svg)
    except UnusablePicture:
        return None
    if any(local_name(element) in _UNLIKE for element in root.iter(etree.Element)) or _CLEVER.search(svg):
        return None
    return root if len(set(_colours(root))) <= _MOST_COLOURS else None


def _has_dark_ground(root: etree._Element) -> bool:
    """Whether what is drawn first is a dark rectangle as large as the drawing."""
    first = next((one for one in root.iter(etree.Element) if local_name(one) in _SHAPES), None)
    if first is None or local_name(first) != "rect":
        return False
    box = (root.get("viewBox") or "").replace(",", " ").split()
    sizes = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    first_size = [first.get("width", ""), first.get("height", "")]
    if first_size != ["100%", "100%"] and first_size != sizes:
        return False
    colour: Any = tinycss2.color3.parse_color(first.get("fill", "black"))
    return hasattr(colour, "alpha") and colour.alpha == 1 and oklab(digits(colour[:3]))[0] < _DARK


def _colours(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        attributes = [f"{name}={element.get(name)}" for name in ("fill", "stroke") if element.get(name)]
        for text in (
            *attributes,
            element.get("style", ""),
            (element.text or "") * (local_name(element) == "style"),
        ):
            yield from (match.group(1).lower() for match in _NAMED.finditer(text))


def _converted(written: str, change: Callable[[str], str]) -> str:
    """A colour as it is written; words such as none stay."""
    colour: Any = tinycss2.color3.parse_color(written.strip())
    if colour is None or isinstance(colour, str):
        return written
    made = change(digits(colour[:3]))
    if colour.alpha == 1:
        return f"#{made}"
    red, green, blue = channels(made)
    return f"rgba({red}, {green}, {blue}, {colour.alpha:g})"
