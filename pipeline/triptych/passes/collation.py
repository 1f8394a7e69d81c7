"""The order of words in glossary and index, as a reader of the language looks for them.

Letters with marks sort with their base letter, but where a language counts them as letters of their own
(Unicode Technical Standard 10 calls this tailoring); there ``_LETTERS`` gives their place.
"""

from __future__ import annotations

import unicodedata
from functools import cache

# Letters of their own, each after the base letter or letters named.
_LETTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "sv": (("z", "åäö"),),
    "fi": (("z", "åäö"),),
    "da": (("z", "æøå"),),
    "nb": (("z", "æøå"),),
    "no": (("z", "æøå"),),
    "es": (("n", "ñ"),),
    "pl": (
        ("a", "ą"),
        ("c", "ć"),
        ("e", "ę"),
        ("l", "ł"),
        ("n", "ń"),
        ("o", "ó"),
        ("s", "ś"),
        ("z", "źż"),
    ),
    "cs": (("c", "č"), ("r", "ř"), ("s", "š"), ("z", "ž")),
    "tr": (("c", "ç"), ("g", "ğ"), ("h", "ı"), ("o", "ö"), ("s", "ş"), ("u", "ü")),
    "uk": (("г", "ґ"), ("е", "є"), ("и", "ії")),
}
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"  # under which Korean lists syllables
_EXPANDED = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th"}

Key = tuple[tuple[int, ...], str]


def sort_key(text: str, language: str) -> Key:
    """Text → a key to sort by: letters and figures in order, then the text itself to tell equals apart."""
    own = _own_letters(language.partition("-")[0].lower())
    places: list[int] = []
    for character in _lowered(text, language):
        places += own.get(character) or _base(character)
    return tuple(places), text


def first_letter(text: str, language: str) -> str:
    """The letter under which an index lists a text, as a capital; "" for figures and signs."""
    own = _own_letters(language.partition("-")[0].lower())
    for character in _lowered(text, language):
        if not character.isalnum():
            continue
        if character.isdigit():
            return ""
        if character in own:
            return character.upper()
        base = unicodedata.normalize("NFD", _EXPANDED.get(character, character))[0]
        if "\u1100" <= base <= "\u1112":
            return _CONSONANTS[ord(base) - 0x1100]
        if unicodedata.category(base) == "Lo" and unicodedata.east_asian_width(base) == "W":
            return ""  # ideographs have no alphabet
        return "İ" if base == "i" and language.partition("-")[0] == "tr" else base.upper()
    return ""


def _lowered(text: str, language: str) -> str:
    if language.partition("-")[0].lower() == "tr":
        text = text.replace("I", "ı").replace("İ", "i")
    return unicodedata.normalize("NFC", text).lower()


@cache
def _own_letters(primary: str) -> dict[str, list[int]]:
    """Letters of their own → a place between the base letter that they follow and the next."""
    return {
        letter: [ord(base) * 8 + place]
        for base, letters in _LETTERS.get(primary, ())
        for place, letter in enumerate(letters, 1)
    }


def _base(character: str) -> list[int]:
    """A letter or figure by its base; spaces before all letters; marks and punctuation not at all."""
    if character.isspace() or character == "-":
        return [1]
    expanded = unicodedata.normalize("NFD", _EXPANDED.get(character, character))
    return [ord(part) * 8 for part in expanded if part.isalnum()]
