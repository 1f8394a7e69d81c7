"""Test shaped lines of text: their visual order, widths and outlines."""

from __future__ import annotations

import re

import pytest

from triptych.media.fonts.shaping import (
    draw_run,
    find_embedding_levels,
    is_right_to_left,
    list_visual_runs,
    measure_ascender_height,
    measure_width,
    select_families,
    split_runs,
)
from triptych.theme.theme import FontFace, load_theme

THEME = load_theme()


def faces(words: str) -> tuple[FontFace, ...]:
    return tuple(map(THEME.select_face, select_families(words, (THEME.sans,), THEME)))


def seen(words: str) -> str:
    """Return the characters of a line from left to right."""
    stretches = list_visual_runs(find_embedding_levels(words))
    return "".join(words[begin:end][:: -1 if level % 2 else 1] for (begin, end), level in stretches)


# Capitals stand for Hebrew letters, as in Unicode Annex #9.
HEBREW = {chr(65 + place): chr(0x5D0 + place) for place in range(26)}


def of(sample: str) -> str:
    return "".join(HEBREW.get(character, character) for character in sample)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain text 12%", "plain text 12%"),
        ("ABC", "CBA"),
        ("car means CAR.", "car means RAC."),
        ("CAR means car.", ".means car RAC"),
        ("he said CAR 123", "he said 123 RAC"),
        ("ABC 12.5 gw", "gw 12.5 CBA"),
        ("ABC (de)", ")de( CBA"),
        ("A 15% B", "B 15% A"),
        ("AB cd EF", "FE cd BA"),
        ("x: A, B", "x: B ,A"),
        ("", ""),
    ],
)
def test_right_to_left_text_is_reversed(written: str, shown: str) -> None:
    assert seen(of(written)) == of(shown)


def test_numbers_after_arabic_letters_keep_their_order() -> None:
    assert seen("\u0635\u064a\u0646 2025") == "2025 \u0646\u064a\u0635"


@pytest.mark.parametrize(
    ("words", "right"), [("abc", False), ("12 \u05d0", True), ("12", False), ("a \u05d0", False)]
)
def test_first_letter_sets_the_base_direction(words: str, right: bool) -> None:
    assert is_right_to_left(words) is right


def test_characters_use_the_first_face_with_a_glyph() -> None:
    words = "GW 装机 Мощь"
    rows = [(run.face.family, run.characters) for run in split_runs(words, faces(words))]
    assert rows[0] == (THEME.sans, "GW ")
    assert rows[1][1] == "装机" and rows[1][0].startswith("Noto")
    assert "".join(characters for _, characters in rows) == words
    assert all(family != THEME.serif for family, _ in rows)


def test_right_to_left_run_is_shaped_in_its_direction() -> None:
    words = "\u0635\u064a\u0646"
    (run,) = split_runs(words, faces(words))
    assert run.is_right_to_left and run.characters == words


def test_a_line_is_as_wide_as_its_runs_with_kerning() -> None:
    own = faces("")
    assert measure_width("AV", own) < measure_width("A", own) + measure_width("V", own)
    assert measure_width("", own) == 0
    assert 0.6 < measure_ascender_height(own[0]) < 0.9


def test_outlines_do_not_depend_on_their_position() -> None:
    (run,) = split_runs("oo", faces("oo"))
    data, units = draw_run(run)
    first, second = re.split(r"(?=M)", data)[1:]
    assert units == 1000
    assert first.split("m", 1)[1] == second.split("m", 1)[1]
    assert first.startswith("M0 0m")


def test_blank_has_no_outline() -> None:
    (run,) = split_runs("\u00a0 ", faces(" "))
    assert draw_run(run)[0] == ""
