"""List the output formats with their names and properties.

The functions that write and check each format are in ``triptych/outputs/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from triptych.extensions import ExtensionGroup, list_extension_names, load_extension, require_kind

OutputFormat: TypeAlias = Literal["pdf", "epub", "pptx", "onix"]
_RASTER = ("png", "jpg", "jpeg", "webp", "gif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """The names and properties of an output format.

    ``label`` is the name in messages, and ``progress_message`` is shown while the output is written.
    ``condition_names`` are the names that conditions can use, including those of Quarto. ``picture_endings``
    are the file extensions to try for an image path without extension, in order of preference.

    ``is_paged`` is true if the format has page numbers that other outputs may refer to, ``is_deck`` if it
    contains the talk instead of the whole book, and ``needs_embedded_fonts`` if it can show only characters
    of embedded fonts. ``is_record`` is true if it contains metadata but no text, and ``is_quick`` if writing
    it takes less time than reading the source.
    """

    label: str
    progress_message: str
    media_type: str
    condition_names: tuple[str, ...]
    file_extension: str
    picture_endings: tuple[str, ...] = ("svg", *_RASTER, "pdf")
    is_paged: bool = False
    is_deck: bool = False
    needs_embedded_fonts: bool = False
    is_record: bool = False
    is_quick: bool = False


class _Formats(dict[OutputFormat, Format]):
    """The built-in formats. Looking up another name loads the format from an extension."""

    def __missing__(self, name: OutputFormat) -> Format:
        form: Format = load_output_extension(name).own_format
        return form


_BUILT_IN_FORMATS: Mapping[OutputFormat, Format] = {
    "pdf": Format(
        label="the PDF",
        progress_message="Laying out the PDF",
        media_type="application/pdf",
        condition_names=("pdf", "print", "latex", "typst"),
        file_extension="pdf",
        # Other formats need a PDF page as pixels, for which the author's own raster image is better.
        picture_endings=("svg", "pdf", *_RASTER),
        is_paged=True,
        needs_embedded_fonts=True,
    ),
    "epub": Format(
        label="the EPUB",
        progress_message="Writing the EPUB",
        media_type="application/epub+zip",
        condition_names=("epub", "html", "ebook"),
        file_extension="epub",
        is_quick=True,
    ),
    "pptx": Format(
        label="the deck",
        progress_message="Laying out the deck",
        media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
        condition_names=("pptx", "slides", "deck", "powerpoint"),
        file_extension="pptx",
        is_deck=True,
    ),
    "onix": Format(
        label="the ONIX record",
        progress_message="Writing the ONIX record",
        media_type="application/xml",
        condition_names=(),
        file_extension="onix.xml",
        picture_endings=(),
        is_record=True,
    ),
}
FORMATS: Mapping[OutputFormat, Format] = _Formats(_BUILT_IN_FORMATS)
# The formats that show the book. A build can write all keys of FORMATS.
BOOK_FORMATS: tuple[OutputFormat, ...] = tuple(name for name, form in FORMATS.items() if not form.is_record)


def load_output_extension(name: str) -> Any:
    """Return the output (``outputs/base.py``) of an extension.

    Raise ``ExtensionError`` if it cannot be loaded or has no format of its own.
    """
    output = load_extension(ExtensionGroup.OUTPUTS, name)
    require_kind(ExtensionGroup.OUTPUTS, name, getattr(output, "own_format", output), Format)
    return output


def list_formats() -> tuple[OutputFormat, ...]:
    """Return the names of all formats in the order in which they are built, extensions last."""
    return (*FORMATS, *list_extension_formats())


def list_extension_formats() -> tuple[OutputFormat, ...]:
    """Return the names of the formats of installed extensions."""
    return cast(tuple[OutputFormat, ...], list_extension_names(ExtensionGroup.OUTPUTS))


def find_format(word: str) -> OutputFormat | None:
    """Return the output format with this name in conditions, or None if it is unknown."""
    return next((name for name, form in FORMATS.items() if word in form.condition_names), None)
