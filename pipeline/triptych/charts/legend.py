"""Lay out and draw the header of a chart: the unit of the values, and the legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.charts.canvas import LINE_HEIGHT, Canvas, TextRuler
from triptych.charts.chart_types import SeriesMark, get_chart_type
from triptych.charts.labels import wrap_label
from triptych.charts.styles import MarkStyle, get_legend_entry_style
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme

LEGEND_SYMBOL_WIDTH = 13.0  # points; a legend symbol, and the gap after it
_ENTRY_GAP = 10.0  # points between legend entries


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A legend entry with a symbol and a label. An entry without a style is for a reference line."""

    name: str
    style: MarkStyle | None
    mark: SeriesMark = SeriesMark.BAR
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartHeader:
    """The lines of the unit, and the rows of the legend as pairs of x position and entry."""

    unit_lines: tuple[str, ...]
    legend_rows: tuple[tuple[tuple[float, LegendEntry], ...], ...]

    @property
    def height(self) -> float:
        """The height in points, including the gap below the header."""
        lines = len(self.unit_lines) + sum(map(_count_row_lines, self.legend_rows))
        return lines * (LINE_HEIGHT + 1.5) + 4 if lines else 0.0


def lay_out_header(
    chart: Chart, entries: Sequence[LegendEntry], max_width: float, theme: Theme
) -> ChartHeader:
    """Lay out the unit and the legend within ``max_width`` points."""
    ruler = TextRuler(theme)
    unit = (
        tuple(wrap_label(chart.value_axis_title, max_width, ruler.measure)) if chart.value_axis_title else ()
    )
    rows: list[list[tuple[float, LegendEntry]]] = []
    place = max_width
    for entry in entries:
        entry = replace(
            entry, lines=tuple(wrap_label(entry.name, max_width - LEGEND_SYMBOL_WIDTH, ruler.measure))
        )
        width = LEGEND_SYMBOL_WIDTH + ruler.measure_widest(entry.lines)
        if place + width > max_width or not rows:
            rows.append([])
            place = 0.0
        rows[-1].append((place, entry))
        place += width + _ENTRY_GAP
    return ChartHeader(unit, tuple(map(tuple, rows)))


def list_legend_entries(chart: Chart, theme: Theme, *, with_reference_lines: bool) -> list[LegendEntry]:
    """Return a legend entry for each series label, unless there is only one.

    If ``with_reference_lines`` is true, add an entry for each reference line.
    """
    labels = chart.data.labels if len(chart.data.labels) > 1 else ()
    kind = get_chart_type(chart)
    entries = [
        LegendEntry(
            kind.get_legend_label(chart, label),
            get_legend_entry_style(chart, theme, label),
            kind.get_series_mark(chart, place),
        )
        for place, label in enumerate(labels)
    ]
    return entries + (
        [LegendEntry(mark.text, None) for mark in chart.reference_lines] if with_reference_lines else []
    )


def draw_header(canvas: Canvas, header: ChartHeader, left: float, top: float) -> None:
    """Draw the unit and the legend with their top left corner at ``left``, ``top``."""
    y = top + LINE_HEIGHT / 2
    for line in header.unit_lines:
        canvas.draw_text((left, y), line, colour=canvas.theme.colours.muted)
        y += LINE_HEIGHT + 1.5
    for row in header.legend_rows:
        for place, entry in row:
            draw_legend_symbol(canvas, entry, left + place, y)
            canvas.draw_text((left + place + LEGEND_SYMBOL_WIDTH, y), entry.lines)
        y += _count_row_lines(row) * (LINE_HEIGHT + 1.5)


def _count_row_lines(row: tuple[tuple[float, LegendEntry], ...]) -> int:
    return max(len(entry.lines) for _, entry in row)


def draw_legend_symbol(canvas: Canvas, entry: LegendEntry, left: float, y: float) -> None:
    """Draw the symbol of a legend entry, vertically centred at ``y``."""
    style = entry.style
    if style is None:
        canvas.draw_line([(left, y), (left + 10, y)], canvas.theme.colours.foreground, 0.8, (3.0, 2.0))
    elif entry.mark is SeriesMark.LINE:
        canvas.draw_line([(left, y), (left + 10, y)], style.colour, 1.5, style.dash)
        canvas.draw_markers([(left + 5, y)], style, 3.8)
    elif entry.mark is SeriesMark.DOTS:
        canvas.draw_markers([(left + 5, y)], style, 4.6)
    else:
        canvas.draw_box(left + 1, y - 3.5, 8, 7, style)
