"""Reference lines of a native chart that stands, as series of its own workbook through all categories.

Their words are written beside them (``words/callouts.py``), or in the legend of a panel. Where bars lie no
series can stand upright: there a line is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.text import child
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import MSO_LINE_DASH_STYLE, XL_MARKER_STYLE, NativeChart, Pt
from triptych.writers.deck.template.palette import paint


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A reference line at a value of the axis."""

    value: float
    text: str


def reference_lines(chart: Chart) -> tuple[ReferenceLine, ...]:
    """Return the lines that are series of the chart, at values as its axis counts them."""
    if chart.lying or chart.kind.traits.round:
        return ()
    unit = 0.01 if chart.percent else 1.0
    return tuple(ReferenceLine(mark.value * unit, mark.text) for mark in chart.marks)


def set_apart(native: NativeChart, count: int, *, on_numbers: bool) -> None:
    """Move so many of the last series into a plot of lines on the same axes."""
    if not count:
        return
    area = element_of(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    first = next(element for element in area if element.find(qn("c:ser")) is not None)
    plot = child(area, "c:scatterChart" if on_numbers else "c:lineChart")
    if on_numbers:
        child(plot, "c:scatterStyle", val="lineMarker")
    else:
        child(plot, "c:grouping", val="standard")
    child(plot, "c:varyColors", val="0")
    for series in first.findall(qn("c:ser"))[-count:]:
        for tag in ("c:invertIfNegative", "c:marker", "c:spPr", "c:smooth"):
            for element in series.findall(qn(tag)):
                series.remove(element)
        child(series, "c:smooth", val="0")
        plot.append(series)
    if not on_numbers:
        child(plot, "c:marker", val="1")
    for axis in first.findall(qn("c:axId")):
        child(plot, "c:axId", val=axis.get("val"))
    first.addnext(plot)


def style_reference_lines(native: NativeChart, lines: tuple[ReferenceLine, ...], setting: Setting) -> None:
    """Dash the lines, which are the series of the second plot."""
    for own in list(native.plots[1].series) if lines else ():
        paint(own.format.line.color, setting.palette.ink)
        own.format.line.width = Pt(1.25)
        own.format.line.dash_style = MSO_LINE_DASH_STYLE.DASH
        own.marker.style = XL_MARKER_STYLE.NONE
