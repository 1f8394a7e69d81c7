"""Read the pages of an output file.

In an EPUB, each content document counts as a page.
"""

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
from triptych.checks.pdf.overflow import find_page_defects
from triptych.checks.pdf.page_contents import is_right_to_left
from triptych.checks.pdf.raw_objects import PageDigester, RawObjectTable, list_references
from triptych.checks.pdf.values import get_entry, get_text, iter_items, read_alt_texts
from triptych.checks.wordings import normalise_text
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import NamedJob
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.tasks import PAGE_TEXT, Task
from triptych.media.xml_parsing import MATHML, SVG, XHTML
from triptych.model.book import Book, Chapter
from triptych.model.layout_defects import LayoutDefect

_BATCH_SIZE = 50  # pages that a process reads in one job
_TOP_TOLERANCE = 24.0  # points below the highest chapter start that count as the top of the page
_MARKED_CONTENT = re.compile(rb"/(\w+)\s*(?:<<[^<>]*>>|/\w+)?\s*(?:BDC|BMC)\b|\bEMC\b")
_PAINT_OPERATOR = re.compile(rb"(?:^|\s)(?:f\*?|F|S|s|B\*?|b\*?|sh|TJ|Tj|EI)(?=\s|$)")
_XOBJECT_OPERATOR = re.compile(rb"/(\S+)\s+Do\b")


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of a PDF or a content document of an EPUB, with its normalised text and its page label.

    ``drawing_count`` is the number of images, charts and formulas.
    """

    normalised_text: str
    drawing_count: int = 0
    defects: tuple[LayoutDefect, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePages:
    """The pages of a file, in order.

    - ``anchors``: maps ids to page indices.
    - ``ids_below_top``: the ids that are not at the top of their page.
    - ``read_alt_texts``: returns all normalised alt texts, joined.
    - ``is_reordered``: whether the words of a line may be out of reading order.
    - ``has_tagged_drawings``: whether drawings can be distinguished from decoration.
    - ``has_tagged_undescribed_drawings``: whether this is also true of drawings without alt text.
    - ``has_only_own_fonts``: whether characters that are missing from the fonts of the file cannot be shown.
    """

    output: str
    pages: Sequence[FilePage]
    anchors: Mapping[str, int]
    read_alt_texts: Callable[[], str]
    is_reordered: bool = False
    has_tagged_drawings: bool = True
    has_tagged_undescribed_drawings: bool = True
    has_only_own_fonts: bool = False
    ids_below_top: frozenset[str] = frozenset()

    def add_defects(self, defects: Mapping[int, tuple[LayoutDefect, ...]]) -> FilePages:
        """Return a copy with additional layout defects. ``defects`` maps page indices to defects."""
        leaves = list(self.pages)
        for number, further_defects in defects.items():
            leaves[number] = replace(leaves[number], defects=(*leaves[number].defects, *further_defects))
        return replace(self, pages=leaves)

    def iter_chapters(self, book: Book) -> Iterator[tuple[Chapter, Sequence[FilePage]]]:
        """Yield each chapter of a book with its pages."""
        for chapter, page_range in self.iter_page_ranges(book):
            yield chapter, self.pages[page_range.start : page_range.stop]

    def iter_page_ranges(self, book: Book) -> Iterator[tuple[Chapter, range]]:
        """Yield each chapter of a book with the indices of its pages.

        A chapter ends on the page before the next chapter, or on the same page if the next chapter starts
        below the top. A chapter without an anchor may be on any page.
        """
        first_pages = {
            chapter.id: self.anchors[chapter.id] for chapter in book.chapters if chapter.id in self.anchors
        }
        at_top = {leaf for name, leaf in first_pages.items() if name not in self.ids_below_top}
        ordered = sorted({*first_pages.values(), len(self.pages)})
        shared_pages = {*first_pages.values()} - at_top
        end_pages = {start: end + (end in shared_pages) for start, end in pairwise(ordered)}
        for chapter in book.chapters:
            start = first_pages.get(chapter.id)
            yield chapter, range(len(self.pages)) if start is None else range(start, end_pages[start])


@dataclass(frozen=True, slots=True)
class _ContentDocument:
    """An EPUB content document as a page, with its ids in order and its alt texts."""

    page: FilePage
    ids: tuple[str, ...]
    alt_texts: tuple[str, ...]


def read_epub_pages(data: bytes, ids: Iterable[str], cache: Cache) -> FilePages:
    """Return the content documents of an EPUB as pages, with the page index of each of ``ids``."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        names = [name for name in read_package_document(archive.read).spine if name in sizes]
        files = {name: archive.read(name) for name in names}
    nonempty = compute_digest(*sorted(name for name, size in sizes.items() if size))
    documents: list[_ContentDocument] = [
        cache.get_or_make(
            Task.for_step(PAGE_TEXT, name, name=name, document=file, files=nonempty),
            partial(_read_content_document, name, file, sizes),
            _ContentDocument,
        )
        for name, file in files.items()
    ]
    wanted_ids = frozenset(ids)
    anchors: dict[str, int] = {}
    for number, document in enumerate(documents):
        for identifier in wanted_ids.intersection(document.ids):
            anchors.setdefault(identifier, number)
    return FilePages(
        output="EPUB",
        pages=[document.page for document in documents],
        anchors=anchors,
        read_alt_texts=lambda: normalise_text(
            " ".join(text for document in documents for text in document.alt_texts)
        ),
    )


def _read_content_document(name: str, data: bytes, sizes: Mapping[str, int]) -> _ContentDocument:
    page = etree.fromstring(data)
    elements = list(page.iter(etree.Element))
    return _ContentDocument(
        _make_page(name, page, sizes),
        tuple(identifier for element in elements if (identifier := element.get("id"))),
        tuple(
            text
            for element in elements
            for key in ("alt", "alttext", "aria-label")
            if (text := element.get(key))
        ),
    )


def _make_page(name: str, document: etree._Element, sizes: Mapping[str, int]) -> FilePage:
    body = document.find(f"{XHTML}body")
    if body is None:
        return FilePage("")
    folder = posixpath.dirname(name)
    files = (
        posixpath.normpath(posixpath.join(folder, unquote(i.get("src", ""))))
        for i in body.iter(f"{XHTML}img")
    )
    vector_drawings = (
        drawing for drawing in body.iter(f"{SVG}svg", f"{MATHML}math") if drawing.get("class") != "narrow"
    )
    drawings = sum(sizes.get(file, 0) > 0 for file in files) + sum(1 for _ in vector_drawings)
    return FilePage(normalise_text("".join(map(str, body.itertext()))), drawings)


def read_pdf_pages(data: bytes, ids: Iterable[str], executor: Executor, cache: Cache) -> FilePages:
    """Return the pages of a PDF, with the page index of each of ``ids``.

    Pages that are not cached are read by processes of ``executor``.
    """
    with pypdfium2.PdfDocument(data) as document:
        return _read_pages_of_file(document, data, ids, executor, cache)


def _read_pages_of_file(
    document: Any, data: bytes, ids: Iterable[str], executor: Executor, cache: Cache
) -> FilePages:
    labels = [_get_page_label(document, number) for number in range(len(document))]
    objects = RawObjectTable(data)
    pages, tagged = list(objects.iter_page_ids()), not _is_print_only(objects)
    digester = PageDigester(objects)
    tasks = [
        Task.for_step(
            PAGE_TEXT,
            f"PDF, page {label}",
            page=digester.hash_object(page),
            label=label,
            tagged=str(tagged),
        )
        for page, label in zip(pages, labels, strict=True)
    ]

    def read_missing_pages(missing: list[int]) -> list[FilePage]:
        batches = [missing[first : first + _BATCH_SIZE] for first in range(0, len(missing), _BATCH_SIZE)]
        job = NamedJob("the text of the PDF", read_page_batch)
        jobs = [(executor.submit(job, data, batch), batch) for batch in batches]
        drawings = [_count_drawings(objects, pages[number]) if tagged else 0 for number in missing]
        # From the last batch backwards, this process reads the batches that no worker process has started.
        own_results = [_read_pages(document, batch) if job.cancel() else None for job, batch in jobs[::-1]][
            ::-1
        ]
        parts = [part or job.result() for part, (job, _) in zip(own_results, jobs, strict=True)]
        leaves = [leaf for part in parts for leaf in part]
        return [
            replace(leaf, drawing_count=drawing_count)
            for leaf, drawing_count in zip(leaves, drawings, strict=True)
        ]

    leaves = cache.get_or_make_all(tasks, read_missing_pages, shape=FilePage)
    if any(leaf.defects for leaf in leaves):
        leaves = _add_alt_texts(leaves, data)
    anchors = {
        name: destination for name in ids if (destination := _find_destination(document, name)) is not None
    }
    highest = max((height for _, height in anchors.values()), default=0.0)
    return FilePages(
        output="PDF",
        pages=leaves,
        anchors={name: page for name, (page, _) in anchors.items()},
        ids_below_top=frozenset(
            name for name, (_, height) in anchors.items() if height < highest - _TOP_TOLERANCE
        ),
        read_alt_texts=lambda: _read_alt_texts(data),
        is_reordered=is_right_to_left(document),
        has_tagged_drawings=tagged,
        has_tagged_undescribed_drawings=False,  # an image without alt text has no Figure element
        has_only_own_fonts=True,
    )


def read_page_batch(data: bytes, numbers: Sequence[int]) -> list[FilePage]:
    """Return the pages with the given indices, without counting their drawings."""
    with pypdfium2.PdfDocument(data) as document:
        return _read_pages(document, numbers)


def _read_pages(document: Any, numbers: Sequence[int]) -> list[FilePage]:
    return [_read_page(document, number) for number in numbers]


def _get_page_label(document: Any, number: int) -> str:
    return document.get_page_label(number) or str(number + 1)


def _read_page(document: Any, number: int) -> FilePage:
    page = document[number]
    words = page.get_textpage()
    page_text = normalise_text(words.get_text_range().replace("\ufffe", ""))
    return FilePage(
        page_text, defects=find_page_defects(page, words), label=_get_page_label(document, number)
    )


def _add_alt_texts(pages: Sequence[FilePage], data: bytes) -> list[FilePage]:
    """Set the text of layout defects in drawings to the alt text of the drawing (ISO 32000-1, 14.7.4.4)."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tree = get_entry(pdf.Root, "/StructTreeRoot", "/ParentTree")
        if not isinstance(tree, pikepdf.Dictionary):
            return list(pages)
        parents = pikepdf.NumberTree(tree)

        def add_alt_text(defect: LayoutDefect, elements: Sequence[Any]) -> LayoutDefect:
            if defect.words or not 0 <= defect.mcid < len(elements):
                return defect
            return replace(defect, words=get_text(get_entry(elements[defect.mcid], "/Alt")))

        updated_pages = list(pages)
        for number, (leaf, page) in enumerate(zip(pages, pdf.pages, strict=True)):
            if leaf.defects:
                elements = list(iter_items(parents.get(int(page.obj.get("/StructParents", -1)))))
                defects = tuple(add_alt_text(defect, elements) for defect in leaf.defects)
                updated_pages[number] = replace(leaf, defects=defects)
        return updated_pages


def _find_destination(document: Any, name: str) -> tuple[int, float] | None:
    """Return the page index and the height on the page, in points, of a destination.

    Return None if the destination is undefined.
    """
    # A name without a byte order mark would be read as PDFDocEncoding.
    destination = pdfium.FPDF_GetNamedDestByName(document.raw, name.encode("utf-8-sig"))
    page = pdfium.FPDFDest_GetDestPageIndex(document.raw, destination) if destination else -1
    if page < 0:
        return None
    flags = [ctypes.c_int() for _ in range(3)]
    x, y, zoom = (ctypes.c_float() for _ in range(3))
    references = (*map(ctypes.byref, flags), *map(ctypes.byref, (x, y, zoom)))
    pdfium.FPDFDest_GetLocationInPage(destination, *references)
    return page, y.value


def _is_print_only(objects: RawObjectTable) -> bool:
    """Return whether a PDF declares PDF/X and is untagged, as `values.is_for_press` does for open PDFs."""
    root = objects[objects.root_id].value
    intents = (objects[number].value for number in list_references(root, "OutputIntents"))
    return b"/StructTreeRoot" not in root and any(b"/GTS_PDFX" in intent for intent in intents)


def _count_drawings(objects: RawObjectTable, page: int) -> int:
    """Count the non-empty Figure and Formula marked-content sequences on a page (ISO 32000-1, 14.6)."""
    value = objects[page].value
    stream = b"\n".join(objects[number].decoded_data for number in list_references(value, "Contents"))
    sequences = list(_iter_painting_operators(stream))
    if not sequences:
        return 0
    resources = b" ".join((value, *(objects[number].value for number in list_references(value, "Resources"))))
    return sum(_has_visible_content(sequence, resources, objects) for sequence in sequences)


def _iter_painting_operators(stream: bytes) -> Iterator[bytes]:
    if b"/Figure" not in stream and b"/Formula" not in stream:
        return
    stack: list[tuple[bytes, int]] = []
    for mark in _MARKED_CONTENT.finditer(stream):
        if mark[1] is not None:
            stack.append((mark[1], mark.end()))
        elif stack:
            kind, start = stack.pop()
            if kind in (b"Figure", b"Formula"):
                yield stream[start : mark.start()]


def _has_visible_content(sequence: bytes, resources: bytes, objects: RawObjectTable) -> bool:
    """Return whether a marked-content sequence paints a path, text, or a non-empty XObject."""
    if _PAINT_OPERATOR.search(sequence):
        return True
    names = (name.decode("latin-1") for name in _XOBJECT_OPERATOR.findall(sequence))
    return any(objects[number].data for name in names for number in list_references(resources, name))


def _read_alt_texts(data: bytes) -> str:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return normalise_text(read_alt_texts(pdf))
