"""Import a small source, and read the resulting project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import write_files
from triptych.cli.create import estimate_slides
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.model.book import Book
from triptych.project import Project
from triptych.stages import read_project
from triptych_import import ImportResult, import_book, write_project


@dataclass(frozen=True)
class Result:
    """The import result, the book as read from the project, and the findings of the reader."""

    imported: ImportResult
    book: Book
    found: list[Diagnostic]

    def text(self, name: str) -> str:
        return self.imported.files[f"source/{name}"].decode()

    @property
    def notes(self) -> list[str]:
        return [str(finding) for finding in self.imported.findings]


ImportOf = Callable[[Mapping[str, str | bytes]], Result]


@pytest.fixture
def read_import(tmp_path: Path, shared_cache: Cache) -> Callable[[Path], Result]:
    def make(source: Path) -> Result:
        imported = import_book(source, estimate_slides)
        write_project(imported, tmp_path / "project")
        _, book, result = read_project(Project(tmp_path / "project", environ={}), shared_cache)
        assert book is not None, result
        return Result(imported, book, result)

    return make


@pytest.fixture
def import_of(tmp_path: Path, read_import: Callable[[Path], Result]) -> ImportOf:
    return lambda files: read_import(write_files(tmp_path / "original", files))
