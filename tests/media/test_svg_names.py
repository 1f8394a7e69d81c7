"""Test that unreferenced ids are removed from SVG, and referenced ones are kept."""

from __future__ import annotations

import re

from triptych.media.picture_files import sanitise_svg

PARTS = """\
<defs>
<linearGradient id="base"><stop/></linearGradient><linearGradient id="used" href="#base"/>
<marker id="gone"><path id="p1" fill="url(#only)"/></marker><radialGradient id="only"/>
<clipPath id="clip"><rect/></clipPath><symbol id="sign"/>
</defs>
<style>#styled { fill: red }</style>
<g id="layer1" aria-labelledby="name"><text id="name">A</text></g>
<path id="styled" clip-path="url('#clip')"/><path id="path4711" style="fill:url(#used)"/>
<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#sign"/>
"""


def test_only_referenced_ids_and_definitions_are_kept() -> None:
    svg = sanitise_svg(f'<svg xmlns="http://www.w3.org/2000/svg" id="svg8">{PARTS}</svg>'.encode()).decode()
    assert re.findall(r' id="([^"]+)"', svg) == ["base", "used", "clip", "sign", "name", "styled"]
    assert "<marker" not in svg and "<radialGradient" not in svg
    assert svg.count("<path") == 2
