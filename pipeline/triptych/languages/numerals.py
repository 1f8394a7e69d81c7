"""Format and parse numbers and dates by the rules of a language (Unicode CLDR).

All output formats use these functions. Numbers are rounded in decimal arithmetic, half away from zero, as in
spreadsheets: −3.25 becomes −3.3 with one decimal place.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache

from triptych.languages.cldr import MAX_DIGITS, Locale, Skeleton, load_currency_codes, load_locale
from triptych.languages.word_tables import iter_fallback_tags
from triptych.model.charts import DatePrecision, convert_to_decimal

_SKELETONS: dict[DatePrecision, Skeleton] = {
    DatePrecision.QUARTER: "yQQQ",
    DatePrecision.MONTH: "yMMM",
    DatePrecision.DAY: "yMMMd",
}
# Languages that do not group four digits (CLDR: minimumGroupingDigits is 2).
_LONG_GROUPS = frozenset(("es", "pl", "pt-pt"))
# Replacements for characters that fonts may not have: narrow spaces and directional marks.
_TO_PLAIN_CHARACTERS = str.maketrans({"\u202f": "\u00a0", "\u200e": None, "\u200f": None, "-": "\u2212"})
_MIN_WITHOUT_EXPONENT, _MAX_WITHOUT_EXPONENT = (
    1e-9,
    1e15,
)  # numbers on axes outside this range have an exponent
_MIN_EXPONENT_VALUE = 1e21  # numbers from this size have an exponent
MAX_TICK_PLACES = 12  # decimal places; smaller numbers have an exponent
_MAX_PLACES = 40  # decimal places
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@cache
def find_locale(language: str) -> Locale | None:
    """Return the CLDR locale for a BCP 47 tag or its longest known prefix, or None if there is none."""
    return next(filter(None, map(load_locale, iter_fallback_tags(language))), None)


def get_locale_or_english(language: str) -> Locale:
    """Return the CLDR locale for a BCP 47 tag, or the English locale if the language is not in CLDR."""
    locale = find_locale(language) or find_locale("en")
    assert locale is not None
    return locale


def round_half_up(value: float | Decimal, decimals: int) -> Decimal:
    """Round ``value`` to ``decimals`` decimal places, with halves away from zero."""
    with localcontext(prec=MAX_DIGITS):
        return convert_to_decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def format_number(value: float | Decimal, decimals: int, language: str = "en") -> str:
    """Format ``value`` with ``decimals`` decimal places and thousands separators.

    Extremely large and small numbers have an exponent.
    """
    size = abs(float(value))
    if size >= _MIN_EXPONENT_VALUE or (decimals > MAX_TICK_PLACES and 0 < size < _MIN_WITHOUT_EXPONENT):
        return f"{value:g}".translate(_TO_PLAIN_CHARACTERS)
    locale = get_locale_or_english(language)
    tag = language.lower()
    has_groups = size >= 10_000 or not (tag in _LONG_GROUPS or tag.partition("-")[0] in _LONG_GROUPS)
    text = locale.format_number(
        convert_to_decimal(value), min(decimals, _MAX_PLACES), groups_digits=has_groups
    ).translate(_TO_PLAIN_CHARACTERS)
    if not any(digit in text for digit in "123456789"):
        text = text.lstrip("\u2212")  # a number rounded to zero has no sign
    return text


def format_signed(value: float | Decimal, decimals: int, language: str = "en") -> str:
    """Format a change with a plus or minus sign."""
    text = format_number(value, decimals, language)
    return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text


def count_decimal_places(value: float | Decimal, maximum: int = 10) -> int:
    """Return the number of decimal places that ``value`` needs, without trailing zeros.

    ``value`` is first rounded to ``maximum`` decimal places.
    """
    return len(f"{round_half_up(value, maximum):f}".rstrip("0").partition(".")[2])


def choose_decimal_places(value: float | Decimal, decimals: int) -> int:
    """Return ``decimals``, or enough places for two significant digits if ``value`` would become zero."""
    if not value or round_half_up(value, decimals):
        return decimals
    digits = convert_to_decimal(value).normalize()
    return min(1 - digits.adjusted(), max(0, -int(digits.as_tuple().exponent)))


def to_roman(number: int) -> str:
    """Convert a number to a lower-case Roman numeral: 4 → iv."""
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def format_list_number(number: int, style: str = "decimal", brackets: str = "") -> str:
    """Format a list number in a CSS counter style: 4 → "4.", "d)" or "(iv)"."""
    text = str(number)
    if number > 0 and style.endswith("alpha"):
        text = to_letters(number)
    elif number > 0 and style.endswith("roman"):
        text = to_roman(number)
    if style.startswith("upper"):
        text = text.upper()
    return f"{text}." if not brackets else f"({text})" if brackets == "()" else f"{text})"


def to_letters(number: int) -> str:
    """Convert a number to letters: 1 → a, 26 → z, 27 → aa."""
    text = ""
    while number:
        number, place = divmod(number - 1, 26)
        text = chr(ord("a") + place) + text
    return text


def from_roman(text: str) -> int:
    """Convert a lower-case Roman numeral to a number: iv → 4. Return 0 for any other text."""
    number, rest = 0, text
    for value, letters in _ROMAN:
        while rest.startswith(letters):
            number, rest = number + value, rest[len(letters) :]
    return 0 if rest else number


def format_tick(value: float, language: str = "en") -> str:
    """Format the number at an axis tick with all its decimal places."""
    if value and not _MIN_WITHOUT_EXPONENT <= abs(value) < _MAX_WITHOUT_EXPONENT:
        return f"{value:g}".translate(_TO_PLAIN_CHARACTERS)
    return format_number(value, count_decimal_places(value, MAX_TICK_PLACES), language)


def format_percent(percentage: float | Decimal, language: str = "en", decimals: int = 0) -> str:
    """Format a percentage with the language's position of the percent sign: "41%", "41 %" or "%41"."""
    locale = get_locale_or_english(language)
    text = locale.format_percentage(convert_to_decimal(percentage), min(decimals, _MAX_PLACES)).translate(
        _TO_PLAIN_CHARACTERS
    )
    return text if any(digit in text for digit in "123456789") else text.replace("\u2212", "")


def format_date(date: dt.date, part: DatePrecision, language: str = "en") -> str:
    """Format a date down to its year, quarter, month or day.

    Use ISO 8601 if the language is not in CLDR.
    """
    if part is DatePrecision.YEAR:
        return str(date.year)
    locale = find_locale(language)
    if locale is None or date.year < 1000:
        quarter = (date.month + 2) // 3
        return {
            DatePrecision.QUARTER: f"{date.year}-Q{quarter}",
            DatePrecision.MONTH: f"{date.year}-{date.month:02}",
        }.get(part, date.isoformat())
    return _normalise_spaces(locale.format_date(date, _SKELETONS[part]))


def format_long_date(date: dt.date, language: str) -> str:
    """Format a date in words, such as "31 January 2026" or 2026年1月31日."""
    locale = get_locale_or_english(language)
    # The day before the month is understood in all English-speaking countries.
    if locale.language == "en" and locale.territory != "US":
        return locale.fill_date_pattern("{d} {MMMM} {y}", date)
    return locale.format_date(date, "long")


def format_month(date: dt.date, language: str = "en") -> str:
    """Return the abbreviated name of the month of ``date``, in its stand-alone form."""
    locale = find_locale(language)
    if locale is None:
        return f"{date.month:02}"
    return locale.list_months("abbreviated", "stand-alone")[date.month - 1]


def parse_month(name: str, language: str = "en") -> int | None:
    """Return the number of a month, or None if its name is unknown.

    The name may be full or abbreviated, in ``language`` or in English.
    """
    return load_month_numbers(language).get(name.casefold().rstrip("."))


@cache
def load_month_numbers(language: str) -> dict[str, int]:
    """Return the numbers of months by their names, in lower case and without a full stop.

    Names are full or abbreviated, in ``language`` or in English.
    """
    month_numbers = {"sept": 9}  # common in the United States, but not in CLDR's American English
    for locale in filter(None, (find_locale("en"), find_locale(language))):
        for number, name in locale.iter_month_names():
            month_numbers[name.casefold().rstrip(".")] = number
    return month_numbers


def format_quarter(date: dt.date, language: str = "en") -> str:
    """Return the abbreviated name of the quarter of ``date``, in its stand-alone form."""
    locale, quarter = find_locale(language), (date.month + 2) // 3
    if locale is None:
        return f"Q{quarter}"
    return locale.list_quarters("stand-alone")[quarter - 1]


def format_day(date: dt.date, language: str = "en") -> str:
    """Format the day and month of a date, without the year."""
    locale = find_locale(language)
    if locale is None:
        return f"{date.month:02}-{date.day:02}"
    return _normalise_spaces(locale.format_date(date, "MMMd"))


def format_minutes(minutes: float) -> str:
    """Format minutes as minutes and seconds: 1.5 → "1:30"."""
    seconds = round(minutes * 60)
    return f"{seconds // 60}:{seconds % 60:02}"


def _normalise_spaces(text: str) -> str:
    return str(text).replace("\u202f", "\u00a0").replace("\u200e", "").replace("\u200f", "")


COMPACT_FROM = 1_000_000.0  # smaller numbers are not abbreviated
_ENGLISH = {"M": "\u00a0m", "B": "\u00a0bn", "T": "\u00a0tn"}
_MAX_DECIMALS = 2
_TOLERANCE = 0.01  # maximum relative error of rounding


@dataclass(frozen=True, slots=True)
class Magnitude:
    """A power of ten in which large numbers are abbreviated, such as millions.

    ``prefix`` and ``suffix`` are the text before and after the number.
    """

    size: float
    prefix: str
    suffix: str

    def format(self, value: float, decimals: int, language: str, *, show_sign: bool = False) -> str:
        """Format ``value`` in this magnitude. Zero is written without the prefix and suffix.

        If ``show_sign`` is true, positive numbers have a plus sign.
        """
        text = (format_signed if show_sign else format_number)(
            convert_to_decimal(value) / convert_to_decimal(self.size), decimals, language
        )
        return f"{self.prefix}{text}{self.suffix}" if value else format_number(0.0, 0, language)


@cache
def choose_magnitude(largest: float, language: str) -> Magnitude | None:
    """Return the magnitude for numbers up to ``largest``, or None if they are written in full."""
    if not COMPACT_FROM <= largest < 1e15:
        return None
    locale = get_locale_or_english(language)
    power = 10 ** (len(str(int(largest))) - 1)
    pattern = locale.compact_patterns[str(power)]
    before, zeros, after = pattern.partition("0" * pattern.count("0"))
    if not zeros or not before + after:
        return None
    before, after = before.replace("'", ""), after.replace("'", "")
    if locale.language == "en" and locale.territory != "US":
        after = _ENGLISH.get(after, after)
    return Magnitude(float(power) / 10 ** (len(zeros) - 1), before, after)


def count_magnitude_decimals(values: Sequence[float], magnitude: Magnitude) -> int | None:
    """Return the fewest decimal places that show all values in this magnitude to within 1 %.

    Return None if this takes more than two decimal places.
    """
    for decimals in range(_MAX_DECIMALS + 1):
        rounded_values = (round(value / magnitude.size, decimals) * magnitude.size for value in values)
        if all(
            abs(exact - rounded_value) <= _TOLERANCE * abs(exact)
            for exact, rounded_value in zip(values, rounded_values, strict=True)
        ):
            return decimals
    return None


def count_tick_decimals(ticks: Sequence[float], magnitude: Magnitude) -> int:
    """Return the number of decimal places for the numbers at axis ticks, in this magnitude."""
    return max(
        (
            count_decimal_places(convert_to_decimal(tick) / convert_to_decimal(magnitude.size), 6)
            for tick in ticks
        ),
        default=0,
    )


_SPACES = " \u00a0\u2009\u202f"  # thousands separators in some languages
_APOSTROPHES = "'\u2019"
_SIGNS = "+−±~≈<>≤≥-"
_RANGE = r"\s?[–—-]\s?"
# Text next to an amount: a currency or a unit.
_CURRENCY_SIGN = re.compile(r"(?:\w{0,3}[$€£¥₹₽₩])?")
_UNIT = re.compile(r"[%‰°]?[\w²³/°%‰]{0,5}[*†‡§]*")
_YEAR = re.compile(r"(?:1\d|20|21)\d\d")
_MAX_AFFIX_LENGTH = 16  # maximum characters before or after the number in a cell


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number parsed from a table cell, with the text before and after it.

    The value of a range is its upper end. ``fraction`` is the decimal separator and the digits after it, or
    "" if there is none. ``suffix`` includes the space before a unit.
    """

    value: float
    prefix: str
    fraction: str
    suffix: str
    is_range: bool = False

    @property
    def is_amount(self) -> bool:
        """Return whether the text around the number is only a sign, a currency or a unit."""
        affixes = self.prefix.strip(_SIGNS + _SPACES), self.suffix.strip(_SPACES)
        has_currency = (
            _CURRENCY_SIGN.fullmatch(affixes[0]) or affixes[0] in load_currency_codes()
        )  # unlike MAN001
        return bool(has_currency and _UNIT.fullmatch(affixes[1]))


def get_decimal_separator(language: str) -> str:
    """Return the decimal separator of a language."""
    locale = find_locale(language)
    return locale.decimal_separator if locale else "."


def parse_written_number(text: str, language: str) -> WrittenNumber | None:
    """Parse the text of a table cell as a number; return None unless it is exactly one number or range."""
    match = _make_number_pattern(get_decimal_separator(language)).fullmatch(text.strip())
    if match is None:
        return None
    before, first, number, after = match["before"], match["first"], match["number"], match["after"]
    mark = get_decimal_separator(language)
    integer, point, places = number.partition(mark)
    value = float(re.sub(r"\D", "", integer) + ("." + places if point else ""))
    if first is None and before.rstrip(_SPACES).endswith(("-", "−")):
        value = -value
    return WrittenNumber(value, before, point + places, after, first is not None)


def are_years(texts: list[str]) -> bool:
    """Return whether all ``texts`` are years or ranges of years, which are labels instead of amounts."""
    return all(re.fullmatch(rf"{_YEAR.pattern}(?:{_RANGE}(?:{_YEAR.pattern}|\d\d))?", text) for text in texts)


@cache
def _make_number_pattern(separator: str) -> re.Pattern[str]:
    groups = "".join({",", "."} - {separator}) + _SPACES + _APOSTROPHES
    number = rf"(?:\d{{1,3}}(?:[{re.escape(groups)}]\d{{3}})+(?!\d)|\d+)(?:{re.escape(separator)}\d+)?"
    context = rf"\D{{0,{_MAX_AFFIX_LENGTH}}}"
    return re.compile(
        rf"(?P<before>{context}?)(?:(?P<first>{number}){_RANGE}[{_SIGNS}]?)?"
        rf"(?P<number>{number})(?P<after>(?![.,]\d){context})"
    )
