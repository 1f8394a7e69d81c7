"""A formula as one line of Unicode text, such as ``x² + y₁ ≤ √2``, from presentation MathML.

It is for places that can hold nothing but text: titles, table cells, notes, and what older programs
show instead of a native equation. The notation is that of handwriting on one line: ``a/b``, ``x_max``,
``∑_(i=1)^n``, rows of a matrix between semicolons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from lxml import etree

from triptych.media.formulas.row_parts import ACCENTS, is_alphabet, is_bare, is_big, scripts_around, visible
from triptych.media.xml_names import local_name

_RAISED = dict(zip("0123456789+−-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+−-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))
_PRIMES = "′″‴⁗'"
_ROOTS = {"2": "√", "3": "∛", "4": "∜"}
_BRACES = "⏞⏟⏜⏝⎴⎵︷︸"  # they only embrace what the label under them is about
_OPENING, _CLOSING, _PUNCTUATION, _BARS = "([{⟨⌈⌊⟦", ")]}⟩⌉⌋⟧!", ",;:", "|‖∥"
_TIGHT = "/∕⁄.…⋯⋮⋱′″‴°%∂∇∀∃∄¬√#$@&?"  # marks without spaces around them
_OPERANDS = ("word", "row", "scripted", "fraction", "root", "text")
_ONE_THING = re.compile(r"[∂d]?[^\W\d_]|\d+")
_LONGEST = 72  # characters that are read at a glance


@dataclass(frozen=True, slots=True)
class Linear:
    """The line; ``clear`` unless its brackets are too many, or its rows too long, to be read."""

    text: str
    clear: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text of one node. ``kind`` decides the spaces around it; a ``whole`` one needs no brackets."""

    text: str
    kind: str = "word"
    whole: bool = True


@cache
def linear(mathml: str) -> Linear:
    """MathML (MathML Core and TeX's additions to it) → a line of text."""
    root = etree.fromstring(mathml.encode())
    text = " ".join(_line(root).text.split())
    return Linear(text, len(text) <= _LONGEST and _is_flat(root))


def _is_flat(root: Any) -> bool:
    """Whether nothing in a formula is built of parts that are themselves built of parts."""
    for element in root.iter():
        match local_name(element):
            case "mtable" if len(element) > 1:
                return False
            case "mfrac" if is_bare(element):
                return False
            case "mfrac" | "msqrt" | "mroot" if any(
                local_name(inner) in ("mfrac", "mroot", "msqrt") for inner in element.iterdescendants()
            ):
                return False
            case "mo" if (element.text or "").strip() in _BRACES and element.text:
                return False
    return True


def _line(element: Any) -> _Piece:
    """One MathML element → text."""
    name = local_name(element)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(element)
    if name in ("mi", "mn", "mo", "ms", "mtext"):
        return _token(name, element)
    if name in ("annotation", "annotation-xml", "mphantom", "none", "mprescripts", ""):
        return _Piece("")
    if name == "semantics":
        return _line(element[0]) if len(element) else _Piece("")
    if name == "mspace":
        return _Piece(" ", "space")
    return _row([_line(part) for part in element])


def _token(name: str, element: Any) -> _Piece:
    written = "".join(element.itertext())
    text = visible("".join(map(_plain_letter, written)))
    if name == "mtext":
        return _Piece(text.replace("\u00a0", " "), "text")
    text = text.strip()
    if name == "mi" and len(text) > 1 and text.isalpha():
        return _Piece(text, "function")
    if name != "mo" or not text:
        return _Piece(text, "word" if text else "nothing")
    return _Piece(text, _operator_kind(text, element))


def _plain_letter(character: str) -> str:
    """Letters of the mathematical alphabets (U+1D400 to U+1D7FF), which few fonts have, made plain."""
    return unicodedata.normalize("NFKC", character) if is_alphabet(character) else character


def _operator_kind(text: str, element: Any) -> str:
    form = element.get("form", "")
    if text in _BARS and form in ("prefix", "postfix"):
        return "open" if form == "prefix" else "close"
    if text in _OPENING:
        return "open"
    if text in _CLOSING:
        return "close"
    if text in _PUNCTUATION:
        return "punctuation"
    if text in _TIGHT or text in _BARS:
        return "mark"
    if text.isalpha():
        return "function"
    return "big" if is_big(text) else "operator"


def _row(pieces: Sequence[_Piece]) -> _Piece:
    """Pieces side by side, with the spaces that their kinds want."""
    shown = [piece for piece in pieces if piece.text]
    if len(shown) == 1:
        return shown[0]
    out = ""
    before: _Piece | None = None
    for place, piece in enumerate(shown):
        after = shown[place + 1] if place + 1 < len(shown) else None
        text = piece.text
        if piece.kind == "operator" and after is not None:
            unary = before is None or before.kind in ("operator", "open", "punctuation", "big")
            text = text if unary and text in "+−-±∓¬" else f" {text} "
        elif piece.kind == "operator":
            text = f" {text}" if before is not None and text not in "+−*∗†" else text
        elif piece.kind == "punctuation":
            text += " "
        elif before is not None and _needs_space(before, piece):
            text = f" {text}"
        out += text
        before = piece
    text = re.sub(" {2,}", " ", out).replace(" ,", ",").strip(" ")
    return _Piece(text, "row", _is_enclosed(text))


def _needs_space(before: _Piece, piece: _Piece) -> bool:
    """Whether two pieces would be taken for one word: not so two letters, as in 2xy."""
    if before.kind == "big":
        return True
    if piece.kind in ("function", "big"):
        return before.kind not in ("open", "operator", "mark")
    if before.kind == "function":
        return piece.kind != "open"
    if "fraction" in (before.kind, piece.kind) or before.kind == "root":
        return before.kind in _OPERANDS and piece.kind in _OPERANDS
    scripted = before.kind == "scripted" and before.text[-1:].isalpha() and piece.text[:1].isalnum()
    return scripted and piece.kind in ("word", "row", "scripted", "text")


def _is_enclosed(text: str) -> bool:
    """Whether one pair of brackets holds all of a text."""
    if len(text) < 2 or text[0] not in "([{" or text[-1] not in ")]}":
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            return place == len(text) - 1
    return False


def _bracketed(piece: _Piece) -> str:
    """A part of a construct: in brackets unless it is one thing."""
    text = piece.text.strip()
    if not text:
        return ""
    word = piece.kind != "factor" and re.fullmatch(r"\w+", text)
    return text if piece.whole or word else f"({text})"


def _parts(element: Any) -> list[_Piece]:
    return [_line(part) for part in element if local_name(part)]


def _fraction(element: Any) -> _Piece:
    above, below = _parts(element)
    if is_bare(element):
        return _Piece(f"{above.text} ¦ {below.text}", "row", False)
    # A product needs brackets under the stroke, since in a/bc it is not plain how far the stroke reaches.
    compound = above.kind == "fraction" or " " in above.text.strip()
    over = f"({above.text})" if compound and not above.whole else above.text
    under = below.text if _ONE_THING.fullmatch(below.text) else _bracketed(replace(below, kind="factor"))
    return _Piece(f"{over}/{under}", "fraction", False)


def _root(element: Any) -> _Piece:
    if local_name(element) == "msqrt":
        return _Piece("√" + _bracketed(_row(_parts(element))), "root")
    base, degree = _parts(element)
    sign = _ROOTS.get(degree.text) or f"{_script(degree, _RAISED, '')}√"
    return _Piece(sign + _bracketed(base), "root")


def _script(piece: _Piece, alphabet: dict[str, str], mark: str) -> str:
    """A raised or lowered text in characters that are so by themselves, else behind ``^`` or ``_``."""
    compact = re.sub(r"\s", "", piece.text)
    if not compact:
        return ""
    if all(character in _PRIMES for character in compact):
        return compact
    if all(character in alphabet for character in compact):
        return "".join(alphabet[character] for character in compact)
    return mark + _bracketed(_Piece(compact if len(compact) < 8 else piece.text, "row", piece.whole))


def _scripted(base: _Piece, below: _Piece | None, above: _Piece | None) -> _Piece:
    text = base.text if base.kind in ("big", "function") else _bracketed(base)
    text += _script(below, _LOWERED, "_") if below else ""
    text += _script(above, _RAISED, "^") if above else ""
    kind = base.kind if base.kind in ("big", "function", "operator", "close") else "scripted"
    return _Piece(text, kind)


def _scripts(element: Any) -> _Piece:
    match local_name(element), _parts(element):
        case (("msub" | "munder"), [base, below]):
            return _scripted(base, below, None)
        case (("msup" | "mover"), [base, above]):
            return _scripted(base, None, above)
        case _, [base, below, above]:
            return _scripted(base, below, above)
    return _row(_parts(element))


def _over_and_under(element: Any) -> _Piece:
    base, *marks = _parts(element)
    for mark in marks:
        sign = mark.text.strip()
        if sign in _BRACES and sign:
            return base
        if sign in ACCENTS and len(marks) == 1 and base.kind != "operator":
            if len(base.text) == 1:
                return _Piece(base.text + ACCENTS[sign])
            if sign in "¯‾_\u0305\u0332\u0304":
                line = "\u0332" if sign in "_\u0332" else "\u0305"
                return _Piece("".join(letter + line for letter in base.text))
    return _scripts(element)


def _table(element: Any) -> _Piece:
    """Rows between semicolons; cells between commas, but for those that only line up an equation."""
    rows = []
    for row in element:
        cells = [cell for cell in row if local_name(cell) == "mtd"]
        aligned = any("padding" in (cell.get("style") or "") for cell in cells)
        pieces = [_row(_parts(cell)) for cell in cells]
        rows.append(
            _row([_as_operand(piece) for piece in pieces]).text
            if aligned
            else ", ".join(piece.text for piece in pieces if piece.text)
        )
    return _Piece("; ".join(row for row in rows if row), "row", False)


def _as_operand(piece: _Piece) -> _Piece:
    """A cell that begins with a relation keeps its distance from the cell before it."""
    first = piece.text[:1]
    begins = bool(first) and not first.isalnum() and first not in _OPENING + _TIGHT + "√−"
    return _Piece(f" {piece.text}" if begins else piece.text, piece.kind, piece.whole)


def _prescripted(element: Any) -> _Piece:
    after, before = (
        "".join(_script(_line(p), (_LOWERED, _RAISED)[n % 2], "_^"[n % 2]) for n, p in enumerate(scripts))
        for scripts in scripts_around(element)
    )
    return _Piece(before + _bracketed(_line(element[0])) + after, "scripted")


def _fenced(element: Any) -> _Piece:
    inner = ", ".join(piece.text for piece in _parts(element))
    return _Piece(f"{element.get('open', '(')}{inner}{element.get('close', ')')}")


_SPECIAL: dict[str, Callable[[Any], _Piece]] = {
    "mfrac": _fraction,
    "msqrt": _root,
    "mroot": _root,
    "msub": _scripts,
    "msup": _scripts,
    "msubsup": _scripts,
    "munder": _over_and_under,
    "mover": _over_and_under,
    "munderover": _over_and_under,
    "mtable": _table,
    "mmultiscripts": _prescripted,
    "mfenced": _fenced,
}
