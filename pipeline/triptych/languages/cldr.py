"""Look up and apply the conventions of a locale, such as month names and number patterns (Unicode CLDR).

``templates/locales.jsonl`` contains the part of CLDR that books need. It is written by
``scripts/collect_locales.py``.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from typing import Any, Literal

from triptych.folders import get_templates_folder

TABLE = "locales.jsonl"
MAX_DIGITS = 160  # maximum number of digits in a number
_NUMBER_PATTERN = re.compile(r"(?P<prefix>[^#0,]*)(?P<digits>[#0,]+)(?P<suffix>[^;]*)")

Width = Literal["wide", "abbreviated"]
Context = Literal["format", "stand-alone"]  # inside a date, or outside
Skeleton = Literal["yQQQ", "yMMM", "yMMMd", "MMMd", "long"]


@dataclass(frozen=True, slots=True)
class Locale:
    """A language, with a territory if it is known, and its conventions.

    ``language`` and ``territory`` are subtags of BCP 47; ``territory`` is "" if the conventions are those of
    the language in general.
    """

    language: str
    territory: str
    _data: Mapping[str, Any]

    @property
    def decimal_separator(self) -> str:
        """Return the separator before decimal places."""
        return str(self._data["symbols"][0])

    @property
    def group_separator(self) -> str:
        """Return the separator between thousands."""
        return str(self._data["symbols"][1])

    @property
    def own_name(self) -> str:
        """Return the name of the language in the language itself, or "" if CLDR has none."""
        return str(self._data["name"])

    @property
    def territory_names(self) -> Mapping[str, str]:
        """The names of European countries by code."""
        names: Mapping[str, str] = self._data["territories"]
        return names

    @property
    def compact_patterns(self) -> Mapping[str, str]:
        """The short patterns of large numbers, such as 0M, by power of ten."""
        patterns: Mapping[str, str] = self._data["compact"]
        return patterns

    @property
    def scale_words(self) -> tuple[str, ...]:
        """Words such as "million", in all forms that may follow a number."""
        return tuple(self._data["scales"])

    @property
    def unit_names(self) -> tuple[str, ...]:
        """Names and symbols of units of measurement, in all forms that may follow a number."""
        return tuple(self._data["units"])

    @property
    def is_month_first(self) -> bool:
        """Whether the month comes first in numeric dates."""
        return bool(self._data["month-first"])

    def list_months(self, width: Width, context: Context) -> list[str]:
        """Return the names of the months, from January."""
        names: list[str] = self._data["months"][f"{context} {width}"]
        return names

    def iter_month_names(self) -> Iterator[tuple[int, str]]:
        """Yield the number of each month with each of its names."""
        for names in self._data["months"].values():
            yield from enumerate(names, 1)

    def list_quarters(self, context: Context) -> list[str]:
        """Return the abbreviated names of the quarters."""
        names: list[str] = self._data["quarters"][f"{context} abbreviated"]
        return names

    def format_date(self, date: dt.date, skeleton: Skeleton) -> str:
        """Format a date with the pattern for the fields in ``skeleton`` (UTS 35)."""
        return self.fill_date_pattern(self._data["dates"][skeleton], date)

    def fill_date_pattern(self, pattern: str, date: dt.date) -> str:
        """Replace the fields of a pattern such as ``{d} {MMMM} {y}`` (UTS 35)."""
        month, quarter = date.month - 1, (date.month - 1) // 3
        fields = {
            "y": date.year,
            "M": date.month,
            "MM": f"{date.month:02}",
            "MMM": self.list_months("abbreviated", "format")[month],
            "MMMM": self.list_months("wide", "format")[month],
            "LLL": self.list_months("abbreviated", "stand-alone")[month],
            "LLLL": self.list_months("wide", "stand-alone")[month],
            "d": date.day,
            "dd": f"{date.day:02}",
            "Q": quarter + 1,
            "QQQ": self.list_quarters("format")[quarter],
            "QQQQ": self._data["quarters"]["format wide"][quarter],
        }
        return re.sub(r"\{(\w+)\}", lambda match: str(fields[match[1]]), pattern)

    def format_number(self, value: Decimal, decimals: int, *, groups_digits: bool = True) -> str:
        """Format a number with ``decimals`` decimal places, rounded half away from zero, and a minus sign."""
        return self._fill_number_pattern("decimal", value, decimals, groups_digits=groups_digits)

    def format_percentage(self, value: Decimal, decimals: int) -> str:
        """Format a percentage with its sign."""
        return self._fill_number_pattern("percent", value, decimals, groups_digits=True)

    def _fill_number_pattern(self, name: str, value: Decimal, decimals: int, *, groups_digits: bool) -> str:
        point, separator = self._data["symbols"]
        parts = _NUMBER_PATTERN.match(self._data[name])
        assert parts, self._data[name]
        with localcontext(prec=MAX_DIGITS):
            rounded = abs(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        integer, _, places = f"{rounded:f}".partition(".")
        sizes = [len(part) for part in parts["digits"].split(",")[1:]]
        if groups_digits and sizes:
            integer = _group_digits(integer, sizes[-1], sizes[0], separator)
        text = f"{parts['prefix']}{integer}{point if places else ''}{places}{parts['suffix']}"
        return ("\u2212" if value.is_signed() else "") + text


def _group_digits(digits: str, last: int, others: int, separator: str) -> str:
    """Insert separators into digits: ``last`` digits in the last group, ``others`` in the other groups."""
    groups = [digits[-last:]]
    rest = digits[:-last]
    while rest:
        groups.insert(0, rest[-others:])
        rest = rest[:-others]
    return separator.join(groups)


@cache
def load_locale(tag: str) -> Locale | None:
    """Return the locale of exactly this BCP 47 tag in lower case, or None if it is not in CLDR."""
    tag = _load_line("@aliases").get(tag, tag)
    language, *subtags = tag.split("-")
    entries_of_language = _load_line(language)
    if tag not in entries_of_language:
        return None
    territory = next((subtag.upper() for subtag in subtags if len(subtag) == 2 or subtag.isdigit()), "")
    return Locale(language, territory, {**entries_of_language[language], **entries_of_language[tag]})


def load_english_names() -> Mapping[str, str]:
    """Return the English names of languages by tag."""
    return _load_line("@names")


@cache
def load_currency_codes() -> frozenset[str]:
    """Return the codes of all currencies (ISO 4217)."""
    return frozenset(_load_line("@currencies"))


@cache
def _load_line(name: str) -> dict[str, Any]:
    """Return the value of one line of the table, or an empty one. Parsing all lines would be slow."""
    text = (get_templates_folder() / TABLE).read_text("utf-8")
    start = text.find(f'\n"{name}":')
    if start < 0:
        return {}
    start = text.index(":", start) + 1
    value: dict[str, Any] = json.loads(text[start : text.index("\n", start)])
    return value
