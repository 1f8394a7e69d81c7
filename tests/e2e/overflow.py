"""Find text that overflows its shape, and overlapping frames: compare each rendered glyph with its shape."""

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
"""Points by which ink may exceed its shape: a swash, an accent, a rounded width."""
SHORTEST_WORD = 4
"""Minimum length of a word that is searched on its own if its piece of text was not found as a whole."""


def pptx_overflow(path: Path, fontconfig: Path | None = None) -> list[Finding]:
    """Return findings for a deck, rendered with the given fontconfig file.

    Text outside its shape or the slide and overlapping frames are errors; text that is not found is a
    warning. Hidden slides are included. Automatic fitting is turned off first: LibreOffice fits text when it
    opens a deck, PowerPoint does not; a box that relies on it is therefore an error.
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
    """Return the worst finding for each shape of a slide.

    Arguments are the slide number, the shapes with their boxes, the glyphs, and the slide size.
    """
    content = f"slide {number}"
    inks: dict[int, list[Box]] = {}
    worst: dict[int, tuple[float, str, str]] = {}
    pieces = sorted(placed_texts(shapes, number), key=lambda piece: -len(folded(piece.text)))
    # Whole pieces come first: single words of a piece with missing glyphs must not take theirs.
    inks_of_pieces = [page.claim(piece.text, piece.box) for piece in pieces]
    for piece, ink in zip(pieces, inks_of_pieces, strict=True):
        result = [ink] if ink else claim_words(piece, page)
        if not result:
            place = f"{content}, {piece.name}"
            if any(
                map(str.isalnum, piece.text)
            ):  # LibreOffice writes symbols in code, such as :::, as ligatures
                yield Finding("overflow", "WARNING", "text-not-found", piece.text[:60], place)
            continue
        inks.setdefault(piece.shape, []).extend(result)
        distance, side = max(ink.beyond(piece.box) for ink in result)
        if distance > SHAPE_TOLERANCE:
            known = worst.get(piece.shape, (0.0, "", ""))
            worst[piece.shape] = max(known, (distance, side, piece.text[:40]))
    for shape, (distance, side, text) in worst.items():
        message = f"{distance:.1f} pt {side} its shape: {text}"
        yield Finding(
            "overflow", "ERROR", "text-beyond-shape", message, f"{content}, {shapes[shape][0].name}"
        )
    if stray := page.outside(frame):
        letters, ink = stray
        distance, side = ink.beyond(frame)
        message = f"{len(letters)} letters, up to {distance:.1f} pt {side}: {letters[:40]}"
        yield Finding("overflow", "ERROR", "text-beyond-slide", message, content)
    yield from overlaps(content, shapes, inks, frame)


def claim_words(piece: Placed, page: Page) -> list[Box]:
    """Return the ink of those words of a piece of text that are found on the page."""
    words = [word for word in piece.text.split() if len(folded(word)) >= SHORTEST_WORD]
    return [ink for word in words if (ink := page.claim(word, piece.box))]
