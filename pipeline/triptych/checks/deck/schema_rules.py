"""Check a deck's XML parts against the schemas of PresentationML and DrawingML (ECMA-376 Part 1).

PowerPoint offers to repair files that violate the schemas. Such parts may come from an author's template.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from triptych.ooxml.validation import SLOTS
from triptych.ooxml.xml import A, C, P, qn

_RGB = re.compile("[0-9A-Fa-f]{6}")
_INTEGER = re.compile("-?[0-9]+")
_LEVELS = tuple("012345678")


@cache
def _load_child_positions() -> Mapping[str, Mapping[str, int]]:
    """Read ``child_order.txt``, and map each parent tag to the positions of its child elements."""
    lists: dict[str, str] = {}
    positions: dict[str, dict[str, int]] = {}
    for line in Path(__file__).with_name("child_order.txt").read_text("utf-8").splitlines():
        names, _, value = line.partition(" = ")
        value = " ".join(lists.get(word, word) for word in value.split())
        if names.isupper():
            lists[names] = value
        elif value:
            order = {
                name: position for position, choice in enumerate(value.split()) for name in choice.split("|")
            }
            positions |= {qn(name): order for name in names.split()}
    return positions


def check_child_order(name: str, tree: Any) -> Iterator[str]:
    """Report each element whose child elements are out of order, naming the first misplaced child.

    A child element that is not in its parent's list may be anywhere.
    """
    for element in tree.iter(*_load_child_positions()) if name.startswith("ppt/") else ():
        if pair := _find_misplaced_child(element):
            parent = etree.QName(element).localname
            yield f"child elements of {parent} are out of order: {pair[0]} must precede {pair[1]}"


def _find_misplaced_child(element: Any) -> tuple[str, str] | None:
    """Return the names of the first misplaced child and of the child before it, or None."""
    positions = _load_child_positions()[element.tag]
    last, before = -1, ""
    for child in element.iterchildren(etree.Element):
        tag = child.tag.rpartition("}")[2]
        position = positions.get(tag, last)
        if position < last:
            return tag, before
        last, before = position, tag
    return None


def check_colours(name: str, tree: Any) -> Iterator[str]:
    """Report RGB colours without exactly six hexadecimal digits, and undefined theme colours."""
    for colour in tree.iter(f"{A}srgbClr"):
        if not _RGB.fullmatch(colour.get("val", "")):
            yield f"the colour {colour.get('val')!r} is not a hexadecimal RGB value"
    for colour in tree.iter(f"{A}schemeClr"):
        if colour.get("val") not in SLOTS:
            yield f"the colour {colour.get('val')!r} is not a theme colour"


def check_sizes(name: str, tree: Any) -> Iterator[str]:
    """Report invalid sizes and positions of shapes, font sizes and paragraph levels."""
    for size in tree.iter(f"{A}ext", f"{P}sldSz", f"{P}notesSz"):
        is_extension = getattr(size.getparent(), "tag", "") == f"{A}extLst"
        if not is_extension and not all(size.get(key, "").isdigit() for key in ("cx", "cy")):
            yield f"the size of a shape is invalid: {size.get('cx')} × {size.get('cy')}"
    for offset in tree.iter(f"{A}off"):
        if not all(_INTEGER.fullmatch(offset.get(key, "")) for key in ("x", "y")):
            yield f"the position of a shape is invalid: {offset.get('x')}, {offset.get('y')}"
    for run in tree.iter(f"{A}rPr", f"{A}defRPr", f"{A}endParaRPr"):
        if not run.get("sz", "100").isdigit():
            yield f"the font size of a run is invalid: {run.get('sz')!r}"
    for paragraph in tree.iter(f"{A}pPr"):
        if paragraph.get("lvl", "0") not in _LEVELS:
            yield f"the level of a paragraph is invalid: {paragraph.get('lvl')!r}"


def check_text_bodies(name: str, tree: Any) -> Iterator[str]:
    """Report text bodies without paragraphs or without body properties."""
    for body in tree.iter(f"{A}txBody", f"{P}txBody"):
        if body.find(f"{A}p") is None:
            yield "a text body has no paragraph"
        if body.find(f"{A}bodyPr") is None:
            yield "a text body has no bodyPr element"


def check_chart_axes(name: str, tree: Any) -> Iterator[str]:
    """Report invalid and shared axis ids, and references to missing axes."""
    if not name.startswith("ppt/charts/"):
        return
    for axis in tree.iter(f"{C}axId", f"{C}crossAx"):
        if not axis.get("val", "").isdigit():
            yield f"the axis id {axis.get('val')} is not an unsigned integer"
    area = tree.find(f"{C}chart/{C}plotArea")
    children = () if area is None else tuple(area)
    axes = [item for item in children if item.find(f"{C}crossAx") is not None]
    identifiers = Counter(
        axis.find(f"{C}axId").get("val") for axis in axes if axis.find(f"{C}axId") is not None
    )
    for identifier, count in identifiers.items():
        if count > 1:
            yield f"{count} axes share the id {identifier}"
    axis_ids = [item.get("val") for plot in children if plot not in axes for item in plot.findall(f"{C}axId")]
    axis_ids += [axis.find(f"{C}crossAx").get("val") for axis in axes]
    for identifier in dict.fromkeys(axis_ids):
        if identifier not in identifiers:
            yield f"the chart refers to the undefined axis {identifier}"
