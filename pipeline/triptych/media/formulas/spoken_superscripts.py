"""Find the words of superscripts that are not powers: marks such as primes, transposes and inverses."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import normalize

from lxml import etree

from triptych.media.formulas.row_parts import (
    BracketGroup,
    RowPart,
    get_operator_symbol,
    get_single_token,
    list_children_with_content,
)
from triptych.media.formulas.spoken_context import (
    ANGLE_KEYS,
    PRIMES,
    is_function_name,
    is_matrix_or_set,
    is_unit,
)
from triptych.media.xml_parsing import get_local_name

SIGNS = frozenset("+−-±")
_MINUS = ("−", "-")
_MARKS = {
    "*": "star", "∗": "star", "†": "†", "‡": "‡", "⊤": "transpose", "⊺": "transpose", "⊥": "perp",
    "⟂": "perp", "∁": "complement",
}  # fmt: skip


def find_superscript_words(superscript: etree._Element, base: etree._Element, kind: str) -> list[str]:
    """Return the keys of the words for a superscript that is a mark of its base, such as a prime.

    ``kind`` is the kind of the base: "function", "matrix" or another.
    """
    parts = list_children_with_content(superscript)
    signs = [get_operator_symbol(part) for part in parts]
    text = "".join(signs)
    if all(signs) and all(mark in PRIMES for mark in text):
        primes = sum(PRIMES[mark] for mark in text)
        if primes in (1, 2) and _follows_angle(base):
            return [ANGLE_KEYS["′″"[primes - 1]]]
        return ["′″‴⁗"[primes - 1]] if 1 <= primes <= 4 else []
    if len(parts) == 1:
        if text in ("∘", "°"):
            return ["○" if is_matrix_or_set(base) else "°"]
        if text in _MARKS:
            return [_MARKS[text]]
        if get_local_name(parts[0]) == "msup" and len(parts[0]) == 2:  # the inverse of a transpose
            inner, outer = (find_superscript_words(part, base, kind) for part in parts[0])
            return [*inner, *outer] if inner and outer else []
        return ["transpose"] if _is_upright_t(parts[0]) else []
    if len(parts) != 2 or signs[0] not in _MINUS or not _has_inverse(base, kind):
        return []
    if get_single_token(parts[1]) == "1":
        return ["inverse"]
    following = find_superscript_words(parts[1], base, kind)
    return ["inverse", *following] if following else []


def _follows_angle(base: etree._Element) -> bool:
    """Return whether an element is a number with a prime after an angle, as in 48° 8′ 14″."""
    scripted = base.getparent()
    if scripted is None or not get_single_token(base).isdigit():
        return False
    before = next(
        (one for one in scripted.itersiblings(preceding=True) if get_local_name(one) != "mspace"), None
    )
    mark = get_single_token(before[-1]) if before is not None and len(before) else ""
    return mark in ("∘", "°", "′")


def _has_inverse(base: etree._Element, kind: str) -> bool:
    """Return whether an element is a function, matrix or other map, whose power of -1 is an inverse."""
    is_map = kind in ("function", "matrix") or is_function_name(base) or is_matrix_or_set(base)
    return is_map and not is_unit(base)


def _is_upright_t(element: etree._Element) -> bool:
    """Return whether an element is a letter T that is not italic, as for a transpose."""
    is_upright = element.get("mathvariant", "") in ("normal", "sans-serif")
    return is_upright and normalize("NFKC", get_single_token(element)) == "T"


def is_plain_superscript(parts: Sequence[RowPart], signs: Sequence[str], base: etree._Element) -> bool:
    """Return whether a superscript is not a power: a sign, an order in brackets, text or a transposition."""
    if get_local_name(base) == "menclose" and base.get("notation") == "northeastarrow":
        return True
    if len(parts) == 1:
        only = parts[0]
        if isinstance(only, BracketGroup):
            return only.script is None and only.opening + only.closing == "()"
        name, token = get_local_name(only), get_single_token(only)
        if name == "mtext" or (name == "mo" and token):
            return True
        transposable = is_matrix_or_set(base) or get_local_name(base) == "mo"
        return normalize("NFKC", token) == "T" and transposable
    flat_pair = len(parts) == 2 and not any(isinstance(part, BracketGroup) or len(part) for part in parts)
    return flat_pair and signs[-1] in SIGNS
