"""Test chart properties that follow from the type, the data, and the colours assigned by the book."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.charts.conftest import chart, series
from triptych.charts.styles import find_colour_index
from triptych.model.charts import ChartData, Tile, measure_tile_grid
from triptych.model.nodes import Chart

THREE = tuple(series(1, 2, label=name) for name in ("a", "b", "c"))


def places(drawing: Chart, index: int | None = None) -> list[int | None]:
    return [find_colour_index(drawing, item, index) for item in drawing.data.series]


def bar_places(drawing: Chart) -> list[int | None]:
    count = range(len(drawing.data.categories))
    return [find_colour_index(drawing, drawing.data.series[0], index) for index in count]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ((), [0, 1, 2]),
        ((("b", 5),), [0, 5, 1]),
        ((("b", 0),), [1, 0, 2]),
        ((("a", 1), ("c", 0)), [1, 2, 0]),
        ((("z", 0),), [1, 2, 3]),  # colours assigned to other names are not used
    ],
)
def test_named_series_have_assigned_colours_and_others_the_rest(
    named: tuple[tuple[str, int], ...], expected: list[int]
) -> None:
    assert places(chart("line", *THREE, colours=named)) == expected


def test_single_series_has_the_first_colour() -> None:
    assert places(chart("line", series(1, 2), colours=(("z", 0),))) == [0]


def test_bars_that_the_book_names_have_their_colours_and_the_rest_is_quiet() -> None:
    bars = chart("bar", series(1, 2, 3), colours=(("2021", 4),))
    assert bar_places(bars) == [None, 4, None]
    assert bar_places(replace(bars, highlight=("2022",))) == [None, 4, 0]
    assert bar_places(replace(bars, colours=(("z", 4),))) == [0, 0, 0]
    lines = replace(bars, kind="line")
    assert bar_places(lines) == [0, 0, 0]


def test_slices_have_the_colours_of_their_categories() -> None:
    pie = chart("pie", series(1, 2, 3), colours=(("2021", 0),))
    assert bar_places(pie) == [1, 0, 2]


@pytest.mark.parametrize(
    ("highlight", "whole", "first"),
    [
        ((), [False] * 3, [False] * 3),
        (("b",), [True, False, True], [True, False, True]),
        (("2020",), [True] * 3, [False] * 3),
        (("2021",), [True] * 3, [True] * 3),
        (("b", "2020"), [True] * 3, [True, False, True]),
    ],
)
def test_unhighlighted_series_recede(
    highlight: tuple[str, ...], whole: list[bool], first: list[bool]
) -> None:
    drawing = chart("line", *THREE, highlight=highlight)
    assert [drawing.is_pale(item) for item in THREE] == whole
    assert [drawing.is_pale(item, 0) for item in THREE] == first


def test_a_panel_is_highlighted_as_a_whole() -> None:
    item, other = series(1, panel="P"), series(2, panel="Q")
    drawing = chart("line", item, other, highlight=("Q",))
    assert [drawing.is_pale(entry) for entry in (item, other)] == [True, False]


@pytest.mark.parametrize(
    ("kind", "values", "unit", "percent"),
    [
        ("pie", (40, 60), "", True),
        ("pie", (40, 50), "", False),
        ("pie", (40, 60), "GW", False),
        ("pie", (40, 50), "% of all", True),
        ("bar", (40, 60), "%", False),
    ],
)
def test_slices_are_percentages_by_their_unit_or_their_sum(
    kind: str, values: tuple[float, ...], unit: str, percent: bool
) -> None:
    assert chart(kind, series(*values), unit=unit).is_in_percent is percent


@pytest.mark.parametrize(
    ("title", "unit", "line"),
    [
        ("Output", "GW", "Output (GW)"),
        ("Output", "", "Output"),
        ("", "GW", "GW"),
        ("", "", ""),
        ("Rides", "million rides", "million rides"),
        ("Share in %", "%", "Share in %"),
        ("Output", "t", "Output (t)"),
    ],
)
def test_axis_title_has_quantity_and_unit(title: str, unit: str, line: str) -> None:
    assert chart("bar", series(1, 2), value_title=title, unit=unit).value_axis_title == line


def test_changes_start_at_the_previous_total_and_totals_at_zero() -> None:
    data = ChartData(categories=tuple("abcd"), series=(series(5, -2, None, 3),), total_indices=(0, 3))
    assert data.waterfall_spans == ((0, 5), (5, 3), None, (0, 3))


def test_a_map_is_as_large_as_its_tiles_reach() -> None:
    tiles = [Tile(column=column, row=row, label="x") for column, row in ((2, 5), (4, 3), (3, 3))]
    assert measure_tile_grid(tiles) == (3, 3, 2, 3)
