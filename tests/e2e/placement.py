"""Find the positions of shapes and of their text on rendered slides.

A PDF does not say to which shape a glyph belongs. Therefore each piece of a shape's text is searched in the
page's glyphs, longest first; if it occurs several times, the occurrence that fits the shape best is used.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .validators import required

SLIDE_TOLERANCE = 0.5
EMU_PER_POINT = 12700

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
AUTOFIT = re.compile(rb"<a:(normAutofit|spAutoFit)\b[^>]*?(/>|>\s*</a:\1>)")
HIDDEN = re.compile(rb'(<p:sld\b[^>]*) show="0"')
UNCOMPARED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Pd"})
"""Unicode categories of spaces, control characters and dashes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points from the slide's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def beyond(self, outer: Box) -> tuple[float, str]:
        """Return by how many points this box exceeds the outer box (negative: space left), and where."""
        return max(
            (self.bottom - outer.bottom, "below"),
            (self.right - outer.right, "right"),
            (outer.top - self.top, "above"),
            (outer.left - self.left, "left"),
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of text, with the index of its shape among those of the slide."""

    shape: int
    name: str
    box: Box
    text: str


class Page:
    """The glyphs of a rendered slide, which are assigned to pieces of text."""

    def __init__(self, glyphs: Iterable[tuple[str, Box]]) -> None:
        self._glyphs = [(letter, box) for character, box in glyphs for letter in folded(character)]
        self._text = "".join(letter for letter, _ in self._glyphs)
        self._free = [True] * len(self._glyphs)

    def claim(self, text: str, shape: Box) -> Box | None:
        """Return the ink of a text at its occurrence that fits the shape best, or None if it is not found."""
        key = folded(text)
        places = [
            (hull(box for _, box in self._glyphs[start : start + len(key)]), start)
            for start in occurrences(key, self._text)
            if all(self._free[start : start + len(key)])
        ]
        if not places:
            return None
        ink, start = min(places, key=lambda place: (place[0].beyond(shape), place[1]))
        self._free[start : start + len(key)] = [False] * len(key)
        return ink

    def outside(self, slide: Box) -> tuple[str, Box] | None:
        """Return the letters whose ink exceeds the slide's box, and their bounding box."""
        beyond = [(letter, box) for letter, box in self._glyphs if box.beyond(slide)[0] > SLIDE_TOLERANCE]
        return ("".join(letter for letter, _ in beyond), hull(box for _, box in beyond)) if beyond else None


def folded(text: str) -> str:
    """Normalise text for comparison between slide and PDF: without case, ligatures, spaces and hyphens.

    pdfium reports the hyphen at the end of a line as a control character.
    """
    letters = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in letters if unicodedata.category(letter) not in UNCOMPARED)


def occurrences(key: str, text: str) -> Iterator[int]:
    """Return all positions of a non-empty key in the text, including overlapping ones."""
    start = text.find(key) if key else -1
    while start >= 0:
        yield start
        start = text.find(key, start + 1)


def hull(boxes: Iterable[Box]) -> Box:
    """Return the bounding box of one or more boxes."""
    edges = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    left, top, right, bottom = zip(*edges, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def without_autofit(source: Path, target: Path) -> None:
    """Return a copy of a deck without hidden slides, automatic fitting and embedded fonts."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("ppt/slide") and item.filename.endswith(".xml"):
                data = HIDDEN.sub(rb"\1", AUTOFIT.sub(b"<a:noAutofit/>", data))
            if item.filename == "ppt/presentation.xml":
                data = data.replace(b' embedTrueTypeFonts="1"', b"")
            new.writestr(item.filename, data)


def rendered_pages(pdf: Path) -> Iterator[tuple[Page, Box]]:
    """Return the glyphs and the size of each page of a PDF; glyphs without ink are omitted."""
    pdfium, raw = required("pypdfium2", "pypdfium2"), required("pypdfium2.raw", "pypdfium2")
    document = pdfium.PdfDocument(pdf)
    try:
        for sheet in document:
            width, height = sheet.get_size()
            text = sheet.get_textpage()
            glyphs = []
            for index in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(index)
                if right > left and top > bottom:
                    character = chr(raw.FPDFText_GetUnicode(text, index))
                    glyphs.append((character, Box(left, height - top, right, height - bottom)))
            yield Page(glyphs), Box(0, 0, width, height)
    finally:
        document.close()


def placed_texts(shapes: Iterable[tuple[Any, Box]], number: int) -> Iterator[Placed]:
    """Return the pieces of text in shapes with boxes, given the number of the slide."""
    for index, (shape, box) in enumerate(shapes):
        for paragraph in shape._element.iter(DRAWING + "p"):
            for text in pieces(paragraph, number):
                if folded(text):
                    yield Placed(index, shape.name, box, text)


def placed_shapes(slide: Any) -> Iterator[tuple[Any, Box]]:
    """Return all shapes of a slide with their boxes, except groups; the last alternative, like LibreOffice.

    The slide is modified.
    """
    tree = slide.shapes._spTree
    for choice in list(tree.iterchildren(ALTERNATE)):
        tree.replace(choice, choice[-1][0])
    return _placed(slide.shapes)


def _placed(
    shapes: Iterable[Any], scale: float = 1, dx: float = 0, dy: float = 0
) -> Iterator[tuple[Any, Box]]:
    """Return all shapes with their boxes, except groups; scale and offset convert units to slide EMU."""
    for shape in shapes:
        if shape.left is None or shape.width is None:
            continue  # a frame without a position of its own or of its layout is not drawn
        left, top = shape.left * scale + dx, shape.top * scale + dy
        width, height = shape.width * scale, shape.height * scale
        if hasattr(shape, "shapes"):
            inner = shape._element.grpSpPr.find(DRAWING + "xfrm")
            origin, extent = inner.find(DRAWING + "chOff"), inner.find(DRAWING + "chExt")
            # PowerPoint scales both directions by the same factor, except for stretched groups, which we do
            # not write.
            ratio = width / int(extent.get("cx")) if int(extent.get("cx")) else 1.0
            x, y = int(origin.get("x")), int(origin.get("y"))
            yield from _placed(shape.shapes, ratio, left - x * ratio, top - y * ratio)
        else:
            yield shape, turned(left, top, width, height, getattr(shape, "rotation", 0.0))


def turned(left: float, top: float, width: float, height: float, degrees: float) -> Box:
    """Return the bounding box, in points, of a box in EMU that is rotated about its centre."""
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    x, y = left + width / 2, top + height / 2
    half_width, half_height = (width * cos + height * sin) / 2, (width * sin + height * cos) / 2
    edges = (x - half_width, y - half_height, x + half_width, y + half_height)
    return Box(*(edge / EMU_PER_POINT for edge in edges))


def pieces(paragraph: Any, number: int) -> Iterator[str]:
    """Return the displayed texts of a paragraph, with the slide number for its field, without the date.

    A formula divides the text, since a renderer may draw it at another position in the glyph order.
    """
    text = ""
    for child in paragraph:
        if child.tag == DRAWING + "fld":
            text += str(number) if child.get("type") == "slidenum" else ""
        elif child.tag == ALTERNATE:
            yield text
            text = ""
        elif child.tag == DRAWING + "br":
            text += " "
        else:
            text += "".join(node.text or "" for node in child.iter(DRAWING + "t"))
    yield text
