"""Resolve page references, and references to content that an output leaves out.

Pages are known once the PDF is laid out, before the other outputs are written. Without a PDF, a page
reference keeps its text without a page number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import FORMATS, OutputFormat
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter, Role
from triptych.model.nodes import (
    TERM,
    Attr,
    Citation,
    CrossEntry,
    Definition,
    IndexEntry,
    IndexMark,
    Link,
    Phrase,
    Reference,
    Source,
    Text,
)
from triptych.model.walk import attr_of, book_nodes, chapter_nodes, collect_ids, rewrite_chapter

Pages = Mapping[str, str]  # ids in the book → labels of their pages in the PDF
MASTHEAD = "triptych-masthead"  # the id of the title above the first chapter, in a PDF without a title page
FRONT_MATTER = (
    "_front"  # the print document with all front matter; other documents are named by their chapters
)


@dataclass(frozen=True, slots=True)
class PageStart:
    """A page of the PDF: its label, its print document, and where its text starts in the document.

    ``place`` is a passage (see ``markup/passages.py``) and the number of letters of the passage that precede
    the page. It is None for a page without text.
    """

    name: str
    document: str
    place: tuple[tuple[int, int], int] | None


@dataclass(frozen=True, slots=True)
class PrintInfo:
    """The results of the PDF layout that other outputs use. It is empty if no PDF is made.

    ``pages`` maps ids to page labels and ``starts`` lists all pages. ``documents`` maps the names of print
    documents to their XHTML, and ``chapters`` maps these names to the ids of their chapters. ``whole`` is
    False until the back matter with page numbers is laid out.
    """

    pages: Pages = field(default_factory=dict)
    starts: tuple[PageStart, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    chapters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# Called by the PDF writer once the pages are laid out. If other processes write the other outputs, it is also
# called earlier, once all pages but back matter with page numbers are laid out.
Announce: TypeAlias = Callable[[PrintInfo], None]

_SOMEWHERE = ((0, 0), 0)


def page_info_for_slides(book: Book, printed: PrintInfo, memory: Memory = NO_MEMORY) -> PrintInfo:
    """Return only what slides need from ``printed``, since any change redraws the slides.

    A page start is reduced to whether the page has text. The pages of back matter that slides do not show are
    left out unless a reference points to them.
    """
    shown = _chapters_on_slides(book)
    found = (
        memory.call(names_in, chapter)
        for names_in in (_ids_in_chapter, _targets_in_chapter)
        for chapter in shown
    )
    names = frozenset[str]().union(*found)
    pages = {name: page for name, page in printed.pages.items() if name in names}
    hidden = {chapter.id for chapter in book.chapters} - {chapter.id for chapter in shown}
    starts = [replace(start, place=_SOMEWHERE if start.place else None) for start in printed.starts]
    while starts and starts[-1].document in hidden:  # earlier starts are needed to count pages
        starts.pop()
    return PrintInfo(pages, tuple(starts))


def needs_pages(book: Book, output: OutputFormat) -> bool:
    """Return whether an output may show page numbers of the PDF and must wait for the layout of the PDF.

    ``book`` is the whole book, before ``select_for_output``.
    """
    nodes = book_nodes(book, Attr, IndexMark, Citation, Reference)
    return not FORMATS[output].paged and any(
        (not FORMATS[output].slides and (isinstance(node, IndexMark | Citation) or attr_of(node).has(TERM)))
        or (isinstance(node, Reference) and node.page)
        or _is_conditional(attr_of(node))
        for node in nodes
    )


def _is_conditional(attr: Attr) -> bool:
    return any(attr.has(name) for name in ("book-only", "slide-only")) or any(
        key in ("when-format", "unless-format") for key, _ in attr.pairs
    )


def redirect_to_pages(
    book: Book, labels: Labels, output: OutputFormat, pages: Pages, memory: Memory = NO_MEMORY
) -> Book:
    """Replace references and links to content that ``output`` omits with text.

    The text names the page if the PDF contains the target. Page references to other content get their page
    numbers, except in the PDF, whose writer resolves them.
    """
    shown = _chapters_on_slides(book) if FORMATS[output].slides else book.chapters
    there = frozenset[str]().union(*(memory.call(_ids_in_chapter, chapter) for chapter in shown))
    chapters = (
        memory.call(_redirect_in_chapter, chapter, there, labels, output, pages) for chapter in book.chapters
    )
    return replace(book, chapters=tuple(chapters))


def _redirect_in_chapter(
    chapter: Chapter, there: frozenset[str], labels: Labels, output: OutputFormat, pages: Pages
) -> Chapter:
    def mend(node: Any) -> Any:
        match node:
            case Reference(page=True) if not FORMATS[output].paged and node.target in pages:
                node = replace(node, content=(*node.prefix, Text(text=pages[node.target])))
                return node if node.target in there else Phrase(attr=Attr(), content=node.content)
            case Link() if FORMATS[output].slides and node.attr.has(TERM):
                return Phrase(attr=Attr(), content=node.content)
            case Reference() | Link() if _target_id(node) not in there and _target_id(node):
                return Phrase(attr=Attr(), content=(*node.content, *_page_note(node, labels, pages)))
            case Source() | Definition() if node.uses:
                return replace(node, uses=tuple(use for use in node.uses if use in there))
            case IndexEntry():
                kept = tuple(place for place in node.locators if {place.target, place.end} - {""} <= there)
                return replace(node, locators=kept)
            case CrossEntry() if node.target not in there:
                return replace(node, target="")
        return node

    return rewrite_chapter(chapter, mend, Reference, Link, Source, Definition, IndexEntry, CrossEntry)


_NOT_ON_SLIDES = (Role.GLOSSARY, Role.BIBLIOGRAPHY, Role.INDEX)


def _chapters_on_slides(book: Book) -> tuple[Chapter, ...]:
    return tuple(chapter for chapter in book.chapters if chapter.role not in _NOT_ON_SLIDES)


def _target_id(node: Reference | Link) -> str:
    target = node.target if isinstance(node, Reference) else node.target.removeprefix("#")
    return target if isinstance(node, Reference) or node.target.startswith("#") else ""


def _page_note(node: Reference | Link, labels: Labels, pages: Pages) -> tuple[Text, ...]:
    page = pages.get(_target_id(node))
    if page is None or not isinstance(node, Reference):
        return ()
    return (Text(text=f" (PDF, {labels.named('page-short', page)})"),)


def _ids_in_chapter(chapter: Chapter) -> frozenset[str]:
    part = (chapter.part.id,) if chapter.part else ()
    return frozenset((chapter.id, *part)) | collect_ids(chapter_nodes(chapter, Attr))


def _targets_in_chapter(chapter: Chapter) -> frozenset[str]:
    return frozenset(reference.target for reference in chapter_nodes(chapter, Reference))
