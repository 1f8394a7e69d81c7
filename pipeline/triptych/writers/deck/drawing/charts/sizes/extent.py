"""How much of its frame a native plot takes: a few bars are no walls."""

from __future__ import annotations

from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.setting import Setting, are_few

# Points.
WIDEST_SLOT, FURTHER_BAR = 210.0, 70.0  # of a bar that stands, and of each beside it
_HIGHEST_ROW, _FURTHER_ROW = 70.0, 34.0  # of a bar that lies
_GAP, _GAP_OF_FEW = 55, 85  # between bars, in hundredths of their width


def gap_width(chart: Chart) -> int:
    """What lies between single bars, in hundredths of the width of one."""
    return _GAP_OF_FEW if are_few(chart) and not chart.lying else _GAP


def rows_height(chart: Chart, setting: Setting, room: float) -> float:
    """The height that rows take of a room, all in points: those of lying bars, or of pairs of dots."""
    if setting.panel:
        return room
    row = _HIGHEST_ROW + _further(chart) * _FURTHER_ROW
    return min(room, len(chart.data.categories) * row)


def _further(chart: Chart) -> int:
    return 0 if chart.stacked or chart.kind.traits.pairs else len(chart.data.series) - 1
