"""Test that words, order, limits and colours of each chart type are the same in all outputs.

Each chart of ``tests/books/charts`` is read from the finished files: words from the PDF, outlines from the
e-book, and from the deck the slide as LibreOffice renders it, the native chart and its workbook. They are
compared with the drawing made from the document model.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from lxml import etree
from pptx import Presentation

from tests.once import Shelf
from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.drawing import draw_chart, lay_out_printed_plot
from triptych.charts.kinds.tilemaps import format_tile_value
from triptych.charts.styles import MarkStyle, get_mark_style
from triptych.charts.time_axis import format_category
from triptych.engine.cache import Cache
from triptych.media.svg_text import outline_drawing
from triptych.model.charts import Scale
from triptych.model.nodes import Chart, Table
from triptych.model.walk import book_nodes, plain_text
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildRequest
from triptych.stages import read_project
from triptych.theme.theme import load_theme
from triptych.writers.deck.story.bodies import name_values

from .conftest import REPOSITORY, Built
from .rendering import office_to_pdf

pytestmark = pytest.mark.e2e

CHARTS = REPOSITORY / "tests" / "books" / "charts"
THEME = load_theme()
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
NAMES = [
    "changes", "lying", "tiny", "tiny-huge", "long", "forty", "groups", "groups-lying", "stacked", "percent",
    "marked", "big", "months", "quarters", "days", "uneven", "big-line", "log", "area", "area-percent", "lives",
    "dots", "words", "panels", "bar-panels", "pie", "donut", "watts", "waits", "slope", "dumbbell", "waterfall",
    "sums", "tiles", "bubbles", "boxes", "combined", "stacked-lying", "ranges", "forecast",
    "plan", "funnel", "two-axes", "mosaic",
]  # fmt: skip


def words_of(text: str) -> Counter[str]:
    """Return the words of a text, regardless of line breaks."""
    return Counter(text.replace("\ufffe", "").split())


@dataclass(frozen=True, eq=False)
class Outputs:
    """The charts of the book by name, and its three outputs."""

    built: Built
    charts: dict[str, Chart]
    tables: tuple[Table, ...]
    deck_pdf: Path

    @cached_property
    def pages(self) -> list[str]:
        return [
            page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(self.built.outputs["pdf"])
        ]

    @cached_property
    def slides(self) -> list[tuple[Any, str]]:
        """Return each visible slide, with the text that LibreOffice renders on it."""
        seen = [
            slide
            for slide in Presentation(self.built.outputs["pptx"]).slides
            if slide._element.get("show") != "0"
        ]
        text_ranges = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(self.deck_pdf)]
        return list(zip(seen, text_ranges, strict=True))

    @cached_property
    def sections(self) -> list[Any]:
        with zipfile.ZipFile(self.built.outputs["epub"]) as package:
            return [etree.fromstring(package.read(n)) for n in package.namelist() if n.endswith(".xhtml")]

    def frames(self, chart: Chart) -> list[tuple[Any, Any, str]]:
        """Return the slides of a chart with its graphic frames and their words."""
        return [
            (slide, shape, shown)
            for slide, shown in self.slides
            for shape in slide.shapes
            if shape.has_chart and shape._element.nvGraphicFramePr.cNvPr.get("descr", "").endswith(chart.alt)
        ]

    def natives(self, chart: Chart) -> list[Any]:
        return [shape.chart._chartSpace for _, shape, _ in self.frames(chart)]


@pytest.fixture(scope="module", params=["en-GB", "de"])
def outputs(request: pytest.FixtureRequest, shelf: Shelf, shared_cache: Cache, fontconfig: Path) -> Outputs:
    profiles = () if request.param == "en-GB" else (request.param,)

    def make(folder: Path) -> Built:
        project = Project(CHARTS, environ={})
        outcome = press(
            project, BuildRequest(output_folder=folder, profiles=profiles, cache_folder=shared_cache.folder)
        )
        return Built(project, outcome, {str(name): path for name, path in outcome.outputs.items()})

    built = shelf.once(f"charts-{request.param}", make)
    _, book, _ = read_project(Project(CHARTS, environ={}), shared_cache, profiles)
    assert book is not None
    charts = {chart.attr.id.partition("-")[2]: chart for chart in book_nodes(book, Chart)}
    folder = built.outputs["pptx"].parent / "shown"
    deck = office_to_pdf(built.outputs["pptx"], folder, fontconfig)
    return Outputs(built, charts, tuple(book_nodes(book, Table)), deck)


def drawn_words(chart: Chart) -> Counter[str]:
    """Return the words of the drawing."""
    texts = etree.fromstring(draw_chart(chart, THEME)).iter("{*}text")
    return sum((words_of(" ".join(text.itertext())) for text in texts), Counter())


def test_build_has_no_findings(outputs: Outputs) -> None:
    assert [str(diagnostic) for diagnostic in outputs.built.outcome.diagnostics] == []


def test_every_kind_is_compared(outputs: Outputs) -> None:
    assert set(NAMES) == set(outputs.charts)
    assert {chart.kind for chart in outputs.charts.values()} == set(CHART_TYPES) - {"heatmap"}


@pytest.mark.parametrize("name", NAMES)
def test_page_contains_the_text_of_the_drawing(outputs: Outputs, name: str) -> None:
    chart = outputs.charts[name]
    words, caption = drawn_words(chart), plain_text(chart.caption)
    assert any(words <= words_of(page) for page in outputs.pages if caption in page)


@pytest.mark.parametrize("name", NAMES)
def test_the_e_book_has_the_outlines_of_the_drawing(outputs: Outputs, name: str) -> None:
    chart = outputs.charts[name]
    expected = outlines(etree.fromstring(outline_drawing(draw_chart(chart, THEME), THEME)))
    figures = [
        f for section in outputs.sections for f in section.iter("{*}figure") if f.get("id") == chart.attr.id
    ]
    (wide,) = [svg for figure in figures for svg in figure.iter("{*}svg") if "wide" in svg.get("class", "")]
    assert outlines(wide) == expected


def outlines(svg: Any) -> list[str]:
    """Return the outlines of a drawing's words, in order."""
    return [path.get("d") for path in svg.iter("{*}path") if path.get("transform")]


@pytest.mark.parametrize("name", NAMES)
def test_slide_contains_the_text_of_the_drawing(outputs: Outputs, name: str) -> None:
    chart = outputs.charts[name]
    expected, shown = drawn_words(name_values(chart)), Counter[str]()
    frames = outputs.frames(chart)
    assert frames
    for slide, text in {slide.slide_id: (slide, text) for slide, _, text in frames}.values():
        number = [name for name, (item, _) in enumerate(outputs.slides, 1) if item.slide_id == slide.slide_id]
        others = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        shown += words_of(text) - words_of(" ".join([*others, str(number[0])]))
    if chart.data.panels or len({slide.slide_id for slide, _, _ in frames}) > 1:
        # Each part has the same axes as the whole chart, and a panel names the unit.
        shown = Counter({word.rstrip(","): 1 for word in shown if word.rstrip(",") != chart.unit})
        expected = Counter({word: 1 for word in expected if word != chart.unit})
    if chart.kind == "tilemap":  # beside the map, the regions are listed with their values
        known = [index for index, value in enumerate(chart.data.series[0].values) if value is not None]
        for index in known:
            expected += words_of(f"{chart.data.categories[index]} {format_tile_value(chart, index)}")
    assert shown - Counter("◆" * shown["◆"]) == expected  # milestones, which pages draw as shapes


AXES = [
    name for name in NAMES if name not in ("pie", "donut", "watts", "slope", "dumbbell", "tiles", "mosaic")
]


@pytest.mark.parametrize("name", AXES)
def test_native_axes_have_the_limits_of_the_drawing(outputs: Outputs, name: str) -> None:
    chart = outputs.charts[name]
    plan = lay_out_printed_plot(chart, THEME)
    unit = 0.01 if chart.percent else 1.0
    for space in outputs.natives(chart):
        area = space.find(f".//{C}plotArea")
        value = area.findall(f"{C}valAx")[0 if chart.second_axis_unit else -1]
        assert limits(value) == pytest.approx(
            (plan.value_axis.low * unit, plan.value_axis.high * unit), rel=1e-12
        )
        assert (value.find(f"{C}scaling/{C}logBase") is not None) == (chart.y_scale is Scale.LOG)
        ticks = plan.value_axis.ticks
        if not plan.has_value_labels and not plan.value_axis.is_log:
            assert float(value.find(f"{C}majorUnit").get("val")) == pytest.approx(
                (ticks[1] - ticks[0]) * unit
            )
        if chart.second_axis_unit:
            assert plan.second_axis is not None
            assert limits(area.findall(f"{C}valAx")[1]) == (plan.second_axis.low, plan.second_axis.high)
            continue
        across = area.findall(f"{C}valAx")[:-1]
        if across and chart.data.dates is None:
            assert limits(across[0]) == (plan.category_axis.low, plan.category_axis.high)


def limits(axis: Any) -> tuple[float, float]:
    scaling = axis.find(f"{C}scaling")
    low, high = (scaling.find(f"{C}{end}").get("val") for end in ("min", "max"))
    assert len(low) < 16 and len(high) < 16  # no rounding errors of floating-point arithmetic
    return float(low), float(high)


@pytest.mark.parametrize("name", NAMES)
def test_series_and_categories_have_the_order_of_the_drawing(outputs: Outputs, name: str) -> None:
    chart, data = outputs.charts[name], outputs.charts[name].data
    shown = [next(space.iter(f"{C}ser")).find(f"{C}cat") for space in outputs.natives(chart)]
    if chart.kind not in ("scatter", "dumbbell", "tilemap", "bubble", "marimekko"):
        names = [format_category(data, index, chart.language) for index in range(len(data.categories))]
        if data.dates is not None and shown[0].find(f"{C}numRef") is not None:
            names = [f"{(date - dt.date(1899, 12, 30)).days}.0" for date in data.dates]
        categories = [value.text for entry in shown for value in entry.iter(f"{C}v")]
        assert categories == names * (len(shown) if data.panels else 1)
    result: list[str] = []
    for space in outputs.natives(chart):
        for series in space.iter(f"{C}ser"):
            label = "".join(series.itertext(f"{C}v")).strip() if series.find(f"{C}tx") is None else ""
            label = series.findtext(f"{C}tx//{C}v") or label
            if label in chart.data.labels:
                result.append(label)
    if chart.kind in ("waterfall", "tilemap"):
        return  # series are named by direction, with colours
    parts = len(outputs.natives(chart))
    labels = [label for label in chart.data.labels if not chart.second_axis_unit or label in result]
    item = labels * (parts if len(chart.data.labels) == 1 or parts > 1 else 1)
    if chart.highlight and chart.kind == "dumbbell":
        item *= 2  # the highlighted series first
    assert result == item


@pytest.mark.parametrize("name", NAMES)
def test_series_have_the_colours_of_the_drawing(outputs: Outputs, name: str) -> None:
    chart = outputs.charts[name]
    theme = accents(outputs.built.outputs["pptx"])
    for space in outputs.natives(chart):
        if chart.kind in ("waterfall", "tilemap"):  # named by direction, and by colour steps
            fills = {colour_of(fill, theme) for fill in space.iterfind(f".//{C}ser//{C}spPr/{A}solidFill")}
            root = etree.fromstring(draw_chart(chart, THEME))
            elements = {element.get("fill", "").lstrip("#") for element in root.iter()}
            # Empty tiles, outlined on the page, are filled on slides: LibreOffice draws no outlines of
            # points.
            assert fills - {"bg2"}
            assert fills - {"bg2"} <= elements
            continue
        if chart.data.is_whole:
            for point in space.iter(f"{C}dPt"):
                index = int(point.find(f"{C}idx").get("val"))
                check_colour(
                    point.find(f"{C}spPr"), get_mark_style(chart, THEME, chart.data.series[0], index), theme
                )
            continue
        if chart.kind == "boxplot":
            boxes = space.find(f".//{C}upBars/{C}spPr/{A}ln")
            check_colour(boxes, get_mark_style(chart, THEME, chart.data.series[0]), theme)
            continue
        for series in space.iter(f"{C}ser"):
            data = next((s for s in chart.data.series if s.label == series.findtext(f"{C}tx//{C}v")), None)
            if data is None or chart.highlight:
                continue
            marker = series.find(f"{C}marker/{C}spPr")
            dots = chart.kind in ("scatter", "dumbbell")
            look = marker if dots else series.find(f"{C}spPr")
            check_colour(look, get_mark_style(chart, THEME, data), theme)


def check_colour(properties: Any, look: MarkStyle, theme: dict[str, str]) -> None:
    colour = properties.find(f".//{A}schemeClr")
    if look.is_receding:
        assert not colour.get("val").startswith("accent")
    else:
        assert theme[colour.get("val")] == look.colour


def colour_of(fill: Any, theme: dict[str, str]) -> str:
    colour = fill[0].get("val")
    return theme.get(colour, colour).lower()


def accents(deck: Path) -> dict[str, str]:
    with zipfile.ZipFile(deck) as package:
        scheme = etree.fromstring(package.read("ppt/theme/theme1.xml")).find(f".//{A}clrScheme")
    return {etree.QName(slot).localname: slot[0].get("val", "").lower() for slot in scheme}


def test_a_heat_table_has_the_same_cells_on_page_and_slide(outputs: Outputs) -> None:
    (table,) = [table for table in outputs.tables if table.attr.id == "tbl-heat"]
    cells = [plain_text(cell.content) for row in (*table.head, *table.body) for cell in row.cells]
    texts = [
        cell.text
        for slide, _ in outputs.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    assert texts == cells
    words = words_of(" ".join(cells))
    assert any(words <= words_of(page) for page in outputs.pages)


def test_a_scatter_has_one_column_of_places(outputs: Outputs) -> None:
    (space,) = outputs.natives(outputs.charts["lives"])
    across = {series.findtext(f"{C}xVal//{C}f") for series in space.iter(f"{C}ser")}
    assert across == {"Sheet1!$A$2:$A$37"}
    columns = [series.findtext(f"{C}yVal//{C}f") for series in space.iter(f"{C}ser")]
    assert columns == [f"Sheet1!${column}$2:${column}$37" for column in "BCD"]
