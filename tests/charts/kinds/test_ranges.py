"""Test the ranges around values: reading, drawing, error bars of the native chart, and the table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native
from triptych.charts.axes import make_value_axis
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import TextRuler, touches
from triptych.charts.drawing import draw_chart, lay_out_plot
from triptych.charts.plot_layout import PlotSettings, iter_range_boxes
from triptych.charts.rows import iter_data_rows
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

RULER = TextRuler(load_theme())
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DOSES = "dose,effect,low,high\n10,12,9,15\n20,19,,\n40,21,15.5,27\n"
DRUGS = DOSES.replace("10,12", "Placebo,12").replace("20,19", "Drug,19").replace("40,21", "Both,21")
RANGE = {"x": "dose", "y": "effect", "low": "low", "high": "high", "range": "95% interval", "type": "bar"}


def with_ranges(read: Read, csv: str = DRUGS, **more: str) -> Chart:
    chart, findings = read(csv, **(RANGE | more))
    assert not findings
    assert isinstance(chart, Chart)
    return chart


def test_ranges_move_with_their_categories_and_are_in_the_table(read: Read) -> None:
    chart = with_ranges(read, sort="descending")
    assert chart.data.ranges == ((15.5, 27), None, (9, 15))
    assert list(iter_data_rows(chart))[:2] == [
        ("Dose", "effect", "Low", "High"),
        ("Both", "21", "15.5", "27"),
    ]


def test_title_of_ranges_follows_the_unit_and_the_alt_text(read: Read) -> None:
    chart = with_ranges(read, unit="mg", fig_alt="Bars.")
    assert chart.value_axis_title == "mg · 95% interval"
    assert with_ranges(read).value_axis_title == "95% interval"
    assert chart.alt == "Bars. 95% interval."


def test_value_axis_includes_the_ranges(read: Read) -> None:
    chart = with_ranges(read, type="scatter")
    scale = make_value_axis(chart)
    assert scale.low <= 9 and scale.high >= 27


@pytest.mark.parametrize("horizontal", ["true", "false"])
def test_callouts_do_not_touch_ranges(read: Read, horizontal: str) -> None:
    chart = with_ranges(read, callout="Both: The most", horizontal=horizontal)
    layout = lay_out_plot(chart, chart.data, 300.0, RULER, PlotSettings())
    ranges = list(iter_range_boxes(layout))
    assert len(ranges) == 2 and not layout.has_value_labels
    words = measure_callout_box(layout.callouts[0], RULER)
    assert not any(touches(words, box) for box in ranges)
    long_side = 0 if horizontal == "true" else 1
    length = ranges[1][long_side + 2] - ranges[1][long_side]
    size = layout.width if horizontal == "true" else layout.height
    scale = layout.value_axis
    assert length == pytest.approx((27 - 15.5) / (scale.high - scale.low) * size)


CASES = [("bar", DRUGS, "barChart"), ("line", DOSES, "scatterChart"), ("scatter", DOSES, "scatterChart")]
CASES += [("line", "dose,effect,low,high\n2021,12,9,15\n2022,19,,\n2023,21,15.5,27\n", "lineChart")]


@pytest.mark.parametrize(("kind", "csv", "plot"), CASES)
def test_native_error_bars_refer_to_the_workbook(read: Read, kind: str, csv: str, plot: str) -> None:
    space = native(with_ranges(read, csv, type=kind))._chartSpace
    (series,) = space.iter(f"{C}ser")
    assert series.getparent().tag == f"{C}{plot}"
    bars = series.find(f"{C}errBars")
    assert (bars.find(f"{C}errDir") is None) == (plot == "barChart")
    lengths: dict[str, Any] = {}
    for side in ("plus", "minus"):
        reference = bars.find(f"{C}{side}/{C}numRef")
        points = {point.get("idx"): float(point.findtext(f"{C}v")) for point in reference.iter(f"{C}pt")}
        lengths[side] = (reference.findtext(f"{C}f"), points)
    assert lengths == {
        "plus": ("Sheet1!$C$2:$C$4", {"0": 3, "2": 6}),
        "minus": ("Sheet1!$D$2:$D$4", {"0": 3, "2": 5.5}),
    }


BAND = "year,effect,low,high\n2021,12,9,15\n2022,19,14,20\n2023,21,15.5,27\n"


def test_ranges_of_all_values_of_a_line_are_a_band_of_two_native_areas(read: Read) -> None:
    space = native(with_ranges(read, BAND, type="line", x="year"))._chartSpace
    plots = [element.tag.removeprefix(C) for element in space.find(f".//{C}plotArea") if len(element) > 3]
    assert plots[:2] == ["areaChart", "lineChart"]
    base, band = space.findall(f".//{C}areaChart/{C}ser")
    values = [[float(v.text) for v in item.findall(f"{C}val//{C}pt/{C}v")] for item in (base, band)]
    assert values == [[9, 14, 15.5], [6, 6, 11.5]]
    assert base.find(f"{C}spPr/{{*}}noFill") is not None
    assert space.find(f".//{C}errBars") is None


@pytest.mark.parametrize(
    "csv",
    [
        BAND.replace("14,20", ","),
        BAND.replace("12,9", "12,-9"),
        BAND.replace("2022", "2021.2"),
    ],
)
def test_ranges_that_cannot_be_native_areas_stay_error_bars(read: Read, csv: str) -> None:
    drawing = with_ranges(read, csv, type="line", x="year")
    assert native(drawing)._chartSpace.find(f".//{C}errBars") is not None
    assert b"fill-opacity" not in draw_chart(drawing, load_theme())


def test_band_is_drawn_between_the_ends_of_the_ranges(read: Read) -> None:
    drawing = with_ranges(read, BAND, type="line", x="year")
    assert draw_chart(drawing, load_theme()).count(b"fill-opacity") == 1


@pytest.mark.parametrize(
    ("csv", "more", "message"),
    [
        (DRUGS, {"range": ""}, "`low=` requires `range=`"),
        (DRUGS, {"low": "", "high": ""}, "`range=` requires `low=`"),
        (DRUGS, {"y": "effect,low"}, "ranges require a single series"),
        (DRUGS.replace("9,15", "13,15"), {}, "row 2: the value 12 is not between 13 and 15"),
        (
            DRUGS.replace("9,15", "9,"),
            {},
            "row 2: a range requires a value and both of its ends",
        ),
        (DRUGS, {"y_max": "25"}, "`y-max=25` cuts off"),
        (DRUGS, {"type": "area"}, "area charts do not support `low=`"),
    ],
)
def test_unsuitable_ranges_are_reported(read: Read, csv: str, more: dict[str, str], message: str) -> None:
    chart, findings = read(csv, **(RANGE | more))
    assert chart is None
    assert findings[0].message.startswith(message) and findings[0].hint
