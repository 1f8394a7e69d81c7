"""Fitted slides as slides of a presentation, everything in the placeholders of its layout."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from pptx.opc.package import Part
from pptx.oxml.ns import qn
from pptx.util import Pt

from triptych.languages import direction
from triptych.media.rasters import rasterise
from triptych.theme import Theme
from triptych.writers.deck.builds import add_builds
from triptych.writers.deck.charts import insert_chart
from triptych.writers.deck.equation_shapes import insert_equation
from triptych.writers.deck.fitting import FittedText, Place
from triptych.writers.deck.fitting_code import LINE_DISTANCE, FittedCode
from triptych.writers.deck.fitting_equations import FittedEquation
from triptych.writers.deck.fitting_slides import FRAME, NUMBER, SOURCE, FittedSlide
from triptych.writers.deck.fitting_tables import FittedTable
from triptych.writers.deck.listings import highlighted
from triptych.writers.deck.pictures import Rasterise, describe, insert_picture
from triptych.writers.deck.placeholders import places
from triptych.writers.deck.pptx_speed import add_slide
from triptych.writers.deck.runs import spoken
from triptych.writers.deck.slides import (
    ChartBody,
    CodeBody,
    EquationBody,
    Layout,
    Para,
    PictureBody,
    Run,
    Spoken,
    TableBody,
)
from triptych.writers.deck.tables import insert_table
from triptych.writers.deck.template import LAYOUTS
from triptych.writers.deck.text import (
    Look,
    TextContext,
    add_runs,
    child,
    clear_text,
    close_paragraph,
    office_language,
    set_text,
)

_LEFT_IN_PLACE = {"ftr", "sldNum"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A presentation in the making and what its layouts offer."""

    presentation: Any
    layouts: Mapping[Layout, Any]
    places: Mapping[Layout, Mapping[int, Place]]
    text: TextContext
    footer: str
    rasterise: Rasterise = rasterise
    svg_parts: dict[str, Part] = field(default_factory=dict)


def set_up(
    presentation: Any, theme: Theme, language: str, footer: str, rasterise: Rasterise = rasterise
) -> Stage:
    """The stage for a presentation made by ``build_template``."""
    files = dict(zip(LAYOUTS, presentation.slide_layouts, strict=True))
    layouts = {layout: files[layout.value] for layout in Layout}
    return Stage(
        presentation=presentation,
        layouts=layouts,
        places={layout: places(slide_layout, theme) for layout, slide_layout in layouts.items()},
        text=TextContext(language=language, theme=theme),
        footer=footer,
        rasterise=rasterise,
    )


def draw_slide(fitted: FittedSlide, stage: Stage) -> Any:
    """Add one slide. Links to other slides wait in ``stage.text.links``."""
    layout = stage.layouts[fitted.layout]
    slide = add_slide(stage.presentation, layout)
    places_here = stage.places[fitted.layout]
    moved = _moved(fitted, places_here)
    names = {shape.placeholder_format.idx: shape.name for shape in layout.placeholders}
    for placeholder in list(slide.placeholders):
        index = placeholder.placeholder_format.idx
        placeholder.name = names[index]
        if index in fitted.texts:
            if index in moved:
                _set_place(placeholder, moved[index])
            paras = _looks(fitted.texts[index], places_here[index])
            set_text(placeholder._element.txBody, paras, slide.part, stage.text)
            add_builds(slide, placeholder, fitted.texts[index].paras)
        elif index == FRAME and fitted.content is not None:
            _draw_content(slide, placeholder, fitted, stage)
        else:
            placeholder._element.getparent().remove(placeholder._element)
    _take_colour_mapping(slide, layout)
    _add_footers(slide, layout, stage)
    if fitted.source.hidden:
        slide._element.set("show", "0")
    notes = (*map(spoken, fitted.left_off), *fitted.source.notes)
    if notes and fitted.part == 1:
        _add_notes(slide, notes, stage.text)
    return slide


def _moved(fitted: FittedSlide, places_here: Mapping[int, Place]) -> Mapping[int, Place]:
    """The placeholders that do not stand where the layout has them: those around a formula."""
    equation = fitted.content
    if not isinstance(equation, FittedEquation):
        return {}
    number = replace(places_here[NUMBER], top=equation.region.top, height=equation.region.height)
    return {NUMBER: number, **equation.places}


def _looks(text: FittedText, place: Place) -> list[tuple[Para, Look]]:
    """Paragraphs with what differs from the layout; a layout's own sizes are not repeated."""
    area = place.text
    changed = text.scale != 1
    return [
        (
            para,
            Look(
                size=round(area.level(para).size * text.scale, 1) if changed else None,
                before=area.level(para).before * text.spacing if text.spacing != 1 else None,
            ),
        )
        for para in text.paras
    ]


def _draw_content(slide: Any, placeholder: Any, fitted: FittedSlide, stage: Stage) -> None:
    body = fitted.source.body
    place = _frame(fitted, stage)
    match fitted.content:
        case FittedTable() as table:
            assert isinstance(body, TableBody)
            shape = insert_table(placeholder, table, body, slide.part, stage.text)
            describe(shape, body.alt or fitted.title, name="Table")
        case FittedCode() as code:
            assert isinstance(body, CodeBody)
            _draw_code(slide, placeholder, code, body.language, stage.text)
            # The panel is as high as its text; the layout's own is the highest.
            height = code.rows * code.size * LINE_DISTANCE + place.height - place.text.height
            _set_place(placeholder, replace(place, height=height))
        case ChartBody(chart=chart, alt=alt) as charted:
            _set_place(placeholder, place)
            shapes = insert_chart(slide, placeholder, charted, stage.text.theme, stage.text.language)
            for shape, panel in zip(shapes, chart.data.panels or ("",), strict=True):
                describe(shape, f"{panel}: {alt or fitted.title}" if panel else alt, name="Chart")
        case PictureBody() as picture:
            theme, rasterise = stage.text.theme, stage.rasterise
            shape = insert_picture(slide, placeholder, picture, place, theme, stage.svg_parts, rasterise)
            # The author has been told that the picture has no words; on a slide its title says most.
            describe(shape, picture.alt or fitted.title, name="Picture", decorative=picture.decorative)
        case FittedEquation() as equation:
            assert isinstance(body, EquationBody)
            _set_place(placeholder, equation.region)
            insert_equation(slide, placeholder, equation, body, stage.text, stage.rasterise)
        case None:
            pass
        case _:
            assert_never(fitted.content)


def _frame(fitted: FittedSlide, stage: Stage) -> Place:
    """The frame's place, which takes that of a missing source line."""
    here = stage.places[fitted.layout]
    if SOURCE in fitted.texts or SOURCE not in here:
        return here[FRAME]
    return replace(here[FRAME], height=here[SOURCE].top + here[SOURCE].height - here[FRAME].top)


def _set_place(shape: Any, place: Place) -> None:
    shape.left, shape.top = Pt(place.left), Pt(place.top)
    shape.width, shape.height = Pt(place.width), Pt(place.height)


def _draw_code(slide: Any, placeholder: Any, code: FittedCode, language: str, context: TextContext) -> None:
    """One paragraph for each line, on exact line distances."""
    body = placeholder._element.txBody
    clear_text(body)
    look = Look(size=code.size)
    for runs in highlighted(code.lines, language):
        paragraph = child(body, "a:p")
        distance = round(code.size * LINE_DISTANCE * 100)
        properties = child(paragraph, "a:pPr")
        if direction(context.language) == "rtl":  # code runs from the left everywhere
            properties.set("algn", "l")
            properties.set("rtl", "0")
        child(child(properties, "a:lnSpc"), "a:spcPts", val=str(distance))
        for run, colour in runs:
            add_runs(paragraph, [run], replace(look, colour=colour), slide.part, context)
        close_paragraph(paragraph, look, context)


def _take_colour_mapping(slide: Any, layout: Any) -> None:
    """A slide does not inherit how its layout maps ink and paper (ECMA-376 Part 1, 19.3.1.7)."""
    old = slide._element.find(qn("p:clrMapOvr"))
    slide._element.replace(old, copy.deepcopy(layout._element.find(qn("p:clrMapOvr"))))


def _add_footers(slide: Any, layout: Any, stage: Stage) -> None:
    """Footer and slide number, which python-pptx leaves out of new slides."""
    for shape in layout.placeholders:
        kind = shape._element.find(f".//{qn('p:ph')}").get("type")
        if kind not in _LEFT_IN_PLACE or (kind == "ftr" and not stage.footer):
            continue
        element = copy.deepcopy(shape._element)
        for content in list(element.find(qn("p:spPr"))):
            element.find(qn("p:spPr")).remove(content)
        body = element.find(qn("p:txBody"))
        properties = body.find(qn("a:bodyPr"))
        for name in list(properties.attrib):
            del properties.attrib[name]
        if kind == "ftr":
            paragraph = body.find(qn("a:p"))
            for content in list(paragraph):
                paragraph.remove(content)
            add_runs(paragraph, [Run(text=stage.footer)], Look(), slide.part, stage.text)
        for run in body.iter(qn("a:rPr")):
            run.set("lang", office_language(stage.text.language))
        tree = slide.shapes._spTree
        identifiers = [int(other.get("id")) for other in tree.iter(qn("p:cNvPr"))]
        next(element.iter(qn("p:cNvPr"))).set("id", str(max(identifiers) + 1))
        tree.append(element)


def _add_notes(slide: Any, notes: tuple[Spoken, ...], context: TextContext) -> None:
    """Speaker notes, a paragraph each, in the language of the deck."""
    page = slide.notes_slide
    body = page.notes_text_frame._txBody
    for old in body.findall(qn("a:p")):
        body.remove(old)
    for note in notes:
        paragraph = child(body, "a:p")
        add_runs(paragraph, note, Look(), page.part, context)
