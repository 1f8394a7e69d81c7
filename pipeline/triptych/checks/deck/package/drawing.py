"""What is drawn: colours, sizes, text bodies, tables, formulas (ECMA-376 Part 1, clauses 20 and 21)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from triptych.checks.alternatives import problems
from triptych.ooxml.measures import SLOTS
from triptych.ooxml.xml import A, P, parse_flag

_COLOUR = re.compile("[0-9A-Fa-f]{6}")
_WHOLE = re.compile("-?[0-9]+")
_LEVELS = tuple("012345678")


def colours(name: str, tree: Any) -> Iterator[str]:
    """Colours that are no six digits, or none of the theme's names."""
    for colour in tree.iter(f"{A}srgbClr"):
        if not _COLOUR.fullmatch(colour.get("val", "")):
            yield f"the colour {colour.get('val')!r} is not a hexadecimal RGB value"
    for colour in tree.iter(f"{A}schemeClr"):
        if colour.get("val") not in SLOTS:
            yield f"the colour {colour.get('val')!r} is not a theme colour"


def sizes(name: str, tree: Any) -> Iterator[str]:
    """Sizes and places that are no numbers, sizes below zero; levels of paragraphs that no style has."""
    for size in tree.iter(f"{A}ext", f"{P}sldSz", f"{P}notesSz"):
        is_extension = getattr(size.getparent(), "tag", "") == f"{A}extLst"
        if not is_extension and not all(size.get(key, "").isdigit() for key in ("cx", "cy")):
            yield f"the size of a shape is invalid: {size.get('cx')} × {size.get('cy')}"
    for place in tree.iter(f"{A}off"):
        if not all(_WHOLE.fullmatch(place.get(key, "")) for key in ("x", "y")):
            yield f"the position of a shape is invalid: {place.get('x')}, {place.get('y')}"
    for run in tree.iter(f"{A}rPr", f"{A}defRPr", f"{A}endParaRPr"):
        if not run.get("sz", "100").isdigit():
            yield f"the font size of a run is invalid: {run.get('sz')!r}"
    for paragraph in tree.iter(f"{A}pPr"):
        if paragraph.get("lvl", "0") not in _LEVELS:
            yield f"the level of a paragraph is invalid: {paragraph.get('lvl')!r}"


def text_bodies(name: str, tree: Any) -> Iterator[str]:
    """Text bodies without a paragraph, or that do not begin with their properties."""
    for body in tree.iter(f"{A}txBody", f"{P}txBody"):
        if body.find(f"{A}p") is None:
            yield "a text body has no paragraph"
        if body.find(f"{A}bodyPr") is None:
            yield "a text body has no bodyPr element"


def tables(name: str, tree: Any) -> Iterator[str]:
    """Cells without a text body, rows that do not fill the grid, merged cells that do not meet."""
    for cell in tree.iter(f"{A}tc"):
        if cell.find(f"{A}txBody") is None:
            yield "a table cell has no text body"
    for table in tree.iter(f"{A}tbl"):
        columns = len(table.findall(f"{A}tblGrid/{A}gridCol"))
        rows = [row.findall(f"{A}tc") for row in table.findall(f"{A}tr")]
        if any(len(row) != columns for row in rows):
            yield "a table row has a different number of cells than the table has columns"
        elif not _merged_well(rows):
            yield "the merged cells of a table do not match the row and column spans"


def _merged_well(rows: list[list[Any]]) -> bool:
    """Whether each cell that is merged away lies in the span of another, and no other does."""
    covered: dict[tuple[int, int], tuple[bool, bool]] = {}  # merged to the left, merged upwards
    for top, row in enumerate(rows):
        for left, cell in enumerate(row):
            across, down = _count(cell, "gridSpan"), _count(cell, "rowSpan")
            if across < 1 or down < 1 or left + across > len(row) or top + down > len(rows):
                return False
            if _merged(cell) != (False, False):
                continue
            for y in range(down):
                for x in range(across):
                    if (x or y) and covered.setdefault((top + y, left + x), (x > 0, y > 0)) != (x > 0, y > 0):
                        return False
    return all(
        _merged(cell) == covered.get((top, left), (False, False))
        for top, row in enumerate(rows)
        for left, cell in enumerate(row)
    )


def _merged(cell: Any) -> tuple[bool, bool]:
    return parse_flag(cell.get("hMerge")), parse_flag(cell.get("vMerge"))


def _count(cell: Any, key: str) -> int:
    value = cell.get(key, "1")
    return int(value) if value.isdigit() else 0


def formulas(name: str, tree: Any) -> Iterator[str]:
    """Formulas that only some programs understand, without what the others need."""
    if name.startswith("ppt/slides/"):
        yield from dict.fromkeys(problems(tree))
