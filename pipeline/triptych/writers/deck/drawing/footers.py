"""Fill the placeholders for the footer, the date and the slide number."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from triptych.ooxml.inheritance import get_placeholder_type
from triptych.ooxml.xml import qn
from triptych.writers.deck.drawing.shapes import apply_surface, position_shape
from triptych.writers.deck.drawing.text import (
    TextContext,
    TextStyle,
    add_runs,
    get_office_language,
    remove_children,
)
from triptych.writers.deck.fitting.line_breaking import measure_unbroken_text
from triptych.writers.deck.fitting.text import PlaceholderBox, make_pieces, measure_text_height
from triptych.writers.deck.pptx.exports import Part, Presentation, Slide
from triptych.writers.deck.pptx.package import get_element, list_placeholders
from triptych.writers.deck.slides import Run, make_plain_para
from triptych.writers.deck.template.placeholders import LayoutPlaceholder
from triptych.writers.deck.template.template import KindLayout

SLIDE_NUMBER = "sldNum"
_WIDEST_SLIDE_NUMBER = "000"  # at least as wide as any slide number
_WIDTH_RESERVE = 1.15  # factor for text widths, because a program may substitute the font
_SPACE_BEFORE_FRACTIONS = {
    "ctr": 0.5,
    "r": 1.0,
    "b": 1.0,
}  # share of the free space that is before the text, by alignment


def make_footer_texts(footer: str, date: str) -> Mapping[str, str]:
    """Map the placeholder types "ftr", "dt" and "sldNum" to their texts.

    The slide number has the text "". The footer and date are omitted if they are empty.
    """
    texts = {"ftr": footer, "dt": date}
    return {**{kind: text for kind, text in texts.items() if text}, SLIDE_NUMBER: ""}


def set_footers(presentation: Presentation, texts: Mapping[str, str], context: TextContext) -> None:
    """Set the footer and date on all masters and layouts, as PowerPoint's "apply to all" does.

    New slides inherit them, and LibreOffice copies the text properties of footers from there.
    """
    for master in presentation.slide_masters:
        for owner in (master, *master.slide_layouts):
            for shape in list_placeholders(owner):
                if texts.get(get_placeholder_type(get_element(shape))) and shape.has_text_frame:
                    _fill_footer(get_element(shape), texts, owner.part, context)


def add_footers(
    slide: Slide,
    kind_layout: KindLayout,
    texts: Mapping[str, str],
    scales: Mapping[str, float],
    context: TextContext,
) -> None:
    """Add the footer placeholders of a layout to a slide, because python-pptx omits them.

    ``scales`` maps the types of the placeholders to their text scales.
    """
    tree = get_element(slide.shapes)
    for shape in list_placeholders(kind_layout.layout):
        kind = get_placeholder_type(get_element(shape))
        if kind not in scales or not shape.has_text_frame:
            continue
        element = copy.deepcopy(get_element(shape))
        element.find(qn("p:spPr")).clear()
        body = element.get_or_add_txBody()
        for body_part in (body.find(qn("a:bodyPr")), body.find(qn("a:lstStyle"))):
            if body_part is not None:
                body_part.clear()
        _fill_footer(element, texts, slide.part, context)
        for run in body.iter(qn("a:r"), qn("a:fld")):
            run_properties = run.find(qn("a:rPr"))
            if run_properties is None:
                run_properties = run.makeelement(qn("a:rPr"), {})
                run.insert(0, run_properties)
            run_properties.set("lang", get_office_language(context.language))
            if scales[kind] != 1:
                body_part = kind_layout.footers[kind].box.text_area.levels[0].size
                run_properties.set("sz", str(round(100 * scales[kind] * body_part)))
        identifiers = [int(other.get("id")) for other in tree.iter(qn("p:cNvPr"))]
        next(element.iter(qn("p:cNvPr"))).set("id", str(max(identifiers) + 1))
        tree.append(element)
        if kind in kind_layout.footers:
            placeholder = kind_layout.footers[kind]
            surface = kind_layout.find_footer_surface(kind, placeholder.box)
            if surface.panel_fill is not None:
                place = _shrink_box_to_text(
                    placeholder, texts[kind] or _WIDEST_SLIDE_NUMBER, scales[kind], context
                )
                surface = kind_layout.find_footer_surface(kind, place)
                position_shape(slide.shapes[-1], place)
            apply_surface(slide.shapes[-1], surface)
            if surface.text_colour is not None:
                for run in body.iter(qn("a:rPr"), qn("a:endParaRPr")):
                    remove_children(run, "a:solidFill")


def _shrink_box_to_text(
    placeholder: LayoutPlaceholder, text: str, scale: float, context: TextContext
) -> PlaceholderBox:
    """Return a placeholder's box reduced to the area of its text at a text scale."""
    place, area = placeholder.box, placeholder.box.text_area
    para = make_plain_para(text)
    used = (
        measure_unbroken_text(make_pieces(para.runs, area.levels[0], context.theme, scale)) * _WIDTH_RESERVE
    )
    free_width = max(0.0, area.width - used)
    high = measure_text_height((para,), area, context.theme, scale) + place.insets[1] + place.insets[3]
    below = max(0.0, place.height - high)
    before = _SPACE_BEFORE_FRACTIONS.get(placeholder.levels[0].get("algn"), 0.0) * free_width
    space_above = _SPACE_BEFORE_FRACTIONS.get(placeholder.anchor, 0.0) * below
    return replace(
        place,
        left=place.left + before,
        top=place.top + space_above,
        width=place.width - free_width,
        height=place.height - below,
        text_area=replace(area, width=area.width - free_width, height=area.height - below),
    )


def _fill_footer(element: Any, texts: Mapping[str, str], part: Part, context: TextContext) -> None:
    text = texts[get_placeholder_type(element)]
    if not text:
        return
    paragraph, *others = element.get_or_add_txBody().findall(qn("a:p"))
    for other in others:
        other.getparent().remove(other)
    for content in list(paragraph):
        paragraph.remove(content)
    add_runs(paragraph, [Run(text=text)], TextStyle(), part, context)
