"""Test titles in bibliographies: direction of quotation marks, case of other languages, access dates."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.model.nodes import CITED_TITLE, Phrase, Source
from triptych.model.walk import chapter_nodes, plain_text, walk_all
from triptych.reading.csl_json import straighten_title_quotes

ACCESSED = """\
<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">
  <info><title>Dates</title><id>dates</id><updated>2026-01-01T00:00:00Z</updated></info>
  <citation><layout><text variable="title"/></layout></citation>
  <bibliography><layout><text variable="title"/>
    <date variable="accessed" form="text" prefix=", accessed "/></layout></bibliography>
</style>
"""


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Alibaba’s ’City Brain’ is slashing congestion", "Alibaba’s 'City Brain' is slashing congestion"),
        ("Decision ’will cost up to £2bn’", "Decision 'will cost up to £2bn'"),
        ("[’Old’] and (“new”)", "['Old'] and (\"new\")"),
        ("‘Old’—’new’", "'Old'—'new'"),
        ("A ’keeper’s log’ of light", "A 'keeper’s log' of light"),
        ("Workers’ rights and the masters’", "Workers’ rights and the masters’"),
        ("Life in the ’90s and the 1890s’ end", "Life in the ’90s and the 1890s’ end"),
        ("Rock ’n’ roll", "Rock ’n’ roll"),
        ("l’année d’or", "l’année d’or"),
        ("Die „Räuber“", "Die „Räuber“"),
    ],
)
def test_quotations_are_distinguished_from_apostrophes(title: str, plain: str) -> None:
    assert straighten_title_quotes({"id": "x", "title": title}) == {"id": "x", "title": plain}


def listed(read_book_of: ReadBook, fields: str, manifest: str = "", **files: str) -> str:
    """Return the line of the bibliography for one BibLaTeX entry."""
    bib = f"@article{{a,\n author={{A, B}}, journaltitle={{Review}}, date={{2020}}, {fields}\n}}\n"
    book, result = read_book_of(
        "Text [@a].\n",
        manifest=f"bibliography: r.bib\n{manifest}",
        files={"source/r.bib": bib, **{f"source/{n.replace('_', '.')}": text for n, text in files.items()}},
    )
    assert result == []
    (line,) = [
        plain_text(node.content) for node in chapter_nodes(book.chapters[-1]) if isinstance(node, Source)
    ]
    return line


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en-GB", "‘Log of the “Old” Light’"),
        ("en-US", "“Log of the ‘Old’ Light.”"),
        ("de", "„Log of the ‚old‘ light“"),
    ],
)
def test_inner_quotations_are_those_of_the_language(read_book_of: ReadBook, language: str, line: str) -> None:
    assert line in listed(read_book_of, "title={Log of the 'old' light}", f"lang: {language}\n")


@pytest.mark.parametrize("named", ["langid={german}", "langid={ngerman}"])
def test_titles_of_other_languages_keep_their_case(read_book_of: ReadBook, named: str) -> None:
    title = "Über die anfänge der künstlichen intelligenz"
    assert title in listed(read_book_of, f"title={{{title}}}, {named}")
    assert "Log of the Old Light" in listed(read_book_of, "title={Log of the old light}")


def test_style_with_access_dates_shows_them(read_book_of: ReadBook) -> None:
    line = listed(
        read_book_of,
        "title={Log}, urldate={2026-04-03}, url={https://example.org/}",
        "csl: dates.csl\nlang: en-GB\n",
        dates_csl=ACCESSED,
    )
    assert "Log, accessed 3 April 2026" in line


SENTENCES = ACCESSED.replace('<bibliography><layout><text variable="title"/>', '<bibliography><layout><text variable="title" text-case="sentence"/>')  # fmt: skip


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("{{The Great Wall of Facts}}", "The Great Wall of Facts"),
        ("{{Der Weg der {NASA} nach China}}", "Der Weg der NASA nach China"),
        ("{The Great Wall of Facts}", "The great wall of facts"),
        ("{{R\\&D in \\emph{Nature}}}", "R&D in Nature"),
        ("{{The Great Wall}: A Study of {China}}", "The Great Wall: A study of China"),
        ("{{The Great Wall}}, subtitle={How It Is}", "The Great Wall: How it is"),
    ],
)
def test_braces_keep_the_case_of_titles(read_book_of: ReadBook, title: str, shown: str) -> None:
    line = listed(read_book_of, f"title={title}", "csl: s.csl\n", s_csl=SENTENCES)
    assert line.startswith(shown) and "nocase" not in line


def cited_title(read_book_of: ReadBook, fields: str, manifest: str = "") -> Phrase:
    bib = f"@book{{a,\n author={{Author, A.}}, date={{2020}}, publisher={{A House}}, {fields}\n}}\n"
    manifest = f"bibliography: r.bib\n{manifest}"
    book, _ = read_book_of("Text [@a].\n", manifest=manifest, files={"source/r.bib": bib})
    (source,) = [node for chapter in book.chapters for node in chapter_nodes(chapter, Source)]
    (title,) = [
        node for node in walk_all(source.content) if isinstance(node, Phrase) and node.attr.has(CITED_TITLE)
    ]
    return title


def test_title_is_marked_with_its_language(read_book_of: ReadBook) -> None:
    title = cited_title(read_book_of, "title={{Die Wende: „Energie“ und Macht}}, langid={ngerman}")
    assert plain_text((title,)).startswith("Die Wende:") and plain_text((title,)).endswith("und Macht")
    assert title.attr.get("lang") == "de-DE"
    assert cited_title(read_book_of, "title={光}, langid={chinese}").attr.get("lang") == "zh"
    assert cited_title(read_book_of, "title={Of Light}, langid={english}").attr.get("lang") == ""
    assert cited_title(read_book_of, "title={Of Light}", "lang: de\n").attr.get("lang") == ""
