"""Words at the right of a plot and at the starts of lines: names of series, values, reference lines.

Lines have them as data labels, which follow the data; bands and layers of bars, whose labels programs put
elsewhere, as text boxes of the chart.
"""

from __future__ import annotations

from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.theme.contrast import READABLE
from triptych.writers.deck.drawing.charts.looks import mark_look
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.template.palette import ACCENTS, Tint

NAME_GAP = 14.0  # points between a line's end and its name, and behind the name
_MARGIN_SHARE = 0.3  # of the width at most


def names_margin(chart: Chart, setting: Setting) -> float:
    """About what names take at the right of the plot, as a share of the width."""
    if setting.panel or chart.kind.traits.round or chart.lying:
        return 0.0
    names = [mark.text for mark in chart.marks]
    names += chart.data.labels if is_named(chart) else ()
    if not names:
        return 0.0
    return min((max(map(setting.text_width, names)) + 2 * NAME_GAP) / setting.width, _MARGIN_SHARE)


def is_named(chart: Chart) -> bool:
    """Whether several series are named where they end, if there is room for all names."""
    layers = chart.stacked and chart.kind.traits.bars and not chart.lying
    return len(chart.data.labels) > 1 and chart.direct_labels and (chart.kind.traits.in_order or layers)


def words_tint(chart: Chart, setting: Setting, series: Series) -> Tint:
    """The colour of words about a series: its own where it can be read."""
    look = mark_look(chart, setting, series)
    if look.back or look.tint.slot not in ACCENTS:
        return setting.palette.muted
    return setting.palette.seen(look.tint.slot, READABLE)


def last(series: Series) -> int:
    """The index of the last value, or -1."""
    return max((index for index, value in enumerate(series.values) if value is not None), default=-1)
