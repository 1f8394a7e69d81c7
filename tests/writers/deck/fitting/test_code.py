"""Test listings in a box: all lines are shown, broken at readable positions."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.deck.conftest import THEME
from triptych.writers.deck.drawing.slides import highlight_code
from triptych.writers.deck.fitting.frames import CODE_SIZES, LINE_SPACING_FACTOR, FittedCode, fit_code
from triptych.writers.deck.slides import SlideKindName
from triptych.writers.deck.template.opening import open_built_in_template
from triptych.writers.deck.template.palette import Palette, Tint

PALETTE = Palette(lambda slot: "000000" if slot == "tx1" else "c0c0c0", ("ffffff",))

WIDTH, HEIGHT = 830.4, 342.0
FEW = settings(max_examples=80, deadline=None, derandomize=True, database=None)
LINES = st.lists(
    st.sampled_from(["", "x = 1", "    y = 2", "}", "z" * 60, "w " * 70]), min_size=1, max_size=90
)


def fitted(text: str) -> list[FittedCode]:
    return fit_code(text, WIDTH, HEIGHT, THEME)


def height(code: FittedCode) -> float:
    return code.rows * code.size * LINE_SPACING_FACTOR


@FEW
@given(LINES)
def test_every_line_is_shown_in_order_and_no_slide_is_too_full(lines: list[str]) -> None:
    parts = fitted("\n".join(lines))
    unindented = dedent("\n".join(lines)).split("\n")
    shown = [line for part in parts for line in part.lines]
    assert [line for line in shown if line.strip()] == [line for line in unindented if line.strip()]
    assert all(height(part) <= HEIGHT for part in parts)
    assert all(part.rows >= len(part.lines) for part in parts)
    assert {part.size for part in parts} <= set(CODE_SIZES)


def test_a_short_listing_is_large() -> None:
    assert fitted("x = 1") == [FittedCode(lines=("x = 1",), size=28.0, rows=1)]


def test_common_indentation_is_removed() -> None:
    (listing,) = fitted("    if x:\n        y = 1\n\n    z = 2")
    assert listing.lines == ("if x:", "    y = 1", "", "z = 2")


@pytest.mark.parametrize("length", [40, 60, 80, 100])
def test_the_longest_line_sets_the_size(length: int) -> None:
    (part,) = fitted("x" * length)
    fit = [size for size in CODE_SIZES if length * 0.6 * 1.02 * size <= WIDTH]
    assert part.size == fit[0]
    assert part.rows == 1


def test_line_too_long_for_the_minimum_size_is_counted_as_wrapped() -> None:
    (part,) = fitted("x" * 150)
    assert (part.size, part.rows) == (12.0, 2)


def test_line_higher_than_a_slide_is_split() -> None:
    """Test a line higher than a slide, such as 5,000 characters of minified JSON."""
    assert all(height(part) <= HEIGHT for part in fitted("x" * 5000))


def test_a_long_listing_is_cut_at_blank_lines() -> None:
    block = ["def f():", *["    pass"] * 7, ""]
    parts = fitted("\n".join(block * 6))
    assert len(parts) > 1
    assert all(part.lines[0] == "def f():" for part in parts)
    assert all(part.lines[-1] == "    pass" for part in parts)


def test_code_without_blank_lines_is_split_before_a_new_block() -> None:
    block = ["if x {", *["    y"] * 6, "}"]
    parts = fitted("\n".join(block * 6))
    assert len(parts) > 1
    assert all(part.lines[0] == "if x {" for part in parts)


def test_tabs_become_spaces() -> None:
    assert fitted("\tx\na\ty")[0].lines == ("    x", "a   y")


def test_blank_lines_around_a_listing_are_left_out() -> None:
    assert fitted("\n\nx\n\n")[0].lines == ("x",)


@pytest.mark.parametrize(
    "language", ["python", "json", "console", "html", "", "no-such-language", "yaml", "bash"]
)
def test_highlighting_changes_no_character(language: str) -> None:
    lines = ("", "$ x = {'a': 1}  # note", "", '  <b>&amp;</b> "é漢"', "")
    assert [
        "".join(run.text for run, _ in line) for line in highlight_code(lines, language, PALETTE)
    ] == list(lines)


def test_keywords_and_comments_have_colours_of_the_theme() -> None:
    (line,) = highlight_code(
        ("return 1  # done",),
        "python",
        open_built_in_template(THEME, "en").kind_layouts[SlideKindName.CODE].palette,
    )
    colours = {run.text: colour for run, colour in line}
    assert colours["return"] == Tint("accent1")
    assert colours["# done"] == Tint("folHlink")
    assert all(run.code for run, _ in line)
