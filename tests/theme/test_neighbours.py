"""Series that follow each other are told apart in a copy without colours."""

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
    """Of all neighbours, the last and the first among them."""
    return min(compute_grey_difference(*pair) for pair in pairwise((*colours.series, colours.series[0])))


def test_lightness_goes_from_black_to_white() -> None:
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
    made = derive_colours_from_accent(replace(colours, accent=accent), {"accent"})
    assert least(made) >= 0.6 * MIN_NEIGHBOUR_DIFFERENCE


def test_colours_that_differ_stay_as_they_are() -> None:
    series = load_theme("report").colours.series
    assert separate_colours_in_grey(series, ("ffffff",), VISIBLE_CONTRAST) == series


def test_the_first_colour_stays_and_all_can_be_read() -> None:
    grey = ("777777",) * 6
    made = separate_colours_in_grey(grey, ("ffffff",), READABLE_CONTRAST - 0.1)
    assert made[0] == "777777"
    assert all(compute_contrast_ratio(one, "ffffff") >= READABLE_CONTRAST - 0.1 for one in made)
    assert min(compute_grey_difference(*pair) for pair in pairwise(made)) >= MIN_NEIGHBOUR_DIFFERENCE


def test_where_no_lightness_is_left_a_colour_stays() -> None:
    assert separate_colours_in_grey(("000000", "000000"), ("ffffff",), 20.9) == ("000000", "000000")
