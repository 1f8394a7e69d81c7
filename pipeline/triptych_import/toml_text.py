"""Parse TOML of untrusted sources, with limits on its length and on the parts of its keys."""

from __future__ import annotations

import re
import tomllib
from typing import Any

MAX_CHARACTERS = 100_000
MAX_KEY_PARTS = 20  # of a dotted key; time and memory of the parser grow quadratically
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_KEY_PARTS}}}")


class MalformedTomlError(Exception):
    """Raised if a text is not valid TOML or exceeds a limit. ``line`` is 1-based."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def load_toml(text: str) -> dict[str, Any]:
    """Parse a TOML document. Raise ``MalformedTomlError`` for a syntax error, or if it exceeds a limit."""
    if len(text) > MAX_CHARACTERS:
        message = f"the TOML text has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}"
        raise MalformedTomlError(message)
    if key := _LONG_KEY.search(text):
        message = f"a key has more than {MAX_KEY_PARTS} parts"
        raise MalformedTomlError(message, text.count("\n", 0, key.start()) + 1)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedTomlError(str(error)) from None
