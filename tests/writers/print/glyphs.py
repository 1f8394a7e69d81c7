"""Find the positions of words on finished pages by means of PDFium's glyphs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box in points from the bottom left corner of its page."""

    character: str
    left: float
    bottom: float
    right: float
    top: float


def pages_of(data: bytes) -> list[list[Glyph]]:
    """Return the glyphs of each page in file order, including spaces."""
    with pypdfium2.PdfDocument(data) as document:
        return [list(_glyphs(page.get_textpage())) for page in document]


def _glyphs(text: pypdfium2.PdfTextPage) -> Iterator[Glyph]:
    text_range = text.get_text_range()
    for index in range(text.count_chars()):
        yield Glyph(text.get_text_range(index, 1) or text_range[index], *text.get_charbox(index))


def lines_of(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Return glyphs in lines from the top: a line ends if the next glyph is lower or far to the left."""
    inked = [glyph for glyph in glyphs if glyph.right > glyph.left and not glyph.character.isspace()]
    lines: list[list[Glyph]] = [[]]
    for before, glyph in pairwise([inked[0], *inked] if inked else []):
        lower = glyph.top < before.bottom or glyph.bottom > before.top
        if lines[-1] and (lower or glyph.left < before.left - 2):
            lines.append([])
        lines[-1].append(glyph)
    return lines


def words(line: list[Glyph]) -> str:
    """Return the characters of a line, without its spaces."""
    return "".join(glyph.character for glyph in line)
