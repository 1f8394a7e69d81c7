"""Insert native charts into slides: one chart, or a grid of panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from triptych.charts.chart_types import ChartType, get_chart_type
from triptych.charts.kinds.dumbbells import Dumbbell
from triptych.charts.kinds.marimekko import Marimekko
from triptych.charts.kinds.slopes import Slope
from triptych.charts.kinds.tilemaps import TileMap
from triptych.model.nodes import Chart
from triptych.model.walk import plain_text
from triptych.ooxml.xml import qn
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.charts.annotations import draw_annotations
from triptych.writers.deck.drawing.charts.axes import add_second_axis, get_number_axis_limits, style_axes
from triptych.writers.deck.drawing.charts.context import (
    LARGE_TEXT_SIZES,
    ChartContext,
    make_chart_context,
    prepare_native_chart,
)
from triptych.writers.deck.drawing.charts.dumbbells import (
    has_space_for_dumbbells,
    make_dumbbell_workbook,
    style_dumbbells,
)
from triptych.writers.deck.drawing.charts.layout import (
    has_space_for_plot,
    has_space_for_slices,
    place_plot_and_titles,
    plan_chart,
    split_into_panels,
)
from triptych.writers.deck.drawing.charts.marimekko import (
    has_space_for_marimekko,
    make_marimekko_workbook,
    style_marimekko,
)
from triptych.writers.deck.drawing.charts.number_formats import set_text_defaults
from triptych.writers.deck.drawing.charts.series import (
    attach_band,
    convert_to_box_plot,
    style_series,
    style_slices,
)
from triptych.writers.deck.drawing.charts.slopes import has_space_for_slopes, style_slopes
from triptych.writers.deck.drawing.charts.tilemaps import has_space_for_tiles, make_tile_workbook, style_tiles
from triptych.writers.deck.drawing.charts.workbook import (
    convert_to_error_bars,
    detach_band,
    list_reference_lines,
    make_category_workbook,
    make_workbook,
    move_series_to_line_plot,
    style_bridges,
    style_reference_lines,
)
from triptych.writers.deck.drawing.pictures import replace_placeholder
from triptych.writers.deck.drawing.text import add_child, remove_forbidden_characters
from triptych.writers.deck.fitting.text import PlaceholderBox
from triptych.writers.deck.pptx.exports import XL_CHART_TYPE, BaseShape, NativeChart, Pt, Slide
from triptych.writers.deck.pptx.package import get_element, remove_shape
from triptych.writers.deck.slides import ChartBody
from triptych.writers.deck.template.palette import Palette


class _CustomKind(NamedTuple):
    """The functions of a chart type with neither axes nor slices.

    They make the workbook, style the chart, and determine whether there is space for large text.
    """

    make_workbook: Callable[[Chart], Any]
    style: Callable[[NativeChart, Chart, ChartContext], None]
    has_space: Callable[[Chart, ChartContext], bool]


_CUSTOM_KINDS: Mapping[type[ChartType], _CustomKind] = {
    Slope: _CustomKind(make_category_workbook, style_slopes, has_space_for_slopes),
    Dumbbell: _CustomKind(make_dumbbell_workbook, style_dumbbells, has_space_for_dumbbells),
    Marimekko: _CustomKind(make_marimekko_workbook, style_marimekko, has_space_for_marimekko),
    TileMap: _CustomKind(make_tile_workbook, style_tiles, has_space_for_tiles),
}


def choose_text_size(chart: Chart, context: ChartContext) -> ChartContext:
    """Return the context with the largest text for which the chart has space, or with the normal size."""
    kind = get_chart_type(chart)
    if type(kind) in _CUSTOM_KINDS:
        has_space = _CUSTOM_KINDS[type(kind)].has_space
    else:
        has_space = has_space_for_plot if kind.has_axes else has_space_for_slices
    larger = (replace(context, size=size) for size in LARGE_TEXT_SIZES if not chart.data.panels)
    return next((item for item in larger if has_space(chart, item)), context)


def insert_chart(
    slide: Slide,
    placeholder: BaseShape,
    box: PlaceholderBox,
    body: ChartBody,
    theme: Theme,
    palette: Palette,
    language: str,
) -> list[Any]:
    """Replace a placeholder with a chart or a grid of panels; return the graphic frames in reading order."""
    chart = prepare_native_chart(body.chart)
    chart_context = choose_text_size(chart, make_chart_context(body, box, theme, palette, language))
    kind = get_chart_type(chart)
    if type(kind) in _CUSTOM_KINDS:
        make_data, style, _ = _CUSTOM_KINDS[type(kind)]
        form = kind.get_native_chart_type(chart)
        frame: Any = slide.shapes.add_chart(
            XL_CHART_TYPE[form.type],
            *_get_frame_box(chart_context),
            _add_details(make_data(chart), chart, chart_context),
        )
        replace_placeholder(frame, placeholder)
        set_text_defaults(frame.chart, chart_context)
        style(frame.chart, chart, chart_context)
        _finish_chart_xml(frame.chart, chart)
        return [frame]
    if not chart.data.panels:
        frame = _add_native_chart(slide, chart, chart_context)
        replace_placeholder(frame, placeholder)
        return [frame]
    frames = []
    for panel_chart, panel_context in split_into_panels(chart, body.grid, chart_context):
        frame = _add_native_chart(slide, panel_chart, panel_context)
        get_element(placeholder).addprevious(get_element(frame))  # keep the position in the reading order
        frames.append(frame)
    remove_shape(placeholder)
    return frames


def _add_native_chart(slide: Slide, chart: Chart, context: ChartContext) -> Any:
    kind = get_chart_type(chart)
    form = kind.get_native_chart_type(chart)
    planned = plan_chart(chart, form, context) if kind.has_axes else None
    limits = get_number_axis_limits(chart, planned.plan) if planned and form.has_numeric_axes else (0.0, 1.0)
    frame: Any = slide.shapes.add_chart(
        XL_CHART_TYPE[form.type],
        *_get_frame_box(context),
        _add_details(make_workbook(chart, form, limits), chart, context),
    )
    native, lines = frame.chart, list_reference_lines(chart)
    band = detach_band(native, chart)
    convert_to_error_bars(native, chart, context)
    set_text_defaults(native, context)
    move_series_to_line_plot(native, form.line_count + len(lines), has_numeric_axes=form.has_numeric_axes)
    if planned is None:
        style_slices(native, chart, context)
    else:
        style_series(
            native, chart, context, shows_values=planned.plan.has_value_labels, gap_width=form.gap_width
        )
        style_bridges(native, chart)
        style_axes(native, chart, context, form, planned)
    place_plot_and_titles(native, chart, context, planned)
    if planned is not None:
        draw_annotations(native, chart, planned)
        style_reference_lines(native, lines, context)
        add_second_axis(native, planned)
        if form.has_boxes:
            convert_to_box_plot(native, chart, context, planned.plan.cluster_fraction)
    attach_band(native, band, chart, context)
    _finish_chart_xml(native, chart)
    return frame


def _add_details(chart_data: Any, chart: Chart, context: ChartContext) -> Any:
    """Add the caption or the panel, the unit and the source to the data of a chart, for its workbook."""
    details = (context.panel, plain_text(chart.caption), chart.value_axis_title, context.source)
    chart_data.details = tuple(remove_forbidden_characters(text) for text in details if text)
    return chart_data


def _get_frame_box(context: ChartContext) -> tuple[Any, Any, Any, Any]:
    return Pt(context.left), Pt(context.top), Pt(context.width), Pt(context.height)


def _finish_chart_xml(native: NativeChart, chart: Chart) -> None:
    """Fix the XML of a native chart: use unsigned axis ids, square corners, and the chart's handling of gaps.

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
