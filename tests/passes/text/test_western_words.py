"""Test that Western words in Chinese and Japanese are marked, so that their apostrophes are proportional."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.model.nodes import Source
from triptych.model.walk import book_nodes, get_attr, plain_text
from triptych.passes.typography import is_mostly_latin

SOURCES = """
@book{a, author = {Ada Lovelace}, title = {China's lead}, year = 2020}
@book{b, author = {Hugo, Victor}, title = {L'art}, year = 2021, langid = {french}}
@book{c, author = {李白}, title = {静夜思}, year = 2022}
"""


def marked(read_book_of: ReadBook, markdown: str, language: str) -> list[str]:
    book, _ = read_book_of(
        markdown, manifest=f"lang: {language}\nbibliography: a.bib\n", files={"source/a.bib": SOURCES}
    )
    return [
        plain_text(getattr(node, "content", ())) for node in book_nodes(book) if get_attr(node).has("western")
    ]


@pytest.mark.parametrize(
    ("language", "markdown", "words"),
    [
        ("zh-Hans", "据McDonald's和L'Oréal称，‘中国’", ["McDonald’s", "L’Oréal"]),
        ("ja", "*McDonald's*", ["McDonald’s"]),
        ("zh", "**着重 for...in 循环**……或者a...中", ["for…in"]),
        ("zh", "[the “lead”]{lang=en}与[中文]{lang=zh-Hant}与[こ’]{lang=ja}", ["the “lead”"]),
        ("en", "McDonald's [the lead]{lang=fr}", []),
        ("ko", "McDonald's", []),
    ],
)
def test_words_with_a_mark_between_letters_and_passages_are_marked(
    read_book_of: ReadBook, language: str, markdown: str, words: list[str]
) -> None:
    assert marked(read_book_of, markdown, language) == words


def test_western_sources_have_their_language(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(
        "见[@a; @b; @c]。", manifest="lang: zh\nbibliography: a.bib\n", files={"source/a.bib": SOURCES}
    )
    sources = {node.attr.id: node.attr for node in book_nodes(book) if isinstance(node, Source)}
    assert sources["ref-a"].has("western") and not sources["ref-a"].get("lang")
    assert sources["ref-b"].has("western") and sources["ref-b"].get("lang").startswith("fr")
    assert not sources["ref-c"].has("western")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("China’s “lead” — 1", True),
        ("Lovelace. 2020年. Works", True),
        ("中 a", False),
        ("12", False),
        ("ａ", False),
        ("عa", False),
    ],
)
def test_a_text_is_western_without_letters_of_others(text: str, expected: bool) -> None:
    assert is_mostly_latin(text) is expected


@pytest.mark.parametrize("text", ["据McDonald’s和L’Oréal", "McDonald’s据", "L’OréalL’Oréal 据"])
def test_text_around_western_words_is_kept(read_book_of: ReadBook, text: str) -> None:
    book, _ = read_book_of(text.replace("’", "'") + "\n", manifest="lang: zh\n")
    assert plain_text(book.chapters[0].blocks) == text
