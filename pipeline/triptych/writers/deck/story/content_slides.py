"""Select the blocks of the book that get their own slides, make these slides, and rank them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import heapify, heappop, heappush
from typing import Any, TypeAlias

from triptych.diagnostics import Diagnostic, Span
from triptych.languages.labels import Labels
from triptych.media.output_pictures import PreparedPicture
from triptych.model import nodes
from triptych.model.book import Book, SlideSelection, format_equation_number
from triptych.model.nodes import Block, Inline, Picture
from triptych.model.walk import children, get_attr, plain_text, walk
from triptych.template_views import template_view
from triptych.writers.deck.slides import (
    Body,
    CalloutBody,
    CodeBody,
    NoteParagraph,
    SlideKindName,
    TableBody,
    TextBody,
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
    iter_aside_notes,
    make_paras,
    make_plain_note,
)
from triptych.writers.findings import report_undrawn_formula

_MAX_TITLE_WORDS = 12  # maximum number of words of a caption used as a slide title
_FILE_NAME = re.compile(r"^[\w./\\-]+\.\w+(?::\s+|$)")  # the file name at the start of many listing captions


@template_view("id", "layout", "title", "notes", "hidden", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSlide:
    """A slide with book content, and its speaker notes.

    ``author_notes`` has the notes that the author wrote, and ``notes`` all others. ``has_own_title`` is true
    if the title was written for the slide, and ``has_statement_title`` if the title is a statement.
    ``section`` is the number of the top-level heading above the content, or 0 if there is none.
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

        Return None if the image file is missing or a timeline has no entries.
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
                picture = make_picture_body(image, self.pictures[image.picture], node)
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
                shown = self._make_slide(node, SlideKindName.TIMELINE, heading, body)
                return replace(shown, notes=self.make_card_notes(node.content))
        raise TypeError(f"a {type(node).__name__} is not evidence by itself")

    def make_notes_converter(self, *omitted_nodes: object) -> NotesConverter:
        """Return a converter from blocks to speaker notes that leaves out ``omitted_nodes``."""
        return NotesConverter(frozenset(map(id, omitted_nodes)), self.labels.colon, self.with_asides)

    def iter_asides(self, *nodes: object) -> Iterator[NoteParagraph]:
        """Yield the footnotes in ``nodes`` as notes, or nothing if the notes do not include footnotes."""
        yield from (aside for node in nodes if self.with_asides for aside in iter_aside_notes(node))

    def make_card_notes(self, content: tuple[Block, ...]) -> tuple[NoteParagraph, ...]:
        """Return the notes of a big-numbers or timeline slide, with all content that is not on the slide."""
        around = list_unshown_blocks(content)
        on_it = (block for block in content if block not in around)
        return (*self.make_notes_converter().make_paragraphs(around), *self.iter_asides(*on_it))

    def _make_slide(self, node: SlideNode, kind: SlideKindName, heading: str, body: Body) -> ContentSlide:
        caption: tuple[Inline, ...] = getattr(node, "caption", ())
        words = plain_text(tuple(inline for inline in caption if not isinstance(inline, nodes.Citation)))
        named = _FILE_NAME.sub("", words) if kind is SlideKindName.CODE else words
        short = named.rstrip(".") if 0 < len(named.split()) <= _MAX_TITLE_WORDS else ""
        title = node.attr.get("slide-title") or short or heading
        # The layout for listings has no placeholder for the caption.
        unseen = (
            (make_plain_note(words),) if kind is SlideKindName.CODE and title != words.rstrip(".") else ()
        )
        written = tuple(inner for inner in walk(node) if isinstance(inner, nodes.SpeakerNotes))
        return ContentSlide(
            layout=kind,
            title=title,
            body=body,
            author_notes=tuple(NotesConverter(frozenset(), self.labels.colon).make_paragraphs(written)),
            notes=(
                *unseen,
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
        """Make a slide that an image covers completely, or return None if the image file is missing."""
        if image.picture is None:
            return None
        body = make_picture_body(image, self.pictures[image.picture], None)
        return ContentSlide(layout=SlideKindName.FULL_PICTURE, title=title, body=body)

    def make_equation_slide(
        self, node: nodes.Equation, heading: str, before: Sequence[Block] = (), after: Sequence[Block] = ()
    ) -> ContentSlide:
        """Make a slide with a displayed formula and text around it, or with its TeX source as a fallback."""
        points = [tuple(make_paras(tuple(blocks), 0, self.formulas)) for blocks in (before, after)]
        body: Body | None = self.formulas.make_equation_body(
            node, format_equation_number(node, self.book.labels), *points
        )
        if body is not None:
            return self._make_slide(node, SlideKindName.EQUATION, heading, body)
        if node.mathml:  # MTH001 was reported for invalid formulas
            self.diagnostics.append(report_undrawn_formula(node, "its TeX source is shown on the slide"))
        if before or after:
            paras = (*points[0], *make_paras((node,)), *points[1])
            return self._make_slide(node, SlideKindName.BULLETS, heading, TextBody(paras=paras))
        return self._make_slide(node, SlideKindName.CODE, heading, CodeBody(text=node.tex, language="latex"))

    def make_text_slide(self, points: tuple[Block, ...], title: str, span: Span | None) -> ContentSlide:
        """Make a slide with text.

        A single displayed formula gets its own frame; several formulas become paragraphs.
        """
        formulas = [index for index, block in enumerate(points) if isinstance(block, nodes.Equation)]
        if len(formulas) == 1:
            (index,) = formulas
            formula = points[index]
            assert isinstance(formula, nodes.Equation)
            return self.make_equation_slide(formula, title, points[:index], points[index + 1 :])
        body = TextBody(paras=tuple(make_paras(points, 0, self.formulas)))
        return ContentSlide(layout=SlideKindName.BULLETS, title=title, body=body, span=span)


# Length in lines of listings that are selected automatically; a listing with a caption may be shorter.
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
    """Yield the nodes inside ``node`` that get their own slides in a selection mode.

    Nodes inside a yielded node, or inside content excluded from slides, are skipped.
    """
    return _select_nodes(node, partial(_has_own_slide, telling=mode))


def select_author_slide_nodes(node: object) -> Iterator[SlideNode]:
    """Yield the nodes that an author's slide can show in its frame. Formulas count as text."""
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
    """Return whether a node and its content are excluded from slides, such as decorative images."""
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


def _has_own_slide(node: object, telling: SlideSelection) -> bool:
    if telling is SlideSelection.NONE or isinstance(node, nodes.Slide):
        return telling is not SlideSelection.NONE
    requested = get_attr(node).has("slide") or get_attr(node).has("backup")
    if telling is SlideSelection.EXPLICIT and not requested:
        return False
    match node:
        case nodes.Chart() | nodes.Table() | nodes.Figure():
            return True
        case nodes.CodeBlock():
            lines = node.text.count("\n") + 1
            return requested or lines in range(1 if node.caption else _MIN_CODE_LINES, _MAX_CODE_LINES + 1)
        case nodes.BlockQuote() | nodes.Callout():
            return requested
        case nodes.Group():
            return node.attr.has("timeline") and any(
                isinstance(b, nodes.DefinitionList) for b in node.content
            )
        case nodes.Equation():
            return requested or bool(node.tag) or node.attr.id.startswith("eq-")
    return False


# The worth of each slide kind; a caption or a statement as title adds to the worth.
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
_MAX_UNEXPLAINED = 3  # maximum number of visible slides that lack an explanation
_MAX_ROWS, _MAX_COLUMNS = 13, 8  # maximum rows and columns of a table on one slide
_REPETITION_FACTOR = 0.5  # factor applied for each further slide of the same section


def limit_content_slides(slides: Sequence[ContentSlide], max_slides: int) -> list[ContentSlide]:
    """Hide the slides that were not requested, except the best ``max_slides``.

    Also hide tables too large for a slide, and all but a few of the slides that need a statement as their
    title but have none. If ``max_slides`` is 0, return the slides unchanged.
    """
    if not max_slides:
        return list(slides)
    best = [index for index, _ in rank_content_slides(slides)][:max_slides]
    seen = {
        index
        for rank, index in enumerate(best)
        if rank < _MAX_UNEXPLAINED or not _needs_statement_title(slides[index])
    }
    return [
        replace(item, hidden=True) if _is_optional(item) and index not in seen else item
        for index, item in enumerate(slides)
    ]


def rank_content_slides(slides: Sequence[ContentSlide]) -> list[tuple[int, float]]:
    """Return the index and worth of each visible slide that was not requested, best first.

    Each further slide of a section counts half as much as the previous one, so that more sections are shown.
    Slides that need a statement as their title but have none come last.
    """
    open_ = [index for index, item in enumerate(slides) if _is_optional(item) and not _has_large_table(item)]
    of_section: Counter[int] = Counter()
    order: list[tuple[int, float]] = []
    for mute in (False, True):
        # Each section has a queue, and only the best slides of the queues are compared.
        rows: dict[int, list[int]] = {}
        for index in sorted(open_, key=lambda index: (_score_slide(slides[index]), -index)):
            if _needs_statement_title(slides[index]) is mute:
                rows.setdefault(slides[index].section, []).append(index)

        def first(section: int, row: list[int]) -> tuple[float, int, int]:
            return (
                -_score_slide(slides[row[-1]]) * _REPETITION_FACTOR ** of_section[section],
                row[-1],
                section,
            )

        firsts = [first(*row) for row in rows.items()]
        heapify(firsts)
        while firsts:
            worth, index, section = heappop(firsts)
            order.append((index, -worth))
            of_section[section] += 1
            rows[section].pop()
            if rows[section]:
                heappush(firsts, first(section, rows[section]))
    return order


def _is_optional(slide: ContentSlide) -> bool:
    """Return whether a slide is visible but was not requested by the author."""
    return not (slide.hidden or slide.is_requested)


def _has_large_table(slide: ContentSlide) -> bool:
    """Return whether a slide's table would have to be split."""
    body = slide.body
    return isinstance(body, TableBody) and (len(body.rows) > _MAX_ROWS or len(body.alignments) > _MAX_COLUMNS)


def _needs_statement_title(slide: ContentSlide) -> bool:
    """Return whether a slide needs a statement as its title but has none."""
    shown = slide.layout in _EXPLAINED_KINDS or (
        slide.layout is SlideKindName.PICTURE and not _has_caption(slide)
    )
    return shown and not slide.has_statement_title


def _score_slide(slide: ContentSlide) -> float:
    worth = _KIND_SCORES.get(slide.layout, 2.0) + _STATEMENT_SCORE * slide.has_statement_title
    return worth + _CAPTION_SCORE * _has_caption(slide)


def _has_caption(slide: ContentSlide) -> bool:
    return any(getattr(node, "caption", ()) for node in slide.book_blocks)
