"""Chapters as the storyboard sees them: what is shown of each, and what the speaker says around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from triptych.diagnostics import Span
from triptych.markup.outline import chapter_name
from triptych.model import nodes
from triptych.model.book import Chapter, Telling
from triptych.model.nodes import Block, Inline
from triptych.model.walk import plain_text, walk_all
from triptych.writers.deck.slides import Layout, Run, Spoken, TextBody
from triptych.writers.deck.story.assertions import Phrasing
from triptych.writers.deck.story.author_slides import written
from triptych.writers.deck.story.belonging import Passage, Path, Stand, settled
from triptych.writers.deck.story.evidence import Evidence, EvidenceMaker
from triptych.writers.deck.story.points import section_points
from triptych.writers.deck.story.runs import asides, runs
from triptych.writers.deck.story.selection import Shown, shown_in


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


def chapter_view(chapter: Chapter, maker: EvidenceMaker) -> ChapterView:
    """A chapter with its evidence, and to each what the speaker says there."""
    stands: list[Stand] = []
    passages: list[Passage] = []
    for heading, path, blocks in _sections(chapter):
        listed, first, opens = _listed(heading, blocks, chapter, maker)
        for block, here in zip(blocks, _shown_by_block(blocks, chapter), strict=True):
            place = len(passages)
            if listed and block is opens:
                stands.append(Stand(evidence=listed, path=path, place=place, points=first))
            made = (item for node in here if (item := _evidence(node, heading, maker)))
            stands += (Stand(evidence=item, path=path, place=place) for item in made)
            passages.append(Passage(block=block, path=path, place=place, shown=tuple(here)))
    seen = _within((stand.evidence for stand in stands), chapter.talk.most)
    stands = [replace(stand, evidence=item) for stand, item in zip(stands, seen, strict=True)]
    said: dict[int | None, list[Spoken]] = {}
    for passage in settled(passages, stands, chapter.language or maker.labels.language):
        text = maker.speech(*passage.shown).paragraphs((passage.block,))
        said.setdefault(passage.slide, []).extend(text)
    overview = _overview(chapter)
    marked_only = chapter.talk.telling is Telling.EXPLICIT
    # Takeaways that nobody marked, or that other points take the place of, are said.
    unseen = [runs(line) for line in chapter.takeaways] if overview or marked_only else []
    points = overview or (() if marked_only else chapter.takeaways)
    message = _message(chapter, Phrasing.of(chapter.language or maker.labels.language))
    return ChapterView(
        id=chapter.id,
        title=plain_text(chapter.title),
        name=chapter_name(maker.book, chapter, maker.labels),
        message=message,
        takeaways=tuple(runs(line, formulas=maker.formulas) for line in points),
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


def _sections(chapter: Chapter) -> Iterator[tuple[str, Path, list[Block]]]:
    """The blocks under each heading, which is the first of them, what it says and where it stands."""
    heading, blocks = plain_text(chapter.title), list[Block]()
    over: list[tuple[int, int]] = []  # the level of each heading over the blocks, and its number among all
    for number, block in enumerate(chapter.blocks, 1):
        if isinstance(block, nodes.Heading):
            yield heading, tuple(n for _, n in over), blocks
            heading, blocks = plain_text(block.content), []
            over = [*((level, n) for level, n in over if level < block.level), (block.level, number)]
        blocks.append(block)
    yield heading, tuple(n for _, n in over), blocks


def _evidence(node: Shown, heading: str, maker: EvidenceMaker) -> Evidence | None:
    if isinstance(node, nodes.Slide):
        return written(node, heading, maker)
    return maker.evidence(node, heading)


def _shown_by_block(blocks: Sequence[Block], chapter: Chapter) -> list[list[Shown]]:
    return [list(shown_in(block, chapter.talk.telling)) for block in blocks]


def _listed(
    heading: str, blocks: list[Block], chapter: Chapter, maker: EvidenceMaker
) -> tuple[Evidence | None, Block | None, Block | None]:
    """The slide of what a section enumerates, where a talk takes what it finds, the block that it does so in,
    and the block that the slide stands at: the first, unless something else is shown before the list.
    """
    if chapter.talk.telling is not Telling.AUTO:
        return None, None, None
    points = section_points(blocks, maker.formulas, maker.labels.colon)
    if points is None:
        return None, None, None
    span = next((place for block in blocks if (place := getattr(block, "span", None))), chapter.span)
    body = TextBody(paras=points.paras)
    made = Evidence(layout=Layout.BULLETS, title=heading, body=body, asked=False, span=span)
    before = blocks[: next(place for place, block in enumerate(blocks) if block is points.first)]
    return made, points.first, points.first if any(_shown_by_block(before, chapter)) else blocks[0]


def _overview(chapter: Chapter) -> tuple[tuple[Inline, ...], ...]:
    """The points that front matter names in place of the takeaways."""
    return tuple(
        inner.content
        for block in chapter.blocks
        if isinstance(block, nodes.Slide) and block.attr.has(nodes.OVERVIEW)
        for inner in walk_all(block.content)
        if isinstance(inner, nodes.Paragraph)
    )


def _within(evidence: Iterable[Evidence], most: int) -> Iterator[Evidence]:
    """Evidence of which no more than ``most`` are seen, unless asked for; 0 is no limit."""
    for place, item in enumerate(evidence):
        yield replace(item, hidden=item.hidden or (0 < most <= place and not item.asked))


def _message(chapter: Chapter, phrasing: Phrasing) -> str:
    """The first sentence of the summary, else, where a talk takes what it finds, of the text."""
    if chapter.summary:
        return phrasing.first_sentence(chapter.summary)
    return phrasing.opening(chapter.blocks) if chapter.talk.telling is Telling.AUTO else ""


def _rest_of_summary(chapter: Chapter, message: str) -> Iterator[Spoken]:
    """The summary, where its first sentence is not all of it."""
    if plain_text(chapter.summary) not in ("", message):
        yield runs(chapter.summary)


def _opener(chapter: Chapter) -> Iterator[tuple[Inline, ...]]:
    """The lines over a chapter's text."""
    yield from (chapter.title, chapter.summary, *chapter.takeaways)
