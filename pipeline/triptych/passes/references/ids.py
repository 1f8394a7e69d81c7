"""Ids: each heading and each thing that can be pointed at gets one that is unique in the book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter, Part
from triptych.model.nodes import Attr, Heading, Inline
from triptych.model.walk import attr_of, chapter_nodes, plain_text, rewrite_chapter

# Names of pages that writers make of themselves.
_RESERVED_SLUGS = ("cover", "imprint", "nav", "title-page")


def identify(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Make missing ids and resolve clashes between files; an id written twice is an error.

    An id that an author wrote stays. A heading without one gets pandoc's automatic id of its text,
    or ``slug--id`` where that is taken. ``Book.anchors`` remembers what each is called in its own file.
    """
    found: list[Diagnostic] = []
    taken = _written_ids(book, found)
    anchors: dict[tuple[str, str], str] = {}
    chapters = []
    for chapter in _with_part_ids(_unique_slugs(book.chapters), taken):
        if not chapter.id:
            chapter = replace(chapter, id=_free(f"sec-{chapter.slug}", chapter.slug, taken))
        chapters.append(_identify_chapter(chapter, taken, anchors))
    return replace(book, chapters=tuple(chapters), anchors=anchors), found


def automatic_id(words: str) -> str:
    """Pandoc's identifier for a heading: what stands in its manual under ``auto_identifiers``."""
    text = re.sub(r"\s+", "-", re.sub(r"[^\w\s.-]", "", words.lower()).strip())
    return re.sub(r"^[\W\d_]+", "", text)


def github_id(words: str) -> str:
    """Return the identifier that GitHub gives a heading: it keeps leading digits and drops full stops."""
    return re.sub(r"[^\w\s-]", "", words.lower()).strip().replace(" ", "-")


def _written_ids(book: Book, found: list[Diagnostic]) -> set[str]:
    """All ids that authors wrote, with a finding for each that stands twice."""
    first: dict[str, Span | None] = {}

    def see(identifier: str, span: Span | None) -> None:
        if identifier in first:
            first_at = f", at {first[identifier]}" if first[identifier] else ""
            hint = f"rename this id or the first one{first_at}"
            message = f'id "{identifier}" is defined twice'
            found.append(Diagnostic(code="IDS001", span=span, message=message, hint=hint))
        first.setdefault(identifier, span)

    for chapter in book.chapters:
        if chapter.id:
            see(chapter.id, chapter.span)
        for node in chapter_nodes(chapter, Attr):
            if identifier := attr_of(node).id:
                see(identifier, getattr(node, "span", None) or chapter.span)
    return set(first)


def _free(wanted: str, slug: str, taken: set[str]) -> str:
    """An id that is not taken, and now is."""
    name, number = wanted, 1
    while name in taken:
        name = f"{slug}--{wanted}" if number == 1 else f"{slug}--{wanted}-{number}"
        number += 1
    taken.add(name)
    return name


def _identify_chapter(chapter: Chapter, taken: set[str], anchors: dict[tuple[str, str], str]) -> Chapter:
    """Ids for the headings of a chapter; ``anchors`` gets all ids that links in the file can mean.

    Links written for a repository browser work too: to the title, and to GitHub's id of a heading.
    """
    used: dict[str, int] = {}
    aliases: dict[str, list[str]] = {}  # GitHub's id → the ids in the book of all headings that share it

    def alias(content: tuple[Inline, ...], identifier: str) -> None:
        aliases.setdefault(github_id(plain_text(content)), []).append(identifier)

    def name_headings(node: Any) -> Any:
        if not isinstance(node, Heading):
            return node
        if node.attr.id:
            alias(node.content, node.attr.id)
            return node
        base = automatic_id(plain_text(node.content)) or "section"
        count = used[base] = used.get(base, 0) + 1
        local = base if count == 1 else f"{base}-{count - 1}"
        name = _free(local, chapter.slug, taken)
        anchors[chapter.source, local] = name
        alias(node.content, name)
        return replace(node, attr=replace(node.attr, id=name))

    for node in chapter_nodes(chapter, Attr):
        if identifier := attr_of(node).id:
            anchors[chapter.source, identifier] = identifier
    anchors[chapter.source, chapter.id] = chapter.id
    alias(chapter.title, chapter.id)
    chapter = rewrite_chapter(chapter, name_headings, Heading)
    anchors.setdefault((chapter.source, automatic_id(plain_text(chapter.title))), chapter.id)
    for name, identifiers in aliases.items():
        for number, identifier in enumerate(identifiers):
            anchors.setdefault((chapter.source, f"{name}-{number}" if number else name), identifier)
    return chapter


def _with_part_ids(chapters: tuple[Chapter, ...], taken: set[str]) -> Iterator[Chapter]:
    """Chapters whose parts have ids of their own; the chapters of one part share it."""
    names: dict[Part, str] = {}
    for chapter in chapters:
        if chapter.part is None:
            yield chapter
            continue
        if chapter.part not in names:
            names[chapter.part] = _free(chapter.part.id, f"part-{len(names) + 1}", taken)
        yield replace(chapter, part=replace(chapter.part, id=names[chapter.part]))


def _unique_slugs(chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    """Slugs name files, so two sections of one name in different folders must differ."""
    written = {chapter.slug for chapter in chapters}
    seen = set(_RESERVED_SLUGS)
    out = []
    for chapter in chapters:
        slug, number = chapter.slug, 1
        while slug in seen or (number > 1 and slug in written):
            number += 1
            slug = f"{chapter.slug}-{number}"
        seen.add(slug)
        out.append(replace(chapter, slug=slug))
    return tuple(out)
