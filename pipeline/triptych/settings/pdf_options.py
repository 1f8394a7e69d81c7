"""Define the ``format: pdf:`` section: page size, margins and requirements of printing services.

Lengths are written with a unit, such as ``170mm`` or ``6.14in``, and stored in points.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from triptych.model.isbn import explain_isbn, parse_isbn
from triptych.settings.values import StrictModel

_UNITS = {"mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "pt": 1.0}
_LENGTH = r"^\s*(\d+(\.\d*)?|\.\d+)\s*(mm|cm|in|pt)\s*$"
_MM = _UNITS["mm"]
_MIN_TEXT_WIDTH, _MIN_TEXT_HEIGHT = 50 * _MM, 60 * _MM

PaperName: TypeAlias = Literal["a4", "a5", "letter", "6x9"]
NAMED_SIZES: Mapping[str, tuple[str, str]] = {
    "a4": ("210mm", "297mm"),
    "a5": ("148mm", "210mm"),
    "letter": ("8.5in", "11in"),
    "6x9": ("6in", "9in"),
}


def parse_points(text: str) -> float | None:
    """Convert a length such as ``170mm`` to points; return None if ``text`` is not a length."""
    match = re.match(_LENGTH, text)
    return float(match[1]) * _UNITS[match[3]] if match else None


def _make_length_type(minimum: float, maximum: float) -> Any:
    """Return a validator that parses a length and checks its bounds in millimetres."""

    def read(value: object) -> float:
        points = parse_points(value) if isinstance(value, str) else None
        if points is None:
            hint = f"add the unit: `{value}mm`" if re.fullmatch(r"[\d.]+", str(value)) else None
            message = "must be a length with a unit, such as 6mm or 0.25in"
            raise PydanticCustomError("length", message, {"hint": hint})
        if not minimum * _MM <= points <= maximum * _MM:
            bounds = {"least": f"{minimum:g}", "most": f"{maximum:g}"}
            raise PydanticCustomError("length", "must be from {least}mm to {most}mm", bounds)
        return points

    schema_type: Any = Annotated[str, Field(pattern=_LENGTH)]
    return Annotated[float, BeforeValidator(read, json_schema_input_type=schema_type)]


PaperSide: TypeAlias = _make_length_type(80, 1200)  # type: ignore[valid-type]
Margin: TypeAlias = _make_length_type(5, 300)  # type: ignore[valid-type]
Bleed: TypeAlias = _make_length_type(0, 20)  # type: ignore[valid-type]
Spine: TypeAlias = _make_length_type(0, 120)  # type: ignore[valid-type]
LeafThickness: TypeAlias = _make_length_type(0.03, 1)  # type: ignore[valid-type]
PaperKind: TypeAlias = Literal["white", "cream", "colour"]
PdfStandard: TypeAlias = Literal["pdf/ua", "pdf/x-4", "pdf/x-1a"]


class SizeEntry(StrictModel):
    """A size of paper."""

    width: PaperSide
    """Page width. Example: `170mm`, `6.14in`."""
    height: PaperSide
    """Page height. Example: `240mm`, `9.21in`."""


class MarginsEntry(StrictModel):
    """Page margins."""

    top: Margin | None = None
    """Top margin. Default: computed from the page size. Example: `20mm`."""
    bottom: Margin | None = None
    """Bottom margin. Default: computed from the page size. Example: `24mm`."""
    inner: Margin | None = None
    """Margin at the spine. Default: computed from the page size. Example: `18mm`."""
    outer: Margin | None = None
    """Margin at the outer edge. Default: computed from the page size. Example: `22mm`."""


def get_paper_size(name: str) -> SizeEntry:
    """Return the size of a paper format, given its name."""
    width, height = NAMED_SIZES[name]
    return SizeEntry.model_validate({"width": width, "height": height})


def _parse_page_size(value: object) -> object:
    if isinstance(value, Mapping | SizeEntry) or value is None:
        return value
    value = value.lower() if isinstance(value, str) else value
    if not isinstance(value, str) or value not in NAMED_SIZES:
        message = "must be a4, a5, letter, 6x9, or a width and a height"
        raise PydanticCustomError("paper", message, {"hint": _suggest_page_size(str(value))})
    return get_paper_size(value)


def _suggest_page_size(text: str) -> str:
    """Return a hint for correcting an invalid page size."""
    if named_size := next((name for name in NAMED_SIZES if re.search(rf"\b{name}\b", text)), None):
        return f"write `page-size: {named_size}`"
    sides = re.findall(r"(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)?", text)
    if len(sides) == len(("width", "height")):
        unit = next((unit for _, unit in reversed(sides) if unit), "mm")
        width, height = (f"{number}{unit_of_side or unit}" for number, unit_of_side in sides)
        return f"write `page-size: {{width: {width}, height: {height}}}`"
    return "for any other size, write the width and height: `page-size: {width: 297mm, height: 420mm}`"


def _parse_paper_thickness(value: object) -> object:
    """Convert the thickness of the paper to points. Paper names of the print service are left unchanged."""
    if value in ("white", "cream", "colour", "color", None, ""):
        return "colour" if value == "color" else value or None
    points = parse_points(value) if isinstance(value, str) else None
    if points is None or not 0.03 * _MM <= points <= _MM:
        message = "must be white, cream, colour, or the thickness of the paper, such as 0.1mm"
        raise PydanticCustomError("leaf", message)
    return points


def _check_isbn(isbn: str) -> str:
    """Check an ISBN and return it as written."""
    try:
        return isbn if not isbn or parse_isbn(isbn) else ""
    except ValueError as error:
        raise PydanticCustomError("isbn", "{reason}", explain_isbn(isbn, str(error))) from None


# The default options for a print service.
_SERVICE_DEFAULTS: Mapping[str, str] = {
    "cover": "separate",
    "colour": "cmyk",
    "pdf-standard": "pdf/x-1a",
    "stock": "uncoated",
}


class PdfOptions(StrictModel):
    """The ``format: pdf:`` section; ``lof``, ``lot``, ``lol``: lists of figures, tables, listings."""

    content: Literal["book", "handout", "script"] = "book"
    """Content of the PDF: the book, a handout of the slides or the speaker's script; `--profile handout`
    and `--profile script` set it. Default: book. Example: `handout`.
    """
    print_service: PrintServiceName = "none"
    """Printing service, kdp or ingramspark, whose requirements set the defaults. Default: none. Example:
    `kdp`.
    """
    hidden_slides: bool = True
    """Add the hidden slides to a handout. Default: true. Example: `false`."""
    page_size: Annotated[
        SizeEntry | None,
        BeforeValidator(_parse_page_size, json_schema_input_type=PaperName | SizeEntry | None),
    ] = None
    """Page size: a4, a5, letter, 6x9 (inches), or a width and a height. Default: the page size of the theme.
    Example: `a5`, `{width: 170mm, height: 240mm}`.
    """
    layout: Literal["text", "margin"] = "text"
    """Page layout: text, or margin for a column with side notes, footnotes and small figures. Default: text.
    Example: `margin`.
    """
    margins: MarginsEntry | None = None
    """Page margins; requires `page-size`. Default: computed from the page size. Example: `{inner: 20mm,
    outer: 15mm}`.
    """
    cover: Literal["inside", "separate"] = "inside"
    """Place of the cover: the first page, or a separate file with back cover, spine and front cover. Default:
    inside. Example: `separate`.
    """
    paper: Annotated[
        PaperKind | float | None, BeforeValidator(_parse_paper_thickness, json_schema_input_type=str | None)
    ] = None
    """Paper, which determines the width of the spine: white, cream or colour of the printing service, or
    the thickness of a sheet. Example: `cream`, `0.1mm`.
    """
    spine_width: Spine | None = None
    """Spine width from the printer. Default: computed from the paper and the page count. Example: `14mm`."""
    isbn: Annotated[str, AfterValidator(_check_isbn)] = ""
    """ISBN of the printed book, for the barcode on its back cover. Default: the book's ISBN. Example:
    `978-3-16-148410-0`.
    """
    bleed: Bleed = 0.0
    """Bleed beyond the trimmed page. Default: none. Example: `3mm`."""
    crop_marks: bool = False
    """Print crop marks outside the trimmed page. Default: false. Example: `true`."""
    colour: Literal["rgb", "cmyk", "grey"] = Field(
        default="rgb", validation_alias=AliasChoices("colour", "color")
    )
    """Colour space: rgb for screens, cmyk for four-colour printing, grey for black ink. Default: rgb.
    Example: `cmyk`.
    """
    stock: Literal["coated", "uncoated"] = "coated"
    """Paper stock of the output intent: coated or uncoated. Default: coated. Example: `uncoated`."""
    pdf_standard: PdfStandard = "pdf/ua"
    """PDF standard: pdf/ua for accessibility and archiving, pdf/x-4 or pdf/x-1a for printers. Default:
    pdf/ua. Example: `pdf/x-4`.
    """
    image_dpi: int = Field(default=300, ge=96, le=1200)
    """Maximum image resolution at the printed size, in pixels per inch. Default: 300. Example: `600`."""
    toc_depth: int = Field(default=2, ge=1, le=4)
    """Heading levels in the table of contents. Default: 2. Example: `1`."""
    lof: bool = False
    """Add a list of figures after the table of contents. Default: false. Example: `true`."""
    lot: bool = False
    """Add a list of tables after the table of contents. Default: false. Example: `true`."""
    lol: bool = False
    """Add a list of listings after the table of contents. Default: false. Example: `true`."""
    chart_data: bool = True
    """Print the data of all charts as tables at the end. Default: true. Example: `false`."""

    attach_data: bool = False
    """Attach the data of each chart as a CSV file. Default: false. Example: `true`."""

    @field_validator("margins")
    @classmethod
    def _check_margins(cls, margins: MarginsEntry | None, info: ValidationInfo) -> MarginsEntry | None:
        """Require a page size if margins are set, and check that the margins leave enough space for text."""
        size: SizeEntry | None = info.data.get("page_size")
        if margins is None or "page_size" not in info.data:
            return margins
        if size is None:
            raise PydanticCustomError("margins", "requires `page-size` under the same key")
        if size.width - (margins.inner or 0) - (margins.outer or 0) < _MIN_TEXT_WIDTH:
            raise PydanticCustomError(
                "margins", "the inner and outer margins leave less than 50mm for the text"
            )
        if size.height - (margins.top or 0) - (margins.bottom or 0) < _MIN_TEXT_HEIGHT:
            raise PydanticCustomError(
                "margins", "the top and bottom margins leave less than 60mm for the text"
            )
        return margins

    @field_validator("pdf_standard")
    @classmethod
    def _check_inks(cls, standard: str, info: ValidationInfo) -> str:
        """Require ink colours for PDF standards for print (ISO 15930-4, 6.2; ISO 15930-7, 6.2)."""
        if standard != "pdf/ua" and info.data.get("colour") == "rgb":
            raise PydanticCustomError(
                "standard", '"{standard}" requires `colour: cmyk` or `colour: grey`', {"standard": standard}
            )
        return standard

    @model_validator(mode="before")
    @classmethod
    def _apply_service_defaults(cls, values: Any) -> Any:
        """Use the requirements of the print service as defaults for unset options."""
        press = values.get("print-service") if isinstance(values, Mapping) else None
        if not isinstance(press, str) or press not in PRINT_SERVICES:
            return values
        set_keys = {"colour" if key == "color" else key for key in values}
        return {**values, **{key: value for key, value in _SERVICE_DEFAULTS.items() if key not in set_keys}}

    @field_validator("paper")
    @classmethod
    def _check_paper(cls, paper: str | float | None, info: ValidationInfo) -> str | float | None:
        """Reject paper names unless the print service publishes the thickness of its papers."""
        service = PRINT_SERVICES.get(info.data.get("print_service", "none"))
        if isinstance(paper, str) and not (service and paper in service.papers):
            reason = "a paper by name requires a `print-service` that publishes its thickness"
            if service:
                reason = f"{service.name} does not publish the thickness of this paper"
            hint = "give the thickness of the paper instead, for example `paper: 0.1mm`"
            raise PydanticCustomError("paper", "{reason}", {"reason": reason, "hint": hint})
        return paper

    @field_validator("page_size")
    @classmethod
    def _check_service_size(cls, size: SizeEntry | None, info: ValidationInfo) -> SizeEntry | None:
        service = PRINT_SERVICES.get(info.data.get("print_service", "none"))
        if service and size and not service.offers_size(size.width, size.height):
            context = {"name": service.name, "nearest": service.format_nearest_size(size.width, size.height)}
            raise PydanticCustomError(
                "size", "{name} does not offer this trim size; the nearest is {nearest}", context
            )
        return size

    @field_validator("bleed")
    @classmethod
    def _check_service_bleed(cls, bleed: float, info: ValidationInfo) -> float:
        """Return the bleed that the print service requires. Reject any other bleed except 0."""
        service = PRINT_SERVICES.get(info.data.get("print_service", "none"))
        if service and bleed and abs(bleed - service.bleed) > 0.5:
            context = {"name": service.name, "bleed": f"{service.bleed / 72:g}in"}
            raise PydanticCustomError("bleed", "{name} requires a bleed of {bleed}, or none", context)
        return service.bleed if service and bleed else bleed

    @field_validator("crop_marks")
    @classmethod
    def _check_crop_marks(cls, marks: bool, info: ValidationInfo) -> bool:
        """Reject crop marks for print services, which require PDFs without them."""
        service = PRINT_SERVICES.get(info.data.get("print_service", "none"))
        if service and marks:
            raise PydanticCustomError("marks", "{name} rejects files with crop marks", {"name": service.name})
        return marks

    @property
    def service(self) -> PrintService | None:
        """The print service, or None."""
        return PRINT_SERVICES.get(self.print_service)


PrintServiceName: TypeAlias = Literal["none", "kdp", "ingramspark"]
INCH = 72.0
_SIZE_TOLERANCE = 0.5  # points; sizes in millimetres are rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintService:
    """The requirements of a print service. Lengths are in points.

    ``min_size`` and ``max_size`` are the limits of custom trim sizes. ``gutters`` has pairs of a page count
    and the minimum inner margin of books with at most that many pages. ``papers`` maps a paper to the
    thickness of a page, which is half of a leaf, and the maximum page count. Text on the spine requires at
    least ``min_spine_pages`` pages, and a distance of ``spine_clearance`` from the edges of the spine.
    """

    name: str
    trim_sizes: tuple[tuple[float, float], ...]
    min_size: tuple[float, float]
    max_size: tuple[float, float]
    gutters: tuple[tuple[int, float], ...]
    safety_margin: float
    safety_margin_with_bleed: float
    min_pages: int
    max_pages: int
    min_spine_pages: int
    papers: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    bleed: float = 0.125 * INCH
    spine_clearance: float = 0.0625 * INCH
    needs_blank_last_page: bool = False
    total_ink: int = 0
    """The maximum total ink coverage in percent, or 0 if it depends on the paper."""

    def get_gutter(self, pages: int) -> float:
        """Return the minimum inner margin for a page count, in points."""
        return next((gutter for max_pages, gutter in self.gutters if pages <= max_pages), self.gutters[-1][1])

    def offers_size(self, width: float, height: float) -> bool:
        """Return whether the service offers a trim size (in points)."""
        is_custom = all(
            low - _SIZE_TOLERANCE <= side <= high + _SIZE_TOLERANCE
            for low, side, high in zip(self.min_size, (width, height), self.max_size, strict=True)
        )
        return is_custom or any(
            _compute_size_distance((width, height), size) <= _SIZE_TOLERANCE for size in self.trim_sizes
        )

    def format_nearest_size(self, width: float, height: float) -> str:
        """Format the standard trim size that is closest to a size in points, for example as "6in × 9in"."""
        size = min(self.trim_sizes, key=lambda size: _compute_size_distance((width, height), size))
        return " × ".join(f"{side / INCH:.4g}in" for side in size)


def _compute_size_distance(size: tuple[float, float], other_size: tuple[float, float]) -> float:
    return math.hypot(size[0] - other_size[0], size[1] - other_size[1])


def _parse_inches(sizes: str) -> tuple[tuple[float, float], ...]:
    """Parse sizes in inches, such as "5x8 6x9", to points."""
    sides = (size.split("x") for size in sizes.split())
    return tuple((float(width) * INCH, float(height) * INCH) for width, height in sides)


PRINT_SERVICES: Mapping[PrintServiceName, PrintService] = {
    "kdp": PrintService(
        name="KDP",
        trim_sizes=_parse_inches(
            "5x8 5.06x7.81 5.25x8 5.5x8.5 6x9 6.14x9.21 6.69x9.61 7x10 7.44x9.69 7.5x9.25 8x10 "
            "8.25x6 8.25x8.25 8.5x8.5 8.5x11 8.27x11.69"
        ),
        min_size=(4 * INCH, 6 * INCH),
        max_size=(8.5 * INCH, 11.69 * INCH),
        gutters=((150, 27.0), (300, 36.0), (500, 45.0), (700, 54.0), (828, 63.0)),
        safety_margin=0.25 * INCH,
        safety_margin_with_bleed=0.375 * INCH,
        min_pages=24,
        max_pages=828,
        min_spine_pages=79,
        papers={
            "white": (0.002252 * INCH, 828),
            "cream": (0.0025 * INCH, 776),
            "colour": (0.002347 * INCH, 828),  # premium colour; standard colour uses white paper
        },
    ),
    "ingramspark": PrintService(
        name="IngramSpark",
        trim_sizes=_parse_inches(
            "4x6 4x7 4.25x7 4.37x7 5x7 5x8 5.06x7.81 5.25x8 5.5x8.25 5.5x8.5 5.83x8.27 6x9 "
            "6.14x9.21 6.625x10.25 6.69x9.61 7x10 7.44x9.69 7.5x9.25 8x8 8x10 8.25x11 "
            "8.268x11.693 8.5x8.5 8.5x9 8.5x11 11x8.5"
        ),
        min_size=(4 * INCH, 6 * INCH),
        max_size=(8.25 * INCH, 11 * INCH),
        gutters=((1200, 36.0),),
        safety_margin=0.5 * INCH,
        safety_margin_with_bleed=0.5 * INCH,
        min_pages=18,
        max_pages=1200,
        min_spine_pages=48,
        needs_blank_last_page=True,
        total_ink=240,
    ),
}
