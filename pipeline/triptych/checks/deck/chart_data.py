"""Compare native charts with their embedded workbooks (ECMA-376 Part 1, 21.2)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from triptych.checks.deck.package import DeckPackage, Fault, UnreadablePackageError, read_package
from triptych.engine.memory import ImpliedInput
from triptych.engine.store.program_digest import compute_digest
from triptych.media.xml_parsing import parse_untrusted_xml
from triptych.ooxml.xml import C, R

_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WORKBOOK_PART = "xl/workbook.xml"
_CELL_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
WorkbookCells: TypeAlias = Mapping[tuple[str, int, int], str]  # by sheet, row and column, which count from 1


def check_chart_values(package: DeckPackage) -> Iterator[Fault]:
    """Report charts without a workbook, and chart values that differ from their workbook."""
    for name in package.iter_parts_in("charts"):
        books = package.get_related_parts(name, "package")
        if len(books) != 1 or books[0] not in package.parts:
            yield Fault(name, "the chart has no embedded workbook")
            continue
        chart, book = package.parts[name], package.parts[books[0]]
        try:
            differences = package.memory.call(
                _find_differences, chart, compute_digest(book), ImpliedInput(book)
            )
            yield from (Fault(name, problem) for problem in differences)
        except InvalidWorkbookError:
            yield Fault(books[0], "the chart workbook cannot be read")


def _find_differences(chart: bytes, key: str, workbook: ImpliedInput[bytes]) -> tuple[str, ...]:
    """Return a message for each cell reference in a chart whose cached values differ from the cells.

    ``key`` is the workbook's digest, for the cache key.
    """
    cells = read_workbook_cells(workbook.value)
    references = parse_untrusted_xml(chart).iter(f"{C}strRef", f"{C}numRef")
    return tuple(
        dict.fromkeys(problem for data in references for problem in _compare_cached_values(data, cells))
    )


def _compare_cached_values(data: Any, cells: WorkbookCells) -> Iterator[str]:
    """Compare the cached values of a reference with its cells. Defined names are not resolved."""
    reference = data.findtext(f"{C}f") or ""
    addresses = parse_cell_reference(reference)
    cache = data.find(f"{C}strCache")
    cache = data.find(f"{C}numCache") if cache is None else cache
    if addresses is None or cache is None:
        return
    count = cache.find(f"{C}ptCount")
    declared_count = count.get("val", "") if count is not None else ""
    if declared_count != str(len(addresses)):
        yield f"{reference} has {len(addresses)} cells, but the chart has {declared_count or 'no'} values"
    values = {point.get("idx"): point.findtext(f"{C}v") or "" for point in cache.iter(f"{C}pt")}
    for index, address in enumerate(addresses):
        value, cell = values.pop(str(index), ""), cells.get(address, "")
        if not _is_same_value(value, cell):
            yield f"{reference}: the chart shows {value!r}, but the workbook has {cell!r}"
            return
    if values:
        yield f"{reference}: values of the chart are missing from the chart workbook"


def _is_same_value(value: str, cell: str) -> bool:
    if value == cell:
        return True
    try:
        return math.isclose(float(value), float(cell), rel_tol=1e-12)
    except ValueError:
        return False


class InvalidWorkbookError(ValueError):
    """Raised if data is not a readable workbook."""


def read_workbook_cells(data: bytes) -> WorkbookCells:
    """Return the text of a workbook's cells, with numbers as stored. Raise ``InvalidWorkbookError``."""
    try:
        package = read_package(data)
        relations = package.relations[_WORKBOOK_PART]
        strings = package.trees.get("xl/sharedStrings.xml")
        shared_strings = (
            [] if strings is None else [_join_text(item) for item in strings.iter(f"{_SPREADSHEET}si")]
        )
        return {
            (sheet.get("name"), *address): text
            for sheet in package.trees[_WORKBOOK_PART].iter(f"{_SPREADSHEET}sheet")
            for address, text in _iter_cells(
                package.trees[relations[sheet.get(f"{R}id")].target], shared_strings
            )
        }
    except (UnreadablePackageError, KeyError, ValueError, TypeError, IndexError) as error:
        raise InvalidWorkbookError(str(error)) from error


def _iter_cells(sheet: Any, shared_strings: list[str]) -> Iterator[tuple[tuple[int, int], str]]:
    for cell in sheet.iter(f"{_SPREADSHEET}c"):
        name = cell.get("r")
        letters = name.rstrip("0123456789")
        yield (int(name[len(letters) :]), _parse_column(letters)), _get_cell_text(cell, shared_strings)


def _get_cell_text(cell: Any, shared_strings: list[str]) -> str:
    value = cell.findtext(f"{_SPREADSHEET}v")
    match cell.get("t"):
        case "s":
            return shared_strings[int(value)]
        case "inlineStr":
            return _join_text(cell)
    return value or ""


def _join_text(element: Any) -> str:
    return "".join(element.itertext(f"{_SPREADSHEET}t"))


def parse_cell_reference(reference: str) -> list[tuple[str, int, int]] | None:
    """Return the cells of a reference such as ``Sheet1!$B$2:$B$9``, or None for other formulas."""
    match = _CELL_REFERENCE.fullmatch(reference)
    if match is None:
        return None
    quoted_sheet, plain, left, top, right, bottom = match.groups()
    sheet = quoted_sheet.replace("''", "'") if quoted_sheet else plain
    first, last = (int(top), _parse_column(left)), (int(bottom or top), _parse_column(right or left))
    return [(sheet, y, x) for y in range(first[0], last[0] + 1) for x in range(first[1], last[1] + 1)]


def _parse_column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
