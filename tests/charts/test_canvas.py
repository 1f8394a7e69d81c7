"""Test that the canvas writes plain SVG at the given positions."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from lxml import etree

from triptych.charts.canvas import (
    Canvas,
    TextRuler,
    format_length,
    format_marker_path,
    is_within,
    touches,
)
from triptych.charts.styles import MarkStyle, get_colour_style
from triptych.theme.theme import load_theme

THEME = load_theme()
HATCHED = 6  # the first series that has a pattern


def drawn(canvas: Canvas) -> list[etree._Element]:
    return list(etree.fromstring(canvas.to_svg()))


def sheet() -> Canvas:
    return Canvas(100, 50, THEME)


def test_text_is_written_as_text_in_theme_fonts() -> None:
    canvas = sheet()
    canvas.draw_text((10, 20), "a <b>", bold=True, anchor="right")
    root = etree.fromstring(canvas.to_svg())
    (text,) = root
    assert root.get("viewBox") == "0 0 100 50"
    assert root.get("font-family", "").startswith(f"'{THEME.sans}'")
    assert (text.text, text.get("x"), text.get("text-anchor"), text.get("font-weight")) == (
        *("a <b>", "10", "end", "bold"),
    )
    assert 20 < float(text.get("y", "")) < 24  # the baseline of letters whose middle is at 20


def test_rotated_lines_are_side_by_side_and_read_upwards() -> None:
    canvas = sheet()
    canvas.draw_text((10, 20), ["one", "two"], rotated=True)
    assert [text.get("transform") for text in drawn(canvas)] == [
        "matrix(0 -1 1 0 10 20)",
        "matrix(0 -1 1 0 19.6 20)",
    ]


def test_dashes_count_in_widths_of_the_line() -> None:
    canvas = sheet()
    canvas.draw_line([(0, 0), (9, 0)], "000000", 2.0, (3, 1.5))
    (line,) = drawn(canvas)
    assert (line.get("stroke-dasharray"), line.get("fill"), line.get("d")) == ("6 3", "none", "M0 0 9 0")


def test_adjacent_areas_are_separated_by_the_background_colour() -> None:
    canvas = sheet()
    for apart in (False, True):
        canvas.draw_box(0, 0, 10, 10, get_colour_style(0, THEME), with_separator=apart)
    plain, rimmed = drawn(canvas)
    assert plain.get("stroke") is None
    assert rimmed.get("stroke") == f"#{THEME.colours.background}"


def test_translucent_shape_has_an_opacity() -> None:
    canvas = sheet()
    canvas.draw_polygon([(0, 0), (9, 0), (9, 9)], get_colour_style(0, THEME), translucent=True)
    assert drawn(canvas)[0].get("fill-opacity") == "0.16"


def test_a_pattern_is_lines_between_paper_and_rim() -> None:
    canvas = sheet()
    canvas.draw_box(0, 0, 20, 10, get_colour_style(HATCHED, THEME))
    paper, lines, rim = drawn(canvas)
    assert paper.get("fill") == f"#{THEME.colours.background}"
    assert lines.get("d", "").count("M") > 3
    assert lines.get("fill") == rim.get("fill") == "none"


@pytest.mark.parametrize(("hole", "most"), [(0.0, 20.0), (8.0, 20.0)])
def test_wedge_is_drawn_clockwise_from_the_top(hole: float, most: float) -> None:
    canvas = sheet()
    canvas.draw_wedge((50, 25), 20, hole, 0, 90, get_colour_style(0, THEME))
    data = (drawn(canvas)[0].get("d") or "").strip("Mz")
    numbers = list(map(float, data.split()))
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    assert points[0] == (50, 5)
    assert (70, 25) in points
    assert all(x >= 50 and y <= 25 for x, y in points)
    assert max(abs(ax - bx) + abs(ay - by) for (ax, ay), (bx, by) in pairwise(points)) <= most


def test_markers_of_one_style_share_a_path_unless_outlined() -> None:
    canvas = sheet()
    canvas.draw_markers([(10, 10), (20, 10)], MarkStyle(colour="aa0000", marker="s"), 4.0)
    canvas.draw_markers([(10, 10), (20, 10)], MarkStyle(colour="aa0000", marker="s", is_hollow=True), 4.0)
    full, *hollow = drawn(canvas)
    assert full.get("d") == "M8 8 12 8 12 12 8 12zM18 8 22 8 22 12 18 12z"
    assert [dot.get("stroke") for dot in hollow] == ["#aa0000", "#aa0000"]


def test_a_round_marker_is_a_circle_of_its_diameter() -> None:
    start, *curves = re.split("c", format_marker_path((30, 20), "o", 10).strip("Mz"))
    x, y = map(float, start.split())
    for curve in curves:
        offsets = [float(number) for number in curve.split()]
        corners = [(0.0, 0.0), *zip(offsets[::2], offsets[1::2], strict=True)]
        for step in range(11):
            at = step / 10
            shares = ((1 - at) ** 3, 3 * (1 - at) ** 2 * at, 3 * (1 - at) * at**2, at**3)
            point = [sum(s * c[i] for s, c in zip(shares, corners, strict=True)) for i in (0, 1)]
            assert math.dist((30, 20), (x + point[0], y + point[1])) == pytest.approx(10, abs=0.02)
        x, y = x + offsets[-2], y + offsets[-1]
    assert (len(curves), x, y) == (4, 30, 10)


@pytest.mark.parametrize(
    ("other", "clearance", "expected"),
    [
        ((9, 9, 20, 20), 0.0, True),
        ((10, 0, 20, 10), 0.0, False),  # boxes that share an edge do not overlap
        ((0, 10, 10, 20), 0.0, False),
        ((12, 0, 20, 10), 3.0, True),
        ((12, 0, 20, 10), 2.0, False),
        ((-20, 0, -2, 10), 3.0, True),
        ((0, 12, 10, 20), 3.0, True),
        ((0, -20, 10, -2), 3.0, True),
        ((0, -20, 10, -2), 2.0, False),
    ],
)
def test_boxes_touch_when_closer_than_the_clearance(
    other: tuple[float, float, float, float], clearance: float, *, expected: bool
) -> None:
    assert touches((0, 0, 10, 10), other, clearance) is expected
    assert touches(other, (0, 0, 10, 10), clearance) is expected


@pytest.mark.parametrize("side", range(4))
def test_a_box_is_within_an_area_up_to_its_edge_and_slack(side: int) -> None:
    area, outwards = (0.0, 0.0, 10.0, 10.0), -1 if side < 2 else 1
    assert is_within(area, area)
    wider = tuple(edge + outwards * 2.0 * (at == side) for at, edge in enumerate(area))
    left, top, right, bottom = wider
    assert not is_within((left, top, right, bottom), area)
    assert is_within((left, top, right, bottom), area, 2.0)
    assert not is_within((left, top, right, bottom), area, 1.9)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "1"),
        (1.236, "1.24"),
        (-0.001, "0"),
        (999.99, "999.99"),
        (1000.0, "1000.0"),
        (-1234.56, "-1234.6"),
        (1234567.0, "1234567.0"),  # numbers have no exponents
    ],
)
def test_lengths_are_short_decimal_numbers(value: float, expected: str) -> None:
    assert format_length(value) == expected


def test_text_width_includes_kerning() -> None:
    ruler = TextRuler(THEME)
    assert ruler.measure("AVAVAV") < 3 * (ruler.measure("A") + ruler.measure("V"))
    assert ruler.measure_bold("Share") > ruler.measure("Share") > 0 == ruler.measure("")
    assert ruler.measure_widest(["a", "abc", "ab"]) == ruler.measure("abc")
