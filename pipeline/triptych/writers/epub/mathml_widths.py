"""Estimate the widths of formulas, to decide where they are too wide for a page.

The widths are those of common mathematical fonts to about a tenth: readers may choose another font.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from lxml import etree

from triptych.media.formulas.markers import INTERTEXT
from triptych.media.formulas.row_parts import classify_operator, is_large_operator, strip_invisible

_NARROW, _WIDE = frozenset("fijlrstI|.,:;!'()[]∣/"), frozenset("mwMWHNQ𝑚𝑤𝔐")
_LETTER, _SIGN = 0.5, 0.65  # em
_SCRIPT_SIZE = 0.72
_COLUMN_GAP = 0.8  # em, the padding of cells
_SPACES = {"rel": 0.56, "bin": 0.45, "punct": 0.17, "op": 0.33}
_LENGTH = re.compile(r"(-?\d[\d.]*+)em")


def measure_element(element: etree._Element) -> float:
    """Return the estimated width of an element, in em of its font size."""
    match element.tag:
        case "mi" | "mn" | "mtext" | "ms":
            wider = 1.2 if element.get("class") in ("sans", "mono") else 1.0
            return _measure_text(element.text or "") * wider
        case "mo":
            return _measure_operator(element)
        case "mspace":
            return _parse_length(element.get("width") or element.get("style", "").partition(":")[2])
        case "mtable":
            return _measure_table(element)
    if element.get("class") == INTERTEXT:  # wraps at the width of the page
        return 0.0
    parts = [measure_element(child) for child in element]
    match element.tag:
        case "mphantom" | "mpadded" if _LENGTH.match(element.get("width", "")):
            return _parse_length(element.get("width", ""))
        case "msub" | "msup" | "msubsup":
            return sum(parts[:1]) + _SCRIPT_SIZE * max(parts[1:], default=0.0)
        case "mmultiscripts":
            return sum(parts[:1]) + _SCRIPT_SIZE * sum(parts[1:]) / 2
        case "munder" | "mover" | "munderover":
            return max((*parts[:1], *(_SCRIPT_SIZE * part for part in parts[1:])), default=0.0)
        case "mfrac":
            return (
                max(parts, default=0.0) * (_SCRIPT_SIZE if "small" in element.get("class", "") else 1.0) + 0.2
            )
        case "msqrt":
            return sum(parts) + 0.8
        case "mroot":
            return sum(parts[:1]) + 1.0
    scale = {"script": 0.72, "script-script": 0.56}.get(element.get("class", ""), 1.0)
    boxed = 0.6 if "box" in element.get("class", "").split() else 0.0
    return sum(parts) * scale + boxed


def _measure_table(table: etree._Element) -> float:
    """Return the sum of the widths of a table's columns with their padding."""
    rows = [[measure_element(cell) for cell in row] for row in table]
    columns = max(map(len, rows), default=0)
    widths = [max((row[at] for row in rows if at < len(row)), default=0.0) for at in range(columns)]
    gaps = columns / 2 if "aligned" in table.get("class", "").split() else columns
    return sum(widths) + _COLUMN_GAP * gaps


def _measure_operator(element: etree._Element) -> float:
    sign = strip_invisible(element.text or "").strip()
    if not sign:
        return _parse_length(element.get("rspace", ""))
    own = 1.0 if is_large_operator(sign) else _measure_text(sign)
    has_spaces = element.get("form") not in ("prefix", "postfix") and element.get("lspace") != "0"
    return own + (_SPACES.get(classify_operator(sign), 0.0) if has_spaces else 0.0)


@lru_cache(maxsize=4096)
def _measure_text(text: str) -> float:
    return sum(map(_measure_character, text))


def _measure_character(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0.0
    if character in _NARROW:
        return 0.32
    if character in _WIDE:
        return 0.8
    if character == " " or character == "\u00a0":
        return 0.25
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character.isalnum():
        return 0.62 if character.isupper() else _LETTER
    return _SIGN


def _parse_length(written: str) -> float:
    found = _LENGTH.match(written)
    return float(found[1]) if found else 0.0
