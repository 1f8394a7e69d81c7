"""Fit, draw and cache the slides of a storyboard.

The cache key of a slide covers its content, the template, and the properties shared by the whole deck.
Speaker notes, sections and link targets are added when the deck is assembled. This module also reports text
and formulas that are too small.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from triptych.diagnostics import Diagnostic, Span, did_you_mean, has_errors
from triptych.engine.cache import Cache
from triptych.engine.store.serialisation import serialise_content
from triptych.engine.tasks import FORMULA_SIZE, NOTES_PAGE, NUMBER_SIZES, SLIDE, TITLE_SIZE, CachedStep, Task
from triptych.ooxml.xml import qn
from triptych.project import MANIFEST
from triptych.writers.deck.drawing.animations import add_transition
from triptych.writers.deck.drawing.office_math import lift_alternate_content
from triptych.writers.deck.drawing.slides import DrawingContext, draw_slide, report_small_plots
from triptych.writers.deck.drawing.text import add_child, keep_text_colour
from triptych.writers.deck.fitting.composition import PlaceholderBoxes
from triptych.writers.deck.fitting.frames import FittedEquation, find_formula_size
from triptych.writers.deck.fitting.numbers import NumberSize, find_number_size
from triptych.writers.deck.fitting.reduction import fit_or_reduce_slide
from triptych.writers.deck.fitting.slides import DeckSizes, FittedSlide, choose_kind, fit_slide
from triptych.writers.deck.fitting.text import FittedText, PlaceholderBox
from triptych.writers.deck.fitting.titles import TitledBoxes, find_title_size
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.package.deck_package import to_naive_utc
from triptych.writers.deck.package.finished_parts import (
    FinishedNotesPage,
    FinishedSlide,
    PartExtractor,
    SlideResult,
    TargetKind,
    UsedText,
    collect_notes_text,
)
from triptych.writers.deck.package.notes_pages import NotesPage, draw_notes, read_notes_page
from triptych.writers.deck.pptx.exports import CONTENT_TYPE, RELATIONSHIP_TYPE, Part
from triptych.writers.deck.pptx.package import create_stub_part, has_notes_master, restore_part_names
from triptych.writers.deck.slides import (
    Body,
    ChartBody,
    ColumnsBody,
    Deck,
    DeckSlide,
    EquationBody,
    NoteParagraph,
    NumbersBody,
    Run,
    SlideKindName,
    TextBody,
    shorten_text,
)
from triptych.writers.deck.story.runs import make_plain_note
from triptych.writers.deck.template.template import Template

T = TypeVar("T")

_NOTES_PLACEHOLDER: NoteParagraph = (Run(text="\0"),)  # stands in for the slide's own notes
_SLIDE_SPAN = Span(path="slide")  # stands in for the slide's source span
# Properties that are added when the deck is assembled. In cache keys, they have these values.
_ASSEMBLY_PROPERTIES: dict[str, Any] = {"id": "", "section": "", "chapter": "", "span": None}
_CHART_PATH = "chart"  # stands in for the path in the source spans of charts


@dataclass(slots=True)
class _SlideJob:
    """A storyboard slide in progress.

    ``result`` is the cached result. If it is None, ``fitted_slides`` must still be drawn.
    """

    slide: DeckSlide
    task: Task[SlideResult]
    result: SlideResult | None
    fitted_slides: Sequence[FittedSlide] = ()
    diagnostics: Sequence[Diagnostic] = ()

    @property
    def titles(self) -> list[str]:
        return [slide.title for slide in (self.result.slides if self.result else self.fitted_slides)]


@dataclass(frozen=True, slots=True)
class SlideWithNotes:
    """A finished slide with its speaker notes, made from the storyboard slide ``source``.

    ``is_first`` is true for the first slide made from ``source``.
    """

    finished_slide: FinishedSlide
    source: DeckSlide
    is_first: bool
    notes: tuple[NoteParagraph, ...] = ()


@dataclass(slots=True)
class SlideMaker:
    """Makes the finished slides and notes pages of a deck.

    ``slide_ids`` are the ids that links can point to. If ``collects_text`` is true, the characters and
    typefaces used on slides are collected for font embedding.
    """

    deck: Deck
    drawing_context: DrawingContext
    slide_ids: frozenset[str]
    cache: Cache
    collects_text: bool = True
    _sizes: DeckSizes = field(init=False)
    _extractor: PartExtractor = field(init=False)
    _stub_parts: dict[Part, tuple[TargetKind, str]] = field(default_factory=dict)
    _targets: dict[str, Part] = field(default_factory=dict)
    _notes_stub_part: Part = field(init=False)
    _can_have_notes: bool = field(init=False)
    _shared_inputs: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        presentation, deck, template = (
            self.drawing_context.template.presentation,
            self.deck,
            self.drawing_context.template,
        )
        self._notes_stub_part = create_stub_part(
            presentation, "/ppt/notesSlides/notesSlide1.xml", CONTENT_TYPE.PML_NOTES_SLIDE
        )
        self._stub_parts[self._notes_stub_part] = (TargetKind.OWN_NOTES, "")
        self._can_have_notes = not has_notes_master(presentation) or read_notes_page(presentation) is not None
        self._extractor = PartExtractor(presentation, to_naive_utc(deck.modified), self._stub_parts)
        self._sizes = DeckSizes(title=self._find_title_size())
        self._sizes = replace(
            self._sizes, numbers=self._find_number_size(), formulas=self._find_formula_size()
        )
        shared_inputs = (deck.language, self.drawing_context.footers, deck.transition, self.collects_text)
        self._shared_inputs = {"template": template.checksum, "deck": serialise_content(shared_inputs)}

    def make_slides(self, slides: Iterable[DeckSlide]) -> tuple[list[SlideWithNotes], list[Diagnostic]]:
        """Return the finished slides and the diagnostics. There are no slides if there are errors.

        Report DEK001, DEK002, DEK007 and CHT004 as ``write_deck`` does, and DTP002 for an unknown or
        unsuitable layout.
        """
        jobs: list[_SlideJob] = []
        findings: list[Diagnostic] = []
        used_titles: set[str] = set()
        for slide in slides:
            kind, name = choose_kind(slide), slide.layout_name
            if name and self.drawing_context.template.get_kind_layout(kind, name) is None:
                findings.append(_report_unsuitable_layout(slide, self.drawing_context.template))
                continue
            job = self._start_job(slide)
            # Shortened titles may become equal.
            while any(title in used_titles for title in job.titles):
                slide = replace(slide, title=_increment_title_number(job.titles[0]))
                job = self._start_job(slide)
            used_titles.update(job.titles)
            jobs.append(job)
        fitting = [problem for job in jobs for problem in _restore_spans(job.diagnostics, job.slide)]
        if has_errors([*findings, *fitting]):
            return [], [*findings, *fitting]
        slides_with_notes: list[SlideWithNotes] = []
        with restore_part_names(self.drawing_context.template.presentation):
            for job in jobs:
                finished = job.result or self._finish_job(job)
                slides_with_notes += _iter_slides_with_notes(finished, job.slide)
                findings += _restore_spans(finished.diagnostics, job.slide)
        return slides_with_notes, findings

    def _start_job(self, slide: DeckSlide) -> _SlideJob:
        visible_slide = replace(
            slide,
            body=_number_spans(slide.body),
            notes=(),
            book_reference="",
            book_blocks=(),
            **_ASSEMBLY_PROPERTIES,
        )
        surroundings = (
            bool(slide.notes or slide.book_reference),
            bool(slide.book_blocks),
            slide.overflow or self.deck.overflow,
            sorted(set(_iter_link_targets(slide.body)) - self.slide_ids),
        )
        task: Task[SlideResult] = Task.for_step(
            SLIDE,
            slide.title,
            slide=serialise_content(visible_slide),
            around=repr(surroundings),
            titles=repr(self._sizes.title),
            numbers=repr(self._sizes.numbers) if isinstance(slide.body, NumbersBody) else "",
            formulas=repr(self._sizes.formulas) if isinstance(slide.body, EquationBody) else "",
            date=self._extractor.modified.isoformat() if _list_charts(slide.body) else "",
            **self._shared_inputs,
        )
        cached_result = self.cache.get(task, SlideResult)
        if cached_result is not None:
            return _SlideJob(slide, task, cached_result)
        full_slide = replace(
            visible_slide, notes=(_NOTES_PLACEHOLDER,), book_blocks=slide.book_blocks, span=_SLIDE_SPAN
        )
        reduces_requested = (
            self.drawing_context.template.span is not None
        )  # an author's template may have too little space
        fitted, findings = fit_or_reduce_slide(
            full_slide, self._fit_slide, reduces_requested=reduces_requested
        )
        return _SlideJob(slide, task, None, fitted, findings)

    def _fit_slide(self, slide: DeckSlide) -> tuple[list[FittedSlide], list[Diagnostic]]:
        template = self.drawing_context.template
        places = template.boxes_by_kind
        kind = choose_kind(slide)
        if slide.layout_name and (named_layout := template.get_kind_layout(kind, slide.layout_name)):
            places = {**places, kind: named_layout.placeholder_boxes}
        return fit_slide(
            slide,
            places,
            template.theme,
            rtl=template.direction == "rtl",
            overflow=slide.overflow or self.deck.overflow,
            language=self.deck.language,
            sizes=self._sizes,
        )

    def _finish_job(self, job: _SlideJob) -> SlideResult:
        notes = job.fitted_slides[0].source.notes if job.fitted_slides else ()
        moved_to_notes = job.fitted_slides[0].moved_to_notes if job.fitted_slides else ()
        has_notes = bool(
            job.slide.notes or job.slide.book_reference or moved_to_notes or notes != (_NOTES_PLACEHOLDER,)
        )
        findings = [
            *job.diagnostics,
            *(
                problem
                for fitted_slide in job.fitted_slides
                for problem in report_small_plots(fitted_slide, self.drawing_context)
            ),
        ]
        findings += report_small_text(job.fitted_slides, self.drawing_context.template.boxes_by_kind)
        slides = []
        for fitted_slide in job.fitted_slides:
            slide, problems = self._draw_slide(
                fitted_slide, has_notes=has_notes and self._can_have_notes and fitted_slide.part_number == 1
            )
            slides.append(slide)
            findings += problems
        result = SlideResult(
            slides=tuple(slides), notes=notes, moved_to_notes=moved_to_notes, diagnostics=tuple(findings)
        )
        self.cache.put(job.task, result)
        return result

    def _draw_slide(
        self, fitted_slide: FittedSlide, *, has_notes: bool
    ) -> tuple[FinishedSlide, list[Diagnostic]]:
        stage = self.drawing_context
        stage.text_context.links.clear()
        slide = draw_slide(fitted_slide, stage)
        layout = slide.slide_layout
        if has_notes:
            slide.part.relate_to(self._notes_stub_part, RELATIONSHIP_TYPE.NOTES_SLIDE)
        findings = self._resolve_links()
        lift_alternate_content(slide)
        add_transition(slide, self.deck.transition, stage.template.direction)
        used_text = self._extractor.collect_used_text(slide, layout) if self.collects_text else UsedText()
        parts = self._extractor.extract_parts(slide.part)
        return FinishedSlide(
            title=fitted_slide.title, kind=fitted_slide.kind, parts=parts, used_text=used_text
        ), findings

    def _resolve_links(self) -> list[Diagnostic]:
        """Connect the current slide's links to the stand-in parts of their target slides.

        Report DEK002 for an unknown target.
        """
        findings = []
        for link in self.drawing_context.text_context.links:
            if link.target not in self.slide_ids:
                message = f'the link target "{link.target}" is not on any slide; the link was removed'
                hint = "add a slide with this id, or remove the link"
                findings.append(Diagnostic(code="DEK002", message=message, span=_SLIDE_SPAN, hint=hint))
                continue
            click = add_child(link.properties, "a:hlinkClick", action="ppaction://hlinksldjump")
            click.set(
                qn("r:id"), link.part.relate_to(self._get_target_part(link.target), RELATIONSHIP_TYPE.SLIDE)
            )
            if link.needs_text_colour:
                keep_text_colour(click)
        return findings

    def _get_target_part(self, name: str) -> Part:
        if name not in self._targets:
            part = create_stub_part(self.drawing_context.template.presentation, "/ppt/slides/slide0.xml")
            self._targets[name] = part
            self._stub_parts[part] = (TargetKind.SLIDE, name)
        return self._targets[name]

    @property
    def title_size(self) -> float | None:
        """The size of the titles in points, or None if there are none."""
        return self._sizes.title

    def _find_title_size(self) -> float | None:
        template = self.drawing_context.template
        kinds = [(slide.title, choose_kind(slide), slide.layout_name) for slide in self.deck.slides]

        def compute_size() -> float | None:
            titles = [
                (title, kind, layout.placeholder_boxes)
                for title, kind, name in kinds
                if (layout := template.get_kind_layout(kind, name))
            ]
            return find_title_size(titles, template.theme)

        task: Task[tuple[float | None]] = Task.for_step(
            TITLE_SIZE, "", titles=repr(kinds), template=template.checksum
        )
        return self.cache.get_or_make(task, lambda: (compute_size(),), tuple[float | None])[0]

    def _find_number_size(self) -> NumberSize:
        template = self.drawing_context.template

        def find(bodies: list[Any]) -> NumberSize:
            return find_number_size(bodies, template.theme, rtl=template.direction == "rtl")

        return self._find_shared_size(NumbersBody, NUMBER_SIZES, NumberSize(), find)

    def _find_formula_size(self) -> float:
        theme = self.drawing_context.template.theme
        return self._find_shared_size(
            EquationBody, FORMULA_SIZE, DeckSizes().formulas, lambda bodies: find_formula_size(bodies, theme)
        )

    def _find_shared_size(
        self, body_type: type, step: CachedStep[Any], default: T, find: Callable[[list[Any]], T]
    ) -> T:
        """Call ``find`` with all slide bodies of a type and their placeholder boxes, and return the result.

        Return ``default`` if there are none.
        """
        template = self.drawing_context.template
        slides = [slide for slide in self.deck.slides if isinstance(slide.body, body_type)]
        if not slides:
            return default

        def find_size() -> T:
            bodies: list[Any] = []
            for slide in slides:
                kind = choose_kind(slide)
                if layout := template.get_kind_layout(kind, slide.layout_name):
                    places = {kind: layout.placeholder_boxes}
                    titled = TitledBoxes(slide.title, places, template.theme, self._sizes.title)
                    bodies.append((slide.body, titled[kind]))
            return find(bodies)

        inputs = serialise_content(
            [(slide.body, slide.title, slide.layout_name, self._sizes.title) for slide in slides]
        )
        task: Task[tuple[T]] = Task.for_step(step, "", bodies=inputs, template=template.checksum)
        # A bare number would be accepted from any other step, too.
        return self.cache.get_or_make(task, lambda: (find_size(),), tuple[type(default)])[0]  # type: ignore[misc]

    def make_notes_pages(
        self, slides: Sequence[SlideWithNotes]
    ) -> tuple[list[FinishedNotesPage | None], list[Diagnostic]]:
        """Return the notes page of each slide, or None for a slide without notes, and the diagnostics.

        Report DEK002 if the notes master has no text placeholder.
        """
        presentation = self.drawing_context.template.presentation
        page = read_notes_page(presentation) if any(slide.notes for slide in slides) else None
        if page is None:
            problems = (
                [_report_omitted_notes(self.drawing_context.template)]
                if any(slide.notes for slide in slides)
                else []
            )
            return [None] * len(slides), problems
        own_slide_part = create_stub_part(presentation, "/ppt/slides/slide0.xml")
        self._stub_parts[own_slide_part] = (TargetKind.OWN_SLIDE, "")
        self.drawing_context.text_context.links_need_text_colour = False
        with restore_part_names(presentation):
            pages = [
                self._make_notes_page(slide, page, own_slide_part) if slide.notes else None
                for slide in slides
            ]
        return pages, [
            problem
            for slide, notes in zip(slides, pages, strict=True)
            if notes
            for problem in _restore_spans(notes.diagnostics, slide.source)
        ]

    def _make_notes_page(self, slide: SlideWithNotes, page: NotesPage, slide_stub: Part) -> FinishedNotesPage:
        jumps = {run.slide for note in slide.notes for run in note if run.slide}
        task: Task[FinishedNotesPage] = Task.for_step(
            NOTES_PAGE,
            slide.finished_slide.title,
            notes=serialise_content(slide.notes),
            links=repr(sorted(jumps - self.slide_ids)),
            template=self.drawing_context.template.checksum,
            deck=repr((self.deck.language, self.collects_text)),
        )

        def draw() -> FinishedNotesPage:
            self.drawing_context.text_context.links.clear()
            presentation, theme = (
                self.drawing_context.template.presentation,
                self.drawing_context.template.theme,
            )
            notes = draw_notes(
                presentation, slide_stub, slide.notes, page, theme, self.drawing_context.text_context
            )
            findings = self._resolve_links()
            parts = self._extractor.extract_parts(notes.part)
            used_text = collect_notes_text(notes) if self.collects_text else UsedText()
            return FinishedNotesPage(parts=parts, used_text=used_text, diagnostics=tuple(findings))

        return self.cache.get_or_make(task, draw, FinishedNotesPage)


def _iter_slides_with_notes(result: SlideResult, source: DeckSlide) -> Iterator[SlideWithNotes]:
    """Yield the slides made from one storyboard slide. The first of them gets all speaker notes.

    The notes end with the reference to the book and the content that did not fit.
    """
    note_groups = (source.notes if note == _NOTES_PLACEHOLDER else (note,) for note in result.notes)
    notes = [note for note_group in note_groups for note in note_group]
    line = (make_plain_note(source.book_reference),) if source.book_reference else ()
    all_notes = (*notes, *line, *map(make_plain_note, result.moved_to_notes))
    for index, slide in enumerate(result.slides):
        yield SlideWithNotes(slide, source, is_first=not index, notes=() if index else all_notes)


def _list_charts(body: Body | None) -> tuple[ChartBody, ...]:
    match body:
        case ChartBody():
            return (body,)
        case ColumnsBody(columns=columns):
            return tuple(column.body for column in columns if isinstance(column.body, ChartBody))
    return ()


def _number_spans(body: Body | None, number: int = 1) -> Any:
    """Replace the source spans of charts with numbered stand-ins.

    This keeps the cache key of a chart that has only moved in the source.
    """
    match body:
        case ChartBody():
            return replace(body, chart=replace(body.chart, span=Span(path=_CHART_PATH, line=number)))
        case ColumnsBody(columns=(first, second)):
            after = number + len(_list_charts(first.body))
            bodies = (_number_spans(first.body, number), _number_spans(second.body, after))
            columns = replace(first, body=bodies[0]), replace(second, body=bodies[1])
            return replace(body, columns=columns)
    return body


def _restore_spans(diagnostics: Iterable[Diagnostic], slide: DeckSlide) -> Iterator[Diagnostic]:
    """Replace stand-in spans in diagnostics with the source spans.

    The span of a slide without source becomes that of the manifest.
    """
    default_span = slide.span or Span(path=MANIFEST)
    places: dict[Span | None, Span | None] = {_SLIDE_SPAN: default_span, None: default_span}
    for number, body in enumerate(_list_charts(slide.body), 1):
        places[Span(path=_CHART_PATH, line=number)] = body.chart.span or slide.span
    return (replace(problem, span=places.get(problem.span, problem.span)) for problem in diagnostics)


def _iter_link_targets(body: Body | None) -> Iterator[str]:
    match body:
        case TextBody(paras=paras):
            yield from (run.slide for para in paras for run in para.runs if run.slide)
        case ColumnsBody(columns=columns):
            for column in columns:
                if isinstance(column.body, TextBody):
                    yield from _iter_link_targets(column.body)


def _report_unsuitable_layout(slide: DeckSlide, template: Template) -> Diagnostic:
    names = [view.name for view in template.views]
    slide_ids = slide.layout_name in names
    reason = "has no placeholder for the content of the slide" if slide_ids else "is not in the template"
    quoted_names = ", ".join(f'"{name}"' for name in names)
    hint = did_you_mean(slide.layout_name, names) or f"use a layout of the template: {quoted_names}"
    return Diagnostic(
        code="DTP002",
        span=slide.span,
        message=f'slide "{slide.title}": the layout "{slide.layout_name}" {reason}',
        hint="run `triptych template inspect` to see the placeholders of each layout" if slide_ids else hint,
    )


def _report_omitted_notes(template: Template) -> Diagnostic:
    return Diagnostic(
        code="DEK002",
        span=template.span,
        message="the template's notes master has no text placeholder; speaker notes were omitted",
        hint="restore the missing placeholders in PowerPoint under View > Notes Master",
    )


def _increment_title_number(title: str) -> str:
    match = re.fullmatch(r"(.*) \((\d+)\)", title)
    return f"{match[1]} ({int(match[2]) + 1})" if match else f"{title} (2)"


MIN_LEGIBLE_SIZE = 14.0
"""The minimum size of text on slides in points. Source lines may be smaller."""
MIN_FORMULA_SIZE = 12.0
_MAX_TITLE_IN_MESSAGE = 60  # maximum length of a slide title in a message, in characters


def report_small_text(
    fitted_slides: Iterable[FittedSlide], boxes_by_kind: Mapping[SlideKindName, PlaceholderBoxes]
) -> Iterator[Diagnostic]:
    """Report DEK007 for each visible slide that has text or a formula below the minimum size.

    Text that the template sets in a small size, and lists that the storyboard added, are not reported.
    """
    reported: set[int] = set()
    for slide in fitted_slides:
        if slide.source.hidden or id(slide.source) in reported:
            continue
        small = _find_small_formula(slide, boxes_by_kind[slide.kind]) or _find_small_text(
            slide, boxes_by_kind[slide.kind]
        )
        if small is not None:
            reported.add(id(slide.source))
            content_name, points, minimum, hint = small
            title = shorten_text(slide.source.title, _MAX_TITLE_IN_MESSAGE)
            message = f'the {content_name} on slide "{title}" is only {points:.1f} pt; '
            message += f"the minimum is {minimum:g} pt"
            yield Diagnostic(code="DEK007", message=message, span=slide.source.span, hint=hint)


def _find_small_formula(slide: FittedSlide, boxes: PlaceholderBoxes) -> tuple[str, float, float, str] | None:
    """Return the kind, size, minimum size and hint for a formula that is too small.

    Sizes are in points. A formula that programs will break is measured at the size at which it would fit on
    one line. Return None if no formula is too small.
    """
    sizes = [
        min(frame.content.size, frame.content.region.width / max(frame.body.native.width, 1e-6))
        for frame in slide.frames.values()
        if isinstance(frame.content, FittedEquation) and isinstance(frame.body, EquationBody)
    ]
    for role, text in slide.texts.items():
        place = slide.boxes.get(role, boxes[role])
        sizes += [
            min(size, place.text_area.width / max(run.formula.width, 1e-6))
            for size, runs in _iter_text_sizes(text, place)
            for run in runs
            if run.formula is not None
        ]
    smallest_size = min(sizes, default=MIN_FORMULA_SIZE)
    hint = "break the formula with `\\\\` in an `aligned` environment, or split it into several formulas"
    return ("formula", smallest_size, MIN_FORMULA_SIZE, hint) if smallest_size < MIN_FORMULA_SIZE else None


def _find_small_text(slide: FittedSlide, boxes: PlaceholderBoxes) -> tuple[str, float, float, str] | None:
    """Return the kind, size, minimum size and hint for shrunk text that is too small.

    Sizes are in points. Return None if no text is too small.
    """
    if not slide.source.is_requested and slide.source.overflow:
        return None
    sizes = [
        size
        for role, text in slide.texts.items()
        if role not in (PlaceholderRole.SOURCE, PlaceholderRole.NUMBER) and (text.scale < 1 or text.sizes)
        for size, runs in _iter_text_sizes(text, slide.boxes.get(role, boxes[role]))
        if any(run.text.strip() for run in runs)
    ]
    smallest_size = min(sizes, default=MIN_LEGIBLE_SIZE)
    shrinks = isinstance(slide.source.body, TextBody)
    hint = "shorten the text, or set `overflow` to `split`" if shrinks else "shorten the text"
    return ("text", smallest_size, MIN_LEGIBLE_SIZE, hint) if smallest_size < MIN_LEGIBLE_SIZE else None


def _iter_text_sizes(text: FittedText, box: PlaceholderBox) -> Iterator[tuple[float, tuple[Run, ...]]]:
    """Yield the text size in points and the runs of each paragraph."""
    sizes = text.sizes or [box.text_area.get_level(para).size * text.scale for para in text.paras]
    for size, para in zip(sizes, text.paras, strict=True):
        yield size, para.runs
