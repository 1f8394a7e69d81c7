"""Test that the labels at both ends of slope charts do not overlap, and fit into the available space."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.charts.conftest import chart, series
from tests.property.strategies import BOUNDED
from triptych.charts.canvas import LINE_HEIGHT, TextRuler
from triptych.charts.drawing import draw_chart
from triptych.charts.kinds.slopes import Slope, SlopeLayout
from triptych.charts.labels import spread_labels
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

THEME = load_theme()
ROOM = THEME.print.chart_width - 4
VALUES = st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.4g}"))
PAIRS = st.lists(
    st.tuples(VALUES, VALUES, st.text("abc ü", min_size=1, max_size=60)), min_size=1, max_size=24
)


def planned(drawing: Chart) -> SlopeLayout:
    return Slope().lay_out(drawing, drawing.data, ROOM, THEME)


def slopes(*pairs: tuple[float, float], names: list[str] | None = None) -> Chart:
    names = names or [f"Country {index}" for index in range(len(pairs))]
    return chart("slope", *(series(*pair, label=name) for pair, name in zip(pairs, names, strict=True)))


def test_both_ends_have_names_and_values() -> None:
    plan = planned(slopes((45, 64), (30, 22), names=["China", "Japan"]))
    assert plan.side_labels == ((("China 45",), ("Japan 30",)), (("China 64",), ("Japan 22",)))
    assert plan.titles == ("2020", "2021")


def test_a_single_line_is_named_by_its_caption() -> None:
    assert planned(slopes((45, 64))).side_labels == ((("45",),), (("64",),))


def test_many_lines_make_the_plot_higher() -> None:
    few, many = (planned(slopes(*[(i, i + 1)] * i)) for i in (2, 15))
    assert few.total_height < many.total_height


def test_leaders_connect_points_with_shifted_labels() -> None:
    drawing = slopes((50, 50), (50, 50), (10, 90), names=["Corvo", "Faro", "Lagos"])
    root = etree.fromstring(draw_chart(drawing, THEME))
    labels = [
        (float(text.get("x")), float(text.get("y")))
        for text in root.iterfind(".//{*}text")
        if text.text.endswith((" 50", " 10", " 90"))
    ]
    leaders = [
        [float(number) for number in path.get("d").strip("M").split()]
        for path in root.iterfind(".//{*}path")
        if path.get("stroke-width") == "0.4"
    ]
    # On both sides, the two equal values have moved labels. The label of the third is not moved.
    assert len(labels) == 6
    assert len({(end_x, end_y) for _, _, end_x, end_y in leaders}) == len(leaders) == 4
    left, right = sorted({x for x, _ in labels})
    for start_x, _, end_x, end_y in leaders:
        label_x, inwards = (left, 1) if end_x < (left + right) / 2 else (right, -1)
        assert 0 < (end_x - label_x) * inwards < (start_x - label_x) * inwards < 12
        assert min(abs(y - end_y) for x, y in labels if x == label_x) < LINE_HEIGHT / 2


def test_the_lines_of_a_long_label_are_centred_at_its_dot() -> None:
    drawing = slopes((50, 60), (10, 90), names=["Countries of the south without a coast", "Lagos"])
    root, plan = etree.fromstring(draw_chart(drawing, THEME)), planned(drawing)
    for side, anchor in enumerate(("end", None)):
        heights = {
            text.text: float(text.get("y"))
            for text in root.iterfind(".//{*}text")
            if text.get("text-anchor") == anchor
        }
        lines, (single,) = plan.side_labels[side]
        own, other = (plan.locate_value(line.values[side]) for line in drawing.data.series)
        assert len(lines) > 1
        assert heights[lines[0]] < heights[lines[-1]]
        centre = sum(heights[line] for line in lines) / len(lines)
        assert centre - heights[single] == pytest.approx(own - other, abs=0.05)


@BOUNDED
@given(PAIRS)
def test_all_labels_and_lines_stay_within_the_chart(pairs: list[tuple[float, float, str]]) -> None:
    drawing = slopes(
        *((item, other) for item, other, _ in pairs), names=[f"{i}{n}" for i, (*_, n) in enumerate(pairs)]
    )
    plan, ruler = planned(drawing), TextRuler(THEME)
    assert plan.width > 0.2 * ROOM
    left, right = (
        max(ruler.measure_bold(line) for lines in side for line in lines) for side in plan.side_labels
    )
    assert left < plan.left
    assert plan.left + plan.width + right < ROOM
    for side in (0, 1):
        series = [plan.locate_value(item.values[side]) for item in drawing.data.series]
        assert all(-1e-6 <= y <= plan.plot_height + 1e-6 for y in series)
        sizes = [len(lines) * LINE_HEIGHT for lines in plan.side_labels[side]]
        placed = spread_labels(series, sizes, -LINE_HEIGHT, plan.plot_height + LINE_HEIGHT)
        spans = sorted((at - size / 2, at + size / 2) for at, size in zip(placed, sizes, strict=True))
        assert all(after[0] >= before[1] - 1e-6 for before, after in pairwise(spans))
        assert spans[-1][1] - spans[0][0] <= plan.plot_height + 2 * LINE_HEIGHT + 1e-6


@pytest.mark.parametrize("pairs", [[(0, 0)], [(5, 5), (5, 5)], [(-1, 1)], [(1e15, 1e-15)]], ids=str)
def test_unusual_values_can_be_drawn(pairs: list[tuple[float, float]]) -> None:
    drawing = slopes(*pairs)
    assert draw_chart(drawing, THEME) == draw_chart(drawing, THEME)
    assert b"nan" not in draw_chart(drawing, THEME)
