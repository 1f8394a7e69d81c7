"""Words are divided by patterns, and compounds where their parts meet."""

from __future__ import annotations

import pytest

from triptych.languages.hyphenation import Pyphen, capitals_are_names


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


def test_what_only_looks_like_a_compound_keeps_its_points() -> None:
    dictionary = Pyphen(lang="en_GB", left=3, right=3)
    for word in ("electronics", "Georgians", "biopsy", "population"):
        assert dictionary.positions(word) == super(Pyphen, dictionary).positions(word)


def test_the_engine_is_offered_the_same_points() -> None:
    dictionary = Pyphen(lang="en_GB", left=3, right=3)
    assert ("micro", "organisms") in list(dictionary.iterate("microorganisms"))


def test_german_nouns_are_no_names() -> None:
    assert capitals_are_names("en_GB")
    assert not capitals_are_names("de_DE")
