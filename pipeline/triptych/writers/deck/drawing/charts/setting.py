"""Compute the frames and text sizes of native charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from triptych.charts.canvas import SIZE, Ruler
from triptych.charts.drawing import plan_for_print
from triptych.charts.kind import get_kind
from triptych.charts.plan import Plan
from triptych.charts.times import add_breaks
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.line_breaking import get_typeface
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.slides import ChartBody
from triptych.writers.deck.template.palette import Palette

_TEXT = 14.0  # points
_FEW, _TEXT_OF_FEW = 3, 18.0  # charts with at most three categories have larger text


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSetting:
    """A chart's frame on a slide, in points, and its text properties.

    ``size`` is the text size in points. ``panel`` is the name of a panel, which has smaller text, or "".
    ``plan`` is the plan of the printed chart, or None for chart types without axes.
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
        """The plan of the printed chart, which determines the axes."""
        assert self.plan is not None
        return self.plan

    def text_width(self, text: str) -> float:
        """Return the width of text in points, in the widest font that may replace the theme's font."""
        return get_typeface(self.theme, self.theme.sans).measure(text) * self.size


def make_setting(
    body: ChartBody, place: Place, theme: Theme, palette: Palette, language: str
) -> ChartSetting:
    """Return the setting of a chart in the box ``place`` on a slide."""
    return ChartSetting(
        theme=theme,
        palette=palette,
        language=language,
        left=place.left,
        top=place.top,
        width=place.width,
        height=place.height,
        size=_TEXT_OF_FEW if has_few_bars(body.chart) else _TEXT,
        plan=plan_for_print(body.of or body.chart, _replace_unmeasurable_font(theme))
        if get_kind(body.chart).has_axes
        else None,
    )


@lru_cache(maxsize=4)
def _replace_unmeasurable_font(theme: Theme) -> Theme:
    """Return a theme with measurable fonts.

    A template's font without a known font file is replaced with the stand-in font.
    """
    return theme if theme.has(theme.sans) else replace(theme, sans=theme.stand_ins["sans"])


def has_few_bars(chart: Chart) -> bool:
    """Return whether a chart has so few bars that there is space for larger text."""
    one = get_kind(chart).has_slots and not chart.data.panels
    return one and len(chart.data.series) == 1 and len(chart.data.categories) <= _FEW


def prepare_for_native(chart: Chart) -> Chart:
    """Adapt a chart so that it can be drawn as a native chart.

    A misleading chart type is replaced, missing dates are added, and lines are broken at long gaps.
    """
    chart = get_kind(chart).adapt_to_native_chart(chart)
    return add_breaks(get_kind(chart).add_missing_categories(chart))


_PANEL_GAP = 14.0  # distance between panels in points
_SIZE = 12.0


def iter_panel_settings(
    panels: tuple[str, ...], grid: tuple[int, int], whole: ChartSetting
) -> Iterator[tuple[str, ChartSetting]]:
    """Yield the name and setting of each panel in a grid of equal cells."""
    columns, rows = grid
    width = (whole.width - _PANEL_GAP * (columns - 1)) / columns
    height = (whole.height - _PANEL_GAP * (rows - 1)) / rows
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        left = whole.left + column * (width + _PANEL_GAP)
        top = whole.top + row * (height + _PANEL_GAP)
        setting = replace(whole, left=left, top=top, width=width, height=height, size=_SIZE, panel=panel)
        yield panel, setting


_BOLD = 1.08  # factor for the width of bold text


@dataclass(frozen=True, slots=True)
class SlideRuler(Ruler):
    """Measures slide text in points of the printed chart, whose text size is different."""

    setting: ChartSetting

    @property
    def scale(self) -> float:
        """Points on the slide per point of the printed chart."""
        return self.setting.size / SIZE

    def measure(self, words: str) -> float:
        """Return the width of a line of text in points of the printed chart."""
        return self.setting.text_width(words) / self.scale

    def measure_bold(self, words: str) -> float:
        """Return the width of a line of bold text in points of the printed chart."""
        return self.measure(words) * _BOLD


# Lengths in points.
WIDEST_SLOT, FURTHER_BAR = 210.0, 70.0  # maximum width of a category with one bar; for each further bar
_HIGHEST_ROW, _FURTHER_ROW = 70.0, 34.0  # maximum height of a row with one bar; for each further bar
_GAP, _GAP_OF_FEW = 55, 85  # gap between bars in percent of their width


def choose_gap_width(chart: Chart) -> int:
    """Return the gap between categories as a percentage of a bar's width."""
    return _GAP_OF_FEW if has_few_bars(chart) and not chart.horizontal else _GAP


def measure_rows_height(chart: Chart, setting: ChartSetting, room: float) -> float:
    """Return the height in points, at most ``room``, of the rows of horizontal bars or dumbbells."""
    if setting.panel:
        return room
    further_bars = 0 if chart.stacked or not get_kind(chart).has_axes else len(chart.data.series) - 1
    return min(room, len(chart.data.categories) * (_HIGHEST_ROW + further_bars * _FURTHER_ROW))
