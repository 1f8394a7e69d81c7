"""Single signs of a formula in words: identifiers, numbers, operators, texts."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import name as name_of
from unicodedata import normalize

from lxml import etree

from triptych.languages.word_tables import FormulaWords
from triptych.media.formulas.row_parts import is_alphabet, visible
from triptych.media.xml_names import local_name

_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", range(24), strict=True)) | {"ς": 17}
_STYLES = {
    "DOUBLE-STRUCK": "double-struck",
    "SCRIPT": "script",
    "FRAKTUR": "fraktur",
    "BLACK-LETTER": "fraktur",
}
_VARIANTS = {"double-struck": "double-struck", "script": "script", "fraktur": "fraktur", "bold": "bold"}


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a part. ``size`` is 0 for one sign, 1 for one with marks or scripts, 2 for more.

    ``kind`` says what it is where others depend on it: operator, function, operand.
    """

    text: str
    size: int = 0
    kind: str = "operand"


def sign(element: etree._Element, words: FormulaWords) -> Said:
    """An identifier, number, operator or text → words."""
    name = local_name(element)
    text = visible("".join(map(str, element.itertext())))
    text = " ".join(text.split())
    if not text or name in ("mtext", "ms"):  # words in sans serif are letters of an alphabet of symbols
        plain = "".join(normalize("NFKC", one) if is_alphabet(one) else one for one in text)
        return Said(plain, 0 if " " not in text else 2)
    if name == "mi" and len(text) > 1:
        if text in words.functions:
            return Said(words.functions[text], 0, "function")
        if text.isalpha():
            letters = " ".join(_letter(character, words) for character in text)
            return Said(letters if any(map(is_alphabet, text)) else text, 0, "function")
    if name == "mn":
        return Said(text)
    if len(text) == 1 and text.isalpha() and text not in words.symbols:
        return Said(_letter(text, words, element.get("mathvariant", "")))
    return Said(symbol(text, words), 0, "operand" if name == "mi" else "operator")


def symbol(text: str, words: FormulaWords) -> str:
    """The word for a sign, or the sign where there is none."""
    if text in words.symbols:
        return words.symbols[text]
    plain = normalize("NFD", text)
    if plain.endswith("\u0338"):
        return words.say("not", text=symbol(plain[:-1], words))
    return words.functions.get(text, text)


def _letter(character: str, words: FormulaWords, variant: str = "") -> str:
    """A letter with its alphabet: "script L", "capital gamma"."""
    if character in words.symbols:
        return words.symbols[character]
    plain = normalize("NFKC", character)
    name = words.letters[_GREEK[plain.lower()]] if plain.lower() in _GREEK else plain
    if name != plain and plain.isupper():
        name = words.say("capital", letter=name)
    kind = name_of(character, "") if plain != character else ""
    style = next((style for word, style in _STYLES.items() if word in kind), "")
    style = style or ("bold" if "BOLD" in kind else _VARIANTS.get(variant, ""))
    return words.say(style, letter=name) if style else name
