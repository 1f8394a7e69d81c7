"""What a language tag says: how it falls back, where it begins to read, how it dates."""

from __future__ import annotations

import datetime as dt

import pytest

from triptych.languages.customs import (
    direction,
    fallbacks,
    has_vertical_lines,
    script_subtag,
    spine_reads_up,
    written_date,
)


def test_a_tag_falls_back_subtag_by_subtag() -> None:
    assert list(fallbacks("zh-Hant-TW")) == ["zh-hant-tw", "zh-hant", "zh"]
    assert list(fallbacks("en")) == ["en"]


@pytest.mark.parametrize(
    ("language", "script"), [("zh-Hant-TW", "hant"), ("sr-Latn", "latn"), ("en-GB", ""), ("de-1996", "")]
)
def test_a_script_is_named_by_four_letters(language: str, script: str) -> None:
    assert script_subtag(language) == script


@pytest.mark.parametrize(
    ("language", "way"),
    [
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("fa", "rtl"),
        ("UR", "rtl"),
        ("en", "ltr"),
        ("zh-Hans", "ltr"),
        ("az-Arab", "rtl"),
        ("pa-Arab-PK", "rtl"),
        ("ar-Latn", "ltr"),
        ("yi-Latn", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_language_is_read_from_one_side_unless_its_script_says_otherwise(language: str, way: str) -> None:
    assert direction(language) == way


@pytest.mark.parametrize("language", ["ja", "JA-JP", "zh", "zh-Hant-TW", "ko", "zh-Bopo"])
def test_these_languages_are_written_vertically_too(language: str) -> None:
    assert has_vertical_lines(language)


@pytest.mark.parametrize("language", ["en", "ar", "mn", "ja-Latn", "zh-Latn-pinyin", "zha", ""])
def test_these_are_not(language: str) -> None:
    assert not has_vertical_lines(language)


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
def test_a_date_is_written_in_words(language: str, written: str) -> None:
    assert written_date(dt.date(2026, 1, 31), language) == written


@pytest.mark.parametrize(
    ("language", "up"), [("de", True), ("FR-ca", True), ("en", False), ("nl", False), ("", False)]
)
def test_a_spine_reads_up_on_most_of_the_continent(language: str, up: bool) -> None:
    assert spine_reads_up(language) is up
