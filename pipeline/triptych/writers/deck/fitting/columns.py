"""Fit two columns side by side, and continue them on further slides.

A photograph beside text may extend to the edge of the slide. Two code listings have the same text size and
are placed side by side or one above the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.charts import split_chart
from triptych.writers.deck.fitting.composition import (
    Composition,
    Content,
    Frame,
    Ornament,
    PlaceholderBoxes,
    divide_box,
    find_region,
    move_box,
)
from triptych.writers.deck.fitting.frames import LINE_SPACING_FACTOR, FittedCode, fit_code
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
# Points: maximum and minimum text size of column headings, and height of one and of two lines.
_MAX_HEADING_SIZE, _MIN_HEADING_SIZE, _HEADING_HEIGHTS = 20.0, 14.0, (34.0, 58.0)
# Points from a heading to its column; thickness of the line between them.
_SPACE_BELOW_HEADING, _RULE_THICKNESS = 16.0, 1.0
# Photographs at the side: minimum pixels per point, and maximum fraction of the width that may be cropped.
_MIN_RESOLUTION, _MAX_CROPPED_FRACTION = 1.0, 0.2
_MIN_ASPECT_RATIO = 0.45  # minimum ratio of width to height
_MIN_SOURCE_SIZE = 11.0
_PANEL_INSETS = (16.0, 12.0, 16.0, 12.0)  # insets in points of a listing's panel
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
    places = boxes_by_kind[kind]
    roles = [role for pair in COLUMNS for role in pair]
    region = find_region(places, roles, has_source=bool(body.source))
    boxes = divide_box(region, (body.width_fraction, 1 - body.width_fraction), GAP, rtl=rtl)
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
    compositions = _compose_slides(
        body, kind, _equalise_text_sizes(columns), texts, column_boxes, boxes_by_kind, theme
    )
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


def _equalise_text_sizes(columns: Sequence[_FittedColumn]) -> list[_FittedColumn]:
    """Set the text of all columns in the smallest of their text sizes and paragraph spacings."""
    texts = [part for column in columns for part in column.parts if isinstance(part, FittedText)]
    scale = min((text.scale for text in texts), default=1.0)
    spacing = min((text.spacing for text in texts), default=1.0)

    def equalise(part: FittedText | Content) -> FittedText | Content:
        if isinstance(part, FittedText):
            return replace(part, scale=min(scale, 1.0), spacing=spacing)
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
            sizes = list_sizes(min(area.levels[0].size, _MAX_HEADING_SIZE), _MIN_HEADING_SIZE)
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
        key=lambda fitted_layout: fitted_layout[0][0].size,
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
        fitted = fit_code(body.text, area.width, area.height, theme)
        if len(fitted) > 1 or fitted[0].rows > len(fitted[0].lines):
            return None
        parts += fitted
    size = min(part.size for part in parts)
    first, second = (replace(part, size=size) for part in parts)
    upper, lower = boxes
    if lower[1] > upper[1]:
        lower_top = (
            first.rows * size * LINE_SPACING_FACTOR
            + placeholder_box.insets[1]
            + placeholder_box.insets[3]
            + _LISTING_GAP
        )
        lower = (lower[0], upper[1] + lower_top, lower[2], upper[3] + lower[3] + _LISTING_GAP - lower_top)
        upper = (*upper[:3], lower_top - _LISTING_GAP)
    return (first, second), (upper, lower)
