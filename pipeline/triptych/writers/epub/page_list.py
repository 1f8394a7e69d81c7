"""The pages of the PDF in the e-book: a marker at the word that each begins with.

Print and e-book are set from the same blocks, so that a page's first word is found by its passage and the
letters before it. Where an output shows other words, the nearest passage that both have is taken.

Specifications: EPUB 3.3, 7.4.3 (page-list nav); EPUB Accessibility 1.1, 3.1 (page navigation);
DPUB-ARIA 1.1, doc-pagebreak.
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

_SEEN = 24  # letters by which a place is found in other words


@template_view("target")
@dataclass(frozen=True, slots=True)
class PageLink:
    """A line of the page list: what the page is called in the PDF, and the marker that it leads to."""

    name: str
    path: str
    id: str

    @property
    def target(self) -> str:
        """The address of the marker, from the package document."""
        return f"{self.path}#{self.id}"


@dataclass(frozen=True, slots=True)
class PageMark:
    """A marker, and the byte of its page that it stands before."""

    offset: int
    name: str
    id: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A place in the package: a file, and a byte of it."""

    path: str
    offset: int


def make_page_list(
    printed: PrintInfo,
    files: Mapping[str, bytes],
    order: Mapping[str, Sequence[str]],
    memory: Memory = NO_MEMORY,
) -> tuple[list[PageLink], dict[str, list[PageMark]]]:
    """Pages by path → the page list in the order of the PDF, and the markers of each page.

    ``order`` has for each document of the PDF the paths of the pages with the same content, in its order. A
    PDF with a masthead has no document for its front matter. Every page of the documents has a marker; the
    marker of a page without text is where the next text begins.
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
    places = [documents[start.document].find(start.place) for start in starts]
    for number, start in enumerate(starts):
        document = documents[start.document]
        place = places[number] or (document.picture if number == 0 else None)
        if place is None:
            behind = zip(starts[number:], places[number:], strict=True)
            later = (found for other, found in behind if other.document == start.document and found)
            place = next(later, document.end)
        identifier = f"_page-{number + 1}"
        marks[place.path].append(PageMark(place.offset, start.name, identifier))
        links.append(PageLink(start.name, place.path, identifier))
    return links, marks


def insert_marks(page: bytes, marks: Iterable[PageMark]) -> bytes:
    """Insert page markers into a page."""
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
    """A document of the PDF beside the pages of the e-book that say the same, by their paths."""

    def __init__(self, xhtml: str, files: Mapping[str, bytes]) -> None:
        paths = list(files)
        self._own = read_passages(xhtml.encode())
        self._numbers: dict[Place, int] = {passage.place: n for n, passage in enumerate(self._own)}
        self._texts = [passage.letters for passage in self._own]
        self._others = [(path, passage) for path in paths for passage in read_passages(files[path])]
        self._their_texts = [passage.letters for _, passage in self._others]
        self._pairs = dict(_pair_places(self._texts, self._their_texts))
        last = paths[-1]
        self.end = _Found(last, files[last].rindex(b"</body>"))
        self.picture: _Found | None = None  # that of a first page without words: the cover
        if not any(path == paths[0] for path, _ in self._others) and b"<img" in files[paths[0]]:
            self.picture = _Found(paths[0], files[paths[0]].index(b"<img"))

    def find(self, place: tuple[Place, int] | None) -> _Found | None:
        """Return the place in the e-book of a passage's letter, None if the printed passage has no text."""
        if place is None:
            return None
        number, before = self._numbers[place[0]], place[1]
        other = self._pairs.get(number)
        if other is None:  # what is only in print: the e-book goes on with what comes after it
            behind = (self._pairs[n] for n in range(number, len(self._own)) if n in self._pairs)
            other, count = next(behind, None), 0
        else:
            count = _find_same_letter(self._texts[number], before, self._their_texts[other])
        if other is None:
            return self.end
        path, passage = self._others[other]
        return _Found(path, passage.offset(count))


def _pair_places(texts: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of indices of equal texts in two sequences, and of those between them if equally many.

    What is the same from the start and from the end on is paired without a search, which takes the square of
    the time where texts are repeated.
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


def _find_same_letter(text: str, before: int, other: str) -> int:
    """Return the position of the same words in another text, the one nearest to ``before``."""
    if text == other or not before:
        return before
    words = text[before : before + _SEEN]
    found = [at for at in range(len(other)) if other.startswith(words, at)]
    return min(found, key=lambda at: abs(at - before), default=min(before, len(other) - 1))
