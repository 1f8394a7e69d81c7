"""Waterfalls: bars on what those before have made, totals on zero."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.conftest import chart, series
from tests.property.strategies import BOUNDED
from triptych.charts.canvas import TextRuler
from triptych.charts.chart_types import CHART_TYPES, ColourRole
from triptych.charts.drawing import draw_chart, lay_out_plot
from triptych.charts.plot_layout import PlotSettings, format_bar_value
from triptych.charts.styles import get_colour_style, get_waterfall_bar_style
from triptych.model.nodes import Chart
from triptych.theme.colours import compute_contrast_ratio
from triptych.theme.theme import load_theme

THEME = load_theme()
ROOM = THEME.print.chart_width - 4
CHANGES = st.lists(
    st.one_of(st.none(), st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.4g}"))),
    min_size=1,
    max_size=30,
).filter(lambda values: any(value is not None for value in values))


def waterfall(*values: float | None, totals: tuple[int, ...] = ()) -> Chart:
    drawing = chart("waterfall", series(*values), years=False)
    return replace(drawing, data=replace(drawing.data, total_indices=totals))


def test_changes_stand_on_each_other_and_totals_on_zero() -> None:
    steps = waterfall(100, 20, -150, -30, totals=(0, 3)).data.waterfall_spans
    assert steps == ((0, 100), (100, 120), (120, -30), (0, -30))


def test_a_gap_has_no_bar_and_changes_nothing() -> None:
    assert waterfall(100, None, 5).data.waterfall_spans == ((0, 100), None, (100, 105))


def test_changes_carry_their_sign_and_totals_none() -> None:
    drawing = waterfall(100, 20, -150, -30, totals=(0, 3))
    assert [format_bar_value(drawing, drawing.data, 0, index) for index in range(4)] == [
        "100",
        "+20",
        "−150",
        "−30",
    ]


def test_only_words_under_low_bars_move_the_names_of_categories_down() -> None:
    high, low = waterfall(100, -5, totals=(0,)), waterfall(100, -99, totals=(0,))
    assert not CHART_TYPES["waterfall"].has_values_below_axis(high, high.data)
    assert CHART_TYPES["waterfall"].has_values_below_axis(low, low.data)


def test_rise_fall_and_total_differ_in_grey_too() -> None:
    greys = sorted(_lightness(get_colour_style(place, THEME).colour) for place in tuple(ColourRole))
    assert all(after - before >= 8 for before, after in pairwise(greys))
    drawing = waterfall(1.0, -1.0, None, totals=(2,))
    assert len({get_waterfall_bar_style(drawing, THEME, index).colour for index in range(3)}) == 3


def test_bars_that_are_not_highlighted_stand_back_and_still_rise_or_fall() -> None:
    drawing = replace(waterfall(5.0, 2.0, -1.0), highlight=("Name 1",))
    looks = [get_waterfall_bar_style(drawing, THEME, index) for index in range(3)]
    assert [look.is_receding for look in looks] == [True, False, True]
    assert looks[0].colour != looks[2].colour


def _lightness(colour: str) -> float:
    """L* of CIELAB, from the contrast with black."""
    return 116 * float(((compute_contrast_ratio(colour, "000000") - 1) * 0.05) ** (1 / 3)) - 16


@BOUNDED
@given(CHANGES, st.sets(st.integers(0, 29)))
def test_whatever_the_data_bars_are_in_the_plot(values: list[float | None], totals: set[int]) -> None:
    drawing = waterfall(*values, totals=tuple(sorted(index for index in totals if index < len(values))))
    plan = lay_out_plot(drawing, drawing.data, ROOM, TextRuler(THEME), PlotSettings())
    for step in filter(None, drawing.data.waterfall_spans):
        assert all(-1e-6 <= plan.value_axis.get_fraction(end) <= 1 + 1e-6 for end in step)
    assert plan.left + plan.width + plan.right <= ROOM + 1e-6


@pytest.mark.parametrize("values", [(0,), (0, 0), (-1, -2), (1e15, 1e-15), (None, 1)], ids=str)
def test_unusual_values_are_drawn(values: tuple[float | None, ...]) -> None:
    assert b"nan" not in draw_chart(waterfall(*values), THEME)
