"""What stands on what: from the values of series to the ends of bars and bands."""

from __future__ import annotations

from triptych.model.charts import ChartData
from triptych.model.nodes import Chart

Span = tuple[float, float]  # from, to


def spans(chart: Chart, data: ChartData) -> list[list[Span | None]]:
    """For each series, where its bar or band begins and ends at each category; None for a gap.

    In stacks what is above zero grows up from it and what is below grows down.
    """
    if chart.kind.traits.running:
        return [list(data.steps)]
    if not chart.stacked:
        return [[None if v is None else (0.0, v) for v in series.values] for series in data.series]
    count = len(data.categories)
    ups, downs = [0.0] * count, [0.0] * count
    found: list[list[Span | None]] = []
    for series in data.series:
        line: list[Span | None] = []
        for index, value in enumerate(_shown(chart, data, series.values)):
            if value is None:
                line.append(None)
                continue
            ends = ups if value >= 0 else downs
            line.append((ends[index], ends[index] + value))
            ends[index] += value
        found.append(line)
    return found


def _shown(chart: Chart, data: ChartData, values: tuple[float | None, ...]) -> list[float | None]:
    """Values as they are, or as parts of a hundred."""
    if not chart.percent:
        return list(values)
    totals = [sum(s.values[index] or 0.0 for s in data.series) for index in range(len(values))]
    return [
        None if value is None else 100 * value / total if total else 0.0
        for value, total in zip(values, totals, strict=True)
    ]
