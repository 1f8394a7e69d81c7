"""The resolved book → one XHTML document for paged layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

import jinja2

from triptych.labels import Labels
from triptych.markup import inlines as phrasing
from triptych.markup.blocks import BlockWriter
from triptych.markup.outline import WORDS, Entry, Listed, numbered, outline
from triptych.markup.xml import empty, tag, text
from triptych.media.formulas import Drawing, Formula, formula_of
from triptych.model.book import Book, Chapter, LabelKind
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
    Verse,
)
from triptych.model.walk import walk_all

Formulas = Mapping[Formula, Drawing | None]


@dataclass(frozen=True)
class PrintOutput:
    """What print does its own way: footnotes stand in the text, and files have addresses that only
    the fetcher of the layout engine understands. ``formulas`` holds the drawings of the book's formulas.
    """

    formulas: Formulas
    page_break: str = '<div class="page-break"></div>\n'

    def href(self, target: str) -> str:
        """Everything is in one document."""
        return target

    def image_address(self, image: Image) -> str:
        """``project:`` and the path in the project."""
        return f"project:{quote(image.picture.path)}" if image.picture else "project:missing"

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
        parts = [part for node in walk_all(note.content) for part in self._note_lines(node)]
        return tag(
            "span",
            empty("br").join(" ".join(p.split()) for p in parts),
            class_="footnote",
        )

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
    def _places(self) -> dict[Formula, int]:
        """The place of each formula among the drawings, which its address names."""
        return {formula: place for place, formula in enumerate(self.formulas)}


def chart_key(chart: Chart) -> str:
    """A name for a chart within its book."""
    return chart.attr.id or f"{chart.span.path}-{chart.span.line}" if chart.span else chart.attr.id


@dataclass(frozen=True)
class PrintDocument:
    """Everything that the print template asks for."""

    book: Book
    labels: Labels
    formulas: Formulas = field(default_factory=dict)
    depth: int = 2
    wanted: tuple[LabelKind, ...] = ()

    @cached_property
    def writer(self) -> BlockWriter:
        """Writes blocks with the book's numbers."""
        return BlockWriter(self.book.labels, self.labels, PrintOutput(self.formulas))

    def inlines(self, content: tuple[Inline, ...]) -> str:
        """Inlines → XHTML."""
        return self.writer.inlines(content)

    def blocks(self, content: tuple[Block, ...]) -> str:
        """Blocks → XHTML."""
        return self.writer.blocks(content)

    def number(self, chapter: Chapter) -> str:
        """The chapter's number as its opener shows it, or ""."""
        return self.book.labels[chapter.id].number

    def kind(self, chapter: Chapter) -> str:
        """ "Chapter" or "Appendix", in the language of the book."""
        kind = self.book.labels[chapter.id].kind
        return self.labels["appendix" if kind is LabelKind.APPENDIX else "chapter"]

    def contents(self) -> list[Entry]:
        """The table of contents."""
        return outline(self.book, self.depth)

    def lists(self) -> list[tuple[str, list[Listed]]]:
        """The lists of figures, tables and listings that were asked for: title and lines."""
        found = [(self.labels[WORDS[kind]], numbered(self.book, kind)) for kind in self.wanted]
        return [(title, lines) for title, lines in found if lines]

    def charts(self) -> Mapping[str, Chart]:
        """All charts by key."""
        nodes = walk_all(*(chapter.blocks for chapter in self.book.chapters))
        return {chart_key(node): node for node in nodes if isinstance(node, Chart)}

    def render(self, templates: jinja2.Environment, **more: Any) -> str:
        """The document as XHTML text."""
        template = templates.get_template("print/book.xhtml.j2")
        return template.render(
            document=self, book=self.book, meta=self.book.metadata, labels=self.labels, **more
        )
