"""Test that point labels of scatter charts are beside their dots and overlap nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.conftest import chart, series
from tests.property.strategies import BOUNDED
from triptych.charts import callouts
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import Box, BoxIndex, TextRuler, touches
from triptych.charts.drawing import lay_out_plot
from triptych.charts.plot_layout import PlotLayout, PlotSettings, collect_obstacles
from triptych.theme.theme import load_theme

RULER = TextRuler(load_theme())


def planned(points: dict[str, tuple[float, float]], **more: object) -> PlotLayout:
    """Return the layout of a scatter chart with point labels."""
    drawing = chart("scatter", series(*(y for _, y in points.values())), years=False, **more)
    xs = tuple(x for x, _ in points.values())
    data = replace(
        drawing.data,
        categories=tuple(points),
        positions=xs,
        x_values=tuple(map(str, xs)),
        point_title="Country",
    )
    drawing = replace(drawing, data=data)
    return lay_out_plot(drawing, data, 300.0, RULER, PlotSettings())


def boxes(plan: PlotLayout) -> list[Box]:
    return [measure_callout_box(name.callout, RULER) for name in plan.point_labels]


def test_separate_points_are_all_labelled() -> None:
    plan = planned({"China": (1.0, 2.0), "India": (2.0, 3.0), "Brazil": (3.0, 1.0)})
    assert {name.callout.lines for name in plan.point_labels} == {("China",), ("India",), ("Brazil",)}


def test_highlighted_points_are_labelled_first() -> None:
    crowd = {f"Country {number}": (1.0 + number / 1e6, 2.0) for number in range(40)} | {"Other": (5.0, 6.0)}
    plan = planned(crowd, highlight=("Country 39",))
    assert len(plan.point_labels) < len(crowd)
    assert ("Country 39",) in {name.callout.lines for name in plan.point_labels if not name.is_receding}


def test_a_chart_without_point_names_has_none() -> None:
    drawing = chart("scatter", series(1.0, 2.0))
    assert lay_out_plot(drawing, drawing.data, 300.0, RULER, PlotSettings()).point_labels == ()


@BOUNDED
@given(
    st.lists(
        st.tuples(st.floats(0, 100, allow_subnormal=False), st.floats(0, 100, allow_subnormal=False)),
        min_size=2,
        max_size=25,
        unique=True,
    )
)
def test_names_of_points_touch_no_mark_and_no_other_name(places: list[tuple[float, float]]) -> None:
    plan = planned({f"Country {number}": place for number, place in enumerate(places)})
    result = boxes(plan)
    assert not any(touches(box, other) for box in result for other in collect_obstacles(plan, RULER))
    assert not any(touches(item, other) for item, other in combinations(result, 2))
    for left, top, right, bottom in result:
        assert -plan.left <= left and right <= plan.width + plan.right
        assert -plan.top <= top and bottom <= plan.height


def test_adjacent_labels_are_kept_apart() -> None:
    middle = {"A" * size: (50.0, 50.0 + 4 * size) for size in range(1, 5)}
    for distance in range(5, 40):
        plan = planned(middle | {"Portugal": (20.0, 10.0), "Norway": (20.0 + distance, 10.0)})
        for item, other in combinations(boxes(plan), 2):
            if touches((0.0, item[1], 1.0, item[3]), (0.0, other[1], 1.0, other[3])):
                assert max(other[0] - item[2], item[0] - other[2]) >= 2.5


def test_label_may_overlap_its_point_horizontally() -> None:
    """Test that the label of a point between two others is placed above it, and extends away from both."""
    plan = planned({"Germany": (10.0, 10.0), "Right": (10.6, 10.2), "Left": (8.6, 9.8), "Far": (60.0, 40.0)})
    assert ("Germany",) in {name.callout.lines for name in plan.point_labels}


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_a_name_is_compared_with_few_of_many_points(slope: float, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Box] = []
    is_too_close = callouts._is_too_close

    def count(box: Box, other: Box, point: tuple[float, float]) -> bool:
        compared.append(other)
        return is_too_close(box, other, point)

    monkeypatch.setattr(callouts, "_is_too_close", count)
    crowd = {f"Country {number}": (float(number), number * slope) for number in range(600)}
    planned(crowd)
    assert len(crowd) < len(compared) < 200 * len(crowd)


BOXES = st.lists(
    st.tuples(*[st.floats(-3_000, 3_000)] * 2, *[st.floats(0, 400)] * 2).map(
        lambda own: (own[0], own[1], own[0] + own[2], own[1] + own[3])
    ),
    min_size=1,
    max_size=12,
)


@BOUNDED
@given(BOXES, BOXES, st.floats(0, 20))
def test_a_box_index_finds_a_box_that_touches_if_there_is_one(
    others: list[Box], tried: list[Box], clearance: float
) -> None:
    index = BoxIndex(others)
    for box in tried:
        result = index.is_blocked(box, lambda other, box=box: touches(box, other, clearance), clearance)
        assert result == any(touches(box, other, clearance) for other in others)
