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

# The number of a top-level block, counted from 1, and of a block nested in it, counted from 0. Changes within
# one top-level block do not renumber the other top-level blocks.
Place = tuple[int, int]

_TRUNK = frozenset(("body", "section"))  # parents of top-level blocks
INLINE = frozenset(
    "a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub"
    " sup time u var wbr".split()
)
_SILENT = frozenset(("head", "math", "details", "script", "style", "svg"))
_SILENT_CLASSES = frozenset(("footnote", "note-again", "note-call", "sidenote", "noteref", "notes", "tex"))
_NO_LETTERS = re.compile("[\\s\u00ad\u200b-\u200d\u2060\ufeff\\-\u2010\u2011]+")
# A page break at the start of these elements goes before their start tag. The heading of a nav must come
# first (EPUB 3.3, 7.4).
_WHOLE = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "nav", "figure", "table", "pre"))
# Two characters of a word in a script that has spaces and hyphens.
_SPACED = "[^\\W_\u0e00-\u109f\u1780-\u17ff\u2e80-\U0003ffff]"
_TORN = re.compile(f"(?:{_SPACED}|\u00ad){_SPACED}|{_SPACED}\u00ad")


def strip_to_letters(text: str) -> str:
    """Remove the characters that line breaking may add or remove: white space, hyphens and joiners."""
    return _NO_LETTERS.sub("", text)


def _is_silent(tag: str, attributes: Mapping[str, str]) -> bool:
    """Return whether to skip an element because its text differs between print and EPUB."""
    names = attributes.get("class", "").split()
    return (
        tag in _SILENT
        or "hidden" in attributes
        or "data-floats-end" in attributes  # added during layout; not in the EPUB
        or not _SILENT_CLASSES.isdisjoint(names)
        or (tag in ("tr", "li") and "continued" in names)
    )


@dataclass(slots=True)
class _Count:
    """A counter that numbers blocks in the order of their start tags."""

    top: int = 0
    within: int = 0

    def next(self, parent: str) -> Place:
        if parent in _TRUNK or not self.top:
            self.top, self.within = self.top + 1, 0
        else:
            self.within += 1
        return self.top, self.within


def number_passages(root: Element) -> Mapping[Element, Place]:
    """Return the passage number of each element that is in both print and EPUB."""
    count, found = _Count(), dict[Element, Place]()
    waiting: list[tuple[Element, str, Place]] = [(root, "", (0, 0))]
    while waiting:
        element, parent, place = waiting.pop()
        if _is_silent(element.tag, element.attrib):
            continue
        if element.tag not in INLINE:
            place, parent = count.next(parent), element.tag
        found[element] = place
        waiting += [(child, parent, place) for child in reversed(element)]
    return found


@dataclass(slots=True)
class Passage:
    """A passage in an XHTML file, with byte offsets into the file.

    ``pieces`` are the passage's text runs: the number of letters before the run, its byte offset and its
    text. If the passage begins a heading, nav, figure, table or listing, ``whole`` is the offset of that
    element.
    """

    place: Place
    whole: int | None
    pieces: list[tuple[int, int, str]] = field(default_factory=list)
    count: int = 0

    @property
    def letters(self) -> str:
        """Return the letters of the passage, as in ``strip_to_letters``."""
        return "".join(strip_to_letters(text) for _, _, text in self.pieces)

    def add(self, text: str, start: int) -> None:
        """Append a text run that starts at the byte offset ``start``."""
        self.pieces.append((self.count, start, text))
        self.count += len(strip_to_letters(text))

    def offset(self, count: int) -> int:
        """Return the byte offset of the letter with index ``count``, or of the word that contains the letter.

        For index 0, return ``whole`` if it is set, so that nothing is inserted into a heading or between an
        image and its caption.
        """
        if not count and self.whole is not None:
            return self.whole
        at = bisect_right(self.pieces, count, key=lambda piece: piece[0]) - 1
        # If several runs have the same count, only the last one has letters.
        before, start, text = self.pieces[at]
        index = _index_of_letter(text, count - before)
        while 0 < index < len(text) and _TORN.match(text, index - 1):
            index -= 1
        return start + len(text[:index].encode())


def _index_of_letter(text: str, count: int) -> int:
    """Return the string index of the letter with index ``count``, or the string's length if there is none."""
    seen = 0
    for index, character in enumerate(text):
        if strip_to_letters(character):
            if seen == count:
                return index
            seen += 1
    return len(text)


def read_passages(page: bytes) -> list[Passage]:
    """Return the passages of an XHTML file that contain letters, in order."""
    return [passage for passage in _parse_passages(page) if passage.count]


def _parse_passages(page: bytes) -> list[Passage]:
    reader = _Reader(expat.ParserCreate())
    reader.parser.buffer_text = False  # each run of text with the byte at which it begins
    reader.parser.StartElementHandler = reader.begin
    reader.parser.EndElementHandler = reader.end
    reader.parser.CharacterDataHandler = reader.text
    reader.parser.ParseFile(io.BytesIO(page))
    return reader.found


@dataclass(slots=True)
class _Reader:
    """A collector of passages from the events of an XML parser: start tags, end tags and text."""

    parser: expat.XMLParserType
    found: list[Passage] = field(default_factory=list)
    _count: _Count = field(default_factory=_Count)
    _silent: int = 0  # number of open elements that are skipped
    _open: list[tuple[str, Passage | None, bool]] = field(default_factory=list)  # block, passage, in _WHOLE
    _whole: int | None = None  # offset of the outermost open heading, figure …, until it has text

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if self._silent or _is_silent(tag, attributes):
            self._silent += 1
            return
        parent, passage, _ = self._open[-1] if self._open else ("", None, False)
        opens = tag in _WHOLE and not any(is_whole for _, _, is_whole in self._open)
        if opens:
            self._whole = self.parser.CurrentByteIndex
        if tag not in INLINE:
            passage, parent = Passage(self._count.next(parent), self._whole), tag
            self.found.append(passage)
        self._open.append((parent, passage, opens))

    def end(self, _tag: str) -> None:
        if self._silent:
            self._silent -= 1
        elif self._open.pop()[2]:
            self._whole = None

    def text(self, data: str) -> None:
        if not self._silent and (passage := self._open[-1][1]) is not None:
            passage.add(data, self.parser.CurrentByteIndex)
            if passage.count:
                self._whole = None
