"""Test that text with too little contrast is reported once for each pair of colours."""

from __future__ import annotations

import io

import pikepdf
import pytest

from tests.checks.pdf.crafted import Crafted, artifact, line
from triptych.checks.findings import OutputFinding
from triptych.checks.pdf.accessibility import check_contrast
from triptych.checks.pdf.page_contents import read_pdf_contents
from triptych.checks.pdf.structure import read_structure


def found(*pages: tuple[bytes, ...]) -> list[OutputFinding]:
    book = Crafted()
    for content in pages:
        book.page(*content)
    data = book.data()
    contents = read_pdf_contents(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return list(check_contrast(contents, read_structure(pdf, contents)))


def test_black_on_white_has_no_finding() -> None:
    assert found((line("Black"),)) == []


def test_grey_on_white_is_reported_with_its_ratio() -> None:
    (finding,) = found((line("Faint words", look="0.6 g"),))
    assert (finding.code, finding.page, finding.text) == ("CHK006", "1", "Faint words")
    assert finding.message == (
        'text in #999999 on #ffffff has a contrast of only 2.8:1 (at least 4.5:1 is required): "Faint words"'
    )


@pytest.mark.parametrize(("size", "sound"), [(12, False), (17.9, False), (18, True), (30, True)])
def test_large_text_needs_less(size: float, sound: bool) -> None:
    findings = found((line("Grey", size=size, look="0.55 g"),))
    assert (findings == []) is sound


@pytest.mark.parametrize(("font", "sound"), [("Helvetica", False), ("Helvetica-Bold", True)])
def test_bold_text_is_large_sooner(font: str, sound: bool) -> None:
    book = Crafted()
    page = book.page(line("Grey", size=14, look="0.55 g"))
    page.Resources.Font.F.BaseFont = pikepdf.Name(f"/{font}")
    assert (list(check_contrast(read_pdf_contents(book.data()), None)) == []) is sound


def test_white_text_needs_a_dark_background() -> None:
    def ground(grey: float) -> bytes:
        return f"q {grey} g 60 690 300 30 re f Q".encode()

    assert found((ground(0.2), line("White", look="1 g"))) == []
    assert len(found((ground(0.8), line("White", look="1 g")))) == 1


def test_running_heads_count_and_signs_do_not() -> None:
    head = artifact("Head").replace(b"BT", b"0.8 g BT")
    assert len(found((head,))) == 1
    assert found((line(". . . .", look="0.8 g"),)) == []


def test_colour_pair_is_reported_once_with_its_page_count() -> None:
    faint = line("Faint", look="0.7 g")
    other = line("Other", y=500, look="1 0.8 0 rg")
    item, two = found((faint, faint), (faint, other), (line("Black"),), (faint,))
    assert item.message.endswith('"Faint" (and on 2 more pages)')
    assert "#ffcc00" in two.message and two.page == "2"


def test_preceding_text_locates_the_finding() -> None:
    book = Crafted()
    book.page(line("Before", mcid=0), line("Faint", y=600, mcid=1, look="0.7 g"))
    book.element("P", 0)
    book.element("P", 1)
    data = book.data()
    contents = read_pdf_contents(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (finding,) = check_contrast(contents, read_structure(pdf, contents))
    assert finding.preceding_text.strip() == "Before"
