"""A drawing's style sheet written out on its elements, since many programs that show SVG know no CSS.

The cascade is that of CSS 2.2, 6.4: presentation attributes, rules by their specificity and place, the
element's own style, what is important. Properties that SVG 1.1 has as attributes stay, others go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import cssselect2
import tinycss2
import tinycss2.color3
from lxml import etree

from triptych.media.xml_names import local_name, take_out
from triptych.theme.oklab import digits

Declaration: TypeAlias = tuple[str, str, bool]

_COLOURS = {"fill": "fill-opacity", "stroke": "stroke-opacity", "stop-color": "stop-opacity"}
_KEPT = frozenset(
    "fill-opacity fill-rule stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap"
    " stroke-linejoin stroke-miterlimit opacity stop-opacity font-family font-size font-weight font-style"
    " text-anchor dominant-baseline alignment-baseline display visibility marker-start marker-mid marker-end"
    " clip-path".split()
) | set(_COLOURS)
_PIXELS = re.compile(r"^(-?[\d.]+)px$")


def write_out_styles(root: etree._Element) -> None:
    """Give each element the attributes that the style sheets in the drawing give it, and drop these."""
    sheets = [element for element in root.iter() if local_name(element) == "style"]
    matcher = cssselect2.Matcher()
    for sheet in sheets:
        for selector, declarations in _rules(sheet.text or ""):
            matcher.add_selector(selector, declarations)
    for sheet in sheets:
        take_out(sheet)
    wrapper = cssselect2.ElementWrapper.from_xml_root(root)
    # Matching looks at classes and attributes of neighbours too, so nothing is written before all is known.
    cascaded = [(element.etree_element, _cascaded(element, matcher)) for element in wrapper.iter_subtree()]
    for element, values in cascaded:
        element.attrib.pop("style", "")
        for name, value in values.items():
            for attribute, written in _attributes(name, value):
                element.set(attribute, written)


def _rules(css: str) -> Iterator[tuple[Any, list[Declaration]]]:
    """Selectors with their declarations, in order; what is not understood is left out, as CSS says."""
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        try:
            selectors = cssselect2.compile_selector_list(rule.prelude)
        except cssselect2.SelectorError:
            continue
        declarations = _declarations(rule.content)
        yield from ((selector, declarations) for selector in selectors if selector.pseudo_element is None)


def _declarations(content: Any) -> list[Declaration]:
    parsed = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return [
        (item.lower_name, tinycss2.serialize(item.value).strip(), item.important)
        for item in parsed
        if item.type == "declaration" and item.lower_name in _KEPT
    ]


def _cascaded(element: Any, matcher: Any) -> dict[str, str]:
    """The values that an element's style gives it, where it gives any."""
    declarations: list[Declaration] = []
    for *_, found in sorted(matcher.match(element), key=lambda match: match[:2]):
        declarations += found
    declarations += _declarations(element.etree_element.get("style", ""))
    values: dict[str, str] = {}
    for wanted in (False, True):
        values |= {name: value for name, value, important in declarations if important is wanted}
    return values


def _attributes(name: str, value: str) -> Iterator[tuple[str, str]]:
    """A property as attributes that all programs read: colours in six digits, lengths without px."""
    if name not in _COLOURS:
        yield name, _PIXELS.sub(r"\1", value)
        return
    colour = tinycss2.color3.parse_color(value)
    if colour is None or isinstance(colour, str):  # none, an address, currentColor
        yield name, value if colour is None else "currentColor"
        return
    yield name, f"#{digits(colour[:3])}"
    if colour.alpha < 1:
        yield _COLOURS[name], f"{colour.alpha:.3g}"
