"""catalog.yaml: a list of titles, what they share, and how much each may take."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field

from triptych.outputs import OutputFormat
from triptych.settings.strict import Strict
from triptych.settings.values import Bytes, Seconds, Texts, as_list

Tag: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
# Folders in folders; none of them is hidden or leads upwards.
_NAME = r"^[A-Za-z0-9][\w .+-]*(/[A-Za-z0-9][\w .+-]*)*$|^$"
Formats: TypeAlias = Annotated[
    tuple[OutputFormat, ...],
    BeforeValidator(as_list, json_schema_input_type=OutputFormat | tuple[OutputFormat, ...]),
]


def _lists(value: object) -> object:
    """A list of lists of names, each of which may be one name."""
    return [as_list(item) for item in value] if isinstance(value, list) else value


Variants: TypeAlias = Annotated[
    tuple[Texts, ...], BeforeValidator(_lists, json_schema_input_type=tuple[str | tuple[str, ...], ...])
]


class Matrix(Strict):
    """The ``matrix:`` section: each title is built once for each of these together."""

    profiles: Variants = ()
    """Profiles, or lists of them that are asked for together; [] is the title as it is."""
    languages: Annotated[tuple[Tag, ...], BeforeValidator(as_list)] = ()
    """Languages, BCP 47 tags such as de: where a title has a folder of that name, the title in it."""
    formats: Formats = ()
    """The outputs that are made of each title, where not all that it asks for are wanted."""


class Limits(Strict):
    """The ``limits:`` section: what a title may take. One that takes more is ended, and tried once more."""

    memory: Bytes = 4 * 10**9
    """Of its process with all that it starts, such as 2GB. By default 4GB."""
    time: Seconds = 1800.0
    """Such as 90s, 10m or 1h. By default 30m."""
    titles: Annotated[int, Field(ge=1)] = 20
    """After so many a process is renewed, so that none grows. By default 20."""


class TitleEntry(Strict):
    """An item of ``titles:`` that says more than its folder."""

    folder: str
    """The folder of the title, which holds source/book.yaml, or a pattern such as standards/*; from here."""
    name: str = Field("", pattern=_NAME)
    """What it is called in reports and in the folder of outputs; by default its folder."""
    merge: str = ""
    """A CSV file of readers or customers; one edition is made for each of its rows. Path from here."""
    profiles: Texts = ()
    """Profiles of its manifest."""
    formats: Formats = ()
    """The outputs to make; by default those of its manifest."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Settings over those of its manifest; {column} stands for what a row of the CSV file has there."""


def _entry(value: object) -> object:
    return {"folder": value} if isinstance(value, str) else value


class CatalogSettings(Strict):
    """The whole file."""

    title: str = "Catalogue"
    """What the list is called in its report."""
    titles: tuple[
        Annotated[TitleEntry, BeforeValidator(_entry, json_schema_input_type=str | TitleEntry)], ...
    ]
    """The folders of the titles, or patterns such as standards/*."""
    defaults: dict[str, Any] = Field(default_factory=dict)
    """Settings as book.yaml has them: of each title that does not name its own."""
    shared: Texts = ()
    """Folders whose files lie beside each manifest too, under the same names: themes, sources, logos."""
    templates: str = ""
    """A folder of templates for titles that have none of their own."""
    matrix: Matrix = Matrix()
    """Variants of each title."""
    limits: Limits = Limits()
    """How much a title may take."""
    output_folder: str = "build"
    """Where outputs and reports go; from here."""
