"""A finished file as its leaves: the pages of a PDF, the documents of an e-book."""

from __future__ import annotations

import ctypes
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

from triptych.checks.epub.package import read_package_document
from triptych.checks.pdf.page_contents import is_right_to_left
from triptych.checks.pdf.strays import find_page_strays
from triptych.checks.pdf.values import get_entry, get_text, iter_items, read_alternatives
from triptych.checks.pdf.written_objects import PageMarker, WrittenObjects, list_references
from triptych.checks.wordings import normalize
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import NamedJob
from triptych.engine.store.program import digest
from triptych.engine.tasks import LEAF, Task
from triptych.media.xml_names import MATHML, SVG, XHTML
from triptych.model.book import Book, Chapter
from triptych.model.layout_defects import LayoutDefect

_BATCH = 50  # pages that one process reads at a time
_TOP = 24.0  # points below the highest start of a chapter at which one still begins its page
_MARK = re.compile(rb"/(\w+)\s*(?:<<[^<>]*>>|/\w+)?\s*(?:BDC|BMC)\b|\bEMC\b")
_PAINTS = re.compile(rb"(?:^|\s)(?:f\*?|F|S|s|B\*?|b\*?|sh|TJ|Tj|EI)(?=\s|$)")
_DONE = re.compile(rb"/(\S+)\s+Do\b")


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf shows: its text as letters, and how many pictures, charts and formulas are drawn on it.

    ``strays`` are what is not where it should be, such as words off the page. ``label`` is what a page is
    called.
    """

    letters: str
    drawings: int = 0
    strays: tuple[LayoutDefect, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """The leaves of a file in order. ``anchors`` are the leaves at which ids stand, ``inside`` those ids that
    stand below the top of their leaf, where something may come before them.

    ``alternatives`` reads the letters of all alternative texts, which takes its time. In a ``reordered`` file
    the words of a line may stand in another order than they are read. ``tells_drawings`` says whether it
    tells what is drawn from what only adorns it, ``tells_silent`` whether it does so of drawings too that
    nothing is said of. One with its ``own_fonts`` alone has a sign for characters that these lack.
    """

    output: str
    leaves: Sequence[Leaf]
    anchors: Mapping[str, int]
    alternatives: Callable[[], str]
    reordered: bool = False
    tells_drawings: bool = True
    tells_silent: bool = True
    own_fonts: bool = False
    inside: frozenset[str] = frozenset()

    def with_strays(self, strays: Mapping[int, tuple[LayoutDefect, ...]]) -> Leaves:
        """Return the same leaves with more strays."""
        leaves = list(self.leaves)
        for number, more in strays.items():
            leaves[number] = replace(leaves[number], strays=(*leaves[number].strays, *more))
        return replace(self, leaves=leaves)

    def by_chapter(self, book: Book) -> Iterator[tuple[Chapter, Sequence[Leaf]]]:
        """Each chapter with its leaves."""
        for chapter, own in self.places(book):
            yield chapter, self.leaves[own.start : own.stop]

    def places(self, book: Book) -> Iterator[tuple[Chapter, range]]:
        """Each chapter with the numbers of its leaves: from the one that it begins on to where the next
        begins, with that leaf if the next chapter begins inside it.

        A chapter that nothing leads to may be on any leaf.
        """
        starts = {
            chapter.id: self.anchors[chapter.id] for chapter in book.chapters if chapter.id in self.anchors
        }
        at_top = {leaf for name, leaf in starts.items() if name not in self.inside}
        ordered = sorted({*starts.values(), len(self.leaves)})
        shared = {*starts.values()} - at_top
        ends = {start: end + (end in shared) for start, end in pairwise(ordered)}
        for chapter in book.chapters:
            start = starts.get(chapter.id)
            yield chapter, range(len(self.leaves)) if start is None else range(start, ends[start])


@dataclass(frozen=True, slots=True)
class _Document:
    """What a document shows, its ids in order, and its alternative texts."""

    leaf: Leaf
    ids: tuple[str, ...]
    alternatives: tuple[str, ...]


def read_epub_leaves(data: bytes, ids: Iterable[str], executor: Executor, cache: Cache) -> Leaves:
    """Read the documents of an EPUB in this process, which is fast, and in which of them some ids are."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        names = [name for name in read_package_document(archive.read).spine if name in sizes]
        files = {name: archive.read(name) for name in names}
    there = digest(*sorted(name for name, size in sizes.items() if size))
    documents: list[_Document] = [
        cache.get_or_make(
            Task.of(LEAF, name, name=name, document=file, files=there),
            partial(_read_document, name, file, sizes),
            _Document,
        )
        for name, file in files.items()
    ]
    wanted = frozenset(ids)
    anchors: dict[str, int] = {}
    for number, document in enumerate(documents):
        for identifier in wanted.intersection(document.ids):
            anchors.setdefault(identifier, number)
    return Leaves(
        output="EPUB",
        leaves=[document.leaf for document in documents],
        anchors=anchors,
        alternatives=lambda: normalize(" ".join(text for one in documents for text in one.alternatives)),
    )


def _read_document(name: str, data: bytes, sizes: Mapping[str, int]) -> _Document:
    page = etree.fromstring(data)
    elements = list(page.iter(etree.Element))
    return _Document(
        _make_leaf(name, page, sizes),
        tuple(identifier for element in elements if (identifier := element.get("id"))),
        tuple(
            text
            for element in elements
            for key in ("alt", "alttext", "aria-label")
            if (text := element.get(key))
        ),
    )


def _make_leaf(name: str, page: etree._Element, sizes: Mapping[str, int]) -> Leaf:
    body = page.find(f"{XHTML}body")
    if body is None:
        return Leaf("")
    folder = posixpath.dirname(name)
    files = (
        posixpath.normpath(posixpath.join(folder, unquote(i.get("src", ""))))
        for i in body.iter(f"{XHTML}img")
    )
    drawn = (one for one in body.iter(f"{SVG}svg", f"{MATHML}math") if one.get("class") != "narrow")
    drawings = sum(sizes.get(file, 0) > 0 for file in files) + sum(1 for _ in drawn)
    return Leaf(normalize("".join(map(str, body.itertext()))), drawings)


def read_pdf_leaves(data: bytes, ids: Iterable[str], executor: Executor, cache: Cache) -> Leaves:
    """Read the pages of a PDF, and on which of them some ids are.

    Pages that an earlier build has not seen are read in the processes of the executor.
    """
    with pypdfium2.PdfDocument(data) as document:
        return _read_leaves(document, data, ids, executor, cache)


def _read_leaves(document: Any, data: bytes, ids: Iterable[str], executor: Executor, cache: Cache) -> Leaves:
    labels = [_get_label(document, number) for number in range(len(document))]
    objects = WrittenObjects(data)
    pages, tagged = list(objects.pages()), not _is_for_press(objects)
    marker = PageMarker(objects)
    tasks = [
        Task.of(LEAF, f"PDF, page {label}", page=marker.mark(page), label=label, tagged=str(tagged))
        for page, label in zip(pages, labels, strict=True)
    ]

    def read(missing: list[int]) -> list[Leaf]:
        shares = [missing[first : first + _BATCH] for first in range(0, len(missing), _BATCH)]
        job = NamedJob("the text of the PDF", read_pages)
        jobs = [(executor.submit(job, data, share), share) for share in shares]
        drawings = [_count_drawings(objects, pages[number]) if tagged else 0 for number in missing]
        # From the last on, this process reads itself what no other has begun with.
        shared = [_read_all(document, share) if job.cancel() else None for job, share in jobs[::-1]][::-1]
        parts = [here or job.result() for here, (job, _) in zip(shared, jobs, strict=True)]
        leaves = [leaf for part in parts for leaf in part]
        return [replace(leaf, drawings=drawn) for leaf, drawn in zip(leaves, drawings, strict=True)]

    leaves = cache.get_or_make_all(tasks, read, shape=Leaf)
    if any(leaf.strays for leaf in leaves):
        leaves = _add_names(leaves, data)
    anchors = {name: place for name in ids if (place := _find_destination(document, name)) is not None}
    highest = max((height for _, height in anchors.values()), default=0.0)
    return Leaves(
        output="PDF",
        leaves=leaves,
        anchors={name: page for name, (page, _) in anchors.items()},
        inside=frozenset(name for name, (_, height) in anchors.items() if height < highest - _TOP),
        alternatives=lambda: _read_alternatives(data),
        reordered=is_right_to_left(document),
        tells_drawings=tagged,
        tells_silent=False,  # a picture without alternative text is no figure of the tags
        own_fonts=True,
    )


def read_pages(data: bytes, numbers: Sequence[int]) -> list[Leaf]:
    """Read some pages, without counting their drawings."""
    with pypdfium2.PdfDocument(data) as document:
        return _read_all(document, numbers)


def _read_all(document: Any, numbers: Sequence[int]) -> list[Leaf]:
    return [_read_page(document, number) for number in numbers]


def _get_label(document: Any, number: int) -> str:
    return document.get_page_label(number) or str(number + 1)


def _read_page(document: Any, number: int) -> Leaf:
    page = document[number]
    words = page.get_textpage()
    whole = normalize(words.get_text_range().replace("\ufffe", ""))
    return Leaf(whole, strays=find_page_strays(page, words), label=_get_label(document, number))


def _add_names(leaves: Sequence[Leaf], data: bytes) -> list[Leaf]:
    """Leaves whose strays without words have those that are said for them (ISO 32000-1, 14.7.4.4)."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tree = get_entry(pdf.Root, "/StructTreeRoot", "/ParentTree")
        if not isinstance(tree, pikepdf.Dictionary):
            return list(leaves)
        parents = pikepdf.NumberTree(tree)

        def named(stray: LayoutDefect, elements: Sequence[Any]) -> LayoutDefect:
            element = elements[stray.mcid] if not stray.words and 0 <= stray.mcid < len(elements) else None
            return (
                replace(stray, words=get_text(get_entry(element, "/Alt"))) if element is not None else stray
            )

        def with_names(leaf: Leaf, page: pikepdf.Page) -> Leaf:
            elements = list(iter_items(parents.get(int(page.obj.get("/StructParents", -1)))))
            return replace(leaf, strays=tuple(named(stray, elements) for stray in leaf.strays))

        pairs = zip(leaves, pdf.pages, strict=True)
        return [with_names(leaf, page) if leaf.strays else leaf for leaf, page in pairs]


def _find_destination(document: Any, name: str) -> tuple[int, float] | None:
    """Return the page that an id leads to, from 0 on, and how high on it in points; None if it is unknown."""
    # PDFium reads a name by its byte order mark; without one it would be in PDFDocEncoding.
    place = pdfium.FPDF_GetNamedDestByName(document.raw, name.encode("utf-8-sig"))
    page = pdfium.FPDFDest_GetDestPageIndex(document.raw, place) if place else -1
    if page < 0:
        return None
    flags = [ctypes.c_int() for _ in range(3)]
    x, y, zoom = (ctypes.c_float() for _ in range(3))
    pdfium.FPDFDest_GetLocationInPage(place, *map(ctypes.byref, flags), *map(ctypes.byref, (x, y, zoom)))
    return page, y.value


def _is_for_press(objects: WrittenObjects) -> bool:
    """Whether a file says that it is PDF/X, and not that it is for readers, as ``is_for_press`` of values."""
    root = objects[objects.root].value
    intents = (objects[number].value for number in list_references(root, "OutputIntents"))
    return b"/StructTreeRoot" not in root and any(b"/GTS_PDFX" in intent for intent in intents)


def _count_drawings(objects: WrittenObjects, page: int) -> int:
    """How many passages a page marks as drawn, and paints something in (14.7.4.2 there)."""
    value = objects[page].value
    stream = b"\n".join(objects[number].unpacked for number in list_references(value, "Contents"))
    passages = list(_iter_drawn_passages(stream))
    if not passages:
        return 0
    used = b" ".join((value, *(objects[number].value for number in list_references(value, "Resources"))))
    return sum(_paints(passage, used, objects) for passage in passages)


def _iter_drawn_passages(stream: bytes) -> Iterator[bytes]:
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


def _paints(passage: bytes, used: bytes, objects: WrittenObjects) -> bool:
    """Whether anything is drawn: paths, text, or objects that are there, of those that a page ``used``."""
    if _PAINTS.search(passage):
        return True
    led_to = (
        number for name in _DONE.findall(passage) for number in list_references(used, name.decode("latin-1"))
    )
    return any(objects[number].data for number in led_to)


def _read_alternatives(data: bytes) -> str:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return normalize(read_alternatives(pdf))
