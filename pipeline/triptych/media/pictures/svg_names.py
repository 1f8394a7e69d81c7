"""The names of parts of an SVG: those that nothing asks for go, with the definitions that draw nothing then.

Programs name each part. Validators compare all names with each other, and take minutes for thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from triptych.media.xml_names import XLINK_HREF, local_name, take_out

_DEFINITIONS = ("marker", "linearGradient", "radialGradient", "symbol", "clipPath")
_ROUNDS = 8  # a stranger's file may have thousands that point to each other in a row
_ASKED = re.compile(r"#([^)\"'\s;,{>]+)")
_LISTING = ("aria-labelledby", "aria-describedby", "aria-owns", "aria-controls", "begin", "end")


def drop_unused(root: etree._Element) -> None:
    """Definitions that nothing points to, and those that these alone pointed to; ids that nothing names."""
    for _ in range(_ROUNDS):
        used = set(_used(root))
        unused = [
            element
            for element in root.iter()
            if local_name(element) in _DEFINITIONS and element.get("id") not in used
        ]
        for element in unused:
            take_out(element)
        if not unused:
            break
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", "")


def set_apart(root: etree._Element, prefix: str) -> None:
    """Begin all names with a prefix, so that other drawings in the same page can have the same ones."""
    for element in root.iter(etree.Element):
        for name, value in list(element.attrib.items()):
            if name == "id":
                element.set(name, prefix + str(value))
            elif name in (XLINK_HREF, "href") or "url(" in value:
                element.set(name, _ASKED.sub(rf"#{prefix}\1", str(value)))


def _used(root: etree._Element) -> Iterator[str]:
    """What attributes and style sheets name."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if "#" in value:
                yield from _ASKED.findall(str(value))
            if name in _LISTING:
                yield from re.split(r"[\s;.]+", str(value))
        if local_name(element) == "style":
            yield from re.findall(r"#([\w-]+)", element.text or "")
