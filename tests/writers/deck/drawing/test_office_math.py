"""Test that the Office Math of formulas conforms to its schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ReadBook
from tests.media.formulas.test_tex import CONSTRUCTS
from tests.writers.deck.drawing.office_math_schema import list_faults
from triptych.model.nodes import Equation, Math
from triptych.model.walk import chapter_nodes
from triptych.writers.deck.drawing.office_math import build_equation

FORMULAS = Path(__file__).parents[3] / "media" / "formulas"


def make_equation(omml: str) -> object:
    return build_equation(omml, {"lang": "en"}, display=True)


def test_office_math_of_all_formulas_conforms_to_its_schema(read_book_of: ReadBook) -> None:
    lines = [
        line
        for name in ("formulas.txt", "spoken-formulas.txt")
        for line in (FORMULAS / name).read_text("utf-8").splitlines()
    ]
    formulas = [*lines, *(tex for tex, _ in CONSTRUCTS)]
    book, _ = read_book_of("\n\n".join(f"$${formula}$$" for formula in formulas))
    found = [
        node for chapter in book.chapters for node in chapter_nodes(chapter, Equation, Math) if node.omml
    ]
    assert len(found) > 400
    assert {node.tex: faults for node in found if (faults := [*list_faults(make_equation(node.omml))])} == {}


@pytest.mark.parametrize(
    ("omml", "fault"),
    [
        ("<m:oMath><m:sSub><m:sub/><m:e/></m:sSub></m:oMath>", "sSub: sSubPr sub e "),
        ("<m:oMath><m:acc><m:accPr><m:chr m:val='ab'/></m:accPr><m:e/></m:acc></m:oMath>", "chr = 'ab'"),
        ("<m:oMath><m:m><m:mr><m:e/></m:mr><m:mr><m:e/><m:e/></m:mr></m:m></m:oMath>", "m: rows of [1, 2] cells"),
    ],
)  # fmt: skip
def test_faults_of_office_math_are_found(omml: str, fault: str) -> None:
    assert [*list_faults(make_equation(omml))] == [fault]
