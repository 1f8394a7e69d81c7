"""Test the totals of stacked bars in the drawing, the native chart and the table of values."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import TextRuler, touches
from triptych.charts.drawing import lay_out_plot
from triptych.charts.kinds.bars import Bar
from triptych.charts.plot_layout import PlotLayout, PlotSettings
from triptych.charts.rows import iter_data_rows
from triptych.charts.totals import find_annotation_line_end, iter_total_labels
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

RULER = TextRuler(load_theme())
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
GOODS = "port,oil,grain\nAlma,0.1,0.2\nBrink,3,1.5\nCorvo,4,4\n"


def stacks(read: Read, csv: str = GOODS, y: str = "oil,grain", **more: str) -> Chart:
    first = csv.partition(",")[0]
    chart, findings = read(csv, type="bar", x=first, y=y, stacked="true", totals="true", **more)
    assert not findings
    assert isinstance(chart, Chart)
    return chart


def lay_out(chart: Chart) -> PlotLayout:
    return lay_out_plot(chart, chart.data, 300.0, RULER, PlotSettings())


@pytest.mark.parametrize("horizontal", ["true", "false"])
def test_totals_are_decimal_sums_outside_the_ends_of_the_stacks(read: Read, horizontal: str) -> None:
    layout = lay_out(stacks(read, horizontal=horizontal))
    labels = list(iter_total_labels(layout, RULER))
    assert [text for text, _ in labels] == ["0.3", "4.5", "8.0"]
    bars = list(Bar().iter_boxes(layout, RULER))[:6]
    assert not any(touches(box, bar) for _, box in labels for bar in bars)
    assert max(box[2] for _, box in labels) <= layout.width + layout.right
    assert min(box[1] for _, box in labels) >= -layout.top


def test_totals_have_a_unit_of_their_own_and_the_separators_of_the_language(read: Read) -> None:
    csv = "port,oil,grain\nAlma,900000,800000\nBrink,400000,250000\n"
    assert [text for text, _ in iter_total_labels(lay_out(stacks(read, csv)), RULER)] == [
        "1.70\xa0m",
        "0.65\xa0m",
    ]
    chart = stacks(read, language="de")
    assert [text for text, _ in iter_total_labels(lay_out(chart), RULER)] == ["0,3", "4,5", "8,0"]


def test_annotations_and_callouts_do_not_touch_totals(read: Read) -> None:
    csv = "year,oil,grain\n" + "".join(f"{year},6,4\n" for year in range(2015, 2025))
    layout = lay_out(stacks(read, csv, annotate="2018: A law of the year", callout="2017: Less coal"))
    labels = [box for _, box in iter_total_labels(layout, RULER)]
    (annotation,), (callout,) = layout.annotations, layout.callouts
    assert -annotation.height_above_plot + 9.6 <= min(box[1] for box in labels)
    end = find_annotation_line_end(layout, annotation.fraction * layout.width, RULER)
    assert end == labels[3][1]
    callout_box = measure_callout_box(callout, RULER)
    assert not any(touches(a, b) for a, b in combinations([*labels, callout_box], 2))
    if callout.leader:
        assert callout.leader[1][1] <= labels[2][1]


def test_table_of_values_has_a_column_of_totals(read: Read) -> None:
    rows = list(iter_data_rows(stacks(read, unit="kt")))
    assert rows[0] == ("Port", "oil (kt)", "grain (kt)", "Total (kt)")
    assert [row[-1] for row in rows[1:]] == ["0.3", "4.5", "8"]


def test_each_panel_has_its_own_totals(read: Read) -> None:
    csv = "place,year,a,b\nNorth,2021,3,4\nNorth,2022,5,4.5\nSouth,2021,8,1\n"
    chart, _ = read(csv, type="bar", x="year", y="a,b", facet="place", stacked="true", totals="true")
    assert [row[-1] for row in iter_data_rows(chart)] == ["Total", "7", "9.5", "9"]


@pytest.mark.parametrize(("horizontal", "plot"), [("false", "lineChart"), ("true", "barChart")])
def test_native_totals_are_an_invisible_series_of_the_workbook(
    read: Read, horizontal: str, plot: str
) -> None:
    area = native(stacks(read, horizontal=horizontal))._chartSpace.find(f".//{C}plotArea")
    series = area.find(f"{C}{plot}").findall(f"{C}ser")[-1]
    assert series.findtext(f"{C}tx//{C}v") == "Total"
    assert [float(value.text) for value in series.find(f"{C}val").iter(f"{C}v")] == [0.3, 4.5, 8]
    assert series.find(f"{C}val//{C}f").text == "Sheet1!$D$2:$D$4"
    labels = series.find(f"{C}dLbls")
    assert labels.find(f"{C}dLblPos").get("val") == ("inBase" if horizontal == "true" else "t")
    assert labels.find(f"{C}showVal").get("val") == "1"
    assert "noFill" in {element.tag.rpartition("}")[2] for element in series.find(f"{C}spPr").iter()}


@pytest.mark.parametrize(
    ("csv", "more", "message"),
    [
        (GOODS, {"stacked": "false"}, "`totals=true` requires `stacked=true`"),
        (GOODS, {"stacked": "percent"}, "`totals=true` requires `stacked=true`"),
        (GOODS, {"totals": "Alma"}, 'invalid value "Alma" for `totals=`'),
        (
            "port,oil,grain\nAlma,1,\nBrink,2,3\n",
            {},
            'no total for "Alma": the series "grain" has no value in this category',
        ),
        (
            "port,oil,grain\nAlma,1,-1\nBrink,2,3\n",
            {},
            '`totals=` cannot label the stack "Alma", which has a negative value',
        ),
        (
            "year,oil,grain\n" + "".join(f"{year},1234,234\n" for year in range(1990, 2020)),
            {"x": "year"},
            "the total labels of 30 bars overlap",
        ),
    ],
)
def test_unsuitable_totals_are_reported(read: Read, csv: str, more: dict[str, str], message: str) -> None:
    attributes = {"type": "bar", "x": "port", "y": "oil,grain", "stacked": "true", "totals": "true"} | more
    chart, findings = read(csv, **attributes)
    assert chart is None
    assert findings[0].message == message and findings[0].hint
