"""A line of text → the outlines of its letters, shaped by HarfBuzz in the faces that have them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import uharfbuzz as hb
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from triptych.media.fonts.bidi import levels, visual_order
from triptych.media.fonts.fonts import characters_of
from triptych.media.fonts.shaping import font_of
from triptych.theme.theme import FontFace

# What Chinese and Japanese share with Latin text, and set wider (CLREQ 3.1.6, JLREQ 3.1).
_SHARED = frozenset("—‘’“”‥…‧⸺")
_OPENING = frozenset("“‘「『（《〈【〔［｛")  # the left half of their square is empty


@dataclass(frozen=True, slots=True)
class Hand:
    """How words are lettered: the faces, of which the first that has a character draws it; the language.

    ``spaced`` is how far letters stand apart, in em. The first face leaves what its script shares with Latin
    to the others where it is ``modest``.
    """

    faces: tuple[FontFace, ...]
    language: str
    from_right: bool = False
    spaced: float = 0.0
    modest: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """What draws the letters of one face: path data in units of which so many are an em, y upwards.

    ``x`` is where it begins on its line, in em.
    """

    path: str
    units: int
    x: float


def outlines(text: str, hand: Hand) -> tuple[tuple[Outline, ...], float]:
    """A line of text → its outlines from left to right, and its width in em."""
    runs = list(_runs(text, hand))
    found, x = [], -_blank_before(text, hand)
    for place in visual_order([level for _, level, _ in runs]):
        face, level, letters = runs[place]
        path, units, advance = _shaped(face, letters, bool(level % 2), hand.language, hand.spaced)
        if path:
            found.append(Outline(path, units, x))
        x += advance
    return tuple(found), x


@lru_cache(maxsize=20_000)
def width(text: str, hand: Hand) -> float:
    """How wide a line of text is, in em."""
    return outlines(text, hand)[1]


def _blank_before(text: str, hand: Hand) -> float:
    """What is empty before a mark that opens a line in a square of its own, in em."""
    if text[:1] not in _OPENING or hand.from_right:
        return 0.0
    _, units, advance = _shaped(_face_of(text[0], hand), text[0], False, hand.language, 0.0)
    return 0.5 if advance >= 1 - 1 / units else 0.0


def clusters(text: str) -> Iterator[str]:
    """Characters, each with its marks and joiners (Unicode Standard Annex 29, near enough for fonts)."""
    cluster = ""
    for character in text:
        if cluster and not _goes_on(character) and cluster[-1] != "\u200d":
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _goes_on(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc", "Me") or character in "\u200c\u200d"


def _runs(text: str, hand: Hand) -> Iterator[tuple[FontFace, int, str]]:
    """Letters of one face that run in one direction, with its level."""
    text = unicodedata.normalize("NFC", text)
    plain = text.isascii() and not hand.from_right
    level_of = [0] * len(text) if plain else levels(text, from_right=hand.from_right)
    marked, place = [], 0
    for cluster in clusters(text):
        marked.append((_face_of(cluster, hand), level_of[place], cluster))
        place += len(cluster)
    for (face, level), same in groupby(marked, key=lambda mark: mark[:2]):
        yield face, level, "".join(cluster for _, _, cluster in same)


def _face_of(cluster: str, hand: Hand) -> FontFace:
    first, *others = hand.faces
    faces = others if hand.modest and cluster[0] in _SHARED else hand.faces
    needed = [ord(c) for c in cluster if unicodedata.category(c) not in ("Cf", "Zs", "Mn") or c == " "]
    marks = [ord(c) for c in cluster if unicodedata.category(c) == "Mn"]
    for wanted in ([*needed, *marks], needed):
        for face in faces:
            if all(code_point in characters_of(face.path, face.index) for code_point in wanted):
                return face
    return first


@lru_cache(maxsize=20_000)
def _shaped(
    face: FontFace, letters: str, from_right: bool, language: str, spaced: float
) -> tuple[str, int, float]:
    """Path data, how many of its units are an em, and the advance in em.

    Figures are old-style where the face has them; letters that stand apart are not joined.
    """
    font, units = font_of(face)
    buffer = hb.Buffer()
    buffer.add_str(letters)
    buffer.direction = "rtl" if from_right else "ltr"
    buffer.guess_segment_properties()
    buffer.language = language
    apart = spaced > 0
    hb.shape(font, buffer, {"onum": True, "liga": not apart, "clig": not apart})
    parts: list[str] = []
    x, last = 0.0, None
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
        if info.cluster != last and last is not None:
            x += spaced * units
        last = info.cluster
        pen = SVGPathPen(None, ntos=lambda number: f"{number:.7g}")
        place = (1, 0, 0, 1, x + position.x_offset, position.y_offset)
        font.draw_glyph_with_pen(info.codepoint, TransformPen(pen, place))
        parts.append(pen.getCommands())
        x += position.x_advance
    return "".join(parts), units, x / units + (spaced if letters else 0.0)
