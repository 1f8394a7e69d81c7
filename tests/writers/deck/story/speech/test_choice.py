"""Test the choice of sentences if there is not enough time for all."""

from __future__ import annotations

from triptych.writers.deck.story.runs import NotePart, Remark, make_plain_note
from triptych.writers.deck.story.talk_timing import WordBudget, choose_note_parts


def remark(text: str, worth: float = 1.0, paragraph: int = 0, *, needs_previous: bool = False) -> Remark:
    return Remark(text=text, paragraph_number=paragraph, score=worth, needs_previous=needs_previous)


def texts(said: list[NotePart]) -> list[str]:
    return [item.text for item in said if isinstance(item, Remark)]


def test_better_remarks_are_chosen_in_book_order() -> None:
    turn = WordBudget(
        notes=[remark("one two"), remark("three four", 3, 1), remark("five six", 2, 2)], word_limit=4
    )
    assert texts(choose_note_parts([turn])[0]) == ["three four", "five six"]


def test_dependent_sentence_is_chosen_only_after_its_predecessor() -> None:
    first, second = remark("one two three", 1), remark("that four", 9, needs_previous=True)
    assert texts(choose_note_parts([WordBudget(notes=[first, second], word_limit=2)])[0]) == []
    assert texts(choose_note_parts([WordBudget(notes=[first, second], word_limit=5)])[0]) == [
        "one two three",
        "that four",
    ]


def test_a_sentence_leans_on_none_of_another_paragraph() -> None:
    text = [remark("one", 3), remark("that", 9, 1, needs_previous=True)]
    assert texts(choose_note_parts([WordBudget(notes=text, word_limit=5)])[0]) == ["one"]


def test_words_are_shared_out_among_the_slides() -> None:
    turns = [WordBudget(notes=[remark(f"{n} word", 1, n) for n in range(9)], word_limit=20) for _ in range(3)]
    assert [len(texts(note_part)) for note_part in choose_note_parts(turns, 12)] == [2, 2, 2]


def test_slide_with_half_the_share_gets_half_the_words() -> None:
    text = [remark(f"{n} word", 1, n) for n in range(9)]
    turns = [WordBudget(notes=text, word_limit=20), WordBudget(notes=text, word_limit=20, time_share=0.5)]
    assert [len(texts(note_part)) for note_part in choose_note_parts(turns, 12)] == [4, 2]


def test_author_notes_are_kept_and_reduce_the_time_of_others() -> None:
    plain_note = make_plain_note("Six words that an author wrote.")
    turns = [
        WordBudget(notes=[plain_note], word_limit=3),
        WordBudget(notes=[remark("one two three")], word_limit=9),
    ]
    assert choose_note_parts(turns, 8) == [[plain_note], []]
    assert choose_note_parts(turns, 9) == [[plain_note], [remark("one two three")]]
