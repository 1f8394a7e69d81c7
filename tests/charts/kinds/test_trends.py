"""Test trend lines of scatter charts, and small multiples with free scales, in drawings and native charts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from tests.charts.conftest import chart, series
from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native, natives
from triptych.charts.drawing import draw_chart, lay_out_printed_plot
from triptych.charts.trends import iter_trend_lines
from triptych.theme.theme import load_theme

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DOTS = "size,cost,gain\n1,3,9\n2,5,7\n3,7,5\n4,9,3\n"


def read_dots(read: Read, csv: str = DOTS, **pairs: str) -> Any:
    values = {"type": "scatter", "x": "size", "y": "cost", "trend": "Linear trend", **pairs}
    return read(csv, **values)


def test_trend_line_is_the_line_of_least_squares(read: Read) -> None:
    drawing, findings = read_dots(read, "size,cost\n1,1\n2,3\n3,2\n")
    assert findings == []
    ((_, ends),) = iter_trend_lines(drawing, drawing.data)
    assert ends == ((1, pytest.approx(1.5)), (3, pytest.approx(2.5)))
    assert drawing.value_axis_title == "Linear trend"


def test_trend_line_is_native_and_its_ends_are_in_the_alt_text(read: Read) -> None:
    drawing, _ = read_dots(read, y="cost,gain", fig_alt="Dots")
    assert drawing.alt == "Dots. Linear trend, cost: 3 – 9. Linear trend, gain: 9 – 3."
    shown = native(drawing)
    lines = list(shown._chartSpace.iter(f"{C}trendline"))
    assert [line.find(f"{C}trendlineType").get("val") for line in lines] == ["linear"] * 2
    assert not shown.has_legend  # it is drawn: LibreOffice adds an entry for each trend line


def test_trend_line_is_drawn_from_the_first_to_the_last_point(read: Read) -> None:
    drawing, _ = read_dots(read)
    paths = [path.get("d") for path in etree.fromstring(draw_chart(drawing, load_theme())).iter("{*}path")]
    without = replace(drawing, trend_title="")
    assert len(paths) == 1 + len(list(etree.fromstring(draw_chart(without, load_theme())).iter("{*}path")))


@pytest.mark.parametrize(
    ("csv", "more", "said"),
    [
        (DOTS, {"y_scale": "log"}, "not available with a log scale"),
        ("size,cost\nA,1\nB,2\nC,3\n", {}, "requires numbers or dates"),
        ("size,cost\n1,1\n2,2\n", {}, "too few points"),
        ("size,cost\n1,1\n1,2\n1,3\n", {}, "too few points"),
        (DOTS, {"type": "bar"}, "bar charts do not support `trend=`"),
        (DOTS, {"scales": "free"}, "`scales=` requires `facet=`"),
    ],
)
def test_trend_that_cannot_be_drawn_is_reported(
    read: Read, csv: str, more: dict[str, str], said: str
) -> None:
    _, (problem,) = read_dots(read, csv, **more)
    assert problem.code == "CHT001"
    assert said in problem.message


@pytest.mark.parametrize("kind", ["line", "bar"])
@pytest.mark.parametrize("horizontal", [False, True])
def test_panels_with_free_scales_have_the_same_axes_in_drawings_and_native_charts(
    kind: str, horizontal: bool
) -> None:
    if horizontal and kind == "line":
        return
    items = (series(1, 2, 3, panel="Small"), series(100, 200, 300, panel="Large"))
    shared = chart(kind, *items, horizontal=horizontal)
    free = replace(shared, has_free_scales=True)
    for drawing, is_free in ((shared, False), (free, True)):
        highs = [
            lay_out_printed_plot(drawing, load_theme(), panel).value_axis.high for panel in ("Small", "Large")
        ]
        assert (highs[0] < 10) is is_free
        assert [item.value_axis.maximum_scale for item in natives(drawing)] == highs
    texts = [
        "".join(text.itertext()) for text in etree.fromstring(draw_chart(free, load_theme())).iter("{*}text")
    ]
    assert {"3", "300"} <= set(texts)
