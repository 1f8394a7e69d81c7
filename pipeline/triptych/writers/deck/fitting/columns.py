"""Fit two columns side by side, and continue them on further slides.

A photograph beside text may extend to the edge of the slide. Two code listings have the same text size and
are placed side by side or one above the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.cards import FRACTION_ABOVE
from triptych.writers.deck.fitting.charts import split_chart
from triptych.writers.deck.fitting.composition import (
    Composition,
    Content,
    Frame,
    Ornament,
    PlaceholderBoxes,
    divide_box,
    find_bounding_sides,
    find_region,
    move_box,
)
from triptych.writers.deck.fitting.fill import compute_fill
from triptych.writers.deck.fitting.frames import FittedCode, fit_code
from triptych.writers.deck.fitting.tables import fit_table
from triptych.writers.deck.fitting.text import (
    MIN_TEXT_SIZE,
    MIN_UNSPLIT_SIZE,
    Bounds,
    FittedText,
    PlaceholderBox,
    can_keep_sentences_whole,
    find_fitting_scale,
    fit_text,
    list_sizes,
    measure_text_bounds,
    measure_text_height,
)
from triptych.writers.deck.kinds import COLUMNS, PlaceholderRole
from triptych.writers.deck.slides import (
    ChartBody,
    CodeBody,
    Column,
    ColumnsBody,
    Para,
    PictureBody,
    Run,
    SlideKindName,
    TableBody,
    TextBody,
)

GAP = 30.0  # points between two columns
# Two columns of text that fill less of the slide are set on panels: padding and gap of panels in points.
_MIN_COLUMN_FILL, PANEL_PADDING, _PANEL_GAP = 0.7, 20.0, 18.0
# A listing beside text at a smaller size is set above or below the text: text sizes and gap in points.
_MIN_CODE_SIZE_BESIDE_TEXT, _STACKED_TEXT_SIZES, _STACK_GAP = 18.0, (24.0, 22.0, 20.0), 18.0
# Points: maximum and minimum text size of column headings, and height of one and of two lines.
_MAX_HEADING_SIZE, _MIN_HEADING_SIZE, _HEADING_HEIGHTS = 28.0, 14.0, (38.0, 66.0)
_HEADING_ENLARGEMENT = 1.4  # maximum size of column headings as a multiple of the layout's size
# Points from a heading to its column; thickness of the line between them.
_SPACE_BELOW_HEADING, _RULE_THICKNESS = 20.0, 1.0
# Photographs at the side: minimum pixels per point, and maximum fraction of the width that may be cropped.
_MIN_RESOLUTION, _MAX_CROPPED_FRACTION = 1.0, 0.2
_MIN_ASPECT_RATIO = 0.45  # minimum ratio of width to height
_MIN_SOURCE_SIZE = 11.0
_PANEL_INSETS = (16.0, 12.0, 16.0, 12.0)  # insets in points of a listing's panel
_COLUMN_ROLES = (PlaceholderRole.FIRST, PlaceholderRole.SECOND)
_KINDS = {
    TextBody: SlideKindName.BULLETS,
    ChartBody: SlideKindName.CHART,
    TableBody: SlideKindName.TABLE,
    CodeBody: SlideKindName.CODE,
    PictureBody: SlideKindName.PICTURE,
}


class DoesNotFitError(Exception):
    """Raised if content does not fit at any size; the argument names the content in messages."""


@dataclass(frozen=True, slots=True)
class _FittedColumn:
    """A column with its box, and its content on each slide."""

    box: PlaceholderBox
    parts: Sequence[FittedText | Content]


def fit_columns(
    body: ColumnsBody,
    kind: SlideKindName,
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
    *,
    rtl: bool,
    min_text_size: float = MIN_TEXT_SIZE,
) -> list[Composition]:
    """Fit two columns on as few slides as possible; the longer column continues alone on further slides.

    The minimum text size is ``min_text_size`` points, or slightly less if this saves a slide. If a sentence
    is too long for its column, each column gets slides of its own. Raise ``DoesNotFitError`` if a heading or
    the content of a column does not fit at any size.
    """
    match body.columns:
        case (Column(body=TextBody(paras=paras), heading=()), Column(body=PictureBody() as picture)):
            side = boxes_by_kind[SlideKindName.SIDE_PICTURE]
            if side_picture := fit_side_picture(picture, paras, body.source, side, theme):
                return [side_picture]
    if stacked := _stack_code_and_text(body, kind, boxes_by_kind[kind], theme):
        return [stacked]
    slides = _fit_side_by_side(body, kind, boxes_by_kind, theme, rtl=rtl, min_text_size=min_text_size)
    if len(slides) == 1 and all(isinstance(column.body, TextBody) for column in body.columns):
        on_panels = _fit_side_by_side(
            body, kind, boxes_by_kind, theme, rtl=rtl, min_text_size=min_text_size, padding=PANEL_PADDING
        )
        if len(on_panels) == 1 and (composed := _add_column_panels(slides[0], on_panels[0], theme)):
            return [composed]
    return slides


def _add_column_panels(plain: Composition, padded: Composition, theme: Theme) -> Composition | None:
    """Return the padded columns on panels as high as their text, slightly above the centre.

    Return None if the plain columns look filled.
    """

    def measure_texts(slide: Composition) -> list[Bounds]:
        pairs = ((text, slide.boxes[role]) for role, text in slide.texts.items() if text.paras)
        return [measure_text_bounds(text, box, theme) for text, box in pairs]

    body_roles = [role for _, role in COLUMNS]
    left, top, right, bottom = find_bounding_sides(
        box for role, box in plain.boxes.items() if role is not PlaceholderRole.SOURCE
    )
    if compute_fill(measure_texts(plain), (left, top, right - left, bottom - top)) >= _MIN_COLUMN_FILL:
        return None
    text_bottom = max(text_top + height for _, text_top, _, height in measure_texts(padded))
    high = min(bottom, text_bottom + PANEL_PADDING) - top
    down = (bottom - top - high) * FRACTION_ABOVE
    columns = (padded.boxes[role] for role in body_roles)
    panels = (
        (Ornament.PANEL, (box.left - PANEL_PADDING, top, box.width + 2 * PANEL_PADDING, high))
        for box in columns
    )
    ornaments = tuple(
        (kind, (left, top + down, width, height))
        for kind, (left, top, width, height) in (*panels, *padded.ornaments)
    )
    boxes = dict(padded.boxes)
    for role, box in padded.boxes.items():
        if role is not PlaceholderRole.SOURCE:
            height = box.height - down if role in body_roles else box.height
            boxes[role] = move_box(box, (box.left, box.top + down, box.width, height))
    return replace(padded, boxes=boxes, ornaments=ornaments)


def _stack_code_and_text(
    body: ColumnsBody, kind: SlideKindName, places: PlaceholderBoxes, theme: Theme
) -> Composition | None:
    """Fit a listing above or below its text if beside the text it would be small, split or short.

    Return None if the listing suits a place beside its text, if it does not fit on one slide with the text,
    or if the columns have other content.
    """
    match body.columns:
        case (Column(body=CodeBody() as code, heading=()), Column(body=TextBody(paras=paras), heading=())):
            code_role, text_role, fraction = *_COLUMN_ROLES, body.width_fraction
        case (Column(body=TextBody(paras=paras), heading=()), Column(body=CodeBody() as code, heading=())):
            text_role, code_role, fraction = *_COLUMN_ROLES, 1 - body.width_fraction
        case _:
            return None
    if body.source:
        return None
    left, top, width, height = find_region(places, _COLUMN_ROLES, has_source=False)
    inset_width, inset_height = _PANEL_INSETS[0] + _PANEL_INSETS[2], _PANEL_INSETS[1] + _PANEL_INSETS[3]
    text_box = move_box(places[text_role], (left, top, width, height))
    text_insets = text_box.height - text_box.text_area.height
    for size in _STACKED_TEXT_SIZES:
        scale = size / text_box.text_area.levels[0].size
        text_height = measure_text_height(paras, text_box.text_area, theme, scale) + text_insets
        max_code_height = height - text_height - _STACK_GAP - inset_height
        listing = _fit_whole_code(code, width - inset_width, max_code_height, theme)
        if listing:
            break
    else:
        return None
    beside = _fit_whole_code(code, (width - GAP) * fraction - inset_width, height - inset_height, theme)
    if beside:
        is_half_empty = beside.height + inset_height < height / 2
        suits = beside.size >= _MIN_CODE_SIZE_BESIDE_TEXT and not is_half_empty
        if suits or listing.size < beside.size:
            return None
    code_height = listing.height + inset_height
    is_code_first = code_role is PlaceholderRole.FIRST
    code_top = top if is_code_first else top + text_height + _STACK_GAP
    text_top = top + code_height + _STACK_GAP if is_code_first else top
    return Composition(
        kind=kind,
        texts={text_role: FittedText(paras=paras, scale=scale)},
        frames={code_role: Frame(content=listing, body=code)},
        boxes={
            text_role: move_box(text_box, (left, text_top, width, text_height + 1.0)),
            code_role: move_box(places[code_role], (left, code_top, width, code_height), _PANEL_INSETS),
        },
        panels=frozenset({code_role}),
    )


def _fit_whole_code(code: CodeBody, width: float, height: float, theme: Theme) -> FittedCode | None:
    """Fit a listing without wrapping its lines; return None if it does not fit on one slide."""
    listing, *rest = fit_code(code.text, width, height, theme)
    return None if rest or listing.rows > len(listing.lines) else listing


def _fit_side_by_side(
    body: ColumnsBody,
    kind: SlideKindName,
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
    *,
    rtl: bool,
    min_text_size: float,
    padding: float = 0.0,
) -> list[Composition]:
    """Fit two columns side by side. ``padding`` is the distance of text from the edges of its column."""
    places = boxes_by_kind[kind]
    roles = [role for pair in COLUMNS for role in pair]
    region = find_region(places, roles, has_source=bool(body.source))
    boxes = [
        (left + padding, top + padding, width - 2 * padding, height - 2 * padding)
        for left, top, width, height in divide_box(
            region, (body.width_fraction, 1 - body.width_fraction), _PANEL_GAP if padding else GAP, rtl=rtl
        )
    ]
    texts, heads = _fit_headings(body, boxes, places, theme)
    heading_height = max((place.height for place in heads.values()), default=0.0)
    heading_height += _SPACE_BELOW_HEADING if heading_height else 0.0
    column_boxes: dict[PlaceholderRole, PlaceholderBox] = dict(heads)
    source = places.get(PlaceholderRole.SOURCE)
    if body.source and source and source.width < region[2] - 1:  # the source line extends below both columns
        column_boxes[PlaceholderRole.SOURCE] = move_box(
            source, (region[0], source.top, region[2], source.height)
        )
    for column, (_, role), (left, top, width, height) in zip(body.columns, COLUMNS, boxes, strict=True):
        insets = _PANEL_INSETS if isinstance(column.body, CodeBody) else None
        column_boxes[role] = move_box(
            places[role], (left, top + heading_height, width, height - heading_height), insets
        )

    def fit_at_size(size: float) -> list[_FittedColumn]:
        pairs = zip(body.columns, (column_boxes[role] for _, role in COLUMNS), strict=True)
        return [_FittedColumn(place, _fit_column(column, place, theme, size)) for column, place in pairs]

    columns = fit_at_size(min_text_size)
    pairs = zip(body.columns, columns, strict=True)
    if any(_has_overlong_sentence(column, fitted_column.box, theme) for column, fitted_column in pairs):
        return [
            slide
            for column in body.columns
            for slide in _fit_column_alone(column, boxes_by_kind, theme, min_text_size)
        ]
    if any(len(fitted_column.parts) > 1 for fitted_column in columns):
        smaller = fit_at_size(min(min_text_size, MIN_UNSPLIT_SIZE))
        columns = smaller if all(len(fitted_column.parts) == 1 for fitted_column in smaller) else columns
    columns = _equalise_text_sizes(columns, _find_heading_size(texts, heads))
    compositions = _compose_slides(body, kind, columns, texts, column_boxes, boxes_by_kind, theme)
    rules = tuple(
        (
            Ornament.RULE,
            (
                head.left,
                head.bottom + (_SPACE_BELOW_HEADING - _RULE_THICKNESS) / 2,
                head.width,
                _RULE_THICKNESS,
            ),
        )
        for head in heads.values()
    )
    return [replace(slide, ornaments=rules) if slide.kind is kind else slide for slide in compositions]


def fit_side_picture(
    picture: PictureBody,
    paras: Sequence[Para],
    source: tuple[Run, ...],
    boxes: PlaceholderBoxes,
    theme: Theme,
) -> Composition | None:
    """Fit a photograph at the side of a slide, with text or a source line beside it.

    ``boxes`` are the boxes of ``SlideKindName.SIDE_PICTURE``. Return None if the layout has no picture
    placeholder at the side, if the image is not a photograph or would be blurred or cropped too much, or if
    the text is too long.
    """
    frame = boxes[PlaceholderRole.OBJECT]
    if PlaceholderRole.BODY not in boxes or frame.top > boxes[PlaceholderRole.TITLE].top:
        return None  # the layout is a substitute without a picture placeholder at the side
    ratio = picture.width / picture.height
    cropped_fraction = 1 - frame.width / (frame.height * ratio)
    fine = picture.height >= frame.height * _MIN_RESOLUTION
    photograph = (
        picture.media_type == "image/jpeg" and not picture.width_fraction and not picture.covers_slide
    )
    if not photograph or not fine or ratio < _MIN_ASPECT_RATIO or cropped_fraction > _MAX_CROPPED_FRACTION:
        return None
    line = (Para(runs=source, bullet=False),) if source else ()
    fitted = (
        fit_text(tuple(paras) or line, boxes[PlaceholderRole.BODY].text_area, theme) if paras or line else []
    )
    if len(fitted) > 1:
        return None
    texts = {PlaceholderRole.BODY: fitted[0]} if fitted else {}
    if paras and line:
        area = boxes[PlaceholderRole.SOURCE].text_area
        scale = find_fitting_scale(line, area, theme, list_sizes(area.levels[0].size, _MIN_SOURCE_SIZE))
        if scale is None:
            return None
        texts[PlaceholderRole.SOURCE] = FittedText(paras=line, scale=scale)
    width = min(frame.width, frame.height * ratio)
    left = frame.left if not frame.left else frame.right - width
    box = (left, frame.top, width, frame.height)
    return Composition(
        kind=SlideKindName.SIDE_PICTURE,
        texts=texts,
        frames={PlaceholderRole.OBJECT: Frame(content=replace(picture, covers_slide=True), body=picture)},
        boxes={PlaceholderRole.OBJECT: move_box(frame, box)},
    )


def _find_heading_size(
    texts: Mapping[PlaceholderRole, FittedText], boxes: Mapping[PlaceholderRole, PlaceholderBox]
) -> float:
    """Return the size of column headings in points, or infinity if there are none."""
    return min(
        (text.scale * boxes[role].text_area.levels[0].size for role, text in texts.items()), default=inf
    )


def _equalise_text_sizes(columns: Sequence[_FittedColumn], max_size: float) -> list[_FittedColumn]:
    """Set the text of all columns in the smallest of their text sizes and paragraph spacings.

    Enlarged text is at most ``max_size`` points large, or as large as in the layout if that is more.
    """
    texts = [
        (part, column.box.text_area.levels[0].size)
        for column in columns
        for part in column.parts
        if isinstance(part, FittedText)
    ]
    scale = min((min(text.scale, max(max_size / size, 1.0)) for text, size in texts), default=1.0)
    spacing = min((text.spacing for text, _ in texts), default=1.0)

    def equalise(part: FittedText | Content) -> FittedText | Content:
        if isinstance(part, FittedText):
            return replace(part, scale=scale, spacing=spacing)
        return part

    return [replace(column, parts=list(map(equalise, column.parts))) for column in columns]


def _has_overlong_sentence(column: Column, box: PlaceholderBox, theme: Theme) -> bool:
    match column.body:
        case TextBody(paras=paras):
            scale = MIN_UNSPLIT_SIZE / box.text_area.levels[0].size
            return not can_keep_sentences_whole(paras, box.text_area, theme, min(1.0, scale))
    return False


def _fit_column_alone(
    column: Column,
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
    min_text_size: float,
) -> list[Composition]:
    kind = _KINDS[type(column.body)]
    place = boxes_by_kind[kind][
        PlaceholderRole.BODY if kind is SlideKindName.BULLETS else PlaceholderRole.OBJECT
    ]
    return _compose_column_alone(
        column, _fit_column(column, place, theme, min_text_size), boxes_by_kind, theme
    )


def _compose_slides(
    body: ColumnsBody,
    kind: SlideKindName,
    columns: Sequence[_FittedColumn],
    headings: Mapping[PlaceholderRole, FittedText],
    boxes: PlaceholderBoxes,
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
) -> list[Composition]:
    paired_count = min(len(column.parts) for column in columns)
    compositions = []
    for number in range(paired_count):
        texts, frames = dict(headings), dict[PlaceholderRole, Frame]()
        for (_, role), fitted, column in zip(COLUMNS, columns, body.columns, strict=True):
            part = fitted.parts[number]
            if isinstance(part, FittedText):
                texts[role] = part
            else:
                frames[role] = Frame(content=part, body=column.body)
        panels = frozenset(role for role, frame in frames.items() if isinstance(frame.body, CodeBody))
        compositions.append(Composition(kind=kind, texts=texts, frames=frames, boxes=boxes, panels=panels))
    for column, fitted in zip(body.columns, columns, strict=True):
        compositions += _compose_column_alone(column, fitted.parts[paired_count:], boxes_by_kind, theme)
    return compositions


def _compose_column_alone(
    column: Column,
    parts: Sequence[FittedText | Content],
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
) -> list[Composition]:
    """Compose slides with the remaining content of one column."""
    rest = tuple(para for part in parts if isinstance(part, FittedText) for para in part.paras)
    if rest:
        heading_para = (Para(runs=column.heading, bullet=False),) if column.heading else ()
        fitted = fit_text(
            (*heading_para, *rest),
            boxes_by_kind[SlideKindName.BULLETS][PlaceholderRole.BODY].text_area,
            theme,
        )
        return [
            Composition(kind=SlideKindName.BULLETS, texts={PlaceholderRole.BODY: text}) for text in fitted
        ]
    return [
        Composition(
            kind=_KINDS[type(column.body)],
            frames={PlaceholderRole.OBJECT: Frame(content=part, body=column.body)},
        )
        for part in parts
        if not isinstance(part, FittedText)
    ]


def _fit_headings(
    body: ColumnsBody, boxes: Sequence[Bounds], placeholder_boxes: PlaceholderBoxes, theme: Theme
) -> tuple[dict[PlaceholderRole, FittedText], dict[PlaceholderRole, PlaceholderBox]]:
    """Fit column headings into boxes of equal height.

    Return the text and the box of each heading by role. Raise ``DoesNotFitError`` if a heading is too long.
    """
    if not any(column.heading for column in body.columns):
        return {}, {}
    for high in _HEADING_HEIGHTS:
        texts, heading_boxes = {}, {}
        for column, (role, _), (left, top, width, _) in zip(body.columns, COLUMNS, boxes, strict=True):
            _, top_inset, _, bottom_inset = placeholder_boxes[role].insets
            heading_boxes[role] = move_box(
                placeholder_boxes[role], (left, top, width, high + top_inset + bottom_inset)
            )
            area = heading_boxes[role].text_area
            paras = (Para(runs=column.heading, bullet=False),)
            largest = min(area.levels[0].size * _HEADING_ENLARGEMENT, _MAX_HEADING_SIZE, area.max_size)
            sizes = list_sizes(largest, _MIN_HEADING_SIZE)
            scale = find_fitting_scale(paras, area, theme, sizes)
            if scale is not None and column.heading:
                texts[role] = FittedText(paras=paras, scale=scale)
        if len(texts) == sum(bool(column.heading) for column in body.columns):
            scale = min(text.scale for text in texts.values())
            return {role: replace(text, scale=scale) for role, text in texts.items()}, heading_boxes
    raise DoesNotFitError("column heading")


def _fit_column(
    column: Column, box: PlaceholderBox, theme: Theme, min_text_size: float
) -> Sequence[FittedText | Content]:
    match column.body:
        case TextBody(paras=paras):
            return fit_text(paras, box.text_area, theme, min_text_size)
        case TableBody() as table:
            fitted = fit_table(table, box.width, box.height, theme)
            if fitted is None:
                raise DoesNotFitError("table")
            return fitted
        case CodeBody(text=text):
            return fit_code(text, box.text_area.width, box.text_area.height, theme)
        case ChartBody() as chart:
            return split_chart(chart, box.height)
        case PictureBody() as picture:
            return (picture,)


_LISTING_GAP = 8.0  # points between two listings
_LARGE_CODE_SIZE = 24.0  # among arrangements with listings of this size, the one that fills the slide is best
_LISTING_ROLES = (PlaceholderRole.OBJECT, PlaceholderRole.SECOND)
_MIN_LISTING_FRACTION, _MIN_LISTING_LINES = 0.28, 2


def fit_listings(
    body: ColumnsBody, placeholder_boxes: PlaceholderBoxes, theme: Theme, *, rtl: bool
) -> Composition | None:
    """Fit two listings on one slide, in the arrangement with the largest text size.

    Return None if they do not fit.
    """
    bodies = tuple(column.body for column in body.columns if isinstance(column.body, CodeBody))
    if len(bodies) != 2 or any(column.heading for column in body.columns) or body.source:
        return None
    region = find_region(placeholder_boxes, (PlaceholderRole.OBJECT,), has_source=False)
    place = placeholder_boxes[PlaceholderRole.OBJECT]
    inset = place.insets[1] + place.insets[3]
    fitted_layouts = (
        _fit_listings_into_boxes(place, bodies, boxes, theme)
        for boxes in _iter_listing_bounds(bodies, region, inset, rtl=rtl)
    )
    best = max(
        (fitted_layout for fitted_layout in fitted_layouts if fitted_layout),
        key=lambda fitted_layout: (
            min(fitted_layout[0][0].size, _LARGE_CODE_SIZE),
            _measure_listings_fill(fitted_layout, region, inset),
        ),
        default=None,
    )
    if best is None:
        return None
    fitted, boxes = best
    frames, listing_boxes = {}, {}
    for role, code, listing_body, box in zip(_LISTING_ROLES, fitted, bodies, boxes, strict=True):
        frames[role] = Frame(content=code, body=listing_body)
        listing_boxes[role] = move_box(placeholder_boxes[role], box)
    return Composition(kind=SlideKindName.CODE, frames=frames, boxes=listing_boxes)


def _measure_listings_fill(
    layout: tuple[tuple[FittedCode, FittedCode], tuple[Bounds, Bounds]], region: Bounds, inset: float
) -> float:
    boxes = ((*box[:3], listing.height + inset) for listing, box in zip(*layout, strict=True))
    return compute_fill(boxes, region)


def _iter_listing_bounds(
    bodies: Sequence[CodeBody], region: Bounds, inset: float, *, rtl: bool
) -> Iterator[tuple[Bounds, Bounds]]:
    """Yield two boxes side by side, as wide as their listings need, then two boxes one above the other.

    ``inset`` is the sum of the top and bottom insets in points.
    """
    left, top, width, height = region
    lines = [body.text.strip("\n").split("\n") for body in bodies]
    wide = [max(map(len, listing_lines), default=0) + 2 for listing_lines in lines]
    width_fraction = min(max(wide[0] / sum(wide), _MIN_LISTING_FRACTION), 1 - _MIN_LISTING_FRACTION)
    first, second = divide_box(region, (width_fraction, 1 - width_fraction), _LISTING_GAP, rtl=rtl)
    yield first, second
    count = [max(len(listing_lines), _MIN_LISTING_LINES) for listing_lines in lines]
    high = inset + (height - _LISTING_GAP - 2 * inset) * count[0] / sum(count)
    yield (left, top, width, high), (left, top + high + _LISTING_GAP, width, height - _LISTING_GAP - high)


def _fit_listings_into_boxes(
    placeholder_box: PlaceholderBox, bodies: Sequence[CodeBody], boxes: tuple[Bounds, Bounds], theme: Theme
) -> tuple[tuple[FittedCode, FittedCode], tuple[Bounds, Bounds]] | None:
    """Fit two listings into two boxes at a common text size.

    If the second box is below the first, it is moved up to the end of the first listing. Return None if a
    listing does not fit.
    """
    parts: list[FittedCode] = []
    for body, box in zip(bodies, boxes, strict=True):
        area = move_box(placeholder_box, box).text_area
        listing = _fit_whole_code(body, area.width, area.height, theme)
        if listing is None:
            return None
        parts.append(listing)
    size = min(part.size for part in parts)
    first, second = (replace(part, size=size) for part in parts)
    upper, lower = boxes
    if lower[1] > upper[1]:
        lower_top = first.height + placeholder_box.insets[1] + placeholder_box.insets[3] + _LISTING_GAP
        lower = (lower[0], upper[1] + lower_top, lower[2], upper[3] + lower[3] + _LISTING_GAP - lower_top)
        upper = (*upper[:3], lower_top - _LISTING_GAP)
    return (first, second), (upper, lower)
