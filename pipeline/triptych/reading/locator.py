"""Find the source positions of the nodes in pandoc's tree.

Pandoc's Markdown reader does not report positions. Since nodes are in the order of the text, a cursor that
moves forward finds each node by its words.
"""

from __future__ import annotations

import bisect
import copy
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote

from triptych.diagnostics import Span

_SEARCH_DISTANCE = 240  # characters
_MAX_PARAGRAPH_LENGTH = 2000  # characters; the assumed length of a paragraph
_UNIQUE_FORMULA_LENGTH = 24  # characters; longer formulas are unlikely to be repeated
_MAX_GAP = 80  # maximum number of characters of markup and spaces between two words
_MAX_WORDS_IN_MARKUP = 24  # maximum number of words in a URL or in attributes
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]: ", re.MULTILINE)  # defines a URL, as opposed to using it
# A paragraph ends at a blank line or at the marker of another block.
_PARAGRAPH_END = re.compile(
    r"\n(?=[ \t>]*(?:\n|`{3}|~{3}|:{3}|#|\||<|[-*+][ \t]|[0-9]+[.)][ \t]))|\Z", re.MULTILINE
)
# Matches a quoted value, a key, or the end, in braces or an HTML tag with attributes.
_ATTRIBUTE = re.compile(
    r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<![\w-])(?P<key>[\w-]++)\s*+=|(?P<end>[}>])"""
)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+", re.MULTILINE)
_EMPTY_HEADING = re.compile(r"^ {0,3}#{1,6}+[ \t]*+(?:\{[^}\n]*+\}[ \t]*+)?#*+[ \t]*+$", re.MULTILINE)
_NOT_BLANK = re.compile(r"\S")
_CLOSING = re.compile(r"\s*\$\$?")
_PLAIN_WORD = re.compile(r"[^\W_]+")


class Locator:
    """A cursor in the source text of a file. Lines and columns are 1-based.

    If the text was assembled from several files, ``lines`` has the file and line number of each line.
    """

    def __init__(self, path: str, text: str, *, lines: Sequence[tuple[str, int]] | None = None) -> None:
        self.path = path
        self.text = text
        self.lines = lines
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._cursor = 0
        self._words_end = 0
        self._heading_end = 0
        self._formula = (0, 0)

    def make_span(self, offset: int) -> Span:
        """Return the source position of a character offset in the text."""
        line = bisect.bisect_right(self._starts, offset)
        column = offset - self._starts[line - 1] + 1
        path = self.path
        if self.lines:
            path, line = self.lines[min(line, len(self.lines)) - 1]
        return Span(path=path, line=line, column=column)

    def copy_at_start(self) -> Locator:
        """Return a new locator for the same text, with the cursor at the start."""
        other = copy.copy(self)
        other._cursor = other._words_end = other._heading_end = 0
        return other

    def get_current_span(self) -> Span:
        """Return the source position of the cursor, which is at or after the last match."""
        return self.make_span(self._cursor)

    def get_next_text_span(self) -> Span:
        """Return the source position of the next text after the cursor, such as a list marker."""
        text = _NOT_BLANK.search(self.text, max(self._cursor, self._heading_end))
        return self.make_span(text.start() if text else self._cursor)

    def find_literal(self, needle: str, *, max_distance: int | None = None) -> Span:
        """Move the cursor to the next occurrence of ``needle``, and return its position.

        If there is none within ``max_distance`` characters, the cursor stays, since a later occurrence
        belongs to another node.
        """
        position = self.text.find(needle, self._cursor)
        if position < 0 or (max_distance is not None and position > self._cursor + max_distance):
            return self.get_current_span()
        # The cursor stays before the literal, since two nodes may share it, such as a link and its text.
        self._cursor = position
        return self.make_span(position)

    def find_class(self, name: str) -> Span:
        """Find the next class ``name`` after a dot, or directly after a div fence."""
        places = [(self.text.find(needle, self._cursor), needle) for needle in (f".{name}", f"::: {name}")]
        candidates = [(place, needle) for place, needle in places if place >= 0]
        return self.find_literal(min(candidates)[1]) if candidates else self.get_current_span()

    def find_in_paragraph(self, needle: str) -> Span:
        """Find ``needle`` only in the current paragraph, since it may also occur in others."""
        return self.find_literal(needle, max_distance=_MAX_PARAGRAPH_LENGTH)

    def find_url(self, target: str) -> Span:
        """Find the URL of a link or image, in which pandoc may have encoded spaces, and move past it.

        For a reference link such as ``[text][label]``, return the cursor's position.
        """
        written_target = target if self.text.find(target, self._cursor) >= 0 else unquote(target)
        position = self.text.find(written_target, self._cursor)
        behind_words = self.text.find(f"]({written_target}", self._cursor)
        if (
            0 <= behind_words <= self._cursor + _MAX_PARAGRAPH_LENGTH
        ):  # the same URL may be part of the link text
            position = self._cursor = behind_words + 2
        line = self.text.rfind("\n", 0, max(position, 0)) + 1
        if position > self._cursor + _MAX_PARAGRAPH_LENGTH or _DEFINITION.match(self.text, line):
            return self.get_current_span()
        return self.pass_literal(written_target)

    def find_formula(self, tex: str) -> Span:
        """Find a formula by its TeX code, and move past it.

        If pandoc has expanded macros in it, find the next formula.
        """
        needles = [(f"${tex}$", 1), (tex.strip(), 0)]
        if tex[:1].isspace():  # the cursor may be after the opening dollar signs
            needles.reverse()
        for needle, marks in needles:
            position = self.text.find(needle, self._cursor)
            if position >= 0 and (
                position <= self._cursor + _MAX_PARAGRAPH_LENGTH or len(needle) > _UNIQUE_FORMULA_LENGTH
            ):
                self._cursor = position + len(needle)
                self._formula = (position, self._cursor)
                if not marks and (closing := _CLOSING.match(self.text, self._cursor)):
                    self._cursor = closing.end()
                return self.make_span(position + marks)
        position = self.text.find("$", self._cursor)
        if position < 0 or position > self._cursor + _MAX_PARAGRAPH_LENGTH:
            return self.get_current_span()
        mark = "$$" if self.text.startswith("$$", position) else "$"
        end = self.text.find(mark, position + len(mark))
        self._cursor = end + len(mark) if end >= 0 else position
        self._formula = (position, self._cursor)
        return self.make_span(position + len(mark))

    def find_in_formula(self, command: str) -> Span | None:
        """Return the position of a command in the formula that was found last, or None."""
        start, end = self._formula
        match = re.compile(re.escape(command) + r"(?![A-Za-z])").search(self.text, start, end)
        return self.make_span(match.start()) if match else None

    def find_code(self, text: str) -> Span:
        """Find a code block by its whole text or, if it is indented, by its first line."""
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if not lines:
            return self.get_current_span()
        if len(lines) > 1 and self.text.find(text, self._cursor) >= 0:
            self.find_literal(text)
        return self.find_in_paragraph(lines[0])

    def pass_literal(self, needle: str) -> Span:
        """Find the next occurrence of ``needle`` and move past it."""
        span = self.find_literal(needle)
        if self.text.startswith(needle, self._cursor):
            self._cursor += len(needle)
        return span

    def find_citation(self, key: str) -> Span:
        """Find the next citation ``@key`` or ``@{key}`` and move past it."""
        places = [(self.text.find(needle, self._cursor), needle) for needle in (f"@{key}", f"@{{{key}}}")]
        candidates = [(place, needle) for place, needle in places if place >= 0]
        return self.pass_literal(min(candidates)[1] if candidates else f"@{key}")

    def make_attribute_finder(self) -> Callable[[str], Span]:
        """Return a function that maps attribute names of the current block to their source positions."""
        current_span = self.get_current_span()
        start = max(self.text.rfind("{", 0, self._cursor), self.text.rfind("<div", 0, self._cursor), 0)
        places: dict[str, int] = {}
        for match in _ATTRIBUTE.finditer(self.text, start):
            if match["end"]:
                break
            if match["key"]:
                places.setdefault(match["key"], match.start())
        return lambda key: self.make_span(places[key]) if key in places else current_span

    def find_words(self, text: str) -> Span:
        """Find the next occurrence of the first words of ``text``, with any markup between them.

        The cursor stays before the words, since they may contain links and references. Call ``pass_words``
        once these have been found.
        """
        words = _PLAIN_WORD.findall(text)[:4]
        word_range = self._search_words(words) if words else None
        if word_range is None:
            return self.get_current_span()
        self._cursor, self._words_end = word_range
        # Include markup before the word, such as the @ of a reference or the bracket of a link.
        while self._cursor and not self.text[self._cursor - 1].isspace():
            self._cursor -= 1
        return self.make_span(word_range[0])

    def pass_words(self, span: Span) -> None:
        """Move past the words that ``find_words`` found at ``span``, to find their next occurrence."""
        if self.make_span(min(self._words_end, len(self.text))).line >= span.line:
            self._cursor = max(self._cursor, self._words_end)

    def pass_paragraph(self, span: Span) -> None:
        """Move past the paragraph whose first words ``find_words`` found at ``span``."""
        if self.make_span(min(self._words_end, len(self.text))).line >= span.line:
            self.pass_words(span)
            end = _PARAGRAPH_END.search(self.text, self._cursor)
            self._cursor = end.start() if end else len(self.text)

    def find_heading(self, text: str) -> Span:
        """Find the next heading that starts with the words of ``text``.

        The search starts at the last heading instead of the cursor, so that a wrong match between two
        headings does not affect further headings.
        """
        words = _PLAIN_WORD.findall(text)[:4]
        if not text.strip() and (empty := _EMPTY_HEADING.search(self.text, self._heading_end)):
            self._heading_end = empty.end()
            return self.make_span(empty.start())
        for mark in _HEADING.finditer(self.text, self._heading_end) if words else ():
            line_end = self.text.find("\n", mark.end())
            line = self.text[mark.end() : line_end if line_end >= 0 else len(self.text)]
            if _PLAIN_WORD.findall(line)[: len(words)] == words:
                self._cursor = self._words_end = mark.end()
                self._heading_end = mark.end() + len(line)
                return self.make_span(mark.end())
        return self.find_words(text)

    def _search_words(self, words: Sequence[str]) -> tuple[int, int] | None:
        """Return the start and end offsets of the next occurrence of consecutive words.

        Return None if there is none.
        """
        tokens = _index_words(self.text)
        # A match far away with few letters belongs to another node.
        weak = sum(map(len, words)) < 12
        for index in tokens.iter_candidates(words, bisect.bisect_left(tokens.starts, self._cursor)):
            start = tokens.starts[index]
            if weak and start > self._cursor + _SEARCH_DISTANCE:
                return None
            end = tokens.find_end(index, words[1:], self.text)
            if end is not None:
                return start, end
        return None


@lru_cache(maxsize=4)
def _index_words(text: str) -> _WordIndex:
    """Return the words of a text. The result is cached for use by several locators."""
    return _WordIndex(text)


class _WordIndex:
    """The words of a text with their offsets, and the indices at which each word occurs."""

    def __init__(self, text: str) -> None:
        self.words = _PLAIN_WORD.findall(text)
        self.starts = [match.start() for match in _PLAIN_WORD.finditer(text)]
        self.ends = [start + len(word) for start, word in zip(self.starts, self.words, strict=True)]
        self.occurrences: dict[str, list[int]] = defaultdict(list)
        for index, word in enumerate(self.words):
            self.occurrences[word].append(index)

    def iter_candidates(self, words: Sequence[str], first: int) -> Iterator[int]:
        """Yield the indices from ``first`` at which ``words[0]`` occurs, close to the rarest of ``words``.

        Most words occur at many places in a long text, but the rarest of several words only at a few.
        """
        places = [self.occurrences.get(word, ()) for word in words]
        step = min(range(len(words)), key=lambda step: len(places[step]))
        candidates, max_distance = places[0], step * (_MAX_WORDS_IN_MARKUP - 1)
        position = bisect.bisect_left(candidates, first)
        while position < len(candidates):
            index = candidates[position]
            if step:
                pivot = bisect.bisect_left(places[step], index + step)
                if pivot == len(places[step]):
                    return
                if places[step][pivot] - max_distance > index:
                    position = bisect.bisect_left(candidates, places[step][pivot] - max_distance, position)
                    continue
            yield index
            position += 1

    def find_end(self, index: int, following_words: Sequence[str], text: str) -> int | None:
        """Return the end offset of ``following_words`` after the word at ``index``.

        Return None if other words follow. Markup such as a URL or attributes in braces may come between two
        words.
        """
        for word in following_words:
            for step in range(1, _MAX_WORDS_IN_MARKUP):
                if index + step >= len(self.words):
                    return None
                if self.words[index + step] != word:
                    continue
                gap = text[self.ends[index] : self.starts[index + step]]
                if step == 1 and len(gap) <= _MAX_GAP:
                    break
                if step > 1 and re.search(r"[({<]", gap):
                    break
                return None
            else:
                return None
            index += step
        return self.ends[index]
