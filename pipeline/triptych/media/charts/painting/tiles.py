"""Tile grid maps: a square a region, coloured by its value or its category, its name and value in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triptych.media.charts.axes.amounts import amount
from triptych.media.charts.canvas import LINE, Canvas, Ruler
from triptych.media.charts.painting.head import Entry
from triptych.media.charts.series_styles import Look, look_of
from triptych.model.charts import Series, extent
from triptych.model.nodes import Chart
from triptych.model.shade_steps import STEPS, shade_steps
from triptych.theme.contrast import contrast
from triptych.theme.shades import readable_fill, shades
from triptych.theme.theme import Theme
from triptych.theme.theme_file import Colours

_WIDEST = 34.0  # of a tile with the gap beside it
_GAP = 1.6
_KEY, _KEY_GAP = 10.0, 6.0  # a step of the scale, and what is over it


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePlan:
    """A tile map in a room: the size of tiles, and for each what it shows.

    ``fills`` and ``inks`` are colours, "" for a region of which the data say nothing; without ``values`` a
    scale stands under the map, if values are what it shows.
    """

    chart: Chart
    pitch: float
    fills: tuple[str, ...]
    inks: tuple[str, ...]
    values: tuple[str, ...]
    scale: tuple[str, str] = ("", "")
    keys: tuple[Entry, ...] = ()

    @property
    def height(self) -> float:
        """Of the map, and of the scale under it."""
        _, rows, _, _ = extent(self.chart.data.tiles)
        return rows * self.pitch + (LINE + _KEY_GAP if self.scale[0] else 0.0)


def plan_tiles(chart: Chart, room: float, theme: Theme) -> TilePlan:
    """Lay out a tile map: as large as can be, and with values in the tiles where all of them have room."""
    data, ruler = chart.data, Ruler(theme)
    columns, *_ = extent(data.tiles)
    pitch = min(_WIDEST, room / columns)
    values = tuple(value_words(chart, index) for index in range(len(data.tiles)))
    inner = pitch - _GAP - 2
    if not data.counted or ruler.widest(values) > inner or inner < 2 * LINE:
        values = ("",) * len(values)
    keys: tuple[Entry, ...] = ()
    scale = ("", "")
    if data.series_name:
        looks = [_look(chart, series, theme) for series in data.series]
        keys = tuple(Entry(series.label, look) for series, look in zip(data.series, looks, strict=True))
        fills = tuple(_of_group(data.series, index, looks) for index in range(len(data.tiles)))
        inks = tuple(_ink(fill, theme.colours) if fill else theme.colours.muted for fill in fills)
    else:
        steps = shade_steps(data.series[0].values)
        known = {shade.step: shade for shade in shades(steps, theme.colours)}
        fills = tuple(known[step].fill if step else "" for step in steps)
        inks = tuple(known[step].ink if step else theme.colours.muted for step in steps)
        if not any(values):
            places = data.series[0].decimals
            scale = (amount(chart, min(data.numbers), places), amount(chart, max(data.numbers), places))
    return TilePlan(chart=chart, pitch=pitch, fills=fills, inks=inks, values=values, scale=scale, keys=keys)


def draw_tiles(canvas: Canvas, plan: TilePlan, left: float, top: float) -> None:
    """Draw a tile map from a place on."""
    _, _, first_column, first_row = extent(plan.chart.data.tiles)
    size = plan.pitch - _GAP
    for index, tile in enumerate(plan.chart.data.tiles):
        x, y = left + (tile.column - first_column) * plan.pitch, top + (tile.row - first_row) * plan.pitch
        if fill := plan.fills[index]:
            canvas.box(x, y, size, size, Look(ink=fill))
        else:
            corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
            canvas.line(corners, canvas.theme.colours.rule, 0.5)
        lines = [tile.label, plan.values[index]] if plan.values[index] else [tile.label]
        middle = y + size / 2 - (len(lines) - 1) * LINE / 2
        for number, words in enumerate(lines):
            at = (x + size / 2, middle + number * LINE)
            canvas.text(at, words, ink=plan.inks[index], bold=number == 0, across="center")
    if plan.scale[0]:
        _draw_scale(canvas, plan, left, top + plan.height - LINE / 2)


def value_words(chart: Chart, index: int) -> str:
    """What is written in a tile beside its name; "" where it has no value."""
    known = ((series.values[index], series) for series in chart.data.series)
    return next((amount(chart, value, one.decimals) for value, one in known if value is not None), "")


def _draw_scale(canvas: Canvas, plan: TilePlan, left: float, y: float) -> None:
    """The steps of colour between the least value and the greatest."""
    low, high = plan.scale
    canvas.text((left, y), low)
    x = left + Ruler(canvas.theme).width(low) + 4
    steps = sorted(set(shade_steps(plan.chart.data.series[0].values)) - {0})
    ends = range(min(steps), max(steps) + 1) if len(steps) > 1 else range(1, STEPS + 1)
    for shade in shades(ends, canvas.theme.colours):
        canvas.box(x, y - _KEY / 2, _KEY, _KEY, Look(ink=shade.fill))
        x += _KEY
    canvas.text((x + 4, y), high)


def _of_group(series: tuple[Series, ...], index: int, looks: list[Look]) -> str:
    found = (look.ink for one, look in zip(series, looks, strict=True) if one.values[index] is not None)
    return next(found, "")


def _look(chart: Chart, series: Series, theme: Theme) -> Look:
    """The colour of a category, lighter where no ink could be read on it."""
    look = look_of(chart.colour_place(series) or 0, theme)
    fill, _ = readable_fill(look.ink, theme.colours.foreground, theme.colours.background)
    return replace(look, ink=fill, hatch="", hollow=False)


def _ink(fill: str, colours: Colours) -> str:
    return max((colours.foreground, colours.background), key=lambda ink: contrast(ink, fill))
