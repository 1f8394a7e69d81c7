"""Dumbbells: two dots for each category, joined by a line as long as their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.charts.axes import GAP, ValueScale, amount, linear_scale
from triptych.charts.canvas import LINE, Across, Canvas, Ruler
from triptych.charts.layout import MOST_HEIGHT, ROW, names_beside
from triptych.charts.plan import values_width
from triptych.charts.styles import look_in
from triptych.model.nodes import Chart
from triptych.theme.colours import darken_until_readable
from triptych.theme.theme import Theme

_DOT = 6.4
_BESIDE = _DOT / 2 + 2.5  # from the middle of a dot to its value


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPlan:
    """Pairs in a room of some width: a row for each, of one height, under a line that names the dots."""

    chart: Chart
    scale: ValueScale
    names: Sequence[tuple[str, ...]]
    heads: tuple[str, str] | None = None
    """What the dots of the first row are called, where both names fit over them."""
    beside: float  # a dot, for its value
    left: float
    width: float
    row: float

    def at(self, value: float) -> float:
        """How far from the plot's left edge a value stands."""
        return self.scale.share(value) * self.width

    @property
    def above(self) -> float:
        """What stands over the rows takes so much height."""
        return LINE + 2 if self.heads else 0.0

    @property
    def height(self) -> float:
        """Of it all."""
        return self.above + self.row * len(self.names)


def plan_pairs(chart: Chart, room: float, theme: Theme) -> PairPlan:
    """Lay out a dumbbell chart; every row has its values beside its dots."""
    ruler, data = Ruler(theme), chart.data
    names = names_beside(chart, data, room, ruler)
    beside = values_width(chart, data, ruler) + _BESIDE
    left = max(map(ruler.widest, names)) + GAP + beside
    width = room - left - beside
    scale = linear_scale(min(data.numbers), max(data.numbers), wide=False)
    lines = max(map(len, names)) * LINE
    row = max(lines, min(max(ROW, lines + 4), MOST_HEIGHT / len(names)))
    plan = PairPlan(chart=chart, scale=scale, names=names, beside=beside, left=left, width=width, row=row)
    return replace(plan, heads=_heads(plan, ruler, room))


def _heads(plan: PairPlan, ruler: Ruler, room: float) -> tuple[str, str] | None:
    """The names of both series, if they fit side by side over the dots of the first row."""
    one, other = plan.chart.data.series
    if one.values[0] is None or other.values[0] is None:
        return None
    ends = sorted(
        (plan.left + plan.at(value), ruler.bold(label) / 2)
        for value, label in ((one.values[0], one.label), (other.values[0], other.label))
    )
    (low, half), (high, other_half) = ends
    fits = low + half + GAP <= high - other_half and low >= half and high + other_half <= room
    return (one.label, other.label) if fits else None


def draw_pairs(canvas: Canvas, plan: PairPlan, left: float, top: float) -> None:
    """Draw it from a place on."""
    colours, series = canvas.theme.colours, plan.chart.data.series
    start, top = left + plan.left, top + plan.above
    names_end = start - plan.beside - GAP
    for index, lines in enumerate(plan.names):
        middle = top + (index + 0.5) * plan.row
        first = middle - (len(lines) - 1) * LINE / 2
        canvas.text((names_end, first), lines, ink=colours.muted, across="right")
        foot = middle + plan.row / 2
        canvas.line([(names_end + GAP, foot), (start + plan.width, foot)], colours.rule, 0.3)
        known = [(own.values[index], place) for place, own in enumerate(series)]
        dots = sorted((value, place) for value, place in known if value is not None)
        if len(dots) == 2:
            ends = [(start + plan.at(value), middle) for value, _ in dots]
            canvas.line(ends, colours.muted, 2.0)
        for side, (value, place) in enumerate(dots):
            look = look_in(plan.chart, canvas.theme, series[place], index)
            x = start + plan.at(value)
            canvas.dots([(x, middle)], look, _DOT)
            words = amount(plan.chart, value, series[place].decimals)
            lower = side == 0 and len(dots) == 2
            across: Across = "right" if lower else "left"
            bold = bool(plan.chart.highlight) and not look.back
            canvas.text((x + (-_BESIDE if lower else _BESIDE), middle), words, across=across, bold=bold)
            if plan.heads and index == 0:
                over = (x, top - LINE / 2)
                ink = darken_until_readable(look.ink, colours.foreground, colours.background)
                canvas.text(over, plan.heads[place], ink=ink, bold=True, across="center")
