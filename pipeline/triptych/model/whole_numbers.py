"""Parse whole numbers in attribute values."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9]{1,9}")


def parse_whole_number(text: str) -> int | None:
    """Parse up to nine ASCII digits as an integer; return None for any other string.

    ``str.isdigit`` accepts "²", which ``int`` rejects, and ``int`` fails for strings of thousands of digits.
    """
    return int(text) if _DIGITS.fullmatch(text) else None
