"""Parse dates in data files and tables to positions on a time axis."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache

from triptych.languages.numerals import find_locale, from_roman, load_month_numbers

# Words for parts of a year, with their position as a fraction of the year.
_PARTS = (
    (0.1, r"early|beginning|start|anfang|début|principios|inicios?|inizio|início|begin|初"),
    (0.5, r"mid|middle|mitte|mi|mediados|metà|meados|midden|中"),
    (0.75, r"late|spät"),
    (0.95, r"end|ende|fin|finales|fine|fim|eind|末|底"),
)
_PART = tuple((offset, re.compile(rf"(?<![a-zà-ÿ])(?:{words})(?![a-zà-ÿ])")) for offset, words in _PARTS)
_CENTURY = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.|e|º)?\s*-?(?:century|jahrhundert|jh|eeuw|世[纪紀])"
    r"|\b([ivx]+)(?:e|ᵉ)?\s+(?:siècle|secolo)|(?:siglo|século)\s+([ivx]+)\b"
)
_BEFORE_CHRIST = re.compile(r"\bb\.?c\b|\bb\.?c\.?e\b|v\. ?chr|av\. ?j|\ba\. ?c\.|前")
_ANNO_DOMINI = re.compile(r"\ba\.?d\b|\bc\.?e\b|n\. ?chr|ap\. ?j|\bd\. ?c\.")
_YEAR_FIRST_DATE = re.compile(
    r"(?<!\d)(\d{4})\s*[-/.年년]\s*(\d{1,2})(?!\d)(?:\s*[-/.月월]\s*(\d{1,2})(?!\d))?"
)
_YEAR_LAST_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*[./-]\s*(?:(\d{1,2})\s*[./-]\s*)?(\d{4})(?!\d)")
_QUARTER = re.compile(r"\b[qt]([1-4])\b|(?<!\d)([1-4])\W{0,2}(?:st|nd|rd|th|er|e|º)?\s*(?:quart|trim|季)")
_DECADE = re.compile(r"(?<!\d)(\d{3}0)(?:s|er|年代)")
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?!\d)")
_FEW_DIGITS = re.compile(r"(?<![\d.,])(\d{1,4})(?![\d.,]*\d)")
_SPELLED_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")


def parse_date(text: str, language: str = "en") -> float | None:
    """Return the position of a date on a time axis, in years, or None if ``text`` is not a date.

    Years, quarters, months, days, decades and centuries are recognised, in digits or with month names in
    ``language`` or English. "Early", "mid", "late" and "end" shift the position within a year. A decade or
    century is placed at its middle year. Dates BC give values below 1.
    """
    plain = "".join(
        str(unicodedata.digit(character)) if character.isdigit() else character
        for character in unicodedata.normalize("NFKC", text).casefold()
    )
    return _parse_numeric(plain, language) or _parse_century(plain) or _parse_year(plain, language)


def _parse_numeric(text: str, language: str) -> float | None:
    if match := _YEAR_FIRST_DATE.search(text):
        return _compute_position_in_year(*match.groups())
    if match := _YEAR_LAST_DATE.search(text):
        first, second, year = match.groups()
        if second is not None and _is_month_first(language):
            first, second = second, first
        return _compute_position_in_year(year, second or first, first if second else None)
    return None


def _parse_century(text: str) -> float | None:
    if not (match := _CENTURY.search(text)):
        return None
    arabic, *roman = match.groups()
    number = int(arabic) if arabic else next(from_roman(word) for word in roman if word)
    return number * 100 - 50.0 if not _BEFORE_CHRIST.search(text) else 50.0 - number * 100


def _parse_year(text: str, language: str) -> float | None:
    if date_match := _DECADE.search(text):
        return int(date_match.group(1)) + 5.0
    before = bool(_BEFORE_CHRIST.search(text))
    pattern = (
        _FEW_DIGITS
        if before or _ANNO_DOMINI.search(text) or re.fullmatch(r"\d{3,4}", text.strip())
        else _YEAR
    )
    date_match = pattern.search(text)
    if date_match is None:
        return None
    year, rest = int(date_match.group(1)), f"{text[: date_match.start()]} {text[date_match.end() :]}"
    if before:
        return 1.5 - year
    if quarter := _QUARTER.search(rest):
        return year + (int(quarter.group(1) or quarter.group(2)) - 0.5) / 4
    for name, month in _load_month_names(language):
        if match := re.search(rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])", rest):
            day = _SPELLED_DAY.search(f"{rest[: match.start()]} {rest[match.end() :]}")
            return _compute_position_in_year(str(year), str(month), day.group(1) if day else None)
    return year + next((offset for offset, words in _PART if words.search(rest)), 0.5)


def _compute_position_in_year(year: str, month: str, day: str | None) -> float | None:
    """Return the position of a day's noon, or of the middle of a month; None for an invalid date."""
    try:
        date = dt.date(int(year), int(month), int(day or 15))
    except ValueError:
        return None
    length = 366 if date.replace(month=12, day=31).timetuple().tm_yday == 366 else 365
    return date.year + (date.timetuple().tm_yday - 0.5) / length


@cache
def _load_month_names(language: str) -> tuple[tuple[str, int], ...]:
    names = {
        unicodedata.normalize("NFKC", name): month
        for name, month in load_month_numbers(language).items()
        if not name.isdecimal()  # as in Dzongkha
    }
    return tuple(sorted(names.items(), key=lambda item: -len(item[0])))


def _is_month_first(language: str) -> bool:
    locale = find_locale(language)
    return locale is not None and locale.is_month_first
