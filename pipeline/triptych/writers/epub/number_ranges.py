"""Ranges of numbers stay on one line: reading systems may end it behind the dash."""

from __future__ import annotations

import re

_DASH = "\u2013"
# What holds no elements of XHTML, or is shown as it was written.
_ELSEWHERE = r"<(svg|math|pre|code|title)\b(?:(?!</\1>).)*+</\1>"
_NUMBER = r"\d(?:[.,]?\d){0,6}"
_RANGE = re.compile(
    rf"{_ELSEWHERE}|<[^>]*>|(?<![\d{_DASH}])({_NUMBER}{_DASH}{_NUMBER})(?![\d{_DASH}])", re.DOTALL
)


def with_ranges_kept(xhtml: str) -> str:
    """XHTML whose ranges of short numbers, such as 2010–24, are not broken, and are found as they were."""
    if _DASH not in xhtml:
        return xhtml
    return _RANGE.sub(lambda m: f'<span class="kept">{m[0]}</span>' if m[2] else m[0], xhtml)
