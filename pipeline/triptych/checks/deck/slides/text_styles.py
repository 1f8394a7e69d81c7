"""The properties of text: its own, else those of the styles above it (ECMA-376 Part 1, 21.1.2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from triptych.checks.deck.slides.inheritance import Looks, Shape
from triptych.ooxml.colours import find_fill
from triptych.ooxml.inheritance import collect_list_styles
from triptych.ooxml.xml import A, P, collect_text, parse_flag, qn

_DEFAULT_SIZE = 18.0  # points


@dataclass(frozen=True, slots=True)
class Printed:
    """A run as it is shown: its text, colour (six digits, None where it is not one), and size in points.

    ``marked`` is the colour that it is highlighted with, None where it is not.
    """

    text: str
    colour: str | None
    size: float
    bold: bool
    marked: str | None = None


def printed(looks: Looks, shape: Shape) -> Iterator[Printed]:
    """The runs of a shape, without those of tables."""
    body = shape.element.find(f"{P}txBody")
    if body is None:
        return
    styles = collect_list_styles(shape.chain, shape.place, looks.master, looks.defaults)
    for paragraph in body.iter(f"{A}p"):
        own = paragraph.find(f"{A}pPr")
        number = 1 if own is None else int(own.get("lvl", "0")) + 1
        levels = (style.find(f"{A}lvl{number}pPr/{A}defRPr") for style in styles)
        above = [level for level in levels if level is not None]
        for run in paragraph.iter(f"{A}r", f"{A}fld"):
            yield shown(run, above, looks)


def shown(run: Any, above: list[Any], looks: Looks, otherwise: str | None = None) -> Printed:
    """A run with the properties above it, the nearest first; ``otherwise`` is the colour where none is."""
    direct = run.find(f"{A}rPr")
    found = set_as(collect_text(run), above if direct is None else [direct, *above], looks, otherwise)
    link = None if direct is None else direct.find(f"{A}hlinkClick")
    if link is None or any(kept.get("val") == "tx" for kept in link.iter(qn("ahyp:hlinkClr"))):
        return found
    return replace(found, colour=looks.colours.slot("hlink"))  # the theme's colour for links


def set_as(
    text: str, properties: list[Any], looks: Looks, otherwise: str | None = None, size: float = _DEFAULT_SIZE
) -> Printed:
    """A text with its properties, the nearest first; ``size`` is that of one which has none, in points."""
    said = next((item.get("sz") for item in properties if item.get("sz")), None)
    bold = next((item.get("b") for item in properties if item.get("b")), "0")
    mark = next((mark for item in properties if (mark := item.find(f"{A}highlight")) is not None), None)
    filled = next((item for item in properties if find_fill(item) is not None), None)
    plain = otherwise or looks.colours.slot("tx1")
    return Printed(
        text=text,
        colour=plain if filled is None else looks.colours.fill(filled),
        size=int(said) / 100 if said else size,
        bold=parse_flag(bold),
        marked=None if mark is None else looks.colours.opaque(mark),
    )
