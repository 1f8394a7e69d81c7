"""Write the XHTML content documents of an EPUB: one for each chapter and part."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from triptych.charts.rows import iter_data_rows
from triptych.engine.memory import NO_MEMORY, ImpliedInput, Memory
from triptych.languages.labels import Labels
from triptych.markup.blocks import BlockWriter
from triptych.markup.contents import PART, ContentsEntry, format_chapter_name, has_title, list_part_chapters
from triptych.markup.equations import speaks_row_numbers, write_row_numbers
from triptych.markup.inlines import write_inlines
from triptych.markup.tables import write_plain_table
from triptych.markup.xml import escape, tag, void_tag
from triptych.media.formulas.formulas import make_formula
from triptych.media.formulas.mathml import add_row_numbers, set_texts_at_margin
from triptych.media.picture_files import EXTENSIONS
from triptych.media.picture_sizes import parse_length
from triptych.model.book import Book, Chapter, Label, Matter, Part, Role
from triptych.model.nodes import Attr, Chart, Equation, Image, Inline, Math, Note, Picture, Reference
from triptych.model.walk import chapter_nodes, get_attr
from triptych.passes.pages import PageLabels as PageNumbers
from triptych.template_views import accepts_objects, template_view
from triptych.writers.epub.drawings import FormulaPictures, InlineDrawings, is_legible_on_phone
from triptych.writers.epub.mathml_core import write_core_mathml
from triptych.writers.epub.page_markup import (
    has_drop_cap,
    keep_formulas_together,
    keep_ranges_together,
    write_sections,
)


@template_view("pages", fields=False)
class EpubAddresses:
    """The paths in an EPUB: content documents by id, and ASCII file names of images and charts.

    ``media_types`` maps pictures to the media types of their prepared files, where these differ from the
    source files. If ``has_inline_diagrams`` is true, legible diagrams are inline SVG and have no file.
    """

    def __init__(
        self,
        book: Book,
        media_types: Mapping[Picture, str] = MappingProxyType({}),
        chart_extension: str = "svg",
        *,
        has_inline_diagrams: bool = False,
        memory: Memory = NO_MEMORY,
    ) -> None:
        self._media_types, self._chart_extension, self._has_inline_diagrams = (
            media_types,
            chart_extension,
            has_inline_diagrams,
        )
        self._picture_paths: dict[Picture, str] = {}
        self.pages: dict[str, str] = {}
        self.charts: dict[str, Chart] = {}
        self._chart_names: dict[str, str] = {}
        self.pictures: dict[str, Picture] = {}
        for chapter in book.chapters:
            page = get_page_path(chapter)
            self.pages[chapter.id] = page
            if chapter.part:
                self.pages.setdefault(chapter.part.id, f"{chapter.part.id}.part.xhtml")
                for image in chapter.part.image:
                    self._register(image, page)
            for node in memory.call(_list_addressable_nodes, chapter):
                self._register(node, page)
        # The paths needed for writing chapters; covers and templates add more images later.
        self.chapter_inputs: object = dict(self.pages), dict(self._picture_paths), dict(self._chart_names)

    def _register(self, node: Any, page: str) -> None:
        if identifier := get_attr(node).id:
            self.pages[identifier] = page
        if isinstance(node, Image) and node.picture and not self.is_inline(node.picture):
            self.get_picture_path(node.picture)
        if isinstance(node, Chart):
            self.charts[f"images/{self.get_chart_file_name(node)}"] = node

    def is_inline(self, picture: Picture) -> bool:
        """Return whether a picture is a diagram that is written as inline SVG."""
        return self._has_inline_diagrams and bool(picture.drawing) and is_legible_on_phone(picture)

    def get_picture_path(self, picture: Picture) -> str:
        """Return an image's path relative to a content document. Each image has one file in the EPUB."""
        if picture not in self._picture_paths:
            extension = EXTENSIONS[self._media_types.get(picture, picture.media_type)]
            name = f"images/picture-{len(self._picture_paths) + 1}.{extension}"
            self._picture_paths[picture] = name
            self.pictures[name] = picture
        return "../" + self._picture_paths[picture]

    def get_chart_file_name(self, chart: Chart) -> str:
        """Return a chart's file name, which is unique even on case-insensitive file systems."""
        place = f"{PurePosixPath(chart.span.path).with_suffix('')}-{chart.span.line}" if chart.span else ""
        key = chart.attr.id or place
        if key not in self._chart_names:
            plain = re.sub(r"[^a-z0-9-]+", "-", key.removeprefix("source/").lower()).strip("-") or "chart"
            used_names = set(self._chart_names.values())
            names = (f"{plain}{'' if n == 1 else f'-{n}'}.{self._chart_extension}" for n in count(1))
            self._chart_names[key] = next(name for name in names if name not in used_names)
        return self._chart_names[key]


def _list_addressable_nodes(chapter: Chapter) -> tuple[Any, ...]:
    """Return the nodes of a chapter that need an address: elements with an id, images and charts."""
    nodes = chapter_nodes(chapter, Attr, Image, Chart)
    return tuple(node for node in nodes if get_attr(node).id or isinstance(node, Image | Chart))


@dataclass(slots=True)
class EpubBlockOutput:
    """Markup for an EPUB content document, which has one chapter with its endnotes.

    ``page_labels`` maps ids to page labels of the PDF. ``formulas`` maps formulas to images that replace
    MathML. If ``drawings`` is None, charts and diagrams are image files instead of inline SVG.
    ``reference_counts`` maps note numbers to the number of references to the note. ``diagram_count`` is the
    number of inline diagrams so far.
    """

    addresses: EpubAddresses
    labels: Labels
    file_name: str
    page_labels: PageNumbers = field(default_factory=dict)
    formulas: FormulaPictures = field(default_factory=dict)
    drawings: InlineDrawings | None = None
    notes: list[Note] = field(default_factory=list)
    reference_counts: dict[int, int] = field(default_factory=dict)
    diagram_count: int = 0
    page_break: str = ""
    has_only_alt_text: bool = False
    has_scrolling_listings: bool = False
    can_stack_tables: bool = True
    width_unit: str = "%"

    def write_side_notes(self, content: tuple[Inline, ...]) -> str:
        """Return "", because all notes are at the end of the chapter."""
        return ""

    def page(self, identifier: str) -> str:
        """Return the PDF page label for an id, or "" if there is none."""
        return self.page_labels.get(identifier, "")

    def write_page_reference(self, reference: Reference) -> str:
        """Return the XHTML of a page reference, whose content already includes the page number."""
        return write_inlines(reference.content, self)

    def get_epub_type(self, kind: str) -> str | None:
        """Return ``kind`` as the ``epub:type``, or None if it is empty."""
        return kind or None

    def make_href(self, target: str) -> str:
        """Return the relative URL of an internal target such as ``#id``; return other URLs unchanged."""
        if not target.startswith("#"):
            return target
        file = self.addresses.pages.get(target[1:], self.file_name)
        return target if file == self.file_name else file + target

    def get_image_url(self, image: Image) -> str:
        """Return the path of an image relative to the content document."""
        return self.addresses.get_picture_path(image.picture) if image.picture else ""

    def write_chart(self, chart: Chart, alt: str, details: str | None) -> str:
        """Return a chart as inline SVG, or as an ``img`` element if there are no inline drawings."""
        if self.drawings is None:
            return void_tag(
                "img",
                src=f"../images/{self.addresses.get_chart_file_name(chart)}",
                alt=alt,
                aria_details=details,
            )
        return self.drawings.draw_chart(chart, role="img", aria_label=alt, aria_details=details)

    def write_svg_image(self, image: Image, alt: str, details: str | None) -> str | None:
        """Return a diagram as inline SVG, or None if it is not legible on phones.

        A width set by the author is the maximum width.
        """
        picture = image.picture
        if self.drawings is None or picture is None or not self.addresses.is_inline(picture):
            return None
        self.diagram_count += 1
        attributes = {"role": "img", "aria_label": alt} if alt else {"aria_hidden": "true"}
        width = parse_length(image.attr.get("width"))
        size = f"max-width: {width}" if width else None
        return self.drawings.draw_diagram(
            picture, self.diagram_count, style=size, aria_details=details, **attributes
        )

    def write_chart_data(self, chart: Chart, name: str) -> str:
        """Return the chart's data as an XHTML table."""
        return write_plain_table(list(iter_data_rows(chart)), name, self.labels["number-not-available"])

    def write_note(self, note: Note) -> str:
        """Return the ``noteref`` of a note, with an ``id`` for the note's backlink."""
        if not note.is_repeated:
            self.notes.append(note)
        count = self.reference_counts[note.number] = self.reference_counts.get(note.number, 0) + 1
        mark = tag(
            "a",
            str(note.number),
            epub_type="noteref",
            role="doc-noteref",
            href=f"#_note-{note.number}",  # ids by authors start with a letter
            id=_make_note_reference_id(note.number, count),
        )
        return tag("sup", mark, class_="noteref")

    def get_number_style(self, equation: Equation) -> str | None:
        """Return None, because the style sheet positions equation numbers."""
        return None

    def get_equation_style(self, equation: Equation, numbers: Sequence[str]) -> str | None:
        """Return None, because the style sheet positions equations."""
        return None

    def write_numbered_rows(self, equation: Equation, numbers: tuple[str, ...]) -> str:
        """Return an equation as MathML with its numbers in the last column, or as an image with numbers."""
        picture = self.formulas.get(make_formula(equation))
        if picture or not equation.mathml:
            hidden = picture is not None and speaks_row_numbers(equation, numbers)
            drawing = picture.drawing if picture else None
            return self.write_formula(equation) + write_row_numbers(equation, numbers, drawing, hidden=hidden)
        rows = [(row.attr.id, number) for row, number in zip(equation.rows, numbers, strict=True)]
        return add_row_numbers(_write_mathml(equation), rows, at_margin=True)

    def write_formula(self, formula: Math | Equation) -> str:
        """Return a formula as an image or MathML Core with its spoken form as alt text, or else as TeX."""
        if picture := self.formulas.get(make_formula(formula)):
            return picture.write_element(formula.spoken)
        if not formula.mathml:
            return tag("code", escape(formula.tex), class_="tex")
        mathml = _write_mathml(formula)
        return set_texts_at_margin(mathml) if isinstance(formula, Equation) else mathml


def _write_mathml(formula: Math | Equation) -> str:
    return write_core_mathml(
        formula.mathml,
        formula.spoken,
        display=isinstance(formula, Equation),
        numbered=make_formula(formula).numbered,
    )


def _make_note_reference_id(number: int, count: int) -> str:
    return f"_noteref-{number}" if count == 1 else f"_noteref-{number}-{count}"


def get_page_path(chapter: Chapter) -> str:
    """Return the file name of a chapter's content document."""
    return "imprint.xhtml" if chapter.role is Role.IMPRINT else f"{chapter.slug}.xhtml"


@template_view()
@dataclass(frozen=True, slots=True)
class Endnote:
    """An endnote: its number, its XHTML, and the ids of its references."""

    number: int
    text: str
    marks: tuple[str, ...]


# The epub:type and the DPUB-ARIA role of a chapter, by its role or its matter.
_TYPES_AND_ROLES: Mapping[Role | Matter, tuple[str, str]] = {
    **{role: (str(role), f"doc-{role}") for role in Role if role not in (Role.NONE, Role.IMPRINT)},
    Role.ABOUT: ("backmatter", ""),
    Matter.FRONT: ("preface", "doc-preface"),
    Matter.BODY: ("chapter", "doc-chapter"),
    Matter.APPENDIX: ("appendix", "doc-appendix"),
    Matter.BACK: ("backmatter", ""),
}


@template_view("addresses", "ordinal", "title", fields=False)
class PageWriter:
    """Writes the content documents of a book.

    For ``page_labels``, ``formulas`` and ``drawings``, see ``EpubBlockOutput``; for ``media_types``, see
    ``EpubAddresses``. ``drawing_inputs`` is everything that affects the drawings, for the cache key. If
    ``is_vertical`` is true, relative widths refer to the viewport.
    """

    def __init__(
        self,
        book: Book,
        labels: Labels,
        page_labels: PageNumbers = MappingProxyType({}),
        media_types: Mapping[Picture, str] = MappingProxyType({}),
        chart_extension: str = "svg",
        formulas: FormulaPictures = MappingProxyType({}),
        *,
        drawings: InlineDrawings | None = None,
        drawing_inputs: object = None,
        drop_caps: bool = False,
        is_vertical: bool = False,
        memory: Memory = NO_MEMORY,
    ) -> None:
        self._memory = memory
        self._drawings, self._drawing_inputs = drawings, drawing_inputs
        self.book, self.labels = book, labels
        self._is_vertical = is_vertical
        self.page_labels, self.formulas = page_labels, formulas
        self._drop_caps = drop_caps
        self.addresses = EpubAddresses(
            book, media_types, chart_extension, has_inline_diagrams=drawings is not None, memory=memory
        )

    def make_chapter_variables(self, chapter: Chapter) -> Mapping[str, Any]:
        """Return the variables of the chapter template: title, summary, text and notes as XHTML."""
        kind, role = _TYPES_AND_ROLES.get(chapter.role) or _TYPES_AND_ROLES[chapter.matter]
        return {
            "type": kind,
            "role": role,
            "titled": has_title(chapter),
            "initial": self._drop_caps and has_drop_cap(chapter, self.book.metadata.language),
            "chapter_name": format_chapter_name(self.book, chapter, self.labels),
            **self._memory.call(
                _write_chapter,
                chapter,
                get_page_path(chapter),
                self.book.labels,
                self.labels,
                self.page_labels,
                self.formulas,
                self.addresses.chapter_inputs,
                self._drawing_inputs,
                self._is_vertical,
                ImpliedInput((self.addresses, self._drawings)),
            ),
        }

    def make_part_variables(self, part: Part) -> Mapping[str, Any]:
        """Return the variables of the part template: the part's image and its list of chapters."""
        output = EpubBlockOutput(self.addresses, self.labels, "", self.page_labels, self.formulas)
        return {
            "image": write_inlines(part.image, output),
            "lines": list_part_chapters(self.book, part),
            "pages": self,
        }

    def write_imprint(self) -> str:
        """Return the author's imprint as XHTML, or "" if there is none."""
        imprints = [chapter for chapter in self.book.chapters if chapter.role is Role.IMPRINT]
        return "".join(str(self.make_chapter_variables(chapter)["text"]) for chapter in imprints)

    @accepts_objects
    def ordinal(self, entry: ContentsEntry) -> str:
        """Return the number before a title in the table of contents, or "" if the entry is unnumbered.

        The number of a part includes the word for "part".
        """
        if not entry.number:
            return ""
        if entry.level == PART:
            return self.labels.titled(self.labels.named("part", entry.number), "")
        return f"{entry.number} "

    @accepts_objects
    def title(self, content: tuple[Inline, ...]) -> str:
        """Return a title as XHTML for the table of contents or a similar list."""
        output = EpubBlockOutput(self.addresses, self.labels, "", self.page_labels, self.formulas)
        return BlockWriter(self.book.labels, self.labels, output).write_inlines(content)


def _write_chapter(
    chapter: Chapter,
    page: str,
    element_labels: Mapping[str, Label],
    labels: Labels,
    page_labels: PageNumbers,
    formulas: FormulaPictures,
    address_inputs: object,
    drawing_inputs: object,
    is_vertical: bool,
    drawing_tools: ImpliedInput[tuple[EpubAddresses, InlineDrawings | None]],
) -> Mapping[str, Any]:
    """Return the XHTML strings of a chapter for its template.

    The cache key contains ``address_inputs`` and ``drawing_inputs`` in place of ``drawing_tools``.
    """
    addresses, drawings = drawing_tools.value
    width_unit = "vw" if is_vertical else "%"
    output = EpubBlockOutput(
        addresses,
        labels,
        page,
        page_labels,
        formulas,
        drawings,
        has_scrolling_listings=is_vertical,
        can_stack_tables=not is_vertical,
        width_unit=width_unit,
    )
    writer = BlockWriter(element_labels, labels, output)
    return {
        "title": writer.write_inlines(chapter.title),
        "image": writer.write_inlines(chapter.image),
        "summary": _prevent_line_breaks(writer.write_inlines(chapter.summary)),
        "takeaways": [_prevent_line_breaks(writer.write_inlines(takeaway)) for takeaway in chapter.takeaways],
        "text": _prevent_line_breaks(write_sections(chapter.blocks, writer)),
        "notes": _write_notes(output, writer),
    }


def _prevent_line_breaks(xhtml: str) -> str:
    return keep_ranges_together(keep_formulas_together(xhtml))


def _write_notes(output: EpubBlockOutput, writer: BlockWriter) -> list[Endnote]:
    """Return the endnotes by number. Writing a note may add nested notes to ``output.notes``."""
    texts: dict[int, str] = {}
    done = 0
    while done < len(output.notes):
        note = output.notes[done]
        done += 1
        texts[note.number] = _prevent_line_breaks(writer.write_blocks(note.content))
    return [
        Endnote(
            number,
            texts[number],
            tuple(_make_note_reference_id(number, n + 1) for n in range(output.reference_counts[number])),
        )
        for number in sorted(texts)
    ]
