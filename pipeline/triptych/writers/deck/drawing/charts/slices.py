"""The words around pies and rings, as on a page: beside the circle, with lines that lead to them.

Programs put labels of narrow slices over one another, and around rings nowhere at all.
"""

from __future__ import annotations

from triptych.media.charts.canvas import LINE
from triptych.media.charts.layout.plan import PlacedCallout
from triptych.media.charts.painting.pies import plan_round, slice_names
from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.charts.sizes.ruler import SlideRuler
from triptych.writers.deck.drawing.charts.words.shapes import ChartShapes
from triptych.writers.deck.pptx.terms import NativeChart


def name_slices(
    native: NativeChart, chart: Chart, setting: Setting, radius: float, centre: tuple[float, float]
) -> None:
    """Write a name and an amount beside each slice of a circle of ``radius`` points."""
    if min(chart.data.numbers, default=0) < 0 or not sum(chart.data.numbers):
        return  # nothing is drawn
    ruler = SlideRuler(setting.theme, setting)
    scale = ruler.scale
    plan = plan_round(chart, chart.data, setting.width / scale, ruler, radius / scale, keyed=False)
    drawn = ChartShapes(setting, centre)
    for name in slice_names(plan):
        drawn.line(name.leader, setting.palette.muted)
        for lines, top, tint in (
            (name.slice.name, name.top, setting.palette.ink),
            ((name.slice.amount,), name.top + len(name.slice.name) * LINE, setting.palette.muted),
        ):
            left = name.left - (ruler.widest(lines) if name.across == "right" else 0.0)
            drawn.text_box(PlacedCallout(lines=lines, left=left, top=top, across=name.across), tint)
    drawn.add_to(native)
