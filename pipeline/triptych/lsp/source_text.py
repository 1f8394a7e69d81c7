"""Convert between positions of the Language Server Protocol and offsets in a text."""

from __future__ import annotations

import bisect
import re
from typing import Literal

from lsprotocol.types import Position, Range

Encoding = Literal["utf-8", "utf-16", "utf-32"]


class SourceText:
    r"""The text of a file, with line endings as ``\n``.

    Lines and columns of positions are 0-based. Columns count code units of the ``encoding`` agreed between
    server and client.
    """

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def get_offset(self, position: Position, encoding: Encoding) -> int:
        """Return the character offset of a position. Positions outside the text are moved into it."""
        if position.line >= len(self._starts):
            return len(self.text)
        start, end = self.get_line_range(position.line)
        line = self.text[start:end]
        if encoding == "utf-32" or line.isascii():
            return min(start + position.character, end)
        units = 0
        for index, character in enumerate(line):
            units += _count_units(character, encoding)
            if units > position.character:
                return start + index
        return end

    def get_line_range(self, line: int) -> tuple[int, int]:
        """Return the offsets of the start and the end of a line, without its line break."""
        start = self._starts[line]
        end = self._starts[line + 1] - 1 if line + 1 < len(self._starts) else len(self.text)
        return start, end

    def get_line(self, offset: int) -> int:
        """Return the index of the line that contains an offset."""
        return bisect.bisect_right(self._starts, offset) - 1

    def make_position(self, offset: int, encoding: Encoding) -> Position:
        """Return the position of a character offset."""
        offset = max(0, min(offset, len(self.text)))
        line = self.get_line(offset)
        before = self.text[self._starts[line] : offset]
        if encoding == "utf-32" or before.isascii():
            return Position(line, len(before))
        return Position(line, sum(_count_units(character, encoding) for character in before))

    def make_range(self, start: int, end: int, encoding: Encoding) -> Range:
        """Return the range between two character offsets."""
        return Range(self.make_position(start, encoding), self.make_position(end, encoding))

    def find_span(self, line: int, column: int) -> int:
        """Return the offset of a ``Span``, whose line and column are 1-based and count characters."""
        if line > len(self._starts):
            return len(self.text)
        start, end = self.get_line_range(max(line, 1) - 1)
        return min(start + max(column, 1) - 1, end)


def _count_units(character: str, encoding: Encoding) -> int:
    code = ord(character)
    if encoding == "utf-16":
        return 2 if code > 0xFFFF else 1
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
