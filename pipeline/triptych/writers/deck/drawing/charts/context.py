"""Compute the frames and text sizes of native charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from triptych.charts.canvas import FONT_SIZE, TextRuler
from triptych.charts.chart_types import get_chart_type
from triptych.charts.drawing import lay_out_printed_plot
from triptych.charts.plot_layout import PlotLayout
from triptych.charts.time_axis import add_breaks
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.line_breaking import get_face_with_fallbacks
from triptych.writers.deck.fitting.text import PlaceholderBox
from triptych.writers.deck.slides import ChartBody, join_run_text
from triptych.writers.deck.template.palette import Palette

# Text sizes in points: of charts with enough space, of other charts, and of panels with little space.
LARGE_TEXT_SIZES, TEXT_SIZE, SMALL_TEXT_SIZE = (18.0, 16.0), 14.0, 12.0
# Lengths in points at the normal text size: the line with unit and legend, and a legend key.
_HEADER_HEIGHT, _LEGEND_KEY_WIDTH = 30.0, 36.0
_FEW_BARS = 3  # maximum number of categories whose bars are narrower


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartContext:
    """A chart's frame on a slide, in points, and its text properties.

    ``size`` is the text size in points. ``panel`` is the name of a panel, or "". ``source`` is the line below
    the chart.
    ``plan`` is the plan of the printed chart, or None for chart types without axes.
    """

    theme: Theme
    palette: Palette
    language: str
    left: float
    top: float
    width: float
    height: float
    size: float = TEXT_SIZE
    panel: str = ""
    source: str = ""
    plan: PlotLayout | None = None

    @property
    def print_plan(self) -> PlotLayout:
        """The layout of the printed chart, which determines the axes."""
        assert self.plan is not None
        return self.plan

    @property
    def legend_key_width(self) -> float:
        """The width of a legend entry without its text, in points."""
        return self.scale(_LEGEND_KEY_WIDTH)

    @property
    def header_height(self) -> float:
        """The height of the line with unit and legend, in points."""
        return self.scale(_HEADER_HEIGHT)

    def scale(self, length: float) -> float:
        """Return a length for the text size of the chart, given in points for the normal size."""
        return length * max(1.0, self.size / TEXT_SIZE)

    def measure_text_width(self, text: str) -> float:
        """Return the width of text in points, in the widest font that may replace the theme's font."""
        return get_face_with_fallbacks(self.theme, self.theme.sans).measure(text) * self.size


def make_chart_context(
    body: ChartBody, box: PlaceholderBox, theme: Theme, palette: Palette, language: str
) -> ChartContext:
    """Return the context of a chart in a box on a slide."""
    return ChartContext(
        theme=theme,
        palette=palette,
        language=language,
        left=box.left,
        top=box.top,
        width=box.width,
        height=box.height,
        source=join_run_text(body.source),
        plan=lay_out_printed_plot(body.whole_chart or body.chart, _replace_unmeasurable_font(theme))
        if get_chart_type(body.chart).has_axes
        else None,
    )


@lru_cache(maxsize=4)
def _replace_unmeasurable_font(theme: Theme) -> Theme:
    """Replace a theme's fonts with the fallback font where no font file is available for measuring."""
    return theme if theme.has(theme.sans) else replace(theme, sans=theme.fallback_families["sans"])


def has_few_bars(chart: Chart) -> bool:
    """Return whether a chart has so few bars that they would be very wide."""
    is_single_plot = get_chart_type(chart).has_slots and not chart.data.panels
    return is_single_plot and len(chart.data.series) == 1 and len(chart.data.categories) <= _FEW_BARS


def prepare_native_chart(chart: Chart) -> Chart:
    """Adapt a chart for a native chart.

    A misleading chart type is replaced, missing dates are added, and lines are interrupted at long gaps.
    """
    chart = get_chart_type(chart).adapt_to_native_chart(chart)
    return add_breaks(get_chart_type(chart).add_missing_categories(chart))


_PANEL_GAP = 14.0  # distance between panels in points


def iter_panel_contexts(
    chart: Chart, grid: tuple[int, int], chart_context: ChartContext
) -> Iterator[tuple[str, ChartContext]]:
    """Yield the name and the context of each panel in a grid of equal cells."""
    columns, rows = grid
    width = (chart_context.width - _PANEL_GAP * (columns - 1)) / columns
    height = (chart_context.height - _PANEL_GAP * (rows - 1)) / rows
    for index, panel in enumerate(chart.data.panels):
        row, column = divmod(index, columns)
        left = chart_context.left + column * (width + _PANEL_GAP)
        top = chart_context.top + row * (height + _PANEL_GAP)
        panel_context = replace(chart_context, left=left, top=top, width=width, height=height, panel=panel)
        if chart.has_free_scales:
            theme = _replace_unmeasurable_font(chart_context.theme)
            panel_context = replace(panel_context, plan=lay_out_printed_plot(chart, theme, panel))
        yield panel, panel_context


_BOLD_WIDTH_FACTOR = 1.08  # factor for the width of bold text


@dataclass(frozen=True, slots=True)
class SlideTextRuler(TextRuler):
    """Measures slide text in points of the printed chart, which has a different scale."""

    context: ChartContext

    @property
    def scale(self) -> float:
        """Points on the slide per point of the printed chart."""
        return self.context.size / FONT_SIZE

    def measure(self, text: str) -> float:
        """Return the width of a line of text in points of the printed chart."""
        return self.context.measure_text_width(text) / self.scale

    def measure_bold(self, text: str) -> float:
        """Return the width of a line of bold text in points of the printed chart."""
        return self.measure(text) * _BOLD_WIDTH_FACTOR


# Lengths in points.
# Maximum width of a category with one bar, and additional width per bar.
MAX_SLOT_WIDTH, FURTHER_BAR_WIDTH = 210.0, 70.0
# Maximum height of a row with one bar, and additional height per bar.
_MAX_ROW_HEIGHT, _FURTHER_BAR_HEIGHT = 70.0, 34.0
_GAP_WIDTH, _FEW_BARS_GAP_WIDTH = 55, 85  # gap between bars as a percentage of the bar width


def choose_gap_width(chart: Chart) -> int:
    """Return the gap between categories as a percentage of the bar width."""
    return _FEW_BARS_GAP_WIDTH if has_few_bars(chart) and not chart.horizontal else _GAP_WIDTH


def measure_rows_height(chart: Chart, context: ChartContext, max_height: float) -> float:
    """Return the total height in points of all rows of horizontal bars or dumbbells, up to ``max_height``."""
    if context.panel:
        return max_height
    further_bars = 0 if chart.stacked or not get_chart_type(chart).has_axes else len(chart.data.series) - 1
    return min(
        max_height, len(chart.data.categories) * (_MAX_ROW_HEIGHT + further_bars * _FURTHER_BAR_HEIGHT)
    )
