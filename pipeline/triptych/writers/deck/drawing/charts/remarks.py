"""Reference lines and notes of a native chart, as series of its own workbook.

A reference line is a line through all categories. Notes are one series more: invisible points over the
data, each with its words as a data label and an error bar down to the axis. Where bars lie no line can
stand upright: there a line on the slide marks the value, and notes stand beside the bars' values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from triptych.media.charts.axes.scales import ValueScale
from triptych.media.charts.axes.spreading import rows
from triptych.media.charts.axes.times import date_name
from triptych.model.charts import Annotation, date_at
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.forms import on_serial_days, serial_day
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.charts.words.ends import names_margin
from triptych.writers.deck.drawing.charts.words.points import move
from triptych.writers.deck.drawing.text import child, cleaned, colour
from triptych.writers.deck.pptx.elements import element_of, label_element
from triptych.writers.deck.pptx.terms import (
    MSO_LINE_DASH_STYLE,
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    NativeChart,
    Pt,
)
from triptych.writers.deck.template.palette import paint

_ROW = 1.5  # of the text's size, from one row of notes to the next
_GAP = 8.0  # points between notes

# What may follow error bars in a series.
_BEHIND_BARS = ("c:cat", "c:xVal", "c:val", "c:yVal", "c:smooth")


@dataclass(frozen=True, slots=True)
class Line:
    """A reference line at a value of the axis."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Words at a category (its index and place), at a level over the data."""

    index: int
    place: float
    text: str
    level: float


@dataclass(frozen=True, slots=True)
class Remarks:
    """What goes behind the data; ``top`` is the axis' end that leaves room for the notes.

    ``across`` are the ends of the category axis where it counts numbers.
    """

    lines: tuple[Line, ...] = ()
    notes: tuple[Note, ...] = ()
    top: float = 0.0
    across: tuple[float, float] = (0.0, 1.0)

    @property
    def title(self) -> str:
        """The name of the series of notes: a workbook's reader sees what they are."""
        return cleaned("; ".join(note.text for note in self.notes))

    @property
    def count(self) -> int:
        """How many series they are."""
        return len(self.lines) + bool(self.notes)


def plan_remarks(chart: Chart, setting: Setting, scale: ValueScale, ends: tuple[float, float]) -> Remarks:
    """Levels for the notes, so that none covers another; ``ends`` are those of a number axis."""
    unit = 0.01 if chart.percent else 1.0
    if chart.lying:
        return Remarks(top=_behind_bars(chart, setting, scale) * unit)
    lines = tuple(Line(mark.value * unit, mark.text) for mark in chart.marks)
    found = _joined(chart)
    if not found:
        return Remarks(lines=lines, top=scale.high * unit, across=ends)
    plot = setting.width * (0.92 - names_margin(chart, setting))
    shares = [_share(chart, index, place, ends) * plot for index, place, _ in found]
    words = [(x, x + setting.text_width(text)) for x, (_, _, text) in zip(shares, found, strict=True)]
    levels = rows(words, shares, _GAP)
    row = _ROW * setting.size / (setting.height * 0.7)  # as a share of the plot
    steps = [row * (level + 0.7) for level in levels]
    raised = [_raised(scale, share) * unit for share in steps]
    notes = tuple(
        Note(index, place, text, level) for (index, place, text), level in zip(found, raised, strict=True)
    )
    return Remarks(lines, notes, _raised(scale, max(steps) + row * 0.6) * unit, ends)


def _behind_bars(chart: Chart, setting: Setting, scale: ValueScale) -> float:
    """The end of the axis that leaves room for words behind lying bars."""
    if chart.stacked or not chart.annotations:
        return scale.high
    plot = setting.width * 0.62
    reach = scale.high
    for note in chart.annotations:
        index = chart.data.categories.index(note.name)
        values = [series.values[index] or 0.0 for series in chart.data.series]
        words = min(setting.text_width(note.text) + 4 * setting.size, plot * 0.6)
        reach = max(reach, max(values) * plot / (plot - words))
    return reach


def _joined(chart: Chart) -> list[tuple[int, float, str]]:
    """Notes by category; where one stands between two, its place is said and the nearest taken."""
    on_numbers = chart.kind.traits.on_numbers and chart.data.positions is not None
    found: dict[float, tuple[int, float, str]] = {}
    for note in chart.annotations:
        index = _nearest(chart, note)
        exact = on_numbers or note.name in chart.data.categories or chart.kind.traits.binned
        text = cleaned(note.text if exact else f"{_place_name(chart, note)}: {note.text}")
        key = note.place if on_numbers else float(index)
        place = _number(
            chart, note.place if exact or not chart.data.positions else chart.data.positions[index]
        )
        before = f"{found[key][2]}; " if key in found else ""
        found[key] = (index, place, before + text)
    return sorted(found.values(), key=lambda item: item[0] if not on_numbers else item[1])


def _place_name(chart: Chart, note: Annotation) -> str:
    return date_name(note.name, date_at(note.place), chart.language) if chart.data.dates else note.name


def _number(chart: Chart, position: float) -> float:
    """A position as a number axis counts it."""
    return serial_day(date_at(position)) if on_serial_days(chart) else position


def _nearest(chart: Chart, note: Annotation) -> int:
    data = chart.data
    if data.edges:
        return max(i for i in range(len(data.categories)) if i == 0 or data.edges[i] <= note.place)
    if note.name in data.categories:
        return data.categories.index(note.name)
    positions = data.positions or ()
    return min(range(len(positions)), key=lambda index: abs(positions[index] - note.place))


def _share(chart: Chart, index: int, place: float, ends: tuple[float, float]) -> float:
    if chart.kind.traits.on_numbers and chart.data.positions and ends[1] > ends[0]:
        return (place - ends[0]) / (ends[1] - ends[0])
    return (index + 0.5) / len(chart.data.categories)


def _raised(scale: ValueScale, share: float) -> float:
    """The value that stands a share of the plot over the high end."""
    if scale.log:
        return float(scale.high * (scale.high / scale.low) ** share)
    return scale.high + (scale.high - scale.low) * share


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


def style_remarks(native: NativeChart, chart: Chart, remarks: Remarks, setting: Setting) -> None:
    """Dashed lines named at their right end unless a legend does, and words over the data."""
    if not remarks.count:
        return
    series = list(native.plots[1].series)
    for line, own in zip(remarks.lines, series, strict=False):
        paint(own.format.line.color, setting.palette.ink)
        own.format.line.width = Pt(1.25)
        own.format.line.dash_style = MSO_LINE_DASH_STYLE.DASH
        own.marker.style = XL_MARKER_STYLE.NONE
        last = len(list(own.values)) - 1
        if not setting.panel:
            element = _label(own, last, line.text, setting)
            if chart.kind.traits.bars or chart.kind.traits.binned:
                move(element, 0.4 / len(chart.data.categories))
    if remarks.notes:
        own = series[-1]
        own.format.line.fill.background()
        own.marker.style = XL_MARKER_STYLE.NONE
        on_numbers = element_of(own).find(qn("c:xVal")) is not None
        for number, note in enumerate(remarks.notes):
            index = number if on_numbers else note.index
            _label(own, index, note.text, setting)
        _drop(element_of(own), setting)


def _label(series: Any, index: int, text: str, setting: Setting) -> Any:
    """Words at the right of a point → the label's element."""
    label = series.points[index].data_label
    frame = label.text_frame
    frame.text = cleaned(text)
    frame.word_wrap = False
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(setting.size), False
    paint(run.font.color, setting.palette.ink)
    element_of(run.font).set("lang", setting.language)
    label.position = XL_LABEL_POSITION.RIGHT
    return label_element(label)


def _drop(series: Any, setting: Setting) -> None:
    """Error bars from each point down to the axis."""
    bars = child(series, "c:errBars")
    child(bars, "c:errDir", val="y")
    child(bars, "c:errBarType", val="minus")
    child(bars, "c:errValType", val="percentage")
    child(bars, "c:noEndCap", val="1")
    child(bars, "c:val", val="99.9999")  # on a log scale the whole has no end
    line = child(child(bars, "c:spPr"), "a:ln", w="9525")
    colour(child(line, "a:solidFill"), setting.palette.muted)
    child(line, "a:prstDash", val="sysDot")
    behind = next(element for tag in _BEHIND_BARS if (element := series.find(qn(tag))) is not None)
    behind.addprevious(bars)
