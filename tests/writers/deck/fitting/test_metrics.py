"""Test that words are measured in the widest possible fallback font, and lines in the highest."""

from __future__ import annotations

import pytest

from tests.writers.deck.conftest import THEME
from triptych.theme.theme import find_fonts_folder
from triptych.writers.deck.fitting.line_breaking import (
    MIN_LINE_SPACING,
    get_face_with_fallbacks,
    get_min_line_spacing,
    open_measured_face,
)

WORK_SANS = find_fonts_folder() / "WorkSans-Regular.ttf"


def test_a_word_is_as_wide_as_in_the_widest_face() -> None:
    face = get_face_with_fallbacks(THEME, THEME.sans)
    assert len(face.faces) > 1
    for word in ("Solar", "minimum", "WAVE"):
        assert face.measure(word) == max(item.measure(word) for item in face.faces)


def test_kerning_counts() -> None:
    face = open_measured_face(WORK_SANS)
    assert face.measure("AV") < face.measure("A") + face.measure("V")


@pytest.mark.parametrize(
    ("character", "width"), [("漢", 1.0), ("あ", 1.0), ("\u2066", 0.0), ("\U00010400", 0.7)]
)
def test_characters_of_no_face_have_a_width_by_their_kind(character: str, width: float) -> None:
    assert open_measured_face(WORK_SANS).measure(character) == width


def test_word_of_two_scripts_is_the_sum_of_its_parts() -> None:
    face = open_measured_face(WORK_SANS)
    assert face.measure("ab漢字") == pytest.approx(face.measure("ab") + 2)


def test_empty_text_has_zero_width() -> None:
    assert get_face_with_fallbacks(THEME, THEME.sans).measure("") == 0


@pytest.mark.parametrize("family", [THEME.serif, THEME.sans, THEME.mono])
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("italic", [False, True])
def test_line_height_is_not_below_that_of_office_programs(family: str, bold: bool, italic: bool) -> None:
    face = get_face_with_fallbacks(THEME, family, bold=bold, italic=italic)
    assert face.line_height >= max(MIN_LINE_SPACING, *(item.line_height for item in face.faces))


def test_monospaced_characters_are_all_as_wide() -> None:
    face = get_face_with_fallbacks(THEME, THEME.mono)
    assert {round(face.measure(character), 6) for character in "iW.0_x"} == {0.6}


def test_bold_text_is_wider() -> None:
    assert get_face_with_fallbacks(THEME, THEME.sans, bold=True).measure("measure") > get_face_with_fallbacks(
        THEME, THEME.sans
    ).measure("measure")


def test_a_face_is_opened_once() -> None:
    assert get_face_with_fallbacks(THEME, THEME.sans) is get_face_with_fallbacks(THEME, THEME.sans)
    assert open_measured_face(WORK_SANS) is open_measured_face(WORK_SANS)


@pytest.mark.parametrize("word", ["العربية", "עברית", "हिन्दी", "ภาษาไทย"])
def test_other_scripts_are_measured_by_their_letters(word: str) -> None:
    """Test that other scripts are measured after shaping, which makes them narrower."""
    width = get_face_with_fallbacks(THEME, THEME.sans).measure(word)
    assert 0.25 * len(word) < width < 0.8 * len(word)


def test_ideographs_are_one_em_wide() -> None:
    assert get_face_with_fallbacks(THEME, THEME.sans).measure("中文字體") == 4.0


def test_scripts_with_tall_marks_have_larger_line_heights() -> None:
    assert get_min_line_spacing("हिन्दी") > get_min_line_spacing("Text 中文") == MIN_LINE_SPACING
