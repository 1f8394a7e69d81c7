"""Test that columns are balanced with only two layouts: one to measure them, one with the final height."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.weasyprint_typography.test_floats import laid, short, text_boxes
from weasyprint_typography.columns import MAX_LEVELS

COLUMNS = f'<div style="columns: 2">{short("a b c d e f g h i j")}</div>'


def test_columns_end_level() -> None:
    (page,) = laid(COLUMNS).pages
    assert [round(box.position_y) for box in text_boxes(page._page_box)] == [
        10, 10, 20, 20, 30, 30, 40, 40, 50, 50,
    ]  # fmt: skip


def test_none_is_laid_out_to_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.layout import block

    laid("")  # so that the engine is patched
    lay_out = block.block_container_layout
    heights: list[float] = []

    def noted(context: Any, box: Any, bottom: float, skip: Any, *rest: Any, **named: Any) -> Any:
        if box.is_column and skip is None:
            heights.append(context.page_bottom - box.position_y - bottom)
        return lay_out(context, box, bottom, skip, *rest, **named)

    monkeypatch.setattr(block, "block_container_layout", noted)
    laid(COLUMNS)
    assert heights == [110, 50]  # as wide as the page's, and as high as expected


def columns_in(body: str) -> list[Any]:
    """Return the columns of the first page."""
    return [box for box in laid(body).pages[0]._page_box.descendants() if box.is_column]


HIGHEST = 3 * 10 + 9 + 5
BLOCKS = st.builds(
    lambda lines, margin, padding, kept: (
        f'<p style="margin-top: {margin}px; padding-bottom: {padding}px; '
        f'break-inside: {"avoid" if kept else "auto"}; text-indent: 0">{"<br/>".join("x" * lines)}</p>'
    ),
    st.integers(1, 3),
    st.integers(0, 9),
    st.integers(0, 5),
    st.booleans(),
)


@pytest.mark.e2e
@settings(max_examples=25, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=9).map("".join), st.integers(2, 3))
def test_columns_have_the_minimum_height(blocks: str, count: int) -> None:
    style = f"columns: {count}; column-gap: 0"
    assume(len(laid(f'<div style="{style}">{blocks}</div>').pages) == 1)
    columns = columns_in(f'<div style="{style}">{blocks}</div>')
    assert 0 < len(columns) <= count
    needed = int(max(column.height for column in columns))
    for height in range(HIGHEST, needed - 16, 3):  # lower columns would break content that must stay together
        lower = columns_in(f'<div style="{style}; column-fill: auto; height: {height}px">{blocks}</div>')
        assert len(lower) > count or any(column.height > height + 0.01 for column in lower)


def test_repeated_heading_needs_space() -> None:
    rows = "<tr><td>x</td></tr>" * 12
    table = f"<table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>"
    first, second = columns_in(f'<div style="columns: 2">{table}</div>')
    assert abs(first.height - second.height) < 1
    lines = [sum(box.text == "x" for box in text_boxes(column)) for column in (first, second)]
    assert sum(lines) == 12
    assert max(lines) <= 7


def test_columns_within_columns_within_columns_are_laid_out_as_one() -> None:
    nested = '<div style="columns: 2">' * 5 + short("a b c d") + "</div>" * 5
    assert len(columns_in(nested)) <= sum(2**level for level in range(1, MAX_LEVELS + 1))
