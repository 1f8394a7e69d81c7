"""The plan of a native chart: the axes that the other outputs show, in a frame on a slide.

Limits, ticks and their names are those of the drawing (``plan_for_print``). Only lengths are the slide's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    Setting,
    SlideRuler,
    measure_rows_height,
)

_GAPS = (0.55, 0.7)  # of a bar, between categories of one series and of several
_LEAST_HEIGHT = 0.3  # of the room, for the plot
_CLOSE = 0.01  # points by which a height may be off
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class NativePlan:
    """The plan of a native chart of some form; ``top`` are the points over it, which unit and legend take."""

    plan: Plan
    form: NativeForm
    setting: Setting
    top: float

    @property
    def names_all(self) -> bool:
        """Whether each series is named where it ends."""
        return {end.series for end in self.plan.end_labels} >= set(range(len(self.plan.data.series)))

    @property
    def inner(self) -> tuple[float, float, float, float]:
        """The inner plot: left, top, width, height in shares of the frame."""
        left, top = self.get_fraction((0.0, 0.0))
        right, bottom = self.get_fraction((self.plan.width, self.plan.height))
        return left, top, right - left, bottom - top

    @property
    def ruler(self) -> SlideRuler:
        """Measures what is written in the chart."""
        return SlideRuler(self.setting.theme, self.setting)

    @property
    def corner(self) -> tuple[float, float]:
        """The top left corner of the inner plot, in points."""
        scale = self.setting.size / SIZE
        return self.plan.left * scale, self.top + self.plan.top * scale

    def get_fraction(self, point: tuple[float, float]) -> tuple[float, float]:
        """Return a point of the plot in shares of the frame."""
        scale, (left, top) = self.setting.size / SIZE, self.corner
        return (left + point[0] * scale) / self.setting.width, (top + point[1] * scale) / self.setting.height

    @property
    def value_code(self) -> str | None:
        """The format code of the value axis; None where its names must be written, since none is the same.

        Office programs count ticks from the low end of an axis.
        """
        scale = self.plan.scale
        counted = _are_powers(scale) if scale.log else _is_counted(scale.low, scale.ticks)
        return find_axis_code(scale, self.plan.chart.language) if counted else None

    @property
    def names_categories(self) -> bool:
        """Whether each category is named; which are left out in a native chart LibreOffice decides itself."""
        plan = self.plan
        if self.form.on_numbers or self.form.on_dates or plan.data.edges:
            return False
        names = [
            format_category(plan.data, index, plan.chart.language)
            for index in range(len(plan.data.categories))
        ]
        return names == [" ".join(tick.lines) for tick in plan.ticks]

    @property
    def place_code(self) -> str | None:
        """The format code of a category axis that counts numbers; None where its names must be written."""
        plan = self.plan
        if not self.form.on_numbers or (plan.data.dates is not None and not _are_years(plan)):
            return None
        places = [tick.place for tick in plan.ticks]
        scale = ValueScale(low=plan.axis.low, high=plan.axis.high, ticks=tuple(places), log=plan.axis.log)
        counted = _are_powers(scale) if scale.log else _is_counted(scale.low, scale.ticks)
        names = ["".join(tick.lines) for tick in plan.ticks]
        return find_format_code(places, names, plan.chart.language) if counted else None

    @property
    def draws_categories(self) -> bool:
        """Whether the names under the plot are written: the axis has others, or values are in its way."""
        if self.plan.horizontal or (self.plan.rotated and not self.form.on_numbers):
            return False
        return self.below_values or not (self.names_categories or self.place_code is not None)

    @property
    def below_values(self) -> bool:
        """Whether names under the plot are a line lower, under the values of bars below zero."""
        return (
            self.plan.shows_values
            and not self.plan.horizontal
            and get_plot_kind(self.plan.chart).has_values_below_axis(self.plan.chart, self.plan.data)
        )


def _are_years(plan: Plan) -> bool:
    return all(tick.lines == (str(round(tick.place)),) for tick in plan.ticks)


def _is_counted(low: float, ticks: Sequence[float]) -> bool:
    if len(ticks) < 2:
        return False
    step = ticks[1] - ticks[0]
    return all(abs(low + index * step - tick) <= _SLACK * abs(step) for index, tick in enumerate(ticks))


def _are_powers(scale: ValueScale) -> bool:
    return bool(scale.ticks) and all(
        abs(scale.low * 10.0**index - tick) <= _SLACK * tick for index, tick in enumerate(scale.ticks)
    )


def make_native_plan(
    chart: Chart, form: NativeForm, setting: Setting, heads: tuple[float, float], below: float = 0.0
) -> NativePlan:
    """Lay out a chart in its frame.

    ``heads`` are the points over the plot without and with a legend, ``below`` those under it.
    """
    planned = _planned(chart, form, setting, heads[0], below)
    if len(chart.data.series) == 1 or planned.names_all:
        return planned
    return _planned(replace(chart, direct_labels=False), form, setting, heads[1], below)


def _planned(chart: Chart, form: NativeForm, setting: Setting, top: float, below: float) -> NativePlan:
    ruler = SlideRuler(setting.theme, setting)
    high = (setting.height - top - below) / ruler.scale
    settings = PlotSettings(
        height=high,
        scale=setting.printed.scale if setting.panel else None,
        shows_values=None if setting.printed.shows_values and not setting.panel else False,
        slot=WIDEST_SLOT / ruler.scale,
        further_bar=FURTHER_BAR / ruler.scale,
    )
    plan = _laid_out(chart, setting, ruler, settings)
    for _ in range(3):  # what callouts take over the plot depends on its height
        height = max(high * _LEAST_HEIGHT, settings.height + high - plan.total_height)
        if abs(height - settings.height) < _CLOSE:
            break
        settings = replace(settings, height=height)
        plan = _laid_out(chart, setting, ruler, settings)
    return NativePlan(plan, form, setting, top)


def _laid_out(chart: Chart, setting: Setting, ruler: SlideRuler, settings: PlotSettings) -> Plan:
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
        # Values at the left of bars may need more room on a slide.
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
