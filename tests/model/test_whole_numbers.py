"""Test integers in attributes."""

from __future__ import annotations

import pytest

from triptych.model.whole_numbers import parse_whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("007", 7), ("999999999", 999_999_999)])
def test_digits_are_a_whole_number(text: str, number: int) -> None:
    assert parse_whole_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", " 1", "1\n", "²", "٣", "1_000", "1e3", "9" * 5000])
def test_other_text_is_not_a_whole_number(text: str) -> None:
    assert parse_whole_number(text) is None
