"""Test that, for any Markdown, each element with content is in exactly one row of the parity report."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.property.strategies import markdown
from tests.property.test_outputs import FEW, read_all, texts_of, valid
from triptych.build_context import BuildContext
from triptych.checks.parity import Outcome, compare_outputs, find_missing_blocks, find_omitted_blocks
from triptych.checks.pieces import get_text_with_placeholders
from triptych.checks.texts import FileText
from triptych.diagnostics import has_errors
from triptych.engine.cache import Cache
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.walk import chapter_nodes, walk
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob

pytestmark = pytest.mark.e2e

SAYING = (
    nodes.Paragraph
    | nodes.Heading
    | nodes.CodeBlock
    | nodes.Verse
    | nodes.Table
    | nodes.Figure
    | nodes.Chart
    | nodes.Equation
    | nodes.Image
    | nodes.Math
)


def sayings(book: Book) -> Iterator[Any]:
    """Return all elements with their own content. An empty paragraph, such as an anchor, has none."""
    for chapter in book.chapters:
        for node in chapter_nodes(chapter):
            if isinstance(node, SAYING) and not _empty(node):
                yield node


def _empty(node: Any) -> bool:
    match node:
        case nodes.Paragraph() | nodes.Heading():
            drawing = any(isinstance(inner, nodes.Image | nodes.Math | nodes.Note) for inner in walk(node))
            return not drawing and not get_text_with_placeholders(node.content).strip()
        case nodes.CodeBlock():
            return not node.text.strip()
        case nodes.Verse():
            return not any(get_text_with_placeholders(line).strip() for line in node.lines)
    return False


@FEW
@given(texts_of(st.one_of(markdown, valid)))
@example(["a", "a", "a", "@fig-a\n\n###### $a^2 < b$ {#fig-a}"])
def test_each_element_is_in_one_row(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        _, _, book, _ = read_all(Path(name), texts)
        rows = compare_outputs(book, {"pdf": FileText("")})
        counts = Counter(id(node) for row in rows for node in row.nodes)
        # A formula in a heading is the same node in each reference that repeats the heading.
        occurrences = Counter(id(node) for node in sayings(book))
        wrong = [node for node in sayings(book) if counts[id(node)] != occurrences[id(node)]]
        assert wrong == []
        assert all(set(row.outcomes) == {"pdf"} for row in rows)


@FEW
@given(texts_of(st.one_of(markdown, valid)), st.booleans(), st.booleans())
def test_missing_content_equals_the_lost_rows_of_the_report(
    texts: list[str], talk: bool, says_all: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        _, _, book, _ = read_all(Path(name), texts)
    book = replace(book, has_complete_notes=says_all)
    empty = FileText("", is_talk=talk)
    assert find_missing_blocks(book, "pptx", empty) == find_omitted_blocks(
        compare_outputs(book, {"pptx": empty})
    )


@FEW
@given(texts_of(valid))
def test_epub_contains_all_of_its_source(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        project, manifest, book, result = read_all(Path(name), texts)
        assert not has_errors(result)
        data = (
            OUTPUTS["epub"]
            .write(WritingJob(book, manifest, BuildContext.for_book(project, book, Cache(None))))
            .data
        )
        rows = compare_outputs(book, {"epub": OUTPUTS["epub"].read_text(data)})
    assert [str(finding) for finding in find_omitted_blocks(rows)] == []
    left_out = [row for row in rows if row.outcomes["epub"] is Outcome.LEFT_OUT]
    assert all(row.visibility for row in left_out)


@FEW
@given(texts_of(valid))
def test_deck_contains_all_of_its_source(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        project, manifest, book, _ = read_all(Path(name), texts)
        result = OUTPUTS["pptx"].write(
            WritingJob(book, manifest, BuildContext.for_book(project, book, Cache(None)))
        )
        if has_errors(result.findings):
            return
        rows = compare_outputs(book, {"pptx": OUTPUTS["pptx"].read_text(result.data)})
    assert [str(finding) for finding in find_omitted_blocks(rows)] == []
