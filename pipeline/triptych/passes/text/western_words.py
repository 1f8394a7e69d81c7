"""Western words in Chinese and Japanese keep the text's own face, and so do the marks within them.

In the faces of these scripts apostrophes, quotation marks and ellipses are as wide as a character, and no
layout engine knows to which words they belong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.languages.language_tags import is_language_tag
from triptych.model.book import Book, Chapter
from triptych.model.nodes import NO_ATTR, Attr, Inline, Phrase, Source, Text
from triptych.model.walk import attr_of, plain_text, rewrite_chapter

WESTERN = "western"  # the class of such words, in the outputs too

_LANGUAGES = ("zh", "ja")
_LETTERS = "A-Za-z\u00c0-\u024f"
_MARKED_WORD = re.compile(f"[{_LETTERS}]+(?:[’…][{_LETTERS}]+)+")  # L’Oréal, for…in
_LETTER = re.compile(f"[{_LETTERS}]")
_OTHER = re.compile("[^\\W\\d_\u0000-\u052f\u1e00-\u218f]")  # letters of neither Latin, Greek nor Cyrillic
_FEW = 10  # Western letters for each other: styles write 2024年 into any entry


def mark_western(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Give a class to words with an apostrophe or an ellipsis, to foreign passages and to Western sources."""
    return replace(
        book, chapters=tuple(memory.call(_marked_in, one, labels.language) for one in book.chapters)
    ), []


def _marked_in(chapter: Chapter, language: str) -> Chapter:
    """A chapter of a book in a language, with them."""
    east_asian = (chapter.language or language).partition("-")[0].lower() in _LANGUAGES
    return rewrite_chapter(chapter, _marked) if east_asian else chapter


def _marked(node: Any) -> Any:
    match node:
        case Text() if "’" in node.text or "…" in node.text:
            return tuple(_words(node.text))
        case Source() if is_western(plain_text(node.content)):
            language = node.language if is_language_tag(node.language) else ""
            return replace(node, attr=_classed(node.attr, language))
    attr = attr_of(node)
    if (
        attr is not NO_ATTR
        and attr.get("lang")
        and hasattr(node, "content")
        and is_western(plain_text(node.content))
    ):
        return replace(node, attr=_classed(attr))
    return node


def is_western(text: str) -> bool:
    """Whether a text is in Latin letters throughout, or nearly so."""
    letters = len(_LETTER.findall(text))
    return letters > 0 and _FEW * len(_OTHER.findall(text)) <= letters


def _words(text: str) -> Iterator[Inline]:
    """Split a text into plain text and words with an apostrophe or an ellipsis between letters."""
    place = 0
    for word in _MARKED_WORD.finditer(text):
        if word.start() > place:
            yield Text(text=text[place : word.start()])
        yield Phrase(attr=Attr(classes=(WESTERN,)), content=(Text(text=word[0]),))
        place = word.end()
    if place < len(text):
        yield Text(text=text[place:])


def _classed(attr: Attr, language: str = "") -> Attr:
    pairs = (*attr.pairs, ("lang", language)) if language else attr.pairs
    return replace(attr, classes=(*attr.classes, WESTERN), pairs=pairs)
