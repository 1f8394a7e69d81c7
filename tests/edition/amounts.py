"""Parse numbers as texts write them: "15.97 trillion", "65.3%", "from 0.13 to 4.838 million", "eleven"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

SCALES = {"thousand": 3, "million": 6, "billion": 9, "bn": 9, "trillion": 12}
_PERCENT = r"%|per\ cent\b|percent\b|percentage\ points\b"
# Exclude digits in names such as 5G, H200, GRCh38 or COVID-19. An ordinal is a number.
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
    """A number without its sign.

    ``step`` is the value of one unit of its last digit, to distinguish rounding from errors; ``words`` is its
    text in the source.
    """

    value: Decimal
    step: Decimal
    percent: bool = False
    words: str = ""

    @property
    def year(self) -> bool:
        """Return whether the number can be a year."""
        return self.step == 1 and not self.percent and self.words.isdigit() and 1900 <= self.value <= 2100

    def rounds(self, exact: Amount) -> bool:
        """Return whether this is another number rounded to as many digits or fewer."""
        return self.percent == exact.percent and abs(self.value - exact.value) * 2 <= self.step

    def scaled(self, unit: str) -> Amount:
        """Return the number in a unit given elsewhere, such as in a column header or at an axis."""
        factor = Decimal(10) ** next((SCALES[word] for word in words_of(unit) if word in SCALES), 0)
        percent = (
            self.percent or "%" in unit or not {"percent", "cent", "percentage"}.isdisjoint(words_of(unit))
        )
        return replace(self, value=self.value * factor, step=self.step * factor, percent=percent)


def words_of(unit: str) -> list[str]:
    """Return the words of a unit or of a column name."""
    return [word.removesuffix("s") for word in re.split(r"[\W_]+", unit.lower())]


def amounts(text: str) -> list[Amount]:
    """Return the numbers that a text writes in figures, in order."""
    result: list[Amount] = []
    unit, start = "", len(text)
    for match in reversed(list(_FIGURES.finditer(text))):
        own = match["scale"] or match["percent"] or ""
        shared = "" if own or not _SHARES_UNIT.fullmatch(text[match.end() : start]) else unit
        amount = _amount(match)
        unit, start = own or ("" if amount.year else shared), match.start()
        result.append(amount.scaled(unit))
    return result[::-1]


def _amount(match: re.Match[str]) -> Amount:
    digits = match["whole"].replace(",", "") + (match["part"] or "")
    step = Decimal(1).scaleb(-len((match["part"] or ".")[1:]))
    return Amount(Decimal(digits), step, words=match[0])


def spelt(text: str) -> Iterator[Amount]:
    """Return the numbers that a text writes in words: cardinals up to 99, ordinals up to twelfth."""
    for match in _WORDS.finditer(text.lower()):
        if match["ten"]:
            value = _TENS[match["ten"]] + (_UNITS.index(match["unit"]) if match["unit"] else 0)
        else:
            value = _UNITS.index(match["small"]) if match["small"] else _ORDINALS.index(match["ordinal"])
        yield Amount(Decimal(value), Decimal(1), bool(match["percent"]), match[0])


def spoken(text: str) -> Iterator[Amount]:
    """Return the numbers, from 13 on, and the fractions in spoken text.

    Examples are "a hundred and fifty-seven", "twelve hundred", "almost five million", "two point seven per
    cent" and "nine in ten". Each may be rounded to its last place, and "sixty" to tens; fractions such as
    "two-thirds" are not included.
    """
    words = re.findall(r"[a-z]+|[^\s\w-]", text.lower())
    place = 0
    while place < len(words):
        value, step, end = _number_said(words, place)
        if end == place:
            place += 1
            continue
        result = " ".join(words[place:end])
        percent = words[end : end + 2] == ["per", "cent"]
        if words[end : end + 2] == ["in", "ten"]:
            value, step, percent, end = value * 10, step * 10, True, end + 2
        if percent or (value >= 13 and words[end : end + 1] != ["th"]):
            yield Amount(value, step, percent, result)
        place = end


def _number_said(words: list[str], start: int) -> tuple[Decimal, Decimal, int]:
    """Return the number that begins at a word, the value of its last place, and the next word's index."""
    total, part, step, place = Decimal(0), Decimal(0), Decimal(1), start
    if words[start] == "a" and words[start + 1 : start + 2] in (
        ["hundred"],
        ["thousand"],
        ["million"],
        ["billion"],
    ):
        part, place = Decimal(1), start + 1
    while place < len(words):
        word = words[place]
        if (
            word in {*_UNITS, *_TENS}
            and place > start
            and words[place - 1] in ("million", "billion", "trillion")
        ):
            break  # "three million nine months later"
        joined = word == "and" and place > start and words[place - 1] in ("hundred", "thousand")
        if word in _UNITS and words[place + 1 : place + 2] not in (
            ["thirds"],
            ["quarters"],
            ["eighth"],
            ["tenths"],
        ):
            part, step = part + _UNITS.index(word), Decimal(1)
        elif word in _TENS:
            part, step = part + _TENS[word], Decimal(10)
        elif word == "hundred" and part:
            part, step = part * 100, Decimal(100)
        elif word in SCALES and part:
            factor = Decimal(10) ** SCALES[word]
            total, part, step = total + part * factor, Decimal(0), min(step, Decimal(1)) * factor
        elif word == "point" and part and words[place + 1 : place + 2] and words[place + 1] in _UNITS:
            while words[place + 1 : place + 2] and words[place + 1] in _UNITS[:10]:
                place, step = place + 1, step / 10
                part += _UNITS.index(words[place]) * step
        elif not (joined and words[place + 1 : place + 2] and words[place + 1] in {*_UNITS, *_TENS}):
            break
        place += 1
    return total + part, step, place if total or part else start


def missing(written: Iterable[Amount], known: Iterable[Amount]) -> list[str]:
    """Return the numbers that round none of the known numbers, as written."""
    exact = {(item.value, item.percent): item for item in known}.values()
    return [item.words for item in written if not any(map(item.rounds, exact))]
