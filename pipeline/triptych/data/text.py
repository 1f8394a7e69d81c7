"""The text of a data file → its table, read as its author says or as its rows suggest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from triptych.data.columns import NO_HEADER, DataError, DataFile, line_of_row
from triptych.data.delimited_text import (
    DECIMALS,
    DELIMITERS,
    Cut,
    Notation,
    cut,
    is_number,
    likely_cuts,
    likely_decimal,
    named,
    told_delimiter,
)
from triptych.diagnostics import Diagnostic, Span, join_names


def _settings(**values: str) -> tuple[str, str]:
    """Return some options as attributes and as lines of YAML."""
    attributes = " ".join(f'{key}="{sign}"' for key, sign in values.items())
    return f"`{attributes}`", " and ".join(f'`{key}: "{sign}"`' for key, sign in values.items())


def read_notation(delimiter: str, decimal: str) -> Notation:
    """The attributes ``delimiter`` and ``decimal`` → what they say. Raises ``DataError`` CHT001."""
    delimiter = "\t" if delimiter in ("tab", "\\t") else delimiter
    if delimiter and delimiter not in DELIMITERS:
        signs = [f'"{named(sign)}"' for sign in DELIMITERS]
        hint = f"use {join_names(signs, 'or')}"
        raise DataError("CHT001", f'invalid value "{delimiter}" for `delimiter=`', hint, "delimiter")
    if decimal and decimal not in DECIMALS:
        message, hint = f'invalid value "{decimal}" for `decimal=`', 'use "." or ","'
        raise DataError("CHT001", message, hint, "decimal")
    return Notation(delimiter=delimiter, decimal=decimal)


def read_table(path: str, text: str, notation: Notation) -> tuple[DataFile, list[Diagnostic]]:
    """A file's table, and a note where it was not said how to read it.

    Raises ``DataError`` DAT002 and DAT005, and ``csv.Error``.
    """
    delimiter = notation.delimiter or told_delimiter(text)
    ways = [cut(text, delimiter)] if delimiter else likely_cuts(text)
    table = ways[0]
    _check_ways(path, ways)
    _check_rows(path, text, table, is_told=bool(delimiter))
    header, body = table.rows[0][1], table.rows[1:]
    decimal = notation.decimal or likely_decimal(cell for _, row in body for cell in row)
    file = DataFile(path, header, tuple(row for _, row in body), tuple(number for number, _ in body), decimal)
    guessed = {}
    if not delimiter and table.width > 1 and (table.delimiter != "," or len(ways) > 1):
        guessed["delimiter"] = named(table.delimiter)
    if not notation.decimal and decimal == ",":
        guessed["decimal"] = decimal
    return file, [_guess(path, guessed)] if guessed else []


def _guess(path: str, guessed: dict[str, str]) -> Diagnostic:
    parts = {"delimiter": "delimiter", "decimal": "decimal separator"}
    unset = " and ".join(parts[key] for key in guessed)
    signs = " and ".join(f'"{sign}"' for sign in guessed.values())
    attributes, lines = _settings(**guessed)
    hint = f"to confirm this guess, set {attributes} on the chart or table, or {lines} under `data:` in "
    hint += "`book.yaml`"
    message = f"the {unset} {'is' if len(guessed) == 1 else 'are'} not set; assuming {signs}"
    return Diagnostic(code="DAT004", span=Span(path=path), message=message, hint=hint)


def _check_ways(path: str, ways: Sequence[Cut]) -> None:
    """Raises ``DataError`` where several ways to cut a file are equally likely."""
    most = [way for way in ways if way.number_columns == ways[0].number_columns] if len(ways) > 1 else []
    if len(most) > 1:
        signs = " or ".join(f'"{named(way.delimiter)}"' for way in most)
        attribute, line = _settings(delimiter="…")
        hint = f"set the delimiter: {attribute} on the chart or table, or {line} under `data:` in `book.yaml`"
        raise DataError("DAT005", f"{path}: the delimiter is ambiguous: {signs}", hint)


def _check_rows(path: str, text: str, table: Cut, *, is_told: bool) -> None:
    """Raises ``DataError`` where rows and header make no table."""
    if not table.rows:
        raise DataError("DAT002", f"{path} is empty", "add a header row and data rows to the file")
    if is_told and not table.is_table and (other := _other_sign(text, table)):
        message = f'{path} does not use the delimiter "{named(table.delimiter)}"'
        raise DataError("DAT005", message, f'set `delimiter="{other}"`', "delimiter")
    header = table.rows[0][1]
    if len(table.rows) < 2:
        raise DataError(
            "DAT002", f"{path} has a header row but no data rows", "add data rows below the header row"
        )
    twice = next((name for name, count in Counter(header).items() if name and count > 1), None)
    if twice is not None:
        raise DataError(
            "DAT002",
            f'{path} has two columns named "{twice}"',
            "give each column in the header row its own name" if not is_number(twice) else NO_HEADER,
        )
    if table.uneven is not None:
        number, length = table.uneven
        sign = "" if table.delimiter == "," else f' (delimiter "{named(table.delimiter)}")'
        cells = "1 cell" if length == 1 else f"{length} cells"
        message = f"row {number} has {cells}; the header has {len(header)}{sign}"
        place = line_of_row(path, (row for _, row in table.rows), number)
        message = message if place else f"{path}: {message}"
        raise DataError("DAT002", message, _uneven_hint(table, number), place=place)


def _other_sign(text: str, table: Cut) -> str:
    """What cells seem to be separated by instead, or ""."""
    likely = likely_cuts(text)
    return named(likely[0].delimiter) if likely[0].is_table else ""


def _uneven_hint(table: Cut, number: int) -> str:
    row = dict(table.rows)[number]
    sign = named(table.delimiter)
    if len(row) > table.width and not any(row[table.width :]):
        return f'delete the "{sign}" at the end of the row'
    same = [cells for _, cells in table.rows if len(cells) == len(row)]
    if (
        table.delimiter == ","
        and len(row) > table.width
        and any(c.isdigit() for cells in same for c in cells[1:])
    ):
        return 'delete the extra cell, or put a value that contains a comma in quotation marks: "1,5"'
    if len(row) > table.width:
        return f'put cells that contain "{sign}" in quotation marks'
    if other := next(
        (one for one in DELIMITERS if len(row) == 1 and row[0].count(one) == table.width - 1), ""
    ):
        return f'separate the cells with "{sign}" as in the header, not with "{named(other)}"'
    cells = "cell" if table.width - len(row) == 1 else "cells"
    return f'add the missing {cells}, even if empty, or use "{sign}" as the delimiter in every row'
