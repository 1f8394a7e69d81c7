"""White paper behind drawings.

They are drawn in dark ink, and pages are dark at night. A style sheet cannot lay the paper: reading systems
that force their own colours clear the backgrounds of all elements, pictures too.
"""

from __future__ import annotations

import re

from lxml import etree

from triptych.media.pictures.files import NUMBER, parse_svg
from triptych.media.xml_names import SVG


def on_paper(svg: bytes, margin: float = 0) -> bytes:
    """A drawing → the same on white, with a ``margin`` in units of its view box on each side."""
    root = parse_svg(svg)
    box = [float(part) for part in NUMBER.findall(root.get("viewBox", ""))]
    sheet = etree.Element(f"{SVG}rect", width="100%", height="100%", fill="#ffffff", stroke="none")
    if len(box) == 4:
        x, y, width, height = box[0] - margin, box[1] - margin, box[2] + 2 * margin, box[3] + 2 * margin
        root.set("viewBox", f"{x:g} {y:g} {width:g} {height:g}")
        for name, before, after in (("width", box[2], width), ("height", box[3], height)):
            if margin and (side := re.match(r"([\d.]+)(\D*)$", root.get(name, ""))):
                root.set(name, f"{float(side[1]) * after / before:g}{side[2]}")
        sheet.attrib.update({"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:g}", "height": f"{height:g}"})
    root.insert(0, sheet)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
