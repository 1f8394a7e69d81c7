"""Write the slides of a storyboard as a ``.pptx`` file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from triptych.diagnostics import Diagnostic, has_errors, sort_findings
from triptych.engine.cache import NO_CACHE, Cache
from triptych.media.svg_rendering import rasterise_svg
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.footers import make_footer_texts, set_footers
from triptych.writers.deck.drawing.pictures import Rasterise
from triptych.writers.deck.drawing.slides import DrawingContext
from triptych.writers.deck.drawing.text import TextContext
from triptych.writers.deck.package.deck_package import (
    DeckPackage,
    add_sections,
    pack_presentation,
    set_core_properties,
)
from triptych.writers.deck.package.finished_parts import FinishedNotesPage, TargetKind
from triptych.writers.deck.package.fonts import Extent, embed_fonts
from triptych.writers.deck.pptx.exports import Presentation
from triptych.writers.deck.pptx.package import get_next_part_name, register_slides
from triptych.writers.deck.slide_maker import SlideMaker, SlideWithNotes
from triptych.writers.deck.slides import Deck, DeckSlide, order_slides
from triptych.writers.deck.template.opening import open_built_in_template
from triptych.writers.deck.template.template import Template


def write_deck(
    deck: Deck,
    theme: Theme,
    rasterise: Rasterise = rasterise_svg,
    template: Template | None = None,
    fonts: Extent = "none",
    cache: Cache = NO_CACHE,
) -> tuple[bytes, list[Diagnostic]]:
    """Write a presentation (ECMA-376, transitional), and return its bytes and the diagnostics.

    The same input gives the same bytes. ``template`` (by default the built-in one) is modified and cannot be
    used again. ``fonts`` determines how theme fonts are embedded. The bytes are empty if there is an error.

    Report DEK001 for requested content that does not fit, DEK002 for reduced content and broken links, DEK007
    for small text, CHT004 for small plots, DTP003 for substitute layouts, DTP004 for low contrast, DTP006 for
    small titles, and FNT004 for fonts that cannot be embedded.
    """
    template = template or open_built_in_template(theme, deck.language)
    presentation = template.presentation
    # The built-in layouts have one line for the footer and the date; a template has a placeholder for each.
    date = "" if deck.footer and template.span is None else deck.date
    stage = DrawingContext(
        template=template,
        text_context=TextContext(language=deck.language, theme=template.theme, direction=template.direction),
        footers=make_footer_texts(deck.footer or deck.title, date),
        rasterise=rasterise,
    )
    set_footers(presentation, stage.footers, stage.text_context)
    slides = _make_titles_unique(deck)
    slide_ids = frozenset(slide.id for slide in slides if slide.id)
    maker = SlideMaker(
        replace(deck, slides=tuple(slides)), stage, slide_ids, cache, collects_text=fonts != "none"
    )
    slides_with_notes, diagnostics = maker.make_slides(slides)
    if has_errors(diagnostics):
        return b"", sort_findings(diagnostics)
    used = {slide.finished_slide.kind for slide in slides_with_notes}
    diagnostics += [*template.report_substitutes(used), *template.report_low_contrast(used)]
    diagnostics += template.report_small_titles(used, maker.title_size)
    diagnostics += template.report_omitted_footers(used, deck.footer)
    names = register_slides(presentation, len(slides_with_notes))
    notes, problems = maker.make_notes_pages(slides_with_notes)
    diagnostics += problems
    joined = _assemble_package(presentation, slides_with_notes, names, notes)
    add_sections(
        presentation,
        [slide.source.section if slide.is_first else "" for slide in slides_with_notes],
        deck.title,
    )
    used_texts = [
        *(slide.finished_slide.used_text for slide in slides_with_notes),
        *(page.used_text for page in notes if page),
    ]
    diagnostics += embed_fonts(presentation, theme, fonts, used_texts, cache)
    set_core_properties(presentation, deck)
    return pack_presentation(presentation, joined, deck.modified, cache.memory), sort_findings(diagnostics)


def _assemble_package(
    presentation: Presentation,
    slides: Sequence[SlideWithNotes],
    slide_names: Sequence[str],
    notes: Sequence[FinishedNotesPage | None],
) -> DeckPackage:
    joined = DeckPackage(partial(get_next_part_name, presentation))
    of_slides = [
        joined.assign_names(slide.finished_slide.parts, name)
        for slide, name in zip(slides, slide_names, strict=True)
    ]
    of_notes = [joined.assign_names(page.parts) if page else [] for page in notes]
    targets: dict[str, str] = {}
    for slide, name in zip(slides, slide_names, strict=True):  # the first slide made from a storyboard slide
        targets.setdefault(slide.source.id, name)
    for slide, page, own_part_name, others in zip(slides, notes, of_slides, of_notes, strict=True):
        own_parts = {
            TargetKind.OWN_SLIDE: own_part_name[0],
            **({TargetKind.OWN_NOTES: others[0]} if others else {}),
        }
        joined.add_parts(slide.finished_slide.parts, own_part_name, targets, own_parts)
        if page:
            joined.add_parts(page.parts, others, targets, own_parts)
    return joined


def _make_titles_unique(deck: Deck) -> list[DeckSlide]:
    """Add numbers to repeated slide titles, because screen reader users distinguish slides by title."""
    original_titles = [
        slide.title.strip() or slide.kicker.strip() or deck.title for slide in order_slides(deck)
    ]
    used_titles: set[str] = set()
    others = set(original_titles)
    counts: dict[str, int] = {}
    slides = []
    for slide, title in zip(order_slides(deck), original_titles, strict=True):
        unique_title, count = title, counts.get(title, 1)
        while unique_title in used_titles or (count > 1 and unique_title in others):
            count += 1
            unique_title = f"{title} ({count})"
        counts[title] = count
        used_titles.add(unique_title)
        slides.append(replace(slide, title=unique_title))
    return slides
