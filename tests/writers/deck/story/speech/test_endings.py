"""Test that spoken text consists of complete sentences, even before a formula or a list."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.languages.labels import load_labels
from triptych.model.walk import plain_text
from triptych.writers.deck.story.remarks import complete_sentences

FORMULA = "$$c = \\frac{C}{n}$$\n\n"


@pytest.fixture
def finished(read_book_of: ReadBook):
    def finish(text: str, language: str = "en") -> list[str]:
        book, _ = read_book_of(text, manifest=f"lang: {language}\n")
        blocks = complete_sentences(book.chapters[0].blocks, load_labels(language))
        return [plain_text(block.content) for block in blocks if type(block).__name__ == "Paragraph"]

    return finish


def test_formula_completes_the_preceding_sentence(finished) -> None:
    assert finished(f"It is known. The cost is\n\n{FORMULA}") == ["It is known. The cost is c = C/n."]


def test_a_clause_after_the_formula_is_in_the_same_sentence(finished) -> None:
    text = finished(f"The cost is\n\n{FORMULA}where $n$ is the number. Nobody knows it.\n")
    assert list(map(str.strip, text)) == ["The cost is c = C/n, where n is the number.", "Nobody knows it."]


def test_a_colon_before_a_formula_is_followed_by_its_words(finished) -> None:
    assert finished(f"The cost is this:\n\n{FORMULA}") == ["The cost is this: c = C/n."]


def test_a_short_list_of_phrases_ends_a_sentence(finished) -> None:
    text = finished("Costs that remain are\n\n- training of nurses,\n- vaccines.\n")
    assert text == ["Costs that remain are training of nurses, vaccines."]


@pytest.mark.parametrize(
    "display",
    [
        "```python\nx = 1\n```\n",
        "::: big-numbers\n42 %\n:   of all\n:::\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "- Training takes a year.\n- Vaccines are dear.\n",
        "> A quotation of some length.\n",
    ],
)
def test_sentence_that_cannot_be_completed_is_omitted(finished, display: str) -> None:
    assert finished(f"The share is known. The share of the districts is\n\n{display}")[0].strip() == (
        "The share is known."
    )


def test_a_sentence_that_would_be_too_long_is_left_out(finished) -> None:
    text = "The cost " + "of a very long programme " * 12 + "is"
    result = finished(f"It is known. {text}\n\n{FORMULA}where $n$ is a number. Nobody knows it.\n")
    assert list(map(str.strip, result)) == ["It is known.", "Nobody knows it."]


def test_chinese_sentence_has_a_chinese_full_stop(finished) -> None:
    assert finished(f"成本为\n\n{FORMULA}", "zh") == ["成本为c = C/n。"]


@pytest.mark.parametrize(
    "text", ["The cost is known.", "Is it known?", "He said “stop.”", "The end.[^1]\n\n[^1]: A note"]
)
def test_complete_sentences_are_unchanged(finished, text: str) -> None:
    before = finished(text)
    assert finished(f"{text}\n\n{FORMULA}") == before
