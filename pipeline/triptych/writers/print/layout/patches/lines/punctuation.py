"""Punctuation: marks that hang over the ends of lines, and the blank halves of full-width marks.

Light marks at the ends of a line hang over its edge a little, so that the edge looks straight. A full-width
bracket, comma or stop is half ink and half blank. Where two of them meet, one blank is enough
(W3C, Requirements for Japanese Text Layout, 3.1.2, and for Chinese, 3.1.6). The faces know such forms by the
OpenType feature ``halt``; styles can't name characters for a feature, so that it is done in the layouts of
WeasyPrint. Where a text ends and the next is in another element, the marks get an element of their own
(``autospace``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

# Full-width marks of Chinese and Japanese: one half of each is ink, the other blank.
OPENING = "「『（［｛〈《【〔〖"
CLOSING = "、。，．」』）］｝〉》】〕〗"

# Shares of their own width by which marks hang over the end and the start of a line.
_AT_END = {
    **dict.fromkeys(".,", 0.6),
    **dict.fromkeys("-\u2010", 0.5),
    **dict.fromkeys("’”'\"", 0.5),
    **dict.fromkeys(":;", 0.35),
    **dict.fromkeys("»›", 0.4),
    **dict.fromkeys("–", 0.25),
    **dict.fromkeys("—", 0.15),
    **dict.fromkeys("!?)", 0.15),
    **dict.fromkeys(CLOSING, 0.5),
}
_AT_START = {
    **dict.fromkeys("‘“'\"", 0.5),
    **dict.fromkeys("‚„", 0.6),
    **dict.fromkeys("«‹", 0.4),
    **dict.fromkeys("(", 0.15),
    **dict.fromkeys(OPENING, 0.5),
}

_OPENING, _CLOSING = f"{OPENING}“‘", f"{CLOSING}”’"
_MEETING = re.compile(f"[{_CLOSING}](?=[{_CLOSING}{_OPENING}])|(?<=[{_OPENING}])[{_OPENING}]")
_CLOSING_TAIL, _OPENING_HEAD = re.compile(f"[{_CLOSING}]+\\Z"), re.compile(f"[{_OPENING}]+")
_MARKS = frozenset(_OPENING + _CLOSING)
_WIDE = re.compile("[\u3000-\u303f\uff00-\uffef]")


def hangs_at_end(character: str) -> float:
    """The share of a character's width that hangs over the end of a line."""
    return _AT_END.get(character, 0.0)


def hangs_at_start(character: str) -> float:
    """The share of a character's width that hangs over the start of a line."""
    return _AT_START.get(character, 0.0)


def squeezed(text: str) -> list[int]:
    """The places of characters that are set without their blank half."""
    return [match.start() for match in _MEETING.finditer(text)] if _WIDE.search(text) else []


def squeezed_at_ends(before: str, text: str, after: str) -> tuple[int, int]:
    """How many marks at the start and at the end of a text are set so for the characters beside it.

    ``before`` and ``after`` are these, "" where the line begins or ends.
    """
    start = end = 0
    if before and before in _OPENING and (run := _OPENING_HEAD.match(text)) and _WIDE.search(before + run[0]):
        start = len(run[0])
    if after and after in _MARKS and (run := _CLOSING_TAIL.search(text)) and _WIDE.search(run[0] + after):
        end = len(run[0])
    return start, end


def set_text(set_plain: Callable[..., None]) -> Callable[..., None]:
    """The marks of a layout's text that meet are squeezed."""

    def set_squeezed_text(self: Any, text: str, justify: bool = False) -> None:
        set_plain(self, text, justify)
        _squeeze(self)

    return set_squeezed_text


def _squeeze(layout: Any) -> None:
    """Set the marks of a layout's text that meet without their blank halves."""
    if not (found := squeezed(layout.text)):
        return
    from weasyprint.text.ffi import ffi, pango

    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for place in found:
        attribute = pango.pango_attr_font_features_new(b"halt 1")
        attribute.start_index = len(layout.text[:place].encode())
        attribute.end_index = len(layout.text[: place + 1].encode())
        pango.pango_attr_list_insert(attributes, attribute)  # beside others, which other layouts may share
    pango.pango_layout_set_attributes(layout.layout, attributes)
