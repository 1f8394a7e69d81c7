"""The leaves of a finished PDF: text by PDFium, what is drawn by the marks in its pages' contents."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any

import pikepdf
import pypdfium2

from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.checks.pdf.contents.contents import reads_pages_from_right
from triptych.checks.pdf.contents.values import alternatives, destinations, is_for_press, page_of
from triptych.checks.wordings import letters

_FAR = 10_000.0  # points beyond an edge
_BATCH = 100  # pages that one process reads at a time
_MARK = re.compile(rb"/(\w+)\s*(?:<<[^<>]*>>|/\w+)?\s*(?:BDC|BMC)\b|\bEMC\b")
_PAINTS = re.compile(rb"(?:^|\s)(?:f\*?|F|S|s|B\*?|b\*?|sh|TJ|Tj|EI)(?=\s|$)")
_DONE = re.compile(rb"/(\S+)\s+Do\b")


def pdf_leaves(data: bytes, executor: Executor) -> Leaves:
    """A PDF → its pages; their text is read in the processes of an executor."""
    document = pypdfium2.PdfDocument(data)
    count, from_right = len(document), reads_pages_from_right(document)
    document.close()
    firsts = range(0, count, _BATCH)
    jobs = [executor.submit(read_pages, data, first, min(first + _BATCH, count)) for first in firsts]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        anchors, tagged = _anchors(pdf), not is_for_press(pdf)
        drawings = [_drawings(page) if tagged else 0 for page in pdf.pages]
    texts = [text for job in jobs for text in job.result()]
    return Leaves(
        output="PDF",
        leaves=[Leaf(text, drawn, beyond) for (text, beyond), drawn in zip(texts, drawings, strict=True)],
        anchors=anchors,
        alternatives=lambda: _alternatives(data),
        reordered=from_right,
        tells_drawings=tagged,
        tells_silent=False,  # a picture without alternative text is no figure of the tags
    )


def read_pages(data: bytes, first: int, end: int) -> list[tuple[str, str]]:
    """The letters of some pages, and the words that lie beyond the edges of each."""
    with pypdfium2.PdfDocument(data) as document:
        return [_read(document[number]) for number in range(first, end)]


def _read(page: Any) -> tuple[str, str]:
    text = page.get_textpage()
    whole = letters(text.get_text_range().replace("\ufffe", ""))
    left, bottom, right, top = page.get_mediabox()
    inside = letters(text.get_text_bounded(left, bottom, right, top).replace("\ufffe", ""))
    if len(inside) >= len(whole):
        return whole, ""
    sides = (
        (left - _FAR, bottom - _FAR, left, top + _FAR),
        (right, bottom - _FAR, right + _FAR, top + _FAR),
        (left, top, right, top + _FAR),
        (left, bottom - _FAR, right, bottom),
    )
    return whole, " ".join(" ".join(text.get_text_bounded(*side).split()) for side in sides).strip()


def _anchors(pdf: pikepdf.Pdf) -> dict[str, int]:
    """The pages that ids lead to."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    places = ((name, page_of(place)) for name, place in destinations(pdf).items())
    return {name: pages[page] for name, page in places if page in pages}


def _drawings(page: pikepdf.Page) -> int:
    """How many passages a page marks as drawn, and paints something in (14.7.4.2 there)."""
    contents = page.obj.get("/Contents")
    parts = contents if isinstance(contents, pikepdf.Array) else [contents]
    stream = b"\n".join(part.read_bytes() for part in parts if isinstance(part, pikepdf.Stream))
    return sum(_paints(passage, page) for passage in _passages(stream))


def _passages(stream: bytes) -> Iterator[bytes]:
    """The marked passages of drawings."""
    if b"/Figure" not in stream and b"/Formula" not in stream:
        return
    begun: list[tuple[bytes, int]] = []
    for mark in _MARK.finditer(stream):
        if mark[1] is not None:
            begun.append((mark[1], mark.end()))
        elif begun:
            kind, start = begun.pop()
            if kind in (b"Figure", b"Formula"):
                yield stream[start : mark.start()]


def _paints(passage: bytes, page: pikepdf.Page) -> bool:
    """Whether anything is drawn: paths, text, or objects that are there."""
    if _PAINTS.search(passage):
        return True
    x_objects = page.resources.get("/XObject", pikepdf.Dictionary())
    objects = (x_objects.get(f"/{name.decode('latin-1')}") for name in _DONE.findall(passage))
    return any(isinstance(one, pikepdf.Stream) and int(one.get("/Length", 0)) > 0 for one in objects)


def _alternatives(data: bytes) -> str:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return letters(alternatives(pdf))
