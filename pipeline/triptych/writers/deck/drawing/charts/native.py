"""Insert native charts into slides: one chart, or a grid of panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from triptych.charts.kind import ChartKind, get_kind
from triptych.charts.kinds.dumbbells import Dumbbell
from triptych.charts.kinds.slopes import Slope
from triptych.charts.kinds.tilemaps import TileMap
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.charts.annotations import draw_annotations
from triptych.writers.deck.drawing.charts.axes import get_number_axis_limits, style_axes
from triptych.writers.deck.drawing.charts.dumbbells import make_dumbbell_workbook, style_dumbbells
from triptych.writers.deck.drawing.charts.layout import place_plot_and_titles, plan_chart
from triptych.writers.deck.drawing.charts.number_formats import set_text_defaults
from triptych.writers.deck.drawing.charts.series import convert_to_box_plot, style_series, style_slices
from triptych.writers.deck.drawing.charts.setting import (
    ChartSetting,
    iter_panel_settings,
    make_setting,
    prepare_for_native,
)
from triptych.writers.deck.drawing.charts.slopes import style_slopes
from triptych.writers.deck.drawing.charts.tilemaps import make_tile_workbook, style_tiles
from triptych.writers.deck.drawing.charts.workbook import (
    list_reference_lines,
    make_category_workbook,
    make_workbook,
    move_to_lines,
    style_bridges,
    style_reference_lines,
)
from triptych.writers.deck.drawing.pictures import replace_placeholder
from triptych.writers.deck.drawing.text import add_child
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.pptx.package import get_element, remove_shape
from triptych.writers.deck.pptx.terms import XL_CHART_TYPE, BaseShape, NativeChart, Pt, Slide
from triptych.writers.deck.slides import ChartBody
from triptych.writers.deck.template.palette import Palette

# The functions that make the workbook of chart types with neither axes nor slices, and style the chart.
_FREE_KINDS: Mapping[
    type[ChartKind], tuple[Callable[[Chart], Any], Callable[[NativeChart, Chart, ChartSetting], None]]
] = {
    Slope: (make_category_workbook, style_slopes),
    Dumbbell: (make_dumbbell_workbook, style_dumbbells),
    TileMap: (make_tile_workbook, style_tiles),
}


def insert_chart(
    slide: Slide,
    placeholder: BaseShape,
    place: Place,
    body: ChartBody,
    theme: Theme,
    palette: Palette,
    language: str,
) -> list[Any]:
    """Replace a placeholder by a chart or a grid of panels, and return the graphic frames in order."""
    whole = make_setting(body, place, theme, palette, language)
    chart = prepare_for_native(body.chart)
    kind = get_kind(chart)
    if type(kind) in _FREE_KINDS:
        make_data, style = _FREE_KINDS[type(kind)]
        form = kind.get_native_form(chart)
        frame: Any = slide.shapes.add_chart(
            XL_CHART_TYPE[form.type], *_get_frame_box(whole), make_data(chart)
        )
        replace_placeholder(frame, placeholder)
        set_text_defaults(frame.chart, whole)
        style(frame.chart, chart, whole)
        _finish_chart_xml(frame.chart, chart)
        return [frame]
    if not chart.data.panels:
        frame = _add_native_chart(slide, chart, whole)
        replace_placeholder(frame, placeholder)
        return [frame]
    frames = []
    for panel, setting in iter_panel_settings(chart.data.panels, body.grid, whole):
        frame = _add_native_chart(slide, replace(chart, data=chart.data.select_panel(panel)), setting)
        get_element(placeholder).addprevious(get_element(frame))  # keeps the reading order
        frames.append(frame)
    remove_shape(placeholder)
    return frames


def _add_native_chart(slide: Slide, chart: Chart, setting: ChartSetting) -> Any:
    kind = get_kind(chart)
    form = kind.get_native_form(chart)
    planned = plan_chart(chart, form, setting) if kind.has_axes else None
    limits = get_number_axis_limits(chart, planned.plan) if planned and form.on_numbers else (0.0, 1.0)
    frame: Any = slide.shapes.add_chart(
        XL_CHART_TYPE[form.type], *_get_frame_box(setting), make_workbook(chart, form, limits)
    )
    native, lines = frame.chart, list_reference_lines(chart)
    set_text_defaults(native, setting)
    move_to_lines(native, form.lines + len(lines), on_numbers=form.on_numbers)
    if planned is None:
        style_slices(native, chart, setting)
    else:
        style_series(native, chart, setting, shows_values=planned.plan.shows_values, gap=form.gap)
        style_bridges(native, chart)
        style_axes(native, chart, setting, form, planned)
    place_plot_and_titles(native, chart, setting, planned)
    if planned is not None:
        draw_annotations(native, chart, planned)
        style_reference_lines(native, lines, setting)
        if form.has_boxes:
            convert_to_box_plot(native, chart, setting, planned.plan.cluster_fraction)
    _finish_chart_xml(native, chart)
    return frame


def _get_frame_box(setting: ChartSetting) -> tuple[Any, Any, Any, Any]:
    return Pt(setting.left), Pt(setting.top), Pt(setting.width), Pt(setting.height)


def _finish_chart_xml(native: NativeChart, chart: Chart) -> None:
    """Set unsigned axis ids, square corners and the handling of gaps.

    python-pptx writes some axis ids as negative numbers, which the schema does not allow.
    """
    space = get_element(native)
    numbers: dict[str, str] = {}
    for element in space.iter(qn("c:axId"), qn("c:crossAx")):
        old = element.get("val")
        element.set("val", numbers.setdefault(old, str(100_000_001 + len(numbers))))
    if space.find(qn("c:roundedCorners")) is None:
        corners = add_child(space, "c:roundedCorners", val="0")
        date = space.find(qn("c:date1904"))
        if date is not None:
            date.addnext(corners)
        else:
            space.insert(0, corners)
    blanks = space.find(f"{qn('c:chart')}/{qn('c:dispBlanksAs')}")
    if blanks is not None:
        blanks.set("val", "zero" if chart.data.is_whole or chart.stacked else "gap")
