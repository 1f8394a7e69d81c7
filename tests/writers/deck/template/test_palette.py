"""Test theme colours with sufficient contrast on any background."""

from __future__ import annotations

from math import dist

import pytest

from triptych.theme.colours import (
    ENHANCED_CONTRAST,
    MIN_LIGHTNESS_CONTRAST,
    READABLE_CONTRAST,
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    convert_to_oklab,
    parse_rgb,
)
from triptych.theme.theme import load_theme
from triptych.writers.deck.template.built_in_template import Variation, vary_theme
from triptych.writers.deck.template.palette import ACCENTS, Palette, Tint, find_tint

OFFICE = {
    "tx1": "000000",
    "bg1": "ffffff",
    "tx2": "1f497d",
    "bg2": "eeece1",
    "accent1": "4f81bd",
    "accent2": "ffff99",
    "accent3": "9bbb59",
    "accent4": "10243a",
    "accent5": "4bacc6",
    "accent6": "f79646",
}


def palette(*background: str) -> Palette:
    return Palette(OFFICE.__getitem__, background)


@pytest.mark.parametrize(
    "background", [("ffffff",), ("10243a",), ("000000",), ("1f497d", "000000"), ("777777",)]
)
def test_ink_and_series_are_seen_on_every_ground(background: tuple[str, ...]) -> None:
    colours = palette(*background)
    assert colours.measure_contrast(colours.text_colour) >= 4.4
    assert colours.measure_contrast(colours.muted_colour) >= 4.4
    for accent in colours.accents:
        assert colours.measure_contrast(accent) >= VISIBLE_CONTRAST
    for slot in ACCENTS:
        assert colours.measure_contrast(colours.make_visible_tint(slot, READABLE_CONTRAST)) >= 4.4


def test_visible_colour_is_unchanged() -> None:
    colours = palette("ffffff")
    assert colours.text_colour == Tint("tx1")
    assert colours.accents[0] == Tint("accent1")
    assert colours.accents[1] != Tint("accent2")
    assert colours.muted_colour == Tint("tx1", 0.35)


def test_accents_that_look_alike_become_distinct() -> None:
    pale = {**OFFICE, "accent3": "a2c7c4", "accent4": "bdd8d6"}
    accents = Palette(pale.__getitem__, ("ffffff",)).accents
    assert (accents[2].slot, accents[3].slot) == ("accent3", "accent4")
    colours = [Palette(pale.__getitem__, ("ffffff",)).get_colour(tint) for tint in accents[2:4]]
    assert dist(*map(convert_to_oklab, colours)) >= 0.05


def test_on_dark_ground_ink_and_paper_change_places() -> None:
    colours = palette("10243a")
    assert colours.is_dark
    assert (colours.text_colour.slot, colours.background_tint) == ("bg1", Tint(digits="10243a"))
    assert colours.blend_text_colour(0.85).brightness < 0


@pytest.mark.parametrize("accent", ["e47d6c", "f34a37", "a8dcf0"])
def test_greys_on_a_dark_background_are_readable_or_differ_from_the_accent(accent: str) -> None:
    colours = Palette({**OFFICE, "accent1": accent}.__getitem__, ("0c1c29",))
    first, second = map(colours.measure_contrast, colours.greys)
    highlight = colours.measure_contrast(colours.accents[0])
    assert first >= READABLE_CONTRAST * 0.98 or highlight / first < MIN_LIGHTNESS_CONTRAST * 1.25
    assert highlight / first >= MIN_LIGHTNESS_CONTRAST * 0.95
    assert first != pytest.approx(second, rel=0.2)
    assert min(first, second) >= VISIBLE_CONTRAST


def test_secondary_text_has_the_contrast_of_the_palette() -> None:
    slots = {**OFFICE, "tx1": "333333"}
    usual, contrasting = (
        Palette(slots.__getitem__, ("ffffff",), contrast)
        for contrast in (READABLE_CONTRAST, ENHANCED_CONTRAST)
    )
    assert READABLE_CONTRAST <= usual.measure_contrast(usual.muted_colour) < ENHANCED_CONTRAST
    assert contrasting.measure_contrast(contrasting.muted_colour) >= ENHANCED_CONTRAST


@pytest.mark.parametrize("background", ["ffffff", "10243a", "0c1c29", "000000", "1f497d"])
def test_thin_lines_are_visible_but_unobtrusive(background: str) -> None:
    colours = palette(background)
    assert 1.3 <= colours.measure_contrast(colours.blend_text_colour(0.85)) <= 2


@pytest.mark.parametrize("variation", ["light", "dark", "high-contrast"])
@pytest.mark.parametrize("name", ["muted", "rule"])
def test_tints_approximate_colours_without_a_slot(name: str, variation: Variation) -> None:
    colours = vary_theme(load_theme(), variation).colours
    slots = {"tx1": colours.foreground, "bg1": colours.background, "tx2": colours.dark, "bg2": colours.panel}
    backgrounds, colour = (colours.background, colours.panel), getattr(colours, name)
    tint = find_tint(colour, slots, backgrounds)
    result = Palette(slots.__getitem__, backgrounds).get_colour(tint)
    assert max(abs(a - b) for a, b in zip(parse_rgb(result), parse_rgb(colour), strict=True)) <= 28
    for background in backgrounds:
        assert compute_contrast_ratio(result, background) >= min(
            compute_contrast_ratio(colour, behind) for behind in backgrounds
        )
