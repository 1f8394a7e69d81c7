"""What is said where there is not time for all of it."""

from __future__ import annotations

from triptych.writers.deck.story.runs import NotePart, Remark, make_plain_note
from triptych.writers.deck.story.talk_timing import WordBudget, choose_note_parts


def remark(text: str, worth: float = 1.0, paragraph: int = 0, *, needs_previous: bool = False) -> Remark:
    return Remark(text=text, paragraph_number=paragraph, score=worth, needs_previous=needs_previous)


def texts(said: list[NotePart]) -> list[str]:
    return [one.text for one in said if isinstance(one, Remark)]


def test_what_is_worth_more_is_said_in_the_order_of_the_book() -> None:
    turn = WordBudget(
        notes=[remark("one two"), remark("three four", 3, 1), remark("five six", 2, 2)], word_limit=4
    )
    assert texts(choose_note_parts([turn])[0]) == ["three four", "five six"]


def test_a_sentence_that_leans_is_said_after_the_one_before_it_only() -> None:
    first, second = remark("one two three", 1), remark("that four", 9, needs_previous=True)
    assert texts(choose_note_parts([WordBudget(notes=[first, second], word_limit=2)])[0]) == []
    assert texts(choose_note_parts([WordBudget(notes=[first, second], word_limit=5)])[0]) == [
        "one two three",
        "that four",
    ]


def test_a_sentence_leans_on_none_of_another_paragraph() -> None:
    said = [remark("one", 3), remark("that", 9, 1, needs_previous=True)]
    assert texts(choose_note_parts([WordBudget(notes=said, word_limit=5)])[0]) == ["one"]


def test_words_are_shared_out_among_the_slides() -> None:
    turns = [WordBudget(notes=[remark(f"{n} word", 1, n) for n in range(9)], word_limit=20) for _ in range(3)]
    assert [len(texts(said)) for said in choose_note_parts(turns, 12)] == [2, 2, 2]


def test_a_slide_that_is_worth_half_is_said_half_as_much_to() -> None:
    said = [remark(f"{n} word", 1, n) for n in range(9)]
    turns = [WordBudget(notes=said, word_limit=20), WordBudget(notes=said, word_limit=20, share=0.5)]
    assert [len(texts(one)) for one in choose_note_parts(turns, 12)] == [4, 2]


def test_paragraphs_are_said_whatever_the_time_and_take_it_from_others() -> None:
    own = make_plain_note("Six words that an author wrote.")
    turns = [WordBudget(notes=[own], word_limit=3), WordBudget(notes=[remark("one two three")], word_limit=9)]
    assert choose_note_parts(turns, 8) == [[own], []]
    assert choose_note_parts(turns, 9) == [[own], [remark("one two three")]]
