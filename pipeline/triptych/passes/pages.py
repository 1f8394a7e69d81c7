"""Resolve page references, and references to content that an output omits.

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
    Definition,
    IndexCrossReference,
    IndexEntry,
    IndexMark,
    Link,
    Phrase,
    Reference,
    Source,
    Text,
)
from triptych.model.walk import book_nodes, chapter_nodes, collect_ids, get_attr, rewrite_chapter

PageLabels = Mapping[str, str]  # labels of pages in the PDF, by id in the book
MASTHEAD = "triptych-masthead"  # id of the title above the first chapter, in a PDF without a title page
FRONT_MATTER = (
    "_front"  # the print document with all front matter; other documents are named after their chapters
)


@dataclass(frozen=True, slots=True)
class PageStart:
    """The start of a page of the PDF: the page label, the print document, and a position in the document.

    ``position`` is a passage (see ``markup/passages.py``) and the number of its letters before the page, or
    None if the page has no text.
    """

    label: str
    document: str
    position: tuple[tuple[int, int], int] | None


@dataclass(frozen=True, slots=True)
class PrintInfo:
    """The results of the PDF layout that other outputs use. It is empty if no PDF is built.

    ``pages`` maps ids to page labels, and ``starts`` has all pages. ``documents`` maps the names of print
    documents to their XHTML, and ``chapters`` maps these names to the ids of their chapters. ``is_complete``
    is False until back matter with page numbers is laid out.
    """

    pages: PageLabels = field(default_factory=dict)
    starts: tuple[PageStart, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    is_complete: bool = True
    chapters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# Called by the PDF writer once the pages are laid out. If other processes write the other outputs, it is also
# called earlier, once all pages except back matter with page numbers are laid out.
LayoutCallback: TypeAlias = Callable[[PrintInfo], None]

_SOMEWHERE = ((0, 0), 0)


def select_page_info_for_slides(book: Book, print_info: PrintInfo, memory: Memory = NO_MEMORY) -> PrintInfo:
    """Return only the page information that slides need, since any change in it redraws the slides.

    Page labels are limited to the ids and the reference targets in the chapters shown on slides. A page start
    indicates only whether the page has text. Pages at the end are omitted if slides do not show their
    chapter.
    """
    slide_chapters = _list_slide_chapters(book)
    ids_of_chapters = (
        memory.call(names_in, chapter)
        for names_in in (_collect_chapter_ids, _collect_chapter_targets)
        for chapter in slide_chapters
    )
    names = frozenset[str]().union(*ids_of_chapters)
    pages = {name: page for name, page in print_info.pages.items() if name in names}
    hidden = {chapter.id for chapter in book.chapters} - {chapter.id for chapter in slide_chapters}
    starts = [replace(start, position=_SOMEWHERE if start.position else None) for start in print_info.starts]
    while starts and starts[-1].document in hidden:  # earlier starts are needed to count pages
        starts.pop()
    return PrintInfo(pages, tuple(starts))


def needs_pages(book: Book, output: OutputFormat) -> bool:
    """Return whether an output may show page numbers of the PDF, and must wait for its layout.

    ``book`` is the whole book, before ``select_for_output``.
    """
    nodes = book_nodes(book, Attr, IndexMark, Citation, Reference)
    return not FORMATS[output].is_paged and any(
        (not FORMATS[output].is_deck and (isinstance(node, IndexMark | Citation) or get_attr(node).has(TERM)))
        or (isinstance(node, Reference) and node.page)
        or _is_conditional(get_attr(node))
        for node in nodes
    )


def _is_conditional(attr: Attr) -> bool:
    return any(attr.has(name) for name in ("book-only", "slide-only")) or any(
        key in ("when-format", "unless-format") for key, _ in attr.pairs
    )


def redirect_to_pages(
    book: Book, labels: Labels, output: OutputFormat, pages: PageLabels, memory: Memory = NO_MEMORY
) -> Book:
    """Replace references and links to content that ``output`` omits with text.

    The text gives the page if the PDF contains the target. Page references to other content get their page
    numbers, except in the PDF, whose writer resolves them.
    """
    selected_chapters = _list_slide_chapters(book) if FORMATS[output].is_deck else book.chapters
    available_ids = frozenset[str]().union(
        *(memory.call(_collect_chapter_ids, chapter) for chapter in selected_chapters)
    )
    chapters = (
        memory.call(_redirect_in_chapter, chapter, available_ids, labels, output, pages)
        for chapter in book.chapters
    )
    return replace(book, chapters=tuple(chapters))


def _redirect_in_chapter(
    chapter: Chapter, available_ids: frozenset[str], labels: Labels, output: OutputFormat, pages: PageLabels
) -> Chapter:
    def redirect_node(node: Any) -> Any:
        match node:
            case Reference(page=True) if not FORMATS[output].is_paged and node.target in pages:
                node = replace(node, content=(*node.prefix, Text(text=pages[node.target])))
                return node if node.target in available_ids else Phrase(attr=Attr(), content=node.content)
            case Link() if FORMATS[output].is_deck and node.attr.has(TERM):
                return Phrase(attr=Attr(), content=node.content)
            case Reference() | Link() if _get_target_id(node) not in available_ids and _get_target_id(node):
                return Phrase(attr=Attr(), content=(*node.content, *_make_page_mention(node, labels, pages)))
            case Source() | Definition() if node.uses:
                return replace(node, uses=tuple(use_id for use_id in node.uses if use_id in available_ids))
            case IndexEntry():
                locators = tuple(
                    place for place in node.locators if {place.target, place.end} - {""} <= available_ids
                )
                return replace(node, locators=locators)
            case IndexCrossReference() if node.target not in available_ids:
                return replace(node, target="")
        return node

    return rewrite_chapter(
        chapter, redirect_node, Reference, Link, Source, Definition, IndexEntry, IndexCrossReference
    )


_ROLES_WITHOUT_SLIDES = (Role.GLOSSARY, Role.BIBLIOGRAPHY, Role.INDEX)


def _list_slide_chapters(book: Book) -> tuple[Chapter, ...]:
    return tuple(chapter for chapter in book.chapters if chapter.role not in _ROLES_WITHOUT_SLIDES)


def _get_target_id(node: Reference | Link) -> str:
    target = node.target if isinstance(node, Reference) else node.target.removeprefix("#")
    return target if isinstance(node, Reference) or node.target.startswith("#") else ""


def _make_page_mention(node: Reference | Link, labels: Labels, pages: PageLabels) -> tuple[Text, ...]:
    page = pages.get(_get_target_id(node))
    if page is None or not isinstance(node, Reference):
        return ()
    return (Text(text=f" (PDF, {labels.named('page-short', page)})"),)


def _collect_chapter_ids(chapter: Chapter) -> frozenset[str]:
    part = (chapter.part.id,) if chapter.part else ()
    return frozenset((chapter.id, *part)) | collect_ids(chapter_nodes(chapter, Attr))


def _collect_chapter_targets(chapter: Chapter) -> frozenset[str]:
    return frozenset(reference.target for reference in chapter_nodes(chapter, Reference))
