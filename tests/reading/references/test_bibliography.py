"""Test bibliographies in several formats, and the formatting of citations across the whole book."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import MakeProject, ReadBook
from triptych.engine.cache import Cache
from triptych.engine.processes.programs import ProgramLimitError
from triptych.model.book import Book
from triptych.model.nodes import Citation, Link, Source
from triptych.model.walk import chapter_nodes, plain_text
from triptych.reading import pandoc
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
    return [
        plain_text(n.content)
        for chapter in book.chapters
        for n in chapter_nodes(chapter)
        if isinstance(n, Citation)
    ]


def sources_of(book) -> list[Source]:
    return [n for chapter in book.chapters for n in chapter_nodes(chapter) if isinstance(n, Source)]


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
def test_each_bibliography_format_has_the_same_citation(
    read_book_of: ReadBook, name: str, content: str
) -> None:
    book, result = read_book_of(
        "As he says [@knuth1984].\n", manifest=f"bibliography: {name}\n", files={f"source/{name}": content}
    )
    assert not result
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
def test_citations_follow_the_requested_style(read_book_of: ReadBook, markdown: str, expected: str) -> None:
    more = "@book{lamport1994,\n  author = {Lamport, Leslie},\n  title = {LaTeX},\n  year = {1994},\n}\n"
    book, result = read_book_of(
        markdown + "\n", manifest="bibliography: r.bib\n", files={"source/r.bib": BIB + more}
    )
    assert not result
    assert cited(book) == [expected]


def test_a_style_of_the_project_writes_numbers(read_book_of: ReadBook) -> None:
    files = {"source/r.bib": BIB, "source/numbers.csl": NUMERIC}
    book, result = read_book_of(
        "A [@knuth1984].\n", manifest="bibliography: r.bib\ncsl: numbers.csl\n", files=files
    )
    assert not result
    assert cited(book) == ["[1]"]
    assert [plain_text(source.content) for source in sources_of(book)] == ["1. The TeXbook"]


def test_bibtex_field_is_not_a_book(read_book_of: ReadBook) -> None:
    long = BIB.replace("{The TeXbook}", "{" + "word " * 20_000 + "}")
    manifest = "bibliography: [refs.bib]\n"
    _, findings = read_book_of(
        "Text [@knuth1984].\n", manifest=manifest, files={"source/refs.bib": "\n" + long}
    )
    (problem,) = [item for item in findings if item.code == "CIT002"]
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
    _, book, result = read_project(make_project(files), shared_cache)
    assert not result
    first, second, third = cited(book)
    assert first == third != second


def test_citations_in_footnotes_and_captions_are_formatted(read_book_of: ReadBook) -> None:
    markdown = (
        "Text.[^1]\n\n[^1]: See [@knuth1984].\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n: From @knuth1984\n"
    )
    book, result = read_book_of(markdown, manifest="bibliography: r.bib\n", files={"source/r.bib": BIB})
    assert not result
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
def test_unreadable_bibliography_is_reported(read_book_of: ReadBook, name: str, content: str | bytes) -> None:
    _, findings = read_book_of(
        "Text.\n", manifest=f"bibliography: {name}\n", files={f"source/{name}": content}
    )
    assert [f"{finding.span}: {finding.code}" for finding in findings] == ["source/book.yaml:4:15: CIT002"]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("@book{knuth1984,\n", "source/r.bib:1:1"),
        ("Knuth 1984.\n", "source/r.bib:1:1"),
        ("@\ru4", "source/r.bib:1:2"),
    ],
)
def test_bibliography_error_has_its_position(read_book_of: ReadBook, content: str, place: str) -> None:
    _, findings = read_book_of("Text.\n", manifest="bibliography: r.bib\n", files={"source/r.bib": content})
    assert [f"{finding.span}: {finding.code}" for finding in findings] == [f"{place}: CIT002"]


def test_malformed_yaml_bibliography_has_its_error_position(read_book_of: ReadBook) -> None:
    files = {"source/r.yaml": "references:\n- id: a\n  title: b: c\n"}
    _, findings = read_book_of("Text.\n", manifest="bibliography: r.yaml\n", files=files)
    assert [f"{finding.span}: {finding.code}" for finding in findings] == ["source/r.yaml:3:11: CIT002"]


@pytest.mark.parametrize("content", ["<style", "text", "", "<style/>"])
def test_unreadable_citation_style_is_reported(read_book_of: ReadBook, content: str) -> None:
    files = {"source/r.bib": BIB, "source/a.csl": content}
    _, findings = read_book_of("A [@knuth1984].\n", manifest="bibliography: r.bib\ncsl: a.csl\n", files=files)
    assert [f"{finding.span}: {finding.code}" for finding in findings] == ["source/book.yaml:5:6: CIT002"]


def test_each_unknown_key_has_its_position(read_book_of: ReadBook) -> None:
    _, result = read_book_of(
        "A [@one; @two].\n", manifest="bibliography: r.bib\n", files={"source/r.bib": BIB}
    )
    assert [str(finding.span) for finding in result] == ["source/section.md:4:4", "source/section.md:4:10"]


def test_known_keys_next_to_an_unknown_one_are_cited(read_book_of: ReadBook) -> None:
    book, findings = read_book_of(
        "A [@knuth1984; @two].\n", manifest="bibliography: r.bib\n", files={"source/r.bib": BIB}
    )
    assert [finding.code for finding in findings] == ["CIT001"]
    assert [source.attr.id for source in sources_of(book)] in ([], ["ref-knuth1984"])


TWO = {
    "source/r.bib": BIB
    + BIB.replace("knuth1984", "knuth1968").replace("The TeXbook", "Fundamental Algorithms"),
    "source/a.md": "# A\n\nOne [@knuth1984], two [@knuth1968; @knuth1984].\n",
    "source/b.md": "# B\n\nThree [@knuth1984].\n",
}


def test_a_style_may_write_characters_for_private_use(read_book_of: ReadBook) -> None:
    """Test that styles can write private-use characters, which also delimit locators internally."""
    style = NUMERIC.replace('prefix="["', 'prefix="&#xE000;"').replace('suffix="]"', 'suffix="&#xE000;"')
    book, _ = read_book_of(
        "A [@knuth1984] and [@knuth1984, as @tbl-x shows].\n\n| A |\n|---|\n| 1 |\n\n: T {#tbl-x}\n",
        manifest="bibliography: r.bib\ncsl: numbers.csl\n",
        files={"source/r.bib": BIB, "source/numbers.csl": style},
    )
    assert next(words for words in cited(book) if "1" in words) == "\ue0001\ue000"


def two_chapters(make_project: MakeProject, cache: Cache, more: str = "") -> Book:
    manifest = f"book:\n  title: A\n  chapters: [a.md, b.md]\nlang: en\nbibliography: r.bib\n{more}"
    _, book, result = read_project(make_project({**TWO, "source/book.yaml": manifest}), cache)
    assert book is not None
    assert not result
    return book


def test_locator_after_a_key_is_cited(read_book_of: ReadBook) -> None:
    other = "@book{lamport1994,\n author = {Lamport, Leslie},\n title = {LaTeX},\n year = {1994},\n}\n"
    text = "See [@knuth1984,@lamport1994] and [@knuth1984, as @tbl-x shows].\n\n| A |\n|---|\n| 1 |\n\n: T {#tbl-x}\n"
    book, findings = read_book_of(
        text, manifest="bibliography: refs.bib\n", files={"source/refs.bib": BIB + other}
    )
    assert not [str(finding) for finding in findings if finding.severity == "error"]
    output = plain_text(book.chapters[0].blocks[:1]).replace("\u00a0", " ")
    assert output == "See (Knuth 1984, Lamport (1994)) and (Knuth 1984, as Table 1.1 shows)."
    assert [plain_text(source.content)[:5] for source in sources_of(book)] == ["Knuth", "Lampo"]


def test_unknown_key_after_another_is_reported(read_book_of: ReadBook) -> None:
    _, findings = read_book_of(
        "See [@knuth1984, see @lamport].\n",
        manifest="bibliography: refs.bib\n",
        files={"source/refs.bib": BIB},
    )
    assert [finding.code for finding in findings] == ["CIT001"]


def test_entry_links_back_to_each_citation(make_project: MakeProject, shared_cache: Cache) -> None:
    book = two_chapters(make_project, shared_cache)
    citations = [n for chapter in book.chapters for n in chapter_nodes(chapter) if isinstance(n, Citation)]
    by_id = {source.attr.id: source.uses for source in sources_of(book)}
    assert by_id["ref-knuth1984"] == tuple(citation.attr.id for citation in citations)
    assert by_id["ref-knuth1968"] == (citations[1].attr.id,)


def test_the_bibliography_is_the_last_chapter(make_project: MakeProject, shared_cache: Cache) -> None:
    book = two_chapters(make_project, shared_cache)
    assert [chapter.role for chapter in book.chapters] == ["", "", "bibliography"]
    assert plain_text(book.chapters[-1].title) == "Sources"


def test_each_chapter_may_have_a_bibliography(make_project: MakeProject, shared_cache: Cache) -> None:
    book = two_chapters(make_project, shared_cache, "bibliography-scope: chapter\n")
    assert len(book.chapters) == 2
    ids = [source.attr.id for source in sources_of(book)]
    assert sorted(ids[:2]) == ["ref-a-knuth1968", "ref-a-knuth1984"]
    assert ids[2:] == ["ref-b-knuth1984"]
    targets = {n.target for chapter in book.chapters for n in chapter_nodes(chapter) if isinstance(n, Link)}
    assert targets == {f"#{identifier}" for identifier in ids}


def test_empty_div_marks_the_bibliography(read_book_of: ReadBook) -> None:
    markdown = "A [@knuth1984].\n\n# References {.unnumbered}\n\n::: {#refs}\n:::\n\nMore.\n"
    book, result = read_book_of(markdown, manifest="bibliography: r.bib\n", files={"source/r.bib": BIB})
    assert not result
    assert [chapter.role for chapter in book.chapters] == [""]
    assert [type(block).__name__ for block in book.chapters[0].blocks][-2:] == ["ReferenceList", "Paragraph"]


def test_bibliography_div_without_citations_is_removed(read_book_of: ReadBook) -> None:
    book, result = read_book_of("Text.\n\n::: {#refs}\n:::\n")
    assert not result
    assert len(book.chapters[0].blocks) == 1


def test_url_field_keeps_its_case(read_book_of: ReadBook) -> None:
    entry = (
        "@misc{a, author = {Raj, A.}, title = {T}, year = 2017, doi = {https://doi.org/10.1/x},\n"
        "  howpublished =\n  {https://example.org/a\\_b}}\n"
    )
    book, result = read_book_of("[@a]\n", manifest="bibliography: a.bib\n", files={"source/a.bib": entry})
    (source,) = sources_of(book)
    assert not result and "https://example.org/a_b" in plain_text(source.content)
    assert [link.target for link in source.content if isinstance(link, Link)] == ["https://doi.org/10.1/x"]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("refs.bib", "% Remarks\n\n" + BIB.replace("year =", "url = {https://a..b/},\n  year ="), 3),
        ("refs.yaml", YAML.replace("  type:", "  URL: https://a..b/\n  type:"), 2),
    ],
)
def test_source_mistake_is_reported_at_its_entry(
    read_book_of: ReadBook, name: str, content: str, line: int
) -> None:
    _, findings = read_book_of(
        "As he says [@knuth1984].\n", manifest=f"bibliography: {name}\n", files={f"source/{name}": content}
    )
    assert [(finding.code, finding.span.path, finding.span.line) for finding in findings if finding.span] == [
        ("REF002", f"source/{name}", line)
    ]


@pytest.mark.parametrize(
    ("scope", "hint"),
    [
        ("book", "set `bibliography-scope: chapter`, or set `csl:` to a numeric style"),
        ("chapter", "cite fewer sources, or set `csl:` to a numeric style"),
    ],
)
def test_slow_citations_are_formatted_once_and_have_a_hint(
    read_book_of: ReadBook, monkeypatch: pytest.MonkeyPatch, scope: str, hint: str
) -> None:
    runs: list[object] = []

    def exceed_limit(document: object, *_: object) -> None:
        runs.append(document)
        raise ProgramLimitError("pandoc", "did not finish within 30 s")

    monkeypatch.setattr(pandoc, "run_citeproc", exceed_limit)
    manifest = f"bibliography: [slow.bib]\nbibliography-scope: {scope}\n"
    files = {"source/slow.bib": BIB.replace("TeXbook", "Slow Book")}  # no other test has this in the cache
    _, findings = read_book_of("Text [@knuth1984].\n", manifest=manifest, files=files)
    (problem,) = [item for item in findings if item.code == "CIT002"]
    assert len(runs) == 1
    assert problem.message == "pandoc could not format the citations: did not finish within 30 s"
    assert problem.hint == hint
    assert str(problem.span) == "source/book.yaml:4:15"


@pytest.mark.parametrize("text", ["Text [see @knuth1984, p. {}].", "Text by @knuth1984 [p. {}]."])
def test_slow_page_number_is_an_error_at_its_citation(
    read_book_of: ReadBook, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    suffixes: list[str] = []
    format_document = pandoc.run_citeproc

    def note_suffixes(document: Any, *more: Any) -> Any:
        cited = [item for cite in pandoc.find_citations(document["blocks"]) for item in cite["c"][0]]
        suffixes.extend(pandoc.extract_plain_text(item["citationSuffix"]) for item in cited)
        return format_document(document, *more)

    monkeypatch.setattr(pandoc, "run_citeproc", note_suffixes)
    pages = text.format("1-" * 251)
    _, findings = read_book_of(
        f"Text.\n\n{text.format('1-9')}\n\n{pages}\n",
        manifest="bibliography: [long.bib]\n",
        files={"source/long.bib": BIB.replace("TeXbook", "Long Book")},  # no other test has this in the cache
    )
    assert [(item.code, item.message, str(item.span).partition(":")[2]) for item in findings] == [
        ("SEC004", "this citation contains a word longer than 500 characters", f"8:{pages.index('@') + 1}")
    ]
    assert [suffix.removeprefix(",").strip() for suffix in suffixes] == ["p.\u00a01-9", ""]
