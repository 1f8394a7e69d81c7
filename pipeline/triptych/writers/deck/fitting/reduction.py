"""Fit slides, and reduce content that does not fit, unless the author requested it."""

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
    """Fit a storyboard slide; content that does not fit is reduced, unless the author requested it.

    A table is replaced by its caption and moved to the notes, other content is replaced by text, and a title
    is cut to its first words. Report DEK001 for requested content that does not fit, and DEK002 for reduced
    content. With ``reduces_requested``, for templates of authors, requested content is reduced too.
    """
    parts, problems = fit(slide)
    # A list is better than a slide with a single big number.
    cards = [sum(role in part.texts for role in CARDS) for part in parts]
    if reduces_requested and isinstance(slide.body, NumbersBody) and len(cards) > 1 and 1 in cards:
        listed = replace(
            slide, kind=SlideKindName.BULLETS, body=TextBody(paras=_convert_body_to_text(slide.body))
        )
        fewer, others = fit(listed)
        if len(fewer) == 1 and not others:
            instead, hint = "a list is shown instead", "shorten the text of the big numbers"
            return fewer, [_report_reduction(slide, "group of big numbers", instead, hint)]
    if not any(problem.code == "DEK001" for problem in problems):
        return parts, problems
    told: list[Diagnostic] = []
    strict = slide.is_requested and not reduces_requested
    if not strict and isinstance(slide.body, TableBody) and _has_size_problem(problems, "table"):
        table, captioned = slide.body, slide.body.source
        instead = "its caption is shown instead" if captioned else "its text was moved to the speaker notes"
        hint = "shorten the table cells, or mark the table with `{.no-slide}`"
        told.append(_report_reduction(slide, "table", instead, hint))
        caption, notes = make_plain_para(table.alt), slide.notes
        if slide.is_requested or not captioned:
            rows = ([" ".join(join_run_text(cell.runs).split()) for cell in row] for row in table.rows)
            notes = (*notes, *(make_plain_note("; ".join(filter(None, row))) for row in rows if any(row)))
        slide = replace(slide, kind=SlideKindName.BULLETS, body=TextBody(paras=(caption,)), notes=notes)
        parts, problems = fit(slide)
    others = [one for one in problems if one.code == "DEK001" and not _has_size_problem([one], "title")]
    if others and not strict and (paras := _convert_body_to_text(slide.body)):
        what = others[0].message.removeprefix("the ").partition(" on slide ")[0]
        told.append(_report_reduction(slide, what, "plain text is shown instead", f"shorten the {what}"))
        slide = replace(slide, kind=SlideKindName.BULLETS, body=TextBody(paras=paras))
        parts, problems = fit(slide)
    if _has_size_problem(problems, "title") and not (strict and slide.has_own_title):
        whole = replace(slide, notes=(make_plain_note(slide.title), *slide.notes))
        # A kicker that was prepended to the title is dropped first.
        for kicker, length in product(dict.fromkeys((slide.kicker, "")), _TITLE_LENGTHS):
            parts, problems = fit(replace(whole, kicker=kicker, title=shorten_text(slide.title, length)))
            if not _has_size_problem(problems, "title"):
                hint = "write a shorter `slide-title`" if slide.book_blocks else "shorten the title"
                told.append(_report_reduction(slide, "title", "only its first words are shown", hint))
                break
    return parts, [*told, *problems]


def _convert_body_to_text(body: Body | None) -> tuple[Para, ...]:
    """Convert a slide's content to paragraphs, or return () if it cannot be text."""
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
    return any(one.code == "DEK001" and one.message.startswith(f"the {content_name} ") for one in problems)


def _report_reduction(slide: DeckSlide, content_name: str, outcome: str, hint: str) -> Diagnostic:
    title = shorten_text(slide.title, _TITLE_LENGTHS[0])
    message = f'the {content_name} on slide "{title}" does not fit; {outcome}'
    return Diagnostic(code="DEK002", message=message, span=slide.span, hint=hint)
