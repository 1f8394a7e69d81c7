"""Test that illegible content is reported once per slide, and legible content is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.writers.deck.conftest import SPAN, THEME, deck, point
from triptych.diagnostics import Diagnostic
from triptych.writers.deck.slides import DeckSlide, EquationBody, NativeFormula, Run, SlideKindName, TextBody
from triptych.writers.deck.writer import write_deck

OMML = (
    '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    "<m:r><m:t>x</m:t></m:r></m:oMath>"
)


def told(slide: DeckSlide) -> list[Diagnostic]:
    _, result = write_deck(deck(slide), THEME)
    return result


def formula(width: float, height: float = 1.2) -> NativeFormula:
    return NativeFormula(omml=OMML, width=width, height=height, display=True)


def equation(native: NativeFormula) -> DeckSlide:
    body = EquationBody(native=native, drawing=None, text="x", alt="x")
    return DeckSlide(kind=SlideKindName.EQUATION, title="A sum", body=body, span=SPAN)


def text(words: int, **more: object) -> DeckSlide:
    body = TextBody(paras=tuple(point("energy " * 20) for _ in range(words // 20)))
    return replace(DeckSlide(kind=SlideKindName.BULLETS, title="Points", body=body, span=SPAN), **more)  # type: ignore[arg-type]


def test_long_inline_formula_is_reported_with_its_size() -> None:
    (problem,) = told(equation(formula(160)))
    assert (problem.code, problem.span) == ("DEK007", SPAN)
    assert problem.message == 'the formula on slide "A sum" is only 5.4 pt; the minimum is 12 pt'


@pytest.mark.parametrize("width", [4, 40, 66])
def test_legible_formula_is_not_reported(width: float) -> None:
    assert told(equation(formula(width))) == []


def test_long_formula_in_a_text_line_is_reported() -> None:
    para = replace(point("x"), runs=(Run(text="so "), Run(text="x" * 12, formula=formula(120))))
    body = TextBody(paras=(para,))
    (problem,) = told(DeckSlide(kind=SlideKindName.BULLETS, title="A sum", body=body, span=SPAN))
    assert problem.code == "DEK007" and "formula" in problem.message


def test_reduced_text_is_reported_and_continued_text_is_not() -> None:
    (problem,) = told(text(320, overflow="shrink"))
    assert (problem.code, problem.span) == ("DEK007", SPAN)
    assert problem.message.startswith('the text on slide "Points" is only 1')
    assert told(text(320, overflow="split")) == []


def test_hidden_slides_and_generated_lists_are_not_reported() -> None:
    assert told(text(320, overflow="shrink", hidden=True)) == []
    assert told(text(320, overflow="shrink", is_requested=False)) == []
