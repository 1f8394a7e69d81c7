"""Measure text, and break it into lines and pages.

A deck may be shown on a computer without its fonts. The width of a word is therefore the maximum over the
theme's font and its fallbacks, and so is the height of a line. Line breaking is greedy, as in presentation
programs.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import accumulate, groupby
from pathlib import Path
from typing import NamedTuple

import uharfbuzz
from fontTools.ttLib import TTFont

from triptych.media.fonts.fonts import find_scripts, load_code_points
from triptych.media.text_outlines import LINE_ENDS, URL_OR_PATH, split_at_break_opportunities
from triptych.theme.theme import FontFace, Theme, load_theme

# LibreOffice uses a line spacing of 1.2 em for every font, PowerPoint that of the font.
MIN_LINE_SPACING = 1.2

# The font files of a template are not available. Few text fonts have a larger line spacing; the families
# below have a smaller one.
UNKNOWN_FONT_LINE_SPACING = 1.36
_SHORT_LINE_FAMILIES = frozenset(
    "Arial|Arial Narrow|Calibri|Calibri Light|Cambria|Candara|Century Gothic|Consolas|Constantia|"
    "Corbel|Courier New|Franklin Gothic Book|Franklin Gothic Medium|Garamond|Georgia|Gill Sans MT|"
    "Helvetica|Liberation Sans|Liberation Serif|Tahoma|Times New Roman|Trebuchet MS|Verdana".split("|")
)

# Estimated advance widths in em of wide characters and of all others that a font lacks, and a reserve factor.
WIDE_ADVANCE = 1.0
UNKNOWN_ADVANCE = 0.7
FOREIGN_WIDTH_RESERVE = 1.12

# Line spacing in em for scripts with marks above and below the letters.
_TALL_SCRIPTS = re.compile("[\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]")
TALL_SCRIPT_LINE_SPACING = 1.45


class MeasuredFace:
    """A font file that measures words with HarfBuzz, including kerning. Widths of words are cached."""

    def __init__(self, path: Path, weight: int) -> None:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
        self._font = uharfbuzz.Font(face)
        if face.axis_infos:
            self._font.set_variations({"wght": weight})
        self._units = face.upem
        self._characters = load_code_points(path)
        with TTFont(path, lazy=True) as tables:
            self.line_height = _read_line_height(tables) / face.upem
        self._advances: dict[str, float] = {}

    def measure(self, word: str) -> float:
        """Return the width of a word in em."""
        cached_width = self._advances.get(word)
        if cached_width is None:
            cached_width = self._advances[word] = sum(
                self.measure_covered_text(part) if covered else _estimate_advance(part)
                for covered, part in self._split_by_coverage(word)
            )
        return cached_width

    def _split_by_coverage(self, word: str) -> list[tuple[bool, str]]:
        parts = groupby(word, key=lambda character: ord(character) in self._characters)
        return [(covered, "".join(part)) for covered, part in parts]

    def has_characters(self, text: str) -> bool:
        """Return whether the font has all characters of ``text``."""
        return all(ord(character) in self._characters for character in text)

    def measure_covered_text(self, text: str) -> float:
        """Return the width of ``text`` in em, if the font has all of its characters."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self._font, buffer)
        return float(sum(position.x_advance for position in buffer.glyph_positions or ()) / self._units)


def get_min_line_spacing(text: str) -> float:
    """Return the minimum line spacing in em for the scripts in ``text``, whatever the font."""
    return TALL_SCRIPT_LINE_SPACING if _TALL_SCRIPTS.search(text) else MIN_LINE_SPACING


def _read_line_height(tables: TTFont) -> float:
    """Return the line height in font units: from OS/2 if USE_TYPO_METRICS is set, otherwise from hhea."""
    typographic = tables["OS/2"]
    if typographic.fsSelection & (1 << 7):
        return float(typographic.sTypoAscender - typographic.sTypoDescender + typographic.sTypoLineGap)
    horizontal = tables["hhea"]
    return float(horizontal.ascent - horizontal.descent + horizontal.lineGap)


def _estimate_advance(text: str) -> float:
    """Estimate the width in em of text that has characters missing from its font.

    Ideographs are 1 em wide; text in other scripts is measured in the theme's font for the script.
    """
    if not any(map(_estimate_character_advance, text)):
        return 0.0
    if all(unicodedata.east_asian_width(character) in "WF" for character in text):
        return float(sum(map(_estimate_character_advance, text)))
    for script in find_scripts(text, (), load_theme()):
        face = load_theme().select_face(script.sans)
        if not face.package and open_measured_face(face.path).has_characters(text):
            return open_measured_face(face.path).measure_covered_text(text) * FOREIGN_WIDTH_RESERVE
    return float(sum(map(_estimate_character_advance, text)))


def _estimate_character_advance(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Cc", "Mn"}:
        return 0.0
    return WIDE_ADVANCE if unicodedata.east_asian_width(character) in "WF" else UNKNOWN_ADVANCE


@dataclass(frozen=True, slots=True, eq=False)
class FaceWithFallbacks:
    """A font face, with the faces that may replace it on another computer."""

    faces: tuple[MeasuredFace, ...]
    line_height: float
    _widths: dict[str, float] = field(default_factory=dict, repr=False)

    def measure(self, word: str) -> float:
        """Return the width of a word in em, in the widest of these faces."""
        cached_width = self._widths.get(word)
        if cached_width is None:
            cached_width = self._widths[word] = max(face.measure(word) for face in self.faces)
        return cached_width


@dataclass(frozen=True, slots=True)
class FormulaFace:
    """A substitute font for a formula, in which every character is ``advance`` em wide.

    Programs may break formulas at operators; ``widest_part`` is the width in em of the widest part between
    two operators.
    """

    advance: float
    line_height: float
    widest_part: float

    def measure(self, word: str) -> float:
        """Return the width of a word in em."""
        return self.advance * len(word)


@dataclass(frozen=True, slots=True)
class SpacedFace:
    """A font face with letter spacing in em."""

    face: FaceWithFallbacks
    letter_spacing: float

    @property
    def line_height(self) -> float:
        """The line height of the font face in em."""
        return self.face.line_height

    def measure(self, word: str) -> float:
        """Return the width of a word in em, including letter spacing."""
        return self.face.measure(word) + self.letter_spacing * len(word)


@cache
def get_face_with_fallbacks(
    theme: Theme, family: str, *, bold: bool = False, italic: bool = False
) -> FaceWithFallbacks:
    """Return the face with fallbacks in which text of a font family is measured.

    A family without a font file, for example from a template, is measured in the fallbacks only. Monospaced
    text has no fallbacks, because its usual substitute, Courier New, has the same advance of 0.6 em.
    """
    is_theme_family = theme.has(family)
    selected_faces = [theme.select_face(family, bold=bold, italic=italic)] if is_theme_family else []
    if family != theme.mono:
        families = dict.fromkeys(face.family for face in theme.slide_fallbacks)
        selected_faces += [_find_nearest_face(theme.slide_fallbacks, name, bold, italic) for name in families]
    faces = tuple(
        open_measured_face(face.path, face.weight if face.project_file else 400) for face in selected_faces
    )
    shortest = (
        MIN_LINE_SPACING if is_theme_family or family in _SHORT_LINE_FAMILIES else UNKNOWN_FONT_LINE_SPACING
    )
    return FaceWithFallbacks(faces, max(shortest, *(face.line_height for face in faces)))


def _find_nearest_face(faces: tuple[FontFace, ...], family: str, bold: bool, italic: bool) -> FontFace:
    wanted_weight = 700 if bold else 400
    candidates = (face for face in faces if face.family == family)
    return min(
        candidates, key=lambda face: (face.italic != italic, abs(face.weight - wanted_weight), face.file)
    )


@cache
def open_measured_face(path: Path, weight: int = 400) -> MeasuredFace:
    """Open a font file, and cache it. ``weight`` applies to variable fonts."""
    return MeasuredFace(path, weight)


# Text is measured 2 % wider. With this factor, none of 450 boxes had fewer lines than in LibreOffice.
WIDTH_FACTOR = 1.02


class Piece(NamedTuple):
    """Text in one typeface and size (in points)."""

    text: str
    face: FaceWithFallbacks | SpacedFace | FormulaFace
    size: float


class _UnbreakableUnit(NamedTuple):
    """Text between two line break opportunities.

    ``width`` excludes trailing spaces. ``min_width`` is the minimum useful column width; it is less than
    ``width`` for URLs, which may be broken.
    """

    width: float
    width_with_spaces: float
    min_width: float
    pieces: tuple[Piece, ...]
    has_line_end: bool


def break_lines(pieces: Sequence[Piece], width: float) -> list[float]:
    """Return the width in points of each line of text in a column ``width`` points wide.

    A word wider than the column is broken between characters. Empty text is one line.
    """
    lines: list[float] = []
    used_width = 0.0  # width of the current line, with trailing spaces
    visible = 0.0  # the same, without trailing spaces
    scale, units = _get_units(pieces)
    for unit in units:
        ink_width = unit.width * scale
        if used_width and used_width + ink_width > width:
            lines.append(visible)
            used_width = visible = 0.0
        if ink_width > width:
            *full, last = _break_word(unit.pieces, scale, width)
            lines += full
            visible, used_width = last, last
        else:
            visible, used_width = used_width + ink_width, used_width + unit.width_with_spaces * scale
        if unit.has_line_end:
            lines.append(visible)
            used_width = visible = 0.0
    if visible or not lines:
        lines.append(visible)
    return lines


def measure_widest_unit(pieces: Sequence[Piece]) -> float:
    """Return the width in points of the widest word, or of the widest part of a URL."""
    scale, units = _get_units(pieces)
    return max((unit.min_width for unit in units), default=0.0) * scale


def measure_unbroken_text(pieces: Sequence[Piece]) -> float:
    """Return the width in points of text without automatic line breaks."""
    return max(break_lines(pieces, float("inf")))


def _get_units(pieces: Sequence[Piece]) -> tuple[float, tuple[_UnbreakableUnit, ...]]:
    """Return the text size with ``WIDTH_FACTOR`` applied, and the unbreakable units measured at size 1."""
    size = pieces[0].size if pieces else 1.0
    return size * WIDTH_FACTOR, _measure_units(
        tuple(Piece(text, face, width_at_size / size) for text, face, width_at_size in pieces)
    )


@lru_cache(maxsize=20_000)
def _measure_units(pieces: tuple[Piece, ...]) -> tuple[_UnbreakableUnit, ...]:
    """Split text into unbreakable units. The result is cached, because fitting tries several sizes."""
    return tuple(_measure_unit(unit_pieces) for unit_pieces in _iter_units(pieces))


def _iter_units(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield each unbreakable unit as a list of pieces, since the style may change within a word."""
    remaining = iter(piece for piece in pieces if piece.text)
    piece = next(remaining, None)
    offset = 0
    for unit in split_at_break_opportunities("".join(piece.text for piece in pieces)):
        missing = len(unit)
        unit_pieces: list[Piece] = []
        while missing and piece is not None:
            part = piece.text[offset : offset + missing]
            unit_pieces.append(Piece(part, piece.face, piece.size))
            offset += len(part)
            missing -= len(part)
            if offset == len(piece.text):
                piece, offset = next(remaining, None), 0
        yield unit_pieces


def _measure_unit(pieces: Sequence[Piece]) -> _UnbreakableUnit:
    spaced = 0.0
    ink_width = 0.0
    for piece in pieces:
        word = piece.text.rstrip(" \t\u200b\u3000" + LINE_ENDS)
        ink = piece.face.measure(word) * piece.size if word else 0.0
        spaces = piece.text[len(word) :].rstrip(LINE_ENDS)
        if word:
            ink_width = spaced + ink
        spaced += ink + (piece.face.measure(spaces) * piece.size if spaces else 0.0)
    min_width = ink_width if URL_OR_PATH.search(pieces[0].text) is None else _measure_widest_part(pieces)
    for piece in pieces:
        if isinstance(piece.face, FormulaFace):
            min_width -= (piece.face.measure(piece.text) - piece.face.widest_part) * piece.size
    return _UnbreakableUnit(ink_width, spaced, min_width, tuple(pieces), pieces[-1].text[-1] in LINE_ENDS)


def _measure_widest_part(pieces: Sequence[Piece]) -> float:
    """Return the width of the widest part of a URL between two punctuation marks."""
    return max(
        piece.face.measure(part.rstrip()) * piece.size
        for piece in pieces
        for part in re.split(r"(?<=\W)", piece.text)
    )


def _break_word(pieces: Sequence[Piece], scale: float, width: float) -> list[float]:
    """Break a word wider than a line after slashes and hyphens or, failing that, anywhere.

    Return the widths of the lines.
    """
    lines = [0.0]
    for piece in pieces:
        em = piece.size * scale
        for part in re.split(r"(?<=[/-])", piece.text.rstrip(LINE_ENDS)):
            advances = [piece.face.measure(part) * em]
            if advances[0] > width:
                lines += [0.0] if lines[-1] else []
                advances = [piece.face.measure(character) * em for character in part]
            for advance in advances:
                if lines[-1] and lines[-1] + advance > width:
                    lines.append(0.0)
                lines[-1] += advance
    return lines


_ROUNDING = 1e-9  # tolerance for sums of heights


def balance_pages(heights: Sequence[float], capacity: float) -> list[int]:
    """Distribute items evenly over as few pages as possible.

    Return the number of items on each page. An item taller than ``capacity`` gets a page of its own.

    >>> balance_pages([1, 1, 1, 1, 1, 1, 1], 6)
    [4, 3]
    """
    clamped = [min(height, capacity) for height in heights]
    pages = max(1, math.ceil(sum(clamped) / capacity - _ROUNDING))
    while True:
        counts = _partition_items(clamped, pages, capacity)
        if counts is not None:
            return counts
        pages += 1


def distribute_evenly(lengths: Sequence[float], pages: int) -> list[int]:
    """Distribute items over at most ``pages`` pages or lines, as evenly as possible and in order.

    Return the number of items on each page.

    >>> distribute_evenly([5, 2, 2, 1], 2)
    [1, 3]
    """
    counts = _partition_items(lengths, pages, math.inf)
    assert counts is not None  # without a capacity, there is always a partition
    return counts


def _partition_items(heights: Sequence[float], pages: int, capacity: float) -> list[int] | None:
    """Partition items into ``pages`` pages with the minimum sum of squared deviations.

    Return None if the items do not fit. The algorithm is dynamic programming: ``cost[i]`` is the minimum cost
    of the first i items on the pages so far. Page ends that leave more items than fit on the remaining pages
    are skipped.
    """
    count = len(heights)
    if pages > count:
        return [1] * count
    total = [0.0, *accumulate(heights)]
    even_height = total[-1] / pages
    max_height = min(capacity, total[-1]) + _ROUNDING
    cost = [0.0] + [math.inf] * count
    start_table: list[list[int]] = []
    for left in reversed(range(pages)):
        following = [math.inf] * (count + 1)
        start_of = [0] * (count + 1)
        first = bisect_left(total, total[-1] - left * max_height - _ROUNDING, 1)
        last = bisect_right(total, (pages - left) * max_height + _ROUNDING)
        for end in range(first, last):
            for start in range(end - 1, -1, -1):
                height = total[end] - total[start]
                if height > capacity + _ROUNDING:
                    break
                candidate = cost[start] + (height - even_height) ** 2
                if candidate < following[end]:
                    following[end], start_of[end] = candidate, start
        cost = following
        start_table.append(start_of)
    if math.isinf(cost[count]):
        return None
    counts: list[int] = []
    end = count
    for start_of in reversed(start_table):
        counts.append(end - start_of[end])
        end = start_of[end]
    return counts[::-1]
