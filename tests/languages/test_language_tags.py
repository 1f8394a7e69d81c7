"""What is a language tag, and what was meant by what is none."""

from __future__ import annotations

import pytest

from triptych.languages.language_tags import (
    get_primary_subtag,
    guess_tag,
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
def test_what_was_meant(written: str, meant: str | None) -> None:
    assert guess_tag(written) == meant


def test_no_tag_is_no_problem_and_a_wrong_one_has_a_hint() -> None:
    assert report_invalid_tag("", None) is None
    assert report_invalid_tag("de-AT", None) is None
    problem = report_invalid_tag("klingonisch", None)
    assert problem is not None and problem.hint is not None and "such as `en`" in problem.hint


def test_the_primary_language() -> None:
    assert (get_primary_subtag("en-GB"), get_primary_subtag("DE"), get_primary_subtag("")) == ("en", "de", "")
