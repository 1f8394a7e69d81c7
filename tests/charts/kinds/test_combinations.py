"""Test combined bar and line charts with one axis, in the drawing and the native chart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native
from triptych.charts.canvas import TextRuler
from triptych.charts.chart_types import SeriesMark
from triptych.charts.drawing import lay_out_plot
from triptych.charts.kinds.combinations import Combination
from triptych.charts.legend import list_legend_entries
from triptych.charts.plot_layout import PlotSettings
from triptych.theme.theme import load_theme

THEME = load_theme()
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
ENERGY = "year,wind,solar,hydro\n2022,18,13,9\n2023,21,18,8\n2024,23,26,9\n"


def energy(read: Read, **more: str) -> tuple[Any, list[Any]]:
    requested = {"x": "year", "y": "wind,solar,hydro", "lines": "wind"} | more
    return read(ENERGY, type="combination", **{key: value for key, value in requested.items() if value})


def test_lines_come_after_bars(read: Read) -> None:
    chart, result = energy(read)
    assert not result
    assert [series.label for series in chart.data.series] == ["solar", "hydro", "wind"]
    marks = [Combination().get_series_mark(chart, place) for place in range(3)]
    assert marks == [SeriesMark.BAR, SeriesMark.BAR, SeriesMark.LINE]
    assert [entry.mark for entry in list_legend_entries(chart, THEME, with_reference_lines=False)] == marks


def test_bars_start_at_zero_and_have_the_axis_of_the_lines(read: Read) -> None:
    chart, _ = energy(read)
    plan = lay_out_plot(chart, chart.data, 300.0, TextRuler(THEME), PlotSettings())
    assert plan.value_axis.low == 0 and plan.value_axis.high >= 26
    assert not plan.has_value_labels  # the axis title names the quantity of the line


def test_a_callout_of_a_line_points_to_its_dot(read: Read) -> None:
    chart, _ = energy(read, callout="wind, 2023: strong; solar, 2023: grows")
    plan = lay_out_plot(chart, chart.data, 300.0, TextRuler(THEME), PlotSettings())
    dot, bar = (Combination().locate_target(plan, pointer, TextRuler(THEME)) for pointer in chart.callouts)
    assert dot[2] - dot[0] == pytest.approx(6) and dot[3] < bar[3] == pytest.approx(plan.height)


def test_alt_text_contains_the_values_of_each_series(read: Read) -> None:
    assert energy(read)[0].alt.startswith("solar: 13 (2022), 18 (2023), 26 (2024). hydro: 9 (2022)")


def test_the_native_chart_has_columns_and_lines_on_the_same_axes(read: Read) -> None:
    area = native(energy(read)[0])._chartSpace.find(f".//{C}plotArea")
    bars, lines = area.find(f"{C}barChart"), area.find(f"{C}lineChart")
    names = [[s.findtext(f"{C}tx//{C}v") for s in plot.iter(f"{C}ser")] for plot in (bars, lines)]
    assert names == [["solar", "hydro"], ["wind"]]
    axes = [[axis.get("val") for axis in plot.findall(f"{C}axId")] for plot in (bars, lines)]
    assert axes[0] == axes[1]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"lines": ""}, "requires at least one line and one column of bars"),
        ({"lines": "wind,solar,hydro"}, "requires at least one line and one column of bars"),
        ({"lines": "windy"}, '`lines=` names "windy", which is not in `y=`'),
        ({"stacked": "true"}, "combination charts do not support `stacked=`"),
    ],
)
def test_invalid_combination_is_reported(read: Read, more: dict[str, str], said: str) -> None:
    chart, findings = energy(read, **more)
    assert chart is None
    assert said in findings[0].message and findings[0].hint
