"""References read as what they point to; links lead to ids, or are reported and taken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from tests.conftest import MakeProject, ReadBook, tiny_png
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.model.book import Book
from triptych.model.nodes import Link, Reference
from triptych.model.walk import chapter_nodes, plain_text
from triptych.stages import read_project

FIGURE = "![X](dot.png){#fig-a}\n\n"
FILES = {"source/dot.png": tiny_png()}


def references(book: Book) -> list[str]:
    return [
        plain_text(n.content) for c in book.chapters for n in chapter_nodes(c) if isinstance(n, Reference)
    ]


def links(book: Book) -> list[str]:
    return [n.target for c in book.chapters for n in chapter_nodes(c) if isinstance(n, Link)]


class TestReferences:
    @pytest.mark.parametrize(
        ("markdown", "expected"),
        [
            ("@fig-a", "Figure 1.1"),
            ("[-@fig-a]", "1.1"),
            ("[Fig. @fig-a]", "Fig. 1.1"),
            ("[@fig-a]", "Figure 1.1"),
            ("@sec-s", "Section 1.1"),
            ("@sec-u", "“U”"),
        ],
    )
    def test_a_reference_reads_as_what_it_points_to(
        self, read_book_of: ReadBook, markdown: str, expected: str
    ) -> None:
        text = f"{FIGURE}## S {{#sec-s}}\n\n## U {{#sec-u .unnumbered}}\n\nSee {markdown} here.\n"
        book, found = read_book_of(text, files=FILES)
        assert not found
        assert [" ".join(words.split()) for words in references(book)] == [expected]

    def test_several_references_in_brackets_follow_each_other(self, read_book_of: ReadBook) -> None:
        book, found = read_book_of(FIGURE + "## S {#sec-s}\n\n[@fig-a; @sec-s]\n", files=FILES)
        assert not found
        assert [" ".join(words.split()) for words in references(book)] == ["Figure 1.1", "Section 1.1"]

    def test_words_and_number_are_not_torn_apart(self, read_book_of: ReadBook) -> None:
        book, _ = read_book_of(FIGURE + "@fig-a\n", files=FILES)
        (node,) = (n for n in chapter_nodes(book.chapters[0]) if isinstance(n, Reference))
        assert node.content[0].text == "Figure\u00a01.1"

    def test_the_words_are_those_of_the_language(self, read_book_of: ReadBook) -> None:
        book, _ = read_book_of(FIGURE + "@fig-a\n", files=FILES, manifest="lang: de\n")
        assert [" ".join(words.split()) for words in references(book)] == ["Abbildung 1.1"]

    def test_a_reference_to_a_chapter_names_it(self, read_book_of: ReadBook) -> None:
        book, found = read_book_of("@sec-x\n", id="sec-x")
        assert not found
        assert [" ".join(words.split()) for words in references(book)] == ["Chapter 1"]

    @pytest.mark.parametrize("mark", [".", ",", ")", "!", "’s"])
    def test_punctuation_after_a_reference_is_no_part_of_it(self, read_book_of: ReadBook, mark: str) -> None:
        book, found = read_book_of(f"{FIGURE}(see @fig-a{mark}\n", files=FILES)
        assert not found
        assert plain_text(book.chapters[0].blocks[1:]).replace("\u00a0", " ").endswith(f"Figure 1.1{mark}")

    def test_an_unknown_target_is_reported_with_the_nearest(self, read_book_of: ReadBook) -> None:
        book, found = read_book_of(FIGURE.replace("fig-a", "fig-sun") + "See @fig-snu.\n", files=FILES)
        assert [(finding.code, finding.hint) for finding in found] == [("REF001", 'did you mean "fig-sun"?')]
        assert references(book) == []

    def test_a_figure_that_stands_only_on_a_slide_cannot_be_pointed_at(self, read_book_of: ReadBook) -> None:
        _, found = read_book_of(f"::: {{.slide title=T}}\n{FIGURE}:::\n\nSee @fig-a.\n", files=FILES)
        assert [finding.code for finding in found] == ["REF001"]


class TestInternalLinks:
    @pytest.fixture
    def two(self, make_project: MakeProject, shared_cache: Cache):
        def make(link: str, second: str = "## Two {#sec-two}\n") -> tuple[list[str], list[str]]:
            files = {
                "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [one/a.md, two/b.md]\n",
                "source/one/a.md": f"## Own\n\n[x]({link})\n",
                "source/two/b.md": second,
            }
            _, book, found = read_project(make_project(files), shared_cache)
            return links(book), [f"{finding.span}: {finding.code}" for finding in found]

        return make

    @pytest.mark.parametrize(
        ("link", "target"),
        [
            ("#sec-two", "#sec-two"),
            ("#own", "#own"),
            ("../two/b.md", "#sec-b"),
            ("../two/b.md#sec-two", "#sec-two"),
            ("../two/b.html#sec-two", "#sec-two"),
            ("./../two/b.md", "#sec-b"),
            ("a.md", "#sec-a"),
            ("a.md#own", "#own"),
        ],
    )
    def test_links_between_files_lead_to_ids_of_the_book(self, two, link: str, target: str) -> None:
        assert two(link) == ([target], [])

    @pytest.mark.parametrize(
        "link",
        ["#nothing", "b.md", "../two/b.md#nothing", "../gone.md", "../../../etc/passwd", "/etc/passwd"],
    )
    def test_links_to_nothing_are_reported_and_taken_off(self, two, link: str) -> None:
        assert two(link) == ([], ["source/one/a.md:3:5: REF002"])

    def test_a_link_to_a_heading_of_another_file_finds_that_one(self, two) -> None:
        """Both files have a heading "Own"; the link names the file."""
        targets, found = two("../two/b.md#own", "## Own\n")
        assert not found
        assert targets == ["#b--own"]

    def test_a_fragment_must_be_in_the_file_that_the_link_names(self, two) -> None:
        assert two("a.md#sec-two")[1] == ["source/one/a.md:3:5: REF002"]

    def test_an_escaped_fragment_is_understood(self, two) -> None:
        assert two("../two/b.md#%C3%BCber", "## Über\n") == (["#über"], [])


class TestExternalLinks:
    @pytest.mark.parametrize(
        "target",
        [
            "https://a.example",
            "http://a.example",
            "HTTPS://a.example",
            "mailto:a@b.example",
            "tel:+491234",
            "doi:10.1/x",
        ],
    )
    def test_common_schemes_are_kept(self, read_book_of: ReadBook, target: str) -> None:
        book, found = read_book_of(f"[x]({target})\n")
        assert not found
        assert links(book) == [target]

    @pytest.mark.parametrize(
        "target",
        [
            "javascript:alert%281%29",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "//evil.example",
            "&#106;avascript:x",
            "javascript&colon;x",
            "blob:x",
            "jar:x",
            "chart:x",
            "project:x",
        ],
    )
    def test_dangerous_schemes_are_reported_and_taken_off(self, read_book_of: ReadBook, target: str) -> None:
        book, found = read_book_of(f"A [word]({target}) here.\n")
        assert [finding.code for finding in found] == ["REF002"]
        assert links(book) == []
        assert "word" in plain_text(book.chapters[0].blocks)

    @pytest.mark.parametrize(
        "tag",
        ['<a href="javascript:x">y</a>', '<a href=" javascript:x">y</a>', '<a href="java\tscript:x">y</a>'],
    )
    def test_html_links_are_held_to_the_same(self, read_book_of: ReadBook, tag: str) -> None:
        book, found = read_book_of(f"A {tag} here.\n")
        assert [finding.code for finding in found] == ["REF002"]
        assert links(book) == []


InBook: TypeAlias = Callable[[str], tuple[Book, list[Diagnostic]]]


@pytest.fixture
def in_book(make_project: MakeProject, shared_cache: Cache) -> InBook:
    """A text among headings of its own and of another section."""

    def make(markdown: str) -> tuple[Book, list[Diagnostic]]:
        own = "## Sub Heading\n\n## Styled *one* {#own}\n\nUnderlined\n----------\n\n```\n# Code\n```\n"
        manifest = "book:\n  title: T\n  chapters: [section.md, b.md]\nlang: en\n"
        project = make_project(
            {
                "source/book.yaml": manifest,
                "source/section.md": f"---\ntitle: A section\n---\n{markdown}\n{own}",
                "source/b.md": "# B\n\n## Elsewhere\n\n## Sub heading\n",
            }
        )
        _, book, found = read_project(project, shared_cache)
        assert book is not None, found
        return book, found

    return make


class TestHeadingsByTheirWords:
    """``[Heading]`` as pandoc's implicit references to headings have it, across sections."""

    @pytest.mark.parametrize(
        ("markdown", "target", "words"),
        [
            ("[Sub Heading]", "#sub-heading", "Sub Heading"),
            ("[sub\nheading]", "#sub-heading", "sub heading"),
            ("[Sub Heading][]", "#sub-heading", "Sub Heading"),
            ("[the *words*][Sub Heading]", "#sub-heading", "the words"),
            ("[Styled *one*]", "#own", "Styled one"),
            ("[A section]", "#sec-section", "A section"),
            ("[Elsewhere]", "#elsewhere", "Elsewhere"),
            ("[Underlined]", "#underlined", "Underlined"),
        ],
    )
    def test_they_are_links(self, in_book: InBook, markdown: str, target: str, words: str) -> None:
        book, found = in_book(f"Before {markdown} behind.\n\n@sec-none\n")
        assert [(d.code, d.span and d.span.line) for d in found] == [("REF001", 6 + markdown.count("\n"))]
        (link,) = (node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Link))
        assert (link.target, plain_text(link.content)) == (target, words)

    @pytest.mark.parametrize(
        "markdown",
        [
            "`[Sub Heading]`",
            "\\[Sub Heading\\]",
            "[no heading]",
            "```\n[Sub Heading]\n```",
            "$x[Sub Heading]$",
            "[code]",
            "- [ ] x",
        ],
    )
    def test_all_else_stays(self, in_book: InBook, markdown: str) -> None:
        book, found = in_book(f"Before.\n\n{markdown}\n")
        assert not found
        assert links(book) == []

    def test_a_definition_of_the_author_comes_first(self, in_book: InBook) -> None:
        book, _ = in_book("[Sub Heading]\n\n[Sub Heading]: https://example.org/\n")
        assert links(book) == ["https://example.org/"]

    def test_what_only_looks_like_a_heading_is_none(self, in_book: InBook) -> None:
        book, found = in_book("[hollow] and [words][Hollow]\n\n    # Hollow\n")
        assert not found
        assert "[hollow] and [words][hollow]" in plain_text(book.chapters[0].blocks[0].content)
