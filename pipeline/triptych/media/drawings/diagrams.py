"""Diagrams written as text → vector drawings in the theme's colours and fonts.

Engines lay a diagram out for a font that they know; its styles are written out, its text becomes outlines of
our own fonts, and what draws nothing goes. So it looks the same in print, in e-readers and on slides.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from triptych.media.drawings.errors import CannotDraw, WrongDiagram
from triptych.media.drawings.graphviz import draw_dot
from triptych.media.drawings.mermaid import draw_mermaid
from triptych.media.drawings.svg_styles import write_out_styles
from triptych.media.drawings.svg_text import outline_texts
from triptych.media.drawings.svg_tidy import set_size, tidy
from triptych.media.pictures.errors import UnusablePicture
from triptych.media.pictures.files import parse_svg, safe_svg
from triptych.theme.theme import Theme

# What authors call the languages, and what draws each.
ENGINES = {"dot": draw_dot, "graphviz": draw_dot, "mermaid": draw_mermaid}
_MOST_CHARACTERS = 100_000
_FAMILY = "Arial"  # both engines know how wide its letters are
_NARROWER = 0.92  # our letters are wider by a twelfth
_SIZE = 0.75  # of what engines draw for screens: their text comes out as large as a caption


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing, what it says, and what its engine left out."""

    svg: bytes
    text: str = ""
    complaints: tuple[str, ...] = ()


def draw_diagram(language: str, source: str, theme: Theme) -> Diagram:
    """A diagram → SVG 1.1, the same bytes each time. Raises ``WrongDiagram`` or ``CannotDraw``."""
    if len(source) > _MOST_CHARACTERS:
        raise WrongDiagram(f"it has more than {_MOST_CHARACTERS} characters")
    drawn, complaints = ENGINES[language](source, theme, _FAMILY)
    try:
        root = parse_svg(safe_svg(drawn))
    except UnusablePicture as error:
        raise CannotDraw(f"the drawing cannot be used: {error}", "simplify the diagram") from None
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    write_out_styles(root)
    text = outline_texts(root, theme, scale=_NARROWER)
    tidy(root)
    set_size(root, _SIZE)
    return Diagram(etree.tostring(root), text, complaints)
