r"""Remove superfluous spaces at line ends, and next to index marks and anchors.

``A word \index{word}`` at the end of a paragraph leaves a space before an invisible element, for which the
layout engine starts a new line. Within a sentence, an index mark has a space on either side, and one of them
must be removed. In Chinese and Japanese, line breaks are not spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from functools import partial
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.languages.language_tags import UNSPACED, get_primary_subtag
from triptych.model.book import Book, Chapter
from triptych.model.nodes import (
    Citation,
    Code,
    IndexMark,
    Inline,
    LineBreak,
    Link,
    Phrase,
    Reference,
    SoftBreak,
    Styled,
    Text,
)
from triptych.model.walk import CHILD_FIELDS, chapter_nodes, rewrite_chapter, walk

Line = tuple[Any, ...]

INLINE_CONTAINERS = Styled | Phrase | Link | Citation | Reference
"""Inline nodes whose content is part of the surrounding line of text."""

# Nodes with lines of text: all except inlines, and Phrase, since a side note is a separate line.
_KINDS_WITH_LINES = (*(kind for kind in CHILD_FIELDS if not issubclass(kind, Inline)), Phrase)


class _FollowingContent(Enum):
    """The content that follows a position in a line of text."""

    NOTHING = auto()
    BREAK = auto()  # a forced line break
    WORDS = auto()


def remove_spaces(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Remove superfluous spaces and trailing line breaks from all lines of text."""
    return replace(book, chapters=tuple(memory.call(clean_chapter, chapter) for chapter in book.chapters)), []


def clean_chapter(chapter: Chapter) -> Chapter:
    """Remove superfluous spaces from a chapter."""
    return change_lines(chapter, clean_line)


def change_lines(chapter: Chapter, change: Callable[[Line], Line], *, nested: bool = False) -> Chapter:
    """Apply ``change``, which returns a line or its replacement, to each line of text in a chapter.

    If ``nested`` is true, the content of an inline node, such as the text of a link, is also a line.
    """

    def change_group(group: Line) -> Line:
        if group and isinstance(group[0], tuple):
            lines = tuple(map(change_group, group))
            return group if all(new is old for new, old in zip(lines, group, strict=True)) else lines
        return change(group) if group and isinstance(group[0], Inline) else group

    def transform_node(node: Any) -> Any:
        if not nested and isinstance(node, Inline) and not is_aside(node):
            return node
        fields = {name: getattr(node, name) for name in CHILD_FIELDS.get(type(node), ())}
        lines = {name: change_group(group) for name, group in fields.items()}
        new = {name: group for name, group in lines.items() if group is not fields[name]}
        return replace(node, **new) if new else node

    changed = rewrite_chapter(chapter, transform_node, *() if nested else _KINDS_WITH_LINES)
    return replace(
        changed,
        title=change(changed.title),
        summary=change(changed.summary),
        takeaways=tuple(map(change, changed.takeaways)),
    )


def clean_line(line: Line) -> Line:
    """Remove superfluous spaces from a line of text. A line without text stays unchanged."""
    if _is_plain(line):
        return line
    cleaned, _ = _drop_double_spaces(line, True)
    cleaned, following = _drop_trailing_spaces(cleaned, _FollowingContent.NOTHING)
    return cleaned if following is _FollowingContent.WORDS and cleaned != line else line


def _is_plain(line: Line) -> bool:
    if any(isinstance(node, LineBreak | IndexMark | INLINE_CONTAINERS) for node in line):
        return False
    edges = [node for node in (line[:1] + line[-1:]) if isinstance(node, Text | SoftBreak)]
    return not any(isinstance(node, SoftBreak) or node.text != node.text.strip(" ") for node in edges)


def is_aside(node: Any) -> bool:
    """Return whether a node is a side note, which is not part of the surrounding line."""
    return isinstance(node, Phrase) and node.attr.has("aside")


def _drop_double_spaces(line: Line, is_after_space: bool) -> tuple[Line, bool]:
    """Return a line without repeated spaces, and whether it ends with a space.

    ``is_after_space`` is true if a space or nothing precedes the line. Spaces at its start are then dropped
    as well.
    """
    result: list[Any] = []
    for node in line:
        match node:
            case Text():
                text = node.text.lstrip(" ") if is_after_space else node.text
                if text:
                    result.append(node if text == node.text else replace(node, text=text))
                    is_after_space = text.endswith(" ")
            case SoftBreak():
                result += [] if is_after_space else [node]
                is_after_space = True
            case LineBreak():
                result.append(node)
                is_after_space = True
            case _ if isinstance(node, IndexMark) or is_aside(node):
                result.append(node)
            case _ if isinstance(node, INLINE_CONTAINERS):
                inner, is_after_space = _drop_double_spaces(node.content, is_after_space)
                result.append(_replace_content(node, inner))
            case _:
                result.append(node)
                is_after_space = False
    return tuple(result), is_after_space


def _drop_trailing_spaces(line: Line, following_content: _FollowingContent) -> tuple[Line, _FollowingContent]:
    """Drop the spaces at the end of a line unless words follow, and line breaks if nothing follows.

    ``following_content`` is the content after the line. Return the changed line, and the content after a
    position just before it.
    """
    result: list[Any] = []
    for node in reversed(line):
        match node:
            case Text():
                text = node.text if following_content is _FollowingContent.WORDS else node.text.rstrip(" ")
                if text:
                    result.append(node if text == node.text else replace(node, text=text))
                    following_content = _FollowingContent.WORDS
            case SoftBreak():
                result += [node] if following_content is _FollowingContent.WORDS else []
            case LineBreak():
                if following_content is not _FollowingContent.NOTHING:
                    result.append(node)
                    following_content = _FollowingContent.BREAK
            case _ if isinstance(node, IndexMark) or is_aside(node):
                result.append(node)
            case _ if isinstance(node, INLINE_CONTAINERS):
                inner, following_content = _drop_trailing_spaces(node.content, following_content)
                result.append(_replace_content(node, inner))
            case _:
                result.append(node)
                following_content = _FollowingContent.WORDS
    return tuple(reversed(result)), following_content


def _replace_content(node: Any, content: Line) -> Any:
    return node if content == node.content else replace(node, content=content)


_CJK_START, _CJK_END = re.compile(f"[{UNSPACED}]"), re.compile(f"[{UNSPACED}]\\Z")
# Full-width punctuation, which includes its space.
_FULL_WIDTH = "\u3001-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_PUNCTUATION_START, _PUNCTUATION_END = re.compile(f"[{_FULL_WIDTH}]"), re.compile(f"[{_FULL_WIDTH}]\\Z")
_LANGUAGES = ("zh", "ja")


def remove_cjk_spaces(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Remove soft breaks between Chinese or Japanese characters, and spaces between them and references."""
    return replace(
        book,
        chapters=tuple(
            memory.call(_clean_cjk_chapter, chapter, labels.language) for chapter in book.chapters
        ),
    ), []


def _clean_cjk_chapter(chapter: Chapter, language: str) -> Chapter:
    if not any(_CJK_START.search(node.text) for node in chapter_nodes(chapter, Text, Code)):
        return chapter
    marks = get_primary_subtag(chapter.language or language) in _LANGUAGES
    return change_lines(chapter, partial(_clean_cjk_line, include_punctuation=marks), nested=True)


def _clean_cjk_line(nodes: Line, include_punctuation: bool) -> Line:
    """Remove soft breaks and spaces next to Chinese or Japanese characters in a line of text.

    If ``include_punctuation`` is true, also remove soft breaks next to full-width punctuation.
    """
    if not any(isinstance(node, SoftBreak | Reference) for node in nodes):
        return nodes
    out = []
    for before, node, after in zip((None, *nodes[:-1]), nodes, (*nodes[1:], None), strict=True):
        if isinstance(node, SoftBreak) and _are_adjacent(
            _get_visible_text(before), _get_visible_text(after), include_punctuation
        ):
            continue
        out.append(_trim_beside_reference(node, before, after) if isinstance(node, Text) else node)
    return tuple(out)


def _are_adjacent(text_before: str, text_after: str, include_punctuation: bool) -> bool:
    """Return whether the texts before and after a soft break must be joined without a space."""
    if _CJK_END.search(text_before) and _CJK_START.match(text_after):
        return True
    return include_punctuation and bool(
        _PUNCTUATION_END.search(text_before) or _PUNCTUATION_START.match(text_after)
    )


def _trim_beside_reference(node: Text, previous_node: Any, next_node: Any) -> Text:
    """Drop a space that the reference syntax requires next to a Chinese or Japanese character."""
    text = node.text
    if isinstance(next_node, Reference) and text.endswith(" ") and _CJK_END.search(text[:-1]):
        text = text[:-1] if _CJK_START.match(_get_visible_text(next_node)) else text
    if isinstance(previous_node, Reference) and text.startswith(" ") and _CJK_START.match(text[1:]):
        name = _get_visible_text(previous_node)  # no space in 図3.2, but in 图 3.2
        text = text[1:] if "\u00a0" not in name or _CJK_END.search(name) else text
    return node if text == node.text else Text(text=text)


def _get_visible_text(node: Any) -> str:
    return "".join(inner.text for inner in walk(node) if isinstance(inner, Text | Code)) if node else ""
