"""Spaces of a line that nobody sees: at its ends, and beside marks of the index and anchors.

``A word \\index{word}`` at the end of a paragraph leaves a space behind the last word, with something behind
it that shows nothing: a layout engine begins a line for that. Amid a sentence such a mark has a space on
either side, of which one is seen.
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
from triptych.languages.language_tags import UNSPACED
from triptych.model.book import Book, Chapter
from triptych.model.nodes import (
    Citation,
    Code,
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
from triptych.model.walk import CHILD_FIELDS, chapter_nodes, rewrite_chapter, walk

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


_HEAD, _TAIL = re.compile(f"[{UNSPACED}]"), re.compile(f"[{UNSPACED}]\\Z")
# Full-width punctuation, which has its space within itself, whatever stands beside it.
_MARK = "\u3001-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_MARK_HEAD, _MARK_TAIL = re.compile(f"[{_MARK}]"), re.compile(f"[{_MARK}]\\Z")
_LANGUAGES = ("zh", "ja")


def close_up(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Take out line ends between such characters, and spaces that only parted a reference from them."""
    return replace(
        book, chapters=tuple(memory.call(_closed_up, one, labels.language) for one in book.chapters)
    ), []


def _closed_up(chapter: Chapter, language: str) -> Chapter:
    """A chapter of a book in a language, closed up."""
    if not _has_unspaced(chapter):
        return chapter
    marks = (chapter.language or language).partition("-")[0].lower() in _LANGUAGES
    closed = rewrite_chapter(chapter, partial(_closed, marks=marks))
    return replace(
        closed,
        title=_joined(closed.title, marks),
        summary=_joined(closed.summary, marks),
        takeaways=_each_joined(closed.takeaways, marks),
    )


def _has_unspaced(chapter: Chapter) -> bool:
    """Whether a chapter has such a character at all."""
    return any(_HEAD.search(node.text) for node in chapter_nodes(chapter, Text, Code))


def _closed(node: Any, *, marks: bool) -> Any:
    """A node with its children closed up; with ``marks`` those beside a full-width mark always are."""
    fields = {name: getattr(node, name) for name in CHILD_FIELDS.get(type(node), ())}
    closed = {name: _each_joined(group, marks) for name, group in fields.items()}
    changed = {name: group for name, group in closed.items() if group is not fields[name]}
    return replace(node, **changed) if changed else node


def _each_joined(group: tuple[Any, ...], marks: bool) -> tuple[Any, ...]:
    """A tuple of nodes, or of tuples of nodes."""
    if not any(isinstance(item, tuple) for item in group):
        return _joined(group, marks)
    joined = tuple(_joined(item, marks) for item in group)
    return joined if any(new is not old for new, old in zip(joined, group, strict=True)) else group


def _joined(nodes: tuple[Any, ...], marks: bool) -> tuple[Any, ...]:
    if not any(isinstance(node, SoftBreak | Reference) for node in nodes):
        return nodes
    out = []
    for before, node, after in zip((None, *nodes[:-1]), nodes, (*nodes[1:], None), strict=True):
        if isinstance(node, SoftBreak) and _meet(_text(before), _text(after), marks):
            continue
        out.append(_beside_references(node, before, after) if isinstance(node, Text) else node)
    return tuple(out)


def _meet(before: str, after: str, marks: bool) -> bool:
    """Whether no space comes between two texts at a line end."""
    if _TAIL.search(before) and _HEAD.match(after):
        return True
    return marks and bool(_MARK_TAIL.search(before) or _MARK_HEAD.match(after))


def _beside_references(node: Text, before: Any, after: Any) -> Text:
    """A text without the space that its writer had to leave beside a reference."""
    text = node.text
    if isinstance(after, Reference) and text.endswith(" ") and _TAIL.search(text[:-1]):
        text = text[:-1] if _HEAD.match(_text(after)) else text
    if isinstance(before, Reference) and text.startswith(" ") and _HEAD.match(text[1:]):
        name = _text(before)  # 図3.2 stands close, 图 3.2 does not
        text = text[1:] if "\u00a0" not in name or _TAIL.search(name) else text
    return node if text == node.text else Text(text=text)


def _text(node: Any) -> str:
    """What a node shows in its line."""
    return "".join(inner.text for inner in walk(node) if isinstance(inner, Text | Code)) if node else ""
