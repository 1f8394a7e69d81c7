"""Lay out and draw small XHTML documents, and return their structure tree as text."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pydyf

from triptych.theme.theme import find_fonts_folder
from triptych.writers.print.quire import (
    AnnotationReference,
    MarkedContentReference,
    StructureElement,
    close_heading_gaps,
)
from triptych.writers.print.structure import TaggedPage, build_structure
from weasyprint_typography.engine import load_engine

_STYLE = f"""
@font-face {{ font-family: Serif; src: url("{(find_fonts_folder() / "EBGaramond-Regular.ttf").as_uri()}") }}
@page {{ size: 300pt 400pt; margin: 30pt }}
html {{ font: 10pt/12pt Serif }}
.footnote {{ float: footnote }}
.footnote::footnote-call {{ content: attr(data-number) }}
.footnote::footnote-marker {{ content: attr(data-number) " " }}
"""
# Lines of any length, and the part of the print style sheet that affects the structure.
_BOOK = """
@page { size: 4000pt 9000pt }
html { hyphens: none }
ul { list-style-type: "– " }
@counter-style lower-alpha-bracket { system: extends lower-alpha; suffix: ") " }
.contents ol, .sources, .index-list ul, ul.tasks { list-style: none }
figure img { display: block }
.math { display: inline }
"""
_DOT = b"<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'/>"
DOT = f"data:image/svg+xml;base64,{b64encode(_DOT).decode()}"


@dataclass(frozen=True)
class Drawn:
    """The drawn pages of a document."""

    pages: list[TaggedPage]

    @cached_property
    def _structure(self) -> tuple[list[StructureElement], list[frozenset[int]]]:
        elements, artifacts = build_structure(self.pages, "q")
        close_heading_gaps(elements)
        return elements, artifacts

    @property
    def elements(self) -> list[StructureElement]:
        """Return the top-level elements of its structure."""
        return self._structure[0]

    @property
    def unread(self) -> list[frozenset[int]]:
        """Return untagged content, page by page."""
        return self._structure[1]

    @property
    def artifacts(self) -> list[str]:
        """Return the untagged text of each page."""
        return [
            "|".join(self._texts[number][mcid] for mcid in sorted(page))
            for number, page in enumerate(self.unread)
        ]

    @property
    def tree(self) -> str:
        """Return the structure, one element per line, with its text if it has no other content."""
        return "\n".join(line for element in self.elements for line in self._lines(element, ""))

    @property
    def text(self) -> str:
        """Return all text in structure order."""
        marks = [leaf for leaf in self.leaves() if isinstance(leaf, MarkedContentReference)]
        return " ".join(self._texts[mark.page][mark.mcid] for mark in marks)

    def leaves(self) -> Iterator[MarkedContentReference | AnnotationReference]:
        """Return all content and annotations in order."""
        stack: list[StructureElement | MarkedContentReference | AnnotationReference] = list(
            reversed(self.elements)
        )
        while stack:
            kid = stack.pop()
            if isinstance(kid, StructureElement):
                stack += reversed(kid.kids)
            else:
                yield kid

    @cached_property
    def _texts(self) -> list[dict[int, str]]:
        return [{mcid: getattr(box, "text", "□") for box, mcid in page.mcids.items()} for page in self.pages]

    def _lines(self, element: StructureElement, indent: str) -> Iterator[str]:
        text_entries = [f"{name}={value!r}" for name, value in element.text_entries.items()]
        for attributes in element.attributes.values():
            text_entries += [f"{name}={value}" for name, value in attributes.items()]
        head = indent + " ".join((element.tag, *text_entries))
        runs = list(self._runs(element))
        if len(runs) == 1 and isinstance(runs[0], str):
            yield f"{head}: {runs[0]}"
            return
        yield head
        for run in runs:
            if isinstance(run, StructureElement):
                yield from self._lines(run, indent + "  ")
            else:
                yield f"{indent}  {run}"

    def _runs(self, element: StructureElement) -> Iterator[StructureElement | str]:
        """Return the content of an element; ``/`` divides pages, ``@`` is an annotation.

        Adjacent texts are joined.
        """
        parts: list[str] = []
        page = None
        for kid in element.kids:
            if isinstance(kid, StructureElement):
                if parts:
                    yield " ".join(parts)
                    parts = []
                yield kid
            elif isinstance(kid, AnnotationReference):
                parts.append("@")
            else:
                if page is not None and kid.page != page:
                    parts.append("/")
                page = kid.page
                parts.append(f"‹{self._texts[kid.page][kid.mcid]}›")
        if parts:
            yield " ".join(parts)


def draw(body: str, css: str = "") -> Drawn:
    """Lay out and draw the content of a body."""
    page = f'<!DOCTYPE html><html lang="en"><head><title>T</title></head><body>{body}</body></html>'
    return _drawn(page, css)


def draw_book(xhtml: str) -> Drawn:
    """Draw a document of a book, with a pixel for each of its pictures."""
    return _drawn(xhtml, _BOOK)


def _drawn(xhtml: str, css: str) -> Drawn:
    """Lay out a document, and draw it only for its marked content."""
    from weasyprint import CSS, HTML
    from weasyprint.css.counters import CounterStyle
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Dots(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(("data:", "file:")):
                return super().fetch(url, headers)
            return URLFetcherResponse(url, _DOT, {"Content-Type": "image/svg+xml"})

    load_engine()  # otherwise lines would depend on which tests ran before
    fonts = FontConfiguration()
    counters = CounterStyle()
    style = CSS(string=_STYLE + css, font_config=fonts, counter_style=counters)
    document = HTML(string=xhtml, url_fetcher=Dots()).render(
        stylesheets=[style], font_config=fonts, counter_style=counters
    )
    pages: list[TaggedPage] = []
    count = 0
    for page in document.pages:
        links = {box: count + place for place, box in enumerate(_leading(page._page_box))}
        count += len(links)
        pages.append(TaggedPage(page._page_box, _marks(document, page), links))
    return Drawn(pages)


def _marks(document: Any, page: Any) -> dict[Any, int]:
    from weasyprint.pdf.stream import Stream

    kinds = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
    resources = pydyf.Dictionary({kind: pydyf.Dictionary() for kind in kinds})
    area = (0, 0, page.width, page.height)
    profiles, intent = document.color_profiles, document.output_intent
    stream = Stream(document.fonts, area, resources, {}, {}, profiles, intent, compress=False)
    page.paint(stream, 0.75)
    return {box: mark["mcid"] for box, mark in stream._tags.items()}


def _leading(box: Any) -> Iterator[Any]:
    """Return the boxes with links: links, footnote calls and note marks."""
    box = getattr(box, "_box", box)
    tag = box.element_tag or ""
    is_note = tag.endswith(("::footnote-call", "::footnote-marker")) and type(box).__name__ != "TextBox"
    if box.link or is_note:
        yield box
    for child in box.children:
        yield from _leading(child)
