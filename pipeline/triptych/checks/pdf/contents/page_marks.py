"""What tells a page of a PDF from all others: its contents with all that they use, whatever its objects are
numbered.
"""

from __future__ import annotations

import re

from triptych.checks.pdf.contents.written_objects import REFERENCE, WrittenObjects
from triptych.engine.store.program import digest

# What leads from a page to others, to the structure or back up, and says nothing of what is seen.
_AWAY = re.compile(rb"/(?:Parent|StructParents|Annots|B|Tabs)\s*(?:\[[^\[\]]*\]|\d+ \d+ R\b|/\w+|\d+)")
_PAGE = re.compile(rb"/Type\s*/Page\b")
_DEEPEST = 30


class PageMarker:
    """Marks of the pages of one file; what several pages use, such as a font, is looked at once."""

    def __init__(self, objects: WrittenObjects) -> None:
        self._objects = objects
        self._known: dict[int, bytes] = {}

    def mark(self, number: int) -> str:
        """A digest of an object, and of all that it leads to."""
        return self._mark(number, 0).decode()

    def _mark(self, number: int, depth: int) -> bytes:
        if depth > _DEEPEST:
            return b"deep"
        if number not in self._known:
            self._known[number] = b"a circle"  # while it is looked at
            self._known[number] = self._made(number, depth)
        return self._known[number]

    def _made(self, number: int, depth: int) -> bytes:
        value, data = self._objects[number]
        if _PAGE.search(value):
            value = _AWAY.sub(b"", value)
        value = REFERENCE.sub(lambda led_to: self._mark(int(led_to[1]), depth + 1), value)
        return digest(value, *(() if data is None else (data,))).encode()
