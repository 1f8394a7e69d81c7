"""List the output formats with their names and properties.

The functions that write and check each format are in ``triptych/outputs/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

OutputFormat: TypeAlias = Literal["pdf", "epub", "pptx", "onix"]
_RASTER = ("png", "jpg", "jpeg", "webp", "gif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """The names and properties of an output format.

    ``label`` is the name in messages, and ``progress`` the message shown while the output is written.
    ``words`` are the names in conditions, including those of Quarto. ``picture_endings`` are the extensions
    tried for an image path without extension, in order of preference. ``paged`` formats have page numbers
    that other outputs may refer to. ``slides`` formats contain the talk instead of the whole book.
    ``own_fonts`` formats can only show characters of embedded fonts. A ``record`` format contains metadata
    but no text. Writing a ``quick`` format takes less time than reading the source.
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
    """Return the output format with a name used in conditions, or None if the name is unknown."""
    return next((name for name, form in FORMATS.items() if word in form.words), None)
