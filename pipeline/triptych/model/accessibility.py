"""Derive the accessibility metadata of a book from its content.

Conformance to WCAG is claimed only if the author declares it. The terms are those of W3C's Schema.org
Accessibility Properties, as in EPUB Accessibility 1.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from triptych.model.book import AccessibilityDeclaration, Book
from triptych.model.nodes import Chart, Equation, Figure, Image, IndexList, Math
from triptych.model.walk import book_nodes, walk
from triptych.template_views import template_view


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Accessibility:
    """The accessibility metadata of a book, with the author's declarations.

    ``data_as_text`` is true if the book has charts, since each chart's data is also given as a table.
    ``described_in_full`` is true if all images have long descriptions.
    """

    modes: tuple[str, ...]
    sufficient: tuple[str, ...]
    features: tuple[str, ...]
    hazards: tuple[str, ...]
    summary: str
    declared: AccessibilityDeclaration
    data_as_text: bool = False
    described_in_full: bool = False


def describe_accessibility(
    book: Book, *, has_page_breaks: bool = False, has_formula_images: bool = False
) -> Accessibility:
    """Return the accessibility metadata of a book's EPUB.

    ``has_page_breaks`` is true if the EPUB has page break markers from the PDF, and ``has_formula_images`` if
    its formulas are images.
    """
    declared = book.metadata.accessibility
    nodes = list(book_nodes(book, Image, Chart, Math, Equation, Figure, IndexList))
    pictures = [node for node in nodes if isinstance(node, Image) and not node.is_decorative]
    charts = [node for node in nodes if isinstance(node, Chart)]
    formulas = [node for node in nodes if isinstance(node, Math | Equation)]
    visual = bool(pictures or charts or any(isinstance(node, Image) for node in nodes))
    is_described = all(picture.alt for picture in pictures) and all(chart.alt for chart in charts)
    features = ["displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents"]
    if (pictures or charts) and is_described:
        features.append("alternativeText")
    if charts or any(isinstance(node, Figure) and node.description for node in nodes):
        features.append("longDescription")
    if formulas and all(formula.mathml for formula in formulas) and not has_formula_images:
        features.append("MathML")
    if formulas and all(formula.spoken for formula in formulas):
        features.append("describedMath")
    if any(isinstance(node, IndexList) and node.groups for node in nodes):
        features.append("index")
    if has_page_breaks:
        features += ["pageBreakMarkers", "pageNavigation"]
    at_length = {
        id(picture)
        for figure in nodes
        if isinstance(figure, Figure) and figure.description
        for picture in walk(figure)
    }
    moving = any(isinstance(node, Image) and node.picture and node.picture.moving for node in nodes)
    sufficient = ["textual"] if is_described else []
    if visual:
        sufficient.append("textual,visual")
    return Accessibility(
        modes=("textual", "visual") if visual else ("textual",),
        sufficient=tuple(sufficient),
        features=tuple(sorted(features)),
        hazards=declared.hazards or (("unknown",) if moving else ("none",)),
        summary=declared.summary or _make_summary(len(pictures), len(charts), is_described=is_described),
        declared=declared,
        data_as_text=bool(charts),
        described_in_full=bool(charts or pictures) and all(id(picture) in at_length for picture in pictures),
    )


def _make_summary(pictures: int, charts: int, *, is_described: bool) -> str:
    text = "The book has a table of contents, headings in order, and text that can be enlarged and restyled."
    if charts:
        text += " The numbers of every chart are given as a table."
    if pictures or charts:
        text += (
            " All images have alternative texts." if is_described else " Some images lack alternative texts."
        )
    return text
