"""The line of a source that a finding is about, with a mark under its column."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rich.cells import cell_len

from triptych.diagnostics import Span
from triptych.project import MANIFEST, Project, UnsafePath

_TAB = 4  # cells between two stops
_BEFORE = 0.6  # of the room: what stands before the mark where a line has to be cut
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line as a terminal shows it, and the cells before the mark, None where the column says nothing."""

    number: int
    text: str
    mark: int | None


class Excerpts:
    """Lines of the files of a project, each file opened once."""

    def __init__(self, root: Path) -> None:
        self._project = Project(root)
        self._lines: dict[str, list[str]] = {}

    def of(self, span: Span, room: int) -> Excerpt | None:
        """The line of a place in at most ``room`` cells.

        None where it says nothing: of a section as a whole, whose place is the first, of an empty line, of a
        file that is gone or no text.
        """
        lines = self._read(span.path)
        whole = (span.line, span.column) == (1, 1) and span.path != MANIFEST
        if whole or not 0 < span.line <= len(lines):
            return None
        line = lines[span.line - 1]
        return Excerpt(span.line, *cut_line(line, span.column, room)) if line.strip() else None

    def _read(self, path: str) -> list[str]:
        if path not in self._lines:
            try:
                text = self._project.read_text(path)
            except (OSError, ValueError, UnsafePath):
                text = ""
            self._lines[path] = [] if "\0" in text else text.split("\n")
        return self._lines[path]


def cut_line(line: str, column: int, room: int) -> tuple[str, int | None]:
    """A line and a column of it, counted from 1 → what fits, and the cells before the column.

    A column behind the line is of another version of the file; the first one of an indented line is that of
    a block whose column nobody knows.
    """
    shown, widths = _cells(line)
    unknown = column > len(shown) + 1 or (column == 1 and line[:1].isspace())
    at = None if unknown else column - 1
    return _window(shown, widths, at, room)


def _window(shown: list[str], widths: list[int], at: int | None, room: int) -> tuple[str, int | None]:
    """What fits of characters as they are shown, the one ``at`` a place among it."""
    if sum(widths) <= room:
        return "".join(shown).rstrip(), None if at is None else sum(widths[:at])
    begin, wanted = at or 0, int(room * _BEFORE)
    while begin > 0 and sum(widths[begin - 1 : at]) <= wanted:
        begin -= 1
    left = _CUT if begin else ""
    used, end = len(left), begin
    while end < len(shown) and used + widths[end] < room:
        used += widths[end]
        end += 1
    right = _CUT if end < len(shown) else ""
    mark = None if at is None else len(left) + sum(widths[begin:at])
    return left + "".join(shown[begin:end]) + right, mark


@lru_cache(maxsize=8)  # thousands of findings may be about one long line
def _cells(line: str) -> tuple[list[str], list[int]]:
    """Each character as it may be shown, and its cells: tabs as blanks, none that moves or turns others."""
    shown, widths, place = [], [], 0
    for character in line:
        text = " " * (_TAB - place % _TAB) if character == "\t" else replace_control_characters(character)
        shown.append(text)
        widths.append(cell_len(text))
        place += widths[-1]
    return shown, widths


def replace_control_characters(text: str) -> str:
    """A text without characters that command a terminal, or turn what is beside them."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")
        and character not in "\n\u200c\u200d"
        else character
        for character in text
    )
