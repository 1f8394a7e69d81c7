"""Text in a drawing → outlines of the bundled fonts, so that it looks the same wherever it is shown.

Lines are placed as SVG 1.1, chapter 10, says: pieces with an absolute place start a chunk, and a chunk is
anchored as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

import uharfbuzz as hb
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from lxml import etree

from triptych.media.fonts.fonts import characters_of, scripts_of
from triptych.media.xml_names import SVG
from triptych.theme.theme import FontFace, Theme

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NUMBER = re.compile(r"\s*(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(em|rem|ex|px|pt)?")
# How far the baseline lies below a named one, in em; for the house's faces and near enough for others.
_BASELINES = {
    "central": 0.35,
    "middle": 0.33,
    "hanging": 0.72,
    "text-before-edge": 0.93,
    "before-edge": 0.93,
    "text-after-edge": -0.24,
    "after-edge": -0.24,
}
_INHERITED = ("font-family", "font-size", "font-weight", "font-style", "text-anchor", "fill", "fill-opacity")
_MONO = re.compile(r"mono|courier|consol|menlo|typewriter", re.IGNORECASE)
_SERIF = re.compile(r"(?<!sans-)(?<!sans )\bserif|times|garamond|georgia|palatino", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters of one look; ``down`` is how far they stand below their chunk's line."""

    text: str
    look: dict[str, str]
    right: float = 0.0
    down: float = 0.0


@dataclass(slots=True)
class _Chunk:
    x: float
    y: float
    pieces: list[_Piece] = field(default_factory=list)


def outline_texts(root: etree._Element, theme: Theme, *, scale: float) -> str:
    """Put outlines in the place of all texts of a drawing whose styles are written out; return the texts.

    ``scale`` makes the house's faces as narrow as those that the drawing was laid out for.
    """
    texts = []
    for text in list(root.iter(f"{SVG}text")):
        group = text.makeelement(f"{SVG}g", {})
        for name in ("transform", "opacity", "display", "visibility"):
            if value := text.get(name):
                group.set(name, value)
        for chunk in _chunks(text):
            texts.append("".join(piece.text for piece in chunk.pieces))
            group.extend(_drawn(chunk, theme, scale))
        group.tail = text.tail
        parent = text.getparent()
        assert parent is not None
        parent.replace(text, group)
    return "\n".join(texts)


def _chunks(text: etree._Element) -> Iterator[_Chunk]:
    chunks = [_Chunk(0.0, 0.0)]
    down = 0.0

    def enter(element: etree._Element, look: dict[str, str]) -> None:
        nonlocal down
        look = look | {name: element.get(name, "") for name in _INHERITED if element.get(name)}
        baseline = element.get("dominant-baseline") or element.get("alignment-baseline") or ""
        look |= {"baseline": baseline} if baseline in (*_BASELINES, "auto", "alphabetic") else {}
        size = _size(look)
        x, y = _length(element.get("x"), size), _length(element.get("y"), size)
        if x is not None or y is not None:
            last = chunks[-1]
            chunks.append(_Chunk(last.x if x is None else x, last.y if y is None else y))
            # What stands on a line of its own counts from there; a new column stays on the line.
            down = 0.0 if y is not None else down
        right = _length(element.get("dx"), size) or 0.0
        down += _length(element.get("dy"), size) or 0.0
        add(element.text, look, right)
        for child in element:
            if isinstance(child.tag, str) and child.tag == f"{SVG}tspan":
                enter(child, look)
            add(child.tail, look, 0.0)

    def add(characters: str | None, look: dict[str, str], right: float) -> None:
        if characters:
            chunks[-1].pieces.append(_Piece(characters, look, right, down))

    enter(text, _look_around(text))
    kept = text.get(_SPACE) == "preserve"
    for chunk in chunks:
        chunk.pieces = chunk.pieces if kept else _folded(chunk.pieces)
        if any(piece.text.strip() for piece in chunk.pieces):
            yield chunk


def _look_around(text: etree._Element) -> dict[str, str]:
    """What a text inherits from the groups around it."""
    look: dict[str, str] = {}
    for element in reversed(list(text.iterancestors())):
        look |= {name: element.get(name, "") for name in _INHERITED if element.get(name)}
    return look


def _folded(pieces: list[_Piece]) -> list[_Piece]:
    """White space as XML folds it: one space between words, none at either end of a chunk."""
    out: list[_Piece] = []
    before = " "
    for piece in pieces:
        characters = re.sub(r"[ \t\r\n]+", " ", piece.text)
        if before.endswith(" "):
            characters = characters.lstrip(" ")
        if characters:
            out.append(_Piece(characters, piece.look, piece.right, piece.down))
            before = characters
    if out:
        last = out[-1]
        out[-1] = _Piece(last.text.rstrip(" "), last.look, last.right, last.down)
    return out


def _drawn(chunk: _Chunk, theme: Theme, scale: float) -> Iterator[etree._Element]:
    """The outlines of a chunk, a path for each run of one face."""
    runs = []
    pen_x = 0.0
    for piece in chunk.pieces:
        pen_x += piece.right
        size = _size(piece.look) * scale
        for face, characters in _by_face(piece, theme):
            outline, units, advance = _shaped(face, characters)
            runs.append((pen_x, size / units, piece, outline))
            pen_x += advance * size
    anchor = next((piece.look.get("text-anchor", "start") for piece in chunk.pieces), "start")
    start = chunk.x - pen_x * {"middle": 0.5, "end": 1.0}.get(anchor, 0.0)
    for x, factor, piece, outline in runs:
        if not outline:
            continue
        below = _BASELINES.get(piece.look.get("baseline", ""), 0.0)
        y = chunk.y + piece.down + below * _size(piece.look) * scale
        path = etree.Element(f"{SVG}path")
        path.set("transform", f"translate({start + x:.3f} {y:.3f}) scale({factor:.6f} {-factor:.6f})")
        path.set("fill", piece.look.get("fill", "#000000"))
        path.set("stroke", "none")
        if opacity := piece.look.get("fill-opacity"):
            path.set("fill-opacity", opacity)
        path.set("d", outline)
        yield path


def asked_family(families: str, theme: Theme) -> str:
    """The theme's family of the kind that a list of families names; sans-serif where it names none."""
    if _MONO.search(families):
        return theme.mono
    return theme.serif if _SERIF.search(families) or theme.serif in families else theme.sans


def _by_face(piece: _Piece, theme: Theme) -> Iterator[tuple[FontFace, str]]:
    """A piece in runs of the first face that has the characters.

    The asked family comes first, then the others and those of the scripts that the piece is written in.
    """
    asked = asked_family(piece.look.get("font-family", ""), theme)
    weight = piece.look.get("font-weight", "")
    bold = weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)
    italic = piece.look.get("font-style") in ("italic", "oblique")
    families = dict.fromkeys((asked, theme.sans, theme.serif, theme.mono))
    families |= dict.fromkeys(script.sans for script in scripts_of(piece.text, (), theme))
    faces = [theme.face(name, bold=bold, italic=italic) for name in families]
    coverage = [(face, characters_of(face.path, face.index)) for face in faces]

    def face_of(character: str) -> FontFace:
        return next((face for face, characters in coverage if ord(character) in characters), faces[0])

    for face, characters in groupby(piece.text, key=face_of):
        yield face, "".join(characters)


@cache
def _font(face: FontFace) -> tuple[hb.Font, int]:
    opened = hb.Face(hb.Blob.from_file_path(face.path), face.index)
    font = hb.Font(opened)
    font.set_variations({"wght": face.weight})
    return font, opened.upem


def _shaped(face: FontFace, characters: str) -> tuple[str, int, float]:
    """Path data in font units, how many of them are an em, and the advance in em."""
    font, units = _font(face)
    buffer = hb.Buffer()
    buffer.add_str(characters)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    parts, x = [], 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
        pen = SVGPathPen(None)
        place = (1, 0, 0, 1, x + position.x_offset, position.y_offset)
        font.draw_glyph_with_pen(info.codepoint, TransformPen(pen, place))
        parts.append(pen.getCommands())
        x += position.x_advance
    return "".join(parts), units, x / units


def advance(face: FontFace, characters: str) -> float:
    """How wide characters are in a face, in em."""
    return _shaped(face, characters)[2]


def _size(look: dict[str, str]) -> float:
    return _length(look.get("font-size"), 16.0) or 16.0


def _length(written: str | None, size: float) -> float | None:
    """The first length of a list, in user units."""
    match = _NUMBER.match(written or "")
    if match is None:
        return None
    units = {"em": size, "rem": 16.0, "ex": size / 2, "pt": 4 / 3}
    return float(match.group(1)) * units.get(match.group(2) or "", 1.0)
