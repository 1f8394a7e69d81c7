"""Replace CSS in a drawing with presentation attributes, and adapt its colours to a background.

Many programs that display SVG do not support CSS. The cascade follows CSS 2.2, 6.4: presentation attributes,
rules by specificity and order, the ``style`` attribute, then important declarations. Only properties that are
presentation attributes in SVG 1.1 are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

import cssselect2
import tinycss2
import tinycss2.color3
from lxml import etree

from triptych.media.inks import convert_colours
from triptych.media.picture_files import parse_svg
from triptych.media.raster import UnusablePicture
from triptych.media.svg_files import remove_unused_definitions
from triptych.media.xml_names import SVG, XLINK_HREF, local_name, remove_element
from triptych.theme.colours import VISIBLE, contrast_ratio, format_hex, from_oklab, parse_rgb, to_oklab

Declaration: TypeAlias = tuple[str, str, bool]

_COLOURS = {"fill": "fill-opacity", "stroke": "stroke-opacity", "stop-color": "stop-opacity"}
_KEPT = frozenset(
    "fill-opacity fill-rule stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap"
    " stroke-linejoin stroke-miterlimit opacity stop-opacity font-family font-size font-weight font-style"
    " text-anchor dominant-baseline alignment-baseline display visibility marker-start marker-mid marker-end"
    " clip-path".split()
) | set(_COLOURS)
_PIXELS = re.compile(r"^(-?[\d.]+)px$")


def convert_css_to_attributes(root: etree._Element) -> None:
    """Replace the style sheets and ``style`` attributes of a drawing with presentation attributes."""
    sheets = [element for element in root.iter() if local_name(element) == "style"]
    matcher = cssselect2.Matcher()
    for sheet in sheets:
        for selector, declarations in _iter_rules(sheet.text or ""):
            matcher.add_selector(selector, declarations)
    for sheet in sheets:
        remove_element(sheet)
    wrapper = cssselect2.ElementWrapper.from_xml_root(root)
    # A selector may depend on other elements' attributes, so match all elements before changing any.
    cascaded = [(element.etree_element, _cascade(element, matcher)) for element in wrapper.iter_subtree()]
    for element, values in cascaded:
        element.attrib.pop("style", "")
        for name, value in values.items():
            for attribute, written in _convert_property(name, value):
                element.set(attribute, written)


def _iter_rules(css: str) -> Iterator[tuple[Any, list[Declaration]]]:
    """Yield each selector of a style sheet with its declarations, in order; skip invalid rules, as CSS
    requires.
    """
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        try:
            selectors = cssselect2.compile_selector_list(rule.prelude)
        except cssselect2.SelectorError:
            continue
        declarations = _parse_declarations(rule.content)
        yield from ((selector, declarations) for selector in selectors if selector.pseudo_element is None)


def _parse_declarations(content: Any) -> list[Declaration]:
    parsed = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return [
        (item.lower_name, tinycss2.serialize(item.value).strip(), item.important)
        for item in parsed
        if item.type == "declaration" and item.lower_name in _KEPT
    ]


def _cascade(element: Any, matcher: Any) -> dict[str, str]:
    """Return an element's properties from style rules and its ``style`` attribute."""
    declarations: list[Declaration] = []
    for *_, found in sorted(matcher.match(element), key=lambda match: match[:2]):
        declarations += found
    declarations += _parse_declarations(element.etree_element.get("style", ""))
    values: dict[str, str] = {}
    for wanted in (False, True):
        values |= {name: value for name, value, important in declarations if important is wanted}
    return values


def _convert_property(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield a CSS property as presentation attributes: colours in hexadecimal, lengths without ``px``."""
    if name not in _COLOURS:
        yield name, _PIXELS.sub(r"\1", value)
        return
    colour = tinycss2.color3.parse_color(value)
    if colour is None or isinstance(colour, str):  # none, a URL, currentColor
        yield name, value if colour is None else "currentColor"
        return
    yield name, f"#{format_hex(colour[:3])}"
    if colour.alpha < 1:
        yield _COLOURS[name], f"{colour.alpha:.3g}"


# Attributes that affect the rendering; other attributes are for scripts and screen readers.
_ATTRIBUTES = frozenset(
    "id d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points transform viewBox preserveAspectRatio"
    " offset gradientUnits gradientTransform spreadMethod href markerWidth markerHeight markerUnits refX refY"
    " orient overflow fill stroke fill-opacity fill-rule stroke-width stroke-opacity stroke-dasharray"
    " stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity stop-color stop-opacity"
    " display visibility marker-start marker-mid marker-end clip-path clipPathUnits".split()
)


def remove_invisible(root: etree._Element) -> None:
    """Remove hidden elements, unused definitions, and attributes that do not affect the rendering."""
    for element in list(root.iter()):
        classes = (element.get("class") or "").split()
        # The class "today" marks the line at the current day in a Gantt chart.
        if (
            local_name(element) in ("title", "desc", "metadata", "filter")
            or "today" in classes
            or element.get("display") == "none"
        ):
            remove_element(element)
        elif local_name(element) == "a":
            element.tag = f"{SVG}g"
        elif local_name(element) == "svg" and element is not root:
            _replace_frame(element)
    for element in root.iter():
        if XLINK_HREF in element.attrib:
            element.set("href", element.attrib[XLINK_HREF])
        for name in set(map(str, element.attrib)) - _ATTRIBUTES:
            del element.attrib[name]
    remove_unused_definitions(root)
    etree.cleanup_namespaces(root)


def _replace_frame(frame: etree._Element) -> None:
    """Replace a nested ``svg`` element with a group, because its viewport would clip wide text."""
    box = (frame.get("viewBox") or "").split()
    if box[:2] != ["0", "0"] or box[2:] != [frame.get("width"), frame.get("height")]:
        frame.set("overflow", "visible")
        return
    x, y = frame.get("x", "0"), frame.get("y", "0")
    frame.tag = f"{SVG}g"
    for name in ("viewBox", "width", "height", "x", "y", "preserveAspectRatio", "overflow"):
        frame.attrib.pop(name, "")
    frame.set("transform", f"translate({x} {y})")


def set_size(root: etree._Element, scale: float) -> None:
    """Set a drawing's width and height in CSS pixels to the size of its ``viewBox`` times ``scale``."""
    box = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox", ""))]
    if len(box) != 4:
        return
    points = (root.get("width") or "").endswith("pt")  # Graphviz uses points
    for name, side in (("width", box[2]), ("height", box[3])):
        root.set(name, f"{side * scale * (4 / 3 if points else 1):.2f}")


_DARKEST = 0.25  # Oklab lightness; darker colours are treated as black
_DARK = 0.5  # Oklab lightness below which a background is dark
_STEPS = 50  # number of lightness steps in which a colour is darkened
_MOST_COLOURS = 16  # a drawing with more colours is an illustration, which would look like a negative
# Elements that cannot be recoloured by attributes: images, and elements that compute colours.
_NOT_RECOLOURABLE = frozenset(("image", "filter", "mask", "pattern", "foreignObject"))
_SHAPES = frozenset(("rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text", "use"))
_DYNAMIC_COLOURS = re.compile(rb"var\(\s*--|prefers-color-scheme|mix-blend-mode")
_NAMED = re.compile(r"(?:fill|stroke|color)\s*[:=]\s*[\"']?\s*(#[0-9a-fA-F]{3,8}|[a-z]+\([^)]*\)|[a-z]+)")


def recolour_for_dark(svg: bytes, ink: str, paper: str) -> bytes | None:
    """Adapt a drawing made for a white background to a dark ``paper`` and light ``ink`` (six hexadecimal
    digits).

    Return a drawing with a dark background unchanged. Return None if the drawing cannot be recoloured,
    because it contains images, computed colours or too many colours; it then needs a white background.
    """
    root = _parse_if_recolourable(svg)
    if root is None:
        return None
    if _has_dark_background(root):
        return svg
    convert_colours(root, partial(_convert_colour, change=partial(invert_colour, ink=ink, paper=paper)))
    if "color" not in root.attrib:
        root.set("color", f"#{ink}")
    return etree.tostring(root)


def raise_contrast(svg: bytes, paper: str, least: float) -> bytes:
    """Darken the colours of a drawing until their contrast with ``paper`` is at least ``least``.

    Return a drawing that cannot be recoloured unchanged.
    """
    root = _parse_if_recolourable(svg)
    if root is None:
        return svg
    convert_colours(root, partial(_convert_colour, change=partial(darken_colour, paper=paper, least=least)))
    return etree.tostring(root)


def darken_colour(colour: str, paper: str, least: float) -> str:
    """Darken a colour until its contrast with ``paper`` is at least ``least``.

    Very light colours, which are backgrounds, are unchanged.
    """
    lightness, a, b = to_oklab(colour)
    made = colour
    for step in range(1, _STEPS + 1):
        if not VISIBLE <= contrast_ratio(made, paper) < least:
            break
        made = from_oklab(lightness * (1 - step / _STEPS), a, b)
    return made


def invert_colour(colour: str, ink: str, paper: str) -> str:
    """Invert the lightness of a colour, so that white becomes ``paper`` and black becomes ``ink``."""
    lightness, a, b = to_oklab(colour)
    share = min(1.0, (1 - lightness) / (1 - _DARKEST))
    light, own_a, own_b = (
        low + (high - low) * share for low, high in zip(to_oklab(paper), to_oklab(ink), strict=True)
    )
    return from_oklab(light, a + own_a, b + own_b)


def _parse_if_recolourable(svg: bytes) -> etree._Element | None:
    """Return the root element of a drawing, or None if its colours cannot be changed."""
    try:
        root = parse_svg(svg)
    except UnusablePicture:
        return None
    if any(
        local_name(element) in _NOT_RECOLOURABLE for element in root.iter(etree.Element)
    ) or _DYNAMIC_COLOURS.search(svg):
        return None
    return root if len(set(_iter_colours(root))) <= _MOST_COLOURS else None


def _has_dark_background(root: etree._Element) -> bool:
    """Return whether a drawing's first shape is a dark rectangle as large as the drawing."""
    first = next((one for one in root.iter(etree.Element) if local_name(one) in _SHAPES), None)
    if first is None or local_name(first) != "rect":
        return False
    box = (root.get("viewBox") or "").replace(",", " ").split()
    sizes = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    first_size = [first.get("width", ""), first.get("height", "")]
    if first_size != ["100%", "100%"] and first_size != sizes:
        return False
    colour: Any = tinycss2.color3.parse_color(first.get("fill", "black"))
    return hasattr(colour, "alpha") and colour.alpha == 1 and to_oklab(format_hex(colour[:3]))[0] < _DARK


def _iter_colours(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        attributes = [f"{name}={element.get(name)}" for name in ("fill", "stroke") if element.get(name)]
        for text in (
            *attributes,
            element.get("style", ""),
            (element.text or "") * (local_name(element) == "style"),
        ):
            yield from (match.group(1).lower() for match in _NAMED.finditer(text))


def _convert_colour(written: str, change: Callable[[str], str]) -> str:
    """Convert a CSS colour with the function ``change``; return keywords such as ``none`` unchanged."""
    colour: Any = tinycss2.color3.parse_color(written.strip())
    if colour is None or isinstance(colour, str):
        return written
    made = change(format_hex(colour[:3]))
    if colour.alpha == 1:
        return f"#{made}"
    red, green, blue = parse_rgb(made)
    return f"rgba({red}, {green}, {blue}, {colour.alpha:g})"
