"""Numbers as people write them in the cells of a table: with signs, units and words around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from babel.numbers import get_decimal_symbol, list_currencies

from triptych.languages.numerals import locale_of

_SPACES = " \u00a0\u2009\u202f"  # which part thousands in some languages
_APOSTROPHES = "'\u2019"
_SIGNS = "+−±~≈<>≤≥-"
_RANGE = r"\s?[–—-]\s?"
# What may stand at an amount that nobody calls one: a currency, a unit, a sign.
_CURRENCY_SIGN = re.compile(r"(?:\w{0,3}[$€£¥₹₽₩])?")
_UNIT = re.compile(r"[%‰°]?[\w²³/°%‰]{0,5}[*†‡§]*")
_YEAR = re.compile(r"(?:1\d|20|21)\d\d")
_MOST_WORDS = 16  # letters before or behind a number that still belongs to a column of numbers


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number with what stands around it; of a range the last.

    ``fraction`` begins with the decimal mark, or is ""; ``after`` has the blank before a unit.
    """

    value: float
    before: str
    fraction: str
    after: str
    is_range: bool = False

    @property
    def is_amount(self) -> bool:
        """Whether it is a number with at most a sign, a currency and a unit, and no year."""
        around = self.before.strip(_SIGNS + _SPACES), self.after.strip(_SPACES)
        has_currency = _CURRENCY_SIGN.fullmatch(around[0]) or around[0] in _currencies()  # unlike MAN001
        return bool(has_currency and _UNIT.fullmatch(around[1]))


@cache
def _currencies() -> frozenset[str]:
    """Return the codes of all currencies (ISO 4217)."""
    return frozenset(list_currencies())


def decimal_mark(language: str) -> str:
    """What stands before a fraction in a language: a point or a comma."""
    locale = locale_of(language)
    return str(get_decimal_symbol(locale)) if locale else "."


def read_number(text: str, language: str) -> WrittenNumber | None:
    """A cell's text as a number of a language, None for what is none, or several."""
    match = _pattern(decimal_mark(language)).fullmatch(text.strip())
    if match is None:
        return None
    before, first, number, after = match["before"], match["first"], match["number"], match["after"]
    mark = decimal_mark(language)
    whole, point, places = number.partition(mark)
    value = float(re.sub(r"\D", "", whole) + ("." + places if point else ""))
    if first is None and before.rstrip(_SPACES).endswith(("-", "−")):
        value = -value
    return WrittenNumber(value, before, point + places, after, first is not None)


def are_years(texts: list[str]) -> bool:
    """Whether all texts are years or spans of them, which are names rather than amounts."""
    return all(re.fullmatch(rf"{_YEAR.pattern}(?:{_RANGE}(?:{_YEAR.pattern}|\d\d))?", text) for text in texts)


@cache
def _pattern(mark: str) -> re.Pattern[str]:
    groups = "".join({",", "."} - {mark}) + _SPACES + _APOSTROPHES
    number = rf"(?:\d{{1,3}}(?:[{re.escape(groups)}]\d{{3}})+(?!\d)|\d+)(?:{re.escape(mark)}\d+)?"
    around = rf"\D{{0,{_MOST_WORDS}}}"
    return re.compile(
        rf"(?P<before>{around}?)(?:(?P<first>{number}){_RANGE}[{_SIGNS}]?)?"
        rf"(?P<number>{number})(?P<after>(?![.,]\d){around})"
    )
