"""The atoms of a row of mathematics, and the space that TeX puts between two of them.

Typst knows the same classes and sets the same spaces (The TeXbook, chapter 18), but it sets none beside a
space that is written out, where TeX adds both, and has no class for dots.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from triptych.media.formulas.row_parts import is_big

Kind: TypeAlias = Literal["ord", "op", "bin", "rel", "open", "close", "punct", "inner", "grown", "space"]

_ORDER = ("ord", "op", "bin", "rel", "open", "close", "punct", "inner")
# Spaces in eighteenths of an em, a row for what stands before; capitals are left out in scripts.
_UNITS = {"0": 0, "t": 3, "T": 3, "M": 4, "K": 5}
_SPACES = ("0tMK000T", "tt0K000T", "MM00M00M", "KK00K00K", "00000000", "0tMK000T", "TT0TTTTT", "TtMKT0TT")
_OPERANDS = ("ord", "close", "inner", "grown")  # what a sign between two things follows
_BINARY = frozenset("+−±∓×÷⋅∗⋆∘∙•∩∪⊎⊓⊔∨∧∖≀⋄△▽◃▹⊕⊖⊗⊘⊙◯†‡⨿⊲⊳⊴⊵")
_PUNCTUATION = frozenset(",;")
# Classes of Typst; it gives most signs the one that they have here by itself.
_CLASSES = {"ord": "normal", "bin": "binary", "rel": "relation", "open": "opening", "close": "closing"}


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of a row in Typst's notation; a space has a ``width`` in em and no text.

    To TeX what stands in ``grown`` brackets is ``inner`` as dots are. Authors take away the space that it has
    for that where they see it, as before an argument; so it has some only beside a space that is written out,
    another one, or a fraction.
    """

    text: str
    kind: Kind = "ord"
    width: float = 0.0


def kind_of(sign: str) -> Kind:
    """The class of an operator that nothing else is known of."""
    if (len(sign) > 1 and sign.isalpha()) or is_big(sign):
        return "op"
    if sign in _PUNCTUATION:
        return "punct"
    if sign in _BINARY:
        return "bin"
    return "rel" if sign.isalpha() or sign == ":" or unicodedata.category(sign[-1]) in ("Sm", "So") else "ord"


def classed(sign: str, kind: Kind) -> str:
    """A sign in Typst's notation that is surely of a class."""
    return f'class("{_CLASSES[kind]}", {sign})' if kind in _CLASSES else sign


def joined(atoms: Sequence[Atom], *, script: bool, continued: bool = False) -> str:
    """A row of atoms in Typst's notation; one that is ``continued`` goes on with another row."""
    pieces: list[str] = []
    before = Atom("") if continued else None
    width = 0.0 if continued else None
    for atom in atoms:
        if atom.kind == "space":
            width = (width or 0.0) + atom.width
            continue
        text = atom.text
        if before is not None and (width is not None or _is_inner(before, atom)):
            width = (width or 0.0) + _space(before, atom, script=script)
            if atom.kind == "bin":  # after a space Typst takes a sign for that of a number
                text = classed(text, "bin" if before.kind in _OPERANDS else "ord")
        pieces += [blank(width)] if width is not None and (width or pieces) else []
        pieces.append(text)
        before, width = atom, None
    pieces += [blank(width)] if width else []
    return spaced(pieces)


def spaced(pieces: Sequence[str]) -> str:
    """Pieces side by side. Beside code a blank would be seen, which ends by itself; elsewhere it is not."""
    out = ""
    for piece in pieces:
        code = piece.startswith("#") or out.endswith(";")
        out += piece if code or not out else f" {piece}"
    return out


def blank(width: float) -> str:
    """A space in Typst's notation; ``width`` is in em."""
    return f"#h({round(width, 3) + 0.0:g}em);"


def _is_inner(before: Atom, after: Atom) -> bool:
    """Whether two atoms have a space that Typst does not know of."""
    if "inner" in (before.kind, after.kind) or _meets_bar(before, after):
        return True
    return after.kind == "grown" and (before.kind == "grown" or before.text.startswith("frac("))


def _meets_bar(before: Atom, after: Atom) -> bool:
    """Whether a bar, which is no bracket to TeX, follows a sum or a name."""
    return before.kind == "op" and after.kind == "open" and after.text.startswith("class(")


def _space(before: Atom, after: Atom, *, script: bool) -> float:
    kinds = (before.kind, "ord" if _meets_bar(before, after) else after.kind)
    row, column = (_ORDER.index("inner" if kind == "grown" else kind) for kind in kinds)
    unit = _SPACES[row][column]
    return 0.0 if script and unit.isupper() else _UNITS[unit] / 18
