"""What of a chapter is shown on slides of its own, and what the speaker says about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from triptych.diagnostics import Diagnostic, Span
from triptych.labels import Labels
from triptych.markup.outline import chapter_name
from triptych.media.picture_sizes import is_wide, length
from triptych.media.preparing import Prepared
from triptych.model import nodes
from triptych.model.book import Book, Chapter, equation_number
from triptych.model.nodes import Block, Inline, Picture
from triptych.model.sentences import labelled, sentences
from triptych.model.walk import attr_of, children, plain_text, walk_all
from triptych.writers.deck import slides
from triptych.writers.deck.formulas import Formulas, undrawable
from triptych.writers.deck.runs import Speech, asides, bullet_points, can_be_points, runs
from triptych.writers.deck.slides import Body, Layout, Run, TextBody

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
    asked: bool = True
    id: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterView:
    """A chapter as the storyboard sees it; ``notes`` are the paragraphs before the first evidence.

    ``opening`` is what the speaker says first: the part that begins here, notes to title and summary.
    """

    id: str
    title: str
    name: str
    summary: str
    takeaways: tuple[tuple[Run, ...], ...]
    opening: tuple[str, ...]
    notes: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    span: Span | None


Shown: TypeAlias = (
    nodes.Chart
    | nodes.Table
    | nodes.Figure
    | nodes.CodeBlock
    | nodes.BlockQuote
    | nodes.Equation
    | nodes.Slide
)


class Chooser:
    """Chooses what of a chapter is shown and what is said. ``picture`` gives a picture's file."""

    def __init__(
        self,
        book: Book,
        labels: Labels,
        picture: Callable[[Picture], Prepared],
        formulas: Formulas,
        found: list[Diagnostic],
    ) -> None:
        self.book, self.labels, self.picture = book, labels, picture
        self.formulas, self.found = formulas, found

    def view(self, chapter: Chapter) -> ChapterView:
        """A chapter with its evidence; the prose around each is what the speaker says there."""
        shown: list[tuple[Evidence, list[str]]] = []
        notes: list[str] = []
        heading = plain_text(chapter.title)
        for block in chapter.blocks:
            said = shown[-1][1] if shown else notes
            if isinstance(block, nodes.Heading):
                heading = plain_text(block.content)
            here = list(_evidence_in(block))
            said.extend(Speech(frozenset(map(id, here))).paragraphs((block,)))
            shown.extend((item, []) for node in here if (item := self._evidence(node, heading)))
        return ChapterView(
            id=chapter.id,
            title=plain_text(chapter.title),
            name=chapter_name(self.book, chapter, self.labels),
            summary=plain_text(chapter.summary),
            takeaways=tuple(runs(text, formulas=self.formulas) for text in chapter.takeaways),
            opening=tuple(
                f"[{aside}]" for line in _opener(chapter) for node in line for aside in asides(node)
            ),
            notes=tuple(notes),
            evidence=tuple(replace(item, notes=(*item.notes, *said)) for item, said in shown),
            span=chapter.span,
        )

    def _evidence(self, node: Shown, heading: str) -> Evidence | None:
        """A node as a slide; None for a picture without a file, which reading has reported."""
        match node:
            case nodes.Chart():
                named = labelled(self.labels.titled(self.labels["source"], ""), node.source)
                behind = sentences(node.note, named)
                source = runs(sentences(node.caption, behind) if behind else node.caption)
                alt = _alternative(node.alt, node.description)
                body: Body = slides.ChartBody(chart=node, alt=alt, source=source)
                return self._show(node, Layout.CHART, heading, body)
            case nodes.Table():
                return self._show(node, Layout.TABLE, heading, self._table(node))
            case nodes.Figure():
                picture = self._picture(node)
                return self._show(node, Layout.PICTURE, heading, picture) if picture else None
            case nodes.CodeBlock():
                code = slides.CodeBody(text=node.text, language=node.language)
                return self._show(node, Layout.CODE, heading, code)
            case nodes.BlockQuote():
                return self._show(node, Layout.QUOTE, heading, _quote(node))
            case nodes.Equation():
                return self._equation(node, heading)
            case nodes.Slide():
                return self._written(node, heading)

    def _show(self, node: Shown, layout: Layout, heading: str, body: Body) -> Evidence:
        caption: tuple[Inline, ...] = getattr(node, "caption", ())
        words = plain_text(tuple(inline for inline in caption if not isinstance(inline, nodes.Citation)))
        short = words.rstrip(".") if 0 < len(words.split()) <= _LONGEST_TITLE else ""
        title = node.attr.get("slide-title") or short or heading
        # A listing has no line under it for its caption.
        unseen = (words,) if layout is Layout.CODE and words and title != short else ()
        return Evidence(
            layout=layout,
            title=title,
            body=body,
            notes=(
                *unseen,
                *Speech(frozenset()).paragraphs(getattr(node, "description", ())),
                *(f"[{aside}]" for aside in asides(node)),
            ),
            hidden=node.attr.has("backup"),
            asked=node.attr.has("slide"),
            id=node.attr.id,
            span=node.span,
        )

    def _equation(
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
        return self._show(node, Layout.CODE, heading, slides.CodeBody(text=node.tex, language="latex"))

    def _written(self, node: nodes.Slide, heading: str) -> Evidence:
        """A slide that the author wrote: its one chart, table, picture or quotation, else its text."""
        title = plain_text(node.title) or heading
        notes = tuple(block for block in walk_all(node.content) if isinstance(block, nodes.SpeakerNotes))
        content = tuple(block for block in node.content if not isinstance(block, nodes.SpeakerNotes))
        spoken = list(Speech(frozenset()).paragraphs(notes))
        first = next((item for block in content for item in _evidence_in(block, asked=True)), None)
        evidence = self._evidence(first, title) if first is not None else None
        if first is not None and evidence is not None:
            spoken += Speech(frozenset((id(first),))).paragraphs(content)
            spoken = [*evidence.notes, *spoken]
        else:
            points = tuple(block for block in content if can_be_points(block))
            rest = tuple(block for block in content if not can_be_points(block))
            spoken += Speech(frozenset()).paragraphs(rest)
            spoken += (f"[{aside}]" for block in points for aside in asides(block))
            evidence = self._text(points, title, node.span)
        return replace(
            evidence,
            title=title,
            notes=tuple(spoken),
            hidden=node.attr.has("backup"),
            asked=True,
            id=node.attr.id or evidence.id,
        )

    def _text(self, points: tuple[Block, ...], title: str, span: Span | None) -> Evidence:
        """A slide of text. One formula on it has its place; several are paragraphs among the others."""
        formulas = [place for place, block in enumerate(points) if isinstance(block, nodes.Equation)]
        if len(formulas) == 1:
            (place,) = formulas
            formula = points[place]
            assert isinstance(formula, nodes.Equation)
            return self._equation(formula, title, points[:place], points[place + 1 :])
        body = TextBody(paras=tuple(bullet_points(points, 0, self.formulas)))
        return Evidence(layout=Layout.BULLETS, title=title, body=body, span=span)

    def _table(self, node: nodes.Table) -> slides.TableBody:
        rows = (*node.head, *node.body, *node.foot)
        return slides.TableBody(
            rows=tuple(_grid(rows, len(node.columns))),
            aligns=tuple(column.align for column in node.columns),
            alt=plain_text(node.caption) or self.labels["table"],
            header_rows=len(node.head),
            row_headers=node.row_headers,
            source=runs(node.caption),
        )

    def _picture(self, node: nodes.Figure) -> slides.PictureBody | None:
        image = node.images[0]
        if image.picture is None:
            return None
        prepared = self.picture(image.picture)
        return slides.PictureBody(
            data=prepared.data,
            media_type=prepared.media_type,
            width=image.picture.width,
            height=image.picture.height,
            alt=_alternative(image.alt or plain_text(node.caption), node.description),
            decorative=image.decorative,
            share=_share(image.attr),
            source=runs(node.caption),
        )


def _alternative(alt: str, description: tuple[Block, ...]) -> str:
    """What a screen reader says of a picture: its text, then all that is said of it at length."""
    return f"{alt} {plain_text(description)}".strip()


def _share(attr: nodes.Attr) -> float:
    """The share of the frame's width that the author asks for; lengths are meant for pages."""
    if is_wide(attr):
        return 1.0
    width = length(attr.get("width"))
    return width.value / 100 if width and width.unit == "%" else 0.0


def _opener(chapter: Chapter) -> Iterator[tuple[Inline, ...]]:
    """The lines over a chapter's text."""
    yield from (chapter.title, chapter.summary, *chapter.takeaways)


def _evidence_in(node: object, *, asked: bool = False) -> Iterator[Shown]:
    """The things below a node that are shown on slides; ``asked`` within a slide that the author wrote.

    What is shown is shown whole, and what is kept off keeps off all that it holds.
    """
    attr = attr_of(node)
    if attr.has("no-slide") or attr.has("book-only") or isinstance(node, nodes.Note | nodes.SpeakerNotes):
        return
    match node:
        case nodes.Figure() if not node.panels and all(image.decorative for image in node.images):
            return  # a talk needs no ornaments
        case nodes.Figure(panels=(_, *_)):
            for panel in node.panels:
                yield from _evidence_in(panel, asked=asked)
        case nodes.Chart() | nodes.Table() | nodes.Figure() | nodes.Slide():
            yield node
        case nodes.CodeBlock() if attr.has("slide") or asked or node.text.count("\n") < _LONGEST_CODE:
            yield node
        case nodes.BlockQuote() if attr.has("slide") or asked:
            yield node
        case nodes.Equation() if attr.has("slide") or node.tag or attr.id.startswith("eq-"):
            if not asked:  # on a written slide it stands among the text
                yield node
        case _:
            for child in children(node):
                yield from _evidence_in(child, asked=asked)


def _grid(rows: tuple[nodes.Row, ...], width: int) -> Iterator[tuple[tuple[Run, ...], ...]]:
    """Rows with one cell per column: a cell over several columns or rows is followed by empty ones."""
    below: dict[int, int] = {}  # column → rows that a cell from above still covers
    for row in rows:
        line: list[tuple[Run, ...]] = []
        cells = list(row.cells)
        while len(line) < width:
            place = len(line)
            if below.get(place, 0) > 0:
                below[place] -= 1
                line.append(())
                continue
            if not cells:
                line.append(())
                continue
            cell = cells.pop(0)
            line.append(runs(tuple(inline for block in cell.content for inline in _cell_inlines(block))))
            line.extend([()] * (cell.colspan - 1))
            below.update(dict.fromkeys(range(place, place + cell.colspan), cell.rowspan - 1))
        yield tuple(line[:width])


def _cell_inlines(block: Block) -> tuple[Inline, ...]:
    if isinstance(block, nodes.Paragraph):
        return block.content
    return (nodes.Text(text=plain_text((block,))),)


def _quote(node: nodes.BlockQuote) -> slides.QuoteBody:
    """A quotation, its paragraphs joined, and who said it."""
    said = [block for block in node.content if isinstance(block, nodes.Paragraph)]
    text = tuple(inline for paragraph in said for inline in (*paragraph.content, nodes.SoftBreak()))
    return slides.QuoteBody(text=runs(text[:-1]), attribution=runs(node.attribution))
