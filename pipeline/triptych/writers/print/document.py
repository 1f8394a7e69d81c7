"""The resolved book → XHTML documents for paged layout: front matter, body, back matter.

The body is set first, then what names its pages: the index, then the contents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

import jinja2

from triptych.labels import Labels
from triptych.manifest import slug
from triptych.markup import inlines as phrasing
from triptych.markup.blocks import BlockWriter
from triptych.markup.outline import WORDS, Entry, Listed, chapter_name, numbered, outline, titled
from triptych.markup.xml import empty, tag, text
from triptych.media.formulas import Drawing, Formula, formula_of
from triptych.media.preparing import Prepared
from triptych.model.book import Book, Chapter, LabelKind, Matter, Role
from triptych.model.nodes import (
    Block,
    Chart,
    CodeBlock,
    Equation,
    Image,
    Inline,
    Math,
    Note,
    Paragraph,
    Picture,
    Reference,
    Verse,
)
from triptych.model.walk import chapter_nodes, ids_in, walk_all
from triptych.passes.index import INDEX_MARK
from triptych.passes.pages import Pages
from triptych.passes.sources import CITATION_MARK

Formulas = Mapping[Formula, Drawing | None]
Pictures = Mapping[Picture, Prepared]


@dataclass(frozen=True)
class PrintOutput:
    """What print does its own way: footnotes stand in the text, and files have addresses that only
    the fetcher of the layout engine understands.

    ``formulas`` holds the drawings of the book's formulas, ``pictures`` its picture files as print takes
    them, ``pages`` what was set already; ``here`` are the ids of the document at hand.
    """

    formulas: Formulas
    pictures: Pictures = field(default_factory=dict)
    pages: Pages = field(default_factory=dict)
    here: frozenset[str] = frozenset()
    page_break: str = '<div class="page-break"></div>\n'
    speaks_alone: bool = True

    def href(self, target: str) -> str:
        """Everything is in one document."""
        return target

    def image_address(self, image: Image) -> str:
        """The address of the picture's file."""
        return self.picture_address(image.picture) if image.picture else "project:missing"

    def picture_address(self, picture: Picture) -> str:
        """``picture:`` and its place among the pictures that were made ready for print."""
        place = self._picture_places.get(picture)
        return f"project:{quote(picture.path)}" if place is None else f"picture:{place}"

    def chart_address(self, chart: Chart) -> str:
        """``chart:`` and the chart's id, or its place where it has none."""
        return f"chart:{quote(chart_key(chart))}"

    def chart_data(self, chart: Chart) -> str:
        """Print shows the drawing; its alternative text speaks for it."""
        return ""

    def note(self, note: Note) -> str:
        """A span that floats to the foot of the page.

        Paragraphs become spans, since a note stands within a paragraph, and white space is folded,
        since WeasyPrint stops at a line end before the note's end.
        """
        number = str(note.number)
        if note.again:
            return tag("a", number, class_="note-again", href=f"#{self._note_id(note)}")
        parts = [part for node in walk_all(note.content) for part in self._note_lines(node)]
        return tag(
            "span",
            empty("br").join(" ".join(p.split()) for p in parts),
            class_="footnote",
            id=self._note_id(note) or None,
            data_number=number,
        )

    def _note_id(self, note: Note) -> str:
        """An id for a note that several places refer to."""
        place = note.span.path if note.span else ""
        return f"_note-{slug(place)}-{slug(note.key)}-{note.number}" if note.key else ""

    def page(self, identifier: str) -> str:
        """The page of an id in a document that was set before this one."""
        return self.pages.get(identifier, "")

    def page_number(self, reference: Reference) -> str:
        """A number that the layout engine fills in, where the page is in the document at hand."""
        if page := self.page(reference.target):
            return page
        if reference.target in self.here:
            return tag("span", "", class_="page-number", data_target=f"#{reference.target}")
        return phrasing.inlines(reference.content, self)

    def _note_lines(self, node: object) -> list[str]:
        """What of a note's blocks is text, a line each."""
        match node:
            case Paragraph():
                return [phrasing.inlines(node.content, self)]
            case Verse():
                return [phrasing.inlines(line, self) for line in node.lines]
            case CodeBlock():
                return [tag("code", text(line)) for line in node.text.split("\n")]
            case Equation():
                return [self.math(node)]
        return []

    def math(self, formula: Math | Equation) -> str:
        """The formula's drawing on the line's baseline; its TeX where it could not be drawn."""
        key = formula_of(formula)
        drawing = self.formulas.get(key)
        if drawing is None:
            return tag("code", text(formula.tex), class_="tex")
        style = (
            f"width:{drawing.width:.4f}em;height:{drawing.height:.4f}em;vertical-align:{-drawing.depth:.4f}em"
        )
        address = f"formula:{self._places[key]}"
        return empty("img", class_="math", src=address, alt=formula.spoken, style=style)

    @cached_property
    def _picture_places(self) -> dict[Picture, int]:
        """The place of each picture, which its address names."""
        return {picture: place for place, picture in enumerate(self.pictures)}

    @cached_property
    def _places(self) -> dict[Formula, int]:
        """The place of each formula among the drawings, which its address names."""
        return {formula: place for place, formula in enumerate(self.formulas)}


FRONT, BODY, BACK = "front", "body", "back"  # the documents, in the order of the book


def matters(book: Book) -> list[str]:
    """The documents that a book is set from; front and body are always there."""
    there = {FRONT, BODY, *map(document_of, book.chapters)}
    return [matter for matter in (FRONT, BODY, BACK) if matter in there]


def document_of(chapter: Chapter) -> str:
    """The document that a chapter is set in."""
    if chapter.role is Role.IMPRINT or chapter.matter is Matter.FRONT:
        return FRONT
    return BACK if chapter.matter is Matter.BACK else BODY


def chart_key(chart: Chart) -> str:
    """A name for a chart within its book."""
    return chart.attr.id or f"{chart.span.path}-{chart.span.line}" if chart.span else chart.attr.id


def charts_of(book: Book) -> Mapping[str, Chart]:
    """All charts by key."""
    nodes = walk_all(*(chapter.blocks for chapter in book.chapters))
    return {chart_key(node): node for node in nodes if isinstance(node, Chart)}


@dataclass(frozen=True)
class PrintDocument:
    """Everything that the print templates ask for. ``pages`` are those that were set already."""

    book: Book
    labels: Labels
    matter: str
    formulas: Formulas = field(default_factory=dict)
    depth: int = 2
    wanted: tuple[LabelKind, ...] = ()
    pictures: Pictures = field(default_factory=dict)
    pages: Pages = field(default_factory=dict)

    @cached_property
    def chapters(self) -> list[Chapter]:
        """The chapters of this document, without what stands on pages of another kind."""
        return [chapter for chapter in self._own if chapter.role is not Role.IMPRINT]

    @property
    def imprint(self) -> tuple[Block, ...]:
        """What the author's own imprint says."""
        imprints = [c for c in self.book.chapters if c.role is Role.IMPRINT]
        return tuple(block for chapter in imprints for block in chapter.blocks)

    @cached_property
    def _own(self) -> list[Chapter]:
        return [chapter for chapter in self.book.chapters if document_of(chapter) == self.matter]

    @cached_property
    def here(self) -> frozenset[str]:
        """The ids in this document."""
        written = (node for chapter in self._own for node in chapter_nodes(chapter))
        return frozenset(ids_in(written) | {chapter.id for chapter in self._own})

    @property
    def is_named_behind(self) -> bool:
        """Whether index or sources may lead to this document."""
        return any(name.startswith((INDEX_MARK, CITATION_MARK)) for name in self.here)

    @cached_property
    def output(self) -> PrintOutput:
        """What print does its own way."""
        return PrintOutput(self.formulas, self.pictures, self.pages, self.here)

    @cached_property
    def writer(self) -> BlockWriter:
        """Writes blocks with the book's numbers."""
        return BlockWriter(self.book.labels, self.labels, self.output)

    def untitled(self, chapter: Chapter) -> bool:
        """Whether a chapter stands without its title, as a dedication does."""
        return not titled(chapter)

    def cover(self) -> str:
        """The address of the cover's picture, "" where there is none."""
        cover = self.book.metadata.cover
        return self.output.picture_address(cover) if cover else ""

    def inlines(self, content: tuple[Inline, ...]) -> str:
        """Inlines → XHTML."""
        return self.writer.inlines(content)

    def blocks(self, content: tuple[Block, ...]) -> str:
        """Blocks → XHTML."""
        return self.writer.blocks(content)

    def name(self, chapter: Chapter) -> str:
        """ "Chapter 3" or "Appendix A" as the opener shows it, or ""."""
        return chapter_name(self.book, chapter, self.labels)

    def contents(self) -> list[Entry]:
        """The table of contents."""
        return outline(self.book, self.depth)

    def lists(self) -> list[tuple[str, list[Listed]]]:
        """The lists of figures, tables and listings that were asked for: title and lines."""
        found = [(self.labels[WORDS[kind]], numbered(self.book, kind)) for kind in self.wanted]
        return [(title, lines) for title, lines in found if lines]

    def render(self, templates: jinja2.Environment, **more: Any) -> str:
        """The document as XHTML text."""
        template = templates.get_template(f"print/{self.matter}.xhtml.j2")
        return template.render(
            document=self, book=self.book, meta=self.book.metadata, labels=self.labels, **more
        )
