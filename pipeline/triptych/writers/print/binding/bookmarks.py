"""Bookmarks of all chapters → the outline that viewers show beside the pages (ISO 32000-1, 12.3.3)."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.writers.print.pdf_syntax import PdfFile, number, text_string
from triptych.writers.print.quire import Bookmark


def put_outline(marks: Sequence[tuple[Bookmark, int]], file: PdfFile) -> int:
    """Put bookmarks, each with the object of its page, into the file → the outline's object.

    One that skips levels stands under the one before it. Only those of the first level are open.
    """
    root = file.reserve()
    first = file.reserve(len(marks))
    kids = _tree([mark.level for mark, _ in marks])
    for parent, siblings in kids.items():
        for place, index in enumerate(siblings):
            mark, page = marks[index]
            _, x, y = mark.place
            file.put(
                first + index,
                b"<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ %s %s null]%s%s>>"
                % (
                    text_string(mark.words),
                    first + parent if parent >= 0 else root,
                    page,
                    number(x),
                    number(y),
                    _beside(siblings, place, first),
                    _below(kids[index], first, closed=True),
                ),
            )
    return file.put(root, b"<</Type/Outlines%s>>" % _below(kids[-1], first, closed=False))


def _tree(levels: Sequence[int]) -> dict[int, list[int]]:
    """The bookmarks under each one, by their places; those at the top under -1."""
    kids: dict[int, list[int]] = {-1: []}
    above: list[int] = []  # those that the next one may stand under
    for index, level in enumerate(levels):
        while above and levels[above[-1]] >= level:
            above.pop()
        kids[above[-1] if above else -1].append(index)
        kids[index] = []
        above.append(index)
    return kids


def _beside(siblings: Sequence[int], place: int, first: int) -> bytes:
    before = b"/Prev %d 0 R" % (first + siblings[place - 1]) if place else b""
    return before + (b"/Next %d 0 R" % (first + siblings[place + 1]) if place + 1 < len(siblings) else b"")


def _below(below: Sequence[int], first: int, *, closed: bool) -> bytes:
    if not below:
        return b""
    count = -len(below) if closed else len(below)
    return b"/First %d 0 R/Last %d 0 R/Count %d" % (first + below[0], first + below[-1], count)
