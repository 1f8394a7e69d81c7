"""Test ISBNs and their check digits."""

from __future__ import annotations

import pytest

from triptych.model.isbn import _find_valid_transpositions, explain_isbn, parse_isbn


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("978-3-16-148410-0", "9783161484100"),
        ("9783161484100", "9783161484100"),
        ("979 10 90636 07 1", "9791090636071"),
        ("3-16-148410-X", "9783161484100"),
        ("0\u2010306\u201040615\u20102", "9780306406157"),
        ("316148410x", "9783161484100"),
    ],
)
def test_numbers_of_both_lengths(written: str, digits: str) -> None:
    assert parse_isbn(written) == digits


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("9783161484101", "the check digit does not match"),
        ("3161484101", "the check digit does not match"),
        ("9773161484100", "an ISBN has 10 digits, or 13"),
        ("978316148410", "an ISBN has 10 digits, or 13 .+; this number has 12"),
        ("97831614841000", "an ISBN has 10 digits, or 13"),
        ("97831614841OO", "an ISBN has 10 digits, or 13"),
        ("", "an ISBN has 10 digits, or 13"),
    ],
)
def test_invalid_isbn_is_rejected(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_isbn(written)


def test_every_wrong_digit_is_detected() -> None:
    text = "9780306406157"
    for place in range(3, 13):
        for digit in "0123456789".replace(text[place], ""):
            with pytest.raises(ValueError):
                parse_isbn(text[:place] + digit + text[place + 1 :])


@pytest.mark.parametrize(
    ("written", "swapped"),
    [
        ("978-0-306-04615-7", "978-0-306-40615-7"),
        ("798-3-16-148410-0", "978-3-16-148410-0"),
        ("3-16-148401-X", "3-16-148410-X"),
        ("978-0-306-40615-1", ""),
    ],
)
def test_wrong_digit_and_transpositions_are_suggested(written: str, swapped: str) -> None:
    with pytest.raises(ValueError) as rejected:
        parse_isbn(written)
    hint = explain_isbn(written, str(rejected.value))["hint"]
    check, _, candidate = hint.partition("; two neighbouring digits may be swapped: ")
    assert (check, candidate) == ("check the ISBN against the number that the ISBN agency issued", swapped)


def test_no_number_is_shown_if_several_swaps_make_a_valid_one() -> None:
    assert len(_find_valid_transpositions("9783161844100")) > 1
    with pytest.raises(ValueError) as rejected:
        parse_isbn("9783161844100")
    hint = explain_isbn("9783161844100", str(rejected.value))["hint"]
    assert hint == "check the ISBN against the number that the ISBN agency issued"


def test_long_number_has_no_transposition_suggestions() -> None:
    assert "swapped" not in explain_isbn("12" * 50_000, "too long")["hint"]
