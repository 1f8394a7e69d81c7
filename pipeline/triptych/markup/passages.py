"""Number the passages of text in the same way in print and EPUB, to transfer page breaks to the EPUB.

A passage is the text of one block without its nested blocks. Notes, formulas, and collapsed or hidden content
are left out, since they differ between the outputs. Positions are counted in letters, without white space,
hyphens and joiners, so that line breaks do not matter.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element
from xml.parsers import expat

# The number of a top-level block, counted from 1, and of a block nested in it, counted from 0. Changes inside
# a top-level block do not renumber the other top-level blocks.
PassageNumber = tuple[int, int]

_TRUNK = frozenset(("body", "section"))  # parents of top-level blocks
INLINE = frozenset(
    "a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub"
    " sup time u var wbr".split()
)
_SKIPPED_TAGS = frozenset(("head", "math", "details", "script", "style", "svg"))
_SKIPPED_CLASSES = frozenset(("footnote", "note-again", "note-call", "sidenote", "noteref", "notes", "tex"))
_NO_LETTERS = re.compile("[\\s\u00ad\u200b-\u200d\u2060\ufeff\\-\u2010\u2011]+")
# A page break at the start of these elements goes before their start tag. The heading of a nav must come
# first (EPUB 3.3, 7.4).
_UNSPLIT_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "nav", "figure", "table", "pre"))
# Two characters of a word in a script with spaces and hyphens.
_SPACED = "[^\\W_\u0e00-\u109f\u1780-\u17ff\u2e80-\U0003ffff]"
_BROKEN_WORD = re.compile(f"(?:{_SPACED}|\u00ad){_SPACED}|{_SPACED}\u00ad")


def strip_to_letters(text: str) -> str:
    """Remove the characters that line breaking may add or remove: white space, hyphens and joiners."""
    return _NO_LETTERS.sub("", text)


def _is_skipped(tag: str, attributes: Mapping[str, str]) -> bool:
    """Return whether to skip an element because its text differs between print and EPUB."""
    names = attributes.get("class", "").split()
    return (
        tag in _SKIPPED_TAGS
        or "hidden" in attributes
        or "data-floats-end" in attributes  # added during layout; not in the EPUB
        or not _SKIPPED_CLASSES.isdisjoint(names)
        or (tag in ("tr", "li") and "continued" in names)
    )


@dataclass(slots=True)
class _PassageCounter:
    """Numbers blocks in the order of their start tags."""

    block_number: int = 0
    nested_number: int = 0

    def number_block(self, parent: str) -> PassageNumber:
        if parent in _TRUNK or not self.block_number:
            self.block_number, self.nested_number = self.block_number + 1, 0
        else:
            self.nested_number += 1
        return self.block_number, self.nested_number


def number_passages(root: Element) -> Mapping[Element, PassageNumber]:
    """Map each element that is in both print and EPUB to its passage number."""
    count, numbers = _PassageCounter(), dict[Element, PassageNumber]()
    waiting: list[tuple[Element, str, PassageNumber]] = [(root, "", (0, 0))]
    while waiting:
        element, parent, place = waiting.pop()
        if _is_skipped(element.tag, element.attrib):
            continue
        if element.tag not in INLINE:
            place, parent = count.number_block(parent), element.tag
        numbers[element] = place
        waiting += [(child, parent, place) for child in reversed(element)]
    return numbers


@dataclass(slots=True)
class Passage:
    """A passage in an XHTML file, with byte offsets into the file.

    A text run in ``runs`` is the number of letters before it in the passage, its byte offset, and its text.
    If the passage starts a heading, nav, figure, table or listing, ``element_offset`` is the byte offset of
    that element.
    """

    number: PassageNumber
    element_offset: int | None
    runs: list[tuple[int, int, str]] = field(default_factory=list)
    letter_count: int = 0

    @property
    def letters(self) -> str:
        """Return the letters of the passage, like ``strip_to_letters``."""
        return "".join(strip_to_letters(text) for _, _, text in self.runs)

    def add_run(self, text: str, start: int) -> None:
        """Append a text run that starts at the byte offset ``start``."""
        self.runs.append((self.letter_count, start, text))
        self.letter_count += len(strip_to_letters(text))

    def find_offset(self, count: int) -> int:
        """Return the byte offset for a page break before the letter with index ``count``.

        If the letter is inside a word, the offset is that of the word. If ``count`` is 0 and
        ``element_offset`` is set, return ``element_offset``, so that nothing is inserted into a heading or
        between an image and its caption.
        """
        if not count and self.element_offset is not None:
            return self.element_offset
        position = bisect_right(self.runs, count, key=lambda piece: piece[0]) - 1
        # If several runs have the same count, only the last one has letters.
        before, start, text = self.runs[position]
        index = _find_letter_index(text, count - before)
        while 0 < index < len(text) and _BROKEN_WORD.match(text, index - 1):
            index -= 1
        return start + len(text[:index].encode())


def _find_letter_index(text: str, count: int) -> int:
    """Return the string index of the letter with index ``count``, or the string's length."""
    seen = 0
    for index, character in enumerate(text):
        if strip_to_letters(character):
            if seen == count:
                return index
            seen += 1
    return len(text)


def read_passages(page: bytes) -> list[Passage]:
    """Return the passages of an XHTML file that contain letters, in order."""
    return [passage for passage in _parse_passages(page) if passage.letter_count]


def _parse_passages(page: bytes) -> list[Passage]:
    reader = _PassageCollector(expat.ParserCreate())
    reader.parser.buffer_text = False  # keeps the byte offset of each run of text
    reader.parser.StartElementHandler = reader.start_element
    reader.parser.EndElementHandler = reader.end_element
    reader.parser.CharacterDataHandler = reader.add_text
    reader.parser.ParseFile(io.BytesIO(page))
    return reader.passages


@dataclass(slots=True)
class _PassageCollector:
    """Collects passages from the events of an XML parser: start tags, end tags and text."""

    parser: expat.XMLParserType
    passages: list[Passage] = field(default_factory=list)
    _count: _PassageCounter = field(default_factory=_PassageCounter)
    _skipped_depth: int = 0  # number of open elements that are skipped
    _open_elements: list[tuple[str, Passage | None, bool]] = field(
        default_factory=list
    )  # block and passage; set for elements in _WHOLE
    _element_offset: int | None = None  # offset of the outermost open heading, figure etc., until it has text

    def start_element(self, tag: str, attributes: dict[str, str]) -> None:
        if self._skipped_depth or _is_skipped(tag, attributes):
            self._skipped_depth += 1
            return
        parent, passage, _ = self._open_elements[-1] if self._open_elements else ("", None, False)
        opens = tag in _UNSPLIT_TAGS and not any(is_whole for _, _, is_whole in self._open_elements)
        if opens:
            self._element_offset = self.parser.CurrentByteIndex
        if tag not in INLINE:
            passage, parent = Passage(self._count.number_block(parent), self._element_offset), tag
            self.passages.append(passage)
        self._open_elements.append((parent, passage, opens))

    def end_element(self, _tag: str) -> None:
        if self._skipped_depth:
            self._skipped_depth -= 1
        elif self._open_elements.pop()[2]:
            self._element_offset = None

    def add_text(self, data: str) -> None:
        if not self._skipped_depth and (passage := self._open_elements[-1][1]) is not None:
            passage.add_run(data, self.parser.CurrentByteIndex)
            if passage.letter_count:
                self._element_offset = None
