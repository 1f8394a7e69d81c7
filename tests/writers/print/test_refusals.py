"""What a standard has not is refused before a file is made, with the page that it is on."""

from __future__ import annotations

import pytest

from tests.writers.print.quires import quire, sheet
from triptych.writers.print.composing import place_quires
from triptych.writers.print.pdf_spec import PdfSpec
from triptych.writers.print.quire import QuireObject, SyntaxTemplate
from triptych.writers.print.serialisation import serialise_quire
from triptych.writers.print.writer import find_transparency


@pytest.mark.parametrize(
    ("entries", "clear"),
    [
        (b"<</Type /ExtGState/ca 0.5>>", True),
        (b"<</Type /ExtGState/CA .25>>", True),
        (b"<</Type /ExtGState/ca 0>>", True),
        (b"<</Type /ExtGState/ca 1>>", False),
        (b"<</Type /ExtGState/ca 1.0/BM /Normal>>", False),
        (b"<</Type /ExtGState/BM /Multiply>>", True),
        (b"<</Type /ExtGState/SMask /None>>", False),
        (b"/Type /XObject/Subtype /Image/SMask 7 0 R", True),
    ],
)
def test_things_that_let_others_show_through(entries: bytes, clear: bool) -> None:
    made = quire(
        [sheet(), sheet(used=(("ExtGState", "a", 0),))], objects=(QuireObject(SyntaxTemplate(entries), None),)
    )
    placed = place_quires([(serialise_quire(made), False)])
    found = list(find_transparency(placed, PdfSpec("pdf/x-1a", "cmyk")))
    assert [finding.code for finding in found] == (["PRS002"] if clear else [])
    assert all("page 2 contains" in finding.message for finding in found)
    assert not list(find_transparency(placed, PdfSpec("pdf/x-4", "cmyk")))
