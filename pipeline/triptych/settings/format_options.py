"""Define the ``format:`` section of the manifest: the outputs of a book and their options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AliasChoices, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from triptych.settings.pdf_options import PdfOptions
from triptych.settings.values import Line, StrictModel, wrap_in_list


class EpubOptions(StrictModel):
    """The ``format: epub:`` section."""

    embed_fonts: bool = True
    """Embed the theme's fonts, subset to the characters in use. Default: true. Example: `false`."""
    image_dpi: int = Field(default=300, ge=96, le=1200)
    """Maximum image resolution at the width of a large tablet, in pixels per inch. Default: 300. Example:
    `200`.
    """
    store: Literal["", "kindle"] = ""
    """Store with additional requirements; `--profile kindle` sets it. Default: none. Example: `kindle`."""
    toc_depth: int = Field(default=3, ge=1, le=6)
    """Heading levels in the table of contents. Default: 3. Example: `2`."""
    drop_caps: bool = False
    """Set a drop cap at the start of each chapter that begins with a paragraph. Default: false. Example:
    `true`.
    """
    page_list: bool = True
    """Add page markers and a page list from the PDF, if both are built together. Default: true. Example:
    `false`.
    """
    lof: bool = False
    """Add a list of figures. Default: false. Example: `true`."""
    lot: bool = False
    """Add a list of tables. Default: false. Example: `true`."""
    lol: bool = False
    """Add a list of listings. Default: false. Example: `true`."""
    writing_mode: Literal["horizontal-tb", "vertical-rl"] = "horizontal-tb"
    """Writing mode, as in CSS; vertical-rl is for Chinese, Japanese and Korean. Default: horizontal-tb.
    Example: `vertical-rl`.
    """


# The kinds of slides for which a user's template can have a layout.
SlideKind: TypeAlias = Literal[
    "title",
    "divider",
    "bullets",
    "chart",
    "table",
    "picture",
    "quote",
    "code",
    "equation",
    "callout",
    "numbers",
    "timeline",
    "columns",
    "comparison",
    "full-picture",
    "side-picture",
    "closing",
]


SlideSize: TypeAlias = Literal["16x9", "4x3", "a4"]
# Widths and heights in points.
SLIDE_SIZES: Mapping[SlideSize, tuple[int, int]] = {"16x9": (960, 540), "4x3": (720, 540), "a4": (780, 540)}


class PptxOptions(StrictModel):
    """The ``format: pptx:`` section."""

    template: str = ""
    """PowerPoint template, a .pptx or .potx file; path relative to the manifest. Default: a template made
    from the theme. Example: `brand.potx`.
    """
    layouts: dict[SlideKind, str] = Field(default_factory=dict)
    """Layouts of the template by kind of slide. Default: chosen by type, name and placeholders. Example:
    `{chart: Diagram, closing: Thanks}`.
    """
    slide_size: SlideSize = "16x9"
    """Size of the slides: 16x9 for 13.33 × 7.5 inches, 4x3 for 10 × 7.5 inches, or a4 for 10.83 × 7.5
    inches, PowerPoint's size for A4 paper. A template keeps its own size. Default: 16x9. Example: `4x3`.
    """
    footer: Line = ""
    """Footer of each slide, instead of the title and, without a template, the date. Example: `Report`."""
    overflow: Literal["split", "shrink", "error"] = "split"
    """How to handle a slide whose content does not fit: split it into several slides, shrink the text first,
    or report an error. Default: split. Example: `shrink`.
    """
    color_scheme: Literal["light", "dark", "high-contrast"] = Field(
        default="light", validation_alias=AliasChoices("colour-scheme", "color-scheme")
    )
    """Colour scheme of the slides: light, dark, or high-contrast for WCAG level AAA. Default: light. Example:
    `dark`.
    """
    notes: Literal["speech", "full"] = "speech"
    """Speaker notes: speech for notes that fit the time of the talk, or full for all prose of the book.
    Default: speech. Example: `full`.
    """
    dividers: Literal["summary", "title", "none"] = "summary"
    """Slides between chapters: summary for a title and a sentence, title for only the title, or none.
    Default: summary. Example: `title`.
    """
    summary: bool = True
    """Add a summary slide with the key messages of the book after the title slide. Default: true. Example:
    `false`.
    """
    agenda: bool = True
    """Add an agenda slide that lists the chapters. Default: true. Example: `false`."""
    closing: bool = True
    """Add a last slide with the key message and a reference to the book. Default: true. Example: `false`."""
    max_per_chapter: int | None = Field(default=None, ge=0)
    """Maximum number of automatic slides per chapter, including its divider; 0 for no limit. Default: 3, or
    fewer in a book with more than 20 chapters. Example: `12`.
    """
    max_slides: int = Field(default=0, ge=0)
    """Maximum number of slides in the deck, including hidden ones; slides that you wrote are always kept.
    Default: 0, no limit. Example: `200`.
    """
    incremental: bool = False
    """Reveal list items one by one. Default: false. Example: `true`."""
    embed_fonts: Literal["subset", "full", "none"] = "subset"
    """Embed the theme's fonts: subset for the characters in use, full for all characters, or none. Default:
    subset. Example: `full`.
    """
    transition: Literal["none", "fade", "push", "morph"] = "none"
    """Slide transition; programs without Morph show a fade. Default: none. Example: `fade`."""
    image_dpi: int = Field(default=220, ge=96, le=1200)
    """Maximum image resolution on a slide, in pixels per inch. Default: 220. Example:
    `150`.
    """


def _normalise_amount(value: object) -> object:
    amount_text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if not isinstance(amount_text, str) or not re.fullmatch(r"\d{1,8}(\.\d{1,2})?", amount_text.strip()):
        raise PydanticCustomError("amount", "must be an amount such as 19.90")
    integer, _, decimals = amount_text.strip().partition(".")
    return f"{int(integer)}.{decimals:0<2}"


_Countries: TypeAlias = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...],
    BeforeValidator(wrap_in_list, json_schema_input_type=str | tuple[str, ...]),
]


class PriceEntry(StrictModel):
    """What an output costs, for readers."""

    amount: Annotated[str, BeforeValidator(_normalise_amount, json_schema_input_type=str | float)]
    """Amount with up to two decimals; 0 if the book is free. Example: `19.90`."""
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    """ISO 4217 currency code; omit it if the book is free. Example: `EUR`."""
    tax: Literal["included", "excluded"] = "included"
    """Whether the amount includes tax. Default: included. Example: `excluded`."""
    countries: _Countries = ()
    """Countries with this price, as ISO 3166 codes. Default: all countries. Example: `[DE, AT]`."""
    output: Literal["", "pdf", "epub"] = ""
    """Output with this price. Default: every output. Example: `epub`."""

    @model_validator(mode="after")
    def _check_currency(self) -> PriceEntry:
        if bool(self.currency) != (self.amount != "0.00"):
            raise PydanticCustomError("price", "a price requires a currency; a free book must not have one")
        return self


class OnixOptions(StrictModel):
    """The ``format: onix:`` section: trade metadata that is not part of the book."""

    sender: str = ""
    """Sender of the ONIX message. Default: the publisher, else the authors. Example: `Analytical Press`."""
    email: str = ""
    """Contact address for bookshops. Example: `sales@example.org`."""
    prices: tuple[PriceEntry, ...] = ()
    """Prices of the outputs. Default: price on request. Example: `[{amount: 19.90, currency: EUR}]`."""
    status: Literal["published", "forthcoming"] = "published"
    """Publishing status. Default: published. Example: `forthcoming`."""
    countries: Annotated[
        tuple[Annotated[str, Field(pattern=r"^([A-Z]{2}|WORLD)$")], ...],
        BeforeValidator(wrap_in_list, json_schema_input_type=str | tuple[str, ...]),
    ] = ()
    """Countries with sales rights, as ISO 3166 codes, or WORLD. Default: no statement about sales rights.
    Example: `WORLD`, `[DE, AT, CH]`.
    """


def normalise_format_value(value: object) -> object:
    """Convert "default" and "true" to empty options, as in Quarto, and "false" to None."""
    if value in ("false", "no"):
        return None
    return {} if value in ("default", "true", "yes") else value


_SWITCH = Literal["default"] | bool | None


class FormatEntry(StrictModel):
    """The ``format:`` section: the enabled outputs with their options."""

    pdf: Annotated[
        PdfOptions | None,
        BeforeValidator(normalise_format_value, json_schema_input_type=PdfOptions | _SWITCH),
    ] = None
    """Printed book as PDF: its options, or `default`. Example: `default`, `{page-size: a5}`."""
    epub: Annotated[
        EpubOptions | None,
        BeforeValidator(normalise_format_value, json_schema_input_type=EpubOptions | _SWITCH),
    ] = None
    """E-book as EPUB 3: its options, or `default`. Example: `default`, `{toc-depth: 2}`."""
    pptx: Annotated[
        PptxOptions | None,
        BeforeValidator(normalise_format_value, json_schema_input_type=PptxOptions | _SWITCH),
    ] = None
    """PowerPoint deck: its options, or `default`. Example: `default`, `{footer: Annual report}`."""
    onix: Annotated[
        OnixOptions | None,
        BeforeValidator(normalise_format_value, json_schema_input_type=OnixOptions | _SWITCH),
    ] = None
    """ONIX 3.0 record of the PDF and the EPUB for bookshops: its options, or `default`. Example: `default`,
    `{status: forthcoming}`.
    """
