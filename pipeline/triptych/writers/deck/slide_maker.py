"""Fit, draw and cache the slides of a storyboard.

The cache key of a slide consists of its content, the template, and the properties shared by the whole deck.
Speaker notes, sections and link targets are added when the deck is assembled. This module also reports text
and formulas that are too small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from triptych.diagnostics import Diagnostic, Span, did_you_mean, has_errors
from triptych.engine.cache import Cache
from triptych.engine.store.values import serialise_content
from triptych.engine.tasks import NOTES_PAGE, NUMBERS, SLIDE, TITLE_SIZE, Task
from triptych.ooxml.xml import qn
from triptych.project import MANIFEST
from triptych.writers.deck.drawing.animations import add_transition
from triptych.writers.deck.drawing.office_math import lift_alternatives
from triptych.writers.deck.drawing.slides import Stage, draw_slide, report_small_plots
from triptych.writers.deck.drawing.text import add_child, keep_text_colour
from triptych.writers.deck.fitting.cards import NumberSizes, find_number_sizes
from triptych.writers.deck.fitting.composition import Places
from triptych.writers.deck.fitting.frames import FittedEquation
from triptych.writers.deck.fitting.reduction import fit_or_reduce
from triptych.writers.deck.fitting.slides import FittedSlide, choose_layout, fit_slide
from triptych.writers.deck.fitting.text import FittedText, Place
from triptych.writers.deck.fitting.titles import TitledPlaces, find_title_size
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.package.finished import (
    FinishedNotes,
    FinishedSlide,
    FinishedSlides,
    PartExtractor,
    TargetKind,
    UsedText,
    collect_notes_text,
)
from triptych.writers.deck.package.notes_pages import NotesPage, draw_notes, read_notes_page
from triptych.writers.deck.package.package import to_naive_utc
from triptych.writers.deck.pptx.package import create_stand_in, has_notes_master, restore_part_names
from triptych.writers.deck.pptx.terms import CONTENT_TYPE, RELATIONSHIP_TYPE, Part
from triptych.writers.deck.slides import (
    Body,
    ChartBody,
    ColumnsBody,
    Deck,
    DeckSlide,
    EquationBody,
    Layout,
    NoteParagraph,
    NumbersBody,
    Run,
    TextBody,
    shorten,
)
from triptych.writers.deck.story.runs import make_note
from triptych.writers.deck.template.template import Template

_NOTES: NoteParagraph = (Run(text="\0"),)  # stand-in for the slide's own notes
_HERE = Span(path="slide")  # stand-in for the slide's source span
# Slide properties that are added when the deck is assembled, with values that keep them out of the cache key.
_JOINING_PROPERTIES: dict[str, Any] = {"id": "", "section": "", "chapter": "", "span": None}
_CHART = "chart"  # path in the stand-ins for charts' source spans


@dataclass(slots=True)
class _SlideJob:
    """A slide in progress.

    ``made`` is the cached result, if any; otherwise ``fitted`` has the fitted slides.
    """

    slide: DeckSlide
    task: Task[FinishedSlides]
    made: FinishedSlides | None
    fitted: Sequence[FittedSlide] = ()
    found: Sequence[Diagnostic] = ()

    @property
    def titles(self) -> list[str]:
        return [one.title for one in (self.made.slides if self.made else self.fitted)]


@dataclass(frozen=True, slots=True)
class MadeSlide:
    """A finished slide with its speaker notes; ``source`` is the storyboard slide it was made from.

    ``is_first`` is true for the first of the slides made from ``source``.
    """

    finished: FinishedSlide
    source: DeckSlide
    is_first: bool
    notes: tuple[NoteParagraph, ...] = ()


@dataclass(slots=True)
class SlideMaker:
    """Makes the finished slides and notes pages of a deck.

    ``slide_ids`` are the link targets that exist in the deck. If ``faces`` is true, the characters and
    typefaces of slides are collected for font embedding.
    """

    deck: Deck
    stage: Stage
    slide_ids: frozenset[str]
    cache: Cache
    faces: bool = True
    _numbers: NumberSizes = field(init=False)
    _title_size: float | None = field(init=False)
    _finisher: PartExtractor = field(init=False)
    _stand_ins: dict[Part, tuple[TargetKind, str]] = field(default_factory=dict)
    _targets: dict[str, Part] = field(default_factory=dict)
    _notes_stand_in: Part = field(init=False)
    _can_have_notes: bool = field(init=False)
    _shared_inputs: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        presentation, deck, template = self.stage.template.presentation, self.deck, self.stage.template
        self._notes_stand_in = create_stand_in(
            presentation, "/ppt/notesSlides/notesSlide1.xml", CONTENT_TYPE.PML_NOTES_SLIDE
        )
        self._stand_ins[self._notes_stand_in] = (TargetKind.OWN_NOTES, "")
        self._can_have_notes = not has_notes_master(presentation) or read_notes_page(presentation) is not None
        self._finisher = PartExtractor(presentation, to_naive_utc(deck.modified), self._stand_ins)
        self._title_size = self._find_title_size()
        self._numbers = self._find_number_sizes()
        shared = (deck.language, self.stage.footers, deck.transition, self.faces)
        self._shared_inputs = {"template": template.mark, "deck": serialise_content(shared)}

    def make(self, slides: Iterable[DeckSlide]) -> tuple[list[MadeSlide], list[Diagnostic]]:
        """Return the finished slides, or none if there are errors, and the diagnostics.

        Report DEK001, DEK002, DEK007 and CHT004 as ``write_deck`` does, and DTP002 for an unknown or
        unsuitable layout.
        """
        jobs: list[_SlideJob] = []
        found: list[Diagnostic] = []
        taken: set[str] = set()
        for slide in slides:
            kind, name = choose_layout(slide), slide.layout_name
            if name and self.stage.template.get_kind_layout(kind, name) is None:
                found.append(_report_no_layout(slide, self.stage.template))
                continue
            job = self._begin(slide)
            # Titles may become equal when they are shortened.
            while any(title in taken for title in job.titles):
                slide = replace(slide, title=_increment_title(job.titles[0]))
                job = self._begin(slide)
            taken.update(job.titles)
            jobs.append(job)
        fitting = [problem for job in jobs for problem in _restore_spans(job.found, job.slide)]
        if has_errors([*found, *fitting]):
            return [], [*found, *fitting]
        made: list[MadeSlide] = []
        with restore_part_names(self.stage.template.presentation):
            for job in jobs:
                finished = job.made or self._finish(job)
                made += _add_notes(finished, job.slide)
                found += _restore_spans(finished.found, job.slide)
        return made, found

    def _begin(self, slide: DeckSlide) -> _SlideJob:
        shown = replace(
            slide, body=_hide_spans(slide.body), notes=(), in_book="", shown=(), **_JOINING_PROPERTIES
        )
        around = (
            bool(slide.notes or slide.in_book),
            bool(slide.shown),
            slide.overflow or self.deck.overflow,
            sorted(set(_iter_link_targets(slide.body)) - self.slide_ids),
        )
        task: Task[FinishedSlides] = Task.of(
            SLIDE,
            slide.title,
            slide=serialise_content(shown),
            around=repr(around),
            titles=repr(self._title_size),
            numbers=repr(self._numbers) if isinstance(slide.body, NumbersBody) else "",
            date=self._finisher.modified.isoformat() if _list_charts(slide.body) else "",
            **self._shared_inputs,
        )
        made = self.cache.get(task, FinishedSlides)
        if made is not None:
            return _SlideJob(slide, task, made)
        whole = replace(shown, notes=(_NOTES,), shown=slide.shown, span=_HERE)
        reduces_requested = (
            self.stage.template.span is not None
        )  # an author's template may have too little space
        fitted, found = fit_or_reduce(whole, self._fit, reduces_requested=reduces_requested)
        return _SlideJob(slide, task, None, fitted, found)

    def _fit(self, slide: DeckSlide) -> tuple[list[FittedSlide], list[Diagnostic]]:
        template = self.stage.template
        places = template.places
        kind = choose_layout(slide)
        if slide.layout_name and (own := template.get_kind_layout(kind, slide.layout_name)):
            places = {**places, kind: own.places}
        return fit_slide(
            slide,
            places,
            template.theme,
            rtl=template.direction == "rtl",
            overflow=slide.overflow or self.deck.overflow,
            language=self.deck.language,
            numbers=self._numbers,
            title_size=self._title_size,
        )

    def _finish(self, job: _SlideJob) -> FinishedSlides:
        notes = job.fitted[0].source.notes if job.fitted else ()
        moved_to_notes = job.fitted[0].moved_to_notes if job.fitted else ()
        said = bool(job.slide.notes or job.slide.in_book or moved_to_notes or notes != (_NOTES,))
        found = [
            *job.found,
            *(problem for one in job.fitted for problem in report_small_plots(one, self.stage)),
        ]
        found += find_small_text(job.fitted, self.stage.template.places)
        slides = []
        for one in job.fitted:
            slide, problems = self._draw(one, has_notes=said and self._can_have_notes and one.part == 1)
            slides.append(slide)
            found += problems
        made = FinishedSlides(
            slides=tuple(slides), notes=notes, moved_to_notes=moved_to_notes, found=tuple(found)
        )
        self.cache.put(job.task, made)
        return made

    def _draw(self, fitted: FittedSlide, *, has_notes: bool) -> tuple[FinishedSlide, list[Diagnostic]]:
        stage = self.stage
        stage.text.links.clear()
        slide = draw_slide(fitted, stage)
        layout = slide.slide_layout
        if has_notes:
            slide.part.relate_to(self._notes_stand_in, RELATIONSHIP_TYPE.NOTES_SLIDE)
        found = self._resolve_links()
        lift_alternatives(slide)
        add_transition(slide, self.deck.transition, stage.template.direction)
        used_text = self._finisher.collect_text(slide, layout) if self.faces else UsedText()
        parts = self._finisher.extract(slide.part)
        return FinishedSlide(
            title=fitted.title, layout=fitted.layout, parts=parts, used_text=used_text
        ), found

    def _resolve_links(self) -> list[Diagnostic]:
        """Connect the current slide's links to the stand-in parts of their target slides.

        Report DEK002 for unknown targets.
        """
        found = []
        for link in self.stage.text.links:
            if link.target not in self.slide_ids:
                message = f'the link target "{link.target}" is not on any slide; the link was removed'
                hint = "add a slide with this id, or remove the link"
                found.append(Diagnostic(code="DEK002", message=message, span=_HERE, hint=hint))
                continue
            click = add_child(link.properties, "a:hlinkClick", action="ppaction://hlinksldjump")
            click.set(qn("r:id"), link.part.relate_to(self._get_target(link.target), RELATIONSHIP_TYPE.SLIDE))
            if link.in_ink:
                keep_text_colour(click)
        return found

    def _get_target(self, name: str) -> Part:
        if name not in self._targets:
            part = create_stand_in(self.stage.template.presentation, "/ppt/slides/slide0.xml")
            self._targets[name] = part
            self._stand_ins[part] = (TargetKind.SLIDE, name)
        return self._targets[name]

    def _find_title_size(self) -> float | None:
        template = self.stage.template
        kinds = [(slide.title, choose_layout(slide), slide.layout_name) for slide in self.deck.slides]

        def size() -> float | None:
            titles = [
                (title, kind, layout.places)
                for title, kind, name in kinds
                if (layout := template.get_kind_layout(kind, name))
            ]
            return find_title_size(titles, template.theme)

        task: Task[tuple[float | None]] = Task.of(TITLE_SIZE, "", titles=repr(kinds), template=template.mark)
        return self.cache.get_or_make(task, lambda: (size(),), tuple[float | None])[0]

    def _find_number_sizes(self) -> NumberSizes:
        template = self.stage.template
        slides = [slide for slide in self.deck.slides if isinstance(slide.body, NumbersBody)]
        if not slides:
            return NumberSizes()

        def sizes() -> NumberSizes:
            bodies: list[Any] = []
            for slide in slides:
                if layout := template.get_kind_layout(Layout.NUMBERS, slide.layout_name):
                    places = {Layout.NUMBERS: layout.places}
                    titled = TitledPlaces(slide.title, places, template.theme, self._title_size)
                    bodies.append((slide.body, titled[Layout.NUMBERS]))
            return find_number_sizes(bodies, template.theme, rtl=template.direction == "rtl")

        told = serialise_content(
            [(slide.body, slide.title, slide.layout_name, self._title_size) for slide in slides]
        )
        task: Task[NumberSizes] = Task.of(NUMBERS, "", numbers=told, template=template.mark)
        return self.cache.get_or_make(task, sizes, NumberSizes)

    def make_notes(self, made: Sequence[MadeSlide]) -> tuple[list[FinishedNotes | None], list[Diagnostic]]:
        """Return a notes page for each slide, or None for a slide without notes, and the diagnostics.

        Report DEK002 if the notes master has no text placeholder.
        """
        presentation = self.stage.template.presentation
        page = read_notes_page(presentation) if any(one.notes for one in made) else None
        if page is None:
            problems = [_report_no_notes(self.stage.template)] if any(one.notes for one in made) else []
            return [None] * len(made), problems
        own = create_stand_in(presentation, "/ppt/slides/slide0.xml")
        self._stand_ins[own] = (TargetKind.OWN_SLIDE, "")
        self.stage.text.links_in_ink = False
        with restore_part_names(presentation):
            pages = [self._make_notes_page(one, page, own) if one.notes else None for one in made]
        return pages, [
            problem
            for one, notes in zip(made, pages, strict=True)
            if notes
            for problem in _restore_spans(notes.found, one.source)
        ]

    def _make_notes_page(self, made: MadeSlide, page: NotesPage, own: Part) -> FinishedNotes:
        jumps = {run.slide for note in made.notes for run in note if run.slide}
        task: Task[FinishedNotes] = Task.of(
            NOTES_PAGE,
            made.finished.title,
            notes=serialise_content(made.notes),
            links=repr(sorted(jumps - self.slide_ids)),
            template=self.stage.template.mark,
            deck=repr((self.deck.language, self.faces)),
        )

        def draw() -> FinishedNotes:
            self.stage.text.links.clear()
            presentation, theme = self.stage.template.presentation, self.stage.template.theme
            notes = draw_notes(presentation, own, made.notes, page, theme, self.stage.text)
            found = self._resolve_links()
            parts = self._finisher.extract(notes.part)
            used_text = collect_notes_text(notes) if self.faces else UsedText()
            return FinishedNotes(parts=parts, used_text=used_text, found=tuple(found))

        return self.cache.get_or_make(task, draw, FinishedNotes)


def _add_notes(finished: FinishedSlides, source: DeckSlide) -> Iterator[MadeSlide]:
    """Yield the slides made from one storyboard slide; the first slide gets all speaker notes.

    The notes end with the reference to the book and the content that did not fit.
    """
    given = (source.notes if note == _NOTES else (note,) for note in finished.notes)
    notes = [note for some in given for note in some]
    line = (make_note(source.in_book),) if source.in_book else ()
    said = (*notes, *line, *map(make_note, finished.moved_to_notes))
    for index, slide in enumerate(finished.slides):
        yield MadeSlide(slide, source, is_first=not index, notes=() if index else said)


def _list_charts(body: Body | None) -> tuple[ChartBody, ...]:
    match body:
        case ChartBody():
            return (body,)
        case ColumnsBody(columns=columns):
            return tuple(column.body for column in columns if isinstance(column.body, ChartBody))
    return ()


def _hide_spans(body: Body | None, number: int = 1) -> Any:
    """Replace the source spans of charts with numbered stand-ins.

    A moved chart thus keeps its cache key.
    """
    match body:
        case ChartBody():
            return replace(body, chart=replace(body.chart, span=Span(path=_CHART, line=number)))
        case ColumnsBody(columns=(first, second)):
            after = number + len(_list_charts(first.body))
            both = (_hide_spans(first.body, number), _hide_spans(second.body, after))
            columns = replace(first, body=both[0]), replace(second, body=both[1])
            return replace(body, columns=columns)
    return body


def _restore_spans(found: Iterable[Diagnostic], slide: DeckSlide) -> Iterator[Diagnostic]:
    """Replace stand-in spans in diagnostics with source spans.

    The stand-in for a slide without a source span is replaced with the manifest.
    """
    here = slide.span or Span(path=MANIFEST)
    places: dict[Span | None, Span | None] = {_HERE: here, None: here}
    for number, body in enumerate(_list_charts(slide.body), 1):
        places[Span(path=_CHART, line=number)] = body.chart.span or slide.span
    return (replace(problem, span=places.get(problem.span, problem.span)) for problem in found)


def _iter_link_targets(body: Body | None) -> Iterator[str]:
    match body:
        case TextBody(paras=paras):
            yield from (run.slide for para in paras for run in para.runs if run.slide)
        case ColumnsBody(columns=columns):
            for column in columns:
                if isinstance(column.body, TextBody):
                    yield from _iter_link_targets(column.body)


def _report_no_layout(slide: DeckSlide, template: Template) -> Diagnostic:
    names = [view.name for view in template.views]
    slide_ids = slide.layout_name in names
    reason = "has no placeholder for the content of the slide" if slide_ids else "is not in the template"
    quoted = ", ".join(f'"{name}"' for name in names)
    hint = did_you_mean(slide.layout_name, names) or f"use a layout of the template: {quoted}"
    return Diagnostic(
        code="DTP002",
        span=slide.span,
        message=f'slide "{slide.title}": the layout "{slide.layout_name}" {reason}',
        hint="run `triptych template inspect` to see the placeholders of each layout" if slide_ids else hint,
    )


def _report_no_notes(template: Template) -> Diagnostic:
    return Diagnostic(
        code="DEK002",
        span=template.span,
        message="the template's notes master has no text placeholder; speaker notes were omitted",
        hint="restore the missing placeholders in PowerPoint under View > Notes Master",
    )


def _increment_title(title: str) -> str:
    counted = re.fullmatch(r"(.*) \((\d+)\)", title)
    return f"{counted[1]} ({int(counted[2]) + 1})" if counted else f"{title} (2)"


LEAST_TEXT = 14.0
"""Minimum size of text on slides in points; source lines may be smaller."""
LEAST_FORMULA = 12.0
_LONGEST_IN_MESSAGE = 60  # maximum number of characters of a slide title in a message


def find_small_text(
    fitted: Iterable[FittedSlide], places_of: Mapping[Layout, Places]
) -> Iterator[Diagnostic]:
    """Report DEK007 for each visible slide with text or a formula below the minimum size.

    Text that is small in the template, and lists that the storyboard added, are not reported.
    """
    told: set[int] = set()
    for slide in fitted:
        if slide.source.hidden or id(slide.source) in told:
            continue
        small = _check_formulas(slide, places_of[slide.layout]) or _check_texts(
            slide, places_of[slide.layout]
        )
        if small is not None:
            told.add(id(slide.source))
            what, points, least, hint = small
            title = shorten(slide.source.title, _LONGEST_IN_MESSAGE)
            message = f'the {what} on slide "{title}" is only {points:.1f} pt; the minimum is {least:g} pt'
            yield Diagnostic(code="DEK007", message=message, span=slide.source.span, hint=hint)


def _check_formulas(slide: FittedSlide, places: Places) -> tuple[str, float, float, str] | None:
    """Return the kind, size, minimum size (both in points) and hint if a formula is too small, or None.

    The size of a formula is at most the size at which it fits on one line.
    """
    sizes = [
        min(frame.content.size, frame.content.region.width / max(frame.body.native.width, 1e-6))
        for frame in slide.frames.values()
        if isinstance(frame.content, FittedEquation) and isinstance(frame.body, EquationBody)
    ]
    for role, text in slide.texts.items():
        place = slide.places.get(role, places[role])
        sizes += [
            min(size, place.text.width / max(run.formula.width, 1e-6))
            for size, runs in _iter_sizes(text, place)
            for run in runs
            if run.formula is not None
        ]
    least = min(sizes, default=LEAST_FORMULA)
    hint = "break the formula with `\\\\` in an `aligned` environment, or split it into several formulas"
    return ("formula", least, LEAST_FORMULA, hint) if least < LEAST_FORMULA else None


def _check_texts(slide: FittedSlide, places: Places) -> tuple[str, float, float, str] | None:
    """Return the kind, size, minimum size (both in points) and hint if shrunk text is too small, or None."""
    if not slide.source.requested and slide.source.overflow:
        return None
    sizes = [
        size
        for role, text in slide.texts.items()
        if role not in (PlaceholderRole.SOURCE, PlaceholderRole.NUMBER) and (text.scale < 1 or text.sizes)
        for size, runs in _iter_sizes(text, slide.places.get(role, places[role]))
        if any(run.text.strip() for run in runs)
    ]
    least = min(sizes, default=LEAST_TEXT)
    shrinks = isinstance(slide.source.body, TextBody)
    hint = "shorten the text, or set `overflow` to `split`" if shrinks else "shorten the text"
    return ("text", least, LEAST_TEXT, hint) if least < LEAST_TEXT else None


def _iter_sizes(text: FittedText, place: Place) -> Iterator[tuple[float, tuple[Run, ...]]]:
    """Yield each paragraph's text size in points and its runs."""
    sizes = text.sizes or [place.text.get_level(para).size * text.scale for para in text.paras]
    for size, para in zip(sizes, text.paras, strict=True):
        yield size, para.runs
