"""Test that each language can speak all parts of a formula and where they end."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest
from ruamel.yaml import YAML

from triptych.folders import get_templates_folder
from triptych.languages.word_tables import load_formula_words

TABLE: dict[str, dict[str, Any]] = {
    tag: entry
    for tag, entry in YAML(typ="safe")
    .load((get_templates_folder() / "formula-words.yaml").read_text("utf-8"))
    .items()
    if entry is not None
}


def named(pattern: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(pattern) if name)


@pytest.mark.parametrize("tag", TABLE)
def test_language_has_all_words(tag: str) -> None:
    for part, words in TABLE["en"].items():
        if part == "letters":
            assert len(set(TABLE[tag][part].split())) == 24
            continue
        assert list(TABLE[tag][part]) == list(words), part
        assert all(str(word).strip() for word in TABLE[tag][part].values())


@pytest.mark.parametrize("tag", TABLE)
def test_patterns_have_the_parts_of_the_english_ones(tag: str) -> None:
    for key, pattern in TABLE["en"]["patterns"].items():
        assert named(TABLE[tag]["patterns"][key]) == named(pattern), key


@pytest.mark.parametrize("tag", TABLE)
def test_pattern_for_several_signs_has_an_end(tag: str) -> None:
    patterns = TABLE[tag]["patterns"]
    for key in patterns:
        if f"{key}-short" in patterns:
            assert re.sub(r".*\}", "", patterns[key]).strip(), key
            assert patterns[key] != patterns[f"{key}-short"], key


# A large operator has the word of its binary operator: "the union over i of".
LARGE = {"⋃": "∪", "⋂": "∩", "⨄": "⊎", "⨅": "⊓", "⨆": "⊔"}


@pytest.mark.parametrize("tag", TABLE)
def test_different_signs_have_different_names(tag: str) -> None:
    signs: dict[str, str] = {}
    symbols = [(sign, word) for sign, word in TABLE[tag]["symbols"].items() if len(sign) == 1]
    for sign, word in (*symbols, *TABLE[tag]["functions"].items()):
        sound = str(word).casefold().replace("-", " ")
        assert signs.setdefault(sound, LARGE.get(sign, sign)) == LARGE.get(sign, sign), sign


@pytest.mark.parametrize("tag", TABLE)
def test_products_and_dots_above_a_letter_sound_different(tag: str) -> None:
    symbols, patterns = TABLE[tag]["symbols"], TABLE[tag]["patterns"]
    dots, crosses = (
        {symbols[key] for key in keys} for keys in (("·", "dot-product"), ("×", "cross-product", "by"))
    )
    assert not dots & crosses
    assert patterns["dot"].replace("{base} ", "") not in dots
    assert len({symbols[key] for key in ("|", "given", "such-that", "divides")}) == 4


def test_regional_tag_uses_the_words_of_its_language() -> None:
    assert load_formula_words("pt-BR") == load_formula_words("pt")
    assert load_formula_words("en-GB") == load_formula_words("en")


@pytest.mark.parametrize("tag", ["zh-Hant", "zh-TW", "hu", "no"])
def test_other_languages_have_none(tag: str) -> None:
    assert load_formula_words(tag) is None
