"""Text as it is read: the lines of a paragraph are joined, and words that their ends divide."""

from __future__ import annotations

import re
import unicodedata

from triptych.checks.pdf.contents.contents import Run

_HYPHEN = "\u2010"  # where a word is divided; what an author writes is another sign
_COMPOUND = re.compile(r"\w-$")


class RunningText:
    """Text that is written down run by run; ``length`` is how long it is."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._last: Run | None = None
        self._page = -1
        self.length = 0

    def new_line(self) -> None:
        """A block begins or ends here."""
        self._last = None
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._add("\n")

    def say(self, text: str) -> None:
        """Words that nobody set, such as an alternative text."""
        self._add(text)
        self._last = None

    def set(self, run: Run, page: int) -> None:
        """What a run shows, behind a space where it begins a line."""
        last = self._last
        if last is not None and (page != self._page or not run.on_line_of(last)):
            self._break_line(run.text)
        self._add(run.text)
        if run.text.strip():
            self._last, self._page = run, page

    def _break_line(self, following: str) -> None:
        before = self._pieces[-1] if self._pieces else ""
        if before.endswith(_HYPHEN):
            self._pieces[-1] = before[:-1]
            self.length -= 1
        elif not _joins(before, following):
            self._add(" ")

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self.length += len(text)

    def written(self) -> str:
        """All of it."""
        return "".join(self._pieces)


def _joins(before: str, following: str) -> bool:
    """Whether a line goes on in the next without a space."""
    if not before or before[-1].isspace() or _COMPOUND.search(before):
        return True
    return _is_unspaced(before[-1]) and _is_unspaced(following[:1])


def _is_unspaced(char: str) -> bool:
    """Whether a character is of a script that sets no spaces at the ends of lines."""
    return bool(char) and unicodedata.east_asian_width(char) in ("W", "F")
