"""Where formulas are broken.

Displayed ones that are too wide are broken before signs, as TeX's authors do by hand, those in a line after
signs of relation, as TeX does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triptych.media.formulas.atoms import Atom, blank, joined
from triptych.media.formulas.typst_notation import atoms_of

_WIDE = 0.3  # of the room: what stands before the first sign is not wider where lines begin under that sign
_INDENT = 2.0  # em, where they do not
_DEEPER = 1.7  # em from a sign of relation to what stands after it
_WIDE_SPACE = 0.9  # em; formulas side by side are further apart
# What a break costs: before a relation or between formulas, before an operation, within brackets.
_COSTS = {"rel": 0.0, "space": 0.0, "bin": 0.3, "inside": 2.0}
_LINE = 1.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Atoms between two places to break at, and what the first of these is."""

    atoms: tuple[Atom, ...]
    before: str

    @property
    def text(self) -> str:
        """The piece alone, in Typst's notation."""
        return joined(self.atoms, script=False, continued=self.before not in ("", "space"))


def pieces_of(mathml: str) -> list[Piece]:
    """A formula in pieces; there is one where it cannot be broken."""
    pieces: list[Piece] = []
    atoms: list[Atom] = []
    before, depth = "", 0
    for atom in atoms_of(mathml, display=True):
        depth += (atom.kind == "open") - (atom.kind == "close")
        place = _place(atom, depth)
        if place and any(one.kind != "space" for one in atoms):
            pieces.append(Piece(tuple(atoms), before))
            before, atoms = place, []
        if not (place == "space" and not atoms):
            atoms.append(atom)
    return [*pieces, Piece(tuple(atoms), before)] if atoms else pieces


def pieces_in_line(mathml: str) -> list[str]:
    """A formula in a line → its pieces in Typst's notation, between which a line may end.

    A piece ends with a sign of relation; there is one where the formula has none outside of brackets.
    """
    pieces: list[list[Atom]] = [[]]
    depth = 0
    for atom in atoms_of(mathml, display=False):
        last = [one for one in pieces[-1] if one.kind != "space"]
        if depth <= 0 and len(last) > 1 and last[-1].kind == "rel" and atom.kind not in ("rel", "space"):
            pieces.append([])
        pieces[-1].append(atom)
        depth += (atom.kind == "open") - (atom.kind == "close")
    return [joined(_trimmed(piece), script=False) for piece in pieces]


def _trimmed(atoms: Sequence[Atom]) -> Sequence[Atom]:
    """Atoms without the spaces behind them."""
    end = len(atoms)
    while end and atoms[end - 1].kind == "space":
        end -= 1
    return atoms[:end]


def _place(atom: Atom, depth: int) -> str:
    if atom.kind == "space":
        return "space" if depth <= 0 and atom.width >= _WIDE_SPACE else ""
    if atom.kind not in ("rel", "bin"):
        return ""
    return atom.kind if depth <= 0 else "inside"


def rows(pieces: Sequence[Piece], widths: Sequence[float], room: float) -> list[str]:
    """Pieces with their widths in em → the lines that cost least, in Typst's notation."""
    if len(pieces) < 2:
        return []
    first = next((at for at, piece in enumerate(pieces) if piece.before == "rel"), 0)
    lead = sum(widths[:first])
    under = first > 0 and lead <= _WIDE * room
    indents = [_indent(piece, lead, under=under) for piece in pieces]
    best: list[tuple[float, int]] = [(0.0, 0)]  # what lines up to here cost, and where the last one begins
    for end in range(1, len(pieces) + 1):
        options = []
        for start in range(end):
            width = sum(widths[start:end]) + (indents[start] if start else 0.0)
            over = max(0.0, width - room) * 100
            short = 0.0 if end == len(pieces) else ((room - min(width, room)) / room) ** 2
            broken = _COSTS[pieces[start].before] if start else 0.0
            options.append((best[start][0] + _LINE + broken + over + short, start))
        best.append(min(options))
    ends = [len(pieces)]
    while ends[-1]:
        ends.append(best[ends[-1]][1])
    starts = ends[:0:-1]
    return [
        _line(pieces[start:end], indents[start] if start else 0.0)
        for start, end in zip(starts, [*starts[1:], len(pieces)], strict=True)
    ]


def _indent(piece: Piece, lead: float, *, under: bool) -> float:
    if not under:
        return _INDENT
    return lead if piece.before == "rel" else lead + _DEEPER


def _line(pieces: Sequence[Piece], indent: float) -> str:
    atoms = [atom for piece in pieces for atom in piece.atoms]
    text = joined(atoms, script=False, continued=bool(indent))
    return f"display({blank(indent) if indent else ''}{text})"
