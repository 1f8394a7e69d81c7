"""The faces of a theme's formulas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from triptych.theme.theme import FontFace, Theme, load_theme


@dataclass(frozen=True, slots=True)
class FormulaFaces:
    """The families of words and of all else in formulas.

    ``scale`` is the size of the mathematics to that of the text, so that small letters are as high; ``own``
    are faces that the project brings.
    """

    text: str
    math: str
    scale: float = 1.0
    own: tuple[FontFace, ...] = ()


@lru_cache(maxsize=16)
def formula_faces(theme: Theme) -> FormulaFaces:
    """The faces of formulas in a theme: those of its running text, and of its mathematics."""
    role = theme.print.type.text.family
    text = getattr(theme, role)
    own = tuple(face for face in theme.faces if face.own and face.family == text)
    (math,) = (face for face in theme.math_faces if face.family == theme.math)
    scale = _letter_height(theme.face(text).path) / _letter_height(math.path)
    return FormulaFaces(text, theme.math, round(scale, 3), own)


def house_faces() -> FormulaFaces:
    """Those of the house, where no theme is asked for."""
    return formula_faces(load_theme())


def _letter_height(path: Path) -> float:
    """How high an x is, in em: measured, since fonts say it wrong. Half an em in a face without it."""
    with TTFont(path, fontNumber=0, lazy=True) as font:
        name = font.getBestCmap().get(ord("x"))
        glyphs = font.getGlyphSet()
        pen = BoundsPen(glyphs)
        if name is not None:
            glyphs[name].draw(pen)
        return float(pen.bounds[3]) / int(font["head"].unitsPerEm) if pen.bounds else 0.5
