"""Prepare chapters for the storyboard: what is shown of each, and what the speaker says."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
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
from triptych.writers.deck.story.belonging import Passage, PlacedSlide, assign_passages
from triptych.writers.deck.story.delivery import BookLocations
from triptych.writers.deck.story.evidence import Evidence, EvidenceMaker, limit_evidence
from triptych.writers.deck.story.remarks import RemarkMaker, SentenceMaker
from triptych.writers.deck.story.runs import AuthorNote, NotePart, Remark, make_note, make_runs
from triptych.writers.deck.story.sections import (
    HeadedBlocks,
    make_points_slide,
    make_section_slides,
    split_sections,
)
from triptych.writers.deck.story.slide_titles import MOST_LINES, ChapterTitles, select_evenly

_FIRST_BLOCKS = 3  # of a section that may speak of the whole chapter
_KINDS: Mapping[type, str] = {
    nodes.Chart: "chart",
    nodes.Table: "table",
    nodes.Figure: "figure",
    nodes.CodeBlock: "listing",
    nodes.Equation: "equation",
}
_FEWEST_KEYS = 3  # key sentences that make a slide; fewer are said by the slides themselves


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
    """A chapter as the storyboard sees it; ``notes`` are the paragraphs before the first evidence.

    ``message`` is the sentence below its title, ``claim`` the title of its ``takeaways``, if there is one.
    With ``divided`` it has a divider; a ``hidden`` chapter is for readers only. ``opening`` is said first:
    the part that begins, a longer summary, and notes to title and summary.
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
        """The id of the first of its slides."""
        if self.divided or self.takeaways:
            return self.id
        first = next(item for item in self.evidence if not item.hidden)
        return first.id or self.id

    @given_objects
    def start_of(self, item: Evidence) -> str:
        """Return the chapter's id for its first slide if that has no id, else ""."""
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
    """Make the view of a chapter: its evidence, and what the speaker says to each.

    At most ``most`` slides that were not asked for are visible, 0 for no limit, including points and divider;
    evidence with indices in ``unseen`` is hidden. The speaker says all of the text, or, if ``places`` are
    given, only what can be spoken.
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
        claim = _find_claim(chapter, sections, phrasing, titles.used) if takeaways else ""
    room = most and max(most - divided - bool(takeaways), 1)
    seen = limit_evidence([placed_slide.evidence for placed_slide in placed], chapter.talk.most or room)
    placed = [replace(placed_slide, evidence=item) for placed_slide, item in zip(placed, seen, strict=True)]
    hidden = _is_for_reading_only(
        chapter, message, [placed_slide.evidence for placed_slide in placed], bool(takeaways)
    )
    for index in range(len(placed)) if hidden else unseen:
        placed[index] = replace(placed[index], evidence=replace(placed[index].evidence, hidden=True))
    said = _ChapterNotes(chapter, maker, placed, passages)
    # Takeaways that are not shown are said.
    unmarked = chapter.takeaways if overview or marked_only else ()
    opening, notes, shown = said.make_remarks(places, unmarked) if places else said.say_all(message, unmarked)
    return ChapterView(
        id=chapter.id,
        title=plain_text(chapter.title),
        name=name_chapter(maker.book, chapter, maker.labels),
        message=message,
        divided=divided
        or not (takeaways or any(not placed_slide.evidence.hidden for placed_slide in placed)),
        hidden=hidden,
        claim=claim,
        takeaways=tuple(takeaways),
        opening=opening,
        notes=notes,
        evidence=tuple(
            replace(placed_slide.evidence, notes=own) for placed_slide, own in zip(placed, shown, strict=True)
        ),
        span=chapter.span,
    )


def _is_for_reading_only(
    chapter: Chapter, message: str, evidence: Sequence[Evidence], summed_up: bool
) -> bool:
    """Return whether a talk omits a chapter: an appendix without requests, or an unnumbered chapter without
    evidence.
    """
    if chapter.talk.telling is not SlideSelection.AUTO or chapter.summary or chapter.takeaways:
        return False
    if chapter.matter is Matter.APPENDIX:
        return not chapter.talk.most and not any(item.requested for item in evidence)
    seen = any(not item.hidden for item in evidence)
    return not (chapter.numbered or message or seen or summed_up)


def _find_overview(chapter: Chapter) -> tuple[tuple[Inline, ...], ...]:
    """Return the points that front matter defines in place of the takeaways."""
    return tuple(
        inner.content
        for block in chapter.blocks
        if isinstance(block, nodes.Slide) and block.attr.has(nodes.OVERVIEW)
        for inner in walk_all(block.content)
        if isinstance(inner, nodes.Paragraph)
    )


def _find_message(chapter: Chapter, sections: Sequence[HeadedBlocks], phrasing: Phrasing) -> str:
    """Return the first sentence of the summary, else one about the title from the conclusion or opening."""
    if chapter.summary:
        return phrasing.get_first_sentence(chapter.summary)
    if chapter.talk.telling is not SlideSelection.AUTO:
        return ""
    about = plain_text(chapter.title)
    told = (phrasing.find_message(blocks, about) for blocks in _iter_summaries(sections, phrasing))
    return next(filter(None, told), "")


def _iter_summaries(sections: Sequence[HeadedBlocks], phrasing: Phrasing) -> Iterator[Sequence[Block]]:
    """Yield the text that sums up a chapter, that which opens it, and that which opens its sections."""
    yield from (section.blocks for section in sections if phrasing.is_closing(section.heading))
    yield sections[0].blocks
    yield tuple(block for section in sections[1:] for block in section.blocks[:_FIRST_BLOCKS])


def _find_claim(
    chapter: Chapter, sections: Sequence[HeadedBlocks], phrasing: Phrasing, used: Container[str]
) -> str:
    """Return a title for the key sentences: a sentence about the chapter other than its message."""
    about = plain_text(chapter.title)
    told = (phrasing.find_key_sentence(blocks, about) for blocks in _iter_summaries(sections, phrasing))
    return next((title for title in told if title and title not in used), "")


def _list_key_sentences(
    sections: Iterable[HeadedBlocks], phrasing: Phrasing, message: str
) -> list[tuple[Run, ...]]:
    """Return the key sentence of each top-level section, none if there are few."""
    own = (
        section
        for section in sections
        if len(section.path) == 1
        and not phrasing.is_closing(section.heading)
        and not phrasing.is_practice(section.heading)
    )
    found = (phrasing.find_key_sentence(section.blocks, section.heading) for section in own)
    said = [key for key in dict.fromkeys(found) if key not in ("", message)]
    return [make_note(key) for key in select_evenly(said, MOST_LINES)] if len(said) >= _FEWEST_KEYS else []


_Notes: TypeAlias = tuple[tuple[NotePart, ...], tuple[NotePart, ...], list[tuple[NotePart, ...]]]


class _ChapterNotes:
    """What the speaker says in a chapter: first, to its own points, and to each slide."""

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

    def say_all(self, message: str, unmarked: Sequence[tuple[Inline, ...]]) -> _Notes:
        """Return all of the text, one note for each paragraph."""
        said: dict[int | None, list[NoteParagraph]] = {}
        for passage in self.passages:
            text = self.maker.get_speech(*passage.shown).make_paragraphs((passage.block,))
            said.setdefault(passage.slide, []).extend(text)
        opener = (self.chapter.title, self.chapter.summary, *self.chapter.takeaways)
        return (
            (
                *self._iter_rest_of_summary(message),
                *self.maker.iter_asides(*(node for line in opener for node in line)),
            ),
            (*map(make_runs, unmarked), *said.get(None, ())),
            [
                (*placed_slide.evidence.script, *placed_slide.evidence.notes, *said.get(index, ()))
                for index, placed_slide in enumerate(self.placed)
            ],
        )

    def make_remarks(self, places: BookLocations, unmarked: Sequence[tuple[Inline, ...]]) -> _Notes:
        """Return what can be spoken, and where all of it is in the book."""
        labels = self.maker.labels
        kinds = dict(_iter_kinds(self.chapter.blocks))
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
                # What all belongs to others may be said here as well, but not what the author wrote.
                section = tuple(one.block for one in self.passages if one.path == placed_slide.path)
                said = tuple(
                    one
                    for one in RemarkMaker(wording, shown).make_remarks(section)
                    if isinstance(one, Remark)
                )
            out.append((*said, where))
        return (*opening, here), (*of_own, *speech.make_remarks(own), here), out

    def _iter_rest_of_summary(self, message: str) -> Iterator[NoteParagraph]:
        if plain_text(self.chapter.summary) not in ("", message):
            yield make_runs(self.chapter.summary)


def _iter_kinds(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    return ((node.attr.id, _KINDS[type(node)]) for node in find_nodes(blocks, *_KINDS))
