"""Language tags: what BCP 47 (RFC 5646) calls one, and what people write in its place."""

from __future__ import annotations

import re
from functools import cache

from triptych.diagnostics import Diagnostic, Span
from triptych.languages.word_tables import tags

# RFC 5646, 2.1. Primary subtags of five to eight letters are allowed there, but none is registered.
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}"  # language, extended language
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"  # script, region
    r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*"  # variants
    r"(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z\d]{1,8})+)?"  # private use after the language
    r"|x(?:-[a-z\d]{1,8})+"  # private use alone
    r"|i-[a-z]{3,8}|sgn-(?:be-fr|be-nl|ch-de)|en-gb-oed|zh-min)",  # grandfathered
    re.IGNORECASE,
)

# Countries that are taken for their languages; no language is called so.
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
# What languages are called here and there; other names are those of Unicode CLDR.
_NAMES = {"ngerman": "de", "norsk": "nb", "norwegian": "nb"}


def primary(tag: str) -> str:
    """The language of a tag without script and region: ``en`` for ``en-GB``."""
    return tag.partition("-")[0].lower()


def is_language_tag(tag: str) -> bool:
    """Whether a tag is well-formed, and no country's code in place of a language's."""
    return (
        bool(_TAG.fullmatch(tag))
        and tag.lower() not in _COUNTRIES
        and not re.search(r"-uk\b", tag, re.IGNORECASE)
    )


def meant_tag(text: str) -> str | None:
    """The tag that someone meant by a language's name, a country's code or a locale such as ``en_GB``."""
    plain = re.split(r"[.@]", text.strip())[0].replace("_", "-").replace(" ", "-")
    named = plain.casefold()
    if not named:  # all names of languages take their time
        return None
    if tag := _COUNTRIES.get(named) or ("" if is_language_tag(plain) else _tag_of(named)):
        plain = tag
    plain = re.sub(r"-uk\b", "-GB", plain, flags=re.IGNORECASE)
    return plain if is_language_tag(plain) else None


def _tag_of(name: str) -> str:
    """The tag of a language by its name in English or, if it has labels, in its own; "" of no language."""
    return _NAMES.get(name) or _english_names().get(name) or _own_names().get(name, "")


@cache
def _english_names() -> dict[str, str]:
    from babel import Locale

    return {name.casefold(): tag for tag, name in Locale("en").languages.items() if "_" not in tag}


@cache
def _own_names() -> dict[str, str]:
    from babel import Locale

    labelled = (tag for tag in tags("labels.yaml") if tag in _english_names().values())
    return {Locale(tag).languages[tag].casefold(): tag for tag in labelled}


def tag_problem(tag: str, span: Span | None) -> Diagnostic | None:
    """ACC010 where a language is named by something else than a tag; "" names none."""
    if not tag or is_language_tag(tag):
        return None
    meant = meant_tag(tag)
    hint = (
        f"write `{meant}`" if meant else "write a language and optionally a region, such as `en` or `en-GB`"
    )
    return Diagnostic(
        code="ACC010", span=span, message=f'"{tag[:40]}" is not a valid language tag', hint=hint
    )
