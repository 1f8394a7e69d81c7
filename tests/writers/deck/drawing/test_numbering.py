"""Test that list numbers on slides are native where possible, and text otherwise."""

from __future__ import annotations

from tests.writers.deck.conftest import point
from triptych.writers.deck.drawing.text import Numbering, number_paragraphs


def test_nested_list_restarts_under_each_item() -> None:
    outer, inner = Numbering("arabicPeriod", 1), Numbering("alphaLcParenR", 1)
    paras = [
        point("One", number=1),
        point("a", number=1, level=1, style="lower-alpha", brackets=")"),
        point("b", number=2, level=1, style="lower-alpha", brackets=")"),
        point("Two", number=2),
        point("a", number=1, level=1, style="lower-alpha", brackets=")"),
    ]
    assert number_paragraphs(paras) == [outer, inner, inner, outer, inner]


def test_similar_list_directly_after_another_is_written_out() -> None:
    paras = [point("One", number=1), point("Two", number=2), point("One", number=1), point("Two", number=2)]
    first = Numbering("arabicPeriod", 1)
    assert number_paragraphs(paras) == [first, first, Numbering(text="1."), Numbering(text="2.")]


def test_text_between_two_lists_separates_them() -> None:
    paras = [point("One", number=1), point("Words."), point("One", number=1)]
    first = Numbering("arabicPeriod", 1)
    assert number_paragraphs(paras) == [first, None, first]


def test_list_continued_in_another_style_is_separate() -> None:
    paras = [point("One", number=1), point("b", number=2, style="lower-alpha")]
    assert number_paragraphs(paras) == [Numbering("arabicPeriod", 1), Numbering("alphaLcPeriod", 2)]


def test_unsupported_start_number_is_written_out() -> None:
    assert number_paragraphs([point("None", number=0)]) == [Numbering(text="0.")]
    assert number_paragraphs([point("Much", number=32_768)]) == [Numbering(text="32768.")]
    assert number_paragraphs([point("Just", number=32_767)]) == [Numbering("arabicPeriod", 32_767)]
