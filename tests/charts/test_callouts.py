"""Test that callouts and series names touch neither marks nor each other, whatever the data."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.conftest import chart, series
from tests.property.strategies import BOUNDED
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import LINE_HEIGHT, Box, TextRuler, touches
from triptych.charts.drawing import lay_out_plot
from triptych.charts.plot_layout import (
    PlotLayout,
    PlotSettings,
    collect_obstacles,
    place_end_labels,
    place_start_labels,
)
from triptych.model.charts import ChartCallout
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

THEME = load_theme()
ROOM, RULER = THEME.print.chart_width - 4, TextRuler(load_theme())
VALUES = st.lists(st.floats(-200, 900).map(lambda value: round(value, 1)), min_size=2, max_size=14)
WORDS = ("Twice as much", "64 % of the world's additions", "more than all that stood in 2019, by one count")


@st.composite
def pointed(draw: st.DrawFn) -> Chart:
    """Return a chart of a type that has axes, with callouts at some of its marks."""
    kind = draw(st.sampled_from(["bar", "line", "area", "scatter"]))
    first = draw(VALUES)
    count = draw(st.integers(1, 4)) if kind != "scatter" else 1
    lines = [
        series(*(value * (1 + item / 3) for value in first), label=f"Country {item}") for item in range(count)
    ]
    places = draw(st.sets(st.integers(0, len(first) - 1), min_size=1, max_size=3))
    years = kind != "bar"
    result = chart(kind, *lines, years=years, horizontal=kind == "bar" and draw(st.booleans()))
    callouts = tuple(
        ChartCallout(category=result.data.categories[place], text=draw(st.sampled_from(WORDS)))
        for place in sorted(places)
    )
    return chart(kind, *lines, years=years, horizontal=result.horizontal, callouts=callouts)


def planned(drawing: Chart) -> PlotLayout:
    return lay_out_plot(drawing, drawing.data, ROOM, RULER, PlotSettings())


def callout_boxes(plan: PlotLayout) -> list[Box]:
    return [measure_callout_box(words, RULER) for words in plan.callouts]


def label_boxes(plan: PlotLayout) -> list[Box]:
    """Return the boxes of the series names and of the values at the ends of lines."""
    result = []
    for end, _, centre in place_end_labels(plan):
        half = len(end.lines) * LINE_HEIGHT / 2
        left = plan.width + 8
        result.append((left, centre - half, left + max(map(RULER.measure_bold, end.lines)), centre + half))
    return result + [place_start_label.box for place_start_label in place_start_labels(plan, RULER)]


@BOUNDED
@given(pointed())
def test_callouts_touch_no_mark(drawing: Chart) -> None:
    plan = planned(drawing)
    assert len(plan.callouts) == len(drawing.callouts)
    marks = collect_obstacles(plan, RULER)
    assert not [
        pair
        for pair in ((callout_box, mark) for callout_box in callout_boxes(plan) for mark in marks)
        if touches(*pair)
    ]


@BOUNDED
@given(pointed())
def test_leaders_next_to_marks_cross_no_text(drawing: Chart) -> None:
    plan = planned(drawing)
    boxes = callout_boxes(plan)
    for place, words in enumerate(plan.callouts):
        if words.top < 0:  # over the plot, below which its leader line ends
            continue
        for (x, y), (end_x, end_y) in [words.leader] if len(words.leader) == 2 else []:
            line = [(x + (end_x - x) * step / 50, y + (end_y - y) * step / 50) for step in range(51)]
            others = [*boxes[:place], *boxes[place + 1 :], *label_boxes(plan)]
            assert not [b for b in others for px, py in line if touches((px, py, px, py), b)]


@BOUNDED
@given(pointed())
def test_labels_do_not_overlap(drawing: Chart) -> None:
    plan = planned(drawing)
    words = [*callout_boxes(plan), *label_boxes(plan)]
    # Names that were moved apart are on adjacent lines, so that their boxes may share an edge.
    assert not [pair for pair in combinations(words, 2) if touches(*pair, clearance=-0.01)]


@BOUNDED
@given(pointed())
def test_all_text_stays_within_the_drawing(drawing: Chart) -> None:
    plan = planned(drawing)
    for left, top, right, bottom in callout_boxes(plan):
        assert left >= -plan.left - 0.01
        assert right <= plan.width + plan.right + 0.01
        assert top >= -plan.top - 0.01
        assert bottom <= plan.height + plan.bottom + 0.01


def test_callout_is_next_to_its_mark_if_there_is_space() -> None:
    bars = chart("bar", series(1, 2, 9), callouts=(ChartCallout(category="2022", text="Four times as much"),))
    (words,) = planned(bars).callouts
    assert not words.leader
    assert words.anchor == "right"


def test_callout_without_space_is_above_the_plot_with_a_leader() -> None:
    high = series(*([90.0] * 14))
    lines = chart("area", high, callouts=(ChartCallout(category="2027", text="x" * 30),))
    (words,) = planned(lines).callouts
    assert words.top < 0


@pytest.mark.parametrize("direct", [True, False])
def test_series_are_labelled_at_their_ends_unless_a_legend_is_requested(direct: bool) -> None:
    lines = (series(1, 5, label="a"), series(2, 9, label="b"))
    plan = planned(chart("line", *lines, direct_labels=direct))
    assert [end.lines for end in plan.end_labels] == ([("a 5",), ("b 9",)] if direct else [])


def test_lines_start_with_their_values_and_many_lines_with_none() -> None:
    few = planned(chart("line", series(1, 5, label="a"), series(8, 9, label="b")))
    assert [place_start_label.text for place_start_label in place_start_labels(few, RULER)] == ["1", "8"]
    many = chart("line", *(series(i, 9, label=f"n{i}") for i in range(4)))
    assert not place_start_labels(planned(many), RULER)
    lit = chart("line", *(series(i * 3, 9, label=f"n{i}") for i in range(4)), highlight=("n3",))
    assert [place_start_label.text for place_start_label in place_start_labels(planned(lit), RULER)] == ["9"]


def test_stacked_series_are_labelled_next_to_the_last_bar() -> None:
    layers = (series(10, 20, label="a"), series(30, 30, label="b"))
    plan = planned(chart("bar", *layers, years=False, stacked=True))
    assert [(end.lines, end.value) for end in plan.end_labels] == [(("a 20",), 10), (("b 30",), 35)]
