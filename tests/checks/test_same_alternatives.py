"""An alternative text that one of the outputs has in other words is told."""

from __future__ import annotations

from tests.conftest import ReadBook, tiny_png
from triptych.checks.parity import parity
from triptych.checks.same_alternatives import other_alternatives
from triptych.checks.texts import FileText
from triptych.checks.wordings import letters

PICTURE = '![The tower](a.png){{#fig-a fig-alt="{}"}}\n'
ALT = "A white tower with a red band"


def told(read_book_of: ReadBook, alt: str, **alternatives: str) -> list[str]:
    book, found = read_book_of(PICTURE.format(alt), files={"source/a.png": tiny_png(9, 9)})
    assert {finding.code for finding in found} <= {"ACC012"}  # a text that repeats its caption
    shown = letters(f"A book A section The tower {alt}")
    files = {name: FileText(shown, alternatives=letters(text)) for name, text in alternatives.items()}
    return [str(finding) for finding in other_alternatives(parity(book, files), files)]


def test_of_the_same_text_in_all_outputs_nothing_is_said(read_book_of: ReadBook) -> None:
    assert told(read_book_of, ALT, pdf=f"Figure: {ALT}.", epub=ALT, pptx=f"{ALT}, told at length") == []


def test_an_output_with_another_text_is_told_at_the_picture(read_book_of: ReadBook) -> None:
    (finding,) = told(read_book_of, ALT, pdf=ALT, epub=ALT, pptx="A picture")
    assert finding == (
        "source/section.md:4:14: warning[CHK017]: in the deck the figure does not have its alternative text "
        f'"{ALT}"'
    )


def test_a_text_that_is_the_caption_may_be_left_to_it(read_book_of: ReadBook) -> None:
    assert told(read_book_of, "The tower", pdf="", epub="", pptx="") == []
