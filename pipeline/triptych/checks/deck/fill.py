"""Measure how much of the body frame each slide of a deck fills."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from triptych.checks.deck.appearance import ResolvedShape, ResolvedSlide, read_text_runs, resolve_slides
from triptych.checks.deck.package import read_package
from triptych.ooxml.inheritance import (
    FOOTER_TYPES,
    TITLE_TYPES,
    Box,
    find_box,
    get_placeholder_type,
    list_shapes,
    resolve_placeholder_chain,
)
from triptych.ooxml.xml import EMU_PER_POINT, A, M, P
from triptych.writers.deck.fitting.composition import find_bounding_box
from triptych.writers.deck.fitting.fill import compute_fill
from triptych.writers.deck.fitting.text import Bounds
from triptych.writers.deck.kinds import KINDS
from triptych.writers.deck.slides import HEADING_KINDS, SlideKindName

MIN_FILL = 0.4
"""A slide that fills less of its body frame looks unfinished, unless it shows one thing on purpose."""

_SPARSE_KINDS = (
    *HEADING_KINDS,
    SlideKindName.QUOTE,
    SlideKindName.CALLOUT,
    SlideKindName.FULL_PICTURE,
)
_STATEMENT_SIZE = 32.0  # points
_WHOLE_FRACTION = 0.85  # minimum fraction of the frame's width or height for an image without text
_CHARACTER_WIDTH, _WIDE_CHARACTER_WIDTH, _LINE_HEIGHT = 0.5, 1.0, 1.2  # em
_TALL_FORMULA = (f"{M}f", f"{M}nary", f"{M}m", f"{M}eqArr")  # fractions, sums, matrices and lines
_FORMULA_HEIGHT = 2.4  # em
_MAX_LINE_HEIGHT = 30.0  # points; maximum height of a line above the title


def measure_deck_fill(data: bytes) -> dict[int, float]:
    """Return the fill of each visible slide by number, without slides that are sparse on purpose.

    Raise ``UnreadablePackage`` if the file is damaged.
    """
    return {
        slide.part.number: measure_fill(slide)
        for slide in resolve_slides(read_package(data))
        if not slide.part.is_hidden and not is_sparse_on_purpose(slide)
    }


def measure_fill(slide: ResolvedSlide) -> float:
    """Return the fraction of a slide's body frame that its content covers.

    The frame is the bounding box of the layout's content placeholders and the slide's content. Text covers
    the bounding box of its lines, which is estimated from the number of characters.
    """
    contents = _list_contents(slide)
    if not contents:
        return 0.0
    boxes = [_find_content_box(slide, shape) for shape in contents]
    if _is_of_kind(slide, (SlideKindName.TIMELINE,)):
        boxes = [find_bounding_box(boxes)]  # the cards are parts of one drawing, like the labels of a chart
    return compute_fill(boxes, _find_body_frame(slide, contents))


def is_sparse_on_purpose(slide: ResolvedSlide) -> bool:
    """Return whether a slide shows one thing that needs space around it.

    This is a heading, a quotation, a callout, a statement in display type, or an image that is as wide or as
    high as the body frame.
    """
    if _is_of_kind(slide, _SPARSE_KINDS):
        return True
    contents = _list_contents(slide)
    images = [shape for shape in contents if shape.element.tag == f"{P}pic"]
    if images and len(contents) - len(images) <= 1:
        *_, width, height = _find_body_frame(slide, contents)
        boxes = [_get_box(shape) for shape in images]
        return any(box[2] >= width * _WHOLE_FRACTION or box[3] >= height * _WHOLE_FRACTION for box in boxes)
    sizes = [run.size for shape in contents for run in read_text_runs(slide, shape)]
    return len(contents) == 1 and min(sizes, default=0.0) >= _STATEMENT_SIZE


def _list_contents(slide: ResolvedSlide) -> list[ResolvedShape]:
    shapes = [shape for shape in slide.shapes if _is_content(shape.element) and shape.box is not None]
    return [shape for shape in shapes if not _is_above_title(slide, _get_box(shape))]


def _is_above_title(slide: ResolvedSlide, box: Bounds) -> bool:
    """Return whether a box is a line above the slide title, such as the name of the chapter."""
    if slide.title is None or slide.title.box is None or box[3] > _MAX_LINE_HEIGHT:
        return False
    return box[1] + box[3] <= _get_box(slide.title)[1] + 1


def _find_body_frame(slide: ResolvedSlide, contents: Sequence[ResolvedShape]) -> Bounds:
    frames = [_get_box(shape) for shape in contents]
    for element in list_shapes(slide.layout) if slide.layout is not None else ():
        if _is_content(element) and get_placeholder_type(element):
            box = find_box(resolve_placeholder_chain(element, None, slide.master))
            frames += [_convert_box(box)] if box else []
    frames = [frame for frame in frames if not _is_above_title(slide, frame)]
    return find_bounding_box(frames)


def _is_of_kind(slide: ResolvedSlide, kinds: Sequence[SlideKindName]) -> bool:
    layout_type = "" if slide.layout is None else slide.layout.get("type", "")
    name = "" if slide.layout is None else slide.layout.find(f"{P}cSld").get("name", "")
    return any(
        layout_type in KINDS[kind].layout_types[:1]
        or re.search(KINDS[kind].name_pattern, name, re.IGNORECASE)
        for kind in kinds
    )


def _is_content(element: Any) -> bool:
    return get_placeholder_type(element) not in (*TITLE_TYPES, *FOOTER_TYPES)


def _get_box(shape: ResolvedShape) -> Bounds:
    assert shape.box is not None
    return _convert_box(shape.box)


def _convert_box(box: Box) -> Bounds:
    left, top, right, bottom = (side / EMU_PER_POINT for side in box)
    return left, top, right - left, bottom - top


def _find_content_box(slide: ResolvedSlide, shape: ResolvedShape) -> Bounds:
    box = _get_box(shape)
    has_fill = any(element.find(f"{P}spPr/{A}solidFill") is not None for element in shape.chain)
    body = shape.element.find(f"{P}txBody")
    if body is None or has_fill or (not shape.text and next(body.iter(f"{M}oMath"), None) is None):
        return box
    return _measure_text_box(slide, shape, box)


def _measure_text_box(slide: ResolvedSlide, shape: ResolvedShape, box: Bounds) -> Bounds:
    body = shape.element.find(f"{P}txBody")
    left, top, width, height = box
    runs = read_text_runs(slide, shape)
    widest, high = 0.0, 0.0
    for paragraph in body.iter(f"{A}p"):
        own = [next(runs) for _ in paragraph.iter(f"{A}r", f"{A}fld", f"{M}r")]
        length = sum(_estimate_width(run.text) * run.size for run in own)
        size = max((run.size for run in own), default=0.0)
        lines = max(1, math.ceil(length / width))
        widest = max(widest, min(length, width))
        tall = any(next(paragraph.iter(tag), None) is not None for tag in _TALL_FORMULA)
        before = paragraph.find(f"{A}pPr/{A}spcBef/{A}spcPts")
        space = int(before.get("val")) / 100 if before is not None else size / 2
        high += lines * size * (_FORMULA_HEIGHT if tall else _LINE_HEIGHT) + (space if high else 0.0)
    anchors = (element.find(f"{P}txBody/{A}bodyPr") for element in shape.chain)
    anchor = next((a.get("anchor") for a in anchors if a is not None and a.get("anchor")), "t")
    high = min(high, height)
    free = (height - high) * {"ctr": 0.5, "b": 1.0}.get(anchor, 0.0)
    return left, top + free, widest, high


def _estimate_width(text: str) -> float:
    """Return the approximate width of a text in em; East Asian characters are wide."""
    wide_count = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return wide_count * _WIDE_CHARACTER_WIDTH + (len(text) - wide_count) * _CHARACTER_WIDTH
