"""Find forms of letters that must be distinguished in the formulas of a book that is read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Variants of Greek letters, with the letters that they can be confused with.
PLAIN_LETTERS = {"ε": "ϵ", "φ": "ϕ", "ϑ": "θ", "ϰ": "κ", "𝜘": "κ", "ϱ": "ρ", "𝜚": "ρ"}
_ITALIC = re.compile("<mi>([A-Za-z])</mi>")
# A letter in text, or an upright letter before a bracket, after a number if it is a unit.
_UPRIGHT = re.compile(
    r"(</m(?:n|sup)>(?:<mspace[^>]*>(?:</mspace>)?)*)?"
    r'<m(?:text[^>]*>(?=.</mtext>)|i mathvariant="normal">(?=.</mi>(?:<mo>\u2061</mo>)?<mo[^>]*>[(\[]))'
    "([A-Za-cf-hj-z])<"  # not d, e and i
)


@dataclass(frozen=True, slots=True)
class LetterVariants:
    """Forms of letters that are spoken or not spoken since a book has or lacks other forms of them.

    ``plain_variants`` contains variants of letters, such as "ε", that are called by the name of the letter.
    ``upright`` contains the letters that are called upright if they are, since they are also italic.
    """

    plain_variants: str = ""
    upright: frozenset[str] = frozenset()


def find_letter_variants(formulas: Iterable[str]) -> LetterVariants:
    """Find the forms of letters that must be distinguished in the formulas of a book, in MathML."""
    texts = list(formulas)
    used = set().union(*texts)
    plain = "".join(variant for variant, letter in PLAIN_LETTERS.items() if letter not in used)
    italic = {letter for text in texts for letter in _ITALIC.findall(text)}
    upright = {letter for text in texts for number, letter in _UPRIGHT.findall(text) if not number}
    return LetterVariants(plain, frozenset(italic & upright))
