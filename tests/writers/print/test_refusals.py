"""Test that content forbidden by a PDF standard is rejected with its page before a file is written."""

from __future__ import annotations

import pytest

from tests.writers.print.quires import quire, sheet
from triptych.writers.print.composing import place_quires
from triptych.writers.print.pdf_format import PdfFormat
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
def test_transparency_is_rejected(entries: bytes, clear: bool) -> None:
    result = quire(
        [sheet(), sheet(used=(("ExtGState", "a", 0),))], objects=(QuireObject(SyntaxTemplate(entries), None),)
    )
    placed = place_quires([(serialise_quire(result), False)])
    findings = list(find_transparency(placed, PdfFormat("pdf/x-1a", "cmyk")))
    assert [finding.code for finding in findings] == (["PRS002"] if clear else [])
    assert all("page 2 contains" in finding.message for finding in findings)
    assert not list(find_transparency(placed, PdfFormat("pdf/x-4", "cmyk")))
