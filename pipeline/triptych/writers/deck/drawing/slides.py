"""Draw fitted slides in the placeholders of their layouts."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from pygments.token import Comment, Keyword, Name, Number, String, Token

from triptych.diagnostics import Diagnostic
from triptych.media.lexing import tokens
from triptych.media.output_pictures import SVG
from triptych.media.svg_rendering import rasterise
from triptych.ooxml.inheritance import TITLES, get_placeholder_type
from triptych.ooxml.xml import EMU_PER_POINT, qn
from triptych.theme.colours import READABLE
from triptych.writers.deck.drawing.animations import Click, add_builds, list_chart_clicks, list_text_clicks
from triptych.writers.deck.drawing.charts import insert_chart
from triptych.writers.deck.drawing.charts.layout import LEAST, measure_plot
from triptych.writers.deck.drawing.footers import add_footers
from triptych.writers.deck.drawing.pictures import Rasterise, insert_equation, insert_picture, set_alt_text
from triptych.writers.deck.drawing.shapes import (
    add_ornaments,
    add_panel,
    add_text_box,
    apply_surface,
    fill_shape,
    set_insets,
    set_place,
)
from triptych.writers.deck.drawing.tables import insert_table
from triptych.writers.deck.drawing.text import (
    Look,
    TextContext,
    add_child,
    add_runs,
    clear_text,
    end_paragraph,
    set_text,
)
from triptych.writers.deck.fitting.cards import SPACE_IN_CARDS, get_exact_line
from triptych.writers.deck.fitting.composition import Frame, find_surrounding, move_place
from triptych.writers.deck.fitting.frames import LINE_DISTANCE, FittedCode, FittedEquation
from triptych.writers.deck.fitting.slides import FittedSlide, choose_layout, get_whole_frame
from triptych.writers.deck.fitting.tables import FittedTable
from triptych.writers.deck.fitting.text import FittedText, Level, Place, measure_text
from triptych.writers.deck.kinds import COLUMNS, KINDS, Role
from triptych.writers.deck.pptx.package import (
    create_slide,
    element_of,
    list_placeholders,
    remove_shape,
    text_body,
)
from triptych.writers.deck.pptx.terms import BaseShape, Part, Slide, SlideLayout
from triptych.writers.deck.slides import (
    ChartBody,
    CodeBody,
    EquationBody,
    Layout,
    Para,
    PictureBody,
    Run,
    TableBody,
)
from triptych.writers.deck.template.palette import Palette, Tint
from triptych.writers.deck.template.placeholders import slide_size
from triptych.writers.deck.template.surfaces import COLOURFUL, Surface, Surfaces
from triptych.writers.deck.template.template import Offer, Template

_ORNAMENTS = Role.OBJECT  # stands for the ornaments of a slide, which has no frame then
_PANEL_INSET = 4.0  # points between text and the edge of a panel behind it
_JUSTIFIABLE = 24.0  # em: about 50 characters, below which justified lines have wide gaps


@dataclass(frozen=True, slots=True)
class Stage:
    """The presentation that is being made: its template, and what all slides share."""

    template: Template
    text: TextContext
    footers: Mapping[str, str]
    rasterise: Rasterise = rasterise
    svg_parts: dict[str, Part] = field(default_factory=dict)
    _names: dict[str, Mapping[int, str]] = field(default_factory=dict)

    def names(self, layout: SlideLayout) -> Mapping[int, str]:
        """Return the names of a layout's placeholders by index."""
        part = layout.part.partname
        if part not in self._names:
            found = ((shape.placeholder_format.idx, shape.name) for shape in list_placeholders(layout))
            self._names[part] = dict(found)
        return self._names[part]


def draw_slide(fitted: FittedSlide, stage: Stage) -> Any:
    """Draw one slide without listing it. Links to other slides are collected in ``stage.text.links``."""
    offer = _get_offer(fitted, stage)
    layout = offer.layout
    surfaces = _find_surfaces(fitted, offer)
    slide = create_slide(stage.template.presentation, layout)
    if fitted.ornaments:
        add_ornaments(slide, fitted.ornaments, surfaces.of(_ORNAMENTS).palette)
    if surfaces.board is not None:
        add_panel(slide, surfaces.board_box, surfaces.board)
    names = stage.names(layout)
    frames: dict[Role, Any] = {}
    clicks: list[Click] = []
    for placeholder in list(slide.placeholders):
        index = placeholder.placeholder_format.idx
        placeholder.name = names[index]
        role = offer.placeholders.get(index)
        if role is not None and role in fitted.texts:
            if role in fitted.places or role in offer.moved:
                place = _get_place(role, fitted, offer)
                set_place(placeholder, place)
                if place.insets != offer.places[role].insets:
                    set_insets(text_body(placeholder).find(qn("a:bodyPr")), place)
            if role in fitted.panels:
                _set_panel(placeholder, fitted.places[role], surfaces.of(role).palette)
            place, surface = _get_place(role, fitted, offer), surfaces.of(role)
            if surface.panel is not None:
                anchor = offer.choice.cast.spots[role].anchor
                panel = _fit_panel_to_text(fitted.texts[role], place, anchor, stage)
                set_place(placeholder, panel)
                set_insets(text_body(placeholder).find(qn("a:bodyPr")), panel)
            clicks += _write_text(slide, placeholder, fitted.texts[role], place, surface, stage)
        elif role is not None and role in fitted.frames:
            frames[role] = placeholder
        else:
            remove_shape(placeholder)
    clicks += _add_text_boxes(slide, fitted, offer, frames, surfaces, stage)
    _order_columns(slide, fitted, offer, frames)
    _read_title_first(slide)
    for role, shape in frames.items():
        clicks += _draw_content(slide, shape, role, fitted, surfaces.of(role).palette, offer, stage)
    add_builds(slide, clicks)
    if (mapping := element_of(layout).find(qn("p:clrMapOvr"))) is not None:
        # Slides do not inherit the colour map of their layout (ECMA-376 Part 1, 19.3.1.7).
        element_of(slide).replace(element_of(slide).find(qn("p:clrMapOvr")), copy.deepcopy(mapping))
    if fitted.layout is not Layout.TITLE:
        scales = stage.template.footer_scales(offer, stage.footers)
        add_footers(slide, offer, stage.footers, scales, stage.text)
    if fitted.source.hidden:
        element_of(slide).set("show", "0")
    return slide


def _find_surfaces(fitted: FittedSlide, offer: Offer) -> Surfaces:
    texts = {role: _get_place(role, fitted, offer) for role in fitted.texts}
    frames = {
        role: (_get_frame_place(role, fitted, offer), _get_needed_contrast(frame))
        for role, frame in fitted.frames.items()
    }
    if fitted.ornaments:
        box = find_surrounding([box for _, box in fitted.ornaments])
        frames[_ORNAMENTS] = (move_place(offer.places[KINDS[fitted.layout].main], box), READABLE)
    return offer.surfaces(texts, frames, fitted.panels)


def _get_needed_contrast(frame: Frame) -> float:
    """Return the contrast that a frame needs between text and background, 0 if it covers it."""
    match frame.content:
        case ChartBody():
            return COLOURFUL
        case FittedTable(rows=rows):
            shaded = any(cell.shade for row in rows for cell in row)
            return COLOURFUL if shaded else READABLE
        case PictureBody(media_type=media_type):
            return COLOURFUL if media_type == SVG else 0.0
        case FittedCode() | FittedEquation():
            return READABLE
    assert_never(frame.content)


def _write_text(
    slide: Slide, shape: BaseShape, text: FittedText, place: Place, surface: Surface, stage: Stage
) -> list[Click]:
    stage.text.links_in_ink = not surface.palette.shows_links
    set_text(text_body(shape), _compute_looks(text, place, stage), slide.part, stage.text)
    apply_surface(shape, surface)
    return list_text_clicks(shape, text.paras)


def _fit_panel_to_text(text: FittedText, place: Place, anchor: str, stage: Stage) -> Place:
    """Return a place as high as its text, so that a panel hides as little as possible.

    The text stays in place and gets some space to the edges before and after it.
    """
    used = measure_text(text.paras, place.text, stage.template.theme, text.scale, text.spacing)
    left, over, right, under = place.insets
    high = min(place.height, used + over + under)
    down = {"ctr": 0.5, "b": 1.0}.get(anchor, 0.0) * (place.height - high)
    after_place = slide_size(stage.template.presentation)[0] - place.left - place.width
    before = max(0.0, min(_PANEL_INSET - left, place.left))
    after = max(0.0, min(_PANEL_INSET - right, after_place))
    return replace(
        place,
        left=place.left - before,
        top=place.top + down,
        width=place.width + before + after,
        height=high,
        insets=(left + before, over, right + after, under),
    )


def _get_place(role: Role, fitted: FittedSlide, offer: Offer) -> Place:
    return fitted.places.get(role, offer.places[role])


def _compute_looks(text: FittedText, place: Place, stage: Stage) -> list[tuple[Para, Look]]:
    """Return paragraphs with the properties that differ from the layout."""
    area = place.text
    changed = text.scale != 1
    looks = []
    for number, para in enumerate(text.paras):
        level = area.level(para)
        size = text.sizes[number] if text.sizes else level.size * text.scale
        align = _choose_alignment(level, area.width / size, stage)
        if text.sizes:
            before = SPACE_IN_CARDS if number else 0.0
            line = get_exact_line(level, size)
            looks.append((para, Look(size=size, before=before, after=0.0, line=line, align=align)))
            continue
        spaced = text.spacing != 1 or level.restated
        look = Look(
            size=round(size, 1) if changed else None,
            # A distance of lines fixed in points is for the layout's own size.
            line=level.exact * text.scale if changed else None,
            before=level.before * text.spacing if spaced else None,
            after=0.0 if level.restated else None,
            mark=level.adds_mark,
            align=align,
        )
        looks.append((para, look))
    return looks


def _choose_alignment(level: Level, measure: float, stage: Stage) -> str:
    """Return the alignment that replaces justification in short lines, else "".

    ``measure`` is the length of lines in em.
    """
    if not level.justified or measure >= _JUSTIFIABLE:
        return ""
    return "r" if stage.text.way == "rtl" else "l"


def _add_text_boxes(
    slide: Slide, fitted: FittedSlide, offer: Offer, frames: dict[Role, Any], surfaces: Surfaces, stage: Stage
) -> list[Click]:
    """Add texts and frames for which the layout has no placeholder, in reading order; return their clicks."""
    clicks: list[Click] = []
    for role, box in offer.boxes.items():
        place = _get_place(role, fitted, offer)
        if role in fitted.texts:
            surface = surfaces.of(role)
            shape = add_text_box(slide, place, box, role, surface.palette)
            if role is Role.BEFORE and Role.OBJECT in frames:
                element_of(frames[Role.OBJECT]).addprevious(element_of(shape))
            if role in fitted.panels:
                _set_panel(shape, place, surface.palette)
            clicks += _write_text(slide, shape, fitted.texts[role], place, surface, stage)
        elif role in fitted.frames:
            frames[role] = add_text_box(slide, place, box, role, surfaces.of(role).palette)
    return clicks


def _order_columns(slide: Slide, fitted: FittedSlide, offer: Offer, frames: dict[Role, Any]) -> None:
    """Put each column after its heading in reading order, even if the heading is a text box."""
    if not any(head in offer.boxes and head in fitted.texts for head, _ in COLUMNS):
        return
    named = {shape.name: shape for shape in slide.shapes}
    for head, role in COLUMNS:
        heading = named.get(head.value.capitalize())
        own = frames.get(role) or _find_shape(slide, offer, role)
        if heading is not None and own is not None:
            element_of(own).addprevious(element_of(heading))


def _read_title_first(slide: Slide) -> None:
    """Put the title first in reading order: some templates have it last."""
    filled = [element_of(shape) for shape in slide.shapes if shape.is_placeholder]
    title = next((element for element in filled if get_placeholder_type(element) in TITLES), None)
    if title is not None and title is not filled[0]:
        filled[0].addprevious(title)


def _find_shape(slide: Slide, offer: Offer, role: Role) -> Any:
    places = {index for index, known in offer.placeholders.items() if known is role}
    return next(
        (
            shape
            for shape in slide.shapes
            if (shape.is_placeholder and shape.placeholder_format.idx in places)
            or (role in offer.boxes and shape.name == role.value.capitalize())
        ),
        None,
    )


def report_small_plots(fitted: FittedSlide, stage: Stage) -> list[Diagnostic]:
    """Report CHT004 for each chart whose labels leave too little room for the plot."""
    if fitted.source.hidden:
        return []
    offer = _get_offer(fitted, stage)
    least = (stage.template.presentation.slide_height or 0) / EMU_PER_POINT * LEAST
    found = []
    for role, frame in fitted.frames.items():
        if isinstance(frame.content, ChartBody):
            place, theme = _get_frame_place(role, fitted, offer), stage.text.theme
            if measure_plot(frame.content, place, theme, offer.palette) < least:
                message = f'chart labels leave too little space for the plot on slide "{fitted.title}"'
                hint = "shorten the title or category names, show fewer categories, or set `horizontal=true`"
                span = frame.content.chart.span or fitted.source.span
                found.append(Diagnostic(code="CHT004", span=span, message=message, hint=hint))
    return found


def _get_offer(fitted: FittedSlide, stage: Stage) -> Offer:
    wish = fitted.source.wish if fitted.layout is choose_layout(fitted.source) else ""
    return stage.template.offer(fitted.layout, wish) or stage.template.offers[fitted.layout]


def _get_frame_place(role: Role, fitted: FittedSlide, offer: Offer) -> Place:
    return fitted.places.get(role) or get_whole_frame(
        fitted.layout, offer.places, Role.SOURCE in fitted.texts
    )


def _draw_content(
    slide: Slide,
    placeholder: BaseShape,
    role: Role,
    fitted: FittedSlide,
    palette: Palette,
    offer: Offer,
    stage: Stage,
) -> list[Click]:
    """Draw the content of a frame and return the clicks that show its parts."""
    frame = fitted.frames[role]
    body = frame.body
    place = _get_frame_place(role, fitted, offer)
    theme = stage.text.theme
    stage.text.links_in_ink = not palette.shows_links
    match frame.content:
        case FittedTable() as table:
            assert isinstance(body, TableBody)
            look = stage.template.tables
            shape = insert_table(slide, placeholder, place, table, body, look, palette, stage.text)
            set_alt_text(shape, body.alt or fitted.title, name="Table")
        case FittedCode() as code:
            assert isinstance(body, CodeBody)
            if role in fitted.panels:
                _set_panel(placeholder, place, palette)
            _draw_code(slide, placeholder, code, body.language, place, palette, stage.text)
            # The panel is as high as its text; the layout's own is the highest.
            height = code.rows * code.size * LINE_DISTANCE + place.height - place.text.height
            set_place(placeholder, replace(place, height=height))
        case ChartBody(chart=chart, alt=alt) as charted:
            shapes = insert_chart(slide, placeholder, place, charted, theme, palette, stage.text.language)
            for shape, panel in zip(shapes, chart.data.panels or ("",), strict=True):
                set_alt_text(shape, f"{panel}: {alt or fitted.title}" if panel else alt, name="Chart")
            return list_chart_clicks(shapes, chart)
        case PictureBody() as picture:
            parts, rasterise = stage.svg_parts, stage.rasterise
            shape = insert_picture(slide, placeholder, picture, place, theme, palette, parts, rasterise)
            # The author has been told that the picture has no words; on a slide its title says most.
            set_alt_text(shape, picture.alt or fitted.title, name="Picture", decorative=picture.decorative)
        case FittedEquation() as equation:
            assert isinstance(body, EquationBody)
            set_place(placeholder, place)
            insert_equation(slide, placeholder, equation, body, stage.text, palette, stage.rasterise)
        case _:
            assert_never(frame.content)
    return []


def _set_panel(shape: BaseShape, place: Place, palette: Palette) -> None:
    """Add a panel behind a text, with the insets that were used for fitting."""
    properties = text_body(shape).find(qn("a:bodyPr"))
    set_insets(properties, place)
    properties.set("anchor", "t")
    if palette.panel is not None:
        fill_shape(shape, palette.panel)


def _draw_code(
    slide: Slide,
    placeholder: BaseShape,
    code: FittedCode,
    language: str,
    place: Place,
    palette: Palette,
    context: TextContext,
) -> None:
    """Write one paragraph for each line, with exact line spacing and without list properties."""
    body = text_body(placeholder)
    clear_text(body)
    level = place.text.levels[0]
    listed = level.marked or level.margin or level.before
    for runs in highlight_code(code.lines, language, palette):
        paragraph = add_child(body, "a:p")
        distance = round(code.size * LINE_DISTANCE * 100)
        properties = add_child(paragraph, "a:pPr")
        if listed:
            properties.set("marL", "0")
            properties.set("indent", "0")
        if listed or context.way == "rtl":  # code runs from the left everywhere
            properties.set("algn", "l")
            properties.set("rtl", "0")
        add_child(add_child(properties, "a:lnSpc"), "a:spcPts", val=str(distance))
        if listed:
            for name in ("a:spcBef", "a:spcAft"):
                add_child(add_child(properties, name), "a:spcPts", val="0")
            add_child(properties, "a:buNone")
        look = Look(size=code.size)
        for run, colour in runs:
            add_runs(paragraph, [run], replace(look, colour=colour), slide.part, context)
        if level.capitals:
            for run_properties in paragraph.iter(qn("a:rPr")):
                run_properties.set("cap", "none")
        end_paragraph(paragraph, look, context)


# Kinds of token and the slot of the colour scheme they take; made so that it can be read.
_COLOURS = (
    (Comment, "folHlink"),
    (Keyword, "accent1"),
    (String, "accent5"),
    (Number, "accent2"),
    (Name.Function, "accent2"),
    (Name.Class, "accent2"),
    (Name.Decorator, "accent2"),
    (Name.Tag, "accent1"),
)


def highlight_code(
    lines: tuple[str, ...], language: str, palette: Palette
) -> Iterator[list[tuple[Run, Tint | None]]]:
    """Yield each line as runs with their colours, None for the text colour."""
    current: list[tuple[Run, Tint | None]] = []
    for token, value in tokens("\n".join(lines), language):
        slot = next((slot for kind, slot in _COLOURS if token in kind), "") if token is not Token else ""
        colour = palette.seen(slot, READABLE) if slot else None
        for index, text in enumerate(value.split("\n")):
            if index:
                yield current
                current = []
            if text:
                current.append((Run(text=text, code=True), colour))
    yield current
