"""Tables as wide as they need be, with columns weighed by what they hold, and smaller type in wide ones.

The engine sets a table as CSS has it: as wide as it is told, its columns in proportion to their longest
lines.
Here a table is as wide as its columns with some air between them. It fills the measure where it nearly does
so by itself, or where lines have to be broken. One whose words do not fit side by side has smaller type,
within limits (``--least-size``), then a landscape page. One that does not fit there either has type below
these limits, and then words are broken anywhere: it is reported. The frame around it is as wide as the
measure, and so is its caption.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from triptych.writers.print.layout.patches.tables.measured_cells import classes_of, measured
from triptych.writers.print.layout.patches.tables.type_size import (
    as_written,
    least_size,
    scale,
    scales,
    scales_below,
)
from triptych.writers.print.layout.patches.tables.weighing import Cell, Span, smallest, weigh
from triptych.writers.print.layout.patches.tables.wide_tables import note_wide

_SHORT = 8.0  # em; a cell up to here is broken into lines only if that gains much
_AIR = 1.0  # em that come to the space between columns where there is room
_MOST_AIR = 2.4  # em; a table that fills its measure with less than that does so
_HARDLY_SMALLER = 0.9  # down to here type is made smaller to keep dates and numbers whole
_SQUARE = 4.0  # em that a column of colour has at least
_SHADE = re.compile(r"shade-").match  # of a cell's classes that say its colour
SQUEEZED = "triptych_squeezed"  # of a table: how much smaller its type is than allowed, in CSS pixels
_KEPT = "triptych_columns"  # what is kept with the engine's tables
_ROUNDING = 0.01  # CSS pixels


def table_wrapper_width(find: Callable[..., None]) -> Callable[..., None]:
    """Columns are weighed in tables that are not given a width."""

    from weasyprint.formatting_structure.boxes import BlockLevelBox

    def weigh_columns(context: Any, wrapper: Any, containing_block: Any) -> None:
        table = wrapper.get_wrapped_table()
        if table.style["width"] != "auto":
            find(context, wrapper, containing_block)
            return
        margins = sum(m for m in (wrapper.margin_left, wrapper.margin_right) if m != "auto")
        available = containing_block[0] - margins
        _set_widths(context, table, containing_block, available)
        fills = wrapper.is_in_normal_flow() and isinstance(wrapper, BlockLevelBox)
        wrapper.width = max(table.width, available) if fills else table.width
        if table.style["direction"] == "rtl":
            table.margin_left = wrapper.width - table.width  # the engine has all tables begin at the left

    return weigh_columns


def _set_widths(context: Any, table: Any, containing_block: Any, available: float) -> None:
    """Give a table its columns' widths, and its cells their type and the space between them."""
    from weasyprint.layout.percent import resolve_percentages

    resolve_percentages(table, containing_block)
    kept: tuple[float, list[float]] | None = getattr(table, _KEPT, None)
    if kept is None or kept[0] != available:
        setattr(table, _KEPT, (available, _columns(context, table, available)))
        kept = getattr(table, _KEPT)
    table.column_widths = list(kept[1])
    table.width = sum(kept[1])


def _columns(context: Any, table: Any, available: float) -> list[float]:
    vars(table).pop(SQUEEZED, None)
    table.width = available  # to which shares in the style sheet refer
    as_written(table)
    columns, spans = measured(context, table)
    if _lacks(columns, spans, available, whole=True):
        columns, spans = _in_smaller_type(context, table, available)
        if _lacks(columns, spans, available):
            note_wide(context, table)
            columns, spans = _squeezed(context, table, available)
    size = float(table.style["font_size"])
    widths = weigh(columns, available, short=_SHORT * size, spans=spans)
    if shaded := _shaded_columns(table):
        widths = _even(widths, shaded, _SQUARE * size, available)
    spare = available - sum(widths)
    airy = [n for n, column in enumerate(columns[:-1]) if any(column) and n not in shaded]
    if spare < _ROUNDING or not airy:
        return widths
    air = spare / len(airy) if spare <= _MOST_AIR * size * len(airy) else _AIR * size
    _add_air(table, air, airy)
    return [width + air if n in airy else width for n, width in enumerate(widths)]


def _even(widths: list[float], columns: frozenset[int], least: float, available: float) -> list[float]:
    """Columns of colour are of one width, where there is room for it."""
    wanted = max(least, *(widths[column] for column in columns))
    even = [wanted if column in columns else width for column, width in enumerate(widths)]
    return even if sum(even) <= available else widths


def _shaded_columns(table: Any) -> frozenset[int]:
    """The columns in which cells have a colour behind their number."""
    return frozenset(cell.grid_x for cell in _cells(table) if any(map(_SHADE, classes_of(cell))))


def _lacks(
    columns: Sequence[Sequence[Cell | None]], spans: Sequence[Span], available: float, *, whole: bool = False
) -> bool:
    return smallest(columns, spans, whole=whole) > available + _ROUNDING


def _in_smaller_type(
    context: Any, table: Any, available: float
) -> tuple[list[list[Cell | None]], list[Span]]:
    """The cells in the largest type in which words fit side by side, or the smallest that there may be.

    Dates, numbers and short labels count as well, as long as hardly smaller type keeps them whole.
    """
    found = measured(context, table)
    needs_whole = not _lacks(*found, available)
    for share in scales(table):
        if needs_whole and share < _HARDLY_SMALLER:
            break
        scale(table, share)
        smaller = measured(context, table)
        if not _lacks(*smaller, available, whole=needs_whole):
            return smaller
        if not needs_whole:
            found = smaller
    if needs_whole:
        as_written(table)
        found = measured(context, table)
    return found


def _squeezed(context: Any, table: Any, available: float) -> tuple[list[list[Cell | None]], list[Span]]:
    """The cells of a table in type smaller than allowed; words are broken as a last resort."""
    size, shares = float(table.style["font_size"]), list(scales_below(table))
    least = least_size(table.style) or size
    for share, breaks in [*((share, False) for share in shares), (min([1.0, *shares]), True)]:
        scale(table, share, breaks=breaks)
        found = measured(context, table)
        if not _lacks(*found, available):
            break
    setattr(table, SQUEEZED, max(least - share * size, 0.0))
    return found


def _add_air(table: Any, air: float, columns: Sequence[int]) -> None:
    """More space behind some columns."""
    from weasyprint.css.properties import Dimension

    side = "padding_left" if table.style["direction"] == "rtl" else "padding_right"
    aired: dict[tuple[int, float], Any] = {}
    for cell in _cells(table):
        if cell.grid_x + cell.colspan - 1 in columns:
            padding = getattr(cell, side) + air
            style = aired.get(key := (id(cell.style), padding))
            if style is None:
                style = aired[key] = cell.style.copy()
                style[side] = Dimension(padding, "px")
            cell.style = style


def _cells(table: Any) -> Iterator[Any]:
    for group in table.children:
        for row in group.children:
            yield from row.children
