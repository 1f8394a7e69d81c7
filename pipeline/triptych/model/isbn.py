"""Parse and check International Standard Book Numbers (ISO 2108)."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import pairwise

URN = "urn:isbn:"
_NO_CHECK = "the check digit does not match the other digits"


def parse_isbn(text: str) -> str:
    """Return the 13 digits of an ISBN with 10 or 13 digits, with or without hyphens or spaces.

    If it is invalid, raise ``ValueError`` with the reason.
    """
    digits = re.sub(r"[\s\u00ad\u2010-\u2013-]", "", text).upper()
    if re.fullmatch(r"\d{9}[\dX]", digits):
        if _compute_check_digit_10(digits[:9]) != digits[9]:
            raise ValueError(_NO_CHECK)
        stem = f"978{digits[:9]}"
        return stem + _compute_check_digit_13(stem)
    if not re.fullmatch(r"97[89]\d{10}", digits):
        count = f"; this number has {len(digits)}" if digits.isdigit() and len(digits) not in (10, 13) else ""
        raise ValueError(f"an ISBN has 10 digits, or 13 digits that start with 978 or 979{count}")
    if _compute_check_digit_13(digits[:12]) != digits[12]:
        raise ValueError(_NO_CHECK)
    return digits


def _compute_check_digit_10(stem: str) -> str:
    rest = -sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), stem, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def _compute_check_digit_13(stem: str) -> str:
    return str(-sum((1, 3)[place % 2] * int(digit) for place, digit in enumerate(stem)) % 10)


def explain_isbn(text: str, reason: str) -> dict[str, str]:
    """Return the ``reason`` why an ISBN is invalid, and a ``hint`` for correcting it, in a dictionary."""
    hint = "check the ISBN against the number that the ISBN agency issued"
    swapped = _find_valid_transpositions(text)
    if len(swapped) == 1:
        hint += f"; two neighbouring digits may be swapped: {swapped[0]}"
    elif reason != _NO_CHECK:
        hint = "write all 10 or 13 digits, such as 978-3-16-148410-0"
    return {"reason": f'"{text[:60]}" is not a valid ISBN: {reason}', "hint": hint}


def _find_valid_transpositions(text: str) -> list[str]:
    """Return the valid ISBNs that result from swapping two adjacent digits of ``text``."""
    places = [place for place, character in enumerate(text) if character.isdigit()]
    if not 9 <= len(places) <= 13:  # the check digit may be an X
        return []
    valid = []
    for first, second in pairwise(places):
        if text[first] != text[second]:
            characters = list(text)
            characters[first], characters[second] = characters[second], characters[first]
            with suppress(ValueError):
                parse_isbn(swapped := "".join(characters))
                valid.append(swapped)
    return valid
