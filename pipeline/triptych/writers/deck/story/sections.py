"""A chapter in its sections, and what each shows, with its title."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triptych.languages.labels import Labels
from triptych.languages.sentences import sentences_of
from triptych.model import nodes
from triptych.model.book import Chapter, Telling
from triptych.model.nodes import Block
from triptych.model.walk import plain_text
from triptych.writers.deck.slides import Layout, TextBody
from triptych.writers.deck.story.author_slides import written
from triptych.writers.deck.story.evidence import Evidence, EvidenceMaker
from triptych.writers.deck.story.listings import MOST_POINTS, has_room_beside, printed_by, with_points
from triptych.writers.deck.story.points import section_points
from triptych.writers.deck.story.runs import spoken
from triptych.writers.deck.story.selection import Shown, shown_in
from triptych.writers.deck.story.speech.endings import finish_sentences
from triptych.writers.deck.story.titles.assertions import LONGEST_TITLE, Topic, names_of
from triptych.writers.deck.story.titles.titles import ChapterTitles

_SHORTEST_LEAD_IN = 12  # characters; "For example:" is not a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The blocks under a heading, which is the first of them, but for those before the first heading.

    ``path`` are the numbers of the headings over them among the blocks of the chapter: () before the first.
    ``shown`` is for each block what is shown of it.
    """

    heading: str
    path: tuple[int, ...]
    blocks: Sequence[Block]
    shown: Sequence[Sequence[Shown]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The slide of what a section enumerates: ``at`` is the block that does so, ``opens`` the one that the
    slide stands at, which is the first of the section unless something else is shown before the list.
    """

    evidence: Evidence
    at: Block
    opens: Block


def sections_of(chapter: Chapter, labels: Labels | None = None) -> Iterator[Section]:
    """The sections of a chapter in their order, with ``labels`` in whole sentences, as they can be spoken."""

    def section() -> Section:
        own = finish_sentences(blocks, labels) if labels else blocks
        shown = [list(shown_in(block, chapter.talk.telling)) for block in own]
        return Section(heading=heading, path=tuple(n for _, n in over), blocks=own, shown=shown)

    heading, blocks = plain_text(chapter.title), list[Block]()
    over: list[tuple[int, int]] = []  # the level of each heading over the blocks, and its number among all
    for number, block in enumerate(chapter.blocks, 1):
        if isinstance(block, nodes.Heading):
            yield section()
            heading, blocks = plain_text(block.content), []
            over = [*((level, n) for level, n in over if level < block.level), (block.level, number)]
        blocks.append(block)
    yield section()


def listed_in(
    section: Section, chapter: Chapter, maker: EvidenceMaker, titles: ChapterTitles
) -> Listed | None:
    """The slide of what a section enumerates, where a talk takes what it finds."""
    if chapter.talk.telling is not Telling.AUTO:
        return None
    points = section_points(section.blocks, maker.formulas, maker.labels.colon)
    if points is None:
        return None
    spans = (place for block in section.blocks if (place := getattr(block, "span", None)))
    place = next(place for place, block in enumerate(section.blocks) if block is points.first)
    follows = any(section.shown[:place])
    title = titles.of(place, section.blocks, Topic(section.heading), first=not follows)
    asserted = titles.asserts(title, section.heading)
    if title == section.heading and not section.path:
        title = _lead_in(section.blocks[place - 1], maker.labels.language) if place else ""
        title = title or maker.labels.titled(section.heading, maker.labels["contents"])
    made = Evidence(
        layout=Layout.BULLETS,
        title=title,
        body=TextBody(paras=points.paras),
        asked=False,
        asserted=asserted,
        hidden=titles.phrasing.is_practice(section.heading),
        section=_number(section),
        span=next(spans, chapter.span),
    )
    return Listed(evidence=made, at=points.first, opens=points.first if follows else section.blocks[0])


def _lead_in(block: Block, language: str) -> str:
    """Return the sentence that introduces the next block, without its colon; "" if it cannot be a title."""
    text = plain_text(block.content).rstrip() if isinstance(block, nodes.Paragraph) else ""
    if len(text) <= _SHORTEST_LEAD_IN or not text.endswith((":", "：")):
        return ""
    sentence = sentences_of(text[:-1], language)[-1].strip()
    return sentence if _SHORTEST_LEAD_IN <= len(sentence) <= LONGEST_TITLE else ""


def shown_of(
    section: Section, chapter: Chapter, maker: EvidenceMaker, titles: ChapterTitles, listed: Listed | None
) -> Mapping[int, list[Evidence]]:
    """What a section shows, by the places of its blocks; an output goes with the listing before it."""
    made: dict[int, list[Evidence]] = {}
    last: tuple[int, int] | None = None  # the block of the evidence before, and its place among that block's
    first = listed is None or listed.opens is not section.blocks[0]
    for place, here in enumerate(section.shown):
        for node in here:
            item = _evidence(node, place, section, chapter, maker, titles, first=first and last is None)
            if item is None:
                continue
            if last:
                before = made[last[0]][last[1]]
                between = section.blocks[last[0] + 1 : place]
                if together := printed_by(before, item, between):
                    made[last[0]][last[1]] = together
                    continue
            made.setdefault(place, []).append(item)
            last = place, len(made[place]) - 1
    if chapter.talk.telling is Telling.AUTO:
        for place, items in made.items():
            made[place] = [_explained(item, place, section, titles) for item in items]
    return made


def _explained(item: Evidence, place: int, section: Section, titles: ChapterTitles) -> Evidence:
    """A listing with the sentences near it as its points; the first is its title where it has none."""
    if item.asked or item.hidden or not has_room_beside(item):
        return item
    code = "".join(node.text for node in item.shown if isinstance(node, nodes.CodeBlock))
    topic = Topic(section.heading, item.title, names=names_of(code))
    points = titles.points_of(place, section.blocks, topic, MOST_POINTS)
    if not item.asserted and (said := next((one for one in points if len(one) <= LONGEST_TITLE), "")):
        points.remove(said)
        item = replace(item, title=said, asserted=True)
    return with_points(item, [spoken(point) for point in points]) if points else item


def _evidence(
    node: Shown,
    place: int,
    section: Section,
    chapter: Chapter,
    maker: EvidenceMaker,
    titles: ChapterTitles,
    *,
    first: bool,
) -> Evidence | None:
    if isinstance(node, nodes.Slide):
        return replace(written(node, section.heading, maker), section=_number(section))
    item = maker.evidence(node, "")
    if item is None:
        return None
    item = replace(item, section=_number(section))
    if item.own_title or (item.asked and item.title) or chapter.talk.telling is not Telling.AUTO:
        return replace(item, title=item.title or section.heading, asserted=bool(item.title))
    names = names_of(node.text) if isinstance(node, nodes.CodeBlock) else frozenset[str]()
    caption = plain_text(getattr(node, "caption", ()))
    topic = Topic(section.heading, caption, label=item.title, names=names)
    title = titles.of(place, section.blocks, topic, first=first)
    hidden = item.hidden or (not item.asked and titles.phrasing.is_practice(section.heading))
    asserted = titles.asserts(title, section.heading)
    # A listing has no line under it for its caption.
    unseen = (spoken(item.title),) if item.layout is Layout.CODE and item.title not in ("", title) else ()
    return replace(item, title=title, asserted=asserted, hidden=hidden, notes=(*unseen, *item.notes))


def _number(section: Section) -> int:
    """The section of the highest level that it is in."""
    return section.path[0] if section.path else 0
