"""Test the order of characters on a line according to Unicode Standard Annex #9."""

from __future__ import annotations

from itertools import groupby

import pytest

from triptych.media.fonts.shaping import order_run_indices, resolve_embedding_levels


def shown(text: str, *, from_right: bool = False) -> str:
    """Return a text in visual order from left to right. Capitals stand for Hebrew, as in the annex."""
    hebrew = "".join(chr(0x5D0 + ord(c) - ord("A")) if c.isupper() else c for c in text)
    embedding_levels = resolve_embedding_levels(hebrew, right_to_left=from_right)
    runs = [
        (level, [place for place, _ in same])
        for level, same in groupby(enumerate(embedding_levels), lambda e: e[1])
    ]
    placed = [runs[place] for place in order_run_indices([level for level, _ in runs])]
    order = [place for level, places in placed for place in (places[::-1] if level % 2 else places)]
    return "".join(text[place] for place in order)


@pytest.mark.parametrize(
    ("text", "from_left", "from_right"),
    [
        ("plain words", "plain words", "plain words"),
        ("ABC DEF", "FED CBA", "FED CBA"),
        ("on ABC DEF of", "on FED CBA of", "of FED CBA on"),
        ("ABC 123 DEF", "FED 123 CBA", "FED 123 CBA"),
        ("ABC (12)", ")12( CBA", ")12( CBA"),
        ("ABC (ai) DEF", "CBA (ai) FED", "FED )ai( CBA"),
        ("a (ABC) b", "a (CBA) b", "b )CBA( a"),
        ("ABC 1,234.5 %", "1,234.5 CBA %", "% 1,234.5 CBA"),
        ("AB 10%", "10% BA", "10% BA"),
        ("a, B! c", "a, B! c", "c !B ,a"),
        ("", "", ""),
    ],
)
def test_runs_are_in_visual_order(text: str, from_left: str, from_right: str) -> None:
    assert shown(text) == from_left
    assert shown(text, from_right=True) == from_right


def test_figures_after_arabic_letters_are_arabic_ones() -> None:
    """Test digits after Arabic letters: two numbers with a hyphen between them are set from right to left."""
    assert resolve_embedding_levels("ا 1-2", right_to_left=True) == [1, 1, 2, 1, 2]
    assert resolve_embedding_levels("א 1-2", right_to_left=True) == [1, 1, 2, 2, 2]


def test_marks_stay_with_their_base() -> None:
    assert resolve_embedding_levels("בָ", right_to_left=False) == [1, 1]
    assert resolve_embedding_levels("a\u0301", right_to_left=True) == [2, 2]


def test_marks_of_embedding_are_passed_over() -> None:
    assert resolve_embedding_levels("a\u202bb\u202c", right_to_left=False) == [0, 0, 0, 0]
