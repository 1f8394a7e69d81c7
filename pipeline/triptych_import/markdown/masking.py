"""What in a Markdown text is prose and what is code, comment or front matter."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from triptych.reading.outline import ALIGNED
from triptych_import.markdown.pairs import Ticks

HIDDEN = "\0"

_FRONT = re.compile(r"\A---[ \t]*\n(?=[\w-]+:|---|\.\.\.)(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_QUOTE = re.compile(r"^(?: {0,3}> ?)+")
_ITEM = re.compile(r"^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+|$)")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_OPENING = re.compile(r"^((?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])*[ \t]*)(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_RAW = re.compile(r"^[ \t]*<(pre|script|style|textarea)\b", re.IGNORECASE)
_TICKS = re.compile(r"`+")
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_SPECIAL = re.compile(r"[\\`<]")
_TAG = re.compile(
    r"<[A-Za-z][\w-]*+(?:\s++[\w.:-]++(?:\s*+=\s*+(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]++))?)*+\s*+/?>"
)

# What pandoc reads as a formula: it ends with its paragraph; dollars in words of one in a line are its own.
_GOES_ON = r"(?!\n[ \t]*\n)"
_WORDS = r"\\(?:text|mbox)[a-z]*[ \t]*\{(?:[^{}]|\{[^{}]*\})*\}"
DISPLAYED = rf"\$\$(?=\s*[^\s$])(?:{_GOES_ON}(?!\$\$).)+\$\$"
IN_LINE = rf"\$(?=[^\s$])(?>{_WORDS}|{_GOES_ON}[^$])+(?<!\s)\$"
"""A pattern for a formula in a line; pandoc reads none where a digit follows, as behind an amount."""
_FORMULA = re.compile(
    rf"{DISPLAYED}|{IN_LINE}(?!\d)"
    r"|\\begin\{([A-Za-z]+\*?)\}"  # up to its end
    r"|^[ \t]*\\(?:(?:re)?newcommand|def|DeclareMathOperator)\b[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_END = re.compile(r"\\end\{([A-Za-z]+\*?)\}")
_DEEPEST = 100  # items that begin on one line; pandoc gives up far before
_GAP = re.compile(r"\n(?=[ \t]*\n)")


class Kind(Enum):
    """What a line is."""

    BLANK = "blank"
    TEXT = "text"
    OPENING = "opening fence"
    CLOSING = "closing fence"
    CODE = "code"
    INDENTED = "indented code"
    COMMENT = "comment"
    RAW = "raw"
    FRONT = "front matter"
    FORMULA = "formula"
    """A line after the first of a formula: known only where dollars are looked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its place in the text, its kind, and the marks of block quotes before it.

    ``items`` is how many list items it stands in, its own included. ``text`` has no quote marks.
    """

    start: int
    end: int
    kind: Kind
    quote: str
    text: str
    items: int

    @property
    def prose(self) -> bool:
        """Whether it is text that people read."""
        return self.kind is Kind.TEXT

    @property
    def begin(self) -> int:
        """Where its text begins, behind the quote marks."""
        return self.start + len(self.quote)


class _Scanner:
    """Walks over the lines with what is open: a fence, a formula, a comment, raw HTML, list items."""

    def __init__(self) -> None:
        self.fence = self.environment = ""
        self.fence_quoted = False
        self.until: re.Pattern[str] | None = None
        self.inside = Kind.TEXT
        self.items: list[int] = []
        self.before = Kind.BLANK

    def kind(self, quote: str, text: str) -> Kind:
        """The kind of the next line."""
        self.before = self._kind(quote, text)
        return self.before

    def _kind(self, quote: str, text: str) -> Kind:
        if self.fence and self.fence_quoted and not quote:
            self.fence = ""
        if self.fence:
            mark = text.strip()
            if len(mark) >= len(self.fence) and set(mark) == {self.fence[0]}:
                self.fence = ""
                return Kind.CLOSING
            return Kind.CODE
        if self.until is not None:
            if self.until.search(text):
                self.until = None
            return self.inside
        if not text.strip():
            self.environment = ""
            return Kind.BLANK
        if self.environment:
            self.environment = "" if f"\\end{{{self.environment}}}" in text else self.environment
            return Kind.TEXT
        return self._opening(quote, text)

    def _opening(self, quote: str, text: str) -> Kind:
        indent = indent_of(text)
        if self.before is not Kind.TEXT:
            while self.items and indent < self.items[-1]:
                self.items.pop()
        base = self.items[-1] if self.items else 0
        if indent >= base + 4 and self.before is not Kind.TEXT:
            return Kind.INDENTED
        self._list_item(text)
        if (aligned := ALIGNED.match(text)) and f"\\end{{{aligned.group(1)}}}" not in text:
            self.environment = aligned.group(1)
        if opening := _OPENING.match(text):
            self.fence, self.fence_quoted = opening.group(2), bool(quote)
            return Kind.OPENING
        if text.lstrip().startswith("<!--"):
            if "-->" not in text:
                self.until, self.inside = re.compile("-->"), Kind.COMMENT
                return Kind.COMMENT
            if text.rstrip().endswith("-->") and text.count("<!--") == 1:
                return Kind.COMMENT
        if raw := _RAW.match(text):
            closing = re.compile(f"</{raw.group(1)}>", re.IGNORECASE)
            if not closing.search(text):
                self.until, self.inside = closing, Kind.RAW
            return Kind.RAW
        return Kind.TEXT

    def _list_item(self, text: str) -> None:
        rest, column, may_be_rule = text, 0, text.rstrip()[-1:] in ("*", "-", "_")
        for _ in range(_DEEPEST):
            item = _ITEM.match(rest)
            if item is None or (may_be_rule and _RULE.match(rest)):
                break
            column += len(item.group(1))
            while self.items and self.items[-1] > column:
                self.items.pop()
            width = len(item.group(3))
            column += len(item.group(2)) + (width if 1 <= width <= 4 else 1)
            self.items.append(column)
            rest = rest[item.end() :]


@lru_cache(maxsize=4)  # one step after the other asks for the lines of the same text
def scan(text: str) -> list[Line]:
    """A Markdown text → its lines, each with its kind; the list is not to be changed."""
    front = _FRONT.match(text)
    body = front.end() if front else 0
    scanner, out, start = _Scanner(), [], 0
    for line in text.split("\n"):
        end = start + len(line)
        if start < body:
            out.append(Line(start, end, Kind.FRONT, "", line, 0))
        else:
            match = _QUOTE.match(line) if not (scanner.fence and not scanner.fence_quoted) else None
            quote = match.group() if match else ""
            rest = line[len(quote) :]
            kind = scanner.kind(quote, rest)
            out.append(Line(start, end, kind, quote, rest, len(scanner.items)))
        start = end + 1
    return out


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code between fences: the line of the first, those of the code, that of the last if there is one."""

    opening: Line
    code: tuple[Line, ...]
    closing: Line | None

    @property
    def end(self) -> int:
        """Where the last of its lines ends."""
        return (self.closing or (self.opening, *self.code)[-1]).end


def code_blocks(lines: Iterable[Line]) -> Iterator[CodeBlock]:
    """The blocks of code among the lines of a text, in order."""
    opening: Line | None = None
    code: list[Line] = []
    for line in lines:
        if opening and line.kind is Kind.CODE:
            code.append(line)
            continue
        if opening:
            yield CodeBlock(opening, tuple(code), line if line.kind is Kind.CLOSING else None)
        opening, code = (line if line.kind is Kind.OPENING else None), []
    if opening:
        yield CodeBlock(opening, tuple(code), None)


def formulas(masked: str) -> list[tuple[int, int]]:
    """Where formulas between dollars, environments and definitions of TeX stand in a masked text."""
    places = []
    ends: dict[str, list[int]] = {}
    gaps: list[int] = []
    position = 0
    while match := _FORMULA.search(masked, position):
        position = match.end()
        if name := match.group(1):
            if not ends:
                ends, gaps = _ends(masked), [gap.start() for gap in _GAP.finditer(masked)]
            end = _next(ends.get(name, []), position)
            if end is None or (_next(gaps, position) or end) < end:
                continue
            position = end + len(name) + len("\\end{}")
        places.append((match.start(), position))
    return places


def _next(places: list[int], position: int) -> int | None:
    """The first of some places that is not before a position."""
    index = bisect_left(places, position)
    return places[index] if index < len(places) else None


def _ends(masked: str) -> dict[str, list[int]]:
    """Where environments end, by their names; one that no text has is there, so that it is never empty."""
    ends: dict[str, list[int]] = defaultdict(list, {"": []})
    for match in _END.finditer(masked):
        ends[match.group(1)].append(match.start())
    return ends


def without_formulas(lines: list[Line], places: Sequence[tuple[int, int]]) -> list[Line]:
    """The lines of a text; those that begin inside of a formula are no prose."""
    starts = [start for start, _ in places]

    def inside(place: int) -> bool:
        index = bisect_right(starts, place) - 1
        return index >= 0 and place < places[index][1]

    return [replace(line, kind=Kind.FORMULA) if inside(line.start - 1) else line for line in lines]


def indent_of(text: str) -> int:
    """How many columns stand before the first word of a line."""
    return len(text.expandtabs(4)) - len(text.expandtabs(4).lstrip())


def is_item(text: str) -> bool:
    """Whether a line begins a list item."""
    return bool(_ITEM.match(text)) and not _RULE.match(text)


def is_rule(text: str) -> bool:
    """Whether a line is a thematic break."""
    return bool(_RULE.match(text))


def mask(text: str, lines: list[Line] | None = None, *, escapes: bool = True) -> str:
    """The text at the same length, with ``HIDDEN`` for all that is no prose.

    ``escapes`` says whether escaped characters are hidden too.
    """
    return _masked(text, escapes) if lines is None else _with_hidden(text, lines, escapes)


@lru_cache(maxsize=4)
def _masked(text: str, escapes: bool) -> str:
    return _with_hidden(text, scan(text), escapes)


def _with_hidden(text: str, lines: list[Line], escapes: bool) -> str:
    out = list(text)

    def hide(start: int, end: int) -> None:
        for index in range(start, end):
            if out[index] != "\n":
                out[index] = HIDDEN

    run: list[Line] = []

    def flush() -> None:
        if run:
            for start, end in _hidden_spans(text[run[0].start : run[-1].end], escapes):
                hide(run[0].start + start, run[0].start + end)
            run.clear()

    for line in lines:
        if line.kind is not Kind.TEXT:
            flush()
            hide(line.start, line.end)
            continue
        if run and (
            is_item(line.text) or line.text.startswith("#") or bool(line.quote) != bool(run[-1].quote)
        ):
            flush()
        run.append(line)
        if line.text.startswith("#"):
            flush()
    flush()
    return "".join(out)


def prose(text: str, lines: list[Line] | None = None) -> str:
    """The text at the same length, with ``HIDDEN`` for formulas and all else that is no prose."""
    return hidden(masked := mask(text, lines), formulas(masked))


def hidden(masked: str, places: Iterable[tuple[int, int]]) -> str:
    """A text with ``HIDDEN`` in some places too."""
    out, position = [], 0
    for start, end in places:
        out += [masked[position:start], re.sub(r"[^\n]", HIDDEN, masked[start:end])]
        position = end
    return "".join([*out, masked[position:]])


def _hidden_spans(text: str, escapes: bool) -> list[tuple[int, int]]:
    """Inline code, comments and, if wanted, escaped characters of a paragraph, as places."""
    spans, position = [], 0
    runs, last_comment = Ticks(text), text.rfind("-->")
    while found := _SPECIAL.search(text, position):
        position = found.start()
        character = text[position]
        if character == "\\" and _ESCAPE.match(text, position):
            end = position + 2
            if not escapes:
                position = end
                continue
        elif character == "`":
            ticks = _TICKS.match(text, position)
            assert ticks is not None
            width = ticks.end() - position
            closing = runs.closing(width, ticks.end())
            if closing is None:
                position = ticks.end()
                continue
            end = closing + width
        elif text.startswith("<!--", position) and position + len("<!--") <= last_comment:
            end = text.index("-->", position + len("<!--")) + len("-->")
        elif tag := _TAG.match(text, position):
            position = tag.end()  # what stands in it is neither code nor escaped
            continue
        else:
            position += 1
            continue
        spans.append((position, end))
        position = end
    return spans
