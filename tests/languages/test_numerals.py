"""Test that numbers and dates follow the language of the book."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.languages.numerals import (
    choose_decimal_places,
    count_decimal_places,
    format_date,
    format_day,
    format_list_number,
    format_long_date,
    format_minutes,
    format_month,
    format_number,
    format_percent,
    format_quarter,
    format_signed,
    format_tick,
    from_roman,
    parse_month,
    to_roman,
)
from triptych.model.charts import DatePrecision

JUNE = dt.date(2024, 6, 5)
MINUS, NARROW, SPACE = "\u2212", "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "language", "expected"),
    [
        (1234.5, 1, "en", "1,234.5"),
        (1234567.5, 1, "de", "1.234.567,5"),
        (1234567, 0, "fr", f"1{SPACE}234{SPACE}567"),
        (1234567, 0, "de-CH", "1’234’567"),
        (1234567, 0, "hi", "12,34,567"),
        (-0.5, 1, "en", f"{MINUS}0.5"),
        (1e6, 0, "en", "1,000,000"),
        (123456789012345678901.0, 30, "en", "123,456,789,012,345,680,000." + "0" * 30),
        (-1.5e40, 1, "en", f"{MINUS}1.5e+40"),
        (0.5, 400, "en", "0.5" + "0" * 39),
        (999e18, 0, "en", "999,000,000,000,000,000,000"),
        (1e21, 0, "en", "1e+21"),
        (1e-10, 12, "en", "0.000000000100"),
        (1e-10, 13, "en", f"1e{MINUS}10"),
        (1e-9, 13, "en", "0.0000000010000"),
        (0.0, 13, "en", "0." + "0" * 13),
        (2.0, 0, "en", "2"),
        (1234, 0, "es", "1234"),
        (10000, 0, "es", "10.000"),
        (1234, 0, "es-ES", "1234"),
        (1234, 0, "pl", "1234"),
        (9999, 0, "es", "9999"),
        (9999, 0, "pt-PT", "9999"),
        (9999, 0, "pt-BR", "9.999"),
        (-1000, 0, "en", f"{MINUS}1,000"),
        (1234, 0, "xx", "1,234"),
        (1234, 0, "de-QQ", "1.234"),
        (1234.5, 1, "zh-Hant-QQ", "1,234.5"),
        (1234, 0, "not a language", "1,234"),
    ],
)
def test_values_keep_the_decimal_places_of_the_source(
    value: float, decimals: int, language: str, expected: str
) -> None:
    assert format_number(value, decimals, language) == expected


def test_value_that_rounds_to_zero_has_no_sign() -> None:
    assert format_number(-0.01, 1) == "0.0"


@pytest.mark.parametrize("language", ["en", "fr", "ru", "he", "ar", "sv", "nb"])
def test_formatted_numbers_use_only_characters_in_fonts(language: str) -> None:
    texts = [
        format_number(-1234567.5, 1, language),
        *(format_date(JUNE, part, language) for part in DatePrecision),
        format_day(JUNE, language),
    ]
    assert not {NARROW, "\u200e", "\u200f"} & set("".join(texts))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2000.0, "2,000"),
        (-0.5, f"{MINUS}0.5"),
        (0.0, "0"),
        (2.5, "2.5"),
        (1e-12, f"1e{MINUS}12"),
        (1e-9, "0.000000001"),
        (1e15, "1e+15"),
        (1e14, "100,000,000,000,000"),
    ],
)
def test_ticks_are_round(value: float, expected: str) -> None:
    assert format_tick(value) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "26%"), ("de", f"26{SPACE}%"), ("tr", "%26"), ("xx", "26%")]
)
def test_shares_are_percentages(language: str, expected: str) -> None:
    assert format_percent(25.6, language) == expected


@pytest.mark.parametrize(
    ("part", "language", "expected"),
    [
        (DatePrecision.YEAR, "de", "2024"),
        (DatePrecision.QUARTER, "en", "Q2 2024"),
        (DatePrecision.QUARTER, "fr", "T2 2024"),
        (DatePrecision.MONTH, "de", "Juni 2024"),
        (DatePrecision.DAY, "en", "Jun 5, 2024"),
        (DatePrecision.DAY, "de", "5. Juni 2024"),
        (DatePrecision.QUARTER, "xx", "2024-Q2"),
        (DatePrecision.MONTH, "xx", "2024-06"),
        (DatePrecision.DAY, "xx", "2024-06-05"),
    ],
)
def test_dates_are_formatted_to_a_precision(part: DatePrecision, language: str, expected: str) -> None:
    assert format_date(JUNE, part, language) == expected


def test_parts_of_dates_have_short_names() -> None:
    names = [format_month(JUNE, "fr"), format_quarter(JUNE, "en"), format_day(JUNE, "de")]
    assert names == ["juin", "Q2", "5. Juni"]
    assert format_quarter(JUNE, "fr") == "T2"
    assert [format_month(JUNE, "xx"), format_quarter(JUNE, "xx"), format_day(JUNE, "xx")] == [
        "06",
        "Q2",
        "06-05",
    ]


@given(st.integers(1, 3999))
def test_roman_numerals_are_parsed(number: int) -> None:
    assert from_roman(to_roman(number)) == number


def test_roman_numerals_are_subtractive() -> None:
    output = {1444: "mcdxliv", 1666: "mdclxvi", 50: "l", 90: "xc", 399: "cccxcix", 999: "cmxcix"}
    assert {number: to_roman(number) for number in output} == output


@pytest.mark.parametrize(
    ("number", "style", "brackets", "expected"),
    [
        (4, "decimal", "", "4."),
        (4, "lower-alpha", ")", "d)"),
        (4, "upper-roman", "()", "(IV)"),
        (26, "lower-alpha", "", "z."),
        (27, "upper-alpha", "", "AA."),
        (703, "lower-alpha", "", "aaa."),
        (1, "lower-roman", "", "i."),
        (1, "lower-alpha", "", "a."),
        (0, "lower-alpha", "", "0."),
        (0, "upper-roman", "", "0."),
    ],
)
def test_lists_count_in_their_style(number: int, style: str, brackets: str, expected: str) -> None:
    assert format_list_number(number, style, brackets) == expected


def test_value_has_no_trailing_zeros() -> None:
    assert [count_decimal_places(value) for value in (2.0, 0.5, 0.25, 1 / 3)] == [0, 1, 2, 10]
    assert count_decimal_places(1 / 3, 4) == 4


def test_year_before_1000_has_iso_8601_digits() -> None:
    early = dt.date(999, 12, 31)
    assert format_date(early, DatePrecision.QUARTER) == "999-Q4"
    assert format_date(early.replace(month=1), DatePrecision.QUARTER) == "999-Q1"
    assert format_date(early, DatePrecision.MONTH) == "999-12"
    assert format_date(early.replace(year=1000), DatePrecision.QUARTER) == "Q4 1000"


def test_other_words_are_not_roman_numerals() -> None:
    assert from_roman("A-1") == from_roman("vier") == 0


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "31 January 2026"),
        ("en-US", "January 31, 2026"),
        ("de-AT", "31. Jänner 2026"),
        ("fr", "31 janvier 2026"),
        ("zh-Hans", "2026年1月31日"),
        ("ko", "2026년 1월 31일"),
        ("he", "31 בינואר 2026"),
        ("tlh", "31 January 2026"),
        ("de-QQ", "31. Januar 2026"),
        ("zh-Hant-QQ", "2026年1月31日"),
    ],
)
def test_date_is_spelled_out(language: str, written: str) -> None:
    assert format_long_date(dt.date(2026, 1, 31), language) == written


def test_largest_percentage_can_be_formatted() -> None:
    assert format_percent(1e100, decimals=1).count("0") == 101


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(-3.25, 1, "−3.3"), (0.125, 2, "0.13"), (2.675, 2, "2.68"), (0.1 + 0.2, 1, "0.3"), (1e-12, 2, "0.00")],
)
def test_half_is_rounded_away_from_zero_in_decimal(value: float, places: int, expected: str) -> None:
    assert format_number(value, places) == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(0.05, 1, 1), (0.04, 1, 2), (0.0000017, 0, 7), (0.0, 1, 1), (-0.3, 0, 1)],
)
def test_small_value_has_enough_decimals_to_differ_from_zero(
    value: float, places: int, expected: int
) -> None:
    assert choose_decimal_places(value, places) == expected


def test_names_of_a_language_do_not_depend_on_the_languages_used_before() -> None:
    """Test that names do not depend on previously used languages.

    Babel's locales share data in a process, in which the first locale resolves its inherited values.
    """
    lines = (
        "from datetime import date",
        "from triptych.languages.numerals import format_quarter",
        "print([format_quarter(date(2024, 6, 5), tag) for tag in ('en', 'de', 'fr')])",
    )
    result = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "['Q2', 'Q2', 'T2']"


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, "0:00"), (0.1, "0:06"), (0.999, "1:00"), (1.5, "1:30"), (59.5, "59:30"), (61, "61:00")],
)
def test_minutes_are_formatted_with_seconds(minutes: float, expected: str) -> None:
    assert format_minutes(minutes) == expected


@pytest.mark.parametrize(
    ("value", "decimals", "signed"),
    [(5, 0, "+5"), (0.04, 1, "0.0"), (0.05, 1, "+0.1"), (0, 0, "0"), (-5, 0, f"{MINUS}5"), (-0.01, 1, "0.0")],
)
def test_a_change_has_a_sign_unless_it_rounds_to_zero(value: float, decimals: int, signed: str) -> None:
    assert format_signed(value, decimals) == signed


@pytest.mark.parametrize(
    ("value", "decimals", "share"), [(-0.2, 0, "0%"), (-0.6, 0, f"{MINUS}1%"), (12.345, 2, "12.35%")]
)
def test_a_percentage_has_its_decimals_and_no_sign_at_zero(value: float, decimals: int, share: str) -> None:
    assert format_percent(value, decimals=decimals) == share


@pytest.mark.parametrize(
    ("name", "language", "month"),
    [
        ("März", "de", 3),
        ("mär.", "de", 3),
        ("SEPT", "en", 9),
        ("march", "de", 3),
        ("Mar", "xx", 3),
        ("Monat", "de", None),
    ],
)
def test_the_name_of_a_month_is_read_in_the_language_or_in_english(
    name: str, language: str, month: int | None
) -> None:
    assert parse_month(name, language) == month


def test_quarters_begin_in_january_april_july_and_october() -> None:
    quarters = [format_quarter(dt.date(2024, month, 1), "xx") for month in range(1, 13)]
    assert quarters == [f"Q{number}" for number in (1, 2, 3, 4) for _ in range(3)]
