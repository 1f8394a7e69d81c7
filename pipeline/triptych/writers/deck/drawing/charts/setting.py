"""Where a native chart stands, which decides the size of its text."""

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
        """Return the width of a text, in points, with the widest of the faces that may stand in."""
        return get_typeface(self.theme, self.theme.sans).measure(text) * self.size


def make_setting(body: ChartBody, place: Place, theme: Theme, palette: Palette, language: str) -> Setting:
    """Return the frame of a chart at a place of a slide."""
    return Setting(
        theme=theme,
        palette=palette,
        language=language,
        left=place.left,
        top=place.top,
        width=place.width,
        height=place.height,
        size=_TEXT_OF_FEW if are_few(body.chart) else _TEXT,
        plan=plan_for_print(body.of or body.chart, _with_faces(theme))
        if get_kind(body.chart).has_axes
        else None,
    )


@lru_cache(maxsize=4)
def _with_faces(theme: Theme) -> Theme:
    """Return a theme that can be measured: of a template's font there are no faces."""
    return theme if theme.has(theme.sans) else replace(theme, sans=theme.stand_ins["sans"])


def are_few(chart: Chart) -> bool:
    """Return whether a chart has so few bars that they and their words have room to be large."""
    one = get_kind(chart).has_slots and not chart.data.panels
    return one and len(chart.data.series) == 1 and len(chart.data.categories) <= _FEW


def prepare_for_native(chart: Chart) -> Chart:
    """Return the chart as native charts can draw it: with all dates, and lines where areas would be false."""
    chart = get_kind(chart).adapt_to_native_chart(chart)
    return add_breaks(get_kind(chart).add_missing_categories(chart))


_PANEL_GAP = 14.0  # points between panels
_SIZE = 12.0


def iter_panel_settings(
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

    def measure(self, words: str) -> float:
        """Return the width of a line of text."""
        return self.setting.text_width(words) / self.scale

    def measure_bold(self, words: str) -> float:
        """Return the width of a bold line of text."""
        return self.measure(words) * _BOLD


# Points.
WIDEST_SLOT, FURTHER_BAR = 210.0, 70.0  # of a bar that stands, and of each beside it
_HIGHEST_ROW, _FURTHER_ROW = 70.0, 34.0  # of a bar that lies
_GAP, _GAP_OF_FEW = 55, 85  # between bars, in hundredths of their width


def choose_gap_width(chart: Chart) -> int:
    """Return the gap between single bars, in percent of the width of one."""
    return _GAP_OF_FEW if are_few(chart) and not chart.horizontal else _GAP


def measure_rows_height(chart: Chart, setting: Setting, room: float) -> float:
    """Return the height that rows take of a room, all in points: those of lying bars, or of pairs of dots."""
    if setting.panel:
        return room
    row = _HIGHEST_ROW + _further(chart) * _FURTHER_ROW
    return min(room, len(chart.data.categories) * row)


def _further(chart: Chart) -> int:
    return 0 if chart.stacked or not get_kind(chart).has_axes else len(chart.data.series) - 1
