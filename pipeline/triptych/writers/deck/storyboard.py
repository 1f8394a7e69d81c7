"""The resolved book → the deck's slides, in the order that ``deck/storyboard.j2`` decides.

The template calls ``slide`` for each slide it wants. What it can put on one are the views below:
chapters, and the evidence in them — charts, tables, pictures, quotations, code and written slides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import jinja2

from triptych.diagnostics import Diagnostic, Span
from triptych.labels import Labels
from triptych.model import nodes
from triptych.model.book import Book, Chapter, LabelKind, Matter
from triptych.model.nodes import Block, Inline
from triptych.model.walk import plain_text, walk, walk_all
from triptych.writers.deck import slides
from triptych.writers.deck.runs import Speech, bullet_points, runs
from triptych.writers.deck.slides import Body, Deck, DeckSlide, Layout, Para, Run, TextBody

_LONGEST_TITLE = 12  # words; a caption up to here makes a slide's title
_LONGEST_CODE = 16  # lines of code that go onto a slide unasked


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something that is shown on a slide of its own, with what the speaker says about it."""

    layout: Layout
    title: str
    body: Body | None
    notes: tuple[str, ...] = ()
    hidden: bool = False
    id: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterView:
    """A chapter as the storyboard sees it; ``notes`` are the paragraphs before the first evidence."""

    id: str
    title: str
    kind: str
    number: str
    summary: str
    takeaways: tuple[tuple[Run, ...], ...]
    notes: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    span: Span | None


def storyboard(
    book: Book, labels: Labels, templates: jinja2.Environment, *, footer: str, read: Callable[[str], bytes]
) -> tuple[Deck, list[Diagnostic]]:
    """Tell the deck. ``read`` gives a picture file's bytes."""
    found: list[Diagnostic] = []
    chooser = _Chooser(book, labels, read, found)
    chapters = [chooser.view(chapter) for chapter in book.chapters if chapter.matter is not Matter.FRONT]
    front = [chapter for chapter in book.chapters if chapter.matter is Matter.FRONT]
    speech = Speech(frozenset())
    chosen: list[DeckSlide] = []

    def slide(layout: str, title: str, **more: object) -> str:
        chosen.append(_deck_slide(Layout(layout), title, **more))  # type: ignore[arg-type]
        return ""

    templates.get_template("deck/storyboard.j2").render(
        slide=slide,
        meta=book.metadata,
        labels=labels,
        chapters=chapters,
        front_notes=[text for chapter in front for text in speech.paragraphs(chapter.blocks)],
        sources=[plain_text(source.content) for source in book.sources],
    )
    meta = book.metadata
    deck = Deck(
        slides=tuple(chosen),
        title=meta.title,
        language=meta.language,
        authors=meta.authors,
        modified=meta.modified,
        subject=meta.description,
        keywords=meta.keywords,
        footer=footer or meta.title,
    )
    return deck, found


def _deck_slide(
    layout: Layout,
    title: str,
    *,
    points: Iterable[tuple[Run, ...]] = (),
    links: Iterable[ChapterView] = (),
    evidence: Evidence | None = None,
    subtitle: str = "",
    kicker: str = "",
    id: str = "",
    section: str = "",
    notes: Iterable[str] = (),
    span: Span | None = None,
) -> DeckSlide:
    """One call of ``slide`` in the template."""
    body: Body | None = evidence.body if evidence else None
    paras = [Para(runs=point) for point in points]
    paras += [Para(runs=(Run(text=view.title, slide=view.id),)) for view in links]
    if paras:
        body = TextBody(paras=tuple(paras))
    return DeckSlide(
        layout=layout,
        title=title,
        body=body,
        subtitle=subtitle,
        kicker=kicker,
        id=id or (evidence.id if evidence else ""),
        section=section,
        notes=tuple(text for text in notes if text.strip()),
        hidden=evidence.hidden if evidence else False,
        span=evidence.span if evidence else span,
    )


class _Chooser:
    """Chooses what of a chapter is shown and what is said."""

    def __init__(
        self, book: Book, labels: Labels, read: Callable[[str], bytes], found: list[Diagnostic]
    ) -> None:
        self.book, self.labels, self.read, self.found = book, labels, read, found

    def view(self, chapter: Chapter) -> ChapterView:
        """A chapter with its evidence; the prose around each is what the speaker says there."""
        shown: list[tuple[Evidence, list[str]]] = []
        notes: list[str] = []
        heading = plain_text(chapter.title)
        for block in chapter.blocks:
            said = shown[-1][1] if shown else notes
            if isinstance(block, nodes.Heading):
                heading = plain_text(block.content)
            evidence = self._evidence(block, heading)
            inner = (
                [self._evidence(node, heading) for node in walk(block) if node is not block]
                if not evidence
                else []
            )
            left = frozenset(id(node) for node in walk(block) if self._is_evidence(node))
            said.extend(Speech(left).paragraphs((block,)))
            shown.extend((item, []) for item in (evidence, *inner) if item)
        label = self.book.labels[chapter.id]
        return ChapterView(
            id=chapter.id,
            title=plain_text(chapter.title),
            kind=self.labels["appendix" if label.kind is LabelKind.APPENDIX else "chapter"],
            number=label.number,
            summary=plain_text(chapter.summary),
            takeaways=tuple(runs(takeaway) for takeaway in chapter.takeaways),
            notes=tuple(notes),
            evidence=tuple(replace(item, notes=(*item.notes, *said)) for item, said in shown),
            span=chapter.span,
        )

    @staticmethod
    def _is_evidence(node: object) -> bool:
        match node:
            case nodes.Chart() | nodes.Table() | nodes.Figure() | nodes.Slide():
                return not _off(node)
            case nodes.CodeBlock():
                return not _off(node) and (node.attr.has("slide") or node.text.count("\n") < _LONGEST_CODE)
            case nodes.BlockQuote():
                return node.attr.has("slide")
        return False

    def _evidence(self, node: object, heading: str) -> Evidence | None:
        if not self._is_evidence(node):
            return None
        match node:
            case nodes.Chart():
                body: Body = slides.ChartBody(
                    chart=node, alt=node.alt, source=self._source(node.caption, node.note)
                )
                return self._show(node, Layout.CHART, heading, body, node.caption)
            case nodes.Table():
                return self._show(node, Layout.TABLE, heading, self._table(node), node.caption)
            case nodes.Figure():
                picture = self._picture(node)
                return self._show(node, Layout.PICTURE, heading, picture, node.caption) if picture else None
            case nodes.CodeBlock():
                code = slides.CodeBody(text=node.text, language=node.language)
                return self._show(node, Layout.CODE, heading, code, node.caption)
            case nodes.BlockQuote():
                return self._show(node, Layout.QUOTE, heading, _quote(node), ())
            case nodes.Slide():
                return self._written(node, heading)
        return None

    def _show(
        self,
        node: nodes.Chart | nodes.Table | nodes.Figure | nodes.CodeBlock | nodes.BlockQuote,
        layout: Layout,
        heading: str,
        body: Body,
        caption: tuple[Inline, ...],
    ) -> Evidence:
        words = plain_text(tuple(inline for inline in caption if not isinstance(inline, nodes.Citation)))
        short = words.rstrip(".") if 0 < len(words.split()) <= _LONGEST_TITLE else ""
        return Evidence(
            layout=layout,
            title=node.attr.get("slide-title") or short or heading,
            body=body,
            hidden=node.attr.has("backup"),
            id=node.attr.id,
            span=node.span,
        )

    def _written(self, node: nodes.Slide, heading: str) -> Evidence:
        """A slide that the author wrote: its one chart, table or picture, else its text."""
        title = plain_text(node.title) or heading
        notes = [block for block in walk_all(node.content) if isinstance(block, nodes.SpeakerNotes)]
        said = tuple(Speech(frozenset()).paragraphs(tuple(notes)))
        shown = [self._evidence(block, title) for block in node.content]
        first = next((item for item in shown if item), None)
        if first:
            rest = tuple(block for block, item in zip(node.content, shown, strict=True) if item is not first)
            said = (*said, *Speech(frozenset(map(id, notes))).paragraphs(rest))
            return replace(
                first, title=title, notes=said, hidden=node.attr.has("backup"), id=node.attr.id or first.id
            )
        return Evidence(
            layout=Layout.BULLETS,
            title=title,
            body=TextBody(paras=tuple(bullet_points(node.content))),
            notes=said,
            hidden=node.attr.has("backup"),
            id=node.attr.id,
            span=node.span,
        )

    def _source(self, caption: tuple[Inline, ...], note: str = "") -> tuple[Run, ...]:
        """The caption with its sources, small under what it captions."""
        words = runs(caption)
        if not note:
            return words
        separate = Run(text=" ") if words else Run(text="")
        return (*words, replace(separate, text=f"{separate.text}{note}"))

    def _table(self, node: nodes.Table) -> slides.TableBody:
        rows = (*node.head, *node.body, *node.foot)
        width = len(node.columns)
        return slides.TableBody(
            rows=tuple(tuple(_cells(row, width)) for row in rows),
            aligns=tuple(column.align for column in node.columns),
            alt=plain_text(node.caption) or self.labels["table"],
            header_rows=len(node.head),
            row_headers=node.row_headers,
            source=self._source(node.caption),
        )

    def _picture(self, node: nodes.Figure) -> slides.PictureBody | None:
        image = node.images[0]
        if image.picture is None:
            return None
        return slides.PictureBody(
            data=self.read(image.picture.path),
            media_type=image.picture.media_type,
            width=image.picture.width,
            height=image.picture.height,
            alt=image.alt or plain_text(node.caption),
            decorative=image.decorative,
            source=self._source(node.caption),
        )


def _off(node: object) -> bool:
    attr = getattr(node, "attr", nodes.NO_ATTR)
    return bool(attr.has("no-slide") or attr.has("book-only"))


def _cells(row: nodes.Row, width: int) -> Iterable[tuple[Run, ...]]:
    """One cell per column: a cell over several columns is followed by empty ones."""
    count = 0
    for cell in row.cells:
        content = tuple(inline for block in cell.content for inline in _cell_inlines(block))
        yield runs(content)
        yield from ((),) * (cell.colspan - 1)
        count += cell.colspan
    yield from ((),) * (width - count)


def _cell_inlines(block: Block) -> tuple[Inline, ...]:
    if isinstance(block, nodes.Paragraph):
        return block.content
    return (nodes.Text(text=plain_text((block,))),)


def _quote(node: nodes.BlockQuote) -> slides.QuoteBody:
    """A quotation; a last paragraph that starts with a dash says who said it."""
    paragraphs = [block for block in node.content if isinstance(block, nodes.Paragraph)]
    last = plain_text(paragraphs[-1].content) if len(paragraphs) > 1 else ""
    who: tuple[Run, ...] = ()
    if last.startswith(("—", "–", "-")):
        who = (Run(text=last.lstrip("—–- ")),)
    said = paragraphs[:-1] if who else paragraphs
    text = tuple(inline for paragraph in said for inline in (*paragraph.content, nodes.SoftBreak()))
    return slides.QuoteBody(text=runs(text[:-1]), attribution=who)
