"""Footnotes that several places refer to: pandoc gives each place a copy, which must be known as one.

Before a text is read, each definition that is referred to more than once gets a mark with its name,
which goes through pandoc and is taken off again.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

MARK = "triptych-shared-note"
_REFERENCE = re.compile(r"(?<!\\)\[\^([^\s\]^]+)\](?!:)")
# A definition whose text starts on its line with a word; lists and code would not bear a mark.
_DEFINITION = re.compile(r"^( {0,3}\[\^([^\s\]^]+)\]:[ \t]+)(?=[^\W_]|[\"“‘'(*_\[$@\\])", re.MULTILINE)
_LEFT_OVER = re.compile(rf"\[\]\{{\.{MARK} key=\"[^\"]*\"\}}")


def mark_shared_notes(text: str) -> str:
    """A text with a mark in each note that is referred to more than once."""
    if "[^" not in text:
        return text
    counts = Counter(_REFERENCE.findall(text))
    shared = {name for name, count in counts.items() if count > 1 and '"' not in name}
    if not shared:
        return text

    def mark(match: re.Match[str]) -> str:
        head, name = match.groups()
        return f'{head}[]{{.{MARK} key="{name}"}}' if name in shared else head

    return _DEFINITION.sub(mark, text)


def without_marks(code: str) -> str:
    """Code in which a mark was put by mistake, since it looked like a note."""
    return _LEFT_OVER.sub("", code) if MARK in code else code


def take_key(blocks: list[Any]) -> tuple[str, list[Any]]:
    """The blocks of a note → its name, "" where one place refers to it, and its blocks without the mark."""
    first = blocks[0] if blocks else None
    if first is None or first["t"] not in ("Para", "Plain") or not first["c"]:
        return "", blocks
    head, *rest = first["c"]
    if head["t"] != "Span" or MARK not in head["c"][0][1]:
        return "", blocks
    key = dict(head["c"][0][2]).get("key", "")
    return key, [{"t": first["t"], "c": rest}, *blocks[1:]]
