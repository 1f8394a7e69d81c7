"""Draw the times of several books as bars, with Triptych."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from triptych.charts.drawing import draw_chart
from triptych.media.svg_text import set_text_fonts
from triptych.model.charts import ChartData, Series
from triptych.model.nodes import Chart
from triptych.theme.theme import load_theme


def draw_overview(books: Sequence[tuple[str, Mapping[str, float]]]) -> bytes:
    """Return an SVG of horizontal bars for books, given their seconds by name; names are equal for all."""
    series = tuple(
        Series(
            label=name,
            values=tuple(values[name] for _, values in books),
            decimal_places=(1,) * len(books),
            label_decimals=1,
        )
        for name in books[0][1]
    )
    data = ChartData(categories=tuple(name for name, _ in books), series=series)
    chart = Chart(kind="bar", data=data, caption=(), alt="", horizontal=True, value_title="seconds")
    theme = load_theme()
    return set_text_fonts(draw_chart(chart, theme), theme, as_outlines=True)
