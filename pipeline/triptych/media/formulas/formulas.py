"""Draw formulas as SVG with Typst, for print and slides.

Typst is available as a wheel, sets mathematics as well as TeX does, and draws a thousand formulas per second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import uharfbuzz as hb
from lxml import etree

from triptych.media.fonts.fonts import find_scripts, open_face, rename_font, subset_font
from triptych.media.formulas.breaking import break_rows, split_inline_formula, split_rows
from triptych.media.formulas.typst_notation import LINE_GAP, write_typst_notation
from triptych.media.typst_engine import TypstError, compile_typst_document
from triptych.model.nodes import Equation, Math
from triptych.theme.theme import FontFace, Theme, load_theme

FONT_SIZE = 10.0  # points; drawings are scaled to the text around them
_MARGIN = 3.0  # points around each drawing, for ink outside its box
_NUMBER_WIDTH = 6.0  # em; space for a displayed formula's number on both sides, so that it remains centred
_MIN_BREAKABLE_WIDTH = 6.0  # em: shorter inline formulas are not broken
_MIN_SCALE = 0.8  # the minimum scale of formulas that are too wide


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in presentation MathML: inline, displayed, or displayed with a number."""

    mathml: str
    display: bool
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class FormulaDrawing:
    """A formula as SVG, with its width, height and depth below the baseline in em of the surrounding text.

    If a long inline formula can be broken, ``pieces`` are the drawings of its pieces between line break
    opportunities.
    """

    svg: bytes
    width: float
    height: float
    depth: float
    pieces: tuple[FormulaDrawing, ...] = ()

    def to_bytes(self) -> bytes:
        """Serialise the drawing for a cache."""
        whole = f"{self.width!r} {self.height!r} {self.depth!r} {len(self.svg)}\n".encode() + self.svg
        return b"".join((whole, *(piece.to_bytes() for piece in self.pieces)))

    @classmethod
    def from_bytes(cls, data: bytes) -> FormulaDrawing | None:
        """Restore a drawing from the result of ``to_bytes``; return None for b"".

        Raise ``ValueError`` for any other bytes.
        """
        drawings: list[FormulaDrawing] = []
        while data:
            head, _, data = data.partition(b"\n")
            width, height, depth, size = head.split()
            if len(data) < int(size):
                raise ValueError("the drawing is cut off")
            drawings.append(cls(data[: int(size)], float(width), float(height), float(depth)))
            data = data[int(size) :]
        return replace(drawings[0], pieces=tuple(drawings[1:])) if drawings else None


def make_formula(node: Math | Equation) -> Formula:
    """Return the formula of a document node, with the properties that determine its drawing."""
    if isinstance(node, Equation):
        return Formula(node.mathml, display=True, numbered=bool(node.attr.id or node.tag))
    return Formula(node.mathml, display=False)


def compute_available_width(formula: Formula, text_width: float) -> float:
    """Return the width in em that is available for a displayed formula, without the space for its number.

    ``text_width`` is also in em.
    """
    return text_width - _NUMBER_WIDTH if formula.numbered else text_width


def draw_formulas(
    formulas: Sequence[Formula], fonts: FormulaFonts | None = None, text_width: float | None = None
) -> list[FormulaDrawing | None]:
    """Draw formulas with Typst. The drawing is None for each formula that Typst rejects.

    ``text_width`` is in em of the text. A displayed formula that is wider is broken into lines. If it is
    still too wide, it is scaled down, but not below ``_MIN_SCALE``.
    """
    fonts = fonts or load_default_formula_fonts()
    drawn = _draw_notations(
        [_write_formula(write_typst_notation(one.mathml, display=one.display), one) for one in formulas],
        fonts,
    )
    _add_piece_drawings(formulas, drawn, fonts)
    wide = [
        place
        for place, (formula, drawing) in enumerate(zip(formulas, drawn, strict=True))
        if text_width is not None
        and formula.display
        and drawing
        and drawing.width > compute_available_width(formula, text_width)
    ]
    if text_width is not None and wide:
        rooms = [compute_available_width(formulas[place], text_width) for place in wide]
        broken = _draw_formulas_in_lines([formulas[place].mathml for place in wide], rooms, fonts)
        for place, room, drawing in zip(wide, rooms, broken, strict=True):
            drawn[place] = _shrink_drawing(drawing or drawn[place], room)
    return drawn


def _add_piece_drawings(
    formulas: Sequence[Formula], formula_drawings: list[FormulaDrawing | None], fonts: FormulaFonts
) -> None:
    """Draw the pieces of long inline formulas, and add them to their drawings in ``formula_drawings``."""
    found: dict[int, list[str]] = {}
    for place, (formula, drawing) in enumerate(zip(formulas, formula_drawings, strict=True)):
        if (
            not formula.display
            and drawing
            and drawing.width > _MIN_BREAKABLE_WIDTH
            and "displaystyle" not in formula.mathml
        ):
            pieces = split_inline_formula(formula.mathml)
            if len(pieces) > 1:
                found[place] = pieces
    drawings = iter(_draw_notations([f"${piece}$" for pieces in found.values() for piece in pieces], fonts))
    for place, pieces in found.items():
        some = [next(drawings) for _ in pieces]
        whole = formula_drawings[place]
        if whole and all(some):
            formula_drawings[place] = replace(whole, pieces=tuple(piece for piece in some if piece))


def _draw_formulas_in_lines(
    mathmls: Sequence[str], available_widths: Sequence[float], fonts: FormulaFonts
) -> list[FormulaDrawing | None]:
    """Draw formulas broken into lines that fit the available widths, in em.

    The drawing is None for each formula without a line break opportunity.
    """
    rows = [split_rows(mathml) for mathml in mathmls]
    pieces = [[piece for row in some for piece in row.pieces] for some in rows]
    widths = iter(
        _draw_notations([_write_displayed_formula(one.text) for some in pieces for one in some], fonts)
    )
    texts: list[str] = []
    for some, own, room in zip(rows, pieces, available_widths, strict=True):
        measured = [drawing.width if drawing else room for _, drawing in zip(own, widths, strict=False)]
        lines = break_rows(some, measured, room)
        matrix = f"mat(delim: #none, align: #left, row-gap: #{LINE_GAP}em, {'; '.join(lines)})"
        texts.append(_write_displayed_formula(matrix) if lines else "")
    drawn = iter(_draw_notations([text for text in texts if text], fonts))
    return [next(drawn) if text else None for text in texts]


def _shrink_drawing(drawing: FormulaDrawing | None, max_width: float) -> FormulaDrawing | None:
    """Scale a drawing down to ``max_width`` in em, but not below the minimum scale."""
    if drawing is None or drawing.width <= max_width:
        return drawing
    scale = max(max_width / drawing.width, _MIN_SCALE)
    return replace(
        drawing, width=drawing.width * scale, height=drawing.height * scale, depth=drawing.depth * scale
    )


def _write_formula(notation: str, formula: Formula) -> str:
    return _write_displayed_formula(notation) if formula.display else f"${notation}$"


def _write_displayed_formula(notation: str) -> str:
    return f"#displayed(${notation}$)"


def _draw_notations(notations: Sequence[str], fonts: FormulaFonts) -> list[FormulaDrawing | None]:
    """Draw formulas in Typst's notation; the drawing is None for each formula that Typst rejects."""
    if not notations:
        return []
    try:
        return list(_draw_document(notations, fonts))
    except TypstError:
        if len(notations) == 1:
            return [None]
    # One invalid formula makes Typst reject the whole document: bisect to find it.
    half = len(notations) // 2
    return _draw_notations(notations[:half], fonts) + _draw_notations(notations[half:], fonts)


def _draw_document(notations: Sequence[str], fonts: FormulaFonts) -> list[FormulaDrawing]:
    source = _write_document(notations, fonts)
    files = {
        face.name: rename_font(subset_font(face, frozenset(source)), face) for face in fonts.project_faces
    }
    pages, answer = compile_typst_document(
        source, font_folders=list_font_package_folders(source), files=files, query="<places>"
    )
    baselines = {index: y for index, y in json.loads(answer)}
    return [_crop_page(page, baselines[index]) for index, page in enumerate(pages[: len(notations)])]


def _write_document(notations: Sequence[str], fonts: FormulaFonts) -> str:
    """Return a Typst document with one formula per page and a label at each baseline."""
    text, math = (json.dumps(family, ensure_ascii=False) for family in (fonts.text, fonts.math))
    lines = [
        f"#set page(width: auto, height: auto, margin: {_MARGIN}pt, fill: none)",
        f'#set text(font: {text}, size: {FONT_SIZE}pt, number-type: "lining")',
        '#set text(top-edge: "bounds", bottom-edge: "bounds")',
        f"#show math.equation: set text(font: {math}, size: {fonts.math_scale}em)",
        "#set par(leading: 0.55em, spacing: 0pt)",
        f"#let words(it, ..more) = text(font: {text}, size: {1 / fonts.math_scale:.4g}em, ..more, it)",
        "#let framed(it) = box(stroke: 0.05em, inset: 0.3em, baseline: 0.3em, it)",
        "#let displayed(it) = math.equation(block: false, math.display(it.body))",
    ]
    for index, formula in enumerate(notations):
        lines.append("#pagebreak(weak: true)" if index else "")
        lines.append(f"#box(width: 0pt, height: 0pt)[#metadata({index}) <baseline>]{formula}")
    places = "query(<baseline>).map(it => (it.value, it.location().position().y.pt()))"
    lines.append(f"#context [#metadata({places}) <places>]")
    return "\n".join(lines)


def list_font_package_folders(source: str) -> list[str]:
    """Return the folders of font packages, such as Chinese fonts, that text in formulas needs."""
    faces = [face for script in find_scripts(source, (), load_theme()) for face in script.faces]
    return sorted(
        {
            str(face.path.parent)
            for face in faces
            if face.package and not face.index and not face.italic and face.weight == 400
        }
    )


def _crop_page(svg: bytes, baseline: float) -> FormulaDrawing:
    """Crop a page to its formula, whose baseline is ``baseline`` points below the top of the page."""
    match = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if match is None:
        raise TypstError("no view box")
    width, height = float(match.group(1)) - 2 * _MARGIN, float(match.group(2)) - 2 * _MARGIN
    root = etree.fromstring(svg)
    root.set("viewBox", f"{_MARGIN} {_MARGIN} {width:.4f} {height:.4f}")
    root.set("width", f"{width:.4f}pt")
    root.set("height", f"{height:.4f}pt")
    for element in root.iter():
        for name in ("class", "data-tid"):
            if name in element.attrib:
                del element.attrib[name]
    depth = height + _MARGIN - baseline
    return FormulaDrawing(etree.tostring(root), width / FONT_SIZE, height / FONT_SIZE, depth / FONT_SIZE)


@dataclass(frozen=True, slots=True)
class FormulaFonts:
    """The font families for text and mathematics in formulas.

    ``math_scale`` is the size of the mathematics relative to the text at which both have the same x-height.
    ``project_faces`` are the faces of the text family that belong to the project.
    """

    text: str
    math: str
    math_scale: float = 1.0
    project_faces: tuple[FontFace, ...] = ()


@lru_cache(maxsize=16)
def select_formula_fonts(theme: Theme) -> FormulaFonts:
    """Return the font families that a theme uses in formulas."""
    role = theme.print.type.text.family
    text = getattr(theme, role)
    own = tuple(face for face in theme.faces if face.project_file and face.family == text)
    (math,) = (face for face in theme.math_faces if face.family == theme.math)
    scale = _measure_x_height(theme.select_face(text)) / _measure_x_height(math)
    return FormulaFonts(text, theme.math, round(scale, 3), own)


def load_default_formula_fonts() -> FormulaFonts:
    """Return the font families that the default theme uses in formulas."""
    return select_formula_fonts(load_theme())


def _measure_x_height(face: FontFace) -> float:
    """Measure a face's x-height in em from the glyph x, because font tables are often wrong.

    Return 0.5 if the face has no x.
    """
    font = hb.Font(open_face(face))
    glyph = font.get_nominal_glyph(ord("x"))
    extents = font.get_glyph_extents(glyph) if glyph is not None else None
    return float(extents.y_bearing / font.face.upem) if extents and extents.height else 0.5
