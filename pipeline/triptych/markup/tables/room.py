"""How narrow a table may become before its words have to break, and which cells should stay on one line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from triptych.model import nodes
from triptych.model.nodes import Cell, Table
from triptych.model.walk import plain_text, walk

_GAP = 0.5  # em between columns
_SURE = 1.1  # readers choose wider faces, and heads are bold
_LONGEST = 24  # letters; longer words, such as addresses, break wherever they have to
_SOMETHING = "x" * 12  # as wide as a formula or a picture in a cell
_WHOLE = 8.7  # em of what stays on one line: "European Union" has as many
# Lines break between ideographs and kana, but not before small kana, marks that lengthen and closing marks.
_WIDE = r"\u3040-\u30ff\u3400-\u9fff"
_NEVER_FIRST = "ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々、。，．：；？！）」』】〉》"
_PIECES = re.compile(rf"[{_WIDE}][{_NEVER_FIRST}]*|[^{_WIDE}]+")
_UNKNOWN = (nodes.Math, nodes.Image, nodes.CodeBlock, nodes.Equation, nodes.Figure, nodes.Chart)


def narrowest(table: Table, *, whole: bool = False, rough: bool = False) -> float | None:
    """The width in em of its longest words side by side; None where it is unknown or without bound.

    With ``whole``, of cells that should be whole the width of all their words. A ``rough`` width is told of
    all tables whose rows can be told apart: very long words break in it, and what is no text has some room.
    """
    columns = [0.0] * len(table.columns)
    for row in (*table.head, *table.body, *table.foot):
        place = 0
        for cell in row.cells:
            is_known = not any(isinstance(node, _UNKNOWN) for node in walk(cell))
            if cell.rowspan > 1 or not (is_known or rough):
                return None
            words = [*_words(cell), *_parted(plain_text(cell.note))]
            if rough:
                words = [word[:_LONGEST] for word in words] if is_known else [_SOMETHING]
            if any(len(word) > _LONGEST for word in words):
                return None
            if cell.colspan == 1 and place < len(columns):
                pieces = [plain_text(cell.content)] if whole and is_whole(cell) else words
                columns[place] = max(columns[place], *map(_width, pieces), 0.0)
            place += cell.colspan
    return round(_beside_each_other(columns), 1)


def narrowest_of_rows(rows: Sequence[tuple[str, ...]]) -> float:
    """The rough width in em of rows of plain text."""
    words = (
        (word[:_LONGEST] for cell in column for word in _parted(cell)) for column in zip(*rows, strict=True)
    )
    return _beside_each_other(max(map(_width, own), default=0.0) for own in words)


def _beside_each_other(columns: Iterable[float]) -> float:
    """The width in em of columns that are as wide as their longest words."""
    return sum(column * _SURE + _GAP for column in columns)


def is_whole(cell: Cell) -> bool:
    """Whether a cell is a date, a number or a short label, which nobody wants to see on two lines."""
    is_line = len(cell.content) == 1 and isinstance(cell.content[0], nodes.Paragraph)
    return is_line and len(list(_words(cell))) > 1 and _width(plain_text(cell.content)) <= _WHOLE


def _words(cell: Cell) -> Iterator[str]:
    """What no line break comes into."""
    for block in cell.content:
        yield from _parted(plain_text((block,)))


def _parted(text: str) -> Iterator[str]:
    for word in re.findall(r"[^\s\u200b–—-]+[–—-]*|[–—-]+", text):
        yield from _PIECES.findall(word)


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
