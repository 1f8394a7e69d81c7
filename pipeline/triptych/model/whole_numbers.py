"""Parse whole numbers in attributes."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"[0-9]{1,9}")


def parse_whole_number(text: str) -> int | None:
    """Parse up to nine plain digits; return None for any other text.

    Python itself also counts "²" among digits, which is no number then, and refuses thousands of them.
    """
    return int(text) if _WRITTEN.fullmatch(text) else None
