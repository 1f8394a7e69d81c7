"""Convert chapters to views for the storyboard template, with their slides and speaker notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from triptych.diagnostics import Span
from triptych.markup.outline import name_chapter
from triptych.model import nodes
from triptych.model.book import Chapter, Matter, SlideSelection
from triptych.model.nodes import Block, Inline
from triptych.model.walk import find_nodes, plain_text, walk_all
from triptych.template_views import given_objects, template_view
from triptych.writers.deck.slides import NoteParagraph, Run
from triptych.writers.deck.story.assertions import Phrasing
from triptych.writers.deck.story.delivery import BookLocations
from triptych.writers.deck.story.evidence import Evidence, EvidenceMaker, limit_evidence
from triptych.writers.deck.story.passages import Passage, PlacedSlide, assign_passages
from triptych.writers.deck.story.remarks import RemarkMaker, SentenceMaker
from triptych.writers.deck.story.runs import AuthorNote, NotePart, Remark, make_note, make_runs
from triptych.writers.deck.story.sections import (
    HeadedBlocks,
    make_points_slide,
    make_section_slides,
    split_sections,
)
from triptych.writers.deck.story.slide_titles import ChapterTitles, select_evenly

_FIRST_BLOCKS = 3  # number of blocks at the start of a section that may describe the whole chapter
_KINDS: Mapping[type, str] = {
    nodes.Chart: "chart",
    nodes.Table: "table",
    nodes.Figure: "figure",
    nodes.CodeBlock: "listing",
    nodes.Equation: "equation",
}
_FEWEST_KEYS = 3  # minimum number of key sentences for a takeaways slide


@template_view(
    "id",
    "title",
    "name",
    "message",
    "divided",
    "hidden",
    "claim",
    "takeaways",
    "opening",
    "notes",
    "evidence",
    "start_of",
    fields=False,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterView:
    """A chapter as seen by the storyboard template.

    ``message`` is the sentence below the chapter title; ``claim`` is the title of the ``takeaways`` slide, or
    "". ``divided`` chapters have a divider slide, and ``hidden`` chapters have only hidden slides.
    ``opening`` is the start of the speaker notes: the part's title, the summary, and the notes on title and
    summary. ``notes`` are the notes on the text before the first slide with content.
    """

    id: str
    title: str
    name: str
    message: str
    divided: bool
    hidden: bool
    claim: str
    takeaways: tuple[tuple[Run, ...], ...]
    opening: tuple[NotePart, ...]
    notes: tuple[NotePart, ...]
    evidence: tuple[Evidence, ...]
    span: Span | None

    @property
    def start(self) -> str:
        """The id of the chapter's first slide."""
        if self.divided or self.takeaways:
            return self.id
        first = next(item for item in self.evidence if not item.hidden)
        return first.id or self.id

    @given_objects
    def start_of(self, item: Evidence) -> str:
        """Return the chapter id if ``item`` is the first slide and has no id of its own, else ""."""
        opens = not (self.divided or self.takeaways) and self.start == self.id
        first = next((other for other in self.evidence if not other.hidden), None)
        return self.id if opens and item is first else ""


def make_chapter_view(
    chapter: Chapter,
    maker: EvidenceMaker,
    *,
    most: int = 0,
    divided: bool = True,
    places: BookLocations | None = None,
    unseen: Collection[int] = (),
) -> ChapterView:
    """Convert a chapter to a view, with its slides and speaker notes.

    At most ``most`` slides are visible, including divider and takeaways but not counting requested slides; 0
    means no limit. Slides with indices in ``unseen`` are hidden. The notes contain the whole text, or only
    sentences suitable for speech if ``places`` is given.
    """
    phrasing = Phrasing.from_language(chapter.language or maker.labels.language)
    sections = list(split_sections(chapter, maker.labels if places else None))
    message = _find_message(chapter, sections, phrasing)
    titles = ChapterTitles(phrasing, {message.rstrip(".")} - {""})
    placed: list[PlacedSlide] = []
    passages: list[Passage] = []
    for section in sections:
        listed = make_points_slide(section, chapter, maker, titles)
        made = make_section_slides(section, chapter, maker, titles, listed)
        for number, block in enumerate(section.blocks):
            index, path = len(passages), section.path
            if listed and block is listed.opens:
                placed.append(PlacedSlide(evidence=listed.evidence, path=path, index=index, points=listed.at))
            placed += (PlacedSlide(evidence=item, path=path, index=index) for item in made.get(number, ()))
            passages.append(Passage(block=block, path=path, index=index, shown=tuple(section.shown[number])))
    overview = _find_overview(chapter)
    marked_only = chapter.talk.telling is SlideSelection.EXPLICIT
    points = overview or (() if marked_only else chapter.takeaways)
    takeaways = [make_runs(line, formulas=maker.formulas) for line in points]
    claim = ""
    if not takeaways and chapter.talk.telling is SlideSelection.AUTO:
        takeaways = _list_key_sentences(sections, phrasing, message)
        about = plain_text(chapter.title)
        keys = (phrasing.find_key_sentence(blocks, about) for blocks in _iter_summaries(sections, phrasing))
        claim = next((key for key in keys if key and key not in titles.used), "") if takeaways else ""
    room = most and max(most - divided - bool(takeaways), 1)
    seen = limit_evidence([one.evidence for one in placed], chapter.talk.most or room)
    placed = [replace(one, evidence=item) for one, item in zip(placed, seen, strict=True)]
    evidence = [one.evidence for one in placed]
    hidden = _is_for_reading_only(chapter, message, evidence, bool(takeaways))
    for index in range(len(placed)) if hidden else unseen:
        placed[index] = replace(placed[index], evidence=replace(placed[index].evidence, hidden=True))
    said = _ChapterNotes(chapter, maker, placed, passages)
    # Takeaways without a slide go into the notes.
    unmarked = chapter.takeaways if overview or marked_only else ()
    opening, notes, shown = (
        said.make_spoken_notes(places, unmarked) if places else said.make_full_notes(message, unmarked)
    )
    return ChapterView(
        id=chapter.id,
        title=plain_text(chapter.title),
        name=name_chapter(maker.book, chapter, maker.labels),
        message=message,
        divided=divided or not (takeaways or any(one.is_seen for one in placed)),
        hidden=hidden,
        claim=claim,
        takeaways=tuple(takeaways),
        opening=opening,
        notes=notes,
        evidence=tuple(replace(one.evidence, notes=own) for one, own in zip(placed, shown, strict=True)),
        span=chapter.span,
    )


def _is_for_reading_only(
    chapter: Chapter, message: str, evidence: Sequence[Evidence], summed_up: bool
) -> bool:
    """Return whether a talk hides the chapter.

    A talk hides an appendix without slide limit and requested slides, and an unnumbered chapter without
    message and slides, unless the chapter has a summary, takeaways or its own slide selection.
    """
    if chapter.talk.telling is not SlideSelection.AUTO or chapter.summary or chapter.takeaways:
        return False
    if chapter.matter is Matter.APPENDIX:
        return not chapter.talk.most and not any(item.requested for item in evidence)
    seen = any(not item.hidden for item in evidence)
    return not (chapter.numbered or message or seen or summed_up)


def _find_overview(chapter: Chapter) -> tuple[tuple[Inline, ...], ...]:
    """Return the overview points from the front matter, which replace the takeaways."""
    return tuple(
        inner.content
        for block in chapter.blocks
        if isinstance(block, nodes.Slide) and block.attr.has(nodes.OVERVIEW)
        for inner in walk_all(block.content)
        if isinstance(inner, nodes.Paragraph)
    )


def _find_message(chapter: Chapter, sections: Sequence[HeadedBlocks], phrasing: Phrasing) -> str:
    """Return the summary's first sentence, else the most relevant sentence in the conclusion or opening."""
    if chapter.summary:
        return phrasing.get_first_sentence(chapter.summary)
    if chapter.talk.telling is not SlideSelection.AUTO:
        return ""
    about = plain_text(chapter.title)
    told = (phrasing.find_message(blocks, about) for blocks in _iter_summaries(sections, phrasing))
    return next(filter(None, told), "")


def _iter_summaries(sections: Sequence[HeadedBlocks], phrasing: Phrasing) -> Iterator[Sequence[Block]]:
    """Yield the blocks of the concluding sections, of the chapter's opening, and of each section's start."""
    yield from (section.blocks for section in sections if phrasing.is_closing(section.heading))
    yield sections[0].blocks
    yield tuple(block for section in sections[1:] for block in section.blocks[:_FIRST_BLOCKS])


def _list_key_sentences(
    sections: Iterable[HeadedBlocks], phrasing: Phrasing, message: str
) -> list[tuple[Run, ...]]:
    """Return the key sentence of each top-level section, or nothing if there are fewer than three."""
    own = (
        section
        for section in sections
        if len(section.path) == 1
        and not phrasing.is_closing(section.heading)
        and not phrasing.is_practice(section.heading)
    )
    found = (phrasing.find_key_sentence(section.blocks, section.heading) for section in own)
    said = [key for key in dict.fromkeys(found) if key not in ("", message)]
    return [make_note(key) for key in select_evenly(said)] if len(said) >= _FEWEST_KEYS else []


_Notes: TypeAlias = tuple[tuple[NotePart, ...], tuple[NotePart, ...], list[tuple[NotePart, ...]]]


class _ChapterNotes:
    """Makes the speaker notes of a chapter: the opening, the chapter's own notes, and those of each slide."""

    def __init__(
        self,
        chapter: Chapter,
        maker: EvidenceMaker,
        placed: Sequence[PlacedSlide],
        passages: Sequence[Passage],
    ) -> None:
        self.chapter, self.maker, self.placed = chapter, maker, placed
        self.language = chapter.language or maker.labels.language
        self.passages, self.names = assign_passages(passages, placed, self.language)

    def make_full_notes(self, message: str, unmarked: Sequence[tuple[Inline, ...]]) -> _Notes:
        """Return notes with the whole text of the chapter; ``unmarked`` are the takeaways without a slide."""
        said: dict[int | None, list[NoteParagraph]] = {}
        for passage in self.passages:
            text = self.maker.get_speech(*passage.shown).make_paragraphs((passage.block,))
            said.setdefault(passage.slide, []).extend(text)
        opener = (self.chapter.title, self.chapter.summary, *self.chapter.takeaways)
        summary = self.chapter.summary
        rest = [make_runs(summary)] if plain_text(summary) not in ("", message) else []
        return (
            (*rest, *self.maker.iter_asides(*(node for line in opener for node in line))),
            (*map(make_runs, unmarked), *said.get(None, ())),
            [
                (*placed_slide.evidence.script, *placed_slide.evidence.notes, *said.get(index, ()))
                for index, placed_slide in enumerate(self.placed)
            ],
        )

    def make_spoken_notes(self, places: BookLocations, unmarked: Sequence[tuple[Inline, ...]]) -> _Notes:
        """Return notes with sentences suitable for speech, and each slide's location in the book."""
        labels = self.maker.labels
        kinds = {node.attr.id: _KINDS[type(node)] for node in find_nodes(self.chapter.blocks, *_KINDS)}
        of_slide: dict[int | None, list[Passage]] = {}
        for passage in self.passages:
            of_slide.setdefault(passage.slide, []).append(passage)
        shown = frozenset(id(node) for passage in self.passages for node in passage.shown)
        speech = RemarkMaker(SentenceMaker(labels), shown)
        opening = tuple(speech.make_line_remarks(self.chapter.summary))
        own = tuple(passage.block for passage in of_slide.get(None, ()))
        of_own = [remark for line in unmarked for remark in speech.make_line_remarks(line)]
        here = places.find_chapter(self.chapter, own)
        out: list[tuple[NotePart, ...]] = []
        for index, placed_slide in enumerate(self.placed):
            named = {name: kinds[name] for name, at in self.names.items() if at == index and name in kinds}
            wording, evidence = SentenceMaker(labels, named), placed_slide.evidence
            blocks = tuple(passage.block for passage in of_slide.get(index, ()))
            where = places.find(self.chapter, placed_slide.path, (*blocks, *evidence.shown))
            script = map(AuthorNote, evidence.script)
            said = (*script, *evidence.notes, *RemarkMaker(wording, shown).make_remarks(blocks))
            if not said and placed_slide.is_seen:
                # Notes may repeat remarks on other slides of the section, but not the author's notes.
                section = tuple(one.block for one in self.passages if one.path == placed_slide.path)
                repeated = RemarkMaker(wording, shown).make_remarks(section)
                said = tuple(one for one in repeated if isinstance(one, Remark))
            out.append((*said, where))
        return (*opening, here), (*of_own, *speech.make_remarks(own), here), out
