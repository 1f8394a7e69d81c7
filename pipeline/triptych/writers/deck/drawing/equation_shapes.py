"""A displayed formula as a shape of its slide: a native equation, and its picture for older programs."""

from __future__ import annotations

import io
from typing import Any

from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.equations import alternative, decide
from triptych.writers.deck.drawing.pictures import PIXELS, Rasterise, describe
from triptych.writers.deck.drawing.text import Look, TextContext, set_text
from triptych.writers.deck.fitting.equations import FittedEquation
from triptych.writers.deck.pptx.elements import element_of, text_body
from triptych.writers.deck.pptx.terms import BaseShape, Pt, Slide
from triptych.writers.deck.slides import EquationBody, Para, Run
from triptych.writers.deck.template.palette import Palette


def insert_equation(
    slide: Slide,
    placeholder: BaseShape,
    fitted: FittedEquation,
    body: EquationBody,
    context: TextContext,
    palette: Palette,
    rasterise: Rasterise,
) -> None:
    """Put a formula into a text placeholder, in the one of its forms that there is, or in both."""
    shape, words = element_of(placeholder), text_body(placeholder)
    describe(placeholder, body.alt, name="Equation")
    # A template's own text may stand at the top, and with room around it that was not counted.
    properties = words.find(qn("a:bodyPr"))
    properties.set("anchor", "ctr")
    for name in ("lIns", "tIns", "rIns", "bIns"):
        properties.set(name, "0")
    formula = Run(text=body.text, formula=body.native if body.native.omml else None)
    set_text(words, [(Para(runs=(formula,), bullet=False), _look(fitted))], slide.part, context)
    picture = _picture(slide, fitted, body, palette, rasterise)
    if picture is None:
        return  # older programs have the text that stands in the paragraph
    drawn = element_of(picture)
    describe(picture, body.alt, name="Equation")
    if not body.native.omml:
        shape.getparent().replace(shape, drawn)
        return
    # Only one of them is ever there, so they share their id.
    next(drawn.iter(qn("p:cNvPr"))).set("id", next(shape.iter(qn("p:cNvPr"))).get("id"))
    decide(shape)
    parent, position = shape.getparent(), shape.getparent().index(shape)
    parent.insert(position, alternative(shape, drawn))


def _look(fitted: FittedEquation) -> Look:
    return Look(size=fitted.size, align="ctr")


def _picture(
    slide: Slide, fitted: FittedEquation, body: EquationBody, palette: Palette, rasterise: Rasterise
) -> Any | None:
    """The drawing in the middle of its region, at the size of the text where that fits; None without one."""
    drawing, region = body.drawing, fitted.region
    if drawing is None or not drawing.width or not drawing.height:
        return None
    scale = min(fitted.size, region.width / drawing.width, region.height / drawing.height)
    width, height = drawing.width * scale, drawing.height * scale
    svg = drawing.svg.replace(b"#000000", f"#{palette.colour(palette.ink)}".encode())
    png = rasterise(svg, round(width * PIXELS), round(height * PIXELS))
    if png is None:
        return None
    left = region.left + (region.width - width) / 2
    top = region.top + (region.height - height) / 2
    return slide.shapes.add_picture(io.BytesIO(png), Pt(left), Pt(top), Pt(width), Pt(height))
