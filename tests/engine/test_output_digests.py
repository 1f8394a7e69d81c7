"""Test that an output itself shows whether it was edited."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.engine.output_digests import has_valid_digest
from triptych.writers.epub.package import pack_epub
from triptych.writers.print.pdf_syntax import PdfFile

PAPER = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)


def pdf() -> bytes:
    file = PdfFile()
    page, pages = file.reserve_numbers(), file.reserve_numbers()
    file.set_object(page, b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]>>" % pages)
    file.set_object(pages, b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % page)
    return file.finish(
        file.add_object(b"<</Type/Catalog/Pages %d 0 R>>" % pages), file.add_object(b"<</Title(A)>>")
    )


def epub() -> bytes:
    return pack_epub({"EPUB/a.xhtml": b"<p>One</p>", "META-INF/container.xml": b"<container/>"}, PAPER)


def with_a_file_changed(data: bytes) -> bytes:
    """Return a package as an editor writes it: all files anew, one of them changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            target.writestr(info, source.read(info).replace(b"One", b"Two"))
    return out.getvalue()


def with_a_file_more(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as target:
        target.writestr("EPUB/notes.txt", "mine")
    return out.getvalue()


def with_a_remark(data: bytes) -> bytes:
    """Return a PDF as a viewer saves it with an annotation."""
    return data + b"1 0 obj\n<</Type/Annot>>\nendobj\nxref\n0 0\ntrailer<<>>\nstartxref\n10\n%%EOF\n"


def saved_anew(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as stream:
        stream.save(out)
    return out.getvalue()


@pytest.mark.parametrize("made", [pdf(), epub()], ids=["pdf", "epub"])
def test_unedited_file_is_recognised(made: bytes) -> None:
    assert has_valid_digest(made)


@pytest.mark.parametrize(
    "changed",
    [
        with_a_file_changed(epub()),
        with_a_file_more(epub()),
        with_a_remark(pdf()),
        saved_anew(pdf()),
        pdf()[:-1],
        epub()[:-1],
        epub() + b"more",
        b"more" + epub(),
    ],
    ids=["file changed", "file more", "remark", "saved anew", "cut pdf", "cut epub", "behind", "before"],
)
def test_edited_file_is_reported(changed: bytes) -> None:
    assert not has_valid_digest(changed)


@pytest.mark.parametrize(
    "foreign", [b"", b"%PDF-1.7\nstartxref\n9\n%%EOF\n", b"PK\3\4", b"PK\5\6" + bytes(18)]
)
def test_unsealed_file_is_not_recognised(foreign: bytes) -> None:
    assert not has_valid_digest(foreign)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_can_be_checked_for_a_seal(noise: bytes, place: int) -> None:
    for data in (pdf(), epub()):
        has_valid_digest(data[:place] + noise + data[place:])
