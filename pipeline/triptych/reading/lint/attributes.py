"""Attributes in braces that pandoc reads as text: which rule they break, and how they are written rightly."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEY = r"[A-Za-z][\w:.-]*"
_TOKEN = re.compile(
    rf"""(?P<gap>[\s,;]*)(?:
      (?P<mark>[#.][^\s{{}}"'=,;]+)
    | (?P<key>{_KEY})(?P<sign>\s*=\s*)
      (?P<value>"[^{{}}]*?"|'[^{{}}]*?'|[“”„«][^“”»"]*[“”»"]|\[[^\]]*\]|(?:[^"'“”„«]|(?<=\w)')*?)
      (?=[\s,;]*(?:[#.][A-Za-z]|{_KEY}\s*=|$))
    | (?P<word>[A-Za-z][\w-]*)
    )(?=[\s,;]|$)""",
    re.VERBOSE,
)
_BARE = re.compile(r"""[^\s"'{}=<>,;“”]+""")
_QUOTES = "\"'“”„«»"
_COMMAS = "attributes are separated by spaces, not commas"
EXAMPLE = '{#id .class key="value"}'
_SHOWN = 120  # characters of what is written rightly


@dataclass(frozen=True, slots=True)
class AttributeMistake:
    """What is wrong with attributes, and how to write them, "" where that is too long to show."""

    reason: str
    corrected: str


def explain_attributes(braces: str, closed: bool) -> AttributeMistake | None:
    """Why pandoc does not read braces as attributes; None where nothing is known to be wrong."""
    inner = braces.removeprefix("{").removesuffix("}").strip()
    parts: list[str] = []
    reasons: list[str] = []
    place = 0
    while place < len(inner):
        token = _TOKEN.match(inner, place)
        if token is None:
            return None
        if token["gap"].strip():
            reasons.append(_COMMAS)
        if token["word"]:
            if not parts:
                return None  # as in {r setup}
            reasons.append(f"`{token['word']}` needs a leading dot or a value")
            parts.append(f".{token['word']}")
        else:
            parts.append(token["mark"] or _pair(token["key"], token["sign"], token["value"], reasons))
        place = token.end()
        while inner[place : place + 1] in (",", ";"):
            reasons.append(_COMMAS)
            place += 1
    if not closed:
        reasons.append("the closing brace is missing")
    corrected = "{" + " ".join(parts) + "}"
    if not reasons:
        return None
    return AttributeMistake(reasons[0], corrected if len(corrected) <= _SHOWN else "")


def _pair(key: str, sign: str, value: str, reasons: list[str]) -> str:
    """An attribute as it should be written."""
    bare = value.strip().strip(_QUOTES).strip()
    quoted = value[:1] in ('"', "'") and value[-1:] == value[:1]
    if quoted and value[0] in re.sub(r"\\.", "", value[1:-1]):
        reasons.append(f"the value of `{key}` contains an unescaped quotation mark")
        bare = value[1:-1]
    elif quoted:
        if sign != "=":
            reasons.append(f"there is a space next to the equals sign of `{key}`")
        return f"{key}={value}"
    elif value and value[0] in _QUOTES:
        reasons.append(f"the value of `{key}` is in typographic quotation marks")
    elif not _BARE.fullmatch(bare):
        reasons.append(f"the value of `{key}` needs quotation marks")
    elif sign != "=":
        reasons.append(f"there is a space next to the equals sign of `{key}`")
    if _BARE.fullmatch(bare) and value[0] not in _QUOTES:
        return f"{key}={bare}"
    quote = "'" if '"' in bare else '"'
    return f"{key}={quote}{bare}{quote}"
