"""Test that the table of a chart contains all its numbers."""

from __future__ import annotations

import dataclasses

from tests.charts.conftest import chart, dated, series
from triptych.charts.rows import iter_data_rows
from triptych.model.charts import ChartData, DatePrecision
from triptych.model.nodes import Chart


def test_data_rows_contain_gaps() -> None:
    rows = list(iter_data_rows(chart("line", series(1, None, 3), unit="GW")))
    assert rows == [("", "Output (GW)"), ("2020", "1"), ("2021", ""), ("2022", "3")]


def test_numbers_and_dates_use_the_format_of_the_language() -> None:
    data = dated(DatePrecision.MONTH, "2024-05", "2024-06", values=(1234.0, 2.0))
    own = dataclasses.replace(data.series[0], decimal_places=(1, 1))
    drawing = Chart(
        kind="line",
        data=dataclasses.replace(data, series=(own,)),
        caption=(),
        alt="",
        language="de",
    )
    assert list(iter_data_rows(drawing))[1:] == [("Mai 2024", "1.234,0"), ("Juni 2024", "2,0")]


def test_bins_have_their_counts() -> None:
    data = ChartData(
        categories=("0–5", "5–10"),
        series=(series(3, 1, label="n"),),
        bin_edges=(0, 5, 10),
        category_title="MW",
    )
    drawing = Chart(kind="histogram", data=data, caption=(), alt="")
    assert list(iter_data_rows(drawing)) == [("MW", "n"), ("0–5", "3"), ("5–10", "1")]


def test_panel_column_comes_first_and_rows_without_numbers_are_omitted() -> None:
    drawing = chart(
        "line",
        series(1, 2, label="a", panel="North"),
        series(3, None, label="b", panel="North"),
        series(None, 4, label="b", panel="South"),
    )
    assert list(iter_data_rows(drawing)) == [
        ("region", "", "a", "b"),
        ("North", "2020", "1", "3"),
        ("North", "2021", "2", ""),
        ("South", "2021", "", "4"),
    ]
