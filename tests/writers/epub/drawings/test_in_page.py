"""Test charts and diagrams in the page: in the text colour, on the reader's background, wide and narrow."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
from lxml import etree

from tests.writers.epub.conftest import EVERYTHING, Write, write_output
from tests.writers.epub.test_package import CHART, NS, Package
from triptych.media.diagrams import draw_diagram
from triptych.media.xml_parsing import SVG
from triptych.theme.colours import READABLE_CONTRAST, VISIBLE_CONTRAST, compute_contrast_ratio, mix_colours
from triptych.theme.theme import load_theme
from triptych.writers.epub.drawings import (
    COLOUR_MODES,
    NIGHT_MODES,
    compute_text_colour_fraction,
    recolour_diagram,
)

MIX = re.compile(r"color-mix\(in srgb, currentColor ([\d.]+)%, #([0-9a-f]{6})\)")
FLOW = "flowchart LR\n  a[Collect data] --> b[Check data] --> c[Publish data]\n"
DIAGRAM = f'```{{mermaid %s fig-cap="A flow" fig-alt="From a to c"}}\n{FLOW}```\n\n'
TILES = "::: {#fig-map .chart type=tilemap map=europe data=map.csv x=x y=y fig-alt=X}\nX\n:::\n"


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> list[etree._Element]:
    files = {**EVERYTHING, "source/map.csv": "x,y\nFR,1\nDE,9\nIT,\n"}
    files["source/section.md"] += f"\n{TILES}"
    package = Package(write_output("epub", tmp_path_factory.mktemp("drawings"), files)[0])
    return list(package.xml("EPUB/text/section.xhtml").iterfind(".//x:figure/x:div[@role='img']", NS))


def painted(drawings: list[etree._Element]) -> Iterator[tuple[str, float, bool]]:
    """Return the colours of shapes and letters, with the fraction of the text colour in each."""
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
    marks = {item for item in painted(drawings[:1]) if item[0] != colours.background}
    assert len(marks) > 1
    for colour, share, is_letters in marks:
        for page, ink in COLOUR_MODES:
            least = READABLE_CONTRAST if is_letters else VISIBLE_CONTRAST
            if not is_letters and (page, ink) not in NIGHT_MODES:
                least = min(
                    VISIBLE_CONTRAST, compute_contrast_ratio(colour, colours.background) * 0.8
                )  # sepia is darker than paper
            assert compute_contrast_ratio(mix_colours(colour, ink, share), page) >= least * 0.97, (
                colour,
                share,
                page,
            )
    papers = [path for svg in drawings[0] for path in svg.iter(f"{SVG}path") if path.get("fill") == "#ffffff"]
    assert not [path for path in papers if path.get("stroke") is None]


def test_words_on_coloured_tiles_keep_their_ink(drawings: list[etree._Element]) -> None:
    colours = load_theme().colours
    inks = [colour for colour, _, is_letters in painted(drawings[-1:]) if is_letters]
    assert set(inks) == {colours.foreground, colours.background}


@pytest.mark.parametrize("colour", [*load_theme().colours.series, "000000", "ffffff", "0000ff"])
def test_as_much_of_the_text_is_mixed_in_as_a_colour_needs(colour: str) -> None:
    share = compute_text_colour_fraction(colour, READABLE_CONTRAST)
    assert all(
        compute_contrast_ratio(mix_colours(colour, ink, share), page) >= READABLE_CONTRAST
        for page, ink in COLOUR_MODES
    )
    assert compute_text_colour_fraction(colour, VISIBLE_CONTRAST) <= share


def test_vertical_books_and_kindle_have_pictures(write: Write) -> None:
    for more in (
        "lang: ja\nformat:\n  epub: {writing-mode: vertical-rl}\n",
        "format:\n  epub: {store: kindle}\n",
    ):
        page = Package(write("epub", CHART.format("#fig-a"), more=more)[0]).xml("EPUB/text/section.xhtml")
        assert page.find(".//x:figure/x:div", NS) is None
        assert page.find(".//x:figure/x:img", NS) is not None


def test_diagrams_are_inline_with_wide_and_narrow_variants(write: Write) -> None:
    package = Package(write("epub", DIAGRAM % "#fig-a" + DIAGRAM % '#fig-b width="50%"')[0])
    page, style = package.xml("EPUB/text/section.xhtml"), package.archive.read("EPUB/style.css").decode()
    first, second = page.iterfind(".//x:figure/x:div", NS)
    assert (first.get("role"), first.get("aria-label")) == ("img", "From a to c")
    assert (first.get("style"), second.get("style")) == (None, "max-width: 50%")
    for drawing in (first, second):
        assert [svg.get("class") for svg in drawing] == ["wide", "narrow"]
        wide, narrow = (float(svg.get("style", "").removeprefix("--em: ")) for svg in drawing)
        assert narrow < 20 < wide
        assert drawing.get("class") == f"drawing below-{math.ceil(wide)}"
        assert f"(max-width: {math.ceil(wide)}em)" in style
        for svg in drawing:
            elements = set(svg.xpath(".//@id"))
            matches = re.findall(
                r"(?:url\(| )#([\w-]+)", " ".join(["", *svg.xpath(".//@href | .//@marker-end")])
            )
            assert matches and elements.issuperset(matches)
    names = [str(name) for name in page.xpath("//@id")]
    assert len(names) == len(set(names))
    assert [name for name in package.names if "picture" in name] == []


def test_diagram_too_wide_for_phones_is_a_zoomable_file(write: Write) -> None:
    lanes = "".join(f"  P{n}->>P{n + 1}: Message\n" for n in range(9))
    text = f'```{{mermaid fig-cap="Lanes" fig-alt="Nine messages"}}\nsequenceDiagram\n{lanes}```\n'
    page = Package(write("epub", text)[0]).xml("EPUB/text/section.xhtml")
    assert page.find(".//x:figure/x:img", NS).get("alt") == "Nine messages"


def test_a_diagram_in_the_themes_colours_has_the_ink_of_the_text() -> None:
    theme = load_theme()
    source = 'digraph { node [style=filled]; a -> b [label="then" fontcolor="#555f6b"] }'
    result = recolour_diagram(draw_diagram("dot", source, theme).svg, theme.colours)
    assert result is not None
    paths = list(etree.fromstring(result).iter(f"{SVG}path", f"{SVG}ellipse", f"{SVG}polygon"))
    inks = {(path.get("fill"), path.get("fill-opacity")) for path in paths}
    assert inks == {("currentColor", None), ("currentColor", "0.07"), ("currentColor", "0.8"), ("none", None)}


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("dot", "digraph { a [style=filled fillcolor=gold] }"),
        ("dot", 'digraph { a [style=filled fillcolor="#ffffff"] }'),
        ("mermaid", "flowchart LR\n  a -->|yes| b\n"),
    ],
)
def test_diagram_with_backgrounds_stays_on_white(language: str, source: str, write: Write) -> None:
    theme = load_theme()
    assert recolour_diagram(draw_diagram(language, source, theme).svg, theme.colours) is None
    page = Package(write("epub", f'```{{{language} fig-cap="A" fig-alt="B"}}\n{source}\n```\n')[0])
    svg = page.xml("EPUB/text/section.xhtml").find(f".//x:figure/x:div/{SVG}svg", NS)
    assert (svg[0].get("fill"), svg[0].get("width")) == ("#ffffff", svg.get("viewBox", "").split()[2])
