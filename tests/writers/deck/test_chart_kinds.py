"""Test that chart types unknown to PowerPoint are native charts with editable numbers."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx.enum.chart import XL_CHART_TYPE

from tests.charts.conftest import chart, series
from tests.e2e.validators import openxml_audit
from tests.writers.deck.conftest import make_cell, opened, written
from tests.writers.deck.test_charts import native, natives, slide_of
from triptych.charts.drawing import draw_chart
from triptych.checks.deck import check_deck
from triptych.checks.deck.chart_data import read_workbook_cells
from triptych.model.charts import ChartData, Series, Tile
from triptych.model.nodes import Align, Chart, Text
from triptych.theme.colours import ENHANCED_CONTRAST, READABLE_CONTRAST, compute_contrast_ratio, list_shades
from triptych.theme.theme import load_theme
from triptych.writers.deck.slides import ChartBody, DeckSlide, Run, SlideKindName, TableBody
from triptych.writers.deck.template.built_in_template import Variation, vary_theme
from triptych.writers.deck.template.opening import open_built_in_template
from triptych.writers.deck.template.palette import get_shade

RT_USER_SHAPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartUserShapes"
NS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
FEW = settings(max_examples=6, deadline=None, derandomize=True, database=None)
VALUE = st.one_of(st.none(), st.floats(-1e6, 1e6).map(lambda value: float(f"{value:.4g}")))


def slopes(*ends: tuple[float, float]) -> Chart:
    return chart("slope", *(series(*pair, label=f"S{i}") for i, pair in enumerate(ends)))


def pairs(*rows: tuple[float | None, float | None], **more: object) -> Chart:
    item, other = zip(*rows, strict=True)
    return chart("dumbbell", series(*item, label="2010"), series(*other, label="2024"), years=False, **more)


def waterfall(*values: float | None, totals: tuple[int, ...] = ()) -> Chart:
    drawing = chart("waterfall", series(*values), years=False)
    return replace(drawing, data=replace(drawing.data, total_indices=totals))


def labels_of(drawn: Any) -> list[str]:
    labels = drawn._chartSpace.iter(f"{NS}dLbl")
    return ["".join(text.text for text in label.findall(".//{*}r/{*}t")) for label in labels]


# --- Slopes ---------------------------------------------------------------------------------------------


def test_slopes_extend_over_the_width_that_their_labels_leave() -> None:
    box = get_plot_box(native(slopes((45, 64), (30, 22))))
    assert box["w"] > 0.75


def test_a_slope_is_a_native_line_with_name_and_value_at_both_ends() -> None:
    drawing = native(slopes((45, 64), (30, 22)))
    assert drawing.chart_type is XL_CHART_TYPE.LINE_MARKERS
    assert [tuple(item.values) for item in drawing.plots[0].series] == [(45, 64), (30, 22)]
    matches = drawing._chartSpace.findall(f".//{NS}dLbl")
    assert len(matches) == 4
    for tag in ("showVal", "showSerName"):
        assert {label.find(f"{NS}{tag}").get("val") for label in matches} == {"1"}
    assert not drawing.has_legend


def test_overlapping_labels_are_moved_apart() -> None:
    drawing = native(slopes((10, 50), (10, 10), (10, 90)))
    moved = [label.find(f"{NS}layout") for label in drawing._chartSpace.findall(f".//{NS}dLbl")]
    assert sum(layout is not None for layout in moved) >= 2


# --- Dumbbells ------------------------------------------------------------------------------------------


def test_dumbbell_is_a_scatter_chart_with_a_row_per_name() -> None:
    drawing = native(pairs((12, 44), (45, 40), (None, 3)))
    line, item, other, names = drawing.plots[0].series
    places = [p.findtext(f"{NS}v") for p in item._element.find(f"{NS}xVal").iter(f"{NS}pt")]
    assert places[:2] == ["12", "45"]
    assert list(item.values)[:3] == [3, 2, None]
    assert list(other.values)[:3] == [3, 2, 1]
    assert list(names.values)[:3] == [3, 2, 1]
    assert [value for value in line.values if value is not None] == [3, 3, 2, 2]
    assert {"Name 0", "Name 1", "Name 2"} <= set(labels_of(drawing))
    deleted = [entry.find(f"{NS}idx").get("val") for entry in drawing._chartSpace.iter(f"{NS}legendEntry")]
    assert deleted == ["0", "3"]


def test_highlighted_points_are_separate_series_with_names_in_the_workbook() -> None:
    drawing = native(pairs((12, 44), (45, 40), (7, 3), highlight=("Name 1",)))
    names = [item.name for item in drawing.plots[0].series]
    assert names == ["–", "–", "2010", "2024", "2010", "2024", "–"]
    assert [[v for v in item.values if v] for item in drawing.plots[0].series][:6] == [
        [3, 3, 1, 1],
        [2, 2],
        [2],
        [2],
        [3, 1],
        [3, 1],
    ]


def test_line_of_a_highlighted_row_is_thicker_than_the_others() -> None:
    drawing = native(pairs((12, 44), (45, 40), (7, 3), highlight=("Name 1",)))
    others, highlighted, *_ = drawing.plots[0].series
    assert others.format.line.width < highlighted.format.line.width
    deleted = [entry.find(f"{NS}idx").get("val") for entry in drawing._chartSpace.iter(f"{NS}legendEntry")]
    assert sorted(deleted) == ["0", "1", "4", "5", "6"]


def test_dumbbell_workbook_is_a_table_of_categories_and_the_points_are_formulas() -> None:
    drawing = native(pairs((12, 44), (45, None), highlight=("Name 1",)))
    blob = drawing.part.chart_workbook.xlsx_part.blob
    cells = read_workbook_cells(blob)
    rows = [[cells.get(("Sheet1", row, column), "") for column in (1, 2, 3)] for row in (1, 2, 3)]
    assert rows == [["–", "2010", "2024"], ["Name 0", "12", "44"], ["Name 1", "45", ""]]
    with zipfile.ZipFile(io.BytesIO(blob)) as book:
        assert b'ref="A1:C3"' in book.read("xl/tables/table1.xml")
        formulas = set(re.findall(r"<f>(\w+)</f>", book.read("xl/worksheets/sheet1.xml").decode()))
    assert formulas == {"B2", "C2", "B3"}


def test_workbook_has_the_caption_the_unit_and_the_source_in_cells() -> None:
    drawing = replace(slopes((45, 64), (30, 22)), caption=(Text(text="Then and now"),), unit="%")
    body = ChartBody(chart=drawing, alt="Slopes", source=(Run(text="Source: IEA"),))
    slide = opened(DeckSlide(kind=SlideKindName.CHART, title="T", body=body)).slides[0]
    (found,) = (shape.chart for shape in slide.shapes if shape.has_chart)
    blob = found.part.chart_workbook.xlsx_part.blob
    details = [text for (sheet, *_), text in read_workbook_cells(blob).items() if sheet == "Details"]
    assert details == ["Then and now", "%", "Source: IEA"]
    with zipfile.ZipFile(io.BytesIO(blob)) as book:
        table = book.read("xl/tables/table1.xml").decode()
    assert 'displayName="ChartData"' in table
    assert re.findall('tableColumn id="." name="([^"]*)"', table) == ["–", "S0", "S1"]


def test_series_of_equal_names_leave_the_workbook_without_a_table() -> None:
    same = chart("line", series(1, 2, label="A"), series(2, 3, label="a"))
    with zipfile.ZipFile(io.BytesIO(native(same).part.chart_workbook.xlsx_part.blob)) as book:
        assert not [name for name in book.namelist() if "tables" in name]


def test_values_are_on_the_outer_sides_of_points() -> None:
    drawing = native(pairs((12, 44), (45, 40)))
    _, item, other, _ = drawing.plots[0].series
    sides = [[e.get("val") for e in entry._element.iter(f"{NS}dLblPos")] for entry in (item, other)]
    assert sides == [["l", "r"], ["r", "l"]]


def test_many_pairs_continue_on_another_slide_with_the_same_scale() -> None:
    drawing = natives(pairs(*[(index, index + 5) for index in range(40)]))
    assert len(drawing) > 1
    scales = {(item.category_axis.minimum_scale, item.category_axis.maximum_scale) for item in drawing}
    assert len(scales) == 1


# --- Waterfalls -----------------------------------------------------------------------------------------


def test_a_waterfall_is_stacked_columns_on_one_that_is_not_seen() -> None:
    drawing = native(waterfall(100, 20, -50, 70, totals=(0, 3)))
    assert drawing.chart_type is XL_CHART_TYPE.COLUMN_STACKED
    foot, rise, fall, total = drawing.plots[0].series
    assert foot._element.find(f"{NS}spPr/{{*}}noFill") is not None
    assert tuple(foot.values) == (0, 100, 70, 0)
    assert tuple(rise.values) == (None, 20, None, None)
    assert tuple(fall.values) == (None, None, 50, None)
    assert tuple(total.values) == (100, None, None, 70)
    assert (rise.name, fall.name, total.name) == ("Increase", "Decrease", "Total")
    assert {"100", "+20", "−50", "70"} <= set(labels_of(drawing))


def test_bars_that_reach_below_zero_are_split_there() -> None:
    drawing = native(waterfall(100, -150, -50, totals=(0, 2)))
    columns = {item.name: tuple(item.values) for item in drawing.plots[0].series}
    assert columns["Decrease"] == (None, 100, None)
    assert columns["Decrease < 0"] == (None, -50, None)
    assert columns["Total < 0"] == (None, None, -50)


@pytest.mark.e2e
@FEW
@given(st.lists(VALUE, min_size=1, max_size=12).filter(any), st.sets(st.integers(0, 11)))
def test_whatever_the_data_columns_reach_where_the_drawing_does(
    values: list[float | None], totals: set[int]
) -> None:
    drawing = waterfall(*values, totals=tuple(sorted(index for index in totals if index < len(values))))
    result = native(drawing)
    bars = list(result.plots[0].series)
    for index, step in enumerate(drawing.data.waterfall_spans):
        parts = [bar.values[index] or 0.0 for bar in bars]
        if step is None:
            assert not any(parts)
            continue
        above, below = sum(part for part in parts if part > 0), sum(part for part in parts if part < 0)
        assert {round(above, 3), round(below, 3)} >= {round(max(*step, 0.0), 3), round(min(*step, 0.0), 3)}


def test_lines_join_the_end_of_each_bar_to_the_next() -> None:
    drawing = waterfall(100, 20, -50, -70, 30, totals=(0,))
    lines = list(native(drawing).plots[1].series)[:-1]
    joined = {
        (index, item)
        for line in lines
        for index, (item, other) in enumerate(pairwise(line.values))
        if item is not None and other is not None
    }
    assert joined == {(0, 100), (1, 120), (2, 70), (3, 0)}


# --- All ------------------------------------------------------------------------------------------------


@pytest.mark.e2e
@FEW
@given(st.lists(st.tuples(VALUE, VALUE), min_size=1, max_size=6))
def test_no_data_make_an_unsound_file(rows: list[tuple[float | None, float | None]]) -> None:
    known = [(item or 0.0, other or 0.0) for item, other in rows]
    assert natives(slopes(*known))
    assert natives(pairs(*[*rows, (1, 2)]))


@pytest.mark.parametrize("kind", ["slope", "dumbbell", "waterfall"])
def test_other_validators_report_nothing_either(kind: str, tmp_path: Any) -> None:
    drawing = {
        "slope": slopes((1, 2), (1.1, 2.1)),
        "dumbbell": pairs((1, 2), (4, 3)),
        "waterfall": waterfall(10, -15, 5),
    }[kind]
    path = tmp_path / "deck.pptx"
    path.write_bytes(written(slide_of(drawing)))
    assert openxml_audit(path) == []


# --- Heat tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variation", "min_contrast"),
    [("light", READABLE_CONTRAST), ("dark", READABLE_CONTRAST), ("high-contrast", ENHANCED_CONTRAST)],
)
def test_numbers_are_readable_on_each_step(variation: Variation, min_contrast: float) -> None:
    palette = (
        open_built_in_template(vary_theme(load_theme(), variation), "en")
        .kind_layouts[SlideKindName.TABLE]
        .palette
    )
    for step in (step for step in range(-9, 10) if step):
        fill, ink = get_shade(step, palette)
        assert compute_contrast_ratio(palette.get_colour(ink), palette.get_colour(fill)) >= min_contrast


def test_cells_without_a_step_have_no_fill() -> None:
    numbers = tuple(replace(make_cell(Run(text=f"{step}")), shade=step) for step in (-9, 0, 9))
    rows = (tuple(make_cell(Run(text="x")) for _ in numbers), numbers)
    body = TableBody(rows=rows, alignments=(Align.CENTER,) * 3, alt="Heat")
    slide = DeckSlide(kind=SlideKindName.TABLE, title="Heat", body=body)
    assert check_deck(written(slide)) == []
    (table,) = (shape.table for shape in opened(slide).slides[0].shapes if shape.has_table)
    fills = [cell._tc.find("{*}tcPr/{*}solidFill/{*}srgbClr") is not None for cell in table.rows[1].cells]
    assert fills == [True, False, True]


def test_cells_and_tiles_have_the_tints_of_the_book() -> None:
    steps = (-9, -4, 1, 5, 9)
    cells = tuple(replace(make_cell(Run(text=f"{step}")), shade=step) for step in steps)
    rows = (tuple(make_cell(Run(text=name)) for name in "ABCDE"), cells)
    body = TableBody(rows=rows, alignments=(Align.CENTER,) * 5, alt="Heat")
    slide = opened(DeckSlide(kind=SlideKindName.TABLE, title="Heat", body=body)).slides[0]
    [table] = [shape.table for shape in slide.shapes if shape.has_table]
    shown = [str(table.cell(1, column).fill.fore_color.rgb).lower() for column in range(5)]
    assert shown == [shade.fill for shade in list_shades(steps, load_theme().colours)]

    data = ChartData(
        categories=tuple("ABC"),
        series=(Series(label="Share", values=(10.0, 55.0, 90.0), decimal_places=(0, 0, 0)),),
        tiles=tuple(Tile(number, 1, name) for number, name in enumerate("ABC", 1)),
    )
    map_of_shares = Chart(kind="tilemap", data=data, caption=(), alt="A map")
    tiles = [item.marker.format.fill.fore_color for item in native(map_of_shares).plots[0].series]
    svg = draw_chart(map_of_shares, load_theme()).decode()
    assert len(tiles) == 3
    for colour in tiles:
        assert f"#{str(colour.rgb).lower()}" in svg


# --- Tile maps ------------------------------------------------------------------------------------------


def test_the_series_of_a_tile_map_are_of_one_length_and_each_tile_has_its_words() -> None:
    tiles = tuple(Tile(number % 3 + 1, number // 3 + 1, f"R{number}") for number in range(7))
    values = (1.0, 2.0, 90.0, 95.0, 100.0, 50.0, None)
    data = ChartData(
        categories=tuple(tile.label for tile in tiles),
        series=(Series(label="N", values=values, decimal_places=(0,) * 7),),
        tiles=tiles,
    )
    drawing = native(Chart(kind="tilemap", data=data, caption=(), alt="A map"))
    results = [
        [index for index, value in enumerate(series.values) if value is not None]
        for series in drawing.plots[0].series
    ]
    assert sum(map(len, results)) == 7
    assert len({len(tuple(series.values)) for series in drawing.plots[0].series}) == 1
    words = {
        series.points[point].data_label.text_frame.text
        for series, members in zip(drawing.plots[0].series, results, strict=True)
        for point in members
    }
    assert words == {"R0\n1", "R1\n2", "R2\n90", "R3\n95", "R4\n100", "R5\n50", "R6"}


@pytest.mark.parametrize("counted", [True, False])
def test_tile_map_workbook_has_names_values_and_positions(counted: bool) -> None:
    tiles = tuple(Tile(1, number, name) for number, name in enumerate("ABC", 1))
    data = ChartData(
        categories=("Alba", "Bera", "Cima"),
        series=(Series(label="N", values=(1.25, 90.0, None), decimal_places=(2, 0, 0)),),
        tiles=tiles,
        category_name="Region",
        has_values=counted,
    )
    drawing = native(Chart(kind="tilemap", data=data, caption=(), alt="A map", unit="GW"))
    cells = read_workbook_cells(drawing.part.chart_workbook.xlsx_part.blob)
    columns = [[cells.get(("Sheet1", row, column), "") for row in range(1, 5)] for column in (1, 2, 3)]
    values = [["GW", "1.25", "90", ""]] if counted else []
    assert columns[: 2 + counted] == [["Region", "Alba", "Bera", "Cima"], *values, ["x", "1", "1", "1"]]


def test_tile_map_colours_with_equal_end_labels_are_separate() -> None:
    names = tuple(f"R{number}" for number in range(4))
    values = (1000.1, 1000.2, 1000.3, 1000.4)
    data = ChartData(
        categories=names,
        series=(Series(label="N", values=values, decimal_places=(0,) * 4),),
        tiles=tuple(Tile(number, 1, name) for number, name in enumerate(names, 1)),
    )
    drawing = native(Chart(kind="tilemap", data=data, caption=(), alt="A map"))
    assert [series.name for series in drawing.plots[0].series] == [f"{n} · 1,000" for n in (1, 4, 6, 9)]


def make_map(values: tuple[float, ...], rows: int = 4, **more: Any) -> Chart:
    names = tuple(f"R{number}" for number in range(len(values)))
    data = ChartData(
        categories=tuple(f"Region {name}" for name in names),
        series=(Series(label="N", values=values, decimal_places=(0,) * len(values)),),
        tiles=tuple(Tile(n // rows + 1, n % rows + 1, name) for n, name in enumerate(names)),
    )
    return Chart(kind="tilemap", data=replace(data, **more), caption=(), alt="A map")


def get_plot_box(drawn: Any) -> dict[str, float]:
    layout = drawn._chartSpace.find(f"{NS}chart/{NS}plotArea/{NS}layout/{NS}manualLayout")
    return {name: float(layout.find(f"{NS}{name}").get("val")) for name in "xywh"}


def test_a_tile_map_fills_the_height_and_its_ranking_is_beside_it() -> None:
    drawing = native(make_map((5.0, 90.0, 40.0, 12.0)))
    box = get_plot_box(drawing)
    assert (box["x"], box["y"]) == (0, 0)
    shapes = drawing.part.part_related_by(RT_USER_SHAPES).blob.decode()
    assert [text for text in re.findall("<a:t>([^<]*)", shapes)] == [
        *("Region R1", "90", "Region R2", "40", "Region R3", "12", "Region R0", "5")
    ]
    lefts = [float(x) for x in re.findall(r"<cdr:from><cdr:x>([\d.]+)", shapes)]
    assert min(lefts) > box["x"] + box["w"]


def test_a_long_ranking_keeps_the_highest_and_the_lowest_regions() -> None:
    drawing = native(make_map(tuple(float(n) for n in range(40)), rows=5))
    shapes = drawing.part.part_related_by(RT_USER_SHAPES).blob.decode()
    names = [text for text in re.findall("<a:t>([^<]*)", shapes) if not text.isdigit()]
    assert names[0] == "Region R39" and names[-1] == "Region R0"
    assert "…" in names and len(names) <= 12


def test_categories_of_a_tile_map_are_letters_in_the_tiles_and_in_the_legend() -> None:
    parts = tuple(
        Series(label=label, values=values, decimal_places=(0, 0))
        for label, values in (("open", (1.0, None)), ("closed", (None, 1.0)))
    )
    chart_data = make_map((1.0, 2.0), series=parts, series_name="Rule", has_values=False)
    drawing = native(chart_data)
    assert [item.name for item in drawing.plots[0].series] == ["A · open (1)", "B · closed (1)"]
    assert labels_of(drawing) == ["R0A", "R1B"]
    assert drawing.has_legend
    drawn = draw_chart(chart_data, load_theme()).decode()
    assert all(f">{text}<" in drawn for text in ("A", "B", "A · open (1)", "B · closed (1)"))


def test_legend_of_a_tile_map_has_an_entry_for_regions_without_data() -> None:
    parts = tuple(
        Series(label=label, values=values, decimal_places=(0, 0, 0))
        for label, values in (("open", (1.0, None, None)), ("closed", (None, 1.0, None)))
    )
    chart_data = make_map((1.0, 2.0, 3.0), series=parts, series_name="Rule", has_values=False)
    drawing = native(chart_data)
    assert [item.name for item in drawing.plots[0].series] == [
        "A · open (1)",
        "B · closed (1)",
        "No data (1)",
    ]
    assert drawing._chartSpace.find(f".//{NS}legend") is not None
    assert drawing._chartSpace.find(f".//{NS}legendEntry") is None
    assert ">No data (1)<" in draw_chart(chart_data, load_theme()).decode()
    assert ">Kein Wert (1)<" in draw_chart(replace(chart_data, language="de"), load_theme()).decode()


@pytest.mark.parametrize(("categories", "role"), [(("A", "B"), "foreground"), (("1", "2"), "muted")])
def test_names_below_bars_have_the_colour_of_text(categories: tuple[str, ...], role: str) -> None:
    data = ChartData(
        categories=categories,
        series=(Series(label="N", values=(1.0, 2.0), decimal_places=(0, 0)),),
        positions=(1.0, 2.0) if role == "muted" else None,
    )
    chart = Chart(kind="bar", data=data, caption=(), alt="Bars")
    theme = load_theme()
    colour = getattr(theme.colours, role)
    assert re.search(rf'fill="#{colour}"[^>]*>{categories[0]}<', draw_chart(chart, theme).decode())
    labels = native(chart)._chartSpace.find(f".//{NS}catAx/{NS}txPr")
    assert any(node.tag.endswith("lumMod") for node in labels.iter()) == (role == "muted")


def test_tile_map_without_space_for_values_has_a_legend() -> None:
    values = (1_250_000.0, 30.0, 4400.0)
    data = ChartData(
        categories=tuple("ABC"),
        series=(Series(label="N", values=values, decimal_places=(0,) * 3),),
        tiles=tuple(Tile(10 * number, 10 * number, name) for number, name in enumerate("ABC", 1)),
    )
    drawing = native(Chart(kind="tilemap", data=data, caption=(), alt="A map"))
    assert drawing.has_legend
    labels = labels_of(drawing)
    assert sorted(labels) == ["A", "B", "C"]
