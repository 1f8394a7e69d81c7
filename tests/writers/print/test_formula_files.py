"""Test that the MathML of formulas is attached to their tags, in any context."""

from __future__ import annotations

import io

import pikepdf
import pytest

from tests.writers.epub.conftest import Write
from tests.writers.print.quires import bound, painted
from triptych.writers.print.quire import join_quires

_MATHML = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>{}</mi></math>'


def drawn(*letters: str) -> str:
    """Return formulas in a paragraph."""
    return "<p>" + " ".join(
        f"<svg class='math' xmlns='http://www.w3.org/2000/svg' width='9' height='9' aria-label='{letter}'"
        f" data-mathml='{_MATHML.format(letter).replace('<', '&lt;')}'><rect width='9' height='9'/></svg>"
        for letter in letters
    )+"</p>"  # fmt: skip


def formulas(data: bytes) -> list[tuple[str, str, str]]:
    """Return the formulas of a file: spoken words, MathML, and its relationship."""
    pdf = pikepdf.open(io.BytesIO(data))
    objects = [
        item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Formula"
    ]
    return [
        (
            str(formula.Alt),
            bytes(formula.AF[0].EF.F.read_bytes()).decode(),
            str(formula.AF[0].AFRelationship),
        )
        for formula in objects
    ]


def files(data: bytes) -> list[bytes]:
    """Return the files attached to a file."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        return [bytes(item.read_bytes()) for item in streams if item.get("/Type") == "/EmbeddedFile"]


def test_each_formula_has_a_separate_drawing() -> None:
    quire = join_quires([painted(drawn("a", "b"), name="p"), painted(drawn("c"), name="q")])
    result = formulas(bound(quire, painted(drawn("d"), name="r")))
    assert result == [(letter, _MATHML.format(letter), "/Supplement") for letter in "abcd"]


def test_equal_formulas_share_a_drawing() -> None:
    data = bound(painted(drawn("a", "a", "b")))
    assert len(formulas(data)) == 3
    assert len(files(data)) == 2


def test_equal_formulas_of_documents_share_a_file() -> None:
    data = bound(painted(drawn("a", "b"), name="p"), painted(drawn("b", "c"), name="q"))
    assert [mathml for _, mathml, _ in formulas(data)] == [_MATHML.format(letter) for letter in "abbc"]
    assert len(files(data)) == 3


@pytest.mark.e2e
def test_a_file_for_a_press_has_none(write: Write) -> None:
    data, _ = write("pdf", "$x^2$ and $y$\n", more="format: {pdf: {pdf-standard: pdf/x-4, colour: cmyk}}\n")
    assert files(data) == []
