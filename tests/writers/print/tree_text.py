"""Small XHTML laid out and drawn, and its structure tree as text."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pydyf

from triptych.writers.print.quire import Annotated, Element, Marked
from triptych.writers.print.structure import DrawnPage, structure

_STYLE = """
@page { size: 300pt 400pt; margin: 30pt }
html { font: 10pt/12pt sans-serif }
.footnote { float: footnote }
.footnote::footnote-call { content: attr(data-number) }
.footnote::footnote-marker { content: attr(data-number) " " }
"""
DOT = (
    "data:image/svg+xml;base64,"
    + b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'/>").decode()
)


@dataclass(frozen=True)
class Drawn:
    """The pages of a document as they were drawn."""

    pages: list[DrawnPage]

    @cached_property
    def _structure(self) -> tuple[list[Element], list[frozenset[int]]]:
        return structure(self.pages, "q")

    @property
    def elements(self) -> list[Element]:
        """The elements at the top of its structure."""
        return self._structure[0]

    @property
    def artifacts(self) -> list[str]:
        """The text of what is in no element, a text a page."""
        return [
            "|".join(self._texts[number][mcid] for mcid in sorted(page))
            for number, page in enumerate(self.unread)
        ]

    @cached_property
    def _texts(self) -> list[dict[int, str]]:
        return [{mcid: getattr(box, "text", "□") for box, mcid in page.marks.items()} for page in self.pages]

    @property
    def tree(self) -> str:
        """The structure, an element a line, with its text where that is all that it holds."""
        return "\n".join(line for element in self.elements for line in self._lines(element, ""))

    @property
    def text(self) -> str:
        """All text in the order of the structure."""
        return " ".join(" ".join(self._words(element)) for element in self.elements)

    @property
    def unread(self) -> list[frozenset[int]]:
        """What is in no element, page by page."""
        return self._structure[1]

    def leaves(self) -> Iterator[Marked | Annotated]:
        """All content and annotations, in order."""
        stack: list[Element | Marked | Annotated] = list(reversed(self.elements))
        while stack:
            kid = stack.pop()
            if isinstance(kid, Element):
                stack += reversed(kid.kids)
            else:
                yield kid

    def _words(self, element: Element) -> Iterator[str]:
        for kid in element.kids:
            if isinstance(kid, Element):
                yield from self._words(kid)
            elif isinstance(kid, Marked):
                yield self._texts[kid.page][kid.mcid]

    def _lines(self, element: Element, indent: str) -> Iterator[str]:
        said = [element.tag]
        said += [f"{name}={value!r}" for name, value in element.words.items()]
        said += [
            f"{name}={value}" for values in element.attributes.values() for name, value in values.items()
        ]
        runs = list(self._runs(element))
        head = indent + " ".join(said)
        if len(runs) == 1 and isinstance(runs[0], str):
            yield f"{head}: {runs[0]}"
            return
        yield head
        for run in runs:
            if isinstance(run, Element):
                yield from self._lines(run, indent + "  ")
            else:
                yield f"{indent}  {run}"

    def _runs(self, element: Element) -> Iterator[Element | str]:
        """What an element holds, with neighbouring texts as one; ``/`` parts pages, ``@`` is an annotation."""
        parts: list[str] = []
        page = None
        for kid in element.kids:
            if isinstance(kid, Element):
                if parts:
                    yield " ".join(parts)
                    parts = []
                yield kid
            elif isinstance(kid, Annotated):
                parts.append("@")
            else:
                if page is not None and kid.page != page:
                    parts.append("/")
                page = kid.page
                parts.append(f"‹{self._texts[kid.page][kid.mcid]}›")
        if parts:
            yield " ".join(parts)


def draw(body: str, css: str = "", lang: str = "en") -> Drawn:
    """The content of a body, laid out and drawn."""
    from weasyprint import CSS, HTML

    page = f'<!DOCTYPE html><html lang="{lang}"><head><title>T</title></head><body>{body}</body></html>'
    return drawn(HTML(string=page).render(stylesheets=[CSS(string=_STYLE + css)]))


def drawn(document: Any) -> Drawn:
    """A document that is laid out, drawn for its marked content alone."""
    pages: list[DrawnPage] = []
    count = 0
    for page in document.pages:
        links = {box: count + place for place, box in enumerate(_leading(page._page_box))}
        count += len(links)
        pages.append(DrawnPage(page._page_box, _marks(document, page), links))
    return Drawn(pages)


def _marks(document: Any, page: Any) -> dict[Any, int]:
    from weasyprint.pdf.stream import Stream

    kinds = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
    resources = pydyf.Dictionary({kind: pydyf.Dictionary() for kind in kinds})
    area = (0, 0, page.width, page.height)
    stream = Stream(
        document.fonts,
        area,
        resources,
        {},
        {},
        document.color_profiles,
        document.output_intent,
        compress=False,
    )
    page.paint(stream, 0.75)
    return {box: mark["mcid"] for box, mark in stream._tags.items()}


def _leading(box: Any) -> Iterator[Any]:
    """The boxes that lead somewhere: those with a link of their own, calls and marks of notes."""
    box = getattr(box, "_box", box)
    tag = box.element_tag or ""
    is_note = tag.endswith(("::footnote-call", "::footnote-marker")) and type(box).__name__ != "TextBox"
    if box.link or is_note:
        yield box
    for child in box.children:
        yield from _leading(child)
