"""The faces of a theme's formulas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb

from triptych.media.fonts.fonts import opened_face
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
    scale = _letter_height(theme.face(text)) / _letter_height(math)
    return FormulaFaces(text, theme.math, round(scale, 3), own)


def house_faces() -> FormulaFaces:
    """Those of the house, where no theme is asked for."""
    return formula_faces(load_theme())


def _letter_height(face: FontFace) -> float:
    """How high an x is, in em: measured, since fonts say it wrong. Half an em in a face without it."""
    font = hb.Font(opened_face(face))
    glyph = font.get_nominal_glyph(ord("x"))
    extents = font.get_glyph_extents(glyph) if glyph is not None else None
    return float(extents.y_bearing / font.face.upem) if extents and extents.height else 0.5
