"""The ``format:`` section: the outputs of a book and their options."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from triptych.settings.pdf_options import PdfOptions
from triptych.settings.strict import Strict
from triptych.settings.values import as_list


class EpubOptions(Strict):
    """The ``format: epub:`` section; ``image_dpi`` counts on a large tablet's page."""

    embed_fonts: bool = True
    """Whether the file brings its fonts, reduced to the characters in use."""
    image_dpi: int = Field(default=300, ge=96, le=1200)
    """How fine pictures made of dots are on a large tablet's page, in dots per inch."""
    store: Literal["", "kindle"] = ""
    """The shop that the file is for, where it asks for more than EPUB, as `--profile kindle` says it."""
    toc_depth: int = Field(default=3, ge=1, le=6)
    """Levels of headings in the contents."""
    drop_caps: bool = False
    """Whether a large letter opens each chapter that begins with a paragraph of text."""
    page_list: bool = True
    """Whether the pages of the PDF are marked and listed, where it is built with the e-book."""
    lof: bool = False
    """Whether there is a list of figures."""
    lot: bool = False
    """Whether there is a list of tables."""
    lol: bool = False
    """Whether there is a list of listings."""
    writing: Literal["horizontal", "vertical"] = "horizontal"
    """How lines run; vertical ones, from right to left, are for Chinese, Japanese and Korean."""


# The kinds of slides that a template of one's own may have a layout for.
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


class PptxOptions(Strict):
    """The ``format: pptx:`` section; ``image_dpi`` counts on a slide of 13.33 × 7.5 inches."""

    template: str = ""
    """A PowerPoint file of your own, .pptx or .potx, whose layouts the slides take; path from here."""
    layouts: dict[SlideKind, str] = Field(default_factory=dict)
    """Kinds of slides, and the name of the template's layout that each takes."""
    footer: str = ""
    """What stands at the foot of each slide."""
    overflow: Literal["split", "shrink", "error"] = "split"
    """What becomes of a slide with too much on it: further slides, smaller text before these, or an error."""
    variation: Literal["light", "dark", "contrast"] = "light"
    """The theme's colours for slides: light, dark, or at the contrast of WCAG's level AAA."""
    notes: Literal["speech", "full"] = "speech"
    """What the speaker's notes hold: what can be said in the time, or all prose of the book."""
    dividers: Literal["summary", "title", "none"] = "summary"
    """How a chapter begins: with its title and a sentence of its summary, with its title, or at once."""
    summary: bool = True
    """Whether the message of the book in a few lines follows the title."""
    agenda: bool = True
    """Whether a list of its chapters follows these."""
    closing: bool = True
    """Whether the message and where the book is found stand last."""
    max_per_chapter: int = Field(default=8, ge=0)
    """How many slides of a chapter are seen that nobody asked for, with those that open it; 0 is no limit."""
    max_slides: int = Field(default=0, ge=0)
    """How many slides the deck has at most, hidden ones too; what was asked for stays. 0 is no limit."""
    incremental: bool = False
    """Whether the points of lists appear one after another, with a click each."""
    fonts: Literal["subset", "whole", "none"] = "subset"
    """How much of the theme's fonts the file brings: the characters in use, whole fonts, or none."""
    transition: Literal["none", "fade", "push", "morph"] = "none"
    """How one slide gives way to the next; programs that do not know morphing fade."""
    image_dpi: int = Field(default=220, ge=96, le=1200)
    """How fine pictures made of dots are on a slide of 13.33 × 7.5 inches, in dots per inch."""


def _amount(value: object) -> object:
    """An amount of money with two decimals."""
    written = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if not isinstance(written, str) or not re.fullmatch(r"\d{1,8}(\.\d{1,2})?", written.strip()):
        raise PydanticCustomError("amount", "not an amount such as 19.90")
    whole, _, decimals = written.strip().partition(".")
    return f"{int(whole)}.{decimals:0<2}"


_Countries: TypeAlias = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...],
    BeforeValidator(as_list, json_schema_input_type=str | tuple[str, ...]),
]


class PriceEntry(Strict):
    """What an output costs, for readers."""

    amount: Annotated[str, BeforeValidator(_amount, json_schema_input_type=str | float)]
    """How much, such as 19.90; 0 is free of charge."""
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    """In which currency, such as EUR; none where it is free."""
    tax: Literal["included", "excluded"] = "included"
    """Whether tax is in it."""
    countries: _Countries = ()
    """Where it costs that, as codes such as DE; without them everywhere."""
    output: Literal["", "pdf", "epub"] = ""
    """Which output costs that; without it all."""

    @model_validator(mode="after")
    def _whole(self) -> PriceEntry:
        if bool(self.currency) != (self.amount != "0.00"):
            raise PydanticCustomError("price", "a price needs a currency, and what is free has none")
        return self


class OnixOptions(Strict):
    """The ``format: onix:`` section: what shops are told and the book does not say."""

    sender: str = ""
    """Who sends the record; by default the publisher, else who made the book."""
    email: str = ""
    """Where shops ask."""
    prices: tuple[PriceEntry, ...] = ()
    """What the outputs cost; without any, shops are told to ask."""
    status: Literal["published", "forthcoming"] = "published"
    """Whether the book is out."""
    countries: Annotated[
        tuple[Annotated[str, Field(pattern=r"^([A-Z]{2}|WORLD)$")], ...],
        BeforeValidator(as_list, json_schema_input_type=str | tuple[str, ...]),
    ] = ()
    """Where it may be sold, as codes such as DE, or WORLD; nothing is said of rights without them."""


def switched_on(value: object) -> object:
    """Quarto writes ``pdf: default`` for a format without options."""
    if value in ("false", "no"):
        return None
    return {} if value in ("default", "true", "yes") else value


_SWITCH = Literal["default"] | bool | None


class FormatEntry(Strict):
    """The ``format:`` section: the outputs to make, each with its options."""

    pdf: Annotated[
        PdfOptions | None, BeforeValidator(switched_on, json_schema_input_type=PdfOptions | _SWITCH)
    ] = None
    """The printed book: its options, or “default” for none."""
    epub: Annotated[
        EpubOptions | None, BeforeValidator(switched_on, json_schema_input_type=EpubOptions | _SWITCH)
    ] = None
    """The e-book: its options, or “default” for none."""
    pptx: Annotated[
        PptxOptions | None, BeforeValidator(switched_on, json_schema_input_type=PptxOptions | _SWITCH)
    ] = None
    """The PowerPoint deck: its options, or “default” for none."""
    onix: Annotated[
        OnixOptions | None, BeforeValidator(switched_on, json_schema_input_type=OnixOptions | _SWITCH)
    ] = None
    """The record for shops in ONIX 3.0, of the PDF and the e-book: its options, or “default” for none."""
