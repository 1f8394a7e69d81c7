"""Test slope charts, dumbbells, waterfalls and heat tables: required data, messages, and alt text."""

from __future__ import annotations

import pytest

from tests.charts.conftest import chart, series
from tests.conftest import MakeProject
from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.reader import ChartReader
from triptych.data.folder import DataFolder
from triptych.diagnostics import Span
from triptych.model.charts import ChartData
from triptych.model.nodes import Attr, Table, Text
from triptych.model.tables import compute_shade_steps
from triptych.model.walk import plain_text

SPAN = Span(path="source/section.md", line=3, column=6)
LONG = "year,country,share\n2010,FR,45\n2016,FR,50\n2024,FR,64\n2010,DE,30.5\n2016,DE,27\n2024,DE,22\n"
WIDE = "field,2010,2024\nPhysics,30,52\nMedicine,20,26\nLaw,7,6\n"
STEPS = "what,change,kind\n2020,120,total\nSolar,45,\nCoal,-60,no\n2024,,yes\n"


# --- Slopes ---------------------------------------------------------------------------------------------


def test_slope_connects_the_two_named_categories(read) -> None:
    slope, result = read(LONG, type="slope", x="year", y="share", series="country", ends="2010; 2024")
    assert not result
    assert slope.data.categories == ("2010", "2024")
    assert [item.values for item in slope.data.series] == [(45, 64), (30.5, 22)]


def test_two_columns_are_two_places_where_rows_are_not(read) -> None:
    slope, _ = read(WIDE, type="slope", x="field", y="2010,2024", labels="Then,Now")
    assert slope.data.categories == ("Then", "Now")
    assert [(item.label, item.values) for item in slope.data.series] == [
        ("Physics", (30, 52)),
        ("Medicine", (20, 26)),
        ("Law", (7, 6)),
    ]


@pytest.mark.parametrize(
    ("csv", "more", "said", "hint"),
    [
        (LONG, {"series": "country"}, '"year" has 3', 'ends="2010; 2024"'),
        (LONG, {"series": "country", "ends": "2010"}, "`ends=` lists 1", "FIRST; LAST"),
        (LONG, {"series": "country", "ends": "2010; 2015"}, 'names "2015"', "2016"),
        ("year,share\n2010,1\n2024,\n", {}, 'no value at "2024"', "remove the series"),
        (LONG, {"series": "country", "facet": "country"}, "slope charts do not support `facet=`", "type"),
        (
            LONG,
            {"series": "country", "reference_line": "3: x"},
            "slope charts do not support `reference-line=`",
            "type",
        ),
        (LONG, {"series": "country", "ensd": "x"}, 'unknown chart attribute "ensd"', "ends"),
    ],
)
def test_invalid_slope_is_reported(read, csv: str, more: dict[str, str], said: str, hint: str) -> None:
    _, findings = read(csv, type="slope", x="year", y="share", **more)
    assert findings[0].code == "CHT001"
    assert said in findings[0].message
    assert hint in (findings[0].hint or "")


# --- Dumbbells ------------------------------------------------------------------------------------------


def test_a_dumbbell_has_two_values_for_each_category(read) -> None:
    pairs, result = read(WIDE, type="dumbbell", x="field", y="2010,2024")
    assert not result
    assert pairs.kind == "dumbbell"
    split, _ = read(
        LONG.replace("2016,FR,50\n", "").replace("2016,DE,27\n", ""),
        type="dumbbell",
        x="country",
        y="share",
        series="year",
    )
    assert [item.label for item in split.data.series] == ["2010", "2024"]


def test_dumbbell_with_three_columns_is_reported(read) -> None:
    csv = "field,a,b,c\nPhysics,1,2,3\n"
    _, (problem,) = read(csv, type="dumbbell", x="field", y="a,b,c")
    assert (problem.code, "the data has 3" in problem.message) == ("CHT001", True)


# --- Waterfalls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("totals", ["kind", "2020; 2024"])
def test_totals_are_named_or_flagged_and_calculated_if_blank(read, totals: str) -> None:
    csv = STEPS.replace("-60,no", "-60,") if totals == "kind" else STEPS
    bars, result = read(csv, type="waterfall", x="what", y="change", totals=totals)
    assert not result
    assert bars.data.total_indices == (0, 3)
    assert bars.data.series[0].values == (120, 45, -60, 105)


def test_false_flag_marks_no_total(read) -> None:
    bars, _ = read(STEPS, type="waterfall", x="what", y="change", totals="kind")
    assert bars.data.total_indices == (0, 3)


def test_total_that_differs_from_its_changes_is_reported(read) -> None:
    csv = STEPS.replace("2024,,", "2024,110,")
    _, (problem,) = read(csv, type="waterfall", x="what", y="change", totals="kind")
    assert problem.code == "CHT001"
    assert 'the total "2024" is 110, but the changes add up to 105' in problem.message


def test_total_may_differ_by_rounding(read) -> None:
    csv = STEPS.replace("2024,,", "2024,106,")
    _, result = read(csv, type="waterfall", x="what", y="change", totals="kind")
    assert not result


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"totals": "2020; 2023"}, 'names "2023"'),
        ({"totals": "2020", "y": "change,kind"}, "not numbers"),
        ({"series": "kind"}, "do not support `series=`"),
        ({"horizontal": "true"}, "do not support `horizontal=`"),
    ],
)
def test_invalid_waterfall_is_reported(read, more: dict[str, str], said: str) -> None:
    _, findings = read(STEPS, **{"type": "waterfall", "x": "what", "y": "change", **more})
    assert said in findings[0].message


# --- Heat tables ----------------------------------------------------------------------------------------


def test_a_heat_table_is_a_table_with_a_step_for_each_number(read) -> None:
    table, result = read(
        "region,2023,2024\nNorth,-4.2,8.4\nSouth,0,\n", type="heatmap", x="region", y="2023,2024", unit="%"
    )
    assert not result
    assert isinstance(table, Table)
    assert [[cell.shade for cell in row.cells] for row in table.body] == [[0, -5, 9], [0, 1, 0]]
    assert [plain_text(cell.content) for cell in table.body[0].cells] == ["North", "−4.2", "8.4"]
    assert plain_text(table.caption) == "%."
    assert table.attr.classes == ("slide",)


@pytest.mark.parametrize(
    ("caption", "shown"),
    [
        ("Growth", "Growth (%)"),
        ("What grew?", "What grew? %."),
        ("Growth by region.", "Growth by region. %."),
    ],
)
def test_unit_follows_the_caption(make_project: MakeProject, caption: str, shown: str) -> None:
    folder = DataFolder(make_project({"source/data.csv": "region,2023\nNorth,1\nSouth,2\n"}))
    pairs = (("type", "heatmap"), ("data", "data.csv"), ("x", "region"), ("y", "2023"), ("unit", "%"))
    reader = ChartReader(folder, "source/section.md", "en")
    table, _ = reader.read(Attr("tbl-a", ("chart",), pairs), (Text(text=caption),), SPAN)
    assert table is not None and plain_text(table.caption) == shown


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ((1, 5, 9), [1, 5, 9]),
        ((-9, -5, -1), [-9, -5, -1]),
        ((-10, 0, 5, None), [-9, 1, 5, 0]),
        ((3, 3), [1, 1]),
        ((0, 0), [1, 1]),
        ((0, -8), [-1, -9]),
    ],
)
def test_steps_go_from_zero_both_ways_or_over_the_range(values, steps: list[int]) -> None:
    assert compute_shade_steps(values) == steps


# --- Alt text and fallbacks -----------------------------------------------------------------------------


def test_generated_alt_text_of_a_slope_contains_its_numbers(read) -> None:
    slope, _ = read(LONG, type="slope", x="year", y="share", series="country", ends="2010; 2024", unit="%")
    assert slope.alt == "%. FR: 45 (2010), 64 (2024). DE: 30.5 (2010), 22 (2024)."


def test_alt_text_numbers_use_the_format_of_the_language(read) -> None:
    slope, _ = read(LONG, "de", type="slope", x="year", y="share", series="country", ends="2010; 2024")
    assert "30,5 (2010)" in slope.alt
    chinese, _ = read(WIDE, "zh", type="dumbbell", x="field", y="2010,2024")
    assert chinese.alt.startswith("Physics：30（2010）、52（2024）。")


def test_alt_text_of_a_waterfall_has_signed_changes(read) -> None:
    bars, _ = read(STEPS, type="waterfall", x="what", y="change", totals="kind")
    assert bars.alt == "2020: 120. Solar: +45. Coal: −60. 2024: 105."


def test_alt_text_of_the_author_comes_first(read) -> None:
    bars, _ = read(STEPS, type="waterfall", x="what", y="change", totals="kind", fig_alt="Mine")
    assert bars.alt == "Mine"


def test_generated_alt_text_has_a_maximum_length(read) -> None:
    rows = "".join(f"A long name of a field {index},1,2\n" for index in range(40))
    pairs, _ = read("field,a,b\n" + rows, type="dumbbell", x="field", y="a,b")
    assert len(pairs.alt) < 350
    assert pairs.alt.endswith("…")


def words(*names: str, panels: int = 0) -> ChartData:
    values = (1.0,) * len(names)
    own = [series(*values, panel=f"P{i}") for i in range(panels)] or [series(*values)]
    return ChartData(categories=names, series=tuple(own))


@pytest.mark.parametrize(
    "names",
    [
        ("Papers", "Patents"),
        ("China", "United States", "Germany", "Japan", "Korea", "India"),
        ("Electric cars and their batteries", "Solar cells and modules"),
        ("中国", "美国", "日本", "德国"),
    ],
)
def test_short_names_keep_bars_vertical(names: tuple[str, ...]) -> None:
    assert not CHART_TYPES["bar"].is_horizontal_by_default(words(*names))


@pytest.mark.parametrize(
    "names",
    [
        tuple(f"Country {i}" for i in range(30)),
        ("Ultra-high-voltage transmission", "Photovoltaics", "Electrolysers", "Batteries", "Turbines"),
        ("Electric vehicles, their batteries and what charges them, at home and on the road", *"ABCDEF"),
        tuple("一二三四五六七八九十甲乙丙丁" * 2),
    ],
)
def test_many_or_long_names_make_bars_horizontal(names: tuple[str, ...]) -> None:
    assert CHART_TYPES["bar"].is_horizontal_by_default(words(*names))


def test_panels_have_less_space() -> None:
    names = ("Photovoltaics", "Electrolysers", "Turbines", "Batteries")
    assert not CHART_TYPES["bar"].is_horizontal_by_default(words(*names))
    assert CHART_TYPES["bar"].is_horizontal_by_default(words(*names, panels=4))


def test_many_years_are_in_order() -> None:
    years = chart("bar", series(*range(60))).data
    assert not CHART_TYPES["bar"].is_horizontal_by_default(years)


@pytest.mark.parametrize("kind", [kind for kind in CHART_TYPES if kind not in ("bar", "funnel", "gantt")])
def test_only_bars_can_be_horizontal(kind: str) -> None:
    assert not CHART_TYPES[kind].is_horizontal_by_default(words(*(f"Country {i}" for i in range(30))))
