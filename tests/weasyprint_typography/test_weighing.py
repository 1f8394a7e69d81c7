"""Test column widths: enough for words, then minimising the height of the table."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weasyprint_typography.column_widths import (
    SpanningCell,
    TableCell,
    compute_column_widths,
    compute_minimum_table_width,
)


def cell(*words: float, whole: bool = False, space: float = 1.0) -> TableCell:
    """Return a cell of words with the given widths, with spaces between."""

    def lines(width: float) -> tuple[int, float]:
        rows = [words[0]]
        for word in words[1:]:
            if rows[-1] + space + word <= width + 1e-9:
                rows[-1] += space + word
            else:
                rows.append(word)
        return len(rows), max(rows)

    return TableCell(max(words), sum(words) + space * (len(words) - 1), lines, whole)


def height(columns: list[list[TableCell]], widths: list[float]) -> int:
    rows = zip(*columns, strict=True)
    return sum(
        max(item.measure_lines(width)[0] for item, width in zip(row, widths, strict=True)) for row in rows
    )


PROSE = cell(*[4.0] * 12)  # 59 in one line


def test_a_table_that_fits_has_its_longest_lines() -> None:
    assert compute_column_widths([[cell(3, 3)], [cell(10)]], 30, short_width=8) == [7, 10]


def test_date_is_unbroken_while_text_can_shrink() -> None:
    date, text = compute_column_widths([[cell(2, 3, 4, whole=True)], [PROSE]], 40, short_width=8)
    assert date == pytest.approx(11)
    assert text == pytest.approx(29)


def test_words_are_never_broken_to_keep_cells_unbroken() -> None:
    first, second = compute_column_widths([[cell(2, 3, 4, whole=True)], [cell(20, 20)]], 30, short_width=8)
    assert second >= 20
    assert first >= 4


def test_a_short_cell_is_broken_where_its_row_is_high_anyway() -> None:
    columns = [[cell(5, 5)], [cell(*[4.0] * 19)]]
    assert compute_column_widths(columns, 40, short_width=0)[0] < 11


def test_columns_are_as_wide_as_makes_the_table_lowest() -> None:
    columns = [[cell(*[3.0] * 8), cell(3)], [cell(*[4.0] * 14), cell(4)], [cell(5, 5, 5), cell(*[2.0] * 9)]]
    room = 60
    widths = compute_column_widths(columns, room, short_width=0)
    grid = range(6, 50)
    best = min(
        height(columns, [float(a), float(b), float(room - a - b)])
        for a, b in product(grid, grid)
        if room - a - b >= 5
    )
    assert height(columns, widths) == best


def test_spanning_cell_widens_its_columns() -> None:
    assert compute_column_widths(
        [[cell(4)], [cell(6)]], 40, short_width=8, spanning_cells=[SpanningCell(0, 2, 20, 20)]
    ) == [
        8,
        12,
    ]


def test_overfull_table_has_minimum_column_widths() -> None:
    columns = [[cell(30, 2)], [cell(25, 3)]]
    assert compute_column_widths(columns, 40, short_width=8) == [30, 25]
    assert compute_minimum_table_width(columns) == 55


def test_a_whole_table_needs_its_dates() -> None:
    assert (
        compute_minimum_table_width([[cell(2, 3, whole=True), cell(4)], [cell(7, 7)]], keep_lines=True)
        == 6 + 7
    )


WORDS = st.lists(st.integers(1, 12).map(float), min_size=1, max_size=9)
CELLS = st.builds(lambda words, whole: cell(*words, whole=whole), WORDS, st.booleans())
TABLES = st.integers(1, 4).flatmap(
    lambda rows: st.lists(st.lists(CELLS, min_size=rows, max_size=rows), min_size=1, max_size=4)
)


@given(TABLES, st.integers(10, 90).map(float))
def test_widths_keep_words_and_the_measure(columns: list[list[TableCell]], room: float) -> None:
    widths = compute_column_widths(columns, room, short_width=8)
    natural = [max(item.max_content for item in column) for column in columns]
    least = [max(item.min_content for item in column) for column in columns]
    assert all(width >= low - 1e-6 for width, low in zip(widths, least, strict=True))
    assert sum(widths) <= max(room, sum(least)) + 1e-6
    if sum(natural) <= room:
        assert widths == natural
    assert compute_column_widths(columns, room, short_width=8) == widths


@given(TABLES, st.integers(10, 90).map(float))
def test_unbreakable_cells_are_unbroken_while_space_allows(
    columns: list[list[TableCell]], room: float
) -> None:
    if compute_minimum_table_width(columns, keep_lines=True) > room:
        return
    widths = compute_column_widths(columns, room, short_width=8)
    for column, width in zip(columns, widths, strict=True):
        assert all(width >= item.max_content - 1e-6 for item in column if item.keeps_lines)
