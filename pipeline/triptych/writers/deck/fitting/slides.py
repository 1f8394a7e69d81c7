"""Fit storyboard slides: each becomes one or more ``FittedSlide`` objects.

Text gets its size, and long text, tables and listings continue on further slides. Content that does not fit
is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.languages.labels import load_labels
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.cards import NumberSizes, fit_numbers, fit_timeline
from triptych.writers.deck.fitting.charts import split_chart
from triptych.writers.deck.fitting.columns import DoesNotFit, fit_columns, fit_listings, fit_side_picture
from triptych.writers.deck.fitting.composition import Composition, Content, Frame, PlaceholderBoxes, move_box
from triptych.writers.deck.fitting.frames import FittedEquation, fit_code, fit_equation
from triptych.writers.deck.fitting.line_breaking import distribute_evenly
from triptych.writers.deck.fitting.tables import fit_table
from triptych.writers.deck.fitting.text import (
    MIN_TEXT_SIZE,
    SHRUNK_TEXT_SIZE,
    FittedText,
    PlaceholderBox,
    find_fitting_scale,
    fit_text,
    list_sizes,
)
from triptych.writers.deck.fitting.titles import TitledBoxes
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.slides import (
    HEADING_KINDS,
    Body,
    CalloutBody,
    ChartBody,
    CodeBody,
    ColumnsBody,
    DeckSlide,
    EquationBody,
    NumbersBody,
    Para,
    PictureBody,
    QuoteBody,
    Run,
    SlideKindName,
    TableBody,
    TextBody,
    TimelineBody,
    cut_runs,
    join_run_text,
    make_plain_para,
    shorten_text,
)

# A kicker of up to this many characters is a number, and keeps the size of the layout.
_NUMBER_LENGTH = 4
_NARROW_WIDTH = 320.0  # points; narrower placeholders have smaller minimum sizes
_LONGEST_IN_MESSAGE = 60  # maximum number of characters of a slide title in a message
# The maximum number of further lines that a source line may take from content that ends at most
# _MAX_SOURCE_DISTANCE points above it, except on layouts whose sizes are the same on all slides.
_MAX_MORE_LINES, _LINE_HEIGHT, _MAX_SOURCE_DISTANCE = 3, 1.25, 16.0
_FIXED_SOURCE_KINDS = (SlideKindName.NUMBERS, SlideKindName.FULL_PICTURE, SlideKindName.SIDE_PICTURE)
_SEPARATOR = " · "  # between texts that share a line

_KINDS_BY_BODY: Mapping[type[Body], SlideKindName] = {
    ChartBody: SlideKindName.CHART,
    TableBody: SlideKindName.TABLE,
    QuoteBody: SlideKindName.QUOTE,
    CodeBody: SlideKindName.CODE,
    EquationBody: SlideKindName.EQUATION,
    CalloutBody: SlideKindName.CALLOUT,
    NumbersBody: SlideKindName.NUMBERS,
    TimelineBody: SlideKindName.TIMELINE,
}

_RoleText: TypeAlias = tuple[str, PlaceholderRole, tuple[Para, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedSlide(Composition):
    """A slide ready to be drawn, made from the storyboard slide ``source``.

    ``part_number`` is the 1-based number of the slide among those made from ``source``; the first has the
    notes, section and id. ``moved_to_notes`` has text that did not fit on the slide.
    """

    source: DeckSlide
    title: str
    part_number: int = 1
    moved_to_notes: tuple[str, ...] = ()


def choose_kind(slide: DeckSlide) -> SlideKindName:
    """Return the slide kind for a slide's content."""
    match slide.body:
        case None:
            return slide.kind
        case TextBody():
            return slide.kind if slide.kind in HEADING_KINDS else SlideKindName.BULLETS
        case PictureBody(covers_slide=full):
            return SlideKindName.FULL_PICTURE if full else SlideKindName.PICTURE
        case ColumnsBody(columns=columns):
            return (
                SlideKindName.COMPARISON
                if any(column.heading for column in columns)
                else SlideKindName.COLUMNS
            )
    return _KINDS_BY_BODY[type(slide.body)]


def fit_slide(
    slide: DeckSlide,
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
    *,
    rtl: bool = False,
    overflow: str = "split",
    language: str = "en",
    number_sizes: NumberSizes | None = None,
    title_size: float | None = None,
) -> tuple[list[FittedSlide], list[Diagnostic]]:
    """Fit a storyboard slide, and continue it on further slides if necessary.

    Return the fitted slides and the diagnostics. If ``overflow`` is "shrink", text is shrunk before it is
    continued; if it is "error", a slide that needs to be continued is an error. Continued slides are numbered
    in ``language``. ``number_sizes`` and ``title_size`` are the deck's sizes of big numbers and titles; by
    default, the sizes are chosen for this slide alone. Report DEK001 if content does not fit.
    """
    slide = _drop_repeated_source(slide)
    layout = choose_kind(slide)
    labels = load_labels(language)

    def part_of(number: int, count: int) -> str:
        return labels.bracketed(labels.part_of(number, count)) if count > 1 else ""

    titled = TitledBoxes(
        _assign_texts(slide, layout, boxes_by_kind[layout])[0].title, boxes_by_kind, theme, title_size
    )
    fitted = _fit_content(slide, layout, titled, overflow=overflow, rtl=rtl, number_sizes=number_sizes)
    longest = titled.title + part_of(len(fitted.compositions), len(fitted.compositions))
    if not all(titled.has_room_for_title(longest, body.kind) for body in fitted.compositions):
        titled = TitledBoxes(longest, boxes_by_kind, theme, title_size)
        fitted = _fit_content(slide, layout, titled, overflow=overflow, rtl=rtl, number_sizes=number_sizes)
    slide, bodies, diagnostics = fitted.slide, fitted.compositions, list(fitted.diagnostics)
    if overflow == "error" and len(bodies) > 1:
        message = (
            f'the content of slide "{slide.title}" needs {len(bodies)} slides, but `overflow` is `error`'
        )
        hint = "shorten the slide content, or set `overflow` to `split`"
        return [], [*diagnostics, Diagnostic(code="DEK001", message=message, span=slide.span, hint=hint)]
    parts: list[FittedSlide] = []
    longest = slide.title + part_of(len(bodies), len(bodies))
    for number, body in enumerate(bodies, 1):
        title = slide.title + part_of(number, len(bodies))
        fitted_title = fitted.titled_boxes.fit_title(longest, body.kind)
        if fitted_title is None:
            diagnostics.append(_report_size_problem(slide, "title", "shorten the title"))
            break
        # All slides use the size of the longest title, which ends with "(12 of 12)" or the like.
        fitted_title = replace(fitted_title, paras=(make_plain_para(title),))
        if number == 1 and not slide.hidden and titled.is_small_title(fitted_title, body.kind):
            diagnostics.append(_report_small_title(slide, fitted_title, boxes_by_kind[body.kind]))
        tracker, places = PlaceholderRole.TRACKER, fitted.titled_boxes[body.kind]
        has_tracker = slide.tracker and tracker in places
        position = _fit_role_text(slide.tracker, tracker, body.kind, places, theme) if has_tracker else None
        parts.append(
            FittedSlide(
                source=slide,
                kind=body.kind,
                title=title,
                part_number=number,
                texts={
                    PlaceholderRole.TITLE: fitted_title,
                    **({} if body.kind is not layout else fitted.texts),
                    **({tracker: position} if position else {}),
                    **body.texts,
                },
                frames=body.frames,
                boxes={**fitted.titled_boxes.find_changed_boxes(body.kind), **body.boxes},
                panels=body.panels,
                ornaments=body.ornaments,
                moved_to_notes=fitted.moved_to_notes,
            )
        )
    if slide.hidden and slide.tracker and not any(PlaceholderRole.TRACKER in part.texts for part in parts):
        # All hidden slides are in one section, so that only the tracker shows the chapter.
        parts = [replace(part, moved_to_notes=(*part.moved_to_notes, slide.tracker)) for part in parts]
    return parts, diagnostics


@dataclass(frozen=True, slots=True, kw_only=True)
class _FittedContent:
    """The fitted content of a storyboard slide without its title, and the placeholder boxes."""

    slide: DeckSlide
    titled_boxes: TitledBoxes
    compositions: Sequence[Composition] = ()
    texts: Mapping[PlaceholderRole, FittedText] = field(default_factory=dict)
    moved_to_notes: tuple[str, ...] = ()
    diagnostics: Sequence[Diagnostic] = ()


def _fit_content(
    slide: DeckSlide,
    kind: SlideKindName,
    titled_boxes: TitledBoxes,
    *,
    overflow: str,
    rtl: bool,
    number_sizes: NumberSizes | None,
) -> _FittedContent:
    theme = titled_boxes.theme
    titled_boxes = titled_boxes.replace_boxes(
        kind, _make_room_for_source(slide, kind, titled_boxes[kind], theme)
    )
    slide, texts, moved_to_notes, found = _fit_small_texts(slide, kind, titled_boxes[kind], theme)
    bodies: Sequence[Composition] = ()
    try:
        least = SHRUNK_TEXT_SIZE if overflow == "shrink" else MIN_TEXT_SIZE
        bodies = _fit_main_content(
            slide, kind, titled_boxes, theme, rtl=rtl, min_text_size=least, number_sizes=number_sizes
        )
    except DoesNotFit as much:
        is_table = str(much) == "table"
        hint = "shorten the table cells, or remove table columns" if is_table else f"shorten the {much}"
        found = [*found, _report_size_problem(slide, str(much), hint)]
    return _FittedContent(
        slide=slide,
        titled_boxes=titled_boxes,
        compositions=bodies,
        texts=texts,
        moved_to_notes=moved_to_notes,
        diagnostics=found,
    )


def get_frame_height(slide: DeckSlide, boxes: PlaceholderBoxes) -> float:
    """Return the frame's height in points, including the source line's box if there is no source line."""
    sourced = bool(getattr(slide.body, "source", ()))
    return get_whole_frame(choose_kind(slide), boxes, sourced).height


def get_whole_frame(kind: SlideKindName, boxes: PlaceholderBoxes, has_source: bool) -> PlaceholderBox:
    """Return the frame's box, extended over the source line's box if ``has_source`` is false.

    The box of a full-slide image is never extended.
    """
    frame = boxes[PlaceholderRole.OBJECT]
    if has_source or PlaceholderRole.SOURCE not in boxes or kind is SlideKindName.FULL_PICTURE:
        return frame
    source = boxes[PlaceholderRole.SOURCE]
    return replace(frame, height=max(frame.height, source.bottom - frame.top))


def _fit_main_content(
    slide: DeckSlide,
    kind: SlideKindName,
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
    *,
    rtl: bool,
    min_text_size: float,
    number_sizes: NumberSizes | None,
) -> Sequence[Composition]:
    """Fit the main content on one or more slides. Raise ``DoesNotFit`` if it fits at no size."""
    places = boxes_by_kind[kind]
    match slide.body:
        case TextBody(paras=paras) if kind is SlideKindName.BULLETS and paras:
            single = (Para(runs=paras[0].runs, bullet=False),)  # a single paragraph has no bullet
            return _fit_as_text(paras if len(paras) > 1 else single, boxes_by_kind, theme, min_text_size)
        case TableBody() as table:
            width, height = places[PlaceholderRole.OBJECT].width, get_frame_height(slide, places)
            fitted = fit_table(table, width, height, theme)
            if fitted is None:
                raise DoesNotFit("table")
            return [_compose_frame(kind, part, slide) for part in fitted]
        case CodeBody(text=text) if text.strip():
            area = places[PlaceholderRole.OBJECT].text_area
            listings = fit_code(text, area.width, area.height, theme)
            return [_compose_frame(kind, part, slide) for part in listings]
        case EquationBody() as equation:
            texts = places[PlaceholderRole.BEFORE], places[PlaceholderRole.AFTER]
            fitted_equation = fit_equation(equation, places[PlaceholderRole.OBJECT], *texts, theme)
            if fitted_equation is None:  # with too much text around it, the formula becomes a paragraph
                return _fit_as_text(_convert_equation(equation), boxes_by_kind, theme, min_text_size)
            return [_compose_equation(kind, fitted_equation, places, slide)]
        case ChartBody() as chart:
            parts = split_chart(chart, places[PlaceholderRole.OBJECT].height)
            return [_compose_frame(kind, part, slide) for part in parts]
        case PictureBody() as picture:
            beside = fit_side_picture(
                picture, (), picture.source, boxes_by_kind[SlideKindName.SIDE_PICTURE], theme
            )
            return [beside or _compose_frame(kind, picture, slide)]
        case NumbersBody() as cards:
            return fit_numbers(cards, places, theme, rtl=rtl, sizes=number_sizes)
        case TimelineBody() as timeline:
            return fit_timeline(timeline, places, theme, rtl=rtl)
        case ColumnsBody() as columns:
            if both := fit_listings(columns, boxes_by_kind[SlideKindName.CODE], theme, rtl=rtl):
                return [both]
            return fit_columns(columns, kind, boxes_by_kind, theme, rtl=rtl, min_text_size=min_text_size)
        case _:
            return [Composition(kind=kind)]


def _drop_repeated_source(slide: DeckSlide) -> DeckSlide:
    """Remove a source line that repeats the slide title."""
    match slide.body:
        case ChartBody(source=line) | TableBody(source=line) | PictureBody(source=line) if line:
            said = join_run_text(line).strip().rstrip(".")
            if said == slide.title.strip().rstrip("."):
                return replace(slide, body=replace(slide.body, source=()))
    return slide


def _fit_as_text(
    paras: tuple[Para, ...],
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
    min_text_size: float,
) -> Sequence[Composition]:
    fitted = fit_text(
        paras, boxes_by_kind[SlideKindName.BULLETS][PlaceholderRole.BODY].text_area, theme, min_text_size
    )
    return [Composition(kind=SlideKindName.BULLETS, texts={PlaceholderRole.BODY: text}) for text in fitted]


def _compose_frame(kind: SlideKindName, content: Content, slide: DeckSlide) -> Composition:
    assert slide.body is not None
    return Composition(kind=kind, frames={PlaceholderRole.OBJECT: Frame(content=content, body=slide.body)})


def _compose_equation(
    kind: SlideKindName, equation: FittedEquation, boxes: PlaceholderBoxes, slide: DeckSlide
) -> Composition:
    """Compose a formula with its number at the side and text above and below."""
    region = equation.region
    number = replace(boxes[PlaceholderRole.NUMBER], top=region.top, height=region.height)
    framed = _compose_frame(kind, equation, slide)
    where = {PlaceholderRole.OBJECT: region, PlaceholderRole.NUMBER: number, **equation.boxes}
    return replace(framed, texts=equation.texts, boxes=where)


def _fit_small_texts(
    slide: DeckSlide, kind: SlideKindName, boxes: PlaceholderBoxes, theme: Theme
) -> tuple[DeckSlide, dict[PlaceholderRole, FittedText], tuple[str, ...], list[Diagnostic]]:
    """Fit the texts that cannot continue on another slide.

    Return the slide, the texts by role, the texts for the notes, and the diagnostics. The title of the
    returned slide includes texts that have no placeholder. If paragraphs do not fit, they share lines if
    possible. If a source line does not fit, it is truncated after a source, and its full text goes into the
    notes. A subtitle, text or kicker that does not fit is moved to the notes. Report DEK002 for each of these
    three, and DEK001 if any other text does not fit.
    """
    texts: dict[PlaceholderRole, FittedText] = {}
    moved_to_notes: list[str] = []
    diagnostics: list[Diagnostic] = []
    slide, wanted = _assign_texts(slide, kind, boxes)
    for name, role, paras in wanted:
        fitted = _fit_role_text(paras, role, kind, boxes, theme) if role in boxes else None
        if fitted is None and name == "text" and role in boxes:
            shared = (_fit_role_text(fewer, role, kind, boxes, theme) for fewer in _iter_shared_lines(paras))
            fitted = next(filter(None, shared), None)
        if fitted is None and name == "source line":
            moved_to_notes.append(_join_para_text(paras))
            fitted = _shorten_source(paras, role, kind, boxes, theme)
        elif fitted is None and name in ("subtitle", "text", "kicker"):
            moved_to_notes.append(_join_para_text(paras))
            message = f'the {name} on slide "{slide.title}" does not fit and was moved to the speaker notes'
            hint = f"shorten the {name}"
            diagnostics.append(Diagnostic(code="DEK002", message=message, span=slide.span, hint=hint))
        elif fitted is None:
            diagnostics.append(_report_size_problem(slide, name, f"shorten the {name}"))
        if fitted is not None:
            texts[role] = fitted
    return slide, texts, tuple(moved_to_notes), diagnostics


def _make_room_for_source(
    slide: DeckSlide, kind: SlideKindName, boxes: PlaceholderBoxes, theme: Theme
) -> PlaceholderBoxes:
    """Return the boxes to change so that a long source line gets more lines, or {} if there are none."""
    line = getattr(slide.body, "source", ())
    if not line or PlaceholderRole.SOURCE not in boxes or kind in _FIXED_SOURCE_KINDS:
        return {}
    paras, source = (Para(runs=line, bullet=False),), boxes[PlaceholderRole.SOURCE]
    size = source.text_area.levels[0].size
    for lines in range(_MAX_MORE_LINES + 1):
        more = lines * size * _LINE_HEIGHT
        grown = move_box(source, (source.left, source.top - more, source.width, source.height + more))
        tried = {**boxes, PlaceholderRole.SOURCE: grown}
        if _fit_role_text(paras, PlaceholderRole.SOURCE, kind, tried, theme) is None:
            continue
        over = {
            role: move_box(place, (place.left, place.top, place.width, place.height - more))
            for role, place in boxes.items()
            if place.top < source.top and abs(place.bottom - source.top) <= _MAX_SOURCE_DISTANCE
        }
        return {**over, PlaceholderRole.SOURCE: grown} if lines and over else {}
    return {}


def _assign_texts(
    slide: DeckSlide, kind: SlideKindName, boxes: PlaceholderBoxes
) -> tuple[DeckSlide, list[_RoleText]]:
    """Assign a slide's texts to roles.

    A text without a placeholder is appended to another text, or prepended to the title.
    """
    wanted: dict[PlaceholderRole, _RoleText] = {}
    for name, role, paras in _list_fixed_texts(slide, kind):
        joins = role if role in boxes else KINDS[kind].get_slot(role).joins
        if joins is PlaceholderRole.TITLE and role is not PlaceholderRole.TITLE:
            slide = replace(slide, title=f"{_join_para_text(paras)}{_SEPARATOR}{slide.title}")
            continue
        there = joins or role
        known = wanted.get(there)
        if known:
            name, paras = known[0] if role is not there else name, (*known[2], *paras)
        elif role is not there:
            name = "text"
        wanted[there] = (name, there, paras)
    return slide, list(wanted.values())


def _join_para_text(paras: Sequence[Para]) -> str:
    return " ".join(join_run_text(para.runs) for para in paras)


def _iter_shared_lines(paras: tuple[Para, ...]) -> Iterator[tuple[Para, ...]]:
    """Yield the paragraphs joined into fewer and fewer lines of similar length, or nothing for lists."""
    if any(para.bullet or para.level or para.number is not None for para in paras):
        return
    lengths = [_count_characters([para]) for para in paras]
    for lines in range(len(paras) - 1, 0, -1):
        remaining = iter(paras)
        counts = distribute_evenly(lengths, lines)
        lines_of = (list(islice(remaining, count)) for count in counts)
        yield tuple(
            replace(
                line[0], runs=tuple(run for para in line for run in (Run(text=_SEPARATOR), *para.runs))[1:]
            )
            for line in lines_of
        )


def _shorten_source(
    paras: tuple[Para, ...], role: PlaceholderRole, kind: SlideKindName, boxes: PlaceholderBoxes, theme: Theme
) -> FittedText | None:
    """Truncate a source line after the last source that fits, or return None if none fits."""
    text = _join_para_text(paras)
    for end in reversed([match.start() for match in re.finditer(r"[;.] ", text)]):
        shorter = (Para(runs=(*cut_runs(paras[0].runs, end), Run(text="; …")), bullet=False),)
        fitted = _fit_role_text(shorter, role, kind, boxes, theme)
        if fitted is not None:
            return fitted
    return None


def _list_fixed_texts(slide: DeckSlide, kind: SlideKindName) -> Iterator[_RoleText]:
    """Yield each text that cannot continue on another slide: its name in messages, role and paragraphs."""

    def line(text: str | tuple[Run, ...]) -> tuple[Para, ...]:
        return (make_plain_para(text) if isinstance(text, str) else Para(runs=text, bullet=False),)

    match slide.body:
        case None | TextBody() if kind in HEADING_KINDS:
            paras = slide.body.paras if slide.body else ()
            subtitle = line(slide.subtitle) if slide.subtitle else ()
            found: list[_RoleText] = [("text", PlaceholderRole.BODY, (*subtitle, *paras))]
            if kind is SlideKindName.TITLE:
                found = [
                    ("subtitle", PlaceholderRole.SUBTITLE, subtitle),
                    ("text", PlaceholderRole.AUTHORS, paras),
                ]
            found.append(("kicker", PlaceholderRole.KICKER, line(slide.kicker)))
        case QuoteBody(text=text, attribution=attribution):
            found = [
                ("quotation", PlaceholderRole.QUOTATION, line(text)),
                ("attribution", PlaceholderRole.ATTRIBUTION, line(attribution)),
            ]
        case EquationBody(number=number):
            found = [("number", PlaceholderRole.NUMBER, line(number))]
        case CalloutBody(label=label, paras=paras):
            found = [("label", PlaceholderRole.LABEL, line(label)), ("callout", PlaceholderRole.BODY, paras)]
        case body:
            found = [("source line", PlaceholderRole.SOURCE, line(getattr(body, "source", ())))]
    return (item for item in found if any(run.text.strip() for para in item[2] for run in para.runs))


def _fit_role_text(
    text: str | tuple[Para, ...],
    role: PlaceholderRole,
    kind: SlideKindName,
    boxes: PlaceholderBoxes,
    theme: Theme,
) -> FittedText | None:
    paras = (make_plain_para(text),) if isinstance(text, str) else text
    area, slot = boxes[role].text_area, KINDS[kind].get_slot(role)
    least = slot.narrow if slot.narrow is not None and area.width < _NARROW_WIDTH else slot.least
    sizes = list_sizes(area.levels[0].size, least)
    if role is PlaceholderRole.SOURCE:  # omitting sources is better than text that is too small
        sizes = tuple(size for size in sizes if size >= slot.least) or sizes[:1]
    if _count_characters(paras) > _NUMBER_LENGTH:
        sizes = tuple(size for size in sizes if size <= slot.long) or sizes[-1:]
    scale = find_fitting_scale(paras, area, theme, sizes)
    return None if scale is None else FittedText(paras=paras, scale=scale)


def _count_characters(paras: Sequence[Para]) -> int:
    return sum(len(run.text) for para in paras for run in para.runs)


def _convert_equation(equation: EquationBody) -> tuple[Para, ...]:
    native = equation.native if equation.native.omml else None
    formula = Run(text=equation.text, formula=native)
    number = Run(text=f"  {equation.number}" if equation.number else "")
    return (*equation.before, Para(runs=(formula, number), bullet=False), *equation.after)


def _report_small_title(slide: DeckSlide, title: FittedText, boxes: PlaceholderBoxes) -> Diagnostic:
    points = title.scale * boxes[PlaceholderRole.TITLE].text_area.levels[0].size
    words = shorten_text(slide.title, _LONGEST_IN_MESSAGE)
    message = f'the title "{words}" was reduced to {points:.0f} pt, smaller than the other slide titles'
    hint = "write a shorter `slide-title`" if slide.book_blocks else "shorten the title"
    return Diagnostic(code="DEK007", message=message, span=slide.span, hint=hint)


def _report_size_problem(slide: DeckSlide, content_name: str, hint: str) -> Diagnostic:
    message = f'the {content_name} on slide "{slide.title}" does not fit'
    return Diagnostic(code="DEK001", message=message, span=slide.span, hint=hint)
