"""Test the words by which a talk decides which sentences can stand alone."""

from __future__ import annotations

import pytest

from triptych.languages.word_tables import SentencePatterns, load_entries, load_sentence_patterns

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_each_language_are_matched(language: str) -> None:
    words = load_sentence_patterns(language)
    entry = load_entries("talk-words.yaml", (language,))[language]
    for key, pattern in (
        ("leaning", words.dependent_starts),
        ("about-itself", words.self_references),
        ("subordinate", words.subordinate_clauses),
        ("practice", words.practice_headings),
        ("closing", words.summary_headings),
        ("weak", words.weak_sentences),
    ):
        for word in entry.get(key, "").split("|"):
            if word := word.strip():
                assert word == word.lower()
                assert pattern.match(f"{word} x"), (key, word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_next_to_punctuation_are_matched(language: str) -> None:
    words = load_sentence_patterns(language)
    entry = load_entries("talk-words.yaml", (language,))[language]
    for key, pattern, text in (
        ("openers", words.introductory_phrases, "{}, x"),
        ("joining", words.droppable_clauses, "x, {} y"),
        ("unfinished", words.incomplete_sentences, "x {}:"),
        ("pronouns", words.pronouns, "x {} y"),
        ("verbs", words.verbs, "x {} y"),
    ):
        for word in entry[key].split("|") if key in entry else ():
            assert pattern is not None
            assert pattern.search(text.format(word.strip())), (key, word)
    assert (words.verbs is None) is ("verbs" not in entry)


def test_a_word_is_not_found_within_another() -> None:
    words = load_sentence_patterns("en")
    assert words.dependent_starts.match("its size") and not words.dependent_starts.match("items are")
    assert not words.self_references.search("a fireplace and a sectional sofa")


def test_region_uses_the_words_of_its_language() -> None:
    assert load_sentence_patterns("en-GB") == load_sentence_patterns("en")


def test_language_without_patterns_accepts_any_sentence() -> None:
    assert load_sentence_patterns("tlh") == SentencePatterns()
    assert load_sentence_patterns("fr").verbs is None
