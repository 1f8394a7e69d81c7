"""Divide a book into pieces, the units of content that are compared with output files.

Each block with content belongs to exactly one piece. Captions, titles, inline images and inline formulas are
separate pieces. The text of all cells of a table is one piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from triptych.checks.wordings import (
    CITATION_END,
    CITATION_START,
    NOTE_PLACEHOLDER,
    OBJECT_PLACEHOLDER,
    Wording,
    normalise_text,
)
from triptych.diagnostics import Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.formulas.linear import write_linear_notation
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Matter, Role, SlideSelection
from triptych.model.walk import children, get_attr, plain_text, rewrite_all

PICTURE_KINDS = ("figure", "chart", "image", "panels")
FORMULA_KINDS = ("formula", "equation")

_UNTITLED_ROLES = (Role.DEDICATION, Role.EPIGRAPH, Role.IMPRINT, Role.INDEX)
DECK_ONLY = "deck only"
_VISIBILITY_CLASSES = ("book-only", "slide-only", "no-slide", "content-hidden", "content-visible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A unit of a book's content.

    - ``wordings``: alternative strings by which an output may represent the piece.
    - ``node``: None for titles, captions, sources and other lines that are not blocks.
    - ``source_nodes``: all nodes with text in the piece.
    - ``container``: "note", "table", "drawing", "slide", "speaker notes", "front matter" or "".
    - ``visibility``: the author's classes and attributes that limit the piece to some outputs.
    - ``without_slides``: whether the chapter has no slides.
    - ``unmarked``: whether the piece is a chart or figure without a slide class, in a chapter whose slides
      show only marked elements.
    - ``cells``: the cells of a table that contain text.
    - ``cells_with_notes``, ``cells_without_notes``: the normalised text of the cells, including alt texts,
      with and without the notes in the cells.
    """

    kind: str
    wordings: tuple[str, ...]
    chapter: str = ""
    node: Any = None
    span: Span | None = None
    container: str = ""
    visibility: str = ""
    without_slides: bool = False
    unmarked: bool = False
    source_nodes: tuple[Any, ...] = ()
    cells: tuple[Wording, ...] = ()
    cells_with_notes: frozenset[str] = frozenset()
    cells_without_notes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _PieceContext:
    """The properties that a piece inherits from enclosing nodes."""

    chapter: str
    span: Span | None
    container: str = ""
    visibility: str = ""
    without_slides: bool = False
    has_only_marked_slides: bool = False
    is_in_cell: bool = False

    def enter_node(self, node: Any) -> _PieceContext:
        """Return the context for the contents of a node."""
        node_visibility = get_visibility(node)
        # Content of slides and speaker notes may be limited further.
        visibility = (
            node_visibility if node_visibility and self.visibility in ("", DECK_ONLY) else self.visibility
        )
        return replace(self, span=getattr(node, "span", None) or self.span, visibility=visibility)

    def make_piece(self, kind: str, *wordings: str, node: Any = None, **fields: Any) -> Piece:
        """Make a piece in this context."""
        names = ("chapter", "span", "container", "visibility", "without_slides")
        inherited = {name: getattr(self, name) for name in names}
        own_fields = {"source_nodes": () if node is None else (node,)}
        return Piece(kind=kind, wordings=wordings, node=node, **inherited, **(own_fields | fields))


def iter_pieces(book: Book, memory: Memory = NO_MEMORY) -> Iterator[Piece]:
    """Yield all pieces of a book, in order."""
    yield from iter_title_pieces(book)
    part = None
    for chapter in book.chapters:
        yield from iter_part_title_pieces(chapter, part)
        part = chapter.part.id if chapter.part else None
        yield from memory.call(list_chapter_pieces, chapter)


def iter_title_pieces(book: Book) -> Iterator[Piece]:
    """Yield the pieces of a book's title and subtitle."""
    meta = book.metadata
    for kind, text in (("title", meta.title), ("subtitle", meta.subtitle)):
        if text:
            yield Piece(kind=kind, wordings=(text,))


def iter_part_title_pieces(chapter: Chapter, previous_part: str | None) -> Iterator[Piece]:
    """Yield the pieces of a part's title page, if a chapter is the first one of the part.

    ``previous_part`` is the id of the preceding chapter's part, or None.
    """
    if chapter.part and chapter.part.id != previous_part:
        without_slides = (
            chapter.slide_settings.selection is SlideSelection.NONE
        )  # then no chapter of the part has slides
        name, part = plain_text(chapter.title), chapter.part
        context = _PieceContext(chapter=name, span=None, without_slides=without_slides)
        yield context.make_piece("part title", part.title)
        if part.summary:
            yield replace(context, visibility=_VISIBILITY_CLASSES[0]).make_piece("summary", part.summary)
        yield from _iter_embedded_pieces(part.image, context)


def list_chapter_pieces(chapter: Chapter) -> tuple[Piece, ...]:
    """Return the text fragments of one chapter, in document order."""
    return tuple(_iter_chapter_pieces(chapter))


def _iter_chapter_pieces(chapter: Chapter) -> Iterator[Piece]:
    context = _PieceContext(
        chapter=plain_text(chapter.title),
        span=chapter.span,
        container="front matter" if chapter.matter is Matter.FRONT else "",
        without_slides=chapter.matter is Matter.BACK
        or chapter.slide_settings.selection is SlideSelection.NONE,
        has_only_marked_slides=chapter.slide_settings.selection is SlideSelection.EXPLICIT,
    )
    if chapter.role not in _UNTITLED_ROLES:
        yield from _iter_inline_pieces("chapter title", chapter.title, context)
    yield from _iter_embedded_pieces(chapter.image, context)
    yield from _iter_inline_pieces("summary", chapter.summary, context)
    for takeaway in chapter.takeaways:
        yield from _iter_inline_pieces("takeaway", takeaway, context)
    for block in chapter.blocks:
        yield from _iter_block_pieces(block, context)


def _iter_block_pieces(node: Any, outer_context: _PieceContext) -> Iterator[Piece]:
    """Yield the pieces of a block, table row, table cell, list item or definition."""
    context = outer_context.enter_node(node)
    match node:
        case nodes.Paragraph() | nodes.Heading() | nodes.Verse() | nodes.CodeBlock():
            yield from _iter_text_block_pieces(node, context)
        case nodes.Equation():
            yield _make_formula_piece("equation", node, context)
        case nodes.Chart():
            if node.headline:
                yield context.make_piece("headline", node.headline)
            yield context.make_piece("chart", node.alt, node=node, unmarked=_is_unmarked(node, context))
            yield from _iter_caption_pieces(node, context)
            yield from _iter_child_pieces(node, replace(context, container="drawing", is_in_cell=False))
        case nodes.Figure():
            alts = " ".join(image.alt for image in node.images if not image.is_decorative)
            alts = alts or get_text_with_placeholders(node.caption)
            kind = "panels" if node.panels else "figure"
            unmarked = _is_unmarked(node, context)
            yield context.make_piece(
                kind, alts, node=node, source_nodes=(node, *node.images), unmarked=unmarked
            )
            yield from _iter_caption_pieces(node, context)
            for panel in node.panels:
                yield from _iter_block_pieces(panel, context)
            for block in node.description:
                yield from _iter_block_pieces(block, replace(context, container="drawing", is_in_cell=False))
        case nodes.Table():
            yield _make_table_piece(node, context)
            yield from _iter_caption_pieces(node, context)
            yield from _iter_child_pieces(node, replace(context, container="table", is_in_cell=True))
        case nodes.Definition():
            if not context.is_in_cell:
                yield from _iter_inline_pieces("term", node.term, context)
            yield from _iter_child_pieces(node, context)
        case nodes.Callout() | nodes.Theorem():
            if not context.is_in_cell:
                yield from _iter_inline_pieces(f"{type(node).__name__.lower()} title", node.title, context)
            yield from _iter_child_pieces(node, context)
        case nodes.BlockQuote():
            yield from _iter_child_pieces(node, context)
            yield from _iter_inline_pieces("attribution", node.attribution, context)
        case nodes.ReferenceList():
            for source in node.sources:
                yield context.make_piece("source", plain_text(source.content))
        case nodes.IndexList():
            return  # its terms are in the text
        case nodes.Slide():
            slide = replace(context, container="slide")
            yield from _iter_inline_pieces("slide title", node.title, slide)
            yield from _iter_child_pieces(node, slide)
        case nodes.SpeakerNotes():
            yield from _iter_child_pieces(node, replace(context, container="speaker notes"))
        case _:
            yield from _iter_child_pieces(node, context)


def _is_unmarked(node: nodes.Chart | nodes.Figure, context: _PieceContext) -> bool:
    """Return whether a chart or figure is unmarked in a chapter whose slides show only marked elements."""
    marked = node.attr.has("slide") or node.attr.has("backup") or context.container == "slide"
    return context.has_only_marked_slides and not marked


def _iter_child_pieces(node: Any, context: _PieceContext) -> Iterator[Piece]:
    for child in children(node):
        if isinstance(child, nodes.Block | nodes.ListItem | nodes.Row | nodes.Cell | nodes.Definition):
            yield from _iter_block_pieces(child, context)


def _iter_text_block_pieces(node: Any, context: _PieceContext) -> Iterator[Piece]:
    """Yield the pieces of a text block.

    In a table cell, only the images, formulas and notes of the block are pieces.
    """
    content: tuple[Any, ...] = ()
    match node:
        case nodes.CodeBlock():
            numbered = node.attr.has("numberLines") or node.attr.has("number-lines")
            # Outputs print a line number before each line.
            kind, words = (
                "code",
                f" {NOTE_PLACEHOLDER} ".join(node.text.split("\n")) if numbered else node.text,
            )
        case nodes.Verse(lines=lines):
            kind, words, content = "verse", " ".join(map(get_text_with_placeholders, lines)), lines
        case _:
            kind, words, content = (
                type(node).__name__.lower(),
                get_text_with_placeholders(node.content),
                node.content,
            )
    if context.container == "note" and kind == "paragraph":
        kind = "footnote"
    embedded = list(_iter_embedded_pieces(content, context))
    if not context.is_in_cell and _has_text(words):
        yield context.make_piece(kind, words, node=node)
    elif not context.is_in_cell and embedded:  # images and formulas only; the first one represents the block
        embedded[0] = replace(embedded[0], source_nodes=(node, *embedded[0].source_nodes))
    yield from embedded
    if isinstance(node, nodes.CodeBlock):
        yield from _iter_inline_pieces("caption", node.caption, context)


def _iter_caption_pieces(
    node: nodes.Chart | nodes.Figure | nodes.Table, context: _PieceContext
) -> Iterator[Piece]:
    """Yield the pieces of a caption, of its note and of its source."""
    for kind, content in (
        ("caption", node.caption),
        ("caption note", node.note),
        ("caption source", node.source),
    ):
        yield from _iter_inline_pieces(kind, content, context)


def _iter_inline_pieces(
    kind: str, content: tuple[nodes.Inline, ...], context: _PieceContext
) -> Iterator[Piece]:
    """Yield the pieces of inline content outside blocks, such as a caption or title."""
    words = get_text_with_placeholders(content)
    if _has_text(words):
        yield context.make_piece(kind, words)
    yield from _iter_embedded_pieces(content, context)


def _has_text(text: str) -> bool:
    """Return whether a string has more than the placeholders of images, formulas and notes."""
    return bool(text.replace(OBJECT_PLACEHOLDER, "").replace(NOTE_PLACEHOLDER, "").strip())


def _iter_embedded_pieces(content: tuple[Any, ...], context: _PieceContext) -> Iterator[Piece]:
    """Yield the pieces of images, formulas, notes and separate phrases in inline content."""
    for node in content:
        if isinstance(node, tuple):
            yield from _iter_embedded_pieces(node, context)
            continue
        if isinstance(node, nodes.Text | nodes.SoftBreak | nodes.LineBreak | nodes.Code | nodes.IndexMark):
            continue
        context = context.enter_node(node)
        match node:
            case nodes.Image():
                yield context.make_piece("image", "" if node.is_decorative else node.alt, node=node)
            case nodes.Math():
                yield _make_formula_piece("formula", node, context)
            case nodes.Note():
                for block in node.content:
                    yield from _iter_block_pieces(block, replace(context, container="note", is_in_cell=False))
            case nodes.Phrase() if _is_separate_phrase(node):
                yield from _iter_inline_pieces("phrase", node.content, context)
            case _:
                yield from _iter_embedded_pieces(tuple(children(node)), context)


def _make_formula_piece(kind: str, node: nodes.Math | nodes.Equation, context: _PieceContext) -> Piece:
    """Return the piece of a formula, which outputs may contain in spoken form, as text or as TeX."""
    symbols = write_linear_notation(node.mathml).text if node.mathml else ""
    return context.make_piece(
        kind, *dict.fromkeys(filter(None, (node.spoken, node.text, symbols, node.tex))), node=node
    )


def _make_table_piece(node: nodes.Table, context: _PieceContext) -> Piece:
    """Return the text of a table as a piece, excluding nested tables, figures, charts and equations."""
    cells: list[Wording] = []
    texts_with_notes: set[str] = set()
    texts_without_notes: set[str] = set()
    owned: list[Any] = [node]
    for row in (*node.head, *node.body, *node.foot):
        for cell in row.cells:
            blocks = list(_iter_cell_blocks(cell))
            owned += [block for block in blocks if isinstance(block, nodes.Block)]
            cells.append(
                Wording(
                    f" {NOTE_PLACEHOLDER} ".join(
                        filter(
                            None, [*map(_get_cell_block_text, blocks), get_text_with_placeholders(cell.note)]
                        )
                    )
                )
            )
            texts_with_notes.add(normalise_text(plain_text((cell,))))
            texts_without_notes.add(normalise_text(plain_text(cell.content)))
    return context.make_piece(
        "table",
        " ".join(cell.text for cell in cells),
        node=node,
        source_nodes=tuple(owned),
        cells=tuple(cell for cell in cells if cell),
        cells_with_notes=frozenset(texts_with_notes - {""}),
        cells_without_notes=frozenset(texts_without_notes - {""}),
    )


def _iter_cell_blocks(node: Any) -> Iterator[Any]:
    """Yield the text blocks, definitions and callouts in a table cell."""
    for child in children(node):
        match child:
            case nodes.Table() | nodes.Figure() | nodes.Chart() | nodes.Equation():
                continue
            case nodes.Paragraph() | nodes.Heading() | nodes.Verse() | nodes.CodeBlock():
                yield child
            case nodes.Definition() | nodes.Callout():
                yield child
                yield from _iter_cell_blocks(child)
            case _ if isinstance(child, nodes.Block | nodes.ListItem):
                yield from _iter_cell_blocks(child)


def _get_cell_block_text(node: Any) -> str:
    match node:
        case nodes.CodeBlock(text=text):
            return text
        case nodes.Definition(term=content) | nodes.Callout(title=content):
            return get_text_with_placeholders(content)
        case nodes.Verse(lines=lines):
            return " ".join(map(get_text_with_placeholders, lines))
    return get_text_with_placeholders(node.content)


def get_text_with_placeholders(content: tuple[nodes.Inline, ...]) -> str:
    """Return the text of inline content, with placeholders.

    They replace images, formulas, separate phrases, notes and page numbers. Citations are between marks.
    """
    return plain_text(rewrite_all(content, _replace_with_placeholder))


def _replace_with_placeholder(node: Any) -> Any:
    match node:
        case nodes.Note() | nodes.Reference(page=True):
            return nodes.Text(text=NOTE_PLACEHOLDER)
        case nodes.Reference():  # a page number may follow
            return (*node.content, nodes.Text(text=NOTE_PLACEHOLDER))
        case nodes.Citation():
            return (nodes.Text(text=CITATION_START), *node.content, nodes.Text(text=CITATION_END))
        case nodes.Image() | nodes.Math():
            return nodes.Text(text=OBJECT_PLACEHOLDER)
        case nodes.Phrase() if _is_separate_phrase(node):
            return nodes.Text(text=OBJECT_PLACEHOLDER)
    return node


def _is_separate_phrase(node: nodes.Phrase) -> bool:
    """Return whether a phrase is set in the margin, or is missing from some outputs."""
    return node.attr.has("aside") or bool(get_visibility(node))


def get_visibility(node: Any) -> str:
    """Return the classes and attributes that limit a node to some outputs, or ""."""
    if isinstance(node, nodes.Slide | nodes.SpeakerNotes):
        return DECK_ONLY
    attr = get_attr(node)
    conditions = [name for name in _VISIBILITY_CLASSES if attr.has(name)]
    conditions += [f"{key}={value}" for key, value in attr.pairs if key.startswith(("when-", "unless-"))]
    return ", ".join(conditions)
