"""Test that names are wrapped without losing text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triptych.charts.labels import measure_longest_word, wrap_label


def measure(text: str) -> float:
    return float(len(text))


def test_words_that_fit_are_not_broken() -> None:
    assert wrap_label("Democratic Republic of the Congo", 12, measure) == [
        "Democratic",
        "Republic of",
        "the Congo",
    ]


def test_a_word_that_fits_nowhere_is_broken() -> None:
    assert wrap_label("Telecommunications", 8, measure) == ["Telecomm", "unicatio", "ns"]


def test_a_long_word_is_not_measured_at_each_letter() -> None:
    requested: list[str] = []

    def counted(text: str) -> float:
        requested.append(text)
        return measure(text)

    assert wrap_label("x" * 1000, 100, counted) == ["x" * 100] * 10
    assert len(requested) < 150


def test_empty_text_is_one_empty_line() -> None:
    assert wrap_label("", 8, measure) == [""]


@given(st.text(alphabet="abc de", max_size=60), st.integers(1, 20))
def test_wrapping_keeps_every_letter_and_the_maximum_width(text: str, width: int) -> None:
    lines = wrap_label(text, width, measure)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(measure(line) <= width for line in lines)


def test_minimum_width_is_that_of_the_longest_word() -> None:
    assert measure_longest_word("of the Congo", measure) == 5


def test_text_of_exactly_the_width_fits() -> None:
    assert wrap_label("two words", 9, measure) == ["two words"]
    assert wrap_label("abcdef", 3, measure) == ["abc", "def"]


def test_word_wider_than_any_width_has_a_line_per_letter() -> None:
    assert wrap_label("abc", 0.5, measure) == ["a", "b", "c"]
