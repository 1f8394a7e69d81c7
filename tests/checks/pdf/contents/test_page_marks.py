"""Test that page digests depend on the appearance of pages only, not on the structure of the file."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf

from triptych.checks.pdf.raw_objects import PageDigester, RawObjectTable


def marks(content: bytes = b"q Q", width: object = 100, note: object = None, before: int = 0) -> list[str]:
    """Return the digests of two pages with their own font, which refer to each other."""
    pdf = Pdf.new()
    for number in range(before):
        pdf.make_indirect(Dictionary(Count=number))
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Widths=pdf.make_indirect(Array([500, 600]))))
    for number in range(2):
        page = pdf.add_blank_page().obj
        page.Contents = pdf.make_stream(content + b" %" * number)
        page.MediaBox = Array([0, 0, pdf.make_indirect(width), 100])
        page.Resources = Dictionary(Font=Dictionary(F=font))
        if note is not None:
            page.PieceInfo = pdf.make_indirect(Dictionary(Note=note))
    for page, other in (pdf.pages, reversed(list(pdf.pages))):
        page.obj.Annots = Array([pdf.make_indirect(Dictionary(Dest=Array([other.obj, Name.Fit])))])
    return page_marks(saved(pdf))


def saved(pdf: Pdf, mode: ObjectStreamMode = ObjectStreamMode.disable) -> bytes:
    """Return a file with a cross-reference table or with object streams."""
    with io.BytesIO() as file:
        pdf.save(file, object_stream_mode=mode)
        return file.getvalue()


def page_marks(data: bytes) -> list[str]:
    """Return the digests of all pages."""
    objects = RawObjectTable(data)
    marker = PageDigester(objects)
    return [marker.hash_object(page) for page in objects.iter_page_ids()]


def test_fingerprint_differs_if_visible_content_differs() -> None:
    result = [*marks(), *marks(b"q q Q Q"), *marks(width=200), *marks(note=pikepdf.String("a"))]
    assert len(set(result)) == len(result)


def test_object_numbers_do_not_change_the_fingerprint() -> None:
    assert marks() == marks(before=7)


@pytest.mark.parametrize("words", ["7 0 R", "999999 0 R", "99999999999999 0 R", "5 99999999 R"])
def test_text_that_looks_like_a_reference_is_included(words: str) -> None:
    assert len({*marks(), *marks(note=pikepdf.String(words))}) == 4


def test_dangling_reference_is_ignored() -> None:
    pdf = Pdf.new()
    pdf.add_blank_page().obj.Note = pikepdf.String("nowhere")
    assert page_marks(saved(pdf).replace(b"(nowhere)", b"9999 0 R "))
