"""The words that outputs add: each language has them all, and regional tags fall back."""

from __future__ import annotations

import re
import unicodedata

import pytest
from ruamel.yaml import YAML

from triptych.folders import get_templates_folder
from triptych.languages.labels import load_labels
from triptych.languages.word_tables import iter_fallback_tags
from triptych.model.book import IN_IMPRINT, ON_TITLE_PAGE, get_credited_role

TABLE = YAML(typ="safe").load((get_templates_folder() / "labels.yaml").read_text("utf-8"))
LANGUAGES = tuple(TABLE)
WHOLE = tuple(tag for tag in LANGUAGES if "-" not in tag)
REGIONAL = tuple(tag for tag in LANGUAGES if "-" in tag)
NEEDED = "en de fr es it pt nl sv da nb fi pl cs ru uk zh ja ko ar he hi tr el hu vi th fa ur".split()
CALLOUTS = "note tip important warning caution".split()

# Unicode CLDR 48.2, cldr-misc-full/main/TAG/delimiters.json. French has its spaces and its inner marks
# (those of fr-CH) from the typographers' custom: CLDR repeats « » inside.
CLDR = {
    "en": "“ ” ‘ ’",
    "de": "„ “ ‚ ‘",
    "es": "“ ” ‘ ’",
    "it": "« » “ ”",
    "pt": "“ ” ‘ ’",
    "pt-PT": "« » “ ”",
    "nl": "‘ ’ ‘ ’",
    "sv": "” ” ’ ’",
    "da": "“ ” ‘ ’",
    "nb": "« » ‘ ’",
    "no": "« » ‘ ’",
    "fi": "” ” ’ ’",
    "pl": "„ ” « »",
    "cs": "„ “ ‚ ‘",
    "ru": "« » „ “",
    "uk": "« » „ “",
    "zh": "“ ” ‘ ’",
    "zh-Hant": "「 」 『 』",
    "zh-TW": "「 」 『 』",
    "zh-HK": "「 」 『 』",
    "ja": "「 」 『 』",
    "ko": "“ ” ‘ ’",
    "ar": "” “ ’ ‘",
    "he": "” ” ’ ’",
    "hi": "“ ” ‘ ’",
    "tr": "“ ” ‘ ’",
    "el": "« » “ ”",
    "hu": "„ ” » «",
    "vi": "“ ” ‘ ’",
    "th": "“ ” ‘ ’",
    "fa": "« » ‹ ›",
    "ur": "“ ” ‘ ’",
}
PARTS_OF_LINES = "numbered titled separator comma bracketed full-stop part-of".split()
KINDS = "part chapter appendix section figure table equation listing note tip important warning caution page page-short"


def _words(language: str) -> dict[str, str]:
    return {key: word for key, word in TABLE[language].items() if isinstance(word, str)}


def test_the_languages_needed_are_there() -> None:
    assert set(NEEDED) <= set(WHOLE)


def test_languages_and_keys_are_strings() -> None:
    """An unquoted no, or a word like it, could be read as something else."""
    assert all(isinstance(tag, str) for tag in TABLE)
    assert all(isinstance(key, str) for tag in TABLE for key in TABLE[tag])


@pytest.mark.parametrize("language", WHOLE)
def test_a_language_has_each_key_in_the_same_order(language: str) -> None:
    assert [key for key in TABLE[language] if key != "patterns"] == list(TABLE["en"])[:-1]
    assert "patterns" not in TABLE[language] or list(TABLE[language])[-1] == "patterns"


@pytest.mark.parametrize("language", REGIONAL)
def test_a_region_has_only_what_differs_from_its_language(language: str) -> None:
    parent = TABLE[language.partition("-")[0]]
    assert set(TABLE[language]) <= set(parent)
    assert not [key for key, word in TABLE[language].items() if word == parent[key]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_clean(language: str) -> None:
    for key, word in _words(language).items():
        assert isinstance(word, str), key
        joined = word.replace("\u200c", "")  # Persian writes with zero-width non-joiners
        assert word and word == word.strip() and joined.isprintable(), key
        assert unicodedata.is_normalized("NFC", word), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_four(language: str) -> None:
    marks = TABLE[language]["quotation-marks"]
    assert len(marks) == 4
    assert all(
        isinstance(mark, str) and mark.strip() and unicodedata.is_normalized("NFC", mark) for mark in marks
    )


@pytest.mark.parametrize("language", CLDR)
def test_quotation_marks_are_those_of_cldr(language: str) -> None:
    assert load_labels(language).quotation_marks == tuple(CLDR[language].split())


def test_french_marks_keep_their_narrow_spaces() -> None:
    assert load_labels("fr").quotation_marks == ("«\u202f", "\u202f»", "‹\u202f", "\u202f›")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_loads(language: str) -> None:
    labels = load_labels(language)
    assert labels.language == language
    assert set(labels.words) == set(_words("en"))
    assert labels.words.items() >= _words(language).items()
    assert labels.quotation_marks == tuple(TABLE[language]["quotation-marks"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_role_of_title_page_and_imprint_has_words_of_its_own(language: str) -> None:
    labels = load_labels(language)
    assert list(labels.credits) == [*TABLE["en"]["credits"]]
    assert set(labels.credits) == {*ON_TITLE_PAGE, *IN_IMPRINT}
    named = {role: labels.credited(role, ["Ada", "Bo"]) for role in labels.credits}
    assert len(set(named.values())) == len(named)
    for role, line in named.items():
        assert labels.listed(["Ada", "Bo"]) in line
        assert line == line.strip() and unicodedata.is_normalized("NFC", line), role


@pytest.mark.parametrize("language", WHOLE)
def test_credits_are_in_the_language(language: str) -> None:
    """No phrase is left as the English has it."""
    own = TABLE[language]["credits"]
    assert language == "en" or not set(own.values()) & set(TABLE["en"]["credits"].values())


def test_authors_are_named_alone_and_unknown_roles_as_contributors() -> None:
    assert load_labels("en").credited("aut", ["Ada", "Bo"]) == "Ada, Bo"
    assert get_credited_role("rev") == "ctb"


@pytest.mark.parametrize("language", WHOLE)
def test_callouts_of_different_kinds_are_told_apart(language: str) -> None:
    assert len({load_labels(language)[kind] for kind in CALLOUTS}) == len(CALLOUTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_and_numbered_things_are_told_apart(language: str) -> None:
    labels = load_labels(language)
    for keys in (
        "contents index glossary bibliography figures-list tables-list listings-list",
        "part chapter section appendix",
        "figure table equation listing",
        "cover title-page imprint",
    ):
        words = [labels[key] for key in keys.split()]
        assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("de-AT", "de"),
        ("de-CH-1901", "de"),
        ("DE", "de"),
        ("fr-CA", "fr"),
        ("pt-BR", "pt"),
        ("zh-CN", "zh"),
        ("zh-Hans", "zh"),
        ("no", "nb"),
        ("zh-Hant-TW", "zh-TW"),
        ("tlh", "en"),
        ("x-private", "en"),
    ],
)
def test_an_unlisted_tag_has_the_words_of_its_language_or_english(asked: str, given: str) -> None:
    assert load_labels(asked).words == load_labels(given).words
    assert load_labels(asked).quotation_marks == load_labels(given).quotation_marks
    assert load_labels(asked).language == asked


def test_traditional_chinese_takes_what_it_does_not_say_from_chinese() -> None:
    labels = load_labels("zh-TW")
    assert "chapter" not in TABLE["zh-TW"]
    assert labels["chapter"] == TABLE["zh"]["chapter"] == "章"
    assert labels["figure"] == "圖" != TABLE["zh"]["figure"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_holds_its_number_once_and_does_not_break(language: str) -> None:
    labels = load_labels(language)
    for kind in KINDS.split():
        name = labels.named(kind, "3.2")
        assert name.count("3.2") == 1
        assert labels.words[kind].replace(" ", "") in name.replace(" ", "") or kind in labels.patterns
        assert " " not in name.replace(labels.words[kind], "")
    assert {"7", "30"} <= set(re.findall(r"\d+", labels.part_of(7, 30)))
    assert labels.titled("A", "B").startswith("A") and labels.titled("A", "B").endswith("B")


@pytest.mark.parametrize("language", LANGUAGES)
def test_patterns_are_those_of_kinds_and_differ_from_what_they_fall_back_to(language: str) -> None:
    own = TABLE[language].get("patterns", {})
    assert set(own) <= {*PARTS_OF_LINES, *KINDS.split()}
    parents = [tag for tag in (*list(iter_fallback_tags(language))[1:], "en") if tag in TABLE]
    for key, pattern in own.items():
        given = [TABLE[tag]["patterns"].get(key) for tag in parents if "patterns" in TABLE[tag]]
        assert language == "en" or pattern != next(filter(None, given), None)


@pytest.mark.parametrize(
    ("language", "kind", "name"),
    [
        ("en", "figure", "Figure\u00a03.2"),
        ("de", "chapter", "Kapitel\u00a03.2"),
        ("zh-CN", "chapter", "第\u00a03.2\u00a0章"),
        ("zh", "figure", "图\u00a03.2"),
        ("zh-TW", "section", "第\u00a03.2\u00a0節"),
        ("zh-TW", "part", "第\u00a03.2\u00a0部分"),
        ("ja", "chapter", "第3.2章"),
        ("ja", "figure", "図3.2"),
        ("ko", "chapter", "제3.2장"),
        ("ko", "figure", "그림\u00a03.2"),
        ("hu", "figure", "3.2.\u00a0ábra"),
    ],
)
def test_a_number_stands_where_the_language_has_it(language: str, kind: str, name: str) -> None:
    assert load_labels(language).named(kind, "3.2") == name


def test_a_tag_falls_back_subtag_by_subtag_in_whatever_case() -> None:
    assert list(iter_fallback_tags("zh-Hant-TW")) == ["zh-hant-tw", "zh-hant", "zh"]
    assert load_labels("ZH-hant-hk").words == load_labels("zh-Hant").words


@pytest.mark.parametrize(
    ("language", "stop"),
    [("en", ". "), ("ar", ". "), ("zh-Hant", "。"), ("ja", "。"), ("hi", "। "), ("ur", "۔ ")],
)
def test_a_sentence_ends_as_its_language_has_it(language: str, stop: str) -> None:
    assert load_labels(language).full_stop == stop


def test_what_is_no_date_is_refused_and_not_today() -> None:
    for wrong in (None, "2026-01-31", 2026):
        with pytest.raises(TypeError, match="needs a date"):
            load_labels("en").dated(wrong)  # type: ignore[arg-type]
