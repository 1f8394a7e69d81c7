"""Chinese and Japanese have no spaces between words: line ends and references in the source make none."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.customs import UNSPACED
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Code, Reference, SoftBreak, Text
from triptych.model.walk import CHILD_FIELDS, chapter_nodes, rewrite_chapter, walk

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
