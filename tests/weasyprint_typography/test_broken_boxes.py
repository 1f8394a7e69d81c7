"""Test that callouts break across pages with enough lines on both sides, and end with their content."""

from __future__ import annotations

from typing import Any

import pytest

from tests.writers.print.quires import lay, painted
from triptych.writers.print.quire import StructureElement

CSS = """
@page { size: 200px 140px; margin: 10px }
html { font-size: 10px; line-height: 10px; orphans: 2; widows: 2 }
body, p, pre, aside { margin: 0; font-size: 10px; line-height: 10px }
aside { padding: 5px; margin-bottom: 15px; border-left: 2px solid; break-inside: avoid-page }
.callout-title { break-after: avoid }
pre { padding: 5px; margin-bottom: 10px; box-decoration-break: clone; orphans: 3; widows: 3 }
"""
TITLE = '<p class="callout-title">Title</p>'


def callout(*paragraphs: int) -> str:
    """Return a callout of paragraphs with the given numbers of lines."""
    words = (f"<p>{'<br/>'.join(['Said'] * count)}</p>" for count in paragraphs)
    return f'<aside class="callout note">{TITLE}{"".join(words)}</aside>'


def fragments(body: str, name: str = "aside") -> list[tuple[int, Any]]:
    """Return the fragments of a box with their page numbers."""
    laid, _ = lay(f'<section class="chapter">{body}</section>', CSS)
    return [
        (number, box)
        for number, page in enumerate(laid.pages)
        for box in page._page_box.descendants()
        if box.element_tag == name and type(box).__name__ == "BlockBox"
    ]


def texts(box: Any) -> list[str]:
    return [item.text for item in box.descendants() if type(item).__name__ == "TextBox"]


def text(lines: int) -> str:
    return "<p>Text</p>" * lines


@pytest.mark.parametrize("before", range(13))
@pytest.mark.parametrize("paragraphs", [(12,), (1,) * 12, (2, 1, 7, 1), (1, 10), (9,)], ids=str)
def test_three_lines_at_least_are_on_each_side(before: int, paragraphs: tuple[int, ...]) -> None:
    result = fragments(text(before) + callout(*paragraphs) + text(5))
    counts = [texts(box).count("Said") for _, box in result]
    assert sum(counts) == sum(paragraphs)
    assert min(counts) >= 3
    assert texts(result[0][1])[0] == "Title"


def test_one_that_does_not_fit_fills_its_page() -> None:
    (first, item), (second, _) = fragments(text(3) + callout(12))
    assert (first, second) == (0, 1)
    assert texts(item).count("Said") == 7


@pytest.mark.parametrize("lines", [4, 6, 8])
def test_short_box_is_not_broken(lines: int) -> None:
    ((page, _),) = fragments(text(7) + callout(lines))
    assert page == 1


def test_both_pieces_have_their_frame_on_all_sides() -> None:
    for _, box in fragments(text(3) + callout(12) + text(1)):
        assert (box.padding_top, box.padding_bottom, box.border_left_width) == (5, 5, 2)
        assert box.position_y + box.margin_height() - box.margin_bottom <= 130.01
        assert (
            box.children[-1].position_y + box.children[-1].height <= box.content_box_y() + box.height + 0.01
        )


def test_text_follows_the_last_piece_at_its_distance() -> None:
    laid, _ = lay(f'<section class="chapter">{text(3)}{callout(12)}<p>After</p></section>', CSS)
    blocks = [box for box in laid.pages[1]._page_box.descendants() if box.element_tag in ("aside", "p")]
    aside = next(box for box in blocks if box.element_tag == "aside")
    after = next(box for box in blocks if texts(box) == ["After"])
    assert after.position_y == pytest.approx(aside.position_y + aside.border_height() + 15, abs=10)


def test_its_pieces_are_one_element() -> None:
    quire = painted(f'<section class="chapter">{text(3)}{callout(12)}</section>', CSS)
    assert len(quire.pages) == 2
    assert [element.tag for element in _all(quire.elements)].count("Aside") == 1


def test_listing_needs_no_space_for_its_bottom_margin() -> None:
    code = f"<pre>{'<br/>'.join(['Code'] * 6)}</pre>"
    assert [page for page, _ in fragments(text(5) + code + text(3), "pre")] == [0]


def _all(elements: Any) -> list[StructureElement]:
    result = []
    for element in elements:
        if isinstance(element, StructureElement):
            result += [element, *_all(element.kids)]
    return result


@pytest.mark.parametrize(("before", "pages"), [(5, [0, 1]), (6, [1]), (9, [1])])
def test_short_callout_is_unbroken_unless_much_of_the_page_stays_empty(before: int, pages: list[int]) -> None:
    result = fragments(text(before) + callout(6) + text(2))
    assert [number for number, _ in result] == pages
    assert min(texts(box).count("Said") for _, box in result) >= 3


@pytest.mark.parametrize(
    ("before", "caption", "rows"),
    [(4, "", [7, 3]), (3, "", [7, 3]), (6, "", [10]), (4, "<caption>Name</caption>", [10])],
    ids=["much white", "three rows on each page", "little white", "caption"],
)
def test_short_table_is_unbroken_unless_much_of_the_page_stays_empty(
    before: int, caption: str, rows: list[int]
) -> None:
    body = "<tr><td>Said</td></tr>" * 10
    head = "<thead><tr><th>Head</th></tr></thead>"
    table = f'<div class="table short"><table>{caption}{head}<tbody>{body}</tbody></table></div>'
    css = f"{CSS} .short {{ break-inside: avoid }} table {{ border-spacing: 0 }} td, th {{ padding: 0 }}"
    laid, _ = lay(f'<section class="chapter">{text(before)}{table}</section>', css)
    counts = [texts(page._page_box).count("Said") for page in laid.pages]
    assert [count for count in counts if count] == rows


def test_a_style_sheet_without_line_height_is_laid_out() -> None:
    css = f"{CSS} .chapter, .callout, .callout p {{ line-height: 0 }}"
    laid, _ = lay(f'<section class="chapter">{text(5)}{callout(30)}{text(50)}</section>', css)
    assert laid.pages
