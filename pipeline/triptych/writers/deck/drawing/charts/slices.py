"""The words around pies and rings, apart from each other.

Programs put labels at the rim of a pie where slices are wide. Where they are narrow, and around rings,
which have no place outside, each label is moved from the middle of its slice, which programs agree on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from triptych.languages.numerals import format_percent
from triptych.media.charts.axes.amounts import amount
from triptych.media.charts.axes.spreading import spread
from triptych.media.charts.axes.times import category_name
from triptych.media.charts.axes.wrapping import wrapped
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.labels import slice_format
from triptych.writers.deck.drawing.charts.series import HOLE
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.text import child, colour, extended
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import NativeChart

_LINE = 1.25  # of the text's size
_RIM = 8.0  # points between rim and words
_CROWDED = 3.0  # points that a label would have to give way
_LAYOUT_EXTENSION = "{CE6537A1-D6FC-4f65-9D91-7224C49458BB}"


def name_slices(native: NativeChart, chart: Chart, setting: Setting, radius: float, reach: float) -> None:
    """Move the labels of a circle of ``radius`` points, ``reach`` points being above and below its centre."""
    values = [value or 0.0 for value in chart.data.series[0].values]
    if min(values) < 0 or not sum(values):
        return  # nothing is drawn
    ring = chart.kind.traits.hole
    middle = radius * (1 + HOLE / 100) / 2 if ring else radius / 2
    moved = _places(chart, values, setting, radius, reach)
    if not ring and all(shift < _CROWDED for *_, shift in moved):
        return
    labels = element_of(native.plots[0].data_labels)
    for index, angle, x, y, width, lines, _ in reversed(moved):
        offset = (x - math.sin(angle) * middle, y + math.cos(angle) * middle)
        labels.insert(0, _label(labels, index, offset, (width + setting.size, lines), chart, setting))


def _places(
    chart: Chart, values: Sequence[float], setting: Setting, radius: float, reach: float
) -> list[tuple[int, float, float, float, float, int, float]]:
    """For each slice its direction, where the middle of its words stands from the centre of the circle, their
    width and lines, and how far they had to give way."""
    total = sum(values)
    beside = setting.width / 2 - radius - 2 * _RIM - setting.size
    found = []
    directions, at = [], 0.0
    for value in values:
        directions.append(2 * math.pi * (at + value / 2) / total)
        at += value
    for right in (True, False):
        side = [i for i, angle in enumerate(directions) if values[i] and (math.sin(angle) >= 0) == right]
        names = [
            wrapped(category_name(chart.data, i, chart.language), beside, setting.text_width) for i in side
        ]
        heights = [(len(name) + 1) * _LINE * setting.size for name in names]
        wanted = [-math.cos(directions[i]) * (radius + _RIM + setting.size) for i in side]
        placed = spread(wanted, heights, -reach, reach)
        for index, name, want, y in zip(side, names, wanted, placed, strict=True):
            amount = _amount(values[index], chart)
            width = max(map(setting.text_width, (*name, amount)))
            rim = math.sqrt(max(0.0, (radius + _RIM) ** 2 - y * y))
            x = (1 if right else -1) * (max(rim, radius * 0.3) + _RIM + width / 2)
            found.append((index, directions[index], x, y, width, len(name) + 1, abs(y - want)))
    return sorted(found)


def _amount(value: float, chart: Chart) -> str:
    decimals = chart.data.series[0].decimals
    if chart.in_percent:
        return format_percent(value / 100, chart.language, decimals)
    return amount(chart, value, decimals)


def _label(
    labels: Any,
    index: int,
    offset: tuple[float, float],
    size: tuple[float, int],
    chart: Chart,
    setting: Setting,
) -> Any:
    """A label of its own for a point, off the middle of its slice (ECMA-376 Part 1, 21.2.2.47).

    ``size`` is its width in points and how many lines it has.
    """
    width, lines = size
    label = labels.makeelement(qn("c:dLbl"), {})
    child(label, "c:idx", val=str(index))
    manual = child(child(label, "c:layout"), "c:manualLayout")
    child(manual, "c:x", val=f"{offset[0] / setting.width:.4f}")
    child(manual, "c:y", val=f"{offset[1] / setting.height:.4f}")
    child(label, "c:numFmt", formatCode=slice_format(chart), sourceLinked="0")
    _set_text(label, setting, wrap=lines > 2)
    if not chart.kind.traits.hole:
        child(label, "c:dLblPos", val="ctr")
    shown = {"Val", "CatName"}
    for name in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize"):
        child(label, f"c:show{name}", val="1" if name in shown else "0")
    child(label, "c:separator").text = "\n"
    extension = child(child(label, "c:extLst"), "c:ext", uri=_LAYOUT_EXTENSION)
    box = extended(extension, "c15:layout")
    inner = child(box, "c:manualLayout")
    child(inner, "c:w", val=f"{width / setting.width:.4f}")
    child(inner, "c:h", val=f"{lines * _LINE * setting.size / setting.height:.4f}")
    return label


def _set_text(label: Any, setting: Setting, *, wrap: bool) -> None:
    """Ink and size, and whether the words may be broken into lines."""
    text = child(label, "c:txPr")
    child(text, "a:bodyPr", wrap="square" if wrap else "none")
    child(text, "a:lstStyle")
    paragraph = child(text, "a:p")
    look = child(child(paragraph, "a:pPr"), "a:defRPr", sz=str(round(setting.size * 100)))
    colour(child(look, "a:solidFill"), setting.palette.ink)
    child(paragraph, "a:endParaRPr", lang=setting.language)
