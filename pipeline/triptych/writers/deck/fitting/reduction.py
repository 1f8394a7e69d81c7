"""Fit slides, and reduce content that does not fit, except where the author requested it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.writers.deck.fitting.slides import FittedSlide
from triptych.writers.deck.kinds import CARDS
from triptych.writers.deck.slides import (
    Body,
    CalloutBody,
    DeckSlide,
    EquationBody,
    NumbersBody,
    Para,
    QuoteBody,
    Run,
    SlideKindName,
    TableBody,
    TextBody,
    TimelineBody,
    join_run_text,
    make_plain_para,
    shorten_text,
)
from triptych.writers.deck.story.runs import make_plain_note

Fit: TypeAlias = Callable[[DeckSlide], tuple[list[FittedSlide], list[Diagnostic]]]
_TITLE_LENGTHS = (100, 70, 45, 30, 20, 12, 6)  # maximum title lengths in characters, tried in this order


def fit_or_reduce_slide(
    slide: DeckSlide, fit: Fit, *, reduces_requested: bool = False
) -> tuple[list[FittedSlide], list[Diagnostic]]:
    """Fit a storyboard slide, and reduce content that does not fit unless the author requested it.

    A table is replaced with its caption and its cells go into the notes, other content is replaced with text,
    and a title is cut to its first words. Report DEK001 for requested content that does not fit, and DEK002
    for reduced content. If ``reduces_requested`` is true, as for authors' own templates, requested content is
    reduced too.
    """
    parts, problems = fit(slide)
    # A list is better than a slide that shows only one big number.
    cards = [sum(role in part.texts for role in CARDS) for part in parts]
    if reduces_requested and isinstance(slide.body, NumbersBody) and len(cards) > 1 and 1 in cards:
        list_slide = replace(
            slide, kind=SlideKindName.BULLETS, body=TextBody(paras=_convert_body_to_text(slide.body))
        )
        list_parts, others = fit(list_slide)
        if len(list_parts) == 1 and not others:
            consequence, hint = "a list is shown instead", "shorten the text of the big numbers"
            return list_parts, [_report_reduction(slide, "group of big numbers", consequence, hint)]
    if not any(problem.code == "DEK001" for problem in problems):
        return parts, problems
    findings: list[Diagnostic] = []
    strict = slide.is_requested and not reduces_requested
    if not strict and isinstance(slide.body, TableBody) and _has_size_problem(problems, "table"):
        table, captioned = slide.body, slide.body.source
        consequence = (
            "its caption is shown instead" if captioned else "its text was moved to the speaker notes"
        )
        hint = "shorten the table cells, or mark the table with `{.no-slide}`"
        findings.append(_report_reduction(slide, "table", consequence, hint))
        caption, notes = make_plain_para(table.alt), slide.notes
        if slide.is_requested or not captioned:
            rows = ([" ".join(join_run_text(cell.runs).split()) for cell in row] for row in table.rows)
            notes = (*notes, *(make_plain_note("; ".join(filter(None, row))) for row in rows if any(row)))
        slide = replace(slide, kind=SlideKindName.BULLETS, body=TextBody(paras=(caption,)), notes=notes)
        parts, problems = fit(slide)
    others = [
        problem
        for problem in problems
        if problem.code == "DEK001" and not _has_size_problem([problem], "title")
    ]
    if others and not strict and (paras := _convert_body_to_text(slide.body)):
        content_name = others[0].message.removeprefix("the ").partition(" on slide ")[0]
        findings.append(
            _report_reduction(
                slide, content_name, "plain text is shown instead", f"shorten the {content_name}"
            )
        )
        slide = replace(slide, kind=SlideKindName.BULLETS, body=TextBody(paras=paras))
        parts, problems = fit(slide)
    if _has_size_problem(problems, "title") and not (strict and slide.has_own_title):
        full_slide = replace(slide, notes=(make_plain_note(slide.title), *slide.notes))
        # If the kicker was prepended to the title, drop the kicker first.
        for kicker, length in product(dict.fromkeys((slide.kicker, "")), _TITLE_LENGTHS):
            parts, problems = fit(replace(full_slide, kicker=kicker, title=shorten_text(slide.title, length)))
            if not _has_size_problem(problems, "title"):
                hint = "write a shorter `slide-title`" if slide.book_blocks else "shorten the title"
                findings.append(_report_reduction(slide, "title", "only its first words are shown", hint))
                break
    return parts, [*findings, *problems]


def _convert_body_to_text(body: Body | None) -> tuple[Para, ...]:
    """Convert a slide's content to paragraphs; return () if it cannot be shown as text."""
    match body:
        case QuoteBody(text=text, attribution=attribution):
            return tuple(Para(runs=runs, bullet=False) for runs in (text, attribution) if runs)
        case CalloutBody(label=label, paras=paras):
            return (Para(runs=(Run(text=label, bold=True),), bullet=False), *paras)
        case EquationBody(text=formula, before=before, after=after):
            return (*before, make_plain_para(formula), *after)
        case NumbersBody(cards=cards) | TimelineBody(cards=cards):
            pairs = ((Para(runs=card.heading, bullet=False), *card.paras) for card in cards)
            return tuple(para for pair in pairs for para in pair)
    return ()


def _has_size_problem(problems: list[Diagnostic], content_name: str) -> bool:
    return any(
        problem.code == "DEK001" and problem.message.startswith(f"the {content_name} ")
        for problem in problems
    )


def _report_reduction(slide: DeckSlide, content_name: str, outcome: str, hint: str) -> Diagnostic:
    title = shorten_text(slide.title, _TITLE_LENGTHS[0])
    message = f'the {content_name} on slide "{title}" does not fit; {outcome}'
    return Diagnostic(code="DEK002", message=message, span=slide.span, hint=hint)
