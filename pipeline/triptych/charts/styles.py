"""Choose a style for each series: first a theme colour, then also dashes, markers and fill patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.charts.chart_types import ColourRole, get_chart_type
from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.theme.colours import MIN_LIGHTNESS_CONTRAST, compute_contrast_ratio, mix_receding_colours
from triptych.theme.theme import Theme

_MARKERS = "osD^vP"
# Dashes (in line widths) and fill patterns. The next ones are used after each round of the theme's colours.
_DASHES: tuple[tuple[float, ...], ...] = ((), (4, 1.6), (1, 1.4), (6, 1.6, 1, 1.6))
_HATCHES = ("", "/", "-", "x")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkStyle:
    """The style of a bar, line, slice or point marker.

    ``colour`` has six hexadecimal digits. ``dash`` is in multiples of the line width. ``hatch`` is the fill
    pattern. ``is_receding`` is true if other marks are highlighted instead. ``is_outlined`` is true for a
    highlighted mark whose colour has too little contrast with the greys of receding marks.
    """

    colour: str
    marker: str = "o"
    dash: tuple[float, ...] = ()
    hatch: str = ""
    is_hollow: bool = False
    is_receding: bool = False
    is_outlined: bool = False


def get_colour_style(index: int, theme: Theme) -> MarkStyle:
    """Return the style for a colour number.

    If the number is beyond the theme's colours, the style also has dashes, a fill pattern and hollow markers.
    """
    colours = theme.colours.series
    cycle = index // len(colours) % len(_DASHES)
    place = index % len(colours)
    return MarkStyle(
        colour=colours[place],
        marker=_MARKERS[place % len(_MARKERS)],
        dash=_DASHES[cycle],
        hatch=_HATCHES[cycle],
        is_hollow=cycle > 0,
    )


def find_colour_index(chart: Chart, series: Series, index: int | None = None) -> int | None:
    """Return the colour number of a series, or of its bar or slice at the category ``index``.

    Names in ``chart-colours:`` have the colours set there. Other names use the remaining colours. If
    ``chart-colours:`` names only some bars of a single series, return None for the other bars, unless they
    are highlighted.
    """
    colours_by_name, data = dict(chart.colours), chart.data
    names, name = data.labels, series.label
    if data.is_whole and index is not None:
        names, name = data.categories, data.categories[index]
    elif (
        len(names) == 1
        and get_chart_type(chart).has_slots
        and not colours_by_name.keys().isdisjoint(data.categories)
    ):
        names, name = chart.highlight, "" if index is None else data.categories[index]
        if name not in colours_by_name and name not in names:
            return None
    if name in colours_by_name:
        return colours_by_name[name]
    unnamed = [name for name in names if name not in colours_by_name]
    used_indices = set() if names == (series.label,) else set(colours_by_name.values())
    return [place for place in range(len(unnamed) + len(used_indices)) if place not in used_indices][
        unnamed.index(name)
    ]


def get_mark_style(chart: Chart, theme: Theme, series: Series, index: int | None = None) -> MarkStyle:
    """Return the style of a series, or of its bar, slice or point at the category ``index``."""
    place = chart.data.labels.index(series.label)
    if chart.data.is_whole and index is not None:
        place = index
    colour = find_colour_index(chart, series, index)
    greys = mix_receding_colours(theme.colours.foreground, theme.colours.background)
    style = (
        replace(get_colour_style(0, theme), colour=greys[0])
        if colour is None
        else get_colour_style(colour, theme)
    )
    if not chart.highlight:
        return style
    if not chart.is_pale(series, index):
        return replace(
            style,
            is_outlined=compute_contrast_ratio(style.colour, greys[place % len(greys)])
            < MIN_LIGHTNESS_CONTRAST,
        )
    # Cycle through the greys. Each further round adds a fill pattern.
    cycle = place // len(greys) % len(_HATCHES) if not chart.data.is_whole else 0
    return replace(style, colour=greys[place % len(greys)], hatch=_HATCHES[cycle], is_receding=True)


def get_legend_entry_style(chart: Chart, theme: Theme, label: str) -> MarkStyle:
    """Return the style of a series in the legend. It recedes only if none of its values is highlighted."""
    lit = [i for i, name in enumerate(chart.data.categories) if name in chart.highlight]
    places: Sequence[int | None] = lit or (None,)
    labelled_series = [series for series in chart.data.series if series.label == label]
    styles = [get_mark_style(chart, theme, series, place) for series in labelled_series for place in places]
    return min(styles, key=lambda style: style.is_receding, default=get_colour_style(0, theme))


def get_waterfall_bar_style(chart: Chart, theme: Theme, index: int) -> MarkStyle:
    """Return the style of a waterfall chart's bar: an increase, a decrease or a total."""
    series = chart.data.series[0]
    span = chart.data.waterfall_spans[index] or (0.0, 0.0)
    place = (
        ColourRole.TOTAL
        if index in chart.data.total_indices
        else ColourRole.RISE
        if span[1] >= span[0]
        else ColourRole.FALL
    )
    style = get_colour_style(place, theme)
    if not chart.is_pale(series, index):
        return style
    greys = mix_receding_colours(theme.colours.foreground, theme.colours.background)
    return replace(style, colour=greys[place % len(greys)], is_receding=True)
