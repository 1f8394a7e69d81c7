"""Test hyphenation by patterns, and of compounds at the boundaries of their parts."""

from __future__ import annotations

import pytest

from triptych.languages.hyphenation import Pyphen, capitals_are_names, language_fallback


@pytest.mark.parametrize("language", ["en_GB", "en_US"])
@pytest.mark.parametrize(
    ("word", "divided"),
    [
        ("microorganisms", "micro-organisms"),
        ("Bioeconomy", "Bio-economy"),
        ("photoelectric", "photo-electric"),
    ],
)
def test_compounds_are_divided_at_their_joint(language: str, word: str, divided: str) -> None:
    points = Pyphen(lang=language, left=3, right=3).positions(word)
    joint = divided.index("-")
    assert joint in points
    assert all(abs(point - joint) > 3 for point in points if point != joint)


def test_apparent_compound_keeps_its_hyphenation_points() -> None:
    dictionary = Pyphen(lang="en_GB", left=3, right=3)
    for word in ("electronics", "Georgians", "biopsy", "population"):
        assert dictionary.positions(word) == super(Pyphen, dictionary).positions(word)


def test_the_engine_is_offered_the_same_points() -> None:
    dictionary = Pyphen(lang="en_GB", left=3, right=3)
    assert ("micro", "organisms") in list(dictionary.iterate("microorganisms"))


def test_german_nouns_are_not_names() -> None:
    assert capitals_are_names("en_GB")
    assert not capitals_are_names("de_DE")


@pytest.mark.parametrize(
    ("word", "points"),
    [
        ("microprocessor", [5, 11]),  # not "micropro-cessor", three letters after the prefix
        ("hyperactive", [5]),
        ("electromagnetic", [7, 13]),  # not "elec-tromagnetic", three letters before its end
        ("cybersecurity", [5, 9, 11]),
        ("macroeconomic", [5, 11]),
        ("megawatt", [4]),
    ],
)
def test_points_are_at_the_joint_or_more_than_three_letters_away(word: str, points: list[int]) -> None:
    assert Pyphen(lang="en_US", left=2, right=2).positions(word) == points


@pytest.mark.parametrize(("left", "right", "points"), [(4, 4, [4]), (5, 3, []), (3, 5, [])])
def test_joint_keeps_minimum_lengths(left: int, right: int, points: list[int]) -> None:
    assert Pyphen(lang="en_US", left=left, right=right).positions("megawatt") == points


def test_stem_with_fewer_than_four_letters_is_ignored() -> None:
    dictionary = Pyphen(lang="en_US", left=2, right=2)
    assert dictionary.positions("radios") == super(Pyphen, dictionary).positions("radios")


def test_only_words_of_at_most_500_letters_are_hyphenated() -> None:
    hyphenation = Pyphen(lang="en_GB", left=2, right=2)
    assert hyphenation.positions("hyphen" * 83 + "hy")
    assert hyphenation.positions("hyphen" * 83 + "hyp") == []


def test_languages_with_latin_words_are_hyphenated_as_english() -> None:
    language_fallbacks = [language_fallback(name) for name in ("de", "en_GB", "zh_CN", "ja", "tlh")]
    assert language_fallbacks == ["de", "en_GB", "en_US", "en_US", None]
