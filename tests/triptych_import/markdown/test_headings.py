"""Test headings, and the ids by which links refer to them."""

from __future__ import annotations

import time

import pytest

from triptych_import.book import Draft
from triptych_import.headings import find_headings, make_github_slug, rewrite_heading, strip_markup


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("The `?` Operator", "the--operator"),
        ("`Mutex<T>` and *more*", "mutext-and-more"),
        ("Where’s the `->` Operator?", "wheres-the---operator"),
        ("A [link](x.md) <a id='y'></a>", "a-link-"),
        ("snake_case __bold__", "snake_case-bold"),
    ],
)
def test_github_slugs(heading: str, slug: str) -> None:
    assert make_github_slug(strip_markup(heading + "|").removesuffix("|")).rstrip("-") == slug.rstrip("-")


def test_all_kinds_of_headings_are_found() -> None:
    text = "# A {#x .y}\n\nB\nb\n---\n\n> ### C ###\n\n```\n# no\n```\n\n- # no\n\n***\n\na | b\n---|---\n"
    assert [(heading.level, heading.text, heading.id) for heading in find_headings(text, multiline=True)] == [
        (1, "A", "x"),
        (2, "B\nb", ""),
        (3, "C", ""),
    ]


def test_multiline_setext_headings_are_converted_for_pandoc() -> None:
    assert [heading.text for heading in find_headings("B\nb\n---\n\nC\n---\n")] == ["C"]


@pytest.mark.parametrize(
    "text",
    [
        "$$\na\n=\nb\n$$\n",
        "Text $$\na\n=\nb\n$$\n",
        "$$\n# a\n$$\n",
        "$$\na = \\text{if $y$}\n=\nb\n$$\n",
        "Text $a\n=\nb$\n",
        "\\begin{align}\na\n--\nb\n\\end{align}\n",
        "```{=html}\n<h1>\nA\n===\n```\n",
        "<pre>\nA\n===\n</pre>\n",
        "`a\n===`\n",
    ],
)
def test_formulas_code_and_raw_blocks_contain_no_headings(text: str) -> None:
    assert find_headings(text, multiline=True) == ()


def test_heading_may_contain_a_formula() -> None:
    assert [heading.text for heading in find_headings("# On $$x$$\n\nOn $$y$$\n===\n")] == [
        "On $$x$$",
        "On $$y$$",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A **b** _c_ ~~d~~", "A b c d"),
        ("snake_case and *x*", "snake_case and x"),
        ("`a * b` `` c`d ``", "a * b c`d"),
        ("[link](x.md) ![pic](p.png) [ref][r]", "link pic ref"),
        ("<b>bold</b><!-- gone --> &amp; \\* \\_", "bold & * _"),
        ("a < b", "a < b"),
    ],
)
def test_heading_text_has_no_markup(text: str, words: str) -> None:
    assert strip_markup(text) == words


@pytest.mark.parametrize(
    ("written", "level", "identifier", "expected"),
    [
        ("# A\n", 2, "", "## A\n"),
        ("## A ##\n", 1, "x", "# A ## {#x}\n"),
        ("# A\n", 9, "", "###### A\n"),
        ("# A {.b}\n", 1, "x", "# A {#x .b}\n"),
        ("# A {#y .b}\n", 1, "x", "# A {#x}\n"),
        ("# A {#x}\n", 1, "x", "# A {#x}\n"),
        ("> # A\n", 2, "x", "> ## A {#x}\n"),
        ("A\n===\n", 1, "x", "A {#x}\n===\n"),
        ("A\n===\n", 2, "x", "## A {#x}\n"),
        ("A {.b}\n---\n", 1, "", "# A {.b}\n"),
        ("#\n", 2, "", "##\n"),
    ],
)
def test_heading_gets_another_level_and_an_id(
    written: str, level: int, identifier: str, expected: str
) -> None:
    draft = Draft.from_text("a.md", written)
    (heading,) = find_headings(written)
    assert draft.apply_edits(rewrite_heading(heading, level=level, identifier=identifier)).text == expected


def test_a_heading_of_several_lines_becomes_one_line() -> None:
    text = "A\nb\nc\n===\nText.\n"
    (heading,) = find_headings(text, multiline=True)
    edited = Draft.from_text("a.md", text).apply_edits(rewrite_heading(heading, level=1, identifier="x"))
    assert edited.text == "# A b c {#x}\nText.\n"
    assert find_headings(text) == ()


def test_the_time_does_not_grow_with_the_square_of_a_paragraph() -> None:
    def measure(text: str) -> float:
        start = time.process_time()
        assert find_headings.__wrapped__(text) == ()
        return time.process_time() - start

    lines = ["a\n"] * 40_000
    assert measure("".join(lines)) < 3 * measure("\n".join(lines))
