"""Test that text is legible on light, dark and contrasting slides of each theme."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from tests.writers.deck.conftest import deck, everything
from triptych.theme.colours import ENHANCED_CONTRAST, READABLE_CONTRAST, compute_contrast_ratio
from triptych.theme.theme import list_built_in_themes, load_theme
from triptych.theme.theme_file import Colours
from triptych.writers.deck.template.built_in_template import Variation, is_dark, vary_theme
from triptych.writers.deck.template.palette import lighten_accent
from triptych.writers.deck.writer import write_deck

THEMES = list_built_in_themes()


def texts(colours: Colours) -> list[str]:
    code = (colours.keyword, colours.string, colours.comment, colours.number)
    return [
        colours.foreground,
        colours.muted,
        colours.dark,
        colours.accent,
        colours.link,
        *code,
        *colours.series,
    ]


@pytest.mark.parametrize("name", THEMES)
def test_light_is_the_theme_itself(name: str) -> None:
    assert vary_theme(load_theme(name), "light") is load_theme(name)
    assert not is_dark(load_theme(name).colours)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("variation", "least"), [("dark", READABLE_CONTRAST), ("high-contrast", 7.0)])
def test_text_is_readable_on_background_and_panel(name: str, variation: Variation, least: float) -> None:
    colours = vary_theme(load_theme(name), variation).colours
    assert is_dark(colours) is (variation == "dark")
    backgrounds = (colours.background, colours.panel)
    assert {
        text: compute_contrast_ratio(text, background)
        for text in texts(colours)
        for background in backgrounds
        if compute_contrast_ratio(text, background) < least
    } == {}


@pytest.mark.parametrize("name", THEMES)
def test_accent_is_readable_on_dark_openers(name: str) -> None:
    colours = vary_theme(load_theme(name), "dark").colours
    for min_contrast in (READABLE_CONTRAST, ENHANCED_CONTRAST):
        accent = lighten_accent(colours.accent, colours.panel, colours.foreground, min_contrast)
        assert compute_contrast_ratio(accent, colours.panel) >= min_contrast


def test_small_type_is_black_in_high_contrast() -> None:
    assert vary_theme(load_theme(), "high-contrast").colours.muted == "000000"


@pytest.mark.parametrize("variation", ["dark", "high-contrast"])
def test_a_deck_has_its_grounds_from_the_slots(variation: Variation) -> None:
    theme = vary_theme(load_theme(), variation)
    data, result = write_deck(deck(*everything()), theme)
    assert result == []
    master = Presentation(io.BytesIO(data)).slide_master._element
    mapping = master.find(qn("p:clrMap")).attrib
    dark = variation == "dark"
    assert (mapping["bg1"], mapping["tx1"]) == (("dk1", "lt1") if dark else ("lt1", "dk1"))
