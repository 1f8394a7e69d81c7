"""Test that content outside its cell, column, text area or page is reported, if it may not be there."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.writers.print.quires import bound, painted
from triptych.checks.pdf.overflow import find_page_defects
from triptych.model.layout_defects import OFF_PAGE, OFF_PLACE, OFF_TEXT, SQUEEZED, LayoutDefect
from triptych.writers.print.quire import Quire

WORD = "immeasurably" * 3
TABLE = '<table style="width: 100%; table-layout: fixed"><tr><td>{}</td><td>beside</td></tr></table>'
OVER_TEXT, OVER_PAGE = f"<p>{WORD}immeasurablymuchtoo</p>", f"<p>{WORD * 2}</p>"


def strays(body: str, css: str = "") -> list[LayoutDefect]:
    """Return the misplaced content of a one-page document with a text width of 240 points."""
    (sheet,) = painted(body, css).pages
    return list(sheet.defects)


def seen(quire: Quire) -> list[LayoutDefect]:
    """Return the misplaced content of the finished file, as PDFium reads it."""
    with pypdfium2.PdfDocument(bound(quire)) as document:
        return [stray for page in document for stray in find_page_defects(page, page.get_textpage())]


def test_text_within_its_lines_has_no_defect() -> None:
    assert strays(f"<p>{'Some words. ' * 60}</p>" + TABLE.format("a cell")) == []


@pytest.mark.parametrize(
    ("body", "where"), [(TABLE.format(WORD), OFF_PLACE), (OVER_TEXT, OFF_TEXT), (OVER_PAGE, OFF_PAGE)]
)
def test_unbreakable_text_is_reported_with_the_edge_it_exceeds(body: str, where: str) -> None:
    (stray,) = strays(body)
    assert (stray.position, stray.kind) == (where, "words")
    assert stray.words.startswith(WORD)


@pytest.mark.parametrize("body", [OVER_TEXT, OVER_PAGE, f"<p>{WORD}</p>"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_layout_and_the_finished_file_agree(body: str, direction: str) -> None:
    quire = painted(f'<div style="direction: {direction}">{body}</div>')
    reported, result = quire.pages[0].defects, seen(quire)
    assert [stray.position for stray in reported] == [stray.position for stray in result]
    for item, other in zip(reported, result, strict=True):
        assert item.overflow == pytest.approx(other.overflow, abs=2)


def test_defects_agree_on_landscape_pages() -> None:
    css = "@page landscape { size: 400pt 300pt } p { page: landscape }"
    quire = painted(f"<p>{WORD * 3}</p>", css)
    assert quire.pages[0].rotated and quire.pages[0].size == pytest.approx((300, 400))
    (item,), (other,) = quire.pages[0].defects, seen(quire)
    assert item.position == other.position == OFF_PAGE
    assert item.overflow == pytest.approx(other.overflow, abs=2)


def test_lines_below_the_text_area_are_reported() -> None:
    (stray,) = strays('<p style="position: relative; top: 350pt">Low.</p>')
    assert (stray.position, stray.words) == (OFF_TEXT, "Low.")
    assert stray.overflow == pytest.approx(22, abs=1)


def test_line_with_only_an_anchor_is_not_reported() -> None:
    low = '<div style="height: 1px; overflow: visible; position: relative; top: 2000px"><p><span id="x"></span></p></div>'
    assert strays(low) == []
    assert strays(low.replace("</span>", "seen</span>")) != []


def test_a_space_that_ends_a_line_of_code_may_hang_over_its_edge() -> None:
    words = " ".join(["mmmmmm", *["mmmmmmm"] * 12])  # 38 letters fill a line
    code = f'<pre style="white-space: pre-wrap; font: 10.52pt JetBrains Mono">{words}</pre>'
    assert strays(code) == []


def test_table_wider_than_its_page_is_reduced_and_reported() -> None:
    table = f"<table><tr>{f'<td>{WORD}</td>' * 3}</tr></table>"
    assert {stray.position for stray in strays(table)} == {SQUEEZED}


def test_box_with_margins_does_not_overflow_intentionally() -> None:
    wide = '<div style="margin: 0 -15pt">' + "Words of a wide figure. " * 20 + "</div>"
    assert strays(wide) == []


def test_a_picture_that_reaches_as_far_as_colours_bleed_is_cut_on_purpose() -> None:
    css = "@page { margin: 0; bleed: 9pt } .wide { width: %dpt; margin-left: -%dpt; height: 20pt }"
    block = '<div class="wide">Words.</div>'
    assert strays(block, css % (300 + 2 * 9, 9)) == []
    assert [stray.position for stray in strays(block, css % (300 + 2 * 30, 30))] == [OFF_PAGE]


def test_trailing_spaces_do_not_place_a_line_below_the_text() -> None:
    style = "white-space: pre-wrap; position: relative; top: 350pt"
    (stray,) = strays(f'<pre style="{style}">Low.{" " * 20}</pre>')
    assert stray.position == OFF_TEXT
