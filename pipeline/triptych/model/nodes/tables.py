"""Tables: columns, rows, cells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from triptych.diagnostics import Span
from triptych.model.nodes.attributes import NO_ATTR, Attr

if TYPE_CHECKING:
    from triptych.model.nodes import Block, Inline


class Align(StrEnum):
    """Alignment of a table column or cell; DEFAULT follows the reading direction."""

    DEFAULT = "default"
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A table cell; spans count columns and rows from 1.

    ``note`` is said of what stands in it, small and on a line of its own, such as the year of a number.
    ``look`` has the classes and the style that HTML gives it, which no output shows. ``shade`` is the step of
    colour behind a number, from -9 to 9; 0 is none.
    """

    content: tuple[Block, ...]
    note: tuple[Inline, ...] = ()
    align: Align = Align.DEFAULT
    colspan: int = 1
    rowspan: int = 1
    look: Attr = NO_ATTR
    shade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A table row."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A table column; ``width`` is a share of the table's width from 0 to 1, or None to fit the content."""

    align: Align = Align.DEFAULT
    width: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; the first ``row_headers`` cells of each body row are headers."""

    columns: tuple[Column, ...]
    head: tuple[Row, ...]
    body: tuple[Row, ...]
    foot: tuple[Row, ...] = ()
    row_headers: int = 0
    caption: tuple[Inline, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None
