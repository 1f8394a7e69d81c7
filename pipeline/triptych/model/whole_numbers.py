"""Parse whole numbers in attribute values."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"[0-9]{1,9}")


def parse_whole_number(text: str) -> int | None:
    """Parse up to nine ASCII digits as an integer. Return None for any other string.

    ``str.isdigit`` accepts "²", which ``int`` rejects, and ``int`` fails for strings of thousands of digits.
    """
    return int(text) if _WRITTEN.fullmatch(text) else None
