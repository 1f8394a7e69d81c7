"""Test native charts: sizes of plots, dotted lines across gaps, and the order of layers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.charts.conftest import chart, series
from tests.e2e.validators import openxml_audit
from tests.writers.deck.conftest import deck, written
from tests.writers.deck.test_charts import find, native, on, slide_of
from triptych.charts.chart_types import CHART_TYPES
from triptych.diagnostics import Diagnostic, Span
from triptych.model.charts import DatePrecision, Tile
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme
from triptych.writers.deck.writer import write_deck

COUNTS = ("1949", "2017", "2019", "2021", "2023")


def bars(count: int, own: int = 1, **more: Any) -> Chart:
    return chart(
        "bar",
        *(series(*range(1, count + 1), label=f"S{i}") for i in range(own)),
        years=False,
        **more,
    )


def share(drawn: Any, side: str) -> float:
    """Return the fraction of the frame's width or height that the plot takes up."""
    return float(find(drawn, f".//{{*}}plotArea/{{*}}layout//{{*}}{side}").get("val"))


@pytest.mark.parametrize("own", [1, 2])
def test_few_columns_have_a_maximum_width(own: int) -> None:
    widths = [share(native(bars(count, own)), "w") for count in (1, 2, 3, 12)]
    assert widths[:3] == sorted(widths[:3])
    assert widths[1] < 0.75
    assert widths[-1] > 0.93


@pytest.mark.parametrize("own", [1, 2])
def test_few_bars_have_a_maximum_height(own: int) -> None:
    heights = [share(native(bars(count, own, horizontal=True)), "h") for count in (1, 2, 3, 12)]
    assert heights == sorted(heights)
    assert heights[1] < 0.65
    assert heights[-1] > 0.75


def test_long_names_stay_on_one_line_under_few_bars() -> None:
    short = bars(2)
    names = "Ultra-high-voltage transmission", "Photovoltaics"
    long = replace(short, data=replace(short.data, categories=names))
    assert share(native(long), "w") > share(native(short), "w")


def test_stacked_segments_are_separated_by_the_background_colour() -> None:
    for kind in ("bar", "area"):
        drawing = native(chart(kind, series(1, 2, label="a"), series(2, 1, label="b"), stacked=True))
        for item in drawing.plots[0].series:
            assert item._element.find("{*}spPr/{*}ln/{*}solidFill/{*}schemeClr").get("val") == "bg1"


def dotted(drawn: Any) -> list[Any]:
    path = ".//{*}prstDash[@val='sysDot']"
    return [item for item in drawn.plots[0].series if item._element.find(path) is not None]


@pytest.mark.parametrize("part", [DatePrecision.YEAR, DatePrecision.DAY])
def test_line_is_dotted_across_missing_data(part: DatePrecision) -> None:
    dates = COUNTS if part is DatePrecision.YEAR else tuple(f"{year}-03-01" for year in COUNTS)
    drawing = native(on(part, *dates))
    line, bridge = drawing.plots[0].series
    assert [item.name for item in dotted(drawing)] == [bridge.name]
    assert [value is None for value in line.values][:3] == [False, True, False]
    assert [value for value in line.values if value is not None] == [1, 2, 3, 4, 5]
    assert [value for value in bridge.values if value is not None] == [1, 1.5, 2]
    assert not drawing.has_legend


def test_years_before_the_days_of_spreadsheets_are_bridged_as_numbers() -> None:
    drawing = native(on(DatePrecision.YEAR, "1049", "1817", "1819", "1821", "1823"))
    (bridge,) = dotted(drawing)
    across = {
        element.get("idx"): float(element.findtext("{*}v"))
        for element in bridge._element.iterfind("{*}xVal//{*}pt")
    }
    drawn_at = [across[point.get("idx")] for point in bridge._element.iterfind("{*}yVal//{*}pt")]
    assert drawn_at == [1049, 1817]


def test_bridges_are_not_in_the_legend() -> None:
    single = on(DatePrecision.YEAR, *COUNTS)
    several = tuple(series(1, 2, 3, 4, 5 + i / 100, label=f"S{i}") for i in range(4))
    drawing = native(replace(single, data=replace(single.data, series=several), direct_labels=False))
    assert len(dotted(drawing)) == 4
    hidden = drawing._chartSpace.findall(".//{*}legendEntry/{*}idx")
    assert [entry.get("val") for entry in hidden] == ["4", "5", "6", "7"]


def test_validators_report_nothing(tmp_path: Any) -> None:
    path = tmp_path / "deck.pptx"
    path.write_bytes(written(slide_of(on(DatePrecision.YEAR, *COUNTS))))
    assert openxml_audit(path) == []


# --- Too little space --------------------------------------------------------------------------------------

SPAN = Span(path="source/a.md", line=7)


def told(drawing: Chart, *, hidden: bool = False, title: str = "T") -> list[Diagnostic]:
    slide = replace(slide_of(replace(drawing, span=SPAN)), hidden=hidden, title=title)
    _, result = write_deck(deck(slide), load_theme())
    return result


def long_names(count: int, **more: Any) -> Chart:
    drawing = bars(count, **more)
    names = tuple(f"Thermoelectrochromatography-laboratories {i}" for i in range(count))
    return replace(drawing, data=replace(drawing.data, categories=names))


@pytest.mark.parametrize(
    "drawing",
    [bars(1), bars(2), bars(30), bars(2, horizontal=True), long_names(12, horizontal=True), long_names(12)],
)
def test_charts_with_enough_space_are_not_reported(drawing: Chart) -> None:
    assert told(drawing) == []


def test_a_legend_that_leaves_no_plot_space_is_reported_at_the_chart_unless_the_slide_is_hidden() -> None:
    label = "A rather long name of a group of countries that grew, number"
    own = tuple(series(1, 2, label=f"{label} {i}") for i in range(24))
    drawing = chart("bar", *own, value_title="Output")
    assert [(problem.code, problem.span) for problem in told(drawing)] == [("CHT004", SPAN)]
    assert told(drawing, hidden=True) == []


@pytest.mark.parametrize("kind", [kind for kind in CHART_TYPES if kind != "heatmap"])
def test_every_chart_type_has_plot_space(kind: str) -> None:
    two = kind in ("slope", "dumbbell")
    own = [series(1, 2, label=f"S{i}") for i in range(2 if two else 1)]
    drawing = chart(kind, *own, value_title="Output", unit="GW")
    if kind == "tilemap":
        drawing = replace(drawing, data=replace(drawing.data, tiles=(Tile(1, 1, "A"), Tile(2, 1, "B"))))
    computed = {
        "funnel": (series(1, 0.5, label="Share"),),
        "gantt": (series(739000, 739100, label="Start"), series(739100, 739300, label="End")),
    }
    drawing = replace(
        drawing, data=replace(drawing.data, extra_series=computed.get(kind, drawing.data.extra_series))
    )
    assert told(drawing) == []


def test_panels_have_the_space_of_all_rows() -> None:
    own = [series(1, 2, 3, panel=f"P{i}") for i in range(6)]
    assert told(chart("line", *own)) == []


def test_negative_values_do_not_overlap_labels() -> None:
    def low(*values: float) -> float:
        drawing = native(chart("bar", series(*values), years=False, horizontal=True))
        return float(find(drawing, ".//{*}valAx//{*}min").get("val"))

    assert low(3, 5, 8) == 0
    assert low(-3, 5, 8) < -3.3
    assert low(-3, -5, -8) < -8.4
