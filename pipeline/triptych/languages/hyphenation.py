"""Hyphenate words by patterns, but not near the boundary between a prefix and its stem.

Patterns alone give "microor-ganisms". This module hyphenates words with a known prefix directly after the
prefix, or more than three letters from there. It replaces ``pyphen`` in WeasyPrint and has the same function
names.
"""

from __future__ import annotations

import re
from typing import Any

import pyphen

from triptych.languages.language_tags import get_primary_subtag

__all__ = ["Pyphen", "capitals_are_names", "language_fallback"]

_MIN_DISTANCE = 3  # letters between the end of a prefix and another hyphenation point
_MIN_REST = 4  # minimum letters after a prefix
_FALLBACKS = {"zh": "en_US", "ja": "en_US"}  # languages with the Latin words
_CAPITALISED_NOUNS = frozenset(("de", "lb", "nds"))

# Prefixes by language, such as "micro", which few words other than compounds begin with.
_PREFIXES = {
    "en": (
        "aero|agro|astro|audio|bio|cardio|chemo|cyber|electro(?!n)|geo(?!rg)|hydro|hyper|immuno|infra|kilo|macro|"
        "mega|micro|mono|multi|nano|neuro(?!n)|omni|petro|pharmaco|photo|proto|pseudo|psycho|quasi|radio|retro|"
        "socio|stereo|techno|tele|thermo|ultra|video"
    )
}
_MAX_WORD_LENGTH = 500  # letters; the longest compounds in use have fewer than 100
_JOINTS = {
    language: re.compile(rf"(?:{prefixes})(?=\w{{{_MIN_REST}}})", re.IGNORECASE)
    for language, prefixes in _PREFIXES.items()
}


def language_fallback(language: str) -> str | None:
    """Return the name of the hyphenation dictionary for a language, or None if there is none."""
    fallback: str | None = pyphen.language_fallback(language)
    return fallback or _FALLBACKS.get(get_primary_subtag(language.replace("_", "-")))


class Pyphen(pyphen.Pyphen):  # type: ignore[misc]
    """A hyphenation dictionary that does not divide words near the end of a known prefix."""

    def __init__(self, *, lang: str, left: int, right: int) -> None:
        super().__init__(lang=lang, left=left, right=right)
        self._joints = _JOINTS.get(lang.partition("_")[0])

    def positions(self, word: str) -> list[Any]:
        """Return the positions at which a word can be hyphenated; none for more than 500 letters.

        After each line of such a word, WeasyPrint calls this function with the rest of the word.
        """
        if len(word) > _MAX_WORD_LENGTH:
            return []
        word_positions = super().positions(word)
        joint = self._joints.match(word) if self._joints else None
        if not joint:
            return list(word_positions)
        end = joint.end()
        positions = [
            position for position in word_positions if abs(position - end) > _MIN_DISTANCE or position == end
        ]
        if end not in positions and self.left <= end <= len(word) - self.right:
            positions = sorted([*positions, pyphen.DataInt(end)])
        return positions


def capitals_are_names(language: str) -> bool:
    """Return whether a capital letter inside a sentence indicates a name, which is not hyphenated."""
    return get_primary_subtag(language.replace("_", "-")) not in _CAPITALISED_NOUNS
