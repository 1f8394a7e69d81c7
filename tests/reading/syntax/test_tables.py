"""Test pandoc's tables: widths, row headers."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, parsed, section_xhtml
from triptych.model.book import Book
from triptych.model.nodes import Slide, Table
from triptych.model.walk import chapter_nodes, plain_text


def table_of(book: Book) -> Table:
    return next(node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Table))


ROWS = "| A | B |\n|---|---|\n| 1 | 2 |\n\n"


@pytest.mark.parametrize(
    ("written", "widths"),
    [("[30,70]", [0.3, 0.7]), ("[1, 3]", [0.25, 0.75]), ("[1,2,3]", [None, None]), ("auto", [None, None])],
)
def test_widths_are_quarto_shares(read_book_of: ReadBook, written: str, widths: list[float | None]) -> None:
    book, _ = read_book_of(f': C {{#tbl-a tbl-colwidths="{written}"}}\n\n{ROWS}')
    assert [column.width for column in table_of(book).columns] == widths


def test_paragraphs_of_a_caption_are_separated(read_book_of: ReadBook) -> None:
    caption = "<caption><p>One.</p><p>Two.</p></caption>"
    book, _ = read_book_of(f"<table>{caption}<tr><th>a</th></tr><tr><td>1</td></tr></table>\n")
    assert plain_text(table_of(book).caption) == "One. Two."


COLS = '<col style="width: 25%"/><col style="width: 75%"/>'


def test_html_may_set_widths(read_book_of: ReadBook) -> None:
    cells = "<tr><td>1</td><td>2</td></tr>"
    book, _ = read_book_of(f"<table><colgroup>{COLS}</colgroup><tbody>{cells}</tbody></table>\n")
    assert [column.width for column in table_of(book).columns] == [0.25, 0.75]


@pytest.mark.parametrize(
    "drawn",
    [
        f"| A | B |\n|--|------|\n| 1 | {'long ' * 20} |\n",
        "+-----+----------+\n| A   | B        |\n+=====+==========+\n| 1   | 2        |\n+-----+----------+\n",
    ],
)
def test_grid_tables_set_no_widths(read_book_of: ReadBook, drawn: str) -> None:
    book, _ = read_book_of(drawn)
    assert [column.width for column in table_of(book).columns] == [None, None]


@pytest.mark.parametrize(("written", "count"), [("1", 1), ("9", 2), ("x", 0)])
def test_columns_may_head_their_rows(read_book_of: ReadBook, written: str, count: int) -> None:
    book, _ = read_book_of(f": C {{#tbl-a row-headers={written}}}\n\n{ROWS}")
    assert table_of(book).row_headers == count
    heads = [cell for cell in parsed(section_xhtml(book)).iter("th") if cell.get("scope") == "row"]
    assert len(heads) == count


def test_slide_pause_is_not_text(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("::: {.slide title=T}\nOne\n\n. . .\n\nTwo\n:::\n")
    (slide,) = (node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Slide))
    assert plain_text(slide.content) == "One Two"
