"""Test box plots: quartiles, whiskers and outliers are equal in the drawing and the native chart."""

from __future__ import annotations

import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx.enum.dml import MSO_THEME_COLOR

from tests.charts.kinds.conftest import Read
from tests.property.strategies import BOUNDED
from tests.writers.deck.test_charts import native
from triptych.charts.drawing import draw_chart
from triptych.charts.kinds.boxplots import _compute_box
from triptych.charts.rows import iter_data_rows
from triptych.checks.deck.chart_data import read_workbook_cells
from triptych.theme.theme import load_theme

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MONDAY, SATURDAY = (3, 5, 6, 8, 9, 11, 12, 13, 14, 15, 27), (8, 12, 13, 15, 16)
WAITS = "day,minutes\n" + "".join(
    f"{day},{minutes}\n" for day, own in (("Mon", MONDAY), ("Sat", SATURDAY)) for minutes in own
)


def waits(read: Read, csv: str = WAITS, **more: str) -> tuple[Any, list[Any]]:
    requested = {"x": "day", "y": "minutes"} | more
    return read(csv, type="boxplot", **{key: value for key, value in requested.items() if value})


def test_quartiles_are_interpolated_and_whiskers_end_at_values(read: Read) -> None:
    chart, result = waits(read)
    assert not result
    assert chart.data.categories == ("Mon", "Sat")
    assert [item.values for item in (*chart.data.series, *chart.data.extra_series)] == [
        (11, 13),
        (3, 8),
        (7, 12),
        (13.5, 15),
        (15, 16),
        (1, 0),
        (27, None),
    ]


@BOUNDED
@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=60))
def test_quartiles_match_the_standard_library(numbers: list[int]) -> None:
    low, first, median, third, high, outliers = _compute_box(sorted(map(float, numbers)))
    assert (first, median, third) == pytest.approx(statistics.quantiles(numbers, n=4, method="inclusive"))
    assert low in numbers and high in numbers
    reach = 1.5 * (third - first)
    assert first - reach <= low and high <= third + reach
    assert sorted([*outliers, *(n for n in numbers if low <= n <= high)]) == sorted(numbers)


def test_the_table_has_the_numbers_of_the_boxes(read: Read) -> None:
    chart, _ = waits(read)
    assert list(iter_data_rows(chart)) == [
        ("Day", "Median", "≥ Q1 − 1.5 IQR", "Q1", "Q3", "≤ Q3 + 1.5 IQR", "Outliers"),
        ("Mon", "11", "3", "7", "13.5", "15", "1"),
        ("Sat", "13", "8", "12", "15", "16", "0"),
    ]


def test_alt_text_describes_the_boxes(read: Read) -> None:
    assert waits(read)[0].alt == (
        "Mon: Median 11, Q1 7, Q3 13.5, 3–15, Outliers 27. Sat: Median 13, Q1 12, Q3 15, 8–16."
    )


def test_the_native_chart_and_its_workbook_have_the_true_numbers(read: Read) -> None:
    chart, _ = waits(read)
    drawing = native(chart)
    area = drawing._chartSpace.find(f".//{C}plotArea")
    stock, lines = area.find(f"{C}stockChart"), area.find(f"{C}lineChart")
    sides = [[float(v.text) for v in s.find(f"{C}val").iter(f"{C}v")] for s in stock.iter(f"{C}ser")]
    assert sides == [[7, 12], [15, 16], [3, 8], [13.5, 15]]
    tags = [tag.tag.removeprefix(C) for tag in stock]  # in the order of the schema (21.2.2.198)
    assert tags == [*["ser"] * 4, "hiLowLines", "upDownBars", "axId", "axId"]
    marked = [series.findtext(f"{C}tx//{C}v") for series in lines.iter(f"{C}ser")]
    assert marked == ["Median", "Outliers 1"]
    cells = read_workbook_cells(drawing.part.chart_workbook.xlsx_part.blob)
    assert {"Q1", "Q3", "≥ Q1 − 1.5 IQR", "≤ Q3 + 1.5 IQR", "Median", "Outliers 1"} <= set(cells.values())


def test_a_category_without_outliers_has_no_empty_path(read: Read) -> None:
    assert b' d=""' not in draw_chart(waits(read)[0], load_theme())
    assert b"<path fill" not in draw_chart(waits(read)[0], load_theme())


@pytest.mark.parametrize("values", [(5,), (5, 5, 5), (1e-12, 1e12), (-3, -2)], ids=str)
def test_unusual_values_can_be_drawn(read: Read, values: tuple[float, ...]) -> None:
    csv = "day,minutes\n" + "".join(f"A,{value}\n" for value in values)
    assert b"nan" not in draw_chart(waits(read, csv)[0], load_theme())


@pytest.mark.parametrize("values", [(5,), (5, 5, 5), (5, 5, 5, 9)], ids=str)
def test_a_median_at_an_edge_of_its_box_is_visible(read: Read, values: tuple[float, ...]) -> None:
    csv = "day,minutes\n" + "".join(f"A,{value}\n" for value in values) + "B,1\nB,20\n"
    chart, theme = waits(read, csv)[0], load_theme()
    ink = f'stroke="#{theme.colours.series[0]}" stroke-width="2"'
    medians = [line for line in draw_chart(chart, theme).decode().splitlines() if ink in line]
    assert len(medians) == 2
    marks = native(chart).plots[1].series[0].marker.format.fill.fore_color
    assert marks.theme_color == MSO_THEME_COLOR.ACCENT_1


@pytest.mark.parametrize(
    ("csv", "more", "said"),
    [
        (WAITS, {"y": ""}, "a box plot requires one column in `y=`"),
        (WAITS, {"series": "day"}, "boxplot charts do not support `series=`"),
        (WAITS + "Sun,\n", {}, 'column "minutes" contains no numbers for "Sun"'),
    ],
)
def test_data_without_numbers_are_reported(read: Read, csv: str, more: dict[str, str], said: str) -> None:
    chart, findings = waits(read, csv, **more)
    assert chart is None
    assert said in findings[0].message and findings[0].hint
