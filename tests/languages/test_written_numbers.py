"""Test parsing of numbers as they are written in tables."""

from __future__ import annotations

import pytest

from triptych.languages.numerals import are_years, parse_written_number


@pytest.mark.parametrize(
    ("written", "language", "value"),
    [
        ("12", "en", 12),
        ("1,234.5", "en", 1234.5),
        ("1.234,5", "de", 1234.5),
        ("1\u202f234,5", "fr", 1234.5),
        ("12’345.5", "de-CH", 12345.5),
        ("−29.6%", "en", -29.6),
        ("-3", "en", -3),
        ("+13.5 %", "en", 13.5),
        ("USD 12.50", "en", 12.5),
        ("over 38,000", "en", 38000),
        ("567吉瓦", "zh-CN", 567),
        ("1.113 million t", "en", 1.113),
        ("10–12", "en", 12),
    ],
)
def test_number_is_parsed_with_its_affixes(written: str, language: str, value: float) -> None:
    number = parse_written_number(written, language)
    assert number is not None
    assert number.value == pytest.approx(value)


@pytest.mark.parametrize("written", ["", "not stated", "–", "4 of 11", "1.2.3", "12.5.2024", "1,5", "10:30"])
def test_other_texts_are_none(written: str) -> None:
    assert parse_written_number(written, "en") is None


def test_fraction_starts_with_its_decimal_separator() -> None:
    number = parse_written_number("3,25\u00a0%", "de")
    assert number is not None
    assert (number.fraction, number.suffix) == (",25", "\u00a0%")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12%", True),
        ("€ 5", True),
        ("EUR 5", True),
        ("5 GW", True),
        ("MAN001", False),
        ("about 5", False),
        ("5 businesses", False),
    ],
)
def test_an_amount_has_a_currency_or_a_unit_at_most(written: str, amount: bool) -> None:
    number = parse_written_number(written, "en")
    assert number is not None
    assert number.is_amount is amount


def test_years_are_names() -> None:
    assert are_years(["2019", "2014–2023", "1999–03"])
    assert not are_years(["2019", "12"])


@pytest.mark.parametrize(
    ("written", "prefix", "value", "suffix", "is_range"),
    [
        ("about 5 km", "about ", 5, " km", False),
        ("-3–-5 °C", "-", 5, " °C", True),
        ("10 - 12", "", 12, "", True),
        ("- 3", "- ", -3, "", False),
        ("x" * 16 + "5" + "y" * 16, "x" * 16, 5, "y" * 16, False),
    ],
)
def test_a_number_has_its_text_before_and_after(
    written: str, prefix: str, value: float, suffix: str, is_range: bool
) -> None:
    number = parse_written_number(written, "en")
    assert number is not None
    assert (number.prefix, number.value, number.suffix, number.is_range) == (prefix, value, suffix, is_range)


@pytest.mark.parametrize("written", ["x" * 17 + "5", "5" + "y" * 17, "1,2345", "12,345,67"])
def test_long_texts_and_wrong_groups_are_no_numbers(written: str) -> None:
    assert parse_written_number(written, "en") is None


@pytest.mark.parametrize(
    ("text", "are"),
    [
        ("999", False),
        ("1000", True),
        ("2199", True),
        ("2200", False),
        ("2019–2", False),
        ("2019 - 2023", True),
    ],
)
def test_years_are_of_the_last_thousand_years_or_the_next_hundred(text: str, are: bool) -> None:
    assert are_years([text]) is are
