"""``highlight="China; 2025"`` → the names of what stands out in a chart."""

from __future__ import annotations

from triptych.diagnostics import did_you_mean
from triptych.model.charts import ChartData
from triptych.model.nodes import Attr
from triptych.reading.charts.options import ChartOptions
from triptych.reading.data.columns import DataError


def read_highlight(attr: Attr, data: ChartData, options: ChartOptions) -> tuple[str, ...]:
    """Names of series, panels or categories, as the data has them. Raises ``DataError`` CHT001."""
    found = []
    series = () if options.kind.traits.round else (*data.labels, *data.panels)
    categories = () if options.kind.traits.filled else data.categories
    names = (*series, *categories)
    for part in filter(None, map(str.strip, attr.get("highlight").split(";"))):
        if part in names:
            found.append(part)
        elif part in data.categories:
            message = f'an area has no mark for "{part}" alone that could be highlighted'
            raise DataError("CHT001", message, "name a series, or draw bars", "highlight")
        else:
            known = list(dict.fromkeys(names))
            listed = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
            hint = did_you_mean(part, known) or f"there are {listed}"
            raise DataError("CHT001", f'the chart has no "{part}" to highlight', hint, "highlight")
    return tuple(dict.fromkeys(found))
