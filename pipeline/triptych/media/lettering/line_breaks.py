"""Where a line may end (Unicode Standard Annex 14 has more places than the expressions here).

Fewer opportunities can never give fewer lines, so only those are listed that every program takes.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise

import pyphen

LINE_ENDS = "\n\v\u2028"
_SPACES = r" \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000" + LINE_ENDS
_CJK = r"\u2e80-\u2fff\u3040-\u30ff\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
_NEVER_FIRST = r"、。，．：；？！）］｝」』】〉》〕・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々%,.;:!?)\]}”’"
_NEVER_LAST = r"（［｛「『【〈《〔(\[{“‘"
_OPPORTUNITY = re.compile(
    rf"(?<=[{_SPACES}])(?=[^{_SPACES}!?,.:;/)\]}}])"  # after white space, but never before these marks
    r"|(?<=[^\s\-][\-\u2010\u2013/])(?=[^\W\d_])"  # after a hyphen, an en dash or a slash before a letter
    r"|(?<=\w\u2014)(?=\w)"  # after an em dash between words
    rf"|(?<=[{_CJK}])(?<![{_NEVER_LAST}])(?=[^{_SPACES}{_NEVER_FIRST}])"  # after an ideograph or a kana
    rf"|(?<=[^{_SPACES}{_NEVER_LAST}])(?=[{_CJK}])(?![{_NEVER_FIRST}])"  # and before one
)

# Programs do not agree where an address or a path may be broken, so it counts as one word.
ADDRESS = re.compile(r"[!-~]*(?::/|/[!-~]*/)[!-~]*")

# Scripts that are written without spaces between words, and where their syllables begin.
_THAI = re.compile(r"[\u0e00-\u0e7f]+")
_SYLLABLES = re.compile(
    r"(?<=[\u0e80-\u0eff])(?=[\u0ec0-\u0ec4])"  # Lao: before a vowel that is written first
    r"|(?<=[\u1780-\u17d1\u17d3-\u17ff])(?=[\u1780-\u17b3])"  # Khmer: before a letter that stands by itself
    r"|(?<=[\u1000-\u1038\u103a-\u109f])(?=[\u1000-\u102a\u103f](?![\u1039\u103a]))"  # Burmese: the same
)


@lru_cache(maxsize=20_000)
def unbreakable_units(text: str) -> tuple[str, ...]:
    """The parts of a text between break opportunities, spaces kept at their ends.

    >>> unbreakable_units("a well-known word")
    ('a ', 'well-', 'known ', 'word')
    """
    units: list[str] = []
    for line in re.split(rf"(?<=[{LINE_ENDS}])", text):
        within = {
            place for match in ADDRESS.finditer(line) for place in range(match.start() + 1, match.end())
        }
        places = (match.start() for match in _OPPORTUNITY.finditer(line))
        starts = [0, *(place for place in places if place not in within), len(line)]
        units += [line[a:b] for a, b in pairwise(starts) if a < b]
    return tuple(units)


def syllables(text: str) -> list[str]:
    """A text between the syllables of scripts without spaces; one of other scripts stays whole."""
    parts = _SYLLABLES.split(text)
    return [part for one in parts for part in _THAI.sub(_thai_parted, one).split("\0") if part]


def _thai_parted(match: re.Match[str]) -> str:
    return str(_thai().inserted(match.group(), "\0"))


@cache
def _thai() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="th_TH", left=2, right=2)
