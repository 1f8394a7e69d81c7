"""Test tile maps: positions and names of regions, and errors in the data."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.charts.reader import ChartReader
from triptych.charts.rows import iter_data_rows
from triptych.charts.tile_grids import MAP_NAMES, load_tile_grid
from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, Span
from triptych.model.charts import Tile
from triptych.model.nodes import Attr, Chart

SPAN = Span(path="source/section.md", line=3, column=6)
PLACES = "place,short,c,r,n,rule\nNorth,N,2,1,5,open\nWest,W,1,2,12.5,closed\nSouth,S,2,3,,open\n"
EU27 = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()


@pytest.fixture
def read(make_project: MakeProject):
    def read(csv: str, language: str = "en", **pairs: str) -> tuple[Chart | None, list[Diagnostic]]:
        folder = DataFolder(make_project({"source/data.csv": csv}))
        output = {"data": "data.csv", "type": "tilemap", **pairs}
        attr = Attr("fig-a", ("chart",), tuple(output.items()))
        return ChartReader(folder, "source/section.md", language).read(attr, (), SPAN)

    return read


def test_regions_are_at_their_grid_positions(read) -> None:
    chart, result = read(PLACES, x="place", y="n", column="c", row="r", label="short", unit="GW")
    assert result == []
    assert chart.data.tiles == (Tile(2, 1, "N"), Tile(1, 2, "W"), Tile(2, 3, "S"))
    assert chart.data.series[0].values == (5, 12.5, None)
    assert chart.alt == "GW. West: 12.5. North: 5."
    assert list(iter_data_rows(chart)) == [
        ("Place", "N (GW)"),
        ("North", "5"),
        ("West", "12.5"),
        ("South", ""),
    ]


def test_categories_are_series_and_need_no_values(read) -> None:
    chart, _ = read(PLACES, x="place", series="rule", column="c", row="r")
    assert [(item.label, item.values) for item in chart.data.series] == [
        ("open", (1, None, 1)),
        ("closed", (None, 1, None)),
    ]
    assert [tile.label for tile in chart.data.tiles] == ["North", "West", "South"]
    assert chart.alt == "open: North, South. closed: West."
    assert list(iter_data_rows(chart))[:2] == [("Place", "Rule"), ("North", "open")]


def test_categories_may_have_values(read) -> None:
    chart, _ = read(
        PLACES, x="place", series="rule", y="n", column="c", row="r", labels="Open,Shut", unit="t"
    )
    assert list(iter_data_rows(chart)) == [
        ("Place", "Rule", "t"),
        ("North", "Open", "5"),
        ("West", "Shut", "12.5"),
        ("South", "", ""),
    ]


@pytest.mark.parametrize("name", MAP_NAMES)
def test_regions_of_a_map_have_distinct_positions(name: str) -> None:
    layout = load_tile_grid(name, "en")
    assert len(set(layout.positions.values())) == len(layout.positions)
    assert layout.names.keys() == layout.positions.keys() >= layout.optional


def test_maps_have_all_provinces_and_all_members_of_the_union() -> None:
    china, europe = (load_tile_grid(name, "en") for name in MAP_NAMES)
    assert len(china.positions.keys() - china.optional) == 31
    assert set(EU27) <= europe.positions.keys() - europe.optional


@pytest.mark.parametrize(
    ("name", "language", "written", "code"),
    [
        ("china", "en", ["Guangdong", "GD", "CN-GD", "cn-gd", "广东", "广东省"], "GD"),
        ("china", "en", ["Tibet", "Xizang", "西藏"], "XZ"),
        ("europe", "en", ["GR", "EL", "Greece"], "GR"),
        ("europe", "de", ["Griechenland", "Greece", "gr"], "GR"),
        ("europe", "fr", ["UK", "GB", "Royaume-Uni", "United Kingdom"], "GB"),
    ],
)
def test_regions_are_found_by_code_and_name(name: str, language: str, written: list[str], code: str) -> None:
    assert {load_tile_grid(name, language).find_code(text) for text in written} == {code}


def test_map_regions_without_data_have_no_value(read) -> None:
    chart, result = read("land,n\nDE,3\nFrance,4\nTR,5\n", "de", x="land", y="n", map="europe")
    assert result == []
    data = chart.data
    named = dict(zip(data.categories, data.series[0].values, strict=True))
    assert (named["Deutschland"], named["France"], named["Türkei"], named["Österreich"]) == (3, 4, 5, None)
    assert "Ukraine" not in named
    assert {tile.row for tile in data.tiles} == set(range(1, 1 + max(tile.row for tile in data.tiles)))


@pytest.mark.parametrize(
    ("csv", "pairs", "code", "said"),
    [
        (PLACES, {"y": "n", "column": "c", "row": "r"}, "CHT001", "no `x=`"),
        (PLACES, {"x": "place", "column": "c", "row": "r"}, "CHT001", "`y=` or `series=`"),
        (PLACES, {"x": "place", "y": "n"}, "CHT001", "requires `map=`"),
        (PLACES, {"x": "place", "y": "n", "map": "asia"}, "CHT001", 'unknown map "asia"'),
        (PLACES, {"x": "place", "y": "n", "map": "china", "row": "r"}, "CHT001", "`row=` cannot be combined"),
        (PLACES, {"x": "place", "y": "n", "map": "china"}, "CHT001", 'row 2: "North"'),
        (PLACES, {"x": "place", "y": "n", "column": "c", "row": "n"}, "CHT001", 'row 3: "12.5"'),
        (
            PLACES,
            {"x": "place", "y": "n", "column": "c", "row": "rule"},
            "CHT001",
            "whole number from 1 to 20",
        ),
        (PLACES, {"x": "place", "y": "n", "column": "c", "row": "c"}, "CHT001", '"North" and "South"'),
        (PLACES, {"x": "place", "y": "short", "column": "c", "row": "r"}, "DAT003", "not numbers"),
        (
            PLACES.replace("South", "Southern"),
            {"x": "place", "y": "n", "column": "c", "row": "r"},
            "CHT001",
            "too long",
        ),
        (PLACES, {"x": "place", "y": "n", "column": "c", "row": "r", "label": "rule"}, "CHT001", '"closed"'),
        ("a,c,b\nVIE,1,1\nPRG,20,2\n", {"x": "a", "y": "b", "column": "c", "row": "b"}, "CHT001", '"VIE"'),
        (PLACES, {"x": "plac", "y": "n", "column": "c", "row": "r"}, "DAT001", '"plac"'),
        ("a,b\nDE,1\nGermany,2\n", {"x": "a", "y": "b", "map": "europe"}, "CHT001", "rows 2 and 3"),
        ("a,b\nDE,\n", {"x": "a", "y": "b", "map": "europe"}, "DAT003", "contains no numbers"),
        (
            "a,b\n" + "".join(f"{code},{number}\n" for number, code in enumerate(EU27[:7])),
            {"x": "a", "series": "b", "map": "europe"},
            "CHT001",
            "7 categories",
        ),
        (
            PLACES,
            {"x": "place", "y": "n", "map": "china", "highlight": "a"},
            "CHT001",
            "do not support `highlight=`",
        ),
    ],
)
def test_invalid_map_data_is_rejected(read, csv: str, pairs: dict[str, str], code: str, said: str) -> None:
    chart, findings = read(csv, **pairs)
    assert chart is None
    assert findings[-1].code == code
    assert said in findings[-1].message
