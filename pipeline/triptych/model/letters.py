"""Recognise the parts of a letter, such as the salutation, by their classes.

These classes also work outside letters, for example to sign a preface.
"""

from __future__ import annotations

from dataclasses import replace

from triptych.model.nodes import Attr, IndexMark, Inline, LineBreak, Note, Phrase, SoftBreak

LETTER = "letter"
"""The class of a block quotation that is a letter."""
DATELINE = "dateline"
"""The class of a letter's line with place and date."""

_OPENING_CLASSES = frozenset(("recipient", "salutation"))
_CLOSING_CLASSES = frozenset((DATELINE, "valediction", "sender", "signature"))
PARTS = _OPENING_CLASSES | _CLOSING_CLASSES | {"postscript"}


def list_letter_parts(attr: Attr) -> tuple[str, ...]:
    """Return the letter parts among the classes of ``attr``."""
    return tuple(name for name in attr.classes if name in PARTS)


def get_letter_line_kind(content: tuple[Inline, ...]) -> str:
    """Return "letter-start" or "letter-end" if a line consists only of parts of a letter; otherwise ""."""
    if not content or not isinstance(content[0], Phrase):
        return ""
    names: set[str] = set()
    for node in content:
        parts = list_letter_parts(node.attr) if isinstance(node, Phrase) else ()
        if not parts and not isinstance(node, SoftBreak | LineBreak | Note | IndexMark):
            return ""
        names.update(parts)
    return "letter-end" if names <= _CLOSING_CLASSES else "letter-start" if names <= _OPENING_CLASSES else ""


def keep_letter_line_breaks(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Convert the soft breaks in an address or a signature to forced line breaks."""
    return tuple(map(_force_line_breaks, content)) if get_letter_line_kind(content) else content


def _force_line_breaks(node: Inline) -> Inline:
    if isinstance(node, Phrase):
        return replace(node, content=tuple(map(_force_line_breaks, node.content)))
    return LineBreak() if isinstance(node, SoftBreak) else node
