"""Validate, guess and interpret language tags (BCP 47, RFC 5646)."""

from __future__ import annotations

import re
from functools import cache
from itertools import takewhile
from pathlib import Path

from triptych.diagnostics import Diagnostic, Span
from triptych.languages.cldr import load_english_names, load_locale
from triptych.languages.word_tables import list_tags

# RFC 5646, 2.1, also allows primary subtags of five to eight letters, but none is registered.
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}"  # language, extended language
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"  # script, region
    r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*"  # variants
    r"(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z\d]{1,8})+)?"  # private use after the language
    r"|x(?:-[a-z\d]{1,8})+"  # only private use
    r"|i-[a-z]{3,8}|sgn-(?:be-fr|be-nl|ch-de)|en-gb-oed|zh-min)",  # grandfathered
    re.IGNORECASE,
)

# Country codes that users write instead of a language code; none of them is a language code.
_COUNTRIES = {
    "cn": "zh",
    "cz": "cs",
    "dk": "da",
    "gb": "en-GB",
    "gr": "el",
    "il": "he",
    "ir": "fa",
    "jp": "ja",
    "pk": "ur",
    "rs": "sr",
    "ua": "uk",
    "us": "en-US",
    "vn": "vi",
}
# Names of languages that are missing from Unicode CLDR.
_NAMES = {"ngerman": "de", "norsk": "nb", "norwegian": "nb"}


def get_primary_subtag(tag: str) -> str:
    """Return the language subtag of a tag, such as ``en`` for ``en-GB``."""
    return tag.partition("-")[0].lower()


def is_language_tag(tag: str) -> bool:
    """Return whether a language tag is well-formed. Country codes such as ``gb`` or ``us`` are rejected."""
    return (
        bool(_TAG.fullmatch(tag))
        and tag.lower() not in _COUNTRIES
        and not re.search(r"-uk\b", tag, re.IGNORECASE)
    )


def guess_tag(text: str) -> str | None:
    """Guess the tag for a language name, a country code or a locale such as ``en_GB``, or return None."""
    plain = re.split(r"[.@]", text.strip())[0].replace("_", "-").replace(" ", "-")
    folded_name = plain.casefold()
    if not folded_name:
        return None
    if tag := _COUNTRIES.get(folded_name) or ("" if is_language_tag(plain) else _find_tag(folded_name)):
        plain = tag
    plain = re.sub(r"-uk\b", "-GB", plain, flags=re.IGNORECASE)
    return plain if is_language_tag(plain) else None


def _find_tag(name: str) -> str:
    """Return the tag of a language by its English name, or by its native name if it has labels, or ""."""
    return _NAMES.get(name) or _load_english_names().get(name) or _load_native_names().get(name, "")


@cache
def _load_english_names() -> dict[str, str]:
    return {name.casefold(): tag for tag, name in load_english_names().items()}


@cache
def _load_native_names() -> dict[str, str]:
    locales = filter(None, map(load_locale, list_tags("labels.yaml")))
    return {locale.own_name.casefold(): locale.language for locale in locales if not locale.territory}


def report_invalid_tag(tag: str, span: Span | None) -> Diagnostic | None:
    """Return an ACC010 finding for an invalid language tag, or None for a valid or empty one."""
    if not tag or is_language_tag(tag):
        return None
    hint = "write a language and optionally a region, such as `en` or `en-GB`"
    if guess := guess_tag(tag):
        hint = f"write `{guess}`"
    message = f'"{tag[:40]}" is not a valid language tag'
    return Diagnostic(code="ACC010", span=span, message=message, hint=hint)


_RTL_SCRIPTS = frozenset("arab aran hebr syrc thaa nkoo adlm mand samr rohg".split())
_RTL_LANGUAGES = frozenset("ar fa he ur yi ps sd ug ckb dv ks iw ji arz azb syr arc glk lrc mzn nqo".split())
_VERTICAL = frozenset("zh ja ko".split())
_HORIZONTAL = frozenset("latn cyrl arab".split())  # for example pinyin and romaji

# Characters without spaces between words: Han, kana, bopomofo, their punctuation and full-width forms, but
# not Hangul.
UNSPACED = (
    "\u2e80-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003fffd"
)


def get_script_subtag(language: str) -> str:
    """Return the script subtag of a tag in lower case, such as "hant", or "" if it has none."""
    subtags = language.lower().split("-")
    return next((subtag for subtag in subtags[1:3] if len(subtag) == 4 and subtag.isalpha()), "")


@cache
def get_text_direction(language: str) -> str:
    """Return "rtl" for a language written from right to left, else "ltr"."""
    script = get_script_subtag(language)
    rtl = script in _RTL_SCRIPTS if script else get_primary_subtag(language) in _RTL_LANGUAGES
    return "rtl" if rtl else "ltr"


def has_vertical_lines(language: str) -> bool:
    """Return whether a language can be set vertically: Chinese, Japanese or Korean in its own script."""
    return get_primary_subtag(language) in _VERTICAL and get_script_subtag(language) not in _HORIZONTAL


# Languages whose spine text runs from bottom to top.
_SPINE_UP = frozenset(
    "de fr es it pt ca gl eu pl cs sk hu ro ru uk be bg sr hr bs sl mk el lt lv et tr".split()
)


def has_upward_spine(language: str) -> bool:
    """Return whether spine text runs from bottom to top, as in most of continental Europe."""
    return get_primary_subtag(language) in _SPINE_UP


@cache
def _load_library_codes() -> dict[str, str]:
    """Load the mapping of ISO 639-1 codes to ISO 639-2/B codes."""
    _, *lines = Path(__file__).with_name("library_codes.txt").read_text("ascii").splitlines()
    codes = " ".join(lines).split()
    return dict(zip(codes[::2], codes[1::2], strict=True))


def get_library_code(tag: str) -> str:
    """Return the ISO 639-2/B code of a BCP 47 tag, which library catalogues use."""
    language = get_primary_subtag(tag)
    return _load_library_codes().get(language, language)


def get_script_and_country(tag: str) -> tuple[str, str]:
    """Return the ISO 15924 script code and the ISO 3166 country code of a tag, each "" if missing."""
    parts = list(takewhile(lambda part: len(part) > 1, tag.split("-")[1:]))  # extensions begin with a letter
    script = next((part for part in parts if len(part) == 4 and part.isalpha()), "")
    country = next((part for part in parts if len(part) == 2), "")
    return script.capitalize(), country.upper()
