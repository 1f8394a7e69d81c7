"""Test colour steps: numbers on them are legible, and each step is darker than the previous one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from triptych.model.tables import STEPS
from triptych.theme.colours import (
    READABLE_CONTRAST,
    compute_contrast_ratio,
    get_hue_fraction,
    get_shade_class,
    list_shades,
    mix_colours,
)
from triptych.theme.theme import load_theme


@pytest.mark.parametrize("name", ["house", "report", "large-print"])
def test_numbers_are_readable_on_each_step(name: str) -> None:
    colours = load_theme(name).colours
    for shade in list_shades(range(-STEPS, STEPS + 1), colours):
        assert compute_contrast_ratio(shade.ink, shade.fill) >= READABLE_CONTRAST


def test_steps_differ_from_paper_and_from_each_other() -> None:
    colours = load_theme().colours
    for way in (1, -1):
        far = [
            compute_contrast_ratio(shade.fill, colours.background)
            for shade in list_shades((way * n for n in range(1, 10)), colours)
        ]
        far = sorted(far) if way < 0 else far
        assert all(after > before for before, after in pairwise([1.0, *far]))


def test_only_used_steps_are_generated() -> None:
    assert [shade.name for shade in list_shades([3, 0, -2, 3], load_theme().colours)] == [
        "shade-below-2",
        "shade-3",
    ]
    assert get_shade_class(-2) == "shade-below-2"


def test_lower_steps_use_the_first_series_colour_and_upper_the_second() -> None:
    colours = load_theme().colours
    below, above = list_shades([-STEPS, STEPS], colours)
    assert below.fill == mix_colours(colours.background, colours.series[0], get_hue_fraction(-STEPS))
    assert above.fill == mix_colours(colours.background, colours.series[1], get_hue_fraction(STEPS))
