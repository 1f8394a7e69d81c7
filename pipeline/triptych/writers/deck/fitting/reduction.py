"""What nobody asked to be shown may be shown in less: a book whose table is too large still has its deck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.writers.deck.fitting.slides import FittedSlide
from triptych.writers.deck.slides import DeckSlide, Layout, Para, Run, Spoken, TableBody, TextBody, shortened
from triptych.writers.deck.story.runs import spoken

Fit: TypeAlias = Callable[[DeckSlide], tuple[list[FittedSlide], list[Diagnostic]]]
_TITLE_LENGTHS = (100, 70, 45, 30, 20, 12, 6)  # characters


def fit_or_reduce(slide: DeckSlide, fit: Fit) -> tuple[list[FittedSlide], list[Diagnostic]]:
    """The slides of one of the storyboard's. DEK001 for what an author asked to be shown and does not fit.

    Of a slide that comes from the book alone, a table gives way to its caption, or to its cells in the notes
    where it has none, and a title that nobody wrote for a slide of their own to its first words, with DEK002
    for each.
    """
    parts, problems = fit(slide)
    if not any(problem.code == "DEK001" for problem in problems):
        return parts, problems
    told: list[Diagnostic] = []
    if not slide.asked and isinstance(slide.body, TableBody) and _too_large(problems, "table"):
        table, captioned = slide.body, slide.body.source
        instead = "its caption stands there" if captioned else "its words stand in the notes"
        told.append(_said(slide, "table", instead, "mark it {.no-slide}, or shorten its cells"))
        words = Para(runs=(Run(text=table.alt),), bullet=False)
        notes = slide.notes if captioned else (*slide.notes, *_rows(table))
        slide = replace(slide, layout=Layout.BULLETS, body=TextBody(paras=(words,)), notes=notes)
        parts, problems = fit(slide)
    if _too_large(problems, "title") and not (slide.asked and slide.own_title):
        whole = replace(slide, notes=(spoken(slide.title), *slide.notes))
        # What stands before the title where the layout has no other place for it is the first to go.
        for kicker, length in product(dict.fromkeys((slide.kicker, "")), _TITLE_LENGTHS):
            parts, problems = fit(replace(whole, kicker=kicker, title=shortened(slide.title, length)))
            if not _too_large(problems, "title"):
                hint = "write a shorter slide-title" if slide.shown else "shorten it"
                told.append(_said(slide, "title", "its first words stand there", hint))
                break
    return parts, [*told, *problems]


def _rows(table: TableBody) -> Iterator[Spoken]:
    """The rows of a table as they are said, a paragraph each."""
    for row in table.rows:
        cells = (" ".join("".join(run.text for run in cell.runs).split()) for cell in row)
        if said := "; ".join(filter(None, cells)):
            yield spoken(said)


def _too_large(problems: list[Diagnostic], what: str) -> bool:
    return any(
        problem.code == "DEK001" and problem.message.startswith(f"the {what} ") for problem in problems
    )


def _said(slide: DeckSlide, what: str, instead: str, hint: str) -> Diagnostic:
    title = shortened(slide.title, _TITLE_LENGTHS[0])
    message = f'the {what} of the slide "{title}" does not fit on it: {instead}'
    return Diagnostic(code="DEK002", message=message, span=slide.span, hint=hint)
