"""Test that drawings have their own background, since readers with forced colours remove all others."""

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
def test_white_background_covers_the_view_box(box: str) -> None:
    result = sheet(add_white_background(SVG.format(f'viewBox="{box}"').encode()))
    assert [result[name] for name in ("x", "y", "width", "height", "fill")] == [
        "-5",
        "-5",
        "10",
        "20",
        "#ffffff",
    ]


def test_background_has_the_picture_size_without_a_view_box() -> None:
    result = sheet(add_white_background(SVG.format('width="8" height="8"').encode()))
    assert (result["width"], result["height"]) == ("100%", "100%")


def test_margin_keeps_the_scale() -> None:
    result = etree.fromstring(
        add_white_background(SVG.format('viewBox="0 0 100 50" width="200pt" height="100pt"').encode(), 5)
    )
    assert (result.get("viewBox"), result.get("width"), result.get("height")) == (
        "-5 -5 110 60",
        "220pt",
        "120pt",
    )


def test_pictures_have_a_background_without_style_rules(write: Write) -> None:
    files = {"source/a.svg": SVG.format('viewBox="0 0 9 9"')}
    package = Package(write("epub", "![A dot](a.svg)\n", files=files)[0])
    (drawing,) = [name for name in package.names if name.endswith(".svg")]
    assert sheet(package.archive.read(drawing))["fill"] == "#ffffff"
    assert "background" not in package.archive.read("EPUB/style.css").decode()
