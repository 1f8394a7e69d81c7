"""Numbers as texts write them: "15.97 trillion", "65.3%", "from 0.13 to 4.838 million", "eleven"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_PERCENT = r"%|per\ cent\b|percent\b|percentage\ points\b"
# Not the figures of names such as 5G, H200, GRCh38 or COVID-19. An ordinal is a number.
_FIGURES = re.compile(
    rf"""(?<![\w.])(?<![A-Za-z]-)
    (?P<whole>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<part>\.\d+)?
    (?:st|nd|rd|th)?(?![A-Za-z\d])
    (?:\s?(?P<percent>{_PERCENT})|[\s-](?P<scale>{"|".join(SCALES)})\b)?""",
    re.VERBOSE,
)
# A unit that is written once for two numbers: "from 0.13 to 4.838 million", "700–800", "72 to 82%".
_SHARES_UNIT = re.compile(r"(?:–|,? (?:to|and|or)|,) ?(?:about |nearly |over |more than |another )?")
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
sixteen seventeen eighteen nineteen".split()
_TENS = {
    word: 10 * place
    for place, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_WORDS = re.compile(
    rf"""\b(?:(?P<ten>{"|".join(_TENS)})(?:-(?P<unit>{"|".join(_UNITS[1:10])}))?
    |(?P<small>{"|".join(_UNITS)})|(?P<ordinal>{"|".join(_ORDINALS)}))\b
    (?:\s(?P<percent>per\scent)\b)?""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number without its sign. ``step`` is worth one of its last digit, so that rounding can be told from
    a mistake; ``words`` are those it was written in.
    """

    value: Decimal
    step: Decimal
    percent: bool = False
    words: str = ""

    @property
    def year(self) -> bool:
        """Whether it can be a year."""
        return self.step == 1 and not self.percent and self.words.isdigit() and 1900 <= self.value <= 2100

    def rounds(self, exact: Amount) -> bool:
        """Whether it is another number with as many digits or fewer."""
        return self.percent == exact.percent and abs(self.value - exact.value) * 2 <= self.step

    def scaled(self, unit: str) -> Amount:
        """The number in a unit that stands elsewhere: over its column, at its axis."""
        factor = Decimal(10) ** next((SCALES[word] for word in words_of(unit) if word in SCALES), 0)
        percent = (
            self.percent or "%" in unit or not {"percent", "cent", "percentage"}.isdisjoint(words_of(unit))
        )
        return replace(self, value=self.value * factor, step=self.step * factor, percent=percent)


def words_of(unit: str) -> list[str]:
    """The words of a unit or of the name of a column."""
    return [word.removesuffix("s") for word in re.split(r"[\W_]+", unit.lower())]


def amounts(text: str) -> list[Amount]:
    """The numbers that a text writes in figures, in its order."""
    found: list[Amount] = []
    unit, start = "", len(text)
    for match in reversed(list(_FIGURES.finditer(text))):
        own = match["scale"] or match["percent"] or ""
        shared = "" if own or not _SHARES_UNIT.fullmatch(text[match.end() : start]) else unit
        amount = _amount(match)
        unit, start = own or ("" if amount.year else shared), match.start()
        found.append(amount.scaled(unit))
    return found[::-1]


def _amount(match: re.Match[str]) -> Amount:
    digits = match["whole"].replace(",", "") + (match["part"] or "")
    step = Decimal(1).scaleb(-len((match["part"] or ".")[1:]))
    return Amount(Decimal(digits), step, words=match[0])


def spelt(text: str) -> Iterator[Amount]:
    """The numbers that a text writes in words: up to ninety-nine, in order up to twelfth."""
    for match in _WORDS.finditer(text.lower()):
        if match["ten"]:
            value = _TENS[match["ten"]] + (_UNITS.index(match["unit"]) if match["unit"] else 0)
        else:
            value = _UNITS.index(match["small"]) if match["small"] else _ORDINALS.index(match["ordinal"])
        yield Amount(Decimal(value), Decimal(1), bool(match["percent"]), match[0])


def missing(written: Iterable[Amount], known: Iterable[Amount]) -> list[str]:
    """The numbers that round none of those known, in the words they were written in."""
    exact = {(one.value, one.percent): one for one in known}.values()
    return [one.words for one in written if not any(map(one.rounds, exact))]
