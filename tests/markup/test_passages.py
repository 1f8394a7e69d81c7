"""Test that passages are numbered equally in a tree and in the bytes from which it was parsed."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.markup.passages import number_passages, read_passages, strip_to_letters

PAGE = "<html><head><title>T</title></head><body>{}</body></html>"


def texts(body: str) -> list[str]:
    return [passage.letters for passage in read_passages(PAGE.format(body).encode())]


def marked(body: str, passage: int, count: int) -> str:
    """Return the page's body with a bar at a position in one of its passages."""
    page = PAGE.format(body).encode()
    offset = read_passages(page)[passage].find_offset(count)
    return (
        (page[:offset] + b"|" + page[offset:]).decode().partition("<body>")[2].removesuffix("</body></html>")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two words\n", "twowords"),
        ("well-known, hy\u00adphen\u2010ated", "wellknown,hyphenated"),
        ("می\u200cخواهم", "میخواهم"),
        ("中文\u3000字", "中文字"),
    ],
)
def test_letters(text: str, expected: str) -> None:
    assert strip_to_letters(text) == expected


class TestPassages:
    def test_block_contains_elements_outside_other_blocks(self) -> None:
        assert texts("<ul><li>One <em>two</em><ul><li>in</li></ul> three</li></ul>") == ["Onetwothree", "in"]

    def test_notes_formulas_and_collapsed_text_are_not_counted(self) -> None:
        note = (
            '<span class="footnote">Note</span><sup class="noteref"><a>1</a></sup><code class="tex">x</code>'
        )
        assert texts(f"<p>A{note}b<math><mi>x</mi></math>c</p><details><summary>D</summary>e</details>") == [
            "Abc"
        ]

    def test_passage_numbers_restart_in_each_block_of_a_section(self) -> None:
        passages = read_passages(
            PAGE.format("<section><p>a</p><ul><li>b</li><li>c</li></ul><p>d</p></section>").encode()
        )
        tops = [passage.number[0] for passage in passages]
        assert [place - tops[0] for place in tops] == [0, 1, 1, 2]
        assert [passage.number[1] for passage in passages] == [0, 1, 2, 0]

    def test_the_repeated_line_of_a_long_table_does_not_count(self) -> None:
        row = '<tr class="continued"><td>Table 1 (continued)</td></tr>'
        assert texts(f"<table><thead>{row}<tr><th>Head</th></tr></thead></table>") == ["Head"]


class TestOffsets:
    @pytest.mark.parametrize(
        ("body", "passage", "count", "expected"),
        [
            ("<p>One two</p>", 0, 0, "<p>|One two</p>"),
            ("<p>One two</p>", 0, 1, "<p>|One two</p>"),
            ("<p>One two</p>", 0, 3, "<p>One |two</p>"),
            ("<p>One two</p>", 0, 5, "<p>One |two</p>"),  # a divided word
            ("<p>One hy\u00adphens</p>", 0, 5, "<p>One |hy\u00adphens</p>"),
            ("<p>well-known</p>", 0, 4, "<p>well-|known</p>"),
            ("<p>“One” &amp; two</p>", 0, 6, "<p>“One” &amp; |two</p>"),
            ("<p>One <em>two</em> three</p>", 0, 3, "<p>One <em>|two</em> three</p>"),
            ("<p>中文字没有空格</p>", 0, 3, "<p>中文字|没有空格</p>"),
            ("<p>ภาษาไทย</p>", 0, 4, "<p>ภาษา|ไทย</p>"),
            ("<p>One</p>", 0, 9, "<p>One|</p>"),
            ("<section><h1>Title</h1></section>", 0, 0, "<section>|<h1>Title</h1></section>"),
            ("<nav><h1>Title</h1></nav>", 0, 0, "|<nav><h1>Title</h1></nav>"),
            (
                "<figure><img/><figcaption>A b</figcaption></figure>",
                0,
                0,
                "|<figure><img/><figcaption>A b</figcaption></figure>",
            ),
            (
                "<figure><img/><figcaption>A b</figcaption></figure>",
                0,
                1,
                "<figure><img/><figcaption>A |b</figcaption></figure>",
            ),
            (
                "<table><tr><td>a</td><td>b</td></tr></table>",
                1,
                0,
                "<table><tr><td>a</td><td>|b</td></tr></table>",
            ),
            ("<pre><code>a\nb</code></pre>", 0, 0, "|<pre><code>a\nb</code></pre>"),
            ("<pre><code>a\nb</code></pre>", 0, 1, "<pre><code>a\n|b</code></pre>"),
        ],
    )
    def test_letter_position_is_located(self, body: str, passage: int, count: int, expected: str) -> None:
        assert marked(body, passage, count) == expected


TAGS = st.sampled_from(["p", "ul", "li", "section", "em", "span", "div", "figure", "details", "h2", "math"])
TEXTS = st.text("ab é中&<-\u00ad\n", max_size=5)


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> ElementTree.Element:
    element = ElementTree.Element("body" if depth == 0 else draw(TAGS))
    if draw(st.booleans()):
        element.set("class", draw(st.sampled_from(["footnote", "table", "noteref"])))
    element.text = draw(TEXTS)
    for _ in range(draw(st.integers(0, 3)) if depth < 4 else 0):
        child = draw(trees(depth + 1))
        child.tail = draw(TEXTS)
        element.append(child)
    return element


@given(trees())
def test_a_tree_and_its_bytes_have_the_same_passages(root: ElementTree.Element) -> None:
    own = number_passages(root)
    expected: dict[tuple[int, int], str] = {}

    def take(element: ElementTree.Element) -> None:
        place = own.get(element)
        if place is None:
            return
        expected[place] = expected.get(place, "") + strip_to_letters(element.text or "")
        for child in element:
            take(child)
            expected[place] += strip_to_letters(child.tail or "")

    take(root)
    result = {passage.number: passage.letters for passage in read_passages(ElementTree.tostring(root))}
    assert result == {place: text for place, text in expected.items() if text}


def test_elements_that_the_layout_moves_are_not_counted() -> None:
    text = "<section><p>a</p></section><section><p>b</p></section>"
    laid = text.replace("</p></section><", '</p><div data-floats-end="" aria-hidden="true"/></section><')
    counted = number_passages(ElementTree.fromstring(PAGE.format(laid)))
    assert [place for element, place in counted.items() if element.tag == "p"] == [
        passage.number for passage in read_passages(PAGE.format(text).encode())
    ]
