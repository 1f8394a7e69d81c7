"""Test that each fault in the tags is reported with its page and adjacent words; valid tags pass."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from tests.checks.pdf.crafted import Crafted, artifact, line
from triptych.checks.findings import OutputFinding
from triptych.checks.pdf.accessibility import TagChecker
from triptych.checks.pdf.page_contents import read_pdf_contents
from triptych.checks.pdf.structure import read_structure


def found(book: Crafted) -> list[OutputFinding]:
    data = book.data()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        contents = read_pdf_contents(data)
        structure = read_structure(pdf, contents)
        assert structure is not None
        return list(TagChecker(structure, contents).iter_findings())


def rules(book: Crafted) -> list[tuple[str, str]]:
    return [(finding.code, finding.rule) for finding in found(book)]


def on_a_page(build: Callable[[Crafted], None], lines: int = 6) -> Crafted:
    book = Crafted()
    book.page(*(line(f"Words {number}", y=700 - 20 * number, mcid=number) for number in range(lines)))
    build(book)
    return book


def table(book: Crafted, *rows: list[tuple[str, dict[str, Any]]], groups: bool = False) -> None:
    """Return a table with a line of text in each cell, until the lines are used up."""
    element = book.element("Table")
    mark = 0
    for row in rows:
        holder = book.element("TBody", within=element) if groups else element
        result = book.element("TR", within=holder)
        for kind, attributes in row:
            keys = {"A": Dictionary(O=Name.Table, **attributes)} if attributes else {}
            book.element(kind, mark, within=result, **keys)
            mark += 1


HEAD = ("TH", {"Scope": Name.Column})
CELL: tuple[str, dict[str, Any]] = ("TD", {})


class TestHeadings:
    def test_consecutive_heading_levels_are_valid(self) -> None:
        def build(book: Crafted) -> None:
            for number, level in enumerate((1, 2, 3, 2, 1, 2)):
                book.element(f"H{level}", number)

        assert found(on_a_page(build)) == []

    def test_a_level_that_is_skipped(self) -> None:
        def build(book: Crafted) -> None:
            for number, level in enumerate((1, 3, 4, 1, 2, 4)):
                book.element(f"H{level}", number)

        item, two = found(on_a_page(build))
        assert (item.code, item.rule, item.page, item.text) == ("CHK002", "heading levels", "1", "Words 1")
        assert item.message == 'heading level skipped: "Words 1" (level 3) follows a level 1 heading'
        assert item.preceding_text.split()[-2:] == ["Words", "0"]
        assert two.message == 'heading level skipped: "Words 5" (level 4) follows a level 2 heading'

    def test_the_first_is_of_level_1(self) -> None:
        def build(book: Crafted) -> None:
            for number in range(6):
                book.element("H2" if number == 0 else "P", number)

        (finding,) = found(on_a_page(build))
        assert finding.message == 'heading level skipped: "Words 0" (level 2) is the first heading'

    def test_one_without_text(self) -> None:
        book = on_a_page(lambda book: [book.element("P", number) for number in range(6)] and None)
        book.element("H1")
        assert rules(book) == [("CHK002", "empty heading")]


class TestDrawings:
    @pytest.mark.parametrize(
        ("kind", "keys", "sound"),
        [
            ("Figure", {"Alt": "A dot"}, True),
            ("Figure", {"ActualText": "dot"}, True),
            ("Figure", {"Alt": "  "}, False),
            ("Figure", {}, False),
            ("Formula", {"Alt": "x"}, True),
            ("Formula", {}, False),
        ],
    )
    def test_need_words(self, kind: str, keys: dict[str, str], sound: bool) -> None:
        def build(book: Crafted) -> None:
            book.element("P", 0)
            book.element(kind, 1, **keys)
            book.element("P", 2)

        findings = found(on_a_page(build, 3))
        assert [(finding.code, finding.rule) for finding in findings] == (
            [] if sound else [("CHK003", f"{kind} text")]
        )
        assert all(finding.preceding_text.strip().endswith("Words 0") for finding in findings)

    def test_a_frame_around_pictures_needs_none(self) -> None:
        def build(book: Crafted) -> None:
            frame = book.element("Figure")
            book.element("Figure", 0, within=frame, Alt="Left")
            book.element("Figure", 1, within=frame, Alt="Right")

        assert found(on_a_page(build, 2)) == []


class TestTables:
    @pytest.mark.parametrize("groups", [False, True])
    def test_tables_with_headers_and_equal_rows_are_valid(self, groups: bool) -> None:
        book = on_a_page(lambda book: table(book, [HEAD, HEAD], [CELL, CELL], [CELL, CELL], groups=groups))
        assert found(book) == []

    def test_no_header(self) -> None:
        book = on_a_page(lambda book: table(book, [CELL, CELL], [CELL, CELL]), 4)
        assert rules(book) == [("CHK002", "table headers")]

    def test_no_rows(self) -> None:
        book = on_a_page(lambda book: book.element("Table", 0) and None, 1)
        assert rules(book) == [("CHK002", "table rows")]


class TestUntagged:
    def test_decoration_needs_no_tag(self) -> None:
        book = Crafted()
        book.page(line("Text", mcid=0), artifact("Head"))
        book.element("P", 0)
        assert found(book) == []

    def test_text_without_a_mark(self) -> None:
        book = Crafted()
        book.page(line("Text", mcid=0), line("Loose words", y=600), line("  ", y=500))
        book.element("P", 0)
        (finding,) = found(book)
        assert (finding.code, finding.rule, finding.page, finding.text) == (
            "CHK002",
            "untagged text",
            "1",
            "Loose words",
        )

    def test_marked_text_without_an_element_is_reported(self) -> None:
        book = Crafted()
        book.page(line("Text", mcid=0), line("Lost words", y=600, mcid=1))
        book.element("P", 0)
        assert [(item.rule, item.text) for item in found(book)] == [("lost text", "Lost words")]
