"""Sort glossary terms and index entries by the rules of the language.

Letters with diacritics sort with their base letter, unless ``_EXTRA_LETTERS`` lists them as separate letters
of the language (tailoring in Unicode Technical Standard 10). Simplified Chinese is sorted by pinyin, by the
syllable of each character and then by tone, as in Unicode CLDR.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.extras import get_install_command
from triptych.languages.language_tags import get_primary_subtag, get_script_subtag
from triptych.languages.word_tables import iter_fallback_tags

# Letters that a language treats as separate, with the base letter that they follow in the alphabet.
_EXTRA_LETTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "sv": (("z", "åäö"),),
    "fi": (("z", "åäö"),),
    "da": (("z", "æøå"),),
    "nb": (("z", "æøå"),),
    "no": (("z", "æøå"),),
    "es": (("n", "ñ"),),
    "pl": (("a", "ą"), ("c", "ć"), ("e", "ę"), ("l", "ł"), ("n", "ń"), ("o", "ó"), ("s", "ś"), ("z", "źż")),
    "cs": (("c", "č"), ("r", "ř"), ("s", "š"), ("z", "ž")),
    "tr": (("c", "ç"), ("g", "ğ"), ("h", "ı"), ("o", "ö"), ("s", "ş"), ("u", "ü")),
    "uk": (("г", "ґ"), ("е", "є"), ("и", "ії")),
}
_HANGUL_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"  # index letters of Korean syllables
_EXPANDED = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th"}

_TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo")  # sorted by stroke count
_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+")
_U_UMLAUT_KEY = 8  # ü follows u: after all tones and before all letters

SortKey = tuple[tuple[int, ...], str]


def make_sort_key(text: str, language: str) -> SortKey:
    """Return the sort key of ``text``: weights of letters and digits, then the text as a tie-break."""
    alphabet = _get_extra_letter_weights(get_primary_subtag(language))
    lowercase_text = _to_lower(text, language)
    syllables = _read_pinyin(lowercase_text, language)
    places: list[int] = []
    for place, character in enumerate(lowercase_text):
        if place in syllables:
            places += (*_make_syllable_key(syllables[place]), ord(character))
        else:
            places += alphabet.get(character) or _make_base_key(character)
    return tuple(places), text


def report_missing_pinyin(texts: Iterable[tuple[str, Span | None]], language: str) -> Iterator[Diagnostic]:
    """Report ENV003 at the first Chinese text if sorting needs the pinyin package and it is missing."""
    if not _is_sorted_by_pinyin(language) or find_spec("pypinyin"):
        return
    for text, span in texts:
        if _HAN.search(text):
            message = (
                f'sorting Chinese text such as "{text}" by pinyin requires a package that is not installed'
            )
            yield Diagnostic(code="ENV003", span=span, message=message, hint=get_install_command("cjk"))
            return


def get_index_letter(text: str, language: str) -> str:
    """Return the capital letter under which an index lists ``text``, or "" for digits and symbols."""
    alphabet = _get_extra_letter_weights(get_primary_subtag(language))
    lowercase_text = _to_lower(text, language)
    syllables = _read_pinyin(lowercase_text, language)
    for place, character in enumerate(lowercase_text):
        if not character.isalnum():
            continue
        if place in syllables:
            return syllables[place][0].upper()
        if character.isdigit():
            return ""
        if character in alphabet:
            return character.upper()
        base = unicodedata.normalize("NFD", _EXPANDED.get(character, character))[0]
        if "\u1100" <= base <= "\u1112":
            return _HANGUL_INITIALS[ord(base) - 0x1100]
        if unicodedata.category(base) == "Lo" and unicodedata.east_asian_width(base) == "W":
            return ""  # other ideographs have no index letter
        return "İ" if base == "i" and get_primary_subtag(language) == "tr" else base.upper()
    return ""


def _to_lower(text: str, language: str) -> str:
    if get_primary_subtag(language) == "tr":
        text = text.replace("I", "ı").replace("İ", "i")
    return unicodedata.normalize("NFC", text).lower()


def _read_pinyin(text: str, language: str) -> dict[int, str]:
    """Map the indices of Chinese characters in ``text`` to their pinyin, such as "lv3".

    A character's pinyin depends on the word. The result is empty if the language is not sorted by pinyin.
    """
    if not _is_sorted_by_pinyin(language) or not find_spec("pypinyin"):
        return {}
    syllables_by_place: dict[int, str] = {}
    for run in _HAN.finditer(text):
        from pypinyin import Style, lazy_pinyin  # slow, since it loads dictionaries

        syllables = lazy_pinyin(
            run[0],
            style=Style.TONE3,
            neutral_tone_with_five=True,
            errors=list,  # type: ignore[arg-type]  # unknown characters are returned unchanged, one by one
        )
        if len(syllables) == len(run[0]):
            syllables_by_place |= {
                place: syllable
                for place, syllable in enumerate(syllables, run.start())
                if syllable[0].isascii()
            }
    return syllables_by_place


def _is_sorted_by_pinyin(language: str) -> bool:
    tags = set(iter_fallback_tags(language))
    return (
        "zh" in tags and get_script_subtag(language) in ("", "hans") and not tags.intersection(_TRADITIONAL)
    )


def _make_syllable_key(syllable: str) -> list[int]:
    """Return the weights of a pinyin syllable. Tones sort before letters, so that "xi" precedes "xian"."""
    letters = [
        [ord("u") * 8, _U_UMLAUT_KEY] if character == "v" else [ord(character) * 8]
        for character in syllable
        if character.isalpha()
    ]
    tone = int(syllable[-1]) if syllable[-1].isdigit() else 5
    return [*(place for letter in letters for place in letter), 1 + tone]


@cache
def _get_extra_letter_weights(primary: str) -> dict[str, list[int]]:
    """Return the weights of a language's separate letters, which sort directly after their base letter."""
    return {
        letter: [ord(base) * 8 + place]
        for base, letters in _EXTRA_LETTERS.get(primary, ())
        for place, letter in enumerate(letters, 1)
    }


def _make_base_key(character: str) -> list[int]:
    """Return the weights of a character's base letters. Spaces sort before letters; punctuation has none."""
    if character.isspace() or character == "-":
        return [1]
    expanded = unicodedata.normalize("NFD", _EXPANDED.get(character, character))
    return [ord(part) * 8 for part in expanded if part.isalnum()]
