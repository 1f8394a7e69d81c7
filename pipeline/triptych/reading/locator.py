"""Find the source positions of the nodes in pandoc's tree.

Pandoc's Markdown reader reports no positions. Since nodes are in the order of the text, a cursor that moves
forward finds each node by its words.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import unquote

from triptych.diagnostics import Span

_NEAR = 240  # characters
_REACH = 2000  # characters: the assumed length of a paragraph
_LONG = 24  # characters: longer formulas are unlikely to be repeated
_WIDEST_GAP = 80  # characters of markup and spaces between two words
_MOST_IN_MARKUP = 24  # words of a URL or of attributes
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]: ", re.MULTILINE)  # of a link's URL, not a use of the link
# A paragraph ends at an empty line or at the marker of another block.
_PARAGRAPH_END = re.compile(
    r"\n(?=[ \t>]*(?:\n|`{3}|~{3}|:{3}|#|\||<|[-*+][ \t]|[0-9]+[.)][ \t]))|\Z", re.MULTILINE
)
# In braces or an HTML tag with attributes: a quoted value, a key, or the end.
_ATTRIBUTE = re.compile(
    r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<![\w-])(?P<key>[\w-]++)\s*+=|(?P<end>[}>])"""
)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+", re.MULTILINE)
_EMPTY_HEADING = re.compile(r"^ {0,3}#{1,6}+[ \t]*+(?:\{[^}\n]*+\}[ \t]*+)?#*+[ \t]*+$", re.MULTILINE)
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
        return Locator(self.path, self.text, lines=self.lines)

    def get_current_span(self) -> Span:
        """Return the source position of the cursor, which is at or after the last match."""
        return self.make_span(self._cursor)

    def find_literal(self, needle: str, *, reach: int | None = None) -> Span:
        """Move the cursor to the next occurrence of ``needle``, and return its position.

        If there is none within ``reach`` characters, the cursor stays, since a later occurrence belongs to
        another node.
        """
        found = self.text.find(needle, self._cursor)
        if found < 0 or (reach is not None and found > self._cursor + reach):
            return self.get_current_span()
        # The cursor is not moved past the literal, since two nodes may share it, such as a link and its text.
        self._cursor = found
        return self.make_span(found)

    def find_class(self, name: str) -> Span:
        """Find the next class ``name`` after a dot, or directly after a div fence."""
        places = [(self.text.find(needle, self._cursor), needle) for needle in (f".{name}", f"::: {name}")]
        found = [(place, needle) for place, needle in places if place >= 0]
        return self.find_literal(min(found)[1]) if found else self.get_current_span()

    def find_in_paragraph(self, needle: str) -> Span:
        """Find ``needle`` in the current paragraph only, since other paragraphs may contain it as well."""
        return self.find_literal(needle, reach=_REACH)

    def find_url(self, target: str) -> Span:
        """Find the URL of a link or image, allowing for pandoc's %20 encoding of spaces, and move past it.

        For a reference link such as ``[text][label]``, return the cursor's position.
        """
        written = target if self.text.find(target, self._cursor) >= 0 else unquote(target)
        found = self.text.find(written, self._cursor)
        behind_words = self.text.find(f"]({written}", self._cursor)
        if 0 <= behind_words <= self._cursor + _REACH:  # the link text may contain the same URL
            found = self._cursor = behind_words + 2
        line = self.text.rfind("\n", 0, max(found, 0)) + 1
        if found > self._cursor + _REACH or _DEFINITION.match(self.text, line):
            return self.get_current_span()
        return self.pass_literal(written)

    def find_formula(self, tex: str) -> Span:
        """Find a formula by its TeX and move past it.

        If pandoc expanded macros in it, find the next formula.
        """
        needles = [(f"${tex}$", 1), (tex.strip(), 0)]
        if tex[:1].isspace():  # the cursor may be after the opening dollar signs
            needles.reverse()
        for needle, marks in needles:
            found = self.text.find(needle, self._cursor)
            if found >= 0 and (found <= self._cursor + _REACH or len(needle) > _LONG):
                self._cursor = found + len(needle)
                if not marks and (closing := _CLOSING.match(self.text, self._cursor)):
                    self._cursor = closing.end()
                return self.make_span(found + marks)
        found = self.text.find("$", self._cursor)
        if found < 0 or found > self._cursor + _REACH:
            return self.get_current_span()
        mark = "$$" if self.text.startswith("$$", found) else "$"
        end = self.text.find(mark, found + len(mark))
        self._cursor = end + len(mark) if end >= 0 else found
        return self.make_span(found + len(mark))

    def find_code(self, text: str) -> Span:
        """Find a code block by its whole text, or by its first line if the block is indented."""
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
        found = [(place, needle) for place, needle in places if place >= 0]
        return self.pass_literal(min(found)[1] if found else f"@{key}")

    def make_attribute_finder(self) -> Callable[[str], Span]:
        """Return a function that maps attribute names of the current block to their source positions."""
        here = self.get_current_span()
        start = max(self.text.rfind("{", 0, self._cursor), self.text.rfind("<div", 0, self._cursor), 0)
        places: dict[str, int] = {}
        for match in _ATTRIBUTE.finditer(self.text, start):
            if match["end"]:
                break
            if match["key"]:
                places.setdefault(match["key"], match.start())
        return lambda key: self.make_span(places[key]) if key in places else here

    def find_words(self, text: str) -> Span:
        """Find the next occurrence of the first words of ``text``, with any markup between the words.

        The cursor stays before the words, since they may contain links and references. Call ``pass_words``
        once these have been found.
        """
        words = _PLAIN_WORD.findall(text)[:4]
        found = self._search_words(words) if words else None
        if found is None:
            return self.get_current_span()
        self._cursor, self._words_end = found
        # Include markup before the word, such as the @ of a reference or the bracket of a link.
        while self._cursor and not self.text[self._cursor - 1].isspace():
            self._cursor -= 1
        return self.make_span(found[0])

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

        The search starts at the last heading, not at the cursor, so that a wrong match between two headings
        does not affect further headings.
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
        candidates = tokens.occurrences.get(words[0], ())
        # If few letters match far away, the match belongs to another node.
        weak = sum(map(len, words)) < 12
        for index in candidates[
            bisect.bisect_left(candidates, self._cursor, key=tokens.starts.__getitem__) :
        ]:
            start = tokens.starts[index]
            if weak and start > self._cursor + _NEAR:
                return None
            end = tokens.find_end(index, words[1:], self.text)
            if end is not None:
                return start, end
        return None


@lru_cache(maxsize=4)
def _index_words(text: str) -> _WordIndex:
    """Return the words of a text, cached for several locators."""
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

    def find_end(self, index: int, following_words: Sequence[str], text: str) -> int | None:
        """Return the end offset of ``following_words`` after the word at ``index``.

        Return None if other words follow. Markup such as a URL or attributes in braces may come between two
        words.
        """
        for word in following_words:
            for step in range(1, _MOST_IN_MARKUP):
                if index + step >= len(self.words):
                    return None
                if self.words[index + step] != word:
                    continue
                between = text[self.ends[index] : self.starts[index + step]]
                if step == 1 and len(between) <= _WIDEST_GAP:
                    break
                if step > 1 and re.search(r"[({<]", between):
                    break
                return None
            else:
                return None
            index += step
        return self.ends[index]
