"""What PowerPoint's accessibility checker looks for, and what screen readers need besides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, pairwise
from typing import Any

from triptych.checks.deck.appearance import (
    PrintedRun,
    Shape,
    SlideLook,
    read_cells,
    read_chart_texts,
    read_runs,
)
from triptych.checks.deck.package import DeckPackage
from triptych.checks.findings import REPORT, OutputFinding, quote
from triptych.ooxml.inheritance import FURNITURE, TITLES, Box, find_placeholder
from triptych.ooxml.xml import EMU_PER_POINT, PRESENTATION, A, C, M, P, R, collect_text, parse_flag
from triptych.theme.colours import READABLE, VISIBLE, contrast_ratio, is_large_text

SMALLEST_TEXT = 11.0  # points
_DRAWN = (f"{P}pic", f"{P}graphicFrame")
_FILE_NAME = re.compile(r"\S+\.(png|jpe?g|svg|gif|webp|tiff?|pdf|emf|wmf)", re.IGNORECASE)
_COUNTED = re.compile(r"( \(\d+(/\d+)?\))+$")  # what stands behind a title that is there again
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")  # RFC 5646, 2.1, in brief
_NEAR = EMU_PER_POINT  # by which boxes may overlap and yet lie beside each other
_THIN, _DOT = 4 * EMU_PER_POINT, 24 * EMU_PER_POINT  # EMU: the lines of timelines, and dots, are no thicker
_FEWEST_DOTS = 2
_LAYOUT = (
    "reorder the placeholders of this layout in the PowerPoint template (Selection Pane); "
    "without a template, report this as a bug in Triptych"
)
_KINDS = ("figure", "chart", "image", "panels", "table", "equation", "formula", "code")
_TOUCHING = 1.5 * EMU_PER_POINT
"""By so much frames may overlap, each way, and yet lie beside each other."""
_FULL = 0.9
"""Of a slide: a picture that covers so much is the ground on which its title stands."""
_HINT = (
    "move the placeholders apart in the PowerPoint template, or choose another layout; "
    "without a template, report this as a bug in Triptych"
)
MOST_ON_AVERAGE = 60
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_IDEOGRAPHS_PER_WORD = 2
_WORD = re.compile(r"\w[\w'’.,-]*")


def find_barriers(package: DeckPackage, slides: Sequence[SlideLook]) -> Iterator[OutputFinding]:
    """CHK014 for each barrier, CHK015 for pale text; each with words by which its place is found."""
    for looks in slides:
        for rule in RULES:
            yield from (_add_place(found, package, looks) for found in rule(looks))
        yield from (_add_place(found, package, looks) for found in check_contrast(package, looks))
    yield from _check_title_repeats(package, slides)


def list_texts(looks: SlideLook) -> tuple[str, ...]:
    """Return the texts of a slide, by which its place in the source is found."""
    title = "" if looks.title is None else _COUNTED.sub("", looks.title.text)
    others = [shape for shape in looks.shapes if shape.place not in (*TITLES, *FURNITURE)]
    lines = [line for shape in others for line in shape.text.splitlines()]
    lines += [shape.alternative for shape in others]
    return tuple(text for text in (title, *lines) if text.strip())


def _add_place(found: OutputFinding, package: DeckPackage, looks: SlideLook) -> OutputFinding:
    notes = (
        collect_text(package.trees[part])
        for part in package.related(looks.slide.part, "notesSlide")
        if part in package.trees
    )
    return replace(found, output="deck", file=looks.slide.name, before=" ".join(notes))


def _make_barrier(
    rule: str, message: str, hint: str | None = None, *, words: str = "", drawn: bool = False
) -> OutputFinding:
    kinds = _KINDS if drawn else ()
    return OutputFinding(code="CHK014", rule=rule, message=message, hint=hint, words=words, kinds=kinds)


def _check_title(looks: SlideLook) -> Iterator[OutputFinding]:
    """Each slide has a title, which is how people find their way, and it is read first."""
    if looks.title is None or not looks.title.text:
        hint = 'set `title="…"` on the `::: {.slide}` block, or `slide-title="…"` on the figure or table'
        yield _make_barrier("title", "the slide has no title", hint)
    read = [shape for shape in looks.shapes if not shape.decorative]
    if looks.title is not None and read and read[0].place not in TITLES:
        message = f"the title comes after {_quote_name(read[0])} in the reading order"
        yield _make_barrier("title first", message, _LAYOUT)


def _check_reading_order(looks: SlideLook) -> Iterator[OutputFinding]:
    """Shapes are read in the order in which they are seen, the title before what is above it.

    Cards of a timeline stand by turns over and under its line and are read by date, as the eye follows the
    line. How far a card stands aside from its date says nothing about that, so that only those on one side of
    the line are held against each other.
    """
    title = looks.title.box if looks.title is not None else None
    read = [
        (shape, shape.box)
        for shape in looks.shapes
        if shape.box is not None
        and not shape.decorative
        and shape.place not in (*TITLES, *FURNITURE)
        and not (title is not None and shape.box.bottom <= title.top + _NEAR)
    ]
    groups = [read]
    if (line := _find_timeline(looks)) is not None:
        over = [(shape, box) for shape, box in read if box.bottom <= line.top + _NEAR]
        groups = [over, [(shape, box) for shape, box in read if box.bottom > line.top + _NEAR]]
    for (shape, box), (following, next_box) in (pair for group in groups for pair in pairwise(group)):
        if _precedes(next_box, box, from_right=_is_right_to_left(following)):
            message = (
                f"{_quote_name(following)} comes after {_quote_name(shape)} in the reading order "
                "but appears before it on the slide"
            )
            yield _make_barrier(
                "reading order", message, _LAYOUT, words=following.text or following.alternative
            )


def _find_timeline(looks: SlideLook) -> Box | None:
    """Return the line of a timeline: a thin level decoration with dots on it, perhaps in several pieces."""
    drawn = [shape.box for shape in looks.shapes if shape.decorative and shape.box is not None]
    for line in drawn:
        if line.bottom - line.top > _THIN or line.right - line.left <= _DOT:
            continue
        on_it = [box for box in drawn if box.top < line.top and box.bottom > line.bottom]
        dots = [box for box in on_it if max(box.right - box.left, box.bottom - box.top) <= _DOT]
        if len(dots) >= _FEWEST_DOTS:
            return line
    return None


def _precedes(one: Box, other: Box, *, from_right: bool) -> bool:
    """Whether a box is seen before another: it lies above it, or beside it on the side where lines begin.

    One that begins beyond a third of the other, towards the side where lines end, begins another column,
    however high it stands: so do the dates of a timeline, by turns over and under its line.
    """
    third = (other.right - other.left) / 3
    another_column = one.right <= other.right - third if from_right else one.left >= other.left + third
    if one.bottom <= other.top + _NEAR:
        return not another_column
    if one.top >= other.bottom - _NEAR:
        return False
    if from_right:
        return one.left >= other.right - _NEAR
    return one.right <= other.left + _NEAR


def _is_right_to_left(shape: Shape) -> bool:
    return any(parse_flag(item.get("rtl")) for item in shape.element.iter(f"{A}pPr", f"{A}tblPr"))


def _check_alternatives(looks: SlideLook) -> Iterator[OutputFinding]:
    """Find drawings without alt text, and decoration that has some."""
    for shape in looks.shapes:
        text = shape.alternative
        if shape.decorative:
            if text:
                message = f"{_quote_name(shape)} is marked as decorative but has the alt text {quote(text)}"
                hint = "remove the alt text or the class `.decorative`"
                yield _make_barrier("decoration", message, hint, words=text, drawn=True)
        elif _FILE_NAME.fullmatch(text):
            message = f"the alt text {quote(text)} is a file name"
            hint = "write alt text that describes what the image shows"
            yield _make_barrier("file name", message, hint, drawn=True)
        elif not text and _is_drawing(shape):
            hint = """add `fig-alt="…"` to the image, or mark the image as `.decorative`"""
            yield _make_barrier("no text", f"{_quote_name(shape)} has no alt text", hint, drawn=True)


def _is_drawing(shape: Shape) -> bool:
    """Whether a shape is more than text."""
    return shape.element.tag in (*_DRAWN, f"{P}grpSp") or (not shape.place and not shape.text)


def _check_placeholders(looks: SlideLook) -> Iterator[OutputFinding]:
    """Find empty placeholders, which show "Click to add text" to editors and say nothing to listeners."""
    for shape in looks.shapes:
        there = shape.place and shape.place not in TITLES and shape.element.tag == f"{P}sp"
        if there and not shape.text and next(shape.element.iter(f"{M}oMath"), None) is None:
            yield _make_barrier("empty", f"the placeholder {_quote_name(shape)} is empty", REPORT)


def _check_languages(looks: SlideLook) -> Iterator[OutputFinding]:
    """Each run says its language, without which it is spoken in that of the system."""
    for run in looks.tree.iter(f"{A}r", f"{A}fld"):
        properties = run.find(f"{A}rPr")
        language = "" if properties is None else properties.get("lang", "")
        text = collect_text(run)
        if not language:
            yield _make_barrier("language", f"no language is set for {quote(text)}", REPORT, words=text)
        elif not _TAG.fullmatch(language):
            message = f'{quote(text)} has an invalid language tag: "{language}"'
            yield _make_barrier("tag", message, "use a language tag such as `en-GB` in `lang`", words=text)


def _check_text_size(looks: SlideLook) -> Iterator[OutputFinding]:
    for run in looks.tree.iter(f"{A}r"):
        properties = run.find(f"{A}rPr")
        size = 0 if properties is None else int(properties.get("sz", "0")) / 100
        if 0 < size < SMALLEST_TEXT:
            text = collect_text(run)
            yield _make_barrier(
                "small",
                f"{quote(text)} is only {size:g} pt; the minimum is {SMALLEST_TEXT:g} pt",
                "shorten the text, or use a larger font size in the PowerPoint template",
                words=text,
            )


def _check_table_headers(looks: SlideLook) -> Iterator[OutputFinding]:
    """Find tables that do not mark their header cells."""
    for shape in looks.shapes:
        for table in shape.element.iter(f"{A}tbl"):
            properties = table.find(f"{A}tblPr")
            flags = {} if properties is None else properties.attrib
            if flags.get("firstRow") != "1" and flags.get("firstCol") != "1":
                words = next(filter(None, map(collect_text, table.iter(f"{A}tr"))), "")
                message = "the table has no header row or header column"
                hint = "add a header row, or set `row-headers=1` if the first column contains the headers"
                yield _make_barrier("no heads", message, hint, words=words, drawn=True)


def _check_title_repeats(package: DeckPackage, slides: Sequence[SlideLook]) -> Iterator[OutputFinding]:
    """Titles tell slides apart."""
    seen: dict[str, str] = {}
    for looks in slides:
        title = "" if looks.title is None else " ".join(looks.title.text.split())
        if title and title in seen:
            message = f"the title {quote(title)} is already used on {seen[title]}"
            hint = "give one of the two slides a different title"
            yield _add_place(_make_barrier("same title", message, hint), package, looks)
        seen.setdefault(title, looks.slide.name)


def _quote_name(shape: Shape) -> str:
    return f'"{shape.name}"'


def check_contrast(package: DeckPackage, looks: SlideLook) -> Iterator[OutputFinding]:
    """CHK015 for each piece of a slide's text that is hard to read on what is behind it."""
    styles = next((tree for name, tree in package.trees.items() if name == "ppt/tableStyles.xml"), None)
    for shape, ground in _iter_grounds(looks):
        yield from _find_low_contrast(read_runs(looks, shape), ground)
        for table in shape.element.iter(f"{A}tbl"):
            for cell in read_cells(looks, table, styles):
                behind = ground if cell.fill is None else _as_grounds(cell.fill)
                yield from _find_low_contrast(cell.runs, behind)
        for space in _iter_charts(package, looks, shape):
            properties = space.find(f"{C}spPr")
            filled = looks.colours.resolve_first_fill([properties])
            behind = ground if filled is None else _as_grounds(filled)
            yield from _find_low_contrast(read_chart_texts(looks, space), behind, shape.alternative)


def _iter_grounds(looks: SlideLook) -> Iterator[tuple[Shape, tuple[str, ...]]]:
    backdrop = looks.backdrop.copy()
    for shape in looks.shapes:
        if shape.box is not None:
            own = backdrop.copy()
            own.paint_fill(shape.chain, shape.box, looks.colours, looks.read)
            yield shape, own.find_colours(shape.box)
            if find_placeholder(shape.element) is not None and shape.element.find(f"{P}blipFill") is None:
                backdrop = own
        backdrop.paint_shape(shape.element, looks.tree, looks.colours, looks.read)


def _as_grounds(colour: str) -> tuple[str, ...]:
    return (colour,) if colour else ()


def _iter_charts(package: DeckPackage, looks: SlideLook, shape: Shape) -> Iterator[Any]:
    for chart in shape.element.iter(f"{C}chart"):
        relation = package.relations[looks.slide.part].get(chart.get(f"{R}id", ""))
        if relation is not None and relation.target in package.trees:
            yield package.trees[relation.target]


def _find_low_contrast(
    runs: Iterable[PrintedRun], ground: tuple[str, ...], words: str = ""
) -> Iterator[OutputFinding]:
    """Find runs with too little contrast to one of the colours behind them."""
    for run in runs:
        grounds = (run.marked,) if run.marked else ground
        if run.colour is None or not run.text.strip() or not grounds:
            continue
        behind = min(grounds, key=partial(contrast_ratio, run.colour))
        large = is_large_text(run.size, bold=run.bold)
        least, ratio = VISIBLE if large else READABLE, contrast_ratio(run.colour, behind)
        if ratio < least:
            shown = run.text if words else quote(run.text)
            yield OutputFinding(
                code="CHK015",
                rule=f"contrast {run.colour} {behind}",
                message=f"the contrast of {shown} (#{run.colour} on #{behind}) is only {ratio:.1f}:1; "
                f"{'large text' if large else 'text'} requires at least {least:g}:1",
                hint="change one of the two colours in the theme or the PowerPoint template",
                words=words or run.text,
            )


def find_overlaps(package: DeckPackage, slides: Sequence[SlideLook]) -> Iterator[OutputFinding]:
    """CHK020 for each two frames of a slide that overlap, hidden slides too.

    Decoration is meant to lie under something. What a template puts into its footer is left to it.
    """
    size = package.trees[PRESENTATION].find(f"{P}sldSz")
    whole = 0 if size is None else int(size.get("cx")) * int(size.get("cy"))
    for looks in slides:
        frames = [(shape, box) for shape in looks.shapes if (box := _get_frame(shape, whole)) is not None]
        for (shape, box), (other, other_box) in combinations(frames, 2):
            wide = min(box.right, other_box.right) - max(box.left, other_box.left)
            high = min(box.bottom, other_box.bottom) - max(box.top, other_box.top)
            of_template = shape.place in FURNITURE and other.place in FURNITURE
            if min(wide, high) > _TOUCHING and not of_template:
                much = f"{wide / EMU_PER_POINT:.0f} × {high / EMU_PER_POINT:.0f} pt"
                yield OutputFinding(
                    code="CHK020",
                    output="deck",
                    file=looks.slide.name,
                    rule="overlap",
                    message=f"{quote(shape.name)} and {quote(other.name)} overlap by {much}",
                    hint=_HINT,
                    words=other.text or other.alternative or shape.text,
                )


def _get_frame(shape: Shape, whole: int) -> Box | None:
    """Return the frame of a shape, None for decoration and for images that fill the slide."""
    box = shape.box
    if box is None or shape.decorative:
        return None
    area = (box.right - box.left) * (box.bottom - box.top)
    return None if shape.element.tag == f"{P}pic" and area >= _FULL * whole else box


@dataclass(frozen=True, slots=True)
class Wordiness:
    """The words of each slide that is not hidden, in order, and which slide has the most."""

    words: tuple[int, ...] = ()
    longest: str = ""

    @property
    def average(self) -> float:
        """Of all slides."""
        return sum(self.words) / len(self.words) if self.words else 0.0

    @property
    def told(self) -> str:
        """For who gives the talk; "" where there are no slides."""
        if not self.words:
            return ""
        slides = "1 slide" if len(self.words) == 1 else f"{len(self.words)} slides"
        average = f"{self.average:.0f} words on average"
        return f"The deck has {slides} with {average}; the longest has {max(self.words)}."


def count_words(text: str) -> int:
    """So many; two letters of a script that sets no spaces are one."""
    ideographs = len(_IDEOGRAPHS.findall(text))
    return len(_WORD.findall(_IDEOGRAPHS.sub(" ", text))) + -(-ideographs // _IDEOGRAPHS_PER_WORD)


def measure_wordiness(slides: Sequence[SlideLook]) -> Wordiness:
    """Count the words in placeholders and tables; footers, notes and drawings in charts are excluded."""
    shown = [looks for looks in slides if not looks.slide.hidden]
    counts = [sum(map(count_words, _iter_paragraphs(looks))) for looks in shown]
    if not counts:
        return Wordiness()
    return Wordiness(tuple(counts), shown[counts.index(max(counts))].slide.name)


def check_wordiness(found: Wordiness) -> Iterator[OutputFinding]:
    """CHK016 where slides have more words on average than can be read beside a voice."""
    if found.average > MOST_ON_AVERAGE:
        average = f"slides have {found.average:.0f} words on average; the limit is {MOST_ON_AVERAGE}"
        yield OutputFinding(
            code="CHK016",
            output="deck",
            message=f"{average} (the longest, {found.longest}, has {max(found.words)})",
            hint="move prose to the speaker notes (`::: notes`)",
        )


def _iter_paragraphs(looks: SlideLook) -> Iterator[str]:
    for shape in looks.shapes:
        if shape.place not in FURNITURE:
            for paragraph in shape.element.iter(f"{A}p"):
                yield collect_text(paragraph)


RULES: tuple[Callable[[SlideLook], Iterator[OutputFinding]], ...] = (
    _check_title,
    _check_reading_order,
    _check_alternatives,
    _check_placeholders,
    _check_languages,
    _check_text_size,
    _check_table_headers,
)
