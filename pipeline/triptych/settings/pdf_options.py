"""The ``format: pdf:`` section of the manifest: paper, margins, and what a press asks for.

Lengths are written with their unit, as ``170mm`` or ``6.14in``, and kept in points.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AliasChoices, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from triptych.settings.strict import Strict

_UNITS = {"mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "pt": 1.0}
_WRITTEN = r"^\s*(\d+(\.\d*)?|\.\d+)\s*(mm|cm|in|pt)\s*$"
_MM = _UNITS["mm"]
_NARROWEST_TEXT, _LOWEST_TEXT = 50 * _MM, 60 * _MM

PaperName: TypeAlias = Literal["a4", "a5", "letter", "6x9"]
NAMED_SIZES: Mapping[str, tuple[str, str]] = {
    "a4": ("210mm", "297mm"),
    "a5": ("148mm", "210mm"),
    "letter": ("8.5in", "11in"),
    "6x9": ("6in", "9in"),
}


def points(written: str) -> float | None:
    """A length in points; None for what is no length."""
    match = re.match(_WRITTEN, written)
    return float(match[1]) * _UNITS[match[3]] if match else None


def _length(least: float, most: float) -> Any:
    """A length between two numbers of millimetres."""

    def read(value: object) -> float:
        found = points(value) if isinstance(value, str) else None
        if found is None:
            raise PydanticCustomError("length", "write a length with its unit, such as 6mm or 0.25in")
        if not least * _MM <= found <= most * _MM:
            bounds = {"least": f"{least:g}", "most": f"{most:g}"}
            raise PydanticCustomError("length", "from {least}mm to {most}mm can be set", bounds)
        return found

    written: Any = Annotated[str, Field(pattern=_WRITTEN)]
    return Annotated[float, BeforeValidator(read, json_schema_input_type=written)]


PaperSide: TypeAlias = _length(80, 1200)  # type: ignore[valid-type]
Margin: TypeAlias = _length(5, 300)  # type: ignore[valid-type]
Bleed: TypeAlias = _length(0, 20)  # type: ignore[valid-type]


class SizeEntry(Strict):
    """A size of paper."""

    width: PaperSide
    """The width of a page, such as 170mm."""
    height: PaperSide
    """The height of a page, such as 240mm."""


class MarginsEntry(Strict):
    """Margins; those that are not named follow from the page's size."""

    top: Margin | None = None
    """The margin over the text, such as 20mm."""
    bottom: Margin | None = None
    """The margin under the text, such as 24mm."""
    inner: Margin | None = None
    """The margin at the spine, such as 18mm."""
    outer: Margin | None = None
    """The margin at the outer edge, such as 22mm."""


def named_size(name: str) -> SizeEntry:
    """The size of a paper that has a name."""
    width, height = NAMED_SIZES[name]
    return SizeEntry.model_validate({"width": width, "height": height})


def _paper(value: object) -> object:
    """A paper's name stands for its size."""
    if isinstance(value, Mapping | SizeEntry) or value is None:
        return value
    if not isinstance(value, str) or value not in NAMED_SIZES:
        message = "input should be 'a4', 'a5', 'letter' or '6x9', or a width and a height"
        raise PydanticCustomError("paper", message)
    return named_size(value)


class PdfOptions(Strict):
    """The ``format: pdf:`` section; ``lof``, ``lot``, ``lol``: lists of figures, tables, listings."""

    content: Literal["book", "handout", "script"] = "book"
    """What is printed: the book, or the slides with what is said, as `--profile handout` and `script` do."""
    hidden_slides: bool = True
    """Whether a handout has the deck's hidden slides behind the others."""
    page_size: Annotated[
        SizeEntry | None, BeforeValidator(_paper, json_schema_input_type=PaperName | SizeEntry | None)
    ] = None
    """The paper: a4, a5, letter, 6x9 (inches), or a width and a height; by default the theme's."""
    margins: MarginsEntry | None = None
    """The margins, where they are not to follow from the page's size."""
    bleed: Bleed = 0.0
    """How far pictures and colours reach over the edge where paper is cut, such as 3mm."""
    crop_marks: bool = False
    """Whether marks beside the page show where paper is cut."""
    colour: Literal["rgb", "cmyk", "grey"] = Field(
        default="rgb", validation_alias=AliasChoices("colour", "color")
    )
    """The inks: rgb for screens, cmyk for four-colour print, grey for black ink alone."""
    standard: Literal["pdf/ua", "pdf/x-4"] = "pdf/ua"
    """What the file keeps to: pdf/ua for readers and archives, pdf/x-4 for printers."""
    image_dpi: int = Field(default=300, ge=96, le=1200)
    """How fine pictures made of dots are at their printed size, in dots per inch."""
    toc_depth: int = Field(default=2, ge=1, le=4)
    """Levels of headings in the contents."""
    lof: bool = False
    """Whether a list of figures follows the contents."""
    lot: bool = False
    """Whether a list of tables follows the contents."""
    lol: bool = False
    """Whether a list of listings follows the contents."""
    chart_data: bool = True
    """Whether the numbers of all charts stand as tables behind the text."""

    attach_data: bool = False
    """Whether the numbers of each chart go with the file, as CSV that spreadsheets open."""

    @field_validator("margins")
    @classmethod
    def _leave_room(cls, margins: MarginsEntry | None, info: ValidationInfo) -> MarginsEntry | None:
        """Margins are for a page whose size is known, and leave room for its text."""
        size: SizeEntry | None = info.data.get("page_size")
        if margins is None or "page_size" not in info.data:
            return margins
        if size is None:
            raise PydanticCustomError("margins", "name the page-size that these margins are for")
        if size.width - (margins.inner or 0) - (margins.outer or 0) < _NARROWEST_TEXT:
            raise PydanticCustomError("margins", "inner and outer leave less than 50mm for the text")
        if size.height - (margins.top or 0) - (margins.bottom or 0) < _LOWEST_TEXT:
            raise PydanticCustomError("margins", "top and bottom leave less than 60mm for the text")
        return margins

    @field_validator("standard")
    @classmethod
    def _print_in_inks(cls, standard: str, info: ValidationInfo) -> str:
        """Printers' files have no colours of screens (ISO 15930-7, 6.2)."""
        if standard == "pdf/x-4" and info.data.get("colour") == "rgb":
            raise PydanticCustomError("standard", "pdf/x-4 goes with colour: cmyk or grey")
        return standard
