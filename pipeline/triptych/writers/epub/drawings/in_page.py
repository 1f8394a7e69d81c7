"""Charts and diagrams in the pages of an e-book: wide and narrow, in the reader's own ink where they can be.

A style sheet shows the one of two drawings that fits (templates/epub/style.css.j2).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from lxml import etree

from triptych.build_context import BuildContext
from triptych.markup.xml import tag
from triptych.media.drawings.diagrams import EM, SMALL
from triptych.media.pictures.files import measure_svg, parse_svg
from triptych.media.pictures.svg_names import set_apart
from triptych.model.nodes import Chart, Picture
from triptych.writers.epub.drawings.ink_of_text import chart_in_ink, diagram_in_ink
from triptych.writers.epub.drawings.paper import on_paper

_MARGIN = 6  # pixels of paper around a diagram


class Drawings:
    """Draws into pages, where the width of a page is known; ``context`` is that of the build."""

    def __init__(self, context: BuildContext) -> None:
        self._context = context

    def chart(self, chart: Chart, **attributes: str | None) -> str:
        """A chart's drawings as XHTML."""
        context, tiles = self._context, chart.kind.traits.tiles
        drawings = {"wide": context.draw(chart), "narrow": context.draw_narrow(chart)}
        inked = {
            name: context.outlined(chart_in_ink(svg, context.theme.colours, tiles=tiles), chart)
            for name, svg in drawings.items()
        }
        return _framed(inked, attributes)

    def diagram(self, picture: Picture, number: int, **attributes: str | None) -> str:
        """A diagram's drawings as XHTML; ``number`` sets apart what they name from what others name."""
        drawings = {"wide": picture.drawing, "narrow": picture.narrow}
        inked = {
            name: diagram_in_ink(svg, self._context.theme.colours) or on_paper(svg, _MARGIN)
            for name, svg in drawings.items()
            if svg
        }
        return _framed(inked, attributes, f"d{number}")


def is_legible(picture: Picture) -> bool:
    """Whether telephones have room for a diagram; others are files, which readers can enlarge."""
    return bool(picture.narrow) or measure_svg(picture.drawing)[1] <= SMALL * EM


def _framed(drawings: Mapping[str, bytes], attributes: Mapping[str, str | None], names: str = "") -> str:
    """Drawings of one thing, each with the em that it needs for legible letters."""
    widths = {name: measure_svg(svg)[1] / EM for name, svg in drawings.items()}
    elements = (_element(svg, name, widths[name], f"{names}{name}-") for name, svg in drawings.items())
    kind = f"drawing below-{math.ceil(widths['wide'])}" if len(drawings) > 1 else "drawing"
    return tag("div", "".join(elements), class_=kind, **attributes)


def _element(svg: bytes, name: str, width: float, prefix: str) -> str:
    root = parse_svg(svg)
    set_apart(root, prefix)
    start = "xMinYMin meet"  # what scrolls begins at its start, also where a reader makes it no higher
    style = f"--em: {width:g}"
    root.attrib.update({"class": name, "aria-hidden": "true", "style": style, "preserveAspectRatio": start})
    return etree.tostring(root, encoding="unicode")
