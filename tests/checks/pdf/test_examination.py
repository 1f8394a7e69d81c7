"""Test that all checks of a PDF run, also on invalid files."""

from __future__ import annotations

import io
from collections import Counter

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from triptych.checks.pdf import check_pdf
from triptych.checks.pdf.accessibility import LinkChecker, TagChecker
from triptych.checks.pdf.examination import examine_pdf
from triptych.checks.pdf.page_contents import read_pdf_contents
from triptych.checks.pdf.structure import read_structure

from .crafted import Crafted, line


def test_findings_of_all_kinds_are_returned_with_the_text() -> None:
    book = Crafted()
    page = book.page(line("Title", mcid=0), line("Faint", y=600, mcid=1, look="0.8 g"), line("Loose", y=500))
    book.element("H2", 0)
    book.element("P", 1)
    book.element("Figure")
    book.link(page, (70, 595, 120, 612), Dest=String("gone"))
    book.bookmark("Title", Dest=Array([page, Name.Fit]))
    examination = examine_pdf(book.data())
    assert examination.text == "Title\nFaint\n"
    kinds = Counter(finding.code for finding in examination.findings)
    assert kinds["CHK003"] == 1 and kinds["CHK004"] == 1 and kinds["CHK006"] == 1 and kinds["CHK007"] > 3
    rules = {finding.rule for finding in examination.findings if finding.code == "CHK002"}
    assert rules == {"heading levels", "untagged text"}


def test_validator_finding_is_located_by_its_element() -> None:
    book = Crafted()
    book.page(line("Before it", mcid=0), line("A note", y=600, mcid=1))
    book.element("P", 0)
    book.element("Note", 1)
    notes = [finding for finding in examine_pdf(book.data()).findings if "NOTE" in finding.rule]
    assert [(finding.text, finding.preceding_text.strip()) for finding in notes] == [("A note", "Before it")]


def test_an_untagged_file_is_looked_at_all_the_same() -> None:
    book = Crafted()
    book.page(line("Faint", look="0.8 g"))
    del book.pdf.Root["/StructTreeRoot"]
    examination = examine_pdf(book.data())
    assert examination.text is None
    assert "CHK006" in {finding.code for finding in examination.findings}


@pytest.mark.parametrize("data", [b"", b"text", b"%PDF-1.7\n"])
def test_file_that_is_not_a_pdf_is_left_to_the_integrity_check(data: bytes) -> None:
    assert examine_pdf(data).findings == ()


def test_encrypted_file_is_left_to_the_integrity_check() -> None:
    book = Crafted()
    book.page(line("x"))
    out = io.BytesIO()
    book.pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert examine_pdf(out.getvalue()).findings == ()


def _sound() -> Crafted:
    book = Crafted()
    page = book.page(line("Title", mcid=0), line("Link", y=600, mcid=1), line("a", y=500, mcid=2))
    book.element("H1", 0, A=Dictionary(O=Name.Layout))
    book.link(page, (70, 595, 120, 612), book.element("Link", 1), Contents=String("x"), Dest=String("gone"))
    row = book.element("TR", within=book.element("Table"))
    book.element("TH", 2, within=row, A=Dictionary(O=Name.Table, ColSpan=2, Scope=Name.Row))
    book.root.RoleMap = Dictionary(Own=Name.P)
    book.bookmark("Title", Dest=Array([page, Name.Fit]))
    names = Dictionary(Names=Array([String("there"), Array([page, Name.Fit])]))
    book.pdf.Root.Names = Dictionary(Dests=book.pdf.make_indirect(names))
    book.pdf.Root.MarkInfo = Dictionary(Marked=True)
    book.pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    return book


@pytest.mark.parametrize(
    "junk", [7, True, Name.X, Array(), Array([1, Name.Y]), Dictionary(S=3), String("x")], ids=repr
)
def test_values_of_unexpected_types_do_not_raise(junk: object) -> None:
    """Test that no entry of a PDF dictionary crashes the checks if its value has the wrong type."""
    data = _sound().data()
    with pikepdf.open(io.BytesIO(data)) as sound:
        places = [
            (item.objgen, key) for item in sound.objects if isinstance(item, Dictionary) for key in item
        ]
    assert len(places) > 40
    for objgen, key in places:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as damaged:
            damaged.get_object(objgen)[key] = junk
            damaged.save(out)
        check_pdf(out.getvalue())
        try:
            with pikepdf.open(io.BytesIO(out.getvalue())) as pdf:
                contents = read_pdf_contents(out.getvalue())
                structure = read_structure(pdf, contents)
                list(TagChecker(structure, contents).iter_findings() if structure else ())
                list(LinkChecker(pdf, structure, contents).iter_findings())
        except (pikepdf.PdfError, pypdfium2.PdfiumError):
            continue  # expected by `examine_pdf`


def test_a_damaged_stream_is_a_finding() -> None:
    book = Crafted()
    book.page(line("Text", mcid=0))
    book.element("P", 0)
    stream = pikepdf.Stream(book.pdf, b"")
    stream.write(b"no deflated data", filter=Name.FlateDecode)
    book.pdf.pages[0].obj.Thumb = book.pdf.make_indirect(stream)
    out = io.BytesIO()
    book.pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert "CHK001" in {finding.code for finding in examine_pdf(out.getvalue()).findings}
