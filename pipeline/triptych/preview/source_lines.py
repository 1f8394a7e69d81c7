"""Find the source line of a word in an output."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from triptych.preview.alignment import Query, QueryMatch, Word, WordIndex, make_query, split_words

_TABLES = (".csv", ".tsv")
_HEADING = re.compile(
    r"""^\#{1,6}\s.*$ | ^\s*(?:-\s*)?["']?(?:title|subtitle|short-title|part|appendix)["']?\s*:.*$
    | \b(?:slide-)?title="[^"]*" """,
    re.MULTILINE | re.VERBOSE,
)
_INDEX_MARK = re.compile(r"\\index\{[^}\n]*\}|\[[^][]{1,200}\]\{[^}\n]*\.index\b[^}\n]*\}")
_BIB_ENTRY = re.compile(r"^\s*@\w+\s*\{|^- id:", re.MULTILINE)
_AUTHOR_OR_YEAR = re.compile(r"\s*(?:author|editor|year|date|issued)\b")
_CITATION_KEY = re.compile(r"(?<![\w.])@\{?([\w:.#$%&+?<>~/-]*\w)")
_BIB_KEY = re.compile(r"\s*@\w+\s*\{\s*([^,\s]+)")
_DATA_FILE = re.compile(r"""\bdata=["']?([^\s"'}]+)""")
_RARE = 20  # maximum occurrences of a rare word
_MIN_FILE_RATE = 0.5  # weight of files that have little in common with the page, screen or slide
_BLOCK_RATE = 0.6  # weight of the words in a chart's block, relative to those in its data
_NEAR_FIGURES, _NEAR_RATE = 2, 1.2  # number of nearby illustrations, and weight of their source blocks
_MIN_SCORE = 3.0  # bits


class BlockKind(Enum):
    """The kind of a block. Contents and running heads are headings; speaker notes are notes."""

    TEXT = auto()
    NOTES = auto()
    HEADING = auto()
    INDEX = auto()
    FIGURE = auto()


# The weight of words outside headings or index marks, for blocks of that kind.
_OTHER_RATES = {BlockKind.HEADING: 0.6, BlockKind.INDEX: 0.15}


class Block(NamedTuple):
    """A paragraph, heading, table row, or illustration with its alt text."""

    kind: BlockKind = BlockKind.TEXT
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class OutputText:
    """The text of a page, screen or slide: its words, the number of each word's block, and the blocks."""

    words: tuple[Word, ...]
    block_numbers: tuple[int, ...]
    blocks: tuple[Block, ...]

    @property
    def texts(self) -> list[str]:
        """The words without their offsets."""
        return [word.text for word in self.words]

    def get_index_at(self, offset: int) -> int | None:
        """Return the index of the word at or after an offset, or of the last word, or None without words."""
        if not self.words:
            return None
        return min(bisect_right(self.words, offset, key=lambda word: word.end), len(self.words) - 1)


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """A 1-based line and column of a source file."""

    path: str
    line: int
    column: int


@dataclass(slots=True)
class _SourceFile:
    path: str
    text: str
    start: int
    words: list[Word]
    line_starts: list[int]
    data_files: frozenset[str] = frozenset()

    def get_line(self, offset: int) -> int:
        return bisect_right(self.line_starts, offset)


class SourceIndex:
    """The words of a project's text files, by path."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._files: list[_SourceFile] = []
        words: list[str] = []
        sources = _read_cited_sources(texts)
        for path, text in sorted(texts.items()):
            source_words = (
                _split_source(text, sources)
                if path.endswith(".md")
                else split_words(text, commas_split=path.endswith(_TABLES))
            )
            if not source_words:
                continue
            line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
            self._files.append(_SourceFile(path, text, len(words), source_words, line_starts))
            words += [word.text for word in source_words]
        for file in self._files:
            file.data_files = frozenset(
                other.path
                for other in self._files
                if other.path.endswith(_TABLES) and posixpath.basename(other.path) in file.text
            )
        self._index = WordIndex(words, [file.start for file in self._files] or [0])
        self._preferred = {
            BlockKind.HEADING: self._collect_words(_HEADING),
            BlockKind.INDEX: self._collect_words(_INDEX_MARK),
        }

    def locate(self, output: OutputText, number: int) -> SourcePlace | None:
        """Return the source position of a word in an output, or None if the source has no similar text."""
        rates = self._rate_files(output)
        block = output.blocks[output.block_numbers[number]]
        query = make_query(output.texts, output.block_numbers, number)
        if block.kind is BlockKind.FIGURE and block.alt_text:
            anchor = self._find_alt_text(block.alt_text, rates)
            if anchor is not None:
                label = self._find_label(query, anchor)
                return self._get_place(anchor if label is None else label.locate_focus(query))
        nearby_blocks = self._list_near_blocks(output, output.block_numbers[number], rates)
        preferred, other_rate = (
            self._preferred.get(block.kind, frozenset()),
            _OTHER_RATES.get(block.kind, 1.0),
        )

        def score(place: int) -> float:
            factor = rates[self._index.get_text_number(place)]
            if any(place in block for block in nearby_blocks):
                factor *= _NEAR_RATE
            return factor if place in preferred else factor * other_rate

        passage = self._index.find_passage(query, score)
        if passage is not None and not query.is_short and not passage.is_close(query):
            # The whole paragraph is in another file, for example a chapter title on the page of a part, or
            # the header row of a data file with columns that a chart of the chapter also has.
            line = query.focus_on_paragraph()
            other = self._index.find_passage(line)
            is_better = other is not None and (
                other.is_close(line) or (not passage.covers(query) and other.covers(line))
            )
            passage = other if is_better else passage
        if passage is not None and not passage.is_credible(query):  # a generated paragraph
            passage = self._index.find_passage(query.focus_on_context(), score)
        if passage is None or passage.score < _MIN_SCORE:
            return None
        return self._get_place(self._refine(passage, query))

    def _collect_words(self, pattern: re.Pattern[str]) -> frozenset[int]:
        """Return the indices of the words matched by a pattern, except in tables."""
        words_of_file: set[int] = set()
        for file in self._files:
            if not file.path.endswith(_TABLES):
                spans = [match.span() for match in pattern.finditer(file.text)]
                words_of_file |= {
                    file.start + number
                    for number, word in enumerate(file.words)
                    if _is_inside(word.start, spans)
                }
        return frozenset(words_of_file)

    def _rate_files(self, output: OutputText) -> list[float]:
        """Return a weight for each file, by the rare words that it shares with a page, screen or slide."""
        votes: dict[int, float] = defaultdict(float)
        for text in set(output.texts):
            places = self._index.get_places(text)
            if 0 < len(places) <= _RARE:
                for number in {self._index.get_text_number(place) for place in places}:
                    votes[number] += 1 / len(places)
        max_votes = max(votes.values(), default=1)
        shares = [votes[number] / max_votes for number in range(len(self._files))]
        numbers = {file.path: number for number, file in enumerate(self._files)}
        for number, file in enumerate(self._files):
            for path in file.data_files:
                shares[numbers[path]] = max(shares[numbers[path]], shares[number])
        return [_MIN_FILE_RATE + (1 - _MIN_FILE_RATE) * share for share in shares]

    def locate_label(
        self, output: OutputText, number: int, alt_texts: Sequence[str], *, is_exact: bool = False
    ) -> SourcePlace | None:
        """Return the source position of a word in the image of a slide that has illustrations.

        If ``is_exact`` is true, return it only if the whole line of the word is a label of an illustration.
        """
        rates = self._rate_files(output)
        query = make_query(output.texts, output.block_numbers, number)
        anchors = [anchor for text in alt_texts if (anchor := self._find_alt_text(text, rates)) is not None]
        labels = [label for anchor in anchors if (label := self._find_label(query, anchor)) is not None]
        if label := next((label for label in labels if label.covers(query)), None):
            return self._get_place(label.locate_focus(query))
        if is_exact:
            return None
        line = query.focus_on_paragraph()
        passage = None if anchors and query.is_short else self._index.find_passage(line)
        if passage is not None and passage.covers(line):
            return self._get_place(self._refine(passage, line))
        if labels:
            return self._get_place(labels[0].locate_focus(query))
        return self._get_place(anchors[0]) if anchors else self.locate(output, number)

    def _find_alt_text(self, alt_text: str, rates: Sequence[float]) -> int | None:
        """Return the index of an alt text, or None if the source has no similar text."""
        words = [word.text for word in split_words(alt_text)]
        alt_text_query = Query(words, [1.0] * len(words), 0, range(len(words)))
        passage = self._index.find_passage(
            alt_text_query, lambda place: rates[self._index.get_text_number(place)]
        )
        return passage.matches[0][1] if passage is not None and passage.score >= _MIN_SCORE else None

    def _list_near_blocks(self, output: OutputText, block: int, rates: Sequence[float]) -> list[range]:
        """Return the ranges of words in the source blocks of illustrations near a block."""
        if output.blocks[block].kind is BlockKind.NOTES:
            return []
        alt_texts = [
            (abs(block_number - block), element.alt_text)
            for block_number, element in enumerate(output.blocks)
            if element.alt_text
        ]
        nearest = dict.fromkeys(text for _, text in sorted(alt_texts)[:_NEAR_FIGURES])
        anchors = (self._find_alt_text(text, rates) for text in nearest)
        return [self._get_block(anchor) for anchor in anchors if anchor is not None]

    def _get_block(self, index: int) -> range:
        """Return the range of words between the blank lines around an index."""
        file = self._files[self._index.get_text_number(index)]
        first, last = _find_block(file, file.get_line(file.words[index - file.start].start))
        start, end = file.line_starts[first - 1], _get_line_end(file, last)
        word_starts = [word.start for word in file.words]
        return range(file.start + bisect_left(word_starts, start), file.start + bisect_left(word_starts, end))

    def _find_label(self, query: Query, anchor: int) -> QueryMatch | None:
        """Find a label in the data or the block of the chart whose alt text is at ``anchor``."""
        file = self._files[self._index.get_text_number(anchor)]
        block = self._get_block(anchor)
        start, end = (file.words[index - file.start] for index in (block[0], block[-1]))
        data_file_names = {
            posixpath.basename(name) for name in _DATA_FILE.findall(file.text[start.start : end.end])
        }

        def score(place: int) -> float:
            if place in block:
                return _BLOCK_RATE
            path = self._files[self._index.get_text_number(place)].path
            return float(posixpath.basename(path) in data_file_names)

        label = self._index.find_passage(query.focus_on_paragraph(), score)
        if label is None or query.focus not in dict(label.matches) or score(label.matches[0][1]) == 0:
            return None
        return label

    def _refine(self, passage: QueryMatch, query: Query) -> int:
        """Return the index of the focus. The fields of a bibliography entry may have another order."""
        index = passage.locate_focus(query)
        file = self._files[self._index.get_text_number(index)]
        entries = [match.start() for match in _BIB_ENTRY.finditer(file.text)]
        if not entries or not file.path.endswith((".bib", ".yaml", ".yml")):
            return index
        number = bisect_right(entries, file.words[index - file.start].start)
        start = entries[number - 1] if number else 0
        end = entries[number] if number < len(entries) else len(file.text)

        def rate_field(place: int) -> tuple[bool, int, bool, bool]:
            line = file.get_line(file.words[place - file.start].start)
            is_named = bool(_AUTHOR_OR_YEAR.match(_get_line_text(file, line)))
            return line != file.get_line(start), self._measure_run(query, place), place == index, is_named

        focus = query.words[query.focus]
        places = [
            place
            for place in self._index.get_places(focus)
            if self._files[self._index.get_text_number(place)] is file
            and start <= file.words[place - file.start].start < end
        ]
        return max(places, key=rate_field, default=index)

    def _measure_run(self, query: Query, place: int) -> int:
        """Return the number of consecutive matching words around the focus, at an index of the text."""
        words, run = self._index.words, 1
        for step in (-1, 1):
            position, other = query.focus + step, place + step
            while (
                0 <= position < len(query.words)
                and 0 <= other < len(words)
                and query.words[position] == words[other]
            ):
                position, other, run = position + step, other + step, run + 1
        return run

    def _get_place(self, index: int) -> SourcePlace:
        file = self._files[self._index.get_text_number(index)]
        offset = file.words[index - file.start].start
        line = file.get_line(offset)
        return SourcePlace(file.path, line, offset - file.line_starts[line - 1] + 1)


def _read_cited_sources(texts: Mapping[str, str]) -> Mapping[str, list[str]]:
    """Return the author and year of each entry in BibTeX files as words, by citation key."""
    words_by_key: dict[str, list[str]] = {}
    for path, text in texts.items():
        if path.endswith(".bib"):
            key = ""
            for line in text.splitlines():
                if head := _BIB_KEY.match(line):
                    key = head[1]
                elif field := _AUTHOR_OR_YEAR.match(line):
                    words_by_key.setdefault(key, []).extend(
                        word.text for word in split_words(line[field.end() :])
                    )
    return words_by_key


def _split_source(text: str, sources: Mapping[str, Sequence[str]]) -> list[Word]:
    """Return the words of Markdown. Citation keys are replaced with the author and year of the source."""
    words: list[Word] = []
    start = 0
    for match in _CITATION_KEY.finditer(text):
        if cited := sources.get(match[1]):
            words += _shift_words(split_words(text[start : match.start()]), start)
            words += [Word(word, match.start(), match.end()) for word in cited]
            start = match.end()
    return words + _shift_words(split_words(text[start:]), start)


def _shift_words(words: Sequence[Word], offset: int) -> list[Word]:
    return [Word(word.text, word.start + offset, word.end + offset) for word in words]


def _is_inside(offset: int, spans: Sequence[tuple[int, int]]) -> bool:
    number = bisect_right(spans, offset, key=lambda span: span[0])
    return number > 0 and offset < spans[number - 1][1]


def _find_block(file: _SourceFile, line: int) -> tuple[int, int]:
    """Return the first and the last line of the paragraph around a line."""
    first = last = line
    while first > 1 and _get_line_text(file, first - 1).strip():
        first -= 1
    while last < len(file.line_starts) and _get_line_text(file, last + 1).strip():
        last += 1
    return first, last


def _get_line_text(file: _SourceFile, line: int) -> str:
    return file.text[file.line_starts[line - 1] : _get_line_end(file, line)]


def _get_line_end(file: _SourceFile, line: int) -> int:
    return file.line_starts[line] if line < len(file.line_starts) else len(file.text)
