"""One chart into a frame of a slide, or a grid of panels."""

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
from triptych.writers.deck.drawing.charts.annotations import draw_words
from triptych.writers.deck.drawing.charts.axes import number_limits, style_axes
from triptych.writers.deck.drawing.charts.dumbbells import pairs_workbook, style_pairs
from triptych.writers.deck.drawing.charts.layout import lay_out, plan_chart
from triptych.writers.deck.drawing.charts.number_formats import set_text
from triptych.writers.deck.drawing.charts.series import draw_boxes, style_round, style_series
from triptych.writers.deck.drawing.charts.setting import (
    Setting,
    iter_panel_settings,
    make_setting,
    prepare_for_native,
)
from triptych.writers.deck.drawing.charts.slopes import style_slopes
from triptych.writers.deck.drawing.charts.tilemaps import style_tiles, tiles_workbook
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

# Kinds with neither axes nor slices: the function that makes the workbook, and the one that styles the chart.
_FREE_KINDS: Mapping[
    type[ChartKind], tuple[Callable[[Chart], Any], Callable[[NativeChart, Chart, Setting], None]]
] = {
    Slope: (make_category_workbook, style_slopes),
    Dumbbell: (pairs_workbook, style_pairs),
    TileMap: (tiles_workbook, style_tiles),
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
    """Put a chart into a placeholder of a slide, or its panels into the placeholder's place.

    The result are the graphic frames, one for each panel.
    """
    whole = make_setting(body, place, theme, palette, language)
    chart = prepare_for_native(body.chart)
    kind = get_kind(chart)
    if type(kind) in _FREE_KINDS:
        make_data, style = _FREE_KINDS[type(kind)]
        form = kind.get_native_form(chart)
        frame: Any = slide.shapes.add_chart(XL_CHART_TYPE[form.type], *_box(whole), make_data(chart))
        replace_placeholder(frame, placeholder)
        set_text(frame.chart, whole)
        style(frame.chart, chart, whole)
        _finish(frame.chart, chart)
        return [frame]
    if not chart.data.panels:
        frame = _draw(slide, chart, whole)
        replace_placeholder(frame, placeholder)
        return [frame]
    frames = []
    for panel, setting in iter_panel_settings(chart.data.panels, body.grid, whole):
        frame = _draw(slide, replace(chart, data=chart.data.of_panel(panel)), setting)
        get_element(placeholder).addprevious(get_element(frame))  # it is read where the placeholder was
        frames.append(frame)
    remove_shape(placeholder)
    return frames


def _draw(slide: Slide, chart: Chart, setting: Setting) -> Any:
    kind = get_kind(chart)
    form = kind.get_native_form(chart)
    planned = plan_chart(chart, form, setting) if kind.has_axes else None
    across = number_limits(chart, planned.plan) if planned and form.on_numbers else (0.0, 1.0)
    frame: Any = slide.shapes.add_chart(
        XL_CHART_TYPE[form.type], *_box(setting), make_workbook(chart, form, across)
    )
    native, lines = frame.chart, list_reference_lines(chart)
    set_text(native, setting)
    move_to_lines(native, form.lines + len(lines), on_numbers=form.on_numbers)
    if planned is None:
        style_round(native, chart, setting)
    else:
        style_series(native, chart, setting, shows_values=planned.plan.shows_values, gap=form.gap)
        style_bridges(native, chart)
        style_axes(native, chart, setting, form, planned)
    lay_out(native, chart, setting, planned)
    if planned is not None:
        draw_words(native, chart, planned)
        style_reference_lines(native, lines, setting)
        if form.has_boxes:
            draw_boxes(native, chart, setting, planned.plan.cluster_fraction)
    _finish(native, chart)
    return frame


def _box(setting: Setting) -> tuple[Any, Any, Any, Any]:
    return Pt(setting.left), Pt(setting.top), Pt(setting.width), Pt(setting.height)


def _finish(native: NativeChart, chart: Chart) -> None:
    """Stable axis ids (python-pptx writes some negative; the schema asks for unsigned), square corners."""
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
