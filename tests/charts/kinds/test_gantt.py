"""Test that the bars of Gantt charts cover the days of their tasks, in the drawing and the native chart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native, shapes
from triptych.charts.canvas import TextRuler
from triptych.charts.drawing import draw_chart, lay_out_plot
from triptych.charts.kinds.gantt import Gantt
from triptych.charts.plot_layout import PlotSettings, iter_bars, locate_reference_label, locate_value
from triptych.charts.rows import iter_data_rows
from triptych.checks.deck.chart_data import read_workbook_cells
from triptych.theme.theme import load_theme

THEME = load_theme()
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PLAN = (
    "task,phase,start,end\nDesign,Plan,2026-01-01,2026-01-10\nWorks,Build,2026-01-11,2026-01-30\n"
    "Opening,Build,2026-01-31,\n"
)


def plan(read: Read, csv: str = PLAN, language: str = "en-GB", **more: str) -> tuple[Any, list[Any]]:
    attributes = {"x": "task", "start": "start", "end": "end"} | more
    return read(csv, language, type="gantt", **{key: value for key, value in attributes.items() if value})


def test_bars_end_after_the_last_day_of_their_tasks(read: Read) -> None:
    chart, findings = plan(read, series="phase")
    assert not findings
    layout = lay_out_plot(chart, chart.data, 400.0, TextRuler(THEME), PlotSettings())
    design, works, opening = (box for *_, box in sorted(iter_bars(layout), key=lambda bar: bar[1]))
    assert design[0] == pytest.approx(0) and design[2] == pytest.approx(works[0])
    assert (works[2] - works[0]) / (design[2] - design[0]) == pytest.approx(2)
    assert opening[0] == opening[2] == pytest.approx(layout.width)
    diamond = list(Gantt().iter_boxes(layout, TextRuler(THEME)))[-1]
    assert (diamond[0] + diamond[2]) / 2 == pytest.approx(opening[0]) and diamond[2] > diamond[0]


def test_an_end_without_a_day_includes_its_whole_period(read: Read) -> None:
    chart, _ = plan(read, "task,start,end\nA,2026-01,2026-02\nB,2026-Q2,2026-Q4\nC,2027,2027\n")
    assert chart.data.series[0].values == (59, 275, 365)


def test_table_and_alt_text_have_the_dates(read: Read) -> None:
    chart, _ = plan(read, series="phase")
    assert list(iter_data_rows(chart, machine_readable=True)) == [
        ("Task", "Phase", "Start", "End"),
        ("Design", "Plan", "2026-01-01", "2026-01-10"),
        ("Works", "Build", "2026-01-11", "2026-01-30"),
        ("Opening", "Build", "2026-01-31", ""),
    ]
    assert chart.alt == (
        "Design: 1 Jan 2026–10 Jan 2026. Works: 11 Jan 2026–30 Jan 2026. Opening: 31 Jan 2026."
    )


def test_dates_may_have_another_format(read: Read) -> None:
    chart, findings = plan(read, "task,start,end\nA,1.3.2026,2.3.2026\nB,31.3.2026,\n", "de")
    assert not findings and chart.data.series[0].values == (2, 0)


def test_the_workbook_has_starts_and_durations(read: Read) -> None:
    drawing = native(plan(read, series="phase")[0])
    hidden, *phases = drawing.plots[0].series
    assert hidden.format.fill.type is not None and [tuple(series.values) for series in phases] == [
        (10, None, None),
        (None, 20, 0),
    ]
    cells = read_workbook_cells(drawing.part.chart_workbook.xlsx_part.blob)
    assert [cells["Sheet1", 1, column] for column in range(1, 5)] == ["Task", "Start", "Plan", "Build"]
    assert cells["Sheet1", 3, 2] == str((dt.date(2026, 1, 11) - dt.date(1899, 12, 30)).days)
    assert cells["Sheet1", 3, 4] == "20"
    assert [text.text for text in drawing._chartSpace.iter("{*}t") if text.text == "◆"] == ["◆"]


@pytest.mark.parametrize(
    ("csv", "more", "message"),
    [
        (PLAN, {"start": ""}, "the Gantt chart has no `start=` attribute"),
        (PLAN, {"end": "stop"}, 'has no column "stop"'),
        (PLAN, {"y": "start", "stacked": "true"}, "gantt charts do not support `stacked=`"),
        (PLAN.replace("01-10", "01-32"), {}, '"2026-01-32" in column "end" is not a valid date'),
        (PLAN.replace("2026-01-11", "soon"), {}, '"soon" in column "start" is not a date in the format'),
        (PLAN.replace("2026-01-11", ""), {}, 'the cell in column "start" is empty'),
        (PLAN.replace("2026-01-30", "2026-01-03"), {}, "the task ends on"),
        (
            PLAN.replace("2026-01-01", "1826-01-01"),
            {},
            '"1826-01-01" in column "start" is not a valid date of March 1900 or later',
        ),
    ],
)
def test_unusable_plan_is_reported(read: Read, csv: str, more: dict[str, str], message: str) -> None:
    chart, findings = plan(read, csv, **more)
    assert chart is None
    assert message in findings[0].message and findings[0].hint


@pytest.mark.parametrize(
    ("today", "label", "sentence"),
    [
        ("2026-01-15", "15 Jan 2026", "15 Jan 2026"),
        ("2026-01-15: Review", "Review", "Review: 15 Jan 2026"),
    ],
)
def test_line_at_a_date_is_drawn_in_all_outputs_and_described(
    read: Read, today: str, label: str, sentence: str
) -> None:
    chart, findings = plan(read, series="phase", today=today)
    assert not findings
    assert chart.alt.endswith(f"Opening: 31 Jan 2026. {sentence}.")
    layout = lay_out_plot(chart, chart.data, 400.0, TextRuler(THEME), PlotSettings())
    (mark,) = chart.reference_lines
    assert locate_value(layout, mark.value) / layout.width == pytest.approx(14 / 30)
    assert label in draw_chart(chart, THEME).decode()
    assert label in shapes(native(chart))


def test_time_axis_and_label_include_a_date_after_the_plan(read: Read) -> None:
    chart, _ = plan(read, today="2026-03-02: Date of this report")
    layout = lay_out_plot(chart, chart.data, 400.0, TextRuler(THEME), PlotSettings())
    (mark,) = chart.reference_lines
    x, ruler = locate_value(layout, mark.value), TextRuler(THEME)
    assert x == pytest.approx(layout.width)
    left = locate_reference_label(layout, mark.text, x, ruler)
    assert left + ruler.measure(mark.text) <= layout.width + layout.right


@pytest.mark.parametrize("today", ["today", "15.1.2026", "2026-02-30", "1900-01-01", ": Review"])
def test_line_requires_a_date(read: Read, today: str) -> None:
    _, findings = plan(read, today=today)
    assert [finding.code for finding in findings] == ["CHT001"]
    assert "must start with a date" in findings[0].message
