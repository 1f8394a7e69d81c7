"""Limit the complexity of an SVG, remove unused definitions, and prefix IDs.

A few lines of SVG can expand to millions of shapes (``use``, patterns, masks) or refer to themselves, so that
a renderer would never finish. The expanded elements are therefore counted before rendering.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from types import MappingProxyType
from typing import Any

import tinycss2
from lxml import etree

from triptych.media.raster_images import UnusablePictureError
from triptych.media.xml_parsing import XLINK_HREF, get_local_name, remove_element
from triptych.theme.selector_costs import list_steps

_TEXT_ELEMENTS = ("text", "tspan", "textPath")
# Each of these takes as long to draw as an element.
_PATH_CHARACTERS_PER_ELEMENT = 150
_PIXELS_PER_ELEMENT = 50_000
_ELEMENTS_PER_LETTER = 2
_MAX_MATCHES, _MAX_SELECTOR_TESTS = 5_000_000, 1_000_000_000
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")]+)")
_QUOTED_REFERENCE = re.compile(r"""url\(\s*(?:'#[^']*"|#[^()'"]*")[^)]*\)?|^\s*#.*\"""")
_BRACKET = re.compile(r"[()\[\]{}]")
_MAX_DECLARATIONS = 1_000
_MAX_BRACKET_DEPTH = 50  # maximum nesting of brackets in style sheets
_NAME = re.compile(r"[\w-]+")
_MARKER_PROPERTY = re.compile(r"\bmarker(-mid)?\s*:")
_LINK = "a"  # elements that do not draw the target of their ``href``


def check_complexity(
    root: etree._Element, max_elements: int, pixel_counts: Mapping[Any, int] = MappingProxyType({})
) -> int:
    """Return the weight of a drawing. Raise ``UnusablePictureError`` if it is recursive or too complex.

    A drawing is too complex if it expands to more than ``max_elements`` elements, or if its style sheets
    would take too long to parse or match. ``pixel_counts`` maps elements to the pixels of their images.
    """

    def weigh(element: Any) -> int:
        return _weigh_element(element) + pixel_counts.get(element, 0) // _PIXELS_PER_ELEMENT

    elements = list(root.iter(etree.Element))
    elements_by_id = {name: element for element in reversed(elements) if (name := element.get("id"))}
    _check_style_sheets(elements)
    _check_references(elements)
    style_references = _find_style_references(elements)
    weights: dict[Any, int] = {}
    above = {root}
    path = [_ElementOnPath(root, _iter_drawn_elements(root, elements_by_id, style_references), weigh(root))]
    while path:
        visit = path[-1]
        other, times, is_certain = next(visit.drawn_elements, (None, 0, False))
        if other is None:
            path.pop()
            above.discard(visit.element)
            weights[visit.element] = visit.weight
            if visit.weight > max_elements:
                raise UnusablePictureError(
                    f"the SVG expands to too many shapes; the limit is {max_elements:,}"
                )
            if path:
                path[-1].weight += visit.draw_count * visit.weight
        elif other in above:
            place = next(i for i, visit in enumerate(path) if visit.element is other)
            if not is_certain or not all(visit.is_certain for visit in path[place + 1 :]):
                continue
            name = f'{get_local_name(other)} "{other.get("id", "")[:40]}"'
            raise UnusablePictureError(f"the SVG element {name} contains itself")
        elif other in weights:
            visit.weight += times * weights[other]
        else:
            above.add(other)
            path.append(
                _ElementOnPath(
                    other,
                    _iter_drawn_elements(other, elements_by_id, style_references),
                    weigh(other),
                    times,
                    is_certain,
                )
            )
    return weights[root]


def _check_style_sheets(elements: list[Any]) -> None:
    """Raise ``UnusablePictureError`` if style sheets would take too long to parse or match."""
    sheets = "".join(element.text or "" for element in elements if get_local_name(element) == "style")
    selectors = [selector for selector, _ in _iter_rules(sheets) if selector.strip()]
    open_at_once = accumulate(1 if bracket in "([{" else -1 for bracket in _BRACKET.findall(sheets))
    if max(open_at_once, default=0) > _MAX_BRACKET_DEPTH:
        raise UnusablePictureError("the SVG's style sheet has unclosed brackets")
    if any(element.get("style", "").count(";") > _MAX_DECLARATIONS for element in elements):
        raise UnusablePictureError(f"an SVG element has more than {_MAX_DECLARATIONS:,} style declarations")
    if not selectors:
        return
    depths: dict[Any, int] = {}
    for element in elements:
        depths[element] = depths.get(element.getparent(), 0) + 1
    count = len(elements)
    document = {
        "depth": max(depths.values()),
        "siblings": max(map(len, elements)),
        "descendants": count,
    }
    matches = sum(1 + selector.count(",") for selector in selectors) * count
    tries = 0
    for selector in selectors if matches <= _MAX_MATCHES else ():
        tokens = tinycss2.parse_component_value_list(selector, skip_comments=True)
        tries += sum(steps.count_tries(**document) for steps in list_steps(tokens))
        if tries * count > _MAX_SELECTOR_TESTS:
            break
    if matches > _MAX_MATCHES or tries * count > _MAX_SELECTOR_TESTS:
        raise UnusablePictureError("the SVG's style sheet has too many rules")


def _check_references(elements: list[Any]) -> None:
    """Raise ``UnusablePictureError`` if a referenced id has a quotation mark; WeasyPrint cannot find it."""
    for element in elements:
        texts = [*element.attrib.values(), (element.text or "") if get_local_name(element) == "style" else ""]
        for text in texts:
            if '"' in text and (match := _QUOTED_REFERENCE.search(text)):
                raise UnusablePictureError(
                    f"the SVG reference `{match[0][:40]}` has a quotation mark in its ID"
                )


@dataclass(slots=True)
class _ElementOnPath:
    """An element on the path from the root to the element that is being counted.

    ``draw_count`` is the number of times that its parent draws it. ``is_certain`` is False if this depends on
    whether a style rule matches.
    """

    element: Any
    drawn_elements: Iterator[tuple[Any, int, bool]]
    weight: int
    draw_count: int = 1
    is_certain: bool = True


def _weigh_element(element: Any) -> int:
    """Return the weight of an element, excluding the elements that it draws.

    The weight is 1, plus the weights of the path data and of the characters of the text.
    """
    words = (
        (element.text or "", *(part.tail or "" for part in element))
        if get_local_name(element) in _TEXT_ELEMENTS
        else ()
    )
    path = sum(len(element.get(name, "")) for name in ("d", "points"))
    return 1 + path // _PATH_CHARACTERS_PER_ELEMENT + _ELEMENTS_PER_LETTER * sum(map(len, words))


def _iter_drawn_elements(
    element: Any, elements_by_id: dict[str, Any], style_references: dict[str, list[str]]
) -> Iterator[tuple[Any, int, bool]]:
    """Yield the elements drawn by an element, with the number of times and whether this is certain.

    They are its children, the targets of its references, and the targets in style rules that may match it.
    """
    for child in element.iterchildren(etree.Element):
        yield child, 1, True
    is_link = get_local_name(element) == _LINK
    for name, value in element.items():
        local_name = str(name).rpartition("}")[2]
        if (
            local_name == "href"
            and value.startswith("#")
            and not is_link
            and (other := elements_by_id.get(value[1:])) is not None
        ):
            yield other, 1, True
        for address in _REFERENCE.findall(value) if "url(" in value else ():
            if (other := elements_by_id.get(address.strip())) is not None:
                yield (
                    other,
                    _count_marker_positions(element)
                    if _MARKER_PROPERTY.search(f"{local_name}:{value}")
                    else 1,
                    True,
                )
    for name in (get_local_name(element), element.get("id", ""), *element.get("class", "").split()):
        for address in style_references.get(name, ()):
            if (other := elements_by_id.get(address)) is not None:
                yield other, 1, False


def _count_marker_positions(element: Any) -> int:
    """Return the maximum number of vertices of a path with a marker."""
    return max(1, (element.get("d") or element.get("points") or "").count(" ") // 2)


def _iter_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and declarations of each rule in a style sheet, including nested rules."""
    for rule in sheet.split("}"):
        selector, bracket, style = rule.rpartition("{")
        if bracket:
            yield selector.rpartition("{")[2], style


def _find_style_references(elements: list[Any]) -> dict[str, list[str]]:
    """Map the last name in each rule's selector to the IDs that the rule's declarations refer to."""
    references: dict[str, list[str]] = defaultdict(list)
    for element in elements:
        if get_local_name(element) == "style" and "url(" in (element.text or ""):
            for selector, style in _iter_rules(element.text or ""):
                for address in _REFERENCE.findall(style):
                    for last in (selector_part.split()[-1:] for selector_part in selector.split(",")):
                        for name in _NAME.findall("".join(last))[-1:]:
                            references[name].append(address.strip())
    return references


_DEFINITIONS = ("marker", "linearGradient", "radialGradient", "symbol", "clipPath")
_MAX_ROUNDS = 8  # an untrusted file may have a chain of thousands of references
_ID_REFERENCE = re.compile(r"#([^)\"'\s;,{>]+)")
_ID_LIST_ATTRIBUTES = ("aria-labelledby", "aria-describedby", "aria-owns", "aria-controls", "begin", "end")


def remove_unused_definitions(root: etree._Element) -> None:
    """Remove unused IDs and definitions, including definitions used only by unused definitions."""
    for _ in range(_MAX_ROUNDS):
        used = set(_iter_used_ids(root))
        unused = [
            element
            for element in root.iter()
            if get_local_name(element) in _DEFINITIONS and element.get("id") not in used
        ]
        for element in unused:
            remove_element(element)
        if not unused:
            break
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", "")


def prefix_ids(root: etree._Element, prefix: str) -> None:
    """Add a prefix to all IDs and references, so that the IDs of drawings on the same page differ."""
    for element in root.iter(etree.Element):
        for name, value in list(element.attrib.items()):
            if name == "id":
                element.set(name, prefix + str(value))
            elif name in (XLINK_HREF, "href") or "url(" in value:
                element.set(name, _ID_REFERENCE.sub(rf"#{prefix}\1", str(value)))


def _iter_used_ids(root: etree._Element) -> Iterator[str]:
    """Yield the IDs that attributes and style sheets refer to."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if "#" in value:
                yield from _ID_REFERENCE.findall(str(value))
            if name in _ID_LIST_ATTRIBUTES:
                yield from re.split(r"[\s;.]+", str(value))
        if get_local_name(element) == "style":
            yield from re.findall(r"#([\w-]+)", element.text or "")
