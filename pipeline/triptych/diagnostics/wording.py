"""Format messages and hints: join lists of names, and suggest corrections for misspelt names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_MIN_WORD_LENGTH = 4  # letters; shorter words resemble too many others
_LETTERS_PER_MISTAKE, _MAX_MISTAKES = 4, 3  # mistakes in one word
_MAX_RATIO = 2.5  # ratio of lengths: "intro" is close to "introduction", but "talk" not to "talkativeness"
_MAX_DIGITS = 9
_MAX_LENGTH = 200  # characters; the time is quadratic
_MAX_CANDIDATES = 10_000
_SEPARATOR = re.compile(r"[-_./\\\s]+")


def join_names(names: Sequence[str], conjunction: str = "and") -> str:
    """Join names with commas, and the last two with a conjunction."""
    *others, last = names
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def format_message(sentence: str) -> str:
    """Convert a library's error message to one line in our style, without capital letter and full stop."""
    line = " ".join(sentence.split()).rstrip(".")
    is_word = line[1:2].islower() or line[1:2] == " "
    return line[:1].lower() + line[1:] if is_word else line


_CONTROL_CHARACTERS = {
    "\0": "null", "\a": "bell", "\b": "backspace", "\v": "line tabulation", "\f": "form feed",
    "\x1a": "substitute", "\x1b": "escape", "\x7f": "delete",
}  # fmt: skip


def name_character(character: str) -> str:
    """Return the code point and Unicode name of a character, such as "U+0008 (backspace)"."""
    other = "control character" if unicodedata.category(character) == "Cc" else ""
    name = _CONTROL_CHARACTERS.get(character) or unicodedata.name(character, other).lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return a hint that suggests the candidate closest to a word, or None if none is close.

    Case is ignored. If there are too many candidates, such as all values of a large file, nothing is
    suggested.
    """
    names = sorted(set(candidates))
    if len(names) > _MAX_CANDIDATES:
        return None
    if lookalike := next((name for name in names if _differs_by_script(word, name)), None):
        return f'did you mean "{lookalike}"? Letters of another script look the same: retype the word'
    nearest = nearest_name(word, names)
    return f'did you mean "{nearest}"?' if nearest else None


def nearest_name(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate whose spelling is closest to a word, or None if none is close.

    A candidate is close if few letters differ in relation to its length, or if one name is a component of the
    other, such as "spine" of "spine-width" or "growth.csv" of "data/growth.csv". A shared component alone is
    not enough: "section-pieces" is not close to "section-time".
    """
    folded = word.casefold()
    ranked: list[tuple[int, int, int, int, int, str]] = []
    for name in candidates:
        other = name.casefold()
        if name != word and (mistakes := _count_mistakes(folded, other)) is not None:
            other_letters = (sorted(other) != sorted(folded)) + (set(other) != set(folded))
            other_ends = (other[:1] != folded[:1]) + (other[-1:] != folded[-1:])
            gap = abs(int(other) - int(folded)) if _is_number(other) and _is_number(folded) else 0
            ranked.append((mistakes, other_letters, other_ends, gap, len(name), name))
    return min(ranked)[-1] if ranked else None


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= _MAX_DIGITS


def _count_mistakes(word: str, name: str) -> int | None:
    """Return the number of typing mistakes in ``word`` for ``name``, or None if there are too many."""
    word_parts, other = _SEPARATOR.split(word), _SEPARATOR.split(name)
    part_count = len(word_parts) + len(other)
    while min(len(word_parts), len(other)) > 1 and word_parts[0] == other[0]:
        word_parts, other = word_parts[1:], other[1:]
    while min(len(word_parts), len(other)) > 1 and word_parts[-1] == other[-1]:
        word_parts, other = word_parts[:-1], other[:-1]
    left, right = "".join(word_parts), "".join(other)
    shortest, longest = sorted((len(left), len(right)))
    limit = min(max((longest + 1) // _LETTERS_PER_MISTAKE, 1), _MAX_MISTAKES)
    mistakes = edit_distance(left, right, limit)
    if (
        mistakes > limit
        and shortest >= _MIN_WORD_LENGTH
        and sorted(left.rstrip("s")) == sorted(right.rstrip("s"))
    ):
        mistakes = edit_distance(left.rstrip("s"), right.rstrip("s"), limit)  # "untis" is close to "unit"
    # "csl" is not close to "css", but "tok-depth" is close to "toc-depth".
    substituted = _MIN_WORD_LENGTH if len(word_parts) + len(other) == part_count else _MIN_WORD_LENGTH - 1
    is_typo = shortest < longest or longest >= substituted or sorted(left) == sorted(right)
    if mistakes <= limit and is_typo and shortest > 1:
        return mistakes
    if shortest >= _MIN_WORD_LENGTH and (left in (other[0], other[-1]) or right == word_parts[0]):
        return _MAX_MISTAKES + 1  # one name is a component of the other
    if word.rpartition("/")[2] == name.rpartition("/")[2]:
        return _MAX_MISTAKES + 1  # a file in another folder
    is_prefix = shortest >= _MIN_WORD_LENGTH and (
        other[0].startswith(left) or word_parts[0].startswith(right)
    )
    return _MAX_MISTAKES + 2 if is_prefix and longest <= _MAX_RATIO * shortest else None


def edit_distance(word: str, other: str, limit: int) -> int:
    """Return the optimal string alignment distance of two words.

    If it exceeds ``limit``, return any number above ``limit``.
    """
    too_far = limit + 1
    if abs(len(word) - len(other)) > limit or len(word) > _MAX_LENGTH:
        return too_far
    before: list[int] = []
    row: list[int] = [*range(len(other) + 1)]
    for i, letter in enumerate(word, 1):
        before, last, row = row, before, [i] + [too_far] * len(other)
        for j in range(max(1, i - limit), min(len(other), i + limit) + 1):
            row[j] = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != other[j - 1]))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == other[j - 1]:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > limit:
            return too_far
    return int(row[-1])


def _differs_by_script(word: str, name: str) -> bool:
    """Return whether two words differ only in look-alike letters, such as the Latin and Cyrillic o."""
    if len(word) != len(name) or word == name or word.isascii() == name.isascii():
        return False
    pairs = [(letter, other) for letter, other in zip(word, name, strict=True) if letter != other]
    if len(pairs) == len(word):  # another word of the same length
        return False
    return all(
        letter.isascii() != other.isascii() and not _is_latin(letter + other) for letter, other in pairs
    )


def _is_latin(letters: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in letters)
