"""Test that colours derived from a theme stay the same, since a change alters all books with that theme."""

from __future__ import annotations

from dataclasses import replace

import pytest

from triptych.theme.colours import (
    compute_colour_difference,
    compute_contrast_ratio,
    darken_until_readable,
    derive_colours_from_accent,
    find_readable_fill,
    is_large_text,
    list_shades,
    mix_receding_colours,
    order_by_alternate_greys,
    separate_colours_in_grey,
)
from triptych.theme.theme import load_theme


@pytest.mark.parametrize(
    ("accent", "series", "emblem"),
    [
        ("1f6f5c", "1f6f5c 4b9682 045544 01261d 5a7895 003d30", "2a977d d9c7a0 6f9bbd"),
        ("ffd200", "997e00 574600 179d78 382d02 76610e 1c1502", "ffd200 d9c7a0 6f9bbd"),
        ("7a0c1e", "7a0c1e ab4045 d46567 5a3d77 9a7cbc 775996", "eb3452 d9c7a0 6f9bbd"),
        ("101010", "101010 868686 525252 242424 696969 383838", "838383 d9c7a0 6f9bbd"),
        ("dddddd", "848484 585858 2e2e2e 6f6f6f 424242 1b1b1b", "dddddd d9c7a0 6f9bbd"),
    ],
    ids=["green", "yellow", "red", "black", "pale grey"],
)
def test_an_accent_has_a_fixed_palette(accent: str, series: str, emblem: str) -> None:
    colours = derive_colours_from_accent(replace(load_theme("house").colours, accent=accent), {"accent"})
    assert (colours.series, colours.emblem) == (tuple(series.split()), tuple(emblem.split()))


def test_emblem_colours_are_adapted_to_the_dark_background() -> None:
    colours = derive_colours_from_accent(replace(load_theme("report").colours, dark="4a6a80"), {"dark"})
    assert colours.emblem == ("92c7dc", "f0e6d3", "edb391")


def test_equal_greys_are_spread_over_the_lightness_that_contrasts_with_the_background() -> None:
    result = separate_colours_in_grey(("777777",) * 5, ("ffffff",), 4.4)
    assert result == ("777777", "4c4c4c", "6c6c6c", "393939", "595959")


def test_dark_and_light_greys_alternate() -> None:
    greys = ("111111", "222222", "888888", "999999", "444444")
    assert order_by_alternate_greys(greys) == ("111111", "888888", "222222", "999999", "444444")


@pytest.mark.parametrize(
    ("colour", "other", "difference"),
    [
        ("ff0000", "008000", 0.0697),  # protanopia
        ("0000ff", "8000ff", 0.0215),  # protanopia
        ("ff0000", "6c6c00", 0.0283),
        ("ffff00", "ffc0cb", 0.1203),  # tritanopia
        ("a8321f", "0f4357", 0.1122),
        ("777777", "888888", 0.0575),
    ],
)
def test_difference_is_that_of_the_least_favourable_colour_vision(
    colour: str, other: str, difference: float
) -> None:
    assert compute_colour_difference(colour, other) == pytest.approx(difference, abs=2e-4)


def test_shades_run_from_near_the_background_to_the_hue() -> None:
    shades = {
        shade.step: (shade.fill, shade.ink) for shade in list_shades(range(-9, 10), load_theme().colours)
    }
    assert len(shades) == 18
    assert (shades[-9], shades[-7], shades[-1]) == (
        ("af4231", "ffffff"),
        ("c87e72", "1c2024"),
        ("faf3f2", "1c2024"),
    )
    assert (shades[1], shades[6], shades[9]) == (
        ("f1f4f5", "1c2024"),
        ("7a97a2", "1c2024"),
        ("225264", "ffffff"),
    )


@pytest.mark.parametrize(
    ("foreground", "fill"), [("000000", "777777"), ("333333", "9d9d9d"), ("999999", "ffffff")]
)
def test_a_fill_is_as_strong_as_readable_text_allows(foreground: str, fill: str) -> None:
    assert find_readable_fill("777777", foreground, "ffffff") == (fill, foreground)


def test_receding_colours_are_the_palest_with_their_contrast() -> None:
    assert mix_receding_colours("000000", "ffffff") == ("919191", "7e7e7e")
    assert mix_receding_colours("ffffff", "102030") == ("626d77", "767f88")


@pytest.mark.parametrize(
    ("colour", "darkened"),
    [("ffcc00", "8c7000"), ("c57a2b", "a76825"), ("777777", "717171"), ("767676", "767676")],
)
def test_a_colour_is_darkened_in_steps_until_text_is_readable(colour: str, darkened: str) -> None:
    assert darken_until_readable(colour, "000000", "ffffff") == darkened
    assert compute_contrast_ratio(darkened, "ffffff") >= 4.5


@pytest.mark.parametrize(
    ("size", "bold", "is_large"),
    [(18, False, True), (17.9, False, False), (14, True, True), (13.9, True, False)],
)
def test_text_is_large_from_18_points_or_bold_from_14(size: float, bold: bool, is_large: bool) -> None:
    assert is_large_text(size, bold=bold) is is_large
