"""The deck writer: a storyboard in, the bytes of a ``.pptx`` out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from triptych.diagnostics import Diagnostic, did_you_mean, has_errors, ordered
from triptych.media.preparation.svg_to_dots import rasterise
from triptych.ooxml.names import qn
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.equations import lift_alternatives
from triptych.writers.deck.drawing.footers import set_footers, words
from triptych.writers.deck.drawing.pictures import Rasterise
from triptych.writers.deck.drawing.slides import Stage, draw_slide, small_plots
from triptych.writers.deck.drawing.text import (
    PendingLink,
    TextContext,
    child,
    keep_ink,
)
from triptych.writers.deck.fitting.composition import Places
from triptych.writers.deck.fitting.numbers import NumberSizes, number_sizes
from triptych.writers.deck.fitting.reduction import fit_or_reduce
from triptych.writers.deck.fitting.slides import FittedSlide, fit_slide, layout_for
from triptych.writers.deck.legibility import too_small
from triptych.writers.deck.package.fonts import Extent, embed_fonts
from triptych.writers.deck.package.notes_pages import add_notes
from triptych.writers.deck.package.package import packed, set_properties
from triptych.writers.deck.package.sections import add_sections
from triptych.writers.deck.package.transitions import add_transitions
from triptych.writers.deck.pptx.terms import RELATIONSHIP_TYPE
from triptych.writers.deck.slides import Deck, DeckSlide, Layout, NumbersBody, presented
from triptych.writers.deck.template.opening import Template, own_template


def write_deck(
    deck: Deck,
    theme: Theme,
    rasterise: Rasterise = rasterise,
    template: Template | None = None,
    fonts: Extent = "none",
) -> tuple[bytes, list[Diagnostic]]:
    """A presentation (ECMA-376, transitional), the same bytes for the same deck, theme and template.

    The template is filled, and so serves once; without one there is ours. DEK001 names what an author wants
    on a slide and does not fit, all of it in one run; the bytes are then empty. DEK002 names what is shown in
    less, and links to slides that are not there: their text stays. DEK007 names what is too small, CHT004
    charts whose words leave them too little room, DTP003 stopgaps among layouts, DTP004 pale text on them.
    ``fonts`` says how much of the theme's fonts the file brings; FNT004 names those that it must not.
    """
    template = template or own_template(theme, deck.language)
    presentation = template.presentation
    stage = Stage(
        template=template,
        text=TextContext(language=deck.language, theme=template.theme, way=template.way),
        footers=words(deck.footer or deck.title, deck.date),
        rasterise=rasterise,
    )
    fitted, diagnostics = _fit_all(deck, template)
    if has_errors(diagnostics):
        return b"", ordered(diagnostics)
    set_footers(presentation, stage.footers, stage.text)
    drawn = [draw_slide(slide, stage) for slide in fitted]
    diagnostics += [problem for slide in fitted for problem in small_plots(slide, stage)]
    diagnostics += add_notes(fitted, drawn, template, stage.text)
    diagnostics += too_small(fitted, template.places)
    used = {slide.layout for slide in fitted}
    diagnostics += [*template.stopgaps(used), *template.hard_to_read(used)]
    diagnostics += _link_slides(fitted, drawn, stage.text.links)
    for slide in drawn:
        lift_alternatives(slide)
    add_transitions(drawn, deck.transition, template.way)
    sections = [slide.source.section if slide.part == 1 else "" for slide in fitted]
    add_sections(presentation, sections, deck.title)
    diagnostics += embed_fonts(presentation, theme, fonts)
    set_properties(presentation, deck)
    return packed(presentation, deck.modified), ordered(diagnostics)


def _fit_all(deck: Deck, template: Template) -> tuple[list[FittedSlide], list[Diagnostic]]:
    fitted: list[FittedSlide] = []
    diagnostics: list[Diagnostic] = []
    places = template.places
    taken: set[str] = set()
    numbers = _number_sizes(deck, template)
    for slide in _with_unique_titles(deck):
        if template.offer(layout_for(slide), slide.wish) is None:
            diagnostics.append(_no_layout(slide, template))
            continue
        fit = partial(_fit, deck=deck, template=template, places=places, numbers=numbers)
        parts, problems = fit_or_reduce(slide, fit)
        # Titles that were cut to their first words may have become the same.
        while any(part.title in taken for part in parts):
            slide = replace(slide, title=_counted_on(parts[0].title))
            parts, problems = fit_or_reduce(slide, fit)
        taken |= {part.title for part in parts}
        fitted += parts
        diagnostics += problems
    return fitted, diagnostics


def _fit(
    slide: DeckSlide,
    deck: Deck,
    template: Template,
    places: Mapping[Layout, Places],
    numbers: NumberSizes,
) -> tuple[list[FittedSlide], list[Diagnostic]]:
    own = template.offer(layout_for(slide), slide.wish)
    if own is not None and slide.wish:
        places = {**places, layout_for(slide): own.places}
    rtl = template.way == "rtl"
    return fit_slide(
        slide,
        places,
        template.theme,
        rtl=rtl,
        overflow=slide.overflow or deck.overflow,
        language=deck.language,
        numbers=numbers,
    )


def _number_sizes(deck: Deck, template: Template) -> NumberSizes:
    """Big numbers are of the same sizes on all slides."""
    bodies = [
        (slide.body, own.places)
        for slide in deck.slides
        if isinstance(slide.body, NumbersBody)
        and (own := template.offer(Layout.NUMBERS, slide.wish)) is not None
    ]
    return number_sizes(bodies, template.theme, rtl=template.way == "rtl")


def _no_layout(slide: DeckSlide, template: Template) -> Diagnostic:
    """DTP002 for a layout that a slide asks for."""
    names = [view.name for view in template.views]
    known = slide.wish in names
    reason = "has no place for what the slide shows" if known else "is not in the template"
    hint = did_you_mean(slide.wish, names) or f"its layouts are {', '.join(names)}"
    return Diagnostic(
        code="DTP002",
        span=slide.span,
        message=f'the layout "{slide.wish}" of the slide "{slide.title}" {reason}',
        hint="`triptych template inspect` shows the placeholders of each layout" if known else hint,
    )


def _with_unique_titles(deck: Deck) -> list[DeckSlide]:
    """Every slide with a title of its own, as screen readers need it; repetitions are counted."""
    told = presented(deck)
    written = [slide.title.strip() or slide.kicker.strip() or deck.title for slide in told]
    taken: set[str] = set()
    slides = []
    for slide, title in zip(told, written, strict=True):
        own, count = title, 1
        while own in taken or (count > 1 and own in written):
            count += 1
            own = f"{title} ({count})"
        taken.add(own)
        slides.append(replace(slide, title=own))
    return slides


def _counted_on(title: str) -> str:
    """A title with the next number behind it."""
    counted = re.fullmatch(r"(.*) \((\d+)\)", title)
    return f"{counted[1]} ({int(counted[2]) + 1})" if counted else f"{title} (2)"


def _link_slides(
    fitted: Sequence[FittedSlide], drawn: Sequence[Any], links: Sequence[PendingLink]
) -> list[Diagnostic]:
    """Give each waiting link its slide; the first part where a slide was continued."""
    targets: dict[str, Any] = {}
    spans: dict[Any, FittedSlide] = {}
    for slide, native in zip(fitted, drawn, strict=True):
        spans[native.part] = slide
        if slide.source.id:
            targets.setdefault(slide.source.id, native)
    return [problem for link in links if (problem := _link(link, targets, spans)) is not None]


def _link(
    link: PendingLink, targets: Mapping[str, Any], slides: Mapping[Any, FittedSlide]
) -> Diagnostic | None:
    target = targets.get(link.target)
    if target is None:
        return Diagnostic(
            code="DEK002",
            message=f'a link to "{link.target}" has no slide to jump to',
            span=slides[link.part].source.span,
        )
    click = child(link.properties, "a:hlinkClick", action="ppaction://hlinksldjump")
    click.set(qn("r:id"), link.part.relate_to(target.part, RELATIONSHIP_TYPE.SLIDE))
    if link.in_ink:
        keep_ink(click)
    return None
