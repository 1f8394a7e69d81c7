"""Measure the contrast of text in a rendered deck with the pixels around its letters."""

from __future__ import annotations

import ctypes
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triptych.theme.colours import compute_luminance_contrast, compute_relative_luminance

from .placement import without_autofit
from .rendering import office_to_pdf
from .validators import required

SCALE = 1.5
"""Pixels per point."""
CROSSED = 0.15
"""Fraction of the background that may have less contrast, where a line or an edge crosses the text."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of painted text, and its contrast with the background."""

    slide: int
    text: str
    colour: tuple[int, int, int]
    contrast: float


def painted_spans(path: Path, fontconfig: Path | None = None) -> list[Span]:
    """Return all pieces of text with letters or digits in a PPTX file, also on hidden slides.

    The deck is rendered with the given fontconfig file.
    """
    with tempfile.TemporaryDirectory(prefix="legibility-") as folder:
        plain = Path(folder) / "deck.pptx"
        without_autofit(path, plain)
        return list(spans_of(office_to_pdf(plain, Path(folder), fontconfig)))


def spans_of(pdf: Path) -> Iterator[Span]:
    """Return the pieces of text of a PDF."""
    pdfium, raw = required("pypdfium2", "pypdfium2"), required("pypdfium2.raw", "pypdfium2")
    document = pdfium.PdfDocument(pdf)
    try:
        for number, page in enumerate(document, 1):
            texts = page.get_textpage()
            items = [
                (item, _text(raw, item, texts), _colour(raw, item), item.get_bounds())
                for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1)
            ]
            texts.close()
            height = page.get_height()
            for item, *_ in items:
                page.remove_obj(item)
            page.gen_content()
            ground = page.render(scale=SCALE).to_pil().convert("RGB")
            for _, text, colour, (left, bottom, right, top) in items:
                box = [round(side * SCALE) for side in (left, height - top, right, height - bottom)]
                inside = max(box[0], 0), max(box[1], 0), min(box[2], ground.width), min(box[3], ground.height)
                if any(map(str.isalnum, text)) and inside[0] < inside[2] and inside[1] < inside[3]:
                    yield Span(number, text, colour, _contrast(colour, ground.crop(inside)))
    finally:
        document.close()


def _text(raw: Any, item: Any, texts: Any) -> str:
    size = raw.FPDFTextObj_GetText(item, texts, None, 0)
    buffer = ctypes.create_string_buffer(size * 2)
    raw.FPDFTextObj_GetText(item, texts, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw.decode("utf-16-le", "replace").partition("\0")[0].strip()


def _colour(raw: Any, item: Any) -> tuple[int, int, int]:
    channels = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(item, *map(ctypes.byref, channels))
    red, green, blue, _ = (channel.value for channel in channels)
    return red, green, blue


def _contrast(colour: tuple[int, int, int], ground: Any) -> float:
    relative_luminance = compute_relative_luminance(*colour)
    counted = ground.getcolors(ground.width * ground.height)
    result = sorted(
        (compute_luminance_contrast(relative_luminance, compute_relative_luminance(*pixel)), count)
        for count, pixel in counted
    )
    left = CROSSED * ground.width * ground.height
    for value, count in result:
        left -= count
        if left < 0:
            return value
    return result[-1][0]
