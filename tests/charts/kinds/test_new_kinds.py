"""A new kind of chart is one class: what it lacks is named, and all outputs show it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from mypy import api

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native
from triptych.charts.callouts import find_point
from triptych.charts.canvas import Box, Ruler
from triptych.charts.columns import read_columns
from triptych.charts.drawing import draw_chart, draw_narrow
from triptych.charts.kind import KINDS, PLOT_OPTIONS, GuideEntry, PlotKind, SeriesMark
from triptych.charts.native import NativeForm
from triptych.charts.options import ChartOptions, list_kinds_with
from triptych.charts.painting import PlotPainter
from triptych.charts.plan import Plan, iter_point_boxes
from triptych.charts.rows import iter_data_rows
from triptych.data.columns import DataFile
from triptych.languages.labels import Labels
from triptych.model.charts import ChartData, Pointer
from triptych.model.nodes import Attr, Chart
from triptych.theme.theme import load_theme

PIPELINE = Path(__file__).parents[3] / "pipeline"


class Lollipop(PlotKind):
    """Dots on stems from zero."""

    name = "lollipop"
    options = PLOT_OPTIONS | {"series"}
    guide = GuideEntry(
        use="Compare values of many categories.",
        data="As for a bar chart.",
        example="type=lollipop data=cities.csv x=city y=after",
        shows="Four dots on stems.",
    )

    def read(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return read_columns(file, attr, options)

    def get_series_mark(self, chart: Chart, series: int) -> SeriesMark:
        return SeriesMark.DOTS

    def draw_marks(self, painter: PlotPainter) -> None:
        for place, series in enumerate(painter.plan.data.series):
            for index, value in enumerate(series.values):
                if value is not None:
                    style = painter.get_style(place, index)
                    top = (painter.locate_category(index), painter.locate_value(value))
                    painter.canvas.draw_line([(top[0], painter.locate_value(0)), top], style.ink, 1.0)
                    painter.canvas.draw_markers([top], style, 6.0)

    def iter_boxes(self, plan: Plan, ruler: Ruler) -> Iterator[Box]:
        return iter_point_boxes(plan)

    def find_target(self, plan: Plan, pointer: Pointer, ruler: Ruler) -> Box:
        return find_point(plan, pointer)

    def get_native_form(self, chart: Chart) -> NativeForm:
        return NativeForm("LINE_MARKERS")

    def describe(self, chart: Chart, names: Sequence[str], labels: Labels) -> Iterator[str]:
        for name, value in zip(names, chart.data.series[0].values, strict=True):
            yield labels.titled(name, f"{value:g}")


@pytest.fixture
def lollipop(read: Read, monkeypatch: pytest.MonkeyPatch) -> Chart:
    monkeypatch.setitem(KINDS, "lollipop", Lollipop())
    chart, found = read(
        "city,trips\nAlma,61\nBrink,52\n", type="lollipop", x="city", y="trips", callout="Alma: most"
    )
    assert not found
    return chart


def test_one_class_is_read_drawn_and_spoken(lollipop: Chart) -> None:
    assert lollipop.alt == "Alma: 61. Brink: 52. Alma: most."
    assert list(iter_data_rows(lollipop)) == [("City", "trips"), ("Alma", "61"), ("Brink", "52")]
    for svg in (draw_chart(lollipop, load_theme()), draw_narrow(lollipop, load_theme())):
        assert b">Alma<" in svg and b">most<" in svg


def test_one_class_is_a_native_chart(lollipop: Chart) -> None:
    drawn: Any = native(lollipop)
    assert [tuple(series.values) for series in drawn.plots[0].series] == [(61, 52)]


def test_one_class_takes_the_options_that_it_lists(read: Read, lollipop: Chart) -> None:
    assert "lollipop" in map(str, list_kinds_with("callout"))
    chart, found = read("city,trips\nA,1\n", type="lollipop", x="city", y="trips", stacked="true")
    assert chart is None and found[0].message == "lollipop charts do not support `stacked=`"


@pytest.mark.parametrize(
    "method",
    ["draw_marks", "iter_boxes", "find_target", "get_native_form", "read", "name", "guide", "options"],
)
def test_a_kind_without_a_method_cannot_be_made(method: str) -> None:
    lacking = type("Lacking", (PlotKind,), {k: v for k, v in vars(Lollipop).items() if k != method})
    with pytest.raises(TypeError, match=method):
        lacking()


LACKING = """\
from triptych.charts.kind import GuideEntry, PlotKind

class Lacking(PlotKind):
    name = "lacking"
    options = frozenset(("x",))
    guide = GuideEntry(use="", data="", example="", shows="")
    def read(self, *asked: object) -> object: ...  # type: ignore
    def iter_boxes(self, *asked: object) -> object: ...  # type: ignore
    def find_target(self, *asked: object) -> object: ...  # type: ignore

Lacking()
"""


def test_mypy_names_what_a_kind_lacks(tmp_path: Path) -> None:
    module = tmp_path / "lacking.py"
    module.write_text(LACKING)
    config = f"--config-file={PIPELINE.parent}/pyproject.toml"
    limit = sys.getrecursionlimit()
    try:
        shown, _, status = api.run([str(module), "--follow-imports=silent", "--no-incremental", config])
    finally:
        sys.setrecursionlimit(limit)  # which mypy raises: endless templates of other tests would take seconds
    assert status == 1
    assert 'abstract class "Lacking" with abstract attributes "draw_marks" and "get_native_form"' in shown
