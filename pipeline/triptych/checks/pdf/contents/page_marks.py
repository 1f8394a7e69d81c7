"""What tells a page of a PDF from all others: its contents with all that they use, whatever its objects are
numbered.
"""

from __future__ import annotations

import re

import pikepdf

from triptych.engine.memory.program import digest

# What leads to other pages, to the structure or back up, and says nothing of what is seen.
_AWAY = frozenset(("/Parent", "/StructParents", "/StructParent", "/Annots", "/B", "/Properties", "/Tabs"))
_REFERENCE = re.compile(rb"\b(\d{1,9}) (\d{1,5}) R\b")  # a text may look like one; then it is taken for one
_DEEPEST = 30


class PageMarker:
    """Marks of the pages of one file; what several pages use, such as a font, is looked at once."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._known: dict[tuple[int, int], str] = {}

    def mark(self, node: pikepdf.Object, depth: int = 0) -> str:
        """A digest of an object that has a number, and of all that it leads to."""
        if depth > _DEEPEST:
            return "deep"
        if node.objgen not in self._known:
            self._known[node.objgen] = "a circle"  # while it is looked at
            self._known[node.objgen] = self._made(node, depth)
        return self._known[node.objgen]

    def _made(self, node: pikepdf.Object, depth: int) -> str:
        stream = isinstance(node, pikepdf.Stream)
        entries = node.stream_dict if stream else node
        if isinstance(entries, pikepdf.Dictionary) and not _AWAY.isdisjoint(entries.keys()):
            entries = pikepdf.Dictionary({key: entries[key] for key in entries.keys() - _AWAY})

        def led_to(reference: re.Match[bytes]) -> bytes:
            led = self._pdf.get_object(int(reference[1]), int(reference[2]))
            # Numbers, and what is not there, come as Python's own values.
            told = self.mark(led, depth + 1) if isinstance(led, pikepdf.Object) else repr(led)
            return told.encode()

        written = _REFERENCE.sub(led_to, entries.unparse(resolved=True))
        return digest("stream", node.read_raw_bytes(), written) if stream else digest(written)
