"""Fonts as a viewer may have them."""

from __future__ import annotations

import pytest

from triptych.theme import Theme
from triptych.writers.deck.linebreaking import SLACK, Piece, line_widths, unbreakable_units, widest_unit
from triptych.writers.deck.metrics import WIDE_ADVANCE, Fonts


def test_a_word_is_as_wide_as_its_widest_face(fonts: Fonts, theme: Theme) -> None:
    face = fonts.typeface(theme.sans)
    assert len(face.faces) == 3
    assert face.width("Wavelength") == max(measured.advance("Wavelength") for measured in face.faces)


def test_kerning_is_measured(fonts: Fonts, theme: Theme) -> None:
    face = fonts.typeface(theme.serif).faces[0]
    assert face.advance("AV") < face.advance("A") + face.advance("V")


def test_monospaced_text_is_as_wide_as_courier_new(fonts: Fonts, theme: Theme) -> None:
    assert fonts.typeface(theme.mono).width("iiii") == pytest.approx(4 * 0.6)


def test_no_line_is_lower_than_a_program_draws_it(fonts: Fonts, theme: Theme) -> None:
    assert all(fonts.typeface(family).line_height >= 1.2 for family in (theme.sans, theme.serif, theme.mono))


def test_characters_that_no_face_has_take_room(fonts: Fonts, theme: Theme) -> None:
    assert fonts.typeface(theme.sans).width("風力") == 2 * WIDE_ADVANCE


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", ()),
        ("a well-known word", ("a ", "well-", "known ", "word")),
        ("--strict", ("--strict",)),
        ("2013–2023", ("2013–2023",)),
        ("10\u00a0km away", ("10\u00a0km ", "away")),
        ("wind—sun", ("wind—", "sun")),
        ("風力。です", ("風", "力。", "で", "す")),
        ("see https://doc.rust-lang.org/std", ("see ", "https://doc.rust-lang.org/std")),
        ("one\ntwo", ("one\n", "two")),
    ],
)
def test_lines_break_where_every_program_breaks_them(text: str, units: tuple[str, ...]) -> None:
    assert unbreakable_units(text) == units


def test_text_wraps_at_the_width(fonts: Fonts, theme: Theme) -> None:
    text = [Piece("one two three", fonts.typeface(theme.sans))]
    whole = line_widths(text, 20, 1000)[0]
    assert len(line_widths(text, 20, whole)) == 1
    assert len(line_widths(text, 20, whole - 0.1)) == 2


def test_a_word_wider_than_the_column_is_broken(fonts: Fonts, theme: Theme) -> None:
    text = [Piece("m" * 40, fonts.typeface(theme.mono))]
    assert widest_unit(text, 10) == pytest.approx(40 * 6 * SLACK)
    assert len(line_widths(text, 10, 100)) == 3
    assert max(line_widths(text, 10, 100)) <= 100


def test_a_style_may_change_within_a_word(fonts: Fonts, theme: Theme) -> None:
    regular, bold = fonts.typeface(theme.sans), fonts.typeface(theme.sans, bold=True)
    text = [Piece("won", regular), Piece("der", bold), Piece("ful day", regular)]
    whole = regular.width("won") + bold.width("der") + regular.width("ful")
    assert widest_unit(text, 10) == pytest.approx(whole * 10 * SLACK)


def test_forced_line_ends_count(fonts: Fonts, theme: Theme) -> None:
    assert len(line_widths([Piece("a\n\nb", fonts.typeface(theme.sans))], 10, 100)) == 3
