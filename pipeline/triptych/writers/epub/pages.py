"""Write the XHTML content documents of an EPUB, one for each chapter and part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from triptych.charts.rows import iter_data_rows
from triptych.engine.memory import NO_MEMORY, ImpliedInput, Memory
from triptych.languages.labels import Labels
from triptych.markup.blocks import BlockWriter
from triptych.markup.inlines import write_inlines
from triptych.markup.outline import PART, ContentsEntry, has_title, list_part_chapters, name_chapter
from triptych.markup.tables import write_plain_table
from triptych.markup.xml import escape, tag, void_tag
from triptych.media.formulas.formulas import select_formula
from triptych.media.picture_files import EXTENSIONS
from triptych.media.picture_sizes import parse_length
from triptych.model.book import Book, Chapter, Label, Matter, Part, Role
from triptych.model.nodes import Attr, Chart, Equation, Image, Inline, Math, Note, Picture, Reference
from triptych.model.walk import attr_of, chapter_nodes
from triptych.passes.pages import Pages as PageNumbers
from triptych.template_views import given_objects, template_view
from triptych.writers.epub.drawings import FormulaPictures, PageDrawings, is_legible
from triptych.writers.epub.page_markup import (
    has_initial,
    keep_marks_together,
    keep_ranges_together,
    write_sections,
)

_SHORT_FORMULA = 18  # characters that fit on a phone at twice the font size


@template_view("pages", fields=False)
class EpubAddresses:
    """The paths in an EPUB: content documents by id, and ASCII file names of images and charts.

    ``media_types`` maps pictures to media types, if they differ from those of the picture files. Charts get
    the file extension ``drawn``. With ``in_page``, legible diagrams are inline SVG and have no file.
    """

    def __init__(
        self,
        book: Book,
        media_types: Mapping[Picture, str] = MappingProxyType({}),
        drawn: str = "svg",
        *,
        in_page: bool = False,
        memory: Memory = NO_MEMORY,
    ) -> None:
        self._media_types, self._drawn, self._in_page = media_types, drawn, in_page
        self._names: dict[Picture, str] = {}
        self.pages: dict[str, str] = {}
        self.charts: dict[str, Chart] = {}
        self._chart_names: dict[str, str] = {}
        self.sources: dict[str, Picture] = {}
        for chapter in book.chapters:
            page = page_path(chapter)
            self.pages[chapter.id] = page
            if chapter.part:
                self.pages.setdefault(chapter.part.id, f"{chapter.part.id}.part.xhtml")
                for image in chapter.part.image:
                    self._register(image, page)
            for node in memory.call(_find_addressed, chapter):
                self._register(node, page)
        # The inputs for writing chapters; covers and templates add more images later.
        self.of_chapters: object = dict(self.pages), dict(self._names), dict(self._chart_names)

    def _register(self, node: Any, page: str) -> None:
        if identifier := attr_of(node).id:
            self.pages[identifier] = page
        if isinstance(node, Image) and node.picture and not self.is_in_page(node.picture):
            self.picture(node.picture)
        if isinstance(node, Chart):
            self.charts[f"images/{self.chart(node)}"] = node

    def is_in_page(self, picture: Picture) -> bool:
        """Whether a picture is a diagram that is written as inline SVG."""
        return self._in_page and bool(picture.drawing) and is_legible(picture)

    def picture(self, picture: Picture) -> str:
        """Return an image's path relative to a content document; each image has one file in the EPUB."""
        if picture not in self._names:
            extension = EXTENSIONS[self._media_types.get(picture, picture.media_type)]
            name = f"images/picture-{len(self._names) + 1}.{extension}"
            self._names[picture] = name
            self.sources[name] = picture
        return "../" + self._names[picture]

    def chart(self, chart: Chart) -> str:
        """Return a chart's file name, which is unique even on case-insensitive file systems."""
        place = f"{PurePosixPath(chart.span.path).with_suffix('')}-{chart.span.line}" if chart.span else ""
        key = chart.attr.id or place
        if key not in self._chart_names:
            plain = re.sub(r"[^a-z0-9-]+", "-", key.removeprefix("source/").lower()).strip("-") or "chart"
            taken = set(self._chart_names.values())
            names = (f"{plain}{'' if n == 1 else f'-{n}'}.{self._drawn}" for n in count(1))
            self._chart_names[key] = next(name for name in names if name not in taken)
        return self._chart_names[key]


def _find_addressed(chapter: Chapter) -> tuple[Any, ...]:
    """Return the nodes of a chapter that need an address: elements with an id, images and charts."""
    nodes = chapter_nodes(chapter, Attr, Image, Chart)
    return tuple(node for node in nodes if attr_of(node).id or isinstance(node, Image | Chart))


@dataclass(slots=True)
class EpubOutput:
    """The markup of EPUB content documents: one document for each chapter, with endnotes.

    ``numbers`` maps ids to page labels of the PDF. ``formulas`` maps formulas to images that replace MathML.
    ``drawings`` writes charts and diagrams as inline SVG; if it is None, charts and diagrams are image files.
    ``marks`` maps a note number to the count of references to the note. ``diagrams`` counts the inline
    diagrams.
    """

    addresses: EpubAddresses
    labels: Labels
    file: str
    numbers: PageNumbers = field(default_factory=dict)
    formulas: FormulaPictures = field(default_factory=dict)
    drawings: PageDrawings | None = None
    notes: list[Note] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)
    diagrams: int = 0
    page_break: str = ""
    speaks_alone: bool = False
    listings_scroll: bool = False
    tables_stack: bool = True
    width_unit: str = "%"

    def side_notes(self, content: tuple[Inline, ...]) -> str:
        """Return "", because all notes are at the end of the chapter."""
        return ""

    def page(self, identifier: str) -> str:
        """Return the PDF page label for an id, or "" if there is none."""
        return self.numbers.get(identifier, "")

    def page_number(self, reference: Reference) -> str:
        """Return the XHTML of a page reference, whose content already has the page number."""
        return write_inlines(reference.content, self)

    def typed(self, kind: str) -> str | None:
        """Return ``kind`` as the ``epub:type``, or None if ``kind`` is empty."""
        return kind or None

    def href(self, target: str) -> str:
        """Return the relative URL of an internal target such as ``#id``; return other URLs unchanged."""
        if not target.startswith("#"):
            return target
        file = self.addresses.pages.get(target[1:], self.file)
        return target if file == self.file else file + target

    def image_address(self, image: Image) -> str:
        """Return the path of an image relative to the content document."""
        return self.addresses.picture(image.picture) if image.picture else ""

    def chart_drawing(self, chart: Chart, alt: str, details: str | None) -> str:
        """Return a chart as inline SVG, or as an ``img`` element if there are no inline drawings."""
        if self.drawings is None:
            return void_tag(
                "img", src=f"../images/{self.addresses.chart(chart)}", alt=alt, aria_details=details
            )
        return self.drawings.chart(chart, role="img", aria_label=alt, aria_details=details)

    def drawn_image(self, image: Image, alt: str, details: str | None) -> str | None:
        """Return a diagram as inline SVG if it is legible on phones, else None.

        The width that the author has set is the maximum width.
        """
        picture = image.picture
        if self.drawings is None or picture is None or not self.addresses.is_in_page(picture):
            return None
        self.diagrams += 1
        spoken = {"role": "img", "aria_label": alt} if alt else {"aria_hidden": "true"}
        width = parse_length(image.attr.get("width"))
        size = f"max-width: {width}" if width else None
        return self.drawings.diagram(picture, self.diagrams, style=size, aria_details=details, **spoken)

    def chart_data(self, chart: Chart, name: str) -> str:
        """Return the chart's data as an XHTML table."""
        return write_plain_table(list(iter_data_rows(chart)), name, self.labels["number-not-available"])

    def note(self, note: Note) -> str:
        """Return the ``noteref`` for a note, with an ``id`` that is the target of the note's backlink."""
        if not note.again:
            self.notes.append(note)
        count = self.marks[note.number] = self.marks.get(note.number, 0) + 1
        mark = tag(
            "a",
            str(note.number),
            epub_type="noteref",
            role="doc-noteref",
            href=f"#_note-{note.number}",  # authors' ids start with a letter
            id=_make_mark_id(note.number, count),
        )
        return tag("sup", mark, class_="noteref")

    def number_style(self, equation: Equation) -> str | None:
        """Return None, because the style sheet positions equation numbers."""
        return None

    def math(self, formula: Math | Equation) -> str:
        """Return a formula as an image or MathML with its spoken form as alt text, or else as TeX code."""
        if picture := self.formulas.get(select_formula(formula)):
            return picture.write_element(formula.spoken)
        mathml = formula.mathml
        if not mathml:
            return tag("code", escape(formula.tex), class_="tex")
        # Readers do not need the TeX annotation, and validators disagree about it.
        start = mathml.find("<annotation")
        end = mathml.find("</annotation>")
        if start >= 0:
            mathml = mathml[:start] + mathml[end + len("</annotation>") :]
        long = isinstance(formula, Math) and len(re.sub(r"<[^>]*>|\s", "", mathml)) > _SHORT_FORMULA
        opening = f'<math alttext="{escape(formula.spoken)}" ' + ('class="long" ' if long else "")
        return mathml.replace("<math ", opening, 1)


def _make_mark_id(number: int, count: int) -> str:
    return f"_noteref-{number}" if count == 1 else f"_noteref-{number}-{count}"


def page_path(chapter: Chapter) -> str:
    """Return the file name of a chapter's content document."""
    return "imprint.xhtml" if chapter.role is Role.IMPRINT else f"{chapter.slug}.xhtml"


@template_view()
@dataclass(frozen=True, slots=True)
class NoteText:
    """An endnote: its number, its text as XHTML, and the ids of its references."""

    number: int
    text: str
    marks: tuple[str, ...]


# The epub:type and the DPUB-ARIA role of a chapter, by its role or else by its matter.
_KINDS: Mapping[Role | Matter, tuple[str, str]] = {
    **{role: (str(role), f"doc-{role}") for role in Role if role not in (Role.NONE, Role.IMPRINT)},
    Role.ABOUT: ("backmatter", ""),
    Matter.FRONT: ("preface", "doc-preface"),
    Matter.BODY: ("chapter", "doc-chapter"),
    Matter.APPENDIX: ("appendix", "doc-appendix"),
    Matter.BACK: ("backmatter", ""),
}


@template_view("addresses", "ordinal", "title", fields=False)
class Pages:
    """A writer of the book's content documents.

    ``numbers``, ``formulas`` and ``drawings`` are as in `EpubOutput`, ``media_types`` and ``drawn`` as in
    `EpubAddresses`. ``drawn_with`` is everything that affects the drawings, for the cache key. In
    ``vertical`` documents, relative widths refer to the viewport.
    """

    def __init__(
        self,
        book: Book,
        labels: Labels,
        numbers: PageNumbers = MappingProxyType({}),
        media_types: Mapping[Picture, str] = MappingProxyType({}),
        drawn: str = "svg",
        formulas: FormulaPictures = MappingProxyType({}),
        *,
        drawings: PageDrawings | None = None,
        drawn_with: object = None,
        drop_caps: bool = False,
        vertical: bool = False,
        memory: Memory = NO_MEMORY,
    ) -> None:
        self._memory = memory
        self._drawings, self._drawn_with = drawings, drawn_with
        self.book, self.labels = book, labels
        self._vertical = vertical
        self.numbers, self.formulas = numbers, formulas
        self._drop_caps = drop_caps
        self.addresses = EpubAddresses(book, media_types, drawn, in_page=drawings is not None, memory=memory)

    def body(self, chapter: Chapter) -> Mapping[str, Any]:
        """Return the variables for the chapter template, with title, summary, text and notes as XHTML."""
        kind, role = _KINDS.get(chapter.role) or _KINDS[chapter.matter]
        return {
            "type": kind,
            "role": role,
            "titled": has_title(chapter),
            "initial": self._drop_caps and has_initial(chapter, self.book.metadata.language),
            "chapter_name": name_chapter(self.book, chapter, self.labels),
            **self._memory.call(
                _write_chapter,
                chapter,
                page_path(chapter),
                self.book.labels,
                self.labels,
                self.numbers,
                self.formulas,
                self.addresses.of_chapters,
                self._drawn_with,
                self._vertical,
                ImpliedInput((self.addresses, self._drawings)),
            ),
        }

    def part(self, part: Part) -> Mapping[str, Any]:
        """Return the variables for the part template: the part's image and its list of chapters."""
        output = EpubOutput(self.addresses, self.labels, "", self.numbers, self.formulas)
        return {
            "image": write_inlines(part.image, output),
            "lines": list_part_chapters(self.book, part),
            "pages": self,
        }

    def imprint(self) -> str:
        """Return the author's own imprint as XHTML, or "" if there is none."""
        imprints = [chapter for chapter in self.book.chapters if chapter.role is Role.IMPRINT]
        return "".join(str(self.body(chapter)["text"]) for chapter in imprints)

    @given_objects
    def ordinal(self, entry: ContentsEntry) -> str:
        """Return the number before an entry's title in the table of contents, or "" if it is unnumbered.

        The number of a part follows the word for "part".
        """
        if not entry.number:
            return ""
        if entry.level == PART:
            return self.labels.titled(self.labels.named("part", entry.number), "")
        return f"{entry.number} "

    @given_objects
    def title(self, content: tuple[Inline, ...]) -> str:
        """Return a title for the table of contents or a similar list, as XHTML."""
        output = EpubOutput(self.addresses, self.labels, "", self.numbers, self.formulas)
        return BlockWriter(self.book.labels, self.labels, output).inlines(content)


def _write_chapter(
    chapter: Chapter,
    page: str,
    table: Mapping[str, Label],
    labels: Labels,
    numbers: PageNumbers,
    formulas: FormulaPictures,
    places: object,
    drawn_with: object,
    vertical: bool,
    tools: ImpliedInput[tuple[EpubAddresses, PageDrawings | None]],
) -> Mapping[str, Any]:
    """Return the XHTML strings of a chapter for its template.

    ``places`` and ``drawn_with`` replace ``tools`` in the cache key.
    """
    addresses, drawings = tools.value
    width_unit = "vw" if vertical else "%"
    output = EpubOutput(
        addresses,
        labels,
        page,
        numbers,
        formulas,
        drawings,
        listings_scroll=vertical,
        tables_stack=not vertical,
        width_unit=width_unit,
    )
    writer = BlockWriter(table, labels, output)
    return {
        "title": writer.inlines(chapter.title),
        "image": writer.inlines(chapter.image),
        "summary": _keep_together(writer.inlines(chapter.summary)),
        "takeaways": [_keep_together(writer.inlines(takeaway)) for takeaway in chapter.takeaways],
        "text": _keep_together(write_sections(chapter.blocks, writer)),
        "notes": _write_notes(output, writer),
    }


def _keep_together(xhtml: str) -> str:
    return keep_ranges_together(keep_marks_together(xhtml))


def _write_notes(output: EpubOutput, writer: BlockWriter) -> list[NoteText]:
    """Return the endnotes by number; writing a note may add nested notes to ``output.notes``."""
    texts: dict[int, str] = {}
    done = 0
    while done < len(output.notes):
        note = output.notes[done]
        done += 1
        texts[note.number] = _keep_together(writer.blocks(note.content))
    return [
        NoteText(
            number, texts[number], tuple(_make_mark_id(number, n + 1) for n in range(output.marks[number]))
        )
        for number in sorted(texts)
    ]
