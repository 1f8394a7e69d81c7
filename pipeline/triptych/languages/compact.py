"""Large numbers in short, as a language writes them: 14,000,000,000,000 → "14 tn", "14 Bio.", "14万亿".

The words are those of Unicode CLDR (compact decimal formats), in English outside the United States those of
its press.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from triptych.languages.numerals import decimal_places, format_number, locale_or_english, signed
from triptych.model.charts import exact

COMPACT_FROM = 1_000_000.0  # smaller numbers are read as they are
_ENGLISH = {"M": "\u00a0m", "B": "\u00a0bn", "T": "\u00a0tn"}
_MOST_DECIMALS = 2
_SLACK = 0.01  # of a value, by which what is written may be off


@dataclass(frozen=True, slots=True)
class NumberUnit:
    """What large numbers are counted in: so many ones, and what is written before and behind their number."""

    size: float
    before: str
    behind: str

    def words(self, value: float, decimals: int, language: str, *, sign: bool = False) -> str:
        """A value in this unit with so many decimal places, a change with its sign; zero needs no unit."""
        text = (signed if sign else format_number)(exact(value) / exact(self.size), decimals, language)
        return f"{self.before}{text}{self.behind}" if value else format_number(0.0, 0, language)


@cache
def number_unit(largest: float, language: str) -> NumberUnit | None:
    """The unit of numbers of which this is the largest; None where they need none."""
    if not COMPACT_FROM <= largest < 1e15:
        return None
    locale = locale_or_english(language)
    power = 10 ** (len(str(int(largest))) - 1)
    pattern = locale.compact_decimal_formats["short"]["other"][str(power)].pattern
    before, zeros, behind = pattern.partition("0" * pattern.count("0"))
    if not zeros or not before + behind:
        return None
    before, behind = before.replace("'", ""), behind.replace("'", "")
    if locale.language == "en" and locale.territory != "US":
        behind = _ENGLISH.get(behind, behind)
    return NumberUnit(float(power) / 10 ** (len(zeros) - 1), before, behind)


def unit_decimals(values: Sequence[float], unit: NumberUnit) -> int | None:
    """The fewest decimal places that say each value; None where small ones would be lost."""
    for decimals in range(_MOST_DECIMALS + 1):
        written = (round(value / unit.size, decimals) * unit.size for value in values)
        if all(abs(a - b) <= _SLACK * abs(a) for a, b in zip(values, written, strict=True)):
            return decimals
    return None


def tick_decimals(ticks: Sequence[float], unit: NumberUnit) -> int:
    """The decimal places that round numbers on an axis need in a unit."""
    return max((decimal_places(exact(tick) / exact(unit.size), 6) for tick in ticks), default=0)
