"""Ids: each heading and each thing that can be pointed at gets one that is unique in the book."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Attr, Heading, Inline, Link
from triptych.model.walk import chapter_nodes, plain_text, rewrite_chapter

# Names of pages that writers make of themselves.
_RESERVED_SLUGS = ("cover", "imprint", "nav", "sources", "title-page")


def identify(book: Book, labels: Labels) -> tuple[Book, list[Diagnostic]]:
    """Make missing ids and resolve clashes between files; an id written twice is an error.

    An id that an author wrote stays. A heading without one gets pandoc's automatic id of its text,
    or ``slug--id`` where that is taken. Links to the id of a heading in the same file follow it.
    """
    found: list[Diagnostic] = []
    taken = _written_ids(book, found)
    chapters = []
    for chapter in book.chapters:
        if not chapter.id:
            chapter = replace(chapter, id=_free(f"sec-{chapter.slug}", chapter.slug, taken))
        chapters.append(_identify_chapter(chapter, taken))
    return replace(book, chapters=tuple(_unique_slugs(chapters))), found


def automatic_id(content: tuple[Inline, ...]) -> str:
    """Pandoc's identifier for a heading: what stands in the manual under ``auto_identifiers``."""
    text = plain_text(content).lower()
    text = re.sub(r"[^\w\s.-]", "", text)
    text = re.sub(r"\s+", "-", text.strip())
    return re.sub(r"^[^^\W\d_]*?(?=[^\W\d_])|^[^a-z]*$", "", text) if not text[:1].isalpha() else text


def _written_ids(book: Book, found: list[Diagnostic]) -> set[str]:
    """All ids that authors wrote, with a finding for each that stands twice."""
    first: dict[str, Span | None] = {}

    def see(identifier: str, span: Span | None) -> None:
        if identifier in first:
            hint = f"it is first defined at {first[identifier]}" if first[identifier] else None
            message = f'the id "{identifier}" is defined twice'
            found.append(Diagnostic(code="IDS001", span=span, message=message, hint=hint))
        first.setdefault(identifier, span)

    for chapter in book.chapters:
        if chapter.id:
            see(chapter.id, chapter.span)
        for node in chapter_nodes(chapter):
            attr = getattr(node, "attr", None)
            if isinstance(attr, Attr) and attr.id:
                see(attr.id, getattr(node, "span", None) or chapter.span)
    return set(first)


def _free(wanted: str, slug: str, taken: set[str]) -> str:
    """An id that is not taken, and now is."""
    name, number = wanted, 1
    while name in taken:
        name = f"{slug}--{wanted}" if number == 1 else f"{slug}--{wanted}-{number}"
        number += 1
    taken.add(name)
    return name


def _identify_chapter(chapter: Chapter, taken: set[str]) -> Chapter:
    automatic: dict[str, str] = {}
    used: dict[str, int] = {}

    def name_headings(node: Any) -> Any:
        if not isinstance(node, Heading) or node.attr.id:
            return node
        base = automatic_id(node.content) or "section"
        count = used[base] = used.get(base, 0) + 1
        local = base if count == 1 else f"{base}-{count - 1}"
        automatic[local] = _free(local, chapter.slug, taken)
        return replace(node, attr=replace(node.attr, id=automatic[local]))

    chapter = rewrite_chapter(chapter, name_headings)
    moved = {local: name for local, name in automatic.items() if local != name}
    return rewrite_chapter(chapter, _follow(moved)) if moved else chapter


def _follow(moved: dict[str, str]) -> Callable[[Any], Any]:
    def change(node: Any) -> Any:
        if isinstance(node, Link) and node.target.startswith("#") and node.target[1:] in moved:
            return replace(node, target="#" + moved[node.target[1:]])
        return node

    return change


def _unique_slugs(chapters: list[Chapter]) -> list[Chapter]:
    """Slugs name files, so two sections of one name in different folders must differ."""
    seen: dict[str, int] = dict.fromkeys(_RESERVED_SLUGS, 1)
    out = []
    for chapter in chapters:
        count = seen[chapter.slug] = seen.get(chapter.slug, 0) + 1
        out.append(chapter if count == 1 else replace(chapter, slug=f"{chapter.slug}-{count}"))
    return out
