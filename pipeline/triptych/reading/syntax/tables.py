"""Convert pandoc's tables, and create tables from data files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from triptych.charts.columns import format_column_name, split_names
from triptych.charts.options import split_items
from triptych.charts.reader import find_unknown_attributes, is_condition
from triptych.charts.rows import append_unit
from triptych.data.data_file import DataError, DataFile, count_decimals, parse_number, set_error_attribute
from triptych.data.folder import DataFolder
from triptych.data.pivots import EMPTY_CELL, Grid, GridCell, pivot_data
from triptych.diagnostics import Diagnostic, Span
from triptych.languages.labels import load_labels
from triptych.languages.numerals import are_years
from triptych.model.nodes import Align, Attr, Block, Cell, Column, Inline, Paragraph, Row, Table, Text
from triptych.model.walk import plain_text
from triptych.reading.syntax.inlines import read_attr
from triptych.reading.values import format_number
from triptych.reading.vocabulary import DATA_TABLE_ATTRIBUTES, TABLE_ATTRIBUTES
from triptych.settings.values import ReadingLimits, make_limit_hint

_MAX_CELL_LENGTH = 5_000  # characters in a cell, which is more than a page
MAX_COLUMNS = 200
"""The maximum number of columns. More would not fit on any page."""
_ALIGN = {
    "AlignLeft": Align.LEFT,
    "AlignRight": Align.RIGHT,
    "AlignCenter": Align.CENTER,
    "AlignDefault": Align.DEFAULT,
}


def read_table(
    content: Any, read_blocks: Callable[[Any], tuple[Block, ...]], caption: tuple[Inline, ...], span: Span
) -> Table:
    """Convert a pandoc table. ``read_blocks`` converts the content of its cells."""
    attr, _caption, specs, head, bodies, table_foot = content

    def read_rows(values: Any) -> tuple[Row, ...]:
        return tuple(Row(cells=tuple(read_cell(value) for value in row[1])) for row in values)

    def read_cell(value: Any) -> Cell:
        attr, align, rowspan, colspan, content = value
        return Cell(
            content=read_blocks(content),
            align=_ALIGN[align["t"]],
            rowspan=rowspan,
            colspan=colspan,
            html_attr=Attr("", tuple(attr[1]), tuple((key, text) for key, text in attr[2] if key == "style")),
        )

    head_rows = read_rows(head[1])
    body_rows: tuple[Row, ...] = ()
    for _attr, _headers, subhead, body in bodies:
        body_rows += read_rows(subhead) + read_rows(body)
    if all(not item.content for row in head_rows for item in row.cells):
        head_rows = ()
    cell_attr = read_attr(attr)
    return Table(
        # Relative widths from the dashes are ignored, since authors only align the source with them.
        columns=tuple(Column(align=_ALIGN[align["t"]]) for align, _ in specs),
        head=head_rows,
        body=body_rows,
        foot=read_rows(table_foot[1]),
        row_headers=max((body[1] for body in bodies), default=0),
        caption=caption,
        attr=cell_attr,
        span=span,
    )


def report_large_tables(tables: Iterable[Table], limits: ReadingLimits) -> Iterator[Diagnostic]:
    """Report SEC004 for tables with too many cells or columns, or with a cell that is too long."""
    for table in tables:
        cells = (cell for row in (*table.head, *table.body, *table.foot) for cell in row.cells)
        if (longest := max((len(plain_text(cell.content)) for cell in cells), default=0)) > _MAX_CELL_LENGTH:
            message = f"a table cell has {longest:,} characters; the limit is {_MAX_CELL_LENGTH:,}"
            hint = "move the long text out of the table"
            yield Diagnostic(code="SEC004", span=table.span, message=message, hint=hint)
        rows = sum(map(len, (table.head, table.body, table.foot)))
        for message, hint in explain_table_size(rows, len(table.columns), limits):
            yield Diagnostic(code="SEC004", span=table.span, message=message, hint=hint)


def explain_table_size(rows: int, columns: int, limits: ReadingLimits) -> Iterator[tuple[str, str]]:
    """Yield the message and hint for a table with too many columns or cells."""
    if columns > MAX_COLUMNS:
        yield f"the table has {columns:,} columns; the limit is {MAX_COLUMNS}", "show fewer columns"
    elif rows * columns > limits.table_cells:
        hint = f"show fewer rows, or {make_limit_hint('table-cells')}"
        yield f"the table has {rows * columns:,} cells; the limit is {limits.table_cells:,}", hint


_PIVOT_ATTRIBUTES = frozenset("rows values notes unit order".split())  # attributes of pivot tables
_ATTRIBUTES_OF_TABLE = TABLE_ATTRIBUTES | {"slide-title"}  # attributes for passes and outputs
ATTRIBUTES = _ATTRIBUTES_OF_TABLE | DATA_TABLE_ATTRIBUTES | {"note", "source"}
_MAX_SHORT_NOTE_LENGTH = 2  # maximum length of a short note in characters, such as a grade
_NOTE_SIZE = 0.85  # character width of notes, relative to the text
_NO_VALUE = "–"  # for combinations of row and column without a value in long-format data


def read_data_table(
    data: DataFolder,
    path: str,
    attr: Attr,
    caption: tuple[Inline, ...],
    span: Span,
    *,
    language: str = "en",
    find_attribute: Callable[[str], Span] | None = None,
) -> tuple[Table | None, list[Diagnostic]]:
    """Return a table made from a data file, or None if this is impossible, and the findings.

    With the attribute ``rows``, the result is a pivot table. Columns of numbers are right-aligned, and keep
    the decimal places of the file. ``find_attribute`` maps attribute names to source positions; without it,
    all findings are at ``span``.
    """

    def locate_attribute(key: str) -> Span:
        return find_attribute(key) if find_attribute and attr.get(key) else span

    findings = find_unknown_attributes("data table", attr, ATTRIBUTES, locate_attribute)
    try:
        file = data.read_for_attributes(attr, section_path=path)
        table = (_make_pivot_table if attr.get("rows") else _make_wide_table)(
            file, attr, language, data.limits
        )
    except DataError as error:
        return None, [*findings, error.to_diagnostic(locate_attribute(error.attribute))]
    kept_pairs = tuple(
        pair for pair in attr.pairs if pair[0] in _ATTRIBUTES_OF_TABLE or is_condition(pair[0])
    )
    table_attr = Attr(attr.id, tuple(name for name in attr.classes if name != "table"), kept_pairs)
    caption = append_unit(caption, attr.get("unit"), load_labels(language))
    return replace(table, caption=caption, attr=table_attr, span=span), findings


def _check_size(rows: int, columns: int, limits: ReadingLimits) -> None:
    """Raise ``DataError`` (SEC004) for a table that is too large, before creating its cells."""
    for message, hint in explain_table_size(rows, columns, limits):
        raise DataError("SEC004", message, hint, "columns")


def _make_wide_table(file: DataFile, attr: Attr, language: str, limits: ReadingLimits) -> Table:
    """Return a table with the columns of the file. Raise ``DataError`` for invalid attributes."""
    for key in _PIVOT_ATTRIBUTES:
        if attr.get(key):
            hint = "set `rows=`, `columns=` and `values=` to pivot data in long format, or remove "
            raise DataError("CHT001", f"`{key}=` cannot be used without `rows=`", f"{hint}`{key}=`", key)
    names = split_names(attr, "columns", file.columns) or list(file.columns)
    _check_size(1 + len(file.rows), len(names), limits)
    labels = _add_units(_read_labels(attr, names), attr.get("units"), language)
    with set_error_attribute("columns"):
        columns = [_format_column(file, name, language) for name in names]
    rows = zip(*(cells for cells, _ in columns), strict=True)
    return Table(
        columns=tuple(Column(align=align) for _, align in columns),
        head=(make_text_row(labels),),
        body=tuple(make_text_row(cells) for cells in rows),
    )


def _make_pivot_table(file: DataFile, attr: Attr, language: str, limits: ReadingLimits) -> Table:
    """Return a table with a cell for each row of the file, and with notes in small type.

    Raise ``DataError`` for invalid attributes.
    """
    for key in ("columns", "values"):
        if not attr.get(key):
            hint = f"set `{key}=` to a column of the data file, or remove `rows=`"
            raise DataError("CHT001", f"`rows=` requires `{key}=`", hint, "rows")
    if attr.get("units"):
        message = "`units=` cannot be combined with `rows=`"
        raise DataError("CHT001", message, "set a single unit with `unit=`", "units")
    rows, columns, values = (attr.get(key) for key in ("rows", "columns", "values"))
    notes, order = split_names(attr, "notes", file.columns), split_items(attr, "order")
    with set_error_attribute("rows"):
        row_count = len(set(file.get_label_column(rows)))
    with set_error_attribute("columns"):
        column_count = len(set(file.get_label_column(columns)))
    _check_size(1 + row_count, 1 + column_count, limits)
    grid = pivot_data(file, rows, columns, values, notes, order)
    join = load_labels(language).listed

    def join_notes(notes: Iterable[str]) -> str:
        """Join notes. A short last note stays on the line of the note before it."""
        *_, last = note_parts = ["", *notes]
        text = join(note_parts[1:])
        end = len(text) - len(last)
        is_attached = 0 < len(last) <= _MAX_SHORT_NOTE_LENGTH and text[end - 1 : end] == " "
        return f"{text[: end - 1]}\u00a0{last}" if is_attached else text

    def make_cell(entry: GridCell) -> Cell:
        value, note = file.replace_decimal_comma(entry.value), join_notes(entry.notes)
        words = _NO_VALUE if entry == EMPTY_CELL or not value else _format_cell(value, language)
        content = (Paragraph(content=(Text(text=words),), tight=True),)
        return Cell(content=content, note=(Text(text=note),) if note else ())

    body = tuple(
        Row(cells=(*make_text_row((name,)).cells, *map(make_cell, entries)))
        for name, entries in zip(grid.row_names, grid.cells, strict=True)
    )
    first, *rest = (
        _compute_widths(grid, join_notes) if attr.get("notes") else (None,) * (1 + len(grid.column_names))
    )
    return Table(
        columns=(
            Column(align=Align.LEFT, width=first),
            *(Column(align=Align.CENTER, width=fraction) for fraction in rest),
        ),
        head=(make_text_row(_read_labels(attr, [format_column_name(rows), *grid.column_names])),),
        body=body,
        row_headers=1,
    )


def _compute_widths(grid: Grid, join_notes: Callable[[Iterable[str]], str]) -> list[float]:
    """Return column widths as fractions of the table width. All columns but the first are equally wide.

    Names and notes may be broken into two lines; notes are in small type.
    """
    notes = [join_notes(entry.notes) for row in grid.cells for entry in row]
    first = max(_measure_wrapped_length(name) for name in grid.row_names)
    other = max(
        *(_NOTE_SIZE * _measure_wrapped_length(note) for note in notes),
        *map(_measure_wrapped_length, grid.column_names),
    )
    total = first + len(grid.column_names) * other
    return [first / total, *[other / total] * len(grid.column_names)]


def _measure_wrapped_length(text: str) -> float:
    """Return the minimum line length, in characters, at which a text has about two lines."""
    return max(len(text) / 2, *(len(word) for word in text.split() or [""]))


def _format_cell(cell: str, language: str) -> str:
    try:
        is_number = parse_number(cell) is not None
        return format_number(cell, count_decimals(cell), language=language) if is_number else _NO_VALUE
    except ValueError:
        return cell


def _read_labels(attr: Attr, names: list[str]) -> list[str]:
    """Return the header cells: the attribute ``labels``, or else the column names."""
    labels = split_names(attr, "labels") or names
    if len(labels) != len(names):
        hint = f"write one label per column, in this order: {', '.join(names)}"
        message = f"the table has {len(names)} columns but {len(labels)} column labels"
        raise DataError("CHT001", message, hint, "labels")
    return labels


def _add_units(labels: list[str], units_list: str, language: str) -> list[str]:
    """Append units in brackets to header cells. Raise ``DataError`` unless there is one unit per cell."""
    if not units_list:
        return labels
    units = [unit.strip() for unit in units_list.split(",")]
    if len(units) != len(labels):
        hint = 'write one unit per column, with an empty entry for a column without a unit: units=",GW,%"'
        message = f"the table has {len(labels)} columns but {len(units)} units"
        raise DataError("CHT001", message, hint, "units")
    before, after = load_labels(language).brackets
    return [
        f"{label}{before}{unit}{after}" if unit else label for label, unit in zip(labels, units, strict=True)
    ]


def _format_column(file: DataFile, name: str, language: str) -> tuple[list[str], Align]:
    """Return the formatted cells of a column, and its alignment."""
    cells = file.get_column(name)
    try:
        values = [parse_number(file.replace_decimal_comma(cell)) for cell in cells]
    except ValueError:
        return list(cells), Align.LEFT
    if any(value is None for value in values) and all(value is None for value in values):
        return list(cells), Align.LEFT
    if are_years([cell for cell in cells if cell]):
        return list(cells), Align.LEFT  # years are labels, not amounts
    return [
        format_number(cell, count_decimals(cell), language=language) if cell else ""
        for cell in map(file.replace_decimal_comma, cells)
    ], Align.RIGHT


def make_text_row(cells: Iterable[str]) -> Row:
    """Convert strings to a table row."""
    return Row(
        cells=tuple(Cell(content=(Paragraph(content=(Text(text=cell),), tight=True),)) for cell in cells)
    )
