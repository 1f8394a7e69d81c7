"""Test that an import keeps the TeX of formulas in any context, and that other text stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.triptych_import.test_nothing_changes import imported
from triptych.engine.processes.programs import find_pandoc, run_program
from triptych_import.book import Draft, SectionFile, SourceText
from triptych_import.commonmark import convert_commonmark
from triptych_import.formats.bookdown import convert_references
from triptych_import.formats.mdbook import convert_chapter

TEX = [
    "x", "n", r"\mathbf{x}", r"\alpha", "x_1", "x^2", "a_1, a_2", r"\frac{1}{2}", "a * b * c", r"\{a\}", r"a\,b",
    r"\text{if $y$ holds}", r"\text{价格}", "a < b > c", "f(x) [1]", r"a \\ b", "x' = 1", r"5\times 5", "0.5^n",
    r"\mathcal{D}_{i-1}", r"a~b", r"a = 5", r"x_{@i}", r"-\infty", "2^{10}", r"\$5", r"|x| \# 1", "[a](b)", "a--b",
]  # fmt: skip
WORDS = ["自变量", "和", "速度", "です", "그리고", "word", "été", "слово", "3", "第2", "a1", "x", "，", "。", "（", "”", "(", ")", ".", ",", ":", "—", "-", "/", "*a*", "**b**", " "]  # fmt: skip
ALONE = [
    "from $5 to $6, and so",
    "US$5 goes on, and",
    r"\$7",
    "`$x$`",
    "``a ` $b$``",
    "C\\$D",
    "20,000",
    "[a](b.html)",
    "`code`",
]


def marked(tex: str, kind: str) -> str:
    opening, closing = {"$": ("$", "$"), "$$": ("$$", "$$"), "(": (r"\(", r"\)"), "[": (r"\[", r"\]")}[kind]
    return f"{opening}{tex}{closing}"


@st.composite
def paragraphs(draw: st.DrawFn, kinds: tuple[str, ...]) -> tuple[str, list[str]]:
    """Generate a paragraph with formulas between words, and the TeX of its formulas in order."""
    output, formulas = draw(st.sampled_from(["", "- ", "> ", "1. ", "# "])), []
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            output += f" {draw(st.sampled_from(ALONE))} "
        before, after = draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS))
        tex = draw(st.sampled_from(TEX))
        if r"\text" in tex and "*" in before + after:
            before = after = "word"
        output += f"{before}{marked(tex, draw(st.sampled_from(kinds)))}{after} "
        formulas.append(tex)
    return output, formulas


def formulas_of(text: str) -> list[str]:
    """Return the TeX of the formulas that pandoc reads in a text, as a build does."""
    tree = json.loads(run_program([find_pandoc(), "-f", "markdown", "-t", "json"], text.encode()))

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if node.get("t") == "Math":
                yield " ".join(node["c"][1].split())
            for inner in node.values():
                yield from walk(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from walk(inner)

    return list(walk(tree["blocks"]))


def of_folder(text: str) -> str:
    return imported(text, pandoc=False, brackets=True)


def of_mdbook(text: str) -> str:
    for mark in "()[]":
        text = text.replace(f"\\{mark}", f"\\\\{mark}")
    return convert_chapter(Draft.from_text("a.md", text), lambda _: None, math=True)[0].text


def of_bookdown(text: str) -> str:
    section = SectionFile(
        path="a.md", source_texts=(SourceText(draft=Draft.from_text("a.Rmd", text), title="A"),)
    )
    return convert_references([section])[0].source_texts[0].draft.text


@pytest.mark.parametrize(
    ("reads", "kinds"),
    [
        (of_folder, ("$", "$$")),
        (of_folder, ("(", "[")),
        (of_mdbook, ("$", "$$")),
        (of_mdbook, ("(", "[")),
        (of_bookdown, ("(", "[")),
    ],
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_formulas_keep_their_tex(reads: Any, kinds: tuple[str, ...], data: st.DataObject) -> None:
    drawing = data.draw(st.lists(paragraphs(kinds), min_size=1, max_size=4))
    text = "\n\n".join(output for output, _ in drawing) + "\n"
    expected = [" ".join(tex.split()) for _, formulas in drawing for tex in formulas]
    assert sorted(formulas_of(reads(text))) == sorted(expected), reads(text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("自变量$\\mathbf{x}$和", "自变量$\\mathbf{x}$和"),
        ("自变量$ x_1 $和", "自变量$x_1$和"),
        ("向量 $x$ 表示为$[ x_1 ]^T $，输出", "向量 $x$ 表示为$[ x_1 ]^T$，输出"),
        ("word$x$word, 3$\\times$3", "word$x$word, 3$\\times$<!-- -->3"),
        ("5$/month and 10$/month", "5\\$/month and 10\\$/month"),
        ("US$5 in 自变量$x_1$", "US\\$5 in 自变量$x_1$"),
        ("from $5 to $6, so x$n$", "from \\$5 to \\$6, so x$n$"),
        ("$10 ms$ and $v$ for $5", "$10 ms$ and $v$ for $5"),
        ("$2 mod 3$ and $a, b$", "$2 mod 3$ and $a, b$"),
        ("$a$, $b$ and $5,$c", "$a$, $b$ and $5,$c"),
    ],
)
def test_dollar_signs_pair_as_intended(written: str, read: str) -> None:
    assert convert_commonmark(Draft.from_text("a.md", written), math=True).text == read


def test_dollar_signs_next_to_bracket_formulas_are_amounts() -> None:
    assert of_bookdown("At $5, 自变量\\(x\\)5 <a title='$6'>and</a> $y$.") == (
        "At \\$5, 自变量$x$<!-- -->5 <a title='$6'>and</a> $y$."
    )
