"""A figure that doesn't fit lets the text behind it fill the page."""

from __future__ import annotations

from typing import Any

import pytest

from triptych.writers.print.composing.joining import join
from triptych.writers.print.layout.engine import Typesetter
from triptych.writers.print.painting.pages import paint
from triptych.writers.print.painting.palette import Palette
from triptych.writers.print.quire import Element, Marked

CSS = """
@page { size: 200px 130px; margin: 10px }
html { font-size: 10px; line-height: 10px }
body, p, figure { margin: 0 }
p { text-indent: 20px }
figure + p { text-indent: 0 }
figure { height: 60px; break-inside: avoid; margin-bottom: 5px }
p[data-before~="figure"], p[data-before~=".table"] { margin-bottom: 5px }
.short { height: 60px; break-inside: avoid; margin-bottom: 5px }
"""
FIGURE = '<figure class="{}"><p class="in">Figure</p></figure>'
LONG = "Line<br/>" * 4 + "Line"


def texts(body: str) -> list[list[str]]:
    """The text of each page, with how far it stands from the page's left edge and the text's top."""
    pages = laid(body).pages
    return [[f"{box.text}" for box in text_boxes(page._page_box)] for page in pages]


def laid(body: str) -> Any:
    xhtml = f'<html lang="en"><body><section class="chapter">{body}</section></body></html>'
    return Typesetter(CSS, lambda scheme, path: (b"", "")).lay(xhtml)


def text_boxes(page: Any) -> list[Any]:
    from weasyprint.formatting_structure.boxes import TextBox

    return [box for box in page.descendants() if isinstance(box, TextBox) and box.text.strip()]


BEFORE = f"<p>First</p><p>{LONG}</p>"


@pytest.mark.parametrize(
    "figure", [FIGURE.format("figure"), '<div class="table short"><p class="in">Figure</p></div>']
)
def test_paragraphs_behind_it_fill_the_page(figure: str) -> None:
    first, second = texts(
        BEFORE + figure + "<p>Two</p><p>Three</p><p>Four</p><p>Five</p><p>Six</p><p>Seven</p>"
    )
    assert first == ["First", *["Line"] * 5, "Two", "Three", "Four", "Five", "Six"]
    assert second == ["Figure", "Seven"]


def test_a_paragraph_may_go_on_behind_the_page_and_the_figure_follows_it() -> None:
    first, second = texts(BEFORE + FIGURE.format("figure") + f"<p>{LONG}<br/>End</p><p>Six</p>")
    assert (first[-1], second) == ("Line", ["Line", "End", "Figure", "Six"])


@pytest.mark.parametrize(
    "behind", ["<h2>Head</h2>", "<ul><li>Item</li></ul>", '<p class="verse">Verse</p>', ""]
)
def test_it_stays_before_what_is_no_paragraph(behind: str) -> None:
    _, second = texts(BEFORE + FIGURE.format("figure") + behind)
    assert second[0] == "Figure"


def test_it_stays_where_its_author_wants_it() -> None:
    _, second = texts(BEFORE + FIGURE.format("figure here") + "<p>Two</p>")
    assert second == ["Figure", "Two"]


def test_it_stays_where_it_fits() -> None:
    (only,) = texts("<p>First</p>" + FIGURE.format("figure") + "<p>Two</p>")
    assert only == ["First", "Figure", "Two"]


def test_it_stays_where_little_is_to_be_filled() -> None:
    first, second = texts(BEFORE + "<p>A</p><p>B</p><p>C</p>" + FIGURE.format("figure") + "<p>Two</p>")
    assert (first[-1], second) == ("C", ["Figure", "Two"])


def test_space_and_indents_are_those_of_their_new_places() -> None:
    page, behind = laid(
        BEFORE
        + FIGURE.format("figure")
        + "<p>Two</p><p>Three</p><p>Four</p><p>Five</p><p>Six</p><p>Seven</p>"
    ).pages
    lines = {box.text: box for box in text_boxes(page._page_box)}
    assert [lines[word].position_x for word in ("First", "Two", "Three", "Five")] == [30, 30, 30, 30]
    assert lines["Two"].position_y == lines["First"].position_y + 60
    assert lines["Three"].position_y == lines["Two"].position_y + 10
    (seven,) = (box for box in text_boxes(behind._page_box) if box.text == "Seven")
    assert seven.position_x == 10


def test_it_is_heard_where_it_was_written() -> None:
    document = laid(BEFORE + FIGURE.format("figure") + "<p>Two</p><p>Three</p>")
    typesetter = Typesetter(CSS, lambda scheme, path: (b"", ""))
    quire = join([paint(document.pages, document.strings, Palette(typesetter.faces), "one")])
    pages = [marked.page for element in quire.elements for marked in marks(element)]
    assert pages == [0] * 6 + [1] + [0] * 2


def marks(element: Element) -> list[Marked]:
    found: list[Marked] = []
    for kid in element.kids:
        if isinstance(kid, Marked):
            found.append(kid)
        elif isinstance(kid, Element):
            found += marks(kid)
    return found
