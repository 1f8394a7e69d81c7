"""What the layout leaves over the edge of its cell, column, text or page is told; what may reach over is not."""

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
    """What strays on the one page of a document whose text is 240 points wide."""
    (sheet,) = painted(body, css).pages
    return list(sheet.defects)


def seen(quire: Quire) -> list[LayoutDefect]:
    """What strays in the finished file, as PDFium reads it."""
    with pypdfium2.PdfDocument(bound(quire)) as document:
        return [stray for page in document for stray in find_page_defects(page, page.get_textpage())]


def test_text_that_keeps_within_its_lines_is_in_place() -> None:
    assert strays(f"<p>{'Some words. ' * 60}</p>" + TABLE.format("a cell")) == []


@pytest.mark.parametrize(
    ("body", "where"), [(TABLE.format(WORD), OFF_PLACE), (OVER_TEXT, OFF_TEXT), (OVER_PAGE, OFF_PAGE)]
)
def test_words_that_nothing_breaks_are_told_by_the_edge_that_they_reach_over(body: str, where: str) -> None:
    (stray,) = strays(body)
    assert (stray.where, stray.kind) == (where, "words")
    assert stray.words.startswith(WORD)


@pytest.mark.parametrize("body", [OVER_TEXT, OVER_PAGE, f"<p>{WORD}</p>"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_layout_and_the_finished_file_agree(body: str, direction: str) -> None:
    quire = painted(f'<div style="direction: {direction}">{body}</div>')
    told, found = quire.pages[0].defects, seen(quire)
    assert [stray.where for stray in told] == [stray.where for stray in found]
    for one, other in zip(told, found, strict=True):
        assert one.overflow == pytest.approx(other.overflow, abs=2)


def test_they_agree_on_landscape_pages() -> None:
    css = "@page landscape { size: 400pt 300pt } p { page: landscape }"
    quire = painted(f"<p>{WORD * 3}</p>", css)
    assert quire.pages[0].rotated and quire.pages[0].size == pytest.approx((300, 400))
    (one,), (other,) = quire.pages[0].defects, seen(quire)
    assert one.where == other.where == OFF_PAGE
    assert one.overflow == pytest.approx(other.overflow, abs=2)


def test_lines_below_the_text_are_told() -> None:
    (stray,) = strays('<p style="position: relative; top: 350pt">Low.</p>')
    assert (stray.where, stray.words) == (OFF_TEXT, "Low.")
    assert stray.overflow == pytest.approx(22, abs=1)


def test_a_line_that_only_holds_an_anchor_is_not_told() -> None:
    low = '<div style="height: 1px; overflow: visible; position: relative; top: 2000px"><p><span id="x"></span></p></div>'
    assert strays(low) == []
    assert strays(low.replace("</span>", "seen</span>")) != []


def test_a_space_that_ends_a_line_of_code_may_hang_over_its_edge() -> None:
    words = " ".join(["mmmmmm", *["mmmmmmm"] * 12])  # 38 letters fill a line
    code = f'<pre style="white-space: pre-wrap; font: 10.52pt JetBrains Mono">{words}</pre>'
    assert strays(code) == []


def test_a_table_wider_than_its_page_is_set_smaller_and_told() -> None:
    table = f"<table><tr>{f'<td>{WORD}</td>' * 3}</tr></table>"
    assert {stray.where for stray in strays(table)} == {SQUEEZED}


def test_what_has_margins_below_nothing_reaches_over_on_purpose() -> None:
    wide = '<div style="margin: 0 -15pt">' + "Words of a wide figure. " * 20 + "</div>"
    assert strays(wide) == []


def test_a_picture_that_reaches_as_far_as_colours_bleed_is_cut_on_purpose() -> None:
    css = "@page { margin: 0; bleed: 9pt } .wide { width: %dpt; margin-left: -%dpt; height: 20pt }"
    block = '<div class="wide">Words.</div>'
    assert strays(block, css % (300 + 2 * 9, 9)) == []
    assert [stray.where for stray in strays(block, css % (300 + 2 * 30, 30))] == [OFF_PAGE]


def test_spaces_at_the_end_of_a_line_do_not_let_it_stand_below_the_text() -> None:
    style = "white-space: pre-wrap; position: relative; top: 350pt"
    (stray,) = strays(f'<pre style="{style}">Low.{" " * 20}</pre>')
    assert stray.where == OFF_TEXT
