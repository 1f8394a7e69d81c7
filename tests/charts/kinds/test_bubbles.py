"""Test that bubble areas are proportional to their sizes in the drawing and the native chart."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from tests.charts.kinds.conftest import Read
from tests.writers.deck.test_charts import native
from triptych.charts.canvas import TextRuler
from triptych.charts.drawing import draw_chart, lay_out_plot
from triptych.charts.kinds.bubbles import Bubble
from triptych.charts.plot_layout import PlotSettings
from triptych.checks.deck.chart_data import read_workbook_cells
from triptych.theme.theme import load_theme

THEME = load_theme()
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CITIES = "city,before,after,people\nAlma,42,61,100\nBrink,35,52,25\nCorvo,58,55,400\n"


def cities(read: Read, csv: str = CITIES, **more: str) -> tuple[Any, list[Any]]:
    requested = {"x": "before", "y": "after", "size": "people", "labels": "city"} | more
    return read(csv, type="bubble", **{key: value for key, value in requested.items() if value})


def test_the_area_of_a_circle_is_in_proportion_to_its_size(read: Read) -> None:
    chart, result = cities(read)
    assert not result
    assert chart.data.categories == ("Corvo", "Alma", "Brink")  # a larger one hides none that is smaller
    plan = lay_out_plot(chart, chart.data, 300.0, TextRuler(THEME), PlotSettings())
    largest, middle, small = (Bubble().compute_radius(plan, index) for index in range(3))
    assert (largest / middle, largest / small) == pytest.approx((2, 4))
    assert largest == pytest.approx(min(plan.width, plan.height) / 8)


def test_circles_stay_within_the_plot_and_do_not_cover_the_legend(read: Read) -> None:
    chart, _ = cities(read)
    plan = lay_out_plot(chart, chart.data, 300.0, TextRuler(THEME), PlotSettings())
    for left, top, right, bottom in Bubble().iter_boxes(plan, TextRuler(THEME)):
        assert left >= 0 and right <= plan.width + plan.right and bottom <= plan.height and top >= -plan.top
    for key in Bubble().make_size_legend(plan, TextRuler(THEME)):
        assert key.y - key.radius > plan.height
        assert key.y + key.radius <= plan.total_height - plan.top


def test_all_circles_are_drawn_and_the_highlighted_one_last(read: Read) -> None:
    drawing = etree.fromstring(draw_chart(cities(read, highlight="Corvo")[0], THEME))
    paths = [path for path in drawing.iter("{*}path") if path.get("fill") != "none"]
    heights = []
    for path in paths:
        ys = [float(number) for number in path.get("d").strip("Mz").split()[1::2]]
        heights.append(max(ys) - min(ys))
    assert [height / heights[-1] for height in heights] == pytest.approx([0.5, 0.25, 1], abs=0.01)
    assert [path.get("fill") == f"#{THEME.colours.accent}" for path in paths] == [False, False, True]
    assert {path.get("stroke") for path in paths} == {f"#{THEME.colours.background}"}


def test_the_key_has_round_sizes(read: Read) -> None:
    svg = etree.fromstring(draw_chart(cities(read)[0], THEME))
    words = ["".join(text.itertext()) for text in svg.iter("{*}text")]
    assert words[-3:] == ["People", "50", "200"]


def test_alt_text_contains_the_numbers_of_all_circles(read: Read) -> None:
    chart, _ = cities(read)
    assert chart.alt.startswith("Corvo: 58 (Before), 55 (after), 400 (People). Alma: 42 (Before)")


def test_a_native_bubble_has_its_size_in_the_workbook(read: Read) -> None:
    space = native(cities(read)[0])._chartSpace
    (plot,) = space.iter(f"{C}bubbleChart")
    (series,) = plot.iter(f"{C}ser")
    assert [float(v.text) for v in series.find(f"{C}bubbleSize").iter(f"{C}v")] == [400, 100, 25]
    assert series.findtext(f"{C}bubbleSize//{C}f") == "Sheet1!$C$2:$C$4"
    assert plot.find(f"{C}bubbleScale").get("val") == "100"
    cells = read_workbook_cells(native(cities(read)[0]).part.chart_workbook.xlsx_part.blob)
    assert {"People", "Corvo"} <= set(cells.values())


@pytest.mark.parametrize(
    ("csv", "more", "said"),
    [
        (CITIES, {"size": ""}, "the bubble chart has no `size=` attribute"),
        (CITIES, {"size": "peopl"}, "peopl"),
        (CITIES.replace("25", "-25"), {}, '"-25" in column "people" is not a size'),
        (CITIES.replace("25", ""), {}, '"" in column "people" is not a size'),
        (CITIES, {"x": "city", "labels": ""}, 'requires numbers or dates in column "city"'),
        (CITIES, {"y": "before,after"}, "a bubble chart plots only one data column"),
        (CITIES, {"facet": "city"}, "bubble charts do not support `facet=`"),
        ("city,before,after,people\nA,1,2,0\n", {}, 'all sizes in column "people" are zero'),
    ],
)
def test_data_without_sizes_are_reported(read: Read, csv: str, more: dict[str, str], said: str) -> None:
    chart, findings = cities(read, csv, **more)
    assert chart is None
    assert said in findings[0].message and findings[0].hint
