"""Test that passages are located by rare words and their order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.preview.alignment import Query, QueryMatch, WordIndex, make_query, split_words


def texts(text: str, **options: bool) -> list[str]:
    return [word.text for word in split_words(text, **options)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "CAFE\u0301"),
        ("renew\xadable", "renewable"),
        ("1,234.5", "1234.5"),
        ("1\u202f234", "1,234"),
        ("43,18", "43.18"),
        ("CO₂", "CO~2~"),
        ("China’s", "China's"),
        ("ﬁrst", "first"),
        ("٣٤", "34"),
    ],
)
def test_spellings_of_one_word_are_equal(one: str, other: str) -> None:
    assert texts(one) == texts(other)


def test_letters_and_digits_are_separate_words() -> None:
    assert texts("pvmag2026a 5G") == ["pvmag", "2026", "a", "5", "g"]


def test_each_character_is_a_word_in_scripts_without_spaces() -> None:
    assert texts("太阳能 2025 solar") == ["太", "阳", "能", "2025", "solar"]


def test_a_comma_separates_numbers_in_csv_only() -> None:
    assert texts("2012,23000", commas_split=True) == ["2012", "23000"]
    assert texts("23,000") == ["23000"]


def test_offsets_refer_to_the_text() -> None:
    text = "A «café», 1,000"
    assert [text[word.start : word.end] for word in split_words(text)] == ["A", "café", "1,000"]


def locate(source: str, output: str, focus: str) -> str:
    """Return the words around the source position found for the first such word of the output."""
    source_words, words = texts(source), texts(output)
    query = make_query(words, [0] * len(words), words.index(focus))
    passage = WordIndex(source_words).find_passage(query)
    assert passage is not None
    place = passage.locate_focus(query)
    return " ".join(source_words[max(0, place - 1) : place + 2])


def test_markup_between_words_is_skipped() -> None:
    source = r"Solar power\index{solar power|(textbf} has [grown]{.term} 27-fold [@cep2016pv; @pvmag2026] in ten years."
    assert locate(source, "Solar power has grown 27-fold in ten years", "in") == "2026 in ten"


def test_a_word_that_occurs_often_is_found_by_its_neighbours() -> None:
    source = "the cat sat on the mat. the dog lay on the rug. the cow stood on the lawn."
    assert locate(source, "dog lay on the rug", "the") == "on the rug"


def test_generated_words_are_located_by_their_neighbours() -> None:
    source = "Panels got cheaper (@fig-prices) within a decade."
    assert "fig" in locate(source, "Panels got cheaper (Figure 5.1) within a decade", "figure")


def test_words_in_another_order_are_found_in_the_passage() -> None:
    source = "Rides of robotaxis [Zhang 2019; Baidu 2025; Gasgoo 2025]\n" + "Other words follow here. " * 30
    output = "Rides of robotaxis (Baidu 2025; Gasgoo 2025; Zhang 2019)"
    assert locate(source, output, "zhang") == "robotaxis zhang 2019"


def test_words_of_another_paragraph_weigh_less() -> None:
    query = make_query(["a", "b", "c", "d"], [0, 0, 1, 1], 2)
    assert query.weights[1] < query.weights[3]
    assert list(query.block_positions) == [2, 3]


def test_passages_do_not_go_over_the_end_of_a_text() -> None:
    index = WordIndex(["alpha", "beta", "gamma", "delta"], [0, 2])
    passage = index.find_passage(Query(["beta", "gamma"], [1.0, 1.0], 0, range(2)))
    assert passage is not None and len(passage.matches) == 1


def test_unknown_words_have_no_match() -> None:
    assert WordIndex(["a"]).find_passage(Query(["b"], [1.0], 0, range(1))) is None
    assert WordIndex([]).find_passage(Query(["b"], [1.0], 0, range(1))) is None


def test_a_passage_covers_a_query_with_its_focus_and_most_words() -> None:
    query = Query(["a", "b", "c", "d", "e"], [1.0] * 5, 0, range(5))
    assert QueryMatch(1.0, ((0, 0), (1, 1), (2, 2), (4, 4))).covers(query)
    assert not QueryMatch(1.0, ((0, 0), (1, 1), (2, 2))).covers(query)
    label = Query(["a", "b", "c"], [1.0] * 3, 0, range(1))
    assert QueryMatch(1.0, ((0, 0),)).covers(label)
    assert not QueryMatch(1.0, ((1, 1), (2, 2))).covers(label)


def test_half_of_a_short_paragraph_is_a_credible_match() -> None:
    query = Query(["a", "b", "c", "d", "e"], [1.0] * 5, 0, range(5))
    assert QueryMatch(1.0, ((0, 0), (1, 1), (2, 2))).is_credible(query)
    assert not QueryMatch(1.0, ((0, 0), (1, 1))).is_credible(query)


WORDS = st.text(st.sampled_from("abcdefgh"), min_size=1, max_size=3)


@given(st.lists(WORDS, min_size=1, max_size=300), st.data())
def test_each_word_of_a_text_matches_itself(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    query = make_query(words, [0] * len(words), at)
    passage = WordIndex(words).find_passage(query)
    assert passage is not None
    assert words[passage.locate_focus(query)] == words[at]


@given(st.integers(30, 400), st.integers(0, 2**32))
def test_distinct_words_match_through_markup(count: int, seed: int) -> None:
    """Test locating words in a text with markup between any two words."""
    rng = random.Random(seed)
    words = [f"w{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}{'uvwxyz'[n // 100]}" for n in range(count)]
    source: list[str] = []
    places = []
    for word in words:
        source += ["index"] * rng.randrange(4)
        places.append(len(source))
        source.append(word)
    at = rng.randrange(count)
    query = make_query(words, [0] * count, at)
    passage = WordIndex(source).find_passage(query)
    assert passage is not None and passage.locate_focus(query) == places[at]
