"""Blocks of the book → what is shown on a slide of its own, with what the speaker says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triptych.diagnostics import Diagnostic, Span
from triptych.languages.labels import Labels
from triptych.media.preparation.pictures import Prepared
from triptych.model import nodes
from triptych.model.book import Book, equation_number
from triptych.model.nodes import Block, Inline, Picture
from triptych.model.walk import plain_text, walk
from triptych.template_views import template_view
from triptych.writers.deck.slides import Body, CalloutBody, CodeBody, Layout, Spoken, TextBody
from triptych.writers.deck.story.bodies import (
    around_cards,
    chart_body,
    code_body,
    full_picture_body,
    picture_body,
    quote_body,
    table_body,
    timeline_body,
)
from triptych.writers.deck.story.formulas import Formulas, undrawable
from triptych.writers.deck.story.runs import (
    Speech,
    asides,
    bullet_points,
    spoken,
)
from triptych.writers.deck.story.selection import Shown
from triptych.writers.deck.story.speech.remark import Said

_LONGEST_TITLE = 12  # words; a caption up to here makes a slide's title
_FILE_NAME = re.compile(r"^[\w./\\-]+\.\w+(?::\s+|$)")  # which many a listing is called by


@template_view("id", "layout", "title", "notes", "hidden", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something that is shown on a slide of its own, with what the speaker says about it.

    ``script`` is what the author has the speaker say there, ``notes`` are all else that is said of it.
    ``own_title`` says that its title was written for the slide, and not taken from a heading or a caption,
    ``asserted`` that its title is more than a heading. ``section`` counts those of the chapter.
    """

    layout: Layout
    title: str
    body: Body | None
    script: tuple[Spoken, ...] = ()
    notes: tuple[Said, ...] = ()
    hidden: bool = False
    asked: bool = True
    own_title: bool = False
    asserted: bool = False
    section: int = 0
    id: str = ""
    shown: tuple[Block, ...] = ()
    wish: str = ""
    overflow: str = ""
    span: Span | None = None


class EvidenceMaker:
    """Makes slides of blocks. ``pictures`` are the files; what it finds gathers in ``found``.

    Where the speaker says ``all`` of the text, that is so for notes and descriptions as well.
    """

    def __init__(
        self,
        book: Book,
        labels: Labels,
        pictures: Mapping[Picture, Prepared],
        formulas: Formulas,
        found: list[Diagnostic],
        *,
        all: bool = True,
    ) -> None:
        self.book, self.labels, self.pictures = book, labels, pictures
        self.formulas, self.found, self.all = formulas, found, all

    def evidence(self, node: Shown, heading: str) -> Evidence | None:
        """A block as a slide; None for a picture without a file, which reading has reported."""
        match node:
            case nodes.Chart():
                return self._show(node, Layout.CHART, heading, chart_body(node, self.labels))
            case nodes.Table():
                return self._show(node, Layout.TABLE, heading, table_body(node, self.labels))
            case nodes.Figure():
                picture = node.images[0].picture
                if picture is None:
                    return None
                return self._show(node, Layout.PICTURE, heading, picture_body(node, self.pictures[picture]))
            case nodes.CodeBlock():
                return self._show(node, Layout.CODE, heading, code_body(node))
            case nodes.BlockQuote():
                return self._show(node, Layout.QUOTE, heading, quote_body(node))
            case nodes.Equation():
                return self.equation(node, heading)
            case nodes.Callout():
                title = plain_text(node.title) or heading
                return self._show(node, Layout.CALLOUT, title, self._callout(node))
            case nodes.Group():
                body = timeline_body(node.content, self.labels.language)
                if body is None:
                    return None
                shown = self._show(node, Layout.TIMELINE, heading, body)
                return replace(shown, notes=self.said_of_cards(node.content))
        raise TypeError(f"a {type(node).__name__} is not evidence by itself")

    def speech(self, *shown: object) -> Speech:
        """What says blocks in the language of the book, but for those that are ``shown``."""
        return Speech(frozenset(map(id, shown)), self.labels.colon, self.all)

    def asides(self, *nodes: object) -> Iterator[Spoken]:
        """The notes in some nodes, where they are said."""
        yield from (aside for node in nodes if self.all for aside in asides(node))

    def said_of_cards(self, content: tuple[Block, ...]) -> tuple[Spoken, ...]:
        """What is said where a slide shows numbers or dates: all that does not stand on it."""
        around = around_cards(content)
        on_it = (block for block in content if block not in around)
        return (*self.speech().paragraphs(around), *self.asides(*on_it))

    def _show(self, node: Shown, layout: Layout, heading: str, body: Body) -> Evidence:
        caption: tuple[Inline, ...] = getattr(node, "caption", ())
        words = plain_text(tuple(inline for inline in caption if not isinstance(inline, nodes.Citation)))
        named = _FILE_NAME.sub("", words) if layout is Layout.CODE else words
        short = named.rstrip(".") if 0 < len(named.split()) <= _LONGEST_TITLE else ""
        title = node.attr.get("slide-title") or short or heading
        # A listing has no line under it for its caption.
        unseen = (spoken(words),) if layout is Layout.CODE and title != words.rstrip(".") else ()
        written = tuple(inner for inner in walk(node) if isinstance(inner, nodes.SpeakerNotes))
        return Evidence(
            layout=layout,
            title=title,
            body=body,
            script=tuple(Speech(frozenset(), self.labels.colon).paragraphs(written)),
            notes=(
                *unseen,
                *(self.speech().paragraphs(getattr(node, "description", ())) if self.all else ()),
                *self.asides(node),
            ),
            hidden=node.attr.has("backup"),
            asked=node.attr.has("slide"),
            own_title=bool(node.attr.get("slide-title")),
            id=node.attr.id,
            shown=(node,),
            span=node.span,
        )

    def _callout(self, node: nodes.Callout) -> CalloutBody:
        paras = tuple(bullet_points(node.content, 0, self.formulas))
        return CalloutBody(label=self.labels[node.kind], paras=paras)

    def full_picture(self, image: nodes.Image, title: str) -> Evidence | None:
        """A picture that fills a slide; None where it has no file."""
        if image.picture is None:
            return None
        body = full_picture_body(image, image.picture, self.pictures[image.picture])
        return Evidence(layout=Layout.FULL_PICTURE, title=title, body=body)

    def equation(
        self, node: nodes.Equation, heading: str, before: Sequence[Block] = (), after: Sequence[Block] = ()
    ) -> Evidence:
        """A formula between texts; where it has no form but its TeX, a listing or a paragraph."""
        points = [tuple(bullet_points(tuple(blocks), 0, self.formulas)) for blocks in (before, after)]
        body: Body | None = self.formulas.body(node, equation_number(node, self.book.labels), *points)
        if body is not None:
            return self._show(node, Layout.EQUATION, heading, body)
        self.found += [problem] if (problem := undrawable(node)) else []
        if before or after:
            paras = (*points[0], *bullet_points((node,)), *points[1])
            return self._show(node, Layout.BULLETS, heading, TextBody(paras=paras))
        return self._show(node, Layout.CODE, heading, CodeBody(text=node.tex, language="latex"))

    def text(self, points: tuple[Block, ...], title: str, span: Span | None) -> Evidence:
        """A slide of text. One formula on it has its place; several are paragraphs among the others."""
        formulas = [place for place, block in enumerate(points) if isinstance(block, nodes.Equation)]
        if len(formulas) == 1:
            (place,) = formulas
            formula = points[place]
            assert isinstance(formula, nodes.Equation)
            return self.equation(formula, title, points[:place], points[place + 1 :])
        body = TextBody(paras=tuple(bullet_points(points, 0, self.formulas)))
        return Evidence(layout=Layout.BULLETS, title=title, body=body, span=span)
