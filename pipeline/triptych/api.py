"""Build, check and read projects from Python. The package ``triptych`` exports these functions.

The functions take a project folder, and return findings instead of printing them. They keep no state, so they
can be called from several threads if ``jobs`` is 1.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from triptych.diagnostics import Diagnostic, has_errors, sort_findings
from triptych.engine.cache import Cache
from triptych.formats import OutputFormat, list_formats
from triptych.model.book import Book
from triptych.press import press
from triptych.project import BUILD_FOLDER, MANIFEST, Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.stages import read_project

ProjectFolder: TypeAlias = str | os.PathLike[str]
Limits: TypeAlias = Literal["trusted", "strict"]


class SourceErrors(Exception):
    """Raised if a project has errors. ``diagnostics`` are all findings, in the order of the source."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = tuple(diagnostics)


def build(
    project: ProjectFolder = ".",
    *,
    to: Iterable[OutputFormat] | None = None,
    output_folder: ProjectFolder | None = None,
    profiles: Iterable[str] = (),
    talk: str = "",
    strict: bool = False,
    jobs: int = 1,
    limits: Limits = "trusted",
    trust: bool = False,
) -> BuildOutcome:
    """Build the outputs of a project, like ``triptych build``, and return the findings and the files.

    ``to`` are the output formats, by default those in the manifest. ``output_folder`` is by default the
    folder ``build`` of the project. With ``strict``, warnings stop the build. ``jobs`` is the number of
    processes, or 0 for one per processor. ``limits="strict"`` rejects ``limits:`` in the manifest, but only
    the command limits the time and memory of the whole build. With ``trust``, the filters listed in the
    manifest run.

    If there are errors, ``outputs`` of the outcome is empty, and files of an earlier build are kept.

    Raise ``ValueError`` for an unknown output format, and ``FileNotFoundError`` if ``project`` is not the
    folder of a project.
    """
    formats = None if to is None else tuple(to)
    if unknown := [name for name in formats or () if name not in list_formats()]:
        raise ValueError(
            f"unknown output format {unknown[0]!r}; known formats are {', '.join(list_formats())}"
        )
    project_session = _open_project(project, limits, runs_filters=trust)
    request = BuildRequest(
        output_folder=Path(output_folder or project_session.root / BUILD_FOLDER).absolute(),
        formats=formats,
        cache_folder=project_session.records_folder,
        records_folder=project_session.records_folder,
        strict=strict,
        jobs=jobs,
        profiles=tuple(profiles),
        talk=talk,
    )
    return press(project_session, request)


def check_source(
    project: ProjectFolder = ".",
    *,
    profiles: Iterable[str] = (),
    limits: Limits = "trusted",
    trust: bool = False,
) -> list[Diagnostic]:
    """Return all findings in the source of a project, in the order of the source, without building it."""
    _, findings = _read(_open_project(project, limits, runs_filters=trust), tuple(profiles))
    return findings


def read(
    project: ProjectFolder = ".",
    *,
    profiles: Iterable[str] = (),
    limits: Limits = "trusted",
    trust: bool = False,
) -> Book:
    """Return the book of a project, with numbers, cross-references and citations resolved.

    The nodes of its chapters are described in ``triptych.nodes``. Raise ``SourceErrors`` if the source has
    errors.
    """
    book, findings = _read(_open_project(project, limits, runs_filters=trust), tuple(profiles))
    if book is None or has_errors(findings):
        raise SourceErrors(findings)
    return book


def _open_project(project: ProjectFolder, limits: Limits, *, runs_filters: bool) -> Project:
    folder = Path(project)
    if not (folder / MANIFEST).is_file():
        raise FileNotFoundError(f"{folder} is not the folder of a project: it has no {MANIFEST}")
    if limits not in ("trusted", "strict"):
        raise ValueError(f"limits must be 'trusted' or 'strict', not {limits!r}")
    return Project(folder, trusted=limits == "trusted", runs_filters=runs_filters)


def _read(project: Project, profiles: tuple[str, ...]) -> tuple[Book | None, list[Diagnostic]]:
    cache = Cache(project.records_folder)
    _, book, findings = read_project(project, cache, profiles)
    return book, sort_findings([*cache.take_findings(), *findings])
