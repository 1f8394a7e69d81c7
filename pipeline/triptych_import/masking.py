"""Distinguish prose from code, comments, formulas and front matter in Markdown texts.

Opening and closing delimiters are paired in one pass over a text. In contrast, a regular expression such as
``<!--.*?-->`` would search all following text for each unclosed delimiter.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from triptych.reading.line_scan import ALIGNED

_TICKS = re.compile(r"`+")


def find_delimiter_pairs(
    patterns: Sequence[tuple[str, str]], text: str, flags: re.RegexFlag = re.NOFLAG
) -> Iterator[tuple[int, re.Match[str], re.Match[str]]]:
    """Yield pairs of delimiters: an index in ``patterns``, the opening match and the closing match.

    Pairs never overlap. ``patterns`` are pairs of an opening and a closing pattern; if several opening
    patterns match at the same position, the first of them is used. ``^`` and ``$`` match at the start and the
    end of each line.
    """
    openings: list[tuple[int, int, re.Match[str]]] = []
    closings: list[list[re.Match[str]]] = []
    for kind, (opening, closing) in enumerate(patterns):
        openings += [(m.start(), kind, m) for m in re.finditer(opening, text, flags | re.MULTILINE)]
        closings.append(list(re.finditer(closing, text, flags | re.MULTILINE)) if openings else [])
    closing_starts = [[match.start() for match in matches] for matches in closings]
    position = 0
    for start, kind, first in sorted(openings, key=lambda opening_entry: opening_entry[:2]):
        index = bisect_left(closing_starts[kind], first.end())
        if start >= position and index < len(closings[kind]):
            yield kind, first, closings[kind][index]
            position = closings[kind][index].end()


class BacktickRuns:
    """The positions of backtick runs in a text, by length."""

    def __init__(self, text: str) -> None:
        self._starts: dict[int, list[int]] = defaultdict(list)
        for run in _TICKS.finditer(text):
            self._starts[len(run.group())].append(run.start())

    def find_closing(self, width: int, position: int) -> int | None:
        """Return the position of the next run of ``width`` backticks, or None if there is none.

        ``position`` must not be inside a run.
        """
        return _find_next_position(self._starts.get(width, []), position)


def find_inline_code(line: str, *, escapes: bool = False) -> Iterator[tuple[int, int, int]]:
    """Yield the opening position, number of backticks and closing position of each code span.

    If ``escapes`` is True, a backslash-escaped backtick does not begin a code span.
    """
    ticks, position = BacktickRuns(line), 0
    while run := _TICKS.search(line, position):
        position = run.end()
        closing = ticks.find_closing(len(run.group()), position)
        if closing is None or (escapes and line[: run.start()].endswith("\\")):
            continue
        if "\n" not in line[position:closing]:
            yield run.start(), len(run.group()), closing
            position = closing + len(run.group())


HIDDEN = "\0"

_FRONT = re.compile(r"\A---[ \t]*\n(?=[\w-]+:|---|\.\.\.)(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_QUOTE = re.compile(r"^(?: {0,3}> ?)+")
_ITEM = re.compile(r"^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+|$)")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_OPENING = re.compile(r"^((?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])*[ \t]*)(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_RAW = re.compile(r"^[ \t]*<(pre|script|style|textarea)\b", re.IGNORECASE)
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_SPECIAL = re.compile(r"[\\`<]")
_TAG = re.compile(
    r"<[A-Za-z][\w-]*+(?:\s++[\w.:-]++(?:\s*+=\s*+(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]++))?)*+\s*+/?>"
)

# Formulas as parsed by pandoc: they end with their paragraph, and \text{} may contain dollars.
_SAME_PARAGRAPH = r"(?!\n[ \t]*\n)"
_WORDS = r"\\(?:text|mbox)[a-z]*[ \t]*\{(?:[^{}]|\{[^{}]*\})*\}"
DISPLAYED_FORMULA = rf"\$\$(?=\s*[^\s$])(?:{_SAME_PARAGRAPH}(?!\$\$).)+\$\$"
INLINE_FORMULA = rf"\$(?=[^\s$])(?>{_WORDS}|{_SAME_PARAGRAPH}[^$])+(?<!\s)\$"
"""A pattern for an inline formula. It must not be followed by a digit, as in an amount."""
_FORMULA = re.compile(
    rf"{DISPLAYED_FORMULA}|{INLINE_FORMULA}(?!\d)"
    r"|\\begin\{([A-Za-z]+\*?)\}"  # up to its end
    r"|^[ \t]*\\(?:(?:re)?newcommand|def|DeclareMathOperator)\b[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_END = re.compile(r"\\end\{([A-Za-z]+\*?)\}")
_MAX_ITEM_DEPTH = 100  # maximum number of items that begin on one line; pandoc supports far fewer
_GAP = re.compile(r"\n(?=[ \t]*\n)")


class LineKind(Enum):
    """The type of a line in a Markdown text."""

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
    """A line after the first line of a formula, as set by ``classify_formula_lines``."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of Markdown, with its position, its type and its block quote markers.

    ``quote`` contains the block quote markers, and ``text`` the line without them. ``list_depth`` is the
    number of list items that contain the line, including those that begin on it.
    """

    start: int
    end: int
    kind: LineKind
    quote: str
    text: str
    list_depth: int

    @property
    def is_prose(self) -> bool:
        """Whether the line is prose."""
        return self.kind is LineKind.TEXT

    @property
    def text_start(self) -> int:
        """The position after the block quote markers."""
        return self.start + len(self.quote)


class _LineClassifier:
    """Classifies lines in order, and tracks open fences, formulas, comments, HTML elements and list items."""

    def __init__(self) -> None:
        self.fence = self.environment = ""
        self.is_fence_quoted = False
        self.block_end: re.Pattern[str] | None = None
        self.block_kind = LineKind.TEXT
        self.item_columns: list[int] = []
        self.previous_kind = LineKind.BLANK

    def classify_line(self, quote: str, text: str) -> LineKind:
        """Return the type of the next line."""
        self.previous_kind = self._classify_line(quote, text)
        return self.previous_kind

    def _classify_line(self, quote: str, text: str) -> LineKind:
        if self.fence and self.is_fence_quoted and not quote:
            self.fence = ""
        if self.fence:
            mark = text.strip()
            if len(mark) >= len(self.fence) and set(mark) == {self.fence[0]}:
                self.fence = ""
                return LineKind.CLOSING
            return LineKind.CODE
        if self.block_end is not None:
            if self.block_end.search(text):
                self.block_end = None
            return self.block_kind
        if not text.strip():
            self.environment = ""
            return LineKind.BLANK
        if self.environment:
            self.environment = "" if f"\\end{{{self.environment}}}" in text else self.environment
            return LineKind.TEXT
        return self._classify_first_line(quote, text)

    def _classify_first_line(self, quote: str, text: str) -> LineKind:
        indent = measure_indent(text)
        if self.previous_kind is not LineKind.TEXT:
            while self.item_columns and indent < self.item_columns[-1]:
                self.item_columns.pop()
        base = self.item_columns[-1] if self.item_columns else 0
        if indent >= base + 4 and self.previous_kind is not LineKind.TEXT:
            return LineKind.INDENTED
        self._track_list_items(text)
        if (aligned := ALIGNED.match(text)) and f"\\end{{{aligned.group(1)}}}" not in text:
            self.environment = aligned.group(1)
        if opening := _OPENING.match(text):
            self.fence, self.is_fence_quoted = opening.group(2), bool(quote)
            return LineKind.OPENING
        if text.lstrip().startswith("<!--"):
            if "-->" not in text:
                self.block_end, self.block_kind = re.compile("-->"), LineKind.COMMENT
                return LineKind.COMMENT
            if text.rstrip().endswith("-->") and text.count("<!--") == 1:
                return LineKind.COMMENT
        if raw := _RAW.match(text):
            closing = re.compile(f"</{raw.group(1)}>", re.IGNORECASE)
            if not closing.search(text):
                self.block_end, self.block_kind = closing, LineKind.RAW
            return LineKind.RAW
        return LineKind.TEXT

    def _track_list_items(self, text: str) -> None:
        rest, column, may_be_rule = text, 0, text.rstrip()[-1:] in ("*", "-", "_")
        for _ in range(_MAX_ITEM_DEPTH):
            item = _ITEM.match(rest)
            if item is None or (may_be_rule and _RULE.match(rest)):
                break
            column += len(item.group(1))
            while self.item_columns and self.item_columns[-1] > column:
                self.item_columns.pop()
            width = len(item.group(3))
            column += len(item.group(2)) + (width if 1 <= width <= 4 else 1)
            self.item_columns.append(column)
            rest = rest[item.end() :]


@lru_cache(maxsize=4)  # consecutive steps need the lines of the same text
def scan_lines(text: str) -> list[SourceLine]:
    """Return the lines of a Markdown text with their types. The list is cached and must not be modified."""
    front = _FRONT.match(text)
    body = front.end() if front else 0
    scanner, out, start = _LineClassifier(), [], 0
    for line in text.split("\n"):
        end = start + len(line)
        if start < body:
            out.append(SourceLine(start, end, LineKind.FRONT, "", line, 0))
        else:
            match = _QUOTE.match(line) if not (scanner.fence and not scanner.is_fence_quoted) else None
            quote = match.group() if match else ""
            rest = line[len(quote) :]
            kind = scanner.classify_line(quote, rest)
            out.append(SourceLine(start, end, kind, quote, rest, len(scanner.item_columns)))
        start = end + 1
    return out


@dataclass(frozen=True, slots=True)
class FencedCode:
    """A fenced code block. ``closing`` is None if the block is unclosed."""

    opening: SourceLine
    code: tuple[SourceLine, ...]
    closing: SourceLine | None

    @property
    def info(self) -> str:
        """The info string after the opening fence."""
        return self.opening.text.strip(" \t").lstrip("`~").strip(" \t")

    @property
    def end(self) -> int:
        """The end position of the block's last line."""
        return (self.closing or (self.opening, *self.code)[-1]).end


def find_code_blocks(lines: Iterable[SourceLine]) -> Iterator[FencedCode]:
    """Yield the fenced code blocks of a text."""
    opening: SourceLine | None = None
    code: list[SourceLine] = []
    for line in lines:
        if opening and line.kind is LineKind.CODE:
            code.append(line)
            continue
        if opening:
            yield FencedCode(opening, tuple(code), line if line.kind is LineKind.CLOSING else None)
        opening, code = (line if line.kind is LineKind.OPENING else None), []
    if opening:
        yield FencedCode(opening, tuple(code), None)


def find_formulas(masked: str) -> list[tuple[int, int]]:
    """Return the spans of dollar formulas, LaTeX environments and TeX definitions in a masked text."""
    spans = []
    closing_positions: dict[str, list[int]] = defaultdict(list)
    gaps: list[int] | None = None
    position = 0
    while match := _FORMULA.search(masked, position):
        position = match.end()
        if name := match.group(1):
            if gaps is None:  # few texts have environments
                gaps = [gap.start() for gap in _GAP.finditer(masked)]
                for closing in _END.finditer(masked):
                    closing_positions[closing.group(1)].append(closing.start())
            end = _find_next_position(closing_positions.get(name, []), position)
            if end is None or (_find_next_position(gaps, position) or end) < end:
                continue
            position = end + len(name) + len("\\end{}")
        spans.append((match.start(), position))
    return spans


def _find_next_position(positions: list[int], position: int) -> int | None:
    """Return the first of the sorted ``positions`` at or after ``position``, or None if there is none."""
    index = bisect_left(positions, position)
    return positions[index] if index < len(positions) else None


def classify_formula_lines(lines: list[SourceLine], spans: Sequence[tuple[int, int]]) -> list[SourceLine]:
    """Return the lines, with the type FORMULA for those that begin inside a formula in ``spans``."""
    span_starts = [start for start, _ in spans]

    def is_in_formula(offset: int) -> bool:
        index = bisect_right(span_starts, offset) - 1
        return index >= 0 and offset < spans[index][1]

    return [replace(line, kind=LineKind.FORMULA) if is_in_formula(line.start - 1) else line for line in lines]


def measure_indent(text: str) -> int:
    """Return the indentation of a line in columns, with tab stops every four columns."""
    return len(text.expandtabs(4)) - len(text.expandtabs(4).lstrip())


def is_list_item(text: str) -> bool:
    """Return whether a line begins a list item."""
    return bool(_ITEM.match(text)) and not _RULE.match(text)


def is_thematic_break(text: str) -> bool:
    """Return whether a line is a thematic break."""
    return bool(_RULE.match(text))


@lru_cache(maxsize=4)
def mask_text(text: str, *, escapes: bool = True) -> str:
    """Replace all characters that are not prose with ``HIDDEN``, so that positions do not change.

    If ``escapes`` is True, escaped characters are also replaced.
    """
    return mask_lines(text, scan_lines(text), escapes=escapes)


def mask_lines(text: str, lines: Sequence[SourceLine], *, escapes: bool = True) -> str:
    """Mask a text like ``mask_text``, but with the types of ``lines`` instead of scanning the text."""
    out = list(text)

    def hide_span(start: int, end: int) -> None:
        for index in range(start, end):
            if out[index] != "\n":
                out[index] = HIDDEN

    run: list[SourceLine] = []

    def mask_paragraph() -> None:
        if run:
            for start, end in _find_hidden_spans(text[run[0].start : run[-1].end], escapes):
                hide_span(run[0].start + start, run[0].start + end)
            run.clear()

    for line in lines:
        if line.kind is not LineKind.TEXT:
            mask_paragraph()
            hide_span(line.start, line.end)
            continue
        if run and (
            is_list_item(line.text) or line.text.startswith("#") or bool(line.quote) != bool(run[-1].quote)
        ):
            mask_paragraph()
        run.append(line)
        if line.text.startswith("#"):
            mask_paragraph()
    mask_paragraph()
    return "".join(out)


def find_in_prose(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern in a text, except those that begin in code, a comment or an escape."""
    masked = mask_text(text)
    return (match for match in pattern.finditer(text) if masked[match.start()] != HIDDEN)


def has_visible_text(masked: str) -> bool:
    """Return whether a masked text has characters other than ``HIDDEN`` and white space."""
    return bool(masked.replace(HIDDEN, "").strip())


def mask_formulas(text: str) -> str:
    """Replace formulas and other characters that are not prose with ``HIDDEN``; positions do not change."""
    return hide_spans(masked := mask_text(text), find_formulas(masked))


def hide_spans(masked: str, spans: Iterable[tuple[int, int]]) -> str:
    """Replace all characters in the sorted ``spans`` with ``HIDDEN``, except line breaks."""
    out, position = [], 0
    for start, end in spans:
        out += [masked[position:start], re.sub(r"[^\n]", HIDDEN, masked[start:end])]
        position = end
    return "".join([*out, masked[position:]])


def _find_hidden_spans(text: str, escapes: bool) -> list[tuple[int, int]]:
    """Return the spans of inline code and comments in a paragraph, and of escapes if ``escapes`` is True."""
    spans, position = [], 0
    runs, last_comment = BacktickRuns(text), text.rfind("-->")
    while match := _SPECIAL.search(text, position):
        position = match.start()
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
            closing = runs.find_closing(width, ticks.end())
            if closing is None:
                position = ticks.end()
                continue
            end = closing + width
        elif text.startswith("<!--", position) and position + len("<!--") <= last_comment:
            end = text.index("-->", position + len("<!--")) + len("-->")
        elif tag := _TAG.match(text, position):
            position = tag.end()  # HTML tags contain neither code nor escapes
            continue
        else:
            position += 1
            continue
        spans.append((position, end))
        position = end
    return spans
