"""Tables in a box: every cell is on a slide, every row is as high as its text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.deck.conftest import THEME, table
from triptych.writers.deck.fitting.tables import (
    PADDING,
    ROOMY_PADDING,
    SPLIT_SIZES,
    WHOLE_SIZES,
    column_widths,
    fit_table,
)
from triptych.writers.deck.slides import TableBody

WIDTH, HEIGHT = 866.4, 334.0
FEW = settings(max_examples=40, deadline=None, derandomize=True, database=None)
CELLS = st.lists(st.sampled_from(["sun ", "wind ", "12.5", "漢字", "energy-", ""]), max_size=6).map("".join)


@pytest.mark.parametrize(
    ("cells", "width", "widths"),
    [
        ([[(10, 20), (10, 20)]], 100, (50, 50)),
        ([[(10, 10), (10, 30)]], 80, (20, 60)),
        ([[(10, 110), (10, 210)]], 50, (20, 30)),
        ([[(10, 10), (40, 40)], [(30, 30), (10, 10)]], 70, (30, 40)),
        ([[(60, 60), (50, 50)]], 100, None),
    ],
)
def test_columns_share_the_width(
    cells: list[list[tuple[float, float]]], width: float, widths: tuple[float, ...] | None
) -> None:
    assert column_widths(cells, width) == (widths if widths is None else pytest.approx(widths))


@FEW
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=2, max_size=30)
    )
)
def test_every_row_is_shown_once_under_a_repeated_head(rows: list[list[str]]) -> None:
    body = table(*rows)
    parts = fit_table(body, WIDTH, HEIGHT, THEME)
    assert parts is not None
    for part in parts:
        assert part.rows[0] == body.rows[0]
        assert sum(part.heights) <= HEIGHT + 1e-6
        assert sum(part.widths) == pytest.approx(WIDTH)
        assert len(part.heights) == len(part.rows)
        assert part.size in {*WHOLE_SIZES, *SPLIT_SIZES}
    assert tuple(row for part in parts for row in part.rows[1:]) == body.rows[1:]


def test_a_small_table_is_large_and_roomy() -> None:
    (part,) = fit_table(table(("A", "B"), ("1", "2")), WIDTH, HEIGHT, THEME) or []
    assert part.size == WHOLE_SIZES[0]
    assert part.padding == ROOMY_PADDING


def test_a_fuller_table_is_smaller_before_it_is_continued() -> None:
    parts = fit_table(table(*[("A", "B")] * 14), WIDTH, HEIGHT, THEME) or []
    assert len(parts) == 1
    assert WHOLE_SIZES[-1] <= parts[0].size < WHOLE_SIZES[0]
    assert PADDING <= parts[0].padding < ROOMY_PADDING


def test_a_long_table_is_continued_evenly() -> None:
    parts = fit_table(table(("Head", "B"), *[(f"{n}", "x") for n in range(50)]), WIDTH, HEIGHT, THEME) or []
    counts = [len(part.rows) for part in parts]
    assert len(counts) > 1
    assert max(counts) - min(counts) <= 1
    assert len({(part.size, part.padding, part.widths) for part in parts}) == 1


def test_two_head_rows_are_repeated() -> None:
    body = table(("H", "1"), ("H", "2"), *[("x", "y")] * 40, header_rows=2)
    parts = fit_table(body, WIDTH, HEIGHT, THEME) or []
    assert len(parts) > 1
    assert all(part.rows[:2] == body.rows[:2] for part in parts)


def test_a_table_without_a_head_repeats_nothing() -> None:
    body = table(*[(f"{n}", "x") for n in range(50)], header_rows=0)
    parts = fit_table(body, WIDTH, HEIGHT, THEME) or []
    assert len(parts) > 1
    assert tuple(row for part in parts for row in part.rows) == body.rows


@pytest.mark.parametrize(
    "body",
    [
        table(["Extraordinarily-long"] * 2, ["x" * 90] * 2),
        table(["H"] * 40, ["12345"] * 40),
        table(("H", "B"), ("energy " * 1000, "x")),
        table(*[("H", "B")] * 40, header_rows=40),
    ],
    ids=["words", "columns", "a row", "a head"],
)
def test_what_fits_at_no_size_is_refused(body: TableBody) -> None:
    assert fit_table(body, WIDTH, HEIGHT, THEME) is None


def test_a_table_without_rows_fits() -> None:
    body = TableBody(rows=(), aligns=(), alt="A table", header_rows=0)
    parts = fit_table(body, WIDTH, HEIGHT, THEME)
    assert not parts or sum(parts[0].heights) <= HEIGHT
