"""Drawings bring their own paper, since readers that force their colours clear all backgrounds."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.writers.epub.conftest import Write
from tests.writers.epub.test_package import Package
from triptych.writers.epub.drawings import add_white_background

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}><circle r="4"/></svg>'


def sheet(svg: bytes) -> dict[str, str]:
    return dict(etree.fromstring(svg)[0].attrib)


@pytest.mark.parametrize("box", ["-5 -5 10 20", "-5,-5,10,20"])
def test_it_lies_behind_all_of_a_view_box(box: str) -> None:
    made = sheet(add_white_background(SVG.format(f'viewBox="{box}"').encode()))
    assert [made[name] for name in ("x", "y", "width", "height", "fill")] == [
        "-5",
        "-5",
        "10",
        "20",
        "#ffffff",
    ]


def test_without_a_view_box_it_is_as_large_as_the_picture() -> None:
    made = sheet(add_white_background(SVG.format('width="8" height="8"').encode()))
    assert (made["width"], made["height"]) == ("100%", "100%")


def test_a_margin_keeps_the_scale() -> None:
    made = etree.fromstring(
        add_white_background(SVG.format('viewBox="0 0 100 50" width="200pt" height="100pt"').encode(), 5)
    )
    assert (made.get("viewBox"), made.get("width"), made.get("height")) == ("-5 -5 110 60", "220pt", "120pt")


def test_pictures_have_it_and_no_style_sheet_asks_for_another(write: Write) -> None:
    files = {"source/a.svg": SVG.format('viewBox="0 0 9 9"')}
    made = Package(write("epub", "![A dot](a.svg)\n", files=files)[0])
    (drawing,) = [name for name in made.names if name.endswith(".svg")]
    assert sheet(made.archive.read(drawing))["fill"] == "#ffffff"
    assert "background" not in made.archive.read("EPUB/style.css").decode()
