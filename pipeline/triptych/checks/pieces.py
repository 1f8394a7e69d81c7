"""What a book says, in pieces that an output may show, move, simplify or leave out.

Each block that says something is in exactly one piece; what is drawn amid a line of text is one of its
own, and so are captions and titles. The text in the cells of a table is one piece, whatever its blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from triptych.checks.wordings import CUT, PLACE, Wording, normalize
from triptych.diagnostics import Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.formulas.linear import write_linear
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Matter, Role, SlideSelection
from triptych.model.walk import attr_of, children, plain_text, rewrite_all

# Kinds of pieces that a file shows in one way.
PICTURES = ("figure", "chart", "image", "panels")
FORMULAS = ("formula", "equation")

_UNTITLED = (Role.DEDICATION, Role.EPIGRAPH, Role.IMPRINT, Role.INDEX)  # shown without it, or not told
DECK_ONLY = "deck only"
_FRAMES = ("book-only", "slide-only", "no-slide", "content-hidden", "content-visible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Something that a book says.

    ``wordings`` are the ways in which an output may word it. ``node`` is None for titles of books and
    parts, and for sources. ``within`` is what holds it where that matters: a note, a table, a drawing, a
    slide, the speaker notes or the front matter. ``wish`` is the author's word that it is not for every
    output. An ``untold`` one is in a chapter that a talk does not tell: back matter, or as the author says.
    An ``unmarked`` one is a chart or figure without a class for the deck, in a chapter whose only
    slides are the marked elements.
    ``stands_for`` are the nodes whose text it is. Of a table ``cells`` are the words between drawings,
    ``whole_cells`` the letters with what the drawings are called, ``bare_cells`` these without small words.
    """

    kind: str
    wordings: tuple[str, ...]
    chapter: str = ""
    node: Any = None
    span: Span | None = None
    within: str = ""
    wish: str = ""
    untold: bool = False
    unmarked: bool = False
    stands_for: tuple[Any, ...] = ()
    cells: tuple[Wording, ...] = ()
    whole_cells: frozenset[str] = frozenset()
    bare_cells: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Position:
    """The surroundings of a node."""

    chapter: str
    span: Span | None
    within: str = ""
    wish: str = ""
    untold: bool = False
    marked_only: bool = False
    in_cell: bool = False

    def at(self, node: Any) -> _Position:
        """Return the position of the contents of a node."""
        own = get_wish(node)
        # What stands in a slide or in notes may still be kept from some decks.
        wish = own if own and self.wish in ("", DECK_ONLY) else self.wish
        return replace(self, span=getattr(node, "span", None) or self.span, wish=wish)

    def piece(self, kind: str, *wordings: str, node: Any = None, **more: Any) -> Piece:
        """Make a piece here; that of a ``node`` has the node's own text unless ``more`` overrides it."""
        around = {name: getattr(self, name) for name in ("chapter", "span", "within", "wish", "untold")}
        own = {"stands_for": () if node is None else (node,)}
        return Piece(kind=kind, wordings=wordings, node=node, **around, **(own | more))


def list_pieces(book: Book, memory: Memory = NO_MEMORY) -> Iterator[Piece]:
    """All pieces, in the order of the book."""
    yield from list_book_pieces(book)
    part = None
    for chapter in book.chapters:
        yield from list_part_pieces(chapter, part)
        part = chapter.part.id if chapter.part else None
        yield from memory.call(list_chapter_pieces, chapter)


def list_book_pieces(book: Book) -> Iterator[Piece]:
    """List what precedes all chapters."""
    meta = book.metadata
    for kind, text in (("title", meta.title), ("subtitle", meta.subtitle)):
        if text:
            yield Piece(kind=kind, wordings=(text,))


def list_part_pieces(chapter: Chapter, before: str | None) -> Iterator[Piece]:
    """List the title of the part that begins with a chapter; ``before`` is the part of the previous one."""
    if chapter.part and chapter.part.id != before:
        untold = chapter.talk.telling is SlideSelection.NONE  # as its chapters are then
        part, where = chapter.part, _Position(chapter=plain_text(chapter.title), span=None, untold=untold)
        yield Piece(kind="part title", wordings=(part.title,), chapter=where.chapter, untold=untold)
        if part.summary:
            yield replace(where, wish=_FRAMES[0]).piece("summary", part.summary)
        yield from _iter_embedded(part.image, where)


def list_chapter_pieces(chapter: Chapter) -> tuple[Piece, ...]:
    """List the pieces of one chapter."""
    return tuple(_iter_chapter_pieces(chapter))


def _iter_chapter_pieces(chapter: Chapter) -> Iterator[Piece]:
    name = plain_text(chapter.title)
    within = "front matter" if chapter.matter is Matter.FRONT else ""
    untold = chapter.matter is Matter.BACK or chapter.talk.telling is SlideSelection.NONE
    marked_only = chapter.talk.telling is SlideSelection.EXPLICIT
    where = _Position(chapter=name, span=chapter.span, within=within, untold=untold, marked_only=marked_only)
    if chapter.role not in _UNTITLED:
        yield from _iter_line("chapter title", chapter.title, where)
    yield from _iter_embedded(chapter.image, where)
    yield from _iter_line("summary", chapter.summary, where)
    for takeaway in chapter.takeaways:
        yield from _iter_line("takeaway", takeaway, where)
    for block in chapter.blocks:
        yield from _iter_block(block, where)


def _iter_block(node: Any, around: _Position) -> Iterator[Piece]:
    """Iterate over a block, or a part of one such as a row, with all its contents."""
    where = around.at(node)
    match node:
        case nodes.Paragraph() | nodes.Heading() | nodes.Verse() | nodes.CodeBlock():
            yield from _iter_text(node, where)
        case nodes.Equation():
            yield _make_drawing("equation", node, where)
        case nodes.Chart():
            if node.headline:
                yield where.piece("headline", node.headline)
            yield where.piece("chart", node.alt, node=node, unmarked=_is_unmarked(node, where))
            yield from _iter_line("caption", node.caption, where)
            yield from _iter_line("chart note", node.note, where)
            yield from _iter_line("chart source", node.source, where)
            yield from _iter_parts(node, replace(where, within="drawing", in_cell=False))
        case nodes.Figure():
            alts = " ".join(image.alt for image in node.images if not image.decorative)
            alts = alts or get_words(node.caption)
            kind = "panels" if node.panels else "figure"  # what is drawn are the panels
            unmarked = _is_unmarked(node, where)
            yield where.piece(kind, alts, node=node, stands_for=(node, *node.images), unmarked=unmarked)
            yield from _iter_line("caption", node.caption, where)
            for panel in node.panels:
                yield from _iter_block(panel, where)
            for block in node.description:
                yield from _iter_block(block, replace(where, within="drawing", in_cell=False))
        case nodes.Table():
            yield _make_table(node, where)
            yield from _iter_line("caption", node.caption, where)
            yield from _iter_parts(node, replace(where, within="table", in_cell=True))
        case nodes.Definition():
            if not where.in_cell:
                yield from _iter_line("term", node.term, where)
            yield from _iter_parts(node, where)
        case nodes.Callout() | nodes.Theorem():
            if not where.in_cell:
                yield from _iter_line(f"{type(node).__name__.lower()} title", node.title, where)
            yield from _iter_parts(node, where)
        case nodes.BlockQuote():
            yield from _iter_parts(node, where)
            yield from _iter_line("attribution", node.attribution, where)
        case nodes.SourceList():
            for source in node.sources:
                yield where.piece("source", plain_text(source.content))
        case nodes.IndexList():
            return  # made of words that stand in the text
        case nodes.Slide():
            slide = replace(where, within="slide")
            yield from _iter_line("slide title", node.title, slide)
            yield from _iter_parts(node, slide)
        case nodes.SpeakerNotes():
            yield from _iter_parts(node, replace(where, within="speaker notes"))
        case _:
            yield from _iter_parts(node, where)


def _is_unmarked(node: nodes.Chart | nodes.Figure, where: _Position) -> bool:
    """Whether a chart or figure is unmarked in a chapter whose only slides are the marked elements."""
    marked = node.attr.has("slide") or node.attr.has("backup") or where.within == "slide"
    return where.marked_only and not marked


def _iter_parts(node: Any, where: _Position) -> Iterator[Piece]:
    for child in children(node):
        if isinstance(child, nodes.Block | nodes.ListItem | nodes.Row | nodes.Cell | nodes.Definition):
            yield from _iter_block(child, where)


def _iter_text(node: Any, where: _Position) -> Iterator[Piece]:
    """Iterate over a block of text. In a cell its words are the table's: drawings and notes remain."""
    content: tuple[Any, ...] = ()
    match node:
        case nodes.CodeBlock():
            numbered = node.attr.has("numberLines") or node.attr.has("number-lines")
            # A number stands before each line.
            kind, words = "code", f" {CUT} ".join(node.text.split("\n")) if numbered else node.text
        case nodes.Verse(lines=lines):
            kind, words, content = "verse", " ".join(map(get_words, lines)), lines
        case _:
            kind, words, content = type(node).__name__.lower(), get_words(node.content), node.content
    if where.within == "note" and kind == "paragraph":
        kind = "footnote"
    amid = list(_iter_embedded(content, where))
    if not where.in_cell and _has_words(words):
        yield where.piece(kind, words, node=node)
    elif not where.in_cell and amid:  # nothing but drawings: the first of them stands for the block
        amid[0] = replace(amid[0], stands_for=(node, *amid[0].stands_for))
    yield from amid
    if isinstance(node, nodes.CodeBlock):
        yield from _iter_line("caption", node.caption, where)


def _iter_line(kind: str, content: tuple[nodes.Inline, ...], where: _Position) -> Iterator[Piece]:
    """Iterate over a line of text that is not a block, such as a caption."""
    words = get_words(content)
    if _has_words(words):
        yield where.piece(kind, words)
    yield from _iter_embedded(content, where)


def _has_words(words: str) -> bool:
    """Whether there is more than drawings: an empty block, such as a bare anchor, says nothing."""
    return bool(words.replace(PLACE, "").replace(CUT, "").strip())


def _iter_embedded(content: tuple[Any, ...], where: _Position) -> Iterator[Piece]:
    """Iterate over what is in a line but no part of it: drawings, notes, words for some outputs."""
    for node in content:
        if isinstance(node, tuple):
            yield from _iter_embedded(node, where)
            continue
        if isinstance(node, nodes.Text | nodes.SoftBreak | nodes.LineBreak | nodes.Code | nodes.IndexMark):
            continue
        here = where.at(node)
        match node:
            case nodes.Image():
                yield here.piece("image", "" if node.decorative else node.alt, node=node)
            case nodes.Math():
                yield _make_drawing("formula", node, here)
            case nodes.Note():
                for block in node.content:
                    yield from _iter_block(block, replace(here, within="note", in_cell=False))
            case nodes.Phrase() if _is_apart(node):
                yield from _iter_line("phrase", node.content, here)
            case _:
                yield from _iter_embedded(tuple(children(node)), here)


def _make_drawing(kind: str, node: nodes.Math | nodes.Equation, where: _Position) -> Piece:
    """Make a piece of a formula from its spoken words, a line of symbols, and its TeX."""
    symbols = write_linear(node.mathml).text if node.mathml else ""
    return where.piece(
        kind, *dict.fromkeys(filter(None, (node.spoken, node.text, symbols, node.tex))), node=node
    )


def _make_table(node: nodes.Table, where: _Position) -> Piece:
    """Make a piece of the text in all cells, without tables and drawings in them."""
    cells: list[Wording] = []
    whole: set[str] = set()
    bare: set[str] = set()
    owned: list[Any] = [node]
    for row in (*node.head, *node.body, *node.foot):
        for cell in row.cells:
            blocks = list(_iter_cell_texts(cell))
            owned += [block for block in blocks if isinstance(block, nodes.Block)]
            cells.append(
                Wording(f" {CUT} ".join(filter(None, [*map(_get_cell_words, blocks), get_words(cell.note)])))
            )
            whole.add(normalize(plain_text((cell,))))
            bare.add(normalize(plain_text(cell.content)))
    return where.piece(
        "table",
        " ".join(cell.words for cell in cells),
        node=node,
        stands_for=tuple(owned),
        cells=tuple(cell for cell in cells if cell),
        whole_cells=frozenset(whole - {""}),
        bare_cells=frozenset(bare - {""}),
    )


def _iter_cell_texts(node: Any) -> Iterator[Any]:
    """Iterate over the blocks of text in a cell, and over definitions and callouts on lines of their own."""
    for child in children(node):
        match child:
            case nodes.Table() | nodes.Figure() | nodes.Chart() | nodes.Equation():
                continue
            case nodes.Paragraph() | nodes.Heading() | nodes.Verse() | nodes.CodeBlock():
                yield child
            case nodes.Definition() | nodes.Callout():
                yield child
                yield from _iter_cell_texts(child)
            case _ if isinstance(child, nodes.Block | nodes.ListItem):
                yield from _iter_cell_texts(child)


def _get_cell_words(node: Any) -> str:
    match node:
        case nodes.CodeBlock(text=text):
            return text
        case nodes.Definition(term=content) | nodes.Callout(title=content):
            return get_words(content)
        case nodes.Verse(lines=lines):
            return " ".join(map(get_words, lines))
    return get_words(node.content)


def get_words(content: tuple[nodes.Inline, ...]) -> str:
    """Return the text of a line, with marks for drawings, notes and words for some outputs only."""
    return plain_text(rewrite_all(content, _mark_place))


def _mark_place(node: Any) -> Any:
    match node:
        case nodes.Note() | nodes.Reference(page=True):
            return nodes.Text(text=CUT)
        case nodes.Reference():  # its page may follow it
            return (*node.content, nodes.Text(text=CUT))
        case nodes.Image() | nodes.Math():
            return nodes.Text(text=PLACE)
        case nodes.Phrase() if _is_apart(node):
            return nodes.Text(text=PLACE)
    return node


def _is_apart(node: nodes.Phrase) -> bool:
    """Whether words stand beside their line, or not in every output."""
    return node.attr.has("aside") or bool(get_wish(node))


def get_wish(node: Any) -> str:
    """Return the classes and attributes in the source that limit a node to some outputs."""
    if isinstance(node, nodes.Slide | nodes.SpeakerNotes):
        return DECK_ONLY
    attr = attr_of(node)
    named = [name for name in _FRAMES if attr.has(name)]
    named += [f"{key}={value}" for key, value in attr.pairs if key.startswith(("when-", "unless-"))]
    return ", ".join(named)
