"""Chapters of which the deck shows nothing but words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triptych.checks.deck.slides.wordiness import words_in
from triptych.checks.outcomes import Outcome
from triptych.checks.parity import Row
from triptych.diagnostics import Diagnostic
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Matter, Telling
from triptych.model.walk import plain_text, walk

_EVIDENCE = ("chart", "code", "equation", "figure", "image", "table")
_LONG = 300  # words, which take two minutes to say
_SHOWN = (Outcome.RENDERED, Outcome.SIMPLIFIED)


def without_evidence(book: Book, rows: Sequence[Row], output: str) -> Iterator[Diagnostic]:
    """DEK003 for each numbered chapter that is long to hear, and shows nothing of what is said.

    ``rows`` are those of the book's parity report. A slide that the author wrote or asked for counts,
    whatever is on it.
    """
    shown = {
        id(node)
        for row in rows
        if row.kind in _EVIDENCE and row.outcomes.get(output) in _SHOWN
        for node in row.nodes
    }
    for chapter in book.chapters:
        if chapter.talk.telling is Telling.NONE:  # no part of the talk
            continue
        long = words_in(plain_text(chapter.blocks)) > _LONG
        if chapter.matter is Matter.BODY and chapter.numbered and long and not _shows(chapter, shown):
            title = plain_text(chapter.title)
            yield Diagnostic(
                code="DEK003",
                span=chapter.span,
                message=f'no slide shows a chart, figure or table from chapter "{title}"',
                hint="add a chart, figure, table or `::: {.slide}` block to the chapter, "
                "or mark a block quote with `{.slide}`",
            )


def _shows(chapter: Chapter, shown: set[int]) -> bool:
    return any(id(node) in shown or _asked(node) for block in chapter.blocks for node in walk(block))


def _asked(node: object) -> bool:
    if isinstance(node, nodes.Slide):
        return True
    return isinstance(node, nodes.BlockQuote | nodes.CodeBlock | nodes.Equation) and node.attr.has("slide")
