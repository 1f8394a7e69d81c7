"""What is put on a sheet is valid SVG."""

from __future__ import annotations

from lxml import etree

from triptych.media.charts.canvas import Canvas
from triptych.theme.theme import load_theme


def test_the_outline_of_a_blank_has_path_data_too() -> None:
    canvas = Canvas(100, 50, load_theme())
    canvas.text((10, 20), "a b\u00a0c")
    glyphs = etree.fromstring(canvas.svg()).findall(".//{*}defs/{*}path[@id]")
    assert len(glyphs) == 5
    assert all(glyph.get("d") for glyph in glyphs)
