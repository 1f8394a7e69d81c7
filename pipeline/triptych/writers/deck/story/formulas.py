"""The formulas of a book as slides show them: native where they can be, drawn for older programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from triptych.diagnostics import Diagnostic
from triptych.media.formulas.formulas import (
    Drawing,
    Formula,
    draw_formulas,
    formula_of,
)
from triptych.media.formulas.linear import linear
from triptych.model.book import Book
from triptych.model.nodes import Equation, Math
from triptych.writers.deck.slides import EquationBody, NativeFormula, Para, Run
from triptych.writers.findings import different, undrawn, written_formulas

# The mathematics of themes is narrower and lower than Cambria Math, which slides are set in.
_WIDER, _HIGHER = 1.32, 1.2
_UPRIGHT = re.compile(r"<m(?:i|text)\b[^>]*>[^<&]{2,}<")  # a word in MathML
# What a formula that could not be drawn may take, in em.
_LETTER, _HEIGHT = 0.6, 3.0

DrawFormulas = Callable[[list[Formula]], Mapping[Formula, Drawing | None]]


def draw_all(formulas: list[Formula]) -> Mapping[Formula, Drawing | None]:
    """The drawings of formulas, without a cache."""
    return dict(zip(formulas, draw_formulas(formulas), strict=True))


@dataclass(frozen=True, slots=True)
class Formulas:
    """The drawings of a book's formulas; with none of them, sizes are estimated."""

    drawings: Mapping[Formula, Drawing | None] = field(default_factory=dict)

    @classmethod
    def of_book(cls, book: Book, draw: DrawFormulas) -> Formulas:
        """All formulas that were understood, drawn in one run."""
        return cls(draw(different(written_formulas(book))))

    def drawing(self, node: Math | Equation) -> Drawing | None:
        """A formula's drawing, or None where Typst refuses it."""
        return self.drawings.get(formula_of(node))

    def run(self, node: Math | Equation, look: Run) -> Run:
        """A formula in a line of text, or on one of its own among paragraphs."""
        run = plain_run(node, look)
        if not node.omml or not run.text:
            return run
        width, height = self._size(node)
        native = NativeFormula(omml=node.omml, width=width, height=height, display=isinstance(node, Equation))
        return Run(text=run.text, italic=run.italic, bold=look.bold, language=look.language, formula=native)

    def body(
        self, node: Equation, number: str, before: tuple[Para, ...] = (), after: tuple[Para, ...] = ()
    ) -> EquationBody | None:
        """A formula that fills a slide; None where it has no form but its TeX."""
        drawing = self.drawing(node)
        if not node.omml and drawing is None:
            return None
        width, height = self._size(node)
        return EquationBody(
            native=NativeFormula(omml=node.omml, width=width, height=height, display=True),
            drawing=drawing,
            text=linear(node.mathml).text or node.tex,
            alt=node.spoken or node.tex,
            number=number,
            before=before,
            after=after,
        )

    def _size(self, node: Math | Equation) -> tuple[float, float]:
        drawing = self.drawing(node)
        if drawing is None:
            return len(linear(node.mathml).text) * _LETTER, _HEIGHT
        return drawing.width * _WIDER, drawing.height * _HIGHER


def plain_run(node: Math | Equation, look: Run) -> Run:
    """A formula where only text can stand: as a line of symbols, or its TeX where it was not understood."""
    if not node.mathml:
        return Run(text=node.tex, code=True, language=look.language)
    text = linear(node.mathml).text
    # Variables are slanted; words and numbers stand upright.
    slanted = any(map(str.isalpha, text)) and not _UPRIGHT.search(node.mathml)
    return Run(
        text=text,
        italic=slanted or look.italic,
        bold=look.bold,
        href=look.href,
        language=look.language,
    )


def undrawable(node: Equation) -> Diagnostic | None:
    """MTH002 for a formula that was understood and yet has no form; MTH001 has reported the others."""
    return undrawn(node, "its TeX source is shown on the slide") if node.mathml else None
