"""Remarks where bars lie: words behind a bar's value, and a line on the slide at a reference value."""

from __future__ import annotations

from typing import Any

from triptych.media.charts.axes.amounts import amount
from triptych.media.charts.axes.scales import ValueScale
from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.labels import amount_format, labels_bars
from triptych.writers.deck.drawing.charts.layout import Layout
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.pictures import describe
from triptych.writers.deck.drawing.text import cleaned
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import (
    MSO_ANCHOR,
    MSO_CONNECTOR_TYPE,
    MSO_LINE_DASH_STYLE,
    PP_ALIGN,
    XL_LABEL_POSITION,
    NativeChart,
    Pt,
    Slide,
)
from triptych.writers.deck.template.palette import paint

_LABEL_HEIGHT = 18.0  # points


def note_lying(native: NativeChart, chart: Chart, setting: Setting) -> None:
    """Words as the label of the last bar of their category, behind its value where bars carry theirs."""
    for note in chart.annotations:
        index = chart.data.categories.index(note.name)
        known = [i for i, series in enumerate(chart.data.series) if series.values[index] is not None]
        if not known:
            continue
        series = chart.data.series[known[-1]]
        value = amount(chart, series.values[index] or 0.0, series.decimals)
        text = f"{value} · {note.text}" if labels_bars(chart) else note.text
        label = native.plots[0].series[known[-1]].points[index].data_label
        label.text_frame.text = cleaned(text)
        run = label.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(setting.size), False
        paint(run.font.color, setting.palette.ink)
        element_of(run.font).set("lang", setting.language)
        if labels_bars(chart):
            # Labels of its own take a series out of those of the whole plot.
            own = native.plots[0].series[known[-1]].data_labels
            own.show_value, own.number_format_is_linked = True, False
            own.number_format = amount_format(chart, series.decimals)
            own.position = XL_LABEL_POSITION.OUTSIDE_END
            own.font.size = Pt(setting.size)
            paint(own.font.color, setting.palette.ink)
        label.position = XL_LABEL_POSITION.INSIDE_BASE if chart.stacked else XL_LABEL_POSITION.OUTSIDE_END


def mark_lying(
    slide: Slide, frame: Any, chart: Chart, setting: Setting, layout: Layout, scale: ValueScale
) -> None:
    """A dashed line over the chart with its words on top, at the value's place in the plot.

    Both stand behind the chart's frame, and are read with it.
    """
    last = element_of(frame)
    unit = 0.01 if chart.percent else 1.0
    for mark in chart.marks:
        x = setting.left + setting.width * (layout.left + layout.width * scale.share(mark.value * unit))
        top = setting.top + setting.height * layout.top
        bottom = top + setting.height * layout.height
        line = slide.shapes.add_connector(MSO_CONNECTOR_TYPE.STRAIGHT, Pt(x), Pt(top), Pt(x), Pt(bottom))
        paint(line.line.color, setting.palette.ink)
        line.line.width = Pt(1.25)
        line.line.dash_style = MSO_LINE_DASH_STYLE.DASH
        describe(line, mark.text, name="Reference line", decorative=True)
        width = setting.text_width(mark.text) + 12
        left = min(max(x - width / 2, setting.left), setting.left + setting.width - width)
        box = slide.shapes.add_textbox(Pt(left), Pt(top - _LABEL_HEIGHT), Pt(width), Pt(_LABEL_HEIGHT))
        box.name = "Reference value"
        words = box.text_frame
        words.word_wrap = False
        words.margin_left = words.margin_right = words.margin_top = words.margin_bottom = 0
        words.vertical_anchor = MSO_ANCHOR.MIDDLE
        words.text = cleaned(mark.text)
        words.paragraphs[0].alignment = PP_ALIGN.CENTER
        run = words.paragraphs[0].runs[0]
        run.font.size = Pt(setting.size)
        paint(run.font.color, setting.palette.ink)
        element_of(run.font).set("lang", setting.language)
        last.addnext(element_of(line))
        element_of(line).addnext(element_of(box))
        last = element_of(box)
