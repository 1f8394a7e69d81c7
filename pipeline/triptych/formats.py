"""Describe the output formats: what each is called and how it differs from the others.

How a format is written and checked is in ``triptych/outputs/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

OutputFormat: TypeAlias = Literal["pdf", "epub", "pptx", "onix"]
_RASTER = ("png", "jpg", "jpeg", "webp", "gif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """The names and traits of an output format.

    ``label`` names it in messages, ``progress`` while it is written. ``words`` are its names in conditions,
    those of Quarto included. ``picture_endings`` are tried for an image without a file name extension, the
    best first. ``paged`` formats have page numbers that others may refer to; ``slides`` show the talk and not
    the whole book; ``own_fonts`` show no character that the embedded fonts lack; a ``record`` holds metadata
    and no text. ``quick`` formats are written in less time than the source takes to read.
    """

    label: str
    progress: str
    media_type: str
    words: tuple[str, ...]
    file_ending: str
    picture_endings: tuple[str, ...] = ("svg", *_RASTER, "pdf")
    paged: bool = False
    slides: bool = False
    own_fonts: bool = False
    record: bool = False
    quick: bool = False


FORMATS: Mapping[OutputFormat, Format] = {
    "pdf": Format(
        label="the PDF",
        progress="Laying out the PDF",
        media_type="application/pdf",
        words=("pdf", "print", "latex", "typst"),
        file_ending="pdf",
        # Other formats need pixels of a PDF page, for which the author's own raster image is better.
        picture_endings=("svg", "pdf", *_RASTER),
        paged=True,
        own_fonts=True,
    ),
    "epub": Format(
        label="the EPUB",
        progress="Writing the EPUB",
        media_type="application/epub+zip",
        words=("epub", "html", "ebook"),
        file_ending="epub",
        quick=True,
    ),
    "pptx": Format(
        label="the deck",
        progress="Laying out the deck",
        media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
        words=("pptx", "slides", "deck", "powerpoint"),
        file_ending="pptx",
        slides=True,
    ),
    "onix": Format(
        label="the ONIX record",
        progress="Writing the ONIX record",
        media_type="application/xml",
        words=(),
        file_ending="onix.xml",
        picture_endings=(),
        record=True,
    ),
}
# The formats that show the book. A build can write all keys of FORMATS.
BOOK_FORMATS: tuple[OutputFormat, ...] = tuple(name for name, form in FORMATS.items() if not form.record)


def find_format(word: str) -> OutputFormat | None:
    """Return the format that a word in a condition means, None for unknown words."""
    return next((name for name, form in FORMATS.items() if word in form.words), None)
