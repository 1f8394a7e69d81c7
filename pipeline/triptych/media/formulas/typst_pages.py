"""Read the glyphs and paths of the pages that Typst writes as PDF.

Typst's SVG has outlines only. Its PDF has the glyphs of each font with their text (ISO 32000-1, 9.10.3), and
the rules of fractions, roots and tables as paths. Setting MathML with HarfBuzz ourselves would take all of
TeX's rules for mathematics, and could be no better.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pikepdf
import uharfbuzz as hb

from triptych.media.formulas.full_fonts import FullFont, load_full_font, open_subset, read_outline
from triptych.media.transformations import IDENTITY, Matrix, multiply_matrices
from triptych.media.typst_engine import TypstError
from triptych.theme.theme import FontFace

INHERITED = "context-fill"  # the colour of a part for which the author has set none
# Tokens (ISO 32000-1, 7.2): name, string, hexadecimal string, bracket, number, operator, anything else.
_STRING = r"\((?:[^\\()]|\\.)*\)"
for _ in range(6):  # levels of balanced parentheses in a string
    _STRING = rf"\((?:[^\\()]|\\.|{_STRING})*\)"
_TOKEN = re.compile(
    rb"/([^\s/\[\]()<>]*)|(%s)|<([0-9A-Fa-f]*)>|([\[\]]|<<|>>)|([-+]?[\d.]+)|([A-Za-z]+\*?)|(\S)"
    % _STRING.encode(),
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_FILLS, _STROKES = ("f", "f*", "B", "B*", "b", "b*"), ("S", "s", "B", "B*", "b", "b*")
_IGNORED = frozenset(("cs", "CS", "Tr", "ET", "M", "ri", "i", "gs"))
_MAPPING = re.compile(r"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")
_ITALIC = re.compile("^MATHEMATICAL ITALIC |^PLANCK CONSTANT$")
_SUBSET_NAME = re.compile(r"/(?:[A-Z]{6}\+)?(.*?)(?:-Identity-H)?")


class PlacedGlyph(NamedTuple):
    """A glyph at offset ``x`` from the start of its run, with the text it represents (often empty)."""

    glyph: int
    x: float
    text: str


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """Glyphs of one face on a common baseline.

    Positions are in points from the top left corner of the page. ``advance`` is the distance from the start
    to the end of the last glyph.
    """

    face: str
    size: float
    x: float
    y: float
    fill: str
    glyphs: tuple[PlacedGlyph, ...]
    advance: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PagePath:
    """A path in points from the top left corner of the page.

    ``commands`` are the letters of absolute SVG path commands (SVG 2, 9.3) with their points. ``fill`` and
    ``stroke`` are colours, or "none". ``corners`` are the extreme positions: left, top, right, bottom.
    """

    commands: tuple[tuple[str, tuple[float, ...]], ...]
    fill: str
    stroke: str
    corners: tuple[float, float, float, float]
    stroke_width: float = 1.0
    cap: int = 0
    join: int = 0
    dashes: tuple[float, ...] = ()
    is_even_odd: bool = False


@dataclass(frozen=True, slots=True)
class TypstPage:
    """The size of a page in points, and its glyphs and paths in painting order."""

    width: float
    height: float
    parts: tuple[PageGlyphs | PagePath, ...]


def read_typst_pages(pdf: bytes, faces: Mapping[str, FontFace]) -> list[TypstPage]:
    """Read the pages of a PDF that Typst has written. Raise ``TypstError`` for unknown kinds of content.

    ``faces`` maps PostScript names to the font faces that the PDF may use. Glyphs of other faces become
    paths.
    """
    fonts: dict[tuple[int, int], _EmbeddedFont] = {}
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages: list[TypstPage] = []
        for page in document.pages:
            its: dict[str, _EmbeddedFont] = {}
            for name, font in page.Resources.get("/Font", {}).items():
                if font.objgen not in fonts:
                    fonts[font.objgen] = _EmbeddedFont(font, faces)
                its[name[1:]] = fonts[font.objgen]
            *_, width, height = map(float, page.MediaBox)
            content = page.Contents.read_bytes() if "/Contents" in page else b""
            reader = _PageReader(height, its)
            reader.read(content)
            pages.append(TypstPage(width, height, tuple(reader.parts)))
        return pages


class _EmbeddedFont:
    """A font subset of the PDF, and the face that it is a subset of."""

    def __init__(self, font: Any, faces: Mapping[str, FontFace]) -> None:
        match = _SUBSET_NAME.fullmatch(str(font.BaseFont))
        face = faces.get(match[1]) if match else None
        self.full: FullFont | None = load_full_font(face) if face else None
        descendant = font.get("/DescendantFonts", [None])[0]
        descriptor = descendant.FontDescriptor if descendant is not None else {}
        file = next((descriptor[key] for key in ("/FontFile2", "/FontFile3") if key in descriptor), None)
        if file is None or "/ToUnicode" not in font:
            raise TypstError("a font without outlines")
        self.subset: hb.Font = open_subset(file.read_bytes(), self.full.units if self.full else 1000)
        self.texts = {
            int(code, 16): bytes.fromhex(text).decode("utf-16-be")
            for code, text in _MAPPING.findall(font.ToUnicode.read_bytes().decode("latin-1"))
        }
        self._default_width = float(descendant.get("/DW", 1000))
        self._widths = dict(_read_widths(list(descendant.get("/W", ()))))
        self._found: dict[int, int | None] = {}

    def find_glyph(self, code: int) -> int | None:
        """Return the id in the full font of the glyph ``code``, or None if the full font does not have it."""
        if code not in self._found:
            text, width = self.texts.get(code, ""), self._widths.get(code)
            self._found[code] = self.full.find_glyph(self.subset, code, text, width) if self.full else None
        return self._found[code]

    def measure_advance(self, code: int) -> float:
        """Return the advance width of the glyph ``code`` in em."""
        glyph = self.find_glyph(code)
        if self.full is not None and glyph is not None:
            return self.full.measure_advance(glyph)
        return self._widths.get(code, self._default_width) / 1000


def _read_widths(array: Sequence[Any]) -> Iterator[tuple[int, float]]:
    """Yield each glyph with its width from a W array (ISO 32000-1, 9.7.4.3)."""
    place = 0
    while place + 1 < len(array):
        first, following = int(array[place]), array[place + 1]
        if isinstance(following, pikepdf.Array):
            yield from ((first + n, float(width)) for n, width in enumerate(following))
            place += 2
        else:
            yield from ((code, float(array[place + 2])) for code in range(first, int(following) + 1))
            place += 3


@dataclass(slots=True)
class _GraphicsState:
    matrix: Matrix = IDENTITY
    fill: str = INHERITED
    stroke: str = INHERITED
    width: float = 1.0
    cap: int = 0
    join: int = 0
    dashes: tuple[float, ...] = ()


@dataclass(slots=True)
class _PageReader:
    """Interprets the content stream of a page (ISO 32000-1, 8 and 9)."""

    height: float
    fonts: Mapping[str, _EmbeddedFont]
    parts: list[PageGlyphs | PagePath] = field(default_factory=list)
    _state: _GraphicsState = field(default_factory=_GraphicsState)
    _states: list[_GraphicsState] = field(default_factory=list)
    _font: _EmbeddedFont | None = None
    _size: float = 0.0
    _text_matrix: Matrix = IDENTITY
    _path: list[tuple[str, tuple[float, ...]]] = field(default_factory=list)
    _actual_text: str | None = None  # of the glyphs that follow

    def read(self, content: bytes) -> None:
        """Read a content stream, and add its glyphs and paths to ``parts``."""
        operands: list[Any] = []
        array: list[Any] | None = None
        for name, string, digits, bracket, number, operator, other in _TOKEN.findall(content):
            if operator:
                self._execute(operator.decode(), operands)
                operands = []
            elif bracket == b"[":
                array = []
            elif bracket == b"]":
                operands.append(array)
                array = None
            elif bracket:
                continue
            elif other:
                raise TypstError(f"unknown syntax {other!r}")
            else:
                value: Any = (
                    float(number)
                    if number
                    else _unescape(string)
                    if string
                    else name.decode()
                    if name
                    else bytes.fromhex(digits.decode())
                )
                (operands if array is None else array).append(value)

    def _execute(self, operator: str, operands: list[Any]) -> None:
        if operator in _IGNORED:
            return
        state = self._state
        match operator:
            case "q":
                self._states.append(state)
                self._state = replace(state)
            case "Q":
                self._state = self._states.pop()
            case "cm":
                state.matrix = multiply_matrices(operands, state.matrix)
            case "scn":
                state.fill = _read_colour(operands)
            case "Tf":
                self._font, self._size = self.fonts[operands[0]], operands[1]
            case "BT":
                self._text_matrix = IDENTITY
            case "Tm":
                self._text_matrix = tuple(operands)
            case "Tj" | "TJ":
                self._show_text(operands[0] if operator == "TJ" else operands)
            case "m" | "l" | "c" | "h":
                self._path.append((operator, tuple(operands)))
            case "re":
                x, y, width, height = operands
                corners = ((x + width, y), (x + width, y + height), (x, y + height))
                self._path += [("m", (x, y)), *(("l", corner) for corner in corners), ("h", ())]
            case "n":
                self._path = []
            case "SCN":
                state.stroke = _read_colour(operands)
            case "w":
                state.width = operands[0]
            case "J":
                state.cap = int(operands[0])
            case "j":
                state.join = int(operands[0])
            case "d":
                state.dashes = tuple(operands[0])
            case "BDC" if "ActualText" in operands:
                text = operands[operands.index("ActualText") + 1]
                is_unicode = text.startswith(b"\xfe\xff")
                self._actual_text = text[2:].decode("utf-16-be") if is_unicode else text.decode("latin-1")
            case "EMC":
                self._actual_text = None
            case _ if operator in _FILLS or operator in _STROKES:
                self._paint(operator)
            case _ if operator not in ("BDC", "BMC"):
                raise TypstError(f"unknown operator {operator}")

    def _show_text(self, shown: Sequence[float | bytes]) -> None:
        font, state = self._font, self._state
        a, b, c, d, x, y = multiply_matrices(self._text_matrix, state.matrix)
        if font is None or b or c or a <= 0 or abs(a - d) > 1e-6:
            raise TypstError("rotated text")
        size, pen = self._size * a, 0.0
        glyphs: list[PlacedGlyph] = []
        top, bottom = float("inf"), float("-inf")
        y = self.height - y
        for part in shown:
            if isinstance(part, float):
                pen -= part / 1000 * size
                continue
            for place in range(0, len(part), 2):
                code = int.from_bytes(part[place : place + 2], "big")
                glyph, text = font.find_glyph(code), font.texts.get(code, "")
                if self._actual_text is not None:  # of the first glyph, such as a part of a bracket
                    text, self._actual_text = self._actual_text, ""
                if glyph is None:
                    self._draw_glyph(font, code, size, x + pen, y)
                elif font.full is not None:
                    glyphs.append(PlacedGlyph(glyph, pen, make_upright(text)))
                    high, low = font.full.measure_extents(glyph)
                    top, bottom = min(top, y - high * size), max(bottom, y - low * size)
                pen += font.measure_advance(code) * size
        if glyphs and font.full is not None:
            self.parts.append(
                PageGlyphs(font.full.name, size, x, y, state.fill, tuple(glyphs), pen, top, bottom)
            )

    def _draw_glyph(self, font: _EmbeddedFont, code: int, size: float, x: float, y: float) -> None:
        """Draw the outline of a glyph of a face that the book cannot embed."""
        scale = size / font.subset.face.upem
        matrix = (scale, 0.0, 0.0, scale, x, self.height - y)
        letters = {"M": "m", "L": "l", "C": "c", "Z": "h"}
        self._path = [
            (letters[letter], tuple(points)) for letter, *points in _cubic(read_outline(font.subset, code))
        ]
        if self._path:
            self._add_path(matrix, self._state.fill, "none", is_even_odd=False)

    def _paint(self, operator: str) -> None:
        if operator in ("s", "b", "b*"):
            self._path.append(("h", ()))
        fill = self._state.fill if operator in _FILLS else "none"
        stroke = self._state.stroke if operator in _STROKES else "none"
        self._add_path(self._state.matrix, fill, stroke, is_even_odd=operator.endswith("*"))

    def _add_path(self, matrix: Matrix, fill: str, stroke: str, *, is_even_odd: bool) -> None:
        state = self._state
        a, b, c, d, e, f = matrix
        xs: list[float] = []
        ys: list[float] = []
        commands: list[tuple[str, tuple[float, ...]]] = []
        for operator, operands in self._path:
            points: list[float] = []
            for x, y in zip(operands[::2], operands[1::2], strict=True):
                points += (a * x + c * y + e, self.height - (b * x + d * y + f))
            xs += points[::2]
            ys += points[1::2]
            commands.append(("Z" if operator == "h" else operator.upper(), tuple(points)))
        self._path = []
        scale = abs(a * d - b * c) ** 0.5
        edge = state.width * scale / 2 if stroke != "none" else 0.0
        self.parts.append(
            PagePath(
                tuple(commands),
                fill,
                stroke,
                (min(xs) - edge, min(ys) - edge, max(xs) + edge, max(ys) + edge),
                state.width * scale,
                state.cap,
                state.join,
                tuple(length * scale for length in state.dashes),
                is_even_odd,
            )
        )


def make_upright(text: str) -> str:
    """Return text with plain letters for italic mathematical ones, and without variation selectors."""
    return "".join(
        unicodedata.normalize("NFKC", letter) if _ITALIC.search(unicodedata.name(letter, "")) else letter
        for letter in text
        if not "\ufe00" <= letter <= "\ufe0f"
    )


def _cubic(outline: Sequence[Any]) -> Iterator[Any]:
    """Yield the commands of an outline with cubic curves instead of quadratic ones."""
    here = (0.0, 0.0)
    for letter, *points in outline:
        if letter == "Q":
            (x, y), end = points[:2], points[2:]
            first = [a + 2 * (b - a) / 3 for a, b in zip(here, (x, y), strict=True)]
            second = [a + 2 * (b - a) / 3 for a, b in zip(end, (x, y), strict=True)]
            yield ("C", *first, *second, *end)
        else:
            yield (letter, *points)
        here = tuple(points[-2:]) if points else here


def _unescape(string: bytes) -> bytes:
    """Return the bytes of a literal string (ISO 32000-1, 7.3.4.2)."""
    inner = string[1:-1]
    if b"\\" not in inner:
        return inner

    def decode(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes((int(code, 8) & 255,)) if code.isdigit() else _ESCAPES.get(code, code)

    return _ESCAPE.sub(decode, inner)


def _read_colour(operands: Sequence[Any]) -> str:
    """Return a colour as hexadecimal digits; black in DeviceGray, Typst's default, is inherited."""
    values = [value for value in operands if isinstance(value, float)]
    if len(values) == 1:
        return INHERITED if not values[0] else "#" + f"{round(values[0] * 255):02x}" * 3
    if len(values) == 3:
        return "#" + "".join(f"{round(value * 255):02x}" for value in values)
    raise TypstError("an unknown colour space")
