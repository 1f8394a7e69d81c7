"""Define the chart type ``dumbbell``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from triptych.charts.axes import GAP, ValueScale, format_amount, make_linear_scale
from triptych.charts.canvas import LINE, Anchor, Canvas, Ruler
from triptych.charts.columns import read_columns
from triptych.charts.kind import FreeKind, GuideEntry, SeriesMark
from triptych.charts.layout import MOST_HEIGHT, ROW, wrap_category_labels
from triptych.charts.legend import LegendEntry, list_entries
from triptych.charts.native import NativeForm
from triptych.charts.options import ChartOptions
from triptych.charts.plan import measure_widest_value
from triptych.charts.rows import format_named_value
from triptych.charts.styles import get_mark_style
from triptych.data.columns import DataError, DataFile
from triptych.languages.labels import Labels
from triptych.model.charts import ChartData
from triptych.model.nodes import Attr, Chart
from triptych.theme.colours import darken_until_readable
from triptych.theme.theme import Theme

_DOT = 6.4
_BESIDE = _DOT / 2 + 2.5  # points from a dot's centre to its value label


@dataclass(frozen=True, slots=True, kw_only=True)
class DumbbellPlan:
    """The layout of a dumbbell chart, with rows of equal height and two dots in each."""

    chart: Chart
    scale: ValueScale
    names: Sequence[tuple[str, ...]]
    heads: tuple[str, str] | None = None
    """The headings above the dots of the first row, or None if they do not fit."""
    beside: float  # width in points that a value label needs beside a dot
    left: float
    width: float
    row: float
    legend_entries: tuple[LegendEntry, ...] = ()

    def at(self, value: float) -> float:
        """Return the x position of a value, in points from the left edge of the plot area."""
        return self.scale.get_fraction(value) * self.width

    @property
    def above(self) -> float:
        """The height in points of the headings above the first row, or 0 without headings."""
        return LINE + 2 if self.heads else 0.0

    @property
    def total_height(self) -> float:
        return self.above + self.row * len(self.names)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        colours, series = canvas.theme.colours, self.chart.data.series
        start, top = left + self.left, top + self.above
        names_end = start - self.beside - GAP
        for index, lines in enumerate(self.names):
            middle = top + (index + 0.5) * self.row
            first = middle - (len(lines) - 1) * LINE / 2
            canvas.draw_text((names_end, first), lines, ink=colours.muted, anchor="right")
            foot = middle + self.row / 2
            canvas.draw_line([(names_end + GAP, foot), (start + self.width, foot)], colours.rule, 0.3)
            known = [(own.values[index], place) for place, own in enumerate(series)]
            dots = sorted((value, place) for value, place in known if value is not None)
            if len(dots) == 2:
                ends = [(start + self.at(value), middle) for value, _ in dots]
                canvas.draw_line(ends, colours.muted, 2.0)
            for side, (value, place) in enumerate(dots):
                style = get_mark_style(self.chart, canvas.theme, series[place], index)
                x = start + self.at(value)
                canvas.draw_markers([(x, middle)], style, _DOT)
                words = format_amount(self.chart, value, series[place].decimals)
                lower = side == 0 and len(dots) == 2
                anchor: Anchor = "right" if lower else "left"
                bold = bool(self.chart.highlight) and not style.receding
                canvas.draw_text(
                    (x + (-_BESIDE if lower else _BESIDE), middle), words, anchor=anchor, bold=bold
                )
                if self.heads and index == 0:
                    over = (x, top - LINE / 2)
                    ink = darken_until_readable(style.ink, colours.foreground, colours.background)
                    canvas.draw_text(over, self.heads[place], ink=ink, bold=True, anchor="center")


class Dumbbell(FreeKind):
    """A chart with two dots for each category, connected by a line."""

    name = "dumbbell"
    options = frozenset(("series", "date-format", "y-title", "highlight"))
    guide = GuideEntry(
        use="Compare two values of each category, and show the distance between them.",
        data="A column of names and two columns of values.",
        example='type=dumbbell data=cities.csv x=city y="before,after" labels="2015,2025"',
        shows="Four rows with two dots each. Corvo falls from 58 to 55; the other three cities rise.",
    )

    has_rows = True

    def read(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        data = read_columns(file, attr, options)
        if len(data.series) != 2:
            message = f"a dumbbell chart requires exactly 2 series; the data has {len(data.series)}"
            hint = 'name two columns in `y=`, as in `y="FIRST, SECOND"`, or set `type=scatter`'
            raise DataError("CHT001", message, hint, "y")
        return data

    def plan(self, chart: Chart, data: ChartData, max_width: float, theme: Theme) -> DumbbellPlan:
        ruler = Ruler(theme)
        names = wrap_category_labels(chart, data, max_width, ruler)
        beside = measure_widest_value(chart, data, ruler) + _BESIDE
        left = max(map(ruler.measure_widest, names)) + GAP + beside
        width = max_width - left - beside
        scale = make_linear_scale(min(data.numbers), max(data.numbers), wide=False)
        lines = max(map(len, names)) * LINE
        row = max(lines, min(max(ROW, lines + 4), MOST_HEIGHT / len(names)))
        plan = DumbbellPlan(
            chart=chart, scale=scale, names=names, beside=beside, left=left, width=width, row=row
        )
        heads = _choose_headings(plan, ruler, max_width)
        legend_entries = () if heads else tuple(list_entries(chart, theme, marks=False))
        return replace(plan, heads=heads, legend_entries=legend_entries)

    def get_series_mark(self, chart: Chart, series: int) -> SeriesMark:
        return SeriesMark.DOTS

    def get_native_form(self, chart: Chart) -> NativeForm:
        return NativeForm("XY_SCATTER", on_numbers=True)

    def describe(self, chart: Chart, names: Sequence[str], labels: Labels) -> Iterator[str]:
        for index, name in enumerate(names):
            ends = (
                format_named_value(series, index, series.label, chart, labels) for series in chart.data.series
            )
            yield labels.titled(name, labels.listed(filter(None, ends)))


def _choose_headings(plan: DumbbellPlan, ruler: Ruler, max_width: float) -> tuple[str, str] | None:
    """Return both series labels if they fit above the dots of the first row, otherwise None."""
    one, other = plan.chart.data.series
    if one.values[0] is None or other.values[0] is None:
        return None
    ends = sorted(
        (plan.left + plan.at(value), ruler.measure_bold(label) / 2)
        for value, label in ((one.values[0], one.label), (other.values[0], other.label))
    )
    (low, half), (high, other_half) = ends
    fits = low + half + GAP <= high - other_half and low >= half and high + other_half <= max_width
    return (one.label, other.label) if fits else None
