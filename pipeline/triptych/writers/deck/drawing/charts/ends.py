"""Names at the right of a plot: of lines at their ends, and of reference lines."""

from __future__ import annotations

from itertools import pairwise

from triptych.media.charts.axes.scales import value_scale
from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.setting import Setting

NAME_GAP = 14.0  # points between a line's end and its name, and behind the name
_AROUND = 58.0  # points that unit, legend and category labels take from the height
_MARGIN_SHARE = 0.3  # of the width at most


def names_margin(chart: Chart, setting: Setting) -> float:
    """What names take at the right of the plot, as a share of the width."""
    if setting.panel or chart.kind.traits.round or chart.lying:
        return 0.0
    names = [mark.text for mark in chart.marks]
    names += chart.data.labels if named_at_ends(chart, setting) else ()
    if not names:
        return 0.0
    return min((max(map(setting.text_width, names)) + 2 * NAME_GAP) / setting.width, _MARGIN_SHARE)


def named_at_ends(chart: Chart, setting: Setting) -> bool:
    """Whether several lines are named at their ends rather than in a legend."""
    several = len(chart.data.labels) > 1 and not setting.panel
    return several and ends_apart(chart, setting.height - _AROUND, setting.size)


def ends_apart(chart: Chart, height: float, size: float) -> bool:
    """Whether names of a size can stand at the ends of lines in a plot ``height`` points high.

    The axis may reach a little further than the drawing's, and notes take room from it.
    """
    if not chart.kind.traits.lines:
        return False
    ends = [last(series) for series in chart.data.series]
    lasts = [series.values[index] or 0.0 for series, index in zip(chart.data.series, ends, strict=True)]
    if min(ends) < max(ends) or max(ends) < 0:
        return False
    scale = value_scale(chart)
    shares = sorted(scale.share(value) for value in (*lasts, *(mark.value for mark in chart.marks)))
    room = height * (0.85 if not chart.annotations else 0.7)
    return all((after - before) * room >= 1.4 * size for before, after in pairwise(shares))


def last(series: Series) -> int:
    """The index of the last value, or -1."""
    return max((index for index, value in enumerate(series.values) if value is not None), default=-1)
