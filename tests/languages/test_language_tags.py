"""Test which strings are language tags, and which tags are suggested for others."""

from __future__ import annotations

import pytest

from triptych.languages.language_tags import (
    get_library_code,
    get_primary_subtag,
    get_script_and_country,
    get_script_subtag,
    get_text_direction,
    guess_tag,
    has_upward_spine,
    has_vertical_lines,
    is_language_tag,
    report_invalid_tag,
)


@pytest.mark.parametrize(
    "tag",
    "en en-GB EN-gb de-CH-1901 zh-Hant-TW sr-Latn sl-rozaj-biske-1994 es-419 x-private en-x-mine en-a-bbb-x-a"
    " zh-cmn-Hans-CN i-klingon no yes on tlh hy-Latn-IT-arevela".split(),
)
def test_tags_of_the_standard_are_tags(tag: str) -> None:
    assert is_language_tag(tag)


@pytest.mark.parametrize(
    "tag", [*"english en_GB e de- -de en-GB-1 de_DE.UTF-8 jp en-UK a-b ß".split(), "", "en GB"]
)
def test_other_names_are_none(tag: str) -> None:
    assert not is_language_tag(tag)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("en_GB", "en-GB"),
        ("de_DE.UTF-8", "de-DE"),
        ("sr_RS@latin", "sr-RS"),
        ("English", "en"),
        ("français", "fr"),
        ("ngerman", "de"),
        ("Norsk", "nb"),
        ("Norwegian", "nb"),
        ("deutsch", "de"),
        ("suomi", "fi"),
        ("日本語", "ja"),
        ("Slovenian", "sl"),
        ("Nederlands", "nl"),
        ("jp", "ja"),
        ("en-UK", "en-GB"),
        ("zh Hant", "zh-Hant"),
        ("nonsense", None),
        ("", None),
    ],
)
def test_intended_tag_is_suggested(written: str, meant: str | None) -> None:
    assert guess_tag(written) == meant


def test_missing_tag_is_valid_and_wrong_tag_has_a_hint() -> None:
    assert report_invalid_tag("", None) is None
    assert report_invalid_tag("de-AT", None) is None
    problem = report_invalid_tag("klingonisch", None)
    assert problem is not None and problem.hint is not None and "such as `en`" in problem.hint


def test_the_primary_language() -> None:
    assert (get_primary_subtag("en-GB"), get_primary_subtag("DE"), get_primary_subtag("")) == ("en", "de", "")


@pytest.mark.parametrize(
    ("tag", "code"),
    [("de", "ger"), ("de-AT", "ger"), ("ZH-Hant", "chi"), ("en", "eng"), ("nds", "nds"), ("yue-HK", "yue")],
)
def test_catalogues_have_a_code_of_three_letters_for_a_language(tag: str, code: str) -> None:
    assert get_library_code(tag) == code


@pytest.mark.parametrize(
    ("tag", "script", "country"),
    [
        ("en", "", ""),
        ("en-gb", "", "GB"),
        ("zh-hant-TW", "Hant", "TW"),
        ("sr-Latn", "Latn", ""),
        ("de-1996-AT", "", "AT"),
        ("de-AT-1996", "", "AT"),
        ("es-419", "", ""),
        ("de-u-co-phonebk", "", ""),
        ("en-x-US", "", ""),
    ],
)
def test_a_tag_has_a_script_and_a_country(tag: str, script: str, country: str) -> None:
    assert get_script_and_country(tag) == (script, country)


@pytest.mark.parametrize(
    ("tag", "script"),
    [("zh-Hant", "hant"), ("zh-cmn-Hans-CN", "hans"), ("de-1996", ""), ("en", ""), ("en-a-b-latn", "")],
)
def test_the_script_of_a_tag_is_its_subtag_of_four_letters(tag: str, script: str) -> None:
    assert get_script_subtag(tag) == script


def test_text_runs_from_right_to_left_by_script_or_language() -> None:
    tags = ("ar", "he-IL", "az-Arab", "ar-Latn", "de", "ckb", "ja")
    assert [get_text_direction(tag) for tag in tags] == ["rtl", "rtl", "rtl", "ltr", "ltr", "rtl", "ltr"]
    assert [tag for tag in ("ja", "zh-Hant", "zh-Latn", "ko-KR", "mn", "de") if has_vertical_lines(tag)] == [
        *("ja", "zh-Hant", "ko-KR")
    ]
    assert [tag for tag in ("de-AT", "fr", "en", "nl", "zh") if has_upward_spine(tag)] == ["de-AT", "fr"]


def test_an_invalid_tag_is_quoted_in_part() -> None:
    finding = report_invalid_tag("x" * 50, None)
    assert finding is not None
    assert (finding.code, finding.message) == ("ACC010", f'"{"x" * 40}" is not a valid language tag')
    assert finding.hint == "write a language and optionally a region, such as `en` or `en-GB`"
