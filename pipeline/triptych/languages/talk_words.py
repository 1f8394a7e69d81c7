"""The words by which sentences that can stand alone are told, by language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from triptych.languages.customs import fallbacks
from triptych.languages.word_tables import entries

_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class TalkWords:
    """Patterns of one language, each for text in lower case with straight apostrophes.

    ``leaning``, ``openers`` and ``subordinate`` match at the beginning of a sentence, an opener with its
    comma; ``joining`` at the comma before a clause that may be left off, ``unfinished`` at the end, before a
    colon; ``about_itself`` anywhere. ``pronouns`` are words that lean where they follow a subordinate,
    ``weak`` those of sentences that say less than others, ``verbs`` one at least of which each statement has.
    ``practice`` and ``closing`` match headings: of what a talk leaves out, and of what sums a chapter up.
    ``shown`` is not a pattern: it says what a speaker calls a thing that everybody sees, by its kind.
    """

    leaning: re.Pattern[str] = _NOTHING
    openers: re.Pattern[str] = _NOTHING
    about_itself: re.Pattern[str] = _NOTHING
    joining: re.Pattern[str] = _NOTHING
    subordinate: re.Pattern[str] = _NOTHING
    unfinished: re.Pattern[str] = _NOTHING
    pronouns: re.Pattern[str] = _NOTHING
    weak: re.Pattern[str] = _NOTHING
    verbs: re.Pattern[str] | None = None
    practice: re.Pattern[str] = _NOTHING
    closing: re.Pattern[str] = _NOTHING
    shown: Mapping[str, str] = field(default_factory=dict)


@cache
def load_talk_words(language: str) -> TalkWords:
    """The words of a language, by the longest part of its tag that the table has; else none."""
    table = entries("talk-words.yaml", fallbacks(language))
    entry = next((table[tag] for tag in fallbacks(language) if tag in table), None)
    if entry is None:
        return TalkWords()
    shown = entry.get("shown", {})
    words = {key: [word.strip() for word in text.split("|")] for key, text in entry.items() if key != "shown"}
    if not words:
        return TalkWords(shown=shown)
    return TalkWords(
        leaning=re.compile(_any(words["leaning"])),
        openers=re.compile(rf"{_any(words['openers'])},\s+"),
        about_itself=re.compile(rf"(?<!\w){_any(words['about-itself'])}"),
        joining=re.compile(rf",\s+{_any(words['joining'])}"),
        subordinate=re.compile(_any(words["subordinate"])),
        unfinished=re.compile(rf"(?<!\w){_any(words['unfinished'])}\s*[:：]$"),
        pronouns=_pattern(words, "pronouns") or _NOTHING,
        weak=_pattern(words, "weak") or _NOTHING,
        verbs=_pattern(words, "verbs"),
        practice=_pattern(words, "practice") or _NOTHING,
        closing=_pattern(words, "closing") or _NOTHING,
        shown=shown,
    )


def _pattern(words: Mapping[str, list[str]], key: str) -> re.Pattern[str] | None:
    """A pattern for one of the words that a language may have, wherever one begins."""
    return re.compile(rf"(?<!\w){_any(words[key])}") if key in words else None


def _any(words: Iterable[str]) -> str:
    """A pattern for one of some words as a whole, the longest first."""
    longest = sorted(words, key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, longest))})(?!\w)"
