"""The bibliography that citeproc wrote → the sources of a book or of a chapter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Span
from triptych.engine.cache import Cache
from triptych.engine.tasks import SOURCES, Task
from triptych.model.book import Chapter
from triptych.model.nodes import Attr, Citation, Group, Inline, Link, Paragraph, Phrase, Source, Text
from triptych.model.walk import rewrite_all, rewrite_chapter, walk_all
from triptych.reading.locate import Locator
from triptych.reading.pandoc import Json
from triptych.reading.references.bibliography import Bibliography
from triptych.reading.references.titles import with_cited_title
from triptych.reading.syntax.reader import block_reader, inline_reader

_PREFIX = "ref-"  # citeproc's, before the key of each entry


def read_sources(
    references: Json, bibliography: Bibliography, language: str, cache: Cache
) -> tuple[Source, ...]:
    """Pandoc blocks that citeproc appended → sources of a book in a language, in its order, with its ids.

    What is wrong in one is told at its entry in its file.
    """
    if not references:
        return ()
    told = ("title", "language")
    entries = {
        _PREFIX + key: {name: str(entry.get(name, "")) for name in told}
        for key, entry in bibliography.keys.items()
    }
    places = {_PREFIX + key: span for key, span in bibliography.places.items()}
    task = Task.of(
        SOURCES,
        "",
        references=json.dumps(references),
        languages=json.dumps(entries),
        language=language,
        places=repr(places),
    )
    sources: tuple[Source, ...] = cache.remember(
        task, lambda: _sources(references, entries, language, places), tuple[Source, ...]
    )
    return sources


def _sources(
    references: Json, told: Mapping[str, Mapping[str, str]], language: str, places: Mapping[str, Span]
) -> tuple[Source, ...]:
    reader = block_reader(inline_reader(Locator("bibliography", ""), Bibliography()))
    groups = [node for node in walk_all(reader.read(references)) if isinstance(node, Group)]
    entries = [group for group in groups if group.attr.id.startswith(_PREFIX)]

    def text(group: Group) -> tuple[Inline, ...]:
        span = places.get(group.attr.id)

        def placed(node: Any) -> Any:
            return replace(node, span=span) if span and hasattr(node, "span") else node

        return rewrite_all(_entry_text(group), placed)

    return tuple(
        Source(
            content=with_cited_title(text(group), told.get(group.attr.id, {}), language),
            language=told.get(group.attr.id, {}).get("language", ""),
            attr=Attr(group.attr.id),
            span=places.get(group.attr.id),
        )
        for group in entries
    )


def with_own_sources(chapter: Chapter, sources: tuple[Source, ...]) -> Chapter:
    """A chapter with a bibliography of its own, whose ids no other chapter's has."""
    if not sources:
        return chapter
    ids = {
        source.attr.id: f"{_PREFIX}{chapter.slug}-{source.attr.id.removeprefix(_PREFIX)}"
        for source in sources
    }

    def lead_here(node: Any) -> Any:
        match node:
            case Citation():
                return replace(node, entries=tuple(ids.get(entry, entry) for entry in node.entries))
            case Link() if node.target.removeprefix("#") in ids:
                return replace(node, target=f"#{ids[node.target.removeprefix('#')]}")
        return node

    chapter_sources = tuple(replace(source, attr=Attr(ids[source.attr.id])) for source in sources)
    return replace(rewrite_chapter(chapter, lead_here), sources=chapter_sources)


def _entry_text(group: Group) -> tuple[Inline, ...]:
    inlines = [inline for block in group.content if isinstance(block, Paragraph) for inline in block.content]
    out: list[Inline] = []
    for inline in inlines:
        # Numeric styles put number and text into spans of their own, set apart by a style sheet.
        if isinstance(inline, Phrase) and inline.attr.has("csl-left-margin"):
            out += [*inline.content, Text(text=" ")]
        elif isinstance(inline, Phrase) and inline.attr.has("csl-right-inline"):
            out += inline.content
        else:
            out.append(inline)
    return tuple(out)
