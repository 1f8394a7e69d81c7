"""Test a hundred formulas whose drawings were compared with those of LuaLaTeX in the same font.

The golden file has for each formula its TeX, its notation, its size in em and a digest of its drawing. If one
changes, draw it and compare: `pytest tests/media/formulas/test_hundred_formulas.py --update-golden`.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import Golden
from tests.media.formulas.conftest import MathmlOf
from triptych.engine.store.program_digest import compute_digest
from triptych.media.formulas.formulas import (
    Formula,
    FormulaDrawing,
    add_svg,
    draw_formulas,
    load_default_formula_fonts,
)
from triptych.media.formulas.typst_notation import write_typst_notation

_NUMBER = re.compile(r"-?\d+\.\d+")


def test_hundred_formulas_match_their_recorded_drawings(mathml_of: MathmlOf, golden: Golden) -> None:
    output = Path(__file__).with_name("formulas.txt").read_text("utf-8").splitlines()
    assert len(output) >= 100
    mathml = mathml_of([tex if tex.startswith("$") else f"$${tex}$$" for tex in output])
    assert all(mathml)
    formulas = [
        Formula(item, display=not tex.startswith("$")) for tex, item in zip(output, mathml, strict=True)
    ]
    lines = (
        f"{tex}\n  {write_typst_notation(formula.mathml, display=formula.display)}\n  {shown(drawing)}\n"
        for tex, formula, drawing in zip(output, formulas, draw_formulas(formulas), strict=True)
    )
    golden("formulas.txt", "".join(lines))


def shown(drawing: FormulaDrawing | None) -> str:
    """Return width, height, depth, and a digest that does not depend on the last digits of numbers."""
    assert drawing is not None
    svg = add_svg(drawing, load_default_formula_fonts()).svg
    rounded = _NUMBER.sub(lambda found: f"{float(found.group()):.2f}", svg.decode())
    sizes = f"{drawing.width:.2f} × {drawing.height:.2f} − {drawing.depth:.2f}"
    return f"{sizes}  {compute_digest(rounded)[:12]}"
