"""Chapters of which a deck shows nothing but words are told."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.checks.deck.examination import find_chapters_without_evidence
from triptych.checks.parity import compare_outputs
from triptych.checks.texts import FileText
from triptych.checks.wordings import normalise_text

PROSE = "Many a word is said of it and then one more. " * 31  # 310 words
TABLE = f"{PROSE}\n\n| a | b |\n|---|---|\n| one | two |\n"


def told(read_book_of: ReadBook, markdown: str, shown: str, **objects: frozenset[str]) -> list[str]:
    book, _ = read_book_of(markdown)
    rows = compare_outputs(
        book, {"pptx": FileText(normalise_text(shown), normalise_text(PROSE), object_keys=objects)}
    )
    return [str(finding) for finding in find_chapters_without_evidence(book, rows, "pptx")]


def test_a_chapter_of_prose_is_told_at_its_place(read_book_of: ReadBook) -> None:
    (finding,) = told(read_book_of, f"{PROSE}\n", "A section")
    assert finding.startswith(
        'source/section.md:1:1: warning[DEK003]: no slide shows a chart, figure or table from chapter "A section"\n  hint: '
    )


@pytest.mark.parametrize(
    "markdown",
    [
        f"{PROSE}\n\n::: {{.slide}}\n## Said\n\n- A point\n:::\n",
        f"{PROSE}\n\n::: {{.slide}}\n> Be brief.\n:::\n",
    ],
)
def test_a_slide_that_the_author_wrote_is_enough(markdown: str, read_book_of: ReadBook) -> None:
    assert told(read_book_of, markdown, "A section") == []


def test_a_table_counts_where_the_deck_shows_it(read_book_of: ReadBook) -> None:
    cells = frozenset({"a", "b", "one", "two"})
    assert told(read_book_of, TABLE, "A section a b one two", table=cells) == []
    assert len(told(read_book_of, TABLE, "A section", table=frozenset())) == 1


def test_a_chapter_without_a_number_may_be_words(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"{PROSE}\n", unnumbered="true")
    assert list(find_chapters_without_evidence(book, [], "pptx")) == []


def test_a_chapter_that_is_no_part_of_the_talk_may_be_words(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"{PROSE}\n", slides="{mode: none}")
    assert list(find_chapters_without_evidence(book, [], "pptx")) == []


def test_a_short_chapter_may_be_words(read_book_of: ReadBook) -> None:
    assert told(read_book_of, PROSE[:1000], "A section") == []
