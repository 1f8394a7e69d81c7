"""Fit tables into a box: choose text size, column widths, row heights and alignment; split long tables.

All lengths are in points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from triptych.model.nodes import Align
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.line_breaking import (
    Piece,
    balance_pages,
    break_lines,
    measure_unbroken_text,
    measure_widest_unit,
)
from triptych.writers.deck.fitting.text import (
    BULLET_INDENT,
    Level,
    get_number_indent,
    make_pieces,
    measure_line_spacing,
)
from triptych.writers.deck.slides import Para, Run, TableBody, TableCell, join_run_text

WHOLE_SIZES = (24.0, 22.0, 20.0, 18.0, 16.0, 14.0, 13.0, 12.0)  # sizes to try if the table is on one slide
SPLIT_SIZES = (16.0, 14.0, 12.0)  # sizes to try if the table continues on several slides
MIN_UNBROKEN_SIZE = 18.0  # at or above this size, fewer line breaks are better than larger text
SIDE_PADDING = 8.0  # left and right padding of cells
PADDING = 3.0  # minimum top and bottom padding of cells
ROOMY_PADDING = 18.0  # maximum top and bottom padding of cells
_HEAT_MAP_PADDING = 26.0  # maximum top and bottom padding of the cells of a heat map
CELL_RESERVE = 1.0  # reserve between the text and the edge of a cell
_HORIZONTAL_PADDING = 2 * SIDE_PADDING + CELL_RESERVE
_ROUNDING = 1e-6  # tolerance for sums of widths

_MAX_UNBREAKABLE_LENGTH = 14  # maximum number of characters in a date or number that must not be broken
# Columns up to _MAX_COMPACT_FRACTION of the table width are not broken if at least _MIN_REMAINING_FRACTION is
# left for the other columns.
_MAX_COMPACT_FRACTION, _MIN_REMAINING_FRACTION = 0.24, 0.45
# The factor by which narrow tables are widened, their minimum fraction of the width, and the fraction above
# which they fill the width.
_WIDENING_FACTOR, _MIN_WIDTH_FRACTION, _FULL_WIDTH_FRACTION = 1.5, 0.5, 0.7
_MAX_HEIGHT_RATIO = 1.8  # rows up to this height ratio are made equally high

Row = tuple[TableCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedTable:
    """A table on one slide, including its repeated header rows.

    ``heights`` are minimum row heights; ``padding`` is the padding at the top and bottom of cells.
    """

    rows: tuple[Row, ...]
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    padding: float
    alignments: tuple[str, ...] = ()
    has_line_breaks: bool = False
    """Whether a line of text was broken."""


def fit_table(table: TableBody, width: float, height: float, theme: Theme) -> list[FittedTable] | None:
    """Fit a table on one slide, or split it evenly over several slides.

    Return None if no size fits. Small notes in cells are placed below the cell text, or beside it if this
    allows larger text. They are omitted if the table fits on one slide only without them.
    """
    aligns = choose_column_alignments(table)
    return [
        replace(part, alignments=aligns) for part in _fit_table_parts(table, width, height, theme)
    ] or None


def _fit_table_parts(table: TableBody, width: float, height: float, theme: Theme) -> list[FittedTable]:
    flat, without_notes = (
        _merge_small_notes(table, keeps_notes=True),
        _merge_small_notes(table, keeps_notes=False),
    )
    forms = (table,) if flat == table else (table, flat)
    wholes = [
        fitted_whole for form in forms if (fitted_whole := _fit_whole_table(form, width, height, theme))
    ]
    if (
        not wholes
        and without_notes != table
        and (fitted_whole := _fit_whole_table(without_notes, width, height, theme))
    ):
        wholes.append(fitted_whole)
    if wholes:
        equalised = _equalise_row_heights(
            max(wholes, key=lambda fitted: fitted.size), table.header_rows, height
        )
        if _is_heat_map(table) and not table.width_fractions:
            equalised = _stretch_columns(equalised, width)
        max_padding = _HEAT_MAP_PADDING if _is_heat_map(table) else ROOMY_PADDING
        return [_add_padding(equalised, _compute_extra_padding(equalised, height, max_padding))]
    table = flat
    for size in SPLIT_SIZES:
        fitted = _fit_table_at_size(table, size, width, theme)
        parts = fitted and _split_table(fitted, table.header_rows, height)
        if parts:
            return parts
    return []


def _fit_whole_table(table: TableBody, width: float, height: float, theme: Theme) -> FittedTable | None:
    """Fit a table on one slide at the best size; return None if no size fits."""
    fitting = (
        fitted
        for size in WHOLE_SIZES
        if (fitted := _fit_table_at_size(table, size, width, theme)) and sum(fitted.heights) <= height
    )
    fitted_whole = next(fitting, None)
    smaller = (other for other in fitting if other.size >= MIN_UNBROKEN_SIZE and not other.has_line_breaks)
    return (next(smaller, None) if fitted_whole and fitted_whole.has_line_breaks else None) or fitted_whole


def _merge_small_notes(table: TableBody, *, keeps_notes: bool) -> TableBody:
    """Append the small notes in cells to the text above them.

    If ``keeps_notes`` is false, remove the notes instead.
    """

    def merge(cell: TableCell) -> TableCell:
        if len(cell.paras) != 2 or not all(run.small for run in cell.paras[1].runs):
            return cell
        cell_text, small = cell.paras
        runs = (*cell_text.runs, Run(text="\u2002"), *small.runs) if keeps_notes else cell_text.runs
        return replace(cell, paras=(replace(cell_text, runs=runs),))

    return replace(table, rows=tuple(tuple(map(merge, row)) for row in table.rows))


def compute_column_widths(
    min_widths: Sequence[float], max_widths: Sequence[float], width: float, fractions: Sequence[float] = ()
) -> tuple[float, ...] | None:
    """Return the column widths of a table that is at most ``width`` wide.

    ``min_widths`` and ``max_widths`` are the useful minimum and maximum width of each column. Return None if
    the minimum widths do not fit.

    The author may set ``fractions`` of the table width for the columns; they are used unless they cause
    needless line breaks. Otherwise, as in CSS, each column gets its minimum width, and the remaining width is
    divided in proportion to the difference between maximum and minimum. Narrow columns get their maximum
    width if enough is left for the others. A table that needs little space stays narrow.
    """
    if sum(min_widths) > width:
        return None
    if not fractions and sum(max_widths) <= width:
        wanted_width = sum(max_widths)
        target = max(wanted_width * _WIDENING_FACTOR, width * _MIN_WIDTH_FRACTION)
        target = max(wanted_width, target if target < width * _FULL_WIDTH_FRACTION else width)
        return tuple(column_width * target / wanted_width for column_width in max_widths)
    min_widths = max_widths if sum(max_widths) <= width else _raise_min_widths(min_widths, max_widths, width)
    if fractions:
        return _apply_width_fractions(min_widths, width, fractions)
    excess = sum(max_widths) - sum(min_widths)
    fraction = (width - sum(min_widths)) / excess if excess else 0.0
    return tuple(low + (high - low) * fraction for low, high in zip(min_widths, max_widths, strict=True))


def _raise_min_widths(min_widths: Sequence[float], max_widths: Sequence[float], width: float) -> list[float]:
    """Raise the minimum widths of narrow columns to their maximum widths if the others keep enough space."""
    raised = list(min_widths)
    for column in sorted(range(len(max_widths)), key=lambda column: max_widths[column]):
        extra_width = max_widths[column] - raised[column]
        others = [
            place for place in range(len(max_widths)) if raised[place] < max_widths[place] and place != column
        ]
        free = width - sum(raised) - extra_width + sum(raised[place] for place in others)
        needed_width = min(width * _MIN_REMAINING_FRACTION, sum(max_widths[place] for place in others))
        if (
            max_widths[column] > width * _MAX_COMPACT_FRACTION
            or sum(raised) + extra_width > width
            or free < needed_width
        ):
            break
        raised[column] = max_widths[column]
    return raised


def _apply_width_fractions(
    min_widths: Sequence[float], width: float, fractions: Sequence[float]
) -> tuple[float, ...]:
    """Return the author's column widths, raised to the minimum widths where necessary."""
    table_width = max(width * min(1.0, sum(fractions)), sum(min_widths))
    fixed: dict[int, float] = {}
    while True:
        free = table_width - sum(fixed.values())
        others = (
            sum(column_fraction for column, column_fraction in enumerate(fractions) if column not in fixed)
            or 1.0
        )
        widths = tuple(
            fixed.get(column, free * column_fraction / others)
            for column, column_fraction in enumerate(fractions)
        )
        too_narrow = {column: low for column, low in enumerate(min_widths) if widths[column] < low - 1e-9}
        if not too_narrow or too_narrow.keys() <= fixed.keys():
            return widths
        fixed |= too_narrow


def get_cell_indent(para: Para) -> float:
    """Return the indent in points for the bullet or number of a paragraph in a cell."""
    if para.number is not None:
        return get_number_indent(para) * (para.level + 1)
    return BULLET_INDENT * (para.level + 1) if para.bullet or para.level else 0.0


@dataclass(frozen=True, slots=True)
class _MeasuredCell:
    """A table cell with measured content.

    ``paras`` has the pieces and the indent of each paragraph. ``min_width`` is the minimum useful width,
    ``min_unbroken_width`` the minimum width that keeps dates and numbers unbroken, and ``max_width`` the
    width without line breaks.
    """

    paras: tuple[tuple[list[Piece], float], ...]
    line_spacing: float
    min_width: float
    min_unbroken_width: float
    max_width: float

    def count_lines(self, width: float) -> int:
        """Return the number of lines of the cell's text in a column of ``width`` points."""
        inner = width - _HORIZONTAL_PADDING + _ROUNDING
        return sum(len(break_lines(text, inner - margin)) for text, margin in self.paras) or 1


def _fit_table_at_size(table: TableBody, size: float, width: float, theme: Theme) -> FittedTable | None:
    if not table.rows:
        return None
    measured = [list(_iter_measured_cells(table, number, size, theme)) for number in range(len(table.rows))]
    columns = len(table.rows[0])
    max_widths = _compute_needed_widths(table, [cell.max_width for row in measured for cell in row], columns)
    cells = [cell for row in measured for cell in row]
    for cell_widths in ([cell.min_unbroken_width for cell in cells], [cell.min_width for cell in cells]):
        min_widths = _compute_needed_widths(table, cell_widths, columns)
        widths = compute_column_widths(min_widths, max_widths, width, table.width_fractions)
        if widths is not None:
            break
    else:
        return None
    heights, has_line_breaks = _compute_row_heights(table, measured, widths)
    return FittedTable(
        rows=table.rows,
        size=size,
        widths=widths,
        heights=heights,
        padding=PADDING,
        has_line_breaks=has_line_breaks,
    )


def _compute_needed_widths(table: TableBody, cell_widths: Sequence[float], columns: int) -> list[float]:
    """Return the width that each column needs.

    If a spanning cell needs more, the additional width is divided among its columns. The columns with shaded
    cells of a heat map have the same width.
    """
    widths, wide = [0.0] * columns, []
    for index, cell in enumerate(cell for row in table.rows for cell in row):
        column = index % columns
        if cell.columns == 1:
            widths[column] = max(widths[column], cell_widths[index])
        else:
            wide.append((range(column, min(column + cell.columns, columns)), cell_widths[index]))
    for spanned_columns, cell_width in wide:
        missing = cell_width - sum(widths[column] for column in spanned_columns)
        for column in spanned_columns:
            widths[column] += max(0.0, missing) / len(spanned_columns)
    shaded = [column for column in range(columns) if _has_shade(table, column)]
    widest = max((widths[column] for column in shaded), default=0.0)
    return [widest if column in shaded else wanted for column, wanted in enumerate(widths)]


def _has_shade(table: TableBody, column: int) -> bool:
    return any(row[column].shade for row in table.rows)


def _compute_row_heights(
    table: TableBody, measured_rows: Sequence[Sequence[_MeasuredCell]], widths: Sequence[float]
) -> tuple[tuple[float, ...], bool]:
    """Return the row heights, and whether any line of text is broken."""
    column_edges = [0.0, *accumulate(widths)]
    line = max((cell.line_spacing for row in measured_rows for cell in row), default=0.0)
    counts, high, has_line_breaks = [1] * len(measured_rows), [], False
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(row):
            measured_cell = measured_rows[number][column]
            lines = measured_cell.count_lines(
                column_edges[min(column + cell.columns, len(widths))] - column_edges[column]
            )
            has_line_breaks = has_line_breaks or lines > max(1, measured_cell.count_lines(float("inf")))
            if cell.rows == 1:
                counts[number] = max(counts[number], lines)
            else:
                high.append((range(number, min(number + cell.rows, len(counts))), lines))
    for spanned_rows, lines in high:
        counts[spanned_rows[-1]] += max(0, lines - sum(counts[number] for number in spanned_rows))
    return tuple(count * line + 2 * PADDING + CELL_RESERVE for count in counts), has_line_breaks


def _iter_measured_cells(table: TableBody, number: int, size: float, theme: Theme) -> Iterator[_MeasuredCell]:
    for column, cell in enumerate(table.rows[number]):
        bold = number < table.header_rows or column < table.row_headers
        level = Level(size=size, family=theme.sans, bold=bold)
        paras = tuple((make_pieces(para.runs, level, theme), get_cell_indent(para)) for para in cell.paras)
        line = max((measure_line_spacing(para.runs, level, theme) for para in cell.paras), default=0.0) * size
        line = line or measure_line_spacing((), level, theme) * size
        min_width = (
            max((measure_widest_unit(text) + margin for text, margin in paras), default=0.0)
            + _HORIZONTAL_PADDING
        )
        max_width = (
            max((measure_unbroken_text(text) + margin for text, margin in paras), default=0.0)
            + _HORIZONTAL_PADDING
        )
        yield _MeasuredCell(
            paras, line, min_width, max_width if _is_unbreakable(cell) else min_width, max_width
        )


def _is_unbreakable(cell: TableCell) -> bool:
    """Return whether a cell contains a date or a number, which must not be broken."""
    text = join_run_text(cell.runs).strip()
    return len(text) <= _MAX_UNBREAKABLE_LENGTH and any(character.isdigit() for character in text)


def _equalise_row_heights(table: FittedTable, header_rows: int, height: float) -> FittedTable:
    """Give body rows the same height if their heights are similar and the table still fits."""
    body = table.heights[header_rows:]
    if not body or max(body) > _MAX_HEIGHT_RATIO * min(body):
        return table
    if sum(table.heights[:header_rows]) + max(body) * len(body) > height:
        return table
    return replace(table, heights=(*table.heights[:header_rows], *(max(body) for _ in body)))


def _is_heat_map(table: TableBody) -> bool:
    """Return whether the cells of a table are coloured by their values."""
    return any(cell.shade for row in table.rows for cell in row)


def _stretch_columns(table: FittedTable, width: float) -> FittedTable:
    """Widen the columns to fill ``width``, so that the coloured cells are as large as possible."""
    factor = width / sum(table.widths)
    return replace(table, widths=tuple(column_width * factor for column_width in table.widths))


def _compute_extra_padding(table: FittedTable, height: float, max_padding: float = ROOMY_PADDING) -> float:
    free_height = (height - sum(table.heights)) / (2 * max(1, len(table.heights)))
    return min(max_padding - PADDING, free_height)


def _add_padding(table: FittedTable, extra_padding: float) -> FittedTable:
    heights = tuple(row + 2 * extra_padding for row in table.heights)
    return replace(table, heights=heights, padding=PADDING + extra_padding)


def _split_table(table: FittedTable, header_rows: int, height: float) -> list[FittedTable] | None:
    capacity = height - sum(table.heights[:header_rows])
    groups = _group_rows(table.rows, header_rows)
    body = [sum(table.heights[number] for number in group) for group in groups]
    if not body or max(body) > capacity:
        return None
    parts = []
    remaining = iter(groups)
    for count in balance_pages(body, capacity):
        part_rows = [number for _ in range(count) for number in next(remaining)]
        parts.append(
            replace(
                table,
                rows=(*table.rows[:header_rows], *(table.rows[number] for number in part_rows)),
                heights=(*table.heights[:header_rows], *(table.heights[number] for number in part_rows)),
            )
        )
    parts = [_equalise_row_heights(part, header_rows, height) for part in parts]
    extra_padding = min(_compute_extra_padding(part, height) for part in parts)
    return [_add_padding(part, extra_padding) for part in parts]


def _group_rows(rows: Sequence[Row], header_rows: int) -> list[list[int]]:
    """Group the indices of body rows; rows that are connected by a spanning cell form a group."""
    groups: list[list[int]] = []
    end = header_rows
    for number in range(header_rows, len(rows)):
        if number < end:
            groups[-1].append(number)
        else:
            groups.append([number])
        end = max(end, *(number + cell.rows for cell in rows[number]), number + 1)
    return groups


# Values of ST_TextAlignType (ECMA-376 Part 1, 20.1.10.59).
_ALIGNMENTS = {Align.LEFT: "l", Align.CENTER: "ctr", Align.RIGHT: "r"}
# A number with a sign, currency or unit, or a sign for a missing value.
_NUMBER = re.compile(
    r"[+\-−–±~≈<>≤≥]?\s*+(?:[$€£¥]\s*+)?\d[\d.,'’\s]*+(%|‰|[$€£¥]|[A-Za-zµ°/²³]{1,5})?|[–—-]|n/?a",
    re.IGNORECASE,
)


def choose_column_alignments(table: TableBody) -> tuple[str, ...]:
    """Return the alignment of each column: the author's choice, or else right for numbers, left for text.

    Columns with shaded cells are centred, so that figures and dashes are below each other.
    """
    body = table.rows[table.header_rows :]
    return tuple(
        ("ctr" if _has_shade(table, column) else _ALIGNMENTS.get(align))
        or ("r" if column >= table.row_headers and _is_numeric_column(body, column) else "l")
        for column, align in enumerate(table.alignments)
    )


def _is_numeric_column(rows: Sequence[Sequence[TableCell]], column: int) -> bool:
    texts = [join_run_text(row[column].runs).strip() for row in rows]
    nonempty = [text for text in texts if text]
    return bool(nonempty) and all(_NUMBER.fullmatch(text) for text in nonempty)
