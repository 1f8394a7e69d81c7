"""Split a line of text into runs with one face and direction; measure, draw and reorder the runs.

The bidirectional algorithm is that of Unicode Standard Annex #9. The names of its rules are in brackets.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby, pairwise

import uharfbuzz as hb

from triptych.media.fonts.fonts import find_scripts, load_code_points, open_face
from triptych.theme.theme import FontFace, Theme


@dataclass(frozen=True, slots=True)
class FontRun:
    """Characters with the same face and direction, in logical order."""

    face: FontFace
    characters: str
    is_right_to_left: bool


def select_families(text: str, preferred: tuple[str, ...], theme: Theme) -> tuple[str, ...]:
    """Return the font families for a text, in order of preference.

    These are the ``preferred`` families, then those of the scripts in the text, then those of the theme.
    """
    scripts = (script.sans for script in find_scripts(text, (), theme))
    return tuple(dict.fromkeys((*preferred, *scripts, theme.sans, theme.serif, theme.mono)))


def split_runs(text: str, faces: tuple[FontFace, ...]) -> Iterator[FontRun]:
    """Yield the runs of a line from left to right, each in the first face that has its characters.

    Characters that are in none of the faces are set in the first face.
    """
    coverage = [(face, load_code_points(face.path, face.index)) for face in faces]

    def face_of(place: int) -> FontFace:
        code_point = ord(text[place])
        return next((face for face, characters in coverage if code_point in characters), faces[0])

    for place, level in list_visual_runs(find_embedding_levels(text)):
        for face, places_of_face in groupby(range(*place)[:: -1 if level % 2 else 1], key=face_of):
            places = sorted(places_of_face)
            yield FontRun(face, text[places[0] : places[-1] + 1], bool(level % 2))


def is_right_to_left(text: str) -> bool:
    """Return whether the first strongly directional character of a line is right-to-left (P2, P3)."""
    kinds = map(unicodedata.bidirectional, text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def find_embedding_levels(text: str) -> list[int]:
    """Return the embedding level of each character in a line. Odd levels are right-to-left.

    The base direction is that of the first strongly directional character.
    """
    if text.isascii():
        return [0] * len(text)
    return resolve_embedding_levels(text, right_to_left=is_right_to_left(text))


def list_visual_runs(levels: list[int]) -> list[tuple[tuple[int, int], int]]:
    """Return the character range and the embedding level of each run, from left to right (L2)."""
    cuts = [
        0,
        *(index for index, (level, two) in enumerate(pairwise(levels), 1) if level != two),
        len(levels),
    ]
    stretches = [((start, end), levels[start]) for start, end in pairwise(cuts) if start < end]
    return [stretches[place] for place in order_run_indices([level for _, level in stretches])]


def measure_width(text: str, faces: tuple[FontFace, ...]) -> float:
    """Return the width of a line of text in em."""
    return sum(measure_run(run) for run in split_runs(text, faces))


def measure_run(run: FontRun) -> float:
    """Return the width of a run in em."""
    buffer, units = _shape_run(run)
    return float(sum(position.x_advance for position in buffer.glyph_positions or ())) / units


def draw_run(run: FontRun) -> tuple[str, int]:
    """Return a run's outlines as path data, and the number of units per em.

    The y axis points upwards from the baseline.
    """
    buffer, units = _shape_run(run)
    parts, x = [], 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
        if data := _draw_glyph(run.face, info.codepoint):
            parts.append(f"M{x + position.x_offset} {position.y_offset}{data}")
        x += position.x_advance
    return "".join(parts), units


@lru_cache(maxsize=4096)
def _draw_glyph(face: FontFace, glyph: int) -> str:
    """Return a glyph's outline as path data with relative coordinates, which compress well."""
    pen = _RelativePen()
    load_shaping_font(face)[0].draw_glyph_with_pen(glyph, pen)
    return "".join(pen.commands)


class _RelativePen:
    """A fontTools pen that writes path data with integers relative to the previous point."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self._here = self._start = (0, 0)

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._add("m", point)
        self._start = self._here

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", point)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("c", *points)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("q", *points)

    def closePath(self) -> None:  # noqa: N802
        self.commands.append("z")
        self._here = self._start

    def _add(self, command: str, *points: tuple[float, float]) -> None:
        rounded = [(round(x), round(y)) for x, y in points]
        x, y = self._here
        self.commands.append(command + " ".join(f"{own_x - x} {own_y - y}" for own_x, own_y in rounded))
        self._here = rounded[-1]


@cache
def measure_ascender_height(face: FontFace) -> float:
    """Return the height of the letter l in a face, in em."""
    font, units = load_shaping_font(face)
    extents = font.get_glyph_extents(font.get_nominal_glyph(ord("l")) or 0)
    return float(extents.y_bearing) / units if extents else 0.7


def _shape_run(run: FontRun) -> tuple[hb.Buffer, int]:
    font, units = load_shaping_font(run.face)
    buffer = hb.Buffer()
    buffer.add_str(run.characters)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.is_right_to_left else "ltr"
    hb.shape(font, buffer)
    return buffer, units


@cache
def load_shaping_font(face: FontFace) -> tuple[hb.Font, int]:
    """Return a face as a HarfBuzz font at its weight, and its units per em."""
    hb_face = open_face(face)
    font = hb.Font(hb_face)
    font.set_variations({"wght": face.weight})
    return font, hb_face.upem


_STRONG_DIRECTIONS = {
    "L": "L",
    "R": "R",
    "AL": "R",
    "EN": "R",
    "AN": "R",
}  # the direction for adjacent neutrals
_NEUTRAL_TYPES = frozenset(("ON", "WS", "S", "B"))
_BRACKET_PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "〈": "〉", "《": "》", "「": "」", "【": "】"}


def resolve_embedding_levels(text: str, *, right_to_left: bool) -> list[int]:
    """Return the embedding level of each character in a line with the given base direction.

    Odd levels are right-to-left.
    """
    base_direction = "R" if right_to_left else "L"
    kinds = _resolve_weak_types(
        [unicodedata.bidirectional(character) or "L" for character in text], base_direction
    )
    for start, end in _find_bracket_pairs(text, kinds):
        side = _find_bracket_pair_direction(kinds, start, end, base_direction)
        if side:
            kinds[start] = kinds[end] = side
    kinds = _resolve_neutral_types(kinds, base_direction)
    above = {"L": 1, "EN": 1, "AN": 1} if right_to_left else {"R": 1, "EN": 2, "AN": 2}
    return [int(right_to_left) + above.get(kind, 0) for kind in kinds]


def order_run_indices(run_levels: Sequence[int]) -> list[int]:
    """Return the indices of runs from left to right, according to their embedding levels (L2)."""
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        runs = groupby(order, key=lambda place: run_levels[place] >= level)
        order = [place for is_high, run in runs for place in (reversed(list(run)) if is_high else run)]
    return order


def _resolve_weak_types(types: list[str], base_direction: str) -> list[str]:
    """Resolve weak types: combining marks, and numbers with their signs and separators (W1 to W7)."""
    types = list(types)
    before = strong = base_direction
    for place, kind in enumerate(types):
        if kind == "NSM":
            types[place] = before
        elif kind not in ("L", "R", "AL", "EN", "AN", "ES", "ET", "CS", *_NEUTRAL_TYPES):
            types[place] = "BN"  # explicit formatting characters and controls
        before = types[place] if types[place] != "BN" else before
        strong = types[place] if types[place] in ("L", "R", "AL") else strong
        if types[place] == "EN" and strong == "AL":
            types[place] = before = "AN"
    for place in range(1, len(types) - 1):
        left, kind, right = types[place - 1 : place + 2]
        if left == right and left in {"CS": ("EN", "AN"), "ES": ("EN",)}.get(kind, ()):
            types[place] = left
    for places in (range(len(types)), range(len(types) - 1, -1, -1)):
        before = ""
        for place in places:
            if types[place] in ("ET", "BN") and before == "EN":
                types[place] = "EN"
            before = types[place]
    strong = base_direction
    for place, kind in enumerate(types):
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "L":
            types[place] = "L"
        elif kind in ("ES", "ET", "CS", "BN"):
            types[place] = "ON"
    return ["R" if kind == "AL" else kind for kind in types]


def _find_bracket_pairs(text: str, types: Sequence[str]) -> list[tuple[int, int]]:
    """Return the positions of paired brackets, in the order of the opening brackets (BD16)."""
    open_brackets: list[tuple[str, int]] = []
    pairs = []
    for place, character in enumerate(text):
        if types[place] != "ON":
            continue
        if character in _BRACKET_PAIRS:
            open_brackets.append((_BRACKET_PAIRS[character], place))
        elif any(character == closing for closing, _ in open_brackets):
            while open_brackets[-1][0] != character:
                open_brackets.pop()
            pairs.append((open_brackets.pop()[1], place))
    return sorted(pairs)


def _find_bracket_pair_direction(types: Sequence[str], start: int, end: int, base_direction: str) -> str:
    """Return the direction of a bracket pair, or "" if its content has no strong type (N0)."""
    directions = {_STRONG_DIRECTIONS[kind] for kind in types[start + 1 : end] if kind in _STRONG_DIRECTIONS}
    if base_direction in directions or not directions:
        return base_direction if directions else ""
    return next(
        (_STRONG_DIRECTIONS[kind] for kind in reversed(types[:start]) if kind in _STRONG_DIRECTIONS),
        base_direction,
    )


def _resolve_neutral_types(types: Sequence[str], base_direction: str) -> list[str]:
    """Resolve neutral types to the direction of their neighbours, or to the base direction (N1, N2).

    The base direction applies if the neighbours differ in direction.
    """
    out: list[str] = []
    for is_neutral, kinds in groupby(types, key=_NEUTRAL_TYPES.__contains__):
        run = list(kinds)
        end = len(out) + len(run)
        if is_neutral:
            left = _STRONG_DIRECTIONS[out[-1]] if out else base_direction
            right = _STRONG_DIRECTIONS[types[end]] if end < len(types) else base_direction
            run = [left if left == right else base_direction] * len(run)
        out += run
    return out
