"""Draw what the value axis counts, and the names of series that stand nowhere else, over a plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.charts.canvas import LINE, Canvas, Ruler
from triptych.charts.kind import SeriesMark, kind_of
from triptych.charts.labels import wrap_label
from triptych.charts.styles import MarkStyle, get_key_style
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme

KEY_WIDTH = 13.0  # points, of a key with the gap after it
_BETWEEN = 10.0  # entries of a legend


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A key and its name; without a look it is a reference line."""

    name: str
    style: MarkStyle | None
    mark: SeriesMark = SeriesMark.BAR
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartHeader:
    """The unit's lines, and the legend's rows of entries with their places."""

    unit: tuple[str, ...]
    rows: tuple[tuple[tuple[float, LegendEntry], ...], ...]

    @property
    def height(self) -> float:
        """In points, the gap under it included."""
        lines = len(self.unit) + sum(map(_count_row_lines, self.rows))
        return lines * (LINE + 1.5) + 4 if lines else 0.0


def plan_header(chart: Chart, entries: Sequence[LegendEntry], room: float, theme: Theme) -> ChartHeader:
    """Lay out unit and legend; entries that do not fit in a row go to the next."""
    ruler = Ruler(theme)
    unit = tuple(wrap_label(chart.value_line, room, ruler.measure)) if chart.value_line else ()
    rows: list[list[tuple[float, LegendEntry]]] = []
    place = room
    for entry in entries:
        entry = replace(entry, lines=tuple(wrap_label(entry.name, room - KEY_WIDTH, ruler.measure)))
        width = KEY_WIDTH + ruler.measure_widest(entry.lines)
        if place + width > room or not rows:
            rows.append([])
            place = 0.0
        rows[-1].append((place, entry))
        place += width + _BETWEEN
    return ChartHeader(unit, tuple(map(tuple, rows)))


def list_entries(chart: Chart, theme: Theme, *, marks: bool) -> list[LegendEntry]:
    """Return an entry for each name among the series, and for each reference line where no place names it."""
    labels = chart.data.labels if len(chart.data.labels) > 1 else ()
    kind = kind_of(chart)
    entries = [
        LegendEntry(label, get_key_style(chart, theme, label), kind.get_series_mark(chart, place))
        for place, label in enumerate(labels)
    ]
    return entries + ([LegendEntry(mark.text, None) for mark in chart.marks] if marks else [])


def draw_header(canvas: Canvas, head: ChartHeader, left: float, top: float) -> None:
    """Draw unit and legend from a place on."""
    y = top + LINE / 2
    for line in head.unit:
        canvas.draw_text((left, y), line, ink=canvas.theme.colours.muted)
        y += LINE + 1.5
    for row in head.rows:
        for place, entry in row:
            draw_key(canvas, entry, left + place, y)
            canvas.draw_text((left + place + KEY_WIDTH, y), entry.lines)
        y += _count_row_lines(row) * (LINE + 1.5)


def _count_row_lines(row: tuple[tuple[float, LegendEntry], ...]) -> int:
    return max(len(entry.lines) for _, entry in row)


def draw_key(canvas: Canvas, entry: LegendEntry, left: float, y: float) -> None:
    """Draw the key of a series or slice, its middle at ``y``; without a look, that of a reference line."""
    style = entry.style
    if style is None:
        canvas.draw_line([(left, y), (left + 10, y)], canvas.theme.colours.foreground, 0.8, (3.0, 2.0))
    elif entry.mark is SeriesMark.LINE:
        canvas.draw_line([(left, y), (left + 10, y)], style.ink, 1.5, style.dash)
        canvas.draw_markers([(left + 5, y)], style, 3.8)
    elif entry.mark is SeriesMark.DOTS:
        canvas.draw_markers([(left + 5, y)], style, 4.6)
    else:
        canvas.draw_box(left + 1, y - 3.5, 8, 7, style)
