"""Cells of tables as their style has them (ECMA-376 Part 1, 20.1.4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from triptych.checks.deck.slides.inheritance import Looks
from triptych.checks.deck.slides.text_styles import Printed, shown
from triptych.ooxml.xml import A, parse_flag


class PrintedCell(NamedTuple):
    """The runs of a cell, and the colour it is filled with: None where nothing is, "" where it is not one."""

    runs: tuple[Printed, ...]
    fill: str | None


def printed_cells(looks: Looks, table: Any, styles: Any) -> Iterator[PrintedCell]:
    """The cells of a table; ``styles`` is the tree of the deck's table styles or None."""
    flags = table.find(f"{A}tblPr")
    style = _style(styles, None if flags is None else flags.findtext(f"{A}tableStyleId"))
    rows = table.findall(f"{A}tr")
    for top, row in enumerate(rows):
        cells = row.findall(f"{A}tc")
        for left, cell in enumerate(cells):
            parts = list(_parts(style, flags, (top, len(rows)), (left, len(cells))))
            colour = next((c for part in parts if (c := _text_colour(looks, part))), None)
            runs = tuple(shown(run, [], looks, colour) for run in cell.iter(f"{A}r", f"{A}fld"))
            fills = (cell.find(f"{A}tcPr"), *(part.find(f"{A}tcStyle/{A}fill") for part in parts))
            yield PrintedCell(runs, looks.colours.filled(fills))


def _style(styles: Any, identifier: str | None) -> Any:
    if styles is None:
        return None
    found = (item for item in styles.iter(f"{A}tblStyle") if item.get("styleId") == identifier)
    return next(found, None)


def _parts(style: Any, flags: Any, row: tuple[int, int], column: tuple[int, int]) -> Iterator[Any]:
    """The parts of a style that hold for a cell, the strongest first."""
    if style is None:
        return

    def on(name: str) -> bool:
        return flags is not None and parse_flag(flags.get(name))

    head, side = on("firstRow") and row[0] == 0, on("firstCol") and column[0] == 0
    holds = {
        "firstRow": head,
        "lastRow": on("lastRow") and row[0] == row[1] - 1,
        "firstCol": side,
        "lastCol": on("lastCol") and column[0] == column[1] - 1,
        f"band{1 + (row[0] - on('firstRow')) % 2}H": on("bandRow") and not head,
        f"band{1 + (column[0] - on('firstCol')) % 2}V": on("bandCol") and not side,
        "wholeTbl": True,
    }
    for name, there in holds.items():
        part = style.find(f"{A}{name}") if there else None
        if part is not None:
            yield part


def _text_colour(looks: Looks, part: Any) -> str | None:
    text = part.find(f"{A}tcTxStyle")
    if text is None:
        return None
    colours_set = [item for item in text if str(item.tag).endswith("Clr")]
    return looks.colours.opaque(colours_set) if colours_set else None
