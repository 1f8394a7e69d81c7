"""Convert citeproc's bibliography to the sources of a book or chapter."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Span
from triptych.engine.cache import Cache
from triptych.engine.tasks import FORMATTED_SOURCES, Task
from triptych.languages.language_tags import get_primary_subtag, guess_tag
from triptych.model.book import Chapter
from triptych.model.nodes import (
    CITED_TITLE,
    Attr,
    Citation,
    Group,
    Inline,
    Link,
    Paragraph,
    Phrase,
    Quoted,
    Source,
    Styled,
    Text,
)
from triptych.model.walk import plain_text, rewrite_all, rewrite_chapter, walk_all
from triptych.reading.bibliography import Bibliography
from triptych.reading.locator import Locator
from triptych.reading.pandoc import Json
from triptych.reading.syntax.divs import make_block_reader, make_inline_reader

_PREFIX = "ref-"  # citeproc adds this prefix to citation keys


def read_sources(
    references: Json, bibliography: Bibliography, language: str, cache: Cache
) -> tuple[Source, ...]:
    """Convert citeproc's pandoc blocks to sources with the same order and ids.

    A source's position is that of its entry in the bibliography file.
    """
    if not references:
        return ()
    fields = ("title", "language")
    entries = {
        _PREFIX + key: {name: str(entry.get(name, "")) for name in fields}
        for key, entry in bibliography.entries_by_key.items()
    }
    places = {_PREFIX + key: span for key, span in bibliography.positions.items()}
    task = Task.for_step(
        FORMATTED_SOURCES,
        "",
        references=json.dumps(references),
        languages=json.dumps(entries),
        language=language,
        places=repr(places),
    )
    sources: tuple[Source, ...] = cache.get_or_make(
        task, lambda: _convert_sources(references, entries, language, places), tuple[Source, ...]
    )
    return sources


def _convert_sources(
    references: Json, fields: Mapping[str, Mapping[str, str]], language: str, positions: Mapping[str, Span]
) -> tuple[Source, ...]:
    reader = make_block_reader(make_inline_reader(Locator("bibliography", ""), Bibliography()))
    groups = [node for node in walk_all(reader.read(references)) if isinstance(node, Group)]
    entries = [group for group in groups if group.attr.id.startswith(_PREFIX)]

    def make_source_entries(group: Group) -> tuple[Inline, ...]:
        span = positions.get(group.attr.id)

        def add_span(node: Any) -> Any:
            return replace(node, span=span) if span and hasattr(node, "span") else node

        return rewrite_all(_join_entry(group), add_span)

    return tuple(
        Source(
            content=mark_cited_title(make_source_entries(group), fields.get(group.attr.id, {}), language),
            language=fields.get(group.attr.id, {}).get("language", ""),
            attr=Attr(group.attr.id),
            span=positions.get(group.attr.id),
        )
        for group in entries
    )


def add_chapter_sources(chapter: Chapter, sources: tuple[Source, ...]) -> Chapter:
    """Add a bibliography to a chapter, with ids that are unique in the book."""
    if not sources:
        return chapter
    ids = {
        source.attr.id: f"{_PREFIX}{chapter.slug}-{source.attr.id.removeprefix(_PREFIX)}"
        for source in sources
    }

    def rewrite_target(node: Any) -> Any:
        match node:
            case Citation():
                return replace(node, entries=tuple(ids.get(entry, entry) for entry in node.entries))
            case Link() if node.target.removeprefix("#") in ids:
                return replace(node, target=f"#{ids[node.target.removeprefix('#')]}")
        return node

    chapter_sources = tuple(replace(source, attr=Attr(ids[source.attr.id])) for source in sources)
    return replace(rewrite_chapter(chapter, rewrite_target), sources=chapter_sources)


def _join_entry(group: Group) -> tuple[Inline, ...]:
    inlines = [inline for block in group.content if isinstance(block, Paragraph) for inline in block.content]
    out: list[Inline] = []
    for inline in inlines:
        # In numeric styles, the number and the text are separate spans, which style sheets position.
        if isinstance(inline, Phrase) and inline.attr.has("csl-left-margin"):
            out += [*inline.content, Text(text=" ")]
        elif isinstance(inline, Phrase) and inline.attr.has("csl-right-inline"):
            out += inline.content
        else:
            out.append(inline)
    return tuple(out)


_MARKS = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w+")
_BRACKETS = (("(", ")"), ("[", "]"), ("（", "）"), ("［", "］"))
_TRANSLATION = re.compile(r"(?<!\s)\s*+\[[^\[\]]*+\]$")


def mark_cited_title(
    content: tuple[Inline, ...], entry: Mapping[str, Any], language: str
) -> tuple[Inline, ...]:
    """Wrap the title of the cited work in a span, with its language if that differs from the book's.

    A translation in square brackets is in the book's language. The title is found by its words, because the
    style may change case and punctuation. If the title is not found, or extends over several inlines, the
    entry stays unchanged.
    """
    title = _MARKS.sub("", str(entry.get("title", "")))
    text = _get_raw_text(content)
    title_range = _find_words(_WORD.findall(title.casefold()), text)
    if title_range is None:
        return content
    start, end = _extend_to_brackets(text, *title_range)
    entry_language = guess_tag(str(entry.get("language", ""))) or ""
    if get_primary_subtag(entry_language) == get_primary_subtag(language):
        entry_language = ""
    foreign = _TRANSLATION.sub("", text[start:end]) if entry_language else ""
    attr = Attr(classes=(CITED_TITLE,))
    if len(foreign) == end - start:
        attr = replace(attr, pairs=(("lang", entry_language),))
    elif foreign:
        content = (
            _wrap_range(content, start, start + len(foreign), Attr(pairs=(("lang", entry_language),)))
            or content
        )
    return _wrap_range(content, start, end, attr) or content


def _find_words(words: list[str], text: str) -> tuple[int, int] | None:
    """Return the range of consecutive ``words`` in ``text``, ignoring case and punctuation, or None."""
    if not words:
        return None
    matches = list(_WORD.finditer(text))
    text_words = [match.group().casefold() for match in matches]
    for first in range(len(text_words) - len(words) + 1):
        if text_words[first] == words[0] and text_words[first : first + len(words)] == words:
            return matches[first].start(), matches[first + len(words) - 1].end()
    return None


def _extend_to_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Extend a range of ``text`` to brackets that enclose it directly or would be left unpaired."""
    for opening, closing in _BRACKETS:
        if text[max(start - 1, 0) : start] == opening and closing in text[start : end + 1]:
            start -= 1
        selected_text = text[start:end]
        if selected_text.count(opening) > selected_text.count(closing) and text[end : end + 1] == closing:
            end += 1
    return start, end


def _wrap_range(content: tuple[Inline, ...], start: int, end: int, attr: Attr) -> tuple[Inline, ...] | None:
    """Wrap a range of the text in a span; return None if it starts or ends inside a nested inline."""
    before: list[Inline] = []
    inside_nodes: list[Inline] = []
    after: list[Inline] = []
    place = 0
    for node in content:
        first, place = place, place + len(_get_raw_text((node,)))
        if place <= start:
            before.append(node)
        elif first >= end:
            after.append(node)
        elif start <= first and place <= end:
            inside_nodes.append(node)
        elif isinstance(node, Text):
            node_text = node.text
            low, high = max(start - first, 0), min(end - first, len(node_text))
            parts = (node_text[:low], node_text[low:high], node_text[high:])
            for target_nodes, part in zip((before, inside_nodes, after), parts, strict=True):
                if part:
                    target_nodes.append(replace(node, text=part))
        elif isinstance(node, Styled | Phrase | Quoted | Link) and first <= start and end <= place:
            shift = first + isinstance(node, Quoted)
            inner = _wrap_range(node.content, start - shift, end - shift, attr)
            rewritten = None if inner is None else replace(node, content=inner)
            return tuple(rewritten if child is node else child for child in content) if rewritten else None
        else:
            return None
    return (*before, Phrase(content=tuple(inside_nodes), attr=attr), *after)


def _get_raw_text(content: tuple[Inline, ...]) -> str:
    return "".join(map(_get_raw_node_text, content))


def _get_raw_node_text(node: Inline) -> str:
    match node:
        case Text():
            return node.text
        case Quoted():
            return f"“{_get_raw_text(node.content)}”"
        case Styled() | Phrase() | Link():
            return _get_raw_text(node.content)
    return plain_text((node,)) or " "
