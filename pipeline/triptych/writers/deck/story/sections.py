"""Split a chapter into sections, and make slides from their lists, charts, tables and other content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triptych.languages.labels import Labels
from triptych.languages.sentences import find_sentence_ends, split_sentences
from triptych.model import nodes
from triptych.model.book import Chapter, SlideSelection
from triptych.model.nodes import Block, Inline, Style
from triptych.model.walk import attr_of, plain_text
from triptych.writers.deck.slides import (
    CodeBody,
    Column,
    ColumnsBody,
    Layout,
    Para,
    Run,
    TextBody,
    cut_runs,
    join_run_text,
)
from triptych.writers.deck.story.assertions import LONGEST_TITLE, SlideTopic, find_names
from triptych.writers.deck.story.author_slides import make_author_slide
from triptych.writers.deck.story.evidence import Evidence, EvidenceMaker, Shown, select_shown
from triptych.writers.deck.story.remarks import finish_sentences
from triptych.writers.deck.story.runs import Formulas, make_note, make_runs, number_para
from triptych.writers.deck.story.slide_titles import ChapterTitles

_SHORTEST_LEAD_IN = 12  # characters; excludes lead-ins such as "For example:" as titles


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadedBlocks:
    """A heading and the blocks up to the next heading; the first one has only the blocks before any heading.

    ``path`` lists the positions of the headings above, among the chapter's blocks, counted from 1. ``shown``
    lists, for each block, the nodes that get their own slides.
    """

    heading: str
    path: tuple[int, ...]
    blocks: Sequence[Block]
    shown: Sequence[Sequence[Shown]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPoints:
    """The slide with a section's list.

    ``at`` is the block with the list. The slide is placed at the block ``opens``: the section's first block,
    or the list if other content is shown before the list.
    """

    evidence: Evidence
    at: Block
    opens: Block


def split_sections(chapter: Chapter, labels: Labels | None = None) -> Iterator[HeadedBlocks]:
    """Yield the sections of a chapter.

    With ``labels``, sentences that end with a formula or list are completed.
    """

    def section() -> HeadedBlocks:
        own = finish_sentences(blocks, labels) if labels else blocks
        shown = [list(select_shown(block, chapter.talk.telling)) for block in own]
        return HeadedBlocks(heading=heading, path=tuple(n for _, n in over), blocks=own, shown=shown)

    heading, blocks = plain_text(chapter.title), list[Block]()
    over: list[tuple[int, int]] = []  # level and position of each heading above the blocks
    for number, block in enumerate(chapter.blocks, 1):
        if isinstance(block, nodes.Heading):
            yield section()
            heading, blocks = plain_text(block.content), []
            over = [*((level, n) for level, n in over if level < block.level), (block.level, number)]
        blocks.append(block)
    yield section()


def make_points_slide(
    section: HeadedBlocks, chapter: Chapter, maker: EvidenceMaker, titles: ChapterTitles
) -> ListedPoints | None:
    """Make the slide with a section's list.

    Return None if there is no list, or if slides are not selected automatically.
    """
    if chapter.talk.telling is not SlideSelection.AUTO:
        return None
    points = find_points(section.blocks, maker.formulas, maker.labels.colon)
    if points is None:
        return None
    spans = (index for block in section.blocks if (index := getattr(block, "span", None)))
    index = next(index for index, block in enumerate(section.blocks) if block is points.first)
    follows = any(section.shown[:index])
    title = titles.choose(index, section.blocks, SlideTopic(section.heading), first=not follows)
    asserted = titles.is_statement(title, section.heading)
    if title == section.heading and not section.path:
        title = _find_introduction(section.blocks[index - 1], maker.labels.language) if index else ""
        title = title or maker.labels.titled(section.heading, maker.labels["contents"])
    made = Evidence(
        layout=Layout.BULLETS,
        title=title,
        body=TextBody(paras=points.paras),
        requested=False,
        asserted=asserted,
        hidden=titles.phrasing.is_practice(section.heading),
        section=_get_number(section),
        span=next(spans, chapter.span),
    )
    return ListedPoints(evidence=made, at=points.first, opens=points.first if follows else section.blocks[0])


def _find_introduction(block: Block, language: str) -> str:
    """Return the sentence that introduces the next block, without its colon.

    Return "" if there is no such sentence, or if it cannot be a title.
    """
    text = plain_text(block.content).rstrip() if isinstance(block, nodes.Paragraph) else ""
    if len(text) <= _SHORTEST_LEAD_IN or not text.endswith((":", "：")):
        return ""
    sentence = split_sentences(text[:-1], language)[-1].strip()
    return sentence if _SHORTEST_LEAD_IN <= len(sentence) <= LONGEST_TITLE else ""


def make_section_slides(
    section: HeadedBlocks,
    chapter: Chapter,
    maker: EvidenceMaker,
    titles: ChapterTitles,
    listed: ListedPoints | None,
) -> Mapping[int, list[Evidence]]:
    """Make the slides of a section, by block index; a program's output joins the slide of its listing."""
    made: dict[int, list[Evidence]] = {}
    last: tuple[int, int] | None = None  # block index and position of the last slide
    first = listed is None or listed.opens is not section.blocks[0]
    for index, here in enumerate(section.shown):
        for node in here:
            item = _make_evidence(node, index, section, chapter, maker, titles, first=first and last is None)
            if item is None:
                continue
            if last:
                before = made[last[0]][last[1]]
                between = section.blocks[last[0] + 1 : index]
                if together := join_output(before, item, between):
                    made[last[0]][last[1]] = together
                    continue
            made.setdefault(index, []).append(item)
            last = index, len(made[index]) - 1
    if chapter.talk.telling is SlideSelection.AUTO:
        for index, items in made.items():
            made[index] = [_add_explanation(item, index, section, titles) for item in items]
    return made


def _add_explanation(item: Evidence, index: int, section: HeadedBlocks, titles: ChapterTitles) -> Evidence:
    """Add sentences about a listing as bullet points beside it.

    The first sentence becomes the title if the slide has no statement as its title.
    """
    if item.requested or item.hidden or not has_space_beside(item):
        return item
    code = "".join(node.text for node in item.shown if isinstance(node, nodes.CodeBlock))
    topic = SlideTopic(section.heading, item.title, names=find_names(code))
    points = titles.choose_points(index, section.blocks, topic, MOST_POINTS)
    if not item.asserted and (said := next((one for one in points if len(one) <= LONGEST_TITLE), "")):
        points.remove(said)
        item = replace(item, title=said, asserted=True)
    return add_points(item, [make_note(point) for point in points]) if points else item


def _make_evidence(
    node: Shown,
    index: int,
    section: HeadedBlocks,
    chapter: Chapter,
    maker: EvidenceMaker,
    titles: ChapterTitles,
    *,
    first: bool,
) -> Evidence | None:
    if isinstance(node, nodes.Slide):
        return replace(make_author_slide(node, section.heading, maker), section=_get_number(section))
    item = maker.make_evidence(node, "")
    if item is None:
        return None
    item = replace(item, section=_get_number(section))
    if item.own_title or (item.requested and item.title) or chapter.talk.telling is not SlideSelection.AUTO:
        return replace(item, title=item.title or section.heading, asserted=bool(item.title))
    names = find_names(node.text) if isinstance(node, nodes.CodeBlock) else frozenset[str]()
    caption = plain_text(getattr(node, "caption", ()))
    topic = SlideTopic(section.heading, caption, label=item.title, names=names)
    title = titles.choose(index, section.blocks, topic, first=first)
    hidden = item.hidden or (not item.requested and titles.phrasing.is_practice(section.heading))
    asserted = titles.is_statement(title, section.heading)
    # The layout for listings has no placeholder for the caption.
    unseen = (make_note(item.title),) if item.layout is Layout.CODE and item.title not in ("", title) else ()
    return replace(item, title=title, asserted=asserted, hidden=hidden, notes=(*unseen, *item.notes))


def _get_number(section: HeadedBlocks) -> int:
    return section.path[0] if section.path else 0


_FEWEST, _MOST = 2, 9  # minimum and maximum items of a list that gets a slide
_LONGEST = 18  # maximum words of a bullet point; longer ones are cut after their first sentence


@dataclass(frozen=True, slots=True)
class _Item:
    """A list item; ``listed`` is the ordered list it belongs to, or None."""

    content: tuple[Inline, ...]
    number: int = 0
    listed: nodes.OrderedList | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPoints:
    """The bullet points of a section's slide, and the first block that contains them."""

    paras: tuple[Para, ...]
    first: Block


def find_points(
    blocks: Sequence[Block], formulas: Formulas | None = None, colon: str = ": "
) -> SectionPoints | None:
    """Return the bullet points of a section, or None if it has too few or too many.

    Bold words at the start of paragraphs are preferred to the first list or definition list. A ``colon``
    separates a term from its definition.
    """
    kept = [
        block for block in blocks if not (attr_of(block).has("no-slide") or attr_of(block).has("book-only"))
    ]
    leads = [(block, _Item(lead)) for block in kept if (lead := _find_bold_start(block))]
    candidates = [(block, _list_items(block, colon)) for block in kept]
    if leads:
        candidates.insert(0, (leads[0][0], [lead for _, lead in leads]))
    for block, items in candidates:
        if _FEWEST <= len(items) <= _MOST:
            points = ((item, _make_point(item.content, formulas)) for item in items)
            paras = tuple(
                number_para(point, item.number, item.listed) if item.listed else point
                for item, point in points
                if point
            )
            return SectionPoints(paras=paras, first=block) if paras else None
    return None


def _find_bold_start(block: Block) -> tuple[Inline, ...]:
    """Return the bold words at the start of a paragraph, or () if there are none or all of it is bold."""
    match block:
        case nodes.Paragraph(content=(nodes.Styled(style=Style.STRONG, content=lead), _, *_)):
            return lead
    return ()


def _list_items(block: Block, colon: str) -> list[_Item]:
    match block:
        case nodes.BulletList():
            return [_Item(first) for item in block.items if (first := _get_first_paragraph(item))]
        case nodes.OrderedList():
            counted = enumerate(block.items, block.start)
            return [_Item(first, n, block) for n, item in counted if (first := _get_first_paragraph(item))]
        case nodes.DefinitionList():
            return [_Item(_convert_definition(item, colon)) for item in block.items]
    return []


def _get_first_paragraph(item: nodes.ListItem) -> tuple[Inline, ...]:
    first = item.content[0] if item.content else None
    return first.content if isinstance(first, nodes.Paragraph) else ()


def _convert_definition(item: nodes.Definition, colon: str) -> tuple[Inline, ...]:
    """Return a term in bold, and the first paragraph of its definition."""
    term = nodes.Styled(style=Style.STRONG, content=item.term)
    first = item.meanings[0][0] if item.meanings and item.meanings[0] else None
    return (term, nodes.Text(text=colon), *first.content) if isinstance(first, nodes.Paragraph) else (term,)


def _make_point(content: tuple[Inline, ...], formulas: Formulas | None) -> Para | None:
    shown = make_runs(content, formulas=formulas)
    text = join_run_text(shown)
    if len(plain_text(content).split()) > _LONGEST:
        shown = tuple(cut_runs(shown, next(find_sentence_ends(text), 0)))
    if not shown:
        return None
    last = replace(shown[-1], text=shown[-1].text.rstrip().rstrip(":;,."))
    return Para(runs=(*shown[:-1], last))


_PRINTED = frozenset("console output text txt plain stdout stderr ansi sh-session shell-session none".split())
_MOST_BETWEEN = 2  # maximum number of paragraphs between a listing and its output
# The maximum number of lines, and characters in a line, that are legible on a slide.
_LINES, _CHARACTERS = 16, 90
_LINES_BESIDE, _CHARACTERS_BESIDE = 16, 54  # the same for a listing beside text
MOST_POINTS = 3  # maximum number of bullet points beside a listing
_SHARE_OF_TEXT = 0.36


def is_output(node: object) -> bool:
    """Return whether a code block is the output of a program."""
    return isinstance(node, nodes.CodeBlock) and (
        node.language.lower() in _PRINTED
        or node.attr.has("output")
        or any(node.attr.has(f"cell-output-{name}") for name in ("stdout", "stderr", "display"))
    )


def join_output(listing: Evidence, output: Evidence, between: Sequence[Block]) -> Evidence | None:
    """Combine a listing and its output on one slide, or return None if they must be separate.

    At most two paragraphs may be ``between`` them, and neither may have been requested by the author.
    """
    if listing.requested or output.requested or listing.hidden or output.hidden:
        return None
    if not isinstance(listing.body, CodeBody) or not isinstance(output.body, CodeBody):
        return None
    if is_output(listing.shown[0]) or not is_output(output.shown[0]):
        return None
    if not _fit_on_slide(listing.body.text, output.body.text):
        return None
    if len(between) > _MOST_BETWEEN or not all(isinstance(block, nodes.Paragraph) for block in between):
        return None
    columns = Column(body=listing.body), Column(body=output.body)
    return replace(
        listing,
        layout=Layout.COLUMNS,
        body=ColumnsBody(columns=columns),
        notes=(*listing.notes, *output.notes),
        shown=(*listing.shown, *output.shown),
    )


def has_space_beside(item: Evidence) -> bool:
    """Return whether a slide shows only a listing, which is narrow enough for text beside it."""
    if item.layout is not Layout.CODE or not isinstance(item.body, CodeBody):
        return False
    lines = item.body.text.strip("\n").split("\n")
    return len(lines) <= _LINES_BESIDE and max(map(len, lines)) <= _CHARACTERS_BESIDE


def add_points(listing: Evidence, points: Sequence[tuple[Run, ...]]) -> Evidence:
    """Return the slide with bullet points beside its listing."""
    assert isinstance(listing.body, CodeBody)
    text = TextBody(paras=tuple(Para(runs=point) for point in points))
    body = ColumnsBody(columns=(Column(body=text), Column(body=listing.body)), width_fraction=_SHARE_OF_TEXT)
    return replace(listing, layout=Layout.COLUMNS, body=body)


def _fit_on_slide(listing: str, output: str) -> bool:
    """Return whether a listing and its output fit on a slide, one above the other or side by side."""
    texts = [text.strip("\n").split("\n") for text in (listing, output)]
    heights = [len(lines) for lines in texts]
    widths = [max(map(len, lines)) for lines in texts]
    over = sum(heights) <= _LINES and max(widths) <= _CHARACTERS
    beside = max(heights) <= _LINES and sum(widths) <= _CHARACTERS
    return over or beside
