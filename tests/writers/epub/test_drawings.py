"""Charts in the page: in the ink of the text around them, on the reader's own ground, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lxml import etree

from tests.writers.epub.conftest import EVERYTHING, Write, write_output
from tests.writers.epub.test_package import CHART, NS, Package
from triptych.media.xml_names import SVG
from triptych.theme.contrast import READABLE, VISIBLE, contrast
from triptych.theme.oklab import mixed
from triptych.theme.theme import load_theme
from triptych.writers.epub.drawings import PAGES, share_of_text

MIX = re.compile(r"color-mix\(in srgb, currentColor ([\d.]+)%, #([0-9a-f]{6})\)")
TILES = "::: {#fig-map .chart type=tilemap map=europe data=map.csv x=x y=y fig-alt=X}\nX\n:::\n"


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> list[etree._Element]:
    files = {**EVERYTHING, "source/map.csv": "x,y\nFR,1\nDE,9\nIT,\n"}
    files["source/section.md"] += f"\n{TILES}"
    made = Package(write_output("epub", tmp_path_factory.mktemp("drawings"), files)[0])
    return list(made.xml("EPUB/text/section.xhtml").iterfind(".//x:div[@class='drawing']", NS))


def painted(drawings: list[etree._Element]) -> Iterator[tuple[str, float, bool]]:
    """The colours of shapes and letters, with how much of the text's is mixed into each."""
    for svg in (svg for drawing in drawings for svg in drawing):
        for path in svg.iter(f"{SVG}path"):
            styles = dict(part.split(": ", 1) for part in path.get("style", "").split("; ") if part)
            for name in ("fill", "stroke"):
                value = styles.get(name) or path.get(name, "none")
                is_letters = path.getparent() is not svg
                if mix := MIX.fullmatch(value):
                    yield mix[2], float(mix[1]) / 100, is_letters
                elif value.startswith("#"):
                    yield value[1:], 0.0, is_letters
                else:
                    assert value in ("none", "currentColor")


def test_a_chart_is_one_picture_of_two_drawings(drawings: list[etree._Element]) -> None:
    assert drawings
    for drawing in drawings:
        assert drawing.get("role") == "img" and drawing.get("aria-label")
        assert [(svg.get("class"), svg.get("aria-hidden")) for svg in drawing] == [
            ("wide", "true"),
            ("narrow", "true"),
        ]
        wide, narrow = (float(svg.get("style", "").removeprefix("--em: ")) for svg in drawing)
        assert (wide, narrow) == (32.4, 16.6)


def test_no_ground_is_painted_and_no_colour_vanishes_on_any_page(drawings: list[etree._Element]) -> None:
    colours = load_theme().colours
    marks = {one for one in painted(drawings[:1]) if one[0] != colours.paper}
    assert len(marks) > 1
    for colour, share, is_letters in marks:
        for page, ink in PAGES.items():
            least = READABLE if is_letters else VISIBLE
            if not is_letters and ink != "ffffff":
                least = min(VISIBLE, contrast(colour, colours.paper) * 0.8)  # sepia is darker than paper
            assert contrast(mixed(colour, ink, share), page) >= least * 0.97, (colour, share, page)
    papers = [path for svg in drawings[0] for path in svg.iter(f"{SVG}path") if path.get("fill") == "#ffffff"]
    assert not [path for path in papers if path.get("stroke") is None]


def test_words_on_coloured_tiles_keep_their_ink(drawings: list[etree._Element]) -> None:
    colours = load_theme().colours
    inks = [colour for colour, _, is_letters in painted(drawings[-1:]) if is_letters]
    assert set(inks) == {colours.ink, colours.paper}


@pytest.mark.parametrize("colour", [*load_theme().colours.series, "000000", "ffffff", "0000ff"])
def test_as_much_of_the_text_is_mixed_in_as_a_colour_needs(colour: str) -> None:
    share = share_of_text(colour, READABLE)
    assert all(contrast(mixed(colour, ink, share), page) >= READABLE for page, ink in PAGES.items())
    assert share_of_text(colour, VISIBLE) <= share


def test_vertical_books_and_kindle_have_pictures(write: Write) -> None:
    for more in ("lang: ja\nformat:\n  epub: {writing: vertical}\n", "format:\n  epub: {store: kindle}\n"):
        page = Package(write("epub", CHART.format("#fig-a"), more=more)[0]).xml("EPUB/text/section.xhtml")
        assert page.find(".//x:div[@class='drawing']", NS) is None
        assert page.find(".//x:figure/x:img", NS) is not None
