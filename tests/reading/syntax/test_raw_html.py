"""Test raw HTML between inlines: supported elements are converted, others are removed and reported."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import ReadBook
from triptych.model.walk import plain_text
from triptych.reading.syntax.raw_html import convert_inline_tags


def raw(text: str, kind: str = "html") -> Any:
    return {"t": "RawInline", "c": [kind, text]}


def word(text: str) -> Any:
    return {"t": "Str", "c": text}


def paired(*nodes: Any) -> tuple[list[Any], list[str]]:
    reported: list[str] = []
    return convert_inline_tags(list(nodes), reported.append), reported


@pytest.mark.parametrize(
    ("name", "kind"),
    [("em", "Emph"), ("b", "Strong"), ("del", "Strikeout"), ("u", "Underline"), ("sup", "Superscript")],
)
def test_a_tag_and_its_partner_become_a_node(name: str, kind: str) -> None:
    assert paired(raw(f"<{name}>"), word("x"), raw(f"</{name}>")) == ([{"t": kind, "c": [word("x")]}], [])


def test_a_key_becomes_a_span_with_a_class() -> None:
    nodes, _ = paired(raw("<kbd>"), word("Ctrl"), raw("</kbd>"))
    assert nodes == [{"t": "Span", "c": [["", ["kbd"], []], [word("Ctrl")]]}]


def test_meaningful_attributes_are_kept() -> None:
    nodes, _ = paired(
        raw('<span id="a" class="b c" lang="fr" style="color: red" onclick="x()">'), word("x"), raw("</span>")
    )
    assert nodes == [{"t": "Span", "c": [["a", ["b", "c"], [["lang", "fr"]]], [word("x")]]}]


def test_link_keeps_its_target() -> None:
    nodes, _ = paired(raw('<a href="#x" title="T">'), word("x"), raw("</a>"))
    assert nodes == [{"t": "Link", "c": [["", [], []], [word("x")], ["#x", "T"]]}]


def test_br_element_is_a_line_break() -> None:
    assert paired(word("a"), raw("<br>"), raw("<br/>"), word("b"))[0] == [
        word("a"),
        {"t": "LineBreak"},
        {"t": "LineBreak"},
        word("b"),
    ]


def test_an_image_with_an_empty_text_is_decorative() -> None:
    nodes, _ = paired(raw('<img src="a.png" alt="">'))
    assert nodes == [{"t": "Image", "c": [["", ["decorative"], []], [], ["a.png", ""]]}]


def test_image_keeps_its_alt_text() -> None:
    nodes, _ = paired(raw('<img src="a.png" alt="A dot" width="50%">'))
    assert nodes == [{"t": "Image", "c": [["", [], [["width", "50%"]]], [word("A dot")], ["a.png", ""]]}]


@pytest.mark.parametrize(
    "tag", ["<script>", "<button>", "<iframe src=x>", "<object>", "<form>", "<svg onload=x>"]
)
def test_other_tags_are_reported(tag: str) -> None:
    nodes, reported = paired(raw(tag), word("x"))
    assert (nodes, reported) == ([word("x")], [tag])


def test_comments_are_removed_silently() -> None:
    assert paired(raw("<!-- a remark -->"), word("x")) == ([word("x")], [])


def test_a_tag_that_is_never_closed_ends_with_the_text() -> None:
    assert paired(raw("<em>"), word("x"))[0] == [{"t": "Emph", "c": [word("x")]}]


def test_unmatched_closing_tag_is_ignored() -> None:
    assert paired(word("x"), raw("</em>"))[0] == [word("x")]


def test_crossed_tags_are_nested() -> None:
    nodes, _ = paired(raw("<em>"), raw("<b>"), word("x"), raw("</em>"), raw("</b>"))
    assert nodes == [{"t": "Emph", "c": [{"t": "Strong", "c": [word("x")]}]}]


def test_raw_text_of_other_formats_is_left_to_the_reader() -> None:
    assert paired(raw("\\emph", "tex")) == ([raw("\\emph", "tex")], [])


def test_text_without_tags_is_the_same_list() -> None:
    nodes = [word("x")]
    assert convert_inline_tags(nodes, lambda tag: None) is nodes


def test_code_keeps_the_characters_of_its_content() -> None:
    cited = {"t": "Cite", "c": [[], [word("@x")]]}
    nodes, _ = paired(raw("<code>"), word("a"), {"t": "Space"}, {"t": "Space"}, cited, raw("</code>"))
    assert nodes == [{"t": "Code", "c": [["", [], []], "a  @x"]}]


def test_unmatched_angle_bracket_is_text() -> None:
    nodes, reported = paired(word("Box"), raw("<T>"))
    assert (nodes, reported) == ([word("Box"), word("<T>")], [])


def test_an_unknown_element_around_text_is_reported() -> None:
    nodes, reported = paired(raw("<Tabs>"), word("x"), raw("</Tabs>"))
    assert (nodes, reported) == ([word("x")], ["<Tabs>"])


def test_ruby_annotation_follows_its_base() -> None:
    nodes, reported = paired(raw("<ruby>"), word("漢"), raw("<rp>"), word("["), raw("</rp>"), raw("<rt>"), word("kan"), raw("</rt>"), raw("</ruby>"))  # fmt: skip
    assert (nodes, reported) == ([word("漢"), word("("), word("kan"), word(")")], [])


def test_films_are_reported_and_a_remote_one_is_a_link() -> None:
    nodes, reported = paired(raw('<video src="a.mp4">'), raw('<video src="https://x.org/a.mp4">'))
    assert reported == ['<video src="a.mp4">', '<video src="https://x.org/a.mp4">']
    assert [node["c"][2][0] for node in nodes] == ["https://x.org/a.mp4"]


def test_text_that_html_does_not_parse_as_a_tag_is_literal() -> None:
    assert paired(raw("<中文>"), raw("<!-- x -->"), raw("<?php ?>")) == ([word("<中文>")], [])


@pytest.mark.parametrize("raw", ["```{=html}\n \n```", "```{=tex}\n\n```"])
def test_empty_raw_block_is_ignored(read_book_of: ReadBook, raw: str) -> None:
    book, result = read_book_of(f"Before.\n\n{raw}\n\nAfter.\n")
    assert not result
    assert [plain_text((block,)) for block in book.chapters[0].blocks] == ["Before.", "After."]
