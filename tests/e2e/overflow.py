"""Text that does not fit, and frames over one another: a deck is rendered, and each glyph's ink is held against
the shape it belongs to.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pptx import Presentation

from .overlap import overlaps
from .placement import Box, Page, Placed, folded, placed_shapes, placed_texts, rendered_pages, without_autofit
from .rendering import ToolFailed, office_to_pdf
from .validators import Finding

SHAPE_TOLERANCE = 2.0
"""Points of ink outside its shape that are no fault: a swash, an accent, a rounded measure."""
SHORTEST_WORD = 4
"""Letters that a word needs to be looked up alone, when the piece it stands in was not found as a whole."""


def pptx_overflow(path: Path, fontconfig: Path | None = None) -> list[Finding]:
    """PPTX, fonts.conf to render with → text beyond its shape or the slide, frames over one another (ERROR),
    text that is not found (WARNING).

    Hidden slides are looked at as well. Every automatic fit is turned off first: LibreOffice fits again on
    opening, PowerPoint does not, so a box that relies on it is a fault.
    """
    with tempfile.TemporaryDirectory(prefix="overflow-") as folder:
        plain = Path(folder) / "deck.pptx"
        without_autofit(path, plain)
        slides = list(Presentation(str(plain)).slides)
        pages = list(rendered_pages(office_to_pdf(plain, Path(folder), fontconfig))) if slides else []
    if len(pages) != len(slides):
        raise ToolFailed(f"{path.name}: of {len(slides)} slides {len(pages)} were rendered")
    return [
        finding
        for number, (slide, (page, frame)) in enumerate(zip(slides, pages, strict=True), 1)
        for finding in slide_findings(number, list(placed_shapes(slide)), page, frame)
    ]


def slide_findings(
    number: int, shapes: Sequence[tuple[Any, Box]], page: Page, frame: Box
) -> Iterator[Finding]:
    """Number of the slide, its shapes with boxes, its glyphs, its size → findings, the worst for each shape."""
    where = f"slide {number}"
    inks: dict[int, list[Box]] = {}
    worst: dict[int, tuple[float, str, str]] = {}
    for piece in sorted(placed_texts(shapes, number), key=lambda piece: -len(folded(piece.text))):
        found = claimed(piece, page)
        if not found:
            place = f"{where}, {piece.name}"
            if any(
                map(str.isalnum, piece.text)
            ):  # LibreOffice writes signs of code as ligatures, such as :::
                yield Finding("overflow", "WARNING", "text-not-found", piece.text[:60], place)
            continue
        inks.setdefault(piece.shape, []).extend(found)
        distance, side = max(ink.beyond(piece.box) for ink in found)
        if distance > SHAPE_TOLERANCE:
            known = worst.get(piece.shape, (0.0, "", ""))
            worst[piece.shape] = max(known, (distance, side, piece.text[:40]))
    for shape, (distance, side, text) in worst.items():
        message = f"{distance:.1f} pt {side} its shape: {text}"
        yield Finding("overflow", "ERROR", "text-beyond-shape", message, f"{where}, {shapes[shape][0].name}")
    if stray := page.outside(frame):
        letters, ink = stray
        distance, side = ink.beyond(frame)
        message = f"{len(letters)} letters, up to {distance:.1f} pt {side}: {letters[:40]}"
        yield Finding("overflow", "ERROR", "text-beyond-slide", message, where)
    yield from overlaps(where, shapes, inks, frame)


def claimed(piece: Placed, page: Page) -> list[Box]:
    """Text of a shape, the page's glyphs → ink of the whole, else of those of its words that are found."""
    if ink := page.claim(piece.text, piece.box):
        return [ink]
    words = [word for word in piece.text.split() if len(folded(word)) >= SHORTEST_WORD]
    return [ink for word in words if (ink := page.claim(word, piece.box))]
