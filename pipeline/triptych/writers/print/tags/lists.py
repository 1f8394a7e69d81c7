"""What lists of HTML say of their items: how they are marked, which terms and meanings make one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Marks as PDF knows them (ISO 32000-1, table 347), by list-style-type.
_NUMBERINGS = {
    "none": "None",
    "disc": "Disc",
    "circle": "Circle",
    "square": "Square",
    "lower-alpha": "LowerAlpha",
    "lower-latin": "LowerAlpha",
    "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha",
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
}


def numbering(style: Any) -> str:
    """A computed list-style-type → the ListNumbering of its list."""
    if not isinstance(style, str):
        return "None"  # marks of the style sheet's own, such as dashes, follow no scheme
    return _NUMBERINGS.get(style.removesuffix("-brackets").removesuffix("-bracket"), "Decimal")


def definitions(parent: Any) -> Iterator[tuple[Any, Any]]:
    """Each term and meaning in an element, and the first of its item: a term behind a meaning begins one."""
    first, before = None, "dd"
    for element in parent:
        if element.tag in ("dt", "dd"):
            if first is None or (element.tag == "dt" and before == "dd"):
                first = element
            before = element.tag
            yield element, first


def has_class(element: Any, tag: str, name: str) -> bool:
    """Whether there is an element, of this tag and class."""
    return element is not None and element.tag == tag and name in (element.get("class") or "").split()
