"""Where words may be divided: by patterns, but never beside the joint of a compound.

Patterns know where a syllable can end, and nothing of what a word is made of: "microor-ganisms" reads badly.
In languages whose learned words begin alike, these are divided where their parts meet, or well away from
there. What is here stands in for ``pyphen`` in the layout engine, under the names that it has there.
"""

from __future__ import annotations

import re
from typing import Any

import pyphen

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
    """Return the dictionary by which words of a language are divided."""
    found: str | None = pyphen.language_fallback(language)
    return found or _WESTERN_WORDS_ARE.get(language.replace("_", "-").partition("-")[0].lower())


class Pyphen(pyphen.Pyphen):  # type: ignore[misc]
    """A hyphenation dictionary of one language, which keeps away from the joints of compounds."""

    def __init__(self, *, lang: str, left: int, right: int) -> None:
        super().__init__(lang=lang, left=left, right=right)
        self._joints = _JOINTS.get(lang.partition("_")[0])

    def positions(self, word: str) -> list[Any]:
        """Return the positions at which a word may be divided."""
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
    """Whether capitals within a sentence mark names, which are better not divided."""
    return language.replace("_", "-").partition("-")[0].lower() not in _NOUNS_HAVE_CAPITALS
