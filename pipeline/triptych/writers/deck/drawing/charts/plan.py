"""Lay out native charts: fit the plot and axes of the printed chart into a frame on a slide.

``lay_out_printed_plot`` determines limits, ticks and tick labels; only lengths are recomputed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from triptych.charts.arrows import add_arrow
from triptych.charts.axes import ValueAxis, has_room_for_tick_labels
from triptych.charts.callouts import add_callouts, add_point_labels
from triptych.charts.canvas import FONT_SIZE
from triptych.charts.chart_types import get_plot_chart_type
from triptych.charts.layout import lay_out_horizontal_bars, lay_out_vertical_plot
from triptych.charts.native import NativeChartType
from triptych.charts.plot_layout import PlotLayout, PlotSettings
from triptych.charts.time_axis import format_category
from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.context import (
    FURTHER_BAR_WIDTH,
    MAX_SLOT_WIDTH,
    ChartContext,
    SlideTextRuler,
    measure_rows_height,
)
from triptych.writers.deck.drawing.charts.number_formats import find_axis_format_code, find_format_code

_CATEGORY_GAPS = (0.55, 0.7)  # gap between categories with one and with several bars, in bar widths
_MIN_PLOT_FRACTION = 0.3  # minimum plot height as a fraction of the frame's height
_HEIGHT_TOLERANCE = 0.01  # tolerance of heights, in points
_TICK_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class NativePlan:
    """The layout of a native chart. ``top`` is the height in points of the unit and legend above the plot."""

    plan: PlotLayout
    form: NativeChartType
    context: ChartContext
    top: float

    @property
    def has_all_series_names(self) -> bool:
        """Whether every line is labelled with its series name at its end."""
        return {end.series for end in self.plan.end_labels} >= set(range(len(self.plan.data.series)))

    @property
    def plot_box(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the plot area without axis labels, as fractions of the frame."""
        left, top = self.to_fractions((0.0, 0.0))
        right, bottom = self.to_fractions((self.plan.width, self.plan.height))
        return left, top, right - left, bottom - top

    @property
    def ruler(self) -> SlideTextRuler:
        """The text measurer of this chart."""
        return SlideTextRuler(self.context.theme, self.context)

    @property
    def plot_corner(self) -> tuple[float, float]:
        """The top left corner of the plot area, excluding axis labels, in points."""
        scale = self.context.size / FONT_SIZE
        return self.plan.left * scale, self.top + self.plan.top * scale

    def to_fractions(self, point: tuple[float, float]) -> tuple[float, float]:
        """Convert a position in the plot area from points of the printed chart to fractions of the frame."""
        scale, (left, top) = self.context.size / FONT_SIZE, self.plot_corner
        return (left + point[0] * scale) / self.context.width, (top + point[1] * scale) / self.context.height

    @property
    def value_format(self) -> str | None:
        """The format code of the value axis, or None if its tick labels must be drawn as shapes.

        Office programs can only place ticks at regular steps from the lower end of an axis.
        """
        scale = self.plan.value_axis
        if scale.labels or not _has_regular_ticks(scale):
            return None
        return find_axis_format_code(scale, self.plan.chart.language)

    @property
    def has_all_category_labels(self) -> bool:
        """Whether every category is labelled. If not, LibreOffice chooses the labels to skip."""
        plan = self.plan
        if self.form.has_numeric_axes or self.form.has_date_axis or plan.data.bin_edges:
            return False
        names = [
            format_category(plan.data, index, plan.chart.language)
            for index in range(len(plan.data.categories))
        ]
        return names == [" ".join(tick.lines) for tick in plan.ticks]

    @property
    def category_format(self) -> str | None:
        """The format code of a numeric category axis, or None if its labels must be drawn as shapes."""
        plan, scale = self.plan, self.number_scale
        is_years = all(tick.lines == (str(round(tick.position)),) for tick in plan.ticks)
        if not self.form.has_numeric_axes or (plan.data.dates is not None and not is_years):
            return None
        names = ["".join(tick.lines) for tick in plan.ticks]
        return (
            find_format_code(scale.ticks, names, plan.chart.language) if _has_regular_ticks(scale) else None
        )

    @property
    def number_scale(self) -> ValueAxis:
        """The scale of a numeric category axis."""
        axis, places = self.plan.category_axis, tuple(tick.position for tick in self.plan.ticks)
        return ValueAxis(low=axis.low, high=axis.high, ticks=places, is_log=axis.is_log)

    @property
    def needs_drawn_category_labels(self) -> bool:
        """Whether the labels below the plot must be drawn as shapes.

        This is necessary if the native labels would differ, or if they would overlap the value labels of
        negative bars.
        """
        if self.plan.is_horizontal:
            return False
        return self.has_labels_below_values or not (
            self.has_all_category_labels or self.category_format is not None
        )

    @property
    def has_labels_below_values(self) -> bool:
        """Whether the axis labels are one line lower, below the value labels of negative bars."""
        return (
            self.plan.has_value_labels
            and not self.plan.is_horizontal
            and get_plot_chart_type(self.plan.chart).has_values_below_axis(self.plan.chart, self.plan.data)
        )


def _has_regular_ticks(scale: ValueAxis) -> bool:
    """Return whether the ticks are at regular steps or powers of ten, starting at the low end of the scale.

    Office programs cannot place ticks elsewhere.
    """
    low, ticks = scale.low, scale.ticks
    if scale.is_log:
        return bool(ticks) and all(
            abs(low * 10.0**index - tick) <= _TICK_TOLERANCE * tick for index, tick in enumerate(ticks)
        )
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 0.0
    return len(ticks) > 1 and all(
        abs(low + index * step - tick) <= _TICK_TOLERANCE * abs(step) for index, tick in enumerate(ticks)
    )


def make_native_plan(
    chart: Chart,
    form: NativeChartType,
    context: ChartContext,
    header_heights: tuple[float, float],
    height_below: float = 0.0,
) -> NativePlan:
    """Lay out a native chart in its frame, with a legend unless every series is labelled directly.

    ``header_heights`` are the heights in points reserved above the plot, first without and then with a
    legend. ``height_below`` is the height in points reserved below the plot.
    """
    planned = _fit_plan(chart, form, context, header_heights[0], height_below)
    if len(chart.data.series) == 1 or planned.has_all_series_names:
        return planned
    return _fit_plan(replace(chart, direct_labels=False), form, context, header_heights[1], height_below)


def _fit_plan(
    chart: Chart, form: NativeChartType, context: ChartContext, top: float, height_below: float
) -> NativePlan:
    ruler = SlideTextRuler(context.theme, context)
    high = (context.height - top - height_below) / ruler.scale
    settings = PlotSettings(
        height=high,
        value_axis=context.print_plan.value_axis if context.panel else None,
        has_value_labels=None if context.print_plan.has_value_labels and not context.panel else False,
        slot_width=MAX_SLOT_WIDTH / ruler.scale,
        further_bar_width=FURTHER_BAR_WIDTH / ruler.scale,
        can_rotate_labels=False,
    )
    plan = _lay_out_chart(chart, context, ruler, settings)
    for _ in range(3):  # callouts above the plot need space that depends on the plot height
        height = max(high * _MIN_PLOT_FRACTION, settings.height + high - plan.total_height)
        if abs(height - settings.height) < _HEIGHT_TOLERANCE:
            break
        settings = replace(settings, height=height)
        plan = _lay_out_chart(chart, context, ruler, settings)
    return NativePlan(plan, form, context, top)


def _lay_out_chart(
    chart: Chart, context: ChartContext, ruler: SlideTextRuler, settings: PlotSettings
) -> PlotLayout:
    print_plan, max_plot_width = context.print_plan, context.width / ruler.scale
    plan = (lay_out_horizontal_bars if chart.horizontal else lay_out_vertical_plot)(
        chart, chart.data, max_plot_width, ruler, settings
    )
    bars = 1 if chart.stacked else len(chart.data.series) - chart.data.line_count
    height = settings.height
    if chart.horizontal:
        height = min(height, measure_rows_height(chart, context, height * ruler.scale) / ruler.scale)
    scale = plan.value_axis
    if plan.has_value_labels == print_plan.has_value_labels:
        # Value labels to the left of bars may need more space on a slide.
        scale = replace(
            print_plan.value_axis,
            low=min(print_plan.value_axis.low, plan.value_axis.low if plan.has_value_labels else math.inf),
        )
    plan = replace(
        plan,
        value_axis=scale,
        second_axis=print_plan.second_axis,
        category_axis=plan.category_axis if plan.category_axis.slot_count else print_plan.category_axis,
        height=height,
        cluster_fraction=bars / (bars + _CATEGORY_GAPS[bars > 1]),
        max_bar_width=max_plot_width,
    )
    if (
        not plan.is_horizontal
        and print_plan.ticks
        and not print_plan.has_rotated_labels
        and has_room_for_tick_labels(print_plan.ticks, plan.width, ruler)
    ):
        plan = replace(plan, ticks=print_plan.ticks)
    return add_arrow(add_point_labels(add_callouts(plan, ruler), ruler), ruler)
