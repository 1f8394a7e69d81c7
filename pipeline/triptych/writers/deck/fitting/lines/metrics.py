"""Fonts measured as a viewer will see them.

A deck names its fonts and nobody knows whether the viewer has them. So a word is as wide as the widest
of the house face and the faces that stand in for it, and a line as high as the highest of them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont

from triptych.media.fonts.fonts import characters_of, scripts_of
from triptych.theme.theme import FontFace, Theme, load_theme

# LibreOffice sets every face on lines of 1.2 em; PowerPoint takes the face's own line.
SHORTEST_LINE = 1.2

# Of a template's fonts we have no file: text faces with larger lines are rare. These are known to have less.
UNKNOWN_LINE = 1.36
_OF_SHORT_LINES = frozenset(
    (
        "Arial",
        "Arial Narrow",
        "Calibri",
        "Calibri Light",
        "Cambria",
        "Candara",
        "Century Gothic",
        "Consolas",
        "Constantia",
        "Corbel",
        "Courier New",
        "Franklin Gothic Book",
        "Franklin Gothic Medium",
        "Garamond",
        "Georgia",
        "Gill Sans MT",
        "Helvetica",
        "Liberation Sans",
        "Liberation Serif",
        "Tahoma",
        "Times New Roman",
        "Trebuchet MS",
        "Verdana",
    )
)

# Advances for characters that a face lacks, in em: the viewer takes them from a face we do not know.
WIDE_ADVANCE = 1.0
UNKNOWN_ADVANCE = 0.7
FOREIGN_SLACK = 1.12

# Scripts with marks over and under their letters stand on wider lines, in em.
_TALL = re.compile("[\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]")
TALL_LINE = 1.45


class MeasuredFace:
    """One font file: advances shaped by HarfBuzz, kerning and ligatures included, kept per word."""

    def __init__(self, path: Path, weight: int = 400) -> None:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
        self._font = uharfbuzz.Font(face)
        if face.axis_infos:
            self._font.set_variations({"wght": weight})
        self._units = face.upem
        self._characters = characters_of(path)
        with TTFont(path, lazy=True) as tables:
            self.line_height = _line_height(tables) / face.upem
        self._advances: dict[str, float] = {}

    def advance(self, word: str) -> float:
        """Width of a word in em."""
        known = self._advances.get(word)
        if known is None:
            known = self._advances[word] = sum(
                self.shaped(part) if covered else _foreign_advance(part)
                for covered, part in self._by_coverage(word)
            )
        return known

    def _by_coverage(self, word: str) -> list[tuple[bool, str]]:
        parts = groupby(word, key=lambda character: ord(character) in self._characters)
        return [(covered, "".join(part)) for covered, part in parts]

    def has(self, text: str) -> bool:
        """Whether the face has all characters of a text."""
        return all(ord(character) in self._characters for character in text)

    def shaped(self, text: str) -> float:
        """Width in em of a text that the face has."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self._font, buffer)
        return float(sum(position.x_advance for position in buffer.glyph_positions or ()) / self._units)


def least_line(text: str) -> float:
    """The line in em that the scripts of a text need, whatever its face."""
    return TALL_LINE if _TALL.search(text) else SHORTEST_LINE


def _line_height(tables: TTFont) -> float:
    """Ascent, descent and gap in font units: the typographic ones where the face asks for them."""
    typographic = tables["OS/2"]
    if typographic.fsSelection & (1 << 7):
        return float(typographic.sTypoAscender - typographic.sTypoDescender + typographic.sTypoLineGap)
    horizontal = tables["hhea"]
    return float(horizontal.ascent - horizontal.descent + horizontal.lineGap)


def _foreign_advance(text: str) -> float:
    """Ideographs take an em; other scripts are shaped in the theme's face for them, and take some more."""
    if not any(map(_single_advance, text)):
        return 0.0
    if all(unicodedata.east_asian_width(character) in "WF" for character in text):
        return float(sum(map(_single_advance, text)))
    for script in scripts_of(text, (), load_theme()):
        face = load_theme().face(script.sans)
        if not face.package and measured_face(face.path).has(text):
            return measured_face(face.path).shaped(text) * FOREIGN_SLACK
    return float(sum(map(_single_advance, text)))


def _single_advance(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Cc", "Mn"}:
        return 0.0
    return WIDE_ADVANCE if unicodedata.east_asian_width(character) in "WF" else UNKNOWN_ADVANCE


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    """A face together with those that may stand in for it on another machine."""

    faces: tuple[MeasuredFace, ...]
    line_height: float
    _widths: dict[str, float] = field(default_factory=dict, repr=False)

    def width(self, word: str) -> float:
        """Width in em of the widest rendering of a word."""
        known = self._widths.get(word)
        if known is None:
            known = self._widths[word] = max(face.advance(word) for face in self.faces)
        return known


@dataclass(frozen=True, slots=True)
class DrawnFace:
    """Stands for the face of a formula: each of its characters is as wide as the others, in em.

    ``least`` is the width of its widest part between operators, where programs may break it.
    """

    advance: float
    line_height: float
    least: float

    def width(self, word: str) -> float:
        """Width in em."""
        return self.advance * len(word)


@dataclass(frozen=True, slots=True)
class SpacedFace:
    """A face whose letters stand apart by ``extra`` em."""

    face: Typeface
    extra: float

    @property
    def line_height(self) -> float:
        """That of the face."""
        return self.face.line_height

    def width(self, word: str) -> float:
        """Width in em."""
        return self.face.width(word) + self.extra * len(word)


def typeface(theme: Theme, family: str, *, bold: bool = False, italic: bool = False) -> Typeface:
    """The faces to measure text of a family with, the same object each time.

    A family that is none of ours, such as a template's, is measured by those that stand in for it.
    Monospaced text has no fallbacks: what stands in for it, Courier New, has the same advance of 0.6 em.
    """
    return _typeface(theme, family, bold, italic)


@cache
def _typeface(theme: Theme, family: str, bold: bool, italic: bool) -> Typeface:
    ours = theme.has(family)
    own = [theme.face(family, bold=bold, italic=italic)] if ours else []
    if family != theme.mono:
        families = dict.fromkeys(face.family for face in theme.slide_fallbacks)
        own += [_nearest(theme.slide_fallbacks, name, bold, italic) for name in families]
    faces = tuple(_measured(face) for face in own)
    shortest = SHORTEST_LINE if ours or family in _OF_SHORT_LINES else UNKNOWN_LINE
    return Typeface(faces, max(shortest, *(face.line_height for face in faces)))


def _nearest(faces: tuple[FontFace, ...], family: str, bold: bool, italic: bool) -> FontFace:
    wanted = 700 if bold else 400
    candidates = (face for face in faces if face.family == family)
    return min(candidates, key=lambda face: (face.italic != italic, abs(face.weight - wanted), face.file))


def _measured(face: FontFace) -> MeasuredFace:
    """A face, of a project's variable fonts at its weight."""
    return _own_face(face) if face.own else measured_face(face.path)


@cache
def _own_face(face: FontFace) -> MeasuredFace:
    return MeasuredFace(face.path, face.weight)


@cache
def measured_face(path: Path) -> MeasuredFace:
    """A font file, opened once per process."""
    return MeasuredFace(path)
