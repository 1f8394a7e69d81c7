"""Distinguish series by colour, and beyond the theme's colours by dashes, markers and patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.charts.kind import ColourRole, get_kind
from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.theme.colours import APART, contrast_ratio, recede_colour
from triptych.theme.theme import Theme

_MARKERS = "osD^vP"
# Dashes in line widths and patterns of surfaces, round after round of the colours.
_DASHES: tuple[tuple[float, ...], ...] = ((), (4, 1.6), (1, 1.4), (6, 1.6, 1, 1.6))
_HATCHES = ("", "/", ".", "x")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkStyle:
    """The colour of a mark in six hexadecimal digits, with its dashes, marker and pattern.

    A ``receding`` mark is not highlighted although others are. A highlighted mark is ``outlined`` if its
    colour differs too little from the greys of the receding ones.
    """

    ink: str
    marker: str = "o"
    dash: tuple[float, ...] = ()
    hatch: str = ""
    hollow: bool = False
    receding: bool = False
    outlined: bool = False


def get_colour_style(index: int, theme: Theme) -> MarkStyle:
    """Return the style of the n-th colour; after the last colour of the theme, patterns are added."""
    colours = theme.colours.series
    turn = index // len(colours) % len(_DASHES)
    place = index % len(colours)
    return MarkStyle(
        ink=colours[place],
        marker=_MARKERS[place % len(_MARKERS)],
        dash=_DASHES[turn],
        hatch=_HATCHES[turn],
        hollow=turn > 0,
    )


def find_colour_index(chart: Chart, series: Series, index: int | None = None) -> int | None:
    """Return the index of a series' colour, or of its mark at a category; None for a mark without a colour.

    Names in ``chart-colours:`` have their colours, and the others use the remaining ones. If it names some of
    the bars of a single series, the other bars have no colour unless they are highlighted.
    """
    named, data = dict(chart.colours), chart.data
    names, own = data.labels, series.label
    if data.is_whole and index is not None:
        names, own = data.categories, data.categories[index]
    elif len(names) == 1 and get_kind(chart).has_slots and not named.keys().isdisjoint(data.categories):
        names, own = chart.highlight, "" if index is None else data.categories[index]
        if own not in named and own not in names:
            return None
    if own in named:
        return named[own]
    unnamed = [name for name in names if name not in named]
    taken = set() if names == (series.label,) else set(named.values())
    return [place for place in range(len(unnamed) + len(taken)) if place not in taken][unnamed.index(own)]


def get_mark_style(chart: Chart, theme: Theme, series: Series, index: int | None = None) -> MarkStyle:
    """Return the style of a series, or of its mark at a category."""
    place = chart.data.labels.index(series.label)
    if chart.data.is_whole and index is not None:
        place = index
    colour = find_colour_index(chart, series, index)
    greys = recede_colour(theme.colours.foreground, theme.colours.background)
    style = (
        replace(get_colour_style(0, theme), ink=greys[0])
        if colour is None
        else get_colour_style(colour, theme)
    )
    if not chart.highlight:
        return style
    if not chart.is_pale(series, index):
        return replace(style, outlined=contrast_ratio(style.ink, greys[place % len(greys)]) < APART)
    # Greys in turns; beyond them the patterns of the rounds of colours.
    turn = place // len(greys) % len(_HATCHES) if not chart.data.is_whole else 0
    return replace(style, ink=greys[place % len(greys)], hatch=_HATCHES[turn], receding=True)


def get_key_style(chart: Chart, theme: Theme, label: str) -> MarkStyle:
    """Return the style of a series in the legend; it recedes only if none of its values is highlighted."""
    lit = [i for i, name in enumerate(chart.data.categories) if name in chart.highlight]
    places: Sequence[int | None] = lit or (None,)
    own = [series for series in chart.data.series if series.label == label]
    styles = [get_mark_style(chart, theme, series, place) for series in own for place in places]
    return min(styles, key=lambda style: style.receding, default=get_colour_style(0, theme))


def get_step_style(chart: Chart, theme: Theme, index: int) -> MarkStyle:
    """Return the style of a bar of a waterfall: an increase, a decrease, or a total."""
    series = chart.data.series[0]
    own = chart.data.steps[index] or (0.0, 0.0)
    place = (
        ColourRole.TOTAL
        if index in chart.data.totals
        else ColourRole.RISE
        if own[1] >= own[0]
        else ColourRole.FALL
    )
    style = get_colour_style(place, theme)
    if not chart.is_pale(series, index):
        return style
    greys = recede_colour(theme.colours.foreground, theme.colours.background)
    return replace(style, ink=greys[place % len(greys)], receding=True)
