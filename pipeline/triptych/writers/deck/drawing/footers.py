"""Footer, date and slide number: placeholders that master and layouts place and set."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from triptych.ooxml.inheritance import kind_of
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.ornaments import show_on
from triptych.writers.deck.drawing.text import Look, TextContext, add_runs, office_language
from triptych.writers.deck.pptx.elements import element_of, placeholders_of
from triptych.writers.deck.pptx.terms import Part, Presentation, Slide
from triptych.writers.deck.slides import Run
from triptych.writers.deck.template.offers import Offer

NUMBER = "sldNum"


def words(footer: str, date: str) -> Mapping[str, str]:
    """What stands in each kind of placeholder that the slides have, "" for what a field works out."""
    said = {"ftr": footer, "dt": date}
    return {**{kind: text for kind, text in said.items() if text}, NUMBER: ""}


def set_footers(presentation: Presentation, said: Mapping[str, str], context: TextContext) -> None:
    """Let masters and layouts have the footer and the date of the deck, as PowerPoint does when these are
    applied to all slides: a person's new slides get them, and LibreOffice takes a footer's look from there.
    """
    for master in presentation.slide_masters:
        for owner in (master, *master.slide_layouts):
            for shape in placeholders_of(owner):
                if said.get(kind_of(element_of(shape))) and shape.has_text_frame:
                    _fill(element_of(shape), said, owner.part, context)


def add_footers(slide: Slide, offer: Offer, said: Mapping[str, str], context: TextContext) -> None:
    """Those of the layout on a slide, where python-pptx leaves them out, without any look of their own but
    what they need to be read.
    """
    tree = element_of(slide.shapes)
    for shape in placeholders_of(offer.layout):
        kind = kind_of(element_of(shape))
        if kind not in said or not shape.has_text_frame:
            continue
        element = copy.deepcopy(element_of(shape))
        element.find(qn("p:spPr")).clear()
        body = element.get_or_add_txBody()
        for own in (body.find(qn("a:bodyPr")), body.find(qn("a:lstStyle"))):
            if own is not None:
                own.clear()
        _fill(element, said, slide.part, context)
        for run in body.iter(qn("a:r"), qn("a:fld")):
            look = run.find(qn("a:rPr"))
            if look is None:
                look = run.makeelement(qn("a:rPr"), {})
                run.insert(0, look)
            look.set("lang", office_language(context.language))
        identifiers = [int(other.get("id")) for other in tree.iter(qn("p:cNvPr"))]
        next(element.iter(qn("p:cNvPr"))).set("id", str(max(identifiers) + 1))
        tree.append(element)
        if kind in offer.furniture:
            surface = offer.furniture_surface(kind)
            show_on(slide.shapes[-1], surface)
            if surface.ink is not None:
                for run in body.iter(qn("a:rPr"), qn("a:endParaRPr")):
                    for fill in run.findall(qn("a:solidFill")):
                        run.remove(fill)


def _fill(element: Any, said: Mapping[str, str], part: Part, context: TextContext) -> None:
    """One paragraph with what is said, in a placeholder for it."""
    text = said[kind_of(element)]
    if not text:
        return
    paragraph, *others = element.get_or_add_txBody().findall(qn("a:p"))
    for other in others:
        other.getparent().remove(other)
    for content in list(paragraph):
        paragraph.remove(content)
    add_runs(paragraph, [Run(text=text)], Look(), part, context)
