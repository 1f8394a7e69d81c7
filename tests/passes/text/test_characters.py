"""What the PDF cannot print is found in the source, wherever it would be printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import ReadBook
from triptych.diagnostics import Diagnostic, Span
from triptych.passes.glyphs import move_to_character
from triptych.stages import read_project

DATA = {"source/data.csv": "year,ꦗ\n2024,1\n2025,2\n"}


@pytest.mark.parametrize(
    ("markdown", "place"),
    [
        ("A ꦗ word.\n", "4:3"),
        ("Text.\n\n## A ꦗ heading\n", "6:6"),
        ("Text.[^1] After.\n\n[^1]: A ꦗ note.\n", "6:9"),
        ("`ꦗ` in code\n", "4:2"),
        ("```\nꦗ\n```\n", "5:1"),
        ("[ꦗ]{.index} in the index\n", "4:2"),
        ("| a | b |\n|---|---|\n| ꦗ | 1 |\n", "6:3"),
        ('::: {.chart data=data.csv x=year y=ꦗ type=line fig-alt="It grows"}\nGrowth\n:::\n', "4:36"),
    ],
)
def test_it_is_named_with_its_place(read_book_of: ReadBook, markdown: str, place: str) -> None:
    _, found = read_book_of(markdown, files=DATA)
    (finding,) = [finding for finding in found if finding.code == "FNT001"]
    assert str(finding.span).partition(":")[2] == place
    assert '"ꦗ" (U+A997); the PDF' in finding.message


def test_a_section_has_one_finding(read_book_of: ReadBook) -> None:
    _, found = read_book_of("First ꦗ.\n\nThen ꦮ and ꦗ.\n\n- ꦗ\n")
    (finding,) = found
    assert '"ꦗ" (U+A997) and 1 other character; ' in finding.message


def test_the_title_is_looked_at(make_project, shared_cache) -> None:
    manifest = "book:\n  title: ꦗ\n  lang: en\n  chapters: [section.md]\n"
    project = make_project({"source/book.yaml": manifest, "source/section.md": "Text.\n"})
    (finding,) = read_project(project, shared_cache)[2]
    assert (finding.code, finding.span.path) == ("FNT001", "source/book.yaml")


def test_one_of_a_source_is_at_its_entry(make_project, shared_cache) -> None:
    entries = "@misc{one,\n  title={One},\n}\n@misc{two,\n  author={Ada},\n  title={ꦗ},\n}\n"
    files = {
        "source/book.yaml": "book:\n  title: T\n  lang: en\n  chapters: [section.md]\nbibliography: a.bib\n",
        "source/section.md": "Text [@one; @two].\n",
        "source/a.bib": entries,
    }
    (finding,) = read_project(make_project(files), shared_cache)[2]
    assert (finding.code, str(finding.span)) == ("FNT001", "source/a.bib:6:10")


def test_what_the_fonts_have_is_no_finding(read_book_of: ReadBook) -> None:
    assert read_book_of("Ω ≤ 5 → “Łódź”, пример, $\\mathbb{Z}$.\n")[1] == []


def test_letters_in_parts_of_two_texts_are_each_named(read_book_of: ReadBook) -> None:
    # Together they would compose one letter, which stands in neither.
    _, found = read_book_of("*\U00011099*\U000110ba\n")
    (finding,) = found
    assert '"\U00011099" (U+11099) and 1 other character; ' in finding.message


def test_its_own_line_is_named_not_that_where_its_block_begins() -> None:
    text = "```\none\ntwo ꦗ\nꦗ\n```\n"
    found = Diagnostic(
        code="FNT001", message='no bundled font has a glyph for "ꦗ" (U+A997); …', span=Span(path="a.md")
    )
    assert move_to_character(found, text).span == Span(path="a.md", line=3, column=5)
    assert move_to_character(found, "`&#43415;`\n") == found  # written otherwise
    of_table = replace(found, span=Span(path="a.md", line=3))
    assert move_to_character(of_table, ": ꦗ\n\n| a |\n").span == Span(path="a.md", line=1, column=3)


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        (("pdf",), 'the PDF shows "�" instead'),
        (("pptx",), "the deck depends on the fonts installed on the reader's device"),
        (("epub", "pptx"), "the EPUB and the deck depend on the fonts installed on the reader's device"),
        (
            ("pdf", "epub"),
            'the PDF shows "�" instead, and the EPUB depends on the fonts installed on the reader\'s device',
        ),
    ],
)
def test_the_outputs_are_named_that_are_made(make_project, shared_cache, formats, said: str) -> None:
    manifest = "book:\n  title: A\n  lang: en\n  chapters: [section.md]\n"
    project = make_project({"source/book.yaml": manifest, "source/section.md": "ꦗ\n"})
    (finding,) = read_project(project, shared_cache, formats=formats)[2]
    assert finding.message == f'no bundled font has a glyph for "ꦗ" (U+A997); {said}'
