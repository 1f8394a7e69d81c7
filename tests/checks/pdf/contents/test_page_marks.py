"""A page's mark tells what is seen on it, whatever its file is like otherwise."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf

from triptych.checks.pdf.raw_objects import PageDigester, RawObjectTable


def marks(content: bytes = b"q Q", width: object = 100, note: object = None, before: int = 0) -> list[str]:
    """The marks of two pages with a font of their own, which know of each other."""
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
    """A file with a table of its objects, or with streams of them."""
    with io.BytesIO() as file:
        pdf.save(file, object_stream_mode=mode)
        return file.getvalue()


def page_marks(data: bytes) -> list[str]:
    """The marks of all pages."""
    objects = RawObjectTable(data)
    marker = PageDigester(objects)
    return [marker.digest_object(page) for page in objects.iter_page_ids()]


def test_it_is_another_where_anything_is_that_is_seen() -> None:
    found = [*marks(), *marks(b"q q Q Q"), *marks(width=200), *marks(note=pikepdf.String("a"))]
    assert len(set(found)) == len(found)


def test_numbers_of_objects_are_nothing_that_is_seen() -> None:
    assert marks() == marks(before=7)


@pytest.mark.parametrize("words", ["7 0 R", "999999 0 R", "99999999999999 0 R", "5 99999999 R"])
def test_words_that_look_like_references_are_told_as_well(words: str) -> None:
    assert len({*marks(), *marks(note=pikepdf.String(words))}) == 4


def test_what_leads_nowhere_is_nothing() -> None:
    pdf = Pdf.new()
    pdf.add_blank_page().obj.Note = pikepdf.String("nowhere")
    assert page_marks(saved(pdf).replace(b"(nowhere)", b"9999 0 R "))
