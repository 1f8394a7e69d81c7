"""One chart into a frame of a slide, or a grid of panels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.media.charts.axes.leaps import with_breaks
from triptych.media.charts.axes.scales import (
    ValueScale,
    linear_scale,
    log_scale,
    value_scale,
)
from triptych.media.charts.axes.times import with_missing_dates
from triptych.model.charts import Scale
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.charts.axes import style_axes
from triptych.writers.deck.drawing.charts.bridges import style_bridges
from triptych.writers.deck.drawing.charts.forms import (
    Form,
    form_of,
    on_serial_days,
    places,
    shown_truly,
)
from triptych.writers.deck.drawing.charts.kinds.own_form import own_form
from triptych.writers.deck.drawing.charts.labels import set_text
from triptych.writers.deck.drawing.charts.layout import head_height, lay_out
from triptych.writers.deck.drawing.charts.lying import mark_lying, note_lying
from triptych.writers.deck.drawing.charts.panels import panel_settings
from triptych.writers.deck.drawing.charts.remarks import (
    Remarks,
    plan_remarks,
    set_apart,
    style_remarks,
)
from triptych.writers.deck.drawing.charts.series import style_round, style_series
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.charts.sizes.extent import text_size
from triptych.writers.deck.drawing.charts.words.callouts import draw_words, is_planned, native_plan
from triptych.writers.deck.drawing.charts.workbook import workbook
from triptych.writers.deck.drawing.graphic_frames import take_place
from triptych.writers.deck.drawing.text import child
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.pptx.elements import drop, element_of
from triptych.writers.deck.pptx.terms import BaseShape, NativeChart, Pt, Slide
from triptych.writers.deck.slides import ChartBody
from triptych.writers.deck.template.palette import Palette


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
    chart = shown_truly(body.chart)
    if chart.kind.traits.bars and not chart.kind.traits.running:
        chart = replace(chart, data=with_missing_dates(chart.data))
    chart = with_breaks(chart)
    whole = Setting(
        theme=theme,
        palette=palette,
        language=language,
        left=place.left,
        top=place.top,
        width=place.width,
        height=place.height,
        size=text_size(chart),
    )
    own = own_form(chart)
    if own is not None:
        frame: Any = slide.shapes.add_chart(own.type, *_box(whole), own.data)
        take_place(frame, placeholder)
        set_text(frame.chart, whole)
        own.style(frame.chart, chart, whole)
        _finish(frame.chart, chart)
        return [frame]
    if not chart.data.panels:
        form, data, remarks = _prepared(chart, whole)
        frame = slide.shapes.add_chart(form.type, *_box(whole), data)
        take_place(frame, placeholder)
        _style(slide, frame, chart, form, remarks, whole)
        return [frame]
    frames = []
    for panel, setting in panel_settings(chart.data.panels, body.grid, whole):
        one = replace(chart, data=chart.data.of_panel(panel))
        form, data, remarks = _prepared(one, setting)
        frame = slide.shapes.add_chart(form.type, *_box(setting), data)
        element_of(placeholder).addprevious(element_of(frame))  # it is read where the placeholder was
        _style(slide, frame, one, form, remarks, setting)
        frames.append(frame)
    drop(placeholder)
    return frames


def _box(setting: Setting) -> tuple[Any, Any, Any, Any]:
    return Pt(setting.left), Pt(setting.top), Pt(setting.width), Pt(setting.height)


def _prepared(chart: Chart, setting: Setting) -> tuple[Form, Any, Remarks]:
    form = form_of(chart)
    remarks = Remarks()
    if not chart.kind.traits.round and (chart.marks or chart.annotations):
        ends = _number_ends(chart) if form.on_numbers else (0.0, 1.0)
        remarks = plan_remarks(chart, setting, value_scale(chart), ends)
    return form, workbook(chart, form, remarks), remarks


def _number_ends(chart: Chart) -> tuple[float, float]:
    """The ends of a category axis that counts numbers."""
    low, high = min(places(chart)), max(places(chart))
    if chart.kind.traits.lines or (chart.callouts and on_serial_days(chart)):
        return low, high
    scale = log_scale(low, high) if chart.x_scale is Scale.LOG else linear_scale(low, high)
    return scale.low, scale.high


def _style(slide: Slide, frame: Any, chart: Chart, form: Form, remarks: Remarks, setting: Setting) -> None:
    native, ends = frame.chart, _ends(chart, remarks)
    planned = None
    if is_planned(chart, setting):
        heads = (head_height(chart, setting, legend=False), head_height(chart, setting, legend=True))
        planned = native_plan(chart, setting, heads, ends)
        ends = ends or planned.ends
    set_text(native, setting)
    set_apart(native, remarks.count, on_numbers=form.on_numbers)
    if chart.kind.traits.round:
        style_round(native, chart, setting)
    else:
        style_series(native, chart, setting)
        style_bridges(native, chart)
        style_axes(
            native,
            chart,
            setting,
            form,
            ends,
            _number_ends(chart) if form.on_numbers else None,
        )
    layout = lay_out(native, chart, setting, remarks, planned)
    if planned is not None:
        draw_words(native, chart, planned)
    style_remarks(native, chart, remarks, setting)
    if chart.lying:
        note_lying(native, chart, setting)
        if ends is not None:
            mark_lying(slide, frame, chart, setting, layout, ends)
    _finish(native, chart)


def _ends(chart: Chart, remarks: Remarks) -> ValueScale | None:
    """The value axis where its ends are fixed; None where the program may choose them as data change."""
    fixed = bool(
        chart.marks
        or chart.annotations
        or chart.data.panel_title
        or chart.y_min is not None
        or chart.y_max is not None
        or chart.y_scale is Scale.LOG
        or (not chart.kind.traits.round and value_scale(chart).unit(chart.language))
    )
    if not fixed or chart.kind.traits.round:
        return None
    scale = value_scale(chart)
    if chart.percent:
        scale = replace(scale, high=1.0, ticks=tuple(tick / 100 for tick in scale.ticks))
    return replace(scale, high=max(scale.high, remarks.top))


def _finish(native: NativeChart, chart: Chart) -> None:
    """Stable axis ids (python-pptx writes some negative; the schema asks for unsigned), square corners."""
    space = element_of(native)
    numbers: dict[str, str] = {}
    for element in space.iter(qn("c:axId"), qn("c:crossAx")):
        old = element.get("val")
        element.set("val", numbers.setdefault(old, str(100_000_001 + len(numbers))))
    if space.find(qn("c:roundedCorners")) is None:
        corners = child(space, "c:roundedCorners", val="0")
        date = space.find(qn("c:date1904"))
        if date is not None:
            date.addnext(corners)
        else:
            space.insert(0, corners)
    blanks = space.find(f"{qn('c:chart')}/{qn('c:dispBlanksAs')}")
    if blanks is not None:
        blanks.set("val", "zero" if chart.kind.traits.round or chart.stacked else "gap")
