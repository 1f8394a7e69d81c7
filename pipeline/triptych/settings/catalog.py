"""Define the settings in ``catalog.yaml``: titles, shared files, variants and resource limits."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field

from triptych.formats import OutputFormat
from triptych.settings.values import ByteSize, Duration, StrictModel, TextList, wrap_in_list

Tag: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
# Nested folders, without hidden ones and "..".
_NAME = r"^[A-Za-z0-9][\w .+-]*(/[A-Za-z0-9][\w .+-]*)*$|^$"
Formats: TypeAlias = Annotated[
    tuple[OutputFormat, ...],
    BeforeValidator(wrap_in_list, json_schema_input_type=OutputFormat | tuple[OutputFormat, ...]),
]


def _wrap_lists(value: object) -> object:
    return [wrap_in_list(item) for item in value] if isinstance(value, list) else value


Variants: TypeAlias = Annotated[
    tuple[TextList, ...],
    BeforeValidator(_wrap_lists, json_schema_input_type=tuple[str | tuple[str, ...], ...]),
]


class Matrix(StrictModel):
    """The ``matrix:`` section: each title is built for every combination."""

    profiles: Variants = ()
    """Profiles with which to build each title: names, or lists of names to combine; `[]` is the title
    without a profile. Example: `[[], teacher, [teacher, long]]`.
    """
    languages: Annotated[tuple[Tag, ...], BeforeValidator(wrap_in_list)] = ()
    """Languages in which to build each title, as BCP 47 tags; if a title has a folder of that name, that
    folder is built. Example: `[en, de]`.
    """
    formats: Formats = ()
    """Outputs to build of each title. Default: the outputs that the title enables. Example: `[pdf, epub]`."""


class Limits(StrictModel):
    """The ``limits:`` section: a title that exceeds a limit is stopped and retried once."""

    memory: ByteSize = 4 * 10**9
    """Maximum memory of a title's process and its child processes. Default: 4GB. Example: `2GB`."""
    time: Duration = 1800.0
    """Maximum time per title. Default: 30m. Example: `90s`, `10m`, `1h`."""
    titles_per_process: Annotated[int, Field(ge=1)] = 20
    """Number of titles after which a worker process is restarted. Default: 20. Example: `50`."""


class TitleEntry(StrictModel):
    """An item of ``titles:`` with more settings than its folder."""

    folder: str
    """Folder of the title, which contains source/book.yaml, or a glob pattern; paths are relative to the
    catalogue. Example: `standards/*`.
    """
    name: str = Field("", pattern=_NAME)
    """Name of the title in reports and of its output folder. Default: the path of its folder. Example:
    `handbook-2026`.
    """
    merge: str = ""
    """CSV file with one row per edition, for instance one per reader; a path relative to the catalogue.
    Example: `letters/readers.csv`.
    """
    profiles: TextList = ()
    """Profiles of the manifest to use. Example: `[teacher]`."""
    formats: Formats = ()
    """Outputs to build. Default: the outputs that the manifest enables. Example: `[pdf, epub]`."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Manifest settings that override those of the title; `{column}` is replaced by the cell of that column
    in the CSV file. Example: `{theme: large-print}`.
    """


def _wrap_folder(value: object) -> object:
    return {"folder": value} if isinstance(value, str) else value


class CatalogSettings(StrictModel):
    """The whole file."""

    title: str = "Catalogue"
    """Name of the catalogue in its report. Default: Catalogue. Example: `Our reports`."""
    titles: tuple[
        Annotated[TitleEntry, BeforeValidator(_wrap_folder, json_schema_input_type=str | TitleEntry)], ...
    ]
    """Titles to build: folders, glob patterns, or mappings with further options. Example: `[oceans,
    standards/*]`.
    """
    defaults: dict[str, Any] = Field(default_factory=dict)
    """Manifest settings for every title that does not set them itself. Example: `{lang: en-GB, theme:
    shared/look.yaml}`.
    """
    shared: TextList = ()
    """Shared folders. Every title can refer to files in them by the same relative paths, as if they were in
    its own folder.
    Example: `[shared]`.
    """
    templates: str = ""
    """Folder of templates for titles without their own. Example: `templates`."""
    matrix: Matrix = Matrix()
    """Variants to build of each title: every combination of profiles and languages. Example: `{languages:
    [en, de]}`.
    """
    limits: Limits = Limits()
    """Memory and time limits per title. Example: `{memory: 2GB, time: 10m}`."""
    output_dir: str = "build"
    """Folder for outputs and reports, relative to the catalogue. Default: build. Example: `public`."""
