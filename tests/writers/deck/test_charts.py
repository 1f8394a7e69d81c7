"""Test that native charts contain all content of the drawing, and open in PowerPoint without repair."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE

from tests.charts.conftest import chart as years_chart
from tests.charts.conftest import dated, series
from tests.writers.deck.conftest import opened, written
from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.drawing import lay_out_printed_plot
from triptych.checks.deck import check_deck
from triptych.checks.deck.chart_data import read_workbook_cells
from triptych.model.charts import (
    Annotation,
    ChartCallout,
    ChartData,
    ChartReferenceLine,
    DatePrecision,
    Scale,
)
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme
from triptych.writers.deck.slides import ChartBody, DeckSlide, SlideKindName

ROUND = ("pie", "donut")
WITH_AXES = ["line", "bar", "area", "scatter", "histogram"]
TARGET = (ChartReferenceLine(value=2, text="The target"),)


def slide_of(drawing: Chart) -> DeckSlide:
    return DeckSlide(kind=SlideKindName.CHART, title="A chart", body=ChartBody(chart=drawing, alt="Bars"))


def natives(drawing: Chart) -> list[Any]:
    """Return all native charts in slide order; the deck must be valid."""
    data = written(slide_of(drawing))
    assert check_deck(data) == []
    deck = Presentation(io.BytesIO(data))
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def native(drawing: Chart) -> Any:
    (item,) = natives(drawing)
    return item


def find(drawn: Any, path: str) -> Any:
    return drawn._chartSpace.find(path)


def words(drawn: Any) -> str:
    return " ".join(text for text in drawn._chartSpace.itertext() if text.strip())


def shapes(drawn: Any) -> list[str]:
    """Return the text in the user shapes of a chart."""
    part = next(
        (rel.target_part for rel in drawn.part.rels.values() if rel.reltype.endswith("/chartUserShapes")),
        None,
    )
    return [] if part is None else re.findall("<a:t>([^<]*)</a:t>", part.blob.decode())


def on(part: DatePrecision, *texts: str, kind: str = "line", **more: Any) -> Chart:
    return Chart(kind=kind, data=dated(part, *texts), caption=(), alt="", **more)


@pytest.mark.parametrize("kind", ["bar", "scatter"])
@pytest.mark.parametrize(
    "text",
    ["=1+1", "={1}", "file:///etc/passwd", "internal:Sheet1!A1", "https://example.org", "mailto:a@b.c", "@x"],
)
def test_text_stays_text_in_the_workbook(kind: str, text: str) -> None:
    data = ChartData(categories=(text, "b"), series=(series(1, 2, label=text), series(2, 3, label="other")))
    drawing = native(Chart(kind=kind, data=data, caption=(), alt=""))
    cells = read_workbook_cells(drawing.part.chart_workbook.xlsx_part.blob)
    assert text in cells.values()
    assert text in words(drawing)


# --- Types ----------------------------------------------------------------------------------------------


def test_a_pie_is_full_and_a_donut_a_ring() -> None:
    assert native(years_chart("pie", series(1, 2))).chart_type == XL_CHART_TYPE.PIE
    ring = native(years_chart("donut", series(1, 2)))
    assert ring.chart_type == XL_CHART_TYPE.DOUGHNUT
    assert int(find(ring, ".//{*}holeSize").get("val")) > 40


@pytest.mark.parametrize("kind", ROUND)
def test_slices_have_drawn_labels_instead_of_native_ones(
    kind: str,
) -> None:
    drawing = native(years_chart(kind, series(90, 1, 1, 1)))
    assert drawing._chartSpace.findall(".//{*}dLbl") == []
    assert shapes(drawing)[:2] == ["2020", "90 · 97%"]
    assert len(shapes(drawing)) == 8


def test_histogram_bars_are_adjacent() -> None:
    data = ChartData(categories=("0–5", "5–10"), series=(series(3, 1),), bin_edges=(0, 5, 10))
    drawing = native(Chart(kind="histogram", data=data, caption=(), alt=""))
    assert drawing.plots[0].gap_width == 0
    assert tuple(drawing.plots[0].categories) == ("0–5", "5–10")
    assert tuple(drawing.plots[0].series[0].values) == (3, 1)


@pytest.mark.parametrize(
    ("kind", "more", "native_type"),
    [
        ("bar", {}, XL_CHART_TYPE.COLUMN_STACKED_100),
        ("bar", {"horizontal": True}, XL_CHART_TYPE.BAR_STACKED_100),
        ("area", {}, XL_CHART_TYPE.AREA_STACKED_100),
    ],
)
def test_percentages_keep_their_source_values(
    kind: str, more: dict[str, bool], native_type: XL_CHART_TYPE
) -> None:
    stacked = years_chart(kind, series(1, 2), series(3, 4, label="b"), stacked=True, percent=True, **more)
    drawing = native(stacked)
    assert drawing.chart_type == native_type
    assert [tuple(item.values) for item in drawing.plots[0].series] == [(1, 2), (3, 4)]
    assert drawing.value_axis.tick_labels.number_format == "0%"


@pytest.mark.parametrize("horizontal", [True, False])
@pytest.mark.parametrize("stacked", [True, False])
def test_bars_below_zero_go_down_in_their_colour(horizontal: bool, stacked: bool) -> None:
    drawing = years_chart(
        "bar", series(1, -2), series(-1, 2, label="b"), horizontal=horizontal, stacked=stacked
    )
    assert [item.invert_if_negative for item in native(drawing).plots[0].series] == [False, False]


def test_areas_do_not_hide_each_other() -> None:
    drawing = native(years_chart("area", series(9, 9), series(1, 2, label="b")))
    assert drawing.chart_type == XL_CHART_TYPE.AREA
    assert len(drawing._chartSpace.findall(".//{*}ser/{*}spPr/{*}solidFill//{*}alpha")) == 2


def test_an_area_with_a_gap_is_a_line_with_a_gap() -> None:
    """Test that an area chart with a gap becomes a line chart, since a native area would drop to zero."""
    drawing = native(years_chart("area", series(1, None, 3)))
    assert drawing.chart_type == XL_CHART_TYPE.LINE_MARKERS
    assert find(drawing, ".//{*}dispBlanksAs").get("val") == "gap"


def test_scatter_chart_with_text_categories_keeps_them() -> None:
    drawing = native(years_chart("scatter", series(1, 2), years=False))
    assert tuple(drawing.plots[0].categories) == ("Name 0", "Name 1")
    assert find(drawing, ".//{*}ser/{*}spPr/{*}ln/{*}noFill") is not None


# --- Axes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "texts", "base", "code"),
    [
        (DatePrecision.YEAR, ("1990", "2000", "2024"), "years", "yyyy"),
        (DatePrecision.QUARTER, ("2023-Q1", "2023-Q2"), "months", "mmm yyyy"),
        (DatePrecision.MONTH, ("2024-01", "2024-06"), "months", "mmm yyyy"),
        (DatePrecision.DAY, ("2024-01-01", "2024-06-03"), "days", "d mmm yyyy"),
    ],
)
@pytest.mark.parametrize("kind", ["line", "area"])
def test_dates_are_on_a_date_axis(
    kind: str, part: DatePrecision, texts: tuple[str, ...], base: str, code: str
) -> None:
    drawing = native(on(part, *texts, kind=kind))
    axis = find(drawing, ".//{*}dateAx")
    assert axis.find("{*}baseTimeUnit").get("val") == base
    assert axis.find("{*}numFmt").get("formatCode") == code
    assert int(axis.find("{*}majorUnit").get("val")) >= 1


def test_even_years_are_plain_numbers_to_edit() -> None:
    drawing = native(on(DatePrecision.YEAR, "2020", "2021", "2022"))
    assert find(drawing, ".//{*}dateAx") is None
    assert tuple(drawing.plots[0].categories) == ("2020", "2021", "2022")


def test_years_before_the_days_of_spreadsheets_keep_their_distance_as_numbers() -> None:
    drawing = native(on(DatePrecision.YEAR, "1750", "1850", "2000"))
    assert drawing.chart_type == XL_CHART_TYPE.XY_SCATTER_LINES


def test_scatter_points_at_dates_have_day_positions() -> None:
    drawing = native(on(DatePrecision.DAY, "2024-01-01", "2024-03-01", kind="scatter"))
    days = [float(point.text) for point in drawing._chartSpace.findall(".//{*}xVal//{*}v")]
    assert days == [(dt.date(2024, month, 1) - dt.date(1899, 12, 30)).days for month in (1, 3)]


def test_missing_dates_keep_their_places_among_bars() -> None:
    drawing = native(on(DatePrecision.MONTH, "2024-06", "2025-06", "2025-12", kind="bar", language="de"))
    assert tuple(drawing.plots[0].categories) == ("Juni 2024", "Dez. 2024", "Juni 2025", "Dez. 2025")
    assert tuple(drawing.plots[0].series[0].values) == (1, None, 2, 3)


@pytest.mark.parametrize("kind", ["line", "scatter"])
def test_log_scales_are_native(kind: str) -> None:
    drawing = years_chart(kind, series(1, 50, 9000), y_scale=Scale.LOG)
    result = native(drawing)
    scaling = find(result, ".//{*}valAx/{*}scaling") if kind == "line" else None
    bases = [base.get("val") for base in result._chartSpace.iterfind(".//{*}scaling/{*}logBase")]
    assert bases == ["10"]
    if scaling is not None:
        assert scaling[0].tag.endswith("logBase")  # the schema requires it first
    assert (result.value_axis.minimum_scale, result.value_axis.maximum_scale) == (1, 10_000)


def test_both_scales_may_be_logarithmic() -> None:
    data = ChartData(categories=("1", "10"), series=(series(1, 2),), positions=(1.0, 10.0))
    drawing = Chart(kind="line", data=data, caption=(), alt="", x_scale=Scale.LOG, y_scale=Scale.LOG)
    assert len(native(drawing)._chartSpace.findall(".//{*}scaling/{*}logBase")) == 2


def test_ends_that_the_author_set_are_those_of_the_axis() -> None:
    axis = native(years_chart("line", series(50, 60), y_min=40.0, y_max=80.0)).value_axis
    assert (axis.minimum_scale, axis.maximum_scale) == (40, 80)


def test_lines_start_at_zero_as_in_the_drawing() -> None:
    assert native(years_chart("line", series(50, 60))).value_axis.minimum_scale == 0


@pytest.mark.parametrize(("count", "labelled"), [(9, 9), (16, 4)])
def test_labels_too_long_for_their_bars_are_omitted_and_not_rotated(count: int, labelled: int) -> None:
    names = tuple(f"Telecommunications{number}" for number in range(count))
    data = ChartData(categories=names, series=(series(*range(count)),))
    drawing = native(Chart(kind="bar", data=data, caption=(), alt=""))
    assert find(drawing, ".//{*}catAx/{*}txPr/{*}bodyPr").get("rot") == "0"
    words = "".join(shapes(drawing))
    assert words.count("Telecommunications") == labelled


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_a_time_axis_has_at_most_nine_labels(kind: str) -> None:
    drawing = lay_out_printed_plot(years_chart(kind, series(*range(12))), load_theme())
    assert 4 <= len(drawing.ticks) <= 9


def sizes_of(drawing: Chart) -> set[str]:
    return {
        run.get("sz")
        for native_chart in natives(drawing)
        for run in native_chart._chartSpace.iter("{*}rPr", "{*}defRPr")
        if run.get("sz")
    }


def test_charts_of_all_kinds_have_one_large_text_size() -> None:
    few, several = (
        years_chart("bar", series(1, 2)),
        years_chart("line", series(1, 3, 2), series(2, 2, 1, label="B")),
    )
    pair = years_chart("slope", series(1, 2), series(3, 1, label="B"))
    dots = years_chart("dumbbell", series(1, 2), series(3, 1, label="B"))
    assert [sizes_of(item) for item in (few, several, pair, dots)] == [{"1800"}] * 4


@pytest.mark.parametrize(("rows", "size"), [(14, "1800"), (18, "1600"), (20, "1400")])
def test_text_is_smaller_where_the_rows_are_close(rows: int, size: str) -> None:
    values = tuple(range(rows))
    assert sizes_of(years_chart("bar", series(*values), horizontal=True)) == {size}
    assert sizes_of(years_chart("dumbbell", series(*values), series(*values[::-1], label="B"))) == {size}


def test_panels_have_one_text_size() -> None:
    (size,) = sizes_of(panels(6))
    assert 1400 <= int(size) <= 1800


# --- Notes and reference lines --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WITH_AXES)
def test_reference_line_is_a_series_with_a_label(kind: str) -> None:
    drawing = native(years_chart(kind, series(1, 3, 2), reference_lines=TARGET))
    assert len(drawing.plots) == 2
    (line,) = drawing.plots[1].series
    assert set(line.values) - {None} == {2.0}
    assert "The target" in shapes(drawing)


@pytest.mark.parametrize("kind", WITH_AXES)
def test_annotations_above_the_plot_do_not_change_the_axis(kind: str) -> None:
    place = 1.5 if kind == "histogram" else 1.0 if kind == "bar" else 2021.0
    notes = (Annotation(position=place, name="2021", text="A new law"),)
    drawing = years_chart(kind, series(1, 3, 2), annotations=notes)
    result = native(drawing)
    assert len(result.plots) == 1
    assert "A new law" in shapes(result)
    assert (
        result.value_axis.maximum_scale == native(replace(drawing, annotations=())).value_axis.maximum_scale
    )


def test_annotations_of_one_point_are_stacked() -> None:
    notes = tuple(Annotation(position=1.0, name="2021", text=text) for text in ("One", "Two"))
    drawing = native(years_chart("bar", series(1, 3), annotations=notes))
    assert {"One", "Two"} <= set(shapes(drawing))


def test_directly_labelled_series_are_not_in_the_legend() -> None:
    drawing = native(years_chart("bar", series(1, 3), series(2, 1, label="b"), reference_lines=TARGET))
    hidden = [entry.find("{*}idx").get("val") for entry in drawing._chartSpace.iter("{*}legendEntry")]
    assert hidden == ["2"]


def test_reference_lines_of_horizontal_bars_are_chart_shapes() -> None:
    notes = (Annotation(position=0.0, name="2020", text="A law"),)
    drawing = years_chart("bar", series(1, 3), horizontal=True, reference_lines=TARGET, annotations=notes)
    result = native(drawing)
    assert shapes(result) == ["A law", "The target"]
    assert len(result.plots) == 1


def test_horizontal_bars_reserve_a_line_for_reference_labels() -> None:
    tops = []
    for marks in ((), TARGET):
        drawing = native(years_chart("bar", series(1, 4), horizontal=True, reference_lines=marks))
        layout = find(drawing, ".//{*}plotArea/{*}layout/{*}manualLayout")
        tops.append(float(layout.find("{*}y").get("val")))
    assert tops[1] > tops[0]


def test_a_line_at_a_value_is_at_its_place_over_lying_bars() -> None:
    """Test a reference line in horizontal bars: with axis limits of 0 and 4, 2 is in the middle."""
    drawing = native(years_chart("bar", series(1, 4), horizontal=True, reference_lines=TARGET))
    layout = drawing._chartSpace.find(".//{*}plotArea/{*}layout/{*}manualLayout")
    left, width = (float(layout.find(f"{{*}}{name}").get("val")) for name in ("x", "w"))
    scale = drawing.value_axis
    share = (2 - scale.minimum_scale) / (scale.maximum_scale - scale.minimum_scale)
    (relation,) = [rel for rel in drawing.part.rels.values() if rel.reltype.endswith("/chartUserShapes")]
    (line,) = etree.fromstring(relation.target_part.blob).iterfind(".//{*}cxnSp")
    assert float(line.getparent().findtext("{*}from/{*}x")) == pytest.approx(left + width * share, abs=1e-3)


@pytest.mark.parametrize("name", ["Halogen", "A lamp that has a name of more than the half of a slide " * 2])
def test_labels_of_horizontal_bars_leave_space_for_bars(name: str) -> None:
    data = ChartData(categories=(name, "b"), series=(series(1, 2),))
    drawing = native(Chart(kind="bar", data=data, caption=(), alt="", horizontal=True))
    layout = find(drawing, ".//{*}plotArea/{*}layout/{*}manualLayout")
    assert layout.find("{*}layoutTarget").get("val") == "inner"
    assert 0.05 < float(layout.find("{*}x").get("val")) < 0.45


# --- Many series, many bars, panels ---------------------------------------------------------------------


def test_more_series_than_colours_differ_in_line_and_pattern() -> None:
    many = [series(1, 2, label=f"S{number}") for number in range(8)]
    lines = native(years_chart("line", *many))
    looks = [
        (
            item._element.find("{*}spPr/{*}ln/{*}solidFill/{*}schemeClr").get("val"),
            item._element.find("{*}spPr/{*}ln/{*}prstDash") is not None,
        )
        for item in lines.plots[0].series
    ]
    assert len(set(looks)) == 8
    bars = native(years_chart("bar", *many, stacked=True))
    assert len(bars._chartSpace.findall(".//{*}ser/{*}spPr/{*}pattFill")) == 2


def panels(count: int, kind: str = "line", **more: Any) -> Chart:
    item = [series(number, None, number + 2, panel=f"P{number}") for number in range(1, count + 1)]
    return years_chart(kind, *item, **more)


@pytest.mark.parametrize("kind", [*WITH_AXES, *ROUND])
@pytest.mark.parametrize("count", [1, 2, 5, 7, 14])
def test_panels_are_native_charts_and_none_is_lost(kind: str, count: int) -> None:
    drawing = natives(panels(count, kind))
    assert len(drawing) == count
    values = [tuple(v for v in item.plots[0].series[0].values if v is not None) for item in drawing]
    assert values == [(number, number + 2) for number in range(1, count + 1)]
    assert [f"P{number}" in words(item) for number, item in enumerate(drawing, 1)] == [True] * count


@pytest.mark.parametrize("kind", WITH_AXES)
def test_panels_of_all_slides_have_one_scale(kind: str) -> None:
    scales = {
        (item.value_axis.minimum_scale, item.value_axis.maximum_scale) for item in natives(panels(9, kind))
    }
    assert len(scales) == 1


def test_panels_fit_the_chart_area_without_touching() -> None:
    deck = opened(slide_of(panels(5)))
    (single,) = [
        shape
        for shape in opened(slide_of(years_chart("line", series(1, 2)))).slides[0].shapes
        if shape.has_chart
    ]
    frames = [shape for shape in deck.slides[0].shapes if shape.has_chart]
    for index, item in enumerate(frames):
        assert single.left <= item.left and item.left + item.width <= single.left + single.width + 2
        assert single.top <= item.top and item.top + item.height <= single.top + single.height + 2
        for other in frames[index + 1 :]:
            apart_across = item.left + item.width <= other.left or other.left + other.width <= item.left
            apart_along = item.top + item.height <= other.top or other.top + other.height <= item.top
            assert apart_across or apart_along


def test_continued_panels_have_equal_size_and_separate_alt_texts() -> None:
    deck = opened(slide_of(panels(7)))
    frames = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(deck.slides) == 2
    assert len({(frame.width, frame.height) for frame in frames}) == 1
    texts = [frame._element.find(".//{*}cNvPr").get("descr") for frame in frames]
    assert texts == [f"P{number}: Bars" for number in range(1, 8)]


def test_a_series_has_one_colour_in_all_panels() -> None:
    drawing = years_chart(
        "line",
        series(1, 2, label="a", panel="P"),
        series(1, 2, label="b", panel="P"),
        series(3, 4, label="b", panel="Q"),
    )
    colours = [
        [
            entry._element.find("{*}spPr/{*}ln/{*}solidFill/{*}schemeClr").get("val")
            for entry in item.plots[0].series
        ]
        for item in natives(drawing)
    ]
    assert colours == [["accent1", "accent2"], ["accent2"]]


def test_long_lists_of_bars_are_continued_on_one_scale() -> None:
    names = tuple(f"Item {number}" for number in range(45))
    data = ChartData(categories=names, series=(series(*range(45)),))
    drawing = natives(Chart(kind="bar", data=data, caption=(), alt="", horizontal=True))
    assert len(drawing) == 3
    assert tuple(name for item in drawing for name in item.plots[0].categories) == names
    assert {item.value_axis.maximum_scale for item in drawing} == {50}


def test_callout_of_a_long_list_is_next_to_its_bar() -> None:
    names = tuple(f"Item {number}" for number in range(45))
    data = ChartData(categories=names, series=(series(*range(45)),))
    callouts = (ChartCallout(category="Item 20", text="The middle"),)
    drawing = Chart(kind="bar", data=data, caption=(), alt="", horizontal=True, callouts=callouts)
    assert [shapes(item) for item in natives(drawing)] == [[], ["The middle"], []]


def test_vertical_bars_and_short_lists_stay_on_one_slide() -> None:
    assert len(natives(years_chart("bar", series(*range(45))))) == 1
    assert len(natives(years_chart("bar", series(*range(12)), horizontal=True))) == 1


@pytest.mark.parametrize("kind", WITH_AXES)
def test_panels_carry_notes_and_lines(kind: str) -> None:
    notes = (Annotation(position=1.0, name="2021", text="A law"),)
    if kind in ("line", "area", "scatter"):
        notes = (replace(notes[0], position=2021.0),)
    for item in natives(panels(3, kind, annotations=notes, reference_lines=TARGET)):
        assert "A law" in shapes(item)
        assert "The target" in words(item)


# --- Titles of axes, percentages ------------------------------------------------------------------------


def titled(kind: str, **more: Any) -> Chart:
    drawing = years_chart(kind, series(1, 2, 4), value_title="Capacity", unit="GW", **more)
    return replace(drawing, data=replace(drawing.data, category_title="Year of the count"))


@pytest.mark.parametrize("kind", WITH_AXES)
def test_both_axes_have_their_titles(kind: str) -> None:
    drawing = native(titled(kind))
    assert drawing.chart_title.text_frame.text == "Capacity (GW)"
    assert drawing.category_axis.axis_title.text_frame.text == "Year of the count"


def test_category_axis_title_is_upright_below_horizontal_bars() -> None:
    title = native(titled("bar", horizontal=True)).category_axis.axis_title
    assert title.text_frame.text == "Year of the count"
    assert title._element.find(".//{*}bodyPr").get("rot") == "0"
    assert float(title._element.find("{*}layout/{*}manualLayout/{*}y").get("val")) > 0.6


@pytest.mark.parametrize(("language", "written"), [("en", "60%"), ("de", "60\u00a0%"), ("tr", "%60")])
def test_percentages_around_a_pie_have_the_sign_of_the_language(language: str, written: str) -> None:
    drawing = native(years_chart("pie", series(60, 40), unit="%", language=language))
    assert shapes(drawing)[1] == written
    assert not drawing.has_title


def test_amounts_around_a_pie_have_their_shares() -> None:
    drawing = native(years_chart("pie", series(6, 3), unit="GW"))
    assert shapes(drawing) == ["2020", "6 · 67%", "2021", "3 · 33%"]


# --- Highlights ------------------------------------------------------------------------------------------


def _slots(element: Any) -> list[str]:
    """Return the colour scheme slots that an element's own fill refers to."""
    return [result.get("val") for result in element.findall("{*}spPr/{*}solidFill/{*}schemeClr")]


def test_highlighted_bar_is_a_separate_point_of_a_grey_series() -> None:
    drawing = native(years_chart("bar", series(1, 2, 3), highlight=("2022",)))
    own = find(drawing, ".//{*}ser")
    assert _slots(own) == ["tx1"]
    (point,) = own.findall("{*}dPt")
    assert point.find("{*}idx").get("val") == "2"
    assert _slots(point) == ["accent1"]


def test_legend_keys_have_the_highlighted_colours() -> None:
    drawing = native(years_chart("bar", series(1, 2), series(2, 3, label="b"), highlight=("2021",)))
    for own, slot in zip(drawing._chartSpace.findall(".//{*}ser"), ("accent1", "accent2"), strict=True):
        assert _slots(own) == [slot]
        (point,) = own.findall("{*}dPt")
        assert (point.find("{*}idx").get("val"), _slots(point)) == ("0", ["tx1"])


def test_a_highlighted_line_is_thick_and_the_others_are_grey() -> None:
    lines = (series(1, 2), series(2, 3, label="b"))
    drawing = native(years_chart("line", *lines, highlight=("b",)))
    back, lit = (item.find("{*}spPr/{*}ln") for item in drawing._chartSpace.findall(".//{*}ser"))
    assert int(lit.get("w")) > 1.5 * int(back.get("w"))
    assert back.find(".//{*}schemeClr").get("val") == "tx1"
    assert lit.find(".//{*}schemeClr").get("val") == "accent2"


@pytest.mark.parametrize(
    "kind",
    [kind for kind in CHART_TYPES if kind not in ("funnel", "gantt", "heatmap", "marimekko", "tilemap")],
)
def test_every_chart_type_supports_callouts(kind: str) -> None:
    name = "Output" if kind == "area" else "2021"
    pair = (series(2, 3, 4, label="b"),) if kind == "dumbbell" else ()
    assert native(years_chart(kind, series(1, 2, 3), *pair, highlight=(name,)))


# --- Data labels -----------------------------------------------------------------------------------------


def test_callouts_are_shapes_of_the_chart_that_people_can_edit() -> None:
    callouts = (ChartCallout(category="2022", text="More than ever"),)
    drawing = native(years_chart("bar", series(1, 2, 9), callouts=callouts))
    assert shapes(drawing) == ["More than ever"]
    assert drawing._chartSpace.find("{*}userShapes") is not None


@pytest.mark.parametrize("direct", [True, False])
def test_lines_are_named_by_labels_at_their_ends_or_by_a_legend(direct: bool) -> None:
    lines = (series(1, 5, 9, label="a"), series(2, 3, 4, label="b"))
    drawing = native(years_chart("line", *lines, direct_labels=direct))
    assert drawing.has_legend != direct
    named = [item.get("val") for item in drawing._chartSpace.findall(".//{*}dLbl/{*}showSerName")]
    assert named.count("1") == (2 if direct else 0)


def test_stacked_bars_are_labelled_by_shapes_next_to_the_last() -> None:
    layers = (series(10, 20, label="a"), series(30, 30, label="b"))
    drawing = native(years_chart("bar", *layers, stacked=True))
    assert shapes(drawing) == ["a 20", "b 30"]
    assert not drawing.has_legend


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("en-GB", '#,##0,,,,"\u00a0tn"'),
        ("de", '#,##0,,,,"\u00a0Bio."'),
        ("zh", '#,##0,,,,"万亿"'),
    ],
)
def test_large_values_are_short_in_the_language(language: str, code: str) -> None:
    drawing = native(years_chart("bar", series(4e12, 9e12, 14e12), language=language))
    assert drawing.plots[0].series[0].data_labels.number_format == code


def test_values_in_other_units_are_written_as_text() -> None:
    drawing = native(years_chart("bar", series(4e8, 9e8), language="zh"))
    labels = drawing._chartSpace.findall(".//{*}dLbl")
    assert [label.findtext("{*}tx//{*}t") for label in labels] == ["4亿", "9亿"]


def test_large_values_are_short_on_the_axis_too() -> None:
    lines = (series(4e12, 9e12), series(5e12, 14e12, label="b"))
    drawing = native(years_chart("line", *lines, language="en"))
    assert drawing.value_axis.tick_labels.number_format == (
        '#,##0,,,,"\u00a0tn""  ";"−"#,##0,,,,"\u00a0tn""  ";"0""  "'
    )
