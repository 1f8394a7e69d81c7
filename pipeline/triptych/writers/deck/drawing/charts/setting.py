"""Where a native chart stands, which decides the size of its text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from triptych.charts.canvas import SIZE, Ruler
from triptych.charts.drawing import printed_plan
from triptych.charts.plan import Plan
from triptych.charts.times import with_breaks, with_missing_dates
from triptych.model.charts import ChartKind, DatePart, Scale
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.line_breaking import typeface
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.pptx.terms import XL_CHART_TYPE
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


FIRST_DATE = dt.date(1900, 3, 1)  # before it spreadsheets count days that never were, or none at all
_DAY_ZERO = dt.date(1899, 12, 30).toordinal()

_BARS = {
    # Stacked, percent, horizontal.
    (False, False, False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    (True, False, False): XL_CHART_TYPE.COLUMN_STACKED,
    (True, True, False): XL_CHART_TYPE.COLUMN_STACKED_100,
    (False, False, True): XL_CHART_TYPE.BAR_CLUSTERED,
    (True, False, True): XL_CHART_TYPE.BAR_STACKED,
    (True, True, True): XL_CHART_TYPE.BAR_STACKED_100,
}
_AREAS = {
    (False, False): XL_CHART_TYPE.AREA,
    (True, False): XL_CHART_TYPE.AREA_STACKED,
    (True, True): XL_CHART_TYPE.AREA_STACKED_100,
}


@dataclass(frozen=True, slots=True)
class Form:
    """A native type. ``on_numbers`` where both axes count numbers, ``on_dates`` where one counts days."""

    type: XL_CHART_TYPE
    on_numbers: bool = False
    on_dates: bool = False


def form_of(chart: Chart) -> Form:
    """The native form of a chart that is no grid of panels."""
    match chart.kind:
        case ChartKind.BAR:
            return Form(_BARS[chart.stacked, chart.percent, chart.horizontal])
        case ChartKind.HISTOGRAM:
            return Form(XL_CHART_TYPE.COLUMN_CLUSTERED)
        case ChartKind.AREA:
            return Form(_AREAS[chart.stacked, chart.percent], on_dates=counts_days(chart))
        case ChartKind.SCATTER:
            if chart.data.positions is None:
                return Form(XL_CHART_TYPE.LINE_MARKERS)  # dots over words
            return Form(XL_CHART_TYPE.XY_SCATTER, on_numbers=True)
        case ChartKind.PIE:
            return Form(XL_CHART_TYPE.PIE)
        case ChartKind.DONUT:
            return Form(XL_CHART_TYPE.DOUGHNUT)
        case ChartKind.SLOPE | ChartKind.DUMBBELL | ChartKind.WATERFALL | ChartKind.HEAT | ChartKind.TILEMAP:
            raise ValueError(f"a {chart.kind} chart has a form of its own")
        case ChartKind.LINE:
            if counts_days(chart):
                return Form(XL_CHART_TYPE.LINE_MARKERS, on_dates=True)
            uneven = chart.x_scale is Scale.LOG or not evenly_spaced(chart.data.positions)
            if uneven:
                return Form(XL_CHART_TYPE.XY_SCATTER_LINES, on_numbers=True)
            return Form(XL_CHART_TYPE.LINE_MARKERS)


def shown_truly(chart: Chart) -> Chart:
    """The chart, or lines in the place of areas that native charts would draw falsely.

    Those let an area fall to zero in a gap, and know uneven distances only between dates.
    """
    if not chart.kind.traits.filled or chart.stacked:
        return chart
    gaps = any(value is None for series in chart.data.series for value in series.values)
    uneven = not counts_days(chart) and not evenly_spaced(chart.data.positions)
    return replace(chart, kind=ChartKind.LINE) if gaps or uneven else chart


def counts_days(chart: Chart) -> bool:
    """Whether the category axis is one of dates; years at even distances stay plain numbers."""
    dates = chart.data.dates
    if dates is None or min(dates) < FIRST_DATE or len(set(dates)) < max(2, len(dates)):
        return False
    return chart.data.date_part is not DatePart.YEAR or not evenly_spaced(chart.data.positions)


def evenly_spaced(positions: tuple[float, ...] | None) -> bool:
    """Whether categories may stand at equal distances; uneven years must keep theirs."""
    if positions is None or len(positions) < 3:
        return True
    steps = [after - before for before, after in pairwise(positions)]
    return max(steps) - min(steps) <= 1e-9 * max(abs(step) for step in steps)


def places(chart: Chart) -> tuple[float, ...]:
    """Where categories stand on a number axis: at their positions, dates as a spreadsheet counts days."""
    if on_serial_days(chart):
        return tuple(map(serial_day, chart.data.dates or ()))
    return chart.data.positions or ()


def on_serial_days(chart: Chart) -> bool:
    """Whether a number axis counts days: years alone stay the numbers that they are."""
    data = chart.data
    return bool(data.dates) and data.date_part is not DatePart.YEAR and min(data.dates or ()) >= FIRST_DATE


def serial_day(date: dt.date) -> float:
    """A date as spreadsheets count days from the end of 1899."""
    return float(date.toordinal() - _DAY_ZERO)


_PANEL_GAP = 14.0  # points between panels
_SIZE = 12.0


def panel_settings(
    panels: tuple[str, ...], grid: tuple[int, int], whole: Setting
) -> Iterator[tuple[str, Setting]]:
    """Each panel's name and frame, in rows of equal cells."""
    columns, rows = grid
    width = (whole.width - _PANEL_GAP * (columns - 1)) / columns
    height = (whole.height - _PANEL_GAP * (rows - 1)) / rows
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        left = whole.left + column * (width + _PANEL_GAP)
        top = whole.top + row * (height + _PANEL_GAP)
        yield (
            panel,
            replace(whole, left=left, top=top, width=width, height=height, size=_SIZE, panel=panel),
        )


_BOLD = 1.08  # times as wide as other letters


@dataclass(frozen=True, slots=True)
class SlideRuler(Ruler):
    """Measures the text of a slide in the units of the drawing, whose text has a size of its own."""

    setting: Setting

    @property
    def scale(self) -> float:
        """Points of the slide for a point of the drawing."""
        return self.setting.size / SIZE

    def width(self, words: str) -> float:
        """The width of a line of text."""
        return self.setting.text_width(words) / self.scale

    def bold(self, words: str) -> float:
        """The width of a bold line of text."""
        return self.width(words) * _BOLD


# Points.
WIDEST_SLOT, FURTHER_BAR = 210.0, 70.0  # of a bar that stands, and of each beside it
_HIGHEST_ROW, _FURTHER_ROW = 70.0, 34.0  # of a bar that lies
_GAP, _GAP_OF_FEW = 55, 85  # between bars, in hundredths of their width


def gap_width(chart: Chart) -> int:
    """What lies between single bars, in hundredths of the width of one."""
    return _GAP_OF_FEW if are_few(chart) and not chart.lying else _GAP


def rows_height(chart: Chart, setting: Setting, room: float) -> float:
    """The height that rows take of a room, all in points: those of lying bars, or of pairs of dots."""
    if setting.panel:
        return room
    row = _HIGHEST_ROW + _further(chart) * _FURTHER_ROW
    return min(room, len(chart.data.categories) * row)


def _further(chart: Chart) -> int:
    return 0 if chart.stacked or chart.kind.traits.pairs else len(chart.data.series) - 1
