"""Test that funnels have centred bars with shares of the first stage, and formulas in the workbook."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native
from triptych.charts.canvas import TextRuler
from triptych.charts.drawing import lay_out_plot
from triptych.charts.plot_layout import PlotSettings, format_bar_value, iter_bars
from triptych.charts.rows import iter_data_rows
from triptych.theme.theme import load_theme

THEME = load_theme()
STAGES = "stage,people\nApplied,1200\nInvited,480\nOffer,96\nAccepted,3\n"


def funnel(read: Read, csv: str = STAGES, **more: str) -> tuple[Any, list[Any]]:
    return read(csv, type="funnel", x="stage", y="people", **more)


def test_bars_are_centred_and_to_scale(read: Read) -> None:
    chart, findings = funnel(read)
    assert not findings
    layout = lay_out_plot(chart, chart.data, 400.0, TextRuler(THEME), PlotSettings())
    boxes = [box for *_, box in iter_bars(layout)]
    assert [(box[0] + box[2]) / 2 for box in boxes] == pytest.approx([layout.width / 2] * 4)
    assert [(box[2] - box[0]) / layout.width for box in boxes] == pytest.approx([1, 0.4, 0.08, 0.0025])


def test_labels_have_the_share_of_the_first_stage(read: Read) -> None:
    chart, _ = funnel(read)
    labels = [format_bar_value(chart, chart.data, 0, index) for index in range(4)]
    assert labels == ["1,200 · 100%", "480 · 40%", "96 · 8%", "3 · 0.3%"]
    assert chart.alt == "Applied: 1,200 · 100%. Invited: 480 · 40%. Offer: 96 · 8%. Accepted: 3 · 0.3%."
    assert list(iter_data_rows(chart))[:2] == [
        ("Stage", "people", "Applied = 100"),
        ("Applied", "1,200", "100.0"),
    ]


def test_the_native_chart_centres_bars_by_formulas(read: Read) -> None:
    drawing = native(funnel(read)[0])
    values = [tuple(series.values) for series in drawing.plots[0].series]
    assert values == [(0, 360, 552, 598.5), (1200, 480, 96, 3), (1200, 480, 96, 3)]
    assert [text.text for text in drawing._chartSpace.iter("{*}t")] == [
        "1,200 · 100%", "480 · 40%", "96 · 8%", "3 · 0.3%",
    ]  # fmt: skip
    with zipfile.ZipFile(BytesIO(drawing.part.chart_workbook.xlsx_part.blob)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>(MAX(C$2:C$5)-C3)/2</f><v>360.0</v>" in sheet
    assert "<f>C3</f><v>480.0</v>" in sheet


@pytest.mark.parametrize(
    ("csv", "message"),
    [
        (STAGES.replace("480", ""), '"Invited" requires a value of zero or more'),
        (STAGES.replace("480", "-4"), '"Invited" requires a value of zero or more'),
        (STAGES.replace("96", "481"), '"Offer" is larger than the stage before it'),
        ("stage,people\nA,0\nB,0\n", "the first stage of the funnel is zero"),
        (
            "stage,people\n" + "".join(f"s{i},9\n" for i in range(15)),
            "the funnel has 15 stages; the limit is 14",
        ),
    ],
)
def test_unusable_stages_are_reported(read: Read, csv: str, message: str) -> None:
    chart, findings = funnel(read, csv)
    assert chart is None
    assert message in findings[0].message and findings[0].hint
