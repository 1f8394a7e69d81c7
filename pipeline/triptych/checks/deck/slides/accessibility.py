"""What PowerPoint's accessibility checker looks for, and what screen readers need besides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from triptych.checks.deck.package.package import Package
from triptych.checks.deck.slides.contrast import contrast_findings
from triptych.checks.deck.slides.inheritance import Looks, Shape
from triptych.checks.found import REPORT, Found, quoted
from triptych.ooxml.inheritance import FURNITURE, TITLES, Box
from triptych.ooxml.xml import EMU_PER_POINT, A, M, P, collect_text, parse_flag

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


def audit(package: Package, slides: Sequence[Looks]) -> Iterator[Found]:
    """CHK014 for each barrier, CHK015 for pale text; each with words by which its place is found."""
    for looks in slides:
        for rule in RULES:
            yield from (_placed(found, package, looks) for found in rule(looks))
        yield from (_placed(found, package, looks) for found in contrast_findings(package, looks))
    yield from _repeated_titles(package, slides)


def texts_of(looks: Looks) -> tuple[str, ...]:
    """What a slide says, to find its place by: the title without the number of one that is there again."""
    title = "" if looks.title is None else _COUNTED.sub("", looks.title.text)
    others = [shape for shape in looks.shapes if shape.place not in (*TITLES, *FURNITURE)]
    lines = [line for shape in others for line in shape.text.splitlines()]
    lines += [shape.alternative for shape in others]
    return tuple(text for text in (title, *lines) if text.strip())


def _placed(found: Found, package: Package, looks: Looks) -> Found:
    """A finding at its slide, with what is said there."""
    notes = (
        collect_text(package.trees[part])
        for part in package.related(looks.slide.part, "notesSlide")
        if part in package.trees
    )
    return replace(found, output="deck", file=looks.slide.name, before=" ".join(notes))


def _barrier(
    rule: str, message: str, hint: str | None = None, *, words: str = "", drawn: bool = False
) -> Found:
    kinds = _KINDS if drawn else ()
    return Found(code="CHK014", rule=rule, message=message, hint=hint, words=words, kinds=kinds)


def _title(looks: Looks) -> Iterator[Found]:
    """Each slide has a title, which is how people find their way, and it is read first."""
    if looks.title is None or not looks.title.text:
        hint = 'set `title="…"` on the `::: {.slide}` block, or `slide-title="…"` on the figure or table'
        yield _barrier("title", "the slide has no title", hint)
    read = [shape for shape in looks.shapes if not shape.decorative]
    if looks.title is not None and read and read[0].place not in TITLES:
        message = f"the title comes after {_called(read[0])} in the reading order"
        yield _barrier("title first", message, _LAYOUT)


def _reading_order(looks: Looks) -> Iterator[Found]:
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
    if (line := _time_line(looks)) is not None:
        over = [(shape, box) for shape, box in read if box.bottom <= line.top + _NEAR]
        groups = [over, [(shape, box) for shape, box in read if box.bottom > line.top + _NEAR]]
    for (shape, box), (following, next_box) in (pair for group in groups for pair in pairwise(group)):
        if _precedes(next_box, box, from_right=_is_from_right(following)):
            message = (
                f"{_called(following)} comes after {_called(shape)} in the reading order "
                "but appears before it on the slide"
            )
            yield _barrier("reading order", message, _LAYOUT, words=following.text or following.alternative)


def _time_line(looks: Looks) -> Box | None:
    """The line of a timeline: a level one of decoration, with dots on it. It may be broken into pieces."""
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


def _is_from_right(shape: Shape) -> bool:
    return any(parse_flag(item.get("rtl")) for item in shape.element.iter(f"{A}pPr", f"{A}tblPr"))


def _alternatives(looks: Looks) -> Iterator[Found]:
    """What is drawn has an alternative text, or is decoration and has none."""
    for shape in looks.shapes:
        text = shape.alternative
        if shape.decorative:
            if text:
                message = f"{_called(shape)} is marked as decorative but has the alt text {quoted(text)}"
                hint = "remove the alt text or the class `.decorative`"
                yield _barrier("decoration", message, hint, words=text, drawn=True)
        elif _FILE_NAME.fullmatch(text):
            message = f"the alt text {quoted(text)} is a file name"
            hint = "write alt text that describes what the image shows"
            yield _barrier("file name", message, hint, drawn=True)
        elif not text and _is_drawing(shape):
            hint = """add `fig-alt="…"` to the image, or mark the image as `.decorative`"""
            yield _barrier("no text", f"{_called(shape)} has no alt text", hint, drawn=True)


def _is_drawing(shape: Shape) -> bool:
    """Whether a shape is more than text."""
    return shape.element.tag in (*_DRAWN, f"{P}grpSp") or (not shape.place and not shape.text)


def _empty_places(looks: Looks) -> Iterator[Found]:
    """A placeholder that nobody filled says "Click to add text" to who edits, and nothing to who listens."""
    for shape in looks.shapes:
        there = shape.place and shape.place not in TITLES and shape.element.tag == f"{P}sp"
        if there and not shape.text and next(shape.element.iter(f"{M}oMath"), None) is None:
            yield _barrier("empty", f"the placeholder {_called(shape)} is empty", REPORT)


def _languages(looks: Looks) -> Iterator[Found]:
    """Each run says its language, without which it is spoken in that of the system."""
    for run in looks.tree.iter(f"{A}r", f"{A}fld"):
        properties = run.find(f"{A}rPr")
        language = "" if properties is None else properties.get("lang", "")
        text = collect_text(run)
        if not language:
            yield _barrier("language", f"no language is set for {quoted(text)}", REPORT, words=text)
        elif not _TAG.fullmatch(language):
            message = f'{quoted(text)} has an invalid language tag: "{language}"'
            yield _barrier("tag", message, "use a language tag such as `en-GB` in `lang`", words=text)


def _small_text(looks: Looks) -> Iterator[Found]:
    for run in looks.tree.iter(f"{A}r"):
        properties = run.find(f"{A}rPr")
        size = 0 if properties is None else int(properties.get("sz", "0")) / 100
        if 0 < size < SMALLEST_TEXT:
            text = collect_text(run)
            yield _barrier(
                "small",
                f"{quoted(text)} is only {size:g} pt; the minimum is {SMALLEST_TEXT:g} pt",
                "shorten the text, or use a larger font size in the PowerPoint template",
                words=text,
            )


def _table_heads(looks: Looks) -> Iterator[Found]:
    """A table says which of its cells are heads, so that they are read with the others."""
    for shape in looks.shapes:
        for table in shape.element.iter(f"{A}tbl"):
            properties = table.find(f"{A}tblPr")
            flags = {} if properties is None else properties.attrib
            if flags.get("firstRow") != "1" and flags.get("firstCol") != "1":
                words = next(filter(None, map(collect_text, table.iter(f"{A}tr"))), "")
                message = "the table has no header row or header column"
                hint = "add a header row, or set `row-headers=1` if the first column contains the headers"
                yield _barrier("no heads", message, hint, words=words, drawn=True)


def _repeated_titles(package: Package, slides: Sequence[Looks]) -> Iterator[Found]:
    """Titles tell slides apart."""
    seen: dict[str, str] = {}
    for looks in slides:
        title = "" if looks.title is None else " ".join(looks.title.text.split())
        if title and title in seen:
            message = f"the title {quoted(title)} is already used on {seen[title]}"
            hint = "give one of the two slides a different title"
            yield _placed(_barrier("same title", message, hint), package, looks)
        seen.setdefault(title, looks.slide.name)


def _called(shape: Shape) -> str:
    return f'"{shape.name}"'


RULES: tuple[Callable[[Looks], Iterator[Found]], ...] = (
    _title,
    _reading_order,
    _alternatives,
    _empty_places,
    _languages,
    _small_text,
    _table_heads,
)
