"""What nobody asked to be shown may be shown in less: a book whose table is too large still has its deck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.writers.deck.fitting_slides import FittedSlide
from triptych.writers.deck.slides import DeckSlide, Layout, Para, Run, TableBody, TextBody
from triptych.writers.deck.text import shortened

Fit: TypeAlias = Callable[[DeckSlide], tuple[list[FittedSlide], list[Diagnostic]]]
_TITLE_LENGTHS = (100, 70, 45, 30)  # characters


def fit_or_reduce(slide: DeckSlide, fit: Fit) -> tuple[list[FittedSlide], list[Diagnostic]]:
    """The slides of one of the storyboard's. DEK001 for what an author asked to be shown and does not fit.

    Of a slide that comes from the book alone, a table gives way to its caption and a title to its first
    words, with DEK002 for each.
    """
    parts, problems = fit(slide)
    if slide.asked or not any(problem.code == "DEK001" for problem in problems):
        return parts, problems
    told: list[Diagnostic] = []
    if isinstance(slide.body, TableBody) and _too_large(problems, "table"):
        told.append(
            _said(slide, "table", "its caption stands there", "mark it {.no-slide}, or shorten its cells")
        )
        words = Para(runs=(Run(text=slide.body.alt),), bullet=False)
        slide = replace(slide, layout=Layout.BULLETS, body=TextBody(paras=(words,)))
        parts, problems = fit(slide)
    for length in _TITLE_LENGTHS:
        if not _too_large(problems, "title"):
            break
        shorter = replace(slide, title=shortened(slide.title, length))
        parts, problems = fit(shorter)
        if not _too_large(problems, "title"):
            told.append(_said(slide, "title", "its first words stand there", "write a shorter slide-title"))
    return parts, [*told, *problems]


def _too_large(problems: list[Diagnostic], what: str) -> bool:
    return any(
        problem.code == "DEK001" and problem.message.startswith(f"the {what} ") for problem in problems
    )


def _said(slide: DeckSlide, what: str, instead: str, hint: str) -> Diagnostic:
    message = f'the {what} of the slide "{slide.title}" does not fit on it: {instead}'
    return Diagnostic(code="DEK002", message=message, span=slide.span, hint=hint)
