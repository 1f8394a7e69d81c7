"""Test tables in a box: each cell is on a slide, and each row is as high as its text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.deck.conftest import THEME, make_cell, point, table
from triptych.writers.deck.fitting.line_breaking import break_lines
from triptych.writers.deck.fitting.tables import (
    CELL_RESERVE,
    MIN_UNBROKEN_SIZE,
    PADDING,
    ROOMY_PADDING,
    SIDE_PADDING,
    SPLIT_SIZES,
    WHOLE_SIZES,
    FittedTable,
    compute_column_widths,
    fit_table,
)
from triptych.writers.deck.fitting.text import Level, get_run_size, make_pieces
from triptych.writers.deck.slides import Run, TableBody, TableCell

WIDTH, HEIGHT = 866.4, 334.0
FEW = settings(max_examples=40, deadline=None, derandomize=True, database=None)
CELLS = st.lists(st.sampled_from(["sun ", "wind ", "12.5", "漢字", "energy-", ""]), max_size=6).map("".join)


@pytest.mark.parametrize(
    ("least", "most", "width", "widths"),
    [
        ((10, 10), (40, 40), 100, (50, 50)),
        ((10, 10), (10, 30), 100, (15, 45)),
        ((10, 10), (5, 5), 100, (25, 25)),
        ((10, 10), (110, 210), 50, (20, 30)),
        ((30, 40), (30, 40), 70, (30, 40)),
        ((60, 50), (60, 50), 100, None),
        ((10, 10, 40), (22, 24, 900), 100, (22, 24, 54)),  # short columns are not broken
        ((10, 10, 10), (23, 300, 300), 100, (23, 38.5, 38.5)),
    ],
)
def test_columns_share_the_width_by_content(
    least: tuple[float, ...], most: tuple[float, ...], width: float, widths: tuple[float, ...] | None
) -> None:
    assert compute_column_widths(least, most, width) == (widths if widths is None else pytest.approx(widths))


def test_the_authors_widths_break_no_line_that_fits() -> None:
    assert compute_column_widths((10, 10), (40, 50), 100, (0.7, 0.3)) == pytest.approx((50, 50))
    assert compute_column_widths((10, 10), (40, 10), 100, (0.7, 0.3)) == pytest.approx((70, 30))


@pytest.mark.parametrize(
    ("shares", "widths"),
    [((0.25, 0.75), (25, 75)), ((0.2, 0.3), (20, 30)), ((0.05, 0.95), (10, 90)), ((0.1, 0.05), (10, 10))],
)
def test_author_widths_apply_while_words_stay_unbroken(
    shares: tuple[float, ...], widths: tuple[float, ...]
) -> None:
    assert compute_column_widths((10, 10), (180, 200), 100, shares) == pytest.approx(widths)


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
        assert sum(part.widths) <= WIDTH + 1e-6
        assert len(part.heights) == len(part.rows)
        assert part.size in {*WHOLE_SIZES, *SPLIT_SIZES}
    assert tuple(row for part in parts for row in part.rows[1:]) == body.rows[1:]


def test_a_small_table_is_large_and_roomy() -> None:
    (part,) = fit_table(table(("A", "B"), ("1", "2")), WIDTH, HEIGHT, THEME) or []
    assert part.size == WHOLE_SIZES[0]
    assert part.padding == ROOMY_PADDING


def test_full_table_is_reduced_before_it_is_continued() -> None:
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


def lines(fitted: FittedTable, row: int, column: int) -> int:
    level = Level(size=fitted.size, family=THEME.sans, bold=row == 0)
    text = make_pieces(fitted.rows[row][column].runs, level, THEME)
    return len(break_lines(text, fitted.widths[column] - 2 * SIDE_PADDING - CELL_RESERVE))


def test_dates_numbers_and_short_names_are_unbroken_next_to_long_text() -> None:
    long = (
        "Huawei and ZTE phased out of core networks by end of 2026, of parts of other networks by end of 2029"
    )
    body = table(
        ("Field", "Limit", "Set by", "Date"),
        ("Medical devices", "No Chinese bidders in large public tenders", "European Union", "June 2025"),
        ("Networks", long, "United States", "2019, 2023"),
        *[("Genetic material", "No collection or export by foreign parties alone", "China", "July 2024")] * 5,
    )
    (part,) = fit_table(body, WIDTH, HEIGHT, THEME) or []
    assert {lines(part, row, column) for row in range(8) for column in (0, 2, 3)} == {1}


def test_rows_of_one_line_are_of_one_height() -> None:
    body = table(("A", "B"), ("x", "word " * 60), ("x", "y"), ("漢字", "y"), ("x", "word " * 30), ("x", "y"))
    (part,) = fit_table(body, WIDTH, HEIGHT, THEME) or []
    heights = {part.heights[row] for row in (2, 3, 5)}
    assert len(heights) == 1 and heights < {*part.heights}


@pytest.mark.parametrize("last", ["2019, 2023", "June 2025", "July 2024", "12.5", "Bern"])
def test_column_as_wide_as_its_text_contains_it(last: str) -> None:
    """Test a column exactly as wide as its text, whose width rounding may make too small."""
    body = table(("A", "B", "C", "D"), ("x", "word " * 60, "y", "z"), ("Genetic", "w", "China", last))
    (part,) = fit_table(body, WIDTH, HEIGHT, THEME) or []
    assert part.heights[2] == part.heights[0] < part.heights[1]


def test_a_table_is_rather_smaller_than_broken() -> None:
    row = (
        "Critical technologies led in research",
        "2019–2023",
        "over 38,000",
        "about 6,300",
    )
    (part,) = fit_table(table(*[row] * 4), WIDTH, HEIGHT, THEME) or []
    assert not part.has_line_breaks and part.size >= MIN_UNBROKEN_SIZE


def test_narrow_table_keeps_its_columns_together() -> None:
    (part,) = (
        fit_table(table(("City", "Place"), ("Beijing", "14"), ("Shanghai", "15")), WIDTH, HEIGHT, THEME) or []
    )
    assert 0.3 * WIDTH < sum(part.widths) <= 0.5 * WIDTH + 1e-6


def test_row_with_a_list_is_as_high_as_the_list() -> None:
    paras = tuple(map(point, ("Wind the clock", "trim the lamp", "lock the door")))
    body = table(("Who", "What"), ("a", "b"), ("c", "d"))
    body = replace(body, rows=(*body.rows[:2], (body.rows[2][0], TableCell(paras=paras))))
    (part,) = fit_table(body, WIDTH, HEIGHT, THEME) or []
    assert part.heights[2] > part.heights[1] + part.size


def test_rows_that_share_a_cell_stay_on_one_slide() -> None:
    rows = [list(row) for row in table(*[("x", "y")] * 41).rows]
    for number in range(1, 41, 4):
        rows[number][0] = replace(rows[number][0], rows=4)
        for below in range(1, 4):
            rows[number + below][0] = TableCell()
    body = replace(table(("x", "y")), rows=tuple(map(tuple, rows)))
    parts = fit_table(body, WIDTH, HEIGHT, THEME) or []
    assert len(parts) > 1
    assert all(part.rows[1][0].rows == 4 for part in parts)


def test_a_cell_over_two_columns_widens_both() -> None:
    head = (
        replace(make_cell(Run(text="A head over two columns that is long")), columns=2),
        TableCell(),
    )
    body = table(("x", "y"), ("1", "2"))
    (part,) = fit_table(replace(body, rows=(head, *body.rows)), WIDTH, HEIGHT, THEME) or []
    assert not part.has_line_breaks
    assert part.widths[0] == pytest.approx(part.widths[1], rel=0.01)


def test_a_heat_map_fills_the_frame() -> None:
    body = table(("x", "y"), ("1", "2"))
    shaded = replace(body, rows=(body.rows[0], tuple(replace(cell, shade=3) for cell in body.rows[1])))
    (plain,), (heat,) = (fit_table(item, WIDTH, HEIGHT, THEME) or [] for item in (body, shaded))
    assert sum(plain.widths) < sum(heat.widths) == pytest.approx(WIDTH)
    assert sum(plain.heights) < sum(heat.heights) <= HEIGHT


def test_shaded_columns_are_centred_and_equally_wide() -> None:
    body = table(("Field", "Use", "Patents"), ("Wind", "–", "52"), ("Solar", "62", "–"))
    shaded = tuple(
        tuple(
            replace(cell, shade=3) if cell.paras and cell.paras[0].runs[0].text.isdigit() else cell
            for cell in row
        )
        for row in body.rows
    )
    (plain,), (heat,) = (
        fit_table(replace(body, rows=rows), WIDTH, HEIGHT, THEME) or [] for rows in (body.rows, shaded)
    )
    assert plain.widths[1] < plain.widths[2]
    assert heat.widths[1] == heat.widths[2]
    assert heat.alignments == ("l", "ctr", "ctr")


def test_two_head_rows_are_repeated() -> None:
    body = table(("H", "1"), ("H", "2"), *[("x", "y")] * 40, header_rows=2)
    parts = fit_table(body, WIDTH, HEIGHT, THEME) or []
    assert len(parts) > 1
    assert all(part.rows[:2] == body.rows[:2] for part in parts)


def test_table_without_a_header_repeats_nothing() -> None:
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
def test_table_that_fits_at_no_size_is_rejected(body: TableBody) -> None:
    assert fit_table(body, WIDTH, HEIGHT, THEME) is None


def test_a_table_without_rows_fits() -> None:
    body = TableBody(rows=(), alignments=(), alt="A table", header_rows=0)
    parts = fit_table(body, WIDTH, HEIGHT, THEME)
    assert not parts or sum(parts[0].heights) <= HEIGHT


# --- Labels of numbers -------------------------------------------------------------------------------------


def noted(rows: int, note: str) -> TableBody:
    table_cell = TableCell(
        paras=(
            *make_cell(Run(text="80", bold=True)).paras,
            *make_cell(Run(text=note, small=True)).paras,
        )
    )
    body = table(*(["Name", "A", "B"] for _ in range(rows)))
    return replace(body, rows=(body.rows[0], *((row[0], table_cell, table_cell) for row in body.rows[1:])))


@pytest.mark.parametrize(
    ("rows", "note", "lines"),
    [
        (4, "2024, who", ["80", "2024, who"]),  # below the number, if there is space
        (13, "2024, who", ["80\u20022024, who"]),  # beside it, if a row has only one line
        (14, "2024, " + "who counted that year, " * 6, ["80"]),  # omitted if they would split the table
        (40, "2024, who", ["80\u20022024, who"]),  # which is split anyway
    ],
)
def test_small_notes_are_kept_if_the_table_stays_whole(rows: int, note: str, lines: list[str]) -> None:
    fitted = fit_table(noted(rows, note), WIDTH, HEIGHT, THEME)
    assert fitted
    assert ["".join(run.text for run in para.runs) for para in fitted[0].rows[1][1].paras] == lines
    assert (len(fitted) > 1) == (rows == 40)


def test_small_notes_are_never_too_small() -> None:
    small = Run(text="2024", small=True)
    assert [get_run_size(small, size) for size in (12.0, 14.0, 20.0)] == [12.0, 12.0, 16.0]
    assert get_run_size(Run(text="2024"), 20.0) == 20.0
