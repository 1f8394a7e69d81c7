"""Test that text in right-to-left scripts is converted to reading order, and other text is unchanged."""

from __future__ import annotations

import pytest

from triptych.checks.pdf.page_contents import (
    Glyph,
    has_right_to_left_letters,
    reorder_ligature,
    restore_reading_order,
)


def drawn(*words: str) -> list[Glyph]:
    """Return glyphs in visual order; a word in brackets is one glyph."""
    glyphs: list[str] = []
    for word in words:
        glyphs += [word[1:-1]] if word.startswith("[") else list(word)
    return [Glyph(float(x), text) for x, text in enumerate(glyphs)]


@pytest.mark.parametrize(
    ("visual", "read"),
    [
        (drawn("םולש"), "שלום"),
        (drawn("םלוע 2024 םולש"), "שלום 2024 עולם"),
        (drawn(".םולש Peter םלוע"), "עולם Peter שלום."),
        (drawn("In English םלוע םולש and more"), "In English שלום עולם and more"),
        (drawn("م", "[لا]", "س"), "سلام"),
        (drawn("plain"), "plain"),
    ],
)
def test_right_to_left_line_is_restored(visual: list[Glyph], read: str) -> None:
    assert restore_reading_order(visual) == read


def test_the_place_decides_and_not_the_order_of_drawing() -> None:
    assert restore_reading_order(reversed(drawn("םולש"))) == "שלום"


@pytest.mark.parametrize(
    ("told", "read"), [("لا", "لا"), ("ال", "لا"), ("الله", "الله"), ("هللا", "الله"), ("לא", "אל")]
)
def test_ligature_is_found_in_either_order(told: str, read: str) -> None:
    assert reorder_ligature(told) == read


def test_only_right_to_left_scripts_are_reordered() -> None:
    assert has_right_to_left_letters("a שלום") and has_right_to_left_letters("سلام")
    assert not has_right_to_left_letters("abc") and not has_right_to_left_letters("灯塔 “é”")
