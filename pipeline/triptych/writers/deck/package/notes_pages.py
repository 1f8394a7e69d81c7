"""Draw notes pages; long notes get smaller text and a smaller slide image.

ECMA-376 Part 1 defines notes pages in 13.3.5 and the text scale in 21.1.2.1.3. Presenter view ignores this
scale.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.ooxml.inheritance import ThemeFonts, get_placeholder_type
from triptych.ooxml.xml import qn
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.shapes import position_shape
from triptych.writers.deck.drawing.text import TextContext, TextStyle, add_child, add_runs, clear_text
from triptych.writers.deck.fitting.text import PlaceholderBox, measure_text_height
from triptych.writers.deck.pptx.exports import NotesSlide, Part, Presentation
from triptych.writers.deck.pptx.package import (
    create_notes_page,
    get_element,
    get_notes_master,
    get_text_body,
    list_placeholders,
)
from triptych.writers.deck.slides import NoteParagraph, Para
from triptych.writers.deck.template.placeholders import (
    merge_level,
    read_level,
    read_placeholder_box,
    read_theme,
)

# Scales of the slide image, each with the text scales to try. Both are relative to the notes master.
_REDUCTIONS = ((1.0, (1.0, 0.925, 0.85)), (0.5, (1.0, 0.925, 0.85)), (0.3, (0.85, 0.775, 0.7, 0.6)))
_MAX_LINE_HEIGHT = 1.5  # maximum line height in em


@dataclass(frozen=True, slots=True)
class NotesPage:
    """The boxes of the text and of the slide image, if there is one, on a notes page."""

    text_box: PlaceholderBox
    picture_box: PlaceholderBox | None

    def scale_picture(self, fraction: float) -> NotesPage:
        """Return the page with its slide image scaled by ``fraction`` and a taller text box below the image.

        Without an image, or with the image beside the text, return the page unchanged.
        """
        old, text = self.picture_box, self.text_box
        if old is None or fraction == 1 or old.bottom > text.top:
            return self
        small = replace(old, width=old.width * fraction, height=old.height * fraction)
        gained = old.height - small.height
        area = replace(text.text_area, height=text.text_area.height + gained)
        return NotesPage(
            replace(text, top=text.top - gained, height=text.height + gained, text_area=area), small
        )


@dataclass(frozen=True, slots=True)
class FittedNotes:
    """The boxes of a notes page on which the notes fit; all text sizes are multiplied by ``scale``."""

    page: NotesPage
    scale: float = 1.0


def draw_notes(
    presentation: Presentation,
    slide: Part,
    notes: Sequence[NoteParagraph],
    page: NotesPage,
    theme: Theme,
    context: TextContext,
) -> NotesSlide:
    """Draw and return the notes page of a slide."""
    native, fitted = create_notes_page(presentation, slide), fit_notes(notes, page, theme)
    shapes = {get_placeholder_type(get_element(shape)): shape for shape in list_placeholders(native)}
    body = get_text_body(shapes["body"])
    clear_text(body)
    for note in notes:
        add_runs(add_child(body, "a:p"), note, TextStyle(), native.part, context)
    if fitted.scale != 1:
        fit = body.find(f"{qn('a:bodyPr')}/{qn('a:normAutofit')}")
        fit.set("fontScale", str(round(fitted.scale * 100_000)))
    if fitted.page is not page:
        position_shape(shapes["body"], fitted.page.text_box)
        if fitted.page.picture_box and "sldImg" in shapes:
            position_shape(shapes["sldImg"], fitted.page.picture_box)
    return native


def fit_notes(notes: Sequence[NoteParagraph], page: NotesPage, theme: Theme) -> FittedNotes:
    """Return the largest slide image and text at which the notes fit, or the smallest if none fits."""
    paras = [Para(runs=runs) for runs in notes]
    if _fits_without_measuring(paras, page.text_box):
        return FittedNotes(page)
    candidates = [
        FittedNotes(page.scale_picture(picture_scale), scale)
        for picture_scale, scales in _REDUCTIONS
        for scale in scales
    ]
    return next(
        (candidate for candidate in candidates if _fits_on_page(candidate, paras, theme)), candidates[-1]
    )


def _fits_on_page(fitted_notes: FittedNotes, paras: Sequence[Para], theme: Theme) -> bool:
    area = fitted_notes.page.text_box.text_area
    # On opening, PowerPoint scales text, but not line spacing that the master sets in points.
    levels = tuple(
        replace(level, exact_line_spacing=level.exact_line_spacing / fitted_notes.scale)
        for level in area.levels
    )
    area = replace(area, levels=levels)
    return measure_text_height(paras, area, theme, fitted_notes.scale) <= area.height


def _fits_without_measuring(paras: Sequence[Para], box: PlaceholderBox) -> bool:
    """Return whether notes fit even with all characters 1 em wide, which avoids measuring most notes."""
    area, level = box.text_area, box.text_area.levels[0]
    lines = sum(
        math.ceil(sum(len(run.text) for run in para.runs) * level.size / area.width) or 1 for para in paras
    )
    return (
        lines * level.size * _MAX_LINE_HEIGHT * level.line_spacing + len(paras) * level.space_before
        <= area.height
    )


def read_notes_page(presentation: Presentation) -> NotesPage | None:
    """Return the boxes of the notes master, or None if the master has no text placeholder."""
    master = get_notes_master(presentation)
    root, fonts = get_element(master), ThemeFonts(read_theme(master))
    boxes: dict[str, PlaceholderBox] = {}
    general = root.findall(qn("p:notesStyle"))
    for shape in list_placeholders(master):
        element = get_element(shape)
        list_style = element.find(f"{qn('p:txBody')}/{qn('a:lstStyle')}")
        styles = [*([] if list_style is None else [list_style]), *general]
        if place := read_placeholder_box((element,), [read_level(merge_level(styles, 1), fonts)]):
            boxes.setdefault(get_placeholder_type(element), place)
    return NotesPage(boxes["body"], boxes.get("sldImg")) if "body" in boxes else None
