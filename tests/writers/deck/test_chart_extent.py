"""Native plots are as large as their data ask for; lines are dotted where they leap; layers stand apart."""

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
    """Of the frame, what the plot takes of its width or height."""
    return float(find(drawn, f".//{{*}}plotArea/{{*}}layout//{{*}}{side}").get("val"))


@pytest.mark.parametrize("own", [1, 2])
def test_few_bars_that_stand_are_no_walls(own: int) -> None:
    widths = [share(native(bars(count, own)), "w") for count in (1, 2, 3, 12)]
    assert widths[:3] == sorted(widths[:3])
    assert widths[1] < 0.75
    assert widths[-1] > 0.94


@pytest.mark.parametrize("own", [1, 2])
def test_few_bars_that_lie_are_no_walls(own: int) -> None:
    heights = [share(native(bars(count, own, horizontal=True)), "h") for count in (1, 2, 3, 12)]
    assert heights == sorted(heights)
    assert heights[1] < 0.65
    assert heights[-1] > 0.75


def test_the_words_of_two_bars_have_the_room_of_many() -> None:
    def size(drawn: Any) -> int:
        return int(find(drawn, ".//{*}catAx//{*}defRPr").get("sz"))

    assert size(native(bars(2))) > size(native(bars(9)))


def test_long_names_keep_a_line_of_their_own_under_few_bars() -> None:
    short = bars(2)
    names = "Ultra-high-voltage transmission", "Photovoltaics"
    long = replace(short, data=replace(short.data, categories=names))
    assert share(native(long), "w") > share(native(short), "w")


def test_layers_are_set_apart_by_a_line_of_paper() -> None:
    for kind in ("bar", "area"):
        drawn = native(chart(kind, series(1, 2, label="a"), series(2, 1, label="b"), stacked=True))
        for own in drawn.plots[0].series:
            assert own._element.find("{*}spPr/{*}ln/{*}solidFill/{*}schemeClr").get("val") == "bg1"


def dotted(drawn: Any) -> list[Any]:
    path = ".//{*}prstDash[@val='sysDot']"
    return [own for own in drawn.plots[0].series if own._element.find(path) is not None]


@pytest.mark.parametrize("part", [DatePrecision.YEAR, DatePrecision.DAY])
def test_a_line_is_dotted_over_a_time_of_which_nothing_is_known(part: DatePrecision) -> None:
    dates = COUNTS if part is DatePrecision.YEAR else tuple(f"{year}-03-01" for year in COUNTS)
    drawn = native(on(part, *dates))
    line, bridge = drawn.plots[0].series
    assert [own.name for own in dotted(drawn)] == [bridge.name]
    assert [value is None for value in line.values][:3] == [False, True, False]
    assert [value for value in line.values if value is not None] == [1, 2, 3, 4, 5]
    assert [value for value in bridge.values if value is not None] == [1, 1.5, 2]
    assert not drawn.has_legend


def test_years_before_the_days_of_spreadsheets_are_bridged_as_numbers() -> None:
    drawn = native(on(DatePrecision.YEAR, "1049", "1817", "1819", "1821", "1823"))
    (bridge,) = dotted(drawn)
    across = {p.get("idx"): float(p.findtext("{*}v")) for p in bridge._element.iterfind("{*}xVal//{*}pt")}
    drawn_at = [across[point.get("idx")] for point in bridge._element.iterfind("{*}yVal//{*}pt")]
    assert drawn_at == [1049, 1817]


def test_bridges_are_not_in_the_legend() -> None:
    single = on(DatePrecision.YEAR, *COUNTS)
    several = tuple(series(1, 2, 3, 4, 5 + i / 100, label=f"S{i}") for i in range(4))
    drawn = native(replace(single, data=replace(single.data, series=several), direct_labels=False))
    assert len(dotted(drawn)) == 4
    hidden = drawn._chartSpace.findall(".//{*}legendEntry/{*}idx")
    assert [entry.get("val") for entry in hidden] == ["4", "5", "6", "7"]


def test_validators_find_nothing(tmp_path: Any) -> None:
    path = tmp_path / "deck.pptx"
    path.write_bytes(written(slide_of(on(DatePrecision.YEAR, *COUNTS))))
    assert openxml_audit(path) == []


# --- Too little room -----------------------------------------------------------------------------------

SPAN = Span(path="source/a.md", line=7)


def told(drawing: Chart, *, hidden: bool = False) -> list[Diagnostic]:
    slide = replace(slide_of(replace(drawing, span=SPAN)), hidden=hidden)
    _, found = write_deck(deck(slide), load_theme())
    return found


def long_names(count: int, **more: Any) -> Chart:
    drawing = bars(count, **more)
    names = tuple(f"Thermoelectrochromatography-laboratories {i}" for i in range(count))
    return replace(drawing, data=replace(drawing.data, categories=names))


def test_names_that_take_the_room_of_the_plot_are_told_at_the_chart() -> None:
    (problem,) = told(long_names(12))
    assert (problem.code, problem.span) == ("CHT004", SPAN)


@pytest.mark.parametrize(
    "drawing",
    [bars(1), bars(2), bars(30), bars(2, horizontal=True), long_names(12, horizontal=True), long_names(2)],
)
def test_charts_with_room_are_not(drawing: Chart) -> None:
    assert told(drawing) == []


def test_a_legend_of_many_rows_takes_room_too() -> None:
    label = "A rather long name of a group of countries that grew, number"
    own = tuple(series(1, 2, label=f"{label} {i}") for i in range(24))
    drawing = chart("bar", *own, value_title="Output")
    assert [problem.code for problem in told(drawing)] == ["CHT004"]


def test_nobody_looks_at_a_hidden_slide() -> None:
    assert told(long_names(12), hidden=True) == []


@pytest.mark.parametrize("kind", [kind for kind in CHART_TYPES if kind != "heatmap"])
def test_every_kind_has_room_for_its_plot(kind: str) -> None:
    two = kind in ("slope", "dumbbell")
    own = [series(1, 2, label=f"S{i}") for i in range(2 if two else 1)]
    drawing = chart(kind, *own, value_title="Output", unit="GW")
    if kind == "tilemap":
        drawing = replace(drawing, data=replace(drawing.data, tiles=(Tile(1, 1, "A"), Tile(2, 1, "B"))))
    assert told(drawing) == []


def test_panels_have_the_room_of_all_their_rows() -> None:
    own = [series(1, 2, 3, panel=f"P{i}") for i in range(6)]
    assert told(chart("line", *own)) == []


def test_values_below_zero_do_not_stand_on_the_names() -> None:
    def low(*values: float) -> float:
        drawn = native(chart("bar", series(*values), years=False, horizontal=True))
        return float(find(drawn, ".//{*}valAx//{*}min").get("val"))

    assert low(3, 5, 8) == 0
    assert low(-3, 5, 8) < -3.3
    assert low(-3, -5, -8) < -8.4
