"""Test that logarithmic axes are named in the drawing and in the native chart."""

from __future__ import annotations

import pytest

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native, words
from triptych.charts.drawing import draw_chart
from triptych.charts.rows import iter_data_rows
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

RUNS = "size,time\n1,2\n10,30\n100,400\n"


def points(read: Read, **more: str) -> Chart:
    chart, _ = read(RUNS, type="scatter", x="size", y="time", unit="ms", **more)
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize(
    ("more", "expected_words", "count"),
    [
        ({}, "logarithmic scale", 0),
        ({"y-scale": "log"}, "ms · logarithmic scale", 1),
        ({"x-scale": "log", "x-title": "Items"}, "Items · logarithmic scale", 1),
        ({"x-scale": "log", "y-scale": "log"}, "logarithmic scale", 2),
        ({"y-scale": "log", "language": "de"}, "ms · logarithmische Skala", 1),
    ],
)
def test_logarithmic_axis_says_so(read: Read, more: dict[str, str], expected_words: str, count: int) -> None:
    chart = points(read, **more)
    assert draw_chart(chart, load_theme()).decode().count(expected_words) == count
    assert (expected_words in words(native(chart))) == (count > 0)


def test_table_of_values_does_not_name_the_scale(read: Read) -> None:
    chart = points(read, **{"x-scale": "log", "x-title": "Items"})
    assert "logarithmic" not in str(list(iter_data_rows(chart, machine_readable=False)))
