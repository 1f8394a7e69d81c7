"""Spaces at which no line ends: between a number and its unit, an initial and its name.

They are no-break spaces in all outputs, of the same width; the PDF, where lines are set already, is searched
and copied with plain ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.languages.word_pairs import TITLES, WordPairs, word_pairs
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Chart, SoftBreak, Text
from triptych.model.walk import rewrite_chapter
from triptych.passes.text.spaces import AROUND, Line, each_line, is_beside

NO_BREAK = "\u00a0"
_THING = "\ufffc"  # stands for code, formulas and pictures, and for marks of notes and of the index
# Spaces that may be such ones: beside figures, marks and single letters, and behind titles.
_BARE_TITLES = "|".join(sorted(title for title in TITLES if title[-1] != "."))
_LIKELY = re.compile(
    rf"(?:[\d.)§№«+–{_THING}-]|(?<![^\s(])\w|\b(?:{_BARE_TITLES})) (?=[^ ])"
    r"|[^ ] (?=[\d$€£¥«»!?:;~≈<>≤≥±+−–—-]|[A-Z](?:\b|\.))"
)


def hold_together(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Put such spaces between words that stand together in the language of their chapter, and where titles
    are repeated in that of the book.
    """
    own = word_pairs(labels.language)
    chapters = tuple(memory.call(_held_in, chapter, labels.language) for chapter in book.chapters)
    table = {name: replace(one, title=held_together(one.title, own)) for name, one in book.labels.items()}
    return replace(book, chapters=chapters, labels=table), []


def _held_in(chapter: Chapter, language: str) -> Chapter:
    """A chapter of a book in a language, with them."""
    own, pairs = word_pairs(language), word_pairs(chapter.language or language)
    chapter = each_line(chapter, partial(held_together, pairs=pairs))
    chapter = rewrite_chapter(chapter, partial(_with_headline, pairs=pairs), Chart)
    if part := chapter.part:
        title, summary = (_held(words, own) for words in (part.title, part.summary))
        chapter = replace(chapter, part=replace(part, title=title, summary=summary))
    return chapter


def _with_headline(node: Any, pairs: WordPairs) -> Any:
    """A chart whose headline has such spaces; any other node as it is."""
    held = _held(node.headline, pairs) if isinstance(node, Chart) else ""
    return replace(node, headline=held) if held else node


def _held(words: str, pairs: WordPairs) -> str:
    places = set(_gaps(words, pairs))
    return "".join(NO_BREAK if place in places else letter for place, letter in enumerate(words))


def held_together(line: Line, pairs: WordPairs) -> Line:
    """A line of text with no-break spaces where it takes them."""
    # Some are there already: pandoc knows abbreviations, references and labels have their own.
    places = set(_gaps("".join(_pieces(line)).replace(NO_BREAK, " "), pairs))
    return _with_spaces(line, places, 0)[0] if places else line


def _gaps(text: str, pairs: WordPairs) -> Iterator[int]:
    """The places of spaces between words that stand together."""
    for likely in _LIKELY.finditer(text):
        place = likely.end() - 1
        while place > 0 and pairs.together(*_around(text, place)):
            yield place
            # What a number holds may hold the next word: "5 million yuan", "5 de mayo".
            place = text.find(" ", place + 1) if text[place - 1].isdigit() else 0


def _around(text: str, place: int) -> tuple[str, str, str, str]:
    """The two words before a space and the two behind it, "" where there are none."""
    begin, end = text.rfind(" ", 0, place) + 1, text.find(" ", place + 1)
    end = len(text) if end < 0 else end
    first, last = text.rfind(" ", 0, max(begin - 1, 0)) + 1, text.find(" ", end + 1)
    before, after = text[first : max(begin - 1, 0)], text[end + 1 : None if last < 0 else last]
    return before, text[begin:place].strip(_THING), text[place + 1 : end].strip(_THING), after


def _pieces(line: Line) -> Iterator[str]:
    """What each leaf of a line shows: as many characters as ``_with_spaces`` counts."""
    for node in line:
        if isinstance(node, Text):
            yield node.text
        elif isinstance(node, SoftBreak):
            yield " "
        elif isinstance(node, AROUND) and not is_beside(node):
            yield from _pieces(node.content)
        else:
            yield _THING


def _with_spaces(line: Line, places: set[int], start: int) -> tuple[Line, int]:
    """A line whose text begins at a place, with its spaces at the places changed, and where it ends."""
    kept: list[Any] = []
    for node in line:
        if isinstance(node, Text):
            end = start + len(node.text)
            if own := [place - start for place in places if start <= place < end]:
                letters = list(node.text)
                for place in own:
                    letters[place] = NO_BREAK
                node = Text(text="".join(letters))
            start = end
        elif isinstance(node, SoftBreak):
            if start in places:
                node = Text(text=NO_BREAK)
            start += 1
        elif isinstance(node, AROUND) and not is_beside(node):
            content, start = _with_spaces(node.content, places, start)
            node = node if content == node.content else replace(node, content=content)
        else:
            start += 1
        kept.append(node)
    return tuple(kept), start
