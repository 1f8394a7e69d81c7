"""What tells a page of a PDF from all others: its contents with all that they use, whatever its objects are
numbered.
"""

from __future__ import annotations

from typing import Any

import pikepdf

from triptych.engine.memory.program import digest

# What leads to other pages, to the structure or back up, and says nothing of what is seen.
_AWAY = frozenset(("/Parent", "/StructParents", "/StructParent", "/Annots", "/B", "/Properties", "/Tabs"))
_DEEPEST = 30


class PageMarker:
    """Marks of the pages of one file; what several pages use, such as a font, is looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], str] = {}

    def mark(self, node: Any, depth: int = 0) -> str:
        """A digest of an object and of all that it leads to."""
        if depth > _DEEPEST:
            return "deep"
        number = node.objgen if isinstance(node, pikepdf.Object) else (0, 0)
        if number != (0, 0) and number in self._known:
            return self._known[number]
        if number != (0, 0):
            self._known[number] = "a circle"  # while it is looked at
        made = self._made(node, depth)
        if number != (0, 0):
            self._known[number] = made
        return made

    def _made(self, node: Any, depth: int) -> str:
        if isinstance(node, pikepdf.Stream):
            return digest("stream", node.read_raw_bytes(), self._entries(node, depth))
        if isinstance(node, pikepdf.Dictionary):
            return digest("dictionary", self._entries(node, depth))
        if isinstance(node, pikepdf.Array):
            written = node.unparse()
            if b"R" not in written:  # it leads to nothing, as the boxes of a page
                return digest("array", written)
            return digest("array", *(self.mark(item, depth + 1) for item in node))
        return f"{type(node).__name__} {node}"

    def _entries(self, node: Any, depth: int) -> str:
        keys = sorted(key for key in list(node) if key not in _AWAY)
        return digest(*(part for key in keys for part in (key, self.mark(node[key], depth + 1))))
