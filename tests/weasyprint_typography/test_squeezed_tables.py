"""Test that tables too wide for all sizes of the theme get smaller type and broken words, with a finding."""

from __future__ import annotations

from typing import Any

import pytest

from tests.writers.print.quires import face, page_of
from tests.writers.print.test_looks import sheet
from triptych.model.layout_defects import SQUEEZED, LayoutDefect
from triptych.writers.print.defect_finder import find_layout_defects
from triptych.writers.print.typesetting import BookTypesetter

LONG_CODE = "<code>std::collections::hash_map::HashMap::with_capacity</code>"
NUMBER = '<span class="number">1,234,567.89</span>'


def table(columns: int, cell: str) -> str:
    head = "".join(f"<th>Heading {n}</th>" for n in range(columns))
    row = "".join(f"<td>{cell}</td>" for _ in range(columns))
    body = f"<tbody>{f'<tr>{row}</tr>' * 4}</tbody>"
    return f'<div class="table"><table><thead><tr>{head}</tr></thead>{body}</table></div>'


def laid(body: str) -> list[Any]:
    text = page_of(f'<section class="chapter"><p>Before</p>{body}{"<p>After</p>" * 60}</section>')
    return BookTypesetter(sheet("house"), face).lay_out(text).pages


def strays(pages: list[Any]) -> list[LayoutDefect]:
    return [stray for page in pages for stray in find_layout_defects(page._page_box)]


@pytest.mark.parametrize(
    ("columns", "cell"),
    [
        (18, "measurements"),
        (10, LONG_CODE),
        pytest.param(40, "column", marks=pytest.mark.e2e),
        pytest.param(40, NUMBER, marks=pytest.mark.e2e),
    ],
    ids=str,
)
def test_squeezed_table_is_on_its_page_and_reported(columns: int, cell: str) -> None:
    pages = laid(table(columns, cell))
    result = strays(pages)
    assert {stray.position for stray in result} == {SQUEEZED}
    sizes = {
        box.style["font_size"]
        for page in pages
        for box in page._page_box.descendants()
        if box.element_tag == "td"
    }
    assert min(sizes) >= 4.9 * 4 / 3


def test_one_that_fits_is_not(columns: int = 6) -> None:
    assert strays(laid(table(columns, "value"))) == []


def test_text_fills_the_page_before_a_table_that_was_turned() -> None:
    pages = laid(table(14, "measured"))
    assert [page.width > page.height for page in pages[:3]] == [False, True, False]
    first = pages[0]._page_box
    lines = [box for box in first.descendants() if type(box).__name__ == "LineBox"]
    assert max(line.position_y + line.height for line in lines) > first.content_box_y() + 0.95 * first.height
