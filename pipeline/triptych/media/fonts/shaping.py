"""A line of text → the faces that it is set in, how wide it is, and its outlines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby, pairwise

import uharfbuzz as hb

from triptych.media.fonts.fonts import characters_of, scripts_of
from triptych.theme.theme import FontFace, Theme

_NEUTRAL = frozenset("B S WS ON BN LRE RLE LRO RLO PDF LRI RLI FSI PDI ES ET CS".split())


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one face and one direction, in the order in which they are written."""

    face: FontFace
    characters: str
    from_right: bool


def families_for(words: str, first: tuple[str, ...], theme: Theme) -> tuple[str, ...]:
    """The families that words are set in: those asked for, those of their scripts, then all others."""
    scripts = (script.sans for script in scripts_of(words, (), theme))
    return tuple(dict.fromkeys((*first, *scripts, theme.sans, theme.serif, theme.mono)))


def runs(words: str, faces: tuple[FontFace, ...]) -> Iterator[Run]:
    """Words from left to right as they are seen, each in the first face that has its characters."""
    coverage = [(face, characters_of(face.path, face.index)) for face in faces]

    def face_of(place: int) -> FontFace:
        own = ord(words[place])
        return next((face for face, characters in coverage if own in characters), faces[0])

    levels = embedding_levels(words)
    for place, level in visual_order(levels):
        for face, same in groupby(range(*place)[:: -1 if level % 2 else 1], key=face_of):
            places = sorted(same)
            yield Run(face, words[places[0] : places[-1] + 1], bool(level % 2))


def begins_at_right(words: str) -> bool:
    """Whether a line runs from the right, as its first letter with a direction says (P2, P3)."""
    kinds = map(unicodedata.bidirectional, words)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def embedding_levels(words: str) -> list[int]:
    """The level of each character (Unicode Annex #9, without explicit marks): odd ones run from the right.

    Names of rules are those of the annex.
    """
    kinds = [unicodedata.bidirectional(character) for character in words]
    if words.isascii() or not {"R", "AL", "AN"} & set(kinds):
        return [0] * len(words)
    base = "R" if begins_at_right(words) else "L"
    strong, before = base, base
    for place, kind in enumerate(kinds):  # W1 to W3
        if kind == "NSM":
            kind = before
        elif kind == "EN" and strong == "AL":
            kind = "AN"
        elif kind in ("L", "R", "AL"):
            strong = kind
        before = "R" if kind == "AL" else kind
        kinds[place] = before
    for place in range(1, len(kinds) - 1):  # W4
        around = {kinds[place - 1], kinds[place + 1]}
        if around in ({"EN"}, {"AN"}) and (kinds[place] == "CS" or (kinds[place] == "ES" and "EN" in around)):
            kinds[place] = around.pop()
    for ways in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):  # W5
        for place in ways:
            if kinds[place] == "ET" and kinds[place - ways.step] == "EN":
                kinds[place] = "EN"
    strong = base
    for place, kind in enumerate(kinds):  # W7
        strong = kind if kind in "LR" else strong
        kinds[place] = strong if kind == "EN" and strong == "L" else kind
    sides = [base, *("R" if kind in ("EN", "AN") else kind for kind in kinds), base]
    for neutral, group in groupby(range(1, len(sides) - 1), key=lambda place: sides[place] in _NEUTRAL):
        if neutral:  # N1 and N2
            places = list(group)
            before, after = sides[places[0] - 1], sides[places[-1] + 1]
            for place in places:
                kinds[place - 1] = before if before == after else base
    even = {"L": 0, "R": 1, "EN": 2, "AN": 2}
    odd = {"L": 2, "R": 1, "EN": 2, "AN": 2}
    return [(even if base == "L" else odd)[kind] for kind in kinds]


def visual_order(levels: list[int]) -> list[tuple[tuple[int, int], int]]:
    """Stretches of one level, with their begin, end and level, from left to right (L2)."""
    cuts = [0, *(at for at, (one, two) in enumerate(pairwise(levels), 1) if one != two), len(levels)]
    order = [((begin, end), levels[begin]) for begin, end in pairwise(cuts) if begin < end]
    for least in range(max(levels, default=0), 0, -1):
        turned = []
        for high, group in groupby(order, key=lambda stretch: stretch[1] >= least):
            turned += list(group)[:: -1 if high else 1]
        order = turned
    return order


def width(words: str, faces: tuple[FontFace, ...]) -> float:
    """How wide a line of text is, in em."""
    return sum(advance(run) for run in runs(words, faces))


def advance(run: Run) -> float:
    """How wide a run is, in em."""
    buffer, units = _shaped(run)
    return float(sum(position.x_advance for position in buffer.glyph_positions or ())) / units


def outline(run: Run) -> tuple[str, int]:
    """The outlines of a run as path data, upward from the baseline, and how many of its units are an em."""
    buffer, units = _shaped(run)
    parts, x = [], 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
        if data := _glyph(run.face, info.codepoint):
            parts.append(f"M{x + position.x_offset} {position.y_offset}{data}")
        x += position.x_advance
    return "".join(parts), units


@lru_cache(maxsize=4096)
def _glyph(face: FontFace, glyph: int) -> str:
    """The outline of a glyph from wherever it stands: written the same everywhere, it packs well."""
    pen = _RelativePen()
    _font(face)[0].draw_glyph_with_pen(glyph, pen)
    return "".join(pen.commands)


class _RelativePen:
    """Writes path data in whole units, each place counted from the one before."""

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
def ascent(face: FontFace) -> float:
    """How high an l of a face is, in em."""
    font, units = _font(face)
    extents = font.get_glyph_extents(font.get_nominal_glyph(ord("l")) or 0)
    return float(extents.y_bearing) / units if extents else 0.7


def _shaped(run: Run) -> tuple[hb.Buffer, int]:
    font, units = _font(run.face)
    buffer = hb.Buffer()
    buffer.add_str(run.characters)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.from_right else "ltr"
    hb.shape(font, buffer)
    return buffer, units


@cache
def _font(face: FontFace) -> tuple[hb.Font, int]:
    opened = hb.Face(hb.Blob.from_file_path(str(face.path)), face.index)
    font = hb.Font(opened)
    font.set_variations({"wght": face.weight})
    return font, opened.upem
