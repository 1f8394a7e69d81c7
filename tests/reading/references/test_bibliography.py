"""Bibliographies in several formats, and citations written out over the whole book."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, ReadBook
from triptych.engine.cache import Cache
from triptych.model.book import Book
from triptych.model.nodes import Citation, Link, Source
from triptych.model.walk import chapter_nodes, plain_text
from triptych.stages import read_project

BIB = "@book{knuth1984,\n  author = {Knuth, Donald E.},\n  title = {The TeXbook},\n  year = {1984},\n}\n"
JSON = '[{"id": "knuth1984", "type": "book", "title": "The TeXbook", "author": [{"family": "Knuth", "given": "Donald E."}], "issued": {"date-parts": [[1984]]}}]'
YAML = """\
references:
- id: knuth1984
  type: book
  title: The TeXbook
  author:
  - family: Knuth
    given: Donald E.
  issued:
    date-parts:
    - - 1984
"""
NUMERIC = """\
<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">
  <info><title>Numbers</title><id>numbers</id><updated>2026-01-01T00:00:00Z</updated></info>
  <citation><layout prefix="[" suffix="]" delimiter=", "><text variable="citation-number"/></layout></citation>
  <bibliography second-field-align="flush">
    <layout><text variable="citation-number" suffix="."/><text variable="title" prefix=" "/></layout>
  </bibliography>
</style>
"""


def cited(book) -> list[str]:
    return [plain_text(n.content) for c in book.chapters for n in chapter_nodes(c) if isinstance(n, Citation)]


def sources_of(book) -> list[Source]:
    return [n for c in book.chapters for n in chapter_nodes(c) if isinstance(n, Source)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("refs.bib", BIB),
        ("refs.bibtex", BIB),
        ("refs.json", JSON),
        ("refs.yaml", YAML),
        ("refs.yml", YAML),
        ("refs.yaml", YAML.partition("\n")[2]),
    ],
)
def test_each_format_gives_the_same_citation(read_book_of: ReadBook, name: str, content: str) -> None:
    book, found = read_book_of(
        "As he says [@knuth1984].\n", manifest=f"bibliography: {name}\n", files={f"source/{name}": content}
    )
    assert not found
    assert cited(book) == ["(Knuth 1984)"]
    assert [(source.attr.id, plain_text(source.content)) for source in sources_of(book)] == [
        ("ref-knuth1984", "Knuth, Donald E. 1984. The TeXbook.")
    ]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("@knuth1984 says", "Knuth (1984)"),
        ("[-@knuth1984]", "(1984)"),
        ("[see @knuth1984, pp. 5-6]", "(see Knuth 1984, 5–6)"),
        ("[@knuth1984; @lamport1994]", "(Knuth 1984; Lamport 1994)"),
    ],
)
def test_citations_are_written_as_the_author_asks(
    read_book_of: ReadBook, markdown: str, expected: str
) -> None:
    more = "@book{lamport1994,\n  author = {Lamport, Leslie},\n  title = {LaTeX},\n  year = {1994},\n}\n"
    book, found = read_book_of(
        markdown + "\n", manifest="bibliography: r.bib\n", files={"source/r.bib": BIB + more}
    )
    assert not found
    assert cited(book) == [expected]


def test_a_style_of_the_project_writes_numbers(read_book_of: ReadBook) -> None:
    files = {"source/r.bib": BIB, "source/numbers.csl": NUMERIC}
    book, found = read_book_of(
        "A [@knuth1984].\n", manifest="bibliography: r.bib\ncsl: numbers.csl\n", files=files
    )
    assert not found
    assert cited(book) == ["[1]"]
    assert [plain_text(source.content) for source in sources_of(book)] == ["1. The TeXbook"]


def test_a_field_is_no_book(read_book_of: ReadBook) -> None:
    long = BIB.replace("{The TeXbook}", "{" + "word " * 20_000 + "}")
    manifest = "bibliography: [refs.bib]\n"
    _, found = read_book_of("Text [@knuth1984].\n", manifest=manifest, files={"source/refs.bib": "\n" + long})
    (problem,) = [one for one in found if one.code == "CIT002"]
    assert "the limit is 50,000" in problem.message
    assert problem.span is not None
    assert (problem.span.path, problem.span.line) == ("source/refs.bib", 2)


def test_only_cited_sources_are_listed(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("No citation.\n", manifest="bibliography: r.bib\n", files={"source/r.bib": BIB})
    assert sources_of(book) == []


def test_a_year_with_a_letter_is_the_same_in_all_chapters(
    make_project: MakeProject, shared_cache: Cache
) -> None:
    bib = BIB + BIB.replace("knuth1984", "knuth1984b").replace("The TeXbook", "Literate Programming")
    files = {
        "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [a.md, b.md]\nbibliography: r.bib\n",
        "source/r.bib": bib,
        "source/a.md": "[@knuth1984]\n",
        "source/b.md": "[@knuth1984b] and [@knuth1984]\n",
    }
    _, book, found = read_project(make_project(files), shared_cache)
    assert not found
    first, second, third = cited(book)
    assert first == third != second


def test_a_citation_in_a_footnote_and_a_caption_is_written_out(read_book_of: ReadBook) -> None:
    markdown = (
        "Text.[^1]\n\n[^1]: See [@knuth1984].\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n: From @knuth1984\n"
    )
    book, found = read_book_of(markdown, manifest="bibliography: r.bib\n", files={"source/r.bib": BIB})
    assert not found
    assert cited(book) == ["(Knuth 1984)", "Knuth (1984)"]


@pytest.mark.parametrize("title", ["{{The TeXbook}}", "Math $x < y$ \\& more", "<script>alert(1)</script>"])
def test_titles_of_sources_bring_no_markup(read_book_of: ReadBook, title: str) -> None:
    from tests.conftest import parsed

    bib = BIB.replace("{The TeXbook}", "{" + title + "}")
    book, _ = read_book_of("A [@knuth1984].\n", manifest="bibliography: r.bib\n", files={"source/r.bib": bib})
    from triptych.languages.labels import load_labels
    from triptych.writers.epub.pages import PageWriter

    xhtml = str(PageWriter(book, load_labels("en")).make_chapter_variables(book.chapters[-1])["text"])
    assert "ref-knuth1984" in xhtml
    assert not list(parsed(xhtml).iter("script"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.json", "{"),
        ("r.json", "[1]"),
        ("r.yaml", "just text"),
        ("r.yaml", "references: one"),
        ("r.docx", "PK"),
        ("r", "PK"),
    ],
)
def test_a_bibliography_that_cannot_be_read_is_a_finding(
    read_book_of: ReadBook, name: str, content: str | bytes
) -> None:
    _, found = read_book_of("Text.\n", manifest=f"bibliography: {name}\n", files={f"source/{name}": content})
    assert [f"{finding.span}: {finding.code}" for finding in found] == ["source/book.yaml:4:15: CIT002"]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("@book{knuth1984,\n", "source/r.bib:1:1"),
        ("Knuth 1984.\n", "source/r.bib:1:1"),
        ("@\ru4", "source/r.bib:1:2"),
    ],
)
def test_what_is_wrong_within_a_bibliography_has_its_place_there(
    read_book_of: ReadBook, content: str, place: str
) -> None:
    _, found = read_book_of("Text.\n", manifest="bibliography: r.bib\n", files={"source/r.bib": content})
    assert [f"{finding.span}: {finding.code}" for finding in found] == [f"{place}: CIT002"]


def test_a_bibliography_that_is_no_yaml_has_its_place_there(read_book_of: ReadBook) -> None:
    files = {"source/r.yaml": "references:\n- id: a\n  title: b: c\n"}
    _, found = read_book_of("Text.\n", manifest="bibliography: r.yaml\n", files=files)
    assert [f"{finding.span}: {finding.code}" for finding in found] == ["source/r.yaml:3:11: CIT002"]


@pytest.mark.parametrize("content", ["<style", "text", "", "<style/>"])
def test_a_citation_style_that_cannot_be_read_is_a_finding(read_book_of: ReadBook, content: str) -> None:
    files = {"source/r.bib": BIB, "source/a.csl": content}
    _, found = read_book_of("A [@knuth1984].\n", manifest="bibliography: r.bib\ncsl: a.csl\n", files=files)
    assert [f"{finding.span}: {finding.code}" for finding in found] == ["source/book.yaml:5:6: CIT002"]


def test_each_unknown_key_has_its_own_place(read_book_of: ReadBook) -> None:
    _, found = read_book_of(
        "A [@one; @two].\n", manifest="bibliography: r.bib\n", files={"source/r.bib": BIB}
    )
    assert [str(finding.span) for finding in found] == ["source/section.md:4:4", "source/section.md:4:10"]


def test_known_keys_beside_an_unknown_one_are_still_cited(read_book_of: ReadBook) -> None:
    book, found = read_book_of(
        "A [@knuth1984; @two].\n", manifest="bibliography: r.bib\n", files={"source/r.bib": BIB}
    )
    assert [finding.code for finding in found] == ["CIT001"]
    assert [source.attr.id for source in sources_of(book)] in ([], ["ref-knuth1984"])


TWO = {
    "source/r.bib": BIB
    + BIB.replace("knuth1984", "knuth1968").replace("The TeXbook", "Fundamental Algorithms"),
    "source/a.md": "# A\n\nOne [@knuth1984], two [@knuth1968; @knuth1984].\n",
    "source/b.md": "# B\n\nThree [@knuth1984].\n",
}


def test_a_style_may_write_characters_for_private_use(read_book_of: ReadBook) -> None:
    """Around what is named behind a key one such sign stands while citations are written."""
    style = NUMERIC.replace('prefix="["', 'prefix="&#xE000;"').replace('suffix="]"', 'suffix="&#xE000;"')
    book, _ = read_book_of(
        "A [@knuth1984] and [@knuth1984, as @tbl-x shows].\n\n| A |\n|---|\n| 1 |\n\n: T {#tbl-x}\n",
        manifest="bibliography: r.bib\ncsl: numbers.csl\n",
        files={"source/r.bib": BIB, "source/numbers.csl": style},
    )
    assert next(words for words in cited(book) if "1" in words) == "\ue0001\ue000"


def two_chapters(make_project: MakeProject, cache: Cache, more: str = "") -> Book:
    manifest = f"book:\n  title: A\n  chapters: [a.md, b.md]\nlang: en\nbibliography: r.bib\n{more}"
    _, book, found = read_project(make_project({**TWO, "source/book.yaml": manifest}), cache)
    assert book is not None
    assert not found
    return book


def test_what_is_named_behind_a_key_is_cited_too(read_book_of: ReadBook) -> None:
    other = "@book{lamport1994,\n author = {Lamport, Leslie},\n title = {LaTeX},\n year = {1994},\n}\n"
    text = "See [@knuth1984,@lamport1994] and [@knuth1984, as @tbl-x shows].\n\n| A |\n|---|\n| 1 |\n\n: T {#tbl-x}\n"
    book, found = read_book_of(
        text, manifest="bibliography: refs.bib\n", files={"source/refs.bib": BIB + other}
    )
    assert not [str(finding) for finding in found if finding.severity == "error"]
    written = plain_text(book.chapters[0].blocks[:1]).replace("\u00a0", " ")
    assert written == "See (Knuth 1984, Lamport (1994)) and (Knuth 1984, as Table 1.1 shows)."
    assert [plain_text(source.content)[:5] for source in sources_of(book)] == ["Knuth", "Lampo"]


def test_an_unknown_key_behind_another_is_told(read_book_of: ReadBook) -> None:
    _, found = read_book_of(
        "See [@knuth1984, see @lamport].\n",
        manifest="bibliography: refs.bib\n",
        files={"source/refs.bib": BIB},
    )
    assert [finding.code for finding in found] == ["CIT001"]


def test_an_entry_leads_back_to_each_of_its_citations(make_project: MakeProject, shared_cache: Cache) -> None:
    book = two_chapters(make_project, shared_cache)
    citations = [n for c in book.chapters for n in chapter_nodes(c) if isinstance(n, Citation)]
    by_id = {source.attr.id: source.uses for source in sources_of(book)}
    assert by_id["ref-knuth1984"] == tuple(citation.attr.id for citation in citations)
    assert by_id["ref-knuth1968"] == (citations[1].attr.id,)


def test_the_bibliography_is_the_last_chapter(make_project: MakeProject, shared_cache: Cache) -> None:
    book = two_chapters(make_project, shared_cache)
    assert [chapter.role for chapter in book.chapters] == ["", "", "bibliography"]
    assert plain_text(book.chapters[-1].title) == "Sources"


def test_each_chapter_may_have_a_bibliography_of_its_own(
    make_project: MakeProject, shared_cache: Cache
) -> None:
    book = two_chapters(make_project, shared_cache, "bibliography-scope: chapter\n")
    assert len(book.chapters) == 2
    ids = [source.attr.id for source in sources_of(book)]
    assert sorted(ids[:2]) == ["ref-a-knuth1968", "ref-a-knuth1984"]
    assert ids[2:] == ["ref-b-knuth1984"]
    targets = {n.target for c in book.chapters for n in chapter_nodes(c) if isinstance(n, Link)}
    assert targets == {f"#{identifier}" for identifier in ids}


def test_an_empty_div_says_where_the_bibliography_stands(read_book_of: ReadBook) -> None:
    markdown = "A [@knuth1984].\n\n# References {.unnumbered}\n\n::: {#refs}\n:::\n\nMore.\n"
    book, found = read_book_of(markdown, manifest="bibliography: r.bib\n", files={"source/r.bib": BIB})
    assert not found
    assert [chapter.role for chapter in book.chapters] == [""]
    assert [type(block).__name__ for block in book.chapters[0].blocks][-2:] == ["SourceList", "Paragraph"]


def test_a_place_for_a_bibliography_without_citations_is_nothing(read_book_of: ReadBook) -> None:
    book, found = read_book_of("Text.\n\n::: {#refs}\n:::\n")
    assert not found
    assert len(book.chapters[0].blocks) == 1


def test_an_address_that_is_all_of_a_field_begins_as_it_is_written(read_book_of: ReadBook) -> None:
    entry = (
        "@misc{a, author = {Raj, A.}, title = {T}, year = 2017, doi = {https://doi.org/10.1/x},\n"
        "  howpublished =\n  {https://example.org/a\\_b}}\n"
    )
    book, found = read_book_of("[@a]\n", manifest="bibliography: a.bib\n", files={"source/a.bib": entry})
    (source,) = sources_of(book)
    assert not found and "https://example.org/a_b" in plain_text(source.content)
    assert [link.target for link in source.content if isinstance(link, Link)] == ["https://doi.org/10.1/x"]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("refs.bib", "% Remarks\n\n" + BIB.replace("year =", "url = {https://a..b/},\n  year ="), 3),
        ("refs.yaml", YAML.replace("  type:", "  URL: https://a..b/\n  type:"), 2),
    ],
)
def test_what_is_wrong_in_a_source_is_told_at_its_entry(
    read_book_of: ReadBook, name: str, content: str, line: int
) -> None:
    _, found = read_book_of(
        "As he says [@knuth1984].\n", manifest=f"bibliography: {name}\n", files={f"source/{name}": content}
    )
    assert [(finding.code, finding.span.path, finding.span.line) for finding in found if finding.span] == [
        ("REF002", f"source/{name}", line)
    ]
