"""A document that cannot be set → the place in the source of the block at which the layout engine fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Span
from triptych.model import nodes
from triptych.writers.print.documents.document import PrintDocument

Fails = Callable[[PrintDocument], bool]

_HOLDERS = (nodes.Group, nodes.Callout, nodes.Theorem, nodes.Aside, nodes.BlockQuote)


def culprit(document: PrintDocument, fails: Fails) -> Span | None:
    """The place of the last block of the shortest beginning that fails, which is found by halves.

    None where the document holds no text of the author's, or does not fail again.
    """
    chapters = document.content
    if not chapters or not fails(document):
        return None
    count = _shortest(len(chapters), lambda count: fails(replace(document, content=chapters[:count])))
    before, chapter = chapters[: count - 1], chapters[count - 1]

    def chapter_fails(blocks: Sequence[Any]) -> bool:
        return fails(replace(document, content=(*before, replace(chapter, blocks=tuple(blocks)))))

    return chapter.span if chapter_fails(()) else _among(chapter.blocks, chapter_fails) or chapter.span


def _among(blocks: Sequence[Any], fail: Callable[[Sequence[Any]], bool]) -> Span | None:
    """The place of the block with which a run of blocks fails, or of the innermost one within it."""
    count = _shortest(len(blocks), lambda count: fail(blocks[:count]))
    before, block = blocks[: count - 1], blocks[count - 1]
    span: Span | None = getattr(block, "span", None)
    if not isinstance(block, _HOLDERS) or not block.content:
        return span

    def fail_within(content: Sequence[Any]) -> bool:
        return fail((*before, replace(block, content=tuple(content))))

    return span if fail_within(()) else _among(block.content, fail_within) or span


def _shortest(count: int, fails: Callable[[int], bool]) -> int:
    """The length of a beginning that fails, where the one that is shorter by one does not."""
    good, bad = 0, count
    while bad - good > 1:
        middle = (good + bad) // 2
        if fails(middle):
            bad = middle
        else:
            good = middle
    return bad
