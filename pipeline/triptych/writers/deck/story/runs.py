"""Convert inlines to text runs, blocks to slide paragraphs, and both to speaker notes.

Formulas are native Office Math if possible, with images for older programs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, assert_never

from triptych.languages.numerals import format_list_number
from triptych.media.formulas.formulas import (
    Formula,
    FormulaDrawing,
    add_svg,
    draw_formulas,
    load_default_formula_fonts,
    make_formula,
)
from triptych.media.formulas.linear import write_linear_notation
from triptych.media.formulas.markers import add_office_row_numbers
from triptych.media.formulas.mathml import add_row_numbers
from triptych.model import nodes
from triptych.model.book import Book, list_row_numbers
from triptych.model.nodes import Block, Equation, Inline, Math, Style
from triptych.model.walk import plain_text, rewrite_all, rewrite_book, walk
from triptych.writers.deck.slides import EquationBody, NativeFormula, NoteParagraph, Para, Run, join_runs
from triptych.writers.findings import list_distinct_formulas, list_parsed_formulas

_STYLES: Mapping[Style, Mapping[str, Any]] = {
    Style.EMPHASIS: {"italic": True},
    Style.STRONG: {"bold": True},
    Style.SUPERSCRIPT: {"raised": True},
    Style.SUBSCRIPT: {"lowered": True},
    Style.KEYBOARD: {"code": True},
}
_PLAIN_STYLE = Run(text="")
_BOLD_STYLE = Run(text="", bold=True)


def make_runs(
    content: tuple[Inline, ...], style: Run = _PLAIN_STYLE, formulas: FormulaImages | None = None
) -> tuple[Run, ...]:
    """Convert inlines to text runs, without footnotes and citations; of ``@key``, the name remains.

    Formulas are native if ``formulas`` is given, and plain text otherwise.
    """
    return join_runs(run for run in _iter_runs(content, style, formulas) if run.text)


def drop_citations(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Remove citations in brackets together with the space before them, and the years of other citations.

    Of a list such as "@one; @two", a name that follows itself appears only once.
    """
    kept: list[Inline] = []
    for node in content:
        if not isinstance(node, nodes.Citation):
            is_second_full_stop = plain_text((node,)) == "." and plain_text(tuple(kept[-1:])).endswith(".")
            kept += [] if is_second_full_stop else [node]
        elif not is_parenthetical(node):
            name = nodes.Text(text=get_cited_name(node))
            if plain_text(tuple(kept[-1:])).strip() == ";" and kept[-2:-1] == [name]:
                kept.pop()
            else:
                kept.append(name)
        elif kept and isinstance(kept[-1], nodes.Text):
            kept[-1] = nodes.Text(text=kept[-1].text.rstrip())
        elif kept and isinstance(kept[-1], nodes.SoftBreak):
            kept.pop()
    return tuple(kept)


_BRACKETS = re.compile(r"(?<!\s)\s*+(?:\([^()]*+\)|（[^（）]*+）|\[[^\[\]]*+\])")


def get_cited_name(citation: nodes.Citation) -> str:
    """Return the author of a citation such as "Smith (2020)", or "" if it is in brackets or a number."""
    text = plain_text(citation.content).strip()
    name = "" if text.startswith(("(", "[", "（", "［")) else _BRACKETS.sub("", text).strip()
    return name if any(map(str.isalpha, name)) else ""


def is_parenthetical(node: Inline) -> bool:
    """Return whether a node is a citation in brackets, or one that is only a number or footnote."""
    return isinstance(node, nodes.Citation) and not get_cited_name(node)


def _iter_runs(content: tuple[Inline, ...], style: Run, formulas: FormulaImages | None) -> Iterator[Run]:
    for node in drop_citations(content):
        yield from _convert_inline(node, style, formulas)


def _convert_inline(node: Inline, style: Run, formulas: FormulaImages | None) -> Iterator[Run]:
    match node:
        case nodes.Text():
            yield replace(style, text=node.text)
        case nodes.SoftBreak() | nodes.LineBreak():
            yield replace(style, text=" ")
        case nodes.Styled():
            yield from _iter_runs(node.content, replace(style, **_STYLES.get(node.style, {})), formulas)
        case nodes.Quoted():
            yield from _iter_runs(
                (nodes.Text(text="“"), *node.content, nodes.Text(text="”")), style, formulas
            )
        case nodes.Phrase() if node.attr.has("aside"):
            return  # a side note; it goes into the speaker notes
        case nodes.Phrase():
            language = node.attr.get("lang") or style.language
            yield from _iter_runs(node.content, replace(style, language=language), formulas)
        case nodes.Code():
            yield replace(style, text=node.text, code=True)
        case nodes.Math():
            yield formulas.make_run(node, style) if formulas else make_plain_run(node, style)
        case nodes.Link():
            web = not node.target.startswith("#")
            yield from _iter_runs(node.content, replace(style, href=node.target) if web else style, formulas)
        case nodes.Image():
            yield replace(style, text=node.alt)
        case nodes.Note() | nodes.IndexMark():
            return
        case nodes.Reference() | nodes.Citation():
            yield from _iter_runs(node.content, style, formulas)
        case _:
            assert_never(node)


def make_paras(
    blocks: tuple[Block, ...], level: int = 0, formulas: FormulaImages | None = None
) -> Iterator[Para]:
    """Convert blocks to slide paragraphs with list levels and numbers."""
    for block in blocks:
        match block:
            case nodes.Paragraph():
                yield Para(runs=make_runs(block.content, _PLAIN_STYLE, formulas), level=level, bullet=False)
            case nodes.Heading():
                yield Para(runs=make_runs(block.content, _BOLD_STYLE, formulas), level=level, bullet=False)
            case nodes.Equation():
                formula = (
                    formulas.make_run(block, _PLAIN_STYLE)
                    if formulas
                    else make_plain_run(block, _PLAIN_STYLE)
                )
                yield Para(runs=(formula,), level=level, bullet=False)
            case nodes.BulletList():
                for item in block.items:
                    yield from _convert_item(item, level, Para(runs=()), formulas)
            case nodes.OrderedList():
                for number, item in enumerate(block.items, block.start):
                    yield from _convert_item(item, level, number_para(Para(runs=()), number, block), formulas)
            case nodes.DefinitionList():
                for definition in block.items:
                    yield Para(runs=make_runs(definition.term, _BOLD_STYLE, formulas), level=level)
                    for definition_blocks in definition.meanings:
                        yield from make_paras(definition_blocks, min(level + 1, 3), formulas)
            case nodes.BlockQuote():
                yield from _convert_container(block, level, formulas)
                if block.attribution:
                    said_by = make_runs((nodes.Text(text="— "), *block.attribution), _PLAIN_STYLE, formulas)
                    yield Para(runs=said_by, level=level, bullet=False)
            case nodes.Callout() | nodes.Group() | nodes.Theorem() | nodes.Aside():
                if isinstance(block, nodes.Callout | nodes.Theorem) and block.title:
                    yield Para(runs=make_runs(block.title, _BOLD_STYLE, formulas), level=level, bullet=False)
                yield from _convert_container(block, level, formulas)
            case nodes.Verse():
                for line in block.lines:
                    yield Para(runs=make_runs(line, _PLAIN_STYLE, formulas), level=level, bullet=False)


def _convert_container(
    block: nodes.BlockQuote | nodes.Callout | nodes.Group | nodes.Theorem | nodes.Aside,
    level: int,
    formulas: FormulaImages | None,
) -> Iterator[Para]:
    """Yield the paragraphs of a container block, with the block's language and click animations."""
    language = block.attr.get("lang")
    paras = make_paras(block.content, level, formulas)
    if block.attr.has("incremental"):
        paras = add_clicks(paras, level)
    for index, para in enumerate(paras):
        localised_runs = tuple(replace(run, language=run.language or language) for run in para.runs)
        click = para.click or (index == 0 and block.attr.has("step"))
        yield replace(para, runs=localised_runs, click=click)


def number_para(para: Para, number: int, block: nodes.OrderedList) -> Para:
    """Return a paragraph with its number in an ordered list."""
    return replace(para, number=number, style=block.style, brackets=block.brackets)


def add_clicks(paras: Iterable[Para], level: int = 0) -> Iterator[Para]:
    """Make list items of a level appear one by one, together with the paragraphs below them."""
    for para in paras:
        marked = para.bullet or para.number is not None
        yield replace(para, click=True) if marked and para.level == level else para


def has_only_text(block: Block) -> bool:
    """Return whether a text body can show a block completely."""
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
        and all(map(has_only_text, block.content))
    )


def iter_aside_notes(node: object) -> Iterator[NoteParagraph]:
    """Yield the footnotes and side notes inside a node as note paragraphs in square brackets."""
    for inner in walk(node):
        is_side_note = isinstance(inner, nodes.Phrase) and inner.attr.has("aside")
        if (is_side_note or isinstance(inner, nodes.Note)) and (text := plain_text(inner.content)):
            yield (Run(text=f"[{text}]"),)


def _convert_item(
    item: nodes.ListItem, level: int, first_para: Para, formulas: FormulaImages | None
) -> Iterator[Para]:
    """Yield the paragraphs of a list item.

    The first paragraph gets the bullet or number of ``first_para``.
    """
    for index, block in enumerate(item.content):
        if isinstance(block, nodes.Paragraph):
            text = make_runs(block.content, _PLAIN_STYLE, formulas)
            para = first_para if index == 0 else Para(runs=(), bullet=False)
            yield replace(para, runs=text, level=level)
        else:
            yield from make_paras((block,), min(level + 1, 3), formulas)


@dataclass(frozen=True, slots=True)
class NotesConverter:
    """Converts blocks of the book to full-text speaker notes.

    Nodes whose ``id()`` is in ``omitted_ids`` are omitted. ``colon`` separates a term from its definition. If
    ``with_asides`` is false, footnotes and citations are omitted.
    """

    omitted_ids: frozenset[int]
    colon: str = ": "
    with_asides: bool = True

    def make_paragraphs(self, blocks: tuple[Block, ...]) -> Iterator[NoteParagraph]:
        """Yield note paragraphs from all blocks that are not omitted."""
        for block in blocks:
            if id(block) not in self.omitted_ids:
                yield from filter(has_text, self._convert_block(block))

    def _convert_block(self, block: Block) -> Iterator[NoteParagraph]:
        match block:
            case nodes.Paragraph():
                yield self._add_asides(block.content)
            case nodes.Heading():
                yield self._add_asides(block.content, _BOLD_STYLE)
            case nodes.BulletList():
                for item in block.items:
                    yield from ((Run(text="• "), *text) for text in self.make_paragraphs(item.content))
            case nodes.OrderedList():
                for number, item in enumerate(block.items, block.start):
                    mark = Run(text=f"{format_list_number(number, block.style, block.brackets)} ")
                    yield from ((mark, *text) for text in self.make_paragraphs(item.content))
            case nodes.DefinitionList():
                for definition in block.items:
                    for definition_blocks in definition.meanings:
                        definition_runs = _join_note_paragraphs(self.make_paragraphs(definition_blocks), " ")
                        yield (*self._add_asides(definition.term), Run(text=self.colon), *definition_runs)
            case nodes.CodeBlock():
                yield self._add_asides(block.caption)
                yield (Run(text=block.text, code=True),)
            case nodes.Verse():
                yield from (self._add_asides(line) for line in block.lines)
            case nodes.Callout() | nodes.Theorem():
                yield self._add_asides(block.title, _BOLD_STYLE)
                yield from self.make_paragraphs(block.content)
            case nodes.BlockQuote():
                yield from self.make_paragraphs(block.content)
                if block.attribution:
                    yield (Run(text="— "), *self._add_asides(block.attribution))
            case nodes.Group() | nodes.Aside() | nodes.SpeakerNotes():
                yield from self.make_paragraphs(block.content)
            case nodes.ReferenceList():
                yield from (self._add_asides(source.content) for source in block.sources)
            case nodes.IndexList():
                return
            case nodes.Table():
                yield from self._convert_table(block)
            case nodes.Figure():
                yield from self._convert_caption(block)
                yield from (make_plain_note(image.alt) for image in block.images)
                yield from self.make_paragraphs(block.panels)
                yield from self.make_paragraphs(block.description)
            case nodes.Chart():
                yield from self._convert_caption(block)
                yield make_plain_note(block.alt)
                yield from self.make_paragraphs(block.description)
            case nodes.Equation():
                yield make_plain_note(block.text or block.tex)
            case nodes.Slide() | nodes.ThematicBreak() | nodes.PageBreak():
                return
            case _:
                assert_never(block)

    def _convert_caption(self, node: nodes.Figure | nodes.Chart | nodes.Table) -> Iterator[NoteParagraph]:
        yield from map(self._add_asides, (node.caption, node.note, node.source))

    def _convert_table(self, table: nodes.Table) -> Iterator[NoteParagraph]:
        yield from self._convert_caption(table)
        for row in (*table.head, *table.body, *table.foot):
            cells = (
                (*self.make_paragraphs(cell.content), *([self._add_asides(cell.note)] if cell.note else []))
                for cell in row.cells
            )
            yield _join_note_paragraphs((_join_note_paragraphs(cell, " ") for cell in cells), "; ")

    def _add_asides(self, content: tuple[Inline, ...], style: Run = _PLAIN_STYLE) -> NoteParagraph:
        """Convert inlines to a note paragraph with plain-text formulas, followed by the footnotes."""
        if not self.with_asides:
            return make_runs(rewrite_all(content, _drop_citation), style)
        aside_runs = (
            run for node in content for aside in iter_aside_notes(node) for run in (Run(text=" "), *aside)
        )
        return join_runs((*make_runs(rewrite_all(content, _flatten_inline), style), *aside_runs))


def make_plain_note(text: str) -> NoteParagraph:
    """Convert plain text to a note paragraph."""
    return (Run(text=text),)


def has_text(text: NoteParagraph) -> bool:
    """Return whether a note paragraph is not blank."""
    return any(run.text.strip() for run in text)


def _flatten_inline(node: Inline) -> Inline | tuple[Inline, ...]:
    """Replace a formula and a citation with their text."""
    if isinstance(node, nodes.Citation):
        return node.content
    return nodes.Text(text=node.text or node.tex) if isinstance(node, nodes.Math) else node


def _drop_citation(node: Inline) -> Inline | tuple[Inline, ...]:
    return () if isinstance(node, nodes.Citation) else _flatten_inline(node)


def _join_note_paragraphs(texts: Iterable[NoteParagraph], separator: str) -> NoteParagraph:
    joined: list[Run] = []
    for index, text in enumerate(texts):
        joined += [Run(text=separator), *text] if index else text
    return join_runs(joined)


# Formulas are wider and taller in Cambria Math, the formula font on slides, than in theme fonts.
_WIDTH_FACTOR, _HEIGHT_FACTOR = 1.32, 1.2
_UPRIGHT = re.compile(r"<m(?:i|text)\b[^<>]*>[^<&]{2,}<")  # a word in MathML
# Estimated width and height of a character, in em, for formulas without an image.
_CHARACTER_WIDTH, _FORMULA_HEIGHT = 0.6, 3.0

DrawFormulas = Callable[[list[Formula]], Mapping[Formula, FormulaDrawing | None]]


def draw_formulas_without_cache(formulas: list[Formula]) -> Mapping[Formula, FormulaDrawing | None]:
    """Draw formulas without caching the images. Map formulas that cannot be drawn to None."""
    drawings = draw_formulas(formulas)
    fonts = load_default_formula_fonts()
    with_svg = (drawing and add_svg(drawing, fonts) for drawing in drawings)
    return dict(zip(formulas, with_svg, strict=True))


@dataclass(frozen=True, slots=True)
class FormulaImages:
    """The images of a book's formulas. The size of a formula without an image is estimated."""

    drawings: Mapping[Formula, FormulaDrawing | None] = field(default_factory=dict)

    @classmethod
    def from_book(cls, book: Book, draw: DrawFormulas) -> FormulaImages:
        """Draw all valid formulas of a book in one batch."""
        return cls(draw(list_distinct_formulas(list_parsed_formulas(book))))

    def get_drawing(self, node: Math | Equation) -> FormulaDrawing | None:
        """Return the image of a formula, or None if Typst cannot draw it."""
        return self.drawings.get(make_formula(node))

    def make_run(self, node: Math | Equation, style: Run) -> Run:
        """Convert an inline or displayed formula to a text run."""
        run = make_plain_run(node, style)
        if not node.omml or not run.text:
            return run
        width, height = self._measure_formula(node)
        native = NativeFormula(
            omml=node.omml,
            width=width,
            height=height,
            display=isinstance(node, Equation),
            bold=write_linear_notation(node.mathml).bold,
        )
        return Run(text=run.text, italic=run.italic, bold=style.bold, language=style.language, formula=native)

    def make_equation_body(
        self, node: Equation, number: str, before: tuple[Para, ...] = (), after: tuple[Para, ...] = ()
    ) -> EquationBody | None:
        """Convert a displayed formula to a slide body; return None if it can be neither native nor drawn."""
        drawing = self.get_drawing(node)
        if not node.omml and drawing is None:
            return None
        width, height = self._measure_formula(node)
        return EquationBody(
            native=NativeFormula(omml=node.omml, width=width, height=height, display=True),
            drawing=drawing,
            text=write_linear_notation(node.mathml).text or node.tex,
            alt=node.spoken or node.tex,
            number=number,
            before=before,
            after=after,
        )

    def _measure_formula(self, node: Math | Equation) -> tuple[float, float]:
        drawing = self.get_drawing(node)
        if drawing is None:
            return len(write_linear_notation(node.mathml).text) * _CHARACTER_WIDTH, _FORMULA_HEIGHT
        return drawing.width * _WIDTH_FACTOR, drawing.height * _HEIGHT_FACTOR


def add_numbers_to_rows(book: Book) -> Book:
    """Return a book in which the numbers of rows are part of formulas with several rows."""

    def add_numbers(node: Any) -> Any:
        if not isinstance(node, Equation) or len(node.rows) < 2 or not node.mathml:
            return node
        numbers = list_row_numbers(node, book.labels)
        mathml = add_row_numbers(node.mathml, [("", number) for number in numbers], at_margin=False)
        omml = add_office_row_numbers(node.omml, numbers) if node.omml else ""
        return replace(node, mathml=mathml, omml=omml)

    return rewrite_book(book, add_numbers, Equation)


def make_plain_run(node: Math | Equation, style: Run) -> Run:
    """Convert a formula to plain text, or to TeX source if it is invalid."""
    if not node.mathml:
        return Run(text=node.tex, code=True, language=style.language)
    text = write_linear_notation(node.mathml).text
    # Variables are italic, words and numbers upright.
    slanted = any(map(str.isalpha, text)) and not _UPRIGHT.search(node.mathml)
    return Run(
        text=text, italic=slanted or style.italic, bold=style.bold, href=style.href, language=style.language
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A sentence for a slide's notes.

    Remarks with the same ``paragraph_number`` are joined into one paragraph; remarks with a higher ``score``
    are preferred. ``needs_previous`` is true if the remark depends on the previous one, and
    ``is_about_slide`` if it refers to the slide's content.
    """

    text: str
    paragraph_number: int
    score: float
    needs_previous: bool = False
    is_about_slide: bool = False


@dataclass(frozen=True, slots=True)
class AuthorNote:
    """A speaker note by the author. Slides with author's notes get no remarks."""

    text: NoteParagraph


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLocation:
    """The location of a slide's text in the book: PDF page indices (``pages``) or a ``section``."""

    section: str
    pages: frozenset[int] = frozenset()


NotePart: TypeAlias = NoteParagraph | AuthorNote | Remark | BookLocation
"""A part of a slide's notes. Only a `Remark` may be omitted."""
