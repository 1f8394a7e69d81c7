"""Charts as vector drawings, in the theme's colours and fonts.

Matplotlib draws them: it covers every kind of chart that the language has or will have, is kept by a
large community under a permissive licence, and writes text as outlines, so that a chart looks the same
on paper and in every reading system.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from triptych.media.chart_fonts import chart_font
from triptych.model.nodes import Chart, ChartKind, Series
from triptych.theme import Theme

WIDTH = 4.5  # inches; the text width of the 6 × 9 inch page, so that type sizes come out as set
_MOST_LABELLED_BARS = 14
_SIZE = 7.6  # points


def draw_chart(chart: Chart, theme: Theme) -> bytes:
    """A chart → SVG 1.1, the same bytes each time."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    settings: Any = {
        "svg.fonttype": "path",
        "svg.hashsalt": "triptych",
        "text.parse_math": False,  # a dollar sign is a dollar sign
        "font.size": _SIZE,
    }
    with matplotlib.rc_context(settings):
        figure = Figure(
            figsize=(WIDTH, _height(chart)), layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02)
        )
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        _Drawing(chart, theme, axes, _Fonts(theme, chart)).draw()
        out = io.BytesIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    # A blank's outline has no path data, which SVG requires.
    return re.sub(rb'(<path id="[^"]*")( transform="[^"]*")?/>', rb'\1\2 d="M0 0"/>', out.getvalue())


def _height(chart: Chart) -> float:
    """Inches: bars that lie need room for each category."""
    if chart.kind is ChartKind.BAR and chart.horizontal:
        bars = len(chart.data.categories) * (1 if chart.stacked else len(chart.data.series))
        return min(5.0, 0.55 + 0.26 * max(bars, len(chart.data.categories) * 1.2))
    return 2.25


class _Fonts:
    """The fonts of all that a chart says."""

    def __init__(self, theme: Theme, chart: Chart) -> None:
        words = "".join((chart.unit, *chart.data.categories, *(series.label for series in chart.data.series)))
        self.plain = chart_font(theme, words, size=_SIZE)
        self.bold = chart_font(theme, words, bold=True, size=_SIZE)


@dataclass(slots=True)
class _Drawing:
    chart: Chart
    theme: Theme
    axes: Any
    fonts: _Fonts

    def draw(self) -> None:
        match self.chart.kind:
            case ChartKind.BAR:
                self._bars()
            case ChartKind.LINE | ChartKind.AREA:
                self._lines()
            case ChartKind.SCATTER:
                self._scatter()
            case ChartKind.PIE:
                self._pie()
        if self.chart.kind is not ChartKind.PIE:
            self._furnish()

    # --- kinds ---------------------------------------------------------------------------------

    def _bars(self) -> None:
        """Clustered or stacked, standing or lying; labelled with values where there is room."""
        data, count = self.chart.data, len(self.chart.data.series)
        groups = 1 if self.chart.stacked else count
        thickness = 0.72 / groups
        bottoms = [0.0] * len(data.categories)
        draw = self.axes.barh if self.chart.horizontal else self.axes.bar
        for index, series in enumerate(data.series):
            shift = 0.0 if self.chart.stacked else (index - (groups - 1) / 2) * thickness
            places = [place + shift for place in range(len(data.categories))]
            values = [value or 0.0 for value in series.values]
            size = {"height" if self.chart.horizontal else "width": thickness * 0.94}
            start = (
                {"left" if self.chart.horizontal else "bottom": list(bottoms)} if self.chart.stacked else {}
            )
            draw(places, values, color=self._colour(index), label=series.label, linewidth=0, **size, **start)
            if self._labelled():
                self._label_bars(places, series)
            if self.chart.stacked:
                bottoms = [bottom + value for bottom, value in zip(bottoms, values, strict=True)]
        self._category_ticks()

    def _labelled(self) -> bool:
        bars = len(self.chart.data.categories) * len(self.chart.data.series)
        return not self.chart.stacked and bars <= _MOST_LABELLED_BARS

    def _label_bars(self, places: Sequence[float], series: Series) -> None:
        for place, value in zip(places, series.values, strict=True):
            if value is None:
                continue
            at = (value, place) if self.chart.horizontal else (place, value)
            offset = (3, 0) if self.chart.horizontal else (0, 2.5)
            across, along = ("left", "center") if self.chart.horizontal else ("center", "bottom")
            self.axes.annotate(
                format_value(value, series.decimals),
                at,
                offset,
                textcoords="offset points",
                ha=across,
                va=along,
                color=self._hash(self.theme.colours.ink),
                fontproperties=self.fonts.plain,
            )

    def _lines(self) -> None:
        """Lines or areas over numbers, dates or plain categories; each line named at its end."""
        places = self._places()
        totals = [0.0] * len(places)
        for index, series in enumerate(self.chart.data.series):
            values = [math.nan if value is None else value for value in series.values]
            if self.chart.kind is ChartKind.AREA:
                base = list(totals) if self.chart.stacked else [0.0] * len(places)
                tops = [
                    low + (0.0 if math.isnan(value) else value)
                    for low, value in zip(base, values, strict=True)
                ]
                self.axes.fill_between(places, base, tops, color=self._colour(index), alpha=0.85, linewidth=0)
                totals = tops if self.chart.stacked else totals
                values = tops
            else:
                known = [(x, y) for x, y in zip(places, values, strict=True) if not math.isnan(y)]
                self.axes.plot(*zip(*known, strict=True), color=self._colour(index), linewidth=1.5, zorder=3)
                marker = {"marker": "osD^vP"[index % 6], "s": 13, "zorder": 4, "linewidth": 0}
                self.axes.scatter(*zip(*known, strict=True), color=self._colour(index), **marker)
            self._name_line(index, places, values, series)
        if self.chart.data.positions is None or len(set(self.chart.data.positions)) != len(places):
            self._category_ticks()
        else:
            self._position_ticks()

    def _name_line(
        self, index: int, places: Sequence[float], values: Sequence[float], series: Series
    ) -> None:
        """The series' name and last value beside its last point, in its colour."""
        last = max(i for i, value in enumerate(values) if not math.isnan(value))
        value = format_value(next(v for v in reversed(series.values) if v is not None), series.decimals)
        text = f"{series.label} {value}" if len(self.chart.data.series) > 1 else value
        self.axes.annotate(
            text,
            (places[last], values[last]),
            (5, 0),
            textcoords="offset points",
            va="center",
            color=self._colour(index),
            fontproperties=self.fonts.bold,
            annotation_clip=False,
        )

    def _scatter(self) -> None:
        places = self._places()
        for index, series in enumerate(self.chart.data.series):
            points = [(x, y) for x, y in zip(places, series.values, strict=True) if y is not None]
            marker = {"marker": "osD^vP"[index % 6], "s": 18, "linewidth": 0, "alpha": 0.9}
            self.axes.scatter(
                *zip(*points, strict=True), color=self._colour(index), label=series.label, **marker
            )
        if self.chart.data.positions is None:
            self._category_ticks()

    def _pie(self) -> None:
        """A ring of shares, each part named beside it."""
        series = self.chart.data.series[0]
        parts = [(c, v) for c, v in zip(self.chart.data.categories, series.values, strict=True) if v]
        total = sum(value for _, value in parts)
        names = [f"{name}  {value / total:.0%}" for name, value in parts]
        colours = [self._colour(index) for index in range(len(parts))]
        ring = {"width": 0.42, "edgecolor": self._hash(self.theme.colours.paper), "linewidth": 1}
        _, texts = self.axes.pie(
            [value for _, value in parts],
            labels=names,
            colors=colours,
            startangle=90,
            counterclock=False,
            wedgeprops=ring,
        )
        for text in texts:
            text.set_fontproperties(self.fonts.plain)
            text.set_color(self._hash(self.theme.colours.ink))

    # --- axes ----------------------------------------------------------------------------------

    def _furnish(self) -> None:
        """Axes that say what they must and no more."""
        colours, horizontal = self.theme.colours, self.chart.horizontal and self.chart.kind is ChartKind.BAR
        values = self.axes.xaxis if horizontal else self.axes.yaxis
        for side in ("top", "right", "left" if not horizontal else "bottom"):
            self.axes.spines[side].set_visible(False)
        baseline = self.axes.spines["left" if horizontal else "bottom"]
        baseline.set_color(self._hash(colours.muted))
        baseline.set_linewidth(0.6)
        self.axes.tick_params(length=0, pad=3, labelcolor=self._hash(colours.muted))
        if self.chart.kind is ChartKind.BAR and self._labelled():
            values.set_visible(False)
            self.axes.margins(**{"x" if horizontal else "y": 0.12})
        else:
            values.grid(visible=True, color=self._hash(colours.rule), linewidth=0.4)
            self.axes.set_axisbelow(True)
            from matplotlib.ticker import FuncFormatter, MaxNLocator

            values.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
            values.set_major_formatter(FuncFormatter(lambda value, _: format_tick(value)))
        if self.chart.kind is not ChartKind.SCATTER:
            # A length that does not start at zero misleads.
            high = max((self.axes.get_xlim if horizontal else self.axes.get_ylim)())
            low = min(0.0, *(v for s in self.chart.data.series for v in s.values if v is not None))
            (self.axes.set_xlim if horizontal else self.axes.set_ylim)(low * 1.1, high)
        for label in (*self.axes.get_xticklabels(), *self.axes.get_yticklabels()):
            label.set_fontproperties(self.fonts.plain)
        self._head()

    def _head(self) -> None:
        """The unit and, for several series of bars or dots, the legend, over the plot."""
        from matplotlib.lines import Line2D

        several = len(self.chart.data.series) > 1 and self.chart.kind in (ChartKind.BAR, ChartKind.SCATTER)
        if several:
            handles = [
                Line2D([], [], color=self._colour(i), marker="s", linestyle="", markersize=5.5, label=s.label)
                for i, s in enumerate(self.chart.data.series)
            ]
            legend = self.axes.legend(
                handles=handles,
                loc="lower left",
                bbox_to_anchor=(-0.01, 1.0),
                ncols=min(len(handles), 4),
                frameon=False,
                prop=self.fonts.plain,
                handletextpad=0.2,
                columnspacing=1.2,
                borderaxespad=0.2,
            )
            for text in legend.get_texts():
                text.set_color(self._hash(self.theme.colours.ink))
        if self.chart.unit:
            place, side = (1.0, "right") if several else (0.0, "left")
            self.axes.set_title(
                self.chart.unit,
                loc=side,
                pad=6,
                color=self._hash(self.theme.colours.muted),
                fontproperties=self.fonts.plain,
                x=place,
            )

    def _category_ticks(self) -> None:
        categories = list(self.chart.data.categories)
        places = range(len(categories))
        if self.chart.horizontal and self.chart.kind is ChartKind.BAR:
            self.axes.set_yticks(places, categories)
            self.axes.invert_yaxis()
            return
        step = max(1, math.ceil(sum(map(len, categories)) * 0.075 / WIDTH))
        self.axes.set_xticks(list(places)[::step], categories[::step])

    def _position_ticks(self) -> None:
        """Numbers or dates as they stand in the data, thinned out where they would touch."""
        places, names = self._places(), self.chart.data.categories
        step = max(1, math.ceil(sum(map(len, names)) * 0.085 / WIDTH))
        kept = list(zip(places, names, strict=True))[::-step][::-1]
        self.axes.set_xticks([place for place, _ in kept], [name for _, name in kept])

    def _places(self) -> Sequence[float]:
        return self.chart.data.positions or tuple(map(float, range(len(self.chart.data.categories))))

    def _colour(self, index: int) -> str:
        series = self.theme.colours.series
        return self._hash(series[index % len(series)])

    @staticmethod
    def _hash(colour: str) -> str:
        return f"#{colour}"


def format_value(value: float, decimals: int) -> str:
    """A value with as many decimal places as its source gives, thousands apart."""
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")  # what rounds to zero has no sign
    return text.replace("-", "\u2212")


def format_tick(value: float) -> str:
    """A round number on an axis."""
    return f"{value:,.10g}".replace("-", "\u2212")


def data_rows(chart: Chart) -> Iterator[tuple[str, ...]]:
    """The numbers behind a chart as rows of text, the first naming the columns."""
    unit = f" ({chart.unit})" if chart.unit else ""
    yield (chart.data.category_title, *(series.label + unit for series in chart.data.series))
    for index, category in enumerate(chart.data.categories):
        cells = ((s.values[index], s.places[index]) for s in chart.data.series)
        yield (category, *("" if value is None else format_value(value, places) for value, places in cells))
