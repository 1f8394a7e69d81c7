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
from triptych.charts.rows import iter_data_rows
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


def test_lines_on_a_second_axis_start_at_zero_and_share_the_gridlines(read: Read) -> None:
    chart, findings = energy(read, lines="hydro", **{"second-axis": "%", "unit": "TWh"})
    assert [finding.code for finding in findings] == ["CHT009"]
    plan = lay_out_plot(chart, chart.data, 300.0, TextRuler(THEME), PlotSettings())
    assert plan.second_axis is not None and plan.second_axis.low == plan.value_axis.low == 0
    assert [plan.second_axis.get_fraction(tick) for tick in plan.second_axis.ticks] == pytest.approx(
        [plan.value_axis.get_fraction(tick) for tick in plan.value_axis.ticks]
    )
    assert max(chart.data.numbers) <= plan.value_axis.high and 9 <= plan.second_axis.high < 20
    texts = [
        text
        for entry in list_legend_entries(chart, THEME, with_reference_lines=False)
        for text in [entry.name]
    ]
    assert texts == ["wind", "solar", "hydro (%) →"]
    assert next(iter(iter_data_rows(chart))) == ("Year", "wind (TWh)", "solar (TWh)", "hydro (%)")
    assert "hydro (%): 9 (2022), 8 (2023), 9 (2024)." in chart.alt


def test_the_native_chart_has_a_second_axis_at_the_right(read: Read) -> None:
    chart, _ = energy(read, lines="hydro", **{"second-axis": "%"})
    area = native(chart)._chartSpace.find(f".//{C}plotArea")
    bars, lines = area.find(f"{C}barChart"), area.find(f"{C}lineChart")
    axes = {
        axis.find(f"{C}axId").get("val"): axis for axis in (*area.iter(f"{C}valAx"), *area.iter(f"{C}catAx"))
    }
    first, second = ([axes[axis.get("val")] for axis in plot.findall(f"{C}axId")] for plot in (bars, lines))
    assert len(axes) == 4 and [axis.find(f"{C}delete").get("val") for axis in second] == ["1", "0"]
    assert second[1].find(f"{C}crosses").get("val") == "max" and second[1].find(f"{C}majorGridlines") is None
    assert [axis.find(f"{C}scaling/{C}max").get("val") for axis in (first[1], second[1])] == ["30.0", "15.0"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"second-axis": "%", "y-max": "40"}, "`y-max=` cannot be combined with `second-axis=`"),
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
