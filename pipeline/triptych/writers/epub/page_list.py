"""Make the page list of an EPUB, with a marker at the first word of each page of the PDF.

PDF and EPUB have the same blocks. A page's first word is therefore identified by its passage and the number
of characters before it, or by the nearest passage that both outputs have.

Specifications: EPUB 3.3, 7.4.3 (page-list nav); EPUB Accessibility 1.1, 3.1 (page navigation); DPUB-ARIA 1.1,
doc-pagebreak.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.markup.passages import PassageNumber, read_passages
from triptych.markup.xml import void_tag
from triptych.passes.pages import PrintInfo
from triptych.template_views import template_view

_CONTEXT_LENGTH = 24  # number of characters that identify a position in a different text


@template_view("target")
@dataclass(frozen=True, slots=True)
class PageListEntry:
    """An entry of the page list: the PDF's page label, and the file and id of the page marker."""

    name: str
    path: str
    id: str

    @property
    def target(self) -> str:
        """The URL of the page marker, relative to the package document."""
        return f"{self.path}#{self.id}"


@dataclass(frozen=True, slots=True)
class PageMarker:
    """A page marker with its byte offset in the content document."""

    offset: int
    label: str
    id: str


@dataclass(frozen=True, slots=True)
class _Position:
    """A position in the EPUB: a file and a byte offset."""

    path: str
    offset: int


def make_page_list(
    print_info: PrintInfo,
    files: Mapping[str, bytes],
    order: Mapping[str, Sequence[str]],
    memory: Memory = NO_MEMORY,
) -> tuple[list[PageListEntry], dict[str, list[PageMarker]]]:
    """Return the page list in the order of the PDF, and the page markers of each content document.

    ``files`` maps paths to content documents. ``order`` maps each source document of the PDF to the paths of
    the content documents with the same content; entries without a document in the PDF are ignored, such as
    the front matter of a PDF with a masthead. The marker of a page without text is at the start of the
    next text.
    """
    marks: dict[str, list[PageMarker]] = defaultdict(list)
    links: list[PageListEntry] = []
    documents = {
        name: memory.call(
            _read_printed_document, print_info.documents[name], tuple((path, files[path]) for path in paths)
        )
        for name, paths in order.items()
        if name in print_info.documents
    }
    page_starts = [start for start in print_info.starts if start.document in documents]
    positions = [documents[start.document].find_position(start.position) for start in page_starts]
    for number, start in enumerate(page_starts):
        document = documents[start.document]
        position = positions[number] or (document.cover_position if number == 0 else None)
        if position is None:
            following = zip(page_starts[number:], positions[number:], strict=True)
            later = (
                position for other, position in following if other.document == start.document and position
            )
            position = next(later, document.end_position)
        identifier = f"_page-{number + 1}"
        marks[position.path].append(PageMarker(position.offset, start.label, identifier))
        links.append(PageListEntry(start.label, position.path, identifier))
    return links, marks


def insert_page_markers(page: bytes, markers: Iterable[PageMarker]) -> bytes:
    """Insert page markers into a content document at their byte offsets."""
    parts, done = [], 0
    for mark in sorted(markers, key=lambda mark: mark.offset):
        marker = void_tag(
            "span", epub_type="pagebreak", role="doc-pagebreak", id=mark.id, aria_label=mark.label
        )
        parts += [page[done : mark.offset], marker.encode()]
        done = mark.offset
    return b"".join((*parts, page[done:]))


def _read_printed_document(xhtml: str, pages: tuple[tuple[str, bytes], ...]) -> _PrintedDocument:
    return _PrintedDocument(xhtml, dict(pages))


class _PrintedDocument:
    """A document of the PDF, with the content documents of the EPUB that have the same content."""

    def __init__(self, xhtml: str, files: Mapping[str, bytes]) -> None:
        paths = list(files)
        self._passages = read_passages(xhtml.encode())
        self._indices: dict[PassageNumber, int] = {
            passage.number: n for n, passage in enumerate(self._passages)
        }
        self._texts = [passage.letters for passage in self._passages]
        self._epub_passages = [(path, passage) for path in paths for passage in read_passages(files[path])]
        self._epub_texts = [passage.letters for _, passage in self._epub_passages]
        self._pairs = dict(_pair_passages(self._texts, self._epub_texts))
        last = paths[-1]
        self.end_position = _Position(last, files[last].rindex(b"</body>"))
        self.cover_position: _Position | None = None
        if not any(path == paths[0] for path, _ in self._epub_passages) and b"<img" in files[paths[0]]:
            self.cover_position = _Position(paths[0], files[paths[0]].index(b"<img"))

    def find_position(self, place: tuple[PassageNumber, int] | None) -> _Position | None:
        """Return the position in the EPUB of a character in a passage of the PDF.

        Return None for a page without text.
        """
        if place is None:
            return None
        number, before = self._indices[place[0]], place[1]
        other = self._pairs.get(number)
        if other is None:  # the passage is only in the PDF
            following = (self._pairs[n] for n in range(number, len(self._passages)) if n in self._pairs)
            other, count = next(following, None), 0
        else:
            count = _find_matching_offset(self._texts[number], before, self._epub_texts[other])
        if other is None:
            return self.end_position
        path, passage = self._epub_passages[other]
        return _Position(path, passage.find_offset(count))


def _pair_passages(texts: Sequence[str], other_texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the index pairs of equal texts, and of different texts between them.

    Different texts are paired only if both sequences have the same number of them. Equal texts at the start
    and at the end are paired first, because the comparison takes quadratic time for repeated texts.
    """
    common_length = min(len(texts), len(other_texts))
    start = next((n for n in range(common_length) if texts[n] != other_texts[n]), common_length)
    end = next(
        (n for n in range(common_length - start) if texts[-1 - n] != other_texts[-1 - n]),
        common_length - start,
    )
    yield from ((n, n) for n in range(start))
    yield from ((len(texts) - n, len(other_texts) - n) for n in range(1, end + 1))
    middle_texts, other_middle = texts[start : len(texts) - end], other_texts[start : len(other_texts) - end]
    matcher = SequenceMatcher(None, middle_texts, other_middle, autojunk=False)
    for kind, first, last, other, other_last in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and last - first == other_last - other):
            yield from zip(
                range(start + first, start + last), range(start + other, start + other_last), strict=True
            )


def _find_matching_offset(text: str, offset: int, other: str) -> int:
    """Return the offset in ``other`` that corresponds to ``offset`` in ``text``.

    It is found by searching ``other`` for the characters that follow ``offset``; the nearest occurrence is
    used. If there is none, return ``offset``, limited to the length of ``other``.
    """
    if text == other or not offset:
        return offset
    words = text[offset : offset + _CONTEXT_LENGTH]
    offsets = [candidate for candidate in range(len(other)) if other.startswith(words, candidate)]
    return min(offsets, key=lambda candidate: abs(candidate - offset), default=min(offset, len(other) - 1))
