"""Test that letters are counted by script, and compared with the scripts of the language."""

from __future__ import annotations

import pytest

from tests.passes.accessibility.conftest import Codes
from triptych.passes.accessibility.languages import (
    SCRIPT_NAMES,
    count_letters,
    get_language_scripts,
    make_other_letters_pattern,
)


@pytest.mark.parametrize(
    ("tag", "scripts"),
    [
        ("en", "Latn"),
        ("EN-gb", "Latn"),
        ("ko", "Hang Hani"),
        ("ja", "Hani Kana"),
        ("sr", "Cyrl Latn"),
        ("sr-Latn", "Latn"),
        ("zh-Hant-TW", "Hani"),
        ("en-jpan", "Hani Kana"),
        ("en-Cyrl", "Cyrl"),
        ("en-Zzzz", ""),  # an unknown script
        ("de-1996", "Latn"),  # no script
        ("tlh", ""),
    ],
)
def test_language_has_the_scripts_of_its_tag_or_its_default(tag: str, scripts: str) -> None:
    assert get_language_scripts(tag) == frozenset(scripts.split())


def test_only_letters_are_counted() -> None:
    assert count_letters("Ab, яю! 12 中 カな αβγ d") == {
        "Latn": 3,
        "Cyrl": 2,
        "Hani": 1,
        "Kana": 2,
        "Grek": 3,
    }
    assert count_letters("1 + 2 …") == {}


def test_each_script_has_a_name_and_letters_that_no_other_has() -> None:
    letters = {
        "Arab": "م",
        "Cyrl": "я",
        "Deva": "क",
        "Grek": "α",
        "Hang": "나",
        "Hani": "中",
        "Hebr": "א",
        "Kana": "カ",
    }
    letters |= {"Latn": "é", "Thai": "ก"}
    assert letters.keys() == SCRIPT_NAMES.keys()
    for script, letter in letters.items():
        assert count_letters(letter) == {script: 1}
        assert not make_other_letters_pattern(frozenset((script,))).search(letter)
        assert make_other_letters_pattern(frozenset(SCRIPT_NAMES) - {script}).search(letter)


@pytest.mark.parametrize(
    ("language", "passage", "found"),
    [
        ("en", "я" * 9, False),
        ("en", "я" * 10, True),
        ("en", f"{'я' * 10} {'a' * 9}", True),
        ("en", f"{'я' * 10} {'a' * 10}", False),  # not more than half
        ("en", "中" * 3, False),
        ("en", "中" * 4, True),
        ("ru", "a" * 79, False),
        ("ru", "a" * 80, True),
        ("en", f"{'я' * 5} {'α' * 5}", True),  # combined
    ],
)
def test_a_passage_is_longer_than_a_name(codes: Codes, language: str, passage: str, found: bool) -> None:
    assert [item.partition(": ")[2] for item in codes(f"{passage}\n", lang=language)] == ["ACC011"] * found
