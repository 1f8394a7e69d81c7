"""Drawings as pictures made of dots, for readers that show SVG and MathML badly or not at all."""

from __future__ import annotations

from collections.abc import Callable

from triptych.build_context import BuildContext
from triptych.media.formulas.formulas import Formula
from triptych.media.pictures.files import measure_svg
from triptych.model.book import Book
from triptych.model.nodes import Chart
from triptych.writers.epub.pages import FormulaPicture, FormulaPictures
from triptych.writers.findings import different, written_formulas

_WIDE = 1600  # dots of a chart
_EM = 64  # dots of an em: four to a pixel of common text


def in_dots(context: BuildContext) -> Callable[[Chart], bytes]:
    """What draws charts as PNGs."""

    def draw(chart: Chart) -> bytes:
        svg = context.draw_outlined(chart)
        _, width, height = measure_svg(svg)
        png = context.rasterise(svg, _WIDE, round(_WIDE * height / width), white=True)
        assert png is not None, "what we drew ourselves can be drawn again"
        return png

    return draw


def pictured_formulas(book: Book, context: BuildContext) -> FormulaPictures:
    """The formulas of a book as pictures; those that cannot be drawn stay MathML."""
    found: dict[Formula, FormulaPicture] = {}
    for formula, drawing in context.draw_formulas(different(written_formulas(book))).items():
        if drawing is not None:
            size = round(drawing.width * _EM), round(drawing.height * _EM)
            if data := context.rasterise(drawing.svg, *size, white=True):
                found[formula] = FormulaPicture(data, f"formula-{len(found) + 1}.png", drawing)
    return found
