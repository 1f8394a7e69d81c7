"""Test that the lines of a label are centred on one another, in any font."""

from __future__ import annotations

import re

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path
from lxml import etree

from triptych.media.diagrams import draw_diagram, join_label_lines
from triptych.media.xml_parsing import SVG
from triptych.theme.theme import load_theme

THEME = load_theme()


def middles(label: str) -> list[float]:
    """Return the centre of each line of a node's label, from its outlines."""
    svg = etree.fromstring(draw_diagram("dot", f"digraph {{ a [label=<{label}>] }}", THEME).svg)
    rows: dict[float, list[float]] = {}
    for path in svg.iter(f"{SVG}path"):
        place = re.match(r"translate\(([\d.-]+) ([\d.-]+)\) scale\(([\d.]+)", path.get("transform", ""))
        if place:
            pen = BoundsPen(None)
            parse_path(path.get("d", ""), pen)
            xs = [float(place[1]) + x * float(place[3]) for x in (pen.bounds[0], pen.bounds[2])]
            rows.setdefault(float(place[2]), []).extend(xs)
    return [(min(xs) + max(xs)) / 2 for xs in rows.values()]


@pytest.mark.parametrize(
    "label", ["<b>Polysilicon</b><br/>pure silicon", "wide <b>and bold</b> words<br/>less", "mmmmm<br/>iiiii"]
)
def test_lines_of_a_label_share_their_middle(label: str) -> None:
    first, second = middles(label)
    assert first == pytest.approx(second, abs=0.7)


def texts(*placed: tuple[float, float, str]) -> etree._Element:
    root = etree.Element(f"{SVG}svg")
    group = etree.SubElement(root, f"{SVG}g")
    for x, y, words in placed:
        element = etree.SubElement(group, f"{SVG}text", {"x": f"{x}", "y": f"{y}", "text-anchor": "start"})
        element.text = words
    return root


def width(text: etree._Element) -> float:
    return 10.0 * len(text.text or "")


@pytest.mark.parametrize(
    "placed",
    [
        ((0, 0, "aligned"), (0, 10, "left")),
        ((0, 0, "one"),),
        ((0, 0, "cell"), (90, 0, "cell"), (45, 10, "cell")),
    ],
    ids=["left", "single", "cells"],
)
def test_text_that_is_not_centred_is_unchanged(placed: tuple[tuple[float, float, str], ...]) -> None:
    root = texts(*placed)
    before = etree.tostring(root)
    join_label_lines(root, width)
    assert etree.tostring(root) == before


def test_pieces_of_a_line_become_one_text() -> None:
    root = texts((0, 0, "ab"), (20, 0, "cd"), (10, 10, "ef"))
    join_label_lines(root, width)
    rows = [(text.get("x"), "".join(text.itertext())) for text in root.iter(f"{SVG}text")]
    assert rows == [("20.00", "abcd"), ("20.00", "ef")]
