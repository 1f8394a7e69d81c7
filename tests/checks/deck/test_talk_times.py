"""Test the file with the times of a rehearsal."""

from __future__ import annotations

from triptych.checks.deck.talk import SpokenSlide, Talk
from triptych.checks.deck.talk_times import read_talk_times, update_talk_times


def test_new_times_replace_those_of_the_same_talk() -> None:
    first = update_talk_times("", "", ["A", "B, C", "D"], {"A": 10, "B, C": 20})
    assert first == 'talk,slide,seconds\n,A,10\n,"B, C",20\n'
    board = update_talk_times(first, "board", ["A"], {"A": 5})
    second = update_talk_times(board, "", ["A", "D"], {"D": 7})
    assert read_talk_times(second, "") == {"A": 10, "D": 7}
    assert read_talk_times(second, "board") == {"A": 5}


def test_damaged_rows_are_ignored() -> None:
    text = "talk,slide,seconds\n,A,-3\n,B\n,C,x\n,D,4,5\n\n,E,99999999\n"
    assert read_talk_times(text, "") == {"D": 4, "E": 86400}
    assert read_talk_times("no table", "") == {}
    assert read_talk_times(f"talk,slide,seconds\n,A,{'9' * 5000}\n,B,7\n", "") == {"B": 7}
    assert read_talk_times(f"talk,slide,seconds\n,{'x' * 200_000},1\n", "") == {}


def test_measured_times_replace_estimates_of_existing_slides() -> None:
    slides = [
        SpokenSlide(number=n, title=title, word_count=100, pause_count=6) for n, title in ((1, "A"), (2, "B"))
    ]
    talk = Talk(tuple(slides)).use_measured_times({"B": 30, "gone": 999})
    assert [round(slide.compute_minutes(100), 2) for slide in talk.slides] == [1.1, 0.5]
    assert round(talk.compute_minutes(100), 2) == 1.6
