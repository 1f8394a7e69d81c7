"""Test that page content is read with its marked content, also in form XObjects and nested sequences."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from weasyprint import HTML

from tests.checks.pdf.crafted import Crafted, artifact, line
from triptych.checks.pdf.page_contents import MarkedContentKey, PdfContents, read_pdf_contents
from triptych.checks.texts import read_pdf_text
from triptych.checks.wordings import normalise_text
from triptych.theme.theme import find_fonts_folder


def shown(*content: bytes) -> PdfContents:
    book = Crafted()
    book.page(*content)
    return read_pdf_contents(book.data())


def test_runs_have_text_place_size_and_mark() -> None:
    (page,) = shown(line("Shown", 72, 700, mcid=3)).pages
    (run,) = page.runs
    assert (run.text, run.mcid, run.is_artifact, run.x, run.y) == ("Shown", 3, False, 72, 700)
    assert run.font_size == pytest.approx(12)
    left, bottom, right, top = run.box
    assert 72 <= left < right < 115 and 695 < bottom < top < 712


def test_the_size_is_that_on_the_page() -> None:
    (page,) = shown(line("Large", look="2 0 0 2 0 0 cm", x=10, y=10)).pages
    assert page.runs[0].font_size == pytest.approx(24)
    assert (page.runs[0].x, page.runs[0].y) == (20, 20)


def test_text_is_marked_artifact_or_neither() -> None:
    (page,) = shown(line("Tagged", mcid=0), artifact("Head"), line("Loose", y=600)).pages
    states = [(run.text, run.mcid >= 0, run.is_artifact) for run in page.runs]
    assert states == [("Tagged", True, False), ("Head", False, True), ("Loose", False, False)]


def test_marks_hold_their_runs_in_order() -> None:
    contents = shown(line("One ", mcid=0), b"/P <</MCID 1>> BDC", line("two "), line("three", x=200), b"EMC")
    texts = {mark: [run.text for run in runs] for mark, runs in contents.runs_by_marked_content.items()}
    assert texts == {MarkedContentKey(0, 0): ["One "], MarkedContentKey(0, 1): ["two ", "three"]}


def test_a_text_in_place_of_another_counts() -> None:
    actual = b"/P <</MCID 0>> BDC /Span <</ActualText (fish)>> BDC " + line("fi?h") + b" EMC EMC"
    (page,) = shown(actual).pages
    assert "".join(run.text for run in page.runs) == "fish"


def test_form_content_has_the_mark_and_position_of_the_form() -> None:
    book = Crafted()
    page = book.page(b"/P <</MCID 7>> BDC q 1 0 0 1 100 200 cm /X Do Q EMC /Artifact BMC /X Do EMC")
    form = book.pdf.make_stream(line("Within", 1, 2))
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 300, 300])
    form.Resources = Dictionary(Font=page.Resources.Font)
    page.Resources.XObject = Dictionary(X=form)
    (shown_page,) = read_pdf_contents(book.data()).pages
    runs = [(run.text.strip(), run.mcid, run.is_artifact, run.x, run.y) for run in shown_page.runs]
    assert runs == [("Within", 7, False, 101, 202), ("Within", -1, True, 1, 2)]
    assert 100 < shown_page.runs[0].box[0] < 110


def test_hyphen_at_a_line_end_is_kept() -> None:
    (page,) = shown(line("well-", 72, 700), line("known", 72, 685)).pages
    assert [run.text for run in page.runs] == ["well-", "known"]


def written(said: list[str], direction: str = "ltr") -> bytes:
    """Return paragraphs as WeasyPrint writes them, with the text runs that are read from the PDF."""
    faces = ("EBGaramond-Regular", "scripts/NotoNaskhArabic-Regular", "scripts/NotoSerifHebrew-Regular")
    css = "".join(
        f"@font-face{{font-family:F{number};src:url('{(find_fonts_folder() / face).as_uri()}.ttf')}}"
        for number, face in enumerate(faces)
    )
    text = "".join(f"<p>{words}" for words in said)
    page = (
        f"<html lang=en dir={direction}><title>T</title><style>{css} p{{font-family:F0,F1,F2}}</style>{text}"
    )
    pdf = pikepdf.open(io.BytesIO(HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")))
    pdf.Root.ViewerPreferences.Direction = Name.R2L if direction == "rtl" else Name.L2R
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_arabic_and_hebrew_are_read_from_right_to_left() -> None:
    text = ["السلام عليكم", "שלום עולם, 12:30 בערב", "In English שלום and so on"]
    contents = read_pdf_contents(written(text))
    assert [
        "".join(run.text for run in runs).strip() for runs in contents.runs_by_marked_content.values()
    ] == text


def test_right_to_left_book_may_contain_left_to_right_words() -> None:
    text = ["السلام عليكم", "Wholly in English, and 2026", "2026", "שלום in words that are of many letters"]
    data = written(text, "rtl")
    contents = read_pdf_contents(data)
    assert [
        "".join(run.text for run in runs).strip() for runs in contents.runs_by_marked_content.values()
    ] == text
    assert normalise_text("".join(text)) == read_pdf_text(data).visible_text


def test_text_is_found_by_its_bounding_box() -> None:
    (page,) = shown(line("Here", 72, 700), line("there", 200, 700), line("below", 72, 600)).pages
    assert page.get_text_in((70, 690, 300, 715)) == "Here there"
    assert page.get_text_in((0, 0, 10, 10)) == ""


def test_pages_are_named_by_their_labels() -> None:
    book = Crafted()
    book.page(line("i"))
    book.page(line("1"))
    book.pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r), 1, Dictionary(S=Name.D)]))
    assert [page.label for page in read_pdf_contents(book.data()).pages] == ["i", "1"]


class TestShades:
    """Test the colours of text and of its background."""

    def shade(self, *content: bytes) -> tuple[object, ...]:
        pair = shown(*content).pages[0].runs[-1].colours
        assert pair is not None
        return (pair.colour, pair.background)

    def test_on_paper(self) -> None:
        assert self.shade(line("Black")) == ((0, 0, 0), (255, 255, 255))

    def test_on_a_filled_box(self) -> None:
        box = b"q 0.2 0.4 0.6 rg 60 690 200 30 re f Q"
        assert self.shade(box, line("White", look="1 g")) == ((255, 255, 255), (51, 102, 153))

    def test_beside_a_filled_box(self) -> None:
        box = b"q 0.2 0.4 0.6 rg 300 690 200 30 re f Q"
        assert self.shade(box, line("Black")) == ((0, 0, 0), (255, 255, 255))

    def test_on_a_box_that_another_clips_away(self) -> None:
        box = b"q 300 0 10 10 re W n 0 g 0 0 595 842 re f Q"
        assert self.shade(box, line("Black")) == ((0, 0, 0), (255, 255, 255))

    def test_on_a_box_that_covers_another(self) -> None:
        boxes = b"q 0 g 0 0 595 842 re f 1 1 0 rg 60 690 200 30 re f Q"
        assert self.shade(boxes, line("Black")) == ((0, 0, 0), (255, 255, 0))

    def test_in_other_colour_spaces(self) -> None:
        assert self.shade(line("Cyan", look="0.5 g")) == ((128, 128, 128), (255, 255, 255))

    def test_invisible_text_is_ignored(self) -> None:
        (page,) = shown(line("Hidden", look="3 Tr")).pages
        assert page.runs[0].colours is None

    def test_of_an_outline(self) -> None:
        assert self.shade(line("Outline", look="1 g 1 0 0 RG 1 Tr"))[0] == (255, 0, 0)

    def test_on_a_turned_page(self) -> None:
        book = Crafted()
        page = book.page(b"q 1 0 0 rg 60 690 200 30 re f Q", line("Black"))
        page.Rotate = 90
        page.CropBox = Array([50, 50, 500, 800])
        run = read_pdf_contents(book.data()).pages[0].runs[0]
        assert run.colours is not None and run.colours.background == (255, 0, 0)
