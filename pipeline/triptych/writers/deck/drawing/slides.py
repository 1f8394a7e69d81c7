"""Draw fitted slides in the placeholders of their layouts."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from pygments.token import Comment, Keyword, Name, Number, String, Token

from triptych.diagnostics import Diagnostic
from triptych.media.lexing import tokenise
from triptych.media.output_pictures import SVG
from triptych.media.svg_rendering import rasterise
from triptych.ooxml.inheritance import TITLES, get_placeholder_type
from triptych.ooxml.xml import qn
from triptych.theme.colours import READABLE
from triptych.writers.deck.drawing.animations import Click, add_builds, list_chart_clicks, list_text_clicks
from triptych.writers.deck.drawing.charts import insert_chart
from triptych.writers.deck.drawing.charts.layout import LEAST_PLOT_FRACTION, measure_plot_height
from triptych.writers.deck.drawing.footers import add_footers
from triptych.writers.deck.drawing.pictures import Rasterise, insert_equation, insert_picture, set_alt_text
from triptych.writers.deck.drawing.shapes import (
    add_ornaments,
    add_panel,
    add_text_box,
    apply_surface,
    set_insets,
    set_place,
)
from triptych.writers.deck.drawing.tables import insert_table
from triptych.writers.deck.drawing.text import (
    TextContext,
    TextStyle,
    add_child,
    add_runs,
    clear_text,
    end_paragraph,
    set_text,
)
from triptych.writers.deck.fitting.cards import SPACE_IN_CARDS, get_exact_line
from triptych.writers.deck.fitting.composition import Frame, find_bounding_box, move_place
from triptych.writers.deck.fitting.frames import LINE_DISTANCE, FittedCode, FittedEquation
from triptych.writers.deck.fitting.slides import FittedSlide, choose_layout, get_whole_frame
from triptych.writers.deck.fitting.tables import FittedTable
from triptych.writers.deck.fitting.text import FittedText, Level, Place, measure_text
from triptych.writers.deck.kinds import COLUMNS, KINDS, PlaceholderRole
from triptych.writers.deck.pptx.package import (
    create_slide,
    get_element,
    get_text_body,
    list_placeholders,
    remove_shape,
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
from triptych.writers.deck.template.palette import Palette, Tint, set_fill
from triptych.writers.deck.template.placeholders import get_slide_size
from triptych.writers.deck.template.surfaces import CHART_CONTRAST, Surfaces
from triptych.writers.deck.template.template import KindLayout, Template

_ORNAMENTS = PlaceholderRole.OBJECT  # stands for the ornaments of slides, which have no object
_PANEL_INSET = 4.0  # minimum distance in points from text to the edge of its panel
_JUSTIFIABLE = 24.0  # em (about 50 characters); justified text in shorter lines has wide gaps


@dataclass(frozen=True, slots=True)
class Stage:
    """The template, text properties, footers and SVG parts that all slides of a presentation share."""

    template: Template
    text: TextContext
    footers: Mapping[str, str]
    rasterise: Rasterise = rasterise
    svg_parts: dict[str, Part] = field(default_factory=dict)
    _names: dict[str, Mapping[int, str]] = field(default_factory=dict)

    def get_names(self, layout: SlideLayout) -> Mapping[int, str]:
        """Map the indices of a layout's placeholders to their names."""
        part = layout.part.partname
        if part not in self._names:
            placeholders = list_placeholders(layout)
            self._names[part] = {shape.placeholder_format.idx: shape.name for shape in placeholders}
        return self._names[part]


def draw_slide(fitted: FittedSlide, stage: Stage) -> Any:
    """Draw a slide without adding it to the presentation, and collect its links in ``stage.text.links``."""
    return _SlideDrawing(fitted, stage).draw()


def report_small_plots(fitted: FittedSlide, stage: Stage) -> list[Diagnostic]:
    """Report CHT004 for each chart on the slide whose labels leave too little space for the plot."""
    if fitted.source.hidden:
        return []
    kind_layout = _get_kind_layout(fitted, stage)
    least = get_slide_size(stage.template.presentation)[1] * LEAST_PLOT_FRACTION
    found = []
    for role, frame in fitted.frames.items():
        if isinstance(frame.content, ChartBody):
            place, theme = _get_frame_place(role, fitted, kind_layout), stage.text.theme
            if measure_plot_height(frame.content, place, theme, kind_layout.palette) < least:
                message = f'chart labels leave too little space for the plot on slide "{fitted.title}"'
                hint = "shorten the title or category names, show fewer categories, or set `horizontal=true`"
                span = frame.content.chart.span or fitted.source.span
                found.append(Diagnostic(code="CHT004", span=span, message=message, hint=hint))
    return found


def _get_kind_layout(fitted: FittedSlide, stage: Stage) -> KindLayout:
    layout_name = fitted.source.layout_name if fitted.layout is choose_layout(fitted.source) else ""
    return (
        stage.template.get_kind_layout(fitted.layout, layout_name)
        or stage.template.kind_layouts[fitted.layout]
    )


def _get_frame_place(role: PlaceholderRole, fitted: FittedSlide, kind_layout: KindLayout) -> Place:
    sourced = PlaceholderRole.SOURCE in fitted.texts
    return fitted.places.get(role) or get_whole_frame(fitted.layout, kind_layout.places, sourced)


class _SlideDrawing:
    """Draws one slide. ``frames`` has the shapes for content other than text, ``clicks`` the animations."""

    def __init__(self, fitted: FittedSlide, stage: Stage) -> None:
        self.fitted, self.stage = fitted, stage
        self.kind_layout = _get_kind_layout(fitted, stage)
        self.surfaces = self._find_surfaces()
        self.slide = create_slide(stage.template.presentation, self.kind_layout.layout)
        self.frames: dict[PlaceholderRole, Any] = {}
        self.clicks: list[Click] = []

    def draw(self) -> Any:
        slide, fitted, kind_layout, stage = self.slide, self.fitted, self.kind_layout, self.stage
        if fitted.ornaments:
            add_ornaments(slide, fitted.ornaments, self.surfaces.get(_ORNAMENTS).palette)
        if self.surfaces.board is not None:
            add_panel(slide, self.surfaces.board_box, self.surfaces.board)
        names = stage.get_names(kind_layout.layout)
        for placeholder in list(slide.placeholders):
            index = placeholder.placeholder_format.idx
            placeholder.name = names[index]
            role = kind_layout.roles_by_index.get(index)
            if role is not None and role in fitted.texts:
                self._fill_placeholder(placeholder, role)
            elif role is not None and role in fitted.frames:
                self.frames[role] = placeholder
            else:
                remove_shape(placeholder)
        self._add_text_boxes()
        self._order_columns()
        self._read_title_first()
        for role, shape in self.frames.items():
            self._draw_content(shape, role)
        add_builds(slide, self.clicks)
        if (mapping := get_element(kind_layout.layout).find(qn("p:clrMapOvr"))) is not None:
            # Slides do not inherit a layout's colour map (ECMA-376 Part 1, 19.3.1.7).
            get_element(slide).replace(get_element(slide).find(qn("p:clrMapOvr")), copy.deepcopy(mapping))
        if fitted.layout is not Layout.TITLE:
            scales = stage.template.find_footer_scales(kind_layout, stage.footers)
            add_footers(slide, kind_layout, stage.footers, scales, stage.text)
        if fitted.source.hidden:
            get_element(slide).set("show", "0")
        return slide

    def _find_surfaces(self) -> Surfaces:
        fitted, kind_layout = self.fitted, self.kind_layout
        texts = {role: self._get_place(role) for role in fitted.texts}
        frames = {
            role: (_get_frame_place(role, fitted, kind_layout), _get_needed_contrast(frame))
            for role, frame in fitted.frames.items()
        }
        if fitted.ornaments:
            box = find_bounding_box([box for _, box in fitted.ornaments])
            frames[_ORNAMENTS] = (move_place(kind_layout.places[KINDS[fitted.layout].main], box), READABLE)
        return kind_layout.find_surfaces(texts, frames, fitted.panels)

    def _get_place(self, role: PlaceholderRole) -> Place:
        return self.fitted.places.get(role, self.kind_layout.places[role])

    def _fill_placeholder(self, placeholder: Any, role: PlaceholderRole) -> None:
        place, surface = self._get_place(role), self.surfaces.get(role)
        if role in self.fitted.places or role in self.kind_layout.moved:
            set_place(placeholder, place)
            if place.insets != self.kind_layout.places[role].insets:
                set_insets(get_text_body(placeholder).find(qn("a:bodyPr")), place)
        if role in self.fitted.panels:
            _set_panel(placeholder, place, surface.palette)
        if surface.panel is not None:
            panel = self._fit_panel_to_text(role)
            set_place(placeholder, panel)
            set_insets(get_text_body(placeholder).find(qn("a:bodyPr")), panel)
        self._write_text(placeholder, role)

    def _write_text(self, shape: BaseShape, role: PlaceholderRole) -> None:
        text, surface, context = self.fitted.texts[role], self.surfaces.get(role), self.stage.text
        context.links_in_ink = not surface.palette.shows_links
        looks = _compute_styles(text, self._get_place(role), context)
        set_text(get_text_body(shape), looks, self.slide.part, context)
        apply_surface(shape, surface)
        self.clicks += list_text_clicks(shape, text.paras)

    def _fit_panel_to_text(self, role: PlaceholderRole) -> Place:
        """Return a box as high as its text, so that the panel hides little of the background.

        The text keeps its position, with minimum distances to the left and right edges of the panel.
        """
        text, place, template = self.fitted.texts[role], self._get_place(role), self.stage.template
        used = measure_text(text.paras, place.text, template.theme, text.scale, text.spacing)
        left, over, right, under = place.insets
        high = min(place.height, used + over + under)
        anchor = self.kind_layout.choice.assignment.placeholders[role].anchor
        down = {"ctr": 0.5, "b": 1.0}.get(anchor, 0.0) * (place.height - high)
        after_place = get_slide_size(template.presentation)[0] - place.left - place.width
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

    def _add_text_boxes(self) -> None:
        """Add text boxes for the texts and frames without a placeholder in the layout, in reading order."""
        for role, box in self.kind_layout.boxes.items():
            if role not in self.fitted.texts and role not in self.fitted.frames:
                continue
            place, palette = self._get_place(role), self.surfaces.get(role).palette
            shape = add_text_box(self.slide, place, box, role, palette)
            if role not in self.fitted.texts:
                self.frames[role] = shape
                continue
            if role is PlaceholderRole.BEFORE and PlaceholderRole.OBJECT in self.frames:
                get_element(self.frames[PlaceholderRole.OBJECT]).addprevious(get_element(shape))
            if role in self.fitted.panels:
                _set_panel(shape, place, palette)
            self._write_text(shape, role)

    def _order_columns(self) -> None:
        """Move each column heading before its column in reading order; a heading may be a text box."""
        if not any(head in self.kind_layout.boxes and head in self.fitted.texts for head, _ in COLUMNS):
            return
        named = {shape.name: shape for shape in self.slide.shapes}
        for head, role in COLUMNS:
            heading = named.get(head.value.capitalize())
            own = self.frames.get(role) or self._find_shape(role)
            if heading is not None and own is not None:
                get_element(own).addprevious(get_element(heading))

    def _find_shape(self, role: PlaceholderRole) -> Any:
        kind_layout, name = self.kind_layout, role.value.capitalize()
        places = {index for index, known in kind_layout.roles_by_index.items() if known is role}
        for shape in self.slide.shapes:
            if shape.is_placeholder and shape.placeholder_format.idx in places:
                return shape
            if role in kind_layout.boxes and shape.name == name:
                return shape
        return None

    def _read_title_first(self) -> None:
        """Move the title to the start of the reading order; in some templates the title is last."""
        filled = [get_element(shape) for shape in self.slide.shapes if shape.is_placeholder]
        title = next((element for element in filled if get_placeholder_type(element) in TITLES), None)
        if title is not None and title is not filled[0]:
            filled[0].addprevious(title)

    def _draw_content(self, placeholder: BaseShape, role: PlaceholderRole) -> None:
        slide, fitted, stage, context = self.slide, self.fitted, self.stage, self.stage.text
        frame, place = fitted.frames[role], _get_frame_place(role, fitted, self.kind_layout)
        body, theme, palette = frame.body, context.theme, self.surfaces.get(role).palette
        context.links_in_ink = not palette.shows_links
        match frame.content:
            case FittedTable() as table:
                assert isinstance(body, TableBody)
                look = stage.template.tables
                shape = insert_table(slide, placeholder, place, table, body, look, palette, context)
                set_alt_text(shape, body.alt or fitted.title, name="Table")
            case FittedCode() as code:
                assert isinstance(body, CodeBody)
                if role in fitted.panels:
                    _set_panel(placeholder, place, palette)
                _draw_code(slide, placeholder, code, body.language, place, palette, context)
                # The panel fits the height of its text; the layout's box is the maximum.
                height = code.rows * code.size * LINE_DISTANCE + place.height - place.text.height
                set_place(placeholder, replace(place, height=height))
            case ChartBody(chart=chart, alt=alt) as charted:
                shapes = insert_chart(slide, placeholder, place, charted, theme, palette, context.language)
                for shape, panel in zip(shapes, chart.data.panels or ("",), strict=True):
                    set_alt_text(shape, f"{panel}: {alt or fitted.title}" if panel else alt, name="Chart")
                self.clicks += list_chart_clicks(shapes, chart)
            case PictureBody() as picture:
                parts, rasterise = stage.svg_parts, stage.rasterise
                shape = insert_picture(slide, placeholder, picture, place, theme, palette, parts, rasterise)
                # Missing alt text was reported earlier; the slide title is the best substitute.
                alt = picture.alt or fitted.title
                set_alt_text(shape, alt, name="Picture", decorative=picture.decorative)
            case FittedEquation() as equation:
                assert isinstance(body, EquationBody)
                set_place(placeholder, place)
                insert_equation(slide, placeholder, equation, body, context, palette, stage.rasterise)
            case _:
                assert_never(frame.content)


def _get_needed_contrast(frame: Frame) -> float:
    """Return the contrast that a frame's content needs with the background, or 0 for raster images."""
    match frame.content:
        case ChartBody():
            return CHART_CONTRAST
        case FittedTable(rows=rows):
            shaded = any(cell.shade for row in rows for cell in row)
            return CHART_CONTRAST if shaded else READABLE
        case PictureBody(media_type=media_type):
            return CHART_CONTRAST if media_type == SVG else 0.0
        case FittedCode() | FittedEquation():
            return READABLE
    assert_never(frame.content)


def _compute_styles(text: FittedText, place: Place, context: TextContext) -> list[tuple[Para, TextStyle]]:
    """Return paragraphs with the text properties that differ from the layout."""
    area = place.text
    changed = text.scale != 1
    looks = []
    for number, para in enumerate(text.paras):
        level = area.get_level(para)
        size = text.sizes[number] if text.sizes else level.size * text.scale
        align = _choose_alignment(level, area.width / size, context)
        if text.sizes:
            before = SPACE_IN_CARDS if number else 0.0
            line = get_exact_line(level, size)
            looks.append((para, TextStyle(size=size, before=before, after=0.0, line=line, align=align)))
            continue
        spaced = text.spacing != 1 or level.restated
        look = TextStyle(
            size=round(size, 1) if changed else None,
            # Line spacing in points applies to the layout's own text size.
            line=level.exact * text.scale if changed else None,
            before=level.before * text.spacing if spaced else None,
            after=0.0 if level.restated else None,
            mark=level.adds_mark,
            align=align,
        )
        looks.append((para, look))
    return looks


def _choose_alignment(level: Level, measure: float, context: TextContext) -> str:
    """Return the alignment that replaces justification in short lines, or "" to keep the layout's alignment.

    ``measure`` is the line length in em.
    """
    if not level.justified or measure >= _JUSTIFIABLE:
        return ""
    return "r" if context.direction == "rtl" else "l"


def _set_panel(shape: BaseShape, place: Place, palette: Palette) -> None:
    """Add a panel behind a shape's text, with the insets of ``place``."""
    properties = get_text_body(shape).find(qn("a:bodyPr"))
    set_insets(properties, place)
    properties.set("anchor", "t")
    if palette.panel is not None:
        set_fill(shape, palette.panel)


def _draw_code(
    slide: Slide,
    placeholder: BaseShape,
    code: FittedCode,
    language: str,
    place: Place,
    palette: Palette,
    context: TextContext,
) -> None:
    """Write a paragraph for each line of code, with exact line spacing and without list formatting."""
    body = get_text_body(placeholder)
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
        if listed or context.direction == "rtl":  # code is always left to right
            properties.set("algn", "l")
            properties.set("rtl", "0")
        add_child(add_child(properties, "a:lnSpc"), "a:spcPts", val=str(distance))
        if listed:
            for name in ("a:spcBef", "a:spcAft"):
                add_child(add_child(properties, name), "a:spcPts", val="0")
            add_child(properties, "a:buNone")
        look = TextStyle(size=code.size)
        for run, colour in runs:
            add_runs(paragraph, [run], replace(look, colour=colour), slide.part, context)
        if level.capitals:
            for run_properties in paragraph.iter(qn("a:rPr")):
                run_properties.set("cap", "none")
        end_paragraph(paragraph, look, context)


# Theme colour of each token type.
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
    """Yield each line as pairs of a text run and its colour, or None for the text colour."""
    current: list[tuple[Run, Tint | None]] = []
    for token, value in tokenise("\n".join(lines), language):
        slot = next((slot for kind, slot in _COLOURS if token in kind), "") if token is not Token else ""
        colour = palette.make_visible(slot, READABLE) if slot else None
        for index, text in enumerate(value.split("\n")):
            if index:
                yield current
                current = []
            if text:
                current.append((Run(text=text, code=True), colour))
    yield current
