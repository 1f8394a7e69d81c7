"""A hundred formulas whose drawings were looked at, beside those of LuaLaTeX with the same face.

The golden file has of each its TeX, its notation, its size in em and a digest of what is drawn. Where one
changes, draw it and look: `pytest tests/media/formulas/test_hundred_formulas.py --update-golden`.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import Golden
from tests.media.formulas.conftest import MathmlOf
from triptych.engine.store.program_digest import compute_digest
from triptych.media.formulas.formulas import Formula, FormulaDrawing, draw_formulas
from triptych.media.formulas.typst_notation import write_typst_notation

_NUMBER = re.compile(r"-?\d+\.\d+")


def test_a_hundred_formulas_are_drawn_as_they_were(mathml_of: MathmlOf, golden: Golden) -> None:
    written = Path(__file__).with_name("formulas.txt").read_text("utf-8").splitlines()
    assert len(written) >= 100
    mathml = mathml_of([tex if tex.startswith("$") else f"$${tex}$$" for tex in written])
    assert all(mathml)
    formulas = [
        Formula(one, display=not tex.startswith("$")) for tex, one in zip(written, mathml, strict=True)
    ]
    lines = (
        f"{tex}\n  {write_typst_notation(formula.mathml, display=formula.display)}\n  {shown(drawing)}\n"
        for tex, formula, drawing in zip(written, formulas, draw_formulas(formulas), strict=True)
    )
    golden("formulas.txt", "".join(lines))


def shown(drawing: FormulaDrawing | None) -> str:
    """Width, height, depth, and a digest that does not depend on the last digits of numbers."""
    assert drawing is not None
    rounded = _NUMBER.sub(lambda found: f"{float(found.group()):.2f}", drawing.svg.decode())
    sizes = f"{drawing.width:.2f} × {drawing.height:.2f} − {drawing.depth:.2f}"
    return f"{sizes}  {compute_digest(rounded)[:12]}"
