"""Dotted lines over times of which the data say nothing: native series of their own, after those of the data.

Programs draw all of a series in one way, so that the series itself is broken there.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from triptych.media.charts.axes.leaps import breaks
from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.forms import places
from triptych.writers.deck.drawing.text import child
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import XL_MARKER_STYLE, NativeChart

_NAME = "…"
_WIDTH = "19050"  # English metric units: 1.5 points


def bridges(chart: Chart) -> tuple[tuple[Series, tuple[int, ...]], ...]:
    """The series that have a value on both sides of a break, each with the places of these."""
    broken = breaks(chart)
    found = (
        (series, tuple(i for i in broken if None not in (series.values[i - 1], series.values[i + 1])))
        for series in chart.data.series
    )
    return tuple((series, own) for series, own in found if own)


def add_bridges(data: Any, chart: Chart) -> None:
    """Add to the numbers of a workbook what lies between the points on both sides of a break."""
    for series, own in bridges(chart):
        ends = {i: series.values[i] for at in own for i in (at - 1, at + 1)}
        middles = {at: ((ends[at - 1] or 0.0) + (ends[at + 1] or 0.0)) / 2 for at in own}
        known = ends | middles
        data.add_series(_NAME, [known.get(i) for i in range(len(series.values))])


def bridge_points(chart: Chart) -> Iterator[tuple[str, list[tuple[float, float | None]]]]:
    """Return the same for a number axis: the name of each bridge and its points, a gap after each pair."""
    positions = places(chart)
    for series, own in bridges(chart):
        found: list[tuple[float, float | None]] = []
        for at in own:
            found += [(positions[i], series.values[i]) for i in (at - 1, at + 1)]
            found.append((positions[at + 1], None))
        yield _NAME, found


def style_bridges(native: NativeChart, chart: Chart) -> None:
    """Give each the colour of its series, dotted and without markers."""
    drawn, own = list(native.plots[0].series), len(chart.data.series)
    for bridge, (series, _) in zip(drawn[own:], bridges(chart), strict=False):
        bridge.smooth = False
        bridge.marker.style = XL_MARKER_STYLE.NONE
        bridge.format.line.fill.background()  # a line that can be replaced
        line = deepcopy(_line(drawn[chart.data.series.index(series)]))
        line.set("w", _WIDTH)
        for dash in line.findall(qn("a:prstDash")):
            line.remove(dash)
        fill = line.find(qn("a:solidFill"))
        fill.addnext(child(line, "a:prstDash", val="sysDot"))
        old = _line(bridge)
        old.getparent().replace(old, line)


def _line(series: Any) -> Any:
    return element_of(series).find(f"{qn('c:spPr')}/{qn('a:ln')}")
