"""Draw fitted slides in the placeholders of their layouts."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from pygments.token import Comment, Keyword, Name, Number, String, Token

from triptych.diagnostics import Diagnostic
from triptych.media.lexing import tokenise
from triptych.media.output_pictures import SVG_MEDIA_TYPE
from triptych.media.svg_rendering import rasterise_svg
from triptych.ooxml.inheritance import TITLE_TYPES, get_placeholder_type
from triptych.ooxml.xml import qn
from triptych.theme.colours import READABLE_CONTRAST
from triptych.writers.deck.drawing.animations import (
    Click,
    add_animations,
    list_card_clicks,
    list_chart_clicks,
    list_text_clicks,
)
from triptych.writers.deck.drawing.charts import insert_chart
from triptych.writers.deck.drawing.charts.layout import MIN_PLOT_FRACTION, measure_plot_height
from triptych.writers.deck.drawing.footers import add_footers
from triptych.writers.deck.drawing.pictures import Rasterise, insert_equation, insert_picture, set_alt_text
from triptych.writers.deck.drawing.shapes import (
    add_ornaments,
    add_panel,
    add_text_box,
    apply_surface,
    position_shape,
    set_insets,
)
from triptych.writers.deck.drawing.tables import insert_table
from triptych.writers.deck.drawing.text import (
    TextContext,
    TextStyle,
    add_child,
    add_end_properties,
    add_runs,
    clear_text,
    set_text,
)
from triptych.writers.deck.fitting.cards import CARD_PARAGRAPH_SPACE, get_exact_line_spacing
from triptych.writers.deck.fitting.composition import Frame, find_bounding_box, move_box
from triptych.writers.deck.fitting.frames import LINE_SPACING_FACTOR, FittedCode, FittedEquation
from triptych.writers.deck.fitting.slides import FittedSlide, choose_kind, get_whole_frame
from triptych.writers.deck.fitting.tables import FittedTable
from triptych.writers.deck.fitting.text import FittedText, Level, PlaceholderBox, measure_text_height
from triptych.writers.deck.kinds import CARDS, COLUMNS, KINDS, PlaceholderRole
from triptych.writers.deck.pptx.exports import BaseShape, Part, Slide, SlideLayout
from triptych.writers.deck.pptx.package import (
    create_slide,
    get_element,
    get_text_body,
    list_placeholders,
    remove_shape,
)
from triptych.writers.deck.slides import (
    ChartBody,
    CodeBody,
    EquationBody,
    Para,
    PictureBody,
    Run,
    SlideKindName,
    TableBody,
)
from triptych.writers.deck.template.matching import MatchMethod
from triptych.writers.deck.template.palette import Palette, Tint, set_fill
from triptych.writers.deck.template.placeholders import get_slide_size
from triptych.writers.deck.template.surfaces import CHART_CONTRAST, Surfaces
from triptych.writers.deck.template.template import KindLayout, Template

_ORNAMENTS = PlaceholderRole.OBJECT  # key for the colours of ornaments, on slides without an object
_PANEL_INSET = 4.0  # minimum distance in points from text to the edge of its panel
_MIN_JUSTIFIED_MEASURE = 24.0  # em (about 50 characters); justified text with shorter lines has wide gaps


@dataclass(frozen=True, slots=True)
class DrawingContext:
    """The template, text properties, footers and SVG parts shared by all slides of a presentation."""

    template: Template
    text_context: TextContext
    footers: Mapping[str, str]
    rasterise: Rasterise = rasterise_svg
    svg_parts: dict[str, Part] = field(default_factory=dict)
    _placeholder_names: dict[str, Mapping[int, str]] = field(default_factory=dict)

    def get_placeholder_names(self, layout: SlideLayout) -> Mapping[int, str]:
        """Map the indices of a layout's placeholders to their names."""
        part = layout.part.partname
        if part not in self._placeholder_names:
            placeholders = list_placeholders(layout)
            self._placeholder_names[part] = {
                shape.placeholder_format.idx: shape.name for shape in placeholders
            }
        return self._placeholder_names[part]


def draw_slide(fitted_slide: FittedSlide, drawing_context: DrawingContext) -> Any:
    """Draw a slide without adding it to the presentation, and return it.

    Links to other slides are appended to ``drawing_context.text_context.links``.
    """
    return _SlideDrawer(fitted_slide, drawing_context).draw()


def report_small_plots(fitted_slide: FittedSlide, drawing_context: DrawingContext) -> list[Diagnostic]:
    """Report CHT004 for each chart whose labels leave too little space for the plot."""
    if fitted_slide.source.hidden:
        return []
    kind_layout = _get_kind_layout(fitted_slide, drawing_context)
    min_height = get_slide_size(drawing_context.template.presentation)[1] * MIN_PLOT_FRACTION
    findings = []
    for role, frame in fitted_slide.frames.items():
        if isinstance(frame.content, ChartBody):
            place, theme = (
                _get_frame_box(role, fitted_slide, kind_layout),
                drawing_context.text_context.theme,
            )
            if measure_plot_height(frame.content, place, theme, kind_layout.palette) < min_height:
                message = f'chart labels leave too little space for the plot on slide "{fitted_slide.title}"'
                hint = "shorten the title or category names, show fewer categories, or set `horizontal=true`"
                span = frame.content.chart.span or fitted_slide.source.span
                findings.append(Diagnostic(code="CHT004", span=span, message=message, hint=hint))
    return findings


def _get_kind_layout(fitted_slide: FittedSlide, drawing_context: DrawingContext) -> KindLayout:
    layout_name = (
        fitted_slide.source.layout_name if fitted_slide.kind is choose_kind(fitted_slide.source) else ""
    )
    return (
        drawing_context.template.get_kind_layout(fitted_slide.kind, layout_name)
        or drawing_context.template.kind_layouts[fitted_slide.kind]
    )


def _get_frame_box(
    role: PlaceholderRole, fitted_slide: FittedSlide, kind_layout: KindLayout
) -> PlaceholderBox:
    boxes = {**kind_layout.placeholder_boxes, **fitted_slide.boxes}
    if role is not PlaceholderRole.OBJECT:
        return boxes[role]
    return get_whole_frame(fitted_slide.kind, boxes, PlaceholderRole.SOURCE in fitted_slide.texts)


class _SlideDrawer:
    """Draws one slide. ``frames`` are shapes for content other than text; ``clicks`` are animations."""

    def __init__(self, fitted_slide: FittedSlide, drawing_context: DrawingContext) -> None:
        self.fitted_slide, self.drawing_context = fitted_slide, drawing_context
        self.kind_layout = _get_kind_layout(fitted_slide, drawing_context)
        self.surfaces = self._find_surfaces()
        self.slide = create_slide(drawing_context.template.presentation, self.kind_layout.layout)
        self.frames: dict[PlaceholderRole, Any] = {}
        self.clicks: list[Click] = []

    def draw(self) -> Any:
        slide, fitted, kind_layout, stage = (
            self.slide,
            self.fitted_slide,
            self.kind_layout,
            self.drawing_context,
        )
        if fitted.ornaments:
            add_ornaments(slide, fitted.ornaments, self.surfaces.get_surface(_ORNAMENTS).palette)
        if self.surfaces.common_panel is not None:
            add_panel(slide, self.surfaces.common_panel_bounds, self.surfaces.common_panel)
        names = stage.get_placeholder_names(kind_layout.layout)
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
        self._order_column_headings()
        self._move_title_to_front()
        for role, shape in self.frames.items():
            self._draw_content(shape, role)
        add_animations(slide, self.clicks)
        if (mapping := get_element(kind_layout.layout).find(qn("p:clrMapOvr"))) is not None:
            # Slides do not inherit a layout's colour map (ECMA-376 Part 1, 19.3.1.7).
            get_element(slide).replace(get_element(slide).find(qn("p:clrMapOvr")), copy.deepcopy(mapping))
        if fitted.kind is not SlideKindName.TITLE:
            scales = stage.template.find_footer_scales(kind_layout, stage.footers)
            add_footers(slide, kind_layout, stage.footers, scales, stage.text_context)
        if fitted.source.hidden:
            get_element(slide).set("show", "0")
        return slide

    def _find_surfaces(self) -> Surfaces:
        fitted, kind_layout = self.fitted_slide, self.kind_layout
        texts = {role: self._get_box(role) for role in fitted.texts}
        frames = {
            role: (_get_frame_box(role, fitted, kind_layout), _get_needed_contrast(frame))
            for role, frame in fitted.frames.items()
        }
        if fitted.ornaments:
            box = find_bounding_box([box for _, box in fitted.ornaments])
            frames[_ORNAMENTS] = (
                move_box(kind_layout.placeholder_boxes[KINDS[fitted.kind].main_role], box),
                READABLE_CONTRAST,
            )
        return kind_layout.find_surfaces(texts, frames, fitted.panels)

    def _get_box(self, role: PlaceholderRole) -> PlaceholderBox:
        return self.fitted_slide.boxes.get(role, self.kind_layout.placeholder_boxes[role])

    def _fill_placeholder(self, placeholder: Any, role: PlaceholderRole) -> None:
        place, surface = self._get_box(role), self.surfaces.get_surface(role)
        if role in self.fitted_slide.boxes or role in self.kind_layout.moved_roles:
            position_shape(placeholder, place)
            if place.insets != self.kind_layout.placeholder_boxes[role].insets:
                set_insets(get_text_body(placeholder).find(qn("a:bodyPr")), place)
        if anchor := self.kind_layout.anchors.get(role):
            get_text_body(placeholder).find(qn("a:bodyPr")).set("anchor", anchor)
        if role in self.fitted_slide.panels:
            _add_text_panel(placeholder, place, surface.palette)
        if surface.panel_fill is not None:
            panel = self._fit_panel_to_text(role)
            position_shape(placeholder, panel)
            set_insets(get_text_body(placeholder).find(qn("a:bodyPr")), panel)
        self._write_text(placeholder, role)

    def _write_text(self, shape: BaseShape, role: PlaceholderRole) -> None:
        text, surface, context = (
            self.fitted_slide.texts[role],
            self.surfaces.get_surface(role),
            self.drawing_context.text_context,
        )
        context.links_need_text_colour = not surface.palette.has_legible_links
        looks = _compute_styles(text, self._get_box(role), context)
        has_card_layout = self.kind_layout.choice.method not in (MatchMethod.PLACEHOLDERS, MatchMethod.OTHER)
        if role in CARDS and not has_card_layout:
            looks = _colour_card_headings(looks, surface.palette)
        set_text(get_text_body(shape), looks, self.slide.part, context)
        apply_surface(shape, surface)
        list_clicks = list_card_clicks if role in CARDS else list_text_clicks
        self.clicks += list_clicks(shape, text.paras)

    def _fit_panel_to_text(self, role: PlaceholderRole) -> PlaceholderBox:
        """Return a box as high as its text, so that the panel covers little of the background image.

        The text stays in place, at least a fixed distance from the left and right edges of the panel.
        """
        text, place, template = (
            self.fitted_slide.texts[role],
            self._get_box(role),
            self.drawing_context.template,
        )
        used = measure_text_height(text.paras, place.text_area, template.theme, text.scale, text.spacing)
        left, top_inset, right, bottom_inset = place.insets
        high = min(place.height, used + top_inset + bottom_inset)
        anchor = (
            self.kind_layout.anchors.get(role) or self.kind_layout.choice.assignment.placeholders[role].anchor
        )
        shift_down = {"ctr": 0.5, "b": 1.0}.get(anchor, 0.0) * (place.height - high)
        after_place = get_slide_size(template.presentation)[0] - place.left - place.width
        before = max(0.0, min(_PANEL_INSET - left, place.left))
        after = max(0.0, min(_PANEL_INSET - right, after_place))
        return replace(
            place,
            left=place.left - before,
            top=place.top + shift_down,
            width=place.width + before + after,
            height=high,
            insets=(left + before, top_inset, right + after, bottom_inset),
        )

    def _add_text_boxes(self) -> None:
        """Add a text box for each text and frame without a placeholder in the layout, in reading order."""
        for role, box in self.kind_layout.text_boxes.items():
            if role not in self.fitted_slide.texts and role not in self.fitted_slide.frames:
                continue
            place, palette = self._get_box(role), self.surfaces.get_surface(role).palette
            shape = add_text_box(self.slide, place, box, role, palette)
            if role not in self.fitted_slide.texts:
                self.frames[role] = shape
                continue
            if role is PlaceholderRole.BEFORE and PlaceholderRole.OBJECT in self.frames:
                get_element(self.frames[PlaceholderRole.OBJECT]).addprevious(get_element(shape))
            if role in self.fitted_slide.panels:
                _add_text_panel(shape, place, palette)
            self._write_text(shape, role)

    def _order_column_headings(self) -> None:
        """Move each column heading, which may be a text box, before its column in the reading order."""
        if not any(
            head in self.kind_layout.text_boxes and head in self.fitted_slide.texts for head, _ in COLUMNS
        ):
            return
        shapes_by_name = {shape.name: shape for shape in self.slide.shapes}
        for head, role in COLUMNS:
            heading = shapes_by_name.get(head.value.capitalize())
            content_shape = self.frames.get(role) or self._find_shape(role)
            if heading is not None and content_shape is not None:
                get_element(content_shape).addprevious(get_element(heading))

    def _find_shape(self, role: PlaceholderRole) -> Any:
        kind_layout, name = self.kind_layout, role.value.capitalize()
        places = {index for index, index_role in kind_layout.roles_by_index.items() if index_role is role}
        for shape in self.slide.shapes:
            if shape.is_placeholder and shape.placeholder_format.idx in places:
                return shape
            if role in kind_layout.text_boxes and shape.name == name:
                return shape
        return None

    def _move_title_to_front(self) -> None:
        """Move the title to the start of the reading order; some templates have it last."""
        placeholders = [get_element(shape) for shape in self.slide.shapes if shape.is_placeholder]
        title = next(
            (element for element in placeholders if get_placeholder_type(element) in TITLE_TYPES), None
        )
        if title is not None and title is not placeholders[0]:
            placeholders[0].addprevious(title)

    def _draw_content(self, placeholder: BaseShape, role: PlaceholderRole) -> None:
        slide, fitted, stage, context = (
            self.slide,
            self.fitted_slide,
            self.drawing_context,
            self.drawing_context.text_context,
        )
        frame, place = fitted.frames[role], _get_frame_box(role, fitted, self.kind_layout)
        body, theme, palette = frame.body, context.theme, self.surfaces.get_surface(role).palette
        context.links_need_text_colour = not palette.has_legible_links
        match frame.content:
            case FittedTable() as table:
                assert isinstance(body, TableBody)
                table_style = stage.template.table_style
                shape = insert_table(slide, placeholder, place, table, body, table_style, palette, context)
                set_alt_text(shape, body.alt or fitted.title, name="Table")
            case FittedCode() as code:
                assert isinstance(body, CodeBody)
                if role in fitted.panels:
                    _add_text_panel(placeholder, place, palette)
                _draw_code(slide, placeholder, code, body.language, place, palette, context)
                # The panel is as high as its text, and at most as high as the layout's box.
                height = code.height + place.height - place.text_area.height
                position_shape(placeholder, replace(place, height=height))
            case ChartBody(chart=chart, alt=alt) as charted:
                shapes = insert_chart(slide, placeholder, place, charted, theme, palette, context.language)
                for shape, panel in zip(shapes, chart.data.panels or ("",), strict=True):
                    set_alt_text(shape, f"{panel}: {alt or fitted.title}" if panel else alt, name="Chart")
                self.clicks += list_chart_clicks(shapes, chart)
            case PictureBody() as picture:
                parts, rasterise = stage.svg_parts, stage.rasterise
                shape = insert_picture(
                    slide,
                    placeholder,
                    picture,
                    place,
                    theme,
                    palette,
                    parts,
                    rasterise,
                    has_own_template=stage.template.span is not None,
                )
                # Missing alt text has been reported; the slide title is the best substitute.
                alt = picture.alt or fitted.title
                set_alt_text(shape, alt, name="Picture", decorative=picture.decorative)
            case FittedEquation() as equation:
                assert isinstance(body, EquationBody)
                position_shape(placeholder, place)
                insert_equation(slide, placeholder, equation, body, context, palette, stage.rasterise)
            case _:
                assert_never(frame.content)


def _get_needed_contrast(frame: Frame) -> float:
    """Return the contrast with the background that a frame's content needs, or 0 for raster images."""
    match frame.content:
        case ChartBody():
            return CHART_CONTRAST
        case FittedTable(rows=rows):
            shaded = any(cell.shade for row in rows for cell in row)
            return CHART_CONTRAST if shaded else READABLE_CONTRAST
        case PictureBody(media_type=media_type):
            return CHART_CONTRAST if media_type == SVG_MEDIA_TYPE else 0.0
        case FittedCode() | FittedEquation():
            return READABLE_CONTRAST
    assert_never(frame.content)


def _compute_styles(
    text: FittedText, box: PlaceholderBox, context: TextContext
) -> list[tuple[Para, TextStyle]]:
    """Pair each paragraph with the text properties that differ from its layout."""
    area = box.text_area
    is_scaled = text.scale != 1
    looks = []
    for number, para in enumerate(text.paras):
        level = area.get_level(para)
        size = text.sizes[number] if text.sizes else level.size * text.scale
        align = _choose_alignment(level, area.width / size, context)
        if text.sizes:
            before = CARD_PARAGRAPH_SPACE if number else 0.0
            line = get_exact_line_spacing(level, size)
            looks.append(
                (
                    para,
                    TextStyle(
                        size=size,
                        space_before=before,
                        space_after=0.0,
                        line_spacing=line,
                        align=align,
                        keeps_margin=level.has_plain_margin,
                    ),
                )
            )
            continue
        spaced = text.spacing != 1 or level.needs_own_spacing
        text_style = TextStyle(
            size=round(size, 1) if is_scaled else None,
            # The layout's line spacing in points suits only the layout's text size.
            line_spacing=level.exact_line_spacing * text.scale if is_scaled else None,
            space_before=level.space_before * text.spacing if spaced else None,
            space_after=0.0 if level.needs_own_spacing else None,
            adds_bullet=level.adds_bullet,
            adds_indent=level.adds_indent,
            keeps_margin=level.has_plain_margin,
            align=align,
        )
        looks.append((para, text_style))
    return looks


def _colour_card_headings(
    looks: list[tuple[Para, TextStyle]], palette: Palette
) -> list[tuple[Para, TextStyle]]:
    """Give the paragraphs of a card that are larger than its text the accent colour."""
    text_size = looks[-1][1].size or 0.0
    accent = palette.make_visible_tint("accent1", palette.text_contrast)
    return [
        (para, replace(style, colour=accent) if (style.size or 0.0) > text_size else style)
        for para, style in looks
    ]


def _choose_alignment(level: Level, measure: float, context: TextContext) -> str:
    """Return the alignment that replaces justification in narrow text, or "" for the layout's alignment.

    ``measure`` is the line length in em.
    """
    if not level.is_justified or measure >= _MIN_JUSTIFIED_MEASURE:
        return ""
    return "r" if context.direction == "rtl" else "l"


def _add_text_panel(shape: BaseShape, box: PlaceholderBox, palette: Palette) -> None:
    """Turn a text shape into a panel with the insets of ``box``.

    If the palette has no panel fill, set only the insets and the anchor.
    """
    properties = get_text_body(shape).find(qn("a:bodyPr"))
    set_insets(properties, box)
    properties.set("anchor", "t")
    if palette.panel_fill is not None:
        set_fill(shape, palette.panel_fill)


def _draw_code(
    slide: Slide,
    placeholder: BaseShape,
    code: FittedCode,
    language: str,
    box: PlaceholderBox,
    palette: Palette,
    context: TextContext,
) -> None:
    """Write a paragraph for each line of code, with exact line spacing and without list formatting."""
    body = get_text_body(placeholder)
    clear_text(body)
    level = box.text_area.levels[0]
    has_list_style = level.has_bullet_or_number or level.indent or level.space_before
    for runs in highlight_code(code.lines, language, palette):
        paragraph = add_child(body, "a:p")
        distance = round(code.size * LINE_SPACING_FACTOR * 100)
        properties = add_child(paragraph, "a:pPr")
        if has_list_style:
            properties.set("marL", "0")
            properties.set("indent", "0")
        if has_list_style or context.direction == "rtl":  # code is always left to right
            properties.set("algn", "l")
            properties.set("rtl", "0")
        add_child(add_child(properties, "a:lnSpc"), "a:spcPts", val=str(distance))
        if has_list_style:
            for name in ("a:spcBef", "a:spcAft"):
                add_child(add_child(properties, name), "a:spcPts", val="0")
            add_child(properties, "a:buNone")
        text_style = TextStyle(size=code.size)
        for run, colour in runs:
            add_runs(paragraph, [run], replace(text_style, colour=colour), slide.part, context)
        if level.is_all_caps:
            for run_properties in paragraph.iter(qn("a:rPr")):
                run_properties.set("cap", "none")
        add_end_properties(paragraph, text_style, context)


# The theme colour of each token type.
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
    """Yield the text runs of each line of code with their colours. A colour of None is the text colour."""
    current: list[tuple[Run, Tint | None]] = []
    for token, value in tokenise("\n".join(lines), language):
        slot = next((slot for kind, slot in _COLOURS if token in kind), "") if token is not Token else ""
        colour = palette.make_visible_tint(slot, palette.text_contrast) if slot else None
        for index, text in enumerate(value.split("\n")):
            if index:
                yield current
                current = []
            if text:
                current.append((Run(text=text, code=True), colour))
    yield current
