"""Numbers and dates as a language writes them, by Unicode CLDR.

All outputs use these functions. Numbers are rounded in decimal, from the digits that a person wrote. A half
is rounded away from zero, as spreadsheets do: −3.25 is −3.3 with one decimal place.
"""

from __future__ import annotations

import datetime as dt
import pickle
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as format_date_of
from babel.dates import format_skeleton, get_month_names, get_quarter_names
from babel.numbers import format_decimal
from babel.numbers import format_percent as format_percentage

from triptych.languages.customs import fallbacks
from triptych.model.charts import DatePart, exact

_SKELETONS = {DatePart.QUARTER: "yQQQ", DatePart.MONTH: "yMMM", DatePart.DAY: "yMMMd"}
# Where four digits stand together (CLDR: minimumGroupingDigits is 2).
_LONG_GROUPS = frozenset(("es", "pl", "pt-pt"))
# Characters that say the same and that fonts have: no narrow space, no mark of direction.
_PLAIN = str.maketrans({"\u202f": "\u00a0", "\u200e": None, "\u200f": None, "-": "\u2212"})
_SMALLEST, _LARGEST = 1e-9, 1e15  # beyond them a number on an axis takes an exponent
_WRITTEN_OUT = 1e21  # what is as large is written with an exponent everywhere
MOST_TICK_PLACES = 12  # decimal places; smaller numbers take an exponent
_MOST_PLACES, _MOST_DIGITS = 40, 160  # of what is written out: behind its point, and in all
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@cache
def locale_of(language: str) -> Locale | None:
    """Return the locale of a BCP 47 tag, or of the longest part of it that CLDR has; None if it has none."""
    for tag in fallbacks(language):
        try:
            return _own_copy(Locale.parse(tag, sep="-"))
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return None


def locale_or_english(language: str) -> Locale:
    """Return the locale of a BCP 47 tag, or that of English if CLDR has none."""
    return locale_of(language) or _english()


@cache
def _english() -> Locale:
    return _own_copy(Locale("en"))


def _own_copy(locale: Locale) -> Locale:
    """Return a locale that shares no data with others.

    Babel 2.18 resolves an alias in place where locales share it: the names of quarters in French were English
    ones if English had been used before French was loaded.
    """
    _ = locale.plural_form  # loads the data
    copy: Locale = pickle.loads(pickle.dumps(locale))
    return copy


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    """Round to so many decimal places, a half away from zero."""
    with localcontext(prec=_MOST_DIGITS):
        return exact(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def format_number(value: float | Decimal, decimals: int, language: str = "en") -> str:
    """A value with so many decimal places, thousands apart; the largest and smallest with an exponent."""
    size = abs(float(value))
    if size >= _WRITTEN_OUT or (decimals > MOST_TICK_PLACES and 0 < size < _SMALLEST):
        return f"{value:g}".translate(_PLAIN)
    locale = locale_or_english(language)
    tag = language.lower()
    apart = size >= 10_000 or not (tag in _LONG_GROUPS or tag.partition("-")[0] in _LONG_GROUPS)
    pattern = _with_decimals(locale.decimal_formats[None].pattern.partition(".")[0], decimals)
    with localcontext(prec=_MOST_DIGITS, rounding=ROUND_HALF_UP):
        text = str(format_decimal(exact(value), pattern, locale, group_separator=apart)).translate(_PLAIN)
    if not any(digit in text for digit in "123456789"):
        text = text.lstrip("\u2212")  # what rounds to zero has no sign
    return text


def signed(value: float | Decimal, decimals: int, language: str = "en") -> str:
    """A change: a value with its sign, also above zero."""
    text = format_number(value, decimals, language)
    return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text


def decimal_places(value: float | Decimal, most: int = 10) -> int:
    """How many decimal places a value needs, rounded to ``most`` of them."""
    return len(f"{rounded(value, most):f}".rstrip("0").partition(".")[2])


def visible_places(value: float | Decimal, decimals: int) -> int:
    """Return the decimal places; more, for two of its digits, where a value would read as zero."""
    if not value or rounded(value, decimals):
        return decimals
    digits = exact(value).normalize()
    return min(1 - digits.adjusted(), max(0, -int(digits.as_tuple().exponent)))


def roman(number: int) -> str:
    """4 → iv."""
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def list_number(number: int, style: str = "decimal", brackets: str = "") -> str:
    """A number as a list counts in a CSS counter style: 4 → "4.", "d)" or "(iv)"."""
    text = str(number)
    if number > 0 and style.endswith("alpha"):
        text = letters(number)
    elif number > 0 and style.endswith("roman"):
        text = roman(number)
    if style.startswith("upper"):
        text = text.upper()
    return f"{text}." if not brackets else f"({text})" if brackets == "()" else f"{text})"


def letters(number: int) -> str:
    """1 → a, 26 → z, 27 → aa."""
    text = ""
    while number:
        number, place = divmod(number - 1, 26)
        text = chr(ord("a") + place) + text
    return text


def from_roman(text: str) -> int:
    """The number that is written so: iv → 4; 0 for other words."""
    number, rest = 0, text
    for value, letters in _ROMAN:
        while rest.startswith(letters):
            number, rest = number + value, rest[len(letters) :]
    return 0 if rest else number


def format_tick(value: float, language: str = "en") -> str:
    """A round number on an axis, with the decimal places it needs."""
    if value and not _SMALLEST <= abs(value) < _LARGEST:
        return f"{value:g}".translate(_PLAIN)
    return format_number(value, decimal_places(value, MOST_TICK_PLACES), language)


def format_percent(percentage: float | Decimal, language: str = "en", decimals: int = 0) -> str:
    """A percentage with its sign: 41 → "41%", "41 %" or "%41"."""
    locale = locale_or_english(language)
    pattern = _with_decimals(locale.percent_formats[None].pattern, decimals)
    with localcontext(prec=_MOST_DIGITS, rounding=ROUND_HALF_UP):
        text = str(format_percentage(exact(percentage) / 100, pattern, locale)).translate(_PLAIN)
    return text if any(digit in text for digit in "123456789") else text.replace("\u2212", "")


def _with_decimals(pattern: str, decimals: int) -> str:
    """A pattern of CLDR, such as ``#,##0 %``, with so many decimal places."""
    head, zero, tail = pattern.rpartition("0")
    return head + zero + ("." + "0" * min(decimals, _MOST_PLACES) if decimals else "") + tail


def format_date(date: dt.date, part: DatePart, language: str = "en") -> str:
    """A date down to one of its parts; as ISO 8601 where the language is not known."""
    if part is DatePart.YEAR:
        return str(date.year)
    locale = locale_of(language)
    if locale is None or date.year < 1000:
        quarter = (date.month + 2) // 3
        return {
            DatePart.QUARTER: f"{date.year}-Q{quarter}",
            DatePart.MONTH: f"{date.year}-{date.month:02}",
        }.get(part, date.isoformat())
    skeleton = _SKELETONS[part]
    return _spaced(format_skeleton(skeleton, date, locale=locale))


def written_date(date: dt.date, language: str) -> str:
    """A date in words, as "31 January 2026" or 2026年1月31日."""
    locale = locale_or_english(language)
    # English is many: the day before the month is read everywhere.
    pattern = "d MMMM y" if locale.language == "en" and locale.territory != "US" else "long"
    return str(format_date_of(date, pattern, locale))


def month_name(date: dt.date, language: str = "en") -> str:
    """The short name of a month by itself."""
    locale = locale_of(language)
    if locale is None:
        return f"{date.month:02}"
    return str(get_month_names("abbreviated", "stand-alone", locale)[date.month])


def month_number(name: str, language: str = "en") -> int | None:
    """Return the number of a month from its full or short name in a language or English; None if unknown."""
    return _month_numbers(language).get(name.casefold().rstrip("."))


@cache
def _month_numbers(language: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for locale in (locale_of("en"), locale_of(language)):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names = get_month_names(width, context, locale) if locale else {}
                found |= {str(name).casefold().rstrip("."): int(number) for number, name in names.items()}
    return found


def quarter_name(date: dt.date, language: str = "en") -> str:
    """The short name of a quarter by itself."""
    locale, quarter = locale_of(language), (date.month + 2) // 3
    if locale is None:
        return f"Q{quarter}"
    return str(get_quarter_names("abbreviated", "stand-alone", locale)[quarter])


def day_name(date: dt.date, language: str = "en") -> str:
    """Day and month, without the year."""
    locale = locale_of(language)
    if locale is None:
        return f"{date.month:02}-{date.day:02}"
    return _spaced(format_skeleton("MMMd", date, locale=locale))


def clock(minutes: float) -> str:
    """Minutes as they stand on a clock: 1.5 → "1:30"."""
    seconds = round(minutes * 60)
    return f"{seconds // 60}:{seconds % 60:02}"


def _spaced(text: str) -> str:
    return str(text).replace("\u202f", "\u00a0").replace("\u200e", "").replace("\u200f", "")
