"""The resolved book → the deck's slides, in the order that ``deck/storyboard.j2`` decides.

The template calls ``slide`` for each slide it wants. What it can put on one are the views of
``chapter_views.py``: chapters, and the evidence in them — charts, tables, pictures, formulas, quotations,
code, lists and written slides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf

import jinja2

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import NO_MEMORY, Implied, Memory
from triptych.languages.labels import Labels
from triptych.languages.numerals import clock
from triptych.media.formulas.formulas import Drawing, Formula
from triptych.media.preparation.pictures import Prepared
from triptych.model.book import Book, Chapter, Label, Matter, Part, Role, Telling
from triptych.model.nodes import Citation, Paragraph, Picture, Slide, SourceList, SpeakerNotes
from triptych.model.walk import nodes_of, walk_all
from triptych.passes.references.pages import Pages, PageStart, Printed
from triptych.template_views import given_objects, template_function
from triptych.writers.deck.slides import (
    Body,
    Column,
    ColumnsBody,
    Deck,
    DeckSlide,
    Layout,
    Para,
    Run,
    Spoken,
    TextBody,
)
from triptych.writers.deck.story.chapter_views import ChapterView, chapter_view
from triptych.writers.deck.story.evidence import Evidence, EvidenceMaker
from triptych.writers.deck.story.formulas import DrawFormulas, Formulas, draw_all
from triptych.writers.deck.story.limit import within_limit
from triptych.writers.deck.story.runs import (
    Speech,
    is_said,
    one_by_one,
    runs,
    spoken,
)
from triptych.writers.deck.story.slide_arguments import checked_arguments
from triptych.writers.deck.story.speech.delivery import (
    Delivery,
    Speakable,
    beyond_time,
    spoken_notes,
)
from triptych.writers.deck.story.speech.places import Places
from triptych.writers.deck.story.speech.remark import Remark, Said, Scripted
from triptych.writers.deck.story.titles.summary import summary_of
from triptych.writers.deck.story.titles.titles import told_apart

NOWHERE = Printed()
_CROWDED = ("DEK005", "DEK006")
_LEAST_OF_TIME = 0.6  # of the minutes of a talk that its notes should fill
_AROUND = ("title", "summary", "agenda", "closing")
_PART = 1_000_000  # the number of a paragraph of its own
_NAMED = 5  # titles of hidden slides that a finding names
_ONE_COLUMN, _MOST_LINES = 7, 11  # lines of an agenda in one column, and of each where it has two
_FEWEST_LINKS = 3  # chapters that need one
_LONG_ENTRY = 48  # characters of a title that the agenda shortens
_LINE = 42  # characters of a line in one of two columns


def storyboard(
    book: Book,
    labels: Labels,
    templates: jinja2.Environment,
    *,
    footer: str,
    incremental: bool = False,
    overflow: str = "split",
    transition: str = "none",
    dividers: str = "summary",
    leading: Mapping[str, bool] = {},
    only: Sequence[str] = (),
    said: Mapping[str, str] = {},
    most: int = 0,
    limit: int = 0,
    beyond: int = 0,
    delivery: Delivery | None = None,
    printed: Printed = NOWHERE,
    pictures: Mapping[Picture, Prepared],
    draw_formulas: DrawFormulas = draw_all,
    memory: Memory = NO_MEMORY,
) -> tuple[Deck, list[Diagnostic]]:
    """Tell the deck. ``pictures`` are the files of pictures as a deck takes them; ``incremental`` points
    appear one after another; ``overflow`` is what becomes of too much, ``transition`` how slides change,
    ``dividers`` how chapters begin, ``leading`` which slides around them are left out, ``only`` the ids of
    those that are shown, where not all are; ``said`` is what is said to slides around chapters, ``most`` how
    many slides of one are seen that nobody asked for, ``limit`` how many there are in all where not all is
    said, 0 being no limit, ``beyond`` how many of these a deck drawn before had too many. Without
    a ``delivery`` the speaker says all of the text; with one, what there is time for, and where in the book
    (``printed`` where its pages are known) the rest stands. DEK005 names what there is no time to show,
    DEK006 a talk that takes longer, DEK008 what goes over the limit.
    """
    found: list[Diagnostic] = []
    leading = {**dict.fromkeys(_AROUND, True), **leading}
    formulas = Formulas.of_book(book, draw_formulas)
    places = Places(book, labels, printed) if delivery else None
    body = [chapter for chapter in book.chapters if chapter.matter in (Matter.BODY, Matter.APPENDIX)]
    told = [c for c in body if c.role is not Role.IMPRINT and c.talk.telling is not Telling.NONE]
    divided = dividers != "none"
    starts = memory.intern(
        "page starts", printed.starts
    )  # each chapter is asked whether they are those of before

    def view(chapter: Chapter, unseen: Iterable[int] = ()) -> ChapterView:
        drawings, pages = formulas.drawings, printed.pages
        own = (most, divided, delivery is not None, tuple(unseen), labels)
        tables = book.labels, pictures, drawings, pages
        made, said = memory.call(_view, chapter, own, *tables, starts, Implied(book))
        found.extend(said)
        return made

    views = {chapter.id: view(chapter) for chapter in told}
    if delivery and delivery.minutes and not only:
        own = {chapter.id: chapter for chapter in told}
        views, late = _in_time(views, own, view, delivery, sum(leading.values()))
        found += late
    if places and not only:
        views, over = within_limit(views, limit, sum(leading.values()), beyond)
        found += over
        told = [chapter for chapter in told if chapter.id in views]
    for chapter, part in _part_openers(told):
        name = labels.titled(labels.named("part", part.number), part.title)
        # It is said before all else, but not where an author says what is said.
        begins = Remark(text=name, paragraph=_PART, worth=inf) if places else spoken(name)
        views[chapter.id] = replace(views[chapter.id], opening=(begins, *views[chapter.id].opening))
    front = [chapter for chapter in book.chapters if chapter.matter is Matter.FRONT]
    speech = Speech(frozenset(), labels.colon, places is None)
    names = {name: view.title for name, view in views.items()}
    meta = book.metadata
    seen = [view for view in views.values() if not view.hidden]
    drafts: list[_Draft] = []

    @template_function
    @given_objects
    def slide(layout: str, title: str, **more: object) -> str:
        try:
            draft = _draft(**checked_arguments({"layout": layout, "title": title, **more}))
            drafts.append(_stepwise(draft) if incremental and not more.get("links") else draft)
        except (ValueError, TypeError) as error:
            raise jinja2.TemplateRuntimeError(str(error)) from error
        return ""

    templates.get_template("deck/storyboard.j2").render(
        slide=slide,
        meta=meta,
        labels=labels,
        dividers=dividers,
        summary=summary_of(meta, told, {name: view.message for name, view in views.items()}, labels),
        agenda=list(_agendas(seen)),
        leading=leading,
        said={name: [Scripted(spoken(said[name]))] if said.get(name) else [] for name in _AROUND},
        trackers=_trackers(seen, labels) if not only else {name: view.title for name, view in views.items()},
        chapters=list(views.values()),
        sources=list(_sources(book, views.values())),
        front_notes=_front_notes(
            meta.description if places else "",
            [text for chapter in front for text in _without_slide(chapter, speech, all=places is None)],
            all=places is None,
        ),
    )
    if only:
        found += _without_a_slide(only, drafts)
        drafts = _only(drafts, only)
    if places and delivery:
        chosen = _spoken(drafts, delivery, places)
        found += _off_time(chosen, delivery, crowded=any(one.code in _CROWDED for one in found))
    else:
        chosen = [draft.with_notes(map(_words_of, draft.said)) for draft in drafts]
    deck = Deck(
        slides=tuple(told_apart(list(_in_sections(chosen, views)), names, labels)),
        title=meta.title,
        language=meta.language,
        authors=meta.authors,
        modified=meta.modified,
        subject=meta.description,
        keywords=meta.keywords,
        footer=footer or meta.title,
        overflow=overflow,
        transition=transition,
        date=labels.dated(meta.date) if meta.date else "",
        backup=labels["backup"],
    )
    return deck, found


def _view(
    chapter: Chapter,
    own: tuple[int, bool, bool, tuple[int, ...], Labels],
    table: Mapping[str, Label],
    pictures: Mapping[Picture, Prepared],
    drawings: Mapping[Formula, Drawing | None],
    pages: Pages,
    starts: tuple[PageStart, ...],
    of: Implied[Book],
) -> tuple[ChapterView, tuple[Diagnostic, ...]]:
    """A chapter as the deck sees it, and what is wrong with it."""
    most, divided, is_speech, unseen, labels = own
    found: list[Diagnostic] = []
    book = replace(of.value, labels=table)
    places = Places(book, labels, Printed(pages, starts)) if is_speech else None
    maker = EvidenceMaker(book, labels, pictures, Formulas(drawings), found, all=places is None)
    made = chapter_view(chapter, maker, most=most, divided=divided, places=places, unseen=unseen)
    return made, tuple(found)


def _words_of(said: Said) -> Spoken:
    """What is said in any case."""
    if isinstance(said, Scripted):
        return said.text
    return said if isinstance(said, tuple) else ()


def _front_notes(description: str, written: Sequence[Spoken], *, all: bool) -> list[Said]:
    """What is said to the title: what the front matter has the speaker say, else what the book is about."""
    if all:
        return list(written)
    return [Scripted(text) for text in written] or ([spoken(description)] if description else [])


def _only(drafts: Sequence[_Draft], names: Sequence[str]) -> list[_Draft]:
    """The slides of some names in their order, after the title and the summary, and the message last; all
    others are hidden. An agenda of chapters is left out, unless it is named.
    """
    order = {name: number for number, name in enumerate(names)}
    first = [draft for draft in drafts if draft.slide.layout is Layout.TITLE or draft.slide.id == "summary"]
    last = [draft for draft in drafts if draft.slide.layout is Layout.CLOSING]
    rest = [draft for draft in drafts if draft not in first and draft not in last]
    chosen = sorted((one for one in rest if one.slide.id in order), key=lambda one: order[one.slide.id])
    others = [one for one in rest if one.slide.id not in order and one.slide.id != "agenda"]
    return [*first, *chosen, *last, *(replace(one, slide=replace(one.slide, hidden=True)) for one in others)]


def _without_a_slide(names: Sequence[str], drafts: Iterable[_Draft]) -> Iterator[Diagnostic]:
    """DEK004 for each of some names that no slide has: it stands on another one, or is left out."""
    made = {draft.slide.id for draft in drafts} | {"title"}
    for name in names:
        if name not in made:
            message = f'"{name}" is listed under the talk\'s `slides` but has no slide of its own'
            hint = "list the id of the slide that contains this content, or add a slide: `::: {.slide #NAME}`"
            yield Diagnostic(code="DEK004", message=message, hint=hint)


def _part_openers(chapters: Iterable[Chapter]) -> Iterator[tuple[Chapter, Part]]:
    """The first chapter of each part. No chapter of the front matter is in one."""
    seen = set()
    for chapter in chapters:
        if chapter.part and chapter.part.id not in seen:
            seen.add(chapter.part.id)
            yield chapter, chapter.part


def _in_sections(slides: Iterable[DeckSlide], views: Mapping[str, ChapterView]) -> Iterator[DeckSlide]:
    """The slides, of which the first of each chapter begins a section; so does what comes after chapters."""
    before = ""
    for slide in slides:
        if slide.chapter != before and not slide.section:
            section = views[slide.chapter].title if slide.chapter else slide.title
            slide = replace(slide, section=section)
        before = slide.chapter
        yield slide


def _trackers(views: Sequence[ChapterView], labels: Labels) -> dict[str, str]:
    """Where in the talk one is, by the ids of chapters; nothing where there is one alone."""
    total = len(views) if len(views) > 1 else 0
    return {
        view.id: f"{view.title} · {labels.part_of(number, total)}"
        for number, view in enumerate(views, 1)
        if total
    }


def _agendas(views: Sequence[ChapterView]) -> Iterator[Sequence[ChapterView]]:
    """The chapters of each slide of the agenda: as many as its two columns hold, evenly."""
    if len(views) < _FEWEST_LINKS:
        return
    rows = sum(-(-len(_entry(view.title)) // _LINE) for view in views)
    slides = -(-rows // (2 * _MOST_LINES))
    each = -(-len(views) // slides)
    yield from (views[place : place + each] for place in range(0, len(views), each))


def _entry(title: str) -> str:
    """A title as an agenda has it: what stands before a colon, where the whole is long."""
    main, _, more = title.partition(": ")
    return main if more and len(title) > _LONG_ENTRY else title


def _agenda(lines: tuple[Para, ...]) -> Body:
    """The lines of an agenda, in two columns where they are many."""
    half = (len(lines) + 1) // 2
    if len(lines) <= _ONE_COLUMN:
        return TextBody(paras=lines)
    first, second = (Column(body=TextBody(paras=part)) for part in (lines[:half], lines[half:]))
    return ColumnsBody(columns=(first, second))


def _without_slide(chapter: Chapter, speech: Speech, *, all: bool) -> Iterator[Spoken]:
    """A chapter that has no slide of its own as it is said: all of it, or what is written for the deck only
    and would be nowhere else.
    """
    if all:
        lines = (chapter.title, chapter.summary, *chapter.takeaways)
        yield from speech.paragraphs(tuple(Paragraph(content=line) for line in lines if line))
        yield from speech.paragraphs(chapter.blocks)
    wanted = list(nodes_of(chapter.blocks, Slide, SpeakerNotes))
    in_slides = {id(node) for slide in wanted if isinstance(slide, Slide) for node in walk_all(slide.content)}
    for node in wanted:
        if isinstance(node, Slide):
            yield from speech.paragraphs((Paragraph(content=node.title), *node.content))
        elif not all and id(node) not in in_slides:
            yield from speech.paragraphs(node.content)


def _sources(book: Book, views: Iterable[ChapterView]) -> Iterator[tuple[Run, ...]]:
    """The entries of the bibliography that slides cite, in its order."""
    cited = frozenset[str]().union(*map(_cited, views))
    for node in nodes_of(tuple(chapter.blocks for chapter in book.chapters), SourceList):
        yield from (runs(source.content) for source in node.sources if source.attr.id in cited)


def _cited(view: ChapterView) -> frozenset[str]:
    """The entries of the bibliography that slides of a chapter cite."""
    shown = [(block,) for item in view.evidence for block in item.shown]
    return frozenset(entry for node in walk_all(*shown) for entry in _entries(node))


def _entries(node: object) -> tuple[str, ...]:
    return node.entries if isinstance(node, Citation) else ()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A slide as the template wants it, and what may be said to it."""

    slide: DeckSlide
    said: tuple[Said, ...]
    shows: bool

    def with_notes(self, notes: Iterable[Spoken]) -> DeckSlide:
        """The slide with what is said."""
        return replace(self.slide, notes=tuple(filter(is_said, notes)))


def _spoken(drafts: Sequence[_Draft], delivery: Delivery, places: Places) -> list[DeckSlide]:
    """The slides with what is said in the time of a talk."""
    speakable = [
        Speakable(said=draft.said, seen=not draft.slide.hidden, shows=draft.shows) for draft in drafts
    ]
    notes = spoken_notes(speakable, delivery)
    return [
        replace(draft.with_notes(own.said), in_book=places.words(own.places) if own.places else "")
        for draft, own in zip(drafts, notes, strict=True)
    ]


def _in_time(
    views: Mapping[str, ChapterView],
    chapters: Mapping[str, Chapter],
    view: Callable[..., ChapterView],
    delivery: Delivery,
    around: int,
) -> tuple[dict[str, ChapterView], list[Diagnostic]]:
    """The chapters with what there is time to show beside so many slides around them; DEK005 names what is
    hidden, DEK006 if it is too much.
    """
    shown = {name: one.evidence for name, one in views.items()}
    beyond, need = beyond_time(shown, around + len(views), delivery)
    found = []
    if need > delivery.minutes:
        seen = sum(not item.hidden for items in shown.values() for item in items) - len(beyond)
        slides = "1 required slide" if seen == 1 else f"{seen} required slides"
        origin = "1 chapter" if len(views) == 1 else f"{len(views)} chapters"
        message = f"the {delivery.minutes:g}-minute talk is too short for {slides} from {origin}"
        hint = (
            f"set `minutes: {need:.0f}`, mark optional content with `{{.backup}}`, or list fewer `chapters`"
        )
        found.append(Diagnostic(code="DEK006", message=message, hint=hint))
    if not beyond:
        return dict(views), found
    places = {name: [place for own, place in beyond if own == name] for name in views}
    titles = [f'"{shown[name][place].title}"' for name in views for place in sorted(places[name])]
    listed = ", ".join(titles[:_NAMED]) + (f" and {len(titles) - _NAMED} more" if titles[_NAMED:] else "")
    message = f"the {delivery.minutes:g}-minute talk is too short for all slides; hidden: {listed}"
    hint = "mark content to keep in the deck with `{.slide}`, or increase `minutes`"
    found.append(Diagnostic(code="DEK005", message=message, hint=hint))
    late = {name: view(chapters[name], unseen=own) for name, own in places.items() if own}
    return {name: late.get(name, one) for name, one in views.items()}, found


def _off_time(slides: Iterable[DeckSlide], delivery: Delivery, *, crowded: bool) -> list[Diagnostic]:
    """DEK006 for a talk that takes longer than its minutes, or less than 60 % of them.

    One that is ``crowded`` shows more than there is time for, however little is said.
    """
    words = sum(slide.words for slide in slides if not slide.hidden)
    least = 0 if crowded else delivery.words * _LEAST_OF_TIME
    if not delivery.words or least <= words <= delivery.words:
        return []
    took, length = clock(words / delivery.pace), f"{delivery.minutes:g}"
    enough = max(1, ceil(words / delivery.pace))
    hint = "add slides or speaker notes (`::: notes`)"
    if enough < delivery.minutes:
        hint += f", or set `minutes: {enough}`"
    if words > delivery.words:
        hint = (
            "shorten the speaker notes (`::: notes`); `triptych inspect --talks` shows the time of each slide"
        )
    unit = "minute" if delivery.minutes == 1 else "minutes"
    message = f"the speaker notes take {took} minutes to read aloud; the talk is {length} {unit} long"
    return [Diagnostic(code="DEK006", message=message, hint=hint)]


def _stepwise(draft: _Draft) -> _Draft:
    """A slide whose points appear one after another."""
    body = draft.slide.body
    if not isinstance(body, TextBody):
        return draft
    steps = TextBody(paras=tuple(one_by_one(body.paras)))
    return replace(draft, slide=replace(draft.slide, body=steps))


def _draft(
    layout: Layout,
    title: str,
    *,
    points: Iterable[tuple[Run, ...]] = (),
    lines: Iterable[tuple[Run, ...]] = (),
    links: Iterable[ChapterView] = (),
    evidence: Evidence | None = None,
    subtitle: str = "",
    kicker: str = "",
    tracker: str = "",
    chapter: ChapterView | None = None,
    id: str = "",
    section: str = "",
    notes: Iterable[Said] = (),
    hidden: bool = False,
    overflow: str = "",
    span: Span | None = None,
) -> _Draft:
    """One call of ``slide`` in the template; ``lines`` are ``points`` without a mark."""
    body: Body | None = evidence.body if evidence else None
    paras = (
        *(Para(runs=point) for point in points),
        *(Para(runs=line, bullet=False) for line in lines),
    )
    if entries := tuple(Para(runs=(Run(text=_entry(view.title), slide=view.start),)) for view in links):
        body = _agenda(entries)
    elif paras:
        body = TextBody(paras=paras)
    slide = DeckSlide(
        layout=layout,
        title=title,
        body=body,
        subtitle=subtitle,
        kicker=kicker,
        tracker=tracker,
        chapter=chapter.id if chapter else "",
        id=id or (evidence.id if evidence else ""),
        section=section,
        hidden=evidence.hidden if evidence else hidden,
        asked=evidence.asked if evidence else False,
        own_title=evidence.own_title if evidence else False,
        shown=evidence.shown if evidence else (),
        wish=evidence.wish if evidence else "",
        overflow=evidence.overflow if evidence else overflow,
        span=evidence.span if evidence else chapter.span if chapter else span,
    )
    return _Draft(slide, tuple(notes), shows=evidence is not None)
