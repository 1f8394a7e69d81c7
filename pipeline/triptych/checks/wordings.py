"""Normalise text, and find passages in an output file despite line breaks, page breaks and notes.

A book has about ten thousand passages, and a file a million characters. Passages are searched for in the
order of the file, so each search starts at the end of the previous match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property

OBJECT_PLACEHOLDER = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: the position of an image or formula in a line
NOTE_PLACEHOLDER = (
    "\u2063"  # INVISIBLE SEPARATOR: a note mark, or in print the note, may interrupt the text here
)
CITATION_START, CITATION_END = "\u2061", "\u2062"  # invisible marks around a citation, which slides omit
_CITATION = re.compile(f"{CITATION_START}[^{CITATION_END}]*{CITATION_END}")

_PREVIEW_LENGTH = 60  # characters
_GROUP_SIZE = 3  # words searched for as a unit; a footnote or page break may come between any two
_GROUPS_PER_INTERRUPTION = 12  # a page break may interrupt one group in this many
# Lengths in normalised characters.
_SEARCH_RANGE = 20_000  # a few pages
_START_LENGTH = 8
_MAX_INTERRUPTION = 300
_MAX_CHANCE_MATCH = 3  # first characters of the interruption, which may match the passage by chance
_UNIQUE_LENGTH = 40  # few texts of this length occur twice; the search continues after a match

_MISSES_BEFORE_INDEX = 200
_MAX_CANDIDATES = 50


# The soft hyphen, and the letters that Indic, Burmese and Khmer typesetting reorders within their syllable:
# the ra of each script, and the nga above. A PDF contains them in visual order.
_REORDERED_LETTERS = re.compile(
    "[\u00ad\u0930\u09b0\u09f0\u0a30\u0ab0\u0b30\u0c30\u0cb0\u0d30\u0dbb\u1004\u101b\u179a]"
)


def normalise_text(text: str) -> str:
    """Return the letters and digits of a string in NFKC, case-folded.

    Letters that Indic, Burmese and Khmer typesetting reorders within a syllable are removed, because a PDF
    contains them in visual order.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _REORDERED_LETTERS.sub("", text))
    return re.sub(r"[\W_]+", "", text).casefold()


# In scripts without spaces, two characters count as a word, because a page break may separate any of them.
_UNSPACED_SCRIPTS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
# Longer words are cut, because page breaks may also interrupt them.
_WORD = re.compile(f"[{_UNSPACED_SCRIPTS}]{{1,2}}|[^\\s{_UNSPACED_SCRIPTS}]{{1,40}}")
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"  # Hebrew, Arabic and their presentation forms
RIGHT_TO_LEFT_CHARACTER = re.compile(f"[{_RIGHT_TO_LEFT}]")
"""A character of a right-to-left script."""
_ASCII_LETTER = re.compile("[A-Za-z]")
_WORD_OF_ONE_DIRECTION = re.compile(f"[{_RIGHT_TO_LEFT}]+|[^\\s{_RIGHT_TO_LEFT}]+")


def split_mixed_directions(text: str) -> tuple[str, ...]:
    """Return the normalised words of a text that mixes right-to-left and Latin script; otherwise ().

    A PDF does not store the base direction of such a line, so the order of the words is unknown.
    """
    if text.isascii() or not (RIGHT_TO_LEFT_CHARACTER.search(text) and _ASCII_LETTER.search(text)):
        return ()
    return tuple(filter(None, map(normalise_text, _WORD_OF_ONE_DIRECTION.findall(text))))


class Wording:
    """The text of a block, split at its images, formulas and notes."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = map(TextPassage, re.split(f"[{OBJECT_PLACEHOLDER}{NOTE_PLACEHOLDER}]", text))
        self.passages = tuple(piece for piece in pieces if piece.normalised_text)

    def __bool__(self) -> bool:
        """Return whether the text has any letters or digits."""
        return bool(self.passages)

    @property
    def normalised_text(self) -> str:
        """The normalised text of all passages."""
        return "".join(piece.normalised_text for piece in self.passages)

    def without_citations(self) -> Wording:
        """Return the wording in an output without citations."""
        return Wording(_CITATION.sub(NOTE_PLACEHOLDER, self.text))

    @property
    def preview(self) -> str:
        """The first 60 characters, for messages, with "…" for images and formulas."""
        text = re.sub(f"[{NOTE_PLACEHOLDER}{CITATION_START}{CITATION_END}]", "", self.text)
        words = " ".join(text.replace(OBJECT_PLACEHOLDER, "…").split())
        if len(words) > _PREVIEW_LENGTH:
            words = words[: _PREVIEW_LENGTH - 3].rsplit(" ", 1)[0] + " …"
        return words


class TextPassage:
    """A passage without images, formulas or notes."""

    def __init__(self, text: str) -> None:
        self.text, self.normalised_text = text, normalise_text(text)

    @cached_property
    def word_groups(self) -> tuple[str, ...]:
        """The normalised words in groups of three, or single words if they mix writing directions."""
        parts = _WORD.findall(self.text)
        joined = (
            normalise_text("".join(parts[i : i + _GROUP_SIZE])) for i in range(0, len(parts), _GROUP_SIZE)
        )
        return split_mixed_directions(self.text) or tuple(filter(None, joined))


class TextSearch:
    """A search in the normalised text of a file. ``position`` is the offset after the last match."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._misses = 0
        self._starts: frozenset[str] | None = None

    def contains(self, wording: Wording) -> bool:
        """Return whether the file contains all passages of a wording.

        Notes and page breaks may interrupt the passages.
        """
        return bool(wording) and all(map(self._contains_passage, wording.passages))

    def contains_text(self, query: str) -> bool:
        """Return whether the file contains a normalised string without interruptions."""
        return self._is_near_last_match(query) or self._is_anywhere(query)

    def _contains_passage(self, passage: TextPassage) -> bool:
        return (
            any(
                is_found(passage.normalised_text) or has_most_groups(passage.word_groups, is_found)
                for is_found in (self._is_near_last_match, self._is_anywhere)  # faster search first
            )
            or self._is_interrupted(passage.normalised_text)
            or self._is_interrupted_early(passage.normalised_text)
        )

    def _is_interrupted(self, query: str) -> bool:
        """Return whether the file contains the text, interrupted after its first eight characters."""
        for start in self._iter_candidate_offsets(query, query[:_START_LENGTH]):
            length = _measure_common_prefix(query, self.text[start : start + len(query)])
            # The first characters of the interruption may match the text by chance.
            for prefix_length in range(length, max(length - _MAX_CHANCE_MATCH, _START_LENGTH - 1), -1):
                end = start + prefix_length + _MAX_INTERRUPTION + len(query)
                if self.text.find(query[prefix_length:], start + prefix_length, end) >= 0:
                    return True
        return False

    def _is_interrupted_early(self, query: str) -> bool:
        """Return whether the file contains the text, interrupted inside its first eight characters.

        Eight characters are too few to search for.
        """
        for start in self._iter_candidate_offsets(query, query[-_START_LENGTH:]):
            stop = start + _START_LENGTH
            length = _measure_common_prefix(query[::-1], self.text[max(stop - len(query), 0) : stop][::-1])
            first, rest_start = query[: len(query) - length], stop - length
            if (
                len(first) < _START_LENGTH
                and first in self.text[max(rest_start - _MAX_INTERRUPTION, 0) : rest_start]
            ):
                return True
        return False

    def _iter_candidate_offsets(self, query: str, part: str) -> Iterator[int]:
        """Yield up to 50 offsets of ``part``, the first or last eight characters of a longer text."""
        if len(query) <= _START_LENGTH or (self._starts is not None and part not in self._starts):
            return
        offset = self.text.find(part)
        for _ in range(_MAX_CANDIDATES):
            if offset < 0:
                return
            yield offset
            offset = self.text.find(part, offset + 1)

    def _is_near_last_match(self, query: str) -> bool:
        offset = self.text.find(query, self.position, self.position + _SEARCH_RANGE)
        if offset >= 0:
            self.position = offset
        return offset >= 0

    def _is_anywhere(self, query: str) -> bool:
        if (
            self._starts is not None
            and len(query) >= _START_LENGTH
            and query[:_START_LENGTH] not in self._starts
        ):
            return False
        offset = self.text.find(query)
        if offset >= 0 and len(query) >= _UNIQUE_LENGTH:
            self.position = offset
        if offset < 0:
            self._misses += 1
            if self._misses == _MISSES_BEFORE_INDEX:  # for example, in slides whose prose is in the notes
                self._starts = frozenset(
                    self.text[i : i + _START_LENGTH] for i in range(len(self.text) - _START_LENGTH + 1)
                )
        return offset >= 0


def _measure_common_prefix(text: str, other: str) -> int:
    """Return the length of the common prefix of two strings."""
    pairs = enumerate(zip(text, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), len(text))


def has_most_groups(groups: tuple[str, ...], is_found: Callable[[str], bool]) -> bool:
    """Return whether all groups are found, except a few that page breaks may interrupt."""
    tolerance = 1 + len(groups) // _GROUPS_PER_INTERRUPTION if len(groups) > 2 else -1
    for group in groups:
        if tolerance >= 0 and not is_found(group):
            tolerance -= 1
        if tolerance < 0:
            return False
    return True
