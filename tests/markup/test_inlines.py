"""Pictures in a line have the size that their author asked for."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, section_xhtml, tiny_png
from triptych.markup.inlines import write_inlines
from triptych.model.nodes import Attr, IndexMark
from triptych.writers.print.documents import PrintOutput


@pytest.mark.parametrize(
    ("asked", "style"),
    [
        ("width=20px", 'style="width: 20px"'),
        ("width=20px height=1cm", 'style="width: 20px; height: 1cm"'),
        ("width=50% height=30%", 'style="width: 50%"'),
        ("height=30%", ""),
        ("width=wide", ""),
    ],
)
def test_a_picture_is_as_large_as_asked(read_book_of: ReadBook, asked: str, style: str) -> None:
    book, _ = read_book_of(f"A ![dot](dot.png){{{asked}}} here.\n", files={"source/dot.png": tiny_png()})
    image = section_xhtml(book).partition("<img ")[2].partition(">")[0]
    assert ("style=" in image) == bool(style)
    assert style in image


def test_an_abbreviation_says_what_it_stands_for(read_book_of: ReadBook) -> None:
    book, _ = read_book_of('An <abbr title="gigawatt" class="unit">GW</abbr> and [kW]{.abbr lang=de}.\n')
    xhtml = section_xhtml(book)
    assert '<abbr title="gigawatt" class="unit">GW</abbr>' in xhtml
    assert '<abbr lang="de" xml:lang="de">kW</abbr>' in xhtml


@pytest.mark.parametrize(
    ("identifier", "expected"), [("idx-1", '<span class="index-mark" id="idx-1"></span>'), ("", "")]
)
def test_an_index_mark_is_written_only_if_the_index_can_link_to_it(identifier: str, expected: str) -> None:
    mark = IndexMark(path=(), attr=Attr(identifier))
    assert write_inlines((mark,), PrintOutput({})) == expected
