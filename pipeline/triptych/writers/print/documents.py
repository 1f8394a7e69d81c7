"""Write the book as XHTML documents for the PDF: front matter, one document per chapter, back matter."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import quote

import jinja2

from triptych.diagnostics import Span
from triptych.engine.store.program_digest import compute_digest
from triptych.languages.labels import Labels
from triptych.markup import inlines as phrasing
from triptych.markup.blocks import BlockWriter
from triptych.markup.contents import (
    LIST_TITLE_KEYS,
    ContentsEntry,
    ListedElement,
    build_table_of_contents,
    format_chapter_name,
    has_title,
    list_numbered_elements,
    list_part_chapters,
)
from triptych.markup.equations import get_baseline_style, speaks_row_numbers, write_row_numbers
from triptych.markup.xml import escape, tag, void_tag
from triptych.media.formulas.breaking import NO_BREAK, split_blocks
from triptych.media.formulas.formulas import (
    NUMBER_GAP,
    Formula,
    FormulaDrawing,
    estimate_number_width,
    list_spaces_beside,
    make_formula,
    measure_line_gaps,
)
from triptych.model import nodes
from triptych.model.book import Book, Chapter, LabelKind, Matter, Part, Role
from triptych.model.landscape import LANDSCAPE, split_landscape_runs
from triptych.model.nodes import (
    END_OF_PROOF,
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
from triptych.model.walk import children, find_nodes, walk_all
from triptych.passes.pages import FRONT_MATTER, PageLabels
from triptych.settings.values import make_slug
from triptych.template_views import accepts_objects, template_function, template_view

Formulas = Mapping[Formula, FormulaDrawing | None]
PictureKeys = Mapping[Picture, str]

# The height of a line above and below its baseline in em, and how far a formula may extend beyond it without
# moving the adjacent lines.
_LINE_ABOVE, _LINE_BELOW = 1.0, 0.29
_OVERLAPS = (0.04, 0.12)
_RULE_GAP = 0.1  # em; the least space between a line and the rule of a box in the next line
_MULTLINE_GAP = 1.0  # em
_HORIZONTAL_RULE = re.compile('notation="[^"]*(?:box|top|bottom)')  # of a box or around a table
PICTURE, FORMULA = "picture", "formula"  # URL schemes of files


@template_view("page", fields=False)
@dataclass(frozen=True)
class PrintOutput:
    """The markup that differs between the PDF and other outputs.

    Footnotes are written at their calls. Files have URLs that only ``BookTypesetter`` resolves. ``pictures``
    maps prepared pictures to the keys in these URLs. ``page_labels`` maps ids to the page labels known so
    far. ``referenced_ids`` collects the ids whose page labels the document mentions. ``side_note_ids`` are
    the ``id()`` values of the notes in the margin.
    """

    formulas: Formulas
    pictures: PictureKeys = field(default_factory=dict)
    page_labels: PageLabels = field(default_factory=dict)
    referenced_ids: set[str] = field(default_factory=set)
    side_note_ids: frozenset[int] = frozenset()
    page_break: str = '<div class="page-break"></div>\n'
    has_only_alt_text: bool = True
    has_scrolling_listings: bool = False
    can_stack_tables: bool = False
    width_unit: str = "%"

    def get_epub_type(self, kind: str) -> str | None:
        """Return None, since ``epub:type`` is only for EPUB."""
        return None

    def make_href(self, target: str) -> str:
        """Return the id ``target`` unchanged, since ids are unique in a PDF."""
        return target

    def get_image_url(self, image: Image) -> str:
        """Return the URL of an image's file."""
        return self.get_picture_url(image.picture) if image.picture else "project:missing"

    def get_picture_url(self, picture: Picture) -> str:
        """Return the URL ``picture:`` with the key of a prepared picture, or ``project:`` with its path."""
        key = self.pictures.get(picture)
        return f"project:{quote(picture.path)}" if key is None else f"{PICTURE}:{key}"

    def write_chart(self, chart: Chart, alt: str, details: str | None) -> str:
        """Return an image element with the URL ``chart:`` and the key of the chart."""
        return void_tag("img", src=f"chart:{quote(get_chart_key(chart))}", alt=alt, aria_details=details)

    def write_svg_image(self, image: Image, alt: str, details: str | None) -> str | None:
        """Return None, since images are not inlined in the XHTML for the PDF."""
        return None

    def write_chart_data(self, chart: Chart, name: str) -> str:
        """Return "", since the PDF contains no data tables of charts."""
        return ""

    def write_note(self, note: Note) -> str:
        """Return a footnote as a span that floats to the foot of the page, or the call of a side note.

        White space is collapsed, since WeasyPrint would end the footnote at a line break.
        """
        number = str(note.number)
        if note.is_repeated:
            return tag("a", number, class_="note-again", href=f"#{self._make_note_id(note)}")
        if id(note) in self.side_note_ids:
            return tag("a", number, class_="note-call", href=f"#{self._make_side_note_id(note)}")
        return tag(
            "span",
            self._write_note_text(note),
            class_="footnote",
            id=self._make_note_id(note) or None,
            data_number=number,
        )

    def write_side_notes(self, content: tuple[Inline, ...]) -> str:
        """Return the side notes of a paragraph as ``aside`` elements."""
        beside = [n for n in walk_all(content) if isinstance(n, Note) and id(n) in self.side_note_ids]
        return "".join(map(self._write_side_note, beside))

    def _write_side_note(self, note: Note) -> str:
        number = tag("span", str(note.number), class_="note-number")
        whole = tag("div", f"{number} {self._write_note_text(note)}", class_="whole")
        name = self._make_side_note_id(note)
        return tag("aside", whole, class_="aside beside sidenote", role="note", id=name) + "\n"

    def _make_side_note_id(self, note: Note) -> str:
        place = f"{note.span.path}-{note.span.line}-{note.span.column}" if note.span else ""
        return self._make_note_id(note) or f"_beside-{make_slug(place)}-{note.number}"

    def _write_note_text(self, note: Note) -> str:
        parts = [part for node in _walk_without_notes(note.content) for part in self._write_note_lines(node)]
        return void_tag("br").join(" ".join(part.split()) for part in parts)

    def _make_note_id(self, note: Note) -> str:
        """Return the id of a note that can be called several times, else ""."""
        place = note.span.path if note.span else ""
        return f"_note-{make_slug(place)}-{make_slug(note.key)}-{note.number}" if note.key else ""

    def page(self, identifier: str) -> str:
        """Return the page label of an id: "" if it is unknown, "000" if no pages are known yet."""
        self.referenced_ids.add(identifier)
        return self.page_labels.get(identifier, "") if self.page_labels else UNKNOWN

    def write_page_reference(self, reference: Reference) -> str:
        """Return the page label of a reference's target, or the text of the reference if there is none."""
        return self.page(reference.target) or phrasing.write_inlines(reference.content, self)

    def _write_note_lines(self, node: object) -> list[str]:
        """Return a block of a note as a list of XHTML lines; the list is empty for unsupported blocks."""
        match node:
            case Paragraph():
                return [phrasing.write_inlines(node.content, self)]
            case Verse():
                return [phrasing.write_inlines(line, self) for line in node.lines]
            case CodeBlock():
                return [tag("code", escape(line)) for line in node.text.split("\n")]
            case Equation():
                return [self.write_formula(node)]
        return []

    def write_formula(self, formula: Math | Equation) -> str:
        """Return a formula's drawing, aligned with the baseline, or its TeX source if there is no drawing."""
        key = make_formula(formula)
        drawing = self.formulas.get(key)
        if drawing is None:
            return tag("code", escape(formula.tex), class_="tex")
        if isinstance(formula, Equation):
            if drawing.pieces:
                return _write_math(_write_lines(drawing, key), formula, has_lines=True)
            return _write_drawing(drawing, formula)
        limits = (-_RULE_GAP, 0.0) if _HORIZONTAL_RULE.search(formula.mathml) else _OVERLAPS
        if not drawing.pieces:
            return _write_drawing(drawing, formula, overlaps=limits)
        return _write_math("".join(_write_piece(piece, limits) for piece in drawing.pieces), formula)

    def get_number_style(self, equation: Equation) -> str | None:
        """Return the CSS that aligns an equation's number with its baseline, or None without a drawing."""
        drawing = self.formulas.get(make_formula(equation))
        if drawing is None:
            return None
        is_at_end = equation.tag == END_OF_PROOF and drawing.rows
        return get_baseline_style(drawing.rows[-1] if is_at_end else drawing.depth)

    def get_equation_style(self, equation: Equation, numbers: Sequence[str]) -> str | None:
        """Return the CSS that leaves space for the numbers of an equation, or None without a drawing."""
        key = make_formula(equation)
        drawing = self.formulas.get(key)
        if drawing is None:
            return None
        return "padding:0" if drawing.pieces else _write_padding(key, drawing, numbers)

    def write_numbered_rows(self, equation: Equation, numbers: tuple[str, ...]) -> str:
        """Return an equation's drawing, and a number at the baseline of each numbered row.

        Numbers that are part of its alt text belong to the formula, so that they are read once.
        """
        key = make_formula(equation)
        drawing = self.formulas.get(key)
        row_numbers = write_row_numbers(equation, numbers, drawing)
        if drawing is None or not speaks_row_numbers(equation, numbers):
            return self.write_formula(equation) + row_numbers
        lines = _write_lines(drawing, key) if drawing.pieces else _write_drawing(drawing, None)
        return _write_math(lines + row_numbers, equation, has_lines=bool(drawing.pieces))


def _write_math(content: str, formula: Math | Equation, *, has_lines: bool = False) -> str:
    """Return the parts of a formula as one formula with its alt text and MathML."""
    return tag(
        "span",
        content,
        class_="math lines" if has_lines else "math",
        role="math",
        aria_label=formula.spoken,
        data_mathml=formula.mathml,
    )


def _write_padding(formula: Formula, drawing: FormulaDrawing, numbers: Sequence[str] = ()) -> str:
    """Return the CSS padding that keeps the number of a displayed formula clear.

    As in TeX, the formula is centred on the line if the space on each side is at least twice as wide as the
    number, or else in the space beside the number (TeXbook, chapter 19).
    """
    number = max(formula.number_width, *map(estimate_number_width, numbers), 0.0)
    after = number + NUMBER_GAP
    left = f"100% - {drawing.width + after:.3f}em"
    centred = f"(100% - {drawing.width + 4 * number:.3f}em) * 99"
    before = f"max(0em, min({NUMBER_GAP}em, {left}), min({after}em, {centred}))"
    return f"padding-inline-start:{before};padding-inline-end:{after}em"


def _write_lines(drawing: FormulaDrawing, formula: Formula) -> str:
    """Return the lines of a ``multline``, or the parts of a table with texts between its rows.

    Texts begin at the edge of the text around the formula. Lines at the left and right are ``_MULTLINE_GAP``
    from the edges if they fit, or on the right at the space for the number.
    """
    blocks = split_blocks(formula.mathml)
    gaps = measure_line_gaps(drawing.pieces, [block.side == "text" for block in blocks])
    spaces = list_spaces_beside(blocks, formula.number_space)
    lines: list[str] = []
    for piece, block, gap, space in zip(drawing.pieces, blocks, gaps, spaces, strict=True):
        side, indent = block.side, f"min({_MULTLINE_GAP}em, 100% - {piece.width:.4f}em)"
        margins = {"left": f"auto 0 {indent}", "text": "auto 0 0", "center": "auto 0 auto"}
        margin = margins.get(side, f"{f'{space}em' if space else indent} 0 auto")
        padding = f";{_write_padding(formula, piece)}" if side == "center" and space else ""
        lines.append(_write_drawing(piece, None, style=f"margin:{gap:.4f}em {margin}{padding}"))
    return "".join(lines)


def _write_drawing(
    drawing: FormulaDrawing,
    formula: Math | Equation | None,
    *,
    overlaps: tuple[float, float] = (0.0, 0.0),
    space_after: float = 0.0,
    style: str = "",
) -> str:
    """Return a drawing as an image on the baseline, with the alt text and MathML of ``formula``, if given.

    ``overlaps`` are how far the drawing may extend beyond its line above and below, in em, like
    ``space_after``; a negative number is a space that is kept. ``style`` is CSS of a block.
    """
    above, below = overlaps
    excess = drawing.height - drawing.depth - _LINE_ABOVE
    over = min(max(excess, 0), above) if above >= 0 else -min(max(excess - above, 0), -above)
    under = min(max(drawing.depth - _LINE_BELOW, 0), below)
    size = f"width:{drawing.width:.4f}em;height:{drawing.height:.4f}em"
    style = f"{size};{style or f'vertical-align:{under - drawing.depth:.4f}em'}"
    if over or under or space_after:
        style += f";margin:{0 - over:.4f}em {space_after:.4f}em {0 - under:.4f}em 0"
    return void_tag(
        "img",
        class_="math",
        src=f"{FORMULA}:{compute_digest(drawing.glyphs)}",
        alt=formula.spoken if formula else "",
        style=style,
        data_mathml=formula.mathml if formula else None,
    )


def _write_piece(piece: FormulaDrawing, overlaps: tuple[float, float]) -> str:
    """Return a piece of a formula with the space after it, at which a line may end if the penalty allows it.

    The space stretches and shrinks like a word space, as spaces around relations and operators do in TeX.
    """
    if not piece.penalty:
        return _write_drawing(piece, None, overlaps=overlaps)
    if piece.penalty >= NO_BREAK:
        drawing = _write_drawing(piece, None, overlaps=overlaps, space_after=piece.space_after)
        return drawing + tag("span", "\u00a0")
    # Unlike a margin, the width of a space is dropped at the end of a line.
    space = tag("span", " ", style=f"word-spacing:{piece.space_after:.4f}em", data_penalty=str(piece.penalty))
    return _write_drawing(piece, None, overlaps=overlaps) + space


def _walk_without_notes(nodes: Iterable[Any]) -> Iterator[Any]:
    """Yield nodes and all their descendants, except for the content of notes."""
    for node in nodes:
        yield node
        if not isinstance(node, Note):
            yield from _walk_without_notes(children(node))


def find_side_notes(chapters: Iterable[Chapter]) -> frozenset[int]:
    """Return the ``id()`` values of the footnotes that can be side notes: those in top-level paragraphs."""
    paragraphs = (b for chapter in chapters for b in chapter.blocks if isinstance(b, Paragraph))
    nodes = find_nodes(tuple(paragraph.content for paragraph in paragraphs), Note)
    return frozenset(id(node) for node in nodes if not node.is_repeated)


FRONT, BODY, BACK = "front", "body", "back"  # kinds of documents, in the order of the book
UNKNOWN = "000"  # as wide as most page numbers


def get_matter(chapter: Chapter) -> str:
    """Return the type of document that contains a chapter: FRONT, BODY or BACK."""
    if chapter.role is Role.IMPRINT or chapter.matter is Matter.FRONT:
        return FRONT
    return BACK if chapter.matter is Matter.BACK else BODY


def get_chart_key(chart: Chart) -> str:
    """Return a key that identifies a chart in the book: the chart's id, or its position in the source."""
    return chart.attr.id or f"{chart.span.path}-{chart.span.line}" if chart.span else chart.attr.id


def collect_charts(book: Book) -> Mapping[str, Chart]:
    """Return the charts of a book by key."""
    blocks = tuple(chapter.blocks for chapter in book.chapters)
    return {get_chart_key(node): node for node in find_nodes(blocks, Chart)}


def split_into_documents(
    book: Book,
    labels: Labels,
    *,
    has_front_matter: bool = True,
    continuous: bool = False,
    masthead: bool = False,
    **more: Any,
) -> list[PrintDocument]:
    """Return the documents of a book in order.

    Each chapter is a document of its own, so that an edit requires the layout of one chapter only. If
    ``continuous`` is true, the chapters of a part share a document. If ``has_front_matter`` is false, as for
    a handout, there is no front matter. If ``masthead`` is true, the book title is above the first chapter,
    and chapters of the front matter are part of the body. ``more`` are values for other fields of
    ``PrintDocument``.
    """
    matters = {
        matter: [one for one in book.chapters if get_matter(one) == matter] for matter in (FRONT, BODY, BACK)
    }
    front = tuple(matters[FRONT])
    if masthead:
        matters[BODY][:0] = [chapter for chapter in front if chapter.role is not Role.IMPRINT]
    body: list[tuple[Chapter, ...]] = [(chapter,) for chapter in matters[BODY]]
    if continuous:
        parts = groupby(matters[BODY], key=lambda chapter: chapter.part.id if chapter.part else "")
        body = [tuple(run) for _, run in parts]
    others = [PrintDocument(book, labels, BODY, chapters, **more) for chapters in body]
    others += [PrintDocument(book, labels, BACK, (chapter,), **more) for chapter in matters[BACK]]
    if masthead and others:
        others[0] = replace(others[0], masthead=True)
        others[-1] = replace(others[-1], colophon=True)
        return others
    return [*([PrintDocument(book, labels, FRONT, front, **more)] if has_front_matter else []), *others]


@template_view(
    "matter",
    "families",
    "has_side_notes",
    "masthead",
    "colophon",
    "chapters",
    "imprint",
    "output",
    "opens_part",
    "chapters_of",
    "untitled",
    "cover",
    "logo",
    "inlines",
    "blocks",
    "called",
    "contents",
    "number_column",
    "lists",
    fields=False,
)
@dataclass(frozen=True)
class PrintDocument:
    """A document of the book, with the properties and functions that print templates use.

    ``matter`` is FRONT, BODY or BACK. ``page_labels`` maps ids to the page labels known so far. ``depth`` is
    the depth of the table of contents; ``list_kinds`` are the kinds of lists that follow it. ``families`` are
    the font families that the imprint mentions. With ``has_side_notes``, footnotes are in the margin. If
    ``masthead`` is true, the book title is above the first chapter. If ``colophon`` is true, the imprint is
    below the last chapter.
    """

    book: Book
    labels: Labels
    matter: str
    content: tuple[Chapter, ...]
    formulas: Formulas = field(default_factory=dict)
    depth: int = 2
    list_kinds: tuple[LabelKind, ...] = ()
    pictures: PictureKeys = field(default_factory=dict)
    page_labels: PageLabels = field(default_factory=dict)
    families: tuple[str, ...] = ()
    has_side_notes: bool = False
    masthead: bool = False
    colophon: bool = False

    @property
    def name(self) -> str:
        """The unique name of the document in its book."""
        return FRONT_MATTER if self.matter == FRONT else self.content[0].id

    @property
    def chapters(self) -> list[Chapter]:
        """The chapters of this document, without the imprint."""
        return [chapter for chapter in self.content if chapter.role is not Role.IMPRINT]

    @property
    def imprint(self) -> tuple[Block, ...]:
        """The blocks of the author's imprint."""
        imprints = [c for c in self.book.chapters if c.role is Role.IMPRINT]
        return tuple(block for chapter in imprints for block in chapter.blocks)

    @accepts_objects
    def opens_part(self, chapter: Chapter) -> bool:
        """Return whether a chapter is the first chapter of a part."""
        if chapter.part is None:
            return False
        first = next(c for c in self.book.chapters if c.part and c.part.id == chapter.part.id)
        return first.id == chapter.id

    @accepts_objects
    def chapters_of(self, part: Part) -> list[ContentsEntry]:
        """Return the entries of a part's chapters in the table of contents."""
        return list_part_chapters(self.book, part)

    @cached_property
    def output(self) -> PrintOutput:
        """The markup that is specific to the PDF."""
        beside = find_side_notes(self.content) if self.has_side_notes else frozenset()
        return PrintOutput(self.formulas, self.pictures, self.page_labels, side_note_ids=beside)

    @cached_property
    def writer(self) -> BlockWriter:
        """The writer of block markup."""
        return BlockWriter(self.book.labels, self.labels, self.output)

    @accepts_objects
    def untitled(self, chapter: Chapter) -> bool:
        """Return whether a chapter has no title, such as a dedication."""
        return not has_title(chapter)

    def cover(self) -> str:
        """Return the URL of the cover image, or ""."""
        cover = self.book.metadata.cover
        return self.output.get_picture_url(cover) if cover else ""

    def logo(self) -> str:
        """Return the URL of the logo, or ""."""
        logo = self.book.metadata.logo
        return self.output.get_picture_url(logo) if logo else ""

    @accepts_objects
    def inlines(self, content: tuple[Inline, ...]) -> str:
        """Return inlines as XHTML."""
        return self.writer.write_inlines(content)

    @accepts_objects
    def blocks(self, content: tuple[Block, ...]) -> str:
        """Return blocks as XHTML, with landscape blocks in sections of their own."""
        return "".join(
            tag("section", self.writer.write_blocks(run), class_=LANDSCAPE)
            if turned
            else self.writer.write_blocks(run)
            for run, turned in split_landscape_runs(content)
        )

    @accepts_objects
    def called(self, chapter: Chapter) -> str:
        """Return the label of a chapter, such as "Chapter 3" or "Appendix A", or "" if it has none."""
        return format_chapter_name(self.book, chapter, self.labels)

    def contents(self) -> list[ContentsEntry]:
        """Return the entries of the table of contents."""
        return build_table_of_contents(self.book, self.depth)

    def number_column(self, level: int) -> str:
        """Return the column width for numbers at ``level`` of the table of contents, as a CSS length."""
        return format_column_width(collect_level_numbers(level, self.contents()))

    def lists(self) -> list[tuple[str, list[ListedElement]]]:
        """Return the requested lists of figures, tables and listings, each with a heading and its entries."""
        found = [
            (self.labels[LIST_TITLE_KEYS[kind]], list_numbered_elements(self.book, kind))
            for kind in self.list_kinds
        ]
        return [(title, lines) for title, lines in found if lines]

    def render(self, templates: jinja2.Environment, **more: Any) -> str:
        """Return the document as XHTML."""
        template = templates.get_template(f"print/{self.matter}.xhtml.j2")
        return template.render(
            document=self,
            book=self.book,
            meta=self.book.metadata,
            labels=self.labels,
            column=format_column_width,
            **more,
        )


# Advances in em, a little wider than in the widest bundled text face (Work Sans, semibold).
_NARROW, _FIGURE, _LETTER = 0.3, 0.64, 0.72
_GAP = 0.75  # between the widest number and its title


@template_function
@accepts_objects
def format_column_width(numbers: Iterable[str]) -> str:
    """Return the width of a column of numbers as a CSS length, or "0" if there are no numbers."""
    widest = max((sum(map(_estimate_advance, number)) for number in numbers), default=0.0)
    return f"{widest + _GAP:.2f}em" if widest else "0"


def collect_level_numbers(level: int, entries: Iterable[ContentsEntry]) -> list[str]:
    """Return the numbers of the entries at ``level`` of a table of contents."""
    found: list[str] = []
    for entry in entries:
        found += [entry.number] if entry.level == level and entry.number else []
        found += collect_level_numbers(level, entry.children)
    return found


def _estimate_advance(character: str) -> float:
    if character.isdecimal():
        return _FIGURE
    return _NARROW if character in ".,:()I" else _LETTER


FailureTest = Callable[[PrintDocument], bool]

_CONTAINERS = (nodes.Group, nodes.Callout, nodes.Theorem, nodes.Aside, nodes.BlockQuote)


def find_failing_block(document: PrintDocument, fails: FailureTest) -> Span | None:
    """Return the source position of a block at which a document fails, found by bisection.

    The block is the last one of the shortest beginning of the document for which ``fails`` is true. Return
    None if the document has no chapters or does not fail.
    """
    chapters = document.content
    if not chapters or not fails(document):
        return None
    count = _find_fewest_failing(
        len(chapters), lambda count: fails(replace(document, content=chapters[:count]))
    )
    before, chapter = chapters[: count - 1], chapters[count - 1]

    def chapter_fails(blocks: Sequence[Any]) -> bool:
        return fails(replace(document, content=(*before, replace(chapter, blocks=tuple(blocks)))))

    if chapter_fails(()):
        return chapter.span
    return _find_failing_among(chapter.blocks, chapter_fails) or chapter.span


def _find_failing_among(blocks: Sequence[Any], fails: Callable[[Sequence[Any]], bool]) -> Span | None:
    """Return the source position of the innermost block at which ``blocks`` fail, or None."""
    count = _find_fewest_failing(len(blocks), lambda count: fails(blocks[:count]))
    before, block = blocks[: count - 1], blocks[count - 1]
    span: Span | None = getattr(block, "span", None)
    if not isinstance(block, _CONTAINERS) or not block.content:
        return span

    def fail_within(content: Sequence[Any]) -> bool:
        return fails((*before, replace(block, content=tuple(content))))

    return span if fail_within(()) else _find_failing_among(block.content, fail_within) or span


def _find_fewest_failing(count: int, fails: Callable[[int], bool]) -> int:
    """Return the smallest number from 1 to ``count`` that fails, given that ``count`` fails."""
    return bisect_left(range(count), True, lo=1, key=fails)
