"""Hyphenate words by patterns, but not near the joint of a compound.

Patterns do not know the parts of a word, so that they give "microor-ganisms". Words with a known prefix are
divided at its end, or at a distance from it. This module replaces ``pyphen`` in WeasyPrint and has its
function names.
"""

from __future__ import annotations

import re
from typing import Any

import pyphen

from triptych.languages.language_tags import primary_subtag

__all__ = ["Pyphen", "capitals_are_names", "language_fallback"]

_NEAR = 3  # letters on either side of a joint
_LEAST = 4  # letters behind a joint, for the beginning of a word to be a part of it
_WESTERN_WORDS_ARE = {"zh": "en_US", "ja": "en_US"}  # for the most part; they have none of their own
_NOUNS_HAVE_CAPITALS = frozenset(("de", "lb", "nds"))

# What learned compounds begin with and hardly another word does, by language.
_PARTS = {
    "en": (
        "aero|agro|astro|audio|bio|cardio|chemo|cyber|electro(?!n)|geo(?!rg)|hydro|hyper|immuno|infra|kilo|macro|"
        "mega|micro|mono|multi|nano|neuro(?!n)|omni|petro|pharmaco|photo|proto|pseudo|psycho|quasi|radio|retro|"
        "socio|stereo|techno|tele|thermo|ultra|video"
    )
}
_JOINTS = {
    language: re.compile(rf"(?:{parts})(?=\w{{{_LEAST}}})", re.IGNORECASE)
    for language, parts in _PARTS.items()
}


def language_fallback(language: str) -> str | None:
    """Return the name of the hyphenation dictionary for a language, or None."""
    found: str | None = pyphen.language_fallback(language)
    return found or _WESTERN_WORDS_ARE.get(primary_subtag(language.replace("_", "-")))


class Pyphen(pyphen.Pyphen):  # type: ignore[misc]
    """A hyphenation dictionary that does not divide words near the joints of compounds."""

    def __init__(self, *, lang: str, left: int, right: int) -> None:
        super().__init__(lang=lang, left=left, right=right)
        self._joints = _JOINTS.get(lang.partition("_")[0])

    def positions(self, word: str) -> list[Any]:
        """Return the positions at which ``word`` may be divided."""
        found = super().positions(word)
        joint = self._joints.match(word) if self._joints else None
        if not joint:
            return list(found)
        place = joint.end()
        kept = [one for one in found if abs(one - place) > _NEAR or one == place]
        if place not in kept and self.left <= place <= len(word) - self.right:
            kept = sorted([*kept, pyphen.DataInt(place)])
        return kept


def capitals_are_names(language: str) -> bool:
    """Whether a capital within a sentence marks a name, which should not be divided."""
    return primary_subtag(language.replace("_", "-")) not in _NOUNS_HAVE_CAPITALS
