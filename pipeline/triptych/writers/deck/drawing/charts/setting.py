"""Where a native chart stands, which decides the size of its text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from triptych.media.charts.axes.leaps import with_breaks
from triptych.media.charts.axes.times import with_missing_dates
from triptych.media.charts.drawing import printed_plan
from triptych.media.charts.layout.plan import Plan
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.charts.forms import shown_truly
from triptych.writers.deck.fitting.lines.metrics import typeface
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.slides import ChartBody
from triptych.writers.deck.template.palette import Palette

_TEXT = 14.0  # points
_FEW, _TEXT_OF_FEW = 3, 18.0  # categories, and the size of the text that has their room


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A frame on a slide in points; ``panel`` names a chart that is one of several, set in smaller text.

    ``plan`` is that of the chart on a page, of those kinds that have axes.
    """

    theme: Theme
    palette: Palette
    language: str
    left: float
    top: float
    width: float
    height: float
    size: float = 14.0
    panel: str = ""
    plan: Plan | None = None

    @property
    def printed(self) -> Plan:
        """The plan of the chart on a page, whose axes it shows on a slide too."""
        assert self.plan is not None
        return self.plan

    def text_width(self, text: str) -> float:
        """The width of a text, in points, with the widest of the faces that may stand in."""
        return typeface(self.theme, self.theme.sans).width(text) * self.size


def setting_of(body: ChartBody, place: Place, theme: Theme, palette: Palette, language: str) -> Setting:
    """Return the frame of a chart at a place of a slide."""
    traits = body.chart.kind.traits
    has_axes = not traits.round and (traits.running or not traits.own_form)
    return Setting(
        theme=theme,
        palette=palette,
        language=language,
        left=place.left,
        top=place.top,
        width=place.width,
        height=place.height,
        size=_TEXT_OF_FEW if are_few(body.chart) else _TEXT,
        plan=printed_plan(body.of or body.chart, _with_faces(theme)) if has_axes else None,
    )


@lru_cache(maxsize=4)
def _with_faces(theme: Theme) -> Theme:
    """Return a theme that can be measured: of a template's font there are no faces."""
    return theme if theme.has(theme.sans) else replace(theme, sans=theme.stand_ins["sans"])


def are_few(chart: Chart) -> bool:
    """Return whether a chart has so few bars that they and their words have room to be large."""
    one = chart.kind.traits.bars and not chart.data.panels
    return one and len(chart.data.series) == 1 and len(chart.data.categories) <= _FEW


def shown_natively(chart: Chart) -> Chart:
    """Return the chart as native charts can draw it: with all dates, and lines where areas would be false."""
    chart = shown_truly(chart)
    if chart.kind.traits.bars and not chart.kind.traits.running:
        chart = replace(chart, data=with_missing_dates(chart.data))
    return with_breaks(chart)
