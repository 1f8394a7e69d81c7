"""Test that chapters with text-only slides are reported."""

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


def test_chapter_without_evidence_is_reported_at_its_position(read_book_of: ReadBook) -> None:
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


def test_table_counts_as_evidence_if_it_is_in_the_deck(read_book_of: ReadBook) -> None:
    cells = frozenset({"a", "b", "one", "two"})
    assert told(read_book_of, TABLE, "A section a b one two", table=cells) == []
    assert len(told(read_book_of, TABLE, "A section", table=frozenset())) == 1


def test_unnumbered_chapter_needs_no_evidence(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"{PROSE}\n", unnumbered="true")
    assert list(find_chapters_without_evidence(book, [], "pptx")) == []


def test_chapter_outside_the_talk_needs_no_evidence(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"{PROSE}\n", slides="{mode: none}")
    assert list(find_chapters_without_evidence(book, [], "pptx")) == []


def test_short_chapter_needs_no_evidence(read_book_of: ReadBook) -> None:
    assert told(read_book_of, PROSE[:1000], "A section") == []
