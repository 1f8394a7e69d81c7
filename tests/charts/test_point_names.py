"""Names of the points of a scatter chart: beside their dots, apart from each other and from everything else."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tests.charts.conftest import chart, series
from tests.property.strategies import BOUNDED
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import Box, TextRuler, touches
from triptych.charts.drawing import lay_out_plot
from triptych.charts.plot_layout import PlotLayout, PlotSettings, collect_obstacles
from triptych.theme.theme import load_theme

RULER = TextRuler(load_theme())


def planned(points: dict[str, tuple[float, float]], **more: object) -> PlotLayout:
    """The plot of a scatter chart whose points have names."""
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


def test_points_apart_from_each_other_all_have_their_names() -> None:
    plan = planned({"China": (1.0, 2.0), "India": (2.0, 3.0), "Brazil": (3.0, 1.0)})
    assert {name.callout.lines for name in plan.point_labels} == {("China",), ("India",), ("Brazil",)}


def test_the_name_of_a_highlighted_point_comes_first_where_there_is_room_for_few() -> None:
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
    found = boxes(plan)
    assert not any(touches(box, other) for box in found for other in collect_obstacles(plan, RULER))
    assert not any(touches(one, other) for one, other in combinations(found, 2))
    for left, top, right, bottom in found:
        assert -plan.left <= left and right <= plan.width + plan.right
        assert -plan.top <= top and bottom <= plan.height


def test_names_beside_each_other_do_not_read_as_one() -> None:
    middle = {"A" * size: (50.0, 50.0 + 4 * size) for size in range(1, 5)}
    for distance in range(5, 40):
        plan = planned(middle | {"Portugal": (20.0, 10.0), "Norway": (20.0 + distance, 10.0)})
        for one, other in combinations(boxes(plan), 2):
            if touches((0.0, one[1], 1.0, one[3]), (0.0, other[1], 1.0, other[3])):
                assert max(other[0] - one[2], one[0] - other[2]) >= 2.5


def test_a_name_may_end_over_the_middle_of_its_point() -> None:
    """The name of a point between two others is over it and reaches away from both."""
    plan = planned({"Germany": (10.0, 10.0), "Right": (10.6, 10.2), "Left": (8.6, 9.8), "Far": (60.0, 40.0)})
    assert ("Germany",) in {name.callout.lines for name in plan.point_labels}
