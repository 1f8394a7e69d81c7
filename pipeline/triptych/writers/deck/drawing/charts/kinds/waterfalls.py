"""Waterfalls: stacked native columns on one that is not seen, joined by thin lines.

The workbook has what each bar stands on, rises, falls and totals, each of the three once more where bars
reach below zero, the ends that lines join, and where the words stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from triptych.charts.native import Form
from triptych.charts.plan import carried
from triptych.charts.styles import FALL, RISE, TOTAL
from triptych.charts.times import category_name
from triptych.languages.labels import load_labels
from triptych.model.charts import add_up
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.writers.deck.drawing.charts.annotations import draw_words
from triptych.writers.deck.drawing.charts.axes import style_axes
from triptych.writers.deck.drawing.charts.layout import add_title, place, plan_chart
from triptych.writers.deck.drawing.charts.number_formats import number_format
from triptych.writers.deck.drawing.charts.series import accent_look, fill, look_behind
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.charts.words import write_label
from triptych.writers.deck.drawing.charts.workbook import set_apart
from triptych.writers.deck.drawing.text import remove_forbidden
from triptych.writers.deck.pptx.chart_data import CategoryData
from triptych.writers.deck.pptx.package import element_of
from triptych.writers.deck.pptx.terms import (
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    NativeChart,
    Pt,
)
from triptych.writers.deck.template.palette import set_tint

_TOP = 30.0  # points: the line of the unit
_GAP = 40  # between columns, in percent of one
_LINES = 3  # series of lines, so that those of one are never neighbours
_KINDS = (("increase", RISE), ("decrease", FALL), ("total", TOTAL))

Values = list[float | None]


@dataclass(frozen=True, slots=True)
class _Column:
    """A series of bars: its name, its values, and the theme's colour; None where it is not seen."""

    name: str
    values: Values
    colour: int | None


def waterfall_workbook(chart: Chart) -> Any:
    """All series, first the bars, then the lines between them, last where the words stand."""
    data = CategoryData()
    count = len(chart.data.categories)
    data.categories = [
        remove_forbidden(category_name(chart.data, index, chart.language)) for index in range(count)
    ]
    code = number_format(max(chart.data.series[0].places))
    for column in _columns(chart):
        data.add_series(remove_forbidden(column.name), column.values, code)
    for number, values in enumerate(_lines(chart), 1):
        data.add_series(f"– {number}", values, code)
    data.add_series(remove_forbidden(chart.data.series[0].label), _tops(chart), code)
    return data


def style_waterfall(native: NativeChart, chart: Chart, setting: Setting) -> None:
    """Colours by what a bar does, quiet lines, and the change over or under each bar where they are few."""
    native.has_legend = False
    add_title(native, (("", chart.value_line),), setting)
    set_apart(native, len(_lines(chart)) + 1, on_numbers=False)
    bars, lines, changes = native.plots[0], native.plots[1], chart.data.series[0]
    bars.gap_width, bars.overlap = _GAP, 100
    for series, column in zip(bars.series, _columns(chart), strict=True):
        series.invert_if_negative = False
        if column.colour is None:
            series.format.fill.background()
        else:
            fill(series.format, accent_look(column.colour, setting.palette), setting)
            for index, value in enumerate(column.values):
                if value is not None and chart.stands_back(changes, index):
                    fill(series.points[index].format, look_behind(column.colour, setting.palette), setting)
    *joins, words = lines.series
    for series in (*joins, words):
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        set_tint(series.format.line.color, setting.palette.muted)
        series.format.line.width = Pt(0.75)
    words.format.line.fill.background()
    form = Form("COLUMN_STACKED")
    planned = plan_chart(chart, form, setting)
    if planned.plan.labelled:
        _write_changes(words, chart, setting)
    style_axes(native, chart, setting, form, planned)
    left, top, width, height = planned.inner
    plot = element_of(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    place(plot, inner=True, x=left, y=top, w=width, h=height)
    draw_words(native, chart, planned)


def _columns(chart: Chart) -> list[_Column]:
    """What stands under each bar and is not seen, then the bars by kind, above zero and below."""
    labels, steps = load_labels(chart.language), chart.data.steps
    foot: Values = [_foot(step) if step else None for step in steps]
    found = [_Column("", foot, None)]
    kinds = [_kind(chart, index) for index in range(len(steps))]
    for above in (True, False):
        for name, colour in _KINDS:
            values: Values = [
                _part(step, above=above) if step and kind == name else None
                for step, kind in zip(steps, kinds, strict=True)
            ]
            if any(values) or (above and name in kinds):
                found.append(_Column(labels[name] + ("" if above else " < 0"), values, colour))
    return found


def _kind(chart: Chart, index: int) -> str:
    if index in chart.data.totals:
        return "total"
    return "increase" if (chart.data.series[0].values[index] or 0.0) >= 0 else "decrease"


def _foot(step: tuple[float, float]) -> float:
    """Where the nearer end of a bar is, seen from zero; zero where it reaches over it."""
    low, high = sorted(step)
    return max(low, 0.0) + min(high, 0.0)


def _part(step: tuple[float, float], *, above: bool) -> float | None:
    """How much of a bar is above zero, or below as a negative number; None where nothing is."""
    low, high = sorted(step)
    ends = (max(high, 0.0), max(low, 0.0)) if above else (min(low, 0.0), min(high, 0.0))
    return add_up((ends[0], -ends[1])) or None


def _lines(chart: Chart) -> list[Values]:
    """The ends of bars, each at its own category and the next, in turn over several series with gaps."""
    steps = chart.data.steps
    known = [index for index, step in enumerate(steps) if step is not None]
    found: list[Values] = [[None] * len(steps) for _ in range(min(_LINES, max(len(known) - 1, 0)))]
    for turn, (index, after) in enumerate(pairwise(known)):
        own, step = found[turn % _LINES], steps[index]
        if step is not None and after == index + 1:
            own[index] = own[after] = step[1]
    return found


def _tops(chart: Chart) -> Values:
    """Where the words of each bar stand: at the end that it reaches."""
    return [step[1] if step else None for step in chart.data.steps]


def _write_changes(words: Any, chart: Chart, setting: Setting) -> None:
    for index, step in enumerate(chart.data.steps):
        if step is not None:
            falls = step[1] < step[0]
            at = XL_LABEL_POSITION.BELOW if falls else XL_LABEL_POSITION.ABOVE
            write_label(words, index, (carried(chart, chart.data, 0, index),), setting, at)
