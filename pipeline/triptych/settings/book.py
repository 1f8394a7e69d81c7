"""The ``book:`` section: title, people, identifiers, chapters."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, TypeAlias

import pydantic
from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from triptych.model.isbn import URN, isbn_13
from triptych.model.relators import RELATORS
from triptych.settings.strict import Strict
from triptych.settings.values import Hazard, Texts, as_list, calendar_date, position, relator


class PersonEntry(Strict):
    """A contributor as the manifest names one."""

    name: str
    """The name as it stands on the title page."""
    role: Annotated[str, AfterValidator(relator), WithJsonSchema({"enum": sorted(RELATORS)})] = "aut"
    """MARC relator code: aut writes, edt edits, trl translates, ill illustrates."""
    file_as: str = ""
    """The name as libraries sort it, such as “Lovelace, Ada”."""
    organisation: bool = False
    """Whether it is the name of an institute, a company or the like."""


def _named(value: object) -> object:
    """A name alone is a mapping with that name."""
    return {"name": value} if isinstance(value, str) else value


People: TypeAlias = Annotated[
    tuple[Annotated[PersonEntry, BeforeValidator(_named)], ...],
    BeforeValidator(as_list, json_schema_input_type=str | PersonEntry | tuple[str | PersonEntry, ...]),
]


def _isbn(value: object) -> object:
    """An ISBN as 13 digits."""
    if isinstance(value, str | int) and str(value).strip():
        try:
            return isbn_13(str(value))
        except ValueError as error:
            raise PydanticCustomError("isbn", "no ISBN: {reason}", {"reason": str(error)}) from None
    return value


def _identifier(value: object) -> object:
    """An ISBN within a URN is one as well."""
    if isinstance(value, str) and value.lower().startswith(URN):
        return f"{URN}{_isbn(value[len(URN) :])}"
    return value


class SeriesEntry(Strict):
    """The series that a book belongs to."""

    name: str
    """The name of the series."""
    number: Annotated[str, BeforeValidator(position, json_schema_input_type=str | int | float)] = ""
    """Which one of it the book is, such as 3 or 2.1."""


class SubjectEntry(Strict):
    """A subject of a scheme that shops and libraries share."""

    name: str
    """The subject in words."""
    authority: str = ""
    """The scheme: BISAC, THEMA, LCSH, DDC … or the address of another."""
    term: str = ""
    """The code of the subject in the scheme."""

    @pydantic.model_validator(mode="after")
    def _whole(self) -> SubjectEntry:
        if bool(self.authority) != bool(self.term):
            raise PydanticCustomError("subject", "a code needs its scheme, and a scheme its code")
        return self


Subjects: TypeAlias = Annotated[
    tuple[Annotated[SubjectEntry, BeforeValidator(_named)], ...],
    BeforeValidator(as_list, json_schema_input_type=str | SubjectEntry | tuple[str | SubjectEntry, ...]),
]


class PartEntry(Strict):
    """A part: a title and the section files under it."""

    part: str
    """The title of the part."""
    summary: str = ""
    """A sentence or two on its opener."""
    image: str = ""
    """A picture that fills its opener, from edge to edge."""
    image_alt: str = ""
    """What is seen on it; without these words it is decoration."""
    chapters: tuple[str, ...]
    """The section files of the part, in order."""


_LEVEL = r"^(|WCAG 2\.[012] Level A{1,3})$"


class AccessibilityEntry(Strict):
    """What the author declares of the e-book's accessibility; all else is computed from the content."""

    conforms_to: str = Field(default="", pattern=_LEVEL)
    """The level that the e-book was found to keep, such as “WCAG 2.2 Level AA”."""
    certified_by: str = ""
    """Who found so."""
    credential: str = ""
    """What entitles them to it: words or an address."""
    report: str = ""
    """The address of their report."""
    exemption: Literal[
        "", "eaa-disproportionate-burden", "eaa-fundamental-alteration", "eaa-microenterprise"
    ] = ""
    """Why the European Accessibility Act does not apply."""
    hazards: Annotated[
        tuple[Hazard, ...],
        BeforeValidator(as_list, json_schema_input_type=Hazard | tuple[Hazard, ...]),
    ] = ()
    """What may harm readers, in place of what the pictures tell, such as none or flashing."""
    summary: str = ""
    """How accessible the e-book is, in your words."""


class BookEntry(Strict):
    """The ``book:`` section."""

    title: str
    """The title of the book."""
    file_as: str = ""
    """The title as libraries sort it, such as “Origin of Species, The”."""
    subtitle: str = ""
    """What stands under the title."""
    author: People = Field((), max_length=80, validation_alias=AliasChoices("author", "authors"))
    """Who made the book: a name, a mapping of name, role and file-as, or a list of these."""
    date: Annotated[dt.date | None, BeforeValidator(calendar_date, json_schema_input_type=dt.date | None)] = (
        None
    )
    """The day of publication, year-month-day; it also dates the files."""
    lang: str = ""
    """The language of the book, a BCP 47 tag such as en-GB; as the key of that name beside this section."""
    description: str = ""
    """A sentence or two for shops and libraries."""
    blurb: str = ""
    """What stands on the back of the printed book, paragraphs apart by empty lines; else the description."""
    takeaways: Texts = ()
    """What to remember of the book, the first before all: the summary and the last slide of the deck."""
    keywords: Texts = ()
    """Words that readers look for."""
    subjects: Subjects = Field((), validation_alias=AliasChoices("subjects", "subject"))
    """Subjects for shops and libraries: words, or mappings of name, authority and term."""
    series: Annotated[
        SeriesEntry | None, BeforeValidator(_named, json_schema_input_type=str | SeriesEntry | None)
    ] = None
    """The series that the book belongs to: its name, or a mapping of name and number."""
    rights: str = ""
    """Who holds the rights and what readers may do, such as “© 2026 Ada Lovelace”."""
    publisher: str = ""
    """Who publishes the book."""
    identifier: Annotated[str, BeforeValidator(_identifier)] = ""
    """A name that no other book has, such as urn:isbn:9783161484100; without it the ISBN, else a UUID."""
    isbn: Annotated[str, BeforeValidator(_isbn, json_schema_input_type=str | int)] = ""
    """The ISBN of the e-book, of 10 or 13 digits; its check digit is verified."""
    source: Annotated[str, BeforeValidator(_identifier)] = ""
    """What the e-book was made from: the identifier of a printed edition, such as urn:isbn:9783161484100."""
    cover_image: str = ""
    """The picture on the cover, a path from the folder of the manifest."""
    logo: str = ""
    """The publisher's mark for title pages and slides, a picture's path from the folder of the manifest."""
    logo_alt: str = ""
    """What the mark is called for whom does not see it; by default the publisher's name."""
    accessibility: AccessibilityEntry = AccessibilityEntry()
    """What you declare of the e-book's accessibility."""
    chapters: tuple[PartEntry | str, ...]
    """The section files in order, each a chapter, and parts with theirs; paths from here."""
    appendices: tuple[str, ...] = ()
    """The section files after the chapters, lettered instead of numbered."""
