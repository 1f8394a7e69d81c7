"""The words by which a talk tells which sentences can stand alone."""

from __future__ import annotations

import pytest

from triptych.languages.word_tables import TalkWords, load_entries, load_talk_words

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_each_language_are_found_where_they_stand(language: str) -> None:
    words = load_talk_words(language)
    entry = load_entries("talk-words.yaml", (language,))[language]
    for key, pattern in (
        ("leaning", words.leaning),
        ("about-itself", words.about_itself),
        ("subordinate", words.subordinate),
        ("practice", words.practice),
        ("closing", words.closing),
        ("weak", words.weak),
    ):
        for word in entry.get(key, "").split("|"):
            if word := word.strip():
                assert word == word.lower()
                assert pattern.match(f"{word} x"), (key, word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_beside_marks_and_within_sentences_are_found_there(language: str) -> None:
    words = load_talk_words(language)
    entry = load_entries("talk-words.yaml", (language,))[language]
    for key, pattern, text in (
        ("openers", words.openers, "{}, x"),
        ("joining", words.joining, "x, {} y"),
        ("unfinished", words.unfinished, "x {}:"),
        ("pronouns", words.pronouns, "x {} y"),
        ("verbs", words.verbs, "x {} y"),
    ):
        for word in entry[key].split("|") if key in entry else ():
            assert pattern is not None
            assert pattern.search(text.format(word.strip())), (key, word)
    assert (words.verbs is None) is ("verbs" not in entry)


def test_a_word_is_not_found_within_another() -> None:
    words = load_talk_words("en")
    assert words.leaning.match("its size") and not words.leaning.match("items are")
    assert not words.about_itself.search("a fireplace and a sectional sofa")


def test_a_region_has_the_words_of_its_language() -> None:
    assert load_talk_words("en-GB") == load_talk_words("en")


def test_a_language_without_words_takes_any_sentence() -> None:
    assert load_talk_words("tlh") == TalkWords()
    assert load_talk_words("fr").verbs is None
