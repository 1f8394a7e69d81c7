"""Spaces of a line that nobody sees: at its ends, and beside marks of the index and anchors.

``A word \\index{word}`` at the end of a paragraph leaves a space behind the last word, with something behind
it that shows nothing: a layout engine begins a line for that. Amid a sentence such a mark has a space on
either side, of which one is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import (
    Citation,
    IndexMark,
    Inline,
    LineBreak,
    Link,
    Phrase,
    Quoted,
    Reference,
    SoftBreak,
    Styled,
    Text,
)
from triptych.model.walk import CHILD_FIELDS, rewrite_chapter

Line = tuple[Any, ...]

AROUND = Styled | Quoted | Phrase | Link | Citation | Reference
"""What has words of the line in it."""

# What has lines of its own: all but inlines, of which only those that stand beside a line have.
_WITH_LINES = (*(kind for kind in CHILD_FIELDS if not issubclass(kind, Inline)), Phrase)


class _Behind(Enum):
    """What follows a place in a line."""

    NOTHING = auto()
    BREAK = auto()  # a line end that the author forced
    WORDS = auto()


def drop_spaces(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Take out such spaces in all lines of text, and line ends that no words follow."""
    return replace(book, chapters=tuple(memory.call(in_chapter, chapter) for chapter in book.chapters)), []


def in_chapter(chapter: Chapter) -> Chapter:
    """A chapter without them."""
    return each_line(chapter, in_line)


def each_line(chapter: Chapter, change: Callable[[Line], Line]) -> Chapter:
    """A chapter with each of its lines of text changed as a whole; ``change`` returns a line that stays."""

    def each(group: Line) -> Line:
        """A line, or a tuple of lines; other nodes as they are."""
        if group and isinstance(group[0], tuple):
            lines = tuple(map(each, group))
            return group if all(new is old for new, old in zip(lines, group, strict=True)) else lines
        return change(group) if group and isinstance(group[0], Inline) else group

    def changed(node: Any) -> Any:
        """A block with its lines changed; what stands within a line is not touched before the whole is."""
        if isinstance(node, Inline) and not is_beside(node):
            return node
        fields = {name: getattr(node, name) for name in CHILD_FIELDS.get(type(node), ())}
        lines = {name: each(group) for name, group in fields.items()}
        new = {name: group for name, group in lines.items() if group is not fields[name]}
        return replace(node, **new) if new else node

    whole = rewrite_chapter(chapter, changed, *_WITH_LINES)
    return replace(
        whole,
        title=change(whole.title),
        summary=change(whole.summary),
        takeaways=tuple(map(change, whole.takeaways)),
    )


def in_line(line: Line) -> Line:
    """A line of text without spaces that nobody sees; one that shows nothing at all stays as it is."""
    if _is_plain(line):
        return line
    kept, _ = _forwards(line, True)
    kept, behind = _backwards(kept, _Behind.NOTHING)
    return kept if behind is _Behind.WORDS and kept != line else line


def _is_plain(line: Line) -> bool:
    """Whether there is nothing to look for, as in most lines."""
    if any(isinstance(node, LineBreak | IndexMark | AROUND) for node in line):
        return False
    edges = [node for node in (line[:1] + line[-1:]) if isinstance(node, Text | SoftBreak)]
    return not any(isinstance(node, SoftBreak) or node.text != node.text.strip(" ") for node in edges)


def is_beside(node: Any) -> bool:
    """Whether words stand beside the line, not in it."""
    return isinstance(node, Phrase) and node.attr.has("aside")


def _forwards(line: Line, blank: bool) -> tuple[Line, bool]:
    """A line without second spaces; ``blank`` says whether one, or nothing, stands before a place."""
    kept: list[Any] = []
    for node in line:
        match node:
            case Text():
                text = node.text.lstrip(" ") if blank else node.text
                if text:
                    kept.append(node if text == node.text else replace(node, text=text))
                    blank = text.endswith(" ")
            case SoftBreak():
                kept += [] if blank else [node]
                blank = True
            case LineBreak():
                kept.append(node)
                blank = True
            case _ if isinstance(node, IndexMark) or is_beside(node):
                kept.append(node)
            case _ if isinstance(node, AROUND):
                inner, blank = _forwards(node.content, blank and not isinstance(node, Quoted))
                kept.append(_holding(node, inner))
                blank = blank and not isinstance(node, Quoted)
            case _:
                kept.append(node)
                blank = False
    return tuple(kept), blank


def _backwards(line: Line, behind: _Behind) -> tuple[Line, _Behind]:
    """A line without spaces and line ends that no words follow."""
    kept: list[Any] = []
    for node in reversed(line):
        match node:
            case Text():
                text = node.text if behind is _Behind.WORDS else node.text.rstrip(" ")
                if text:
                    kept.append(node if text == node.text else replace(node, text=text))
                    behind = _Behind.WORDS
            case SoftBreak():
                kept += [node] if behind is _Behind.WORDS else []
            case LineBreak():
                if behind is not _Behind.NOTHING:
                    kept.append(node)
                    behind = _Behind.BREAK
            case _ if isinstance(node, IndexMark) or is_beside(node):
                kept.append(node)
            case _ if isinstance(node, AROUND):
                inner, behind = _backwards(
                    node.content, _Behind.WORDS if isinstance(node, Quoted) else behind
                )
                kept.append(_holding(node, inner))
                behind = _Behind.WORDS if isinstance(node, Quoted) else behind
            case _:
                kept.append(node)
                behind = _Behind.WORDS
    return tuple(reversed(kept)), behind


def _holding(node: Any, content: Line) -> Any:
    return node if content == node.content else replace(node, content=content)
