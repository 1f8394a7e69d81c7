"""The colours of words about series, and where series end."""

from __future__ import annotations

from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.theme.contrast import READABLE
from triptych.writers.deck.drawing.charts.looks import mark_look
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.template.palette import ACCENTS, Tint


def words_tint(chart: Chart, setting: Setting, series: Series) -> Tint:
    """The colour of words about a series: its own where it can be read."""
    look = mark_look(chart, setting, series)
    if look.back or look.tint.slot not in ACCENTS:
        return setting.palette.muted
    return setting.palette.seen(look.tint.slot, READABLE)


def last(series: Series) -> int:
    """The index of the last value, or -1."""
    return max((index for index, value in enumerate(series.values) if value is not None), default=-1)
