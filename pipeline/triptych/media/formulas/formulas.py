"""Draw formulas with Typst: as glyphs for the PDF, and as SVG for slides and for e-books without MathML.

Typst is available as a wheel, sets mathematics as well as TeX does, and sets ten thousand formulas per
second.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate, islice, pairwise

import uharfbuzz as hb

from triptych.media.fonts.fonts import (
    find_scripts,
    get_postscript_name,
    measure_x_height,
    open_face,
    rename_font,
    subset_font,
)
from triptych.media.formulas.breaking import (
    NO_BREAK,
    FormulaBlock,
    break_rows,
    split_blocks,
    split_inline_formula,
    split_rows,
)
from triptych.media.formulas.glyph_svg import Box, outline_glyphs, write_glyph_svg
from triptych.media.formulas.linear import write_linear_notation
from triptych.media.formulas.row_parts import Atom, join_atoms
from triptych.media.formulas.typst_notation import (
    LINE_GAP,
    NOTHING,
    add_line_struts,
    write_typst_notation,
)
from triptych.media.formulas.typst_pages import (
    PageGlyphs,
    PagePath,
    TypstPage,
    make_upright,
    read_typst_pages,
)
from triptych.media.typst_engine import TypstError, compile_typst_document
from triptych.model.nodes import Equation, EquationRow, Math
from triptych.theme.theme import FontFace, Theme, load_theme

FONT_SIZE = 10.0  # points; drawings are scaled to the text around them
_MARGIN = 3.0  # points around each drawing, for ink outside its box
NUMBER_GAP = 0.75  # em; the least space between a displayed formula and its number
_USUAL_NUMBER = "(0.0a)"  # as wide as most numbers
# Letters of mathematical alphabets (U+1D400 to U+1D7FF) and braces, and private characters that replace them.
_HIDDEN = {code: 0xF0000 + code for code in (*range(0x1D400, 0x1D800), *map(ord, "⏞⏟⎴⎵⏜⏝"))}
_SHOWN = {private: letter for letter, private in _HIDDEN.items()}
_NEAR = 0.05  # points by which positions may differ
_ROUNDING = 0.001  # em
# The distance in em between the baselines of lines of a multline, and from or to a text between rows, and the
# least gaps between their edges.
_LINE_DISTANCES, _TEXT_DISTANCES = (1.65, 0.37), (2.4, 1.1)
_ANY_WIDTH = 1000.0  # em
_MIN_SCALE = 0.8  # the minimum scale of formulas that are too wide


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in presentation MathML: inline, displayed, or displayed with a number.

    ``number_width`` is the approximate width of the widest number in em, or 0 if the formula has no number.
    """

    mathml: str
    display: bool
    number_width: float = 0.0
    has_numbered_rows: bool = False

    @property
    def numbered(self) -> bool:
        """Whether the formula has a number."""
        return self.number_width > 0

    @property
    def number_space(self) -> float:
        """The width in em of the number and the least space before it, or 0 if there is no number."""
        return self.number_width + NUMBER_GAP if self.number_width else 0.0


@dataclass(frozen=True, slots=True)
class FormulaDrawing:
    """A formula as a drawing, with its width, height and depth in em of the surrounding text.

    ``glyphs`` is the drawing as SVG with glyph ids (see ``glyph_svg``). ``svg``, with outlines, is set on
    request. If an inline formula can be broken, ``pieces`` are the drawings of its pieces between line break
    opportunities; the pieces of a displayed formula are its lines. ``penalty`` is the penalty of a break
    after a piece, and ``space_after`` the space to the next piece in em, less a word space. If the rows of a
    formula have numbers, ``rows`` are the heights of their baselines above the bottom, in em.
    """

    glyphs: bytes
    width: float
    height: float
    depth: float
    pieces: tuple[FormulaDrawing, ...] = ()
    rows: tuple[float, ...] = ()
    penalty: int = 0
    space_after: float = 0.0
    svg: bytes = b""

    def to_bytes(self) -> bytes:
        """Serialise the drawing for the cache, omitting its ``svg`` field."""
        sizes = (self.width, self.height, self.depth, self.penalty, self.space_after)
        numbers = (*sizes, len(self.glyphs), *self.rows)
        whole = " ".join(map(repr, numbers)).encode() + b"\n" + self.glyphs
        return b"".join((whole, *(piece.to_bytes() for piece in self.pieces)))

    @classmethod
    def from_bytes(cls, data: bytes) -> FormulaDrawing | None:
        """Restore a drawing from the result of ``to_bytes``; return None for b"".

        Raise ``ValueError`` for any other bytes.
        """
        drawings: list[FormulaDrawing] = []
        while data:
            head, _, data = data.partition(b"\n")
            width, height, depth, penalty, space, size, *rows = head.split()
            if len(data) < int(size):
                raise ValueError("the drawing is cut off")
            sizes = float(width), float(height), float(depth)
            heights = tuple(map(float, rows))
            drawings.append(cls(data[: int(size)], *sizes, (), heights, int(penalty), float(space)))
            data = data[int(size) :]
        return replace(drawings[0], pieces=tuple(drawings[1:])) if drawings else None


def make_formula(node: Math | Equation) -> Formula:
    """Return the formula of a document node, with the properties that determine its drawing."""
    if isinstance(node, Equation):
        numbered: list[Equation | EquationRow] = [node, *node.rows]
        numbers = [one.tag or (_USUAL_NUMBER if one.attr.id else "") for one in numbered]
        width = max(map(estimate_number_width, numbers))
        return Formula(node.mathml, display=True, number_width=width, has_numbered_rows=bool(node.rows))
    return Formula(node.mathml, display=False)


def estimate_number_width(number: str) -> float:
    """Return the approximate width in em of an equation's number or tag."""
    return sum(
        1.0
        if unicodedata.east_asian_width(character) in "WF"
        else 0.5
        if character.isalnum()
        else 0.75
        if unicodedata.category(character) in ("Sm", "So")
        else 0.25
        for character in number
    )


def is_too_wide(formula: Formula, drawing: FormulaDrawing, text_width: float) -> bool:
    """Return whether the drawing of a displayed formula is too wide for the line, with its number.

    ``text_width`` is the width of the line in em. Blocks are set one by one, since only the last line of a
    ``multline`` has a number beside it.
    """
    space = 0.0 if drawing.pieces else formula.number_space
    return formula.display and drawing.width > text_width - space + _ROUNDING


def draw_formulas(
    formulas: Sequence[Formula], fonts: FormulaFonts | None = None, text_width: float | None = None
) -> list[FormulaDrawing | None]:
    """Draw formulas with Typst. The drawing is None for each formula that Typst rejects.

    ``text_width`` is in em of the text. A displayed formula that is wider is broken into lines. If it is
    still too wide, it is scaled down, but not below ``_MIN_SCALE``.
    """
    fonts = fonts or load_default_formula_fonts()
    drawn = _draw_notations([_write_formula(formula) for formula in formulas], fonts)
    if text_width is None:
        return drawn
    rooms = [text_width - formula.number_space for formula in formulas]
    for place, blocks, drawings in _draw_blocks(formulas, fonts, text_width):
        whole = drawn[place]
        spaces = list_spaces_beside(blocks, formulas[place].number_space)
        fits = all(
            drawing.width + space <= text_width or block.side == "text"
            for block, drawing, space in zip(blocks, drawings, spaces, strict=True)
        )
        if whole and fits:
            drawn[place] = _stack_blocks(whole, drawings, [block.side == "text" for block in blocks])
    wide = [
        place
        for place, (formula, drawing) in enumerate(zip(formulas, drawn, strict=True))
        if drawing and is_too_wide(formula, drawing, text_width)
    ]
    if wide:
        broken = _draw_formulas_in_lines(
            [formulas[place] for place in wide], [rooms[place] for place in wide], fonts
        )
        for place, drawing in zip(wide, broken, strict=True):
            drawn[place] = _shrink_drawing(drawing or drawn[place], rooms[place])
    return drawn


def _draw_blocks(
    formulas: Sequence[Formula], fonts: FormulaFonts, text_width: float
) -> Iterator[tuple[int, list[FormulaBlock], list[FormulaDrawing]]]:
    """Yield the index of each displayed formula with blocks, the blocks and their drawings."""
    split = [split_blocks(formula.mathml) if formula.display else [] for formula in formulas]
    notations = [
        _write_plain_notation(block.notation, _write_text(block.mathml)) for own in split for block in own
    ]
    drawn = iter(_draw_notations(notations, fonts, text_width))
    for place, blocks in enumerate(split):
        drawings = [drawing for drawing in islice(drawn, len(blocks)) if drawing]
        if drawings and len(drawings) == len(blocks):
            yield place, blocks, drawings


def list_spaces_beside(blocks: Sequence[FormulaBlock], number_space: float) -> list[float]:
    """Return the space that is kept for numbers beside each block in em.

    In a ``multline``, the number is beside the last line, and all other lines at the right end above the end
    of that line.
    """
    is_multline = any(block.side not in ("text", "center") for block in blocks)
    numbered = "right" if is_multline else "center"
    spaces = [number_space if block.side == numbered else 0.0 for block in blocks]
    return [*spaces[:-1], number_space] if is_multline else spaces


def _stack_blocks(
    whole: FormulaDrawing, blocks: Sequence[FormulaDrawing], texts: Sequence[bool]
) -> FormulaDrawing:
    """Return the drawing of a formula with those of its blocks as pieces, one below the other."""
    gaps = measure_line_gaps(blocks, texts)
    ends = [*accumulate(gap + block.height for gap, block in zip(gaps, blocks, strict=True))]
    rows = tuple(
        ends[-1] - end + height
        for end, block in zip(ends, blocks, strict=True)
        for height in block.rows or (block.depth,)
    )
    width = max(block.width for block in blocks)
    return replace(whole, pieces=tuple(blocks), rows=rows, width=width, height=ends[-1], depth=rows[-1])


def measure_line_gaps(lines: Sequence[FormulaDrawing], texts: Sequence[bool]) -> list[float]:
    """Return the space above each line of a formula in em, so that baselines are as far apart as in TeX.

    ``texts`` says which lines are texts between rows. Other lines may be several rows.
    """
    gaps = [0.0]
    for (before, line), is_at_text in zip(pairwise(lines), map(any, pairwise(texts)), strict=True):
        distance, least = _TEXT_DISTANCES if is_at_text else _LINE_DISTANCES
        below = before.rows[-1] if before.rows else before.depth
        above = line.height - (line.rows[0] if line.rows else line.depth)
        gaps.append(max(distance - below - above, least))
    return gaps


def add_svg(drawing: FormulaDrawing, fonts: FormulaFonts) -> FormulaDrawing:
    """Return a drawing with ``svg``, in which glyphs are outlines."""
    faces = {face.name: face for face in _list_faces(fonts)}
    return replace(drawing, svg=outline_glyphs(drawing.glyphs, faces))


@dataclass(frozen=True, slots=True)
class _Notation:
    """A formula in Typst's notation, and the text of its pieces with the penalties of breaks after them.

    A piece's text is what readers extract and copy. The notation has a mark at the start of each piece but
    the first.
    """

    text: str
    pieces: tuple[tuple[str, int], ...]


def _write_formula(formula: Formula) -> _Notation:
    mathml = formula.mathml
    if formula.display or "displaystyle" in mathml[: mathml.index(">")]:
        notation = write_typst_notation(mathml, display=formula.display, mark_rows=formula.has_numbered_rows)
        written = _write_displayed_formula(notation) if formula.display else f"${notation}$"
        return _Notation(written, ((_write_text(mathml), 0),))
    pieces = split_inline_formula(mathml)
    atoms: list[Atom] = []
    for number, piece in enumerate(pieces):
        atoms += ([Atom(f"#mark({number});", "mark")] if number else []) + list(piece.atoms)
    notation = join_atoms(atoms, script=False) or NOTHING
    return _Notation(f"${notation}$", tuple((_write_text(piece.mathml), piece.penalty) for piece in pieces))


def _write_text(mathml: str) -> str:
    """Return the text of a formula, in one line, for programs that extract text.

    Unlike elsewhere, braces and letters of mathematical alphabets stay, except italic letters.
    """
    return make_upright(write_linear_notation(mathml.translate(_HIDDEN)).text.translate(_SHOWN))


def _draw_formulas_in_lines(
    formulas: Sequence[Formula], available_widths: Sequence[float], fonts: FormulaFonts
) -> list[FormulaDrawing | None]:
    """Draw formulas broken into lines that fit the available widths, in em.

    The drawing is None for each formula without a line break opportunity.
    """
    rows = [split_rows(formula.mathml) for formula in formulas]
    pieces = [[piece for row in some for piece in row.pieces] for some in rows]
    widths = iter(
        _draw_notations([_write_plain_notation(one.text) for some in pieces for one in some], fonts)
    )
    texts: list[_Notation | None] = []
    for formula, some, own, room in zip(formulas, rows, pieces, available_widths, strict=True):
        measured = [drawing.width if drawing else room for _, drawing in zip(own, widths, strict=False)]
        lines = [[line] for line in break_rows(some, measured, room, mark_rows=formula.has_numbered_rows)]
        add_line_struts(lines)
        written = "; ".join(line for (line,) in lines)
        matrix = f"mat(delim: #none, align: #left, row-gap: #{LINE_GAP}em, {written})"
        texts.append(_write_plain_notation(matrix, _write_text(formula.mathml)) if lines else None)
    drawn = iter(_draw_notations([text for text in texts if text], fonts))
    return [next(drawn) if text else None for text in texts]


def _shrink_drawing(drawing: FormulaDrawing | None, max_width: float) -> FormulaDrawing | None:
    """Scale a drawing down to ``max_width`` in em, but not below the minimum scale."""
    if drawing is None or drawing.width <= max_width:
        return drawing
    scale = max(max_width / drawing.width, _MIN_SCALE)
    return replace(
        drawing,
        width=drawing.width * scale,
        height=drawing.height * scale,
        depth=drawing.depth * scale,
        rows=tuple(height * scale for height in drawing.rows),
    )


def _write_plain_notation(notation: str, text: str = "") -> _Notation:
    return _Notation(_write_displayed_formula(notation), ((text, 0),))


def _write_displayed_formula(notation: str) -> str:
    return f"#displayed(${notation}$)"


def _draw_notations(
    notations: Sequence[_Notation], fonts: FormulaFonts, text_width: float = _ANY_WIDTH
) -> list[FormulaDrawing | None]:
    """Draw formulas in Typst's notation; the drawing is None for each formula that Typst rejects.

    Texts between rows are as wide as ``text_width``, in em, at most.
    """
    if not notations:
        return []
    try:
        return list(_draw_document(notations, fonts, text_width))
    except TypstError:
        if len(notations) == 1:
            return [None]
    # One invalid formula makes Typst reject the whole document: bisect to find it.
    half = len(notations) // 2
    return [
        *_draw_notations(notations[:half], fonts, text_width),
        *_draw_notations(notations[half:], fonts, text_width),
    ]


def _draw_document(
    notations: Sequence[_Notation], fonts: FormulaFonts, text_width: float
) -> list[FormulaDrawing]:
    source = _write_document([one.text for one in notations], fonts, text_width)
    files = {
        face.name: rename_font(subset_font(face, frozenset(source)), face)
        for face in fonts.faces
        if face.project_file
    }
    pdf, answer = compile_typst_document(
        source, font_folders=list_font_package_folders(source), files=files, query="<places>"
    )
    faces = {get_postscript_name(face): face for face in reversed(_list_faces(fonts))}
    positions: list[_Positions] = []
    for number, x, y in json.loads(answer):
        if number == _BASELINE:
            positions.append(_Positions(y))
        elif number == _ROW:
            positions[-1].rows.append(y)
        else:
            positions[-1].pieces.append(x)
    pages = read_typst_pages(pdf, faces)
    return [
        _crop_page(page, marks, notation.pieces, fonts)
        for page, marks, notation in zip(pages, positions, notations, strict=False)
    ]


# The height of a row is at least that of a parenthesis.
_ROWS_ON_BASELINE = """#let depth(it) = {
  let strut = 100pt
  measure(it + box(width: 0pt, height: strut)).height - strut
}
#let lowered(table, row) = context {
  let row = $#row #hide($\\($)$
  box(table, baseline: measure(table).height - measure(row).height + depth(row) - depth(table))
}
#let raised(table, row) = context box(table, baseline: depth($#row #hide($\\($)$) - depth(table))"""
# As in LaTeX's package cancel, the arrow is longer than the diagonal of its content.
_ARROW_THROUGH = """#let cancelto(it, value) = context {
  let size = measure(it)
  let strut = 100pt
  let depth = measure(it + box(width: 0pt, height: strut)).height - strut
  let length = calc.sqrt(calc.pow(size.width.pt(), 2) + calc.pow(size.height.pt(), 2)) * 1pt
  let (x, y) = (size.width / length, size.height / length)
  let (end, head, side) = (length + 0.35em.to-absolute(), 0.32em.to-absolute(), 0.1em.to-absolute())
  let (width, height) = (end * x, end * y)
  let at(along, aside) = (along * x + aside * y, height - along * y + aside * x)
  it + h(-size.width) + box(width: width, height: height, baseline: depth, {
    place(line(start: at(0pt, 0pt), end: at(end - head, 0pt), stroke: 0.05em + text.fill))
    place(polygon(fill: text.fill, at(end, 0pt), at(end - head, side), at(end - head, -side)))
  }) + h(0.08em) + box(value, baseline: depth + 0.7 * axis - height)
}"""
_BASELINE, _ROW = 0, -1  # numbers of marks that are not those of pieces


@dataclass(slots=True)
class _Positions:
    """The positions of a formula's marks on its page, in points from the top left corner.

    ``baseline`` is that of the whole formula, ``rows`` are the baselines of its rows, and ``pieces`` the
    horizontal positions at which its pieces but the first begin.
    """

    baseline: float
    rows: list[float] = field(default_factory=list)
    pieces: list[float] = field(default_factory=list)


def _write_document(notations: Sequence[str], fonts: FormulaFonts, text_width: float) -> str:
    """Return a Typst document with one formula per page, and marks at baselines and at starts of pieces."""
    text = json.dumps(fonts.text, ensure_ascii=False)
    # Otherwise, Typst uses its own fonts for missing symbols, which we cannot embed.
    spare = [face.family for face in load_theme().math_faces if face.family != fonts.math]
    math = ", ".join(json.dumps(family, ensure_ascii=False) for family in (fonts.math, *spare))
    lines = [
        f"#set page(width: auto, height: auto, margin: {_MARGIN}pt, fill: none)",
        f'#set text(font: {text}, size: {FONT_SIZE}pt, number-type: "lining")',
        '#set text(top-edge: "bounds", bottom-edge: "bounds")',
        f"#show math.equation: set text(font: ({math},), size: {fonts.math_scale * FONT_SIZE:g}pt)",
        "#set par(leading: 0.55em, spacing: 0pt)",
        f"#let words(it, ..more) = text(font: {text}, size: {1 / fonts.math_scale:.4g}em, ..more, it)",
        "#let framed(stroke: 0.05em, fill: none, it) = box(stroke: stroke, fill: fill, inset: 0.3em, it)",
        f"#let axis = {_measure_axis(fonts)}em",
        "#let ruled(rule, it) = box({ it; context { let width = measure(it).width; h(-width); "
        "box(width: width, height: rule, baseline: rule / 2 - axis, fill: text.fill) } })",
        "#let flush(side, it, other) = context box(align(side, it), "
        "width: calc.max(measure(it).width, measure(other).width))",
        "#let widen(it, ..others) = context h(calc.max(..others.pos().map(it => measure(it).width))"
        " - measure(it).width)",
        f"#let wrapped(it) = context box(width: calc.min({text_width * FONT_SIZE}pt, measure(it).width), it)",
        _ROWS_ON_BASELINE,
        _ARROW_THROUGH,
        "#let mark(number) = [#metadata(number) <mark>]",
        f"#let rowmark = box(width: 0pt, height: 0pt)[#mark({_ROW})]",
        "#let displayed(it) = math.equation(block: false, math.display(it.body))",
    ]
    for index, formula in enumerate(notations):
        lines.append("#pagebreak(weak: true)" if index else "")
        lines.append(f"#box(width: 0pt, height: 0pt)[#mark({_BASELINE})]{formula}")
    place = "{ let place = it.location().position(); (it.value, place.x.pt(), place.y.pt()) }"
    lines.append(f"#context [#metadata(query(<mark>).map(it => {place})) <places>]")
    return "\n".join(lines)


def _list_faces(fonts: FormulaFonts) -> list[FontFace]:
    """Return the faces that formulas may use, those of ``fonts`` first."""
    theme = load_theme()
    scripts = (face for script in theme.scripts for face in script.faces)
    return [*fonts.faces, *theme.faces, *theme.math_faces, *scripts]


@lru_cache(maxsize=16)
def _map_faces(fonts: FormulaFonts) -> dict[str, FontFace]:
    return {face.name: face for face in reversed(_list_faces(fonts))}


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


def _crop_page(
    page: TypstPage, positions: _Positions, pieces: Sequence[tuple[str, int]], fonts: FormulaFonts
) -> FormulaDrawing:
    """Crop a page to its formula; ``pieces`` are the texts and penalties of its pieces."""
    baseline, starts = positions.baseline, positions.pieces
    if len(starts) + 1 != len(pieces):
        raise TypstError("a mark is missing")
    box = Box(_MARGIN, _MARGIN, page.width - 2 * _MARGIN, page.height - 2 * _MARGIN)
    whole = _make_drawing(page.parts, box, baseline, "" if starts else pieces[0][0], fonts)
    if not starts:
        return replace(whole, rows=tuple((page.height - _MARGIN - y) / FONT_SIZE for y in positions.rows))
    edges = [_MARGIN, *starts, page.width - _MARGIN]
    drawn: list[FormulaDrawing] = []
    end = 0.0
    for place, (text, penalty) in enumerate(pieces):
        left, right = edges[place : place + 2]
        parts = _select_parts(page.parts, left, right)
        if drawn and drawn[-1].penalty == NO_BREAK:  # an operator, without the space before it
            left = min(map(_find_start, parts), default=left)
        if 0 < penalty < NO_BREAK:  # an operator or a comma, without the space after it
            right = max(
                (part.x + part.advance for part in parts if isinstance(part, PageGlyphs)), default=right
            )
        if drawn:
            drawn[-1] = replace(drawn[-1], space_after=(left - end) / FONT_SIZE - fonts.word_space)
        end = right
        top, bottom = _find_vertical_edges(parts, baseline)
        drawing = _make_drawing(parts, Box(left, top, right - left, bottom - top), baseline, text, fonts)
        drawn.append(replace(drawing, penalty=penalty))
    return replace(whole, pieces=tuple(drawn))


def _make_drawing(
    parts: Sequence[PageGlyphs | PagePath], box: Box, baseline: float, text: str, fonts: FormulaFonts
) -> FormulaDrawing:
    depth = box.top + box.height - baseline
    shown = "".join(glyph.text for part in parts if isinstance(part, PageGlyphs) for glyph in part.glyphs)
    baselines = {round(part.y, 1) for part in parts if isinstance(part, PageGlyphs)}
    # Readers sort glyphs into lines by height: they would read a raised prime before or after the line.
    is_read = len(baselines) < 2 and "".join(shown.split()) == "".join(text.split())
    svg = write_glyph_svg(parts, box, "" if is_read else text, baseline, _map_faces(fonts))
    return FormulaDrawing(svg, box.width / FONT_SIZE, box.height / FONT_SIZE, depth / FONT_SIZE)


def _select_parts(
    parts: Sequence[PageGlyphs | PagePath], left: float, right: float
) -> list[PageGlyphs | PagePath]:
    """Return the parts between two positions."""
    return [part for part in parts if left - _NEAR <= _find_start(part) < right - _NEAR]


def _find_start(part: PageGlyphs | PagePath) -> float:
    """Return the horizontal position of a part: the origin of its first glyph, or the middle of a path."""
    return part.x if isinstance(part, PageGlyphs) else (part.corners[0] + part.corners[2]) / 2


def _find_vertical_edges(parts: Sequence[PageGlyphs | PagePath], baseline: float) -> tuple[float, float]:
    """Return the positions of the top and of the bottom of parts, or of the baseline if it is beyond them."""
    edges = [
        (part.top, part.bottom) if isinstance(part, PageGlyphs) else part.corners[1::2] for part in parts
    ]
    return min(baseline, *(top for top, _ in edges)), max(baseline, *(bottom for _, bottom in edges))


@dataclass(frozen=True, slots=True)
class FormulaFonts:
    """The font families for text and mathematics in formulas.

    ``math_scale`` is the size of the mathematics relative to the text at which both have the same x-height.
    ``word_space`` is the width of a space in em, and ``faces`` are the faces of both families.
    """

    text: str
    math: str
    math_scale: float = 1.0
    word_space: float = 0.25
    faces: tuple[FontFace, ...] = ()


@lru_cache(maxsize=16)
def select_formula_fonts(theme: Theme) -> FormulaFonts:
    """Return the font families that a theme uses in formulas."""
    role = theme.print.type.text.family
    text = getattr(theme, role)
    faces = tuple(face for face in theme.faces if face.family == text)
    text_face, math_face = theme.select_face(text), select_math_face(theme)
    scale = measure_x_height(text_face) / measure_x_height(math_face)
    space = _measure_word_space(text_face)
    return FormulaFonts(text, theme.math, round(scale, 3), space, (*faces, math_face))


def select_math_face(theme: Theme) -> FontFace:
    """Return the face of a theme's mathematical font."""
    (face,) = (face for face in theme.math_faces if face.family == theme.math)
    return face


@lru_cache(maxsize=16)
def _measure_axis(fonts: FormulaFonts) -> float:
    """Return the height of the mathematical axis above the baseline in em (OpenType MATH, AxisHeight)."""
    face = next(face for face in _list_faces(fonts) if face.family == fonts.math)
    font = hb.Font(open_face(face))
    return float(font.get_math_constant(hb.OTMathConstant.AXIS_HEIGHT) / font.face.upem)


def load_default_formula_fonts() -> FormulaFonts:
    """Return the font families that the default theme uses in formulas."""
    return select_formula_fonts(load_theme())


def _measure_word_space(face: FontFace) -> float:
    """Return the width of a face's space in em, or a quarter of an em if it has none."""
    font = hb.Font(open_face(face))
    glyph = font.get_nominal_glyph(ord(" "))
    return 0.25 if glyph is None else round(float(font.get_glyph_h_advance(glyph) / font.face.upem), 4)
