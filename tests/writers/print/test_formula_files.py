"""Formulas have their MathML with them, whatever they are joined with."""

from __future__ import annotations

import io

import pikepdf
import pytest

from tests.writers.epub.conftest import Write
from tests.writers.print.quires import bound, painted
from triptych.writers.print.quire import join_quires

_MATHML = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>{}</mi></math>'


def drawn(*letters: str) -> str:
    """Formulas in a paragraph."""
    return "<p>" + " ".join(
        f"<svg class='math' xmlns='http://www.w3.org/2000/svg' width='9' height='9' aria-label='{letter}'"
        f" data-mathml='{_MATHML.format(letter).replace('<', '&lt;')}'><rect width='9' height='9'/></svg>"
        for letter in letters
    )+"</p>"  # fmt: skip


def formulas(data: bytes) -> list[tuple[str, str, str]]:
    """The formulas of a file: words, MathML, and what the latter is to it."""
    pdf = pikepdf.open(io.BytesIO(data))
    found = [
        item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Formula"
    ]
    return [
        (
            str(formula.Alt),
            bytes(formula.AF[0].EF.F.read_bytes()).decode(),
            str(formula.AF[0].AFRelationship),
        )
        for formula in found
    ]


def files(data: bytes) -> list[bytes]:
    """The files that a file holds."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        return [bytes(item.read_bytes()) for item in streams if item.get("/Type") == "/EmbeddedFile"]


def test_each_formula_has_its_own() -> None:
    quire = join_quires([painted(drawn("a", "b"), name="p"), painted(drawn("c"), name="q")])
    found = formulas(bound(quire, painted(drawn("d"), name="r")))
    assert found == [(letter, _MATHML.format(letter), "/Supplement") for letter in "abcd"]


def test_formulas_that_are_alike_share_it() -> None:
    data = bound(painted(drawn("a", "a", "b")))
    assert len(formulas(data)) == 3
    assert len(files(data)) == 2


@pytest.mark.e2e
def test_a_file_for_a_press_has_none(write: Write) -> None:
    data, _ = write("pdf", "$x^2$ and $y$\n", more="format: {pdf: {pdf-standard: pdf/x-4, colour: cmyk}}\n")
    assert files(data) == []
