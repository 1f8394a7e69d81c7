"""Convert chapters to the views that the storyboard template uses, with slides and speaker notes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeAlias

from triptych.diagnostics import Span
from triptych.languages.labels import Labels
from triptych.markup.contents import format_chapter_name
from triptych.model import nodes
from triptych.model.book import Chapter, Matter, SlideSelection
from triptych.model.nodes import Block, Inline
from triptych.model.walk import find_nodes, plain_text, walk_all
from triptych.template_views import accepts_objects, template_view
from triptych.writers.deck.slides import NoteParagraph, Run, TextBody, join_run_text
from triptych.writers.deck.story.content_slides import (
    ContentSlide,
    ContentSlideMaker,
    limit_content_slides,
)
from triptych.writers.deck.story.derived_talks import (
    adapt_slide,
    choose_takeaways,
    iter_item_paragraphs,
    list_conclusion_points,
    list_key_sentences,
)
from triptych.writers.deck.story.passages import Passage, PlacedSlide, assign_passages
from triptych.writers.deck.story.remarks import RemarkMaker, SentenceRewriter
from triptych.writers.deck.story.runs import AuthorNote, NotePart, Remark, make_plain_note, make_runs
from triptych.writers.deck.story.sections import (
    ChapterSection,
    make_points_slide,
    make_section_slides,
    split_sections,
)
from triptych.writers.deck.story.slide_titles import TitleChooser
from triptych.writers.deck.story.statements import MAX_TITLE_LENGTH, StatementFinder
from triptych.writers.deck.story.talk_timing import BookLocator

_FIRST_BLOCKS = 3  # number of blocks at the start of a section that may describe the whole chapter
_KINDS: Mapping[type, str] = {
    nodes.Chart: "chart",
    nodes.Table: "table",
    nodes.Figure: "figure",
    nodes.CodeBlock: "listing",
    nodes.Equation: "equation",
}
_MAX_SHORT_TITLE_WORDS = 2  # maximum number of words of a title that says little without the chapter title
_MIN_KEY_SENTENCES = 3  # minimum number of key sentences for a takeaways slide
_MIN_DIVIDED_SLIDES = 3  # minimum number of slides after the divider of a derived chapter


@template_view(
    "id",
    "title",
    "name",
    "message",
    "divided",
    "hidden",
    "takeaways",
    "takeaways_title",
    "opening",
    "notes",
    "evidence",
    "start_of",
    fields=False,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterView:
    """A chapter as the storyboard template sees it.

    ``message`` is the sentence below the chapter title, and ``takeaways_title`` the title of the slide with
    the takeaways. ``divided`` chapters have a divider slide, and
    ``hidden`` chapters have only hidden slides.
    ``opening`` is the start of the speaker notes: the part's title, the summary, and the notes on title and
    summary. ``notes`` are the notes on the text before the first slide with content. ``cited_points`` has the
    ids of the sources that takeaways and bullet points cite. ``is_derived`` is true if the author wrote
    nothing for a talk on the chapter.
    """

    id: str
    title: str
    name: str
    message: str
    divided: bool
    hidden: bool
    takeaways: tuple[tuple[Run, ...], ...]
    takeaways_title: str = ""
    opening: tuple[NotePart, ...]
    notes: tuple[NotePart, ...]
    evidence: tuple[ContentSlide, ...]
    cited_points: frozenset[str] = frozenset()
    is_derived: bool = False
    span: Span | None

    @property
    def first_slide_id(self) -> str:
        """The id of the chapter's first slide."""
        if self.divided or self.takeaways:
            return self.id
        first = next(item for item in self.evidence if not item.hidden)
        return first.id or self.id

    @accepts_objects
    def start_of(self, item: ContentSlide) -> str:
        """Return the chapter id if ``item`` is the first slide and has no id of its own; otherwise ""."""
        opens = not (self.divided or self.takeaways) and self.first_slide_id == self.id
        first = next((other for other in self.evidence if not other.hidden), None)
        return self.id if opens and item is first else ""


def make_chapter_view(
    chapter: Chapter,
    maker: ContentSlideMaker,
    *,
    max_slides: int = 0,
    has_divider: bool = True,
    needs_content: bool = False,
    locator: BookLocator | None = None,
    hidden_indices: Collection[int] = (),
) -> ChapterView:
    """Convert a chapter to a view, with its slides and speaker notes.

    ``max_slides`` is the maximum number of visible slides, including divider and takeaways slides, but not
    slides that the author requested; 0 means no limit. If ``needs_content`` is true, a chapter without
    a summary, takeaways or slides by the author has a divider only before three or more slides, and is hidden
    if it has nothing to show. Slides with an index in ``hidden_indices`` are hidden.
    With a ``locator``, the notes have only sentences suitable for speech; otherwise, they have the whole
    text.
    """
    labels, chapter_title = maker.labels, plain_text(chapter.title)
    phrasing = StatementFinder.from_language(chapter.language or labels.language)
    sections = list(split_sections(chapter, labels if locator else None))
    message = _find_message(chapter, sections, phrasing)
    titles = TitleChooser(phrasing, {message.rstrip(".")} - {""})
    placed_slides: list[PlacedSlide] = []
    passages: list[Passage] = []
    for section in sections:
        points_slide = make_points_slide(section, chapter, maker, titles)
        section_slides = make_section_slides(section, chapter, maker, titles, points_slide)
        for number, block in enumerate(section.blocks):
            index, path = len(passages), section.path
            if points_slide and block is points_slide.start_block:
                placed_slides.append(
                    PlacedSlide(
                        content_slide=points_slide.content_slide,
                        path=path,
                        block_index=index,
                        points_block=points_slide.list_block,
                    )
                )
            placed_slides += (
                PlacedSlide(content_slide=item, path=path, block_index=index)
                for item in section_slides.get(number, ())
            )
            passages.append(
                Passage(block=block, path=path, index=index, slide_nodes=tuple(section.slide_nodes[number]))
            )
    overview = _list_overview_points(chapter)
    marked_only = chapter.slide_settings.selection is SlideSelection.EXPLICIT
    points = overview or (() if marked_only else chapter.takeaways)
    takeaways = [make_runs(line, formulas=maker.formulas) for line in points]
    has_summary, claim = False, ""
    if not takeaways and chapter.slide_settings.selection is SlideSelection.AUTO:
        conclusions = list_conclusion_points(sections, phrasing)
        has_summary = bool(conclusions)
        sentences, claim = choose_takeaways(
            conclusions, lambda minimum: list_key_sentences(sections, phrasing, minimum), message, phrasing
        )
        takeaways = list(map(make_plain_note, sentences))
    slides = [placed.content_slide for placed in placed_slides]
    is_derived = needs_content and _is_derived(chapter, overview, slides)
    if is_derived:
        headings_by_path = {section.path: section.headings for section in sections}
        slides = [
            adapt_slide(
                _extend_short_title(placed.content_slide, chapter_title, labels, phrasing),
                headings_by_path[placed.path],
                phrasing,
            )
            for placed in placed_slides
        ]
        contents_title = labels.titled(chapter_title, labels["contents"])
        slides = [replace(item, hidden=item.hidden or item.title == contents_title) for item in slides]
        # A chapter whose slides all fit below the smallest number that needs a divider has none.
        has_divider &= not 0 < max_slides <= _MIN_DIVIDED_SLIDES
    max_evidence = max(max_slides - has_divider - bool(takeaways), 1)
    no_limit = max_slides == 0
    seen = _limit_evidence(chapter, slides, None if no_limit else max_evidence, keeps_one=not is_derived)
    if is_derived:
        takeaways = _drop_shown_sentences(takeaways, seen)
        if not takeaways:
            seen = _limit_evidence(
                chapter, slides, None if no_limit else max_slides - has_divider, keeps_one=False
            )
        visible_count = sum(not item.hidden for item in seen)
        if has_summary and takeaways and 0 < max_slides <= visible_count:
            # The author's summary is shown instead of the last of the other slides.
            seen = _limit_evidence(chapter, slides, max_slides - 1, keeps_one=False)
            visible_count = sum(not item.hidden for item in seen)
        takeaways = [] if 0 < max_slides <= visible_count else takeaways
        has_divider &= visible_count >= _MIN_DIVIDED_SLIDES
    placed_slides = [
        replace(placed, content_slide=item) for placed, item in zip(placed_slides, seen, strict=True)
    ]
    evidence = [placed.content_slide for placed in placed_slides]
    is_empty = not (takeaways or any(placed.is_visible for placed in placed_slides))
    hidden = (is_derived and is_empty) or _is_hidden_in_talk(chapter, message, evidence, bool(takeaways))
    for index in range(len(placed_slides)) if hidden else hidden_indices:
        placed_slides[index] = replace(
            placed_slides[index], content_slide=replace(placed_slides[index].content_slide, hidden=True)
        )
    notes_maker = _ChapterNotesMaker(chapter, maker, placed_slides, passages)
    # Takeaways without a slide go into the notes.
    unmarked = chapter.takeaways if overview or marked_only else ()
    opening, notes, notes_of_slides = (
        notes_maker.make_speech_notes(locator, unmarked)
        if locator
        else notes_maker.make_full_notes(message, unmarked)
    )
    return ChapterView(
        id=chapter.id,
        title=chapter_title,
        name=format_chapter_name(maker.book, chapter, maker.labels),
        message=message,
        divided=has_divider or not (takeaways or any(placed.is_visible for placed in placed_slides)),
        hidden=hidden,
        is_derived=is_derived,
        takeaways=tuple(takeaways),
        takeaways_title=(is_derived and claim) or labels.titled(chapter_title, labels["takeaways"].lower()),
        opening=opening,
        notes=notes,
        evidence=tuple(
            replace(placed.content_slide, notes=slide_notes)
            for placed, slide_notes in zip(placed_slides, notes_of_slides, strict=True)
        ),
        cited_points=list_cited_sources((points, tuple(placed.points_block for placed in placed_slides))),
        span=chapter.span,
    )


def _limit_evidence(
    chapter: Chapter, slides: Sequence[ContentSlide], max_slides: int | None, *, keeps_one: bool
) -> list[ContentSlide]:
    """Hide the slides above the limit of the chapter, or else above ``max_slides``, unless that is None."""
    limit = chapter.slide_settings.maximum_slides or max_slides
    return limit_content_slides(slides, limit, keeps_one=keeps_one)


def _drop_shown_sentences(
    takeaways: list[tuple[Run, ...]], slides: Sequence[ContentSlide]
) -> list[tuple[Run, ...]]:
    """Return the takeaways that are not on a visible slide, or nothing if these are too few."""
    shown: set[str] = set()
    for slide in slides:
        if not slide.hidden:
            bodies = [column.body for column in getattr(slide.body, "columns", ())]
            shown |= {slide.title} | {
                join_run_text(para.runs)
                for body in (slide.body, *bodies)
                if isinstance(body, TextBody)
                for para in body.paras
            }
    left = [line for line in takeaways if join_run_text(line) not in shown]
    return left if len(left) >= _MIN_KEY_SENTENCES else []


def _extend_short_title(
    slide: ContentSlide, chapter_title: str, labels: Labels, finder: StatementFinder
) -> ContentSlide:
    """Put the chapter title before a slide title that is a short heading and not part of it.

    A short heading has one or two words, or depends on its context, such as "How it works".
    """
    title = labels.titled(chapter_title, slide.title)
    is_new = f" {slide.title.lower()} " not in f" {chapter_title.lower()} "
    is_short = len(slide.title.split()) <= _MAX_SHORT_TITLE_WORDS
    is_unclear = not (slide.has_statement_title or finder.is_clear_point(slide.title))
    is_extended = not slide.has_own_title and is_new and (is_short or is_unclear)
    return replace(slide, title=title) if is_extended and len(title) <= MAX_TITLE_LENGTH else slide


def _is_derived(
    chapter: Chapter, overview: tuple[tuple[Inline, ...], ...], slides: Sequence[ContentSlide]
) -> bool:
    """Return whether the author wrote nothing for a talk on the chapter, except the titles of slides."""
    is_written = chapter.summary or chapter.takeaways or overview or any(item.is_requested for item in slides)
    return (
        chapter.slide_settings.selection is SlideSelection.AUTO
        and not is_written
        and next(find_nodes(chapter.blocks, nodes.SpeakerNotes), None) is None
    )


def list_cited_sources(content: tuple[Any, ...]) -> frozenset[str]:
    """Return the ids of the sources that nested tuples of nodes cite."""
    return frozenset(entry for node in find_nodes(content, nodes.Citation) for entry in node.entries)


def _is_hidden_in_talk(
    chapter: Chapter, message: str, slides: Sequence[ContentSlide], has_takeaways: bool
) -> bool:
    """Return whether a talk omits the chapter.

    A talk omits an appendix that has neither a slide limit nor requested slides, and an unnumbered chapter
    that has neither a message nor slides. It keeps a chapter that has a summary, takeaways or its own slide
    selection.
    """
    if chapter.slide_settings.selection is not SlideSelection.AUTO or chapter.summary or chapter.takeaways:
        return False
    if chapter.matter is Matter.APPENDIX:
        return not chapter.slide_settings.maximum_slides and not any(item.is_requested for item in slides)
    seen = any(not item.hidden for item in slides)
    return not (chapter.numbered or message or seen or has_takeaways)


def _list_overview_points(chapter: Chapter) -> tuple[tuple[Inline, ...], ...]:
    """Return the overview points from the front matter, which replace the takeaways."""
    return tuple(
        inner.content
        for block in chapter.blocks
        if isinstance(block, nodes.Slide) and block.attr.has(nodes.OVERVIEW)
        for inner in walk_all(block.content)
        if isinstance(inner, nodes.Paragraph)
    )


def _find_message(
    chapter: Chapter, sections: Sequence[ChapterSection], statement_finder: StatementFinder
) -> str:
    """Return the first sentence of the summary, or else the key sentence of the conclusion or opening."""
    if chapter.summary:
        return statement_finder.get_first_sentence(chapter.summary)
    if chapter.slide_settings.selection is not SlideSelection.AUTO:
        return ""
    topic = plain_text(chapter.title)
    conclusions = (
        (*section.blocks, *iter_item_paragraphs(section.blocks))
        for section in sections
        if statement_finder.is_conclusion_heading(section.heading)
    )
    messages = chain(
        (statement_finder.find_message(blocks, topic, 0.0) for blocks in conclusions),
        (statement_finder.find_message(blocks, topic) for blocks in _iter_summaries(sections)),
    )
    return next(filter(None, messages), "")


def _iter_summaries(sections: Sequence[ChapterSection]) -> Iterator[Sequence[Block]]:
    """Yield the blocks of the chapter's opening and of the start of each section."""
    yield sections[0].blocks
    yield tuple(block for section in sections[1:] for block in section.blocks[:_FIRST_BLOCKS])


_Notes: TypeAlias = tuple[tuple[NotePart, ...], tuple[NotePart, ...], list[tuple[NotePart, ...]]]


class _ChapterNotesMaker:
    """Makes the speaker notes of a chapter: for its opening, for the chapter itself, and for each slide."""

    def __init__(
        self,
        chapter: Chapter,
        maker: ContentSlideMaker,
        placed_slides: Sequence[PlacedSlide],
        passages: Sequence[Passage],
    ) -> None:
        self.chapter, self.maker, self.placed_slides = chapter, maker, placed_slides
        self.language = chapter.language or maker.labels.language
        self.passages, self.slides_by_id = assign_passages(passages, placed_slides, self.language)

    def make_full_notes(self, message: str, unshown_takeaways: Sequence[tuple[Inline, ...]]) -> _Notes:
        """Return notes with the whole text of the chapter.

        ``unshown_takeaways`` are takeaways without a slide; they go into the notes. The summary is omitted if
        it equals ``message``, the sentence below the chapter title.
        """
        notes_by_slide: dict[int | None, list[NoteParagraph]] = {}
        for passage in self.passages:
            text = self.maker.make_notes_converter(*passage.slide_nodes).make_paragraphs((passage.block,))
            notes_by_slide.setdefault(passage.slide, []).extend(text)
        opener = (self.chapter.title, self.chapter.summary, *self.chapter.takeaways)
        summary = self.chapter.summary
        rest = [make_runs(summary)] if plain_text(summary) not in ("", message) else []
        return (
            (*rest, *self.maker.iter_asides(*(node for line in opener for node in line))),
            (*map(make_runs, unshown_takeaways), *notes_by_slide.get(None, ())),
            [
                (
                    *placed_slide.content_slide.author_notes,
                    *placed_slide.content_slide.notes,
                    *notes_by_slide.get(index, ()),
                )
                for index, placed_slide in enumerate(self.placed_slides)
            ],
        )

    def make_speech_notes(
        self, locator: BookLocator, unshown_takeaways: Sequence[tuple[Inline, ...]]
    ) -> _Notes:
        """Return notes with sentences suitable for speech, and the location of each slide in the book."""
        labels = self.maker.labels
        kinds = {node.attr.id: _KINDS[type(node)] for node in find_nodes(self.chapter.blocks, *_KINDS)}
        of_slide: dict[int | None, list[Passage]] = {}
        for passage in self.passages:
            of_slide.setdefault(passage.slide, []).append(passage)
        slide_node_ids = frozenset(id(node) for passage in self.passages for node in passage.slide_nodes)
        speech = RemarkMaker(SentenceRewriter(labels), slide_node_ids)
        opening = tuple(speech.make_sentence_remarks(self.chapter.summary))
        unassigned_blocks = tuple(passage.block for passage in of_slide.get(None, ()))
        of_own = [remark for line in unshown_takeaways for remark in speech.make_sentence_remarks(line)]
        chapter_location = locator.find_chapter_location(self.chapter, unassigned_blocks)
        out: list[tuple[NotePart, ...]] = []
        for index, placed_slide in enumerate(self.placed_slides):
            kinds_by_id = {
                name: kinds[name]
                for name, slide_index in self.slides_by_id.items()
                if slide_index == index and name in kinds
            }
            wording, evidence = SentenceRewriter(labels, kinds_by_id), placed_slide.content_slide
            blocks = tuple(passage.block for passage in of_slide.get(index, ()))
            location = locator.find_location(
                self.chapter, placed_slide.path, (*blocks, *evidence.book_blocks)
            )
            script = map(AuthorNote, evidence.author_notes)
            remarks = (*script, *evidence.notes, *RemarkMaker(wording, slide_node_ids).make_remarks(blocks))
            if not remarks and placed_slide.is_visible:
                # Notes may repeat a remark from another slide of the section, but not the author's notes.
                section = tuple(
                    passage.block for passage in self.passages if passage.path == placed_slide.path
                )
                repeated = RemarkMaker(wording, slide_node_ids).make_remarks(section)
                remarks = tuple(passage for passage in repeated if isinstance(passage, Remark))
            out.append((*remarks, location))
        return (
            (*opening, chapter_location),
            (*of_own, *speech.make_remarks(unassigned_blocks), chapter_location),
            out,
        )
