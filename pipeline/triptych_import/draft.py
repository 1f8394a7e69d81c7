"""A text on its way to become a section: each of its lines knows the line of the file that it came from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """Something that was not carried over as it stood: where, what, and what was done about it."""

    path: str
    line: int = 1
    column: int = 1
    what: str
    done: str

    def __str__(self) -> str:
        return f"{self.place}: note: {self.what}; {self.done}"

    @property
    def place(self) -> str:
        """Where it is."""
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters from ``start`` up to ``end``; an insertion where both are the same."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, the file it is from, and for each line of the text the number of its line in the file."""

    path: str
    text: str
    lines: tuple[int, ...]

    @classmethod
    def of(cls, path: str, text: str) -> Draft:
        """A file as it was read."""
        return cls(path, text, tuple(range(1, text.count("\n") + 2)))

    def finding(self, offset: int, what: str, done: str) -> Finding:
        """A finding at a place of the text."""
        start = self.text.rfind("\n", 0, offset) + 1
        line = self.lines[bisect_right(_starts(self.text), offset) - 1]
        return Finding(path=self.path, line=line, column=offset - start + 1, what=what, done=done)

    def part(self, start: int, end: int) -> Draft:
        """The text between two places."""
        first = bisect_right(_starts(self.text), start) - 1
        text = self.text[start:end]
        return replace(self, text=text, lines=self.lines[first : first + text.count("\n") + 1])

    def edited(self, edits: Iterable[Edit]) -> Draft:
        """The text with edits made; of two that overlap the first wins."""
        starts = _starts(self.text)
        out: list[str] = []
        lines = [self.lines[0]]
        position = 0

        def number(offset: int) -> int:
            return self.lines[bisect_right(starts, offset) - 1]

        def keep(end: int) -> None:
            out.append(self.text[position:end])
            first = bisect_right(starts, position)
            lines.extend(self.lines[first : first + self.text.count("\n", position, end)])

        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            if edit.start < position:
                continue
            keep(edit.start)
            out.append(edit.new)
            lines.extend([number(edit.start)] * edit.new.count("\n"))
            if edit.new.endswith("\n") or ("\n" in self.text[edit.start : edit.end] and not edit.new):
                lines[-1] = number(edit.end)
            position = edit.end
        keep(len(self.text))
        return replace(self, text="".join(out), lines=tuple(lines))


@lru_cache(maxsize=4)
def _starts(text: str) -> list[int]:
    """Where the lines of a text begin."""
    return [0, *(match.end() for match in re.finditer("\n", text))]
