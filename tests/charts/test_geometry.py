"""Test the positions of bars, points, names and callouts in a few charts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.charts.conftest import chart, dated, series
from tests.conftest import Golden
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import LINE_HEIGHT, TextRuler, touches
from triptych.charts.chart_types import get_chart_type
from triptych.charts.drawing import lay_out_plot
from triptych.charts.plot_layout import (
    Box,
    PlotLayout,
    PlotSettings,
    collect_obstacles,
    find_series_line_end,
    format_series_value,
    iter_bars,
    iter_points,
    locate_bar_label,
    locate_category,
    locate_value,
    needs_leader,
    place_end_labels,
    place_start_labels,
    split_reference_line,
)
from triptych.model.charts import Annotation, ChartCallout, ChartReferenceLine, DatePrecision
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

RULER = TextRuler(load_theme())


def planned(drawing: Chart, room: float = 320.0) -> PlotLayout:
    return lay_out_plot(drawing, drawing.data, room, RULER, PlotSettings())


def pointers(*places: tuple[str, str], own: str = "") -> tuple[ChartCallout, ...]:
    return tuple(ChartCallout(category=category, text=text, series=own) for category, text in places)


TWO = (series(1, -4, 3, label="North"), series(2, None, 2.5, label="South"))
FIRST, LAST = ("2020", "Where all of it began, by one count"), ("2022", "Ended at last")
WALL = series(*([90.0] * 14))
MONTHS = dated(DatePrecision.MONTH, "2023-10", "2023-12", "2024-03")
DRAWINGS = {
    "bars": chart("bar", *TWO, callouts=pointers(FIRST, LAST)),
    "bars, one series meant": chart("bar", *TWO, callouts=pointers(LAST, own="South")),
    "bars, one series lit": chart("bar", *TWO, highlight=("South",), callouts=pointers(LAST)),
    "lying bars": chart("bar", *TWO, horizontal=True, callouts=pointers(FIRST)),
    "lying bars without room": chart(
        "bar",
        series(9, 8.8, 8.9, 9, 8.7),
        horizontal=True,
        callouts=pointers(FIRST, LAST, ("2024", "Nearly as much")),
    ),
    "stacked bars": chart(
        "bar",
        series(5, 6, 7, label="a"),
        series(2, 1, 9, label="b"),
        stacked=True,
        callouts=pointers(FIRST, LAST),
    ),
    "parts of a hundred": chart(
        "bar", series(1, 1, label="a"), series(3, 1, label="b"), stacked=True, percent=True
    ),
    "lines": chart(
        "line",
        *TWO,
        callouts=pointers(FIRST, LAST),
        reference_lines=(ChartReferenceLine(value=2, text="Target"),),
    ),
    "a line that falls": chart("line", series(90, 40, 10, 5), callouts=pointers(FIRST, LAST)),
    "many lines": chart(
        "line",
        *(series(i, 9 + i / 9, label=f"n{i}") for i in range(5)),
        callouts=pointers(("2021", "All meet")),
    ),
    "months": replace(chart("line", series(1, 2, 3)), data=MONTHS),
    "dots": chart("scatter", series(10, 200, 3000), callouts=pointers(("2021", "Far off the rest"))),
    "a band": chart("area", WALL, callouts=pointers(("2027", "x" * 30), ("2033", "The last of all years"))),
    "bands": chart(
        "area",
        series(1, 2, label="a"),
        series(3, 4, label="b"),
        stacked=True,
        callouts=pointers(("2021", "In all")),
    ),
    "a histogram": chart("histogram", series(3, 9, 4), callouts=pointers(("2021", "Most of all"))),
    "a wall of bars": chart(
        "bar", series(*([90.0] * 12)), callouts=pointers(("2021", "Here"), ("2022", "And again here"))
    ),
    "remarks": chart(
        "line",
        series(3, 5, 4),
        annotations=(Annotation(position=2021, name="2021", text="Begun"),),
        callouts=pointers(("2021", "The most")),
    ),
}


def written(*numbers: float) -> str:
    return " ".join(f"{number + 0.0:.1f}" for number in numbers)


def as_text(plan: PlotLayout) -> str:
    """Return the positions of all marks and texts, in points from the top left corner of the plot."""
    lines = [f"{written(plan.left, plan.width, plan.right)}, {written(plan.top, plan.height, plan.bottom)}"]
    if get_chart_type(plan.chart).has_slots:
        for own, category, span, box in iter_bars(plan):
            words = format_series_value(plan, own, span[1])
            label = written(*locate_bar_label(plan, box, span[1], words, RULER))
            lines.append(f"  bar {own} of {category}: {written(*box)}; {words}: {label}")
    elif not plan.data.bin_edges:
        for own, points in iter_points(plan):
            lines += [f"  {own} at {category}: {written(*point)}" for category, point in points]
    for end, target, centre in place_end_labels(plan):
        led = ", led" if needs_leader(plan, end, target, centre) else ""
        lines.append(
            f"  {' / '.join(end.lines)}: {written(find_series_line_end(plan, end), target, centre)}{led}"
        )
    for place_start_label in place_start_labels(plan, RULER):
        lines.append(
            f"  first of {place_start_label.series} at {place_start_label.category}, {place_start_label.text}: {written(*place_start_label.box[:2])}"
        )
    for words in plan.callouts:
        lead = " → ".join(written(*point) for point in words.leader)
        lines.append(
            f"  {' / '.join(words.lines)} ({words.anchor}): {written(words.left, words.top)}; {lead}"
        )
    obstacles = collect_obstacles(plan, RULER)
    lines.append(
        f"  {len(obstacles)} places are taken, {written(*(sum(side) for side in zip(*obstacles, strict=True)))}"
    )
    return "\n".join(lines)


def test_marks_and_text_keep_their_recorded_positions(golden: Golden) -> None:
    texts = [f"{name}: {as_text(planned(drawing))}\n" for name, drawing in DRAWINGS.items()]
    golden("chart-geometry.txt", "\n".join(texts))


@pytest.mark.parametrize("horizontal", [False, True])
def test_bars_of_a_slot_are_centred_side_by_side(horizontal: bool) -> None:
    plan = planned(chart("bar", *TWO, horizontal=horizontal))
    low, high = (1, 3) if horizontal else (0, 2)
    (item, other) = (box for _, category, _, box in iter_bars(plan) if category == 0)
    assert item[high] < other[low]
    assert (item[low] + other[high]) / 2 == pytest.approx(locate_category(plan, 0))
    assert {own for own, category, _, _ in iter_bars(plan) if category == 1} == {0}


@pytest.mark.parametrize("horizontal", [False, True])
@pytest.mark.parametrize("value", [3, -4])
def test_value_follows_the_end_of_its_bar(value: float, horizontal: bool) -> None:
    plan = planned(chart("bar", series(3, -4), horizontal=horizontal))
    box = next(box for _, _, span, box in iter_bars(plan) if span[1] == value)
    label = locate_bar_label(plan, box, value, "4", RULER)
    assert not touches(label, box)
    if horizontal:
        assert (label[0] > box[2]) is (value > 0)
        assert (label[1] + label[3]) / 2 == pytest.approx((box[1] + box[3]) / 2)
        assert label[2] - label[0] == pytest.approx(RULER.measure_bold("4"))
    else:
        assert (label[3] < box[1]) is (value > 0)
        assert (label[0] + label[2]) / 2 == pytest.approx((box[0] + box[2]) / 2)
    assert label[3] - label[1] == pytest.approx(LINE_HEIGHT)


@pytest.mark.parametrize(
    ("other", "clear", "touching"),
    [
        ((10, 0, 20, 10), 0, False),  # rectangles that share an edge do not touch
        ((9.9, 0, 20, 10), 0, True),
        ((11, 0, 20, 10), 1, False),
        ((11, 0, 20, 10), 1.1, True),
        ((-10, 0, 0, 10), 0, False),
        ((-10, 0, 0.1, 10), 0, True),
        ((0, 10, 10, 20), 0, False),
        ((0, 9.9, 10, 20), 0, True),
        ((0, -9, 10, -1), 1, False),
        ((0, -9, 10, -1), 1.1, True),
        ((4, 4, 5, 5), 0, True),
    ],
)
def test_boxes_touch_if_they_share_more_than_an_edge(other: Box, clear: float, touching: bool) -> None:
    box = (0, 0, 10, 10)
    assert touches(box, other, clear) is touches(other, box, clear) is touching


def test_line_boxes_are_contiguous_except_at_gaps() -> None:
    whole = planned(chart("line", series(1, 9, 2)))
    boxes = sorted(
        box for box in collect_obstacles(whole, RULER) if box[2] - box[0] < 5.9
    )  # dot charts have wider ones
    assert all(after[0] <= before[2] for before, after in pairwise(boxes))
    broken = planned(chart("line", series(1, None, 2), years=False))
    assert len(collect_obstacles(broken, RULER)) == 2  # the dots at both ends


def test_values_go_up_or_to_the_right() -> None:
    upright, horizontal = (planned(chart("bar", series(0, 8), horizontal=flat)) for flat in (False, True))
    assert [locate_value(upright, value) for value in (0, 8)] == [upright.height, 0]
    assert [locate_value(horizontal, value) for value in (0, 8)] == [0, horizontal.width]


def test_callout_boxes_cover_their_lines() -> None:
    (words,) = planned(DRAWINGS["dots"]).callouts
    left, top, right, bottom = measure_callout_box(words, RULER)
    assert (left, top) == (words.left, words.top)
    assert right - left == pytest.approx(RULER.measure_widest(words.lines))
    assert bottom - top == pytest.approx(LINE_HEIGHT * len(words.lines))


def test_a_reference_line_over_lying_bars_leaves_out_values_in_its_way() -> None:
    drawing = chart(
        "bar",
        series(48, 90, 10),
        horizontal=True,
        reference_lines=(ChartReferenceLine(value=50, text="Half"),),
    )
    plan = planned(drawing)
    value = locate_value(plan, 50)
    spans = split_reference_line(plan, value, RULER)
    assert [spans[0][0], spans[-1][1]] == [0.0, plan.height]
    _, _, span, box = next(iter(iter_bars(plan)))
    _, top, _, bottom = locate_bar_label(plan, box, span[1], "48", RULER)
    assert spans == [(0.0, top), (bottom, plan.height)]
    assert split_reference_line(plan, locate_value(plan, 30), RULER) == [(0.0, plan.height)]


def test_panel_reserves_space_for_series_of_other_panels() -> None:
    drawing = chart(
        "bar",
        series(1, 2, label="a", panel="North"),
        series(3, 4, label="b", panel="North"),
        series(3, 4, label="b", panel="South"),
    )
    plans = [
        lay_out_plot(drawing, drawing.data.select_panel(panel), 320.0, RULER, PlotSettings())
        for panel in ("North", "South")
    ]
    north, south = (
        [(box[0] / plan.width, box[2] / plan.width) for *_, box in iter_bars(plan)] for plan in plans
    )
    assert len(north) == 4 and len(south) == 2
    assert south == [pytest.approx(bar) for bar in north[2:]]
