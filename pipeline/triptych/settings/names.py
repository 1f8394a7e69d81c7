"""Names as ids and files can have them."""

from __future__ import annotations

import re
import unicodedata


def file_part(profile: str) -> str:
    """A profile's name as part of a file's: letters of any script, digits, and what joins them."""
    return re.sub(r"[^\w.-]+", "-", profile).strip(".-")


def slug(text: str) -> str:
    """ASCII words joined by hyphens, letters without their accents; "" where the text has none."""
    return "-".join(re.findall("[a-z0-9]+", bare_letters(text.replace("’", "").replace("'", "").lower())))


def bare_letters(text: str) -> str:
    """Letters of Latin alphabets without their accents, as they are read: ``cómo`` → ``como``."""
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(char for char in apart if not unicodedata.combining(char))


# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
