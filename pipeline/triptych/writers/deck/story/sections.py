"""Split a chapter into sections, and make slides from their lists, charts, tables and other content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triptych.languages.labels import Labels
from triptych.languages.sentences import find_sentence_ends, split_sentences
from triptych.model import nodes
from triptych.model.book import Chapter, SlideSelection
from triptych.model.nodes import Block, Inline, Style
from triptych.model.walk import get_attr, plain_text
from triptych.writers.deck.slides import (
    CodeBody,
    Column,
    ColumnsBody,
    Para,
    Run,
    SlideKindName,
    TextBody,
    cut_runs,
    join_run_text,
)
from triptych.writers.deck.story.author_slides import make_author_slide
from triptych.writers.deck.story.content_slides import (
    ContentSlide,
    ContentSlideMaker,
    SlideNode,
    has_legible_listing,
    select_slide_nodes,
)
from triptych.writers.deck.story.remarks import complete_sentences
from triptych.writers.deck.story.runs import FormulaImages, make_plain_note, make_runs, number_para
from triptych.writers.deck.story.slide_titles import TitleChooser
from triptych.writers.deck.story.statements import (
    SlideTopic,
    count_common_stems,
    find_identifiers,
)

_MIN_LEAD_IN_LENGTH = 12  # characters; rejects lead-ins such as "For example:" as titles
_QUESTION_MARKS = ("?", "？", "؟")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterSection:
    """A heading with the blocks up to the next heading.

    The first section of a chapter has the blocks before its first heading. ``path`` lists the 1-based
    positions, among the chapter's blocks, of the headings above the section, and ``headings`` has their text.
    ``slide_nodes`` lists, for each block, the nodes that get slides of their own.
    """

    heading: str
    headings: tuple[str, ...]
    path: tuple[int, ...]
    blocks: Sequence[Block]
    slide_nodes: Sequence[Sequence[SlideNode]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsSlide:
    """The slide with a section's list.

    ``list_block`` is the block with the list. ``start_block`` is the block whose place the slide takes: the
    first block of the section, or the list if other content is shown before it.
    """

    content_slide: ContentSlide
    list_block: Block
    start_block: Block


def split_sections(chapter: Chapter, labels: Labels | None = None) -> Iterator[ChapterSection]:
    """Yield the sections of a chapter.

    ``labels`` replaces the formula or list at the end of a sentence.
    """

    def section() -> ChapterSection:
        section_blocks = complete_sentences(blocks, labels) if labels else blocks
        slide_nodes_of_blocks = [
            list(select_slide_nodes(block, chapter.slide_settings.selection)) for block in section_blocks
        ]
        return ChapterSection(
            heading=heading,
            headings=tuple(text for *_, text in heading_path) or (heading,),
            path=tuple(n for _, n, _ in heading_path),
            blocks=section_blocks,
            slide_nodes=slide_nodes_of_blocks,
        )

    heading, blocks = plain_text(chapter.title), list[Block]()
    # Level, position and text of each heading above the blocks.
    heading_path: list[tuple[int, int, str]] = []
    for number, block in enumerate(chapter.blocks, 1):
        if isinstance(block, nodes.Heading):
            yield section()
            heading, blocks = plain_text(block.content), []
            heading_path = [
                *(entry for entry in heading_path if entry[0] < block.level),
                (block.level, number, heading),
            ]
        blocks.append(block)
    yield section()


def make_points_slide(
    section: ChapterSection, chapter: Chapter, maker: ContentSlideMaker, title_chooser: TitleChooser
) -> PointsSlide | None:
    """Make a slide with a section's list.

    Return None if there is no list, or if slides are not selected automatically.
    """
    if chapter.slide_settings.selection is not SlideSelection.AUTO:
        return None
    points = find_points(section.blocks, maker.formulas, maker.labels.colon)
    if points is None:
        return None
    spans = (index for block in section.blocks if (index := getattr(block, "span", None)))
    index = next(index for index, block in enumerate(section.blocks) if block is points.first)
    follows_slide = any(section.slide_nodes[:index])
    lines = [join_run_text(para.runs) for para in points.paras]
    introduction = _find_introduction(section.blocks[index - 1], maker.labels.language) if index else ""
    if any(line.endswith(_QUESTION_MARKS) for line in lines):
        introduction = ""
    title = title_chooser.choose_list_title(
        introduction,
        SlideTopic(section.heading, content=" ".join(lines)),
        len(lines),
        is_first=not follows_slide,
    )
    asserted = title_chooser.is_statement(title, section.heading)
    if title == section.heading and not section.path:
        may_be_title = title_chooser.statement_finder.is_complete(introduction)
        title = introduction if may_be_title else _make_contents_title(lines, chapter, maker.labels)
    content_slide = ContentSlide(
        layout=SlideKindName.BULLETS,
        title=title,
        body=TextBody(paras=points.paras),
        is_requested=False,
        has_statement_title=asserted,
        hidden=title_chooser.statement_finder.is_exercise_section(section.headings) or is_mostly_code(points),
        section=_get_section_number(section),
        span=next(spans, chapter.span),
    )
    return PointsSlide(
        content_slide=content_slide,
        list_block=points.first,
        start_block=points.first if follows_slide else section.blocks[0],
    )


def _make_contents_title(lines: Sequence[str], chapter: Chapter, labels: Labels) -> str:
    """Return the title of a list at the start of a chapter, which has the contents if it names sections."""
    title = plain_text(chapter.title)
    headings = [plain_text(block.content) for block in chapter.blocks if isinstance(block, nodes.Heading)]
    named = sum(any(count_common_stems(line, heading) for heading in headings) for line in lines)
    return labels.titled(title, labels["contents"]) if named > len(lines) / 2 else title


def _find_introduction(block: Block, language: str) -> str:
    """Return the sentence that ends in a colon before the following block, without the colon, or ""."""
    text = plain_text(block.content).rstrip() if isinstance(block, nodes.Paragraph) else ""
    if len(text) <= _MIN_LEAD_IN_LENGTH or not text.endswith((":", "：")):
        return ""
    return split_sentences(text[:-1], language)[-1].strip()


def make_section_slides(
    section: ChapterSection,
    chapter: Chapter,
    maker: ContentSlideMaker,
    title_chooser: TitleChooser,
    points_slide: PointsSlide | None,
) -> Mapping[int, list[ContentSlide]]:
    """Make the slides of a section, by block index. A program's output joins the slide of its listing."""
    slides_by_index: dict[int, list[ContentSlide]] = {}
    last: tuple[int, int] | None = None  # block index and position of the last slide
    first = points_slide is None or points_slide.start_block is not section.blocks[0]
    for index, nodes_of_block in enumerate(section.slide_nodes):
        for node in nodes_of_block:
            item = _make_content_slide(
                node, index, section, chapter, maker, title_chooser, is_first=first and last is None
            )
            if item is None:
                continue
            if last:
                before = slides_by_index[last[0]][last[1]]
                blocks_between = section.blocks[last[0] + 1 : index]
                if combined := join_listing_and_output(before, item, blocks_between):
                    slides_by_index[last[0]][last[1]] = combined
                    continue
            slides_by_index.setdefault(index, []).append(item)
            last = index, len(slides_by_index[index]) - 1
    if chapter.slide_settings.selection is SlideSelection.AUTO:
        for index, items in slides_by_index.items():
            slides_by_index[index] = [_add_explanation(item, index, section, title_chooser) for item in items]
    return slides_by_index


def _add_explanation(
    slide: ContentSlide, index: int, section: ChapterSection, title_chooser: TitleChooser
) -> ContentSlide:
    """Add sentences about a listing as bullet points beside the listing."""
    if slide.is_requested or slide.hidden or not has_room_at_side(slide):
        return slide
    code = "".join(node.text for node in slide.book_blocks if isinstance(node, nodes.CodeBlock))
    topic = SlideTopic(section.heading, slide.title, content=code, identifiers=find_identifiers(code))
    points = title_chooser.choose_points(index, section.blocks, topic, MAX_POINTS)
    return add_points_beside_listing(slide, [make_plain_note(point) for point in points]) if points else slide


def _make_content_slide(
    node: SlideNode,
    index: int,
    section: ChapterSection,
    chapter: Chapter,
    maker: ContentSlideMaker,
    title_chooser: TitleChooser,
    *,
    is_first: bool,
) -> ContentSlide | None:
    if isinstance(node, nodes.Slide):
        return replace(make_author_slide(node, section.heading, maker), section=_get_section_number(section))
    item = maker.make_content_slide(node, "")
    if item is None:
        return None
    item = replace(item, section=_get_section_number(section))
    if (
        item.has_own_title
        or (item.is_requested and item.title)
        or chapter.slide_settings.selection is not SlideSelection.AUTO
    ):
        return replace(item, title=item.title or section.heading, has_statement_title=bool(item.title))
    names = find_identifiers(node.text) if isinstance(node, nodes.CodeBlock) else frozenset[str]()
    caption = plain_text(getattr(node, "caption", ()))
    topic = SlideTopic(
        section.heading, caption, label=item.title, content=_list_content(node), identifiers=names
    )
    title = title_chooser.choose_title(index, section.blocks, topic, is_first=is_first)
    hidden = item.hidden or (
        not item.is_requested and title_chooser.statement_finder.is_exercise_section(section.headings)
    )
    asserted = title_chooser.is_statement(title, section.heading)
    # The layout for listings has no placeholder for the caption.
    omitted_notes = (
        (make_plain_note(item.title),)
        if item.layout is SlideKindName.CODE and item.title not in ("", title)
        else ()
    )
    return replace(
        item, title=title, has_statement_title=asserted, hidden=hidden, notes=(*omitted_notes, *item.notes)
    )


def _list_content(node: SlideNode) -> str:
    """Return the words that a slide with a block shows or describes."""
    match node:
        case nodes.CodeBlock():
            return node.text
        case nodes.Equation():
            return node.tex
        case nodes.Table():
            return f"{plain_text(node.head)} {plain_text(node.body)}"
        case nodes.Figure():
            return " ".join(image.alt for image in node.images)
        case nodes.Chart():
            series = " ".join(series.label for series in node.data.series)
            return f"{node.alt} {series} {' '.join(map(str, node.data.categories))}"
        case _:
            return plain_text((node,))


def _get_section_number(section: ChapterSection) -> int:
    return section.path[0] if section.path else 0


_MIN_ITEMS, _MAX_ITEMS = 2, 9  # minimum and maximum number of items in a list with its own slide
_MAX_POINT_WORDS = 18  # maximum words in a bullet point; longer ones are cut after the first sentence


@dataclass(frozen=True, slots=True)
class _ListItem:
    """A list item; ``ordered_list`` is its list, or None if the list is unordered."""

    content: tuple[Inline, ...]
    number: int = 0
    ordered_list: nodes.OrderedList | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPoints:
    """The bullet points of a section's slide, and the block in which they start."""

    paras: tuple[Para, ...]
    first: Block


def is_mostly_code(points: SectionPoints) -> bool:
    """Return whether most of the points are inline code, such as the expressions of an exercise."""
    code = [all(run.code or not run.text.strip() for run in para.runs) for para in points.paras]
    return sum(code) > len(code) / 2


def find_points(
    blocks: Sequence[Block], formulas: FormulaImages | None = None, colon: str = ": "
) -> SectionPoints | None:
    """Return the bullet points of a section, or None if there are too few or too many.

    Bold words at the start of paragraphs are preferred to the first list or definition list. A ``colon``
    separates a term from its definition.
    """
    kept_blocks = [
        block for block in blocks if not (get_attr(block).has("no-slide") or get_attr(block).has("book-only"))
    ]
    bold_starts = [
        (block, _ListItem(bold_start)) for block in kept_blocks if (bold_start := _find_bold_start(block))
    ]
    candidates = [(block, _make_list_items(block, colon)) for block in kept_blocks]
    if bold_starts:
        candidates.insert(0, (bold_starts[0][0], [bold_start for _, bold_start in bold_starts]))
    for block, items in candidates:
        if _MIN_ITEMS <= len(items) <= _MAX_ITEMS:
            points = ((item, _make_point(item.content, formulas)) for item in items)
            paras = tuple(
                number_para(point, item.number, item.ordered_list) if item.ordered_list else point
                for item, point in points
                if point
            )
            return SectionPoints(paras=paras, first=block) if paras else None
    return None


def _find_bold_start(block: Block) -> tuple[Inline, ...]:
    """Return the bold words at the start of a paragraph; return () if there are none or all is bold."""
    match block:
        case nodes.Paragraph(content=(nodes.Styled(style=Style.STRONG, content=bold_content), _, *_)):
            return bold_content
    return ()


def _make_list_items(block: Block, colon: str) -> list[_ListItem]:
    match block:
        case nodes.BulletList():
            return [_ListItem(first) for item in block.items if (first := _get_first_paragraph(item))]
        case nodes.OrderedList():
            numbered_items = enumerate(block.items, block.start)
            return [
                _ListItem(first, n, block)
                for n, item in numbered_items
                if (first := _get_first_paragraph(item))
            ]
        case nodes.DefinitionList():
            return [_ListItem(_convert_definition(item, colon)) for item in block.items]
    return []


def _get_first_paragraph(item: nodes.ListItem) -> tuple[Inline, ...]:
    first = item.content[0] if item.content else None
    return first.content if isinstance(first, nodes.Paragraph) else ()


def _convert_definition(item: nodes.Definition, colon: str) -> tuple[Inline, ...]:
    """Return a term in bold, followed by the first paragraph of its definition."""
    term = nodes.Styled(style=Style.STRONG, content=item.term)
    first = item.meanings[0][0] if item.meanings and item.meanings[0] else None
    return (term, nodes.Text(text=colon), *first.content) if isinstance(first, nodes.Paragraph) else (term,)


def _make_point(content: tuple[Inline, ...], formulas: FormulaImages | None) -> Para | None:
    visible_runs = make_runs(content, formulas=formulas)
    text = join_run_text(visible_runs)
    if len(plain_text(content).split()) > _MAX_POINT_WORDS:
        visible_runs = tuple(cut_runs(visible_runs, next(find_sentence_ends(text), 0)))
    if not visible_runs:
        return None
    last = replace(visible_runs[-1], text=visible_runs[-1].text.rstrip().rstrip(":;,."))
    return Para(runs=(*visible_runs[:-1], last))


_OUTPUT_LANGUAGES = frozenset(
    "console output text txt plain stdout stderr ansi sh-session shell-session none".split()
)
_MAX_PARAGRAPHS_BETWEEN = 2  # maximum number of paragraphs between a listing and its output
MAX_POINTS = 3  # maximum number of bullet points beside a listing
_TEXT_FRACTION = 0.36


def is_program_output(node: object) -> bool:
    """Return whether a code block is the output of a program."""
    return isinstance(node, nodes.CodeBlock) and (
        node.language.lower() in _OUTPUT_LANGUAGES
        or node.attr.has("output")
        or any(node.attr.has(f"cell-output-{name}") for name in ("stdout", "stderr", "display"))
    )


def join_listing_and_output(
    listing: ContentSlide, output: ContentSlide, blocks_between: Sequence[Block]
) -> ContentSlide | None:
    """Combine a listing and its output on one slide.

    Return None if either slide was requested or is hidden, if they do not fit on one slide, or if more than
    two paragraphs or any other blocks are between them.
    """
    if listing.is_requested or output.is_requested or listing.hidden or output.hidden:
        return None
    if not isinstance(listing.body, CodeBody) or not isinstance(output.body, CodeBody):
        return None
    if is_program_output(listing.book_blocks[0]) or not is_program_output(output.book_blocks[0]):
        return None
    if not _fits_on_slide(listing.body, output.body):
        return None
    if len(blocks_between) > _MAX_PARAGRAPHS_BETWEEN or not all(
        isinstance(block, nodes.Paragraph) for block in blocks_between
    ):
        return None
    columns = Column(body=listing.body), Column(body=output.body)
    return replace(
        listing,
        layout=SlideKindName.COLUMNS,
        body=ColumnsBody(columns=columns),
        notes=(*listing.notes, *output.notes),
        book_blocks=(*listing.book_blocks, *output.book_blocks),
    )


def has_room_at_side(slide: ContentSlide) -> bool:
    """Return whether a slide shows only a listing that leaves enough room for text beside or above it."""
    if slide.layout is not SlideKindName.CODE or not isinstance(slide.body, CodeBody):
        return False
    return has_legible_listing([slide.body], width=1 - _TEXT_FRACTION) or has_legible_listing(
        [slide.body], has_lead=True
    )


def add_points_beside_listing(listing: ContentSlide, points: Sequence[tuple[Run, ...]]) -> ContentSlide:
    """Return the slide with bullet points beside its listing."""
    assert isinstance(listing.body, CodeBody)
    text = TextBody(paras=tuple(Para(runs=point, bullet=len(points) > 1) for point in points))
    body = ColumnsBody(columns=(Column(body=text), Column(body=listing.body)), width_fraction=_TEXT_FRACTION)
    return replace(listing, layout=SlideKindName.COLUMNS, body=body)


def _fits_on_slide(listing: CodeBody, output: CodeBody) -> bool:
    """Return whether a listing and its output fit on a slide, one above the other or side by side."""
    widths = [max(map(len, body.text.split("\n"))) for body in (listing, output)]
    shares = [width / max(sum(widths), 1) for width in widths]
    return has_legible_listing([listing, output]) or all(
        has_legible_listing([body], width=share)
        for body, share in zip((listing, output), shares, strict=True)
    )
