"""Test where sentences end in different languages."""

from __future__ import annotations

import pytest

from triptych.languages.sentences import count_spoken_words, find_sentence_ends, split_sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["It rose (e.g. in 2015) to approx. 3.5 GW. ", "See Fig. 3. ", "No. 5 won! ", "Done."]),
        ("en", ["“Who?” he asked. ", "“You.” ", "It was J. R. Smith et al. who knew."]),
        ("en", ["It was so in 2015. ", "He said no. ", "So much for that…"]),
        ("de", ["Am 3. Mai war es z. B. so. ", "Das war 2015. ", "Dann kam, vgl. Abb. 3, der Rest."]),
        ("en", ["It was the 3. ", "May came."]),
        ("fr", ["Voir p. 3 ! ", "Mme Curie l’a dit."]),
        ("zh", ["他说。", "“很好。”", "然后走了！", "好"]),
        ("ja", ["図です。", "「はい。」", "次の文。"]),
        ("hi", ["यह है। ", "वह है।"]),
        ("ar", ["ما هذا؟ ", "هذا بيت."]),
    ],
)
def test_a_text_in_sentences(language: str, sentences: list[str]) -> None:
    assert split_sentences("".join(sentences), language) == sentences


def test_last_sentence_ends_with_the_text() -> None:
    assert list(find_sentence_ends("One. Two")) == [5, 8]
    assert list(find_sentence_ends("")) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("One two-three, four.", 3), ("3.5 % of it", 3), ("文", 1), ("文字", 1), ("文字 and 文", 3)],
)
def test_words_are_counted_as_they_are_spoken(text: str, count: int) -> None:
    assert count_spoken_words(text) == count
