"""The resolved book → the XHTML pages of an e-book."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from triptych.labels import Labels
from triptych.markup.blocks import BlockWriter
from triptych.markup.tables import plain_table
from triptych.markup.xml import tag, text
from triptych.media.charts import data_rows
from triptych.media.pictures import EXTENSIONS
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Attr, Chart, Equation, Image, Inline, Math, Note, Picture
from triptych.model.walk import chapter_nodes


class Addresses:
    """Where everything lies in the package: pages for ids, ASCII file names for pictures and charts.

    ``media_types`` are those that pictures have in the package, where they differ from their files'.
    """

    def __init__(self, book: Book, media_types: Mapping[Picture, str] = MappingProxyType({})) -> None:
        self._media_types = media_types
        self._names: dict[Picture, str] = {}
        self.pages: dict[str, str] = {}
        self.charts: dict[str, Chart] = {}
        self._chart_names: dict[str, str] = {}
        self.sources: dict[str, Picture] = {}
        for chapter in book.chapters:
            page = f"{chapter.slug}.xhtml"
            self.pages[chapter.id] = page
            if chapter.part:
                self.pages.setdefault(chapter.part.id, f"{chapter.part.id}.part.xhtml")
            for node in chapter_nodes(chapter):
                self._see(node, page)
        self.pages |= {f"ref-{source.key}": "sources.xhtml" for source in book.sources}

    def _see(self, node: Any, page: str) -> None:
        attr = getattr(node, "attr", None)
        if isinstance(attr, Attr) and attr.id:
            self.pages[attr.id] = page
        if isinstance(node, Image) and node.picture:
            self.picture(node.picture)
        if isinstance(node, Chart):
            self.charts[f"images/{self.chart(node)}"] = node

    def picture(self, picture: Picture) -> str:
        """A picture's path from a page; each file is in the package once."""
        if picture not in self._names:
            extension = EXTENSIONS[self._media_types.get(picture, picture.media_type)]
            name = f"images/picture-{len(self._names) + 1}.{extension}"
            self._names[picture] = name
            self.sources[name] = picture
        return "../" + self._names[picture]

    def chart(self, chart: Chart) -> str:
        """A chart's file name, which no other chart has, not even in other capitals."""
        place = f"{PurePosixPath(chart.span.path).with_suffix('')}-{chart.span.line}" if chart.span else ""
        key = chart.attr.id or place
        if key not in self._chart_names:
            plain = re.sub(r"[^a-z0-9-]+", "-", key.removeprefix("source/").lower()).strip("-") or "chart"
            taken = set(self._chart_names.values())
            names = (f"{plain}.svg" if n == 1 else f"{plain}-{n}.svg" for n in count(1))
            self._chart_names[key] = next(name for name in names if name not in taken)
        return self._chart_names[key]


@dataclass(slots=True)
class EpubOutput:
    """What an e-book does its own way: one file a chapter, notes at the chapter's end.

    ``ids`` counts elements that repeat, so that each has an id of its own.
    """

    addresses: Addresses
    labels: Labels
    page: str
    notes: list[Note] = field(default_factory=list)
    page_break: str = ""
    speaks_alone: bool = False

    def href(self, target: str) -> str:
        """``#id`` → the page that holds it."""
        if not target.startswith("#"):
            return target
        page = self.addresses.pages.get(target[1:], self.page)
        return target if page == self.page else page + target

    def image_address(self, image: Image) -> str:
        """A path from the page to the picture."""
        return self.addresses.picture(image.picture) if image.picture else ""

    def chart_address(self, chart: Chart) -> str:
        """A path from the page to the drawing."""
        return "../images/" + self.addresses.chart(chart)

    def chart_data(self, chart: Chart) -> str:
        """The chart's numbers, folded away until a reader asks for them."""
        table = plain_table(
            list(data_rows(chart)), self.labels["data-table"], self.labels["number-not-available"]
        )
        return tag("details", tag("summary", text(self.labels["data-table"])) + table)

    def note(self, note: Note) -> str:
        """A mark that leads to the note and is led back to."""
        self.notes.append(note)
        number = str(len(self.notes))
        mark = tag(
            "a",
            number,
            epub_type="noteref",
            role="doc-noteref",
            href=f"#_note-{number}",  # authors' ids start with a letter
            id=f"_noteref-{number}",
        )
        return tag("sup", mark, class_="noteref")

    def math(self, formula: Math | Equation) -> str:
        """MathML with its reading as the alternative text."""
        mathml = formula.mathml
        if not mathml:
            return tag("code", text(formula.tex), class_="tex")
        # TeX source as an annotation is of no use to readers, and checkers disagree about it.
        start = mathml.find("<annotation")
        end = mathml.find("</annotation>")
        if start >= 0:
            mathml = mathml[:start] + mathml[end + len("</annotation>") :]
        return mathml.replace("<math ", f'<math alttext="{text(formula.spoken)}" ', 1)


class Pages:
    """Writes the pages of a book."""

    def __init__(
        self, book: Book, labels: Labels, media_types: Mapping[Picture, str] = MappingProxyType({})
    ) -> None:
        self.book, self.labels = book, labels
        self.addresses = Addresses(book, media_types)

    def body(self, chapter: Chapter) -> Mapping[str, Any]:
        """What the chapter template needs: title, opener, text and notes as XHTML."""
        output = EpubOutput(self.addresses, self.labels, f"{chapter.slug}.xhtml")
        writer = BlockWriter(self.book.labels, self.labels, output)
        label = self.book.labels[chapter.id]
        return {
            "title": writer.inlines(chapter.title),
            "number": label.number,
            "kind": self.labels["appendix" if label.kind == "appendix" else "chapter"],
            "summary": writer.inlines(chapter.summary),
            "takeaways": [writer.inlines(takeaway) for takeaway in chapter.takeaways],
            "text": writer.blocks(chapter.blocks),
            "notes": list(self._notes(output, writer)),
        }

    def _notes(self, output: EpubOutput, writer: BlockWriter) -> Any:
        """The notes' XHTML; a note within a note comes after those of the text."""
        done = 0
        while done < len(output.notes):
            note = output.notes[done]
            done += 1
            yield writer.blocks(note.content)

    def sources(self) -> list[tuple[str, str]]:
        """Bibliography entries: id and XHTML."""
        output = EpubOutput(self.addresses, self.labels, "sources.xhtml")
        writer = BlockWriter(self.book.labels, self.labels, output)
        return [(f"ref-{source.key}", writer.inlines(source.content)) for source in self.book.sources]

    def title(self, content: tuple[Inline, ...]) -> str:
        """A title for a list of contents, as XHTML."""
        output = EpubOutput(self.addresses, self.labels, "")
        return BlockWriter(self.book.labels, self.labels, output).inlines(content)
