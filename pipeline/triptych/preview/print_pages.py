"""A finished PDF → what its pages look like, and where one that was changed differs from the one before."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import pikepdf

from triptych.engine.store.program import digest


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page: a digest of what is drawn on it, and whether it is of the text, with an Arabic number."""

    look: str
    of_text: bool


def read_leaves(data: bytes) -> tuple[Leaf, ...]:
    """The pages of a PDF of ours."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return tuple(Leaf(digest(*_drawn(page))[:16], page.label.isdecimal()) for page in pdf.pages)


def first_change(before: Sequence[Leaf], after: Sequence[Leaf]) -> int | None:
    """The number of the first page that differs, counted from 1; None where none does.

    One of the text comes before those in front of it: an edit moves the pages that the contents name.
    """
    changed = [
        (number, new is not None and new.of_text)
        for number, (old, new) in enumerate(zip_longest(before, after), 1)
        if old != new
    ]
    first = next((number for number, of_text in changed if of_text), changed[0][0] if changed else None)
    return None if first is None else max(1, min(first, len(after)))


def _drawn(page: pikepdf.Page) -> Iterator[bytes]:
    """The operators of a page, and its pictures and forms."""
    contents = page.obj.get("/Contents", pikepdf.Array())
    for stream in contents if isinstance(contents, pikepdf.Array) else (contents,):
        yield stream.read_raw_bytes()
    for name, thing in sorted(page.obj.Resources.get("/XObject", pikepdf.Dictionary()).items()):
        yield name.encode()
        yield thing.read_raw_bytes()
