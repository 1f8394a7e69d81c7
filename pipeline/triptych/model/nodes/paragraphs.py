"""Blocks of running text: paragraphs, headings, lists, quotations, code, and breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.nodes.attributes import NO_ATTR, Attr

if TYPE_CHECKING:
    from triptych.model.nodes import Block, Inline


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; ``tight`` in compact lists and table cells, where it takes no space around it."""

    content: tuple[Inline, ...]
    tight: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading within a chapter. Level 1 is the chapter's own title, which is not among its blocks."""

    level: int
    content: tuple[Inline, ...]
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One item; ``checked`` is set in task lists."""

    content: tuple[Block, ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletList:
    """An unordered list."""

    items: tuple[ListItem, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedList:
    """A numbered list; ``style`` is a CSS counter style such as decimal, lower-alpha or upper-roman.

    ``brackets`` are those of its numbers: "" for "1.", ")" for "1)", "()" for "(1)".
    """

    items: tuple[ListItem, ...]
    start: int = 1
    style: str = "decimal"
    brackets: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A term and what it means, possibly several times.

    ``uses`` are the ids of the places that lead to a term of the glossary, known after the passes; ``span``
    is where that is explained.
    """

    term: tuple[Inline, ...]
    meanings: tuple[tuple[Block, ...], ...]
    uses: tuple[str, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionList:
    """Terms and meanings."""

    items: tuple[Definition, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock:
    """A listing; ``language`` is "" where none was named."""

    text: str
    language: str = ""
    caption: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


PULL_QUOTE = "pullquote"
"""The class of a quotation that repeats words of the text beside it, to catch the eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockQuote:
    """A quotation set off from the text, and who said it where."""

    content: tuple[Block, ...]
    attribution: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verse:
    """Lines that must stay lines."""

    lines: tuple[tuple[Inline, ...], ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThematicBreak:
    """A change of topic without a heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """A new page in print; the other outputs have none."""
