"""Select the blocks of the book that get slides of their own, make these slides, and rank them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import heapify, heappop, heappush
from math import ceil, inf
from textwrap import dedent
from typing import Any, TypeAlias

from triptych.diagnostics import Diagnostic, Span
from triptych.languages.labels import Labels
from triptych.media.output_pictures import SVG_MEDIA_TYPE, PreparedPicture
from triptych.model import nodes
from triptych.model.book import Book, SlideSelection, format_equation_number
from triptych.model.nodes import Block, Inline, Picture
from triptych.model.walk import children, get_attr, plain_text, walk
from triptych.template_views import template_view
from triptych.writers.deck.slides import (
    Body,
    CalloutBody,
    CodeBody,
    Column,
    ColumnsBody,
    NoteParagraph,
    PictureBody,
    SlideKindName,
    TableBody,
    TextBody,
    join_run_text,
)
from triptych.writers.deck.story.bodies import (
    list_unshown_blocks,
    make_chart_body,
    make_picture_body,
    make_quote_body,
    make_table_body,
    make_timeline_body,
)
from triptych.writers.deck.story.runs import (
    FormulaImages,
    NotePart,
    NotesConverter,
    drop_citations,
    iter_aside_notes,
    make_paras,
    make_plain_note,
)
from triptych.writers.findings import report_undrawn_formula

_MAX_TITLE_WORDS = 12  # maximum number of words of a caption used as a slide title
_FILE_NAME = re.compile(r"^[\w./\\-]+\.\w+(?::\s+|$)")  # a file name at the start of a listing's caption


@template_view("id", "layout", "title", "notes", "hidden", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSlide:
    """A slide with content of the book, and its speaker notes.

    ``author_notes`` were written by the author; ``notes`` are all others. ``has_own_title`` is true if the
    title was written for the slide, and ``has_statement_title`` if the title is a statement. ``section`` is
    the number of the top-level heading above the content, or 0 if there is none.
    """

    layout: SlideKindName
    title: str
    body: Body | None
    author_notes: tuple[NoteParagraph, ...] = ()
    notes: tuple[NotePart, ...] = ()
    hidden: bool = False
    is_requested: bool = True
    has_own_title: bool = False
    has_statement_title: bool = False
    section: int = 0
    id: str = ""
    book_blocks: tuple[Block, ...] = ()
    layout_name: str = ""
    overflow: str = ""
    span: Span | None = None


class ContentSlideMaker:
    """Makes slides from blocks of the book, and appends diagnostics to ``diagnostics``.

    If ``with_asides`` is true, the speaker notes include footnotes and long descriptions.
    """

    def __init__(
        self,
        book: Book,
        labels: Labels,
        pictures: Mapping[Picture, PreparedPicture],
        formulas: FormulaImages,
        diagnostics: list[Diagnostic],
        *,
        with_asides: bool = True,
    ) -> None:
        self.book, self.labels, self.pictures = book, labels, pictures
        self.formulas, self.diagnostics, self.with_asides = formulas, diagnostics, with_asides

    def make_content_slide(self, node: SlideNode, heading: str) -> ContentSlide | None:
        """Make a slide from a block.

        Return None if an image file is missing or a timeline has no entries.
        """
        match node:
            case nodes.Chart():
                return self._make_slide(
                    node, SlideKindName.CHART, heading, make_chart_body(node, self.labels)
                )
            case nodes.Table():
                return self._make_slide(
                    node, SlideKindName.TABLE, heading, make_table_body(node, self.labels)
                )
            case nodes.Figure():
                image = node.images[0]
                if image.picture is None:
                    return None
                picture = make_picture_body(image, self.pictures[image.picture], node, self.labels)
                return self._make_slide(node, SlideKindName.PICTURE, heading, picture)
            case nodes.CodeBlock():
                code = CodeBody(text=node.text, language=node.language)
                return self._make_slide(node, SlideKindName.CODE, heading, code)
            case nodes.BlockQuote():
                return self._make_slide(node, SlideKindName.QUOTE, heading, make_quote_body(node))
            case nodes.Equation():
                return self.make_equation_slide(node, heading)
            case nodes.Callout():
                title = plain_text(node.title) or heading
                paras = tuple(make_paras(node.content, 0, self.formulas))
                callout = CalloutBody(label=self.labels[node.kind], paras=paras)
                return self._make_slide(node, SlideKindName.CALLOUT, title, callout)
            case nodes.Group():
                body = make_timeline_body(node.content, self.labels.language)
                if body is None:
                    return None
                slide = self._make_slide(node, SlideKindName.TIMELINE, heading, body)
                return replace(slide, notes=self.make_card_notes(node.content))
        raise TypeError(f"a {type(node).__name__} is not evidence by itself")

    def make_notes_converter(self, *omitted_nodes: object) -> NotesConverter:
        """Return a converter from blocks to speaker notes that omits ``omitted_nodes``."""
        return NotesConverter(frozenset(map(id, omitted_nodes)), self.labels.colon, self.with_asides)

    def iter_asides(self, *nodes: object) -> Iterator[NoteParagraph]:
        """Yield the footnotes in ``nodes`` as notes; yield nothing if notes exclude footnotes."""
        yield from (aside for node in nodes if self.with_asides for aside in iter_aside_notes(node))

    def make_card_notes(self, content: tuple[Block, ...]) -> tuple[NoteParagraph, ...]:
        """Return the notes of a slide with big numbers or a timeline: all content that the slide omits."""
        unshown_blocks = list_unshown_blocks(content)
        on_it = (block for block in content if block not in unshown_blocks)
        return (*self.make_notes_converter().make_paragraphs(unshown_blocks), *self.iter_asides(*on_it))

    def _make_slide(self, node: SlideNode, kind: SlideKindName, heading: str, body: Body) -> ContentSlide:
        caption: tuple[Inline, ...] = getattr(node, "caption", ())
        words = plain_text(drop_citations(caption))
        words_of_title = _FILE_NAME.sub("", words) if kind is SlideKindName.CODE else words
        short_title = (
            words_of_title.rstrip(".") if 0 < len(words_of_title.split()) <= _MAX_TITLE_WORDS else ""
        )
        title = node.attr.get("slide-title") or short_title or heading
        # The layout for listings has no placeholder for the caption.
        omitted_remarks = (
            (make_plain_note(words),) if kind is SlideKindName.CODE and title != words.rstrip(".") else ()
        )
        speaker_notes = tuple(inner for inner in walk(node) if isinstance(inner, nodes.SpeakerNotes))
        return ContentSlide(
            layout=kind,
            title=title,
            body=body,
            author_notes=tuple(NotesConverter(frozenset(), self.labels.colon).make_paragraphs(speaker_notes)),
            notes=(
                *omitted_remarks,
                *(
                    self.make_notes_converter().make_paragraphs(getattr(node, "description", ()))
                    if self.with_asides
                    else ()
                ),
                *self.iter_asides(node),
            ),
            hidden=node.attr.has("backup"),
            is_requested=node.attr.has("slide"),
            has_own_title=bool(node.attr.get("slide-title")),
            id=node.attr.id,
            book_blocks=(node,),
            span=node.span,
        )

    def make_full_picture_slide(self, image: nodes.Image, title: str) -> ContentSlide | None:
        """Make a slide covered by an image; return None if the image file is missing."""
        if image.picture is None:
            return None
        body = make_picture_body(image, self.pictures[image.picture], None, self.labels)
        return ContentSlide(layout=SlideKindName.FULL_PICTURE, title=title, body=body)

    def make_equation_slide(
        self, node: nodes.Equation, heading: str, before: Sequence[Block] = (), after: Sequence[Block] = ()
    ) -> ContentSlide:
        """Make a slide with a displayed formula and text around it, with TeX source as fallback."""
        points = [tuple(make_paras(tuple(blocks), 0, self.formulas)) for blocks in (before, after)]
        body: Body | None = self.formulas.make_equation_body(
            node, format_equation_number(node, self.book.labels), *points
        )
        if body is not None:
            return self._make_slide(node, SlideKindName.EQUATION, heading, body)
        if node.mathml:  # invalid formulas have been reported as MTH001
            self.diagnostics.append(report_undrawn_formula(node, "its TeX source is shown on the slide"))
        if before or after:
            paras = (*points[0], *make_paras((node,)), *points[1])
            return self._make_slide(node, SlideKindName.BULLETS, heading, TextBody(paras=paras))
        return self._make_slide(node, SlideKindName.CODE, heading, CodeBody(text=node.tex, language="latex"))

    def make_text_slide(self, points: tuple[Block, ...], title: str, span: Span | None) -> ContentSlide:
        """Make a text slide.

        If the text is a single displayed formula, it gets its own frame; several formulas become paragraphs.
        """
        formulas = [index for index, block in enumerate(points) if isinstance(block, nodes.Equation)]
        if len(formulas) == 1:
            (index,) = formulas
            formula = points[index]
            assert isinstance(formula, nodes.Equation)
            return self.make_equation_slide(formula, title, points[:index], points[index + 1 :])
        body = TextBody(paras=tuple(make_paras(points, 0, self.formulas)))
        return ContentSlide(layout=SlideKindName.BULLETS, title=title, body=body, span=span)


# Length in lines of listings that are selected automatically. A listing with a caption may be shorter.
_MIN_CODE_LINES, _MAX_CODE_LINES = 3, 16

SlideNode: TypeAlias = (
    nodes.Chart
    | nodes.Table
    | nodes.Figure
    | nodes.CodeBlock
    | nodes.BlockQuote
    | nodes.Equation
    | nodes.Callout
    | nodes.Group
    | nodes.Slide
)


def select_slide_nodes(node: object, mode: SlideSelection = SlideSelection.AUTO) -> Iterator[SlideNode]:
    """Yield the nodes inside ``node`` that a selection mode chooses for slides of their own.

    The content of these nodes, and content excluded from slides, is skipped.
    """
    return _select_nodes(node, partial(_has_own_slide, selection=mode))


def select_author_slide_nodes(node: object) -> Iterator[SlideNode]:
    """Yield the nodes that may fill the frame of an author's slide. Formulas count as text."""
    kinds = nodes.Chart | nodes.Table | nodes.Figure | nodes.CodeBlock | nodes.BlockQuote
    return _select_nodes(node, lambda inner: isinstance(inner, kinds))


def _select_nodes(node: object, is_selected: Callable[[Any], bool]) -> Iterator[Any]:
    if _is_excluded(node):
        return
    inner: Iterable[Any] = children(node)
    if isinstance(node, nodes.Figure) and node.panels:
        inner = node.panels
    elif is_selected(node):
        yield node
        return
    for child in inner:
        yield from _select_nodes(child, is_selected)


def _is_excluded(node: object) -> bool:
    """Return whether slides exclude a node with its content, such as a decorative image."""
    if (
        isinstance(node, nodes.Figure)
        and not node.panels
        and all(image.is_decorative for image in node.images)
    ):
        return True
    attr = get_attr(node)
    return (
        attr.has("no-slide")
        or attr.has("book-only")
        or isinstance(node, nodes.Note | nodes.SpeakerNotes)
        or (isinstance(node, nodes.Slide) and attr.has(nodes.OVERVIEW))
    )


def _has_own_slide(node: object, selection: SlideSelection) -> bool:
    if selection is SlideSelection.NONE or isinstance(node, nodes.Slide):
        return selection is not SlideSelection.NONE
    requested = get_attr(node).has("slide") or get_attr(node).has("backup")
    if selection is SlideSelection.EXPLICIT and not requested:
        return False
    match node:
        case nodes.Chart() | nodes.Figure():
            return True
        case nodes.Table():  # a column without a caption is often a framed remark
            return requested or bool(node.caption) or len(node.columns) > 1
        case nodes.CodeBlock():
            lines = node.text.count("\n") + 1
            return requested or lines in range(1 if node.caption else _MIN_CODE_LINES, _MAX_CODE_LINES + 1)
        case nodes.BlockQuote() | nodes.Callout():
            return requested
        case nodes.Group():
            return node.attr.has("timeline") and any(
                isinstance(child, nodes.DefinitionList) for child in node.content
            )
        case nodes.Equation():
            tags = {node.tag, *(row.tag for row in node.rows)} - {"", nodes.END_OF_PROOF}
            has_number = bool(tags or node.group) or any(row.attr.id for row in node.rows)
            return requested or has_number or node.attr.id.startswith("eq-")
    return False


# The value of each slide kind. A caption, or a statement as title, increases the value.
_KIND_SCORES: Mapping[SlideKindName, float] = {
    SlideKindName.CHART: 4.0,
    SlideKindName.TIMELINE: 3.5,
    SlideKindName.NUMBERS: 3.5,
    SlideKindName.PICTURE: 3.0,
    SlideKindName.TABLE: 2.5,
    SlideKindName.COLUMNS: 3.0,
    SlideKindName.BULLETS: 3.0,
    SlideKindName.EQUATION: 2.0,
    SlideKindName.CODE: 1.5,
}
_CAPTION_SCORE = 1.5
_STATEMENT_SCORE = 1.5
_EXPLAINED_KINDS = frozenset(
    {SlideKindName.CODE, SlideKindName.BULLETS, SlideKindName.EQUATION, SlideKindName.COLUMNS}
)
_MAX_UNEXPLAINED = 3  # maximum number of visible slides without an explanation
_MIN_POINT_WORDS = 4  # minimum number of words of a bullet point that needs no explanation
_MAX_ROWS, _MAX_COLUMNS = 13, 8  # maximum rows and columns of a table on one slide
_MAX_HEAT_MAP_CELLS = 54  # maximum number of cells of a heat map whose numbers an audience can compare
# A full slide has 12 lines of 60 characters in the largest type. Less than 40 % is mostly empty.
_LINE_LENGTH, _MIN_LINES = 60, 5
_MIN_CODE_SIZE = 16.0  # minimum text size in points of a listing that is selected automatically
_LEAD_HEIGHT = 75.0  # height in points of two lines of text above a listing
_CODE_CHARACTER_WIDTH, _CODE_LINE_HEIGHT, _CODE_INSETS = 0.6, 1.25, 32.0  # in ems; in points
_CODE_LINE_LENGTH = 48  # the same in characters of code
_COLUMN_WIDTH = 0.45  # fraction of the slide's width
# The size of a slide's body in points, which is also the size in pixels of an image that fills it, and the
# minimum fractions of its width or height, and of its area, for an image.
_FRAME_WIDTH, _FRAME_HEIGHT, _MIN_IMAGE_FRACTION, _MIN_IMAGE_AREA = 866.0, 366.0, 0.65, 0.2
_MIN_CAPTION_WORDS = 6  # minimum number of words of a caption that explains an image
_REPETITION_FACTOR = 0.5  # factor for each further slide of the same section


def limit_content_slides(
    slides: Sequence[ContentSlide], max_slides: int | None, *, keeps_one: bool = True
) -> list[ContentSlide]:
    """Hide slides that were not requested, except the best ``max_slides``.

    Tables that are too large for a slide are also hidden, and so are slides that would be mostly empty, and
    all but a few of the slides that need a statement but have none. If ``keeps_one`` is true, one slide is
    visible in any case; otherwise, no slide without the statement that it needs is visible, and none that
    would repeat a title. If ``max_slides`` is None, return the slides unchanged.
    """
    if max_slides is None:
        return list(slides)
    best = [index for index, _ in rank_content_slides(slides)]
    if not keeps_one:
        first_by_title = {slides[index].title: index for index in reversed(best)}
        best = [index for index in best if first_by_title[slides[index].title] == index]
    best = best[:max_slides]
    max_unexplained = _MAX_UNEXPLAINED if keeps_one else 0
    seen = {
        index
        for rank, index in enumerate(best)
        if (rank < max_unexplained or not _needs_statement_title(slides[index]))
        and not _is_mostly_empty(slides[index])
    } or set(best[: int(keeps_one)])
    return [
        replace(item, hidden=True) if _is_optional(item) and index not in seen else item
        for index, item in enumerate(slides)
    ]


def rank_content_slides(slides: Sequence[ContentSlide]) -> list[tuple[int, float]]:
    """Return the index and value of each visible slide that was not requested, best first.

    Each further slide of a section counts half as much as the previous one, so that more sections are shown.
    Slides that need a statement as title but have none come later; those that would be mostly empty are last.
    """
    open_ = [index for index, item in enumerate(slides) if _is_optional(item) and not _has_large_table(item)]
    of_section: Counter[int] = Counter()
    order: list[tuple[int, float]] = []
    groups = [(_is_mostly_empty(item), _needs_statement_title(item)) for item in slides]
    for group in sorted(set(groups)):
        # Each section has a queue. Only the best slides of the queues are compared.
        rows: dict[int, list[int]] = {}
        for index in sorted(open_, key=lambda index: (_score_slide(slides[index]), -index)):
            if groups[index] == group:
                rows.setdefault(slides[index].section, []).append(index)

        def first(section: int, row: list[int]) -> tuple[float, int, int]:
            return (
                -_score_slide(slides[row[-1]]) * _REPETITION_FACTOR ** of_section[section],
                row[-1],
                section,
            )

        next_ranked = [first(*row) for row in rows.items()]
        heapify(next_ranked)
        while next_ranked:
            score, index, section = heappop(next_ranked)
            order.append((index, -score))
            of_section[section] += 1
            rows[section].pop()
            if rows[section]:
                heappush(next_ranked, first(section, rows[section]))
    return order


def _is_optional(slide: ContentSlide) -> bool:
    """Return whether a slide is visible but was not requested by the author."""
    return not (slide.hidden or slide.is_requested)


def _has_large_table(slide: ContentSlide) -> bool:
    """Return whether a slide has a table that would have to be split, or a heat map with many numbers."""
    body = slide.body
    if not isinstance(body, TableBody):
        return False
    cells = [cell for row in body.rows for cell in row if cell.paras]
    has_many_numbers = len(cells) > _MAX_HEAT_MAP_CELLS and any(cell.shade for cell in cells)
    return has_many_numbers or len(body.rows) > _MAX_ROWS or len(body.alignments) > _MAX_COLUMNS


def _is_mostly_empty(slide: ContentSlide) -> bool:
    """Return whether a slide's image, or its text in the largest type, fills little of the slide's body."""
    match slide.body:
        case PictureBody(width=width, height=height) if _is_raster_image(slide):  # these are not enlarged
            fractions = width / _FRAME_WIDTH, height / _FRAME_HEIGHT
            scale = min(1.0, 1.0 / max(*fractions, 1e-6))
            area = fractions[0] * fractions[1] * scale**2
            return max(fractions) < _MIN_IMAGE_FRACTION or area < _MIN_IMAGE_AREA
    return _count_lines(slide.body) < _MIN_LINES


def _count_lines(body: Body | None, width: float = 1.0) -> float:
    """Return the number of lines that a body needs in a fraction of the slide's width."""
    match body:
        case CodeBody() as listing:
            return _count_large_lines([listing])
        case ColumnsBody(columns=(Column(body=CodeBody() as listing), Column(body=CodeBody() as output))):
            return _count_large_lines([listing, output])
        case TextBody(paras=paras):
            return sum(ceil(len(join_run_text(para.runs)) / (_LINE_LENGTH * width)) for para in paras)
        case TableBody(rows=rows):
            return len(rows)
        case ColumnsBody(columns=columns):
            return max(_count_lines(column.body, _COLUMN_WIDTH) for column in columns)
    return inf


def _is_raster_image(slide: ContentSlide) -> bool:
    figures = (node for node in slide.book_blocks if isinstance(node, nodes.Figure))
    pictures = (image.picture for figure in figures for image in figure.images)
    return all(picture is not None and picture.media_type != SVG_MEDIA_TYPE for picture in pictures)


def has_legible_listing(listings: Sequence[CodeBody], *, width: float = 1.0, has_lead: bool = False) -> bool:
    """Return whether listings one above the other are legible in a fraction of the slide's width.

    With a lead, two lines of text are above the listings.
    """
    lines = [line for listing in listings for line in dedent(listing.text).strip("\n").split("\n")]
    height = _FRAME_HEIGHT - _LEAD_HEIGHT * has_lead - _CODE_INSETS * len(listings)
    size = min(
        (_FRAME_WIDTH * width - _CODE_INSETS) / (max(1, *map(len, lines)) * _CODE_CHARACTER_WIDTH),
        height / (len(lines) * _CODE_LINE_HEIGHT),
    )
    return size >= _MIN_CODE_SIZE


def _count_large_lines(listings: Sequence[CodeBody]) -> float:
    """Return the height of listings one above the other, in lines of the largest type.

    Lines that are too long for the largest type are smaller in proportion.
    """
    lines = [line for listing in listings for line in dedent(listing.text).strip("\n").split("\n")]
    return len(lines) * min(1.0, _CODE_LINE_LENGTH / max(1, *map(len, lines)))


def _needs_statement_title(slide: ContentSlide) -> bool:
    """Return whether a slide needs a statement as title, since it has neither one nor sentences."""
    match slide.body:
        case ColumnsBody(columns=columns) if any(isinstance(column.body, TextBody) for column in columns):
            return False
        case TextBody(paras=paras) if paras:
            long_count = sum(len(join_run_text(para.runs).split()) >= _MIN_POINT_WORDS for para in paras)
            if long_count > len(paras) / 2:
                return False
    needs_explanation = slide.layout in _EXPLAINED_KINDS or (
        slide.layout is SlideKindName.PICTURE and _count_caption_words(slide) < _MIN_CAPTION_WORDS
    )
    return needs_explanation and not slide.has_statement_title


def _score_slide(slide: ContentSlide) -> float:
    score = _KIND_SCORES.get(slide.layout, 2.0) + _STATEMENT_SCORE * slide.has_statement_title
    return score + _CAPTION_SCORE * _has_caption(slide)


def _count_caption_words(slide: ContentSlide) -> int:
    return sum(len(plain_text(getattr(node, "caption", ())).split()) for node in slide.book_blocks)


def _has_caption(slide: ContentSlide) -> bool:
    return any(getattr(node, "caption", ()) for node in slide.book_blocks)
