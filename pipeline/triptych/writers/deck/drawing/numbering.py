"""The numbers of lists as a presentation counts them (ECMA-376 Part 1, 21.1.2.4.1 and 20.1.10.61)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.languages.numerals import list_number
from triptych.writers.deck.slides import Para

_SCHEMES = {
    "decimal": "arabic",
    "lower-alpha": "alphaLc",
    "upper-alpha": "alphaUc",
    "lower-roman": "romanLc",
    "upper-roman": "romanUc",
}
_BRACKETS = {"": "Period", ")": "ParenR", "()": "ParenBoth"}
_COUNTED = range(1, 32_768)  # what a list can start at (ST_TextBulletStartAtNum)


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a paragraph gets its number: in a ``scheme`` that counts from ``start``, or ``written`` as text."""

    scheme: str = ""
    start: int = 0
    written: str = ""


@dataclass(frozen=True, slots=True)
class _Open:
    """A list that may go on: how its numbers are made, and what the next one would be."""

    numbering: Numbering
    style: str
    brackets: str
    following: int


def numberings(paras: Sequence[Para]) -> list[Numbering | None]:
    """For each paragraph of a slide its number, None where it has none.

    A program counts on from item to item of one scheme and start. What it can't count so is written: lists
    that start with 0, and a second list right behind one like it.
    """
    found: list[Numbering | None] = []
    lists: dict[int, _Open] = {}
    for para in paras:
        lists = {level: one for level, one in lists.items() if level <= para.level}
        before = lists.pop(para.level, None)
        if para.number is None:
            found.append(None)
            continue
        look = para.style, para.brackets
        if before and (before.style, before.brackets) == look and before.following == para.number:
            one = replace(before, following=para.number + 1)
        else:
            numbering = Numbering(_SCHEMES[para.style] + _BRACKETS[para.brackets], para.number)
            if para.number not in _COUNTED or (before and before.numbering == numbering):
                numbering = Numbering(written="written")
            one = _Open(numbering, *look, para.number + 1)
        lists[para.level] = one
        written = list_number(para.number, *look) if one.numbering.written else ""
        found.append(Numbering(written=written) if written else one.numbering)
    return found
