"""Colours that can be seen on any ground, from the slots of a theme."""

from __future__ import annotations

import pytest

from triptych.theme.colours import READABLE_CONTRAST, VISIBLE_CONTRAST, compute_contrast_ratio, parse_rgb
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


def test_what_can_be_seen_is_left_as_it_is() -> None:
    colours = palette("ffffff")
    assert colours.text_colour == Tint("tx1")
    assert colours.accents[0] == Tint("accent1")
    assert colours.accents[1] != Tint("accent2")
    assert colours.muted_colour == Tint("tx1", 0.35)


def test_on_dark_ground_ink_and_paper_change_places() -> None:
    colours = palette("10243a")
    assert colours.is_dark
    assert (colours.text_colour.slot, colours.background_tint) == ("bg1", Tint(digits="10243a"))
    assert colours.blend_text_colour(0.85).brightness < 0


@pytest.mark.parametrize("background", ["ffffff", "10243a", "0c1c29", "000000", "1f497d"])
def test_the_thinnest_lines_are_seen_and_stay_quiet(background: str) -> None:
    colours = palette(background)
    assert 1.3 <= colours.measure_contrast(colours.blend_text_colour(0.85)) <= 2


@pytest.mark.parametrize("variation", ["light", "dark", "high-contrast"])
@pytest.mark.parametrize("name", ["muted", "rule"])
def test_tints_look_like_the_colours_that_have_no_slot(name: str, variation: Variation) -> None:
    colours = vary_theme(load_theme(), variation).colours
    slots = {"tx1": colours.foreground, "bg1": colours.background, "tx2": colours.dark, "bg2": colours.panel}
    backgrounds, colour = (colours.background, colours.panel), getattr(colours, name)
    tint = find_tint(colour, slots, backgrounds)
    found = Palette(slots.__getitem__, backgrounds).get_colour(tint)
    assert max(abs(a - b) for a, b in zip(parse_rgb(found), parse_rgb(colour), strict=True)) <= 28
    for background in backgrounds:
        assert compute_contrast_ratio(found, background) >= min(
            compute_contrast_ratio(colour, behind) for behind in backgrounds
        )
