"""Set the spans, scopes and headers of table cells in the structure tree (ISO 32000-1, 14.8.5.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from triptych.model.whole_numbers import parse_whole_number
from triptych.writers.print.quire import Attributes, StructureElement
from triptych.writers.print.structure_nodes import StructureNode

_MAX_COLUMN_SPAN = 1000  # maximum column span of a cell (HTML, 4.9.12)
_PART_ORDER = {"Caption": 0, "THead": 1, "TFoot": 3}  # sort keys of the parts of a table; rows have the key 2


@dataclass(frozen=True, slots=True)
class _Cell:
    """A table cell: its first row and column in the grid, its row and column spans, and its scope."""

    element: Any
    row: int
    column: int
    row_span: int
    column_span: int
    scope: str  # "" for data cells


def complete_table(
    table: Any, nodes: Mapping[Any, StructureNode | None], new_id: Callable[[str], str]
) -> None:
    """Sort the kids of a Table, and set the attributes of its cells (ISO 32000-1, table 349)."""
    table_node = nodes[table]
    assert table_node is not None
    table_node.element.kids.sort(
        key=lambda kid: _PART_ORDER.get(kid.tag, 2) if isinstance(kid, StructureElement) else 2
    )
    cells = [cell for cell in _find_cells(table) if nodes.get(cell.element) is not None]
    headers = (
        _find_headers(cells)
        if any(cell.scope and cell.row_span * cell.column_span > 1 for cell in cells)
        else {}
    )
    referenced_headers = {header for headers_of_cell in headers.values() for header in headers_of_cell}
    ids = {cell.element: new_id("header") for cell in cells if cell.element in referenced_headers}
    for cell in cells:
        node = nodes[cell.element]
        assert node is not None
        attributes: Attributes = {}
        if cell.scope:
            attributes["Scope"] = cell.scope
        if cell.column_span > 1:
            attributes["ColSpan"] = cell.column_span
        if cell.row_span > 1:
            attributes["RowSpan"] = cell.row_span
        if headers_of_cell := headers.get(cell.element):
            attributes["Headers"] = [ids[header] for header in headers_of_cell]
        if attributes:
            node.element.attributes["Table"] = attributes
        if cell.element in ids:
            node.element.text_entries["ID"] = ids[cell.element]


def _find_cells(table: Any) -> Iterator[_Cell]:
    """Yield the table's cells with grid positions (HTML, 4.9.12.1). Row spans end with their row group."""
    number = 0
    for group in _iter_row_groups(table):
        rows_left: dict[int, int] = {}  # number of further rows covered by a cell above, by column
        for index, row in enumerate(group):
            column = 0
            below = {place: rows - 1 for place, rows in rows_left.items() if rows > 1}
            for element in row:
                if element.tag not in ("td", "th"):
                    continue
                while column in rows_left:
                    column += 1
                rows = _read_span(element.get("rowspan"), len(group) - index)
                columns = _read_span(element.get("colspan"), _MAX_COLUMN_SPAN)
                yield _Cell(element, number, column, rows, columns, _find_scope(element, row, table))
                if rows > 1:
                    below.update(dict.fromkeys(range(column, column + columns), rows - 1))
                column += columns
            rows_left = below
            number += 1


def _iter_row_groups(table: Any) -> Iterator[list[Any]]:
    """Yield the rows outside row groups, then the rows of each row group of a table."""
    loose = [row for row in table if row.tag == "tr"]
    if loose:
        yield loose
    for group in table:
        if group.tag in ("thead", "tbody", "tfoot"):
            yield [row for row in group if row.tag == "tr"]


def _read_span(text: str | None, maximum: int) -> int:
    """Return a row or column span of at most ``maximum``.

    Return ``maximum`` if the span is 0, and 1 if it is missing or invalid.
    """
    number = parse_whole_number(text or "1")
    return min(1 if number is None else number or maximum, maximum)


def _find_scope(element: Any, row: Any, table: Any) -> str:
    if element.tag != "th":
        return ""
    scope = element.get("scope") or ""
    if scope.startswith(("row", "col")):
        return "Row" if scope.startswith("row") else "Column"
    heads_row = element is next(iter(row), None) and any(cell.tag == "td" for cell in row)
    return "Row" if heads_row else "Column"


def _find_headers(cells: list[_Cell]) -> dict[Any, list[Any]]:
    """Return the header cells of each cell: first those above it, then those before it in its rows."""
    column_headers: defaultdict[int, list[_Cell]] = defaultdict(list)
    row_headers: defaultdict[int, list[_Cell]] = defaultdict(list)
    for cell in cells:
        for column in range(cell.column, cell.column + cell.column_span) if cell.scope == "Column" else ():
            column_headers[column].append(cell)
        for row in range(cell.row, cell.row + cell.row_span) if cell.scope == "Row" else ():
            row_headers[row].append(cell)
    headers: dict[Any, list[Any]] = {}
    for cell in cells:
        above = (
            header
            for column in range(cell.column, cell.column + cell.column_span)
            for header in column_headers[column]
            if header.row < cell.row
        )
        before = (
            header
            for row in range(cell.row, cell.row + cell.row_span)
            for header in row_headers[row]
            if header.column < cell.column
        )
        headers[cell.element] = list(dict.fromkeys(header.element for header in (*above, *before)))
    return headers
