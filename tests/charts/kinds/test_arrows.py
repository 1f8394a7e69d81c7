"""Test arrows between two values: their text, their place, and their shapes in the native chart."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import pytest

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import TextRuler, touches
from triptych.charts.drawing import lay_out_plot
from triptych.charts.plot_layout import PlotLayout, PlotSettings
from triptych.charts.totals import iter_total_labels
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme

RULER = TextRuler(load_theme())
ENERGY = "year,wind,solar\n2019,20,5\n2020,22,-8\n2021,24,10\n2022,,15\n2024,30,20\n"
MONTHS = "month,sales\n2022-03,100\n2022-09,110\n2023-03,121\n2024-03,144\n"


def with_arrow(read: Read, csv: str = ENERGY, language: str = "en", **more: str) -> Chart:
    attributes = {"type": "bar", "x": csv.partition(",")[0], "y": "wind,solar"} | more
    chart, findings = read(csv, language, **attributes)
    assert not [finding for finding in findings if finding.code == "CHT001"], findings
    assert isinstance(chart, Chart)
    return chart


def text_of(chart: Chart) -> str:
    assert chart.arrow is not None
    return chart.arrow.text.replace("\xa0", " ")


def test_difference_is_in_per_cent_of_the_first_value(read: Read) -> None:
    assert text_of(with_arrow(read, difference="wind, 2019; wind, 2021")) == "+20%"
    assert text_of(with_arrow(read, difference="wind, 2021; wind, 2019")) == "−17%"
    assert text_of(with_arrow(read, difference="wind, 2024; solar, 2024")) == "−33%"
    assert text_of(with_arrow(read, y="wind", difference="2019; 2021", language="de")) == "+20 %"


def test_difference_of_percentages_is_in_percentage_points(read: Read) -> None:
    assert text_of(with_arrow(read, y="wind", difference="2019; 2021", unit="%")) == "+4 pp"
    assert (
        text_of(with_arrow(read, y="wind", difference="2019; 2021", unit="%", language="zh")) == "+4个百分点"
    )


def test_arrow_of_stacks_shows_their_sums_or_the_share_of_a_series(read: Read) -> None:
    stacked = {"stacked": "true", "difference": "2019; 2024"}
    assert text_of(with_arrow(read, **stacked)) == "+100%"
    shares = stacked | {"stacked": "percent", "difference": "solar, 2019; solar, 2024"}
    assert text_of(with_arrow(read, ENERGY.replace("-8", "8"), **shares)) == "+20 pp"


def test_growth_is_the_compound_annual_rate_and_names_its_years(read: Read) -> None:
    rate = 100 * (math.pow(30 / 20, 1 / 5) - 1)
    assert text_of(with_arrow(read, y="wind", growth="2019; 2024")) == f"+{rate:.1f}% a year, 2019–2024"
    months = {"y": "sales", "type": "line", "growth": "2022-03; 2024-03"}
    assert text_of(with_arrow(read, MONTHS, **months)) == "+20% a year, Mar 2022–Mar 2024"


def test_sign_of_a_change_is_at_the_left_of_its_number_in_arabic(read: Read) -> None:
    chart = with_arrow(read, language="ar", y="wind", growth="2019; 2024")
    # The direction of the text is that of its first strong character; the number follows a left-to-right mark.
    assert text_of(chart).startswith("\u200f\u200e+")
    native_arrow = native(chart)
    relations = native_arrow.part.rels.values()
    (drawn,) = (rel.target_part.blob for rel in relations if rel.reltype.endswith("/chartUserShapes"))
    assert b'rtl="1"' in drawn


def test_alt_text_contains_the_change(read: Read) -> None:
    chart = with_arrow(read, y="wind", difference="2019; 2021", fig_alt="Bars of wind.")
    assert chart.alt == "Bars of wind. 2019 – 2021: +20%."


def lay_out(chart: Chart) -> PlotLayout:
    return lay_out_plot(chart, chart.data, 320.0, RULER, PlotSettings())


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_arrow_is_above_all_texts_and_touches_none(read: Read, kind: str) -> None:
    csv = "year,oil,grain\n" + "".join(f"{year},{year - 2009},4\n" for year in range(2015, 2025))
    more: dict[str, Any] = {"stacked": "true", "totals": "true"} if kind == "bar" else {}
    place = "{}" if kind == "bar" else "oil, {}"
    chart = with_arrow(
        read,
        csv,
        type=kind,
        y="oil,grain",
        annotate="2015: A law of the first year",
        callout="grain, 2016: Less; oil, 2024: The most of all",
        growth="; ".join(map(place.format, (2015, 2024))),
        **more,
    )
    layout = lay_out(chart)
    arrow = layout.arrow
    assert arrow is not None
    texts = [box for _, box in iter_total_labels(layout, RULER)]
    texts += [measure_callout_box(callout, RULER) for callout in (*layout.callouts, arrow.label)]
    assert not any(touches(a, b) for a, b in combinations(texts, 2))
    assert arrow.label.top >= -layout.top and arrow.tip[1] > arrow.line[1][1]
    for (x, y), end in ((arrow.line[0], 0), (arrow.tip, -1)):
        assert not any(
            left < x < right and bottom > arrow.line[1][1] and top < y for left, top, right, bottom in texts
        ), end


def test_native_arrow_is_made_of_shapes(read: Read) -> None:
    chart = with_arrow(read, y="wind", difference="2019; 2021")
    (drawing,) = [
        rel.target_part for rel in native(chart).part.rels.values() if "chartUserShapes" in rel.reltype
    ]
    assert drawing.blob.count(b'prst="line"') == 3
    assert drawing.blob.count(b'prst="flowChartMerge"') == 1
    assert "+20%" in drawing.blob.decode()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"difference": "2019"}, "`difference=` has 1 ends; an arrow has two"),
        ({"difference": "wind, 2019; 2030"}, '`difference=` names "2030", which is not in the chart'),
        (
            {"difference": "wind, 2022; wind, 2024"},
            'the difference for "wind, 2022" points to a missing value',
        ),
        ({"difference": "2019; 2024"}, '`difference=` names "2019", where the chart has several values'),
        (
            {"difference": "solar, 2020; solar, 2024"},
            '`difference=` cannot show a percentage: "2020" is -8, not positive',
        ),
        (
            {"growth": "wind, 2024; wind, 2019"},
            "`growth=` requires two values of one series, at least a year",
        ),
        (
            {"growth": "wind, 2019; solar, 2024"},
            "`growth=` requires two values of one series, at least a year",
        ),
        ({"growth": "wind, 2019; wind, 2024", "unit": "%"}, "`growth=` requires amounts"),
        (
            {"growth": "wind, 2019; wind, 2024", "difference": "wind, 2019; wind, 2024"},
            "a chart cannot have both `difference=` and `growth=`",
        ),
        (
            {"difference": "wind, 2019; wind, 2024", "horizontal": "true"},
            "`difference=` requires a single chart with vertical bars or lines",
        ),
        ({"type": "scatter", "difference": "wind, 2019; wind, 2024"}, "scatter charts do not support"),
    ],
)
def test_invalid_arrow_is_reported(read: Read, more: dict[str, str], message: str) -> None:
    chart, findings = read(ENERGY, **({"type": "bar", "x": "year", "y": "wind,solar"} | more))
    assert chart is None
    assert findings[0].message.startswith(message) and findings[0].hint
