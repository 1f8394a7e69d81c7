"""Test that adjacent series can be distinguished in greyscale."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triptych.theme.colours import (
    MIN_NEIGHBOUR_DIFFERENCE,
    READABLE_CONTRAST,
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    compute_grey_difference,
    compute_perceived_lightness,
    derive_colours_from_accent,
    separate_colours_in_grey,
)
from triptych.theme.theme import list_built_in_themes, load_theme
from triptych.theme.theme_file import Colours
from triptych.writers.deck.template.built_in_template import Variation, vary_theme

each_theme = pytest.mark.parametrize("name", list_built_in_themes())
COLOURS = st.integers(0, 0xFFFFFF).map("{:06x}".format)


def least(colours: Colours) -> float:
    """Return the minimum difference of adjacent series, including the last and the first."""
    return min(compute_grey_difference(*pair) for pair in pairwise((*colours.series, colours.series[0])))


def test_lightness_ranges_from_black_to_white() -> None:
    assert compute_perceived_lightness("000000") == 0
    assert compute_perceived_lightness("ffffff") == pytest.approx(100)
    assert compute_perceived_lightness("777777") == pytest.approx(50, abs=0.5)


@each_theme
@pytest.mark.parametrize("variation", ["light", "dark", "high-contrast"])
def test_neighbours_differ_without_their_hues(name: str, variation: Variation) -> None:
    assert least(vary_theme(load_theme(name), variation).colours) >= MIN_NEIGHBOUR_DIFFERENCE - 0.1


@each_theme
@settings(deadline=None, max_examples=10, derandomize=True, database=None)
@given(accent=COLOURS)
def test_so_do_those_of_a_brand_nearly_all(name: str, accent: str) -> None:
    colours = load_theme(name).colours
    result = derive_colours_from_accent(replace(colours, accent=accent), {"accent"})
    assert least(result) >= 0.6 * MIN_NEIGHBOUR_DIFFERENCE


def test_different_colours_are_unchanged() -> None:
    series = load_theme("report").colours.series
    assert separate_colours_in_grey(series, ("ffffff",), VISIBLE_CONTRAST) == series


def test_first_colour_is_unchanged_and_all_are_readable() -> None:
    grey = ("777777",) * 6
    result = separate_colours_in_grey(grey, ("ffffff",), READABLE_CONTRAST - 0.1)
    assert result[0] == "777777"
    assert all(compute_contrast_ratio(item, "ffffff") >= READABLE_CONTRAST - 0.1 for item in result)
    assert min(compute_grey_difference(*pair) for pair in pairwise(result)) >= MIN_NEIGHBOUR_DIFFERENCE


def test_colour_without_available_lightness_is_unchanged() -> None:
    assert separate_colours_in_grey(("000000", "000000"), ("ffffff",), 20.9) == ("000000", "000000")
