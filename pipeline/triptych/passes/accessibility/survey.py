"""A chapter as the rules see it: its nodes in reading order, with their places and languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from triptych.diagnostics import Span
from triptych.model.book import Chapter
from triptych.model.nodes import (
    Callout,
    Chart,
    CodeBlock,
    Definition,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Paragraph,
    Slide,
    SoftBreak,
    Table,
    Text,
    Verse,
)
from triptych.model.walk import attr_of, children


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A node with the place of the innermost node that has one, and the tag of its language."""

    node: Any
    span: Span | None
    language: str
    on_slide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A chapter and all that is in it but bare text; ``language`` is its own tag or the book's."""

    chapter: Chapter
    language: str
    nodes: tuple[Placed, ...]

    def sections(self) -> Iterator[tuple[Placed, ...]]:
        """The nodes of each section: those from one heading, with it, to the next of whatever level."""
        section: list[Placed] = []
        for placed in self.nodes:
            if isinstance(placed.node, Heading) and section:
                yield tuple(section)
                section = []
            section.append(placed)
        if section:
            yield tuple(section)


def survey(chapter: Chapter, language: str) -> Survey:
    """Walk a chapter once for all rules; ``language`` is the book's."""
    start = Placed(node=None, span=chapter.span, language=chapter.language or language)
    nodes: list[Placed] = []
    for group in (chapter.title, chapter.summary, *chapter.takeaways, chapter.blocks):
        for node in group:
            _place(node, start, nodes)
    return Survey(chapter=chapter, language=start.language, nodes=tuple(nodes))


def _place(node: Any, around: Placed, nodes: list[Placed]) -> None:
    """Add a node and those below it; most nodes are bare text, which no rule looks at by itself."""
    if isinstance(node, Text | SoftBreak | LineBreak):
        return
    here = Placed(
        node=node,
        span=getattr(node, "span", None) or around.span,
        language=attr_of(node).get("lang") or around.language,
        on_slide=around.on_slide or isinstance(node, Slide),
    )
    nodes.append(here)
    for child in children(node):
        _place(child, here, nodes)


def lines(node: Any) -> Iterator[tuple[Inline, ...]]:
    """The lines of text that a block itself has, without those of the blocks in it."""
    match node:
        case Paragraph(content=content) | Heading(content=content) | Definition(term=content):
            yield content
        case Verse(lines=verses):
            yield from verses
        case Table(caption=text) | Figure(caption=text) | Chart(caption=text) | CodeBlock(caption=text):
            yield text
        case Callout(title=title) | Slide(title=title):
            yield title
