"""Show the source line of a finding with a caret below the finding's column."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rich.cells import cell_len

from triptych.diagnostics import Span
from triptych.project import MANIFEST, Project, UnsafePathError

_TAB_WIDTH = 4  # cells between tab stops
_FRACTION_BEFORE_CARET = 0.6  # maximum fraction of a shortened line before the caret
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A source line as a terminal shows it.

    ``caret_column`` is the 0-based display column of the caret, or None to draw no caret.
    """

    line_number: int
    text: str
    caret_column: int | None


class ExcerptReader:
    """Reads the source lines of a project. Each file is read only once."""

    def __init__(self, root: Path) -> None:
        self._project = Project(root)
        self._lines: dict[str, list[str]] = {}

    def get_excerpt(self, span: Span, width: int) -> Excerpt | None:
        """Return the source line of a finding, shortened to ``width`` terminal cells.

        Return None if the line is empty, or if the file is missing or not text. Also return None for line 1,
        column 1 of a section, because such findings concern the whole section.
        """
        lines = self._read_lines(span.path)
        is_whole = (span.line, span.column) == (1, 1) and span.path != MANIFEST
        if is_whole or not 0 < span.line <= len(lines):
            return None
        line = lines[span.line - 1]
        return Excerpt(span.line, *shorten_line(line, span.column, width)) if line.strip() else None

    def _read_lines(self, path: str) -> list[str]:
        if path not in self._lines:
            try:
                text = self._project.read_text(path)
            except (OSError, ValueError, UnsafePathError):
                text = ""
            self._lines[path] = [] if "\0" in text else text.split("\n")
        return self._lines[path]


def shorten_line(line: str, column: int, width: int) -> tuple[str, int | None]:
    """Truncate a line to ``width`` terminal cells around a 1-based column; return it with the caret's offset.

    The offset is in cells. It is None if a caret would mislead: if the column is beyond the end of the line,
    because the file has changed, or if the column is 1 in an indented line, because the finding concerns a
    whole block.
    """
    cells, widths = _split_cells(line)
    is_unknown = column > len(cells) + 1 or (column == 1 and line[:1].isspace())
    index = None if is_unknown else column - 1
    if sum(widths) <= width:
        return "".join(cells).rstrip(), None if index is None else sum(widths[:index])
    start, before = index or 0, int(width * _FRACTION_BEFORE_CARET)
    while start > 0 and sum(widths[start - 1 : index]) <= before:
        start -= 1
    left = _ELLIPSIS if start else ""
    used, end = len(left), start
    while end < len(cells) and used + widths[end] < width:
        used += widths[end]
        end += 1
    right = _ELLIPSIS if end < len(cells) else ""
    mark = None if index is None else len(left) + sum(widths[start:index])
    return left + "".join(cells[start:end]) + right, mark


@lru_cache(maxsize=8)  # thousands of findings may be about the same long line
def _split_cells(line: str) -> tuple[list[str], list[int]]:
    """Return the characters of a line as displayed, and their widths in cells. Tabs become spaces."""
    cells, widths, position = [], [], 0
    for character in line:
        text = (
            " " * (_TAB_WIDTH - position % _TAB_WIDTH)
            if character == "\t"
            else replace_control_characters(character)
        )
        cells.append(text)
        widths.append(cell_len(text))
        position += widths[-1]
    return cells, widths


def replace_control_characters(text: str) -> str:
    """Replace characters that control the terminal or the text direction (Cc, Cf, Zl, Zp, Cs) with U+FFFD."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")
        and character not in "\n\u200c\u200d"
        else character
        for character in text
    )
