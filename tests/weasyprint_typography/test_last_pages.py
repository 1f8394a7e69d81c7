"""Test that last pages with few lines are avoided or filled from the preceding pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weasyprint_typography.test_stretches import again, kept_pages, section
from tests.writers.print.quires import lay
from weasyprint_typography.stretches import iter_page_length_plans

CSS = """
@page { size: 200pt 140pt; margin: 10pt }
html { font-size: 8pt; line-height: 12pt; orphans: 2; widows: 2 }
section { page: chapter; break-before: recto }
figure, h2 { margin: 0; font-size: 8pt; break-after: avoid }
figure { height: 60pt; break-inside: avoid }
"""  # ten lines per page


def lines(*counts: int) -> str:
    """Return paragraphs with the given numbers of lines."""
    return "".join(f"<p>{'<br/>'.join(['Line'] * count)}</p>" for count in counts)


def pages(body: str, css: str = "") -> list[int]:
    """Return the number of lines of each page."""
    laid, _ = lay(f'<section class="chapter">{body}</section>', CSS + css)
    return [len(lines_of(page._page_box)) for page in laid.pages]


def lines_of(page: Any) -> list[float]:
    from weasyprint.formatting_structure.boxes import LineBox

    return [box.position_y for box in page.descendants() if isinstance(box, LineBox)]


class TestPages:
    def test_two_lines_are_pulled_in_by_longer_facing_pages(self) -> None:
        assert pages(lines(50, 2)) == [10, 10, 10, 11, 11]
        assert pages(lines(40, 2)) == [10, 11, 11, 10]

    def test_otherwise_pages_are_shortened(self) -> None:
        assert pages(lines(27, 3)) == [10, 10, 10]
        assert pages(lines(30, 4)) == [10, 9, 9, 6]

    def test_five_lines_are_enough(self) -> None:
        assert pages(lines(50, 5)) == [10, 10, 10, 10, 10, 5]

    def test_two_page_chapter_is_unchanged(self) -> None:
        assert pages(lines(10, 2)) == [10, 2]

    def test_page_with_a_figure_gets_text(self) -> None:
        figure = "<figure><figcaption>Words</figcaption></figure>"
        *_, last = pages(lines(30, 20) + figure)
        assert last > 2

    def test_notes_are_set_once(self) -> None:
        css = ".footnote { float: footnote; font-size: 6pt; line-height: 8pt }"
        notes = "".join(f'<p>Line<span class="footnote">Note {n}</span></p>' for n in range(24))
        laid, _ = lay(f'<section class="chapter">{notes}</section>', CSS + css)
        texts = [
            box.text
            for page in laid.pages
            for box in page._page_box.descendants()
            if "Note" in getattr(box, "text", "")
        ]
        assert sorted(texts) == sorted(f"Note {n}" for n in range(24))

    @pytest.mark.e2e
    def test_edited_chapter_has_the_same_pages(self) -> None:
        blocks = [lines(3) for _ in range(28)]
        for count in range(2, 9):
            before, after = section(*blocks, lines(2)), section(*blocks, lines(count))
            again(before, after, CSS)
            again(after, before, CSS)

    def test_distant_pages_are_reused(self) -> None:
        blocks = [lines(2) for _ in range(80)]
        laid = again(section(*blocks, lines(2)), section(*blocks, lines(3)), CSS)
        assert kept_pages(laid)[0]


def test_trials_change_facing_pages_before_the_last() -> None:
    longer, shorter = iter_page_length_plans(8, 2, False)
    assert (longer, shorter) == ({5: 1, 6: 1}, {3: -1, 4: -1, 5: -1, 6: -1})
    assert list(iter_page_length_plans(8, 2, True)) == [{4: 1, 5: 1, 6: 1}, {4: -1, 5: -1, 6: -1}]
    assert list(iter_page_length_plans(3, 4, False)) == [{1: -1}]
    assert list(iter_page_length_plans(8, 0, False)) == [{3: -1, 4: -1, 5: -1, 6: -1}]


@given(st.integers(1, 40), st.integers(0, 4), st.booleans())
def test_no_plan_touches_the_first_page_the_last_or_many(count: int, few: int, first_opens: bool) -> None:
    for plan in iter_page_length_plans(count, few, first_opens):
        assert 0 < min(plan) <= max(plan) == count - 2
        assert len(plan) <= 6 and len(set(plan.values())) == 1
