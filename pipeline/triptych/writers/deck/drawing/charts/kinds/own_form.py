"""Which native chart stands for a kind that PowerPoint does not know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.kinds.pairs import pairs_workbook, style_pairs
from triptych.writers.deck.drawing.charts.kinds.slopes import slopes_workbook, style_slopes
from triptych.writers.deck.drawing.charts.kinds.tiles import style_tiles, tiles_workbook
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.pptx.terms import XL_CHART_TYPE, NativeChart


@dataclass(frozen=True, slots=True)
class OwnForm:
    """A native type, the numbers of its workbook, and what makes the kind of it."""

    type: XL_CHART_TYPE
    data: Any
    style: Callable[[NativeChart, Chart, Setting], None]


OWN_FORMS = {
    "slope": (XL_CHART_TYPE.LINE_MARKERS, slopes_workbook, style_slopes),
    "dumbbell": (XL_CHART_TYPE.XY_SCATTER, pairs_workbook, style_pairs),
    "tilemap": (XL_CHART_TYPE.XY_SCATTER, tiles_workbook, style_tiles),
}


def find_own_form(chart: Chart) -> OwnForm | None:
    """Return the form of a slope, a dumbbell or a tile map; None for kinds that PowerPoint has."""
    if chart.kind not in OWN_FORMS:
        return None
    kind, workbook, style = OWN_FORMS[chart.kind]
    return OwnForm(kind, workbook(chart), style)
