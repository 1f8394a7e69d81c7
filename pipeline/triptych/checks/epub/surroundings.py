"""What stands at a place in a page of an e-book: its words, and the text before it.

The page need not be well-formed: it is read tag by tag.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from triptych.checks.pieces import FORMULAS, PICTURES

_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^<>]*>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]*)(?P<attributes>(?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*)>",
    re.DOTALL,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_SPOKEN = re.compile(r"""\b(?:alt|alttext)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LABEL = re.compile(r"""\baria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""")  # of what is drawn in the page
# What is no word of the author: marks of notes, numbers of headings and captions.
_FURNITURE = re.compile(r"""\bclass\s*=\s*["'](?:label|number)["']|["']noteref["']""")
_VOID = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_SILENT = frozenset(("math", "script", "style", "svg", "rt", "rp"))
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img"),
        *("ins", "kbd", "mark", "math", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong"),
        *("sub", "sup", "svg", "time", "u", "var", "wbr"),
    )
)
_KINDS = {
    **dict.fromkeys(("img", "figure", "svg", "picture", "object"), PICTURES),
    **dict.fromkeys(("table", "thead", "tbody", "tfoot", "tr", "th", "td"), ("table",)),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), ("heading", "chapter title", "part title")),
    "math": FORMULAS,
    "a": ("link",),
    "pre": ("code",),
}
_BEFORE = 300  # characters
_WORDS = 600  # characters


class Surroundings(NamedTuple):
    """What it takes to find a place in the source: see `Found`."""

    words: str = ""
    before: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(slots=True)
class _Token:
    """A tag or the text between two. ``spoken`` is its text, of drawings the one that stands for them."""

    start: int
    end: int
    name: str = ""  # "" of a text
    opens: bool = False
    closes: bool = False
    spoken: str = ""

    @property
    def is_text(self) -> bool:
        return not self.name

    @property
    def ends_line(self) -> bool:
        return bool(self.name) and self.name not in _INLINE


class Page:
    """The text of a page, which places are looked up in."""

    def __init__(self, text: str) -> None:
        self._lines = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._text = text
        self._tokens = _hushed(list(_tokens(text)), text)
        self._starts = [token.start for token in self._tokens]

    def offset(self, line: int, column: int = 0) -> int:
        """Line and column from 1 → the offset in the page; columns count UTF-16 units, as Java's do."""
        line = min(max(line, 1), len(self._lines)) - 1
        start = self._lines[line]
        end = self._lines[line + 1] if line + 1 < len(self._lines) else len(self._text)
        if column < 1:  # none is known: behind the first tag
            first = self._text.find(">", start, end)
            return first + 1 if first >= 0 else start
        units = self._text[start:end].encode("utf-16-le", "surrogatepass")
        return start + len(units[: 2 * (column - 1)].decode("utf-16-le", "ignore"))

    def at(self, line: int, column: int = 0) -> Surroundings:
        """What stands at a line and column; a column is that behind the tag that is meant."""
        index = bisect_left(self._starts, max(self.offset(line, column), 1)) - 1
        return self._around(index) if index >= 0 else Surroundings()

    def at_element(self, steps: Sequence[int]) -> Surroundings:
        """What stands at an element, by its steps as in EPUB CFI: 2 is a first child, 4 a second."""
        counts, depth = [0], 0
        for index, token in enumerate(self._tokens):
            if token.opens:
                counts[depth] += 2
                if counts[1 : depth + 1] == list(steps) and depth:
                    return self._around(index)
                if not token.closes:
                    depth += 1
                    counts[depth:] = [0]
            elif token.closes:
                depth = max(depth - 1, 0)
        return Surroundings()

    def _around(self, index: int) -> Surroundings:
        token = self._tokens[index]
        kinds = _KINDS.get(token.name, ()) if token.opens else ()
        if token.opens and (words := self._words_of(index)):
            return Surroundings(words, self._before(index), kinds)
        first = self._line_start(index)
        return Surroundings(self._line(first), self._before(first), kinds)

    def _words_of(self, index: int) -> str:
        """The text of an element, to the end of its first line."""
        first_token = self._tokens[index]
        if first_token.closes or first_token.spoken:
            return first_token.spoken
        words: list[str] = []
        depth = length = 0
        for token in self._tokens[index:]:
            if token.name == first_token.name:
                depth += token.opens
                depth -= token.closes
            if (
                depth <= 0
                or length > _WORDS
                or (token.ends_line and token is not first_token and _says(words))
            ):
                break
            if token.is_text:
                words.append(token.spoken)
                length += len(token.spoken)
            elif token.spoken and not _says(words):
                return token.spoken
        return "".join(words).strip()

    def _line_start(self, index: int) -> int:
        """The first token of the line of text that a token stands in or ends."""
        start = index
        while start > 0 and not self._tokens[start - 1].ends_line:
            start -= 1
        return start

    def _line(self, first: int) -> str:
        words: list[str] = []
        for token in self._tokens[first:]:
            if token.ends_line or sum(map(len, words)) > _WORDS:
                break
            if token.is_text:
                words.append(token.spoken)
        return "".join(words).strip()

    def _before(self, index: int) -> str:
        words: list[str] = []
        length = 0
        while index > 0 and length < _BEFORE:
            index -= 1
            token = self._tokens[index]
            words.append(token.spoken or (" " if token.ends_line else ""))
            length += len(words[-1])
        return "".join(reversed(words))


def _says(words: list[str]) -> bool:
    return any(map(str.strip, words))


def _tokens(text: str) -> Iterator[_Token]:
    end = 0
    for match in _TAG.finditer(text):
        if match.start() > end:
            yield _Token(end, match.start(), spoken=html.unescape(text[end : match.start()]))
        end = match.end()
        if not (name := match["name"]):
            yield _Token(match.start(), end, name="!")
            continue
        name = name.lower().rpartition(":")[2]
        attributes = match["attributes"]
        opens = not match["close"]
        alternative = None
        if opens and name in ("img", "math"):
            alternative = _SPOKEN.search(attributes)
        elif opens and 'role="img"' in attributes:
            alternative = _LABEL.search(attributes)
        yield _Token(
            match.start(),
            end,
            name=name,
            opens=opens,
            closes=not opens or attributes.rstrip().endswith("/") or name in _VOID,
            spoken=html.unescape(alternative.group(1) or alternative.group(2) or "") if alternative else "",
        )
    if end < len(text):
        yield _Token(end, len(text), spoken=html.unescape(text[end:]))


def _hushed(tokens: list[_Token], text: str) -> list[_Token]:
    """Take the text out of what says nothing, or has another text that stands for it."""
    hushed, depth = "", 0
    for token in tokens:
        if depth:
            token.spoken = ""
            if token.name == hushed:
                depth += token.opens
                depth -= token.closes
        elif token.opens and not token.closes and _is_silent(token, text):
            hushed, depth = token.name, 1
    return tokens


def _is_silent(token: _Token, text: str) -> bool:
    return token.name in _SILENT or (
        token.name in _INLINE and bool(_FURNITURE.search(text, token.start, token.end))
    )
