"""What stands in a line of text: words, marks, links, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.nodes.attributes import NO_ATTR, Attr

if TYPE_CHECKING:
    from triptych.model.nodes import Block, Inline


class Style(StrEnum):
    """What a run of text is marked as."""

    EMPHASIS = "emphasis"
    STRONG = "strong"
    STRIKEOUT = "strikeout"
    UNDERLINE = "underline"
    SUPERSCRIPT = "superscript"
    SUBSCRIPT = "subscript"
    SMALL_CAPS = "small-caps"
    KEYBOARD = "keyboard"
    MARK = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A run of characters with its spaces."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftBreak:
    """A line end in the source that means a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBreak:
    """A line end that the author forced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styled:
    """Text with one typographic role."""

    style: Style
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Text in quotation marks, which the language of the book decides."""

    double: bool
    content: tuple[Inline, ...]


ABBREVIATION = "abbr"  # the class of what stands for the words of its title
CITED_TITLE = "cited-title"  # the class of a work's title in an entry of a bibliography


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A bracketed span: text with classes, a language or an id."""

    attr: Attr
    content: tuple[Inline, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Code within a line."""

    text: str
    attr: Attr = NO_ATTR


# Where links may lead out of a book; scripts, files and data are none of them.
LINK_SCHEMES = frozenset(("http", "https", "mailto", "tel", "doi", "urn"))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):|//")


def is_forbidden_address(address: str) -> bool:
    """Whether a link must not have an address: it leads out of the book in none of the ``LINK_SCHEMES``."""
    # Browsers pass over controls and spaces in an address (URL Standard, 4.4).
    scheme = _SCHEME.match(re.sub(r"[\x00-\x20\x7f-\xa0]", "", address))
    return scheme is not None and (scheme[1] or "").lower() not in LINK_SCHEMES


TERM = "term"
"""The class of links to the glossary, in the outputs too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A hyperlink. After the passes an internal target is ``#id`` with an id of the whole book."""

    target: str
    content: tuple[Inline, ...]
    title: str = ""
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A footnote.

    ``key`` names a note that is referred to more than once, each reference being a node of its own.
    ``number`` counts within the chapter from 1, known after the passes; ``again`` is set on all
    references to a note but the first, which alone has the content.
    """

    content: tuple[Block, ...]
    key: str = ""
    number: int = 0
    again: bool = False
    span: Span | None = None
