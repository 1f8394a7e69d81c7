"""Write nested sections, drop caps, and spans without line breaks in EPUB content documents."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from triptych.languages.language_tags import get_text_direction
from triptych.markup.blocks import BlockWriter
from triptych.markup.inlines import split_asides
from triptych.markup.passages import INLINE
from triptych.markup.xml import escape
from triptych.model.book import Chapter
from triptych.model.nodes import Block, Heading, Inline, Paragraph, Phrase, Quoted, Styled, Text
from triptych.model.walk import plain_text


def write_sections(blocks: tuple[Block, ...], writer: BlockWriter) -> str:
    """Write the blocks of a chapter as XHTML, in nested sections that have the ids of their headings."""
    parts: list[str] = []
    levels: list[int] = []  # levels of the open sections
    for block in blocks:
        if isinstance(block, Heading):
            while levels and levels[-1] >= block.level:
                parts.append("</section>\n")
                levels.pop()
            levels.append(block.level)
            name = f' id="{escape(block.attr.id)}"' if block.attr.id else ""
            parts.append(f"<section{name}>\n")
            parts.append(writer.write_heading(replace(block, attr=replace(block.attr, id="")), block.attr.id))
        else:
            parts.append(writer.write_blocks((block,)))
    return "".join((*parts, "</section>\n" * len(levels)))


_MIN_DROP_CAP_TEXT = 240  # characters; enough to fill the lines beside the drop cap on a wide page
_OPENING_MARKS = ("Ps", "Pi", "Pf", "Po", "Pe")  # general categories that ::first-letter includes


def has_drop_cap(chapter: Chapter, language: str) -> bool:
    """Return whether a chapter can have a drop cap.

    The chapter must begin with a long paragraph that starts with a capital letter and has no side notes, and
    must not be written from right to left. ``language`` is the language of the book.
    """
    opening = chapter.blocks[0] if chapter.blocks else None
    if not isinstance(opening, Paragraph) or get_text_direction(chapter.language or language) == "rtl":
        return False
    content, asides = split_asides(opening.content)
    if asides or len(plain_text(content)) < _MIN_DROP_CAP_TEXT:
        return False
    start = _get_opening_text(content).lstrip()
    while start and unicodedata.category(start[0]) in _OPENING_MARKS:
        start = start[1:]
    return start[:1].isupper()


def _get_opening_text(content: tuple[Inline, ...]) -> str:
    """Return the text at the start of a paragraph, or "" if it starts with another inline element."""
    match content[:1]:
        case (Text(text=text),):
            return text
        case (Styled(content=inner) | Quoted(content=inner) | Phrase(content=inner),):
            return _get_opening_text(inner)
    return ""


# Formulas wider than the page scroll. Letters directly after a formula are a word ending, as in "nth".
_FORMULA = r"<math\b(?![^>]*class=\"(?:long )?wide\")[^>]*>(?:[^<]|<(?!/math>))*+</math>"
_OPENING, _CLOSING = r"[(\[“‘„«¿¡（「『《]", r"[,.;:!?)\]”’»…%，。；：！？）」』》、]|&(?:quot|#x27);"
_FORMULA_WITH_PUNCTUATION = re.compile(
    rf"(?<!{_OPENING})((?:{_OPENING})*+)({_FORMULA})((?:{_CLOSING})*+(?:[-\u2010\u2011]?[A-Za-z]+)?+)"
)


def keep_formulas_together(xhtml: str) -> str:
    """Prevent line breaks between formulas and adjacent brackets, punctuation and word endings."""
    if "<math" not in xhtml:
        return xhtml
    return _FORMULA_WITH_PUNCTUATION.sub(
        lambda m: f'<span class="kept">{m[0]}</span>' if m[1] or m[3] else m[0], xhtml
    )


_DASH = "\u2013"
_SKIPPED_ELEMENTS = r"<(svg|math|pre|code|title)\b(?:(?!</\1>).)*+</\1>"
_NUMBER = r"\d(?:[.,]?\d){0,6}"
_RANGE = re.compile(
    rf"{_SKIPPED_ELEMENTS}|<[^>]*>|(?<![\d{_DASH}])({_NUMBER}{_DASH}{_NUMBER})(?![\d{_DASH}])", re.DOTALL
)


def keep_ranges_together(xhtml: str) -> str:
    """Prevent line breaks in ranges of short numbers such as 2010–24, without changing the text."""
    if _DASH not in xhtml:
        return xhtml
    return _RANGE.sub(lambda m: f'<span class="kept">{m[0]}</span>' if m[2] else m[0], xhtml)


# Characters that form a unit with an adjacent number, and letters that also do so across a space.
_TOUCHING = "!-~\u00a1-\u024f\u0370-\u052f\u2010-\u2013\u2032\u2033"
_LETTER = "A-Za-z\u00c0-\u024f\u0370-\u052f"
_SHORT_NUMBER = re.compile(
    rf"(?<![{_TOUCHING}])(?<![{_LETTER}]\s)[0-9]{{1,2}}(?![{_TOUCHING}])(?!\s[{_LETTER}])"
)

_HORIZONTAL_ELEMENTS = frozenset(("head", "pre", "math", "code", "kbd", "samp", "svg"))
_HORIZONTAL_CLASSES = frozenset(("equation", "panels", "tex", "tcy"))
_BLOCK_SEPARATOR, _OBJECT_PLACEHOLDER = "\n\n", "\ufffc"  # between blocks; for skipped inline elements


def set_numbers_upright(page: bytes) -> bytes:
    """Set short numbers upright in a vertical content document; return other documents unchanged."""
    reader = _PageReader(expat.ParserCreate())
    reader.parser.buffer_text = False  # gives the byte offset of each run of text
    reader.parser.StartElementHandler = reader.start_element
    reader.parser.EndElementHandler = reader.end_element
    reader.parser.CharacterDataHandler = reader.add_text
    reader.parser.Parse(page, True)
    parts, done = [], 0
    for start, number in reader.list_short_numbers() if reader.is_vertical else ():
        end = start + len(number)
        if page[start:end] == number:  # text is not from a character reference
            parts += [page[done:start], b'<span class="tcy">', number, b"</span>"]
            done = end
    return b"".join((*parts, page[done:]))


@dataclass(slots=True)
class _PageReader:
    """An expat handler that collects the text of a content document with byte offsets."""

    parser: expat.XMLParserType
    is_vertical: bool = False
    _words: list[str] = field(default_factory=list)
    _runs: list[tuple[int, int]] = field(default_factory=list)  # pairs of character offset and byte offset
    _character_count: int = 0
    _skipped_depth: int = 0  # number of open elements whose numbers stay unchanged
    _open_edges: list[str] = field(default_factory=list)  # text after the end of each open element

    def list_short_numbers(self) -> list[tuple[int, bytes]]:
        """Return the short numbers in the document with their byte offsets."""
        words, matches = "".join(self._words), []
        for match in _SHORT_NUMBER.finditer(words):
            run = bisect_right(self._runs, match.start(), key=lambda run: run[0]) - 1
            last = self._runs[run + 1][0] if run + 1 < len(self._runs) else len(words)
            if match.end() <= last:  # the number is inside a single element
                before, first = self._runs[run]
                start = first + len(words[before : match.start()].encode())
                matches.append((start, match.group().encode()))
        return matches

    def start_element(self, tag: str, attributes: dict[str, str]) -> None:
        names = attributes.get("class", "").split()
        if tag == "html":
            self.is_vertical = "vertical" in names
        horizontal = tag in _HORIZONTAL_ELEMENTS or not _HORIZONTAL_CLASSES.isdisjoint(names)
        if self._skipped_depth or horizontal or "hidden" in attributes:
            self._skipped_depth += 1
            if self._skipped_depth == 1:
                self._append_text(_OBJECT_PLACEHOLDER if tag in INLINE else _BLOCK_SEPARATOR)
            return
        edge = "" if tag in INLINE and tag != "br" and "noteref" not in names else _BLOCK_SEPARATOR
        self._append_text(edge)
        self._open_edges.append(edge)

    def end_element(self, _tag: str) -> None:
        if self._skipped_depth:
            self._skipped_depth -= 1
        else:
            self._append_text(self._open_edges.pop())

    def add_text(self, data: str) -> None:
        if not self._skipped_depth:
            self._runs.append((self._character_count, self.parser.CurrentByteIndex))
            self._append_text(data)

    def _append_text(self, text: str) -> None:
        self._words.append(text)
        self._character_count += len(text)
