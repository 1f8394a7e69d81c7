"""Test that a PDF library finds the same objects, with all types of cross-references."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf

from triptych.checks.pdf.raw_objects import RawObjectTable, list_references
from triptych.writers.print.pdf_syntax import PdfFile, write_literal_string

MODES = tuple(ObjectStreamMode.__members__.values())


def saved(pdf: Pdf, mode: ObjectStreamMode, **how: bool) -> bytes:
    """Return a file as QPDF writes it."""
    with io.BytesIO() as file:
        pdf.save(file, object_stream_mode=mode, **how)
        return file.getvalue()


def our_own(bodies: list[bytes], streams: list[bytes], version: str = "1.7") -> bytes:
    """Return a file of two pages as our PDF writer writes it, with some additional objects."""
    file = PdfFile(version)
    root, pages = file.reserve_numbers(), file.reserve_numbers()
    for body in bodies:
        file.add_object(body)
    for stream in streams:
        file.add_stream(b"", stream)
    kids = [file.add_object(b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]>>" % pages) for _ in range(2)]
    file.set_object(root, b"<</Type/Catalog/Pages %d 0 R>>" % pages)
    file.set_object(pages, b"<</Type/Pages/Count 2/Kids[%d 0 R %d 0 R]>>" % tuple(kids))
    return file.finish(root, file.add_object(b"<</Title(T)>>"))


def check(data: bytes) -> None:
    """Compare all objects with those that QPDF reads."""
    objects = RawObjectTable(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert list(objects.iter_page_ids()) == [page.obj.objgen[0] for page in pdf.pages]
        for number in range(1, len(pdf.objects) + 3):
            there, result = objects[number], pdf.get_object(number, 0)
            if isinstance(result, pikepdf.Stream):
                assert there.decoded_data == result.read_bytes()
                assert there.data == result.read_raw_bytes()
            elif isinstance(result, pikepdf.String):
                assert bytes(pikepdf.Object.parse(there.value)) == bytes(result)
            elif result is None:
                assert there.value == b"null"
            elif isinstance(result, pikepdf.Object) and not list_references(there.value, "Kids"):
                assert there.data is None
                assert there.value.strip()[:1] == result.unparse(resolved=True)[:1]


@example([write_literal_string(b"endobj"), write_literal_string(b") endobj stream\n(")], [], "1.4")
@given(
    st.lists(st.binary(max_size=40).map(write_literal_string), max_size=450),
    st.lists(st.binary(max_size=300), max_size=5),
    st.sampled_from(("1.7", "1.4")),
)
def test_generated_file_is_read(bodies: list[bytes], streams: list[bytes], version: str) -> None:
    check(our_own(bodies, streams, version))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("linearize", [True, False])
@pytest.mark.parametrize("compress_streams", [True, False])
def test_a_file_of_another_program(mode: ObjectStreamMode, linearize: bool, compress_streams: bool) -> None:
    pdf = Pdf.new()
    for number in range(30):
        page = pdf.add_blank_page().obj
        page.Contents = pdf.make_stream(b"q Q %d" % number)
        page.Note = pdf.make_indirect(Array([Name.A, pdf.make_indirect(Dictionary(N=number))]))
    data = saved(pdf, mode, linearize=linearize, compress_streams=compress_streams)
    notes = []
    objects = RawObjectTable(data)
    for page in objects.iter_page_ids():
        (note,) = list_references(objects[page].value, "Note")
        (number,) = list_references(b"/Note" + objects[note].value, "Note")
        notes.append(objects[number].value.split()[2])
    assert notes == [b"%d" % number for number in range(30)]


def test_incrementally_updated_file_is_read_completely() -> None:
    data = our_own([], [b"old"])
    with pikepdf.open(io.BytesIO(data)) as pdf:
        place = pdf.Root.Pages.Kids[0].objgen[0]
        start = int(data.rpartition(b"startxref")[2].split()[0])
    added = b"%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 5 5]>>\nendobj\n" % place
    table = b"xref\n%d 1\n%010d 00000 n\r\n" % (place, len(data))
    trailer = b"trailer\n<</Size 99/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        start,
        len(data + added),
    )
    objects = RawObjectTable(data + added + table + trailer)
    first, *_ = objects.iter_page_ids()
    assert b"[ 0 0 5 5 ]" in objects[first].value


def test_file_that_is_not_a_pdf_is_reported() -> None:
    with pytest.raises((ValueError, pikepdf.PdfError)):
        RawObjectTable(b"nothing")
