"""Inlines → runs of a slide, and blocks → what a speaker says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from triptych.model import nodes
from triptych.model.nodes import Block, Inline, Style
from triptych.model.walk import plain_text, walk
from triptych.writers.deck.slides import Para, Run

_PLAIN = Run(text="")


def runs(content: tuple[Inline, ...], look: Run = _PLAIN) -> tuple[Run, ...]:
    """Inlines → runs, neighbours of one look joined. Footnotes go to the notes, not to the slide."""
    joined: list[Run] = []
    for run in _runs(content, look):
        if joined and replace(joined[-1], text="") == replace(run, text=""):
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        elif run.text:
            joined.append(run)
    return tuple(joined)


def _runs(content: tuple[Inline, ...], look: Run) -> Iterator[Run]:
    for node in content:
        yield from _run(node, look)


def _run(node: Inline, look: Run) -> Iterator[Run]:
    match node:
        case nodes.Text():
            yield replace(look, text=node.text)
        case nodes.SoftBreak() | nodes.LineBreak():
            yield replace(look, text=" ")
        case nodes.Styled():
            yield from _runs(node.content, _styled(look, node.style))
        case nodes.Quoted():
            yield from _runs((nodes.Text(text="“"), *node.content, nodes.Text(text="”")), look)
        case nodes.Phrase():
            yield from _runs(node.content, replace(look, language=node.attr.get("lang") or look.language))
        case nodes.Code():
            yield replace(look, text=node.text, code=True)
        case nodes.Math():
            yield replace(look, text=node.tex, italic=True)
        case nodes.Link():
            web = not node.target.startswith("#")
            yield from _runs(node.content, replace(look, href=node.target) if web else look)
        case nodes.Image():
            yield replace(look, text=node.alt)
        case nodes.Note() | nodes.IndexMark():
            return
        case nodes.Citation():
            # Links into a bibliography lead nowhere on slides.
            yield from (replace(run, href="") for run in _runs(node.content, look))
        case nodes.Reference():
            yield from _runs(node.content, look)
        case _:
            assert_never(node)


def _styled(look: Run, style: Style) -> Run:
    match style:
        case Style.EMPHASIS:
            return replace(look, italic=True)
        case Style.STRONG:
            return replace(look, bold=True)
        case Style.SUPERSCRIPT:
            return replace(look, raised=True)
        case Style.SUBSCRIPT:
            return replace(look, lowered=True)
        case Style.KEYBOARD:
            return replace(look, code=True)
    return look


def bullet_points(blocks: tuple[Block, ...], level: int = 0) -> Iterator[Para]:
    """Lists and paragraphs → the paragraphs of a text body; lists keep their levels and numbers."""
    for block in blocks:
        match block:
            case nodes.Paragraph():
                yield Para(runs=runs(block.content), level=level, bullet=False)
            case nodes.Heading():
                yield Para(runs=runs(block.content, Run(text="", bold=True)), level=level, bullet=False)
            case nodes.Equation():
                yield Para(runs=(Run(text=block.tex, code=True),), level=level, bullet=False)
            case nodes.BulletList():
                for item in block.items:
                    yield from _item(item, level, None)
            case nodes.OrderedList():
                for number, item in enumerate(block.items, block.start):
                    yield from _item(item, level, number)
            case nodes.DefinitionList():
                for definition in block.items:
                    yield Para(runs=runs(definition.term, Run(text="", bold=True)), level=level)
                    for meaning in definition.meanings:
                        yield from bullet_points(meaning, min(level + 1, 3))
            case nodes.BlockQuote():
                yield from bullet_points(block.content, level)
                if block.attribution:
                    runs_of = runs((nodes.Text(text="— "), *block.attribution))
                    yield Para(runs=runs_of, level=level, bullet=False)
            case nodes.Callout() | nodes.Group() | nodes.Theorem() | nodes.Aside():
                yield from bullet_points(block.content, level)
            case nodes.Verse():
                for line in block.lines:
                    yield Para(runs=runs(line), level=level, bullet=False)


def can_be_points(block: Block) -> bool:
    """Whether all of a block can stand in a text body."""
    return isinstance(
        block,
        nodes.Paragraph
        | nodes.Heading
        | nodes.BulletList
        | nodes.OrderedList
        | nodes.DefinitionList
        | nodes.BlockQuote
        | nodes.Verse
        | nodes.Equation
        | nodes.ThematicBreak
        | nodes.PageBreak,
    ) or (
        isinstance(block, nodes.Callout | nodes.Group | nodes.Theorem | nodes.Aside)
        and all(map(can_be_points, block.content))
    )


def asides(node: object) -> Iterator[str]:
    """The footnotes anywhere in a node, as the speaker says them."""
    for inner in walk(node):
        if isinstance(inner, nodes.Note) and (text := plain_text(inner.content)):
            yield text


def _item(item: nodes.ListItem, level: int, number: int | None) -> Iterator[Para]:
    for place, block in enumerate(item.content):
        if isinstance(block, nodes.Paragraph):
            first = place == 0
            yield Para(runs=runs(block.content), level=level, bullet=first, number=number if first else None)
        else:
            yield from bullet_points((block,), min(level + 1, 3))


@dataclass(frozen=True, slots=True)
class Speech:
    """Turns the text around a slide into speaker notes, so that no sentence of the book is lost."""

    left_to_slides: frozenset[int]

    def paragraphs(self, blocks: tuple[Block, ...]) -> Iterator[str]:
        """Blocks → paragraphs to say. What stands on a slide of its own is left out here."""
        for block in blocks:
            if id(block) not in self.left_to_slides:
                yield from self._say(block)

    def _say(self, block: Block) -> Iterator[str]:
        match block:
            case nodes.Paragraph() | nodes.Heading():
                yield _with_notes(block.content)
            case nodes.BulletList():
                for item in block.items:
                    yield from (f"• {text}" for text in self.paragraphs(item.content))
            case nodes.OrderedList():
                for number, item in enumerate(block.items, block.start):
                    yield from (f"{number}. {text}" for text in self.paragraphs(item.content))
            case nodes.DefinitionList():
                for definition in block.items:
                    for meaning in definition.meanings:
                        said = " ".join(self.paragraphs(meaning))
                        yield f"{_with_notes(definition.term)}: {said}"
            case nodes.CodeBlock():
                yield from (text for text in (_with_notes(block.caption), block.text) if text)
            case nodes.Verse():
                yield from (_with_notes(line) for line in block.lines)
            case nodes.Callout() | nodes.Theorem():
                if block.title:
                    yield _with_notes(block.title)
                yield from self.paragraphs(block.content)
            case nodes.BlockQuote():
                yield from self.paragraphs(block.content)
                if block.attribution:
                    yield f"— {_with_notes(block.attribution)}"
            case nodes.Group() | nodes.Aside() | nodes.SpeakerNotes():
                yield from self.paragraphs(block.content)
            case nodes.SourceList():
                yield from (plain_text(source.content) for source in block.sources)
            case nodes.IndexList():
                return
            case nodes.Table():
                yield from self._table(block)
            case nodes.Figure():
                yield from (
                    text for text in (_with_notes(block.caption), *(i.alt for i in block.images)) if text
                )
                yield from self.paragraphs(block.panels)
                yield from self.paragraphs(block.description)
            case nodes.Chart():
                yield from (text for text in (_with_notes(block.caption), block.alt) if text)
                yield from self.paragraphs(block.description)
            case nodes.Equation():
                yield block.tex
            case nodes.Slide() | nodes.ThematicBreak() | nodes.PageBreak():
                return
            case _:
                assert_never(block)

    def _table(self, table: nodes.Table) -> Iterator[str]:
        if table.caption:
            yield _with_notes(table.caption)
        for row in (*table.head, *table.body, *table.foot):
            yield "; ".join(" ".join(self.paragraphs(cell.content)) for cell in row.cells)


def _with_notes(content: tuple[Inline, ...]) -> str:
    """The text of inlines with footnotes in brackets behind it."""
    text = plain_text(content)
    return " ".join((text, *(f"[{aside}]" for node in content for aside in asides(node)))).strip()
