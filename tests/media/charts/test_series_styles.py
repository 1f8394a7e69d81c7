"""As many series as a chart may have differ without colour too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.media.charts.conftest import chart, series
from triptych.media.charts.series_styles import look_in, look_of
from triptych.model.charts import ChartKind
from triptych.reading.charts.columns import MOST_SERIES
from triptych.theme.contrast import VISIBLE, channels, contrast
from triptych.theme.receding import APART
from triptych.theme.theme import load_theme
from triptych.writers.deck.template.variations import Variation, varied


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


@pytest.mark.parametrize("name", ["house", "report", "large-print"])
@pytest.mark.parametrize("variation", ["light", "dark", "contrast"])
@pytest.mark.parametrize("kind", [kind for kind in ChartKind if kind is not ChartKind.AREA])
def test_what_stands_back_is_grey_and_seen_and_behind_what_is_highlighted(
    name: str, variation: Variation, kind: ChartKind
) -> None:
    theme = varied(load_theme(name), variation)
    drawing = chart(kind, series(1, 2, 3), series(2, 3, 4, label="b"), highlight=("2022",))
    for own in drawing.data.series:
        back, lit = look_in(drawing, theme, own, 0), look_in(drawing, theme, own, 2)
        assert (back.back, lit.back) == (True, False)
        assert contrast(back.ink, theme.colours.paper) >= VISIBLE
        assert max(channels(back.ink)) - min(channels(back.ink)) <= 24
        assert lit.rim or contrast(back.ink, lit.ink) >= APART


def test_a_highlighted_series_keeps_its_colour() -> None:
    drawing = chart(ChartKind.LINE, series(1, 2), series(2, 3, label="b"), highlight=("b",))
    first, second = (look_in(drawing, load_theme(), own) for own in drawing.data.series)
    assert first.back
    assert replace(second, rim=False) == look_of(1, load_theme())
