"""Fit paragraphs into a text area on one or more slides.

All lengths are in points. Text is measured in the widest and tallest font that may replace the theme's font.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TypeAlias

from triptych.languages.sentences import find_sentence_ends
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.line_breaking import (
    WIDTH_FACTOR,
    FaceWithFallbacks,
    FormulaFace,
    Piece,
    SpacedFace,
    balance_pages,
    break_lines,
    get_face_with_fallbacks,
    get_min_line_spacing,
    measure_widest_unit,
)
from triptych.writers.deck.slides import Para, Run, join_run_text, join_runs

# The text sizes to try, in points.
TEXT_SIZES = (88, 80, 72, 66, 60, 54, 48, 44, 40, 36, 34, 32, 30, 28, 26, 24, 22, 20, 18, 16, 14, 13, 12, 11)
# Text may always be shrunk to this fraction of the layout's size.
_MIN_SIZE_FRACTION = 0.75
ABSOLUTE_MIN_SIZE = 11.0

# Fractions of the layout's size for continued text and for a single statement. A few points and statements
# are enlarged and spread out, so that the slide does not look empty.
_CONTINUED_FRACTION, _STATEMENT_FRACTIONS = 5 / 6, (9 / 4, 11 / 6, 5 / 3, 4 / 3)
# Sizes of a few points, in points, and their maximum as a multiple of the layout's size.
_SPARSE_SIZES, _MAX_SPARSE_FRACTION = (28.0, 26.0, 24.0, 22.0), 1.4
MIN_TEXT_SIZE = 18.0
SHRUNK_TEXT_SIZE = 12.0  # if the author prefers small text to more slides
MIN_UNSPLIT_SIZE = 14.0  # to avoid another slide for part of a sentence or column
MAX_CONTINUED_SIZE = 24.0
MAX_STATEMENT_SIZE = 54.0
MAX_SPARSE_POINTS = 7
MAX_FILLED_FRACTION = 0.85  # maximum fraction of the area's height that spread-out text fills
MAX_SPACING = 2.0
MAX_SPARSE_GAP = 2.0  # em; maximum space between a few points

_SHORT_LINE_FRACTION = 0.25  # of the area's width; such a last line is probably one word
# A last line shorter than this fraction of the longest line gets more words; maximum number of its words.
_MIN_LAST_LINE, _MAX_JOINED_WORDS = 0.3, 5
_MIN_IMPROVEMENT = 1.25  # by which the shortest line must become longer, in proportion to the longest line
_TOLERANCE = 0.01  # tolerance for repeated measurements
_UNBREAKABLE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER
_SMALL_TEXT_FRACTION = 0.75  # fraction of the layout's size; smaller text has closer paragraphs
# Small runs: fraction of the text size, the same in display sizes, and minimum in points.
_SMALL_RUN_FRACTION, _SMALL_DISPLAY_FRACTION, _MIN_SMALL_RUN_SIZE = 0.8, 0.42, 12.0
_MIN_DISPLAY_SIZE = 28.0  # points; at this size and above, a small run is the unit of a number
_LEADING = 0.3  # em between formulas in adjacent lines

BULLET_INDENT = 20.0  # indent per list level where the layout has no bullets
NUMBER_INDENT = 30.0  # indent per level of a numbered list, for two digits at 24 pt
WIDE_NUMBER_INDENT = 48.0  # the same for Roman numerals and numbers in brackets


def get_number_indent(para: Para) -> float:
    """Return the indent for a list item's number in points."""
    wide = para.brackets == "()" or para.style.endswith("roman")
    return WIDE_NUMBER_INDENT if wide else NUMBER_INDENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Text properties of one list level.

    ``line_spacing`` is a multiple of the font's own line spacing. ``exact_line_spacing`` is the layout's
    fixed line spacing in points, which scales with the text, or 0 if it has none. ``letter_spacing`` is in
    em.

    If ``needs_own_spacing`` is true, each paragraph must set its spacing explicitly. ``has_bullet_or_number``
    is true if the layout has a bullet or number at this level, ``adds_bullet`` if each paragraph must add its
    own bullet, and ``adds_indent`` if it must add the indent for a bullet. If ``has_plain_margin`` is true,
    the level has no bullet and no indent of first lines, so that all paragraphs keep its margin.
    """

    size: float
    family: str
    bold: bool = False
    italic: bool = False
    indent: float = 0.0
    space_before: float = 0.0
    line_spacing: float = 1.0
    exact_line_spacing: float = 0.0
    letter_spacing: float = 0.0
    is_all_caps: bool = False
    needs_own_spacing: bool = False
    has_bullet_or_number: bool = False
    adds_bullet: bool = False
    adds_indent: bool = False
    has_plain_margin: bool = False
    is_justified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextArea:
    """The text area of a box, inside its insets, with the text properties of each list level.

    ``max_size`` is the maximum size in points of running text, below that of the slide's title. Single
    statements and numbers may be larger.
    """

    width: float
    height: float
    levels: tuple[Level, ...]
    max_size: float = math.inf

    @property
    def text_size(self) -> float:
        """The size of running text on the first level: the layout's size, or ``max_size`` if smaller."""
        return min(self.levels[0].size, self.max_size)

    def get_level(self, para: Para) -> Level:
        """Return the properties of a paragraph's list level, or of the deepest level that is defined."""
        return self.levels[min(para.level, len(self.levels) - 1)]

    def get_indent(self, para: Para) -> float:
        """Return the indent of a paragraph in points.

        A paragraph without a bullet or number has none, unless it keeps the margin of its level.
        """
        if para.number is not None:
            return get_number_indent(para) * (para.level + 1)
        level = self.get_level(para)
        return level.indent if para.bullet or para.level or level.has_plain_margin else 0.0


Bounds: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height in points."""

Sides: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceholderBox:
    """The box of a placeholder or text box on a slide, with the text area inside it.

    ``insets`` are left, top, right and bottom. ``max_growth`` is the maximum height by which a long title may
    enlarge the box. ``yielded_fraction`` is the fraction of the height unused by a short title that content
    below it may use.
    """

    left: float
    top: float
    width: float
    height: float
    text_area: TextArea
    insets: Sides = (0.0, 0.0, 0.0, 0.0)
    max_growth: float = math.inf
    yielded_fraction: float = 0.0

    @property
    def right(self) -> float:
        """The x position of the right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The y position of the bottom edge."""
        return self.top + self.height

    @property
    def bounds(self) -> Bounds:
        """Left, top, width and height."""
        return self.left, self.top, self.width, self.height

    @property
    def sides(self) -> Sides:
        """Left, top, right and bottom."""
        return self.left, self.top, self.right, self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedText:
    """The text of a placeholder on one slide.

    ``scale`` multiplies the text sizes of the levels, and ``spacing`` their paragraph spacing. If ``sizes``
    is not empty, it gives the text size of each paragraph in points instead of its level.
    """

    paras: tuple[Para, ...]
    scale: float = 1.0
    spacing: float = 1.0
    sizes: tuple[float, ...] = ()


def drop_reserves(area: TextArea, theme: Theme) -> tuple[TextArea, Theme]:
    """Return an area and a theme with which text has the height that it has in its own fonts.

    They have no reserve for other fonts and programs. Return the arguments if the theme has no files of the
    area's fonts.
    """
    if not all(theme.has(level.family) for level in area.levels):
        return area, theme
    return replace(area, width=area.width * WIDTH_FACTOR), _make_theme_without_fallbacks(theme)


@cache
def _make_theme_without_fallbacks(theme: Theme) -> Theme:
    return replace(theme, slide_fallbacks=())


def list_sizes(size: float, min_size: float) -> tuple[float, ...]:
    """Return the text sizes to try, in points: ``size`` and smaller ones.

    The smallest is at least ``min_size``, or a fixed fraction of ``size`` if this is less.
    """
    min_size = max(ABSOLUTE_MIN_SIZE, min(min_size, size * _MIN_SIZE_FRACTION))
    return (size, *(float(step) for step in TEXT_SIZES if min_size <= step < size))


@dataclass(frozen=True, slots=True)
class TextSizes:
    """Text sizes to try, in points: for one slide, continued slides, a few short points, and a statement."""

    single_slide_sizes: tuple[float, ...]
    continued_size: float
    sparse_sizes: tuple[float, ...]
    statement_sizes: tuple[float, ...]

    @classmethod
    def from_area(cls, area: TextArea, min_size: float = MIN_TEXT_SIZE) -> TextSizes:
        """Return the text sizes to try in a text area, down to ``min_size`` points."""
        level_size, text_size = area.levels[0].size, area.text_size
        all_sizes = list_sizes(text_size, min_size)
        # If text may be small, use as few slides as possible.
        continued_size = (
            min(level_size * _CONTINUED_FRACTION, MAX_CONTINUED_SIZE, text_size)
            if min_size >= MIN_TEXT_SIZE
            else all_sizes[-1]
        )
        return cls(
            single_slide_sizes=all_sizes,
            continued_size=max(continued_size, all_sizes[-1]),
            sparse_sizes=(
                *(
                    size
                    for size in _SPARSE_SIZES
                    if text_size < size <= min(level_size * _MAX_SPARSE_FRACTION, area.max_size)
                ),
                text_size,
            ),
            statement_sizes=tuple(
                min(round(level_size * fraction), MAX_STATEMENT_SIZE) for fraction in _STATEMENT_FRACTIONS
            ),
        )


def fit_text(
    paras: Sequence[Para], area: TextArea, theme: Theme, min_size: float = MIN_TEXT_SIZE
) -> list[FittedText]:
    """Fit text of at least ``min_size`` points on one slide, or else on several evenly filled slides.

    List items stay with their sub-items if they fit on one slide. A paragraph that is too tall for a slide is
    split between sentences or, failing that, between words. No text is lost.
    """
    large = _fit_statement(paras, area, theme) or _fit_sparse_points(paras, area, theme)
    if large is not None:
        return [large]
    base, sizes = area.levels[0].size, TextSizes.from_area(area, min_size)
    fitting = [
        size / base
        for size in sizes.single_slide_sizes
        if find_fitting_scale(paras, area, theme, (size,)) is not None
    ]
    if fitting:
        whole_links = (scale for scale in fitting if _can_keep_links_whole(paras, area, theme, scale))
        scale = next(whole_links, fitting[0])
        spacing = _find_paragraph_spacing(paras, area, theme, scale, MAX_SPACING)
        return [FittedText(paras=tuple(paras), scale=scale, spacing=spacing)]
    scale = sizes.continued_size / base
    if not _can_keep_words_whole(paras, area, theme, scale):
        scale = sizes.single_slide_sizes[-1] / base
    # Smaller text is better than a sentence split over two slides.
    smaller = (size / base for size in TEXT_SIZES if MIN_UNSPLIT_SIZE <= size <= scale * base)
    scale = next(
        (
            candidate
            for candidate in (scale, *smaller)
            if can_keep_sentences_whole(paras, area, theme, candidate)
        ),
        scale,
    )
    spacing = _get_small_spacing(paras, area, scale)
    groups = _group_paras(paras, area, theme, scale)
    # The space above the first paragraph of a slide is not drawn, so it is added to the available height.
    before = spacing * max(level.space_before for level in area.levels)
    heights = [measure_text_height(group, area, theme, scale, spacing) + before for group in groups]
    counts = balance_pages(heights, area.height + before)
    remaining = iter(groups)
    return [
        FittedText(
            paras=tuple(para for _ in range(count) for para in next(remaining)), scale=scale, spacing=spacing
        )
        for count in counts
    ]


def _get_small_spacing(paras: Sequence[Para], area: TextArea, scale: float) -> float:
    """Return the factor for paragraph spacing; it is less than 1 for small text such as source lines."""
    sizes = (get_run_size(run, area.get_level(para).size * scale) for para in paras for run in para.runs)
    size_share = max(sizes, default=0.0) / area.levels[0].size
    return size_share if size_share < _SMALL_TEXT_FRACTION else 1.0


def find_fitting_scale(
    paras: Sequence[Para], area: TextArea, theme: Theme, sizes: Sequence[float]
) -> float | None:
    """Return the scale of the first size in ``sizes`` at which the text fits, or None if none fits.

    ``sizes`` are text sizes of the first level, in points.
    """
    for size in sizes:
        scale = size / area.levels[0].size
        if (
            _can_keep_words_whole(paras, area, theme, scale)
            and measure_text_height(paras, area, theme, scale) <= area.height
        ):
            return scale
    return None


def measure_text_height(
    paras: Sequence[Para], area: TextArea, theme: Theme, scale: float = 1.0, spacing: float = 1.0
) -> float:
    """Return the height of paragraphs, without the space above the first one."""
    height = 0.0
    for index, para in enumerate(paras):
        level = area.get_level(para)
        lines = _count_lines(para, area, theme, scale)
        if any(run.formula for run in para.runs):  # programs without Office Math show plain text instead
            plain = replace(para, runs=tuple(replace(run, formula=None) for run in para.runs))
            lines = max(lines, _count_lines(plain, area, theme, scale))
        height += (
            lines
            * scale
            * (level.exact_line_spacing or measure_line_spacing(para.runs, level, theme) * level.size)
        )
        height += level.space_before * spacing if index else 0.0
    return height


def measure_text_bounds(text: FittedText, box: PlaceholderBox, theme: Theme) -> Bounds:
    """Return the bounding box of fitted text at the top of a placeholder box, without insets."""
    area = box.text_area
    width = max(
        area.get_indent(para) + max(measure_lines(para, area, theme, text.scale)) for para in text.paras
    )
    height = measure_text_height(text.paras, area, theme, text.scale, text.spacing)
    return box.left, box.top, width, height


def _count_lines(para: Para, area: TextArea, theme: Theme, scale: float) -> int:
    return len(measure_lines(para, area, theme, scale))


def measure_lines(para: Para, area: TextArea, theme: Theme, scale: float) -> list[float]:
    """Return the widths in points of a paragraph's lines, without the indent."""
    pieces = make_pieces(para.runs, area.get_level(para), theme, scale)
    return break_lines(pieces, area.width - area.get_indent(para))


def lengthen_last_line(
    para: Para, area: TextArea, theme: Theme, scale: float = 1.0, max_height: float | None = None
) -> Para:
    """Join the last words of a paragraph with no-break spaces so that no line is much shorter than others.

    Return the paragraph unchanged if its last line is not short, or if the joined words do not fit in as many
    lines or in ``max_height`` points, by default the height of the area.
    """
    own_area, own_theme = drop_reserves(area, theme)
    lines = measure_lines(para, own_area, own_theme, scale)
    if len(lines) < 2 or lines[-1] >= _MIN_LAST_LINE * max(lines):
        return para
    best, best_fraction = para, min(lines) / max(lines)
    max_height = area.height if max_height is None else max_height
    last = para.runs[-1]
    words = [] if last.formula else last.text.split(" ")
    for count in range(2, min(len(words), _MAX_JOINED_WORDS + 1)):
        text = " ".join((*words[:-count], "\u00a0".join(words[-count:])))
        joined = replace(para, runs=(*para.runs[:-1], replace(last, text=text)))
        joined_lines = measure_lines(joined, own_area, own_theme, scale)
        height = measure_text_height((joined,), area, theme, scale)
        if len(joined_lines) > len(lines) or height > max_height + _TOLERANCE:
            break
        fraction = min(joined_lines) / max(joined_lines)
        if fraction > best_fraction * _MIN_IMPROVEMENT:
            best, best_fraction = joined, fraction
        if fraction >= _MIN_LAST_LINE:
            break
    return best


def measure_line_spacing(runs: Sequence[Run], level: Level, theme: Theme) -> float:
    """Return the line spacing in em of the tallest font used in the text runs."""
    heights = (
        max(_get_run_face(run, level, theme).line_height, get_min_line_spacing(run.text))
        for run in runs or [Run(text="")]
    )
    return max(heights) * level.line_spacing


def make_pieces(runs: Sequence[Run], level: Level, theme: Theme, scale: float = 1.0) -> list[Piece]:
    """Convert text runs to pieces for measurement.

    Superscripts are measured at full size, because some programs draw them so.
    """
    pieces = []
    for run in runs:
        text = (
            _UNBREAKABLE * len(run.text)
            if run.formula
            else run.text.upper()
            if level.is_all_caps
            else run.text
        )
        pieces.append(Piece(text, _get_run_face(run, level, theme), get_run_size(run, level.size * scale)))
    return pieces


def get_run_size(run: Run, size: float) -> float:
    """Return the size of a text run in points.

    A small run is at least 12 points large, or ``size`` if that is less.
    """
    if not run.small:
        return size
    fraction = _SMALL_RUN_FRACTION if size < _MIN_DISPLAY_SIZE else _SMALL_DISPLAY_FRACTION
    return min(size, max(_MIN_SMALL_RUN_SIZE, round(fraction * size, 1)))


def _get_run_face(run: Run, level: Level, theme: Theme) -> FaceWithFallbacks | SpacedFace | FormulaFace:
    family = theme.mono if run.code else level.family
    face = get_face_with_fallbacks(
        theme, family, bold=run.bold or level.bold, italic=run.italic or level.italic
    )
    if run.formula is None or not run.text:
        return SpacedFace(face, level.letter_spacing) if level.letter_spacing else face
    # A formula is measured as one word. Its width is that of the formula or its fallback text, whichever is
    # wider.
    text_width = face.measure(run.text)
    width = max(run.formula.width, text_width)
    widest_part = max(map(face.measure, run.text.split()), default=0.0)
    return FormulaFace(
        advance=width / len(run.text),
        line_height=max(face.line_height, run.formula.height + _LEADING),
        widest_part=widest_part * width / text_width if text_width else width,
    )


def _can_keep_words_whole(paras: Sequence[Para], area: TextArea, theme: Theme, scale: float) -> bool:
    return all(
        measure_widest_unit(make_pieces(para.runs, area.get_level(para), theme, scale))
        <= area.width - area.get_indent(para)
        for para in paras
    )


def _can_keep_links_whole(paras: Sequence[Para], area: TextArea, theme: Theme, scale: float) -> bool:
    """Return whether each link between slides fits on one line; some programs break links within words."""
    paras_with_links = (para for para in paras if any(run.slide for run in para.runs))
    return all(_count_lines(para, area, theme, scale) == 1 for para in paras_with_links)


def _fit_statement(paras: Sequence[Para], area: TextArea, theme: Theme) -> FittedText | None:
    """Fit a single paragraph without a bullet, in large type, into half of the area.

    Return None for any other text, or if the text does not fit.
    """
    if len(paras) != 1 or paras[0].bullet or paras[0].level or paras[0].number is not None:
        return None
    if area.levels[0].exact_line_spacing:  # larger text would have lines that touch
        return None
    scale = find_fitting_scale(
        paras, replace(area, height=area.height / 2), theme, TextSizes.from_area(area).statement_sizes
    )
    return None if scale is None else FittedText(paras=tuple(paras), scale=scale)


def _fit_sparse_points(paras: Sequence[Para], area: TextArea, theme: Theme) -> FittedText | None:
    """Fit a few short points, enlarged and spread over the free height.

    Return None for any other text, or if the text does not fit.
    """
    if (
        not 0 < len(paras) <= MAX_SPARSE_POINTS
        or any(para.level for para in paras)
        or area.levels[0].exact_line_spacing
    ):
        return None
    base = area.levels[0].size
    fitting = [
        size / base
        for size in TextSizes.from_area(area).sparse_sizes
        if measure_text_height(paras, area, theme, size / base, spacing=2.0)
        <= area.height * MAX_FILLED_FRACTION
        and _can_keep_words_whole(paras, area, theme, size / base)
        and _can_keep_links_whole(paras, area, theme, size / base)
    ]
    if not fitting:
        return None
    # Slightly smaller text is better than a word alone on a line.
    scale = min(fitting, key=lambda scale: _count_short_last_lines(paras, area, theme, scale))
    gap = max(area.get_level(para).space_before for para in paras)
    max_spacing = max(MAX_SPACING, MAX_SPARSE_GAP * scale * base / gap) if gap else MAX_SPACING
    spacing = _find_paragraph_spacing(paras, area, theme, scale, max_spacing)
    return FittedText(paras=tuple(paras), scale=scale, spacing=spacing)


def _count_short_last_lines(paras: Sequence[Para], area: TextArea, theme: Theme, scale: float) -> int:
    lines = (measure_lines(para, area, theme, scale) for para in paras)
    return sum(len(widths) > 1 and widths[-1] < area.width * _SHORT_LINE_FRACTION for widths in lines)


def _find_paragraph_spacing(
    paras: Sequence[Para], area: TextArea, theme: Theme, scale: float, max_spacing: float
) -> float:
    """Return the factor for the paragraph spacing that spreads text over the area.

    It is at least 1 and at most ``max_spacing``.
    """
    unspaced_height = measure_text_height(paras, area, theme, scale, spacing=0.0)
    gaps = measure_text_height(paras, area, theme, scale) - unspaced_height
    if not gaps:
        return 1.0
    return max(1.0, min(max_spacing, (area.height * MAX_FILLED_FRACTION - unspaced_height) / gaps))


def _group_paras(paras: Sequence[Para], area: TextArea, theme: Theme, scale: float) -> list[list[Para]]:
    """Group paragraphs that must stay on the same slide.

    These are a point with its sub-points, and plain text with the following point.
    """

    def fits(candidates: Sequence[Para]) -> bool:
        return measure_text_height(candidates, area, theme, scale) <= area.height

    groups: list[list[Para]] = []
    for para in paras:
        for part in [para] if fits([para]) else split_paragraph(para, fits):
            belongs = groups and (part.level > 0 or (part.bullet and not groups[-1][-1].bullet))
            if belongs and fits([*groups[-1], part]):
                groups[-1].append(part)
            else:
                groups.append([part])
    return groups


# Split points of a sentence that is too tall for a slide: after words or, failing that, after any character.
_CUTS = (re.compile(r"\s*\S+\s*|\s+", re.DOTALL), re.compile(r".", re.DOTALL))


def can_keep_sentences_whole(paras: Sequence[Para], area: TextArea, theme: Theme, scale: float) -> bool:
    """Return whether every sentence fits on a slide without being split."""

    def fits(para: Para) -> bool:
        return measure_text_height([para], area, theme, scale) <= area.height

    return _can_keep_words_whole(paras, area, theme, scale) and all(
        fits(para) or all(fits(replace(para, runs=sentence)) for sentence in _split_sentences(para.runs))
        for para in paras
    )


def split_paragraph(para: Para, fits: Callable[[Sequence[Para]], bool]) -> list[Para]:
    """Split a paragraph into parts that fit on a slide each; only the first part has a bullet or number."""
    atoms: list[tuple[Run, ...]] = []
    for sentence in _split_sentences(para.runs):
        fits_whole = fits([replace(para, runs=sentence)])
        atoms += [sentence] if fits_whole else ((run,) for run in _split_atoms(sentence, para, fits, depth=0))
    parts: list[tuple[Run, ...]] = []
    start = 0
    while start < len(atoms):

        def join_atoms(count: int, start: int = start) -> tuple[Run, ...]:
            return join_runs(tuple(run for atom in atoms[start : start + count] for run in atom))

        # Find the largest number that fits, which is at least 1. Bisection is used because a word may be
        # long.
        counts = range(2, len(atoms) - start + 1)
        count = (
            bisect_left(counts, True, key=lambda count: not fits([replace(para, runs=join_atoms(count))])) + 1
        )
        parts.append(join_atoms(count))
        start += count
    first, *others = parts or [()]
    return [replace(para, runs=first)] + [
        replace(para, runs=runs, bullet=False, number=None, click=False) for runs in others
    ]


def _split_sentences(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Split text runs at sentence ends, but not inside formulas."""
    sentence_ends = list(find_sentence_ends(join_run_text(runs)))
    sentences: list[tuple[Run, ...]] = []
    current: list[Run] = []
    position = 0
    for run in runs:
        inner = (
            []
            if run.formula
            else [end - position for end in sentence_ends if position < end < position + len(run.text)]
        )
        for start, end in pairwise((0, *inner, len(run.text))):
            current.append(run if run.formula else replace(run, text=run.text[start:end]))
            if position + end in sentence_ends:
                sentences.append(tuple(current))
                current = []
        position += len(run.text)
    return [*sentences, tuple(current)] if current else sentences


def _split_atoms(
    runs: Sequence[Run], para: Para, fits: Callable[[Sequence[Para]], bool], depth: int
) -> Iterator[Run]:
    """Split text runs into formulas and words, or into characters where a word does not fit on a slide."""
    for run in runs:
        if run.formula:
            if fits([replace(para, runs=(run,))]):
                yield run
            else:  # a formula can be split only as plain text
                yield from _split_atoms((replace(run, formula=None),), para, fits, depth)
            continue
        for match in _CUTS[depth].finditer(run.text):
            atom = replace(run, text=match.group())
            if depth + 1 == len(_CUTS) or fits([replace(para, runs=(atom,))]):
                yield atom
            else:
                yield from _split_atoms((atom,), para, fits, depth + 1)
