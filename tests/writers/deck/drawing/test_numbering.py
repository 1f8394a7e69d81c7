"""Numbers of lists on a slide are counted by the program that shows it, or written where it can't count so."""

from __future__ import annotations

from tests.writers.deck.conftest import point
from triptych.writers.deck.drawing.text import Numbering, number_paragraphs


def test_an_inner_list_begins_anew_under_each_item() -> None:
    outer, inner = Numbering("arabicPeriod", 1), Numbering("alphaLcParenR", 1)
    paras = [
        point("One", number=1),
        point("a", number=1, level=1, style="lower-alpha", brackets=")"),
        point("b", number=2, level=1, style="lower-alpha", brackets=")"),
        point("Two", number=2),
        point("a", number=1, level=1, style="lower-alpha", brackets=")"),
    ]
    assert number_paragraphs(paras) == [outer, inner, inner, outer, inner]


def test_a_second_list_right_behind_one_like_it_is_written() -> None:
    paras = [point("One", number=1), point("Two", number=2), point("One", number=1), point("Two", number=2)]
    first = Numbering("arabicPeriod", 1)
    assert number_paragraphs(paras) == [first, first, Numbering(text="1."), Numbering(text="2.")]


def test_what_stands_between_two_lists_parts_them() -> None:
    paras = [point("One", number=1), point("Words."), point("One", number=1)]
    first = Numbering("arabicPeriod", 1)
    assert number_paragraphs(paras) == [first, None, first]


def test_a_list_that_goes_on_in_another_style_is_another_list() -> None:
    paras = [point("One", number=1), point("b", number=2, style="lower-alpha")]
    assert number_paragraphs(paras) == [Numbering("arabicPeriod", 1), Numbering("alphaLcPeriod", 2)]


def test_what_a_presentation_cannot_count_from_is_written() -> None:
    assert number_paragraphs([point("None", number=0)]) == [Numbering(text="0.")]
    assert number_paragraphs([point("Much", number=32_768)]) == [Numbering(text="32768.")]
    assert number_paragraphs([point("Just", number=32_767)]) == [Numbering("arabicPeriod", 32_767)]
