"""Align the words of outputs with words of source files, by rare words and their order.

An output repeats most words of its source in order. It omits markup, and adds generated text: numbers,
citations, values from data. The passage with the best chain of common words is chosen; a generated word has
the position between its neighbours.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

# Digits with separators, letters of a script with spaces between words, or one letter of another script.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_DIGIT = r"\d\xb2\xb3\xb9\u2070-\u2079\u2080-\u2089"  # includes superscripts and subscripts
_SEPARATORS = ".'\u2019\u066b\u066c\u2009\u202f\xa0"
_LETTERS = rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_{_DIGIT}][\u0300-\u036f\xad\u200c\u200d\u2060]*)+"
_WORD = re.compile(rf"[{_DIGIT}]+(?:[,{_SEPARATORS}][{_DIGIT}]+)*|{_LETTERS}")
_CELL_WORD = re.compile(rf"[{_DIGIT}]+(?:[{_SEPARATORS}][{_DIGIT}]+)*|{_LETTERS}")

CONTEXT = 12  # words of context before and after a word
_OWN_CONTEXT = 24  # words of context in the same paragraph
_SHORT_QUERY_LENGTH, _SMALL_BLOCK_LENGTH = 3, 8  # words
_HALF_WEIGHT_DISTANCE = 6.0  # number of words after which the weight of a context word is halved
_OUTSIDE = 0.25  # weight of words outside the paragraph or table row
_MAX_PASSAGE_DISTANCE = 64  # words of a passage on either side of its middle
_BUCKET = 16  # words
_MAX_CANDIDATES = 12
_MAX_CANDIDATES_OF_ROW = 100  # the words of a table row are in many charts
_MAX_VOTES = 200_000
_UNORDERED_MATCH_WEIGHT = 0.45  # fraction of the weight of a word that occurs nearby in another order
_MIN_LOOSE_BITS = 6.0  # minimum weight of such a word if it is the focus
_GAP_COST, _SKIP_COST = 1.0, 0.4  # for each doubling of the words skipped in the text and in the query


class Word(NamedTuple):
    """A word in normalised form, with the offsets of its start and end in a text."""

    text: str
    start: int
    end: int


def split_words(text: str, *, commas_split: bool = False) -> list[Word]:
    """Return the words of a text, without case, accents and number formats.

    Letters and digits are separate words. In scripts without spaces, each character is a word. If
    ``commas_split`` is true, a comma between digits separates two numbers, as in CSV files.
    """
    pattern = _CELL_WORD if commas_split else _WORD
    return [Word(fold_word(match[0]), *match.span()) for match in pattern.finditer(text)]


def fold_word(word: str) -> str:
    """Return a word without case, accents, soft hyphens and separators of digits."""
    if word.isascii() and word.isalpha():
        return word.lower()
    if word[0].isdigit():
        return "".join(str(unicodedata.digit(char, char)) for char in word if char.isdigit())
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in folded if char.isalnum())


@dataclass(frozen=True, slots=True)
class Query:
    """Weighted words to find. ``focus`` is the index of the word whose position is wanted.

    ``block_positions`` is the range of words in the same paragraph as the focus.
    """

    words: Sequence[str]
    weights: Sequence[float]
    focus: int
    block_positions: range

    @property
    def is_short(self) -> bool:
        """Return whether the paragraph has at most three words, as labels of charts do."""
        return len(self.block_positions) <= _SHORT_QUERY_LENGTH

    @property
    def is_small(self) -> bool:
        """Return whether the paragraph has at most eight words, as rows of small tables do."""
        return len(self.block_positions) <= _SMALL_BLOCK_LENGTH

    def focus_on_paragraph(self) -> Query:
        """Return a query in which words outside the paragraph have almost no weight."""
        weights = [
            weight if index in self.block_positions else weight / 20
            for index, weight in enumerate(self.weights)
        ]
        return replace(self, weights=weights)

    def focus_on_context(self) -> Query:
        """Return a query in which words of the paragraph have almost no weight."""
        weights = [
            weight / 20 if index in self.block_positions else weight
            for index, weight in enumerate(self.weights)
        ]
        return replace(self, weights=weights)


def make_query(words: Sequence[str], blocks: Sequence[int], index: int) -> Query:
    """Return a query for a word in its context. ``blocks`` has the number of each word's paragraph."""
    start, end = max(0, index - _OWN_CONTEXT), min(len(words), index + _OWN_CONTEXT + 1)
    while index - start > CONTEXT and blocks[start] != blocks[index]:
        start += 1
    while end - index > CONTEXT + 1 and blocks[end - 1] != blocks[index]:
        end -= 1
    weights = [
        (1.0 if blocks[position] == blocks[index] else _OUTSIDE)
        / (1 + abs(position - index) / _HALF_WEIGHT_DISTANCE)
        for position in range(start, end)
    ]
    block_positions = [
        position - start for position in range(start, end) if blocks[position] == blocks[index]
    ]
    return Query(words[start:end], weights, index - start, range(block_positions[0], block_positions[-1] + 1))


@dataclass(frozen=True, slots=True)
class QueryMatch:
    """A match of a query: the indices of common words in the query and in the text, in order.

    ``focus`` is the index of the focus in the text if it occurs nearby in another order, as in sorted
    citations.
    """

    score: float
    matches: tuple[tuple[int, int], ...]
    focus: int | None = None

    def covers(self, query: Query) -> bool:
        """Return whether the passage has 80 % of the paragraph's words, and the focus of a short one."""
        has_focus = not query.is_short or any(position == query.focus for position, _ in self.matches)
        return has_focus and 5 * self._count_shared(query) >= 4 * len(query.block_positions)

    def is_close(self, query: Query) -> bool:
        """Return whether the passage has 80 % of a long paragraph's words, or all of a small one's."""
        if query.is_small:
            return self._count_shared(query) == len(query.block_positions)
        return self.covers(query)

    def is_credible(self, query: Query) -> bool:
        """Return whether the paragraph is long, or the passage has half of its words."""
        return not query.is_small or 2 * self._count_shared(query) >= len(query.block_positions)

    def _count_shared(self, query: Query) -> int:
        return sum(position in query.block_positions for position, _ in self.matches)

    def locate_focus(self, query: Query) -> int:
        """Return the index of the focus in the text, or of the position where its text was generated."""
        matches_by_position = dict(self.matches)
        if query.focus in matches_by_position:
            return matches_by_position[query.focus]
        if self.focus is not None:
            return self.focus
        matches = [match for match in self.matches if match[0] in query.block_positions] or self.matches
        before = max((match for match in matches if match[0] < query.focus), default=None)
        after = min((match for match in matches if match[0] > query.focus), default=None)
        if before is None or after is None:
            return (before or after or matches[0])[1]
        (left, start), (right, end) = before, after
        if end - start == 1:  # nothing is skipped in the text, so use the nearer neighbour
            return start if query.focus - left <= right - query.focus else end
        place = start + round((query.focus - left) / (right - left) * (end - start))
        return min(max(place, start + 1), end - 1)


class WordIndex:
    """The words of one or more texts, for finding passages.

    ``starts`` has the index of the first word of each text.
    """

    def __init__(self, words: Sequence[str], starts: Sequence[int] = (0,)) -> None:
        self.words, self.starts = words, starts
        self._places: Mapping[str, list[int]] = defaultdict(list)
        for place, word in enumerate(words):
            self._places[word].append(place)

    def count(self, word: str) -> int:
        """Return the number of occurrences of a word."""
        return len(self.get_places(word))

    def weigh(self, word: str) -> float:
        """Return the information of a word in bits: high for rare words, 0 for words that do not occur."""
        count = self.count(word)
        return math.log2(1 + len(self.words) / count) if count else 0.0

    def get_places(self, word: str) -> Sequence[int]:
        """Return the indices of a word in the texts."""
        return self._places.get(word, ())

    def get_text_number(self, place: int) -> int:
        """Return the number of the text that contains the word at an index."""
        return bisect_right(self.starts, place) - 1

    def find_passage(
        self, query: Query, rate: Callable[[int], float] = lambda place: 1.0
    ) -> QueryMatch | None:
        """Return the best passage for a query, or None if none of its words occurs.

        ``rate`` returns a factor for the weight of words matched at an index.
        """
        gains = [weight * self.weigh(word) for word, weight in zip(query.words, query.weights, strict=True)]
        passages = [
            self._chain_matches(query, gains, centre, rate) for centre in self._vote(query, gains, rate)
        ]
        return max(
            (passage for passage in passages if passage.matches),
            key=lambda passage: passage.score,
            default=None,
        )

    def _vote(self, query: Query, gains: Sequence[float], rate: Callable[[int], float]) -> list[int]:
        """Return the middles of the passages that have most in common with the query."""
        votes: dict[int, float] = defaultdict(float)
        left = _MAX_VOTES
        for position in sorted(
            range(len(query.words)), key=lambda position: self.count(query.words[position])
        ):
            places = self.get_places(query.words[position])
            left -= len(places)
            if left < 0:
                break
            seen: dict[int, float] = {}
            for place in places:
                bucket = (place - position + query.focus) // _BUCKET
                if bucket not in seen:
                    seen[bucket] = gains[position] * rate(place)
            for bucket, gain in seen.items():
                votes[bucket] += gain
                votes[bucket - 1] += gain / 2
                votes[bucket + 1] += gain / 2
        max_candidates = _MAX_CANDIDATES_OF_ROW if query.is_small else _MAX_CANDIDATES
        best = sorted(votes, key=lambda bucket: (-votes[bucket], bucket))[:max_candidates]
        return [bucket * _BUCKET + _BUCKET // 2 for bucket in best]

    def _chain_matches(
        self, query: Query, gains: Sequence[float], centre: int, rate: Callable[[int], float]
    ) -> QueryMatch:
        """Return the best chain of common words around an index, in the order of both texts."""
        text = self.get_text_number(max(centre, 0))
        first = max(self.starts[text], centre - _MAX_PASSAGE_DISTANCE)
        last = min(
            self.starts[text + 1] if text + 1 < len(self.starts) else len(self.words),
            centre + _MAX_PASSAGE_DISTANCE,
        )
        nearby: dict[str, list[int]] = defaultdict(list)
        for place in range(first, last):
            nearby[self.words[place]].append(place)
        pairs = [
            (position, place) for position, word in enumerate(query.words) for place in nearby.get(word, ())
        ]
        scores: list[float] = []
        previous: list[int] = []
        for number, (position, place) in enumerate(pairs):
            best, link = 0.0, -1
            for other in range(number):
                before, start = pairs[other]
                if before < position and start < place:
                    score = (
                        scores[other]
                        - _GAP_COST * math.log2(place - start)
                        - _SKIP_COST * math.log2(position - before)
                    )
                    if score > best:
                        best, link = score, other
            gain = gains[position] * rate(place) * (2.0 if position == query.focus else 1.0)
            scores.append(best + gain)
            previous.append(link)
        if not pairs:
            return QueryMatch(0.0, ())
        number = max(range(len(pairs)), key=scores.__getitem__)
        score, chain = scores[number], []
        while number >= 0:
            chain.append(pairs[number])
            number = previous[number]
        start, end = chain[-1][1] - CONTEXT, chain[0][1] + CONTEXT
        matched_positions = {position for position, _ in chain}
        loose: dict[int, int] = {}
        for position, place in pairs:
            if position not in matched_positions and start <= place <= end:
                loose.setdefault(position, place)
        score += _UNORDERED_MATCH_WEIGHT * sum(
            gains[position] * rate(place) for position, place in loose.items()
        )
        is_rare = self.weigh(query.words[query.focus]) >= _MIN_LOOSE_BITS
        return QueryMatch(score, tuple(reversed(chain)), loose.get(query.focus) if is_rare else None)
