"""Short numbers stand upright in vertical lines, each in the room of one character: 3月12日 has two.

Longer numbers lie on their side, and so do those among Latin letters and in code. Boxes that are set
horizontally need nothing, and what an author has marked as ``.tcy`` stays as it is.

Specification: CSS Writing Modes Level 4, 9.1 (text-combine-upright); JLREQ, 3.2.5 (tate-chu-yoko).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from xml.parsers import expat

from triptych.markup.passages import INLINE

# What a number belongs to when it touches it, and what even when a space parts them.
_TOUCHING = "!-~\u00a1-\u024f\u0370-\u052f\u2010-\u2013\u2032\u2033"
_LETTER = "A-Za-z\u00c0-\u024f\u0370-\u052f"
_SHORT = re.compile(rf"(?<![{_TOUCHING}])(?<![{_LETTER}]\s)[0-9]{{1,2}}(?![{_TOUCHING}])(?!\s[{_LETTER}])")

_HORIZONTAL = frozenset(("head", "pre", "math", "code", "kbd", "samp", "svg"))
_HORIZONTAL_CLASSES = frozenset(("equation", "panels", "tex", "tcy"))
_APART, _OBJECT = "\n\n", "\ufffc"  # between blocks; in the place of what lies in a line and is left as it is


def with_upright_numbers(page: bytes) -> bytes:
    """A vertical XHTML page → the same with a span around each short number; others as they are."""
    reader = _Reader(expat.ParserCreate())
    reader.parser.buffer_text = False  # each run of text with the byte at which it begins
    reader.parser.StartElementHandler = reader.begin
    reader.parser.EndElementHandler = reader.end
    reader.parser.CharacterDataHandler = reader.text
    reader.parser.Parse(page, True)
    parts, done = [], 0
    for start, number in reader.numbers() if reader.vertical else ():
        end = start + len(number)
        if page[start:end] == number:  # and no reference to a character
            parts += [page[done:start], b'<span class="tcy">', number, b"</span>"]
            done = end
    return b"".join((*parts, page[done:]))


@dataclass(slots=True)
class _Reader:
    """What a parser tells of a page: its words, and at which byte each run of them begins."""

    parser: expat.XMLParserType
    vertical: bool = False
    _words: list[str] = field(default_factory=list)
    _runs: list[tuple[int, int]] = field(default_factory=list)  # characters before it, its first byte
    _count: int = 0
    _left: int = 0  # open elements that are left as they are
    _open: list[str] = field(default_factory=list)  # what stands behind each open element

    def numbers(self) -> list[tuple[int, bytes]]:
        """Each short number with the byte that it begins at."""
        words, found = "".join(self._words), []
        for match in _SHORT.finditer(words):
            run = bisect_right(self._runs, match.start(), key=lambda run: run[0]) - 1
            last = self._runs[run + 1][0] if run + 1 < len(self._runs) else len(words)
            if match.end() <= last:  # in one element
                before, first = self._runs[run]
                start = first + len(words[before : match.start()].encode())
                found.append((start, match.group().encode()))
        return found

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        names = attributes.get("class", "").split()
        if tag == "html":
            self.vertical = "vertical" in names
        horizontal = tag in _HORIZONTAL or not _HORIZONTAL_CLASSES.isdisjoint(names)
        if self._left or horizontal or "hidden" in attributes:
            self._left += 1
            if self._left == 1:
                self._add(_OBJECT if tag in INLINE else _APART)
            return
        edge = "" if tag in INLINE and tag != "br" and "noteref" not in names else _APART
        self._add(edge)
        self._open.append(edge)

    def end(self, _tag: str) -> None:
        if self._left:
            self._left -= 1
        else:
            self._add(self._open.pop())

    def text(self, data: str) -> None:
        if not self._left:
            self._runs.append((self._count, self.parser.CurrentByteIndex))
            self._add(data)

    def _add(self, words: str) -> None:
        self._words.append(words)
        self._count += len(words)
