"""Test the maximum number of markup elements in a section."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.diagnostics import Diagnostic
from triptych.settings.values import DEFAULT_LIMITS


def too_many(read_book_of: ReadBook, lines: int, text: str, manifest: str = "") -> list[Diagnostic]:
    """Return the findings in a text after the given number of lines of code."""
    _, findings = read_book_of("```text\n" + "a\n" * lines + f"```\n\n{text}\n", manifest=manifest)
    return [finding for finding in findings if finding.code == "SEC004"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One paragraph of several words.", 1),
        ("With *a mark* and `code`.", 3),
        ("A note^[That says it.]", 1 + 10 + 1),
        ("## A heading {#sec-a}", 10),
        ("Some words [see @sec-a]. {#sec-b}\n\n## A {#sec-a}", 1 + 10 + 10),
        ("- One\n- two", 1 + 2),
        ("Term\n:   Meaning", 1 + 1),
        ("| A | B |\n|---|---|\n| `c` | d |\n\n: Caption {#tbl-a}", 2),
        ("$$a + b$$", 2),
        ("```\n" + "w" * 999 + "\n```\n", 5),
        ("```\n" + "w" * 4_000 + "\n```\n", 101),
    ],
)
def test_each_mark_block_item_and_line_of_code_counts(read_book_of: ReadBook, text: str, count: int) -> None:
    assert too_many(read_book_of, DEFAULT_LIMITS.section_elements - count, text) == []
    [problem] = too_many(read_book_of, DEFAULT_LIMITS.section_elements - count + 1, text)
    assert "20,000 pieces" in problem.message


def test_element_limit_is_reported_once_where_exceeded(read_book_of: ReadBook) -> None:
    text = "Something *marked*, \nthen *b*, \nthen [c](https://example.org).\n\n" + "`d` " * 50
    [problem] = too_many(read_book_of, DEFAULT_LIMITS.section_elements - 3, text)
    assert problem.span is not None
    assert problem.span.line == 3 + 1 + DEFAULT_LIMITS.section_elements - 3 + 1 + 1 + 1


@pytest.mark.parametrize("language", ["dot", "mermaid"])
@pytest.mark.parametrize("words", ["{code}", "Text^[\n    {code}\n    ]"], ids=["in the text", "in a note"])
def test_a_diagram_beyond_the_limit_is_omitted(read_book_of: ReadBook, language: str, words: str) -> None:
    code = f"```{{.{language}}}\n{'w' * 19_000}\n```"
    [problem] = too_many(read_book_of, DEFAULT_LIMITS.section_elements, words.format(code=code))
    assert "the rest is omitted" in problem.message


def test_manifest_can_raise_the_element_limit(read_book_of: ReadBook) -> None:
    [problem] = too_many(read_book_of, 20_000, "More.")
    assert "raise `section-elements:` under `limits:`" in (problem.hint or "")
    assert too_many(read_book_of, 20_000, "More.", "limits: {section-elements: 30000}\n") == []


@pytest.mark.e2e
def test_glossary_has_the_same_element_limit(read_book_of: ReadBook) -> None:
    terms = "".join(f"- term: T{i}\n  definition: '{'*a* ' * 2_000}'\n" for i in range(12))
    _, findings = read_book_of(
        "Text.\n", manifest="glossary: terms.yaml\n", files={"source/terms.yaml": terms}
    )
    assert [item.span.path for item in findings if item.code == "SEC004" and item.span] == [
        "source/terms.yaml"
    ]
