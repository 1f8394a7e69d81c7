"""The resolved book → the deck's slides, in the order that ``deck/storyboard.j2`` decides.

The template calls ``slide`` for each slide it wants. What it can put on one are the views of
``chapter_views.py``: chapters, and the evidence in them — charts, tables, pictures, formulas, quotations,
code, lists and written slides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import jinja2

from triptych.diagnostics import Diagnostic, Span
from triptych.languages.labels import Labels
from triptych.media.preparation.pictures import Prepared
from triptych.model.book import Book, Chapter, Matter, Part, Role, Telling
from triptych.model.nodes import Citation, Paragraph, Picture, SourceList
from triptych.model.walk import walk_all
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
from triptych.writers.deck.story.runs import (
    Speech,
    is_said,
    one_by_one,
    runs,
    spoken,
)
from triptych.writers.deck.story.summary import summary_of
from triptych.writers.deck.story.titles import told_apart

_ONE_COLUMN, _TWO_COLUMNS = 7, 32  # lines of an agenda


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
    most: int = 0,
    picture: Callable[[Picture], Prepared],
    draw_formulas: DrawFormulas = draw_all,
) -> tuple[Deck, list[Diagnostic]]:
    """Tell the deck. ``picture`` gives a picture's file as a deck takes it; ``incremental`` points appear
    one after another; ``overflow`` is what becomes of too much, ``transition`` how slides change,
    ``dividers`` how chapters begin, ``most`` how many slides of one are seen that nobody asked for, 0 being
    no limit.
    """
    found: list[Diagnostic] = []
    maker = EvidenceMaker(book, labels, picture, Formulas.of_book(book, draw_formulas), found)
    body = [chapter for chapter in book.chapters if chapter.matter in (Matter.BODY, Matter.APPENDIX)]
    told = [c for c in body if c.role is not Role.IMPRINT and c.talk.telling is not Telling.NONE]
    divided = dividers != "none"
    views = {chapter.id: chapter_view(chapter, maker, most=most, divided=divided) for chapter in told}
    for chapter, part in _part_openers(told):
        name = labels.titled(labels.named("part", part.number), part.title)
        views[chapter.id] = replace(views[chapter.id], opening=(spoken(name), *views[chapter.id].opening))
    front = [chapter for chapter in book.chapters if chapter.matter is Matter.FRONT]
    speech = maker.speech()
    names = {name: view.title for name, view in views.items()}
    meta = book.metadata
    chosen: list[DeckSlide] = []

    def slide(layout: str, title: str, **more: object) -> str:
        try:
            made = _deck_slide(Layout(layout), title, **more)  # type: ignore[arg-type]
            chosen.append(_stepwise(made) if incremental and not more.get("links") else made)
        except (ValueError, TypeError) as error:
            raise jinja2.TemplateRuntimeError(str(error)) from error
        return ""

    templates.get_template("deck/storyboard.j2").render(
        slide=slide,
        meta=meta,
        labels=labels,
        dividers=dividers,
        summary=summary_of(meta, told, labels),
        chapters=list(views.values()),
        sources=list(_sources(book, views.values())),
        front_notes=[text for chapter in front for text in _whole(chapter, speech)],
    )
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


def _agenda(lines: tuple[Para, ...]) -> Body:
    """The lines of an agenda, in two columns where they are many and yet fit on a slide."""
    half = (len(lines) + 1) // 2
    if not _ONE_COLUMN < len(lines) <= _TWO_COLUMNS:
        return TextBody(paras=lines)
    first, second = (Column(body=TextBody(paras=part)) for part in (lines[:half], lines[half:]))
    return ColumnsBody(columns=(first, second))


def _whole(chapter: Chapter, speech: Speech) -> Iterator[Spoken]:
    """All of a chapter as it is said: one that has no slide of its own."""
    lines = (chapter.title, chapter.summary, *chapter.takeaways)
    yield from speech.paragraphs(tuple(Paragraph(content=line) for line in lines if line))
    yield from speech.paragraphs(chapter.blocks)


def _sources(book: Book, views: Iterable[ChapterView]) -> Iterator[tuple[Run, ...]]:
    """The entries of the bibliography that slides cite, in its order."""
    shown = [block for view in views for item in view.evidence for block in item.shown]
    cited = {entry for node in walk_all(*((block,) for block in shown)) for entry in _entries(node)}
    for node in walk_all(*(chapter.blocks for chapter in book.chapters)):
        if isinstance(node, SourceList):
            yield from (runs(source.content) for source in node.sources if source.attr.id in cited)


def _entries(node: object) -> tuple[str, ...]:
    return node.entries if isinstance(node, Citation) else ()


def _stepwise(slide: DeckSlide) -> DeckSlide:
    """A slide whose points appear one after another."""
    if not isinstance(slide.body, TextBody):
        return slide
    return replace(slide, body=TextBody(paras=tuple(one_by_one(slide.body.paras))))


def _deck_slide(
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
    notes: Iterable[Spoken] = (),
    hidden: bool = False,
    overflow: str = "",
    span: Span | None = None,
) -> DeckSlide:
    """One call of ``slide`` in the template; ``lines`` are ``points`` without a mark."""
    body: Body | None = evidence.body if evidence else None
    paras = (
        *(Para(runs=point) for point in points),
        *(Para(runs=line, bullet=False) for line in lines),
    )
    if entries := tuple(Para(runs=(Run(text=view.title, slide=view.id),)) for view in links):
        body = _agenda(entries)
    elif paras:
        body = TextBody(paras=paras)
    return DeckSlide(
        layout=layout,
        title=title,
        body=body,
        subtitle=subtitle,
        kicker=kicker,
        tracker=tracker,
        chapter=chapter.id if chapter else "",
        id=id or (evidence.id if evidence else ""),
        section=section,
        notes=tuple(filter(is_said, notes)),
        hidden=evidence.hidden if evidence else hidden,
        asked=evidence.asked if evidence else False,
        own_title=evidence.own_title if evidence else False,
        shown=evidence.shown if evidence else (),
        wish=evidence.wish if evidence else "",
        overflow=evidence.overflow if evidence else overflow,
        span=evidence.span if evidence else chapter.span if chapter else span,
    )
