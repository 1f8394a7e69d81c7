"""Test the index in columns: continued entries are marked, and no line is stranded."""

from __future__ import annotations

import io
import re
import string
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pikepdf
import pytest

from tests.writers.epub.conftest import Write
from tests.writers.print.glyphs import Glyph, lines_of, pages_of, words
from triptych.checks.pdf.page_contents import read_pdf_contents
from triptych.checks.pdf.structure import read_structure

LETTERS = string.ascii_uppercase[:20]
_INDENT = 5.0  # points
_COLUMN = 60.0  # points: columns are farther apart


def marks() -> Iterator[str]:
    """Return some entries for each letter, each third with up to thirteen subentries."""
    for place, letter in enumerate(LETTERS):
        for number in range(3 + place * 7 % 6):
            name = f"{letter}{'aeiou'[number % 5]}{'qrst'[number // 5]}"
            yield f"\\index{{{name}}}"
            if number % 3 == 1:
                for below in range((number * 5 + place) % 14):
                    yield f"\\index{{{name}!{string.ascii_lowercase[below]} part of {name}}}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from tests.writers.epub.conftest import write_output

    data, result = write_output(
        "pdf",
        tmp_path_factory.mktemp("index"),
        {
            "source/book.yaml": "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\n",
            "source/section.md": "Text." + "".join(marks()),
        },
    )
    assert not result
    return data


def columns_of(data: bytes) -> list[list[list[Glyph]]]:
    """Return the lines of each column of the index, without running heads."""
    result = []
    pages = pages_of(data)
    first = next(place for place, page in enumerate(pages) if words(lines_of(page)[0]) == "Index")
    for page in pages[first:]:
        lines = [line for line in lines_of(page) if words(line) != "Index" and not words(line).isdecimal()]
        lines = [line for line in lines if not re.fullmatch(r"Index\d+|\d+Abook", words(line))]
        starts = sorted({round(line[0].left) for line in lines})
        middle = next(left for before, left in pairwise(starts) if left - before > _COLUMN)
        result += [
            [line for line in lines if (line[0].left >= middle - 1) is right] for right in (False, True)
        ]
    return result


@pytest.mark.e2e
def test_no_column_starts_with_an_unlabelled_subentry(made: bytes) -> None:
    columns = columns_of(made)
    assert len(columns) > 4
    continued = 0
    for column in columns:
        edge = min(line[0].left for line in column)
        assert column[0][0].left < edge + _INDENT, words(column[0])
        if "(continued)" in words(column[0]):
            continued += 1
            name = words(column[0]).removesuffix("(continued)")
            assert f"partof{name}" in words(column[1])
        assert not any("(continued)" in words(line) for line in column[1:])
    assert continued > 1


def test_letters_and_single_lines_are_not_stranded_at_a_foot(made: bytes) -> None:
    for column in columns_of(made):
        last, before = column[-1], column[-2]
        assert words(last) not in LETTERS
        assert words(before) not in LETTERS, "with one entry under it"
        edge = min(line[0].left for line in column)
        indented = last[0].left > edge + _INDENT
        alone = indented and before[0].left < edge + _INDENT
        name = words(before).partition(",")[0]
        many = sum(f"!{string.ascii_lowercase[1]} part of {name}}}" in mark for mark in marks())
        assert not (alone and many), words(last)


def test_columns_of_the_last_page_are_balanced(made: bytes) -> None:
    left, right = columns_of(made)[-2:]
    assert abs(left[-1][0].bottom - right[-1][0].bottom) < 4 * 12


def test_nothing_is_lost_or_read_twice(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        structure = read_structure(pdf, read_pdf_contents(made))
    assert structure is not None
    heard = " ".join(structure.get_text(element) for element in structure.elements if element.type == "LBody")
    names = Counter(re.findall(r"\w part of \w+", heard))
    expected = {match[1] for mark in marks() if (match := re.search(r"!(.*)\}", mark))}
    assert set(names) == expected
    assert "continued" not in heard


def test_one_column_index_has_continuation_headings(write: Write) -> None:
    below = "".join(f"\\index{{silk!thread {number:02}}}" for number in range(60))
    data, _ = write("pdf", f"Text.{below}\n", more="theme: large-print\n")
    heads = [words(lines_of(page)[0]) for page in pages_of(data)]
    assert heads.count("silk(continued)") > 1
