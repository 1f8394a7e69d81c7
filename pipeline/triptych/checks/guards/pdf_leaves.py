"""The leaves of a finished PDF: text by PDFium, what is drawn by the marks in its pages' contents."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import pikepdf
import pypdfium2

from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.checks.pdf.contents.contents import reads_pages_from_right
from triptych.checks.pdf.contents.page_marks import PageMarker
from triptych.checks.pdf.contents.strays import strays_on
from triptych.checks.pdf.contents.values import (
    alternatives,
    destinations,
    entry,
    is_for_press,
    listed,
    page_of,
    text,
)
from triptych.checks.wordings import letters
from triptych.engine.cache import Cache
from triptych.engine.memory.steps import LEAF
from triptych.engine.memory.task import Task
from triptych.engine.processes.pool import Named
from triptych.model.strays import Stray

_BATCH = 50  # pages that one process reads at a time
_MARK = re.compile(rb"/(\w+)\s*(?:<<[^<>]*>>|/\w+)?\s*(?:BDC|BMC)\b|\bEMC\b")
_PAINTS = re.compile(rb"(?:^|\s)(?:f\*?|F|S|s|B\*?|b\*?|sh|TJ|Tj|EI)(?=\s|$)")
_DONE = re.compile(rb"/(\S+)\s+Do\b")


def pdf_leaves(data: bytes, executor: Executor, cache: Cache) -> Leaves:
    """A PDF → its pages; the text of those that are not as an earlier build saw them is read in the processes
    of an executor.
    """
    with pypdfium2.PdfDocument(data) as document:
        from_right = reads_pages_from_right(document)
        labels = [document.get_page_label(number) or str(number + 1) for number in range(len(document))]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        anchors, tagged = _anchors(pdf), not is_for_press(pdf)
        marker = PageMarker(pdf)
        tasks = [
            Task.of(LEAF, f"PDF, page {label}", page=marker.mark(page.obj), label=label, tagged=str(tagged))
            for page, label in zip(pdf.pages, labels, strict=True)
        ]

        def read(missing: list[int]) -> list[Leaf]:
            shares = [missing[first : first + _BATCH] for first in range(0, len(missing), _BATCH)]
            job = Named("the text of the PDF", read_pages)
            jobs = [(executor.submit(job, data, share), share) for share in shares]
            drawings = [_drawings(pdf.pages[number]) if tagged else 0 for number in missing]
            # From the last on, this process reads itself what no other has begun with.
            shared = [read_pages(data, share) if job.cancel() else None for job, share in jobs[::-1]][::-1]
            parts = [here or job.result() for here, (job, _) in zip(shared, jobs, strict=True)]
            leaves = [leaf for part in parts for leaf in part]
            return [replace(leaf, drawings=drawn) for leaf, drawn in zip(leaves, drawings, strict=True)]

        leaves = cache.remember_all(tasks, read)
        parents = _parents(pdf) if any(leaf.strays for leaf in leaves) else None
        leaves = [_named(leaf, page, parents) for leaf, page in zip(leaves, pdf.pages, strict=True)]
    return Leaves(
        output="PDF",
        leaves=leaves,
        anchors=anchors,
        alternatives=lambda: _alternatives(data),
        reordered=from_right,
        tells_drawings=tagged,
        tells_silent=False,  # a picture without alternative text is no figure of the tags
        own_fonts=True,
    )


def read_pages(data: bytes, numbers: Sequence[int]) -> list[Leaf]:
    """Some pages, without what is drawn on them."""
    with pypdfium2.PdfDocument(data) as document:
        return [_read(document, number) for number in numbers]


def _read(document: Any, number: int) -> Leaf:
    page = document[number]
    words = page.get_textpage()
    whole = letters(words.get_text_range().replace("\ufffe", ""))
    label = document.get_page_label(number) or str(number + 1)
    return Leaf(whole, strays=strays_on(page, words), label=label)


def _named(leaf: Leaf, page: pikepdf.Page, parents: Any) -> Leaf:
    """A leaf whose strays without words have those that are said for them (ISO 32000-1, 14.7.4.4)."""
    if not leaf.strays or parents is None:
        return leaf
    elements = list(listed(parents.get(int(page.obj.get("/StructParents", -1)))))

    def named(stray: Stray) -> Stray:
        element = elements[stray.mcid] if not stray.words and 0 <= stray.mcid < len(elements) else None
        return replace(stray, words=text(entry(element, "/Alt"))) if element is not None else stray

    return replace(leaf, strays=tuple(map(named, leaf.strays)))


def _parents(pdf: pikepdf.Pdf) -> Any:
    """The elements of all pages' marked content, None where there is no structure."""
    tree = entry(pdf.Root, "/StructTreeRoot", "/ParentTree")
    return pikepdf.NumberTree(tree) if isinstance(tree, pikepdf.Dictionary) else None


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
