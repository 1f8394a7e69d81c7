"""Test dumbbell charts: a row for each category, with values on the outer sides of the dots."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.conftest import chart, series
from tests.property.strategies import BOUNDED
from triptych.charts.axes import format_amount
from triptych.charts.canvas import LINE_HEIGHT, TextRuler
from triptych.charts.drawing import draw_chart
from triptych.charts.kinds.dumbbells import Dumbbell, DumbbellLayout
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

THEME = load_theme()
ROOM = THEME.print.chart_width - 4
VALUE = st.one_of(st.none(), st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.4g}")))
ROWS = st.lists(st.tuples(VALUE, VALUE), min_size=1, max_size=40).filter(
    lambda rows: any(one is not None for one, _ in rows) and any(other is not None for _, other in rows)
)


def planned(drawing: Chart) -> DumbbellLayout:
    return Dumbbell().lay_out(drawing, drawing.data, ROOM, THEME)


def pairs(*rows: tuple[float | None, float | None], labels: tuple[str, str] = ("2010", "2024")) -> Chart:
    item, other = zip(*rows, strict=True)
    return chart("dumbbell", series(*item, label=labels[0]), series(*other, label=labels[1]), years=False)


def test_first_row_has_labels_if_both_names_fit() -> None:
    assert planned(pairs((10, 50), (20, 30))).headings == ("2010", "2024")
    assert planned(pairs((20, 21), (10, 50))).headings is None
    assert planned(pairs((None, 21), (10, 50))).headings is None
    long = planned(pairs((10, 50), labels=("Before " * 9, "After")))
    assert long.headings is None


def test_otherwise_a_legend_has_the_names() -> None:
    named, legend = (draw_chart(pairs(*rows), THEME) for rows in ([(10, 50)], [(10, 11)]))
    assert named != legend


def test_line_of_a_highlighted_row_is_thicker() -> None:
    plain = pairs((10, 50), (20, 30))
    thick = draw_chart(replace(plain, highlight=("Name 1",)), THEME)
    assert b'stroke-width="3"' in thick
    assert b'stroke-width="3"' not in draw_chart(plain, THEME)


def test_many_rows_are_lower_to_fit_on_a_page() -> None:
    few, many, very = (planned(pairs(*[(1, 2)] * count)) for count in (3, 30, 38))
    assert few.row_height > many.row_height > very.row_height >= LINE_HEIGHT
    assert very.total_height < 420


@BOUNDED
@given(ROWS)
def test_all_points_and_values_stay_within_the_chart(
    rows: list[tuple[float | None, float | None]],
) -> None:
    drawing = pairs(*rows)
    plan, ruler = planned(drawing), TextRuler(THEME)
    for value in drawing.data.numbers:
        x, wide = plan.left + plan.locate_value(value), ruler.measure(format_amount(drawing, value, 0))
        assert plan.left - 1e-6 <= x <= plan.left + plan.width + 1e-6
        assert x + plan.value_label_width <= ROOM + 1e-6
        assert wide <= plan.value_label_width
    assert plan.width > 0.2 * ROOM


@pytest.mark.parametrize(
    "rows", [[(0, 0)], [(5, 5), (5, 5)], [(None, 1), (2, None)], [(1e15, 1e-15)]], ids=str
)
def test_unusual_values_can_be_drawn(rows: list[tuple[float | None, float | None]]) -> None:
    assert b"nan" not in draw_chart(pairs(*rows), THEME)
