"""Logical sides of a style sheet → those of a book whose lines are horizontal.

Old reading systems know ``margin-left`` but no ``margin-inline-start``,
and would show a book without margins.

Specification: CSS Logical Properties and Values Level 1.
"""

from __future__ import annotations

import re

_BOX = "margin|padding|border"
_BOTH = re.compile(rf"(?<![\w-])({_BOX})-(block|inline)\s*:\s*([^;}}]+)")
_ONE = re.compile(rf"(?<![\w-])({_BOX})-((?:block|inline)-(?:start|end))(?=[\w-]*\s*:)")
_SIZE = re.compile(r"(?<![\w-])((?:max-|min-)?)(inline|block)-size(?=\s*:)")
_LINE = re.compile(r"(?<![\w-])(text-align|float)(\s*:\s*)(?:inline-)?(start|end)(?![\w-])")
_VALUE = re.compile(r"(?:[^\s()]|\([^()]*\))+")  # a length, or a function with what is in its brackets


def physical(css: str, direction: str) -> str:
    """A style sheet without logical sides, for lines that run ``ltr`` or ``rtl``."""
    start, end = ("right", "left") if direction == "rtl" else ("left", "right")
    sides = {"block-start": "top", "block-end": "bottom", "inline-start": start, "inline-end": end}
    lines = {"start": start, "end": end}

    def both(match: re.Match[str]) -> str:
        box, axis, written = match.groups()
        values = [written.strip()] if box == "border" else _VALUE.findall(written)
        if not values:  # an author's sheet that says nothing there
            return match[0]
        first, last = f"{box}-{sides[f'{axis}-start']}", f"{box}-{sides[f'{axis}-end']}"
        return f"{first}: {values[0]}; {last}: {values[-1]}"

    css = _BOTH.sub(both, css)
    css = _ONE.sub(lambda match: f"{match[1]}-{sides[match[2]]}", css)
    css = _SIZE.sub(lambda match: match[1] + {"inline": "width", "block": "height"}[match[2]], css)
    return _LINE.sub(lambda match: match[1] + match[2] + lines[match[3]], css)
