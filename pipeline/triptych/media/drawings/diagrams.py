"""Diagrams written as text → vector drawings in the theme's colours and fonts.

Engines lay a diagram out for a font that they know; its styles are written out, its text becomes outlines of
our own fonts, and what draws nothing goes. So it looks the same in print, in e-readers and on slides.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import inf

from lxml import etree

from triptych.media.drawings.centred_lines import centre_lines
from triptych.media.drawings.directions import turned
from triptych.media.drawings.errors import CannotDraw, WrongDiagram
from triptych.media.drawings.graphviz import draw_dot
from triptych.media.drawings.mermaid import draw_mermaid
from triptych.media.drawings.svg_styles import write_out_styles
from triptych.media.drawings.svg_text import outline_texts
from triptych.media.drawings.svg_tidy import set_size, tidy
from triptych.media.fonts.shaping import width
from triptych.media.pictures.errors import UnusablePicture
from triptych.media.pictures.files import NUMBER, measure_svg, parse_svg, safe_svg
from triptych.media.xml_names import SVG
from triptych.theme.print_design import CHART_LETTERS
from triptych.theme.theme import Theme

# What authors call the languages, and what draws each.
ENGINES = {"dot": draw_dot, "graphviz": draw_dot, "mermaid": draw_mermaid}
_MOST_CHARACTERS = 100_000
_FAMILY = "Arial"  # both engines know how wide its letters are
_NARROWER = 0.92  # our letters are wider by a twelfth
_SIZE = 0.75  # of what engines draw for screens: their text comes out as large as a caption
_ENOUGH = 0.85  # of the size that letters should have: for so little no drawing is turned
_HEIGHT = 1.25  # of a page's room for figures, as a part of its width
EM = 40 / 3  # pixels, ten points: letters of a chart, and those beside lines, are then three quarters of text
SMALL = 20  # em that most telephones have across
_MOST_LINES = 500  # of a drawing that is drawn in other ways; larger ones are no more legible, and take long
_NARROWEST_PAGE = 24  # em that a telephone of today has across
_HIGHEST = 60  # em from top to bottom of a drawing for telephones: two screens
_SLIDE = (860.0, 350.0)  # points of width and height that a slide has for a drawing
_LARGEST = 2.4  # points of a slide for a pixel of a drawing
_LETTERS = 12.0  # units of a drawing that does not say how large they are
_LEGIBLE = 18.0  # points of letters that are read from the back of a room
_LARGER = (1.25, 1.5, 1.75)  # times the usual letters


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing, what it says, and what its engine left out.

    ``printed`` is the drawing for pages, where that is another: larger, or arranged for their width.
    ``narrow`` is the one for telephones, where the drawing is too wide for them and another is not;
    ``projected`` the one for slides, where another has larger letters there.
    """

    svg: bytes
    text: str = ""
    complaints: tuple[str, ...] = ()
    printed: bytes = b""
    narrow: bytes = b""
    projected: bytes = b""


def draw_diagram(language: str, source: str, theme: Theme) -> Diagram:
    """A diagram → SVG 1.1, the same bytes each time. Raises ``WrongDiagram`` or ``CannotDraw``."""
    if len(source) > _MOST_CHARACTERS:
        raise WrongDiagram(f"the source has {len(source):,} characters; the limit is {_MOST_CHARACTERS:,}")
    drawn, complaints = ENGINES[language](source, theme, _FAMILY, False)
    svg, text, letters = _finished(drawn, theme)
    printed, narrow = _printed(language, source, svg, theme), _narrow(language, source, svg, theme)
    projected = _projected(language, source, svg, letters, theme)
    return Diagram(svg, text, complaints, printed, narrow, projected)


def _printed(language: str, source: str, svg: bytes, theme: Theme) -> bytes:
    """The drawing whose letters come out largest on a page of the theme, b"" where that is no other one.

    A page shows no picture wider than its text, so that a wide drawing would have small letters there. What
    does not fit as it is written is drawn with less space between its parts, then from top to bottom in place
    of from left to right or the other way about.
    """
    scale = max(1.0, theme.print.type.smallest / CHART_LETTERS)
    enough = 1.0 if theme.print.large else _ENOUGH
    best, fits = svg, _share_of_letters(svg, theme)
    for other in _arrangements(language, source, theme) if fits < enough and not _is_large(svg) else ():
        if (share := _share_of_letters(other, theme)) > fits + 0.02:
            best, fits = other, share
        if fits >= enough:
            break
    if best == svg and scale == 1:
        return b""
    root = etree.fromstring(best)
    for side in ("width", "height"):
        root.set(side, f"{float(root.get(side, '0')) * scale:.2f}")
    return etree.tostring(root)


def _narrow(language: str, source: str, svg: bytes, theme: Theme) -> bytes:
    """A drawing that fits the page of a telephone, b"" where none does or none is wanted."""
    if measure_svg(svg)[1] <= SMALL * EM or _is_large(svg):
        return b""
    narrowest, _ = _arranged(language, turned(language, source), theme, tight=True)
    _, width, height = measure_svg(narrowest) if narrowest else ("", inf, inf)
    return narrowest if width <= _NARROWEST_PAGE * EM and height <= _HIGHEST * EM else b""


def _projected(language: str, source: str, svg: bytes, letters: float, theme: Theme) -> bytes:
    """The drawing whose letters are largest on a slide, b"" if that is the author's own.

    Boxes and gaps stay as they are while letters grow, until these are legible from the back of a room.
    """
    best, largest = b"", letters * _scale_on_slide(svg)
    if largest >= _LEGIBLE or _is_large(svg):
        return b""
    for written in (source, turned(language, source)):
        for larger in (1.0, *_LARGER):
            drawing, size = _arranged(language, written, theme, tight=True, letters=larger)
            if drawing and (shown := size * _scale_on_slide(drawing)) > largest * 1.02:
                best, largest = drawing, shown
            if largest >= _LEGIBLE:
                return best
    return best


def _scale_on_slide(svg: bytes) -> float:
    """Points of a slide for a pixel of a drawing."""
    _, width, height = measure_svg(svg)
    return min(_SLIDE[0] / width, _SLIDE[1] / height, _LARGEST)


def _arrangements(language: str, source: str, theme: Theme) -> Iterator[bytes]:
    """Other drawings of a diagram, those that are nearest to the author's first."""
    other = turned(language, source)
    for written, tight in ((source, True), (other, False), (other, True)):
        drawing, _ = _arranged(language, written, theme, tight=tight)
        if drawing:
            yield drawing


def _is_large(svg: bytes) -> bool:
    return svg.count(b"<path") > _MOST_LINES


def _arranged(
    language: str, source: str, theme: Theme, *, tight: bool, letters: float = 1.0
) -> tuple[bytes, float]:
    """Another drawing of a diagram and the size of its smallest letters in pixels.

    The drawing is b"" where there is none, which is no mistake of the author's.
    """
    with suppress(WrongDiagram, CannotDraw):
        if source:
            drawing, _, size = _finished(ENGINES[language](source, theme, _FAMILY, tight, letters)[0], theme)
            return drawing, size
    return b"", 0.0


def _share_of_letters(svg: bytes, theme: Theme) -> float:
    """How large letters come out on a page, as a part of what they should be: 1 where the drawing fits."""
    _, width, height = measure_svg(svg)
    room = theme.print.chart_width / _SIZE
    return min(1.0, room / width, room * _HEIGHT / height)


def _laid_out_width(theme: Theme, text: etree._Element) -> float:
    """How wide an engine took a text to be, in the units of the drawing."""
    bold = text.get("font-weight") == "bold"
    faces = [face for face in theme.slide_fallbacks if face.family == _FAMILY and not face.italic]
    face = next((face for face in faces if (face.weight > 400) is bold), faces[0])
    return width(text.text or "", (face,)) * float(text.get("font-size", "12"))


def _smallest_letters(root: etree._Element) -> float:
    """The size of the smallest text of a drawing in its units."""
    texts = (one for one in root.iter(f"{SVG}text", f"{SVG}tspan") if (one.text or "").strip())
    sizes = (NUMBER.match(one.get("font-size", "")) for one in texts)
    return min((float(size[0]) for size in sizes if size), default=_LETTERS)


def _finished(drawn: bytes, theme: Theme) -> tuple[bytes, str, float]:
    """What an engine drew, in the theme's faces and with nothing that is not seen; its text, and the size of
    its smallest letters in pixels.
    """
    try:
        root = parse_svg(safe_svg(drawn))
    except UnusablePicture as error:
        raise CannotDraw(f"the generated SVG cannot be used: {error}", "simplify the diagram") from None
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    write_out_styles(root)
    centre_lines(root, partial(_laid_out_width, theme))
    letters = _smallest_letters(root)
    text = outline_texts(root, theme, scale=_NARROWER)
    tidy(root)
    set_size(root, _SIZE)
    return etree.tostring(root), text, letters * _SIZE
