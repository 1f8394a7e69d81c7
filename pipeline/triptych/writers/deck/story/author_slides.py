"""Make the slides written by the author with ``::: {.slide}``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeGuard

from triptych.media.picture_sizes import parse_length
from triptych.model import nodes
from triptych.model.nodes import Block
from triptych.model.walk import plain_text, rewrite_all, walk, walk_all
from triptych.writers.deck.slides import (
    Body,
    Column,
    ColumnContent,
    ColumnsBody,
    NoteParagraph,
    SlideKindName,
    TextBody,
)
from triptych.writers.deck.story.bodies import join_paragraphs, make_numbers_body, make_timeline_body
from triptych.writers.deck.story.content_slides import (
    ContentSlide,
    ContentSlideMaker,
    SlideNode,
    select_author_slide_nodes,
)
from triptych.writers.deck.story.runs import (
    NotePart,
    NotesConverter,
    has_only_text,
    iter_aside_notes,
    make_paras,
    make_runs,
)

_MAX_WORDS_BESIDE = 60  # maximum number of words beside a chart, table, image or listing
_TEXT_FRACTION = 0.42
_MAX_TABLE_COLUMNS = 3  # maximum number of columns of a table beside text
_MAX_CODE_LINES = 6  # maximum number of lines of a listing beside text
_INVISIBLE_BLOCKS = nodes.ThematicBreak | nodes.PageBreak


def make_author_slide(node: nodes.Slide, heading: str, maker: ContentSlideMaker) -> ContentSlide:
    """Convert an author's slide. Content that its layout cannot show goes into the speaker notes.

    The layout depends on a ``background-image``, the classes ``.big-numbers`` and ``.timeline`` (both for a
    definition list), or two ``.column`` groups. Any other slide shows its first chart, table, image,
    quotation or listing with short text beside it, or else its text. Without a title of its own, the slide is
    titled ``heading``, the heading of its section.
    """
    title = plain_text(node.title) or heading
    notes = tuple(block for block in walk_all(node.content) if isinstance(block, nodes.SpeakerNotes))
    content = rewrite_all(node.content, lambda child: () if isinstance(child, nodes.SpeakerNotes) else child)
    slide = (
        _make_full_picture_slide(node, title, content, maker)
        or _make_cards_slide(node, content, title, maker)
        or _make_columns_slide(content, title, maker)
        or _make_content_slide(content, title, maker)
        or _make_text_slide(content, title, node, maker)
    )
    # The book does not repeat the footnotes of an author's slide, so the notes always include them.
    footnotes = () if maker.with_asides else (text for block in content for text in iter_aside_notes(block))
    image_blocks: tuple[Block, ...] = ()
    if slide.layout is SlideKindName.FULL_PICTURE:  # in the handout, it is an ordinary image on the card
        images = tuple(replace(image, attr=nodes.NO_ATTR) for image in node.background)
        image_blocks = (nodes.Figure(images=images, caption=()),)
    return replace(
        slide,
        title=title,
        notes=(*slide.notes, *footnotes),
        author_notes=tuple(NotesConverter(frozenset(), maker.labels.colon).make_paragraphs(notes)),
        hidden=node.attr.has("backup"),
        is_requested=True,
        has_own_title=bool(plain_text(node.title)),
        book_blocks=(*image_blocks, *content),
        id=node.attr.id or slide.id,
        layout_name=node.attr.get("layout"),
        overflow=node.attr.get("overflow"),
        span=node.span or slide.span,
    )


def _make_full_picture_slide(
    node: nodes.Slide, title: str, content: tuple[Block, ...], maker: ContentSlideMaker
) -> ContentSlide | None:
    slide = maker.make_full_picture_slide(node.background[0], title) if node.background else None
    return (
        replace(slide, notes=tuple(maker.make_notes_converter().make_paragraphs(content))) if slide else None
    )


def _make_cards_slide(
    node: nodes.Slide, content: tuple[Block, ...], title: str, maker: ContentSlideMaker
) -> ContentSlide | None:
    """Make a slide with big numbers or a timeline from a definition list; return None if impossible.

    The paragraphs after the list become the source line.
    """
    for name, layout in (("big-numbers", SlideKindName.NUMBERS), ("timeline", SlideKindName.TIMELINE)):
        if not node.attr.has(name):
            continue
        numbers = layout is SlideKindName.NUMBERS
        body = make_numbers_body(content) if numbers else make_timeline_body(content, maker.labels.language)
        if body:
            return ContentSlide(layout=layout, title=title, body=body, notes=maker.make_card_notes(content))
    return None


def _make_columns_slide(
    content: tuple[Block, ...], title: str, maker: ContentSlideMaker
) -> ContentSlide | None:
    """Make a slide from two pandoc ``.column`` groups; return None if there are not two.

    The paragraphs after the columns become the source line.
    """
    frames = [block for block in content if isinstance(block, nodes.Group) and block.attr.has("columns")]
    columns = [
        block
        for frame in frames
        for block in frame.content
        if isinstance(block, nodes.Group) and block.attr.has("column")
    ]
    if len(columns) != 2:
        return None
    after = content[content.index(frames[-1]) + 1 :]
    source = tuple(block for block in after if isinstance(block, nodes.Paragraph))
    surrounding = tuple(block for block in content if block not in frames and block not in source)
    made_columns: list[Column] = []
    note_parts: list[NotePart] = list(maker.make_notes_converter().make_paragraphs(surrounding))
    for column in columns:
        first, *others = column.content or (None,)
        head = make_runs(first.content) if isinstance(first, nodes.Heading) else ()
        column_body, notes = _make_column(tuple(others) if head else column.content, title, maker)
        made_columns.append(Column(body=column_body, heading=head))
        note_parts += notes
    width_fraction = _get_width_fraction(columns[0], columns[1])
    body = ColumnsBody(
        columns=(made_columns[0], made_columns[1]),
        width_fraction=width_fraction,
        common_source=join_paragraphs(source),
    )
    note_parts += maker.iter_asides(*source)
    layout = (
        SlideKindName.COMPARISON if any(column.heading for column in made_columns) else SlideKindName.COLUMNS
    )
    return ContentSlide(layout=layout, title=title, body=body, notes=tuple(note_parts))


def _make_column(
    content: tuple[Block, ...], title: str, maker: ContentSlideMaker
) -> tuple[ColumnContent, Iterable[NotePart]]:
    """Return a column's content for the slide and its speaker notes."""
    first = _find_first_slide_node(content)
    evidence = maker.make_content_slide(first, title) if first is not None else None
    if evidence is not None and _can_be_column(evidence.body):
        rest = maker.make_notes_converter(first).make_paragraphs(content)
        return evidence.body, (*evidence.notes, *rest)
    return _make_text_body(content, maker)


def _get_width_fraction(first: nodes.Group, second: nodes.Group) -> float:
    """Return the first column's share of the slide width, from the ``width`` attribute of either column."""
    first_width, other = (parse_length(column.attr.get("width")) for column in (first, second))
    if first_width and first_width.unit == "%":
        return min(max(first_width.value / 100, 0.2), 0.8)
    if other and other.unit == "%":
        return min(max(1 - other.value / 100, 0.2), 0.8)
    return 0.5


def _make_content_slide(
    content: tuple[Block, ...], title: str, maker: ContentSlideMaker
) -> ContentSlide | None:
    """Make a slide from the first chart, table, image, quotation or listing; return None without one.

    Short text is shown beside it; longer text goes into the notes.
    """
    first = _find_first_slide_node(content)
    evidence = maker.make_content_slide(first, title) if first is not None else None
    if first is None or evidence is None:
        return None
    index = next(n for n, block in enumerate(content) if any(inner is first for inner in walk(block)))
    text = (*content[:index], *content[index + 1 :])
    is_only_evidence = content[index] is first or not has_only_text(content[index])
    if (
        is_only_evidence
        and _is_short_text(text)
        and _has_room_at_side(first)
        and _can_be_column(evidence.body)
    ):
        body, notes = _make_text_body(text, maker)
        columns = Column(body=body), Column(body=evidence.body)
        columns_body = (
            ColumnsBody(columns=columns, width_fraction=_TEXT_FRACTION)
            if index
            else ColumnsBody(columns=columns[::-1], width_fraction=1 - _TEXT_FRACTION)
        )
        return replace(
            evidence, layout=SlideKindName.COLUMNS, body=columns_body, notes=(*evidence.notes, *notes)
        )
    return replace(
        evidence, notes=(*evidence.notes, *maker.make_notes_converter(first).make_paragraphs(content))
    )


def _make_text_slide(
    content: tuple[Block, ...], title: str, node: nodes.Slide, maker: ContentSlideMaker
) -> ContentSlide:
    points, notes = _separate_text_from_notes(content, maker)
    slide = maker.make_text_slide(points, title, node.span)
    return replace(slide, notes=(*slide.notes, *notes) if slide.layout is SlideKindName.BULLETS else notes)


def _make_text_body(
    content: tuple[Block, ...], maker: ContentSlideMaker
) -> tuple[TextBody, Iterable[NoteParagraph]]:
    points, notes = _separate_text_from_notes(content, maker)
    return TextBody(paras=tuple(make_paras(points, 0, maker.formulas))), notes


def _separate_text_from_notes(
    content: tuple[Block, ...], maker: ContentSlideMaker
) -> tuple[tuple[Block, ...], tuple[NoteParagraph, ...]]:
    """Return the blocks that can be slide text, and notes for the other blocks and the footnotes."""
    points = tuple(block for block in content if has_only_text(block))
    rest = tuple(block for block in content if not has_only_text(block))
    return points, (*maker.make_notes_converter().make_paragraphs(rest), *maker.iter_asides(*points))


def _find_first_slide_node(content: tuple[Block, ...]) -> SlideNode | None:
    return next((item for block in content for item in select_author_slide_nodes(block)), None)


def _is_short_text(text: tuple[Block, ...]) -> bool:
    """Return whether all blocks are text, and short enough for a place beside other content."""
    points = [block for block in text if has_only_text(block) and not isinstance(block, _INVISIBLE_BLOCKS)]
    return bool(points) and len(points) == len(text) and len(plain_text(text).split()) <= _MAX_WORDS_BESIDE


def _has_room_at_side(node: SlideNode) -> bool:
    match node:
        case nodes.Table():
            return len(node.columns) <= _MAX_TABLE_COLUMNS
        case nodes.CodeBlock():
            return node.text.count("\n") < _MAX_CODE_LINES
    return True


def _can_be_column(body: Body | None) -> TypeGuard[ColumnContent]:
    return isinstance(body, ColumnContent)
