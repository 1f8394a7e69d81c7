"""The index of a book: its marks in the text, and its entries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.nodes.attributes import NO_ATTR, Attr

if TYPE_CHECKING:
    from triptych.model.nodes import Inline


class Extent(StrEnum):
    """What an index mark marks: one place, or an end of a passage."""

    PLACE = "place"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTerm:
    """An entry or sub-entry as the index prints it; ``sort`` is what it is sorted by."""

    content: tuple[Inline, ...]
    sort: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexMark:
    """A place that the index names; it shows nothing where it stands.

    ``path`` is the entry and its sub-entries. ``see`` and ``see_also`` are paths, as written, of other
    entries; a mark with ``see`` names no place. ``main`` is set on the chief place of an entry.
    """

    path: tuple[IndexTerm, ...]
    extent: Extent = Extent.PLACE
    see: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    main: bool = False
    attr: Attr = NO_ATTR
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """A place that an index entry leads to: ids in the text, ``end`` where it is a passage.

    ``words`` name the place where pages have no numbers: those of the section it is in.
    """

    target: str
    words: str
    end: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossEntry:
    """Another entry that an index entry leads to: what it is called, and its id."""

    content: tuple[Inline, ...]
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """A line of the index with the lines below it."""

    content: tuple[Inline, ...]
    locators: tuple[Locator, ...] = ()
    see: tuple[CrossEntry, ...] = ()
    see_also: tuple[CrossEntry, ...] = ()
    children: tuple[IndexEntry, ...] = ()
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexGroup:
    """The entries that begin with one letter; ``letter`` is "" for signs and figures."""

    letter: str
    entries: tuple[IndexEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexList:
    """The index of the book; its groups are known after the passes."""

    groups: tuple[IndexGroup, ...] = ()
    span: Span | None = None
