"""Test links from terms to the glossary; abbreviations are expanded at their first occurrence."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, section_xhtml
from triptych.model.book import Book
from triptych.model.nodes import Definition, IndexMark, Link
from triptych.model.walk import chapter_nodes, plain_text

GLOSSARY = """\
- term: gigawatt
  abbreviation: GW
  plural: gigawatts
  definition: A *billion* watts.
- term: baseline
  plural: base lines
  key: bl
  definition: Where letters stand.
"""
FILES = {"source/glossary.yaml": GLOSSARY}
NAMED = "glossary: glossary.yaml\n"


def text_of(book: Book) -> str:
    return plain_text(book.chapters[0].blocks)


def links_of(book: Book) -> list[str]:
    return [n.target for n in chapter_nodes(book.chapters[0]) if isinstance(n, Link)]


def test_abbreviation_is_expanded_once(read_book_of: ReadBook) -> None:
    book, result = read_book_of("One [GW]{.gls}, two [GW]{.gls}.\n", manifest=NAMED, files=FILES)
    assert not result
    assert text_of(book) == "One gigawatt (GW), two GW."
    xhtml = section_xhtml(book)
    assert "gigawatt (<abbr>GW</abbr>)</a>" in xhtml
    assert '<abbr title="gigawatt">GW</abbr></a>' in xhtml
    assert links_of(book) == ["#gls-gigawatt", "#gls-gigawatt"]


def test_a_heading_does_not_use_the_first_place_up(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("## On [GW]{.gls}\n\nOne [GW]{.gls}.\n", manifest=NAMED, files=FILES)
    assert text_of(book) == "On GW One gigawatt (GW)."


def test_short_form_can_be_requested(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("[GW]{.gls .short} and [GW]{.gls}.\n", manifest=NAMED, files=FILES)
    assert text_of(book) == "GW and gigawatt (GW)."


def test_full_form_can_be_requested(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("[GW]{.gls .long}, \\acrlong{gw}, [GW]{.gls}.\n", manifest=NAMED, files=FILES)
    assert text_of(book) == "gigawatt, gigawatt, gigawatt (GW)."


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ("[GW]{.gls .plural} and [GW]{.gls .plural}", "gigawatts (GW) and GW"),
        ("[GWs]{.gls}", "gigawatts (GWs)"),
        ("[GW]{.gls .long} and [GW]{.gls .long .plural}", "gigawatt and gigawatts"),
        ("\\acrlong{gw}, \\acrshort{gw}", "gigawatt, GW"),
        ("\\glspl{gw}, \\glspl{gw}, \\glspl{bl}", "gigawatts (GWs), GWs, base lines"),
        ("\\gls{gw}, \\acrfull{gw}", "gigawatt (GW), gigawatt (GW)"),
    ],
)
def test_a_mark_chooses_the_form_of_a_term(read_book_of: ReadBook, marks: str, words: str) -> None:
    book, result = read_book_of(f"{marks}.\n", manifest=NAMED, files=FILES)
    assert not result
    assert text_of(book) == f"{words}."


def test_term_can_be_referenced_by_plural_key_or_other_text(read_book_of: ReadBook) -> None:
    markdown = "[base lines]{.term} [Baselines]{.term} [these]{.term term=bl} \\gls{bl} [gigawatts]{.term}\n"
    book, result = read_book_of(markdown, manifest=NAMED, files=FILES)
    assert not result
    assert text_of(book) == "base lines Baselines these baseline gigawatts"
    assert links_of(book) == [*["#gls-baseline"] * 4, "#gls-gigawatt"]


def test_the_glossary_is_a_chapter_in_the_order_of_the_alphabet(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("Text.\n", manifest=NAMED, files=FILES)
    assert book.chapters[-1].role == "glossary"
    terms = [plain_text(n.term) for n in chapter_nodes(book.chapters[-1]) if isinstance(n, Definition)]
    assert terms == ["baseline", "gigawatt (GW)"]


def test_glossary_can_be_a_definition_list(read_book_of: ReadBook) -> None:
    markdown = (
        "One [GW]{.gls} [watt]{.term}.\n\n::: glossary\ngigawatt (GW)\n: Much.\n\nwatt\n: Little.\n:::\n"
    )
    book, result = read_book_of(markdown)
    assert not result
    assert text_of(book).startswith("One gigawatt (GW) watt.")
    assert links_of(book) == ["#gls-gigawatt-gw", "#gls-watt"]


def test_a_definition_may_cite(read_book_of: ReadBook) -> None:
    files = {
        "source/glossary.yaml": "- term: watt\n  definition: A unit [@knuth].\n",
        "source/r.bib": "@book{knuth, author={Donald Knuth}, title={T}, year=1984}\n",
    }
    book, result = read_book_of("Text.\n", manifest=NAMED + "bibliography: r.bib\n", files=files)
    assert not result
    assert [chapter.role for chapter in book.chapters] == ["", "glossary", "bibliography"]
    assert "(Knuth 1984)" in plain_text(book.chapters[1].blocks)


def test_term_may_have_a_sort_key(read_book_of: ReadBook) -> None:
    glossary = "- {term: 多晶硅, definition: A}\n- {term: 装机容量, sort: ア, definition: B}\n"
    book, _ = read_book_of("文\n", manifest=NAMED + "lang: ja\n", files={"source/glossary.yaml": glossary})
    terms = [plain_text(n.term) for n in chapter_nodes(book.chapters[-1]) if isinstance(n, Definition)]
    assert terms == ["装机容量", "多晶硅"]


def test_brackets_are_those_of_the_language(read_book_of: ReadBook) -> None:
    glossary = "- {term: 吉瓦, abbreviation: GW, definition: 单位。}\n"
    files = {"source/glossary.yaml": glossary}
    book, _ = read_book_of("共1[GW]{.gls}。\n", manifest=NAMED + "lang: zh-Hans\n", files=files)
    assert text_of(book) == "共1吉瓦（GW）。"
    assert [plain_text(n.term) for n in chapter_nodes(book.chapters[-1]) if isinstance(n, Definition)] == [
        "吉瓦（GW）"
    ]


def test_a_list_of_definitions_has_abbreviations_in_brackets(read_book_of: ReadBook) -> None:
    markdown = "[GW]{.gls}和[kW]{.gls}\n\n::: {.glossary}\n吉瓦（GW）\n: 大\n\n千瓦 (kW)\n: 小\n:::\n"
    book, findings = read_book_of(markdown, manifest="lang: zh\n")
    assert not [finding for finding in findings if finding.severity == "error"]
    assert text_of(book).startswith("吉瓦（GW）和千瓦（kW）")


def test_entry_lists_the_uses_of_its_term(read_book_of: ReadBook) -> None:
    markdown = "## On [GW]{.gls}\n\nOne [GW]{.gls}, [these]{.term term=bl #mine}.\n"
    book, _ = read_book_of(markdown, manifest=NAMED, files=FILES)
    links = [node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Link)]
    uses = {
        plain_text(node.term): node.uses
        for node in chapter_nodes(book.chapters[-1])
        if isinstance(node, Definition)
    }
    assert uses["gigawatt (GW)"] == tuple(link.attr.id for link in links[:2])
    assert uses["baseline"] == (links[2].attr.id,)
    assert len({link.attr.id for link in links}) == 3
    assert not [part for part in book.labels["on-gw"].title if getattr(part, "attr", None) and part.attr.id]


def test_a_term_may_be_an_entry_of_the_index_too(read_book_of: ReadBook) -> None:
    """Test that a term can also be an index entry, each with its own names."""
    markdown = 'A [baseline]{.term .index}, [these]{.index .term term=bl entry="lines!base" #mine}.\n'
    book, result = read_book_of(markdown, manifest=NAMED, files=FILES)
    assert not result
    assert links_of(book) == ["#gls-baseline"] * 2
    entry, *_ = (n for chapter in book.chapters for n in chapter_nodes(chapter) if isinstance(n, Definition))
    assert len(entry.uses) == 2 and entry.uses[1] == "mine"
    marks = [plain_text(n.path) for n in chapter_nodes(book.chapters[0]) if isinstance(n, IndexMark)]
    assert marks == ["baseline", "linesbase"]


def test_terms_within_the_glossary_are_not_uses(read_book_of: ReadBook) -> None:
    reported = GLOSSARY.replace("Where letters stand.", "Not a [gigawatt]{.term}.")
    book, _ = read_book_of("Text.\n", manifest=NAMED, files={"source/glossary.yaml": reported})
    entries = [node for node in chapter_nodes(book.chapters[-1]) if isinstance(node, Definition)]
    assert entries and not any(entry.uses for entry in entries)


def test_a_term_that_is_an_index_entry_too_is_both(read_book_of: ReadBook) -> None:
    book, result = read_book_of("The [baseline]{.term .index} runs.\n", manifest=NAMED, files=FILES)
    assert not result
    assert links_of(book) == ["#gls-baseline"]
    (mark,) = (node for node in chapter_nodes(book.chapters[0]) if isinstance(node, IndexMark))
    assert len(mark.path) == 1 and mark.span is not None


def test_a_glossary_has_so_many_terms_at_the_most(read_book_of: ReadBook) -> None:
    terms = "".join(f"- term: A{number}\n  definition: B\n" for number in range(3001))
    _, (finding,) = read_book_of("Text.\n", manifest=NAMED, files={"source/glossary.yaml": terms})
    assert (
        str(finding)
        .splitlines()[0]
        .startswith("source/glossary.yaml:6001:3: error[GLO002]: the glossary has 3,001 entries")
    )
