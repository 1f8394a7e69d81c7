"""Test that text is found across breaks and markup, without false matches."""

from __future__ import annotations

import random

import pytest

from triptych.checks.wordings import OBJECT_PLACEHOLDER, TextSearch, Wording, normalise_text

LONG = "It takes quite a few words to fill a line, and a page may end anywhere among them all."


def holds(text: str, words: str) -> bool:
    return TextSearch(normalise_text(text)).contains(Wording(words))


def test_normalised_text_consists_of_letters() -> None:
    assert normalise_text("A “simple” sen-\ntence, ﬁnally: x² £5") == "asimplesentencefinallyx25"
    assert normalise_text("soft\u00adly") == "softly"
    assert normalise_text("— → …") == ""


@pytest.mark.parametrize(
    "text",
    [
        LONG.upper(),
        LONG.replace(" ", "\n"),
        LONG.replace("line, and", "line, 1 A note. 12 and"),
        "x" * 50_000 + LONG,
    ],
)
def test_truncated_words_are_matched(text: str) -> None:
    assert holds(text, LONG)


@pytest.mark.parametrize(
    "text", ["", LONG[:40], LONG.replace("few", "many").replace("line", "row").replace("end", "stop")]
)
def test_other_words_do_not_match(text: str) -> None:
    assert not holds(text, LONG)


def test_no_letters_are_found_nowhere() -> None:
    assert not holds("Text", "—")
    assert not Wording("—")
    assert not Wording(OBJECT_PLACEHOLDER)


def test_text_around_a_drawing_must_be_complete() -> None:
    assert holds("Let a≤b be given", f"Let {OBJECT_PLACEHOLDER} be given")
    assert not holds("Let a≤b", f"Let {OBJECT_PLACEHOLDER} be given")


def test_a_search_finds_the_same_in_any_order() -> None:
    """Test that a search gives the same results in any order. The order affects only its speed."""
    chance = random.Random(1)
    alphabet = "abcdefgh"
    words = ["".join(chance.choices(alphabet, k=chance.randint(1, 9))) for _ in range(6000)]
    text = normalise_text("".join(words[:3000]))
    expected = [" ".join(words[i : i + chance.randint(1, 30)]) for i in range(0, 6000, 7)]
    fresh = [TextSearch(text).contains(Wording(item)) for item in expected]
    assert True in fresh and False in fresh
    for order in (list(range(len(expected))), list(reversed(range(len(expected))))):
        chance.shuffle(order)
        search = TextSearch(text)
        assert {i: search.contains(Wording(expected[i])) for i in order} == dict(enumerate(fresh))


def test_page_break_is_allowed_anywhere_in_unspaced_text() -> None:
    words = "程序的初始化和执行都起始于主包，如果主包还导入了其它的包，那么就会在编译时将它们依次导入。"
    assert holds(words.replace("导入了", "导1 脚注。12 第二章 入了"), words)
    assert not holds("程序的初始化和执行都起始于主包。", words)


def test_a_page_may_end_within_a_few_words() -> None:
    code = "output: xaringan::moon_reader: nature: highlightLines: true"
    assert holds(code.replace("reader: na", "rea\n152 The definitive guide\nder: na"), code)
    assert not holds(code.replace("reader: na", "reader: " + "other words " * 40), code)


def test_page_break_is_allowed_after_the_first_of_few_words() -> None:
    words = "play a role. With one covariate"
    assert holds("the dependencies play a\n152 Gaussian processes\nrole. With one covariate", words)
    assert not holds("the dependencies play a\n" + "other words " * 40 + "role. With one covariate", words)
    assert not holds("the dependencies play a\n152 Gaussian processes\nrole. With a covariate", words)


def test_bidirectional_text_is_matched_in_pdf_order() -> None:
    code = 'title: المياه والمدن unit="مليون م"'
    assert holds('المياه والمدن :title "م مليون"=unit', code)
    assert not holds('title: unit="مليون م"', code)
