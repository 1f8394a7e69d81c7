"""Convert MathML tokens to words: letters with their case and style, numbers, symbols and accents."""

from __future__ import annotations

from unicodedata import name as name_of
from unicodedata import normalize

from lxml import etree

from triptych.languages.word_tables import FormulaWords
from triptych.media.formulas.row_parts import NEGATION, is_mathematical_alphanumeric, strip_invisible

# Accents, by the characters that TeX converters use for them.
ACCENT_NAMES = {
    mark: name
    for name, marks in {
        "hat": "^ˆ\u0302", "tilde": "~˜\u0303", "bar": "‾ˉ\u0304", "overline": "¯\u0305",
        "vector": "→⇀\u20d7",
        "left-arrow": "←\u20d6", "left-right-arrow": "↔\u20e1", "arc": "⏜\u0311", "dot": "˙.\u0307",
        "double-dot": "¨\u0308", "triple-dot": "\u20db", "quadruple-dot": "\u20dc", "check": "ˇ\u030c",
        "breve": "˘\u0306", "acute": "´\u0301", "grave": "`\u0300", "ring": "˚∘\u030a",
    }.items()
    for mark in marks
}  # fmt: skip
UNDERLINES = frozenset("_\u0332\u0331¯‾\u0304\u0305")
VECTOR_ACCENTS = frozenset("→⇀\u20d7")

DISTRIBUTED = "distributed"
"""The key of the word of the sign ∼ before a distribution."""
UNIT = "data-unit"
"""The attribute of a name that is a unit or a chemical element."""

_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", range(24), strict=True)) | {"ς": 17}
# Variants of Greek letters, as TeX has them. Of the two forms of epsilon and phi, TeX's \epsilon and \phi are
# plain, and Unicode's are the others.
_VARIANTS = frozenset("εφϑϰϱϖς")
_STYLES = {
    "BOLD": "bold",
    "DOUBLE-STRUCK": "double-struck",
    "SCRIPT": "script",
    "FRAKTUR": "fraktur",
    "BLACK-LETTER": "fraktur",
    "SANS-SERIF": "sans-serif",
    "MONOSPACE": "monospace",
}
_UNSPOKEN_STYLES_OF_WORDS = frozenset({"sans-serif", "monospace"})


def speak_letters(text: str, words: FormulaWords, variant: str = "") -> str:
    """Return a name of several letters with its style, such as "bold Var"; plain letters are a word."""
    plain = "".join(normalize("NFKC", one) if is_mathematical_alphanumeric(one) else one for one in text)
    styles = [style for style in _list_styles(text[0], variant) if style not in _UNSPOKEN_STYLES_OF_WORDS]
    return _add_styles(plain, styles, words)


def speak_character(character: str, words: FormulaWords, variant: str = "") -> str:
    """Return the spoken form of a letter, digit or symbol with its style and case, such as "script cap L".

    A symbol without a word is called by its Unicode name, which is English.
    """
    if character in words.symbols:
        return words.symbols[character]
    base = normalize("NFKC", character)
    if len(base) == 1 and base.isalnum():
        return _speak_letter(character, base, words, variant)
    plain = normalize("NFD", character)
    if plain.endswith(NEGATION):
        return words.format_pattern("not", text=speak_symbol(plain[:-1], words))
    if base in words.symbols:
        return _add_styles(words.symbols[base], _list_styles(character, variant), words)
    if character.isalnum():
        return character
    name = name_of(character, "").lower()
    return words.format_pattern("sign", name=name) if name else character


def speak_symbol(text: str, words: FormulaWords) -> str:
    """Return the word for an operator or another symbol."""
    if text in words.symbols:
        return words.symbols[text]
    if text in words.functions:
        return words.functions[text]
    if text.isalnum() and len(text) > 1:
        return text
    if len(text) == 2 and text[1] == NEGATION:
        return words.format_pattern("not", text=speak_symbol(text[0], words))
    return " ".join(speak_character(character, words) for character in text)


def speak_text(element: etree._Element) -> str:
    """Return the text of a token without invisible characters, in single spaces."""
    return " ".join(strip_invisible("".join(map(str, element.itertext()))).split())


def is_bold(element: etree._Element) -> bool:
    """Return whether a token is bold, as vectors are."""
    text = speak_text(element)
    return element.get("mathvariant", "").startswith("bold") or (
        bool(text) and "BOLD" in name_of(text[0], "") and is_mathematical_alphanumeric(text[0])
    )


def is_capital(text: str) -> bool:
    """Return whether a text is one capital letter of any style."""
    plain = normalize("NFKC", text)
    return len(plain) == 1 and plain.isupper()


def _speak_letter(character: str, base: str, words: FormulaWords, variant: str) -> str:
    lower = base.lower()
    if base == "ϴ":
        lower = "θ"
    name = words.letters[_GREEK[lower]] if lower in _GREEK else lower if base.isupper() else base
    if not base.isdigit() and _is_variant(character):
        name = words.format_pattern("variant", letter=name)
    if base.isupper() and (lower in _GREEK or words.names_capitals):
        name = words.format_pattern("capital", letter=name if lower in _GREEK else base)
    elif base.isupper():
        name = base
    return _add_styles(name, _list_styles(character, variant), words)


def _is_variant(character: str) -> bool:
    """Return whether a letter is TeX's variant of a Greek letter, in any style."""
    if not is_mathematical_alphanumeric(character):
        return character in _VARIANTS
    name = name_of(character, "")
    if "SYMBOL" in name:  # the bold letters for ϵ, ϑ, ϰ, ϕ, ϱ and ϖ
        return not name.endswith(("EPSILON SYMBOL", "PHI SYMBOL"))
    return name.endswith(("SMALL EPSILON", "SMALL PHI", "FINAL SIGMA"))


def _list_styles(character: str, variant: str) -> list[str]:
    """Return the styles of a character, from its name or from MathML's ``mathvariant``."""
    name = name_of(character, "") if normalize("NFKC", character) != character else ""
    if name and not is_mathematical_alphanumeric(character) and character < "\u2100":
        return []
    described = name or variant.upper()
    styles = [style for word, style in _STYLES.items() if word in described]
    return sorted(
        set(styles), key=["sans-serif", "monospace", "script", "fraktur", "double-struck", "bold"].index
    )


def _add_styles(name: str, styles: list[str], words: FormulaWords) -> str:
    for style in styles:
        name = words.format_pattern(style, letter=name)
    return name
