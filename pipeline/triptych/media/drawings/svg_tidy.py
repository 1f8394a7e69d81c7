"""A drawing without what draws nothing: hidden parts, unused definitions, attributes for scripts."""

from __future__ import annotations

import re

from lxml import etree

from triptych.media.pictures.svg_names import drop_unused
from triptych.media.xml_names import SVG, XLINK_HREF, local_name, take_out

# Of a shape's attributes what makes its shape and look; the rest is for scripts and screen readers.
_ATTRIBUTES = frozenset(
    "id d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points transform viewBox preserveAspectRatio"
    " offset gradientUnits gradientTransform spreadMethod href markerWidth markerHeight markerUnits refX refY"
    " orient overflow fill stroke fill-opacity fill-rule stroke-width stroke-opacity stroke-dasharray"
    " stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity stop-color stop-opacity"
    " display visibility marker-start marker-mid marker-end clip-path clipPathUnits".split()
)


def tidy(root: etree._Element) -> None:
    """Take out what draws nothing: hidden parts, unused definitions, attributes for scripts."""
    for element in list(root.iter()):
        classes = (element.get("class") or "").split()
        # Today's line in a plan: a book has no today.
        if (
            local_name(element) in ("title", "desc", "metadata", "filter")
            or "today" in classes
            or element.get("display") == "none"
        ):
            take_out(element)
        elif local_name(element) == "a":
            element.tag = f"{SVG}g"
        elif local_name(element) == "svg" and element is not root:
            _unframe(element)
    for element in root.iter():
        if XLINK_HREF in element.attrib:
            element.set("href", element.attrib[XLINK_HREF])
        for name in set(map(str, element.attrib)) - _ATTRIBUTES:
            del element.attrib[name]
    drop_unused(root)
    etree.cleanup_namespaces(root)


def _unframe(frame: etree._Element) -> None:
    """A drawing within the drawing as a group: its frame would cut off letters wider than was thought."""
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
    """Width and height in pixels, as the view box and a scale give them."""
    box = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox", ""))]
    if len(box) != 4:
        return
    points = (root.get("width") or "").endswith("pt")  # Graphviz counts in points
    for name, side in (("width", box[2]), ("height", box[3])):
        root.set(name, f"{side * scale * (4 / 3 if points else 1):.2f}")
