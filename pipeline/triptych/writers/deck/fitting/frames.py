"""Fit code listings and displayed formulas into the frame of a slide. All lengths are in points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from textwrap import dedent

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.line_breaking import Piece, break_lines, get_face_with_fallbacks
from triptych.writers.deck.fitting.text import (
    Bounds,
    FittedText,
    PlaceholderBox,
    TextSizes,
    find_fitting_scale,
    measure_text_height,
)
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import EquationBody, Para

CODE_SIZES = (28.0, 26.0, 24.0, 22.0, 20.0, 18.0, 16.0, 14.0, 13.0, 12.0)
CONTINUED_SIZES = (18.0, 16.0, 14.0, 13.0, 12.0)
LINE_SPACING_FACTOR = (
    1.35  # multiple of the text size; the spacing is set in points, so that all programs agree
)
TAB_WIDTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedCode:
    """The lines of a listing on one slide.

    ``rows`` is the number of lines after wrapping, ``size`` the text size in points.
    """

    lines: tuple[str, ...]
    size: float
    rows: int

    @property
    def height(self) -> float:
        """The height of the rows in points, without insets."""
        return self.rows * self.size * LINE_SPACING_FACTOR


def fit_code(text: str, width: float, height: float, theme: Theme) -> list[FittedCode]:
    """Fit a code listing on one or more slides, split at blank lines or before unindented lines.

    The indentation that all lines have in common is removed. Lines that are too long at the smallest size are
    wrapped and count as several rows. A line longer than a slide, such as minified JSON, is split.
    """
    lines = dedent(text.expandtabs(TAB_WIDTH)).strip("\n").split("\n")
    for size in CODE_SIZES:
        rows = _count_rows(lines, size, width, theme)
        if max(rows) == 1 and len(lines) * size * LINE_SPACING_FACTOR <= height:
            return [FittedCode(lines=tuple(lines), size=size, rows=len(lines))]
    size = next(
        (size for size in CONTINUED_SIZES if max(_count_rows(lines, size, width, theme)) == 1), CODE_SIZES[-1]
    )
    capacity = int(height / (size * LINE_SPACING_FACTOR))
    lines = [part for line in lines for part in _cut_line(line, size, width, capacity, theme)]
    rows = _count_rows(lines, size, width, theme)
    parts = []
    start = 0
    while start < len(lines):
        end = _find_part_end(lines, rows, start, capacity)
        part_lines = lines[start:end]
        while len(part_lines) > 1 and not part_lines[-1].strip():
            part_lines.pop()
        row_count = sum(rows[start : start + len(part_lines)])
        parts.append(FittedCode(lines=tuple(part_lines), size=size, rows=row_count))
        start = end
        while start < len(lines) and not lines[start].strip():
            start += 1
    return parts


def _count_rows(lines: list[str], size: float, width: float, theme: Theme) -> list[int]:
    face = get_face_with_fallbacks(theme, theme.mono)
    return [len(break_lines([Piece(line, face, size)], width)) for line in lines]


def _cut_line(line: str, size: float, width: float, capacity: int, theme: Theme) -> list[str]:
    """Halve a line repeatedly until each part fits on a slide with ``capacity`` rows."""
    if len(line) < 2 or _count_rows([line], size, width, theme)[0] <= capacity:
        return [line]
    middle = len(line) // 2
    halves = (line[:middle], line[middle:])
    return [part for half in halves for part in _cut_line(half, size, width, capacity, theme)]


def _find_part_end(lines: list[str], rows: list[int], start: int, capacity: int) -> int:
    """Return the index after the last line that fits on a slide.

    If the second half of these lines has a blank or an unindented line, the listing is split there.
    """
    end = start
    used = 0
    while end < len(lines) and (used + rows[end] <= capacity or end == start):
        used += rows[end]
        end += 1
    if end == len(lines):
        return end
    candidates = range(end, start + max(1, (end - start) // 2), -1)
    blank = (candidate for candidate in candidates if not lines[candidate - 1].strip())
    unindented = (
        candidate
        for candidate in candidates
        if lines[candidate][:1].strip() and lines[candidate][:1] not in ")]}"
    )
    return next(blank, next(unindented, end))


FORMULA_SIZES = (54.0, 48.0, 44.0, 40.0, 36.0, 32.0, 28.0, 26.0, 24.0, 22.0, 20.0, 18.0)
SMALLER_FORMULA_SIZES = (16.0, 14.0, 12.0)  # for formulas that are too tall even with line breaks
MIN_SIZE_AMID_TEXT = 20.0
_MAX_SHARE_OF_SMALLER_FORMULAS = 0.2  # of a deck's formulas; all others have the same size
NUMBER_WIDTH = 120.0  # width of the equation number's placeholder
GAP = 14.0  # minimum space above and below a formula with surrounding text
PANEL_GAP = 18.0  # space between the panel of a formula and the text above or below it
# Space in points above and below a formula on its panel; minimum fraction of the frame's height for a panel.
_PANEL_PADDING, _MIN_PANEL_FRACTION = 72.0, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedEquation:
    """A formula with its size in points, and the boxes and texts of the formula and its surrounding text.

    ``panel`` is the panel behind the formula and its number.
    """

    size: float
    region: PlaceholderBox
    panel: Bounds
    texts: Mapping[PlaceholderRole, FittedText] = field(default_factory=dict)
    boxes: Mapping[PlaceholderRole, PlaceholderBox] = field(default_factory=dict)


def find_formula_size(
    bodies: Iterable[tuple[EquationBody, Mapping[PlaceholderRole, PlaceholderBox]]], theme: Theme
) -> float:
    """Return the size in points of a deck's displayed formulas.

    It is the largest size at which most of them fit. The others are smaller.
    """
    fitted = [fit_equation(body, places, theme) for body, places in bodies]
    largest = sorted(equation.size for equation in fitted if equation)
    if not largest:
        return FORMULA_SIZES[0]
    return max(largest[int(len(largest) * _MAX_SHARE_OF_SMALLER_FORMULAS)], MIN_SIZE_AMID_TEXT)


def fit_equation(
    body: EquationBody,
    places: Mapping[PlaceholderRole, PlaceholderBox],
    theme: Theme,
    max_size: float = FORMULA_SIZES[0],
) -> FittedEquation | None:
    """Fit a formula at ``max_size`` points or smaller.

    Return None if the text around it leaves too little space. A formula without text always fits, because
    programs break its lines and its image is scaled.
    """
    frame, box_before, box_after = (
        places[role] for role in (PlaceholderRole.OBJECT, PlaceholderRole.BEFORE, PlaceholderRole.AFTER)
    )
    sizes = [size for size in FORMULA_SIZES if size <= max_size]
    if not body.before and not body.after:
        return _fit_formula_alone(body, frame, sizes)
    sizes = [size for size in sizes if size >= MIN_SIZE_AMID_TEXT]
    text_sizes = TextSizes.from_area(box_before.text_area)
    for text_size in (*text_sizes.sparse_sizes, *text_sizes.single_slide_sizes):
        above = _measure_paras_height(body.before, box_before, theme, text_size)
        below = _measure_paras_height(body.after, box_after, theme, text_size)
        if above is None or below is None:
            continue
        gap_above, gap_below = PANEL_GAP * bool(body.before), PANEL_GAP * bool(body.after)
        region = replace(
            frame,
            top=frame.top + above + gap_above,
            height=frame.height - above - gap_above - below - gap_below,
        )
        roomy = replace(region, height=region.height - 2 * GAP)
        is_sparse = text_size in text_sizes.sparse_sizes
        size = _find_formula_size(body, _narrow_for_number(body, roomy), sizes[:1] if is_sparse else sizes)
        if size is not None:
            scale = text_size / box_before.text_area.levels[0].size
            texts, places = {}, {}
            for role, paras, place, top, height in (
                (PlaceholderRole.BEFORE, body.before, box_before, frame.top, above),
                (PlaceholderRole.AFTER, body.after, box_after, region.bottom + gap_below, below),
            ):
                if paras:
                    texts[role] = FittedText(paras=paras, scale=scale)
                    places[role] = replace(place, left=frame.left, top=top, width=frame.width, height=height)
            return FittedEquation(
                size=size,
                region=_narrow_for_number(body, region),
                panel=region.bounds,
                texts=texts,
                boxes=places,
            )
    return None


def _fit_formula_alone(body: EquationBody, frame: PlaceholderBox, sizes: Sequence[float]) -> FittedEquation:
    """Fit a formula on a panel that is somewhat higher than the formula."""
    # A centred formula keeps space for the number on both sides; a wide formula uses the space on the left.
    left = replace(frame, width=frame.width - (NUMBER_WIDTH if body.number else 0.0))
    region = _narrow_for_number(body, frame)
    size = _find_formula_size(body, region, sizes)
    if size is None:
        region, size = left, _find_formula_size(body, left, sizes)
    native = body.native
    if size is None:  # the formula is broken into lines
        smaller = (*FORMULA_SIZES[-1:], *SMALLER_FORMULA_SIZES)
        lines = (ceil(native.width * size / left.width) for size in smaller)
        fits = (
            size
            for size, count in zip(smaller, lines, strict=True)
            if native.height * size * count <= left.height
        )
        return FittedEquation(size=next(fits, SMALLER_FORMULA_SIZES[-1]), region=left, panel=frame.bounds)
    height = max(native.height * size + 2 * _PANEL_PADDING, frame.height * _MIN_PANEL_FRACTION)
    panel = replace(frame, height=min(height, frame.height))
    return FittedEquation(size=size, region=replace(region, height=panel.height), panel=panel.bounds)


def _narrow_for_number(body: EquationBody, region: PlaceholderBox) -> PlaceholderBox:
    """Narrow the region on both sides by the width of the equation number, if there is a number."""
    if not body.number:
        return region
    return replace(region, left=region.left + NUMBER_WIDTH, width=region.width - 2 * NUMBER_WIDTH)


def _measure_paras_height(
    paras: Sequence[Para], box: PlaceholderBox, theme: Theme, size: float
) -> float | None:
    """Return the height of paragraphs with their insets, or None if a word is wider than the box."""
    if not paras:
        return 0.0
    scale = find_fitting_scale(paras, box.text_area, theme, (size,))
    if scale is None:
        return None
    return measure_text_height(paras, box.text_area, theme, scale) + box.height - box.text_area.height


def _find_formula_size(body: EquationBody, region: PlaceholderBox, sizes: Sequence[float]) -> float | None:
    native = body.native
    fits = (
        size
        for size in sizes
        if native.width * size <= region.width and native.height * size <= region.height
    )
    return next(fits, None)
