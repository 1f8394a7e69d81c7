"""Chapters as the storyboard sees them: what is shown of each, and what the speaker says around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from triptych.diagnostics import Span
from triptych.markup.outline import chapter_name
from triptych.model import nodes
from triptych.model.book import Chapter, Telling
from triptych.model.nodes import Inline
from triptych.model.walk import plain_text, walk_all
from triptych.writers.deck.slides import Run, Spoken
from triptych.writers.deck.story.assertions import Phrasing
from triptych.writers.deck.story.belonging import Passage, Stand, settled
from triptych.writers.deck.story.evidence import Evidence, EvidenceMaker
from triptych.writers.deck.story.runs import asides, runs, spoken
from triptych.writers.deck.story.sections import Section, listed_in, sections_of, shown_of
from triptych.writers.deck.story.summary import MOST_LINES, spread
from triptych.writers.deck.story.titles import ChapterTitles
from triptych.writers.deck.story.worth import within

_FEWEST_KEYS = 3  # key sentences that make a slide; fewer are said by the slides themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterView:
    """A chapter as the storyboard sees it; ``notes`` are the paragraphs before the first evidence.

    ``message`` is the sentence under its title; ``opening`` is what the speaker says first: the part that
    begins here, a summary that is longer than its first sentence, notes to title and summary.
    """

    id: str
    title: str
    name: str
    message: str
    takeaways: tuple[tuple[Run, ...], ...]
    opening: tuple[Spoken, ...]
    notes: tuple[Spoken, ...]
    evidence: tuple[Evidence, ...]
    span: Span | None

    @property
    def shows_anything(self) -> bool:
        """Whether it has a slide that is seen, beside its divider."""
        return bool(self.takeaways) or any(not item.hidden for item in self.evidence)


def chapter_view(
    chapter: Chapter, maker: EvidenceMaker, *, most: int = 0, divided: bool = True
) -> ChapterView:
    """A chapter with its evidence, and to each what the speaker says there.

    No more than ``most`` slides are seen that nobody asked for, 0 being no limit; its points, and its divider
    where it is ``divided`` from those before, are among them.
    """
    phrasing = Phrasing.of(chapter.language or maker.labels.language)
    message = _message(chapter, phrasing)
    titles = ChapterTitles(phrasing, {message.rstrip(".")})
    stands: list[Stand] = []
    passages: list[Passage] = []
    sections = list(sections_of(chapter))
    for section in sections:
        listed = listed_in(section, chapter, maker, titles)
        made = shown_of(section, chapter, maker, titles, listed)
        for number, block in enumerate(section.blocks):
            place, path = len(passages), section.path
            if listed and block is listed.opens:
                stands.append(Stand(evidence=listed.evidence, path=path, place=place, points=listed.at))
            stands += (Stand(evidence=item, path=path, place=place) for item in made.get(number, ()))
            passages.append(Passage(block=block, path=path, place=place, shown=tuple(section.shown[number])))
    overview = _overview(chapter)
    marked_only = chapter.talk.telling is Telling.EXPLICIT
    points = overview or (() if marked_only else chapter.takeaways)
    takeaways = [runs(line, formulas=maker.formulas) for line in points]
    if not takeaways and chapter.talk.telling is Telling.AUTO:
        takeaways = _key_sentences(sections, phrasing)
    room = most and max(most - divided - bool(takeaways), 1)
    seen = within([stand.evidence for stand in stands], chapter.talk.most or room)
    stands = [replace(stand, evidence=item) for stand, item in zip(stands, seen, strict=True)]
    said: dict[int | None, list[Spoken]] = {}
    for passage in settled(passages, stands, chapter.language or maker.labels.language):
        text = maker.speech(*passage.shown).paragraphs((passage.block,))
        said.setdefault(passage.slide, []).extend(text)
    # Takeaways that nobody marked, or that other points take the place of, are said.
    unseen = [runs(line) for line in chapter.takeaways] if overview or marked_only else []
    return ChapterView(
        id=chapter.id,
        title=plain_text(chapter.title),
        name=chapter_name(maker.book, chapter, maker.labels),
        message=message,
        takeaways=tuple(takeaways),
        opening=(
            *_rest_of_summary(chapter, message),
            *(aside for line in _opener(chapter) for node in line for aside in asides(node)),
        ),
        notes=(*unseen, *said.get(None, ())),
        evidence=tuple(
            replace(stand.evidence, notes=(*stand.evidence.notes, *said.get(place, ())))
            for place, stand in enumerate(stands)
        ),
        span=chapter.span,
    )


def _overview(chapter: Chapter) -> tuple[tuple[Inline, ...], ...]:
    """The points that front matter names in place of the takeaways."""
    return tuple(
        inner.content
        for block in chapter.blocks
        if isinstance(block, nodes.Slide) and block.attr.has(nodes.OVERVIEW)
        for inner in walk_all(block.content)
        if isinstance(inner, nodes.Paragraph)
    )


def _message(chapter: Chapter, phrasing: Phrasing) -> str:
    """The first sentence of the summary, else, where a talk takes what it finds, of the text."""
    if chapter.summary:
        return phrasing.first_sentence(chapter.summary)
    return phrasing.opening(chapter.blocks) if chapter.talk.telling is Telling.AUTO else ""


def _key_sentences(sections: Iterable[Section], phrasing: Phrasing) -> list[tuple[Run, ...]]:
    """What each section of the highest level says, as far as a sentence tells; () where few do."""
    own = (section for section in sections if len(section.path) == 1)
    said = [key for section in own if (key := phrasing.key_sentence(section.blocks, section.heading))]
    return [spoken(key) for key in spread(said, MOST_LINES)] if len(said) >= _FEWEST_KEYS else []


def _rest_of_summary(chapter: Chapter, message: str) -> Iterator[Spoken]:
    """The summary, where its first sentence is not all of it."""
    if plain_text(chapter.summary) not in ("", message):
        yield runs(chapter.summary)


def _opener(chapter: Chapter) -> Iterator[tuple[Inline, ...]]:
    """The lines over a chapter's text."""
    yield from (chapter.title, chapter.summary, *chapter.takeaways)
