"""Test that lines break where all programs break them, without losing characters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.deck.conftest import THEME
from triptych.media.text_outlines import split_at_break_opportunities
from triptych.writers.deck.fitting.line_breaking import (
    Piece,
    break_lines,
    get_face_with_fallbacks,
    measure_unbroken_text,
    measure_widest_unit,
)

SANS = get_face_with_fallbacks(THEME, THEME.sans)
MONO = get_face_with_fallbacks(THEME, THEME.mono)
FEW = settings(max_examples=100, deadline=None, derandomize=True, database=None)
TEXTS = st.text(alphabet="ab Z9-–—/.,()“”漢字、。（）あー\n\u2028\t\u00a0\u0301é", max_size=60)


def mono(text: str) -> Piece:
    return Piece(text, MONO, 10.0)


def columns(count: float) -> float:
    """Return the width of the given number of monospaced characters, with the slack of 2 %."""
    return count * 10.0 * 0.6 * 1.02 + 0.01


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", ()),
        ("a well-known word", ("a ", "well-", "known ", "word")),
        ("and/or", ("and/", "or")),
        ("1–2", ("1–2",)),
        ("-5 to -3", ("-5 ", "to ", "-3")),
        ("so—then", ("so—", "then")),
        ("no\u00a0break", ("no\u00a0break",)),
        ("漢字。次", ("漢", "字。", "次")),
        ("（漢）字", ("（漢）", "字")),
        ("a漢b", ("a", "漢", "b")),
        ("one\ntwo", ("one\n", "two")),
    ],
)
def test_where_a_text_may_break(text: str, units: tuple[str, ...]) -> None:
    assert split_at_break_opportunities(text) == units


@FEW
@given(TEXTS)
def test_units_are_the_text(text: str) -> None:
    assert "".join(split_at_break_opportunities(text)) == text


@FEW
@given(TEXTS, st.floats(min_value=30, max_value=400))
def test_no_line_is_wider_than_the_column(text: str, width: float) -> None:
    assert max(break_lines([Piece(text, SANS, 20.0)], width)) <= width + 1e-6


@FEW
@given(st.lists(st.sampled_from(["a", "bb ", "c-d", "漢字", "\n", " "]), max_size=12), st.data())
def test_a_change_of_look_within_a_word_moves_no_break(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cut = data.draw(st.integers(0, len(text)))
    whole = break_lines([mono(text)], columns(4))
    assert break_lines([mono(text[:cut]), mono(text[cut:])], columns(4)) == pytest.approx(whole)


@FEW
@given(TEXTS)
def test_column_as_wide_as_the_text_has_only_forced_breaks(text: str) -> None:
    piece = Piece(text, SANS, 20.0)
    assert len(break_lines([piece], measure_unbroken_text([piece]) + 1e-6 + 20 * 60)) == len(
        break_lines([piece], float("inf"))
    )


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, 1),
        ("aaa bbb", 7, 1),
        ("aaa bbb", 6, 2),
        ("aaa bbb   ", 7, 1),
        ("aaaaaaaaaa", 4, 3),
        ("aa\nbb", 9, 2),
        ("a aaaaaaaaaa", 4, 4),
    ],
)
def test_lines_are_filled_in_order(text: str, width: int, lines: int) -> None:
    assert len(break_lines([mono(text)], columns(width))) == lines


def test_spaces_at_the_end_of_a_line_are_not_seen() -> None:
    assert break_lines([mono("aaa    ")], columns(9)) == break_lines([mono("aaa")], columns(9))


def test_a_closing_mark_never_starts_a_line_of_ideographs() -> None:
    assert [
        unit[0] for unit in split_at_break_opportunities("漢字、漢字。「漢字」ー漢") if unit[0] in "、。」ー"
    ] == []


def test_text_without_spaces_but_of_ideographs_is_broken_without_words_being_cut() -> None:
    piece = Piece("漢" * 50, SANS, 20.0)
    assert measure_widest_unit([piece]) <= 20.0 * 1.02 + 1e-6
    assert len(break_lines([piece], 210.0)) == 5


def test_the_widest_unit_is_that_of_the_widest_word() -> None:
    assert measure_widest_unit([mono("a bbbb cc")]) == pytest.approx(4 * 10 * 0.6 * 1.02)
    assert measure_widest_unit([]) == 0


def test_the_unbroken_width_is_that_of_the_longest_forced_line() -> None:
    assert measure_unbroken_text([mono("aa bb\ncc")]) == pytest.approx(5 * 10 * 0.6 * 1.02)
