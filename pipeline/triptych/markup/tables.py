"""Write tables as XHTML with header scopes, and compute number alignment and minimum width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from triptych.languages.language_tags import get_text_direction
from triptych.languages.numerals import WrittenNumber, are_years, get_decimal_separator, parse_written_number
from triptych.markup.inlines import get_visible_classes, is_pinned
from triptych.markup.xml import escape, tag, void_tag
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.nodes import Align, Block, Cell, Note, Paragraph, Row, Table
from triptych.model.tables import list_column_cells, place_cells
from triptych.model.walk import book_nodes, plain_text, walk
from triptych.theme.colours import get_shade_class

_ROOMY = 30  # em; on most screens, tables up to this width can keep dates, numbers and labels unbroken
_MIN_FONT_SCALE = 0.89  # smallest font size of tables relative to the default; below it, cells are stacked
_TABLE_SIZE = 0.85  # font size of tables relative to the text
_MAX_UNBROKEN_ROWS = 12  # a table with up to this number of body rows stays on one page
_MAX_UNBROKEN_ROWS_WITH_NOTES = 20  # the same for tables with notes in their cells

BlocksWriter = Callable[[tuple[Block, ...]], str]


# Widths in em below which the cells of a row are stacked (templates/epub/style.css.j2).
STACKS = (*range(8, 30, 2), *range(30, 66, 4))


def write_table(
    node: Table, write_blocks: BlocksWriter, caption: str, language: str = "en", *, can_stack: bool = False
) -> str:
    """Write a table as XHTML.

    ``caption`` is the XHTML of the caption with its label, or "". If ``can_stack`` is true, the cells of each
    row are stacked on narrow screens, with their column headers, because paged reading systems clip content
    that scrolls.
    """
    number_direction = "ltr" if get_text_direction(language) == "rtl" else None
    ems = measure_minimum_width(node)
    rough = (
        ems or measure_minimum_width(node, approximate=True) if can_stack and len(node.columns) > 1 else None
    )
    heads = _join_header_texts(node) if rough else ()
    aligns, padding = align_columns(node, language), pad_numbers(node, language)
    layout = _TableLayout(aligns, padding, node.row_headers, number_direction, heads)
    parts = [tag("caption", caption)] if caption else []
    if any(column.width for column in node.columns):
        parts.append(tag("colgroup", "".join(_write_col(column.width) for column in node.columns)))
    if node.head:
        parts.append(tag("thead", _write_rows(node.head, layout, write_blocks, is_header=True)))
    parts.append(tag("tbody", _write_rows(node.body, layout, write_blocks) or _write_empty_row(node)))
    if node.foot:
        parts.append(tag("tfoot", _write_rows(node.foot, layout, write_blocks)))
    noted = any(cell.note for row in node.body for cell in row.cells)
    short_class = (
        "short" if len(node.body) <= (_MAX_UNBROKEN_ROWS_WITH_NOTES if noted else _MAX_UNBROKEN_ROWS) else ""
    )
    shared_class = "shared" if any(column.width for column in node.columns) else ""
    # Style sheets compute the font size from the minimum width in em.
    fitted = "fitted" if ems else ""
    roomy = "roomy" if (measure_minimum_width(node, keep_unbreakable=True) or inf) <= _ROOMY else ""
    heat = "heat" if any(cell.shade for row in node.body for cell in row.cells) else ""
    # The enclosing div keeps the caption and the table on the same page.
    kinds = ("table", short_class, shared_class, fitted, roomy, heat, "noted" if noted else "")
    stack = _get_stack_class(rough * _TABLE_SIZE * (_MIN_FONT_SCALE if ems else 1)) if rough else ""
    pinned = "here" if is_pinned(node.attr) else ""
    names = (*kinds, stack, pinned, *get_visible_classes(node.attr))
    frame = " ".join(dict.fromkeys(filter(None, names)))
    style = f"--ems: {ems}" if ems else None
    table = tag("table", "".join(parts))
    return tag("div", table, id=node.attr.id or None, class_=frame, style=style)


def _join_header_texts(node: Table) -> tuple[str, ...]:
    """Return the header of each column as plain text. The texts of several header rows are joined."""
    heads: list[list[str]] = [[] for _ in node.columns]
    for row in place_cells(node.head):
        for column, cell in row:
            words = plain_text(cell.content)
            for column_texts in heads[column : column + cell.colspan] if words else ():
                column_texts.append(words)
    return tuple(map(", ".join, heads))


def _get_stack_class(ems: float) -> str:
    """Return the CSS class that stacks a table on screens narrower than ``ems``, in em of the text size."""
    return next((f"stack-{width}" for width in STACKS if width >= ems), f"stack-{STACKS[-1]}")


# Screen readers repeat a header for each cell of its column. The ``aria-label`` makes them read the words of
# formulas in headers.
_MATH_ALT_TEXT = re.compile(r'<math alttext="([^"]*)"')


@dataclass(frozen=True, slots=True)
class _TableLayout:
    """The properties of a table that are needed to write its cells.

    ``paddings`` maps the ``id()`` of a cell to the invisible text that aligns its number. ``header_texts``
    are the column headers, which stacked cells repeat.
    """

    aligns: Sequence[Align]
    paddings: Mapping[int, str]
    row_headers: int
    number_direction: str | None
    """The direction "ltr" for numbers in a right-to-left table, or None."""
    header_texts: Sequence[str] = ()


def _write_col(width: float | None) -> str:
    return void_tag("col", style=f"width: {width * 100:.1f}%" if width else None)


def _write_empty_row(node: Table) -> str:
    return tag("tr", "".join(tag("td") for _ in node.columns) or tag("td"))


def _write_rows(
    rows: tuple[Row, ...], layout: _TableLayout, write_blocks: BlocksWriter, *, is_header: bool = False
) -> str:
    written_rows = []
    for row in place_cells(rows):
        cells = []
        for column, cell in row:
            heads = ("col" if is_header else "row") if is_header or column < layout.row_headers else None
            align = cell.align
            if align is Align.DEFAULT and column < len(layout.aligns):
                align = layout.aligns[column]
            header_text = (
                ""
                if is_header or heads or column >= len(layout.header_texts)
                else layout.header_texts[column]
            )
            cells.append(_write_cell(cell, write_blocks, align, heads, layout, header_text))
        written_rows.append(tag("tr", "".join(cells)))
    return "".join(written_rows)


def _write_cell(
    cell: Cell,
    write_blocks: BlocksWriter,
    align: Align,
    scope: str | None,
    layout: _TableLayout,
    header_text: str,
) -> str:
    content = write_blocks(cell.content)
    if cell.note:
        note = write_blocks((Paragraph(content=cell.note, tight=True),))
        content = tag("p", content) + tag("p", note, class_="cell-note")
    padding = layout.paddings.get(id(cell))
    # An empty header cell is not a header.
    name = "th" if scope and content else "td"
    if name == "th":
        content = _MATH_ALT_TEXT.sub(r'\g<0> aria-label="\1"', content)
    return tag(
        name,
        content,
        scope=scope if name == "th" else None,
        class_=" ".join(_iter_cell_classes(cell, align, is_number=padding is not None)) or None,
        colspan=str(cell.colspan) if cell.colspan > 1 else None,
        rowspan=str(cell.rowspan) if cell.rowspan > 1 else None,
        dir=layout.number_direction if padding is not None else None,
        data_lacking=padding,
        data_head=header_text or None,
    )


def _iter_cell_classes(cell: Cell, align: Align, *, is_number: bool) -> Iterator[str]:
    if align is not Align.DEFAULT:
        yield f"align-{align}"
    if is_number:
        yield "number"
    if is_unbreakable(cell):
        yield "whole"
    if cell.shade:
        yield get_shade_class(cell.shade)


def collect_shades(book: Book) -> frozenset[int]:
    """Return the heat map steps used in the tables of a book."""
    tables = book_nodes(book, Table)
    rows = (row for table in tables for row in (*table.head, *table.body, *table.foot))
    return frozenset(cell.shade for row in rows for cell in row.cells if cell.shade)


def write_plain_table(rows: Sequence[tuple[str, ...]], caption: str, missing: str) -> str:
    """Write rows of strings as a table that can be stacked. The first row and first column are headers.

    ``missing`` is the text for screen readers in an empty cell.
    """
    head, *body = rows
    cells = "".join(tag("th", escape(cell), scope="col") if cell else tag("td") for cell in head)
    lines = []
    for first, *rest in body:
        values = "".join(
            tag(
                "td",
                escape(cell) if cell else tag("span", "–", title=missing),
                data_head=column_header or None,
            )
            for column_header, cell in zip(head[1:], rest, strict=True)
        )
        lines.append(tag("tr", tag("th", escape(first), scope="row") + values))
    parts = tag("caption", escape(caption)) + tag("thead", tag("tr", cells)) + tag("tbody", "".join(lines))
    table = tag("table", parts, class_="short" if len(body) <= _MAX_UNBROKEN_ROWS else None)
    return tag("div", table, class_=f"table {_get_stack_class(estimate_rows_width(rows))}")


_NOTE_NUMBER = "0"  # width of a note number, which is superscript and overhangs
_MIN_NUMERIC_FRACTION = (
    0.6  # fraction of numbers in a column's filled cells; the others may explain missing numbers
)


def align_columns(table: Table, language: str) -> list[Align]:
    """Return the alignment of each column: as set by the author, or else right for columns of amounts."""
    return [
        Align.RIGHT
        if column.align is Align.DEFAULT and _has_amounts(table, place, language)
        else column.align
        for place, column in enumerate(table.columns)
    ]


def pad_numbers(table: Table, language: str) -> Mapping[int, str]:
    """Return the invisible text that pads each number so that decimal separators are aligned.

    The result maps a cell's ``id()`` to the padding. Columns that need no padding are omitted.
    """
    paddings: dict[int, str] = {}
    for place, align in enumerate(align_columns(table, language)):
        if align is not Align.RIGHT:
            continue
        cells = list_column_cells((*table.body, *table.foot), place)
        numbers = {
            id(cell): number
            for cell in cells
            if _is_single_paragraph(cell)
            and (number := parse_written_number(plain_text(cell.content), language))
        }
        padding = _pad_column(numbers, get_decimal_separator(language))
        if any(isinstance(node, Note) for cell in cells if id(cell) in numbers for node in walk(cell)):
            padding = {cell: padding.get(cell, "") + _NOTE_NUMBER for cell in numbers}
        paddings.update(padding)
    return paddings


def _pad_column(numbers: Mapping[int, WrittenNumber], separator: str) -> Mapping[int, str]:
    """Return the padding of each number in a column, or an empty dict if the numbers have different units."""
    longest = max((number.suffix for number in numbers.values()), key=len, default="")
    if not all(longest.startswith(number.suffix) for number in numbers.values()):
        return {}
    places = max((len(number.fraction) for number in numbers.values()), default=0)
    padding = {}
    for cell, number in numbers.items():
        digits = "0" * (places - len(number.fraction))
        invisible_digits = separator + digits[1:] if digits and not number.fraction else digits
        padding[cell] = invisible_digits + longest.removeprefix(number.suffix)
    return padding if any(padding.values()) else {}


def _has_amounts(table: Table, column: int, language: str) -> bool:
    cells = list_column_cells(table.body, column)
    texts = [words for cell in cells if (words := plain_text(cell.content).strip())]
    numbers = [
        number for text in texts if (number := parse_written_number(text, language)) and number.is_amount
    ]
    return len(numbers) > 1 and len(numbers) >= _MIN_NUMERIC_FRACTION * len(texts) and not are_years(texts)


def _is_single_paragraph(cell: Cell) -> bool:
    """Return whether a cell consists of a single paragraph."""
    content: Sequence[object] = cell.content
    return len(content) == 1 and isinstance(content[0], Paragraph)


_GAP = 0.5  # em between columns
_SAFETY_FACTOR = 1.1  # readers may choose wider typefaces, and headers are bold
_MAX_UNBROKEN_LENGTH = 24  # characters; longer words, such as URLs, may break anywhere
_ASSUMED_WORD = "x" * 12  # assumed width of a formula or an image in a cell
_MAX_LABEL_WIDTH = 8.7  # em; shorter labels stay on one line, such as "European Union"
# Lines may break between ideographs and kana, but not before small kana, length marks and closing
# punctuation.
_WIDE_CHARACTERS = r"\u3040-\u30ff\u3400-\u9fff"
_NOT_AT_LINE_START = "ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々、。，．：；？！）」』】〉》"
_PIECES = re.compile(rf"[{_WIDE_CHARACTERS}][{_NOT_AT_LINE_START}]*|[^{_WIDE_CHARACTERS}]+")
_UNKNOWN = (nodes.Math, nodes.Image, nodes.CodeBlock, nodes.Equation, nodes.Figure, nodes.Chart)


def measure_minimum_width(
    table: Table, *, keep_unbreakable: bool = False, approximate: bool = False
) -> float | None:
    """Return a table's minimum width in em: the sum of the widths of its columns' longest words.

    If ``keep_unbreakable`` is true, dates, numbers and short labels are not broken between words. Return None
    if the table contains row spans, content of unknown width, such as images and formulas, or very long
    words. If ``approximate`` is true, images and formulas have an assumed width and very long words count as
    breakable, so that only row spans return None.
    """
    columns = [0.0] * len(table.columns)
    for row in (*table.head, *table.body, *table.foot):
        place = 0
        for cell in row.cells:
            is_known = not any(isinstance(node, _UNKNOWN) for node in walk(cell))
            if cell.rowspan > 1 or not (is_known or approximate):
                return None
            words = [*_iter_unbreakable_words(cell), *_split_pieces(plain_text(cell.note))]
            if approximate:
                words = [word[:_MAX_UNBROKEN_LENGTH] for word in words] if is_known else [_ASSUMED_WORD]
            if any(len(word) > _MAX_UNBROKEN_LENGTH for word in words):
                return None
            if cell.colspan == 1 and place < len(columns):
                pieces = [plain_text(cell.content)] if keep_unbreakable and is_unbreakable(cell) else words
                columns[place] = max(columns[place], *map(_estimate_width, pieces), 0.0)
            place += cell.colspan
    return round(_sum_widths(columns), 1)


def estimate_rows_width(rows: Sequence[tuple[str, ...]]) -> float:
    """Return the approximate minimum width of rows of strings in em."""
    words = (
        (word[:_MAX_UNBROKEN_LENGTH] for cell in column for word in _split_pieces(cell))
        for column in zip(*rows, strict=True)
    )
    return _sum_widths(max(map(_estimate_width, column_words), default=0.0) for column_words in words)


def _sum_widths(columns: Iterable[float]) -> float:
    return sum(column * _SAFETY_FACTOR + _GAP for column in columns)


def is_unbreakable(cell: Cell) -> bool:
    """Return whether a cell is a date, number or short label of several words that stays on one line."""
    return (
        _is_single_paragraph(cell)
        and len(list(_iter_unbreakable_words(cell))) > 1
        and _estimate_width(plain_text(cell.content)) <= _MAX_LABEL_WIDTH
    )


def _iter_unbreakable_words(cell: Cell) -> Iterator[str]:
    for block in cell.content:
        yield from _split_pieces(plain_text((block,)))


def _split_pieces(text: str) -> Iterator[str]:
    for word in re.findall(r"[^\s\u200b–—-]+[–—-]*|[–—-]+", text):
        yield from _PIECES.findall(word)


def _estimate_width(word: str) -> float:
    """Estimate the width of a word in em, rather too wide than too narrow."""
    return sum(_estimate_advance(character) for character in word)


def _estimate_advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in ".,:;'’|!il":
        return 0.35
    return 0.75 if character.isupper() else 0.62
