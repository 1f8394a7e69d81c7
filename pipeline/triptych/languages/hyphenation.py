"""Hyphenate words by patterns, but not close to the boundary between a prefix and its stem.

Patterns alone give "microor-ganisms". This module hyphenates words with a known prefix directly after the
prefix, or more than three letters away from there. It replaces ``pyphen`` in WeasyPrint and has the same
function names.
"""

from __future__ import annotations

import re
from typing import Any

import pyphen

from triptych.languages.language_tags import get_primary_subtag

__all__ = ["Pyphen", "capitals_are_names", "language_fallback"]

_MIN_DISTANCE = 3  # letters between the end of a prefix and another hyphenation point
_MIN_REST = 4  # letters after a prefix
_FALLBACKS = {"zh": "en_US", "ja": "en_US"}  # for the Latin words in these languages
_CAPITALISED_NOUNS = frozenset(("de", "lb", "nds"))

# Prefixes by language, such as "micro", that hardly any words other than compounds begin with.
_PREFIXES = {
    "en": (
        "aero|agro|astro|audio|bio|cardio|chemo|cyber|electro(?!n)|geo(?!rg)|hydro|hyper|immuno|infra|kilo|macro|"
        "mega|micro|mono|multi|nano|neuro(?!n)|omni|petro|pharmaco|photo|proto|pseudo|psycho|quasi|radio|retro|"
        "socio|stereo|techno|tele|thermo|ultra|video"
    )
}
_JOINTS = {
    language: re.compile(rf"(?:{prefixes})(?=\w{{{_MIN_REST}}})", re.IGNORECASE)
    for language, prefixes in _PREFIXES.items()
}


def language_fallback(language: str) -> str | None:
    """Return the name of the hyphenation dictionary for a language, or None if there is none."""
    found: str | None = pyphen.language_fallback(language)
    return found or _FALLBACKS.get(get_primary_subtag(language.replace("_", "-")))


class Pyphen(pyphen.Pyphen):  # type: ignore[misc]
    """A hyphenation dictionary that does not divide words close to the end of a known prefix."""

    def __init__(self, *, lang: str, left: int, right: int) -> None:
        super().__init__(lang=lang, left=left, right=right)
        self._joints = _JOINTS.get(lang.partition("_")[0])

    def positions(self, word: str) -> list[Any]:
        """Return the positions at which a word can be hyphenated."""
        found = super().positions(word)
        joint = self._joints.match(word) if self._joints else None
        if not joint:
            return list(found)
        end = joint.end()
        positions = [one for one in found if abs(one - end) > _MIN_DISTANCE or one == end]
        if end not in positions and self.left <= end <= len(word) - self.right:
            positions = sorted([*positions, pyphen.DataInt(end)])
        return positions


def capitals_are_names(language: str) -> bool:
    """Return whether a capital letter within a sentence indicates a name, which should not be hyphenated."""
    return get_primary_subtag(language.replace("_", "-")) not in _CAPITALISED_NOUNS
