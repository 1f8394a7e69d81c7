"""Draw pies and donuts: slices are named beside them, or in a key below where names have no room there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from triptych.languages.numerals import format_percent
from triptych.media.charts.axes.amounts import amount
from triptych.media.charts.axes.spreading import spread
from triptych.media.charts.axes.times import category_name
from triptych.media.charts.axes.wrapping import longest_word, wrapped
from triptych.media.charts.canvas import LINE, Across, Canvas, Ruler
from triptych.media.charts.painting.head import KEY_WIDTH, draw_key
from triptych.media.charts.series_styles import look_in
from triptych.model.charts import ChartData
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme

_RADIUS, _LEAST_RADIUS = 54.0, 16.0
_HOLE = 0.56  # of the radius
_ELBOW = 7.0  # from the rim to where a leader turns
_PAD = 4.0
_KEY_GAP = 4.0  # between the pie and its key
_COLUMN_GAP = 6.0  # between the names and the amounts of a key


@dataclass(frozen=True, slots=True)
class Slice:
    """A part: its index among the categories, where it starts and ends in degrees, and its words."""

    index: int
    start: float
    end: float
    name: tuple[str, ...]
    amount: str

    @property
    def middle(self) -> float:
        """The direction of its middle in radians, clockwise from the top."""
        return math.radians((self.start + self.end) / 2)

    @property
    def height(self) -> float:
        """Of its words."""
        return (len(self.name) + 1) * LINE + 2


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A row of the key: the index of a category, the lines of its name, and its amount."""

    index: int
    name: tuple[str, ...]
    amount: str


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """The layout of a pie or donut in ``width`` points.

    ``pie_height`` is the height of the pie with the labels beside it, in points. The rows of the ``key``
    follow below, ``key_left`` points from the left; there are none where slices are named beside the pie.
    """

    chart: Chart
    slices: tuple[Slice, ...]
    radius: float
    width: float
    pie_height: float
    key: tuple[KeyRow, ...] = ()
    key_left: float = 0.0

    @property
    def whole_height(self) -> float:
        """The height of the pie and its key in points."""
        lines = sum(len(row.name) for row in self.key)
        return self.pie_height + (_KEY_GAP + lines * LINE if lines else 0.0)


def plan_round(chart: Chart, data: ChartData, room: float, theme: Theme) -> RoundPlan:
    """Lay out one pie in ``room`` points.

    Names go beside their slices. Where a word would have to be broken there, only amounts do, and a key below
    the pie gives the names.
    """
    ruler = Ruler(theme)
    series = data.series[0]
    parts = [(i, v) for i, v in enumerate(series.values) if v]
    total = sum(value for _, value in parts)
    amounts = {}
    for index, value in parts:
        if chart.in_percent:
            amounts[index] = format_percent(value / 100, chart.language, series.places[index])
            continue
        share = format_percent(value / total, chart.language, 0 if value / total >= 0.01 else 1)
        amounts[index] = f"{amount(chart, value, series.places[index])} · {share}"
    margin = _ELBOW + 2 * _PAD
    radius = max(_LEAST_RADIUS, min(_RADIUS, room / 2 - margin - ruler.widest(amounts.values())))
    beside = room / 2 - radius - margin
    names = {index: category_name(data, index, chart.language) for index, _ in parts}
    has_key = any(longest_word(name, ruler.width) > beside for name in names.values())
    slices = []
    at = 0.0
    for index, value in parts:
        name = () if has_key else tuple(wrapped(names[index], beside, ruler.width))
        slices.append(Slice(index, at, at + 360 * value / total, name, amounts[index]))
        at += 360 * value / total
    sides = [[s for s in slices if (math.sin(s.middle) >= 0) == right] for right in (True, False)]
    words = max(sum(part.height for part in side) for side in sides)
    height = max(2 * radius + 2 * LINE, words + LINE)
    key, key_left = _plan_key(names, amounts, room, ruler) if has_key else ((), 0.0)
    return RoundPlan(chart, tuple(slices), radius, room, height, key, key_left)


def _plan_key(
    names: Mapping[int, str], amounts: Mapping[int, str], room: float, ruler: Ruler
) -> tuple[tuple[KeyRow, ...], float]:
    """Return the rows of the key in the order of the slices, and the left edge that centres them."""
    column = room - KEY_WIDTH - _COLUMN_GAP - ruler.widest(amounts.values())
    rows = tuple(
        KeyRow(index, tuple(wrapped(name, column, ruler.width)), amounts[index])
        for index, name in names.items()
    )
    used = max(ruler.widest(row.name) for row in rows)
    return rows, (column - used) / 2


def draw_round(canvas: Canvas, plan: RoundPlan, left: float, top: float) -> None:
    """Draw one pie with its labels; ``left`` and ``top`` are its corner in points."""
    centre = (left + plan.width / 2, top + plan.pie_height / 2)
    hole = plan.radius * _HOLE if plan.chart.kind.traits.hole else 0.0
    for part in plan.slices:
        look = look_in(plan.chart, canvas.theme, plan.chart.data.series[0], part.index)
        canvas.wedge(centre, plan.radius, hole, part.start, part.end, look)
    for right in (True, False):
        side = [part for part in plan.slices if (math.sin(part.middle) >= 0) == right]
        reach = plan.radius + _ELBOW
        wanted = [centre[1] - math.cos(part.middle) * reach for part in side]
        heights = [part.height for part in side]
        for part, y in zip(side, spread(wanted, heights, top, top + plan.pie_height), strict=True):
            _name(canvas, plan, part, centre, y, 1 if right else -1)
    _draw_key(canvas, plan, left + plan.key_left, top + plan.pie_height + _KEY_GAP)


def _draw_key(canvas: Canvas, plan: RoundPlan, left: float, top: float) -> None:
    names = left + KEY_WIDTH
    amounts = (
        names + _COLUMN_GAP + max((Ruler(canvas.theme).widest(row.name) for row in plan.key), default=0.0)
    )
    y = top + LINE / 2
    for row in plan.key:
        look = look_in(plan.chart, canvas.theme, plan.chart.data.series[0], row.index)
        draw_key(canvas, plan.chart.kind, look, left, y)
        canvas.text((names, y), row.name)
        canvas.text((amounts, y), row.amount, ink=canvas.theme.colours.muted)
        y += len(row.name) * LINE


def _name(
    canvas: Canvas, plan: RoundPlan, part: Slice, centre: tuple[float, float], y: float, side: int
) -> None:
    muted = canvas.theme.colours.muted
    rim = (
        centre[0] + math.sin(part.middle) * plan.radius,
        centre[1] - math.cos(part.middle) * plan.radius,
    )
    edge = centre[0] + side * (plan.radius + _ELBOW)
    canvas.line([rim, (edge, y), (edge + side * 2, y)], muted, 0.4)
    place = edge + side * _PAD
    first = y - part.height / 2 + LINE / 2 + 1
    across: Across = "left" if side > 0 else "right"
    canvas.text((place, first), part.name, across=across)
    canvas.text((place, first + len(part.name) * LINE), part.amount, ink=muted, across=across)
