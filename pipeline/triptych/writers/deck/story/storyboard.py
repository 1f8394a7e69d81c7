"""Make the slides of a deck from the resolved book, in the order of ``deck/storyboard.j2``.

The template calls ``slide`` for each slide. It uses the chapter views of ``chapter_views.py`` with their
charts, tables, images, formulas, quotations, listings, lists and author's slides. If the deck exceeds the
slide limit, slides that the author did not request are omitted: hidden slides first, then those with the
lowest scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf

import jinja2

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, ImpliedInput, Memory
from triptych.languages.labels import Labels
from triptych.languages.numerals import format_minutes
from triptych.media.formulas.formulas import Formula, FormulaDrawing
from triptych.media.output_pictures import PreparedPicture
from triptych.model.book import Book, Chapter, Label, Matter, Part, Role, SlideSelection
from triptych.model.nodes import (
    Paragraph,
    Picture,
    ReferenceList,
    Slide,
    SpeakerNotes,
)
from triptych.model.walk import find_nodes, walk_all
from triptych.passes.pages import PageLabels, PageStart, PrintInfo
from triptych.template_views import accepts_objects, template_function
from triptych.writers.deck.slides import Deck, DeckSlide, NoteParagraph, Run, SlideKindName, TextBody
from triptych.writers.deck.story.chapter_views import ChapterView, list_cited_sources, make_chapter_view
from triptych.writers.deck.story.content_slides import ContentSlide, ContentSlideMaker, rank_content_slides
from triptych.writers.deck.story.drafts import (
    SlideCounter,
    SlideDraft,
    check_arguments,
    draft_slide,
    shorten_agenda_entry,
)
from triptych.writers.deck.story.runs import (
    AuthorNote,
    DrawFormulas,
    FormulaImages,
    NotePart,
    NotesConverter,
    Remark,
    add_clicks,
    add_numbers_to_rows,
    draw_formulas_without_cache,
    make_plain_note,
    make_runs,
)
from triptych.writers.deck.story.shared_sources import share_sources
from triptych.writers.deck.story.slide_titles import distinguish_titles, make_summary
from triptych.writers.deck.story.talk_timing import (
    BookLocator,
    NoteCandidates,
    TalkTiming,
    choose_notes,
    find_surplus_slides,
    join_remarks,
)

NO_PAGES = PrintInfo()
_CROWDED_CODES = ("DEK005", "DEK006")
_PAUSE_MINUTES = 1 / 60  # for each click that reveals a part of a slide
_MIN_TIME_FRACTION = 0.6  # minimum fraction of the talk's length that the notes should fill
_FRAMING_SLIDES = ("title", "summary", "agenda", "closing")
_PART_PARAGRAPH = 1_000_000  # paragraph number that does not occur in the book
_MAX_NAMED_TITLES = 5  # maximum number of hidden slides that a message lists by title
_MAX_CHAPTER_SLIDES = 3  # maximum number of slides per chapter, unless set
_MAX_TALK_SLIDES = 60  # a book with more than 20 chapters has fewer slides per chapter
_MAX_LINES = 11  # maximum number of lines per agenda column
_MIN_LINKS = 3  # minimum number of chapters of a talk with an agenda
_LINE_LENGTH = 42  # characters per line in an agenda column


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryOptions:
    """The options of a storyboard.

    If ``incremental`` is true, bullet points appear one by one. ``overflow`` determines the treatment of
    content that does not fit. ``framing_switches`` turns the title, summary, agenda and closing slides on or
    off, and ``framing_notes`` has their notes. If ``visible_ids`` is not empty, only the slides with these
    ids and the title, summary and closing slides are visible. ``max_chapter_slides`` limits the slides of
    each chapter, except requested ones, and ``max_slides`` limits all slides; 0 means no limit. If
    ``max_chapter_slides`` is None, the limit is three, or less in a book with more than 20 chapters.
    ``excess`` is the number of slides above the limit in an earlier attempt. With ``timing``, the notes fit
    the length of the talk; otherwise, they have the whole text.
    """

    footer: str = ""
    incremental: bool = False
    overflow: str = "split"
    transition: str = "none"
    dividers: str = "summary"
    framing_switches: Mapping[str, bool] = field(default_factory=dict)
    visible_ids: Sequence[str] = ()
    framing_notes: Mapping[str, str] = field(default_factory=dict)
    max_chapter_slides: int | None = 0
    max_slides: int = 0
    excess: int = 0
    timing: TalkTiming | None = None

    @property
    def framing_slides(self) -> Mapping[str, bool]:
        """Whether each of the title, summary, agenda and closing slides is included, by slide name."""
        return {**dict.fromkeys(_FRAMING_SLIDES, True), **self.framing_switches}


def make_storyboard(
    book: Book,
    labels: Labels,
    templates: jinja2.Environment,
    options: StoryOptions | None = None,
    *,
    pictures: Mapping[Picture, PreparedPicture],
    print_info: PrintInfo = NO_PAGES,
    draw_formulas: DrawFormulas = draw_formulas_without_cache,
    memory: Memory = NO_MEMORY,
) -> tuple[Deck, list[Diagnostic]]:
    """Return the deck of a book and the diagnostics.

    ``print_info`` has the pages of the book's PDF, if they are known. Report DEK004 for listed slides that do
    not exist, DEK005 for content hidden for lack of time, DEK006 for a talk that is too long or too short,
    and DEK008 for slides above the limit.
    """
    options = options or StoryOptions()
    delivery, framing_slides = options.timing, options.framing_slides
    places = BookLocator(book, labels, print_info) if delivery else None
    book = share_sources(add_numbers_to_rows(book))
    formulas = FormulaImages.from_book(book, draw_formulas)
    views, findings = _make_views(book, labels, options, pictures, print_info, formulas, memory)
    visible_chapters = [chapter for chapter in book.chapters if chapter.id in views]
    for chapter, part in _iter_first_chapters(visible_chapters):
        name = labels.titled(labels.named("part", part.number), part.title)
        # The notes start with the part's title, unless the author wrote notes.
        part_opening = (
            Remark(text=name, paragraph_number=_PART_PARAGRAPH, score=inf)
            if places
            else make_plain_note(name)
        )
        views[chapter.id] = replace(views[chapter.id], opening=(part_opening, *views[chapter.id].opening))
    front = [chapter for chapter in book.chapters if chapter.matter is Matter.FRONT]
    speech = NotesConverter(frozenset(), labels.colon, places is None)
    slide_drafts = [
        text
        for chapter in front
        for text in _iter_chapter_notes(chapter, speech, with_whole_text=places is None)
    ]
    names = {name: view.title for name, view in views.items()}
    meta = book.metadata
    seen = [view for view in views.values() if not view.hidden]
    drafts: list[SlideDraft] = []
    counter = SlideCounter() if templates.sandboxed else None

    @template_function
    @accepts_objects
    def add_slide(layout: str, title: str, **more: object) -> str:
        try:
            arguments = check_arguments({"layout": layout, "title": title, **more})
            if counter:
                counter.count(arguments)
            draft = draft_slide(arguments)
            drafts.append(
                _make_incremental(draft) if options.incremental and not more.get("links") else draft
            )
        except (ValueError, TypeError) as error:
            raise jinja2.TemplateRuntimeError(str(error)) from error
        return ""

    templates.get_template("deck/storyboard.j2").render(
        slide=add_slide,
        meta=meta,
        labels=labels,
        dividers=options.dividers,
        summary=make_summary(meta, visible_chapters, labels, [view.message for view in seen if view.message]),
        agenda=list(_split_agenda(_list_agenda_views(seen, visible_chapters))),
        leading=framing_slides,
        is_derived=bool(seen) and all(view.is_derived for view in seen),
        said={
            name: [AuthorNote(make_plain_note(text))] if (text := options.framing_notes.get(name, "")) else []
            for name in _FRAMING_SLIDES
        },
        trackers=names if options.visible_ids else _make_trackers(seen, labels),
        chapters=list(views.values()),
        sources=list(_list_sources(book, views.values())),
        front_notes=_make_front_notes(
            meta.description if places else "", slide_drafts, with_whole_text=places is None
        ),
    )
    if options.visible_ids:
        findings += _report_missing_slides(options.visible_ids, drafts)
        drafts = _select_listed_slides(drafts, options.visible_ids)
    if places and delivery:
        drafts_with_notes = _add_fitting_notes(drafts, delivery, places)
        findings += _check_talk_length(
            drafts_with_notes,
            delivery,
            is_crowded=any(finding.code in _CROWDED_CODES for finding in findings),
        )
    else:
        drafts_with_notes = [draft.add_notes(join_remarks(draft.notes)) for draft in drafts]
    deck = Deck(
        slides=tuple(distinguish_titles(list(_set_section_names(drafts_with_notes, views)), names, labels)),
        title=meta.title,
        language=meta.language,
        authors=meta.authors,
        modified=meta.modified,
        subject=meta.description,
        keywords=meta.keywords,
        footer=options.footer or meta.title,
        overflow=options.overflow,
        transition=options.transition,
        date=labels.dated(meta.date) if meta.date else "",
        hidden_section_name=labels["backup"],
    )
    return deck, findings


def _make_views(
    book: Book,
    labels: Labels,
    options: StoryOptions,
    pictures: Mapping[Picture, PreparedPicture],
    print_info: PrintInfo,
    formulas: FormulaImages,
    memory: Memory,
) -> tuple[dict[str, ChapterView], list[Diagnostic]]:
    """Return views of the chapters with slides, within the length of the talk and the slide limit."""
    delivery, framing_count = options.timing, sum(options.framing_slides.values())
    findings: list[Diagnostic] = []
    chapters_by_id = {
        chapter.id: chapter
        for chapter in book.chapters
        if chapter.matter in (Matter.BODY, Matter.APPENDIX)
        and chapter.role is not Role.IMPRINT
        and chapter.slide_settings.selection is not SlideSelection.NONE
    }
    max_chapter_slides = options.max_chapter_slides
    if max_chapter_slides is None:
        fitting_count = _MAX_TALK_SLIDES // max(len(chapters_by_id), 1)
        max_chapter_slides = min(max(fitting_count, 1), _MAX_CHAPTER_SLIDES)
    # All chapter views depend on the page starts. Interning makes them comparable by identity.
    page_starts = memory.intern("page starts", print_info.starts)
    tables = book.labels, pictures, formulas.drawings, print_info.pages

    def make_chapter_view_of(chapter: Chapter, hidden_indices: Iterable[int] = ()) -> ChapterView:
        view_settings = (
            max_chapter_slides,
            options.dividers != "none",
            options.dividers == "summary" and len(chapters_by_id) >= _MIN_LINKS,
            delivery is not None,
            tuple(hidden_indices),
            labels,
        )
        chapter_view, view_findings = memory.call(
            _make_view, chapter, view_settings, *tables, page_starts, ImpliedInput(book)
        )
        findings.extend(view_findings)
        return chapter_view

    views = {name: make_chapter_view_of(chapter) for name, chapter in chapters_by_id.items()}
    if delivery and not options.visible_ids:
        if delivery.minutes:
            views, length_findings = _fit_to_talk_length(
                views, chapters_by_id, make_chapter_view_of, delivery, framing_count
            )
            findings += length_findings
        views, limit_findings = limit_slides(views, options.max_slides, framing_count, options.excess)
        findings += limit_findings
    return views, findings


def _make_view(
    chapter: Chapter,
    settings: tuple[int, bool, bool, bool, tuple[int, ...], Labels],
    labels_by_id: Mapping[str, Label],
    pictures: Mapping[Picture, PreparedPicture],
    drawings: Mapping[Formula, FormulaDrawing | None],
    pages: PageLabels,
    page_starts: tuple[PageStart, ...],
    implied_book: ImpliedInput[Book],
) -> tuple[ChapterView, tuple[Diagnostic, ...]]:
    """Return a chapter's view and its diagnostics; ``Memory.call`` memoises them by the arguments.

    ``labels_by_id`` has the labels of the book, and ``page_starts`` the positions where the pages of its PDF
    start. ``implied_book`` is not part of the key, because the other arguments determine everything that is
    used from it.
    """
    max_slides, divided, needs_content, is_speech, hidden_indices, labels = settings
    findings: list[Diagnostic] = []
    book = replace(implied_book.value, labels=labels_by_id)
    places = BookLocator(book, labels, PrintInfo(pages, page_starts)) if is_speech else None
    maker = ContentSlideMaker(
        book, labels, pictures, FormulaImages(drawings), findings, with_asides=places is None
    )
    chapter_view = make_chapter_view(
        chapter,
        maker,
        max_slides=max_slides,
        has_divider=divided,
        needs_content=needs_content,
        locator=places,
        hidden_indices=hidden_indices,
    )
    return chapter_view, tuple(findings)


def _make_front_notes(
    description: str, front_notes: Sequence[NoteParagraph], *, with_whole_text: bool
) -> list[NotePart]:
    """Return the notes of the title slide: those from the front matter, or else the book's description."""
    if with_whole_text:
        return list(front_notes)
    return [AuthorNote(text) for text in front_notes] or (
        [make_plain_note(description)] if description else []
    )


def _select_listed_slides(drafts: Sequence[SlideDraft], ids: Sequence[str]) -> list[SlideDraft]:
    """Return the title and summary slides, the slides with ``ids`` in this order, and the closing slide.

    All other slides follow as hidden slides. An agenda that is not listed is omitted.
    """
    order = {name: number for number, name in enumerate(ids)}
    first = [
        draft for draft in drafts if draft.slide.kind is SlideKindName.TITLE or draft.slide.id == "summary"
    ]
    last = [draft for draft in drafts if draft.slide.kind is SlideKindName.CLOSING]
    rest = [draft for draft in drafts if draft not in first and draft not in last]
    selected = sorted(
        (draft for draft in rest if draft.slide.id in order), key=lambda draft: order[draft.slide.id]
    )
    others = [draft for draft in rest if draft.slide.id not in order and draft.slide.id != "agenda"]
    return [
        *first,
        *selected,
        *last,
        *(replace(draft, slide=replace(draft.slide, hidden=True)) for draft in others),
    ]


def _report_missing_slides(ids: Sequence[str], drafts: Iterable[SlideDraft]) -> Iterator[Diagnostic]:
    """Report DEK004 for each of ``ids`` without a slide."""
    existing_ids = {draft.slide.id for draft in drafts} | {"title"}
    for name in ids:
        if name not in existing_ids:
            message = f'"{name}" is listed under the talk\'s `slides` but has no slide of its own'
            hint = "list the id of the slide that contains this content, or add a slide: `::: {.slide #NAME}`"
            yield Diagnostic(code="DEK004", message=message, hint=hint)


def _iter_first_chapters(chapters: Iterable[Chapter]) -> Iterator[tuple[Chapter, Part]]:
    """Yield the first chapter of each part together with the part."""
    seen = set()
    for chapter in chapters:
        if chapter.part and chapter.part.id not in seen:
            seen.add(chapter.part.id)
            yield chapter, chapter.part


def _set_section_names(slides: Iterable[DeckSlide], views: Mapping[str, ChapterView]) -> Iterator[DeckSlide]:
    """Set the section name of the first slide of each chapter, and of the first slide after all chapters."""
    before = ""
    for slide in slides:
        if slide.chapter != before and not slide.section:
            section = views[slide.chapter].title if slide.chapter else slide.title
            slide = replace(slide, section=section)
        before = slide.chapter
        yield slide


def _make_trackers(views: Sequence[ChapterView], labels: Labels) -> dict[str, str]:
    """Map chapter ids to trackers such as "Title · 2 of 5". If there is only one chapter, return {}."""
    total = len(views) if len(views) > 1 else 0
    return {
        view.id: f"{view.title} · {labels.part_of(number, total)}"
        for number, view in enumerate(views, 1)
        if total
    }


def _list_agenda_views(views: Sequence[ChapterView], chapters: Iterable[Chapter]) -> Sequence[ChapterView]:
    """Return the views that the agenda lists: all, or one with the title of each part if there are many."""
    visible_views = {view.id: view for view in views}
    seen_chapters = [chapter for chapter in chapters if chapter.id in visible_views]
    part_views = [
        replace(visible_views[chapter.id], title=part.title)
        for chapter, part in _iter_first_chapters(seen_chapters)
    ]
    has_many_chapters = len(views) > 2 * _MAX_LINES and all(chapter.part for chapter in seen_chapters)
    return part_views if has_many_chapters and len(part_views) >= _MIN_LINKS else views


def _split_agenda(views: Sequence[ChapterView]) -> Iterator[Sequence[ChapterView]]:
    """Split chapters evenly over agenda slides with two columns."""
    if len(views) < _MIN_LINKS:
        return
    rows = sum(-(-len(shorten_agenda_entry(view.title)) // _LINE_LENGTH) for view in views)
    slides = -(-rows // (2 * _MAX_LINES))
    views_per_slide = -(-len(views) // slides)
    yield from (views[index : index + views_per_slide] for index in range(0, len(views), views_per_slide))


def _iter_chapter_notes(
    chapter: Chapter, speech: NotesConverter, *, with_whole_text: bool
) -> Iterator[NoteParagraph]:
    """Yield the notes of a chapter without slides: its whole text, or only its speaker notes and slides."""
    if with_whole_text:
        lines = (chapter.title, chapter.summary, *chapter.takeaways)
        yield from speech.make_paragraphs(tuple(Paragraph(content=line) for line in lines if line))
        yield from speech.make_paragraphs(chapter.blocks)
    note_nodes = list(find_nodes(chapter.blocks, Slide, SpeakerNotes))
    in_slides = {
        id(node) for slide in note_nodes if isinstance(slide, Slide) for node in walk_all(slide.content)
    }
    for node in note_nodes:
        if isinstance(node, Slide):
            yield from speech.make_paragraphs((Paragraph(content=node.title), *node.content))
        elif not with_whole_text and id(node) not in in_slides:
            yield from speech.make_paragraphs(node.content)


def _list_sources(book: Book, views: Iterable[ChapterView]) -> Iterator[tuple[Run, ...]]:
    """Yield the bibliography entries that slides cite, in order."""
    cited: set[str] = set()
    for view in views:
        cited |= view.cited_points.union(*(list_cited_sources(item.book_blocks) for item in view.evidence))
    for node in find_nodes(tuple(chapter.blocks for chapter in book.chapters), ReferenceList):
        yield from (make_runs(source.content) for source in node.sources if source.attr.id in cited)


def _add_fitting_notes(
    drafts: Sequence[SlideDraft], timing: TalkTiming, locator: BookLocator
) -> list[DeckSlide]:
    """Return the slides with notes that fit the length of the talk."""
    speakable = [
        NoteCandidates(
            notes=draft.notes, is_visible=not draft.slide.hidden, has_book_content=draft.has_book_content
        )
        for draft in drafts
    ]
    notes = choose_notes(speakable, timing)
    return [
        replace(
            draft.add_notes(slide_notes.notes),
            book_reference=locator.describe_locations(slide_notes.locations) if slide_notes.locations else "",
        )
        for draft, slide_notes in zip(drafts, notes, strict=True)
    ]


def _fit_to_talk_length(
    views: Mapping[str, ChapterView],
    chapters: Mapping[str, Chapter],
    make_view: Callable[..., ChapterView],
    timing: TalkTiming,
    framing_count: int,
) -> tuple[dict[str, ChapterView], list[Diagnostic]]:
    """Hide slides that exceed the length of the talk; return the changed views and the diagnostics.

    ``framing_count`` is the number of slides before and after the chapters. Report DEK005 if slides are
    hidden, and DEK006 if the remaining slides still take too long.
    """
    evidence = {name: view.evidence for name, view in views.items()}
    surplus, need = find_surplus_slides(evidence, framing_count + len(views), timing)
    findings = []
    if need > timing.minutes:
        seen = sum(not item.hidden for items in evidence.values() for item in items) - len(surplus)
        slides = "1 required slide" if seen == 1 else f"{seen} required slides"
        origin = "1 chapter" if len(views) == 1 else f"{len(views)} chapters"
        message = f"the {timing.minutes:g}-minute talk is too short for {slides} from {origin}"
        hint = (
            f"set `minutes: {need:.0f}`, mark optional content with `{{.backup}}`, or list fewer `chapters`"
        )
        findings.append(Diagnostic(code="DEK006", message=message, hint=hint))
    if not surplus:
        return dict(views), findings
    places = {name: [index for chapter_id, index in surplus if chapter_id == name] for name in views}
    titles = [f'"{evidence[name][index].title}"' for name in views for index in sorted(places[name])]
    listed_titles = ", ".join(titles[:_MAX_NAMED_TITLES]) + (
        f" and {len(titles) - _MAX_NAMED_TITLES} more" if titles[_MAX_NAMED_TITLES:] else ""
    )
    message = f"the {timing.minutes:g}-minute talk is too short for all slides; hidden: {listed_titles}"
    hint = "mark content to keep in the deck with `{.slide}`, or increase `minutes`"
    findings.append(Diagnostic(code="DEK005", message=message, hint=hint))
    reduced_views = {
        name: make_view(chapters[name], hidden_indices=chapter_id)
        for name, chapter_id in places.items()
        if chapter_id
    }
    return {name: reduced_views.get(name, view) for name, view in views.items()}, findings


def _check_talk_length(
    slides: Iterable[DeckSlide], timing: TalkTiming, *, is_crowded: bool
) -> list[Diagnostic]:
    """Report DEK006 if the notes take longer than the talk, or less than 60 % of its length.

    Each click that reveals a part of a slide takes a second. The minimum does not apply to a crowded talk,
    which has too many slides.
    """
    visible = [slide for slide in slides if not slide.hidden]
    pauses = sum(slide.pause_count for slide in visible)
    minutes = sum(slide.note_word_count for slide in visible) / timing.pace + pauses * _PAUSE_MINUTES
    min_minutes = 0 if is_crowded else timing.minutes * _MIN_TIME_FRACTION
    if not timing.word_limit or min_minutes <= minutes <= timing.minutes:
        return []
    duration, length = format_minutes(minutes), f"{timing.minutes:g}"
    required_minutes = max(1, ceil(minutes))
    hint = "add slides or speaker notes (`::: notes`)"
    if required_minutes < timing.minutes:
        hint += f", or set `minutes: {required_minutes}`"
    if minutes > timing.minutes:
        hint = (
            "shorten the speaker notes (`::: notes`); `triptych inspect --talks` shows the time of each slide"
        )
    unit = "minute" if timing.minutes == 1 else "minutes"
    action = "read aloud, with pauses" if pauses else "read aloud"
    message = f"the speaker notes take {duration} minutes to {action}; the talk is {length} {unit} long"
    return [Diagnostic(code="DEK006", message=message, hint=hint)]


def _make_incremental(draft: SlideDraft) -> SlideDraft:
    body = draft.slide.body
    if not isinstance(body, TextBody):
        return draft
    steps = TextBody(paras=tuple(add_clicks(body.paras)))
    return replace(draft, slide=replace(draft.slide, body=steps))


def limit_slides(
    views: Mapping[str, ChapterView], max_slides: int, framing_count: int, excess: int = 0
) -> tuple[dict[str, ChapterView], list[Diagnostic]]:
    """Omit slides so that the deck has at most ``max_slides``; 0 means no limit.

    ``framing_count`` is the number of slides before and after the chapters, which count towards the limit.
    ``excess`` is a number of additional slides to omit. Requested slides are kept. Report DEK008 if the deck
    exceeds the limit.
    """
    total = framing_count + sum(map(_count_chapter_slides, views.values()))
    excess_count = total + excess - max_slides
    if not max_slides or excess_count <= 0:
        return dict(views), []
    removable = sorted(
        (not item.hidden, worths.get(index, 0.0), -number, -index, name)
        for number, (name, view) in enumerate(views.items())
        for worths in [dict(rank_content_slides(view.evidence))]
        for index, item in enumerate(view.evidence)
        if not _is_requested(item)
    )
    removed = {(name, -index) for *_, index, name in removable[:excess_count]}
    kept_views = {
        name: _drop_content_slides(view, {index for view_name, index in removed if view_name == name})
        for name, view in views.items()
    }
    excess_count = framing_count + excess + sum(map(_count_chapter_slides, kept_views.values())) - max_slides
    for name in sorted(views, key=lambda name: _get_score_key(views[name])):
        if excess_count <= 0:
            break
        if not _is_chapter_requested(kept_views[name]):
            excess_count -= _count_chapter_slides(kept_views.pop(name))
    stay = framing_count + sum(map(_count_chapter_slides, kept_views.values()))
    left = "1 slide was" if total - stay == 1 else f"{total - stay} slides were"
    message = f"the deck is limited to {max_slides} slides"
    hint = "mark content to keep in the deck with `{.slide}`, or raise `max-slides` (0 for no limit)"
    if excess_count > 0:
        message += f", but {max_slides + excess_count} slides are required"
        hint = "raise `max-slides` (0 for no limit), or mark less content with `{.slide}`"
    if total > stay:
        message += f"; {left} omitted"
    return kept_views, [Diagnostic(code="DEK008", message=message, hint=hint)]


def _count_chapter_slides(view: ChapterView) -> int:
    """Return the number of a chapter's slides, including hidden slides."""
    return view.divided + bool(view.takeaways) + len(view.evidence)


def _drop_content_slides(view: ChapterView, indices: set[int]) -> ChapterView:
    if not indices:
        return view
    remaining_evidence = tuple(item for index, item in enumerate(view.evidence) if index not in indices)
    has_opening = bool(view.takeaways) or any(not item.hidden for item in remaining_evidence)
    return replace(view, evidence=remaining_evidence, divided=view.divided or not has_opening)


def _get_score_key(view: ChapterView) -> tuple[bool, float]:
    """Return a sort key for omitting chapters: hidden ones first, then by the score of their best slide."""
    return not view.hidden, max((score for _, score in rank_content_slides(view.evidence)), default=0.0)


def _is_chapter_requested(view: ChapterView) -> bool:
    """Return whether the author requested a slide of the chapter or wrote notes for it."""
    spoken_parts = (*view.opening, *view.notes)
    return any(map(_is_requested, view.evidence)) or any(
        isinstance(part, AuthorNote) for part in spoken_parts
    )


def _is_requested(slide: ContentSlide) -> bool:
    """Return whether the author requested the slide, or wrote notes for it."""
    return (
        slide.is_requested
        or bool(slide.author_notes)
        or any(isinstance(note, AuthorNote) for note in slide.notes)
    )
