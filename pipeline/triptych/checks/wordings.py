"""Words that are looked for in the letters of a file, whatever lines, pages and notes cut them.

A book has some ten thousand of them and a file a million letters, so a search starts where the last one
ended: blocks come in the order of the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

PLACE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: a drawing stands here in the line
CUT = "\u2063"  # INVISIBLE SEPARATOR: the mark of a note may stand here, and in print the note itself

_SHORT = 60  # characters
_GROUP = 3  # words that are looked for together: a footnote or a page's end may stand between any two
_TOLERATED = 12  # one group in so many may be cut by such an end
_NEAR = 20_000  # letters: a few pages
_PATIENCE = 200  # misses
_START = 8  # letters
_BETWEEN = 300  # letters: what may stand between two halves
_CHANCE = 3
_PLACES = 50
_TELLING = 40  # letters: so many are hardly there twice, so that the search may go on behind them


# Letters that Indic, Burmese and Khmer type sets before or behind the syllable that they are read in: the ra
# of each script, and the nga that stands above. A page has them where they are seen.
_MOVED = re.compile(
    "[\u00ad\u0930\u09b0\u09f0\u0a30\u0ab0\u0b30\u0c30\u0cb0\u0d30\u0dbb\u1004\u101b\u179a]"
)  # and the soft hyphen


def normalize(text: str) -> str:
    """Only what is read of a text: letters and digits, compatibility forms made plain."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _MOVED.sub("", text))
    return re.sub(r"[\W_]+", "", text).casefold()


# Where a script sets no spaces, two letters are as good as a word: a page's end cuts them as it cuts words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
_WORD = re.compile(f"[{_UNSPACED}]{{1,2}}|[^\\s{_UNSPACED}]+")
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"  # Hebrew, Arabic and their presentation forms
FROM_RIGHT = re.compile(f"[{_RIGHT_TO_LEFT}]")
"""A letter of a script that runs from right to left."""
_ASCII_LETTER = re.compile("[A-Za-z]")
_WORD_OF_ONE_DIRECTION = re.compile(f"[{_RIGHT_TO_LEFT}]+|[^\\s{_RIGHT_TO_LEFT}]+")


def split_mixed_directions(text: str) -> tuple[str, ...]:
    """Return the letters of each word if a text has words of both directions, otherwise nothing.

    A PDF does not store the direction of a line with both, so the order of its words is unknown.
    """
    if text.isascii() or not (FROM_RIGHT.search(text) and _ASCII_LETTER.search(text)):
        return ()
    return tuple(filter(None, map(normalize, _WORD_OF_ONE_DIRECTION.findall(text))))


class Wording:
    """Words in their order, in the pieces between the drawings and notes that stand among them."""

    def __init__(self, words: str) -> None:
        self.words = words
        pieces = map(Words, re.split(f"[{PLACE}{CUT}]", words))
        self.pieces = tuple(piece for piece in pieces if piece.letters)

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.pieces)

    @property
    def letters(self) -> str:
        """All letters, of all pieces."""
        return "".join(piece.letters for piece in self.pieces)

    @property
    def first_words(self) -> str:
        """Enough of the words to tell them from others, without signs that nobody wrote."""
        words = " ".join(self.words.replace(PLACE, "…").replace(CUT, "").split())
        return words if len(words) <= _SHORT else words[: _SHORT - 3].rsplit(" ", 1)[0] + " …"


class Words:
    """Words without a drawing among them; their groups are made when they are asked for."""

    __slots__ = ("_groups", "letters", "words")

    def __init__(self, words: str) -> None:
        self.words = words
        self.letters = normalize(words)
        self._groups: tuple[str, ...] | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """The letters of a few words each."""
        if self._groups is None:
            parts = _WORD.findall(self.words)
            joined = (normalize("".join(parts[i : i + _GROUP])) for i in range(0, len(parts), _GROUP))
            self._groups = split_mixed_directions(self.words) or tuple(filter(None, joined))
        return self._groups


class LetterSearch:
    """The letters of a file, and how far a search through them has come: the place of what was found last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.reached = 0
        self._misses = 0
        self._starts: frozenset[str] | None = None

    def holds(self, wording: Wording) -> bool:
        """Whether all pieces are there, each in its order but for where notes and pages cut it."""
        return bool(wording) and all(map(self._holds_piece, wording.pieces))

    def holds_letters(self, wanted: str) -> bool:
        """Whether the letters are there, first looked for near those found last."""
        return self._is_near(wanted) or self._is_far(wanted)

    def _holds_piece(self, piece: Words) -> bool:
        """Near and whole, near in groups, and only then anywhere: that takes longest."""
        return (
            any(
                is_there(piece.letters) or has_most(piece.groups, is_there)
                for is_there in (self._is_near, self._is_far)
            )
            or self._is_cut(piece.letters)
            or self._is_cut_early(piece.letters)
        )

    def _is_cut(self, wanted: str) -> bool:
        """Whether the first letters are there and the others soon behind them: the foot and the head of a
        page, or a note, may stand between.
        """
        begins, places = wanted[:_START], 0
        if len(wanted) <= _START or (self._starts is not None and begins not in self._starts):
            return False
        place = self.text.find(begins)
        while place >= 0 and places < _PLACES:
            pairs = zip(wanted, self.text[place : place + len(wanted)], strict=False)
            length = next((at for at, (one, other) in enumerate(pairs) if one != other), len(wanted))
            # The first letters of what stands between may be those that go on by chance.
            for cut in range(length, max(length - _CHANCE, _START - 1), -1):
                end = place + cut + _BETWEEN + len(wanted)
                if self.text.find(wanted[cut:], place + cut, end) >= 0:
                    return True
            places += 1
            place = self.text.find(begins, place + 1)
        return False

    def _is_cut_early(self, wanted: str) -> bool:
        """Whether the last letters are there and the few first ones soon before them.

        Few letters are found in any words, so that the search begins with the others.
        """
        ends, places = wanted[-_START:], 0
        if len(wanted) <= _START or (self._starts is not None and ends not in self._starts):
            return False
        place = self.text.find(ends)
        while place >= 0 and places < _PLACES:
            stop = place + len(ends)
            pairs = zip(
                reversed(wanted), reversed(self.text[max(stop - len(wanted), 0) : stop]), strict=False
            )
            length = next((at for at, (one, other) in enumerate(pairs) if one != other), len(wanted))
            first, start = wanted[: len(wanted) - length], stop - length
            if len(first) < _START and first in self.text[max(start - _BETWEEN, 0) : start]:
                return True
            places += 1
            place = self.text.find(ends, place + 1)
        return False

    def _is_near(self, wanted: str) -> bool:
        place = self.text.find(wanted, self.reached, self.reached + _NEAR)
        if place >= 0:
            self.reached = place
        return place >= 0

    def _is_far(self, wanted: str) -> bool:
        if self._starts is not None and len(wanted) >= _START and wanted[:_START] not in self._starts:
            return False
        place = self.text.find(wanted)
        if place >= 0 and len(wanted) >= _TELLING:
            self.reached = place
        if place < 0:
            self._miss()
        return place >= 0

    def _miss(self) -> None:
        """Where much is missing, as in slides whose prose is in the notes, an index of all starts pays."""
        self._misses += 1
        if self._misses == _PATIENCE:
            self._starts = frozenset(self.text[i : i + _START] for i in range(len(self.text) - _START + 1))


def has_most(groups: tuple[str, ...], is_there: Callable[[str], bool]) -> bool:
    """Whether all groups are there but for the few that an end of a page may have cut."""
    spare = 1 + len(groups) // _TOLERATED if len(groups) > 2 else -1
    for group in groups:
        if spare >= 0 and not is_there(group):
            spare -= 1
        if spare < 0:
            return False
    return True
