"""The plan of lying bars: names at the left, each row as high as it needs."""

from __future__ import annotations

from dataclasses import replace

from triptych.media.charts.axes.places import GAP, Tick, place_axis
from triptych.media.charts.axes.scales import ValueScale
from triptych.media.charts.axes.times import category_name
from triptych.media.charts.axes.wrapping import wrapped
from triptych.media.charts.canvas import LINE, Ruler
from triptych.media.charts.layout.plan import (
    ABOVE,
    LEAST_SHARE,
    REMARK_WIDTH,
    Plan,
    Share,
    carries_values,
    own_scale,
    values_width,
)
from triptych.model.charts import ChartData
from triptych.model.nodes import Chart

_NAMES_SHARE = 0.36  # of the width, for names
MOST_HEIGHT = 400.0  # of a plot on a page
_BAR, ROW = 13.0, 19.0  # what a bar and what a row need


def plan_lying(chart: Chart, data: ChartData, room: float, ruler: Ruler, share: Share) -> Plan:
    """Lay out a plot of the whole width ``room``."""
    labelled = carries_values(chart, data, share)
    scale = share.scale or own_scale(chart, data, labelled=labelled)
    axis = place_axis(chart, data)
    names = names_beside(chart, data, room, ruler)
    left = max(map(ruler.widest, names)) + GAP if share.names_left else 0.0
    right = _right(chart, data, scale, ruler, labelled=labelled)
    width = max(room - left - right, room * LEAST_SHARE)
    if labelled and min(data.numbers) < 0:
        scale = _with_room_below_zero(scale, (values_width(chart, data, ruler) + GAP) / width)
    bottom = LINE + GAP if share.names_under and not labelled else 2.0
    if data.category_title and share.names_under:
        bottom += LINE + 2
    return Plan(
        chart=chart,
        data=data,
        scale=scale,
        axis=axis,
        lying=True,
        labelled=labelled,
        left=left,
        right=right,
        top=ABOVE + (LINE + 2 if chart.marks else 0.0),
        bottom=bottom,
        width=width,
        height=_height(chart, data, names),
        ticks=tuple(Tick(axis.share(index), lines, index) for index, lines in enumerate(names)),
    )


def names_beside(chart: Chart, data: ChartData, room: float, ruler: Ruler) -> list[tuple[str, ...]]:
    """The lines of each category's name, where these stand at the left of rows."""
    names = (category_name(data, index, chart.language) for index in range(len(data.categories)))
    return [tuple(wrapped(name, room * _NAMES_SHARE, ruler.width)) for name in names]


def _right(chart: Chart, data: ChartData, scale: ValueScale, ruler: Ruler, *, labelled: bool) -> float:
    """Values behind bars or half the last name of the axis, and remarks behind them."""
    last = scale.names(chart.language)[-1]
    right = values_width(chart, data, ruler) + GAP if labelled else ruler.width(last) / 2 + 1
    remarks = [ruler.widest(wrapped(note.text, REMARK_WIDTH, ruler.width)) for note in chart.annotations]
    return right + (max(remarks) + GAP if remarks else 0.0)


def _with_room_below_zero(scale: ValueScale, share: float) -> ValueScale:
    """Values stand at the left of bars below zero, where names would begin."""
    return replace(scale, low=float(f"{scale.low - (scale.high - scale.low) * share / (1 - share):.6g}"))


def _height(chart: Chart, data: ChartData, names: list[tuple[str, ...]]) -> float:
    bars = 1 if chart.stacked else len(data.series)
    lines, count = max(map(len, names)), len(names)
    height = max(lines * LINE + 4, _BAR * bars + 5, ROW) * count
    return height if height <= MOST_HEIGHT else max(MOST_HEIGHT, lines * LINE * count)
