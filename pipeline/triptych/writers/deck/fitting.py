"""Text into a box: paragraphs and an area in, the slides that they fill out.

Nothing here knows of files. All lengths are in points. A promise holds for every result: measured with
the widest and highest of the faces a viewer may have, it is not larger than its area.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from triptych.theme import Theme
from triptych.writers.deck.balance import balanced
from triptych.writers.deck.linebreaking import Piece, line_widths, widest_unit
from triptych.writers.deck.metrics import DrawnFace, Typeface, least_line, typeface
from triptych.writers.deck.slides import Para, Run, joined

# Sizes of the first level: what is tried in turn, and what continued slides are set in.
TEXT_SIZES = (24.0, 22.0, 20.0, 18.0)
CONTINUED_SIZE = 20.0

# A few short points are set larger and apart, and a statement larger still, so that the slide does not
# look unfinished.
SPARSE_SIZE = 28.0
SPARSE_POINTS = 4
STATEMENT_SIZES = (40.0, 36.0, 32.0)
FILLED_SHARE = 0.7  # of the area's height that text is spread over at most
WIDEST_SPARSE_SPACING = 4.5  # times the space between paragraphs
WIDEST_SPACING = 2.0

_UNBREAKABLE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER
_LEADING = 0.3  # em between formulas on neighbouring lines

NUMBER_MARGIN = 30.0  # of each level of a numbered list: enough for two digits at 24 pt


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How text of one level is set; ``line`` is the line distance as a share of the face's own."""

    size: float
    family: str
    bold: bool = False
    italic: bool = False
    margin: float = 0.0
    before: float = 0.0
    line: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextArea:
    """Where text goes: the box without its insets, and the look of each level."""

    width: float
    height: float
    levels: tuple[Level, ...]

    def level(self, para: Para) -> Level:
        """The look of a paragraph; the deepest known for deeper ones."""
        return self.levels[min(para.level, len(self.levels) - 1)]

    def margin(self, para: Para) -> float:
        """How far a paragraph's lines stand in: not at all where it has neither mark nor number."""
        if para.number is not None:
            return NUMBER_MARGIN * (para.level + 1)
        return self.level(para).margin if para.bullet or para.level else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A placeholder of a layout: its box on the slide and the text area within it."""

    left: float
    top: float
    width: float
    height: float
    text: TextArea


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedText:
    """One slide's text: every size times ``scale``, every space between paragraphs times ``spacing``."""

    paras: tuple[Para, ...]
    scale: float = 1.0
    spacing: float = 1.0


def fit_text(paras: Sequence[Para], area: TextArea, theme: Theme) -> list[FittedText]:
    """One slide where a size of ``TEXT_SIZES`` lets all fit, else balanced slides in order.

    Points keep their sub-points while these fit together; one too high for a slide is cut between
    sentences, then between words. No character is lost.
    """
    large = _statement(paras, area, theme) or _sparse(paras, area, theme)
    if large is not None:
        return [large]
    base = area.levels[0].size
    for size in TEXT_SIZES:
        scale = size / base
        if _words_fit(paras, area, theme, scale) and text_height(paras, area, theme, scale) <= area.height:
            spacing = _spacing(paras, area, theme, scale, WIDEST_SPACING)
            return [FittedText(paras=tuple(paras), scale=scale, spacing=spacing)]
    scale = CONTINUED_SIZE / base
    if not _words_fit(paras, area, theme, scale):
        scale = TEXT_SIZES[-1] / base
    groups = _groups(paras, area, theme, scale)
    # The space over a slide's first paragraph is not drawn: the area counts as that much higher.
    before = max(level.before for level in area.levels)
    heights = [text_height(group, area, theme, scale) + before for group in groups]
    counts = balanced(heights, area.height + before)
    remaining = iter(groups)
    return [
        FittedText(paras=tuple(para for _ in range(count) for para in next(remaining)), scale=scale)
        for count in counts
    ]


def fit_size(paras: Sequence[Para], area: TextArea, theme: Theme, sizes: Sequence[float]) -> float | None:
    """The scale of the first of ``sizes`` (of the first level) at which all fits, or None."""
    for size in sizes:
        scale = size / area.levels[0].size
        if _words_fit(paras, area, theme, scale) and text_height(paras, area, theme, scale) <= area.height:
            return scale
    return None


def text_height(
    paras: Sequence[Para], area: TextArea, theme: Theme, scale: float = 1.0, spacing: float = 1.0
) -> float:
    """The height of paragraphs, without the space over the first."""
    height = 0.0
    for index, para in enumerate(paras):
        level = area.level(para)
        lines = len(line_widths(pieces(para.runs, level, theme, scale), area.width - area.margin(para)))
        height += lines * line_height(para.runs, level, theme) * level.size * scale
        height += level.before * spacing if index else 0.0
    return height


def line_height(runs: Sequence[Run], level: Level, theme: Theme) -> float:
    """The line distance in em: that of the highest face in the text."""
    heights = (
        max(_typeface(run, level, theme).line_height, least_line(run.text)) for run in runs or [Run(text="")]
    )
    return max(heights) * level.line


def pieces(runs: Sequence[Run], level: Level, theme: Theme, scale: float = 1.0) -> list[Piece]:
    """Runs as they are measured. Raised and lowered ones count full size: some programs set them so."""
    return [
        Piece(_UNBREAKABLE * len(run.text) if run.formula else run.text, face, level.size * scale)
        for run in runs
        for face in [_typeface(run, level, theme)]
    ]


def _typeface(run: Run, level: Level, theme: Theme) -> Typeface | DrawnFace:
    family = theme.mono if run.code else level.family
    face = typeface(theme, family, bold=run.bold or level.bold, italic=run.italic or level.italic)
    if run.formula is None or not run.text:
        return face
    # A formula counts as one word, as wide as the wider of itself and the text in its place.
    text_width = face.width(run.text)
    width = max(run.formula.width, text_width)
    widest_part = max(map(face.width, run.text.split()), default=0.0)
    return DrawnFace(
        advance=width / len(run.text),
        line_height=max(face.line_height, run.formula.height + _LEADING),
        least=widest_part * width / text_width if text_width else width,
    )


def _words_fit(paras: Sequence[Para], area: TextArea, theme: Theme, scale: float) -> bool:
    return all(
        widest_unit(pieces(para.runs, area.level(para), theme, scale)) <= area.width - area.margin(para)
        for para in paras
    )


def _statement(paras: Sequence[Para], area: TextArea, theme: Theme) -> FittedText | None:
    """One paragraph without a mark, as large as half of the area allows; None where it is longer."""
    if len(paras) != 1 or paras[0].bullet or paras[0].level or paras[0].number is not None:
        return None
    scale = fit_size(paras, replace(area, height=area.height / 2), theme, STATEMENT_SIZES)
    return None if scale is None else FittedText(paras=tuple(paras), scale=scale)


def _sparse(paras: Sequence[Para], area: TextArea, theme: Theme) -> FittedText | None:
    """A few short points, larger and with the free height between them; None where that is too much."""
    if not 0 < len(paras) <= SPARSE_POINTS or any(para.level for para in paras):
        return None
    scale = SPARSE_SIZE / area.levels[0].size
    if not _words_fit(paras, area, theme, scale):
        return None
    spacing = _spacing(paras, area, theme, scale, WIDEST_SPARSE_SPACING)
    if text_height(paras, area, theme, scale, spacing=2.0) > area.height * FILLED_SHARE:
        return None
    return FittedText(paras=tuple(paras), scale=scale, spacing=spacing)


def _spacing(paras: Sequence[Para], area: TextArea, theme: Theme, scale: float, widest: float) -> float:
    """How far paragraphs may stand apart, as a multiple of their own distance, from 1 to ``widest``."""
    tight = text_height(paras, area, theme, scale, spacing=0.0)
    gaps = text_height(paras, area, theme, scale) - tight
    if not gaps:
        return 1.0
    return max(1.0, min(widest, (area.height * FILLED_SHARE - tight) / gaps))


def _groups(paras: Sequence[Para], area: TextArea, theme: Theme, scale: float) -> list[list[Para]]:
    """What must stay together: a point with its sub-points, a line of text with the point after it."""

    def fits(candidates: Sequence[Para]) -> bool:
        return text_height(candidates, area, theme, scale) <= area.height

    groups: list[list[Para]] = []
    for para in paras:
        for part in [para] if fits([para]) else split_paragraph(para, fits):
            belongs = groups and (part.level > 0 or (part.bullet and not groups[-1][-1].bullet))
            if belongs and fits([*groups[-1], part]):
                groups[-1].append(part)
            else:
                groups.append([part])
    return groups


# Where an over-tall paragraph may be cut, best first: after sentences, after words, anywhere.
_CUTS = (
    re.compile(r".*?[.!?…][)\"'”’»]*\s+|.*?[。！？]|.+", re.DOTALL),
    re.compile(r"\s*\S+\s*|\s+", re.DOTALL),
    re.compile(r".", re.DOTALL),
)


def split_paragraph(para: Para, fits: Callable[[Sequence[Para]], bool]) -> list[Para]:
    """Cut a paragraph into parts that fit; all but the first go on without a mark of their own."""
    atoms = list(_atoms(para, fits, depth=0))
    parts: list[tuple[Run, ...]] = []
    start = 0
    while start < len(atoms):

        def too_much(count: int, start: int = start) -> bool:
            return not fits([replace(para, runs=joined(tuple(atoms[start : start + count])))])

        # As many as fit, found by halving: a long word has many letters. One always goes.
        count = bisect_left(range(2, len(atoms) - start + 1), True, key=too_much) + 1
        parts.append(joined(tuple(atoms[start : start + count])))
        start += count
    first, *others = parts or [()]
    return [replace(para, runs=first)] + [
        replace(para, runs=runs, bullet=False, number=None, click=False) for runs in others
    ]


def _atoms(para: Para, fits: Callable[[Sequence[Para]], bool], depth: int) -> Iterator[Run]:
    for run in para.runs:
        if run.formula:
            if fits([replace(para, runs=(run,))]):
                yield run
            else:  # only its text can be cut
                text = replace(run, formula=None)
                yield from _atoms(replace(para, runs=(text,)), fits, depth)
            continue
        for match in _CUTS[depth].finditer(run.text):
            atom = replace(run, text=match.group())
            if depth + 1 == len(_CUTS) or fits([replace(para, runs=(atom,))]):
                yield atom
            else:
                yield from _atoms(replace(para, runs=(atom,)), fits, depth + 1)
