"""Resolve page references, and references to content that an output leaves out.

Pages are known once the PDF is laid out, before the other outputs are written. Without a PDF, a reference
keeps its text without pages.
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

Pages = Mapping[str, str]  # ids of the book → what their pages in the PDF are called
MASTHEAD = "triptych-masthead"  # the id of the title above the first chapter, in a PDF without a title page
FRONT_MATTER = (
    "_front"  # the document of a PDF that holds all front matter; others are named by their chapters
)


@dataclass(frozen=True, slots=True)
class PageStart:
    """A page of the PDF: its label, its document, and the position of its first text in the document.

    ``place`` is a passage (see ``markup/passages.py``) and the number of its letters before the page. It is
    None for a page without text.
    """

    name: str
    document: str
    place: tuple[tuple[int, int], int] | None


@dataclass(frozen=True, slots=True)
class PrintInfo:
    """The layout of the PDF for other outputs. It is empty if no PDF is made.

    ``pages`` maps ids to page labels and ``starts`` lists all pages. ``documents`` has the XHTML of the print
    documents by name, and ``chapters`` the ids of their chapters. ``whole`` is False until the back matter
    with page numbers is laid out.
    """

    pages: Pages = field(default_factory=dict)
    starts: tuple[PageStart, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    chapters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# Called by the writer of the PDF as soon as the pages are set; where there are processes for other outputs,
# also when all is set but the back matter that names pages.
Announce: TypeAlias = Callable[[PrintInfo], None]

_SOMEWHERE = ((0, 0), 0)


def page_info_for_slides(book: Book, printed: PrintInfo, memory: Memory = NO_MEMORY) -> PrintInfo:
    """Return the parts of ``printed`` that slides need, and no more, since any change redraws the slides.

    Page starts only keep whether the page has text. Back matter that slides do not show is left out unless a
    reference points to it.
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
    while starts and starts[-1].document in hidden:  # those before others are needed to count pages
        starts.pop()
    return PrintInfo(pages, tuple(starts))


def needs_pages(book: Book, output: OutputFormat) -> bool:
    """Whether an output may show page numbers of the PDF, so that it must wait for them.

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
    """Return the book without references and links to content that ``output`` leaves out.

    A reference becomes text, with the page if the PDF has its target. The PDF writer resolves its own page
    references.
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
