"""Write templates/locales.jsonl, the part of Unicode CLDR that books need, from the package Babel.

Each line has a language: its own conventions, and those of its scripts and territories if they differ.
"""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import match_skeleton
from babel.localedata import locale_identifiers
from babel.numbers import list_currencies
from babel.units import UnknownUnitError, format_unit

from triptych.charts.tile_grids import EUROPEAN_COUNTRIES
from triptych.languages.cldr import TABLE

ROOT = Path(__file__).parents[1]
SKELETONS = ("yQQQ", "yMMM", "yMMMd", "MMMd")
POWERS = tuple(str(10**power) for power in range(6, 15))  # of numbers in compact form, which charts use
UNITS = (
    "length-kilometer length-meter length-centimeter length-millimeter length-mile mass-kilogram "
    "mass-gram mass-tonne area-hectare area-square-kilometer area-square-meter volume-liter power-watt "
    "power-kilowatt power-megawatt power-gigawatt energy-kilowatt-hour frequency-megahertz "
    "frequency-gigahertz digital-megabyte digital-gigabyte digital-terabyte temperature-celsius "
    "speed-kilometer-per-hour concentr-percent"
).split()


def load_babel_locale(identifier: str) -> Locale:
    """Return Babel's locale, which shares no data with others.

    Babel 2.18 resolves aliases in place in data that locales share: French quarters had English names if
    English had been used before French was loaded.
    """
    locale = Locale.parse(identifier)
    _ = locale.plural_form  # loads the data
    copy: Locale = pickle.loads(pickle.dumps(locale))
    return copy


def collect_locale(locale: Locale) -> dict[str, Any]:
    """Return the conventions of a locale."""
    symbols = locale.number_symbols["latn"]
    compact = locale.compact_decimal_formats["short"]["other"]
    short = locale.date_formats["short"].pattern
    return {
        "name": locale.languages.get(locale.language, ""),
        "decimal": locale.decimal_formats[None].pattern.partition(".")[0],
        "percent": locale.percent_formats[None].pattern,
        "symbols": [symbols[name] for name in ("decimal", "group")],
        "months": {
            f"{context} {width}": list(locale.months[context][width].values())
            for context in ("format", "stand-alone")
            for width in ("wide", "abbreviated")
        },
        "quarters": {
            f"{context} {width}": list(locale.quarters[context][width].values())
            for context, width in (
                ("format", "abbreviated"),
                ("format", "wide"),
                ("stand-alone", "abbreviated"),
            )
        },
        "dates": {
            **{skeleton: _find_date_pattern(locale, skeleton) for skeleton in SKELETONS},
            "long": _convert_date_pattern(locale, locale.date_formats["long"].format),
        },
        "month-first": short.index("M") < short.index("d") and not short.startswith("y"),
        "compact": {power: compact[power].pattern for power in POWERS},
        "scales": list(dict.fromkeys(_iter_scale_words(locale))),
        "units": list(dict.fromkeys(_iter_unit_names(locale))),
        "territories": {
            code: locale.territories[code] for code in EUROPEAN_COUNTRIES if code in locale.territories
        },
    }


def _find_date_pattern(locale: Locale, skeleton: str) -> str:
    known = locale.datetime_skeletons
    found = skeleton if skeleton in known else match_skeleton(skeleton, known)
    return _convert_date_pattern(locale, known[found].format)


def _convert_date_pattern(locale: Locale, pattern: str) -> str:
    """Convert Babel's ``%(d)s %(MMM)s`` to ``{d} {MMM}``. The era is always the present one."""
    pattern = pattern.replace("%(G)s", locale.eras["abbreviated"][1]).replace("%(Y)s", "%(y)s")
    return re.sub(r"%\((\w+)\)s", r"{\1}", pattern).replace("%%", "%")


def _iter_scale_words(locale: Locale) -> Iterator[str]:
    formats = locale.compact_decimal_formats
    for width in [width for width in ("long", "short") if width in formats]:
        for sizes in formats[width].values():
            for size, pattern in sizes.items():
                word = pattern.pattern.replace("'", "").strip("0 \u00a0\u202f")
                if int(size) >= 1000 and word and not re.search(r"\s", word):
                    yield word.rstrip(".")


def _iter_unit_names(locale: Locale) -> Iterator[str]:
    for unit in UNITS:
        for value in (1, 2, 5):
            for length in ("long", "short"):
                try:
                    written = format_unit(value, unit, length, locale=locale)
                except UnknownUnitError:
                    continue
                name = re.sub(r"[\d.,]+", "", written).strip("\u00a0\u202f \u200e\u200f")
                if name and not re.search(r"[\s-]", name):
                    yield name.rstrip(".")


def collect_languages() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the locales of each language by tag, without conventions that equal those of the language."""
    languages: dict[str, dict[str, dict[str, Any]]] = {}
    for identifier in sorted(set(locale_identifiers()) - {"root"}):
        tag = identifier.replace("_", "-").lower()
        language = tag.partition("-")[0]
        data = collect_locale(load_babel_locale(identifier))
        own = languages.setdefault(language, {}).get(language, {})
        languages[language][tag] = {key: value for key, value in data.items() if own.get(key) != value}
    return languages


def collect_aliases(languages: dict[str, dict[str, dict[str, Any]]]) -> dict[str, str]:
    """Return tag aliases, such as zh-hant-tw for zh-tw.

    Tags with the conventions of the next shorter tag, which is the fallback, are omitted.
    """
    territories = [code.lower() for code in Locale("en").territories if len(code) == 2 and code != "ZZ"]
    pairs = [f"{language}-{territory}" for language in languages for territory in territories]
    aliases = {}
    for tag in (*get_global("language_aliases"), *pairs):
        language = tag.partition("-")[0]
        if tag in languages.get(language, {}) or not tag.replace("-", "").isascii():
            continue
        try:
            found = str(Locale.parse(tag, sep="-")).replace("_", "-").lower()
        except (UnknownLocaleError, ValueError, TypeError):
            continue
        if tag == language:  # an alias of a language, for which Babel also guesses the territory
            found = found.rpartition("-")[0] if found.count("-") == 1 else found
        other = found.partition("-")[0]
        if other != language or (found in languages[other] and languages[other][found]):
            aliases[tag] = found
    return aliases


def main() -> None:
    """Write the table."""
    languages = collect_languages()
    names = {tag: name for tag, name in Locale("en").languages.items() if "_" not in tag}
    special = {
        "@aliases": collect_aliases(languages),
        "@currencies": dict.fromkeys(sorted(list_currencies()), ""),
        "@names": names,
    }
    lines = [
        f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=False, separators=(',', ':'), sort_keys=True)}"
        for name, value in {**special, **languages}.items()
    ]
    (ROOT / "templates" / TABLE).write_text("\n" + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
