"""The words by which sentences that can stand alone are told, by language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from triptych.languages.customs import fallbacks
from triptych.languages.word_tables import entries

_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class TalkWords:
    """Patterns of one language, each for text in lower case with straight apostrophes.

    ``leaning``, ``openers`` and ``subordinate`` match at the beginning of a sentence, an opener with its
    comma; ``joining`` at the comma before a clause that may be left off, ``unfinished`` at the end, before a
    colon; ``about_itself`` anywhere.
    """

    leaning: re.Pattern[str] = _NOTHING
    openers: re.Pattern[str] = _NOTHING
    about_itself: re.Pattern[str] = _NOTHING
    joining: re.Pattern[str] = _NOTHING
    subordinate: re.Pattern[str] = _NOTHING
    unfinished: re.Pattern[str] = _NOTHING


@cache
def load_talk_words(language: str) -> TalkWords:
    """The words of a language, by the longest part of its tag that the table has; else none."""
    table = entries("talk-words.yaml", fallbacks(language))
    entry = next((table[tag] for tag in fallbacks(language) if tag in table), None)
    if entry is None:
        return TalkWords()
    words = {key: [word.strip() for word in text.split("|")] for key, text in entry.items()}
    return TalkWords(
        leaning=re.compile(_any(words["leaning"])),
        openers=re.compile(rf"{_any(words['openers'])},\s+"),
        about_itself=re.compile(rf"(?<!\w){_any(words['about-itself'])}"),
        joining=re.compile(rf",\s+{_any(words['joining'])}"),
        subordinate=re.compile(_any(words["subordinate"])),
        unfinished=re.compile(rf"(?<!\w){_any(words['unfinished'])}\s*[:：]$"),
    )


def _any(words: Iterable[str]) -> str:
    """A pattern for one of some words as a whole, the longest first."""
    longest = sorted(words, key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, longest))})(?!\w)"
