"""Compare our extract of CLDR with Babel, an independent implementation with the complete data."""

from __future__ import annotations

import datetime as dt
import sys
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import babel
import pytest
from babel.dates import format_date, format_skeleton
from babel.localedata import locale_identifiers
from babel.numbers import format_decimal, format_percent

from triptych.languages.cldr import Locale, load_currency_codes, load_locale
from triptych.languages.numerals import _TO_PLAIN_CHARACTERS, find_locale
from triptych.languages.word_tables import list_tags

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import collect_locales

IDENTIFIERS = sorted(set(locale_identifiers()) - {"root"})
LABELLED = [tag for tag in list_tags("labels.yaml") if tag.replace("-", "_") in IDENTIFIERS]
NUMBERS = [Decimal(text) for text in ("0", "7", "1234", "-1234567.891", "0.045", "98765432109.5", "-0.5")]
DATES = (dt.date(2026, 1, 31), dt.date(1999, 5, 4), dt.date(2024, 12, 9))


def get_locale(identifier: str) -> Locale:
    locale = load_locale(identifier.replace("_", "-").lower())
    assert locale is not None
    return locale


def describe(locale: Locale) -> list[str]:
    numbers = [locale.format_number(value, decimals) for value in NUMBERS for decimals in (0, 2)]
    plain = [locale.format_number(value, 1, groups_digits=False) for value in NUMBERS]
    percentages = [locale.format_percentage(value, decimals) for value in NUMBERS for decimals in (0, 1)]
    skeletons = ("yQQQ", "yMMM", "yMMMd", "MMMd", "long")
    return [
        *(text.translate(_TO_PLAIN_CHARACTERS) for text in (*numbers, *plain, *percentages)),
        *(locale.format_date(date, skeleton) for date in DATES for skeleton in skeletons),
    ]


def describe_by_babel(locale: babel.Locale) -> list[str]:
    whole = locale.decimal_formats[None].pattern.partition(".")[0]
    percent = locale.percent_formats[None].pattern.partition(";")[0]
    head, _, tail = percent.rpartition("0")
    with localcontext(prec=160, rounding=ROUND_HALF_UP):
        numbers = [
            format_decimal(value, f"{whole}{places}", locale) for value in NUMBERS for places in ("", ".00")
        ]
        plain = [format_decimal(value, f"{whole}.0", locale, group_separator=False) for value in NUMBERS]
        percentages = [
            format_percent(value / 100, f"{head}0{places}{tail}", locale)
            for value in NUMBERS
            for places in ("", ".0")
        ]
    dates = []
    for date in DATES:
        dates += [format_skeleton(skeleton, date, locale=locale) for skeleton in collect_locales.SKELETONS]
        dates.append(format_date(date, "long", locale))
    return [*(str(text).translate(_TO_PLAIN_CHARACTERS) for text in (*numbers, *plain, *percentages)), *dates]


@pytest.mark.parametrize("tag", LABELLED)
def test_a_language_with_labels_is_as_in_babel(tag: str) -> None:
    identifier = tag.replace("-", "_")
    assert describe(get_locale(tag)) == describe_by_babel(collect_locales.load_babel_locale(identifier))


@pytest.mark.e2e
def test_every_locale_is_as_in_babel() -> None:
    different = [
        identifier
        for identifier in IDENTIFIERS
        if describe(get_locale(identifier))
        != describe_by_babel(collect_locales.load_babel_locale(identifier))
    ]
    assert different == []
    assert len(IDENTIFIERS) > 1000


@pytest.mark.parametrize("tag", ["de", "fr-CH", "zh-Hant-HK", "hi", "ar-EG", "pt-PT"])
def test_table_matches_the_collecting_script(tag: str) -> None:
    locale = load_locale(tag.lower())
    assert locale is not None
    result = collect_locales.collect_locale(collect_locales.load_babel_locale(tag.replace("-", "_")))
    assert dict(locale._data) == result, "run scripts/collect_locales.py"


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("de", ("de", "")),
        ("de-AT", ("de", "AT")),
        ("de-1996", ("de", "")),
        ("de-XX", ("de", "")),
        ("zh-TW", ("zh", "TW")),
        ("zh-Hant", ("zh", "")),
        ("en-150", ("en", "150")),
        ("iw", ("he", "")),
        ("cmn", ("zh", "CN")),
        ("sr-ME", ("sr", "ME")),
    ],
)
def test_a_tag_finds_its_locale(tag: str, found: tuple[str, str]) -> None:
    locale = find_locale(tag)
    assert locale is not None
    assert (locale.language, locale.territory) == found


def test_traditional_characters_are_those_of_taiwan() -> None:
    assert find_locale("zh-TW") != find_locale("zh")
    assert get_locale("zh-tw").own_name == get_locale("zh-hant-tw").own_name


@pytest.mark.parametrize("tag", ["", "qqq", "@aliases", "x-klingon", "tlh"])
def test_an_unknown_language_has_none(tag: str) -> None:
    assert find_locale(tag) is None


def test_currencies_are_those_of_iso_4217() -> None:
    assert {"EUR", "USD", "CNY", "XAF"} <= load_currency_codes()
    assert "MAN" not in load_currency_codes()


def test_territories_are_named_in_the_language() -> None:
    locale = load_locale("de")
    assert locale is not None and locale.territory_names["AT"] == "Österreich"
