"""Test that areas of Marimekko charts are to scale, and that the workbook computes the native chart."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native
from triptych.charts.canvas import TextRuler
from triptych.charts.kinds.marimekko import lay_out_marimekko
from triptych.theme.theme import load_theme

THEME = load_theme()
CSV = "region,Coal,Gas\nAsia,60,20\nEurope,5,15\nAfrica,,4\n"


def mosaic(read: Read, csv: str = CSV, **more: str) -> tuple[Any, list[Any]]:
    return read(csv, type="marimekko", x="region", **({"y": "Coal,Gas"} | more))


def test_areas_are_proportional_to_values(read: Read) -> None:
    chart, findings = mosaic(read)
    assert not findings
    layout = lay_out_marimekko(chart, 300.0, TextRuler(THEME), 100.0)
    areas = [
        (right - left) * (bottom - top) for left, top, right, bottom in (cell.box for cell in layout.cells)
    ]
    assert [area / areas[0] for area in areas] == pytest.approx([1, 20 / 60, 5 / 60, 15 / 60, 4 / 60])
    assert max(cell.box[2] for cell in layout.cells) == pytest.approx(300)
    assert [cell.text for cell in layout.cells] == ["75%", "25%", "25%", "75%", ""]


def test_labels_below_narrow_columns_are_apart(read: Read) -> None:
    chart, _ = mosaic(read)
    ruler = TextRuler(THEME)
    labels = lay_out_marimekko(chart, 300.0, ruler, 100.0).labels
    assert [label.lines for label in labels] == [("Asia", "80"), ("Europe", "20"), ("Africa", "4")]
    ends = [
        (label.x - ruler.measure_widest(label.lines) / 2, label.x + ruler.measure_widest(label.lines) / 2)
        for label in labels
    ]
    assert ends[0][1] < ends[1][0] and ends[1][1] < ends[2][0] and ends[2][1] <= 300
    assert labels[2].has_leader and not labels[0].has_leader


def test_alt_text_has_totals_and_shares(read: Read) -> None:
    assert mosaic(read)[0].alt == (
        "Asia: 80, 75% (Coal), 25% (Gas). Europe: 20, 25% (Coal), 75% (Gas). Africa: 4, 0% (Coal), 100% (Gas)."
    )


def test_the_native_chart_has_steps_that_formulas_compute(read: Read) -> None:
    drawing = native(mosaic(read)[0])
    coal, gas = (tuple(series.values) for series in drawing.plots[0].series)
    assert coal == (0.75, 0.75, 0, 0, 0.25, 0.25, 0, 0, 0, 0)
    assert gas == (0.25, 0.25, 0, 0, 0.75, 0.75, 0, 0, 1, 1)
    days = [int(float(v.text)) for v in next(drawing._chartSpace.iter("{*}cat")).iter("{*}v")]
    assert days[0] == 36526 and days[-1] == 46526 and days == sorted(days)
    assert (days[5] - days[4]) / (days[1] - days[0]) == pytest.approx(0.25, abs=1e-3)
    with zipfile.ZipFile(BytesIO(drawing.part.chart_workbook.xlsx_part.blob)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>36526+ROUND(9880*SUM(B$2:C$2)/SUM(B$2:C$4),0)</f>" in sheet
    assert "<f>B2/SUM(B2:C2)</f><v>0.75</v>" in sheet


@pytest.mark.parametrize(
    ("csv", "more", "message"),
    [
        (CSV, {"y": "Gas"}, "requires 2 to 6 series; the data has 1"),
        (CSV.replace("15", "-15"), {}, 'the values of "Europe" must be zero or more'),
        (CSV.replace(",4", ",0"), {}, 'the values of "Africa" must be zero or more'),
        (CSV, {"highlight": "Asia"}, 'cannot highlight a single column, such as "Asia"'),
        (CSV + "".join(f"r{n},1,1\n" for n in range(7)), {}, "has 10 columns; the limit is 9"),
    ],
)
def test_unusable_values_are_reported(read: Read, csv: str, more: dict[str, str], message: str) -> None:
    chart, findings = mosaic(read, csv, **more)
    assert chart is None
    assert message in findings[0].message and findings[0].hint
