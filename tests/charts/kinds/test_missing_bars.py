"""Test the marks of missing bars in the drawing and in the native chart."""

from __future__ import annotations

import pytest

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native, shapes
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import TextRuler, touches
from triptych.charts.drawing import lay_out_plot
from triptych.charts.kinds.bars import Bar
from triptych.charts.plot_layout import PlacedCallout, PlotLayout, PlotSettings, iter_bars
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

RULER = TextRuler(load_theme())
CELLS = "part,then,now\nCells,85,\nPacks,70,75\nMines,10,12\n"


def bars(read: Read, csv: str = CELLS, **more: str) -> Chart:
    chart, _ = read(csv, type="bar", x="part", y="then,now", **more)
    assert isinstance(chart, Chart)
    return chart


def list_marks(chart: Chart, width: float = 300.0) -> tuple[PlotLayout, list[PlacedCallout]]:
    layout = lay_out_plot(chart, chart.data, width, RULER, PlotSettings())
    return layout, list(Bar().iter_missing_marks(layout, RULER))


@pytest.mark.parametrize("horizontal", ["true", "false"])
def test_mark_is_in_the_gap_and_touches_no_bar(read: Read, horizontal: str) -> None:
    layout, (mark,) = list_marks(bars(read, horizontal=horizontal))
    assert " ".join(mark.lines) == "no data"
    boxes = [box for _, _, _, box in iter_bars(layout)]
    assert not any(touches(measure_callout_box(mark, RULER), box) for box in boxes)


def test_mark_is_in_the_language_of_the_book(read: Read) -> None:
    _, (mark,) = list_marks(bars(read, language="de", horizontal="true"))
    assert mark.lines == ("kein Wert",)


def test_narrow_gap_has_a_dash(read: Read) -> None:
    _, (mark,) = list_marks(bars(read), 90.0)
    assert mark.lines == ("–",)


def test_series_with_different_categories_have_no_marks(read: Read) -> None:
    assert not list_marks(bars(read, "part,then,now\nCells,85,\nPacks,,75\n"))[1]


@pytest.mark.parametrize("horizontal", ["true", "false"])
def test_native_chart_has_the_words_of_the_drawing(read: Read, horizontal: str) -> None:
    assert "no data" in " ".join(shapes(native(bars(read, horizontal=horizontal))))


def test_stacks_have_no_marks(read: Read) -> None:
    assert not list_marks(bars(read, stacked="true"))[1]
