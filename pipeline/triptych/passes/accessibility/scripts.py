"""Which letters a language is written with. Scripts are named as in ISO 15924."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from triptych.languages.language_tags import primary

LATIN = "Latn"
SCRIPT_NAMES = {
    "Arab": "Arabic",
    "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Grek": "Greek",
    "Hang": "Korean",
    "Hani": "Chinese",
    "Hebr": "Hebrew",
    "Kana": "Japanese",
    "Latn": "Latin",
    "Thai": "Thai",
}

# Letters of each script, by the blocks of Unicode that hold them; Kana are both kinds.
_LETTERS = {
    "Arab": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c7\ufb50-\ufdfb\ufe70-\ufefc",
    "Cyrl": "\u0400-\u052f\u1c80-\u1c88\u2de0-\u2dff\ua640-\ua69f",
    "Deva": "\u0904-\u0939\u0958-\u0961\u0972-\u097f",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Hang": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "Hani": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f",
    "Hebr": "\u05d0-\u05f2\ufb1d-\ufb4f",
    "Kana": "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "Latn": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "Thai": "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46",
}
_RUN = re.compile("|".join(f"(?P<{script}>[{letters}]+)" for script, letters in _LETTERS.items()))

# Languages of one script or of several; those that are not here are not judged.
_LANGUAGES = {
    "Latn": "af ca cs cy da de en eo es et eu fi fil fo fr ga gl hr hu id is it la lb lt lv mi ms mt nb nl nn"
    " no oc pl pt rm ro sk sl sq sv sw tl tr vi zu",
    "Arab": "ar fa ps ur",
    "Cyrl": "be bg kk ky mk mn ru tg uk",
    "Deva": "hi mr ne sa",
    "Grek": "el grc",
    "Hebr": "he yi",
    "Hani": "zh yue lzh",
    "Hang Hani": "ko",
    "Hani Kana": "ja",
    "Thai": "th",
    "Cyrl Latn": "sr bs uz az",
}
_SCRIPTS = {
    language: frozenset(scripts.split())
    for scripts, names in _LANGUAGES.items()
    for language in names.split()
}
_SUBTAGS = {"hans": "Hani", "hant": "Hani", "jpan": "Hani Kana", "kore": "Hang Hani"}


def scripts_of(tag: str) -> frozenset[str]:
    """The scripts that a language is written with, as its tag says or as is usual; empty where unknown."""
    for subtag in tag.lower().split("-")[1:]:
        if len(subtag) == 4 and subtag.isalpha():
            script = _SUBTAGS.get(subtag) or (subtag.title() if subtag.title() in _LETTERS else "")
            return frozenset(script.split())
    return _SCRIPTS.get(primary(tag), frozenset())


@cache
def letters_of_others(scripts: frozenset[str]) -> re.Pattern[str]:
    """A letter of any script but these."""
    return re.compile(f"[{''.join(letters for name, letters in _LETTERS.items() if name not in scripts)}]")


def scripts_in(text: str) -> dict[str, int]:
    """How many letters of each script a text has; digits, marks and letters of other scripts are none."""
    counts: dict[str, int] = {}
    for script, run in _runs(text):
        counts[script] = counts.get(script, 0) + len(run)
    return counts


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for match in _RUN.finditer(text):
        yield str(match.lastgroup), match.group()
