"""Tables → XHTML, with header cells that say what they head."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from triptych.languages.customs import direction
from triptych.markup.inlines import is_pinned, shown_classes
from triptych.markup.tables.number_columns import column_aligns, paddings
from triptych.markup.tables.room import is_whole, narrowest, narrowest_of_rows
from triptych.markup.xml import empty, tag, text
from triptych.model.book import Book
from triptych.model.nodes import Align, Block, Cell, Paragraph, Row, Table
from triptych.model.table_grid import placed
from triptych.model.walk import book_nodes, plain_text
from triptych.theme.shades import shade_class

_ROOMY = 30  # em; a table up to here can keep dates, numbers and labels whole on most screens
_SMALLEST = 0.89  # of the type of tables: what is narrower than its words then is told row by row
_TYPE = 0.85  # of that of text
_SHORT = 12  # body rows; a table up to here stays on one page
_SHORT_NOTED = 20  # where cells have notes: what compares so much is seen as a whole, if a page takes it

Blocks = Callable[[tuple[Block, ...]], str]


# Widths in em below which a table's cells stand one below the other (templates/epub/style.css.j2).
STACKS = (*range(8, 30, 2), *range(30, 66, 4))


def table(node: Table, blocks: Blocks, caption: str, language: str = "en", *, stacks: bool = False) -> str:
    """A table element; ``caption`` is XHTML with its label, or "".

    Where a screen has no room for its columns, one that ``stacks`` has its cells one below the other, with
    the heads of their columns: paged reading systems cut what scrolls at the end of a page.
    """
    turned = "ltr" if direction(language) == "rtl" else None
    ems = narrowest(node)
    rough = ems or narrowest(node, rough=True) if stacks and len(node.columns) > 1 else None
    heads = _heads(node) if rough else ()
    aligns, lacking = column_aligns(node, language), paddings(node, language)
    look = _Look(aligns, lacking, node.row_headers, turned, heads)
    parts = [tag("caption", caption)] if caption else []
    if any(column.width for column in node.columns):
        parts.append(tag("colgroup", "".join(_col(column.width) for column in node.columns)))
    if node.head:
        parts.append(tag("thead", _rows(node.head, look, blocks, head=True)))
    parts.append(tag("tbody", _rows(node.body, look, blocks) or _empty_row(node)))
    if node.foot:
        parts.append(tag("tfoot", _rows(node.foot, look, blocks)))
    noted = any(cell.note for row in node.body for cell in row.cells)
    short = "short" if len(node.body) <= (_SHORT_NOTED if noted else _SHORT) else ""
    shared = "shared" if any(column.width for column in node.columns) else ""
    # Screens are told how many em it needs at least, so that its text can be as small as that takes.
    fitted = "fitted" if ems else ""
    roomy = "roomy" if (narrowest(node, whole=True) or inf) <= _ROOMY else ""
    heat = "heat" if any(cell.shade for row in node.body for cell in row.cells) else ""
    # The frame keeps the caption with its table where pages break.
    kinds = ("table", short, shared, fitted, roomy, heat, "noted" if noted else "")
    stack = _stack(rough * _TYPE * (_SMALLEST if ems else 1)) if rough else ""
    pinned = "here" if is_pinned(node.attr) else ""
    names = (*kinds, stack, pinned, *shown_classes(node.attr))
    frame = " ".join(dict.fromkeys(filter(None, names)))
    style = f"--ems: {ems}" if ems else None
    whole = tag("table", "".join(parts))
    return tag("div", whole, id=node.attr.id or None, class_=frame, style=style)


def _heads(node: Table) -> tuple[str, ...]:
    """What heads each column, as plain text."""
    heads: list[list[str]] = [[] for _ in node.columns]
    for row in placed(node.head):
        for column, cell in row:
            words = plain_text(cell.content)
            for own in heads[column : column + cell.colspan] if words else ():
                own.append(words)
    return tuple(map(", ".join, heads))


def _stack(ems: float) -> str:
    """The class of a table that needs so many em of the text around it."""
    return next((f"stack-{width}" for width in STACKS if width >= ems), f"stack-{STACKS[-1]}")


# A header is read out with each of its cells: a formula in one by its words, which also name it.
_SPOKEN = re.compile(r'<math alttext="([^"]*)"')


@dataclass(frozen=True, slots=True)
class _Look:
    """How the columns of a table stand, what numbers lack beside others, how many columns head rows, and what
    heads each of them, where cells say so.
    """

    aligns: Sequence[Align]
    paddings: Mapping[int, str]
    row_headers: int
    number_direction: str | None
    """Numbers are written from left to right in all languages; None where all else is, too."""
    heads: Sequence[str] = ()


def _col(width: float | None) -> str:
    return empty("col", style=f"width: {width * 100:.1f}%" if width else None)


def _empty_row(node: Table) -> str:
    return tag("tr", "".join(tag("td") for _ in node.columns) or tag("td"))


def _rows(rows: tuple[Row, ...], look: _Look, blocks: Blocks, *, head: bool = False) -> str:
    written = []
    for row in placed(rows):
        cells = []
        for column, cell in row:
            heads = ("col" if head else "row") if head or column < look.row_headers else None
            align = cell.align
            if align is Align.DEFAULT and column < len(look.aligns):
                align = look.aligns[column]
            told = "" if head or heads or column >= len(look.heads) else look.heads[column]
            cells.append(_cell(cell, blocks, align, heads, look, told))
        written.append(tag("tr", "".join(cells)))
    return "".join(written)


def _cell(cell: Cell, blocks: Blocks, align: Align, scope: str | None, look: _Look, head: str) -> str:
    content = blocks(cell.content)
    if cell.note:
        note = blocks((Paragraph(content=cell.note, tight=True),))
        content = tag("p", content) + tag("p", note, class_="cell-note")
    lacking = look.paddings.get(id(cell))
    # A header that says nothing is no header.
    name = "th" if scope and content else "td"
    if name == "th":
        content = _SPOKEN.sub(r'\g<0> aria-label="\1"', content)
    return tag(
        name,
        content,
        scope=scope if name == "th" else None,
        class_=" ".join(_classes(cell, align, is_number=lacking is not None)) or None,
        colspan=str(cell.colspan) if cell.colspan > 1 else None,
        rowspan=str(cell.rowspan) if cell.rowspan > 1 else None,
        dir=look.number_direction if lacking is not None else None,
        data_lacking=lacking,
        data_head=head or None,
    )


def _classes(cell: Cell, align: Align, *, is_number: bool) -> Iterator[str]:
    if align is not Align.DEFAULT:
        yield f"align-{align}"
    if is_number:
        yield "number"
    if is_whole(cell):
        yield "whole"
    if cell.shade:
        yield shade_class(cell.shade)


def shades_in(book: Book) -> frozenset[int]:
    """The steps of colour that cells of the book have."""
    tables = book_nodes(book, Table)
    rows = (row for table in tables for row in (*table.head, *table.body, *table.foot))
    return frozenset(cell.shade for row in rows for cell in row.cells if cell.shade)


def plain_table(rows: Sequence[tuple[str, ...]], caption: str, missing: str) -> str:
    """Rows of text, the first being the head, as a table whose first column heads the rows.

    ``missing`` is what a screen reader says of an empty cell. In its frame it stacks, as ``table`` does.
    """
    head, *body = rows
    cells = "".join(tag("th", text(cell), scope="col") if cell else tag("td") for cell in head)
    lines = [tag("tr", cells)]
    foot = []
    for first, *rest in body:
        values = "".join(
            tag("td", text(cell) if cell else tag("span", "–", title=missing), data_head=own or None)
            for own, cell in zip(head[1:], rest, strict=True)
        )
        foot.append(tag("tr", tag("th", text(first), scope="row") + values))
    parts = tag("caption", text(caption)) + tag("thead", lines[0]) + tag("tbody", "".join(foot))
    whole = tag("table", parts, class_="short" if len(body) <= _SHORT else None)
    # It is as large as the text around its frame.
    return tag("div", whole, class_=f"table {_stack(narrowest_of_rows(rows))}")
