"""Words as large as they stand in a room, in lines of like lengths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triptych.languages.language_tags import UNSPACED
from triptych.media.lettering.line_breaks import syllables, unbreakable_units
from triptych.media.lettering.outlines import Hand, clusters, width

_HYPHEN = "\u00ad"
_LOOSE = rf"{UNSPACED}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # scripts in which no space ends a word
_WORD = re.compile(rf"[^ \u200b{_HYPHEN}{_LOOSE}]+")
_NO_WORD = re.compile(rf"[^\s{_HYPHEN}{_LOOSE}]{{49,}}")
# Where the words of Chinese and Japanese end is not known: few characters keep to a line.
_SHORT = re.compile(r"[\u2e80-\u312f\u31f0-\u9fff\uff0c\uff1aA-Za-zÀ-ɏ0-9·・]{2,10}")
_IDEOGRAPH = r"[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_BESIDE_LATIN = re.compile(rf"(?<={_IDEOGRAPH})(?=[A-Za-zÀ-ɏ0-9])|(?<=[A-Za-zÀ-ɏ0-9])(?={_IDEOGRAPH})")
_QUARTER = "\u2005"  # of an em, between ideographs and Latin letters (CLREQ 3.2.2, JLREQ 3.2.6)
_LESS = 0.96
_NARROWER = 0.98
_SMALLEST = 4.0


@dataclass(frozen=True, slots=True)
class Room:
    """What words have: width and height, and the size that they begin with."""

    width: float
    height: float
    size: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines of text and their size, in the unit of the room."""

    lines: tuple[str, ...]
    size: float


@dataclass(frozen=True, slots=True)
class _Unit:
    """What no line breaks, with its width in em with and without the space at its end."""

    text: str
    inked: float
    spaced: float


def fitted(words: str, hand: Hand, line: float, room: Room) -> Fitted:
    """Words as large as they stand in a room, from its size down; ``line`` is the distance of lines in sizes.

    No line is left with the end of a word alone, and words that nothing breaks are no wider than the room.
    What has no place to break in 49 characters is no word, and breaks anywhere.
    """
    whole = bool(_SHORT.fullmatch(words)) and not words.isascii()
    words = _BESIDE_LATIN.sub(_QUARTER, words)
    words = _NO_WORD.sub(lambda match: "\u200b".join(clusters(match.group())), words)
    units = [_measured(words, hand)] if whole else [_measured(text, hand) for text in _parts(words)]
    longest = (_measured(text, hand).inked for text in ([words] if whole else _WORD.findall(words)))
    least = max((*longest, *(unit.inked for unit in units)), default=0.0)
    if not units:
        return Fitted((), room.size)
    most = _without_last(units, hand)
    size, narrow = room.size, room.width / room.size
    while size > _SMALLEST:
        measure = narrow = room.width / size
        lines = _broken(units, measure)
        while narrow * _NARROWER > least and len(_broken(units, narrow * _NARROWER)) <= len(lines):
            narrow *= _NARROWER
        fits = least <= measure and len(lines) * line * size <= room.height
        if fits and len(_broken(most, narrow)) == len(lines):
            break
        size *= _LESS
    return Fitted(tuple(map(_shown, _broken(units, narrow))), size)


def _parts(words: str) -> Iterable[str]:
    """A text between the places where a line may end, soft hyphens among them."""
    for unit in unbreakable_units(words):
        for part in re.split(f"(?<={_HYPHEN})", unit):
            yield from syllables(part)


def _measured(text: str, hand: Hand) -> _Unit:
    ink = _shown(text)
    spaces = text[len(text.rstrip()) :]
    return _Unit(text, width(ink, hand), width(_bare(text.rstrip()) + spaces, hand))


def _without_last(units: Sequence[_Unit], hand: Hand) -> list[_Unit]:
    """Units without the last two characters of the text, but for its first."""
    out = list(units)
    left = min(2, sum(len(list(clusters(unit.text))) for unit in units) - 1)
    while left > 0:
        last = list(clusters(out.pop().text))
        if len(last) > left:
            out.append(_measured("".join(last[:-left]), hand))
        left = max(0, left - len(last))
    return out


def _broken(units: Sequence[_Unit], measure: float) -> list[str]:
    """Lines of a width in em, each as full as it can be."""
    lines: list[str] = []
    filled = 0.0
    for unit in units:
        if lines and filled + unit.inked <= measure:
            lines[-1] += unit.text
            filled += unit.spaced
        else:
            lines.append(unit.text)
            filled = unit.spaced
    return lines


def _shown(line: str) -> str:
    """A line as it is seen: with a hyphen where a word goes on, without the places where it might."""
    line = line.rstrip()
    return _bare(line) + ("-" if line.endswith(_HYPHEN) else "")


def _bare(text: str) -> str:
    return text.replace(_HYPHEN, "").replace("\u200b", "")
