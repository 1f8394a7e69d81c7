"""Define the ``book:`` section of the manifest: title, contributors, identifiers and chapters."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, TypeAlias

import pydantic
from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from triptych.model.book import RELATORS
from triptych.model.isbn import URN, explain_isbn, parse_isbn
from triptych.settings.values import (
    Hazard,
    Line,
    StrictModel,
    TextList,
    check_date,
    check_relator,
    normalise_series_position,
    wrap_in_list,
)


class PersonEntry(StrictModel):
    """A contributor in the manifest."""

    name: Line
    """Name as printed on the title page. Example: `Ada Lovelace`."""
    role: Annotated[str, AfterValidator(check_relator), WithJsonSchema({"enum": sorted(RELATORS)})] = "aut"
    """MARC relator code, such as aut (author), edt (editor), trl (translator) or ill (illustrator). Default:
    aut. Example: `edt`.
    """
    file_as: Line = ""
    """Name as libraries sort it. Default: the name. Example: `Lovelace, Ada`."""
    organisation: bool = False
    """True for an organisation instead of a person. Default: false. Example: `true`."""


def _wrap_name(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


People: TypeAlias = Annotated[
    tuple[Annotated[PersonEntry, BeforeValidator(_wrap_name)], ...],
    BeforeValidator(wrap_in_list, json_schema_input_type=str | PersonEntry | tuple[str | PersonEntry, ...]),
]


def _normalise_isbn(value: object) -> object:
    if isinstance(value, str | int) and str(value).strip():
        try:
            return parse_isbn(str(value))
        except ValueError as error:
            raise PydanticCustomError("isbn", "{reason}", explain_isbn(str(value), str(error))) from None
    return value


def _normalise_identifier(value: object) -> object:
    """Normalise a URN that contains an ISBN. Other identifiers are returned unchanged."""
    if isinstance(value, str) and value.lower().startswith(URN):
        return f"{URN}{_normalise_isbn(value[len(URN) :])}"
    return value


class SeriesEntry(StrictModel):
    """The series that a book belongs to."""

    name: Line
    """Name of the series. Example: `Engines of the World`."""
    number: Annotated[
        str, BeforeValidator(normalise_series_position, json_schema_input_type=str | int | float)
    ] = ""
    """Number of this book in the series. Example: `3`, `2.1`."""


class SubjectEntry(StrictModel):
    """A subject, with its code in a subject scheme."""

    name: Line
    """Subject in words. Example: `History of technology`."""
    authority: Line = ""
    """Subject scheme, such as BISAC, THEMA, LCSH or DDC, or the URL of another one; requires `term`. Example:
    `THEMA`.
    """
    term: Line = ""
    """Code of the subject in its scheme; requires `authority`. Example: `TBX`."""

    @pydantic.model_validator(mode="after")
    def _check_code(self) -> SubjectEntry:
        if bool(self.authority) != bool(self.term):
            raise PydanticCustomError("subject", "authority and term must be set together")
        return self


Subjects: TypeAlias = Annotated[
    tuple[Annotated[SubjectEntry, BeforeValidator(_wrap_name)], ...],
    BeforeValidator(wrap_in_list, json_schema_input_type=str | SubjectEntry | tuple[str | SubjectEntry, ...]),
]


class PartEntry(StrictModel):
    """A part: a title and the section files under it."""

    part: Line
    """Title of the part. Example: `Results`."""
    summary: str = ""
    """One or two sentences for the part opener, in Markdown. Example: `What was measured, and how.`."""
    image: str = ""
    """Full-bleed image for the part opener, a path relative to the manifest. Example: `images/results.jpg`.
    """
    image_alt: str = ""
    """Alt text of the image. Default: none, and the image counts as decorative. Example: `The engine, seen
    from above`.
    """
    chapters: tuple[str, ...]
    """Section files of the part, in reading order. Example: `[method.md, findings.md]`."""


_LEVEL = r"^(|WCAG 2\.[012] Level A{1,3})$"


class AccessibilityEntry(StrictModel):
    """Accessibility claims by the publisher; all other metadata is computed from the content."""

    conforms_to: str = Field(default="", pattern=_LEVEL)
    """WCAG version and level that the e-book conforms to. Default: no claim. Example: `WCAG 2.2 Level AA`."""
    certified_by: Line = ""
    """Person or organisation that certified the conformance. Example: `Analytical Press`."""
    credential: Line = ""
    """Credential of the certifier, as text or as a URL. Example: `Benetech Global Certified Accessible`."""
    report: Line = ""
    """URL of the certifier's report. Example: `https://example.org/accessibility-report`."""
    exemption: Literal[
        "", "eaa-disproportionate-burden", "eaa-fundamental-alteration", "eaa-microenterprise"
    ] = ""
    """Reason for exemption from the European Accessibility Act. Default: not exempt. Example:
    `eaa-microenterprise`.
    """
    hazards: Annotated[
        tuple[Hazard, ...],
        BeforeValidator(wrap_in_list, json_schema_input_type=Hazard | tuple[Hazard, ...]),
    ] = ()
    """Accessibility hazards, as in schema.org's accessibilityHazard. Default: computed from the content.
    Example: `none`, `[flashing, sound]`.
    """
    summary: str = ""
    """Accessibility summary in your own words. Default: written from the computed metadata. Example: `All
    images have alt text.`.
    """


class BookEntry(StrictModel):
    """The ``book:`` section."""

    title: Line
    """Title of the book. Example: `My report`."""
    file_as: Line = ""
    """Title as libraries sort it. Default: the title. Example: `Origin of Species, The`."""
    subtitle: Line = ""
    """Subtitle of the book. Example: `Results of the second year`."""
    author: People = Field((), max_length=80, validation_alias=AliasChoices("author", "authors"))
    """Authors and other contributors: a name, a mapping of name, role and file-as, or a list of these.
    Example: `Ada Lovelace`, `[{name: Ada Lovelace, role: edt}, Charles Babbage]`.
    """
    date: Annotated[dt.date | None, BeforeValidator(check_date, json_schema_input_type=dt.date | None)] = None
    """Publication date as year-month-day; also the date stored in the output files. Example: `2026-03-31`."""
    lang: str = ""
    """Language of the book, a BCP 47 tag. Default: the top-level `lang`. Example: `en-GB`."""
    description: str = ""
    """Short description for bookshops and libraries. Example: `How the engine was built and what it
    computed.`.
    """
    blurb: str = ""
    """Text on the back cover of the printed book; separate paragraphs with blank lines. Default: the
    description. Example: `The first report on the engine.`.
    """
    takeaways: TextList = ()
    """Key messages of the book, the most important one first; they appear on the summary slide and the last
    slide. Example: `[The engine works, It needs steam]`.
    """
    keywords: TextList = ()
    """Keywords for search. Example: `[steam, engines]`."""
    subjects: Subjects = Field((), validation_alias=AliasChoices("subjects", "subject"))
    """Subjects for bookshops and libraries: names, or mappings of name, authority and term. Example: `[{name:
    History of technology, authority: THEMA, term: TBX}]`.
    """
    series: Annotated[
        SeriesEntry | None, BeforeValidator(_wrap_name, json_schema_input_type=str | SeriesEntry | None)
    ] = None
    """Series that the book belongs to: its name, or a mapping of name and number. Example: `{name: Engines of
    the World, number: 3}`.
    """
    rights: str = ""
    """Copyright notice and licence. Example: `© 2026 Ada Lovelace, CC BY 4.0`."""
    publisher: Line = ""
    """Name of the publisher. Example: `Analytical Press`."""
    identifier: Annotated[Line, BeforeValidator(_normalise_identifier)] = ""
    """Unique identifier of the book. Default: the ISBN, or a UUID made from the title. Example:
    `urn:isbn:9783161484100`.
    """
    isbn: Annotated[str, BeforeValidator(_normalise_isbn, json_schema_input_type=str | int)] = ""
    """ISBN of the e-book, with 10 or 13 digits. Example: `978-3-16-148410-0`."""
    source: Annotated[Line, BeforeValidator(_normalise_identifier)] = ""
    """Identifier of the printed edition that the e-book was made from. Example: `urn:isbn:9783161484100`."""
    cover_image: str = ""
    """Cover image, a path relative to the manifest. Default: a cover generated from the title page. Example:
    `images/cover.png`.
    """
    logo: str = ""
    """Publisher's logo for title pages and slides, a path relative to the manifest. Example:
    `images/logo.svg`.
    """
    logo_alt: str = ""
    """Alt text of the logo. Default: the publisher's name. Example: `Analytical Press`."""
    accessibility: AccessibilityEntry = AccessibilityEntry()
    """Accessibility claims that cannot be computed from the content. Example: `{conforms-to: WCAG 2.2 Level
    AA}`.
    """
    chapters: tuple[PartEntry | str, ...]
    """Section files in reading order, one per chapter, and parts with their chapters; paths are relative to
    the manifest. Example: `[introduction.md, {part: Results, chapters: [method.md]}]`.
    """
    appendices: tuple[str, ...] = ()
    """Section files of the appendices, which are numbered with letters. Example: `[tables.md]`."""
