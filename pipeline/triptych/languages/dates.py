"""Parse dates, as written in data files and tables, into positions on a time axis."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache

from triptych.languages.numerals import find_locale, from_roman

# Words for parts of a year, with the position that they stand for as a fraction of the year.
_PARTS = (
    (0.1, r"early|beginning|start|anfang|début|principios|inicios?|inizio|início|begin|初"),
    (0.5, r"mid|middle|mitte|mi|mediados|metà|meados|midden|中"),
    (0.75, r"late|spät"),
    (0.95, r"end|ende|fin|finales|fine|fim|eind|末|底"),
)
_PART = tuple((at, re.compile(rf"(?<![a-zà-ÿ])(?:{words})(?![a-zà-ÿ])")) for at, words in _PARTS)
_CENTURY = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.|e|º)?\s*-?(?:century|jahrhundert|jh|eeuw|世[纪紀])"
    r"|\b([ivx]+)(?:e|ᵉ)?\s+(?:siècle|secolo)|(?:siglo|século)\s+([ivx]+)\b"
)
_BEFORE = re.compile(r"\bb\.?c\b|\bb\.?c\.?e\b|v\. ?chr|av\. ?j|\ba\. ?c\.|前")
_AFTER = re.compile(r"\ba\.?d\b|\bc\.?e\b|n\. ?chr|ap\. ?j|\bd\. ?c\.")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.年년]\s*(\d{1,2})(?!\d)(?:\s*[-/.月월]\s*(\d{1,2})(?!\d))?")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*[./-]\s*(?:(\d{1,2})\s*[./-]\s*)?(\d{4})(?!\d)")
_QUARTER = re.compile(r"\b[qt]([1-4])\b|(?<!\d)([1-4])\W{0,2}(?:st|nd|rd|th|er|e|º)?\s*(?:quart|trim|季)")
_DECADE = re.compile(r"(?<!\d)(\d{3}0)(?:s|er|年代)")
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?!\d)")
_FEW_DIGITS = re.compile(r"(?<![\d.,])(\d{1,4})(?![\d.,]*\d)")
_SPELLED_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")


def parse_date(text: str, language: str = "en") -> float | None:
    """Return the position of a written date on a time axis, in years. Return None if ``text`` is not a date.

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
    if found := _YEAR_FIRST.search(text):
        return _compute_position_in_year(*found.groups())
    if found := _YEAR_LAST.search(text):
        first, second, year = found.groups()
        if second is not None and _is_month_first(language):
            first, second = second, first
        return _compute_position_in_year(year, second or first, first if second else None)
    return None


def _parse_century(text: str) -> float | None:
    if not (found := _CENTURY.search(text)):
        return None
    arabic, *roman = found.groups()
    number = int(arabic) if arabic else next(from_roman(word) for word in roman if word)
    return number * 100 - 50.0 if not _BEFORE.search(text) else 50.0 - number * 100


def _parse_year(text: str, language: str) -> float | None:
    if found := _DECADE.search(text):
        return int(found.group(1)) + 5.0
    before = bool(_BEFORE.search(text))
    pattern = (
        _FEW_DIGITS if before or _AFTER.search(text) or re.fullmatch(r"\d{3,4}", text.strip()) else _YEAR
    )
    found = pattern.search(text)
    if found is None:
        return None
    year, rest = int(found.group(1)), f"{text[: found.start()]} {text[found.end() :]}"
    if before:
        return 1.5 - year
    if quarter := _QUARTER.search(rest):
        return year + (int(quarter.group(1) or quarter.group(2)) - 0.5) / 4
    for name, month in _load_month_names(language):
        if match := re.search(rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])", rest):
            day = _SPELLED_DAY.search(f"{rest[: match.start()]} {rest[match.end() :]}")
            return _compute_position_in_year(str(year), str(month), day.group(1) if day else None)
    return year + next((at for at, words in _PART if words.search(rest)), 0.5)


def _compute_position_in_year(year: str, month: str, day: str | None) -> float | None:
    """Return the position of a day's noon, or of the middle of a month. Return None for an invalid date."""
    try:
        date = dt.date(int(year), int(month), int(day or 15))
    except ValueError:
        return None
    length = 366 if date.replace(month=12, day=31).timetuple().tm_yday == 366 else 365
    return date.year + (date.timetuple().tm_yday - 0.5) / length


@cache
def _load_month_names(language: str) -> tuple[tuple[str, int], ...]:
    names: dict[str, int] = {}
    for locale in filter(None, (find_locale("en"), find_locale(language))):
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[form][width].items():
                    plain = unicodedata.normalize("NFKC", str(name)).casefold().rstrip(".")
                    if not plain.isdecimal():
                        names.setdefault(plain, int(number))
    names.setdefault("sept", 9)
    return tuple(sorted(names.items(), key=lambda item: -len(item[0])))


def _is_month_first(language: str) -> bool:
    locale = find_locale(language)
    pattern = locale.date_formats["short"].pattern if locale else "d.M"
    return pattern.index("M") < pattern.index("d") and not pattern.startswith("y")
