"""Test colour steps: numbers on them are legible, and each step is darker than the previous one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from triptych.model.tables import STEPS
from triptych.theme.colours import (
    ENHANCED_CONTRAST,
    READABLE_CONTRAST,
    compute_contrast_ratio,
    find_readable_fill,
    get_shade_class,
    list_shades,
    mix_colours,
)
from triptych.theme.theme import load_theme


@pytest.mark.parametrize(
    ("name", "min_contrast"),
    [("house", READABLE_CONTRAST), ("report", READABLE_CONTRAST), ("large-print", ENHANCED_CONTRAST)],
)
def test_numbers_on_each_step_have_the_contrast_of_secondary_text(name: str, min_contrast: float) -> None:
    colours = load_theme(name).colours
    for shade in list_shades(range(-STEPS, STEPS + 1), colours):
        assert compute_contrast_ratio(shade.ink, shade.fill) >= min_contrast


@pytest.mark.parametrize("min_contrast", [READABLE_CONTRAST, ENHANCED_CONTRAST])
@pytest.mark.parametrize("hue", ["a8321f", "c57a2b", "0f4357"])
def test_text_on_a_category_colour_has_the_required_contrast(hue: str, min_contrast: float) -> None:
    fill, ink = find_readable_fill(hue, "000000", "ffffff", min_contrast)
    assert compute_contrast_ratio(ink, fill) >= min_contrast


@pytest.mark.parametrize("name", ["house", "large-print"])
def test_steps_differ_from_paper_and_from_each_other(name: str) -> None:
    colours = load_theme(name).colours
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
    assert below.fill == mix_colours(colours.background, colours.series[0], 0.92)
    assert above.fill == mix_colours(colours.background, colours.series[1], 0.92)
