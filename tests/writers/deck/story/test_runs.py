"""Test the conversion of inlines to runs; content that is not shown goes into the notes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import ReadBook
from triptych.languages.labels import load_labels
from triptych.model import nodes
from triptych.writers.deck.slides import NoteParagraph, Para, Run
from triptych.writers.deck.story.runs import NotesConverter, make_paras, make_runs


@pytest.fixture
def inlines(read_book_of: ReadBook) -> Any:
    """Return the inlines of a paragraph."""

    def read(markdown: str) -> tuple[nodes.Inline, ...]:
        book, _ = read_book_of(markdown)
        (paragraph,) = book.chapters[0].blocks
        assert isinstance(paragraph, nodes.Paragraph)
        return paragraph.content

    return read


def words(text: NoteParagraph) -> str:
    return "".join(run.text for run in text)


@pytest.fixture
def said(read_book_of: ReadBook) -> Any:
    """Return the speaker notes of a text."""

    def read(markdown: str) -> list[str]:
        book, _ = read_book_of(markdown)
        return list(map(words, NotesConverter(frozenset()).make_paragraphs(book.chapters[0].blocks)))

    return read


@pytest.fixture
def points(read_book_of: ReadBook) -> Any:
    """Return the paragraphs of a slide that shows a text: words, level, bullet, number."""

    def read(markdown: str) -> list[tuple[str, int, bool, int | None]]:
        book, _ = read_book_of(markdown)
        return [
            ("".join(run.text for run in para.runs), para.level, para.bullet, para.number)
            for para in make_paras(book.chapters[0].blocks)
        ]

    return read


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("plain", [Run(text="plain")]),
        ("*a*", [Run(text="a", italic=True)]),
        ("**a**", [Run(text="a", bold=True)]),
        ("***a***", [Run(text="a", bold=True, italic=True)]),
        ("`a`", [Run(text="a", code=True)]),
        ("a^2^", [Run(text="a"), Run(text="2", raised=True)]),
        ("a~2~", [Run(text="a"), Run(text="2", lowered=True)]),
        ("two\nlines", [Run(text="two lines")]),
        ("[a](https://a.example/)", [Run(text="a", href="https://a.example/")]),
        ("[Wort]{lang=de}", [Run(text="Wort", language="de")]),
        ("a^[A note.] b", [Run(text="a b")]),
        ("$x$", [Run(text="x", italic=True)]),
        ("$x^2$ km", [Run(text="x²", italic=True), Run(text=" km")]),
        ("$\\sin 2$", [Run(text="sin 2")]),
        ("**$x$**", [Run(text="x", italic=True, bold=True)]),
    ],
)
def test_a_look_becomes_a_run(markdown: str, expected: list[Run], inlines: Any) -> None:
    assert list(make_runs(inlines(markdown))) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Ada", "Ada"), "Sources: Ada."),
        (("Ada", "Ada", "Bo", "Ada"), "Sources: Ada; Bo; Ada."),
        (("Ada", "Bo"), "Sources: Ada; Bo."),
    ],
)
def test_a_name_that_follows_itself_in_a_list_appears_once(names: tuple[str, ...], expected: str) -> None:
    cited = [nodes.Citation(content=(nodes.Text(text=f"{name} (2020)"),), entries=()) for name in names]
    content: list[nodes.Inline] = [nodes.Text(text="Sources: ")]
    for node in cited:
        content += [node, nodes.Text(text="; ")]
    (run,) = make_runs((*content[:-1], nodes.Text(text=".")))
    assert run.text == expected


def test_a_link_within_the_book_is_text(inlines: Any) -> None:
    assert make_runs(inlines("[the start](#here) []{#here}"))[0] == Run(text="the start")


def test_runs_of_one_look_are_joined() -> None:
    content = (nodes.Text(text="a"), nodes.SoftBreak(), nodes.Text(text="b"))
    assert make_runs(content) == (Run(text="a b"),)


class TestBulletPoints:
    def test_lists_keep_levels_and_numbers(self, points: Any) -> None:
        assert points("- a\n    1. b\n    2. c\n- d\n") == [
            ("a", 0, True, None),
            ("b", 1, True, 1),
            ("c", 1, True, 2),
            ("d", 0, True, None),
        ]

    def test_a_list_may_start_later(self, points: Any) -> None:
        assert [number for *_, number in points("4. a\n5. b\n")] == [4, 5]

    def test_paragraphs_have_no_bullet(self, points: Any) -> None:
        assert points("One.\n\nTwo.") == [("One.", 0, False, None), ("Two.", 0, False, None)]

    def test_second_paragraph_of_a_point_has_no_bullet(self, points: Any) -> None:
        assert [mark for _, _, mark, _ in points("- a\n\n    b\n\n- c\n")] == [True, False, True]

    def test_terms_are_bold_points(self) -> None:
        item = nodes.Definition(
            term=(nodes.Text(text="GW"),),
            meanings=((nodes.Paragraph(content=(nodes.Text(text="A unit."),)),),),
        )
        assert list(make_paras((nodes.DefinitionList(items=(item,)),))) == [
            Para(runs=(Run(text="GW", bold=True),)),
            Para(runs=(Run(text="A unit."),), level=1, bullet=False),
        ]


class TestSpeech:
    @pytest.mark.parametrize(
        ("markdown", "expected"),
        [
            ("One *two*.", ["One two."]),
            ("## A heading\n\nText.", ["A heading", "Text."]),
            ("- a\n- b\n", ["• a", "• b"]),
            ("3. a\n4. b\n", ["3. a", "4. b"]),
            ("Term\n\n:   Meaning.\n", ["Term: Meaning."]),
            ("> Words.\n", ["Words."]),
            ("| One\n| Two\n", ["One", "Two"]),
            ("```\nx = 1\n```\n", ["x = 1"]),
            ("| A | B |\n|---|---|\n| 1 | 2 |\n", ["A; B", "1; 2"]),
            ("$$x$$", ["x"]),
            ("::: notes\nSaid.\n:::\n", ["Said."]),
            ("::: {.callout-tip title='Hint'}\nText.\n:::\n", ["Hint", "Text."]),
            ("a\n\n---\n\nb", ["a", "b"]),
        ],
    )
    def test_each_kind_of_block_is_in_the_notes(self, markdown: str, expected: list[str], said: Any) -> None:
        assert said(markdown) == expected

    def test_footnote_is_in_brackets_after_its_paragraph(self, said: Any) -> None:
        assert said("One^[Two.] three.") == ["One three. [Two.]"]

    @pytest.mark.parametrize(
        "markdown",
        [
            "*One^[An aside.]*",
            "“One^[An aside.]”",
            "[One^[An aside.]]{.term}",
            "| One^[An aside.]\n| Two\n",
            "Term^[An aside.]\n\n:   Meaning.\n",
            "| A |\n|---|\n| 1^[An aside.] |\n",
        ],
        ids=["emphasis", "quotes", "span", "verse", "term", "cell"],
    )
    def test_footnote_is_in_the_notes_in_any_position(self, markdown: str, said: Any) -> None:
        assert "An aside." in " ".join(said(markdown))

    def test_listing_caption_is_in_the_notes(self) -> None:
        block = nodes.CodeBlock(text="x = 1", caption=(nodes.Text(text="How to count."),))
        assert "How to count." in " ".join(map(words, NotesConverter(frozenset()).make_paragraphs((block,))))

    def test_content_with_a_separate_slide_is_omitted(self) -> None:
        paragraph = nodes.Paragraph(content=(nodes.Text(text="One."),))
        two = nodes.Paragraph(content=(nodes.Text(text="Two."),))
        assert list(
            map(words, NotesConverter(frozenset({id(paragraph)})).make_paragraphs((paragraph, two)))
        ) == ["Two."]


def test_term_has_the_colon_of_the_language(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("吉瓦\n: 单位。\n", manifest="lang: zh\n")
    speech = NotesConverter(frozenset(), load_labels("zh").colon)
    assert list(map(words, speech.make_paragraphs(book.chapters[0].blocks))) == ["吉瓦：单位。"]
