"""Test that the best line breaks of a paragraph are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pyphen
import pytest

from tests.conftest import Golden
from weasyprint_typography.line_breaking import (
    HYPHEN,
    Breakpoint,
    LineWidths,
    find_best_lines,
    find_ragged_lines,
)

MEASURE = LineWidths(first_line=100, other_lines=100, space=5)


def stops(words: Sequence[str | float], *, hyphen: float = 3) -> list[Breakpoint]:
    """Return breakpoints for words given as widths, with spaces of 5; "12-20" can be hyphenated."""
    edge, spaces = 0.0, 0
    result = [Breakpoint(index=0, end=0, next_start=0, spaces_before=0, spaces_after=0)]
    for place, word in enumerate(words, 1):
        first, _, rest = str(word).partition("-")
        if rest:
            middle = edge + float(first)
            result.append(
                Breakpoint(place * 10 - 5, middle + hyphen, middle, spaces, spaces, hyphen_cost=HYPHEN)
            )
            edge = middle
        edge += float(rest or first)
        is_last = place == len(words)
        result.append(Breakpoint(place * 10, edge, edge + 5, spaces, spaces + 1, is_mandatory=is_last))
        edge, spaces = edge + 5, spaces + 1
    return result


def lines(words: Sequence[str | float], measure: LineWidths = MEASURE) -> list[int]:
    """Return line ends: 10 is after the first word, 20 after the second, 15 inside the second."""
    every = stops(words)
    plain = [stop for stop in every if not stop.hyphen_cost]
    return [stop.index for stop in find_best_lines(plain, measure, lambda: every)[1:]]


def test_line_passes_a_word_to_the_next_if_needed() -> None:
    words = [20, 20, 20, 20, 60, 20, 60, 30]
    greedy = [40, 60, 80]
    # Greedy line breaking would give a third line of 60 and 30, and a loose second one.
    assert lines(words) == greedy
    assert lines([25, 25, 20, 12, 70, 30]) == [30, 50, 60]


# With the last word, a line has exactly its width; without it, its spaces are slightly wider.
FULL_LINE = [*[4.4] * 10, 6]


def test_a_line_that_needs_no_stretching_is_preferred() -> None:
    assert lines([*FULL_LINE, 30]) == [110, 120]


@pytest.mark.parametrize(("width", "places"), [(11, [100, 120]), (12, [110, 120])])
def test_last_line_narrower_than_12_percent_gets_another_word(width: float, places: list[int]) -> None:
    assert lines([*FULL_LINE, width]) == places


def test_words_are_hyphenated_only_where_lines_are_not_fine_without() -> None:
    assert lines([30, "30-30", 30]) == [20, 30]
    assert lines([40, "50-45", 50]) == [15, 30]


def test_letters_shrink_except_on_lines_where_they_may_not() -> None:
    """Test that letters shrink only on their own line: earlier lines are not counted."""
    words = [98, 60, 39, 98]  # 60 and 39 need 104
    measure = replace(MEASURE, letter_stretch=0.05)
    rigid = {"first": (98, 98, 98, 98), "second": (0, 60, 60, 60), "none": (0, 0, 0, 0)}
    result = {}
    for name, widths in rigid.items():
        every = stops(words)
        every[1:] = [
            replace(stop, image_width_before=width) for stop, width in zip(every[1:], widths, strict=True)
        ]
        result[name] = [stop.index for stop in find_best_lines(every, measure, lambda every=every: every)[1:]]
    assert result == {"first": [10, 30, 40], "second": [10, 20, 30, 40], "none": [10, 30, 40]}


@pytest.mark.parametrize(("first_word", "places"), [(5.9375, [80, 130, 150]), (5.93, [85, 140, 150])])
def test_words_are_unbroken_while_spaces_stretch_by_at_most_half(
    first_word: float, places: list[int]
) -> None:
    """Test that words are not hyphenated if spaces stretch by at most half.

    Hyphens would allow two full lines instead of two that are stretched by exactly this limit.
    """
    rigid = replace(MEASURE, letter_stretch=0)
    words = [first_word, *[5.9375] * 7, "9.5-20.5", 10, 10, 10, 10, 14.5, 30]
    assert lines(words, rigid) == places


@pytest.mark.parametrize(("stretch", "places"), [(1.095, [40, 70, 80]), (1.0975, [45, 70, 80])])
def test_a_hyphen_costs_as_much_as_spaces_stretched_by_11_tenths_of_the_limit(
    stretch: float, places: list[int]
) -> None:
    """Test that a hyphen costs as much as spaces stretched by 11 tenths of the limit.

    The first line consists of four words; with the start of the fifth, it has its exact width.
    """
    word = (85 - 3 * 2.5 * stretch) / 4
    words = [*[word] * 4, f"{77 - 4 * word}-29.8", 30, 30, 40]
    assert lines(words, replace(MEASURE, letter_stretch=0)) == places


def test_word_exactly_as_wide_as_the_line_is_unbroken() -> None:
    assert lines(["50-50"]) == [10]


@pytest.mark.parametrize(("width", "places"), [(44, [60, 80, 90]), (43.9, [70, 80, 90])])
def test_lines_filled_to_55_percent_are_tried_first(width: float, places: list[int]) -> None:
    """Test that lines filled to 55 percent are tried first.

    Six words fill the first line to this extent; with a seventh, the second line would be a single word.
    """
    words = [*[(width - 25) / 6] * 6, 12, 60, 30]
    assert lines(words, LineWidths(80, 80, 5, letter_stretch=0)) == places


def test_lines_may_be_a_little_tight() -> None:
    assert lines([32, 32, 28, 32]) == [30, 40]
    assert lines([34, 34, 34, 34]) == [20, 40]


def test_pictures_do_not_stretch() -> None:
    measure = LineWidths(first_line=100, other_lines=100, space=5, letter_stretch=0.05)
    letters = stops([45, 55])
    picture = [*letters[:2], replace(letters[2], image_width_before=55)]
    assert [stop.index for stop in find_best_lines(letters, measure, lambda: letters)] == [0, 20]
    assert [stop.index for stop in find_best_lines(picture, measure, lambda: picture)] == [0, 10, 20]


@pytest.mark.parametrize(("picture", "places"), [(26.5, [20]), (27.5, [10, 20])])
def test_a_line_shrinks_by_its_spaces_and_its_letters_only(picture: float, places: list[int]) -> None:
    """Test that a line shrinks only by its spaces and letters.

    The line is 5 too wide; its space shrinks by 1.1, and 78 of letters by 3.9.
    """
    every = stops([45, 55])
    every[2] = replace(every[2], image_width_before=picture)
    best_lines = find_best_lines(every, replace(MEASURE, letter_stretch=0.05), lambda: every)
    assert [stop.index for stop in best_lines[1:]] == places


def test_two_hyphens_in_a_row_are_avoided() -> None:
    result = lines([60, "30-30", 30, "25-50", 60, 40])
    assert sum(place % 10 == 5 for place in result) <= 1


# The first line is loose unless it ends with the beginning of the fifth word.
LOOSE_OR_HYPHENATED = [18.65, 18.65, 18.65, 18.65, "2.4-30"]


def test_a_hyphen_before_the_last_line_is_worse_than_one_before_another_line() -> None:
    assert lines(LOOSE_OR_HYPHENATED) == [40, 50]
    assert lines([*LOOSE_OR_HYPHENATED, 30, 30, 40]) == [45, 70, 80]


def test_hyphens_and_breaks_in_formulas_are_preferred_to_a_loose_line() -> None:
    loose_or_hyphenated = [18.4, 18.4, 18.4, 18.4, "3.4-30"]
    assert lines(loose_or_hyphenated) == [45, 50]
    every = [
        replace(stop, hyphen_cost=0, formula_penalty=1500) if stop.hyphen_cost else stop
        for stop in stops(loose_or_hyphenated)
    ]
    assert [stop.index for stop in find_best_lines(every, MEASURE, lambda: every)[1:]] == [45, 50]


@pytest.mark.parametrize(("width", "places"), [(3.33, [100, 160, 180]), (4.6, [100, 170, 180])])
def test_a_tight_line_does_not_follow_a_loose_one(width: float, places: list[int]) -> None:
    """Test adjacent lines: the second line is tight with 17 words and somewhat loose with 16."""
    assert lines([*[width] * 10, 32, *[6.88] * 5, 7.9, 30]) == places


def test_word_is_unbroken_if_its_hyphen_gains_nothing() -> None:
    # The first line is far too short in both cases, the second equally wide.
    assert lines(["30-20", 60, 20, 32]) == [10, 30, 40]


def test_overlong_word_is_alone_on_its_line() -> None:
    assert lines([40, 250, 40]) == [10, 20, 30]


def test_first_line_has_a_separate_width() -> None:
    narrow = LineWidths(first_line=60, other_lines=100, space=5)
    assert lines([30, 25, 45, 50], narrow) == [20, 40]


@pytest.mark.parametrize("balanced", [True, False])
def test_first_ragged_line_has_a_separate_width(balanced: bool) -> None:
    narrow = LineWidths(first_line=60, other_lines=100, space=5)
    ragged_lines = find_ragged_lines(stops([30, 25, 45, 50]), narrow, is_balanced=balanced)
    assert [stop.index for stop in ragged_lines[1:]] == [20, 40]


def test_a_last_line_of_one_short_word_is_avoided_in_ragged_text() -> None:
    plain = stops([30, 30, 30, 30, 30, 10])
    ragged_lines = find_ragged_lines(plain, LineWidths(110, 110, 5), is_balanced=False)
    assert [stop.index for stop in ragged_lines] == [0, 30, 60]


@pytest.mark.parametrize(("width", "places"), [(19, [20, 40]), (20, [30, 40])])
def test_ragged_last_line_narrower_than_20_percent_gets_another_word(width: float, places: list[int]) -> None:
    ragged_lines = find_ragged_lines(stops([30, 30, 30, width]), MEASURE, is_balanced=False)
    assert [stop.index for stop in ragged_lines[1:]] == places


@pytest.mark.parametrize(
    ("words", "begin", "end", "places"),
    [
        ([48, 47], 0, 0, [20]),  # exactly as wide as a line
        ([48, 48], 0, 0, [10, 20]),
        ([48, 47.5], 0, 0, [10, 20]),
        ([48, 47], 2, 0, [10, 20]),  # ragged text needs space for hanging punctuation
        ([48, 47], 0, 2, [10, 20]),
        ([46, 46], 1, 2, [20]),
        ([120, 100.5, 90], 0, 0, [10, 20, 30]),  # a word that is too wide has its own line
    ],
)
def test_ragged_lines_are_filled_and_no_wider(
    words: list[float], begin: float, end: float, places: list[int]
) -> None:
    every = [replace(stop, next_start_hang=begin, end_hang=end) for stop in stops(words)]
    for balanced in (True, False):
        assert [stop.index for stop in find_ragged_lines(every, MEASURE, is_balanced=balanced)[1:]] == places


@pytest.mark.parametrize("width", [1e9, float("inf")])
@pytest.mark.parametrize("balanced", [True, False])
def test_ragged_text_that_fits_on_one_line_is_looked_at_once(width: float, balanced: bool) -> None:
    class CountedStops(list[Breakpoint]):
        reads = 0

        def __getitem__(self, index: Any) -> Any:
            self.reads += 1
            return super().__getitem__(index)

    many = CountedStops(stops([5.0] * 300))
    ragged_lines = find_ragged_lines(many, LineWidths(width, width, 5), is_balanced=balanced)
    assert [stop.index for stop in ragged_lines] == [0, 3000]
    assert many.reads < 3 * len(many)


def test_lines_of_headings_are_of_like_lengths() -> None:
    plain = stops([30, 30, 30, 20])
    ragged_lines = find_ragged_lines(plain, LineWidths(110, 110, 5), is_balanced=True)
    assert [stop.index for stop in ragged_lines] == [0, 20, 40]
    ragged_lines = find_ragged_lines(plain, LineWidths(110, 110, 5), is_balanced=False)
    assert [stop.index for stop in ragged_lines] == [0, 20, 40]


def test_headings_have_the_fewest_lines() -> None:
    ragged_lines = find_ragged_lines(stops([30, 30, 30]), LineWidths(100, 100, 5), is_balanced=True)
    assert [stop.index for stop in ragged_lines] == [0, 30]


PROSE = (
    "A lighthouse keeper counts nights, not days. In the long winter of his first year he wrote into the "
    "ledger whatever passed the station: trawlers, icebreakers, an uncommonly stubborn rowing boat, and "
    "seventeen migrating swans. Whoever reads the entries notices how the handwriting changes with the "
    "weather, and that understatement was his only extravagance. On the last page stands a single word."
)
NARROW, WIDE = frozenset("fijlrt.,:'-"), frozenset("mwAOW")


def width_of(text: str) -> float:
    """Return the width function of a font with letters of three widths."""
    return sum(3.0 if letter in NARROW else 8.0 if letter in WIDE else 5.0 for letter in text)


def set_stops(text: str) -> tuple[list[Breakpoint], dict[int, str]]:
    """Return all breakpoints of an English text with hyphenation, and the text before each."""
    divider = pyphen.Pyphen(lang="en_US")
    results = [Breakpoint(index=0, end=0, next_start=0, spaces_before=0, spaces_after=0)]
    edge, result, before = 0.0, "", {0: ""}
    words = text.split()
    for spaces, word in enumerate(words):
        for cut in divider.positions(word.strip(",.:")):
            middle = edge + width_of(word[:cut])
            place = len(result) + cut
            results.append(
                Breakpoint(place, middle + width_of("-"), middle, spaces, spaces, hyphen_cost=HYPHEN)
            )
            before[place] = result + word[:cut]
        edge += width_of(word)
        result += f"{word} "
        final = spaces == len(words) - 1
        results.append(Breakpoint(len(result), edge, edge + 4, spaces, spaces + 1, is_mandatory=final))
        before[len(result)] = result
        edge += 4
    return results, before


def as_set(found: Sequence[Breakpoint], before: dict[int, str]) -> str:
    indexes = [stop.index for stop in found]
    lines = [before[end][len(before[start]) :] for start, end in pairwise(indexes)]
    hyphens = [bool(stop.hyphen_cost) for stop in found[1:]]
    return "\n".join(f"  {line.strip()}{'-' * hyphen}" for line, hyphen in zip(lines, hyphens, strict=True))


def test_paragraph_breaks_match_the_recorded_ones(golden: Golden) -> None:
    every, before = set_stops(PROSE)
    plain = [stop for stop in every if not stop.hyphen_cost]
    texts = []
    for width in (110, 130, 150, 170, 190, 210, 240, 270, 300, 350, 400):
        measure = LineWidths(width - 12, width, 4)
        texts.append(f"{width} wide:\n{as_set(find_best_lines(plain, measure, lambda: every), before)}\n")
    for width in (150, 300):
        for balanced in (False, True):
            ragged_lines = find_ragged_lines(plain, LineWidths(width, width, 4), is_balanced=balanced)
            name = "balanced" if balanced else "ragged"
            texts.append(f"{width} wide, {name}:\n{as_set(ragged_lines, before)}\n")
    golden("paragraphs.txt", "\n".join(texts))
