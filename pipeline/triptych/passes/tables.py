"""Prepare tables: set column widths, detect row headers and shade heat map cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.languages.numerals import are_years, parse_written_number
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Cell, Column, Paragraph, Row, Table
from triptych.model.tables import compute_shade_steps, list_column_cells, place_cells
from triptych.model.walk import plain_text, rewrite_chapter
from triptych.model.whole_numbers import parse_whole_number

_MAX_CURRENCY_LENGTH = 3  # characters, for example USD
_MIN_NUMBERS = 3  # minimum number of cells with the same unit to report it
_MAX_NAME_LENGTH = 60  # maximum characters of a row header; longer cells are text


def prepare_tables(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Apply column widths, detect row headers, and shade the cells of ``.heatmap`` tables.

    Report LNT036 for a unit that belongs in the column header, and LNT007 for a wrong number of widths.
    """
    arranged = [memory.call(_prepare_chapter_tables, chapter, labels.language) for chapter in book.chapters]
    book = replace(book, chapters=tuple(chapter for chapter, _ in arranged))
    return book, [problem for _, problems in arranged for problem in problems]


def _prepare_chapter_tables(chapter: Chapter, language: str) -> tuple[Chapter, list[Diagnostic]]:
    findings: list[Diagnostic] = []

    def prepare_table(node: Any) -> Any:
        if not isinstance(node, Table):
            return node
        findings.extend((*_report_repeated_units(node, language), *_report_width_count(node)))
        node = replace(node, columns=_apply_widths(node), row_headers=count_row_headers(node))
        return _shade_cells(node, language) if node.attr.has("heatmap") else node

    return rewrite_chapter(chapter, prepare_table, Table), findings


def count_row_headers(table: Table) -> int:
    """Return the number of columns with row headers, as set by ``row-headers`` or the table's source.

    Without either, return 1 if the table has a header row and the first column has a short, unique text in
    each row.
    """
    count = parse_whole_number(table.attr.get("row-headers"))
    if count is not None:
        return min(count, len(table.columns))
    if table.row_headers or not table.head or len(table.columns) < 2 or len(table.body) < 2:
        return table.row_headers
    cells = [cell for row in place_cells(table.body) for place, cell in row if place == 0]
    names = [plain_text(cell.content).strip().casefold() for cell in cells if _can_be_row_header(cell)]
    return 1 if len(names) == len(cells) == len(set(names)) else 0


def _apply_widths(table: Table) -> tuple[Column, ...]:
    """Return the columns with the widths of Quarto's ``tbl-colwidths``, if there is one per column."""
    numbers = _parse_widths(table)
    total = sum(numbers)
    if len(numbers) != len(table.columns) or not total:
        return table.columns
    shares = (number / total for number in numbers)
    return tuple(
        replace(column, width=fraction) for column, fraction in zip(table.columns, shares, strict=True)
    )


def _parse_widths(table: Table) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", table.attr.get("tbl-colwidths"))]


def _report_width_count(table: Table) -> Iterator[Diagnostic]:
    """Report LNT007 unless ``tbl-colwidths`` has one width per column."""
    width_count, columns = len(_parse_widths(table)), len(table.columns)
    if width_count and width_count != columns:
        message = f"`tbl-colwidths` has {width_count} width{'s' * (width_count != 1)}; "
        message += f"the table has {columns} columns"
        hint = 'write one width per column, such as tbl-colwidths="[50,25,25]"'
        yield Diagnostic(code="LNT007", span=table.span, message=message, hint=hint)


def _can_be_row_header(cell: Cell) -> bool:
    """Return whether a cell can be a row header: a single short paragraph in one column."""
    content = cell.content
    is_line = len(content) == 1 and isinstance(content[0], Paragraph) and cell.colspan == 1
    return is_line and 0 < len(plain_text(content).strip()) <= _MAX_NAME_LENGTH


def _report_repeated_units(table: Table, language: str) -> Iterator[Diagnostic]:
    """Report LNT036 for each column whose numbers all have the same unit."""
    for column in range(len(table.columns)) if len(table.head) == 1 else ():
        heads = [plain_text(cell.content) for cell in list_column_cells(table.head, column)]
        texts = [plain_text(cell.content).strip() for cell in list_column_cells(table.body, column)]
        numbers = [parse_written_number(text, language) for text in texts if text]
        # After words, a number is part of a text, as in "Edition (140 pages)"; a currency code is allowed.
        units = {
            number.suffix.strip() if number and len(number.prefix.strip()) <= _MAX_CURRENCY_LENGTH else ""
            for number in numbers
        }
        if heads and len(numbers) >= _MIN_NUMBERS and len(units) == 1 and (unit := units.pop()):
            message = f'every number in the column "{heads[0]}" repeats the unit "{unit}"'
            hint = f'write the unit once, in the header: "{heads[0]} ({unit})"'
            yield Diagnostic(code="LNT036", span=table.span, message=message, hint=hint)


def _shade_cells(table: Table, language: str) -> Table:
    """Set the heat map step of each number in the table body.

    All numbers share one scale or, with ``heatmap=columns``, those of each column.
    """
    columns = range(table.row_headers, len(table.columns))
    groups = [[column] for column in columns] if table.attr.get("heatmap") == "columns" else [list(columns)]
    steps: dict[int, int] = {}
    for group in groups:
        numbers = dict(_find_body_numbers(table, group, language))
        steps.update(
            zip(numbers, compute_shade_steps(list(numbers.values())), strict=True) if numbers else ()
        )

    def shade_row(row: Row) -> Row:
        return Row(cells=tuple(replace(cell, shade=steps.get(id(cell), cell.shade)) for cell in row.cells))

    return replace(table, body=tuple(map(shade_row, table.body)))


def _find_body_numbers(table: Table, columns: list[int], language: str) -> Iterator[tuple[int, float]]:
    for column in columns:
        cells = list_column_cells(table.body, column)
        texts = [plain_text(cell.content).strip() for cell in cells]
        if are_years([text for text in texts if text]):
            continue
        for cell, text in zip(cells, texts, strict=True):
            number = parse_written_number(text, language)
            if number and not number.is_range:
                yield id(cell), number.value
