"""Text in a drawing → outlines of the bundled fonts, so that it looks the same wherever it is shown.

Lines are placed as SVG 1.1, chapter 10, says: pieces with an absolute place start a chunk, and a chunk is
anchored as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from triptych.media.fonts.shaping import Run, advance, families_for, outline, runs
from triptych.media.pictures.files import parse_svg
from triptych.media.xml_names import SPACE, SVG
from triptych.model.whole_numbers import whole_number
from triptych.theme.theme import Theme

_NUMBER = re.compile(r"\s*+(-?(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?\d++)?)\s*+(em|rem|ex|px|pt)?")
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


def with_outlines(svg: bytes, theme: Theme) -> bytes:
    """A drawing of ours, whose styles are attributes, with outlines in the place of all texts."""
    root = parse_svg(svg)
    outline_texts(root, theme, scale=1.0)
    for name in ("font-family", "font-size"):
        root.attrib.pop(name, "")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


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
    kept = text.get(SPACE) == "preserve"
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
    placed = []
    pen_x = 0.0
    for piece in chunk.pieces:
        pen_x += piece.right
        size = _size(piece.look) * scale
        for run in _runs(piece, theme):
            data, units = outline(run)
            placed.append((pen_x, size / units, piece, data))
            pen_x += advance(run) * size
    anchor = next((piece.look.get("text-anchor", "start") for piece in chunk.pieces), "start")
    start = chunk.x - pen_x * {"middle": 0.5, "end": 1.0}.get(anchor, 0.0)
    for x, factor, piece, data in placed:
        if not data:
            continue
        below = _BASELINES.get(piece.look.get("baseline", ""), 0.0)
        y = chunk.y + piece.down + below * _size(piece.look) * scale
        path = etree.Element(f"{SVG}path")
        path.set("transform", f"translate({start + x:.3f} {y:.3f}) scale({factor:.6f} {-factor:.6f})")
        path.set("fill", piece.look.get("fill", "#000000"))
        path.set("stroke", "none")
        if opacity := piece.look.get("fill-opacity"):
            path.set("fill-opacity", opacity)
        path.set("d", data)
        yield path


def asked_family(families: str, theme: Theme) -> str:
    """The theme's family that a list of families begins with, or the one of its kind; else sans-serif."""
    first = families.partition(",")[0].strip(" \"'")
    if first in (theme.sans, theme.serif, theme.mono):
        return first
    if _MONO.search(families):
        return theme.mono
    return theme.serif if _SERIF.search(families) or theme.serif in families else theme.sans


def _runs(piece: _Piece, theme: Theme) -> Iterator[Run]:
    """A piece in runs of a face: the asked family comes first."""
    weight = piece.look.get("font-weight", "")
    bold = weight in ("bold", "bolder") or (whole_number(weight) or 0) >= 600
    italic = piece.look.get("font-style") in ("italic", "oblique")
    asked = asked_family(piece.look.get("font-family", ""), theme)
    families = families_for(piece.text, (asked,), theme)
    return runs(piece.text, tuple(theme.face(name, bold=bold, italic=italic) for name in families))


def _size(look: dict[str, str]) -> float:
    return _length(look.get("font-size"), 16.0) or 16.0


def _length(written: str | None, size: float) -> float | None:
    """The first length of a list, in user units."""
    match = _NUMBER.match(written or "")
    if match is None:
        return None
    units = {"em": size, "rem": 16.0, "ex": size / 2, "pt": 4 / 3}
    return float(match.group(1)) * units.get(match.group(2) or "", 1.0)
