"""The cells of a small workbook, such as a chart brings (SpreadsheetML, ECMA-376 Part 1, clause 18)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from triptych.checks.deck.package.package import Unreadable, unpacked
from triptych.ooxml.xml import R

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BOOK = "xl/workbook.xml"
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")

Cells: TypeAlias = Mapping[tuple[str, int, int], str]  # by sheet, row and column, counted from 1


class NoWorkbook(ValueError):
    """The bytes are no workbook."""


def cells_of(data: bytes) -> Cells:
    """A workbook → the text of its cells; numbers as they are written. Raises `NoWorkbook`."""
    try:
        package = unpacked(data)
        relations = package.relations[_BOOK]
        strings = package.trees.get("xl/sharedStrings.xml")
        shared = [] if strings is None else [_joined(item) for item in strings.iter(f"{_S}si")]
        return {
            (sheet.get("name"), *place): text
            for sheet in package.trees[_BOOK].iter(f"{_S}sheet")
            for place, text in _cells(package.trees[relations[sheet.get(f"{R}id")].target], shared)
        }
    except (Unreadable, KeyError, ValueError, TypeError, IndexError) as error:
        raise NoWorkbook(str(error)) from error


def _cells(sheet: Any, shared: list[str]) -> Iterator[tuple[tuple[int, int], str]]:
    for cell in sheet.iter(f"{_S}c"):
        name = cell.get("r")
        letters = name.rstrip("0123456789")
        yield (int(name[len(letters) :]), _column(letters)), _text(cell, shared)


def _text(cell: Any, shared: list[str]) -> str:
    value = cell.findtext(f"{_S}v")
    match cell.get("t"):
        case "s":
            return shared[int(value)]
        case "inlineStr":
            return _joined(cell)
    return value or ""


def _joined(element: Any) -> str:
    return "".join(element.itertext(f"{_S}t"))


def referred(reference: str) -> list[tuple[str, int, int]] | None:
    """The places that a formula such as ``Sheet1!$B$2:$B$9`` names, in order; None for any other formula."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    quoted, plain, left, top, right, bottom = match.groups()
    sheet = quoted.replace("''", "'") if quoted else plain
    first, last = (int(top), _column(left)), (int(bottom or top), _column(right or left))
    return [(sheet, y, x) for y in range(first[0], last[0] + 1) for x in range(first[1], last[1] + 1)]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
