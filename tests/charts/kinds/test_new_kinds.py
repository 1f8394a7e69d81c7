"""Test that a new chart type is one class, that missing methods are named, and that all outputs draw it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from mypy import api

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native
from triptych.charts.callouts import locate_target_point
from triptych.charts.canvas import Box, TextRuler
from triptych.charts.chart_types import CHART_TYPES, PLOT_OPTIONS, PlotChartType, SeriesMark, TypeGuideEntry
from triptych.charts.columns import read_columns
from triptych.charts.drawing import draw_chart, draw_narrow_chart
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions, list_supporting_chart_types
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import PlotLayout, iter_point_boxes
from triptych.charts.rows import iter_data_rows
from triptych.data.data_file import DataFile
from triptych.languages.labels import Labels
from triptych.model.charts import ChartCallout, ChartData
from triptych.model.nodes import Attr, Chart
from triptych.theme.theme import load_theme

PIPELINE = Path(__file__).parents[3] / "pipeline"


class Lollipop(PlotChartType):
    """A lollipop chart: dots on stems that start at zero."""

    name = "lollipop"
    options = PLOT_OPTIONS | {"series"}
    guide_entry = TypeGuideEntry(
        use="Compare values of many categories.",
        data="As for a bar chart.",
        example="type=lollipop data=cities.csv x=city y=after",
        alt_text="Four dots on stems.",
    )

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return read_columns(file, attr, options)

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        return SeriesMark.DOTS

    def draw_marks(self, painter: PlotPainter) -> None:
        for place, series in enumerate(painter.layout.data.series):
            for index, value in enumerate(series.values):
                if value is not None:
                    style = painter.get_style(place, index)
                    top = (painter.locate_category(index), painter.locate_value(value))
                    painter.canvas.draw_line([(top[0], painter.locate_value(0)), top], style.colour, 1.0)
                    painter.canvas.draw_markers([top], style, 6.0)

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        return iter_point_boxes(layout)

    def locate_target(self, layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
        return locate_target_point(layout, callout)

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        return NativeChartType("LINE_MARKERS")

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        for name, value in zip(category_labels, chart.data.series[0].values, strict=True):
            yield labels.titled(name, f"{value:g}")


@pytest.fixture
def lollipop(read: Read, monkeypatch: pytest.MonkeyPatch) -> Chart:
    monkeypatch.setitem(CHART_TYPES, "lollipop", Lollipop())
    chart, result = read(
        "city,trips\nAlma,61\nBrink,52\n", type="lollipop", x="city", y="trips", callout="Alma: most"
    )
    assert not result
    return chart


def test_extension_class_is_read_drawn_and_described(lollipop: Chart) -> None:
    assert lollipop.alt == "Alma: 61. Brink: 52. Alma: most."
    assert list(iter_data_rows(lollipop)) == [("City", "trips"), ("Alma", "61"), ("Brink", "52")]
    for svg in (draw_chart(lollipop, load_theme()), draw_narrow_chart(lollipop, load_theme())):
        assert b">Alma<" in svg and b">most<" in svg


def test_one_class_is_a_native_chart(lollipop: Chart) -> None:
    drawing: Any = native(lollipop)
    assert [tuple(series.values) for series in drawing.plots[0].series] == [(61, 52)]


def test_extension_class_accepts_the_options_it_lists(read: Read, lollipop: Chart) -> None:
    assert "lollipop" in map(str, list_supporting_chart_types("callout"))
    chart, findings = read("city,trips\nA,1\n", type="lollipop", x="city", y="trips", stacked="true")
    assert chart is None and findings[0].message == "lollipop charts do not support `stacked=`"


@pytest.mark.parametrize(
    "method",
    [
        "draw_marks",
        "iter_boxes",
        "locate_target",
        "get_native_chart_type",
        "read_data",
        "name",
        "guide_entry",
        "options",
    ],
)
def test_chart_type_without_a_required_method_cannot_be_instantiated(method: str) -> None:
    lacking = type("Lacking", (PlotChartType,), {k: v for k, v in vars(Lollipop).items() if k != method})
    with pytest.raises(TypeError, match=method):
        lacking()


LACKING = """\
from triptych.charts.chart_types import TypeGuideEntry, PlotChartType

class Lacking(PlotChartType):
    name = "lacking"
    options = frozenset(("x",))
    guide_entry = TypeGuideEntry(use="", data="", example="", alt_text="")
    def read_data(self, *asked: object) -> object: ...  # type: ignore
    def iter_boxes(self, *asked: object) -> object: ...  # type: ignore
    def locate_target(self, *asked: object) -> object: ...  # type: ignore

Lacking()
"""


def test_mypy_reports_missing_methods_of_a_chart_type(tmp_path: Path) -> None:
    module = tmp_path / "lacking.py"
    module.write_text(LACKING)
    config = f"--config-file={PIPELINE.parent}/pyproject.toml"
    limit = sys.getrecursionlimit()
    try:
        shown, _, status = api.run([str(module), "--follow-imports=silent", "--no-incremental", config])
    finally:
        sys.setrecursionlimit(limit)  # by mypy, since infinite templates of other tests would take seconds
    assert status == 1
    assert (
        'abstract class "Lacking" with abstract attributes "draw_marks" and "get_native_chart_type"' in shown
    )
