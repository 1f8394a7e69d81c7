"""Names are wrapped and nothing of them is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triptych.charts.labels import measure_longest_word, wrap_label


def measure(text: str) -> float:
    return float(len(text))


def test_words_stay_whole_where_they_fit() -> None:
    assert wrap_label("Democratic Republic of the Congo", 12, measure) == [
        "Democratic",
        "Republic of",
        "the Congo",
    ]


def test_a_word_that_fits_nowhere_is_broken() -> None:
    assert wrap_label("Telecommunications", 8, measure) == ["Telecomm", "unicatio", "ns"]


def test_a_long_word_is_not_measured_at_each_letter() -> None:
    asked: list[str] = []

    def counted(text: str) -> float:
        asked.append(text)
        return measure(text)

    assert wrap_label("x" * 1000, 100, counted) == ["x" * 100] * 10
    assert len(asked) < 150


def test_nothing_is_one_empty_line() -> None:
    assert wrap_label("", 8, measure) == [""]


@given(st.text(alphabet="abc de", max_size=60), st.integers(1, 20))
def test_no_letter_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    lines = wrap_label(text, width, measure)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(measure(line) <= width for line in lines)


def test_the_longest_word_is_what_a_text_needs() -> None:
    assert measure_longest_word("of the Congo", measure) == 5


def test_what_is_just_as_wide_fits() -> None:
    assert wrap_label("two words", 9, measure) == ["two words"]
    assert wrap_label("abcdef", 3, measure) == ["abc", "def"]


def test_of_a_word_for_which_no_width_is_enough_each_letter_has_a_line() -> None:
    assert wrap_label("abc", 0.5, measure) == ["a", "b", "c"]
