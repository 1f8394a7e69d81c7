"""Justified lines of Chinese, Japanese and Thai: where the room goes that is left, or lacking.

WeasyPrint widens spaces alone, and these scripts have few or none. Room is added first at spaces, then
between Eastern and Western characters, then between Eastern ones, as much as is hardly seen, and what is
still left at all of these places; but none behind an opening mark or before a closing one. Where room is
lacking, spaces and gaps give some, and marks of their blank halves (W3C, Requirements for Japanese Text
Layout, 3.8, and for Chinese, 3.2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from triptych.languages.customs import UNSPACED
from triptych.writers.print.layout.patches.lines.punctuation import CLOSING, OPENING, squeezed

ROOMS = "triptych_rooms"  # what is kept with the engine's texts: room behind a character, by its byte

_THAI = "\u0e01-\u0e4e\u0e81-\u0ecd"  # with Lao
_EASTERN = re.compile(f"[{UNSPACED}]")
_SPREAD = re.compile(f"[{UNSPACED}{_THAI}]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_VOWELS_BEHIND = "\u0e33\u0eb3"  # part of the letter before them, as marks over it are
_SPACES = " \u00a0"
_NO_ROOM_BEHIND = frozenset(f"{OPENING}“‘([{{")
_NO_ROOM_BEFORE = frozenset(f"{CLOSING}”’)]}}，；：！？；：,.;:!?%‰℃°・·ー々…‥—")
_SQUEEZED = frozenset("、，」』）］｝〉》】〕〗")  # whose blank half is behind them
_TOGETHER = frozenset("…‥—")


class Gap(NamedTuple):
    """A place in a line where room can be added or taken, in em: as much as is hardly seen, and at most.

    A gap with no ``stretch`` is never widened.
    """

    stretch: float
    shrink: float
    order: int  # which gaps are widened first


_NONE = Gap(0.0, 0.0, 0)
_SPACE = Gap(0.12, 0.05, 0)
_BETWEEN_SCRIPTS = Gap(0.1, 0.08, 1)
_BETWEEN_CHARACTERS = Gap(0.05, 0.0, 2)
_OPENING_MARK = Gap(0.05, 0.25, 2)
_CLOSING_MARK = Gap(0.05, 0.25, 2)
_SQUEEZED_ONLY = Gap(0.0, 0.25, 2)


def spreads(text: str) -> bool:
    """Whether room goes between the characters of a line: Korean has spaces, whatever Han stands in it."""
    return bool(_SPREAD.search(text)) and not _HANGUL.search(text)


def gap(before: str, after: str, *, is_tight: bool = False) -> Gap:
    """The gap between two characters of such a line; a mark that ``is_tight`` has lost its blank half."""
    if before in _SPACES:
        return _SPACE
    if after in _SPACES:
        return _NONE
    shuts = before in _SQUEEZED and not is_tight
    if before in _NO_ROOM_BEHIND or after in _NO_ROOM_BEFORE or (before in _TOGETHER and after in _TOGETHER):
        return _SQUEEZED_ONLY if shuts and after not in _NO_ROOM_BEFORE else _NONE
    first, second = _SPREAD.match(before), _SPREAD.match(after)
    if first and second:
        if _belongs_to_last(after):
            return _NONE
        opens = after in OPENING
        return _CLOSING_MARK if shuts else _OPENING_MARK if opens else _BETWEEN_CHARACTERS
    if first or second:
        return _CLOSING_MARK if shuts else _BETWEEN_SCRIPTS
    return _NONE


def gaps_of(text: str) -> list[Gap]:
    """The gaps between the characters of a text."""
    tight = set(squeezed(text))
    return [gap(a, b, is_tight=place in tight) for place, (a, b) in enumerate(pairwise(text))]


def _belongs_to_last(character: str) -> bool:
    return character in _VOWELS_BEHIND or unicodedata.category(character) == "Mn"


def shared(gaps: Sequence[Gap], room: float) -> list[float]:
    """Room in em → the share of each gap; the more they differ, the less of it is seen.

    What lacks is taken from gaps as they can give. What is left fills the gaps of each order up to what is
    hardly seen, then all alike.
    """
    shares = [0.0] * len(gaps)
    if room < 0:
        most = sum(item.shrink for item in gaps)
        part = max(room / most, -1.0) if most else 0.0
        return [part * item.shrink for item in gaps]
    for order in range(3):
        wide = sum(item.stretch for item in gaps if item.order == order)
        if not wide:
            continue
        part = min(room / wide, 1.0)
        shares = [
            share + part * item.stretch if item.order == order else share
            for share, item in zip(shares, gaps, strict=True)
        ]
        room -= part * wide
        if room <= 0:
            return shares
    count = sum(item.stretch > 0 for item in gaps)
    return [share + (room / count if item.stretch else 0.0) for share, item in zip(shares, gaps, strict=True)]


def spread(line: Any, room: float) -> None:
    """Add room, or take it, between the characters of a line, in CSS pixels."""
    places = list(_characters(line))
    em = line.style["font_size"]
    gaps = gaps_of("".join(place.character for place in places))
    for place, share in zip(places, shared(gaps, room / em), strict=False):
        if share and place.box is not None:
            rooms: dict[int, float] = place.box.__dict__.setdefault(ROOMS, {})
            rooms[place.byte] = share * em
    _move(line, 0.0)


class _Place(NamedTuple):
    """A character of a line, with its text box and its byte there; of a picture there is none."""

    character: str
    box: Any
    byte: int


def _characters(parent: Any) -> Iterator[_Place]:
    """The characters of a line from left to right; words and index marks are texts of their own."""
    from weasyprint.formatting_structure import boxes

    for child in parent.children[:: -1 if parent.style["direction"] == "rtl" else 1]:
        if isinstance(child, boxes.TextBox):
            byte = 0
            child.__dict__.pop(ROOMS, None)
            for character in child.text:
                yield _Place(character, child, byte)
                byte += len(character.encode())
        elif not child.is_in_normal_flow():
            continue
        elif isinstance(child, boxes.InlineBox):
            yield from _characters(child)
        else:
            yield _Place("\ufffc", None, 0)


def _move(box: Any, advance: float) -> float:
    """Move the boxes of a line to where the room before them puts them."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        box.position_x += advance
        wider: float = sum(getattr(box, ROOMS, {}).values())
        box.width += wider
        return advance + wider
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += advance
        start = advance
        for child in box.children[:: -1 if box.style["direction"] == "rtl" else 1]:
            if child.is_in_normal_flow():
                advance = _move(child, advance)
        box.width += advance - start
    else:
        box.translate(advance, 0)
    return advance
