"""As many series as a chart may have differ without colour too."""

from __future__ import annotations

from triptych.media.charts.series_styles import look_of
from triptych.reading.charts.columns import MOST_SERIES
from triptych.theme.theme import load_theme


def test_all_series_differ() -> None:
    looks = [look_of(index, load_theme()) for index in range(MOST_SERIES)]
    assert len(set(looks)) == MOST_SERIES


def test_series_of_one_colour_differ_in_line_and_surface() -> None:
    count = len(load_theme().colours.series)
    same = [look_of(index, load_theme()) for index in range(0, MOST_SERIES, count)]
    assert len({look.ink for look in same}) == 1
    assert len({look.dash for look in same}) == len({look.hatch for look in same}) == len(same)


def test_series_of_one_line_differ_in_colour_and_marker() -> None:
    looks = [look_of(index, load_theme()) for index in range(6)]
    assert len({look.ink for look in looks}) == len({look.marker for look in looks}) == 6
