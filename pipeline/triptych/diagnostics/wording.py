"""Wording of messages and hints: lists of names, and the nearest name to a misspelt one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_SHORT = 4  # letters: a longer word is compared as a whole, a shorter one matches too much


def join_names(names: Sequence[str], conjunction: str = "and") -> str:
    """Join names with commas, the last one with a conjunction."""
    *others, last = names
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def as_message(sentence: str) -> str:
    """Return a sentence of a library in the form of a message: one line, lower case, no full stop."""
    line = " ".join(sentence.split()).rstrip(".")
    is_word = line[1:2].islower() or line[1:2] == " "
    return line[:1].lower() + line[1:] if is_word else line


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return a hint with the candidate nearest to a word, or None if none is near; case is ignored."""
    import difflib  # only after a mistake

    names = sorted(set(candidates))
    if same := next((name for name in names if name.casefold() == word.casefold() and name != word), None):
        return f'did you mean "{same}"?'
    if alike := next((name for name in names if _differs_by_script(word, name)), None):
        return f'did you mean "{alike}"? Letters of another script look the same: retype the word'
    ending = re.search(r"\.\w+$", word)
    files = [name for name in names if name.endswith(ending[0])] if ending else []
    end = len(ending[0]) if ending else 0  # files of one kind share it, so it says nothing about likeness
    stems = {name[: len(name) - end]: name for name in files}
    others = {name: name for name in names if name not in files}
    for size, bare, cutoff in ((len(word) - end, stems, 0.55), (len(word), others, 0.6)):
        likely = [name for name in bare if size > _SHORT or bare is stems or abs(len(name) - size) <= 1]
        if near := difflib.get_close_matches(word[:size], likely, n=1, cutoff=cutoff):
            return f'did you mean "{bare[near[0]]}"?'
    return None


def _differs_by_script(word: str, name: str) -> bool:
    """Whether two words differ only in look-alike letters, such as Latin and Cyrillic o."""
    if len(word) != len(name) or word == name or word.isascii() == name.isascii():
        return False
    pairs = [(one, other) for one, other in zip(word, name, strict=True) if one != other]
    if len(pairs) == len(word):  # another word that happens to be as long
        return False
    return all(one.isascii() != other.isascii() and not _is_latin(one + other) for one, other in pairs)


def _is_latin(letters: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in letters)
