"""Slopes: a line for each series from one place to another, its name and value at both ends."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.charts.axes import ValueScale, amount, linear_scale
from triptych.charts.canvas import LINE, Across, Canvas, Ruler
from triptych.charts.labels import spread, wrapped
from triptych.charts.styles import look_in
from triptych.charts.times import category_name
from triptych.model.nodes import Chart
from triptych.theme.colours import darken_until_readable
from triptych.theme.theme import Theme

_LEAST, _MOST = 118.0, 300.0  # the height of a plot
_FOR_EACH = 1.5 * LINE  # of the height, for a series
_NAMES_SHARE = 0.33  # of the width, for the words of one side
_LEADER = 12.0  # from a dot to its words
_WIDEST = 190.0  # of the plot: a longer line shows its slope no better
_SIDES: tuple[Across, Across] = ("right", "left")  # where words end or begin at the first and last place


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopePlan:
    """A slope chart in a room: the words of both ends by series, and where the plot is."""

    chart: Chart
    scale: ValueScale
    names: tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]
    titles: tuple[str, str]
    left: float
    width: float
    plot: float
    height: float

    def at(self, value: float) -> float:
        """How far under the plot's top a value stands."""
        return (1 - self.scale.share(value)) * self.plot


def plan_slopes(chart: Chart, room: float, theme: Theme) -> SlopePlan:
    """Lay out a slope chart; words take at most a third of the width on either side."""
    ruler, data = Ruler(theme), chart.data
    first, last = (_names(chart, end, room * _NAMES_SHARE, ruler) for end in (0, 1))
    sides = [max(ruler.bold(line) for lines in side for line in lines) + _LEADER for side in (first, last)]
    lines = max(sum(map(len, side)) for side in (first, last))
    plot = min(max(_LEAST, _FOR_EACH * len(data.series)), _MOST)
    plot = max(plot, lines * LINE)
    titles = category_name(data, 0, chart.language), category_name(data, 1, chart.language)
    return SlopePlan(
        chart=chart,
        scale=linear_scale(min(data.numbers), max(data.numbers), wide=False),
        names=(first, last),
        titles=titles,
        left=sides[0],
        width=min(room - sum(sides), _WIDEST),
        plot=plot,
        height=plot + 3 * LINE,
    )


def draw_slopes(canvas: Canvas, plan: SlopePlan, left: float, top: float) -> None:
    """Draw it from a place on: the two places, the lines, and words that do not touch."""
    colours = canvas.theme.colours
    start, end = left + plan.left, left + plan.left + plan.width
    foot = top + 2 * LINE
    for x, title, across in zip((start, end), plan.titles, _SIDES, strict=True):
        canvas.text((x, top + LINE / 2), title, bold=True, across=across)
        canvas.line([(x, foot - LINE / 2), (x, foot + plan.plot + LINE / 2)], colours.rule, 0.6)
    for series in plan.chart.data.series:
        look = look_in(plan.chart, canvas.theme, series)
        points = [(x, foot + plan.at(v or 0.0)) for x, v in zip((start, end), series.values, strict=True)]
        canvas.line(points, look.ink, 1.1 if look.back else 1.5, look.dash)
        canvas.dots(points, look, 4.2)
    for side, (x, across) in enumerate(zip((start, end), _SIDES, strict=True)):
        _name_side(canvas, plan, side, x, foot, across)


def _names(chart: Chart, end: int, width: float, ruler: Ruler) -> tuple[tuple[str, ...], ...]:
    several = len(chart.data.series) > 1
    words = (
        f"{series.label if several else ''} {amount(chart, series.values[end] or 0.0, series.decimals)}"
        for series in chart.data.series
    )
    return tuple(tuple(wrapped(text.strip(), width, ruler.bold)) for text in words)


def _name_side(canvas: Canvas, plan: SlopePlan, side: int, x: float, foot: float, across: Across) -> None:
    """Words at one end, moved apart; leaders lead to those that were moved."""
    names, colours = plan.names[side], canvas.theme.colours
    wanted = [foot + plan.at(series.values[side] or 0.0) for series in plan.chart.data.series]
    sizes = [len(lines) * LINE for lines in names]
    placed = spread(wanted, sizes, foot - LINE, foot + plan.plot + LINE)
    way = 1 if across == "left" else -1
    for index, (lines, target, centre) in enumerate(zip(names, wanted, placed, strict=True)):
        look = look_in(plan.chart, canvas.theme, plan.chart.data.series[index])
        ink = darken_until_readable(look.ink, colours.foreground, colours.background)
        if abs(centre - target) > 1.5:
            canvas.line([(x + way * 3, target), (x + way * (_LEADER - 2), centre)], ink, 0.4)
        first = centre - (len(lines) - 1) * LINE / 2
        canvas.text((x + way * _LEADER, first), lines, ink=ink, bold=not look.back, across=across)
