"""The words that formulas are read out in, by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from triptych.languages.customs import fallbacks
from triptych.languages.word_tables import entries

# Signs that are read as others are.
_ALIKE = {
    "-": "−", "⋅": "·", "∗": "*", "∕": "/", "⁄": "/", "∶": ":", "~": "∼", "\\": "∖", "'": "′", "∣": "|",
    "⋯": "…", "...": "…", ":=": "≔", "≝": "≔", "⩽": "≤", "⩾": "≥", "∊": "∈", "⟶": "→", "⇀": "→",
    "⟵": "←", "⟷": "↔", "⟹": "⇒", "⟸": "⇐", "⟺": "⇔", "⟼": "↦", "⇋": "⇌",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """Words of one language: ``letters`` are the names of α to ω, ``symbols`` and ``functions`` are by what
    is written, ``fractions`` by "1/2", ``patterns`` by what they say, with names of parts in braces.
    """

    letters: tuple[str, ...]
    symbols: Mapping[str, str]
    functions: Mapping[str, str]
    fractions: Mapping[str, str]
    patterns: Mapping[str, str]

    def say(self, pattern: str, **parts: str) -> str:
        """A pattern with its parts."""
        return self.patterns[pattern].format(**parts)


@cache
def load_formula_words(language: str) -> FormulaWords | None:
    """The words of a language, by the longest part of its tag that the table has; None without words."""
    table = entries("formula-words.yaml", fallbacks(language))
    entry = next((table[tag] for tag in fallbacks(language) if tag in table), None)
    if entry is None:
        return None
    symbols = dict(entry["symbols"])
    symbols |= {sign: symbols[like] for sign, like in _ALIKE.items()}
    letters = tuple(entry["letters"].split())
    return FormulaWords(letters, symbols, entry["functions"], entry["fractions"], entry["patterns"])
