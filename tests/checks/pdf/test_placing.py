"""Test that findings in a PDF name their page, and that deviations from the reading order are found."""

from __future__ import annotations

from triptych.checks.findings import OutputFinding
from triptych.checks.pdf.examination import PdfExamination, locate_pdf_findings


def test_a_finding_names_the_page_with_or_without_a_place(read_book_of) -> None:
    book, _ = read_book_of("The lantern stands.\n")
    result = (
        OutputFinding(code="CHK006", message="too faint", page="12", text="The lantern", hint="darker"),
        OutputFinding(code="CHK002", message="untagged", page="iv", text="Draft"),
        OutputFinding(code="CHK007", message="broken"),
    )
    diagnostics = locate_pdf_findings(PdfExamination(result), book)
    assert [str(diagnostic) for diagnostic in diagnostics] == [
        "source/section.md:4:1: warning[CHK006]: PDF, page 12: too faint\n  hint: darker",
        "warning[CHK002]: PDF, page iv: untagged",
        "warning[CHK007]: PDF: broken",
    ]


class TestOrder:
    """Test CHK010: text that is not in the reading order of the book."""

    TEXT = "The lantern stands forty-one metres over the sea.\n\nNothing grows but thrift on the bare rock of the point.\n"

    def said(self, read_book_of, *lines: str, **more) -> list[str]:
        book, _ = read_book_of(self.TEXT)
        examination = PdfExamination((), "\n".join(("A book", "A section", *lines)))
        return [
            str(pdf_finding).partition("\n")[0]
            for pdf_finding in locate_pdf_findings(examination, book, **more)
        ]

    def test_valid_book_has_no_finding(self, read_book_of) -> None:
        assert self.said(read_book_of, *self.TEXT.split("\n")) == []

    def test_the_last_of_many_has_its_place(self, read_book_of) -> None:
        words = ("one", "two", "three", "four", "five", "six", "seven")
        book, _ = read_book_of("\n\n".join(f"The paragraph that is number {word} of all." for word in words))
        halves = [f"The paragraph that\n1 A note\nis number {word} of all." for word in words]
        examination = PdfExamination((), "\n".join(["A book", "A section", *halves]))
        *_, last = locate_pdf_findings(examination, book)
        assert "more like this" in last.message
        assert last.span is not None

    def test_a_paragraph_in_pieces_and_one_displaced(self, read_book_of) -> None:
        first, second = self.TEXT.strip().split("\n\n")
        assert self.said(read_book_of, first, second[:20], "1 A note", second[20:]) == [
            "source/section.md:6:1: warning[CHK010]: PDF: other text interrupts the paragraph "
            '"Nothing grows but thrift on the bare rock of the point." in the reading order'
        ]
        (displaced,) = self.said(read_book_of, second, first)
        assert "differs from the source" in displaced

    def test_text_that_is_missing_is_not_reported_as_displaced(self, read_book_of) -> None:
        book, _ = read_book_of(self.TEXT)
        second = next(block.span for block in book.chapters[0].blocks[1:])
        assert self.said(read_book_of, self.TEXT.split("\n")[0], missing_spans=[second]) == []

    def test_untagged_file_has_no_reading_order(self, read_book_of) -> None:
        book, _ = read_book_of(self.TEXT)
        assert locate_pdf_findings(PdfExamination(()), book) == []
