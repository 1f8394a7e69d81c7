"""Test that pages of any size are filled; only the last page of a chapter may be shorter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.print.quires import face, lay, page_of
from tests.writers.print.test_looks import sheet
from triptych.theme.theme import list_built_in_themes, load_theme
from triptych.writers.print.typesetting import BookTypesetter

NAMED = ["a5", "a4", "letter", "6x9"]
# A3, A6, B5, legal, crown octavo, squares, and lengths without an exact floating-point value.
OWN = [
    ("297mm", "420mm"),
    ("105mm", "148mm"),
    ("176mm", "250mm"),
    ("8.5in", "14in"),
    ("123mm", "186mm"),
    ("210mm", "210mm"),
    ("170.3mm", "241.7mm"),
    ("5.83in", "8.27in"),
    ("333.33pt", "555.55pt"),
]
SIZES = [*NAMED, *({"width": width, "height": height} for width, height in OWN)]

SENTENCE = "A page that ends early looks like the end of a chapter, and readers stop there. "
NOTE = '<span class="footnote" data-number="{0}">Note {0} stands on the page of its call.</span>'
HEADING = '<h2 id="s{0}">A heading</h2>'
CALLOUT = (
    '<div class="callout tip"><p class="callout-title">Change this text</p><p>A box of two lines.</p></div>'
)
_LEADS = 8.5  # permitted space: a heading with the space before it, two lines of text and a note, or a box


def chapter(sections: int) -> str:
    """Return a chapter with a footnote in each section, and some boxes."""
    body = "".join(
        HEADING.format(n) + f"<p>{SENTENCE * (1 + n % 3)}{NOTE.format(n)}</p>" + CALLOUT * (n % 4 == 1)
        for n in range(sections)
    )
    return page_of(f'<section class="chapter"><div class="opener"><h1>Title</h1></div>{body}</section>')


def white(page: Any) -> float:
    """Return the white space in a page's text area above its footnotes, in CSS pixels."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox, LineBox

    box = page._page_box
    notes = [child for child in box.children if isinstance(child, FootnoteAreaBox) and child.height]
    bottom = min([area.position_y for area in notes], default=box.content_box_y() + box.height)
    lines = [line for line in flow(box) if isinstance(line, LineBox)]
    return bottom - max((line.position_y + line.height for line in lines), default=box.content_box_y())


def flow(box: Any) -> Iterator[Any]:
    """Return all boxes of a page except its footnotes."""
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox

    for child in getattr(box, "children", ()):
        if not isinstance(child, FootnoteAreaBox):
            yield child
            yield from flow(child)


@pytest.mark.parametrize(
    "theme",
    [
        pytest.param(theme, marks=() if theme == "house" else pytest.mark.e2e)
        for theme in list_built_in_themes()
    ],
)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_pages_with_notes_are_filled(theme: str, size: object) -> None:
    lead = load_theme(theme).print.leading * 4 / 3
    pages = BookTypesetter(sheet(theme, page_size=size), face).lay_out(chapter(20)).pages
    assert len(pages) > 1
    assert [round(white(page) / lead, 1) for page in pages[:-1] if white(page) > _LEADS * lead] == []


@pytest.mark.e2e
@given(height=st.floats(300, 900), bottom=st.floats(20, 90), line=st.floats(8, 14))
@settings(max_examples=60, deadline=None)
def test_note_is_on_the_page_of_its_call_despite_rounding(height: float, bottom: float, line: float) -> None:
    css = f"""
    @page {{ size: 300pt {height}pt; margin: 20pt 20pt {bottom}pt }}
    @page {{ @footnote {{ border-top: .5pt solid; padding-top: 5pt; margin-top: 10pt }} }}
    p {{ margin: 0 }}
    .footnote {{ float: footnote; footnote-policy: line; font-size: 9pt; line-height: {line}pt }}
    """
    laid, _ = lay(f"<p>{SENTENCE}{NOTE.format(1)}</p><p>{SENTENCE}{NOTE.format(2)}</p>", css)
    assert len(laid.pages) == 1
