"""Find the characters of mathematical alphabets (Unicode, U+1D400 to U+1D7FF and earlier letters)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# The values of ``mathvariant`` in the names of characters.
_STYLES = {
    "bold": "BOLD", "italic": "ITALIC", "bold-italic": "BOLD ITALIC", "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT", "fraktur": "FRAKTUR", "bold-fraktur": "BOLD FRAKTUR",
    "double-struck": "DOUBLE-STRUCK", "sans-serif": "SANS-SERIF", "bold-sans-serif": "SANS-SERIF BOLD",
    "sans-serif-italic": "SANS-SERIF ITALIC", "sans-serif-bold-italic": "SANS-SERIF BOLD ITALIC",
    "monospace": "MONOSPACE",
}  # fmt: skip
_SCRIPT_NAMES = re.compile(r"^(?:LATIN|GREEK) |(?:LETTER|LUNATE) ")


@cache
def find_variant(character: str, variant: str) -> str:
    """Return a letter or digit in the alphabet of a ``mathvariant``, or as it is if the alphabet lacks it."""
    style = _STYLES.get(variant)
    if style is None:
        return character
    if (character, variant) == ("h", "italic"):
        return "\N{PLANCK CONSTANT}"
    name = _SCRIPT_NAMES.sub("", unicodedata.name(character, ""))
    for prefix in (f"MATHEMATICAL {style}", style.replace("FRAKTUR", "BLACK-LETTER")):
        try:
            return unicodedata.lookup(f"{prefix} {name}")
        except KeyError:
            continue
    return character
