"""Convert the CSS of a drawing to presentation attributes, and adapt its colours to a background.

Many programs that display SVG do not support CSS. The cascade follows CSS 2.2, 6.4: presentation attributes,
rules by specificity and order, the ``style`` attribute, then important declarations. Only properties that are
presentation attributes in SVG 1.1 are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

import cssselect2
import tinycss2
import tinycss2.color3
from lxml import etree

from triptych.media.inks import convert_colours
from triptych.media.picture_files import parse_svg
from triptych.media.raster_images import UnusablePictureError
from triptych.media.svg_files import remove_unused_definitions
from triptych.media.xml_parsing import SVG, XLINK_HREF, get_local_name, remove_element
from triptych.theme.colours import (
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    convert_from_oklab,
    convert_to_oklab,
    format_hex_colour,
    parse_rgb,
)

Declaration: TypeAlias = tuple[str, str, bool]

_COLOUR_PROPERTIES = {"fill": "fill-opacity", "stroke": "stroke-opacity", "stop-color": "stop-opacity"}
_KEPT_PROPERTIES = frozenset(
    "fill-opacity fill-rule stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap"
    " stroke-linejoin stroke-miterlimit opacity stop-opacity font-family font-size font-weight font-style"
    " text-anchor dominant-baseline alignment-baseline display visibility marker-start marker-mid marker-end"
    " clip-path".split()
) | set(_COLOUR_PROPERTIES)
_PIXEL_LENGTH = re.compile(r"^(-?[\d.]+)px$")


def convert_css_to_attributes(root: etree._Element) -> None:
    """Replace the style sheets and ``style`` attributes of a drawing with presentation attributes."""
    sheets = [element for element in root.iter() if get_local_name(element) == "style"]
    matcher = cssselect2.Matcher()
    for sheet in sheets:
        for selector, declarations in _iter_rules(sheet.text or ""):
            matcher.add_selector(selector, declarations)
    for sheet in sheets:
        remove_element(sheet)
    wrapper = cssselect2.ElementWrapper.from_xml_root(root)
    # A selector may depend on attributes of other elements, so match all elements before changing any.
    cascaded = [
        (element.etree_element, _compute_properties(element, matcher)) for element in wrapper.iter_subtree()
    ]
    for element, values in cascaded:
        element.attrib.pop("style", "")
        for name, value in values.items():
            for attribute, attribute_value in _convert_property(name, value):
                element.set(attribute, attribute_value)


def _iter_rules(css: str) -> Iterator[tuple[Any, list[Declaration]]]:
    """Yield each selector of a style sheet with its declarations, in order.

    Invalid rules are skipped, as required by CSS.
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
        if item.type == "declaration" and item.lower_name in _KEPT_PROPERTIES
    ]


def _compute_properties(element: Any, matcher: Any) -> dict[str, str]:
    """Return an element's properties from style rules and its ``style`` attribute."""
    declarations: list[Declaration] = []
    for *_, declared_values in sorted(matcher.match(element), key=lambda match: match[:2]):
        declarations += declared_values
    declarations += _parse_declarations(element.etree_element.get("style", ""))
    values: dict[str, str] = {}
    for importance in (False, True):
        values |= {name: value for name, value, important in declarations if important is importance}
    return values


def _convert_property(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield presentation attributes for a CSS property: colours in hexadecimal, lengths without ``px``."""
    if name not in _COLOUR_PROPERTIES:
        yield name, _PIXEL_LENGTH.sub(r"\1", value)
        return
    colour = tinycss2.color3.parse_color(value)
    if colour is None or isinstance(colour, str):  # such as none, a URL or currentColor
        yield name, value if colour is None else "currentColor"
        return
    yield name, f"#{format_hex_colour(colour[:3])}"
    if colour.alpha < 1:
        yield _COLOUR_PROPERTIES[name], f"{colour.alpha:.3g}"


# Attributes that affect rendering. Other attributes are for scripts and screen readers.
_ATTRIBUTES = frozenset(
    "id d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points transform viewBox preserveAspectRatio"
    " offset gradientUnits gradientTransform spreadMethod href markerWidth markerHeight markerUnits refX refY"
    " orient overflow fill stroke fill-opacity fill-rule stroke-width stroke-opacity stroke-dasharray"
    " stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity stop-color stop-opacity"
    " display visibility marker-start marker-mid marker-end clip-path clipPathUnits".split()
)


def remove_invisible_elements(root: etree._Element) -> None:
    """Remove hidden elements, unused definitions, and attributes that do not affect rendering."""
    for element in list(root.iter()):
        classes = (element.get("class") or "").split()
        # The class "today" is for the line at the current day of a Gantt chart.
        if (
            get_local_name(element) in ("title", "desc", "metadata", "filter")
            or "today" in classes
            or element.get("display") == "none"
        ):
            remove_element(element)
        elif get_local_name(element) == "a":
            element.tag = f"{SVG}g"
        elif get_local_name(element) == "svg" and element is not root:
            _replace_nested_svg(element)
    for element in root.iter():
        if XLINK_HREF in element.attrib:
            element.set("href", element.attrib[XLINK_HREF])
        for name in set(map(str, element.attrib)) - _ATTRIBUTES:
            del element.attrib[name]
    remove_unused_definitions(root)
    etree.cleanup_namespaces(root)


def _replace_nested_svg(element: etree._Element) -> None:
    """Replace a nested ``svg`` element with a group, because its viewport would clip wide text."""
    box = (element.get("viewBox") or "").split()
    if box[:2] != ["0", "0"] or box[2:] != [element.get("width"), element.get("height")]:
        element.set("overflow", "visible")
        return
    x, y = element.get("x", "0"), element.get("y", "0")
    element.tag = f"{SVG}g"
    for name in ("viewBox", "width", "height", "x", "y", "preserveAspectRatio", "overflow"):
        element.attrib.pop(name, "")
    element.set("transform", f"translate({x} {y})")


def set_drawing_size(root: etree._Element, scale: float) -> None:
    """Set a drawing's width and height in CSS pixels to its ``viewBox`` size times ``scale``."""
    box = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox", ""))]
    if len(box) != 4:
        return
    points = (root.get("width") or "").endswith("pt")  # Graphviz uses points
    for name, side in (("width", box[2]), ("height", box[3])):
        root.set(name, f"{side * scale * (4 / 3 if points else 1):.2f}")


_BLACK_LIGHTNESS = 0.25  # Oklab lightness; darker colours count as black
_MAX_DARK_LIGHTNESS = 0.5  # Oklab lightness; a darker background is a dark one
_DARKENING_STEPS = 50  # number of steps in which a colour is darkened
_MAX_COLOURS = 16  # a drawing with more colours is an illustration, which would look like a negative
# Elements that cannot be recoloured with attributes: images, and elements that compute colours.
_NOT_RECOLOURABLE = frozenset(("image", "filter", "mask", "pattern", "foreignObject"))
_SHAPES = frozenset(("rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text", "use"))
_DYNAMIC_COLOURS = re.compile(rb"var\(\s*--|prefers-color-scheme|mix-blend-mode")
_COLOUR_VALUE = re.compile(
    r"(?:fill|stroke|color)\s*[:=]\s*[\"']?\s*(#[0-9a-fA-F]{3,8}|[a-z]+\([^)]*\)|[a-z]+)"
)


def recolour_for_dark_background(svg: bytes, foreground: str, background: str) -> bytes | None:
    """Adapt a drawing made for a white background to a dark background.

    White becomes ``background``, and black becomes the light colour ``foreground``; both have six hexadecimal
    digits. A drawing with a dark background is returned unchanged. Return None if the drawing cannot be
    recoloured because of images, computed colours or too many colours. It then needs a white background.
    """
    root = _parse_if_recolourable(svg)
    if root is None:
        return None
    if _has_dark_background(root):
        return svg
    convert_colours(
        root,
        partial(
            _convert_colour,
            change_colour=partial(invert_lightness, foreground=foreground, background=background),
        ),
    )
    if "color" not in root.attrib:
        root.set("color", f"#{foreground}")
    return etree.tostring(root)


def raise_contrast(svg: bytes, background: str, min_contrast: float) -> bytes:
    """Darken the colours of a drawing until their contrast with ``background`` is at least ``min_contrast``.

    A drawing that cannot be recoloured is returned unchanged.
    """
    root = _parse_if_recolourable(svg)
    if root is None:
        return svg
    convert_colours(
        root,
        partial(
            _convert_colour,
            change_colour=partial(darken_colour, background=background, min_contrast=min_contrast),
        ),
    )
    return etree.tostring(root)


def replace_colours(svg: bytes, replacements: Mapping[str, str]) -> bytes:
    """Replace colours of a drawing; the keys and values are six hexadecimal digits.

    A drawing that cannot be recoloured is returned unchanged.
    """
    root = _parse_if_recolourable(svg)
    if root is None:
        return svg
    convert_colours(
        root, partial(_convert_colour, change_colour=lambda colour: replacements.get(colour, colour))
    )
    return etree.tostring(root)


def darken_colour(colour: str, background: str, min_contrast: float) -> str:
    """Darken a colour until its contrast with ``background`` is at least ``min_contrast``.

    Very light colours are returned unchanged, since they serve as backgrounds.
    """
    lightness, green_red, blue_yellow = convert_to_oklab(colour)
    darkened = colour
    for step in range(1, _DARKENING_STEPS + 1):
        if not VISIBLE_CONTRAST <= compute_contrast_ratio(darkened, background) < min_contrast:
            break
        darkened = convert_from_oklab(lightness * (1 - step / _DARKENING_STEPS), green_red, blue_yellow)
    return darkened


def invert_lightness(colour: str, foreground: str, background: str) -> str:
    """Invert the lightness of a colour.

    White becomes ``background``, and black becomes ``foreground``.
    """
    lightness, green_red, blue_yellow = convert_to_oklab(colour)
    fraction = min(1.0, (1 - lightness) / (1 - _BLACK_LIGHTNESS))
    light, own_a, own_b = (
        low + (high - low) * fraction
        for low, high in zip(convert_to_oklab(background), convert_to_oklab(foreground), strict=True)
    )
    return convert_from_oklab(light, green_red + own_a, blue_yellow + own_b)


def _parse_if_recolourable(svg: bytes) -> etree._Element | None:
    """Return the root element of a drawing, or None if its colours cannot be changed."""
    try:
        root = parse_svg(svg)
    except UnusablePictureError:
        return None
    if any(
        get_local_name(element) in _NOT_RECOLOURABLE for element in root.iter(etree.Element)
    ) or _DYNAMIC_COLOURS.search(svg):
        return None
    return root if len(set(_iter_colours(root))) <= _MAX_COLOURS else None


def _has_dark_background(root: etree._Element) -> bool:
    """Return whether the first shape of a drawing is a dark rectangle that covers the drawing."""
    first = next(
        (element for element in root.iter(etree.Element) if get_local_name(element) in _SHAPES), None
    )
    if first is None or get_local_name(first) != "rect":
        return False
    box = (root.get("viewBox") or "").replace(",", " ").split()
    sizes = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    first_size = [first.get("width", ""), first.get("height", "")]
    if first_size != ["100%", "100%"] and first_size != sizes:
        return False
    colour: Any = tinycss2.color3.parse_color(first.get("fill", "black"))
    return (
        hasattr(colour, "alpha")
        and colour.alpha == 1
        and convert_to_oklab(format_hex_colour(colour[:3]))[0] < _MAX_DARK_LIGHTNESS
    )


def _iter_colours(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        attributes = [f"{name}={element.get(name)}" for name in ("fill", "stroke") if element.get(name)]
        for text in (
            *attributes,
            element.get("style", ""),
            (element.text or "") * (get_local_name(element) == "style"),
        ):
            yield from (match.group(1).lower() for match in _COLOUR_VALUE.finditer(text))


def _convert_colour(value: str, change_colour: Callable[[str], str]) -> str:
    """Change a CSS colour with ``change_colour``, which takes and returns six hexadecimal digits.

    Keywords such as ``none`` are returned unchanged.
    """
    colour: Any = tinycss2.color3.parse_color(value.strip())
    if colour is None or isinstance(colour, str):
        return value
    changed_colour = change_colour(format_hex_colour(colour[:3]))
    if colour.alpha == 1:
        return f"#{changed_colour}"
    red, green, blue = parse_rgb(changed_colour)
    return f"rgba({red}, {green}, {blue}, {colour.alpha:g})"
