"""Check slides for accessibility barriers, low contrast, overlapping shapes and too many words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, pairwise
from typing import Any

from triptych.checks.deck.appearance import (
    ResolvedRun,
    ResolvedShape,
    ResolvedSlide,
    read_chart_texts,
    read_table_cells,
    read_text_runs,
)
from triptych.checks.deck.package import DeckPackage
from triptych.checks.findings import REPORT_HINT, OutputFinding, quote_text
from triptych.ooxml.inheritance import FOOTER_TYPES, TITLE_TYPES, Box, find_placeholder
from triptych.ooxml.xml import EMU_PER_POINT, PRESENTATION, A, C, M, P, R, collect_text, parse_flag
from triptych.theme.colours import READABLE_CONTRAST, VISIBLE_CONTRAST, compute_contrast_ratio, is_large_text

MIN_TEXT_SIZE = 11.0  # points
_DRAWING_TAGS = (f"{P}pic", f"{P}graphicFrame")
_FILE_NAME = re.compile(r"\S+\.(png|jpe?g|svg|gif|webp|tiff?|pdf|emf|wmf)", re.IGNORECASE)
_TITLE_COUNTER = re.compile(r"( \(\d+(/\d+)?\))+$")  # for example "(2/3)"
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")  # RFC 5646, 2.1, simplified
# Lengths in EMU.
_TOLERANCE = EMU_PER_POINT  # maximum overlap of boxes that count as adjacent in the reading order
_MAX_LINE_WIDTH, _MAX_DOT_SIZE = 4 * EMU_PER_POINT, 24 * EMU_PER_POINT  # lines and dots of a timeline
_MIN_OVERLAP = 1.5 * EMU_PER_POINT
_MIN_TIMELINE_DOTS = 2
_LAYOUT_HINT = (
    "reorder the placeholders of this layout in the PowerPoint template (Selection Pane); "
    "without a template, report this as a bug in Triptych"
)
_DRAWING_KINDS = ("figure", "chart", "image", "panels", "table", "equation", "formula", "code")
_FULL_BLEED = 0.9  # fraction of the slide's area; larger images are backgrounds
_OVERLAP_HINT = (
    "move the placeholders apart in the PowerPoint template, or choose another layout; "
    "without a template, report this as a bug in Triptych"
)
MAX_AVERAGE_WORDS = 60
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_IDEOGRAPHS_PER_WORD = 2
_WORD = re.compile(r"\w[\w'’.,-]*")


def find_barriers(package: DeckPackage, slides: Sequence[ResolvedSlide]) -> Iterator[OutputFinding]:
    """Report CHK014 for each accessibility barrier and CHK015 for low contrast."""
    for slide in slides:
        for rule in BARRIER_RULES:
            yield from (_add_location(barrier, package, slide) for barrier in rule(slide))
        yield from (_add_location(barrier, package, slide) for barrier in check_contrast(package, slide))
    yield from _check_duplicate_titles(package, slides)


def list_slide_texts(slide: ResolvedSlide) -> tuple[str, ...]:
    """Return a slide's title, text lines and alt texts, which locate findings in the source."""
    title = "" if slide.title is None else _TITLE_COUNTER.sub("", slide.title.text)
    others = [shape for shape in slide.shapes if shape.placeholder_type not in (*TITLE_TYPES, *FOOTER_TYPES)]
    lines = [line for shape in others for line in shape.text.splitlines()]
    lines += [shape.alt_text for shape in others]
    return tuple(text for text in (title, *lines) if text.strip())


def _add_location(finding: OutputFinding, package: DeckPackage, slide: ResolvedSlide) -> OutputFinding:
    notes = (
        collect_text(package.trees[part])
        for part in package.get_related_parts(slide.part.path, "notesSlide")
        if part in package.trees
    )
    return replace(finding, output="deck", file=slide.part.name, preceding_text=" ".join(notes))


def _make_barrier(
    rule: str, message: str, hint: str | None = None, *, text: str = "", is_drawing: bool = False
) -> OutputFinding:
    kinds = _DRAWING_KINDS if is_drawing else ()
    return OutputFinding(code="CHK014", rule=rule, message=message, hint=hint, text=text, kinds=kinds)


def _check_title(slide: ResolvedSlide) -> Iterator[OutputFinding]:
    """Report a slide without a title, or with a title that is not first in the reading order."""
    if slide.title is None or not slide.title.text:
        hint = 'set `title="…"` on the `::: {.slide}` block, or `slide-title="…"` on the figure or table'
        yield _make_barrier("title", "the slide has no title", hint)
    read_shapes = [shape for shape in slide.shapes if not shape.is_decorative]
    if slide.title is not None and read_shapes and read_shapes[0].placeholder_type not in TITLE_TYPES:
        message = f"the title comes after {_quote_shape_name(read_shapes[0])} in the reading order"
        yield _make_barrier("title first", message, _LAYOUT_HINT)


def _check_reading_order(slide: ResolvedSlide) -> Iterator[OutputFinding]:
    """Report shapes whose reading order differs from their visual order.

    Shapes above the title are ignored, because the title is read first. The cards of a timeline alternate
    above and below the timeline's axis and are read by date, so only cards on the same side of the axis are
    compared.
    """
    title = slide.title.box if slide.title is not None else None
    read_shapes = [
        (shape, shape.box)
        for shape in slide.shapes
        if shape.box is not None
        and not shape.is_decorative
        and shape.placeholder_type not in (*TITLE_TYPES, *FOOTER_TYPES)
        and not (title is not None and shape.box.bottom <= title.top + _TOLERANCE)
    ]
    groups = [read_shapes]
    if (line := _find_timeline_axis(slide)) is not None:
        above = [(shape, box) for shape, box in read_shapes if box.bottom <= line.top + _TOLERANCE]
        groups = [above, [(shape, box) for shape, box in read_shapes if box.bottom > line.top + _TOLERANCE]]
    for (shape, box), (following, next_box) in (pair for group in groups for pair in pairwise(group)):
        if _is_before(next_box, box, right_to_left=_is_right_to_left(following)):
            message = (
                f"{_quote_shape_name(following)} comes after {_quote_shape_name(shape)} in the reading order "
                "but appears before it on the slide"
            )
            words = following.text or following.alt_text
            yield _make_barrier("reading order", message, _LAYOUT_HINT, text=words)


def _find_timeline_axis(slide: ResolvedSlide) -> Box | None:
    """Return the box of a timeline's axis, or None if the slide has no timeline.

    The axis is a thin horizontal decoration with at least two dots.
    """
    decorative_boxes = [shape.box for shape in slide.shapes if shape.is_decorative and shape.box is not None]
    for line in decorative_boxes:
        if line.bottom - line.top > _MAX_LINE_WIDTH or line.right - line.left <= _MAX_DOT_SIZE:
            continue
        crossing = [box for box in decorative_boxes if box.top < line.top and box.bottom > line.bottom]
        dots = [box for box in crossing if max(box.right - box.left, box.bottom - box.top) <= _MAX_DOT_SIZE]
        if len(dots) >= _MIN_TIMELINE_DOTS:
            return line
    return None


def _is_before(box: Box, other: Box, *, right_to_left: bool) -> bool:
    """Return whether one box is above another, or beside it towards the start of the line.

    A box above another does not precede it if it starts after the first third of the other box's width,
    because it belongs to a later column.
    """
    third = (other.right - other.left) / 3
    if box.bottom <= other.top + _TOLERANCE:
        return box.right > other.right - third if right_to_left else box.left < other.left + third
    if box.top >= other.bottom - _TOLERANCE:
        return False
    if right_to_left:
        return box.left >= other.right - _TOLERANCE
    return box.right <= other.left + _TOLERANCE


def _is_right_to_left(shape: ResolvedShape) -> bool:
    return any(parse_flag(item.get("rtl")) for item in shape.element.iter(f"{A}pPr", f"{A}tblPr"))


def _check_alt_texts(slide: ResolvedSlide) -> Iterator[OutputFinding]:
    """Report drawings without alt text, file names as alt text, and decoration with alt text."""
    for shape in slide.shapes:
        text = shape.alt_text
        if shape.is_decorative:
            if text:
                name = _quote_shape_name(shape)
                message = f"{name} is marked as decorative but has the alt text {quote_text(text)}"
                hint = "remove the alt text or the class `.decorative`"
                yield _make_barrier("decoration", message, hint, text=text, is_drawing=True)
        elif _FILE_NAME.fullmatch(text):
            message = f"the alt text {quote_text(text)} is a file name"
            hint = "write alt text that describes what the image shows"
            yield _make_barrier("file name", message, hint, is_drawing=True)
        elif not text and _needs_alt_text(shape):
            hint = """add `fig-alt="…"` to the image, or mark the image as `.decorative`"""
            yield _make_barrier(
                "no text", f"{_quote_shape_name(shape)} has no alt text", hint, is_drawing=True
            )


def _needs_alt_text(shape: ResolvedShape) -> bool:
    """Return whether a shape needs alt text.

    This is the case for images, graphic frames and groups, and for shapes without text that are not
    placeholders.
    """
    return shape.element.tag in (*_DRAWING_TAGS, f"{P}grpSp") or (
        not shape.placeholder_type and not shape.text
    )


def _check_placeholders(slide: ResolvedSlide) -> Iterator[OutputFinding]:
    """Report empty placeholders, which show "Click to add text" in the editor."""
    for shape in slide.shapes:
        if (
            not shape.placeholder_type
            or shape.placeholder_type in TITLE_TYPES
            or shape.element.tag != f"{P}sp"
        ):
            continue
        if not shape.text and next(shape.element.iter(f"{M}oMath"), None) is None:
            yield _make_barrier("empty", f"the placeholder {_quote_shape_name(shape)} is empty", REPORT_HINT)


def _check_languages(slide: ResolvedSlide) -> Iterator[OutputFinding]:
    """Report text runs without a valid language tag, which screen readers need for pronunciation."""
    for run in slide.tree.iter(f"{A}r", f"{A}fld"):
        properties = run.find(f"{A}rPr")
        language = "" if properties is None else properties.get("lang", "")
        text = collect_text(run)
        if not language:
            yield _make_barrier(
                "language", f"no language is set for {quote_text(text)}", REPORT_HINT, text=text
            )
        elif not _LANGUAGE_TAG.fullmatch(language):
            message = f'{quote_text(text)} has an invalid language tag: "{language}"'
            yield _make_barrier("tag", message, "use a language tag such as `en-GB` in `lang`", text=text)


def _check_text_size(slide: ResolvedSlide) -> Iterator[OutputFinding]:
    for run in slide.tree.iter(f"{A}r"):
        properties = run.find(f"{A}rPr")
        size = 0 if properties is None else int(properties.get("sz", "0")) / 100
        if 0 < size < MIN_TEXT_SIZE:
            text = collect_text(run)
            yield _make_barrier(
                "small",
                f"{quote_text(text)} is only {size:g} pt; the minimum is {MIN_TEXT_SIZE:g} pt",
                "shorten the text, or use a larger font size in the PowerPoint template",
                text=text,
            )


def _check_table_headers(slide: ResolvedSlide) -> Iterator[OutputFinding]:
    """Report tables without a header row or header column."""
    for shape in slide.shapes:
        for table in shape.element.iter(f"{A}tbl"):
            properties = table.find(f"{A}tblPr")
            flags = {} if properties is None else properties.attrib
            if flags.get("firstRow") != "1" and flags.get("firstCol") != "1":
                words = next(filter(None, map(collect_text, table.iter(f"{A}tr"))), "")
                message = "the table has no header row or header column"
                hint = "add a header row, or set `row-headers=1` if the first column contains the headers"
                yield _make_barrier("no heads", message, hint, text=words, is_drawing=True)


def _check_duplicate_titles(package: DeckPackage, slides: Sequence[ResolvedSlide]) -> Iterator[OutputFinding]:
    seen: dict[str, str] = {}
    for slide in slides:
        title = "" if slide.title is None else " ".join(slide.title.text.split())
        if title and title in seen:
            message = f"the title {quote_text(title)} is already used on {seen[title]}"
            hint = "give one of the two slides a different title"
            yield _add_location(_make_barrier("same title", message, hint), package, slide)
        seen.setdefault(title, slide.part.name)


def _quote_shape_name(shape: ResolvedShape) -> str:
    return f'"{shape.name}"'


def check_contrast(package: DeckPackage, slide: ResolvedSlide) -> Iterator[OutputFinding]:
    """Report CHK015 for text in shapes, tables and charts with too little contrast with its background."""
    styles = next((tree for name, tree in package.trees.items() if name == "ppt/tableStyles.xml"), None)
    for shape, colours in _iter_shape_backgrounds(slide):
        yield from _find_low_contrast(read_text_runs(slide, shape), colours)
        for table in shape.element.iter(f"{A}tbl"):
            for cell in read_table_cells(slide, table, styles):
                yield from _find_low_contrast(cell.runs, _resolve_background(cell.fill, colours))
        for space in _iter_charts(package, slide, shape):
            fill = slide.colours.resolve_first_fill_colour([space.find(f"{C}spPr")])
            texts = read_chart_texts(slide, space)
            yield from _find_low_contrast(texts, _resolve_background(fill, colours), shape.alt_text)


def _iter_shape_backgrounds(slide: ResolvedSlide) -> Iterator[tuple[ResolvedShape, tuple[str, ...]]]:
    """Yield each shape of a slide with the possible colours behind its text."""
    backdrop = slide.backdrop.copy()
    for shape in slide.shapes:
        if shape.box is not None:
            shape_backdrop = backdrop.copy()
            shape_backdrop.paint_fill(shape.chain, shape.box, slide.colours, slide.read_image)
            yield shape, shape_backdrop.find_colours(shape.box)
            if find_placeholder(shape.element) is not None and shape.element.find(f"{P}blipFill") is None:
                backdrop = shape_backdrop
        backdrop.paint_shape(shape.element, slide.tree, slide.colours, slide.read_image)


def _resolve_background(fill: str | None, colours: tuple[str, ...]) -> tuple[str, ...]:
    """Return the colours behind an element's text: its own fill, or ``colours`` if it has no fill.

    A ``fill`` of "" has several colours and is not checked; return () in this case.
    """
    return colours if fill is None else (fill,) if fill else ()


def _iter_charts(package: DeckPackage, slide: ResolvedSlide, shape: ResolvedShape) -> Iterator[Any]:
    for chart in shape.element.iter(f"{C}chart"):
        relation = package.relations[slide.part.path].get(chart.get(f"{R}id", ""))
        if relation is not None and relation.target in package.trees:
            yield package.trees[relation.target]


def _find_low_contrast(
    runs: Iterable[ResolvedRun], background_colours: tuple[str, ...], chart_alt_text: str = ""
) -> Iterator[OutputFinding]:
    """Report CHK015 for each text run with too little contrast with a colour behind it.

    ``chart_alt_text`` is the alt text of the chart that contains the runs, or "" outside charts.
    """
    for run in runs:
        backgrounds = (run.highlight,) if run.highlight else background_colours
        if run.colour is None or not run.text.strip() or not backgrounds:
            continue
        background = min(backgrounds, key=partial(compute_contrast_ratio, run.colour))
        large = is_large_text(run.size, bold=run.bold)
        minimum, ratio = (
            VISIBLE_CONTRAST if large else READABLE_CONTRAST,
            compute_contrast_ratio(run.colour, background),
        )
        if ratio < minimum:
            text = run.text if chart_alt_text else quote_text(run.text)
            yield OutputFinding(
                code="CHK015",
                rule=f"contrast {run.colour} {background}",
                message=f"the contrast of {text} (#{run.colour} on #{background}) is only {ratio:.1f}:1; "
                f"{'large text' if large else 'text'} requires at least {minimum:g}:1",
                hint="change one of the two colours in the theme or the PowerPoint template",
                text=chart_alt_text or run.text,
            )


def find_overlaps(package: DeckPackage, slides: Sequence[ResolvedSlide]) -> Iterator[OutputFinding]:
    """Report CHK020 for each pair of overlapping shapes.

    Decoration, images that fill the slide, and overlaps between the template's footers are ignored.
    """
    size = package.trees[PRESENTATION].find(f"{P}sldSz")
    area = 0 if size is None else int(size.get("cx")) * int(size.get("cy"))
    for slide in slides:
        frames = [
            (shape, box) for shape in slide.shapes if (box := _get_overlap_box(shape, area)) is not None
        ]
        for (shape, box), (other, other_box) in combinations(frames, 2):
            width = min(box.right, other_box.right) - max(box.left, other_box.left)
            height = min(box.bottom, other_box.bottom) - max(box.top, other_box.top)
            of_template = shape.placeholder_type in FOOTER_TYPES and other.placeholder_type in FOOTER_TYPES
            if min(width, height) > _MIN_OVERLAP and not of_template:
                overlap = f"{width / EMU_PER_POINT:.0f} × {height / EMU_PER_POINT:.0f} pt"
                yield OutputFinding(
                    code="CHK020",
                    output="deck",
                    file=slide.part.name,
                    rule="overlap",
                    message=f"{quote_text(shape.name)} and {quote_text(other.name)} overlap by {overlap}",
                    hint=_OVERLAP_HINT,
                    text=other.text or other.alt_text or shape.text,
                )


def _get_overlap_box(shape: ResolvedShape, slide_area: int) -> Box | None:
    """Return the bounding box of a shape, or None for decoration and images that fill the slide."""
    box = shape.box
    if box is None or shape.is_decorative:
        return None
    area = (box.right - box.left) * (box.bottom - box.top)
    return None if shape.element.tag == f"{P}pic" and area >= _FULL_BLEED * slide_area else box


@dataclass(frozen=True, slots=True)
class Wordiness:
    """The number of words on each visible slide, and the name of the slide with the most words."""

    word_counts: tuple[int, ...] = ()
    longest_slide: str = ""

    @property
    def average(self) -> float:
        """The average number of words per slide."""
        return sum(self.word_counts) / len(self.word_counts) if self.word_counts else 0.0

    @property
    def summary(self) -> str:
        """A sentence that describes the word count to the user, or "" if there are no slides."""
        if not self.word_counts:
            return ""
        slides = "1 slide" if len(self.word_counts) == 1 else f"{len(self.word_counts)} slides"
        average = f"{self.average:.0f} words on average"
        return f"The deck has {slides} with {average}; the longest has {max(self.word_counts)}."


def count_words(text: str) -> int:
    """Count the words in a string. Two ideographs count as one word."""
    ideographs = len(_IDEOGRAPHS.findall(text))
    return len(_WORD.findall(_IDEOGRAPHS.sub(" ", text))) + -(-ideographs // _IDEOGRAPHS_PER_WORD)


def count_slide_words(slides: Sequence[ResolvedSlide]) -> Wordiness:
    """Count the words in the shapes of each visible slide, excluding footers."""
    visible = [slide for slide in slides if not slide.part.is_hidden]
    counts = [sum(map(count_words, _iter_paragraphs(slide))) for slide in visible]
    if not counts:
        return Wordiness()
    return Wordiness(tuple(counts), visible[counts.index(max(counts))].part.name)


def check_wordiness(wordiness: Wordiness) -> Iterator[OutputFinding]:
    """Report CHK016 if the average number of words on a slide exceeds the limit."""
    if wordiness.average > MAX_AVERAGE_WORDS:
        average = f"slides have {wordiness.average:.0f} words on average; the limit is {MAX_AVERAGE_WORDS}"
        yield OutputFinding(
            code="CHK016",
            output="deck",
            message=f"{average} (the longest, {wordiness.longest_slide}, has {max(wordiness.word_counts)})",
            hint="move prose to the speaker notes (`::: notes`)",
        )


def _iter_paragraphs(slide: ResolvedSlide) -> Iterator[str]:
    for shape in slide.shapes:
        if shape.placeholder_type not in FOOTER_TYPES:
            for paragraph in shape.element.iter(f"{A}p"):
                yield collect_text(paragraph)


BARRIER_RULES: tuple[Callable[[ResolvedSlide], Iterator[OutputFinding]], ...] = (
    _check_title,
    _check_reading_order,
    _check_alt_texts,
    _check_placeholders,
    _check_languages,
    _check_text_size,
    _check_table_headers,
)
