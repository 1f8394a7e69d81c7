"""Test the words that outputs add: each language has all of them, and regional tags fall back."""

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

# Unicode CLDR 48.2, cldr-misc-full/main/TAG/delimiters.json. In French, spaces and inner marks (those of
# fr-CH) follow typographic practice: CLDR repeats « » inside.
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
PARTS_OF_LINES = (
    "numbered titled separator comma semicolon bracketed full-stop part-of per-year percentage-points".split()
)
KINDS = "part chapter appendix section figure table equation listing note tip important warning caution page page-short"


def _words(language: str) -> dict[str, str]:
    return {key: word for key, word in TABLE[language].items() if isinstance(word, str)}


def test_required_languages_exist() -> None:
    assert set(NEEDED) <= set(WHOLE)


def test_languages_and_keys_are_strings() -> None:
    """Test that languages and keys are strings, since an unquoted "no" would be a boolean."""
    assert all(isinstance(tag, str) for tag in TABLE)
    assert all(isinstance(key, str) for tag in TABLE for key in TABLE[tag])


@pytest.mark.parametrize("language", WHOLE)
def test_a_language_has_each_key_in_the_same_order(language: str) -> None:
    assert [key for key in TABLE[language] if key != "patterns"] == list(TABLE["en"])[:-1]
    assert "patterns" not in TABLE[language] or list(TABLE[language])[-1] == "patterns"


@pytest.mark.parametrize("language", REGIONAL)
def test_region_defines_only_differences_from_its_language(language: str) -> None:
    parent = TABLE[language.partition("-")[0]]
    assert set(TABLE[language]) <= set(parent)
    assert not [key for key, word in TABLE[language].items() if word == parent[key]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_clean(language: str) -> None:
    for key, word in _words(language).items():
        assert isinstance(word, str), key
        joined = word.replace("\u200c", "")  # Persian uses zero-width non-joiners
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
def test_each_credited_role_has_a_label(language: str) -> None:
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
    """Test that all phrases of credits are translated."""
    own = TABLE[language]["credits"]
    assert language == "en" or not set(own.values()) & set(TABLE["en"]["credits"].values())


def test_authors_have_no_role_label_and_unknown_roles_are_contributors() -> None:
    assert load_labels("en").credited("aut", ["Ada", "Bo"]) == "Ada, Bo"
    assert get_credited_role("rev") == "ctb"


@pytest.mark.parametrize("language", WHOLE)
def test_callout_types_have_distinct_labels(language: str) -> None:
    assert len({load_labels(language)[kind] for kind in CALLOUTS}) == len(CALLOUTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_and_numbered_elements_have_distinct_labels(language: str) -> None:
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
def test_unlisted_tag_uses_its_language_or_english(asked: str, given: str) -> None:
    assert load_labels(asked).words == load_labels(given).words
    assert load_labels(asked).quotation_marks == load_labels(given).quotation_marks
    assert load_labels(asked).language == asked


def test_traditional_chinese_falls_back_to_chinese() -> None:
    labels = load_labels("zh-TW")
    assert "chapter" not in TABLE["zh-TW"]
    assert labels["chapter"] == TABLE["zh"]["chapter"] == "章"
    assert labels["figure"] == "圖" != TABLE["zh"]["figure"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_label_contains_its_number_once_and_does_not_break(language: str) -> None:
    labels = load_labels(language)
    for kind in KINDS.split():
        name = labels.named(kind, "3.2")
        assert name.count("3.2") == 1
        assert labels.words[kind].replace(" ", "") in name.replace(" ", "") or kind in labels.patterns
        assert " " not in name.replace(labels.words[kind], "")
    assert {"7", "30"} <= set(re.findall(r"\d+", labels.part_of(7, 30)))
    assert labels.titled("A", "B").startswith("A") and labels.titled("A", "B").endswith("B")


@pytest.mark.parametrize("language", LANGUAGES)
def test_patterns_differ_from_their_fallback(language: str) -> None:
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
def test_number_position_depends_on_the_language(language: str, kind: str, name: str) -> None:
    assert load_labels(language).named(kind, "3.2") == name


def test_a_tag_falls_back_subtag_by_subtag_in_whatever_case() -> None:
    assert list(iter_fallback_tags("zh-Hant-TW")) == ["zh-hant-tw", "zh-hant", "zh"]
    assert load_labels("ZH-hant-hk").words == load_labels("zh-Hant").words


@pytest.mark.parametrize(
    ("language", "stop"),
    [("en", ". "), ("ar", ". "), ("zh-Hant", "。"), ("ja", "。"), ("hi", "। "), ("ur", "۔ ")],
)
def test_sentence_end_depends_on_the_language(language: str, stop: str) -> None:
    assert load_labels(language).full_stop == stop


def test_invalid_date_is_rejected() -> None:
    for wrong in (None, "2026-01-31", 2026):
        with pytest.raises(TypeError, match="needs a date"):
            load_labels("en").dated(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "brackets", "colon", "comma"),
    [("en", " (x)", ": ", ", "), ("fr", " (x)", "\u00a0: ", ", "), ("zh", "（x）", "：", "，")],
)
def test_marks_between_words_are_those_of_the_language(
    language: str, brackets: str, colon: str, comma: str
) -> None:
    labels = load_labels(language)
    assert (labels.bracketed("x"), "x".join(labels.brackets)) == (brackets, brackets)
    assert (labels.colon, labels.comma) == (colon, comma)


@pytest.mark.parametrize(
    ("names", "reference"),
    [(["3"], "p.\u00a03"), (["28–29"], "pp.\u00a028–29"), (["iv", "3"], "pp.\u00a0iv, 3")],
)
def test_a_reference_to_several_pages_is_in_the_plural(names: list[str], reference: str) -> None:
    assert load_labels("en").format_page_reference(iter(names)) == reference


def test_parts_of_a_series_and_durations_are_in_the_language() -> None:
    labels = load_labels("de")
    assert (labels.part_of(2, 3), labels.format_duration("5")) == ("2\u00a0von\u00a03", "5\u00a0min")
