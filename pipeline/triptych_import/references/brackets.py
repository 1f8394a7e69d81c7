"""Square brackets of a text: which belong together, and where labels of links stand in them."""

from __future__ import annotations

import re
from typing import NamedTuple

from triptych_import.markdown.headings import folded

_BRACKET = re.compile(r"[\[\]]")
_USE = re.compile(r"\[([^\[\]]+)\](\[\])?(?![\[(:])")
_FULL_USE = re.compile(r"\]\[([^\[\]]+)\]")
_FAR = 5000  # characters between two that belong together


class Use(NamedTuple):
    """Where a label is used: start and end of the whole, end of the shown text, whether it is ``[a][b]``."""

    start: int
    end: int
    shown: int
    full: bool


def matched(masked: str) -> dict[int, int]:
    """The places of closing brackets, each with that of the opening one that it belongs to."""
    out: dict[int, int] = {}
    waiting: list[int] = []
    for match in _BRACKET.finditer(masked):
        if match.group() == "[":
            waiting.append(match.start())
        elif waiting and match.start() - (start := waiting.pop()) < _FAR:
            out[match.start()] = start
    return out


def uses(text: str, masked: str, brackets: dict[int, int]) -> dict[str, list[Use]]:
    """The uses of all labels of a text; ``brackets`` are those that belong together."""
    out: dict[str, list[Use]] = {}
    for match in _FULL_USE.finditer(masked):
        start = brackets.get(match.start())
        if start is not None:
            use = Use(start, match.end(), match.start(), True)
            out.setdefault(folded(text[slice(*match.span(1))]), []).append(use)
    for match in _USE.finditer(masked):
        if masked[match.start() - 1 : match.start()] != "]":
            use = Use(match.start(), match.end(), match.end(1), False)
            out.setdefault(folded(text[slice(*match.span(1))]), []).append(use)
    return out
