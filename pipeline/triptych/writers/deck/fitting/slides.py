"""Fit storyboard slides: turn each of them into one or more ``FittedSlide`` objects.

This chooses text sizes, and continues long text, tables and listings on further slides. Content that does not
fit is reported.
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
from triptych.writers.deck.fitting.charts import split_chart
from triptych.writers.deck.fitting.columns import DoesNotFitError, fit_columns, fit_listings, fit_side_picture
from triptych.writers.deck.fitting.composition import (
    Composition,
    Content,
    Frame,
    Ornament,
    PlaceholderBoxes,
    move_box,
)
from triptych.writers.deck.fitting.fill import compute_fill
from triptych.writers.deck.fitting.frames import FORMULA_SIZES, FittedEquation, fit_code, fit_equation
from triptych.writers.deck.fitting.line_breaking import distribute_evenly
from triptych.writers.deck.fitting.numbers import NumberSize, fit_numbers
from triptych.writers.deck.fitting.points import fit_points
from triptych.writers.deck.fitting.tables import fit_table
from triptych.writers.deck.fitting.text import (
    MIN_TEXT_SIZE,
    SHRUNK_TEXT_SIZE,
    FittedText,
    PlaceholderBox,
    find_fitting_scale,
    fit_text,
    lengthen_last_line,
    list_sizes,
    measure_lines,
    measure_text_bounds,
    measure_text_height,
)
from triptych.writers.deck.fitting.timelines import fit_timeline
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

# A kicker of at most this many characters is a number, and keeps the layout's text size.
_NUMBER_LENGTH = 4
# A callout of at most this many characters may have one of these sizes in points.
_SHORT_CALLOUT_LENGTH, _SHORT_CALLOUT_SIZES = 120, (44.0, 40.0, 36.0, 32.0)
_NARROW_WIDTH = 320.0  # points; narrower placeholders allow smaller text
_MAX_TITLE_IN_MESSAGE = 60  # maximum length of a slide title in a message, in characters
_NUMBER_INSET = 18.0  # points from the number of a formula to the edge of the formula's panel
_MIN_SOURCE_SIZE = 11.0  # points; minimum size of a source line that needs two lines
# Points: if texts of title and closing slides are smaller in the layout than allowed, they become this much
# larger than the minimum, if possible.
_ENLARGEMENT = 4.0
_HEADING_TEXTS = (PlaceholderRole.SUBTITLE, PlaceholderRole.BODY, PlaceholderRole.AUTHORS)
_YEARS = re.compile(
    r"\u00a0(?:1[5-9]|20)\d\d(?:–\d{4})?(?=[,;，；،؛、]|$)"
)  # after the short names of sources
_SEPARATOR = " · "  # between texts joined into one line
_MIN_LIST_FILL = 0.5  # a list that fills less of its box is set on cards
_FRACTION_ABOVE_STATEMENT = 0.35  # fraction of the free height that is above a statement

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
    """A slide that is ready to be drawn, made from the storyboard slide ``source``.

    ``part_number`` counts from 1 among the slides made from ``source``; the first one has the notes, section
    and id. ``moved_to_notes`` is text that did not fit on the slide.
    """

    source: DeckSlide
    title: str
    part_number: int = 1
    moved_to_notes: tuple[str, ...] = ()


def choose_kind(slide: DeckSlide) -> SlideKindName:
    """Return the slide kind that suits a slide's content."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckSizes:
    """The sizes in points that all slides of a deck share: of titles, big numbers and displayed formulas.

    By default, they are chosen for each slide alone.
    """

    title: float | None = None
    numbers: NumberSize | None = None
    formulas: float = FORMULA_SIZES[0]


def fit_slide(
    slide: DeckSlide,
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
    *,
    rtl: bool = False,
    overflow: str = "split",
    language: str = "en",
    sizes: DeckSizes | None = None,
) -> tuple[list[FittedSlide], list[Diagnostic]]:
    """Fit a storyboard slide, and continue it on further slides if necessary.

    Return the fitted slides and the diagnostics. If ``overflow`` is "shrink", text is shrunk before it is
    continued; if it is "error", a slide that needs to be continued is an error. Continued slides are numbered
    in ``language``. By default, the ``sizes`` are chosen for this slide alone. Report DEK001 if content does
    not fit.
    """
    sizes = sizes or DeckSizes()
    slide = _drop_repeated_source(slide)
    layout = choose_kind(slide)
    labels = load_labels(language)

    def part_of(number: int, count: int) -> str:
        return labels.bracketed(labels.part_of(number, count)) if count > 1 else ""

    titled = TitledBoxes(
        _assign_texts(slide, layout, boxes_by_kind[layout])[0].title, boxes_by_kind, theme, sizes.title
    )
    fitted = _fit_content(slide, layout, titled, overflow=overflow, rtl=rtl, sizes=sizes)
    longest = titled.title + part_of(len(fitted.compositions), len(fitted.compositions))
    if not all(titled.has_room_for_title(longest, body.kind) for body in fitted.compositions):
        titled = TitledBoxes(longest, boxes_by_kind, theme, sizes.title)
        fitted = _fit_content(slide, layout, titled, overflow=overflow, rtl=rtl, sizes=sizes)
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
        # The longest title, which ends with a number such as "(12 of 12)", determines the size on all slides.
        area = fitted.titled_boxes[body.kind][PlaceholderRole.TITLE].text_area
        shown_title = lengthen_last_line(make_plain_para(title), area, theme, fitted_title.scale)
        fitted_title = replace(fitted_title, paras=(shown_title,))
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
        # Hidden slides share one section, so the chapter of this slide is shown only by its tracker.
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
    sizes: DeckSizes,
) -> _FittedContent:
    theme = titled_boxes.theme
    slide, texts, moved_to_notes, findings = _fit_small_texts(slide, kind, titled_boxes[kind], theme)
    bodies: Sequence[Composition] = ()
    try:
        min_size = SHRUNK_TEXT_SIZE if overflow == "shrink" else MIN_TEXT_SIZE
        bodies = _fit_main_content(
            slide, kind, titled_boxes, theme, rtl=rtl, min_text_size=min_size, sizes=sizes
        )
    except DoesNotFitError as error:
        is_table = str(error) == "table"
        hint = "shorten the table cells, or remove table columns" if is_table else f"shorten the {error}"
        findings = [*findings, _report_size_problem(slide, str(error), hint)]
    return _FittedContent(
        slide=slide,
        titled_boxes=titled_boxes,
        compositions=bodies,
        texts=texts,
        moved_to_notes=moved_to_notes,
        diagnostics=findings,
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
    sizes: DeckSizes,
) -> Sequence[Composition]:
    """Fit the main content on one or more slides.

    Raise ``DoesNotFitError`` if it does not fit at any size.
    """
    places = boxes_by_kind[kind]
    match slide.body:
        case TextBody(paras=paras) if kind is SlideKindName.BULLETS and paras:
            single = (Para(runs=paras[0].runs, bullet=False),)  # a single paragraph has no bullet
            return _fit_as_text(
                paras if len(paras) > 1 else single,
                boxes_by_kind,
                theme,
                min_text_size,
                rtl=rtl,
                has_fields=not slide.layout_name,
            )
        case TableBody() as table:
            width, height = places[PlaceholderRole.OBJECT].width, get_frame_height(slide, places)
            fitted = fit_table(table, width, height, theme)
            if fitted is None:
                raise DoesNotFitError("table")
            return [_compose_frame(kind, part, slide) for part in fitted]
        case CodeBody(text=text) if text.strip():
            area = places[PlaceholderRole.OBJECT].text_area
            listings = fit_code(text, area.width, area.height, theme)
            return [_compose_frame(kind, part, slide) for part in listings]
        case EquationBody() as equation:
            fitted_equation = fit_equation(equation, places, theme, sizes.formulas)
            if fitted_equation is None:  # with too much text around it, a formula becomes a paragraph
                paras = _convert_equation(equation)
                return _fit_as_text(paras, boxes_by_kind, theme, min_text_size, rtl=rtl)
            return [_compose_equation(kind, fitted_equation, places, slide)]
        case ChartBody() as chart:
            parts = split_chart(chart, places[PlaceholderRole.OBJECT].height)
            return [_compose_frame(kind, part, slide) for part in parts]
        case PictureBody() as picture:
            side_picture = fit_side_picture(
                picture, (), picture.source, boxes_by_kind[SlideKindName.SIDE_PICTURE], theme
            )
            return [side_picture or _compose_frame(kind, picture, slide)]
        case NumbersBody() as cards:
            return fit_numbers(cards, places, theme, rtl=rtl, size=sizes.numbers)
        case TimelineBody() as timeline:
            return fit_timeline(timeline, places, theme, rtl=rtl)
        case ColumnsBody() as columns:
            if both_listings := fit_listings(columns, boxes_by_kind[SlideKindName.CODE], theme, rtl=rtl):
                return [both_listings]
            return fit_columns(columns, kind, boxes_by_kind, theme, rtl=rtl, min_text_size=min_text_size)
        case _:
            return [Composition(kind=kind)]


def _drop_repeated_source(slide: DeckSlide) -> DeckSlide:
    """Remove a source line that repeats the slide title."""
    match slide.body:
        case ChartBody(source=line) | TableBody(source=line) | PictureBody(source=line) if line:
            source_text = join_run_text(line).strip().rstrip(".")
            if source_text == slide.title.strip().rstrip("."):
                return replace(slide, body=replace(slide.body, source=()))
    return slide


def _fit_as_text(
    paras: tuple[Para, ...],
    boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes],
    theme: Theme,
    min_text_size: float,
    *,
    rtl: bool,
    has_fields: bool = False,
) -> Sequence[Composition]:
    """Fit paragraphs as a list or statement, or as fields if ``has_fields`` is true and they are few."""
    if has_fields:
        fields = fit_points(paras, boxes_by_kind[SlideKindName.NUMBERS], theme, rtl=rtl)
        if fields is not None:
            return [fields]
    box = boxes_by_kind[SlideKindName.BULLETS][PlaceholderRole.BODY]
    fitted = fit_text(paras, box.text_area, theme, min_text_size)
    if len(fitted) == 1 and _measure_text_fill(fitted[0], box, theme) < _MIN_LIST_FILL:
        return [_compose_sparse_text(fitted[0], box, theme)]
    return [Composition(kind=SlideKindName.BULLETS, texts={PlaceholderRole.BODY: text}) for text in fitted]


def _measure_text_fill(text: FittedText, box: PlaceholderBox, theme: Theme) -> float:
    return compute_fill([measure_text_bounds(text, box, theme)], box.bounds)


def _compose_sparse_text(text: FittedText, box: PlaceholderBox, theme: Theme) -> Composition:
    """Compose a single statement slightly above the centre, and other text at the top."""
    texts = {PlaceholderRole.BODY: text}
    if len(text.paras) > 1 or text.scale <= 1.0:
        return Composition(kind=SlideKindName.BULLETS, texts=texts)
    free = box.text_area.height - measure_text_height(text.paras, box.text_area, theme, text.scale)
    down = free * _FRACTION_ABOVE_STATEMENT
    moved = move_box(box, (box.left, box.top + down, box.width, box.height - down))
    return Composition(kind=SlideKindName.BULLETS, texts=texts, boxes={PlaceholderRole.BODY: moved})


def _compose_frame(kind: SlideKindName, content: Content, slide: DeckSlide) -> Composition:
    assert slide.body is not None
    return Composition(kind=kind, frames={PlaceholderRole.OBJECT: Frame(content=content, body=slide.body)})


def _compose_equation(
    kind: SlideKindName, equation: FittedEquation, boxes: PlaceholderBoxes, slide: DeckSlide
) -> Composition:
    """Compose a formula on a panel with its number at the side, and with the text above and below it."""
    region, number = equation.region, boxes[PlaceholderRole.NUMBER]
    left = number.left if number.left > region.left else number.left + _NUMBER_INSET
    number = move_box(number, (left, region.top, number.width - _NUMBER_INSET, region.height))
    framed = _compose_frame(kind, equation, slide)
    box_by_role = {PlaceholderRole.OBJECT: region, PlaceholderRole.NUMBER: number, **equation.boxes}
    ornaments = ((Ornament.PANEL, equation.panel),)
    return replace(framed, texts=equation.texts, boxes=box_by_role, ornaments=ornaments)


def _fit_small_texts(
    slide: DeckSlide, kind: SlideKindName, boxes: PlaceholderBoxes, theme: Theme
) -> tuple[DeckSlide, dict[PlaceholderRole, FittedText], tuple[str, ...], list[Diagnostic]]:
    """Fit the texts that cannot continue on another slide.

    Return the slide, the texts by role, the texts for the notes, and the diagnostics. The title of the
    returned slide includes texts that have no placeholder. Paragraphs that do not fit are joined into fewer
    lines if possible. A source line that does not fit is truncated after one of its sources, or omitted if it
    is a caption, and its full text goes into the notes, like the body's remark. A subtitle, text or kicker
    that does not fit is moved to the notes. Report DEK002 for each of these three, and DEK001 if any other
    text does not fit.
    """
    texts: dict[PlaceholderRole, FittedText] = {}
    remark = getattr(slide.body, "remark", "")
    moved_to_notes = [remark] if remark.strip(" .") not in ("", slide.title.strip(" .")) else []
    diagnostics: list[Diagnostic] = []
    slide, role_texts = _assign_texts(slide, kind, boxes)
    for name, role, paras in role_texts:
        fitted = _fit_role_text(paras, role, kind, boxes, theme) if role in boxes else None
        if fitted is None and name == "text" and role in boxes:
            candidates = (
                _fit_role_text(lines, role, kind, boxes, theme) for lines in _iter_shared_lines(paras)
            )
            fitted = next(filter(None, candidates), None)
        if name == "source line" and not _is_on_one_line(fitted, role, boxes, theme):
            undated = _drop_years(paras)  # names are better than years, and one line is better than two
            shorter = _fit_role_text(undated, role, kind, boxes, theme) if role in boxes else None
            if fitted is None or _is_on_one_line(shorter, role, boxes, theme):
                fitted = shorter
            if fitted is None:
                moved_to_notes.append(_join_para_text(paras))
                if role in boxes and not getattr(slide.body, "is_caption", False):
                    fitted = _shorten_source_line(undated, role, kind, boxes, theme)
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


def _assign_texts(
    slide: DeckSlide, kind: SlideKindName, boxes: PlaceholderBoxes
) -> tuple[DeckSlide, list[_RoleText]]:
    """Assign a slide's texts to roles.

    A text without a placeholder is appended to another text, or prepended to the title.
    """
    texts_by_role: dict[PlaceholderRole, _RoleText] = {}
    for name, role, paras in _list_fixed_texts(slide, kind):
        joins = role if role in boxes else KINDS[kind].get_slot(role).joins
        if joins is PlaceholderRole.TITLE and role is not PlaceholderRole.TITLE:
            slide = replace(slide, title=f"{_join_para_text(paras)}{_SEPARATOR}{slide.title}")
            continue
        target_role = joins or role
        earlier_text = texts_by_role.get(target_role)
        if earlier_text:
            name, paras = earlier_text[0] if role is not target_role else name, (*earlier_text[2], *paras)
        elif role is not target_role:
            name = "text"
        texts_by_role[target_role] = (name, target_role, paras)
    return slide, list(texts_by_role.values())


def _join_para_text(paras: Sequence[Para]) -> str:
    return " ".join(join_run_text(para.runs) for para in paras)


def _iter_shared_lines(paras: tuple[Para, ...]) -> Iterator[tuple[Para, ...]]:
    """Yield versions of the paragraphs joined into ever fewer lines of similar length; none for lists."""
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


def _is_on_one_line(
    text: FittedText | None, role: PlaceholderRole, boxes: PlaceholderBoxes, theme: Theme
) -> bool:
    return text is not None and all(
        len(measure_lines(para, boxes[role].text_area, theme, text.scale)) == 1 for para in text.paras
    )


def _drop_years(paras: tuple[Para, ...]) -> tuple[Para, ...]:
    return tuple(
        replace(para, runs=tuple(replace(run, text=_YEARS.sub("", run.text)) for run in para.runs))
        for para in paras
    )


def _shorten_source_line(
    paras: tuple[Para, ...], role: PlaceholderRole, kind: SlideKindName, boxes: PlaceholderBoxes, theme: Theme
) -> FittedText | None:
    """Truncate a source line after the last source that fits; return None if not even the first one fits."""
    text = _join_para_text(paras)
    ends = [match for pattern in (r"[;.] ", r"[,،、，] ?") for match in [*re.finditer(pattern, text)][::-1]]
    for match in ends:
        mark = match[0].strip().replace(".", ";")
        rest = Run(text=f"{mark} …" if mark.isascii() else f"{mark}…")
        shorter = (Para(runs=(*cut_runs(paras[0].runs, match.start()), rest), bullet=False),)
        fitted = _fit_role_text(shorter, role, kind, boxes, theme)
        if fitted is not None:
            return fitted
    return None


def _list_fixed_texts(slide: DeckSlide, kind: SlideKindName) -> Iterator[_RoleText]:
    """Yield each text that cannot continue on another slide, with its name in messages and its role."""

    def line(text: str | tuple[Run, ...]) -> tuple[Para, ...]:
        return (make_plain_para(text) if isinstance(text, str) else Para(runs=text, bullet=False),)

    match slide.body:
        case None | TextBody() if kind in HEADING_KINDS:
            paras = slide.body.paras if slide.body else ()
            subtitle = line(slide.subtitle) if slide.subtitle else ()
            texts: list[_RoleText] = [("text", PlaceholderRole.BODY, (*subtitle, *paras))]
            if kind is SlideKindName.TITLE:
                texts = [
                    ("subtitle", PlaceholderRole.SUBTITLE, subtitle),
                    ("text", PlaceholderRole.AUTHORS, paras),
                ]
            texts.append(("kicker", PlaceholderRole.KICKER, line(slide.kicker)))
        case QuoteBody(text=text, attribution=attribution):
            texts = [
                ("quotation", PlaceholderRole.QUOTATION, line(text)),
                ("attribution", PlaceholderRole.ATTRIBUTION, line(attribution)),
            ]
        case EquationBody(number=number):
            texts = [("number", PlaceholderRole.NUMBER, line(number))]
        case CalloutBody(label=label, paras=paras):
            texts = [("label", PlaceholderRole.LABEL, line(label)), ("callout", PlaceholderRole.BODY, paras)]
        case body:
            texts = [("source line", PlaceholderRole.SOURCE, line(getattr(body, "source", ())))]
    return (item for item in texts if any(run.text.strip() for para in item[2] for run in para.runs))


def _fit_role_text(
    text: str | tuple[Para, ...],
    role: PlaceholderRole,
    kind: SlideKindName,
    boxes: PlaceholderBoxes,
    theme: Theme,
) -> FittedText | None:
    paras = (make_plain_para(text),) if isinstance(text, str) else text
    area, slot = boxes[role].text_area, KINDS[kind].get_slot(role)
    min_size = (
        slot.min_narrow_size
        if slot.min_narrow_size is not None and area.width < _NARROW_WIDTH
        else slot.min_size
    )
    sizes = list_sizes(area.levels[0].size, min_size)
    if kind in HEADING_KINDS and role in _HEADING_TEXTS and sizes[0] < min_size:
        sizes = (min_size + _ENLARGEMENT, min_size, *sizes)  # the layout's size is not legible
    if role is PlaceholderRole.SOURCE:  # one line, then two; missing sources are better than illegible text
        sizes = tuple(size for size in sizes if size >= slot.min_size) or sizes[:1]
        line_height = measure_text_height((make_plain_para("A"),), area, theme)
        one_line = replace(area, height=min(area.height, line_height))
        if (scale := find_fitting_scale(paras, one_line, theme, sizes)) is not None:
            return FittedText(paras=paras, scale=scale)
        sizes = tuple(dict.fromkeys((*sizes, min(sizes[-1], _MIN_SOURCE_SIZE))))
    is_callout = kind is SlideKindName.CALLOUT and role is PlaceholderRole.BODY
    if is_callout and _count_characters(paras) <= _SHORT_CALLOUT_LENGTH:
        sizes = (*(size for size in _SHORT_CALLOUT_SIZES if size > sizes[0]), *sizes)
    if kind in HEADING_KINDS and role is not PlaceholderRole.KICKER:
        sizes = tuple(size for size in sizes if size <= area.max_size) or sizes[-1:]
    if _count_characters(paras) > _NUMBER_LENGTH:
        sizes = tuple(size for size in sizes if size <= slot.max_long_size) or sizes[-1:]
    scale = find_fitting_scale(paras, area, theme, sizes)
    if scale is None:
        return None
    if kind in HEADING_KINDS:
        heights = (measure_text_height((para,), area, theme, scale) for para in paras)
        paras = tuple(
            lengthen_last_line(para, area, theme, scale, height)
            for para, height in zip(paras, heights, strict=True)
        )
    return FittedText(paras=paras, scale=scale)


def _count_characters(paras: Sequence[Para]) -> int:
    return sum(len(run.text) for para in paras for run in para.runs)


def _convert_equation(equation: EquationBody) -> tuple[Para, ...]:
    native = equation.native if equation.native.omml else None
    formula = Run(text=equation.text, formula=native)
    number = Run(text=f"  {equation.number}" if equation.number else "")
    return (*equation.before, Para(runs=(formula, number), bullet=False), *equation.after)


def _report_small_title(slide: DeckSlide, title: FittedText, boxes: PlaceholderBoxes) -> Diagnostic:
    points = title.scale * boxes[PlaceholderRole.TITLE].text_area.levels[0].size
    words = shorten_text(slide.title, _MAX_TITLE_IN_MESSAGE)
    message = f'the title "{words}" was reduced to {points:.0f} pt, smaller than the other slide titles'
    hint = "write a shorter `slide-title`" if slide.book_blocks else "shorten the title"
    return Diagnostic(code="DEK007", message=message, span=slide.span, hint=hint)


def _report_size_problem(slide: DeckSlide, content_name: str, hint: str) -> Diagnostic:
    message = f'the {content_name} on slide "{slide.title}" does not fit'
    return Diagnostic(code="DEK001", message=message, span=slide.span, hint=hint)
