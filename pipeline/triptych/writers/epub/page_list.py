"""Make the page list of an EPUB, with a marker at the first word of each page of the PDF.

PDF and EPUB have the same blocks, so a page's first word is found by its passage and the number of characters
before it, or else by the nearest passage that both outputs have.

Specifications: EPUB 3.3, 7.4.3 (page-list nav); EPUB Accessibility 1.1, 3.1 (page navigation); DPUB-ARIA 1.1,
doc-pagebreak.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.markup.passages import Place, read_passages
from triptych.markup.xml import void_tag
from triptych.passes.pages import PrintInfo
from triptych.template_views import template_view

_CONTEXT = 24  # characters by which a position is found in a different text


@template_view("target")
@dataclass(frozen=True, slots=True)
class PageLink:
    """An entry of the page list: the PDF's page label, and the file and id of the page marker."""

    name: str
    path: str
    id: str

    @property
    def target(self) -> str:
        """The URL of the page marker, relative to the package document."""
        return f"{self.path}#{self.id}"


@dataclass(frozen=True, slots=True)
class PageMark:
    """A page marker with its byte offset in the content document."""

    offset: int
    name: str
    id: str


@dataclass(frozen=True, slots=True)
class _Position:
    """A position in the EPUB: a file and a byte offset."""

    path: str
    offset: int


def make_page_list(
    printed: PrintInfo,
    files: Mapping[str, bytes],
    order: Mapping[str, Sequence[str]],
    memory: Memory = NO_MEMORY,
) -> tuple[list[PageLink], dict[str, list[PageMark]]]:
    """Return the page list in the PDF's order, and the page markers of each content document.

    ``files`` maps paths to content documents. ``order`` maps each document of the PDF to the paths of the
    content documents with the same content; entries without a document in the PDF are ignored, such as the
    front matter of a PDF with a masthead. The marker of a page without text is at the start of the next text.
    """
    marks: dict[str, list[PageMark]] = defaultdict(list)
    links: list[PageLink] = []
    documents = {
        name: memory.call(
            _read_document, printed.documents[name], tuple((path, files[path]) for path in paths)
        )
        for name, paths in order.items()
        if name in printed.documents
    }
    starts = [start for start in printed.starts if start.document in documents]
    positions = [documents[start.document].find(start.place) for start in starts]
    for number, start in enumerate(starts):
        document = documents[start.document]
        position = positions[number] or (document.cover_image if number == 0 else None)
        if position is None:
            following = zip(starts[number:], positions[number:], strict=True)
            later = (found for other, found in following if other.document == start.document and found)
            position = next(later, document.end)
        identifier = f"_page-{number + 1}"
        marks[position.path].append(PageMark(position.offset, start.name, identifier))
        links.append(PageLink(start.name, position.path, identifier))
    return links, marks


def insert_marks(page: bytes, marks: Iterable[PageMark]) -> bytes:
    """Insert page markers into a content document, at their byte offsets."""
    parts, done = [], 0
    for mark in sorted(marks, key=lambda mark: mark.offset):
        marker = void_tag(
            "span", epub_type="pagebreak", role="doc-pagebreak", id=mark.id, aria_label=mark.name
        )
        parts += [page[done : mark.offset], marker.encode()]
        done = mark.offset
    return b"".join((*parts, page[done:]))


def _read_document(xhtml: str, pages: tuple[tuple[str, bytes], ...]) -> _PrintedDocument:
    return _PrintedDocument(xhtml, dict(pages))


class _PrintedDocument:
    """A document of the PDF, and the EPUB content documents that have the same content."""

    def __init__(self, xhtml: str, files: Mapping[str, bytes]) -> None:
        paths = list(files)
        self._own = read_passages(xhtml.encode())
        self._numbers: dict[Place, int] = {passage.place: n for n, passage in enumerate(self._own)}
        self._texts = [passage.letters for passage in self._own]
        self._others = [(path, passage) for path in paths for passage in read_passages(files[path])]
        self._their_texts = [passage.letters for _, passage in self._others]
        self._pairs = dict(_pair_places(self._texts, self._their_texts))
        last = paths[-1]
        self.end = _Position(last, files[last].rindex(b"</body>"))
        self.cover_image: _Position | None = None
        if not any(path == paths[0] for path, _ in self._others) and b"<img" in files[paths[0]]:
            self.cover_image = _Position(paths[0], files[paths[0]].index(b"<img"))

    def find(self, place: tuple[Place, int] | None) -> _Position | None:
        """Return the EPUB position of a passage's character, or None for a page without text."""
        if place is None:
            return None
        number, before = self._numbers[place[0]], place[1]
        other = self._pairs.get(number)
        if other is None:  # the passage is only in print
            following = (self._pairs[n] for n in range(number, len(self._own)) if n in self._pairs)
            other, count = next(following, None), 0
        else:
            count = _find_same_position(self._texts[number], before, self._their_texts[other])
        if other is None:
            return self.end
        path, passage = self._others[other]
        return _Position(path, passage.offset(count))


def _pair_places(texts: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of indices of equal texts, and of the differing texts between them if equally many.

    Equal texts at the start and at the end are paired first, because the comparison takes quadratic time for
    repeated texts.
    """
    both = min(len(texts), len(others))
    start = next((n for n in range(both) if texts[n] != others[n]), both)
    end = next((n for n in range(both - start) if texts[-1 - n] != others[-1 - n]), both - start)
    yield from ((n, n) for n in range(start))
    yield from ((len(texts) - n, len(others) - n) for n in range(1, end + 1))
    middle, other_middle = texts[start : len(texts) - end], others[start : len(others) - end]
    matcher = SequenceMatcher(None, middle, other_middle, autojunk=False)
    for kind, first, last, other, other_last in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and last - first == other_last - other):
            yield from zip(
                range(start + first, start + last), range(start + other, start + other_last), strict=True
            )


def _find_same_position(text: str, before: int, other: str) -> int:
    """Return the offset in ``other`` of the characters at offset ``before`` in ``text``.

    If ``other`` has these characters several times, return the offset nearest to ``before``.
    """
    if text == other or not before:
        return before
    words = text[before : before + _CONTEXT]
    found = [at for at in range(len(other)) if other.startswith(words, at)]
    return min(found, key=lambda at: abs(at - before), default=min(before, len(other) - 1))
