"""Reduce a resolved book to plain text that any typesetter can set, so that only typesetting differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from triptych.model import nodes
from triptych.model.book import Book, Chapter, Role
from triptych.model.walk import children, plain_text

_LINE = 14.0  # points, for elements without a height of their own: one line
_CAPTION = 2  # lines
_STYLES = {nodes.Style.EMPHASIS: "em", nodes.Style.STRONG: "strong"}


class Kind(StrEnum):
    """The type of a block."""

    CHAPTER = "chapter"
    SECTION = "section"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    FLOAT = "float"


@dataclass(frozen=True, slots=True)
class Run:
    """Inline text of one kind: "" (plain), ``em``, ``strong``, ``code``, or a ``note`` with its text."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list item; or a float, a frame of a height in points with a caption."""

    kind: Kind
    runs: tuple[Run, ...] = ()
    height: float = 0.0


def text_of(book: Book, heights: Sequence[float]) -> list[Block]:
    """Return the author's chapters; their figures get ``heights``, in order."""
    left = iter(heights)
    written = (chapter for chapter in book.chapters if chapter.source and chapter.role is not Role.IMPRINT)
    return [block for chapter in written for block in _chapter(chapter, left)]


def _chapter(chapter: Chapter, heights: Iterator[float]) -> Iterator[Block]:
    yield Block(Kind.CHAPTER, tuple(_runs(chapter.title)))
    for block in chapter.blocks:
        yield from _blocks(block, Kind.PARAGRAPH, heights)


def _blocks(block: Any, kind: Kind, heights: Iterator[float]) -> Iterator[Block]:
    match block:
        case nodes.Heading():
            yield Block(Kind.SECTION, tuple(_runs(block.content)))
        case nodes.Paragraph():
            yield Block(kind, tuple(_runs(block.content)))
        case nodes.Chart() | nodes.Figure():
            height = next(heights, 12 * _LINE) + _CAPTION * _LINE
            yield Block(Kind.FLOAT, tuple(_runs(block.caption)), height)
        case nodes.Table():
            rows = len(block.head) + len(block.body) + len(block.foot)
            yield Block(Kind.FLOAT, tuple(_runs(block.caption)), (rows * 1.25 + _CAPTION) * _LINE)
        case nodes.Callout() | nodes.CodeBlock() | nodes.Equation():
            lines = len(plain_text((block,))) // 60 + 3
            yield Block(Kind.FLOAT, (), lines * _LINE)
        case nodes.Slide() | nodes.SpeakerNotes():
            return
        case nodes.BulletList() | nodes.OrderedList() | nodes.DefinitionList():
            for item in children(block):
                for child in children(item):
                    # The term of a definition begins a line; it is not a block.
                    if isinstance(child, nodes.Block):
                        yield from _blocks(child, Kind.ITEM, heights)
        case _:
            for child in children(block):
                if isinstance(child, nodes.Block):
                    yield from _blocks(child, kind, heights)


def _runs(content: tuple[Any, ...], style: str = "") -> Iterator[Run]:
    """Convert inlines to runs; index marks and pictures are omitted."""
    for node in content:
        match node:
            case nodes.Text():
                yield Run(node.text, style)
            case nodes.SoftBreak() | nodes.LineBreak():
                yield Run(" ", style)
            case nodes.Code():
                yield Run(node.text, "code")
            case nodes.Note():
                if not node.is_repeated:
                    yield Run(plain_text(node.content), "note")
            case nodes.Styled():
                yield from _runs(node.content, _STYLES.get(node.style, style))
            case nodes.Math():
                yield Run(plain_text((node,)), style)
            case nodes.Phrase() if node.attr.has("aside"):
                continue
            case nodes.IndexMark() | nodes.Image():
                continue
            case _:
                yield from _runs(tuple(children(node)), style)
