"""Split text into sentences, and count words as spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from triptych.languages.language_tags import UNSPACED, get_primary_subtag

_CLOSING = "\"')\\]”’»›“‘"  # quotation marks and brackets that may follow a full stop
_END = re.compile(
    rf"(?<![.!?…;])[.!?…;]++(?<!;)[{_CLOSING}]*+(?=\s|$)"
    r"|[。！？｡]+[」』”’）】〉》]*"
    rf"|[।॥۔؟።։]+[{_CLOSING}]*"
)
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]++$")
_SIGN = re.compile(f"(?=\\w)[{UNSPACED}]")
_SPACED = re.compile(rf"(?<![^\s{UNSPACED}])(?:(?!\w)[^\s{UNSPACED}])*+(?=[^{UNSPACED}])\w[^\s{UNSPACED}]*+")
_COUNT = re.compile(r"(?:^|[\s(])\d{1,2}$")
# Abbreviations with a full stop, and words that are abbreviations only before a number.
_ABBREVIATIONS = frozenset(
    "vs cf ca al dr mr mrs ms prof st mt jr inc ltd corp resp incl excl etc bzw vgl usw evtl ggf inkl sog "
    "hrsg bijv enz mme mlle sra dott sig aprox approx obr tzv tzn atd napr напр др англ".split()
)
_ABBREVIATIONS_BEFORE_NUMBERS = frozenset(
    "fig figs eq eqs tab no nos nr vol vols ch chap sec pp pg ed art bd kap abb abs gl env núm pág págs cap "
    "pag blz afb rys str č рис табл гл стр см jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
# Languages that write ordinal numbers with a full stop.
_ORDINAL_STOPS = frozenset("de da nb nn no fi cs sk pl hu hr sl sr et lv lt is tr".split())


def find_sentence_ends(text: str, language: str = "") -> Iterator[int]:
    """Yield the end offset of each sentence, including the space after it.

    A full stop after an initial, an abbreviation or an ordinal number does not end a sentence, and neither
    does any mark before a lower-case letter.
    """
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        while end < len(text) and text[end].isspace():
            end += 1
        if end < len(text) and _is_sentence_end(text, match, text[end], language):
            yield end
            start = end
    if start < len(text):
        yield len(text)


@lru_cache(maxsize=1 << 17)  # the same sentences are counted repeatedly
def count_spoken_words(text: str) -> int:
    """Return the number of words in ``text``. In scripts without spaces, two characters count as one word."""
    return len(_SPACED.findall(text)) + (len(_SIGN.findall(text)) + 1) // 2


def split_sentences(text: str, language: str = "") -> list[str]:
    """Split a string into sentences, each with the space that follows it."""
    sentence_ends = list(find_sentence_ends(text, language))
    return [text[start:end] for start, end in zip([0, *sentence_ends], sentence_ends, strict=False)]


def _is_sentence_end(text: str, match: re.Match[str], next_character: str, language: str) -> bool:
    if next_character.islower():
        return False
    if not match.group().startswith(".") or match.group().startswith(".."):
        return True
    before = text[max(0, match.start() - 20) : match.start()]
    if _COUNT.search(before):
        return get_primary_subtag(language) not in _ORDINAL_STOPS
    word = _WORD.search(before)
    if word is None:
        return True
    name = word.group()
    if len(name) == 1 and ord(name) < 0x250:  # an initial
        return False
    if name.lower() in _ABBREVIATIONS:
        return False
    return not (
        name.lower() in _ABBREVIATIONS_BEFORE_NUMBERS and (next_character.isdigit() or next_character in "([")
    )
