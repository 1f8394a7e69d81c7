"""The formulas that an output draws, and what is wrong with them."""

from __future__ import annotations

from triptych.diagnostics import Diagnostic
from triptych.media.formulas.formulas import Drawing, Formula, formula_of, room_for
from triptych.model.book import Book
from triptych.model.nodes import Equation, Math
from triptych.model.walk import book_nodes


def written_formulas(book: Book) -> list[Math | Equation]:
    """All formulas that were understood, in order."""
    return [node for node in book_nodes(book, Math, Equation) if node.mathml]


def different(nodes: list[Math | Equation]) -> list[Formula]:
    """What is to be drawn for them, each once."""
    return list(dict.fromkeys(map(formula_of, nodes)))


def undrawn(node: Math | Equation, instead: str) -> Diagnostic:
    """MTH002 for a formula that was understood and has no drawing; ``instead`` says what stands there."""
    message = f"the formula `{' '.join(node.tex.split())[:60]}` cannot be rendered; {instead}"
    hint = "simplify the formula, or split it into several formulas"
    return Diagnostic(code="MTH002", span=node.span, message=message, hint=hint)


def is_too_wide(drawing: Drawing | None, node: Math | Equation, measure: float) -> bool:
    """Whether a displayed formula is wider than its room, broken and smaller as it is."""
    formula = formula_of(node)
    return drawing is not None and formula.display and drawing.width > room_for(formula, measure) + 0.01


def too_wide(node: Math | Equation) -> Diagnostic:
    """MTH004 for a formula that neither breaks nor smaller type brings into the text's width."""
    message = f"the formula `{' '.join(node.tex.split())[:60]}` is wider than the text area"
    hint = r"break the formula with `\\` inside `\begin{aligned}` or `\begin{multline}`"
    return Diagnostic(code="MTH004", span=node.span, message=message, hint=hint)
