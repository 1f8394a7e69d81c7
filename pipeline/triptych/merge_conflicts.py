"""Find the conflict markers that version control systems such as Git leave in a file after a merge."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from triptych.diagnostics import Diagnostic, Span

HINT = "keep one of the versions, and delete the lines that start with <<<<<<<, ======= and >>>>>>>"
_MARKER = re.compile(r"^(?:<{7}|>{7}) \S.*", re.MULTILINE)
_LONGEST = 40  # characters of a marker in a message


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """The first conflict marker in a text: its line, counted from 1, and a message."""

    line: int
    message: str

    def finding(self, path: str, code: str) -> Diagnostic:
        """Return the diagnostic at the marker."""
        return Diagnostic(code=code, span=Span(path=path, line=self.line), message=self.message, hint=HINT)


def find_conflict(text: str, code_lines: Collection[int] = ()) -> MergeConflict | None:
    """Return the first conflict marker of a text outside code, None if there is none.

    A line of equals signs alone is not a marker: it underlines a heading in Markdown.
    """
    if "<<<<<<< " not in text and ">>>>>>> " not in text:
        return None
    for match in _MARKER.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if line not in code_lines:
            return MergeConflict(line, f"unresolved merge conflict: `{match[0].strip()[:_LONGEST]}`")
    return None


def keep_first_version(text: str, code_lines: Collection[int] = ()) -> str:
    """Return a text with the first version of each conflict; other versions and markers are empty lines."""
    kept: list[str] = []
    version = 0  # of the conflict around the line; 0 outside conflicts
    for number, line in enumerate(text.split("\n"), 1):
        mark = line[:7] if number not in code_lines else ""
        if mark == "<" * 7:
            version = 1
        elif version and mark in ("|" * 7, "=" * 7):
            version += 1
        is_end = mark == ">" * 7
        kept.append("" if version > 1 or is_end or mark == "<" * 7 else line)
        version = 0 if is_end else version
    return "\n".join(kept)
