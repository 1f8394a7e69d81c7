"""Plan native charts: lay out the printed chart, with its axes, in a frame on a slide.

Limits, ticks and tick labels are those of ``plan_for_print``; only lengths are computed for the slide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from triptych.charts.axes import ValueScale, are_apart
from triptych.charts.callouts import add_callouts, add_point_labels
from triptych.charts.canvas import SIZE
from triptych.charts.kind import get_plot_kind
from triptych.charts.layout import plan_horizontal_bars, plan_vertical_plot
from triptych.charts.native import NativeForm
from triptych.charts.plan import Plan, PlotSettings
from triptych.charts.times import format_category
from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.number_formats import find_axis_code, find_format_code
from triptych.writers.deck.drawing.charts.setting import (
    FURTHER_BAR,
    WIDEST_SLOT,
    ChartSetting,
    SlideRuler,
    measure_rows_height,
)

_GAPS = (0.55, 0.7)  # gap between categories with one and with several bars, in bar widths
_LEAST_HEIGHT = 0.3  # minimum fraction of the frame's height for the plot
_CLOSE = 0.01  # tolerance of heights, in points
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class NativePlan:
    """The plan of a native chart. ``top`` is the height in points of the unit and legend above the chart."""

    plan: Plan
    form: NativeForm
    setting: ChartSetting
    top: float

    @property
    def names_all_series(self) -> bool:
        """Whether every series has its name at the end of its line."""
        return {end.series for end in self.plan.end_labels} >= set(range(len(self.plan.data.series)))

    @property
    def plot_box(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the plot area without labels, as fractions of the frame."""
        left, top = self.to_fractions((0.0, 0.0))
        right, bottom = self.to_fractions((self.plan.width, self.plan.height))
        return left, top, right - left, bottom - top

    @property
    def ruler(self) -> SlideRuler:
        """The ruler for the chart's text."""
        return SlideRuler(self.setting.theme, self.setting)

    @property
    def plot_corner(self) -> tuple[float, float]:
        """The top left corner of the plot area without labels, in points."""
        scale = self.setting.size / SIZE
        return self.plan.left * scale, self.top + self.plan.top * scale

    def to_fractions(self, point: tuple[float, float]) -> tuple[float, float]:
        """Convert a position in the plot area from points of the printed chart to fractions of the frame."""
        scale, (left, top) = self.setting.size / SIZE, self.plot_corner
        return (left + point[0] * scale) / self.setting.width, (top + point[1] * scale) / self.setting.height

    @property
    def value_format(self) -> str | None:
        """The format code of the value axis, or None if the tick labels must be drawn as shapes.

        Office programs can only place ticks at even steps from the low end of an axis.
        """
        scale = self.plan.scale
        return find_axis_code(scale, self.plan.chart.language) if _can_count(scale) else None

    @property
    def names_categories(self) -> bool:
        """Whether every category has a label. If not, LibreOffice itself decides which labels to skip."""
        plan = self.plan
        if self.form.on_numbers or self.form.on_dates or plan.data.edges:
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
        is_years = all(tick.lines == (str(round(tick.place)),) for tick in plan.ticks)
        if not self.form.on_numbers or (plan.data.dates is not None and not is_years):
            return None
        names = ["".join(tick.lines) for tick in plan.ticks]
        return find_format_code(scale.ticks, names, plan.chart.language) if _can_count(scale) else None

    @property
    def number_scale(self) -> ValueScale:
        """The scale of a numeric category axis."""
        axis, places = self.plan.axis, tuple(tick.place for tick in self.plan.ticks)
        return ValueScale(low=axis.low, high=axis.high, ticks=places, log=axis.log)

    @property
    def draws_categories(self) -> bool:
        """Whether the labels below the plot are drawn as shapes, because the native axis cannot show them.

        This is so if native labels would differ, or if the values of negative bars occupy their position.
        """
        if self.plan.horizontal or (self.plan.rotated and not self.form.on_numbers):
            return False
        return self.below_values or not (self.names_categories or self.category_format is not None)

    @property
    def below_values(self) -> bool:
        """Whether the labels below the plot are one line lower, below the values of negative bars."""
        return (
            self.plan.shows_values
            and not self.plan.horizontal
            and get_plot_kind(self.plan.chart).has_values_below_axis(self.plan.chart, self.plan.data)
        )


def _can_count(scale: ValueScale) -> bool:
    """Return whether the ticks are at even steps, or powers of ten, from the scale's low end.

    Office programs cannot place ticks elsewhere.
    """
    low, ticks = scale.low, scale.ticks
    if scale.log:
        return bool(ticks) and all(
            abs(low * 10.0**index - tick) <= _SLACK * tick for index, tick in enumerate(ticks)
        )
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 0.0
    return len(ticks) > 1 and all(
        abs(low + index * step - tick) <= _SLACK * abs(step) for index, tick in enumerate(ticks)
    )


def make_native_plan(
    chart: Chart, form: NativeForm, setting: ChartSetting, heads: tuple[float, float], below: float = 0.0
) -> NativePlan:
    """Plan a chart in its frame.

    ``heads`` are the heights in points above the plot, without and with a legend; ``below`` is the height
    below the plot.
    """
    planned = _fit_plan(chart, form, setting, heads[0], below)
    if len(chart.data.series) == 1 or planned.names_all_series:
        return planned
    return _fit_plan(replace(chart, direct_labels=False), form, setting, heads[1], below)


def _fit_plan(chart: Chart, form: NativeForm, setting: ChartSetting, top: float, below: float) -> NativePlan:
    ruler = SlideRuler(setting.theme, setting)
    high = (setting.height - top - below) / ruler.scale
    settings = PlotSettings(
        height=high,
        scale=setting.printed.scale if setting.panel else None,
        shows_values=None if setting.printed.shows_values and not setting.panel else False,
        slot=WIDEST_SLOT / ruler.scale,
        further_bar=FURTHER_BAR / ruler.scale,
    )
    plan = _lay_out(chart, setting, ruler, settings)
    for _ in range(3):  # the space for callouts above the plot depends on the plot height
        height = max(high * _LEAST_HEIGHT, settings.height + high - plan.total_height)
        if abs(height - settings.height) < _CLOSE:
            break
        settings = replace(settings, height=height)
        plan = _lay_out(chart, setting, ruler, settings)
    return NativePlan(plan, form, setting, top)


def _lay_out(chart: Chart, setting: ChartSetting, ruler: SlideRuler, settings: PlotSettings) -> Plan:
    printed, room = setting.printed, setting.width / ruler.scale
    plan = (plan_horizontal_bars if chart.horizontal else plan_vertical_plot)(
        chart, chart.data, room, ruler, settings
    )
    bars = 1 if chart.stacked else len(chart.data.series) - chart.data.lines
    height = settings.height
    if chart.horizontal:
        height = min(height, measure_rows_height(chart, setting, height * ruler.scale) / ruler.scale)
    scale = plan.scale
    if plan.shows_values == printed.shows_values:
        # Value labels at the left of bars may need more space on a slide.
        scale = replace(
            printed.scale, low=min(printed.scale.low, plan.scale.low if plan.shows_values else math.inf)
        )
    plan = replace(
        plan,
        scale=scale,
        axis=plan.axis if plan.axis.slots else printed.axis,
        height=height,
        cluster_fraction=bars / (bars + _GAPS[bars > 1]),
        max_bar_width=room,
    )
    if not plan.horizontal and printed.ticks and are_apart(printed.ticks, plan.width, ruler):
        plan = replace(plan, ticks=printed.ticks)
    return add_point_labels(add_callouts(plan, ruler), ruler)
