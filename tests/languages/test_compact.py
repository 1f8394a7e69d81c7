"""Test compact forms of large numbers."""

from __future__ import annotations

import pytest

from triptych.languages.numerals import choose_magnitude, count_magnitude_decimals, count_tick_decimals

LARGE = 14e12


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-GB", "14\u00a0tn"),
        ("en-US", "14T"),
        ("de", "14\u00a0Bio."),
        ("fr", "14\u00a0Bn"),
        ("zh", "14万亿"),
        ("ja", "14兆"),
        ("sv", "14\u00a0bn"),
        ("qqq", "14\u00a0tn"),
    ],
)
def test_the_words_are_those_of_the_language(language: str, words: str) -> None:
    unit = choose_magnitude(LARGE, language)
    assert unit
    assert unit.format(LARGE, 0, language) == words


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [(1.4e12, "de", "1,4\u00a0Bio."), (-2.5e9, "en", "\u22122.5\u00a0bn"), (3.2e6, "zh", "320.0万")],
)
def test_decimals_are_those_of_the_language(value: float, language: str, words: str) -> None:
    unit = choose_magnitude(abs(value), language)
    assert unit
    assert unit.format(value, 1, language) == words


def test_zero_needs_no_unit_and_changes_have_their_sign() -> None:
    unit = choose_magnitude(2e6, "en")
    assert unit
    assert unit.format(0.0, 1, "en") == "0"
    assert unit.format(2e6, 0, "en", show_sign=True) == "+2\u00a0m"
    assert unit.format(2e6, 0, "en") == "2\u00a0m"


@pytest.mark.parametrize("largest", [0.0, 999_999.0, 1e15])
def test_readable_numbers_need_no_unit(largest: float) -> None:
    assert choose_magnitude(largest, "en") is None


def test_values_have_the_fewest_decimals() -> None:
    unit = choose_magnitude(LARGE, "en")
    assert unit
    assert count_magnitude_decimals([14e12, 7e12], unit) == 0
    assert count_magnitude_decimals([14e12, 9.4e12], unit) == 1
    assert count_magnitude_decimals([14e12, 1.0], unit) is None
    assert count_magnitude_decimals([1.234e12], unit) == 2
    assert count_magnitude_decimals([0.0, 0.99e12], unit) == 2
    assert count_magnitude_decimals([0.991e12], unit) == 0  # an error of less than one per cent
    assert count_tick_decimals([0, 2.5e12, 5e12], unit) == 1
    assert count_tick_decimals([], unit) == 0


@pytest.mark.parametrize(
    ("largest", "size"),
    [(1e6, 1e6), (9.99e6, 1e6), (999e6, 1e6), (1e9, 1e9), (999e9, 1e9), (1e12, 1e12), (999e12, 1e12)],
)
def test_a_unit_is_a_million_or_a_thousand_times_more(largest: float, size: float) -> None:
    unit = choose_magnitude(largest, "en")
    assert unit and unit.size == size
