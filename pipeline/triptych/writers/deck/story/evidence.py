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
from triptych.model.walk import attr_of, children, plain_text, walk
from triptych.template_views import template_view
from triptych.writers.deck.slides import (
    Body,
    CalloutBody,
    CodeBody,
    Layout,
    NoteParagraph,
    TableBody,
    TextBody,
)
from triptych.writers.deck.story.bodies import (
    list_blocks_around_cards,
    make_chart_body,
    make_picture_body,
    make_quote_body,
    make_table_body,
    make_timeline_body,
)
from triptych.writers.deck.story.runs import (
    Formulas,
    NotePart,
    NotesConverter,
    find_asides,
    make_note,
    make_paras,
)
from triptych.writers.findings import report_undrawn

_LONGEST_TITLE = 12  # maximum number of words of a caption used as a slide title
_FILE_NAME = re.compile(r"^[\w./\\-]+\.\w+(?::\s+|$)")  # the file name at the start of many listing captions


@template_view("id", "layout", "title", "notes", "hidden", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A slide with book content, and its speaker notes.

    ``script`` has the author's notes, ``notes`` all others. ``own_title`` is true if the title was written
    for the slide, ``asserted`` if the title is a statement. ``section`` is the number of the top-level
    heading above the content, or 0.
    """

    layout: Layout
    title: str
    body: Body | None
    script: tuple[NoteParagraph, ...] = ()
    notes: tuple[NotePart, ...] = ()
    hidden: bool = False
    requested: bool = True
    own_title: bool = False
    asserted: bool = False
    section: int = 0
    id: str = ""
    shown: tuple[Block, ...] = ()
    layout_name: str = ""
    overflow: str = ""
    span: Span | None = None


class EvidenceMaker:
    """Makes slides from blocks, and appends diagnostics to ``found``.

    If ``all`` is true, the speaker notes include footnotes and long descriptions.
    """

    def __init__(
        self,
        book: Book,
        labels: Labels,
        pictures: Mapping[Picture, PreparedPicture],
        formulas: Formulas,
        found: list[Diagnostic],
        *,
        all: bool = True,
    ) -> None:
        self.book, self.labels, self.pictures = book, labels, pictures
        self.formulas, self.found, self.all = formulas, found, all

    def make_evidence(self, node: Shown, heading: str) -> Evidence | None:
        """Make a slide from a block.

        Return None if the image file is missing or a timeline has no entries.
        """
        match node:
            case nodes.Chart():
                return self._show(node, Layout.CHART, heading, make_chart_body(node, self.labels))
            case nodes.Table():
                return self._show(node, Layout.TABLE, heading, make_table_body(node, self.labels))
            case nodes.Figure():
                image = node.images[0]
                if image.picture is None:
                    return None
                picture = make_picture_body(image, self.pictures[image.picture], node)
                return self._show(node, Layout.PICTURE, heading, picture)
            case nodes.CodeBlock():
                code = CodeBody(text=node.text, language=node.language)
                return self._show(node, Layout.CODE, heading, code)
            case nodes.BlockQuote():
                return self._show(node, Layout.QUOTE, heading, make_quote_body(node))
            case nodes.Equation():
                return self.make_equation(node, heading)
            case nodes.Callout():
                title = plain_text(node.title) or heading
                paras = tuple(make_paras(node.content, 0, self.formulas))
                callout = CalloutBody(label=self.labels[node.kind], paras=paras)
                return self._show(node, Layout.CALLOUT, title, callout)
            case nodes.Group():
                body = make_timeline_body(node.content, self.labels.language)
                if body is None:
                    return None
                shown = self._show(node, Layout.TIMELINE, heading, body)
                return replace(shown, notes=self.say_around_cards(node.content))
        raise TypeError(f"a {type(node).__name__} is not evidence by itself")

    def get_speech(self, *shown: object) -> NotesConverter:
        """Return a converter of blocks to speaker notes that leaves out the nodes in ``shown``."""
        return NotesConverter(frozenset(map(id, shown)), self.labels.colon, self.all)

    def iter_asides(self, *nodes: object) -> Iterator[NoteParagraph]:
        """Yield the footnotes in ``nodes`` as notes, or nothing if the notes do not include footnotes."""
        yield from (aside for node in nodes if self.all for aside in find_asides(node))

    def say_around_cards(self, content: tuple[Block, ...]) -> tuple[NoteParagraph, ...]:
        """Return the notes of a big-numbers or timeline slide, with all content that is not on the slide."""
        around = list_blocks_around_cards(content)
        on_it = (block for block in content if block not in around)
        return (*self.get_speech().make_paragraphs(around), *self.iter_asides(*on_it))

    def _show(self, node: Shown, layout: Layout, heading: str, body: Body) -> Evidence:
        caption: tuple[Inline, ...] = getattr(node, "caption", ())
        words = plain_text(tuple(inline for inline in caption if not isinstance(inline, nodes.Citation)))
        named = _FILE_NAME.sub("", words) if layout is Layout.CODE else words
        short = named.rstrip(".") if 0 < len(named.split()) <= _LONGEST_TITLE else ""
        title = node.attr.get("slide-title") or short or heading
        # The layout for listings has no placeholder for the caption.
        unseen = (make_note(words),) if layout is Layout.CODE and title != words.rstrip(".") else ()
        written = tuple(inner for inner in walk(node) if isinstance(inner, nodes.SpeakerNotes))
        return Evidence(
            layout=layout,
            title=title,
            body=body,
            script=tuple(NotesConverter(frozenset(), self.labels.colon).make_paragraphs(written)),
            notes=(
                *unseen,
                *(self.get_speech().make_paragraphs(getattr(node, "description", ())) if self.all else ()),
                *self.iter_asides(node),
            ),
            hidden=node.attr.has("backup"),
            requested=node.attr.has("slide"),
            own_title=bool(node.attr.get("slide-title")),
            id=node.attr.id,
            shown=(node,),
            span=node.span,
        )

    def make_full_picture(self, image: nodes.Image, title: str) -> Evidence | None:
        """Make a slide that an image covers completely, or return None if the image file is missing."""
        if image.picture is None:
            return None
        body = make_picture_body(image, self.pictures[image.picture], None)
        return Evidence(layout=Layout.FULL_PICTURE, title=title, body=body)

    def make_equation(
        self, node: nodes.Equation, heading: str, before: Sequence[Block] = (), after: Sequence[Block] = ()
    ) -> Evidence:
        """Make a slide with a displayed formula and text around it, or with its TeX source as a fallback."""
        points = [tuple(make_paras(tuple(blocks), 0, self.formulas)) for blocks in (before, after)]
        body: Body | None = self.formulas.make_body(
            node, format_equation_number(node, self.book.labels), *points
        )
        if body is not None:
            return self._show(node, Layout.EQUATION, heading, body)
        if node.mathml:  # MTH001 was reported for invalid formulas
            self.found.append(report_undrawn(node, "its TeX source is shown on the slide"))
        if before or after:
            paras = (*points[0], *make_paras((node,)), *points[1])
            return self._show(node, Layout.BULLETS, heading, TextBody(paras=paras))
        return self._show(node, Layout.CODE, heading, CodeBody(text=node.tex, language="latex"))

    def make_text(self, points: tuple[Block, ...], title: str, span: Span | None) -> Evidence:
        """Make a slide with text.

        A single displayed formula gets its own frame; several formulas become paragraphs.
        """
        formulas = [index for index, block in enumerate(points) if isinstance(block, nodes.Equation)]
        if len(formulas) == 1:
            (index,) = formulas
            formula = points[index]
            assert isinstance(formula, nodes.Equation)
            return self.make_equation(formula, title, points[:index], points[index + 1 :])
        body = TextBody(paras=tuple(make_paras(points, 0, self.formulas)))
        return Evidence(layout=Layout.BULLETS, title=title, body=body, span=span)


# Length in lines of listings that are selected automatically; a listing with a caption may be shorter.
_SHORTEST_CODE, _LONGEST_CODE = 3, 16

Shown: TypeAlias = (
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


def select_shown(node: object, telling: SlideSelection = SlideSelection.AUTO) -> Iterator[Shown]:
    """Yield the nodes below ``node`` that get their own slides, in the selection mode ``telling``.

    Nodes inside a yielded node, or inside content excluded from slides, are skipped.
    """
    return _select(node, partial(_is_shown, telling=telling))


def select_shown_on_slide(node: object) -> Iterator[Shown]:
    """Yield the nodes that an author's slide can show in its frame. Formulas count as text."""
    kinds = nodes.Chart | nodes.Table | nodes.Figure | nodes.CodeBlock | nodes.BlockQuote
    return _select(node, lambda inner: isinstance(inner, kinds))


def _select(node: object, is_shown: Callable[[Any], bool]) -> Iterator[Any]:
    if _is_excluded(node):
        return
    inner: Iterable[Any] = children(node)
    if isinstance(node, nodes.Figure) and node.panels:
        inner = node.panels
    elif is_shown(node):
        yield node
        return
    for child in inner:
        yield from _select(child, is_shown)


def _is_excluded(node: object) -> bool:
    """Return whether a node and its content are excluded from slides, such as decorative images."""
    if isinstance(node, nodes.Figure) and not node.panels and all(image.decorative for image in node.images):
        return True
    attr = attr_of(node)
    return (
        attr.has("no-slide")
        or attr.has("book-only")
        or isinstance(node, nodes.Note | nodes.SpeakerNotes)
        or (isinstance(node, nodes.Slide) and attr.has(nodes.OVERVIEW))
    )


def _is_shown(node: object, telling: SlideSelection) -> bool:
    if telling is SlideSelection.NONE or isinstance(node, nodes.Slide):
        return telling is not SlideSelection.NONE
    requested = attr_of(node).has("slide") or attr_of(node).has("backup")
    if telling is SlideSelection.EXPLICIT and not requested:
        return False
    match node:
        case nodes.Chart() | nodes.Table() | nodes.Figure():
            return True
        case nodes.CodeBlock():
            lines = node.text.count("\n") + 1
            return requested or lines in range(1 if node.caption else _SHORTEST_CODE, _LONGEST_CODE + 1)
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
_WORTH: Mapping[Layout, float] = {
    Layout.CHART: 4.0,
    Layout.TIMELINE: 3.5,
    Layout.NUMBERS: 3.5,
    Layout.PICTURE: 3.0,
    Layout.TABLE: 2.5,
    Layout.COLUMNS: 3.0,
    Layout.BULLETS: 3.0,
    Layout.EQUATION: 2.0,
    Layout.CODE: 1.5,
}
_CAPTIONED = 1.5
_ASSERTED = 1.5
_EXPLAINED = frozenset({Layout.CODE, Layout.BULLETS, Layout.EQUATION, Layout.COLUMNS})
_UNASSERTED = 3  # maximum number of visible slides that lack an explanation
_ROWS, _COLUMNS = 13, 8  # maximum rows and columns of a table on one slide
_REPETITION_FACTOR = 0.5  # factor applied for each further slide of the same section


def limit_evidence(evidence: Sequence[Evidence], most: int) -> list[Evidence]:
    """Hide the slides that were not requested, except the best ``most``; 0 means no limit.

    Tables too large for a slide are also hidden, as are all but a few of the slides that need a statement as
    their title but have none.
    """
    if not most:
        return list(evidence)
    best = [index for index, _ in rank_evidence(evidence)][:most]
    seen = {
        index
        for rank, index in enumerate(best)
        if rank < _UNASSERTED or not _lacks_explanation(evidence[index])
    }
    return [
        replace(item, hidden=True) if _is_optional(item) and index not in seen else item
        for index, item in enumerate(evidence)
    ]


def rank_evidence(evidence: Sequence[Evidence]) -> list[tuple[int, float]]:
    """Return the index and worth of each visible slide that was not requested, best first.

    Each further slide of a section counts half as much as the previous one, so that more sections are shown.
    Slides that need a statement as their title but have none come last.
    """
    open_ = [index for index, item in enumerate(evidence) if _is_optional(item) and not _is_large_table(item)]
    of_section: Counter[int] = Counter()
    order: list[tuple[int, float]] = []
    for mute in (False, True):
        # Each section has a queue, and only the best slides of the queues are compared.
        rows: dict[int, list[int]] = {}
        for index in sorted(open_, key=lambda index: (_get_worth(evidence[index]), -index)):
            if _lacks_explanation(evidence[index]) is mute:
                rows.setdefault(evidence[index].section, []).append(index)

        def first(section: int, row: list[int]) -> tuple[float, int, int]:
            return (
                -_get_worth(evidence[row[-1]]) * _REPETITION_FACTOR ** of_section[section],
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


def _is_optional(item: Evidence) -> bool:
    """Return whether a slide is visible but was not requested by the author."""
    return not (item.hidden or item.requested)


def _is_large_table(item: Evidence) -> bool:
    """Return whether a slide's table would have to be split."""
    body = item.body
    return isinstance(body, TableBody) and (len(body.rows) > _ROWS or len(body.aligns) > _COLUMNS)


def _lacks_explanation(item: Evidence) -> bool:
    """Return whether a slide needs a statement as its title but has none."""
    shown = item.layout in _EXPLAINED or (item.layout is Layout.PICTURE and not _has_caption(item))
    return shown and not item.asserted


def _get_worth(item: Evidence) -> float:
    worth = _WORTH.get(item.layout, 2.0) + _ASSERTED * item.asserted
    return worth + _CAPTIONED * _has_caption(item)


def _has_caption(item: Evidence) -> bool:
    return any(getattr(node, "caption", ()) for node in item.shown)
