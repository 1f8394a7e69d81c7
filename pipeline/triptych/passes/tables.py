"""What tables are like, however they were written: widths, which cells head rows, colours behind numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.languages.numerals import are_years, read_number
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Cell, Column, Paragraph, Row, Table
from triptych.model.tables import column_cells, place_cells, shade_steps
from triptych.model.walk import plain_text, rewrite_chapter
from triptych.model.whole_numbers import whole_number

_LONGEST_CURRENCY = 3  # characters, such as USD
_ENOUGH = 3  # numbers behind which a unit tires
_LONGEST = 60  # letters of what heads a row; more is a text of its own


def arrange_tables(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Tables with their author's widths, row heads by one rule, and shades where ``.heatmap`` asks for them.

    LNT036 where a unit would better stand in the head of its column, LNT007 for widths that do not fit.
    """
    arranged = [memory.call(_arranged, chapter, labels.language) for chapter in book.chapters]
    book = replace(book, chapters=tuple(chapter for chapter, _ in arranged))
    return book, [one for _, found in arranged for one in found]


def _arranged(chapter: Chapter, language: str) -> tuple[Chapter, list[Diagnostic]]:
    found: list[Diagnostic] = []

    def arrange(node: Any) -> Any:
        if not isinstance(node, Table):
            return node
        found.extend((*_repeated_units(node, language), *_odd_widths(node)))
        node = replace(node, columns=_with_widths(node), row_headers=row_heads(node))
        return _heated(node, language) if node.attr.has("heatmap") else node

    return rewrite_chapter(chapter, arrange, Table), found


def row_heads(table: Table) -> int:
    """How many columns head their rows: as ``row-headers`` says, or the table's own source.

    Else it is the first one where it names each row: under a head, beside other columns, in each of its cells
    a short text, and none twice.
    """
    written = whole_number(table.attr.get("row-headers"))
    if written is not None:
        return min(written, len(table.columns))
    if table.row_headers or not table.head or len(table.columns) < 2 or len(table.body) < 2:
        return table.row_headers
    cells = [cell for row in place_cells(table.body) for place, cell in row if place == 0]
    names = [plain_text(cell.content).strip().casefold() for cell in cells if _is_name(cell)]
    return 1 if len(names) == len(cells) == len(set(names)) else 0


def _with_widths(table: Table) -> tuple[Column, ...]:
    """Columns with the shares of Quarto's ``tbl-colwidths="[30,70]"``; as they are where it does not fit."""
    numbers = _written_widths(table)
    whole = sum(numbers)
    if len(numbers) != len(table.columns) or not whole:
        return table.columns
    shares = (number / whole for number in numbers)
    return tuple(replace(column, width=share) for column, share in zip(table.columns, shares, strict=True))


def _written_widths(table: Table) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", table.attr.get("tbl-colwidths"))]


def _odd_widths(table: Table) -> Iterator[Diagnostic]:
    """Yield LNT007 where ``tbl-colwidths`` has another number of widths than the table has columns."""
    written, columns = len(_written_widths(table)), len(table.columns)
    if written and written != columns:
        message = (
            f"`tbl-colwidths` has {written} width{'s' * (written != 1)}; the table has {columns} columns"
        )
        hint = 'write one width per column, such as tbl-colwidths="[50,25,25]"'
        yield Diagnostic(code="LNT007", span=table.span, message=message, hint=hint)


def _is_name(cell: Cell) -> bool:
    content = cell.content
    is_line = len(content) == 1 and isinstance(content[0], Paragraph) and cell.colspan == 1
    return is_line and 0 < len(plain_text(content).strip()) <= _LONGEST


def _repeated_units(table: Table, language: str) -> Iterator[Diagnostic]:
    """LNT036 for each column with a head whose cells are numbers with one unit; empty ones don't count."""
    for column in range(len(table.columns)) if len(table.head) == 1 else ():
        heads = [plain_text(cell.content) for cell in column_cells(table.head, column)]
        texts = [plain_text(cell.content).strip() for cell in column_cells(table.body, column)]
        numbers = [read_number(text, language) for text in texts if text]
        # Words before a number make it part of a text, as in "Edition (140 pages)"; a currency does not.
        units = {
            number.after.strip() if number and len(number.before.strip()) <= _LONGEST_CURRENCY else ""
            for number in numbers
        }
        if heads and len(numbers) >= _ENOUGH and len(units) == 1 and (unit := units.pop()):
            message = f'every number in the column "{heads[0]}" repeats the unit "{unit}"'
            hint = f'write the unit once, in the header: "{heads[0]} ({unit})"'
            yield Diagnostic(code="LNT036", span=table.span, message=message, hint=hint)


def _heated(table: Table, language: str) -> Table:
    """Each number in the rows of a table, but its heads and sums, with a step of colour by its value.

    All numbers have one scale, or those of each column one with ``heatmap=columns``.
    """
    columns = range(table.row_headers, len(table.columns))
    groups = [[column] for column in columns] if table.attr.get("heatmap") == "columns" else [list(columns)]
    steps: dict[int, int] = {}
    for group in groups:
        numbers = dict(_numbers(table, group, language))
        steps.update(zip(numbers, shade_steps(list(numbers.values())), strict=True) if numbers else ())

    def shaded(row: Row) -> Row:
        return Row(cells=tuple(replace(cell, shade=steps.get(id(cell), cell.shade)) for cell in row.cells))

    return replace(table, body=tuple(map(shaded, table.body)))


def _numbers(table: Table, columns: list[int], language: str) -> Iterator[tuple[int, float]]:
    for column in columns:
        cells = column_cells(table.body, column)
        texts = [plain_text(cell.content).strip() for cell in cells]
        if are_years([text for text in texts if text]):
            continue
        for cell, text in zip(cells, texts, strict=True):
            number = read_number(text, language)
            if number and not number.is_range:
                yield id(cell), number.value
