"""A resolved book as the plainest text that any typesetter can set: what is compared is how, not what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from triptych.model import nodes
from triptych.model.book import Book, Chapter, Role
from triptych.model.walk import children, plain_text

_LINE = 14.0  # points, of what has no height of its own: a line of it
_CAPTION = 2  # lines
_STYLES = {nodes.Style.EMPHASIS: "em", nodes.Style.STRONG: "strong"}


class Kind(StrEnum):
    """What a block is."""

    CHAPTER = "chapter"
    SECTION = "section"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    FLOAT = "float"


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one kind: "" for plain ones, ``em``, ``strong``, ``code``, or a ``note`` with its text."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or an item; or a float, a frame so many points high, with its caption."""

    kind: Kind
    runs: tuple[Run, ...] = ()
    height: float = 0.0


def text_of(book: Book, heights: Sequence[float]) -> list[Block]:
    """The chapters that an author wrote; their figures are as high as ``heights`` has them, in order."""
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
                    # The term of a definition is a line's beginning, not a block.
                    if isinstance(child, nodes.Block):
                        yield from _blocks(child, Kind.ITEM, heights)
        case _:
            for child in children(block):
                if isinstance(child, nodes.Block):
                    yield from _blocks(child, kind, heights)


def _runs(content: tuple[Any, ...], style: str = "") -> Iterator[Run]:
    """Inlines → runs; marks of the index and pictures are left out."""
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
