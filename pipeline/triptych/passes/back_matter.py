"""Make chapters from the glossary, bibliography and index, and link citations and sources with each other.

An empty div ``{#glossary}``, ``{#refs}`` or ``{#index}`` sets the position. Without such a div, they become
chapters at the end of the book.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter, GlossaryEntry, Matter, Role
from triptych.model.nodes import (
    Attr,
    Block,
    Citation,
    Definition,
    DefinitionList,
    Group,
    Heading,
    IndexList,
    IndexMark,
    Phrase,
    ReferenceList,
    Source,
    Text,
)
from triptych.model.walk import book_nodes, rewrite_chapter
from triptych.passes.collation import make_sort_key, report_missing_pinyin

# Ids of the divs that set the position (pandoc uses ``refs``), and keys of the chapter titles in the labels.
_PLACES = {Role.GLOSSARY: "glossary", Role.BIBLIOGRAPHY: "refs", Role.INDEX: "index"}
_TITLES = {Role.GLOSSARY: "glossary", Role.BIBLIOGRAPHY: "bibliography", Role.INDEX: "index"}


def add_back_matter(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Insert the glossary, the bibliography and an empty index into the book.

    Report ENV003 if the package for sorting Chinese text is missing.
    """
    blocks: dict[Role, Block] = {}
    terms = ((entry.sort_key or entry.term, entry.span) for entry in book.glossary)
    findings = list(report_missing_pinyin(terms, labels.language))
    if book.glossary:
        blocks[Role.GLOSSARY] = _make_glossary(book.glossary, labels)
    if book.sources:
        blocks[Role.BIBLIOGRAPHY] = ReferenceList(sources=book.sources)
    if any(book_nodes(book, IndexMark)):
        blocks[Role.INDEX] = IndexList()
    unplaced = {_PLACES[role]: block for role, block in blocks.items()}

    def replace_empty_div(node: Any) -> Any:
        """Return the back matter for an empty div. Remove repeated divs, and divs without back matter."""
        is_place = isinstance(node, Group) and not node.content and node.attr.id in _PLACES.values()
        return unplaced.pop(node.attr.id, ()) if is_place else node

    chapters = [
        rewrite_chapter(_add_chapter_sources(chapter, labels), replace_empty_div, Group)
        for chapter in book.chapters
    ]
    for role, block in blocks.items():
        if _PLACES[role] in unplaced:
            chapters.append(_make_chapter(role, block, labels))
    return replace(book, chapters=tuple(chapters), sources=(), glossary=()), findings


def _make_chapter(role: Role, block: Block, labels: Labels) -> Chapter:
    title = (Text(text=labels[_TITLES[role]]),)
    return Chapter(
        id="",
        slug=_TITLES[role],
        source="",
        title=title,
        blocks=(block,),
        matter=Matter.BACK,
        role=role,
        numbered=False,
    )


def _add_chapter_sources(chapter: Chapter, labels: Labels) -> Chapter:
    if not chapter.sources:
        return chapter
    heading = Heading(
        level=2, content=(Text(text=labels["bibliography"]),), attr=Attr(classes=("unnumbered", "unlisted"))
    )
    blocks = (*chapter.blocks, heading, ReferenceList(sources=chapter.sources))
    return replace(chapter, blocks=blocks, sources=())


def _make_glossary(entries: tuple[GlossaryEntry, ...], labels: Labels) -> Group:
    ordered = sorted(entries, key=lambda entry: make_sort_key(entry.sort_key or entry.term, labels.language))
    items = tuple(_make_definition(entry, labels) for entry in ordered)
    return Group(content=(DefinitionList(items=items),), attr=Attr(classes=("glossary",)))


def _make_definition(entry: GlossaryEntry, labels: Labels) -> Definition:
    names = {"abbreviation": entry.abbreviation, "plural": entry.plural, "key": entry.key}
    attr = Attr(
        classes=("glossary-term",), pairs=tuple((key, value) for key, value in names.items() if value)
    )
    term = (Phrase(attr=attr, content=(Text(text=entry.term),), span=entry.span),)
    if entry.abbreviation:
        term = (*term, Text(text=entry.abbreviation.join(labels.brackets)))  # type: ignore[assignment]
    return Definition(term=term, meanings=(entry.definition,), span=entry.span)


CITATION_MARK = "_cite-"  # prefix of the ids of citations


UsesInChapter: TypeAlias = tuple[Chapter, tuple[tuple[str, tuple[str, ...]], ...]]
"""A chapter, and the id of each citation or term in it with the ids of the entries that it uses."""


def add_citation_backlinks(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Give each citation an id, and list these ids in the cited source."""
    return add_backlinks(book, memory, _add_citation_ids, _add_source_uses), []


def add_backlinks(
    book: Book,
    memory: Memory,
    add_ids: Callable[[Chapter, int], UsesInChapter],
    add_uses: Callable[[Chapter, Mapping[str, tuple[str, ...]]], Chapter],
) -> Book:
    """Link glossary entries or sources back to their uses in the text.

    ``add_ids`` returns a chapter in which each use has an id, numbered after the given number of uses in
    preceding chapters. ``add_uses`` returns a chapter whose entries list the ids of their uses.
    """
    count = 0
    uses: dict[str, list[str]] = defaultdict(list)
    chapters = []
    for chapter in book.chapters:
        identified, entries_by_id = memory.call(add_ids, chapter, count)
        chapters.append(identified)
        count += len(entries_by_id)
        for identifier, entries in entries_by_id:
            for entry in entries:
                uses[entry].append(identifier)
    table = {entry: tuple(ids) for entry, ids in uses.items()}
    return replace(book, chapters=tuple(memory.call(add_uses, chapter, table) for chapter in chapters))


def _add_citation_ids(chapter: Chapter, count: int) -> UsesInChapter:
    """Give each citation of a chapter an id, numbered from ``count`` + 1.

    Return the ids with their sources.
    """
    entries_by_id: list[tuple[str, tuple[str, ...]]] = []

    def add_id(node: Any) -> Any:
        if not isinstance(node, Citation):
            return node
        identifier = f"{CITATION_MARK}{count + len(entries_by_id) + 1}"
        entries_by_id.append((identifier, tuple(dict.fromkeys(node.entries))))
        return replace(node, attr=Attr(identifier))

    return rewrite_chapter(chapter, add_id, Citation), tuple(entries_by_id)


def _add_source_uses(chapter: Chapter, uses: Mapping[str, tuple[str, ...]]) -> Chapter:
    def add_uses(node: Any) -> Any:
        return replace(node, uses=uses.get(node.attr.id, ())) if isinstance(node, Source) else node

    return rewrite_chapter(chapter, add_uses, Source)
