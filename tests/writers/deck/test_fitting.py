"""Text, tables and listings that fit, and what happens to those that do not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.model.nodes import Align
from triptych.theme import Theme, load_theme
from triptych.writers.deck.balance import balanced
from triptych.writers.deck.fitting import (
    CONTINUED_SIZE,
    SPARSE_SIZE,
    FittedText,
    Level,
    TextArea,
    fit_size,
    fit_text,
    text_height,
)
from triptych.writers.deck.fitting_code import fit_code
from triptych.writers.deck.fitting_tables import column_widths, fit_table
from triptych.writers.deck.metrics import Fonts
from triptych.writers.deck.slides import Para, Run, TableBody

SENTENCE = "The turbines turn in the western wind while nobody counts the hours. "
FONTS = Fonts(load_theme())
AREA = TextArea(
    width=400.0,
    height=200.0,
    levels=(
        Level(size=24, family=FONTS.theme.sans, margin=22, before=12),
        Level(size=20, family=FONTS.theme.sans, margin=44, before=5),
    ),
)


def para(text: str, level: int = 0, **options: bool) -> Para:
    return Para(runs=(Run(text=text),), level=level, **options)


def text_of(paras: Sequence[Para]) -> str:
    return "".join(run.text for para in paras for run in para.runs)


# --- Balance -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heights", "counts"),
    [([1] * 7, [4, 3]), ([5, 1, 1, 5], [2, 2]), ([9], [1]), ([1, 1], [2]), ([6, 6, 6], [1, 1, 1])],
)
def test_pages_are_few_and_even(heights: list[float], counts: list[int]) -> None:
    assert sorted(balanced(heights, 6)) == sorted(counts)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=30))
def test_every_item_has_a_page_and_no_page_is_too_full(heights: list[float]) -> None:
    counts = balanced(heights, 10)
    assert sum(counts) == len(heights)
    start = 0
    for count in counts:
        assert sum(heights[start : start + count]) <= 10 + 1e-6
        start += count


# --- Text --------------------------------------------------------------------------------------------


def test_a_few_short_points_are_set_large_and_apart(area: TextArea, fonts: Fonts) -> None:
    [fitted] = fit_text([para("Short."), para("Shorter."), para("Shortest.")], area, fonts)
    assert fitted.scale * area.levels[0].size == SPARSE_SIZE
    assert fitted.spacing > 2


def test_a_statement_is_set_larger_than_points(area: TextArea, fonts: Fonts) -> None:
    [fitted] = fit_text([para("One thing to keep in mind.", bullet=False)], area, fonts)
    assert fitted.scale * area.levels[0].size > SPARSE_SIZE


def test_sizes_step_down_before_a_slide_is_continued(area: TextArea, fonts: Fonts) -> None:
    sizes = [
        {round(part.scale * 24) for part in fit_text([para(SENTENCE * 2)] * count, area, fonts)}
        for count in range(4, 8)
    ]
    steps = [max(found) for found in sizes]
    assert steps == sorted(steps, reverse=True)
    assert set(steps) <= {18, 20, 22, 24}


def test_a_long_list_is_continued_on_even_slides(area: TextArea, fonts: Fonts) -> None:
    parts = fit_text([para(SENTENCE * 2)] * 14, area, fonts)
    counts = [len(part.paras) for part in parts]
    assert len(parts) > 1
    assert max(counts) - min(counts) <= 1
    assert {part.scale * 24 for part in parts} == {CONTINUED_SIZE}


def test_points_keep_their_sub_points(area: TextArea, fonts: Fonts) -> None:
    paras = [para(SENTENCE, level) for _ in range(9) for level in (0, 1, 1)]
    parts = fit_text(paras, area, fonts)
    assert len(parts) > 1
    assert all(part.paras[0].level == 0 for part in parts)


def test_a_point_too_high_for_a_slide_is_cut_between_sentences(area: TextArea, fonts: Fonts) -> None:
    parts = fit_text([para(SENTENCE * 40), para("The end.")], area, fonts)
    pieces = [piece for part in parts for piece in part.paras]
    assert all(text_of([piece]).endswith((". ", ".")) for piece in pieces)
    assert [piece.bullet for piece in pieces[:2]] == [True, False]


def _fits(part: FittedText, area: TextArea, fonts: Fonts) -> bool:
    return text_height(part.paras, area, fonts, part.scale, part.spacing) <= area.height + 1e-6


_TEXTS = st.text(alphabet="abc .,!?é—-風力\u00a0", min_size=1, max_size=400)


@given(st.lists(st.tuples(_TEXTS, st.integers(0, 1), st.booleans()), min_size=1, max_size=10))
def test_no_character_is_lost_and_every_slide_fits(items: list[tuple[str, int, bool]]) -> None:
    paras = [
        para(text, level if index else 0, bullet=bullet) for index, (text, level, bullet) in enumerate(items)
    ]
    parts = fit_text(paras, AREA, FONTS)
    assert text_of([piece for part in parts for piece in part.paras]) == text_of(paras)
    assert all(_fits(part, AREA, FONTS) for part in parts)


def test_a_text_that_fits_at_no_size_has_none(area: TextArea, fonts: Fonts) -> None:
    assert fit_size([para("Short")], area, fonts, (30, 20)) == 30 / 24
    assert fit_size([para(SENTENCE * 40)], area, fonts, (30, 20)) is None


# --- Tables ------------------------------------------------------------------------------------------


def table(rows: list[list[str]], **options: int) -> TableBody:
    cells = tuple(tuple((Run(text=text),) for text in row) for row in rows)
    return TableBody(rows=cells, aligns=(Align.DEFAULT,) * len(rows[0]), alt="A table", **options)


def numbers(rows: int) -> TableBody:
    return table([["Country", "2022", "2023"], *([f"Country {n}", "12.3", "45.6"] for n in range(rows))])


def test_columns_share_what_is_left_in_proportion() -> None:
    assert column_widths([[(10, 10), (10, 30)]], 80) == (20, 60)
    assert column_widths([[(10, 20), (10, 100)]], 70) == pytest.approx((15, 55))
    assert column_widths([[(50, 60), (50, 60)]], 80) is None


def test_a_small_table_is_roomy(fonts: Fonts) -> None:
    [fitted] = fit_table(numbers(3), 866, 334, fonts) or []
    assert fitted.size == 20
    assert sum(fitted.widths) == pytest.approx(866)


def test_a_long_table_is_continued_under_its_head(fonts: Fonts) -> None:
    body = numbers(40)
    parts = fit_table(body, 866, 334, fonts) or []
    assert len(parts) > 1
    assert all(part.rows[0] == body.rows[0] for part in parts)
    assert [row for part in parts for row in part.rows[1:]] == list(body.rows[1:])
    assert max(sum(part.heights) for part in parts) <= 334 + 1e-6


def test_a_table_that_cannot_fit_is_refused(fonts: Fonts) -> None:
    assert fit_table(table([["Unbreakable" * 12] * 4]), 866, 334, fonts) is None
    assert fit_table(table([["Head"], [SENTENCE * 60]]), 866, 334, fonts) is None


# --- Listings ----------------------------------------------------------------------------------------


def test_a_short_listing_is_set_large(fonts: Fonts) -> None:
    [part] = fit_code("make\n", 830, 342, fonts)
    assert (part.lines, part.size) == (("make",), 24)


def test_a_long_listing_is_cut_at_blank_lines(fonts: Fonts) -> None:
    block = "def one():\n    a = 1\n    return a\n"
    parts = fit_code("\n".join([block] * 12), 830, 342, fonts)
    assert len(parts) > 1
    assert all(part.lines[0] == "def one():" and part.lines[-1] == "    return a" for part in parts)
    assert sum(line == "def one():" for part in parts for line in part.lines) == 12


def test_a_line_too_long_counts_as_the_rows_it_takes(fonts: Fonts, theme: Theme) -> None:
    [part] = fit_code("x = " + "1 + " * 80, 400, 342, fonts)
    assert part.size == 12
    assert part.rows > 1
