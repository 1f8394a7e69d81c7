"""Set table widths by content, with smaller type or a landscape page for wide tables.

WeasyPrint follows CSS: column widths are proportional to the longest lines. Here a table is as wide as its
columns with some space between them. It fills the line width if it nearly does so anyway, or if lines have to
be broken. If the words of a row do not fit side by side, a table gets smaller type within limits
(``--least-size``), then a landscape page. If it does not fit there either, it gets type below these limits,
and finally words are broken anywhere; such a table is reported. The frame and the caption of a table are as
wide as the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint_typography.column_widths import (
    MeasuredCells,
    compute_column_widths,
    compute_minimum_table_width,
    get_classes,
    measure_cells,
)
from weasyprint_typography.engine import patch
from weasyprint_typography.preparation import CONTINUED, LANDSCAPE, get_continued_word

_SHORT_CELL = 8.0  # em; a narrower cell is broken into lines only if that gains much
_COLUMN_SPACE = 1.0  # em of space added between columns if the table has room
_MAX_COLUMN_SPACE = 2.4  # em; if less space between columns fills the line, the table does so
_HARDLY_SMALLER = 0.9  # smallest scale of type for keeping dates and numbers on one line
_SQUARE = 4.0  # em: minimum width of a column of coloured cells
_SHADE = re.compile(r"shade-").match  # the class of a coloured cell
SQUEEZED = "typography_squeezed"  # attribute of a table: how far its type is below the limit, in CSS pixels
_COLUMN_WIDTHS = "typography_columns"  # attribute of a table
_ROUNDING = 0.01  # CSS pixels


@patch(
    "weasyprint.layout.table.table_wrapper_width", "48611ace93037706", upstream_issue=1137, all_modules=True
)
def table_wrapper_width(find: Callable[..., None]) -> Callable[..., None]:
    """Set the column widths of tables whose width is ``auto``."""
    from weasyprint.formatting_structure.boxes import BlockLevelBox

    def set_wrapper_width(context: Any, wrapper: Any, containing_block: Any) -> None:
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
            table.margin_left = wrapper.width - table.width  # WeasyPrint aligns all tables left

    return set_wrapper_width


def _set_widths(context: Any, table: Any, containing_block: Any, available_width: float) -> None:
    """Set the widths of a table and its columns, the type size of its cells and the space between columns."""
    from weasyprint.layout.percent import resolve_percentages

    resolve_percentages(table, containing_block)
    cached_widths: tuple[float, list[float]] | None = getattr(table, _COLUMN_WIDTHS, None)
    if cached_widths is None or cached_widths[0] != available_width:
        setattr(table, _COLUMN_WIDTHS, (available_width, _compute_widths(context, table, available_width)))
        cached_widths = getattr(table, _COLUMN_WIDTHS)
    table.column_widths = list(cached_widths[1])
    table.width = sum(cached_widths[1])


def _compute_widths(context: Any, table: Any, available_width: float) -> list[float]:
    vars(table).pop(SQUEEZED, None)
    table.width = available_width  # the base of percentages in the style sheet
    restore_styles(table)
    cells = measure_cells(context, table)
    if _is_too_narrow(cells, available_width, keep_lines=True):
        cells = _measure_in_smaller_type(context, table, available_width, cells)
        if _is_too_narrow(cells, available_width):
            record_wide_table(context, table)
            cells = _measure_below_limit(context, table, available_width)
    columns, spans = cells
    size = float(table.style["font_size"])
    widths = compute_column_widths(
        columns, available_width, short_width=_SHORT_CELL * size, spanning_cells=spans
    )
    shaded = {cell.grid_x for cell in _iter_cells(table) if any(map(_SHADE, get_classes(cell)))}
    if shaded:
        widths = _equalise_widths(widths, shaded, _SQUARE * size, available_width)
    extra_width = available_width - sum(widths)
    airy = [n for n, column in enumerate(columns[:-1]) if any(column) and n not in shaded]
    if extra_width < _ROUNDING or not airy:
        return widths
    air = (
        extra_width / len(airy)
        if extra_width <= _MAX_COLUMN_SPACE * size * len(airy)
        else _COLUMN_SPACE * size
    )
    _add_column_space(table, air, airy)
    return [width + air if n in airy else width for n, width in enumerate(widths)]


def _equalise_widths(
    widths: list[float], columns: Set[int], minimum: float, available_width: float
) -> list[float]:
    """Return column widths in which the given columns are equally wide and at least ``minimum`` wide.

    Return ``widths`` unchanged if these widths exceed ``available_width``.
    """
    equal_width = max(minimum, *(widths[column] for column in columns))
    equalised = [equal_width if column in columns else width for column, width in enumerate(widths)]
    return equalised if sum(equalised) <= available_width else widths


def _is_too_narrow(cells: MeasuredCells, available_width: float, *, keep_lines: bool = False) -> bool:
    return compute_minimum_table_width(*cells, keep_lines=keep_lines) > available_width + _ROUNDING


def _measure_in_smaller_type(
    context: Any, table: Any, available_width: float, cells: MeasuredCells
) -> MeasuredCells:
    """Return the cells in the largest type in which no word is broken, or in the smallest allowed type.

    Type is also made slightly smaller if that keeps dates, numbers and short labels on one line.
    """
    scaled_cells = cells
    needs_whole = not _is_too_narrow(cells, available_width)
    for scale in iter_allowed_scales(table):
        if needs_whole and scale < _HARDLY_SMALLER:
            break
        scale_table(table, scale)
        smaller = measure_cells(context, table)
        if not _is_too_narrow(smaller, available_width, keep_lines=needs_whole):
            return smaller
        if not needs_whole:
            scaled_cells = smaller
    if needs_whole:
        restore_styles(table)
    return scaled_cells


def _measure_below_limit(context: Any, table: Any, available_width: float) -> MeasuredCells:
    """Return a table's cells in type smaller than allowed; words are broken as a last resort."""
    size, scales = float(table.style["font_size"]), list(iter_scales_below_allowed(table))
    min_size = get_smallest_type_size(table.style) or size
    for scale, breaks in [*((scale, False) for scale in scales), (min([1.0, *scales]), True)]:
        scale_table(table, scale, break_words=breaks)
        measured_cells = measure_cells(context, table)
        if not _is_too_narrow(measured_cells, available_width):
            break
    setattr(table, SQUEEZED, max(min_size - scale * size, 0.0))
    return measured_cells


def _add_column_space(table: Any, space: float, columns: Sequence[int]) -> None:
    from weasyprint.css.properties import Dimension

    side = "padding_left" if table.style["direction"] == "rtl" else "padding_right"
    aired: dict[tuple[int, float], Any] = {}
    for cell in _iter_cells(table):
        if cell.grid_x + cell.colspan - 1 in columns:
            padding = getattr(cell, side) + space
            style = aired.get(key := (id(cell.style), padding))
            if style is None:
                style = aired[key] = cell.style.copy()
                style[side] = Dimension(padding, "px")
            cell.style = style


def _iter_cells(table: Any) -> Iterator[Any]:
    for group in table.children:
        for row in group.children:
            yield from row.children


_STEPS = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7)  # scales of the type of a table
_TINY = 20 / 3  # CSS pixels (five points): the smallest type size of all
_BREAKING = {"white_space": "normal", "overflow_wrap": "anywhere"}
_MIN_SIZE_PROPERTY = "__least_size"  # the style sheet's --least-size
_ORIGINAL = "typography_original"  # attribute of a box: its style before scaling
_PADDINGS = ("padding_top", "padding_right", "padding_bottom", "padding_left")
_SIDES = ("padding_right", "padding_left")
_CLOSER_PADDING, _CLOSE_BELOW = 0.7, 0.89  # padding is reduced further in type below this scale
_PIXELS = {"px": 1.0, "pt": 4 / 3}


def iter_allowed_scales(table: Any) -> Iterator[float]:
    """Yield the allowed scale factors for the type size of a table, in descending order."""
    size = float(table.style["font_size"])
    min_size = get_smallest_type_size(table.style) or size
    scales = [scale for scale in _STEPS if scale * size >= min_size]
    yield from scales
    if min_size < size and (not scales or scales[-1] * size > min_size + 0.01):
        yield min_size / size


def iter_scales_below_allowed(table: Any) -> Iterator[float]:
    """Yield scale factors below the limit of the style sheet, for a table that fits at no allowed scale."""
    size = float(table.style["font_size"])
    min_size = get_smallest_type_size(table.style) or size
    for step in _STEPS[1::2]:
        if step * min_size > _TINY:
            yield step * min_size / size
    if min_size > _TINY:
        yield _TINY / size


def get_smallest_type_size(style: Any) -> float:
    """Return a table's smallest allowed type size (``--least-size``) in CSS pixels, or 0 if it is not set."""
    for token in style[_MIN_SIZE_PROPERTY] or ():
        if token.type == "dimension" and token.lower_unit in _PIXELS:
            return float(token.value * _PIXELS[token.lower_unit])
    return 0.0


def restore_styles(table: Any) -> None:
    """Restore the styles that the boxes of a table had before ``scale_table``."""
    for box in _iter_boxes(table):
        box.style = box.__dict__.setdefault(_ORIGINAL, box.style)


def scale_table(table: Any, scale: float, *, break_words: bool = False) -> None:
    """Scale the type of a table relative to its original size.

    If ``break_words`` is True, allow line breaks within words.
    """
    restore_styles(table)
    scaled: dict[int, Any] = {}
    for box in _iter_boxes(table):
        style = box.style
        if id(style) not in scaled:
            scaled[id(style)] = _scale_style(style, scale)
            for name, value in _BREAKING.items() if break_words else ():
                scaled[id(style)][name] = value
        box.style = scaled[id(style)]


def _iter_boxes(table: Any) -> Iterator[Any]:
    yield table
    for part in table.children:
        yield part
        yield from part.descendants()


def _scale_style(style: Any, scale: float) -> Any:
    smaller = style.copy()
    smaller["font_size"] = style["font_size"] * scale
    height = style["line_height"]
    if getattr(height, "unit", "") == "px":
        smaller["line_height"] = type(height)(height.value * scale, height.unit)
    for side in _PADDINGS:
        padding = style[side]
        if getattr(padding, "unit", "") == "px":
            closer = _CLOSER_PADDING if side in _SIDES and scale < _CLOSE_BELOW else 1.0
            smaller[side] = type(padding)(padding.value * scale * closer, "px")
    return smaller


_WIDE_TABLES = "typography_wide_tables"  # attribute of the layout context
_BREAKABLE = frozenset(("body", "section", "div", "blockquote", "ul", "ol", "li"))  # may break between pages


def record_wide_table(context: Any, table: Any) -> None:
    """Record a table that cannot be set without breaking words, for ``move_wide_tables``."""
    context.__dict__.setdefault(_WIDE_TABLES, []).append(table.element)


def move_wide_tables(context: Any, root: Element) -> bool:
    """Move the recorded tables to landscape pages, and return whether any table was moved."""
    noted = set(context.__dict__.get(_WIDE_TABLES, ()))
    frames = [frame for frame in _find_movable_frames(root) if noted.intersection(frame)] if noted else []
    for frame in frames:
        frame.set("class", f"{frame.get('class')} {LANDSCAPE}")
    return bool(frames)


def _find_movable_frames(parent: Element) -> list[Element]:
    """Return the frames of the tables below ``parent`` that can be moved to landscape pages."""
    frames: list[Element] = []
    for child in parent:
        names = (child.get("class") or "").split()
        if child.tag not in _BREAKABLE or LANDSCAPE in names or "panels" in names:
            continue
        if "table" in names:
            frames.append(child)
        else:
            frames += _find_movable_frames(child)
    return frames


_LEGIBLE_WIDTH = 120.0  # CSS pixels: a width at which large images are still legible


@patch("weasyprint.layout.preferred.replaced_min_content_width", "8bb691c131805076")
def replaced_min_content_width(find: Callable[..., float]) -> Callable[..., float]:
    """Limit the minimum width of images that may shrink with their column."""
    from weasyprint.layout.preferred import replaced_max_content_width

    def find_bounded(box: Any, outer: bool = True) -> float:
        if getattr(box.style["max_width"], "unit", "") != "%":
            return find(box, outer)
        return min(float(replaced_max_content_width(box, outer)), _LEGIBLE_WIDTH)

    return find_bounded


def add_continued_rows(root: Element) -> None:
    """Insert a header row such as "Table 3 (continued)" in each long table with a header and a number.

    ``table_layout`` omits this row on the first page of the table.
    """
    word = get_continued_word(root)
    for frame in root.iter("div") if word else ():
        classes = frame.get("class", "").split()
        table, head = frame.find("table"), frame.find("table/thead")
        label = frame.find("table/caption/span[@class='label']")
        if "table" not in classes or "short" in classes or table is None or head is None or label is None:
            continue
        row = Element("tr", {"class": CONTINUED})
        cell = Element(
            "td", {"colspan": str(sum(int(cell_element.get("colspan", "1")) for cell_element in head[0]))}
        )
        cell.text = f"{''.join(label.itertext())} ({word})"
        row.append(cell)
        head.insert(0, row)


@patch("weasyprint.layout.table.table_layout", "6594fa40743fbc0b", upstream_issue=486, all_modules=True)
def table_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Omit the "continued" row on the first page of a table."""

    def lay_out_continued(context: Any, box: Any, bottom: float, skip: Any, *rest: Any) -> Any:
        head = box.children[0] if box.children else None
        if skip is not None or head is None or not head.is_header or not _is_continued_row(head.children[0]):
            return lay_out(context, box, bottom, skip, *rest)
        rows = head.children
        head.children = rows[1:]
        try:
            result = lay_out(context, box, bottom, skip, *rest)
        finally:
            head.children = rows
        if result[0] is not None and box.style["border_collapse"] == "collapse":
            upright, level = box.collapsed_border_grid
            result[0].collapsed_border_grid = upright[1:], level[:1] + level[2:]
        return result

    return lay_out_continued


def _is_continued_row(row: Any) -> bool:
    return row.element is not None and row.element.get("class") == CONTINUED
