"""Headings and what links call them."""

from __future__ import annotations

import pytest

from triptych.importing.markdown.headings import (
    github_slug,
    headings,
    plain_text,
)


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
    assert github_slug(plain_text(heading + "|").removesuffix("|")).rstrip("-") == slug.rstrip("-")


def test_all_kinds_of_headings_are_found() -> None:
    text = "# A {#x .y}\n\nB\nb\n---\n\n> ### C ###\n\n```\n# no\n```\n\n- # no\n\n***\n\na | b\n---|---\n"
    assert [(h.level, h.text, h.id) for h in headings(text, long=True)] == [
        (1, "A", "x"),
        (2, "B\nb", ""),
        (3, "C", ""),
    ]


def test_pandoc_knows_no_underlined_heading_of_two_lines() -> None:
    assert [h.text for h in headings("B\nb\n---\n\nC\n---\n")] == ["C"]


@pytest.mark.parametrize(
    "text",
    [
        "$$\na\n=\nb\n$$\n",
        "Text $$\na\n=\nb\n$$\n",
        "$$\n# a\n$$\n",
        "\\begin{align}\na\n--\nb\n\\end{align}\n",
        "```{=html}\n<h1>\nA\n===\n```\n",
        "<pre>\nA\n===\n</pre>\n",
        "`a\n===`\n",
    ],
)
def test_nothing_in_formulas_code_and_raw_blocks_is_a_heading(text: str) -> None:
    assert headings(text, long=True) == []


def test_a_formula_in_a_heading_leaves_it_one() -> None:
    assert [h.text for h in headings("# On $$x$$\n\nOn $$y$$\n===\n")] == ["On $$x$$", "On $$y$$"]
