"""Test the text of references; links with unknown targets are reported and removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, TypeAlias

import pytest

from tests.conftest import MakeProject, ReadBook, tiny_png
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.languages.labels import load_labels
from triptych.model.book import Book
from triptych.model.nodes import Link, Paragraph, Reference
from triptych.model.walk import chapter_nodes, plain_text
from triptych.passes.cross_references import resolve_cross_references
from triptych.passes.numbering import export_numbering, import_numbering
from triptych.stages import read_project

FIGURE = "![X](dot.png){#fig-a}\n\n"
FILES = {"source/dot.png": tiny_png()}


def references(book: Book) -> list[str]:
    return [
        plain_text(n.content)
        for chapter in book.chapters
        for n in chapter_nodes(chapter)
        if isinstance(n, Reference)
    ]


def links(book: Book) -> list[str]:
    return [n.target for chapter in book.chapters for n in chapter_nodes(chapter) if isinstance(n, Link)]


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
    def test_reference_text_names_its_target(
        self, read_book_of: ReadBook, markdown: str, expected: str
    ) -> None:
        text = f"{FIGURE}## S {{#sec-s}}\n\n## U {{#sec-u .unnumbered}}\n\nSee {markdown} here.\n"
        book, result = read_book_of(text, files=FILES)
        assert not result
        assert [" ".join(words.split()) for words in references(book)] == [expected]

    def test_several_references_in_brackets_follow_each_other(self, read_book_of: ReadBook) -> None:
        book, result = read_book_of(FIGURE + "## S {#sec-s}\n\n[@fig-a; @sec-s]\n", files=FILES)
        assert not result
        assert [" ".join(words.split()) for words in references(book)] == ["Figure 1.1", "Section 1.1"]

    def test_label_and_number_do_not_break(self, read_book_of: ReadBook) -> None:
        book, _ = read_book_of(FIGURE + "@fig-a\n", files=FILES)
        (node,) = (n for n in chapter_nodes(book.chapters[0]) if isinstance(n, Reference))
        assert node.content[0].text == "Figure\u00a01.1"

    def test_the_words_are_those_of_the_language(self, read_book_of: ReadBook) -> None:
        book, _ = read_book_of(FIGURE + "@fig-a\n", files=FILES, manifest="lang: de\n")
        assert [" ".join(words.split()) for words in references(book)] == ["Abbildung 1.1"]

    def test_reference_to_a_chapter_has_its_title(self, read_book_of: ReadBook) -> None:
        book, result = read_book_of("@sec-x\n", id="sec-x")
        assert not result
        assert [" ".join(words.split()) for words in references(book)] == ["Chapter 1"]

    @pytest.mark.parametrize("mark", [".", ",", ")", "!", "’s"])
    def test_punctuation_after_a_reference_is_not_part_of_it(self, read_book_of: ReadBook, mark: str) -> None:
        book, result = read_book_of(f"{FIGURE}(see @fig-a{mark}\n", files=FILES)
        assert not result
        assert plain_text(book.chapters[0].blocks[1:]).replace("\u00a0", " ").endswith(f"Figure 1.1{mark}")

    def test_an_unknown_target_is_reported_with_the_nearest(self, read_book_of: ReadBook) -> None:
        book, findings = read_book_of(FIGURE.replace("fig-a", "fig-sun") + "See @fig-snu.\n", files=FILES)
        assert [(finding.code, finding.hint) for finding in findings] == [
            ("REF001", 'did you mean "fig-sun"?')
        ]
        assert references(book) == []

    def test_slide_only_figure_cannot_be_referenced(self, read_book_of: ReadBook) -> None:
        _, findings = read_book_of(f"::: {{.slide title=T}}\n{FIGURE}:::\n\nSee @fig-a.\n", files=FILES)
        assert [finding.code for finding in findings] == ["REF001"]


class TestInternalLinks:
    @pytest.fixture
    def two(self, make_project: MakeProject, shared_cache: Cache):
        def make(link: str, second: str = "## Two {#sec-two}\n") -> tuple[list[str], list[str]]:
            files = {
                "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [one/a.md, two/b.md]\n",
                "source/one/a.md": f"## Own\n\n[x]({link})\n",
                "source/two/b.md": second,
            }
            _, book, findings = read_project(make_project(files), shared_cache)
            return links(book), [f"{finding.span}: {finding.code}" for finding in findings]

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
    def test_links_between_files_become_ids(self, two, link: str, target: str) -> None:
        assert two(link) == ([target], [])

    @pytest.mark.parametrize(
        "link",
        ["#nothing", "b.md", "../two/b.md#nothing", "../gone.md", "../../../etc/passwd", "/etc/passwd"],
    )
    def test_dangling_links_are_reported_and_removed(self, two, link: str) -> None:
        assert two(link) == ([], ["source/one/a.md:3:5: REF002"])

    def test_a_link_to_a_heading_of_another_file_finds_that_one(self, two) -> None:
        """Test a link to the heading "Own", which two files have; the link names the file."""
        targets, result = two("../two/b.md#own", "## Own\n")
        assert not result
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
    def test_common_url_schemes_are_kept(self, read_book_of: ReadBook, target: str) -> None:
        book, result = read_book_of(f"[x]({target})\n")
        assert not result
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
    def test_dangerous_url_schemes_are_reported_and_removed(
        self, read_book_of: ReadBook, target: str
    ) -> None:
        book, findings = read_book_of(f"A [word]({target}) here.\n")
        assert [finding.code for finding in findings] == ["REF002"]
        assert links(book) == []
        assert "word" in plain_text(book.chapters[0].blocks)

    @pytest.mark.parametrize(
        "tag",
        ['<a href="javascript:x">y</a>', '<a href=" javascript:x">y</a>', '<a href="java\tscript:x">y</a>'],
    )
    def test_html_links_follow_the_same_rules(self, read_book_of: ReadBook, tag: str) -> None:
        book, findings = read_book_of(f"A {tag} here.\n")
        assert [finding.code for finding in findings] == ["REF002"]
        assert links(book) == []


InBook: TypeAlias = Callable[[str], tuple[Book, list[Diagnostic]]]


@pytest.fixture
def in_book(make_project: MakeProject, shared_cache: Cache) -> InBook:
    """Return a text among headings of its own section and of another one."""

    def make(markdown: str) -> tuple[Book, list[Diagnostic]]:
        text = "## Sub Heading\n\n## Styled *one* {#own}\n\nUnderlined\n----------\n\n```\n# Code\n```\n"
        manifest = "book:\n  title: T\n  chapters: [section.md, b.md]\nlang: en\n"
        project = make_project(
            {
                "source/book.yaml": manifest,
                "source/section.md": f"---\ntitle: A section\n---\n{markdown}\n{text}",
                "source/b.md": "# B\n\n## Elsewhere\n\n## Sub heading\n",
            }
        )
        _, book, result = read_project(project, shared_cache)
        assert book is not None, result
        return book, result

    return make


class TestHeadingsByTheirWords:
    """Test ``[Heading]``, pandoc's implicit references to headings, across sections."""

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
    def test_heading_references_become_links(
        self, in_book: InBook, markdown: str, target: str, words: str
    ) -> None:
        book, findings = in_book(f"Before {markdown} behind.\n\n@sec-none\n")
        assert [(d.code, d.span and d.span.line) for d in findings] == [("REF001", 6 + markdown.count("\n"))]
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
    def test_other_text_is_unchanged(self, in_book: InBook, markdown: str) -> None:
        book, result = in_book(f"Before.\n\n{markdown}\n")
        assert not result
        assert links(book) == []

    def test_link_definition_of_the_author_takes_precedence(self, in_book: InBook) -> None:
        book, _ = in_book("[Sub Heading]\n\n[Sub Heading]: https://example.org/\n")
        assert links(book) == ["https://example.org/"]

    def test_text_that_resembles_a_heading_is_not_a_target(self, in_book: InBook) -> None:
        book, result = in_book("[hollow] and [words][Hollow]\n\n    # Hollow\n")
        assert not result
        assert "[hollow] and [words][hollow]" in plain_text(book.chapters[0].blocks[0].content)


class TestReferencesToOtherTitles:
    TABLE: ClassVar = {
        "title": "The Grid",
        "labels": {
            "fig-lines": {"kind": "fig", "number": "2.1", "title": "Lines"},
            "sec-u": {"kind": "sec", "number": "", "title": "Unnumbered"},
        },
    }

    @pytest.mark.parametrize(
        ("target", "words"),
        [("fig-lines", "Figure 2.1 (The Grid)"), ("sec-u", "“Unnumbered” (The Grid)")],
    )
    def test_they_name_the_element_and_the_title(
        self, read_book_of: ReadBook, target: str, words: str
    ) -> None:
        book, _ = read_book_of("Text.\n")
        reference = Reference(target=f"grid:{target}")
        chapter = replace(book.chapters[0], blocks=(Paragraph(content=(reference,)),))
        titles = import_numbering({"grid": self.TABLE})
        book, result = resolve_cross_references(
            replace(book, chapters=(chapter,), other_titles=titles), load_labels("en")
        )
        assert (plain_text(book.chapters[0].blocks), result) == (words, [])

    @pytest.mark.parametrize(
        ("target", "message", "hint"),
        [
            (
                "grid:fig-line",
                'title "grid" has no element with the id "fig-line"',
                'did you mean "grid:fig-lines"?',
            ),
            ("grid:tbl-other", 'title "grid" has no element with the id "tbl-other"', None),
            (
                "none:tbl-other",
                'the catalogue has no title named "none"',
                "use a title name from `triptych catalog list`, and build with `triptych catalog build`",
            ),
        ],
    )
    def test_unknown_ones_are_text_and_reported(
        self, read_book_of: ReadBook, target: str, message: str, hint: str | None
    ) -> None:
        book, _ = read_book_of("Text.\n")
        chapter = replace(book.chapters[0], blocks=(Paragraph(content=(Reference(target=target),)),))
        titles = import_numbering({"grid": self.TABLE})
        book, (finding,) = resolve_cross_references(
            replace(book, chapters=(chapter,), other_titles=titles), load_labels("en")
        )
        assert plain_text(book.chapters[0].blocks) == f"@{target}"
        assert (finding.code, finding.message, finding.hint) == ("REF001", message, hint)

    def test_the_numbering_of_a_book_is_exported_for_them(self, read_book_of: ReadBook) -> None:
        book, _ = read_book_of(f"{FIGURE}## *S* {{#sec-s}}\n", files=FILES)
        exported = export_numbering(book)
        assert exported["title"] == book.metadata.title
        assert exported["labels"]["fig-a"] == {"kind": "fig", "number": "1.1", "title": "X"}
        assert exported["labels"]["sec-s"] == {"kind": "sec", "number": "1.1", "title": "S"}
        other = import_numbering({"own": exported})["own"]
        assert other.labels["fig-a"].number == "1.1" and plain_text(other.labels["sec-s"].title) == "S"


def test_latex_references_find_labels_of_equations_and_of_other_kinds(read_book_of: ReadBook) -> None:
    equation = "$$\nx \\label{eq:one}\n$$\n\n$$\ny\n$$ {#eq-two}\n\n"
    uses = "See \\ref{fig:a}, \\ref{eq:one}, \\eqref{two}, \\ref{fig-a}.\n"
    book, result = read_book_of(f"{FIGURE}{equation}{uses}", files=FILES)
    assert not result
    assert plain_text(book.chapters[0].blocks[-1:]) == "See 1.1, 1.1, (1.2), 1.1."


def test_panels_are_lettered_after_the_number_of_their_figure(read_book_of: ReadBook) -> None:
    panels = "![A](dot.png){#fig-p}\n\n![B](dot.png){#fig-q}\n\n"
    numbered = f"::: {{#fig-all layout-ncol=2}}\n{panels}All\n:::\n\n"
    book, result = read_book_of(f"{numbered}@fig-p, @fig-q\n", files=FILES)
    assert not result
    assert [words.replace("\u00a0", " ") for words in references(book)] == ["Figure 1.1a", "Figure 1.1b"]
