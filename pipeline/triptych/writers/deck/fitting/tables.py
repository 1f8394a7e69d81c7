"""Fit tables into a box: text size, column widths, row heights and alignment; split tables over slides.

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
    measure_unbroken,
    measure_widest_unit,
)
from triptych.writers.deck.fitting.text import (
    MARK_MARGIN,
    Level,
    get_number_margin,
    make_pieces,
    measure_line,
)
from triptych.writers.deck.slides import Para, Run, TableBody, TableCell, join_run_text

WHOLE_SIZES = (20.0, 18.0, 16.0, 14.0, 13.0, 12.0)  # sizes to try for a table on one slide
SPLIT_SIZES = (16.0, 14.0, 12.0)  # sizes to try for a table on several slides
LEAST_UNBROKEN = 16.0  # minimum size at which avoiding line breaks outweighs size
SIDE_PADDING = 8.0  # left and right padding of cells
PADDING = 3.0  # minimum top and bottom padding of cells
ROOMY_PADDING = 13.0  # maximum top and bottom padding of cells
GUARD = 1.0  # reserve between text and cell edge
_EXTRA = 2 * SIDE_PADDING + GUARD
_ROUNDING = 1e-6  # tolerance for sums of widths

_WHOLE = 14  # maximum number of characters of a date or number that must not be broken
# Columns up to _COMPACT of the table width are not broken, if _LEFT_TO_OTHERS is left for the other columns.
_COMPACT, _LEFT_TO_OTHERS = 0.24, 0.45
# Widening of narrow tables, their minimum fraction of the width, and the fraction from which they fill it.
_AIR, _NARROWEST, _NEARLY_WIDE = 1.3, 0.4, 0.72
_EVEN = 1.8  # maximum ratio of row heights that are made equal

Row = tuple[TableCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedTable:
    """A table on one slide, with the repeated header rows, column widths and minimum row heights.

    ``aligns`` has the alignment of each column; ``padding`` is the top and bottom padding of cells.
    """

    rows: tuple[Row, ...]
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    padding: float
    aligns: tuple[str, ...] = ()
    broken: bool = False
    """Whether a line of text was broken."""


def fit_table(table: TableBody, width: float, height: float, theme: Theme) -> list[FittedTable] | None:
    """Fit a table on one slide, or split it evenly over several slides.

    Return None if no size fits. Small notes in cells are below the cell text, or beside it if this permits
    larger text. They are omitted if the table fits on one slide only without them.
    """
    aligns = choose_column_aligns(table)
    return [replace(part, aligns=aligns) for part in _fit_parts(table, width, height, theme)] or None


def _fit_parts(table: TableBody, width: float, height: float, theme: Theme) -> list[FittedTable]:
    flat, bare = _merge_small_notes(table, keep=True), _merge_small_notes(table, keep=False)
    forms = (table,) if flat == table else (table, flat)
    wholes = [whole for form in forms if (whole := _fit_whole(form, width, height, theme))]
    if not wholes and bare != table and (whole := _fit_whole(bare, width, height, theme)):
        wholes.append(whole)
    if wholes:
        even = _even_heights(max(wholes, key=lambda fitted: fitted.size), table.header_rows, height)
        return [_add_padding(even, _compute_padding(even, height))]
    table = flat
    for size in SPLIT_SIZES:
        fitted = _fit_at_size(table, size, width, theme)
        parts = fitted and _split_table(fitted, table.header_rows, height)
        if parts:
            return parts
    return []


def _fit_whole(table: TableBody, width: float, height: float, theme: Theme) -> FittedTable | None:
    """Fit the table on one slide at the best size, or return None."""
    fitting = (
        fitted
        for size in WHOLE_SIZES
        if (fitted := _fit_at_size(table, size, width, theme)) and sum(fitted.heights) <= height
    )
    whole = next(fitting, None)
    smaller = (other for other in fitting if other.size >= LEAST_UNBROKEN and not other.broken)
    return (next(smaller, None) if whole and whole.broken else None) or whole


def _merge_small_notes(table: TableBody, *, keep: bool) -> TableBody:
    """Append the small notes below cell text to the text, or drop them if ``keep`` is false."""

    def merge(cell: TableCell) -> TableCell:
        if len(cell.paras) != 2 or not all(run.small for run in cell.paras[1].runs):
            return cell
        said, small = cell.paras
        runs = (*said.runs, Run(text="\u2002"), *small.runs) if keep else said.runs
        return replace(cell, paras=(replace(said, runs=runs),))

    return replace(table, rows=tuple(tuple(map(merge, row)) for row in table.rows))


def compute_column_widths(
    least: Sequence[float], most: Sequence[float], width: float, fractions: Sequence[float] = ()
) -> tuple[float, ...] | None:
    """Return column widths between the useful minimum and maximum, or None if the table is too narrow.

    ``least`` and ``most`` are these limits for each column. ``fractions`` are the author's fractions of the
    table width, which are used unless they cause needless line breaks. Otherwise, as in CSS, each column gets
    its minimum width, and the remaining width is divided in proportion to the difference between maximum and
    minimum. Narrow columns get their maximum width if enough is left for the others. A table that needs
    little space stays narrow.
    """
    if sum(least) > width:
        return None
    if not fractions and sum(most) <= width:
        wanted = sum(most)
        target = max(wanted * _AIR, width * _NARROWEST)
        target = max(wanted, target if target < width * _NEARLY_WIDE else width)
        return tuple(own * target / wanted for own in most)
    least = most if sum(most) <= width else _raise_least_widths(least, most, width)
    if fractions:
        return _apply_fractions(least, width, fractions)
    excess = sum(most) - sum(least)
    share = (width - sum(least)) / excess if excess else 0.0
    return tuple(low + (high - low) * share for low, high in zip(least, most, strict=True))


def _raise_least_widths(least: Sequence[float], most: Sequence[float], width: float) -> list[float]:
    """Raise the minimum widths of narrow columns to their maximum, if enough is left for the others."""
    raised = list(least)
    for column in sorted(range(len(most)), key=lambda column: most[column]):
        more = most[column] - raised[column]
        others = [place for place in range(len(most)) if raised[place] < most[place] and place != column]
        free = width - sum(raised) - more + sum(raised[place] for place in others)
        needed = min(width * _LEFT_TO_OTHERS, sum(most[place] for place in others))
        if most[column] > width * _COMPACT or sum(raised) + more > width or free < needed:
            break
        raised[column] = most[column]
    return raised


def _apply_fractions(least: Sequence[float], width: float, fractions: Sequence[float]) -> tuple[float, ...]:
    """Return the author's column widths, raised to the minimum width of each column where necessary."""
    whole = max(width * min(1.0, sum(fractions)), sum(least))
    fixed: dict[int, float] = {}
    while True:
        free = whole - sum(fixed.values())
        others = sum(share for column, share in enumerate(fractions) if column not in fixed) or 1.0
        widths = tuple(fixed.get(column, free * share / others) for column, share in enumerate(fractions))
        short = {column: low for column, low in enumerate(least) if widths[column] < low - 1e-9}
        if not short or short.keys() <= fixed.keys():
            return widths
        fixed |= short


def get_cell_margin(para: Para) -> float:
    """Return the indent in points of a paragraph in a cell, for its bullet or number."""
    if para.number is not None:
        return get_number_margin(para) * (para.level + 1)
    return MARK_MARGIN * (para.level + 1) if para.bullet or para.level else 0.0


@dataclass(frozen=True, slots=True)
class _MeasuredCell:
    """A measured table cell: its paragraphs with their indents, line spacing and useful widths, in points.

    ``least`` is the minimum width, ``whole`` the minimum width that does not break dates and numbers, and
    ``most`` the width without line breaks.
    """

    paras: tuple[tuple[list[Piece], float], ...]
    line: float
    least: float
    whole: float
    most: float

    def count_lines(self, width: float) -> int:
        """Return the cell's number of lines in a column of ``width`` points."""
        inner = width - _EXTRA + _ROUNDING
        return sum(len(break_lines(text, inner - margin)) for text, margin in self.paras) or 1


def _fit_at_size(table: TableBody, size: float, width: float, theme: Theme) -> FittedTable | None:
    if not table.rows:
        return None
    measured = [list(_measure_row(table, number, size, theme)) for number in range(len(table.rows))]
    columns = len(table.rows[0])
    most = _spread_widths(table, [cell.most for row in measured for cell in row], columns)
    cells = [cell for row in measured for cell in row]
    for least in ([cell.whole for cell in cells], [cell.least for cell in cells]):
        needed = _spread_widths(table, least, columns)
        widths = compute_column_widths(needed, most, width, table.width_fractions)
        if widths is not None:
            break
    else:
        return None
    heights, broken = _compute_heights(table, measured, widths)
    return FittedTable(
        rows=table.rows, size=size, widths=widths, heights=heights, padding=PADDING, broken=broken
    )


def _spread_widths(table: TableBody, wanted: Sequence[float], columns: int) -> list[float]:
    """Return the width that each column needs.

    Columns share the additional width needed by spanning cells.
    """
    needed, wide = [0.0] * columns, []
    for index, cell in enumerate(cell for row in table.rows for cell in row):
        column = index % columns
        if cell.columns == 1:
            needed[column] = max(needed[column], wanted[index])
        else:
            wide.append((range(column, min(column + cell.columns, columns)), wanted[index]))
    for over, own in wide:
        missing = own - sum(needed[column] for column in over)
        for column in over:
            needed[column] += max(0.0, missing) / len(over)
    return needed


def _compute_heights(
    table: TableBody, measured: Sequence[Sequence[_MeasuredCell]], widths: Sequence[float]
) -> tuple[tuple[float, ...], bool]:
    """Return the row heights, and whether any line of text is broken."""
    ends = [0.0, *accumulate(widths)]
    line = max((cell.line for row in measured for cell in row), default=0.0)
    counts, high, broken = [1] * len(measured), [], False
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(row):
            own = measured[number][column]
            lines = own.count_lines(ends[min(column + cell.columns, len(widths))] - ends[column])
            broken = broken or lines > max(1, own.count_lines(float("inf")))
            if cell.rows == 1:
                counts[number] = max(counts[number], lines)
            else:
                high.append((range(number, min(number + cell.rows, len(counts))), lines))
    for over, lines in high:
        counts[over[-1]] += max(0, lines - sum(counts[number] for number in over))
    return tuple(count * line + 2 * PADDING + GUARD for count in counts), broken


def _measure_row(table: TableBody, number: int, size: float, theme: Theme) -> Iterator[_MeasuredCell]:
    for column, cell in enumerate(table.rows[number]):
        bold = number < table.header_rows or column < table.row_headers
        level = Level(size=size, family=theme.sans, bold=bold)
        paras = tuple((make_pieces(para.runs, level, theme), get_cell_margin(para)) for para in cell.paras)
        line = max((measure_line(para.runs, level, theme) for para in cell.paras), default=0.0) * size
        line = line or measure_line((), level, theme) * size
        least = max((measure_widest_unit(text) + margin for text, margin in paras), default=0.0) + _EXTRA
        most = max((measure_unbroken(text) + margin for text, margin in paras), default=0.0) + _EXTRA
        yield _MeasuredCell(paras, line, least, most if _is_unbreakable(cell) else least, most)


def _is_unbreakable(cell: TableCell) -> bool:
    """Return whether a cell contains a date or number, which must not be broken."""
    text = join_run_text(cell.runs).strip()
    return len(text) <= _WHOLE and any(character.isdigit() for character in text)


def _even_heights(fitted: FittedTable, head: int, height: float) -> FittedTable:
    """Give body rows the same height if their heights are similar and the table still fits."""
    body = fitted.heights[head:]
    if not body or max(body) > _EVEN * min(body):
        return fitted
    if sum(fitted.heights[:head]) + max(body) * len(body) > height:
        return fitted
    return replace(fitted, heights=(*fitted.heights[:head], *(max(body) for _ in body)))


def _compute_padding(fitted: FittedTable, height: float) -> float:
    spare = (height - sum(fitted.heights)) / (2 * max(1, len(fitted.heights)))
    return min(ROOMY_PADDING - PADDING, spare)


def _add_padding(fitted: FittedTable, more: float) -> FittedTable:
    heights = tuple(row + 2 * more for row in fitted.heights)
    return replace(fitted, heights=heights, padding=PADDING + more)


def _split_table(fitted: FittedTable, head: int, height: float) -> list[FittedTable] | None:
    capacity = height - sum(fitted.heights[:head])
    groups = _group_rows(fitted.rows, head)
    body = [sum(fitted.heights[number] for number in group) for group in groups]
    if not body or max(body) > capacity:
        return None
    parts = []
    remaining = iter(groups)
    for count in balance_pages(body, capacity):
        own = [number for _ in range(count) for number in next(remaining)]
        parts.append(
            replace(
                fitted,
                rows=(*fitted.rows[:head], *(fitted.rows[number] for number in own)),
                heights=(*fitted.heights[:head], *(fitted.heights[number] for number in own)),
            )
        )
    parts = [_even_heights(part, head, height) for part in parts]
    more = min(_compute_padding(part, height) for part in parts)
    return [_add_padding(part, more) for part in parts]


def _group_rows(rows: Sequence[Row], head: int) -> list[list[int]]:
    """Return groups of body row indices; rows connected by a spanning cell are in the same group."""
    groups: list[list[int]] = []
    end = head
    for number in range(head, len(rows)):
        if number < end:
            groups[-1].append(number)
        else:
            groups.append([number])
        end = max(end, *(number + cell.rows for cell in rows[number]), number + 1)
    return groups


# Values of ST_TextAlignType (ECMA-376 Part 1, 20.1.10.59).
_ALIGNMENTS = {Align.LEFT: "l", Align.CENTER: "ctr", Align.RIGHT: "r"}
# A number with a sign, currency or unit, or a placeholder for a missing value.
_NUMBER = re.compile(
    r"[+\-−–±~≈<>≤≥]?\s*[$€£¥]?\s*\d[\d.,'’\s]*\s*(%|‰|[$€£¥]|[A-Za-zµ°/²³]{1,5})?|[–—-]|n/?a", re.IGNORECASE
)


def choose_column_aligns(table: TableBody) -> tuple[str, ...]:
    """Return the alignment of each column: the author's, else right for numbers and left for text."""
    body = table.rows[table.header_rows :]
    return tuple(
        _ALIGNMENTS.get(align) or ("r" if column >= table.row_headers and _is_numeric(body, column) else "l")
        for column, align in enumerate(table.aligns)
    )


def _is_numeric(rows: Sequence[Sequence[TableCell]], column: int) -> bool:
    texts = [join_run_text(row[column].runs).strip() for row in rows]
    filled = [text for text in texts if text]
    return bool(filled) and all(_NUMBER.fullmatch(text) for text in filled)
