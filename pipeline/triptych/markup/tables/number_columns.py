"""Columns of numbers: set to the right, one decimal mark under the other.

Figures are of one width in tables. So a number with fewer decimals than others of its column takes unseen
ones behind it, which no reader hears and no search finds: the style sheet makes them of an attribute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from triptych.languages.written_numbers import WrittenNumber, are_years, decimal_mark, read_number
from triptych.model.nodes import Align, Cell, Note, Paragraph, Table
from triptych.model.table_grid import column_cells
from triptych.model.walk import plain_text, walk

_CALL = "0"  # room for the number of a note, which takes none of its own and hangs over this
_MOSTLY = 0.6  # of the cells that say something; others say why there is no number


def column_aligns(table: Table, language: str) -> list[Align]:
    """How columns stand: as their author says, else those of amounts to the right."""
    return [
        Align.RIGHT
        if column.align is Align.DEFAULT and _has_amounts(table, place, language)
        else column.align
        for place, column in enumerate(table.columns)
    ]


def paddings(table: Table, language: str) -> Mapping[int, str]:
    """By the ``id()`` of a cell, what it lacks behind its number beside the widest of its column, or "".

    Cells of columns in which none lacks anything are left out.
    """
    found: dict[int, str] = {}
    for place, align in enumerate(column_aligns(table, language)):
        if align is not Align.RIGHT:
            continue
        cells = column_cells((*table.body, *table.foot), place)
        numbers = {
            id(cell): number
            for cell in cells
            if _is_line(cell) and (number := read_number(plain_text(cell.content), language))
        }
        lacking = _paddings(numbers, decimal_mark(language))
        if any(isinstance(node, Note) for cell in cells if id(cell) in numbers for node in walk(cell)):
            lacking = {cell: lacking.get(cell, "") + _CALL for cell in numbers}
        found.update(lacking)
    return found


def _paddings(numbers: Mapping[int, WrittenNumber], mark: str) -> Mapping[int, str]:
    """What numbers lack; nothing where different units stand behind them."""
    longest = max((number.after for number in numbers.values()), key=len, default="")
    if not all(longest.startswith(number.after) for number in numbers.values()):
        return {}
    places = max((len(number.fraction) for number in numbers.values()), default=0)
    lacking = {}
    for cell, number in numbers.items():
        digits = "0" * (places - len(number.fraction))
        unseen = mark + digits[1:] if digits and not number.fraction else digits
        lacking[cell] = unseen + longest.removeprefix(number.after)
    return lacking if any(lacking.values()) else {}


def _has_amounts(table: Table, column: int, language: str) -> bool:
    cells = column_cells(table.body, column)
    texts = [words for cell in cells if (words := plain_text(cell.content).strip())]
    numbers = [number for text in texts if (number := read_number(text, language)) and number.is_amount]
    return len(numbers) > 1 and len(numbers) >= _MOSTLY * len(texts) and not are_years(texts)


def _is_line(cell: Cell) -> bool:
    content: Sequence[object] = cell.content
    return len(content) == 1 and isinstance(content[0], Paragraph)
