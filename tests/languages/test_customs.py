"""Test properties of languages: fallbacks of tags, text direction, and the direction of spine text."""

from __future__ import annotations

import pytest

from triptych.languages.language_tags import (
    get_script_subtag,
    get_text_direction,
    has_upward_spine,
    has_vertical_lines,
)
from triptych.languages.word_tables import iter_fallback_tags


def test_a_tag_falls_back_subtag_by_subtag() -> None:
    assert list(iter_fallback_tags("zh-Hant-TW")) == ["zh-hant-tw", "zh-hant", "zh"]
    assert list(iter_fallback_tags("en")) == ["en"]


@pytest.mark.parametrize(
    ("language", "script"), [("zh-Hant-TW", "hant"), ("sr-Latn", "latn"), ("en-GB", ""), ("de-1996", "")]
)
def test_a_script_is_named_by_four_letters(language: str, script: str) -> None:
    assert get_script_subtag(language) == script


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
def test_language_has_the_direction_of_its_script(language: str, way: str) -> None:
    assert get_text_direction(language) == way


@pytest.mark.parametrize("language", ["ja", "JA-JP", "zh", "zh-Hant-TW", "ko", "zh-Bopo"])
def test_east_asian_languages_support_vertical_writing(language: str) -> None:
    assert has_vertical_lines(language)


@pytest.mark.parametrize("language", ["en", "ar", "mn", "ja-Latn", "zh-Latn-pinyin", "zha", ""])
def test_these_are_not(language: str) -> None:
    assert not has_vertical_lines(language)


@pytest.mark.parametrize(
    ("language", "up"), [("de", True), ("FR-ca", True), ("en", False), ("nl", False), ("", False)]
)
def test_spine_reads_upwards_in_most_continental_languages(language: str, up: bool) -> None:
    assert has_upward_spine(language) is up
