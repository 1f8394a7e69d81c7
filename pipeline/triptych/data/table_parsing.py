"""Parse the text of a data file as a table; guess the delimiter and decimal separator if they are not set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from triptych.data.data_file import NO_HEADER, DataError, DataFile, make_row_span
from triptych.data.delimited_text import (
    DECIMALS,
    DELIMITERS,
    DelimitedRows,
    Notation,
    find_declared_delimiter,
    find_likely_tables,
    format_delimiter,
    guess_decimal_separator,
    is_number,
    split_rows,
)
from triptych.diagnostics import Diagnostic, Span, join_names


def _format_notation_options(**values: str) -> tuple[str, str]:
    """Format options as attributes, and as lines of YAML."""
    attributes = " ".join(f'{key}="{sign}"' for key, sign in values.items())
    return f"`{attributes}`", " and ".join(f'`{key}: "{sign}"`' for key, sign in values.items())


def parse_notation(delimiter: str, decimal: str) -> Notation:
    """Parse the attributes ``delimiter`` and ``decimal``. Raise ``DataError`` CHT001 for an invalid value."""
    delimiter = "\t" if delimiter in ("tab", "\\t") else delimiter
    if delimiter and delimiter not in DELIMITERS:
        signs = [f'"{format_delimiter(sign)}"' for sign in DELIMITERS]
        hint = f"use {join_names(signs, 'or')}"
        raise DataError("CHT001", f'invalid value "{delimiter}" for `delimiter=`', hint, "delimiter")
    if decimal and decimal not in DECIMALS:
        message, hint = f'invalid value "{decimal}" for `decimal=`', 'use "." or ","'
        raise DataError("CHT001", message, hint, "decimal")
    return Notation(delimiter=delimiter, decimal=decimal)


def parse_table(path: str, text: str, notation: Notation) -> tuple[DataFile, list[Diagnostic]]:
    """Parse a data file as a table; also return a note (DAT004) if the notation was guessed.

    Raise ``DataError`` DAT002 or DAT005 if the text is not a table, or ``csv.Error`` for invalid quotation
    marks.
    """
    delimiter = notation.delimiter or find_declared_delimiter(text)
    tables = [split_rows(text, delimiter)] if delimiter else find_likely_tables(text)
    table = tables[0]
    _reject_ambiguous_delimiter(path, tables)
    _check_rows(path, text, table, delimiter_is_set=bool(delimiter))
    header, body = table.rows[0][1], table.rows[1:]
    decimal = notation.decimal or guess_decimal_separator(cell for _, row in body for cell in row)
    file = DataFile(path, header, tuple(row for _, row in body), tuple(number for number, _ in body), decimal)
    guesses = {}
    if not delimiter and table.column_count > 1 and (table.delimiter != "," or len(tables) > 1):
        guesses["delimiter"] = format_delimiter(table.delimiter)
    if not notation.decimal and decimal == ",":
        guesses["decimal"] = decimal
    return file, [_report_guess(path, guesses)] if guesses else []


def _report_guess(path: str, guesses: dict[str, str]) -> Diagnostic:
    parts = {"delimiter": "delimiter", "decimal": "decimal separator"}
    unset = " and ".join(parts[key] for key in guesses)
    signs = " and ".join(f'"{sign}"' for sign in guesses.values())
    attributes, lines = _format_notation_options(**guesses)
    hint = f"to confirm this guess, set {attributes} on the chart or table, or {lines} under `data:` in "
    hint += "`book.yaml`"
    message = f"the {unset} {'is' if len(guesses) == 1 else 'are'} not set; assuming {signs}"
    return Diagnostic(code="DAT004", span=Span(path=path), message=message, hint=hint)


def _reject_ambiguous_delimiter(path: str, tables: Sequence[DelimitedRows]) -> None:
    """Raise ``DataError`` if several delimiters split the text equally well."""
    best = (
        [table for table in tables if table.numeric_column_count == tables[0].numeric_column_count]
        if tables[1:]
        else []
    )
    if len(best) > 1:
        signs = " or ".join(f'"{format_delimiter(table.delimiter)}"' for table in best)
        attribute, line = _format_notation_options(delimiter="…")
        hint = f"set the delimiter: {attribute} on the chart or table, or {line} under `data:` in `book.yaml`"
        raise DataError("DAT005", f"{path}: the delimiter is ambiguous: {signs}", hint)


def _check_rows(path: str, text: str, table: DelimitedRows, *, delimiter_is_set: bool) -> None:
    """Raise ``DataError`` if the rows are not a valid table with a header row."""
    if not table.rows:
        raise DataError("DAT002", f"{path} is empty", "add a header row and data rows to the file")
    if delimiter_is_set and not table.is_table and (other := _find_other_delimiter(text, table)):
        message = f'{path} does not use the delimiter "{format_delimiter(table.delimiter)}"'
        raise DataError("DAT005", message, f'set `delimiter="{other}"`', "delimiter")
    header = table.rows[0][1]
    if len(table.rows) < 2:
        raise DataError(
            "DAT002", f"{path} has a header row but no data rows", "add data rows below the header row"
        )
    duplicate = next((name for name, count in Counter(header).items() if name and count > 1), None)
    if duplicate is not None:
        raise DataError(
            "DAT002",
            f'{path} has two columns named "{duplicate}"',
            "give each column in the header row its own name" if not is_number(duplicate) else NO_HEADER,
        )
    if table.first_ragged_row is not None:
        number, length = table.first_ragged_row
        sign = "" if table.delimiter == "," else f' (delimiter "{format_delimiter(table.delimiter)}")'
        cells = "1 cell" if length == 1 else f"{length} cells"
        message = f"row {number} has {cells}; the header has {len(header)}{sign}"
        place = make_row_span(path, (row for _, row in table.rows), number)
        message = message if place else f"{path}: {message}"
        raise DataError("DAT002", message, _make_ragged_row_hint(table, number), file_span=place)


def _find_other_delimiter(text: str, table: DelimitedRows) -> str:
    """Return the probable delimiter of a text, or "" if none is found."""
    likely = find_likely_tables(text)
    return format_delimiter(likely[0].delimiter) if likely[0].is_table else ""


def _make_ragged_row_hint(table: DelimitedRows, number: int) -> str:
    row = dict(table.rows)[number]
    sign = format_delimiter(table.delimiter)
    if len(row) > table.column_count and not any(row[table.column_count :]):
        return f'delete the "{sign}" at the end of the row'
    rows_of_same_length = [cells for _, cells in table.rows if len(cells) == len(row)]
    if (
        table.delimiter == ","
        and len(row) > table.column_count
        and any(character.isdigit() for cells in rows_of_same_length for character in cells[1:])
    ):
        return 'delete the extra cell, or put a value that contains a comma in quotation marks: "1,5"'
    if len(row) > table.column_count:
        return f'put cells that contain "{sign}" in quotation marks'
    if other := next(
        (
            delimiter
            for delimiter in DELIMITERS
            if len(row) == 1 and row[0].count(delimiter) == table.column_count - 1
        ),
        "",
    ):
        return f'separate the cells with "{sign}" as in the header, not with "{format_delimiter(other)}"'
    cells = "cell" if table.column_count - len(row) == 1 else "cells"
    return f'add the missing {cells}, even if empty, or use "{sign}" as the delimiter in every row'
