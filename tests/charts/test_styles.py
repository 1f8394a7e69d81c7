"""Test that all series of a chart can be distinguished without colour."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.charts.conftest import chart, series
from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.columns import MAX_SERIES
from triptych.charts.styles import get_colour_style, get_mark_style
from triptych.model.nodes import Chart
from triptych.theme.colours import (
    MIN_LIGHTNESS_CONTRAST,
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    mix_receding_colours,
    parse_rgb,
)
from triptych.theme.theme import load_theme
from triptych.writers.deck.template.built_in_template import Variation, vary_theme


def test_all_series_differ() -> None:
    looks = [get_colour_style(index, load_theme()) for index in range(MAX_SERIES)]
    assert len(set(looks)) == MAX_SERIES


def test_series_of_one_colour_differ_in_line_and_surface() -> None:
    count = len(load_theme().colours.series)
    same = [get_colour_style(index, load_theme()) for index in range(0, MAX_SERIES, count)]
    assert len({look.colour for look in same}) == 1
    assert len({look.dash for look in same}) == len({look.hatch for look in same}) == len(same)


def test_series_of_one_line_differ_in_colour_and_marker() -> None:
    looks = [get_colour_style(index, load_theme()) for index in range(6)]
    assert len({look.colour for look in looks}) == len({look.marker for look in looks}) == 6


@pytest.mark.parametrize("name", ["house", "report", "large-print"])
@pytest.mark.parametrize("variation", ["light", "dark", "high-contrast"])
@pytest.mark.parametrize("kind", [kind for kind in CHART_TYPES if kind != "area"])
def test_receding_marks_are_grey_but_visible(name: str, variation: Variation, kind: str) -> None:
    theme = vary_theme(load_theme(name), variation)
    drawing = chart(kind, series(1, 2, 3), series(2, 3, 4, label="b"), highlight=("2022",))
    for item in drawing.data.series:
        receding, lit = get_mark_style(drawing, theme, item, 0), get_mark_style(drawing, theme, item, 2)
        assert (receding.is_receding, lit.is_receding) == (True, False)
        assert compute_contrast_ratio(receding.colour, theme.colours.background) >= VISIBLE_CONTRAST
        assert max(parse_rgb(receding.colour)) - min(parse_rgb(receding.colour)) <= 24
        assert (
            lit.is_outlined or compute_contrast_ratio(receding.colour, lit.colour) >= MIN_LIGHTNESS_CONTRAST
        )


def test_a_highlighted_series_keeps_its_colour() -> None:
    drawing = chart("line", series(1, 2), series(2, 3, label="b"), highlight=("b",))
    first, second = (get_mark_style(drawing, load_theme(), item) for item in drawing.data.series)
    assert first.is_receding
    assert replace(second, is_outlined=False) == get_colour_style(1, load_theme())


# --- Colours that the book assigns to series and categories ---------------------------------------------

COLOURS = (("China", 0), ("United States", 1))


def inks(drawing: Chart) -> list[str]:
    """Return the colour of each series, or of each bar if there is only one series."""
    own = drawing.data.series
    if len(own) > 1:
        return [get_mark_style(drawing, load_theme(), series).colour for series in own]
    return [
        get_mark_style(drawing, load_theme(), own[0], index).colour for index in range(len(own[0].values))
    ]


def test_series_has_the_same_colour_everywhere() -> None:
    theme = load_theme().colours.series
    lines = [series(1, 2, label=name) for name in ("Japan", "United States", "China")]
    assert inks(chart("line", *lines, colours=COLOURS)) == [theme[2], theme[1], theme[0]]


def test_series_without_an_assigned_colour_uses_a_free_one() -> None:
    theme = load_theme().colours.series
    lines = [series(1, 2, label=name) for name in ("Solar", "Wind")]
    assert inks(chart("line", *lines, colours=COLOURS)) == [theme[2], theme[3]]
    assert inks(chart("bar", series(1, 2, label="Solar"), colours=COLOURS)) == [theme[0]] * 2


def test_bars_use_the_colours_of_their_categories_and_others_recede() -> None:
    drawing = chart("bar", series(1, 2, 3), years=False, colours=(("Name 1", 0),))
    quiet, named, other = inks(drawing)
    assert named == load_theme().colours.series[0]
    assert (
        quiet
        == other
        == mix_receding_colours(load_theme().colours.foreground, load_theme().colours.background)[0]
    )
    lit = replace(drawing, highlight=("Name 2",))
    assert get_mark_style(lit, load_theme(), lit.data.series[0], 2).colour == load_theme().colours.series[1]
