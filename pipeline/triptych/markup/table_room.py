"""How narrow a table may become before its words have to break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from triptych.model import nodes
from triptych.model.nodes import Cell, Table
from triptych.model.walk import plain_text, walk

_GAP = 0.5  # em between columns
_SURE = 1.05  # readers choose wider faces, and heads are bold
_ANYWHERE = 12.0  # em; what fits this fits a phone at twice the size of text
_LONGEST = 24  # letters; longer words, such as addresses, break wherever they have to
_UNKNOWN = (nodes.Math, nodes.Image, nodes.CodeBlock, nodes.Equation, nodes.Figure, nodes.Chart)


def narrowest(table: Table) -> float | None:
    """The width in em of its longest words side by side; None where it is small, unknown or without bound."""
    columns = [0.0] * len(table.columns)
    for row in (*table.head, *table.body, *table.foot):
        place = 0
        for cell in row.cells:
            if cell.rowspan > 1 or any(isinstance(node, _UNKNOWN) for node in walk(cell)):
                return None
            words = list(_words(cell))
            if any(len(word) > _LONGEST for word in words):
                return None
            if cell.colspan == 1 and place < len(columns):
                columns[place] = max(columns[place], *map(_width, words), 0.0)
            place += cell.colspan
    ems = sum(column * _SURE + _GAP for column in columns)
    return round(ems, 1) if ems > _ANYWHERE else None


def _words(cell: Cell) -> Iterator[str]:
    """What no line break comes into."""
    for block in cell.content:
        for word in re.findall(r"[^\s\u200b–—-]+[–—-]*|[–—-]+", plain_text((block,))):
            yield from re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\u3040-\u30ff\u3400-\u9fff]+", word)


def _width(word: str) -> float:
    """An estimate in em, rather too much than too little."""
    return sum(_advance(character) for character in word)


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in ".,:;'’|!il":
        return 0.35
    return 0.75 if character.isupper() else 0.62
