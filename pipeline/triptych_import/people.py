"""Names of several people in one text → a name each."""

from __future__ import annotations

import re

_AND = re.compile(r"\s+(?:and|und|y|et|e|en|og|och)\s+|\s*&\s*|\s*[、，]\s*")
# "A, MD" and "B, Jr." are one person each; "Lovelace, Ada" is one too.
_BELONGS = re.compile(r"(?:Jr|Sr|Ph\.? ?D|M\.?D|MSc|MBA|Inc|Ltd|LLC|GmbH|e\.V|II|III|IV)\.?", re.IGNORECASE)


def names(text: str) -> tuple[str, ...]:
    """``A, B and C`` → three names; ``Surname, Name`` stays one."""
    text = " ".join(text.split())
    if re.search("[;；]", text):  # then commas stand in names
        return tuple(name.strip() for name in re.split("[;；]", text) if name.strip())
    parts = [part.strip(" ,") for part in _AND.split(text)]
    out: list[str] = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",")]
        out += _joined(pieces) if _is_list(pieces, alone=len(parts) == 1) else [part]
    return tuple(name for name in out if name)


def _is_list(pieces: list[str], *, alone: bool) -> bool:
    """Whether commas stand between people, not between the name of one and the rest of it."""
    people = [piece for piece in pieces if not _BELONGS.fullmatch(piece)]
    if len(people) < 2:
        return False
    return len(people) > 2 or not alone or all(" " in piece for piece in people)


def _joined(pieces: list[str]) -> list[str]:
    out: list[str] = []
    for piece in pieces:
        if out and _BELONGS.fullmatch(piece):
            out[-1] = f"{out[-1]}, {piece}"
        else:
            out.append(piece)
    return out
