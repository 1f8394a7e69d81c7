"""Where everything stands on rendered slides: the boxes of shapes, and the ink of the text in them.

A PDF does not say which shape a glyph came from. So each piece of a shape's text is looked up in the page's
glyphs, longest first; where it occurs more than once, the place that fits the shape best is taken.
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
"""Unicode's names for spaces, control characters and dashes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points from the slide's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def beyond(self, outer: Box) -> tuple[float, str]:
        """Outer box → points by which this one leaves it (negative: room left), and where."""
        return max(
            (self.bottom - outer.bottom, "below"),
            (self.right - outer.right, "right"),
            (outer.top - self.top, "above"),
            (outer.left - self.left, "left"),
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of text and the shape that should hold it, by its number among those of the slide."""

    shape: int
    name: str
    box: Box
    text: str


class Page:
    """The glyphs of one rendered slide, to be claimed piece by piece."""

    def __init__(self, glyphs: Iterable[tuple[str, Box]]) -> None:
        self._glyphs = [(letter, box) for character, box in glyphs for letter in folded(character)]
        self._text = "".join(letter for letter, _ in self._glyphs)
        self._free = [True] * len(self._glyphs)

    def claim(self, text: str, shape: Box) -> Box | None:
        """Text, shape → ink of the text where it fits the shape best; None if it is nowhere on the slide."""
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
        """The slide's box → letters whose ink leaves it, and their common box."""
        beyond = [(letter, box) for letter, box in self._glyphs if box.beyond(slide)[0] > SLIDE_TOLERANCE]
        return ("".join(letter for letter, _ in beyond), hull(box for _, box in beyond)) if beyond else None


def folded(text: str) -> str:
    """Text → what of it is the same in a slide and in a PDF: no case, ligatures, spaces or hyphens.

    pdfium reports the hyphen at the end of a line as a control character.
    """
    letters = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in letters if unicodedata.category(letter) not in UNCOMPARED)


def occurrences(key: str, text: str) -> Iterator[int]:
    """Every place of a non-empty key in the text, overlapping ones too."""
    start = text.find(key) if key else -1
    while start >= 0:
        yield start
        start = text.find(key, start + 1)


def hull(boxes: Iterable[Box]) -> Box:
    """One or more boxes → the smallest one around them all."""
    edges = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    left, top, right, bottom = zip(*edges, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def without_autofit(source: Path, target: Path) -> None:
    """Deck → its copy in which no slide is hidden, and no slide, layout or master fits text by itself.

    It is shown in the fonts that are there, not in those that it brings.
    """
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("ppt/slide") and item.filename.endswith(".xml"):
                data = HIDDEN.sub(rb"\1", AUTOFIT.sub(b"<a:noAutofit/>", data))
            if item.filename == "ppt/presentation.xml":
                data = data.replace(b' embedTrueTypeFonts="1"', b"")
            new.writestr(item.filename, data)


def rendered_pages(pdf: Path) -> Iterator[tuple[Page, Box]]:
    """PDF → for each page its glyphs and its size; glyphs without ink are left out."""
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
    """Shapes with boxes, the number of their slide → each piece of text in them."""
    for index, (shape, box) in enumerate(shapes):
        for paragraph in shape._element.iter(DRAWING + "p"):
            for text in pieces(paragraph, number):
                if folded(text):
                    yield Placed(index, shape.name, box, text)


def placed_shapes(slide: Any) -> Iterator[tuple[Any, Box]]:
    """Slide → all its shapes but groups, with boxes: of alternatives what LibreOffice shows, the last.

    The slide is changed.
    """
    tree = slide.shapes._spTree
    for choice in list(tree.iterchildren(ALTERNATE)):
        tree.replace(choice, choice[-1][0])
    return _placed(slide.shapes)


def _placed(
    shapes: Iterable[Any], scale: float = 1, dx: float = 0, dy: float = 0
) -> Iterator[tuple[Any, Box]]:
    """Shapes, the way from their units to the slide's EMU (x · scale + dx) → all but groups, with boxes."""
    for shape in shapes:
        if shape.left is None or shape.width is None:
            continue  # A frame without a place of its own or of its layout is not drawn.
        left, top = shape.left * scale + dx, shape.top * scale + dy
        width, height = shape.width * scale, shape.height * scale
        if hasattr(shape, "shapes"):
            inner = shape._element.grpSpPr.find(DRAWING + "xfrm")
            origin, extent = inner.find(DRAWING + "chOff"), inner.find(DRAWING + "chExt")
            # PowerPoint scales both ways alike in all but stretched groups, which we do not write.
            ratio = width / int(extent.get("cx")) if int(extent.get("cx")) else 1.0
            x, y = int(origin.get("x")), int(origin.get("y"))
            yield from _placed(shape.shapes, ratio, left - x * ratio, top - y * ratio)
        else:
            yield shape, turned(left, top, width, height, getattr(shape, "rotation", 0.0))


def turned(left: float, top: float, width: float, height: float, degrees: float) -> Box:
    """Upper left corner and size in EMU, rotation about the centre → the box around it, in points."""
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    x, y = left + width / 2, top + height / 2
    half_width, half_height = (width * cos + height * sin) / 2, (width * sin + height * cos) / 2
    edges = (x - half_width, y - half_height, x + half_width, y + half_height)
    return Box(*(edge / EMU_PER_POINT for edge in edges))


def pieces(paragraph: Any, number: int) -> Iterator[str]:
    """Paragraph, number of its slide → its texts as shown: the slide's number for that field, no date.

    A formula parts the text, since a renderer may draw it in its own place in the order of glyphs.
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
