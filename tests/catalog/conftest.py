"""Create catalogues in a temporary folder, with titles that are quick to build."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from tests.conftest import write_files
from triptych.catalog import run
from triptych.catalog.titles import Catalog, read_catalog
from triptych.catalog.workers import FinishedJob, JobLimits

J = TypeVar("J")
R = TypeVar("R")

MakeCatalog = Callable[..., Catalog]
MakeFile = Callable[..., Path]

MANIFEST = "book: {{title: {title}, chapters: [a.md]}}\nlang: en\nformat: {{epub: {{embed-fonts: false}}}}\n"


def title(name: str, text: str = "Some text.") -> dict[str, str]:
    """Return the files of a title with one section, of which only an e-book is built."""
    return {
        f"{name}/source/book.yaml": MANIFEST.format(title=name.rpartition("/")[2]),
        f"{name}/source/a.md": f"# A section\n\n{text}\n",
    }


class _PoolHere(Generic[J, R]):
    """A worker pool that runs jobs in this process, one after another and without limits."""

    def __init__(self, size: int, do: Callable[[J], R], limits: JobLimits) -> None:
        self._do = do

    def run(self, jobs: Sequence[J]) -> Generator[FinishedJob[J, R], None, None]:
        for job in jobs:
            start = time.monotonic()
            yield FinishedJob(job, self._do(job), time.monotonic() - start, 0)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build titles in this process, since a new process would import the whole program for each run."""
    monkeypatch.setattr(run, "WorkerPool", _PoolHere)


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Return a function that writes a catalogue and other files, and returns the path of the catalogue."""

    def make(text: str, files: Mapping[str, str | bytes] = {}) -> Path:
        root = write_files(tmp_path / "house", {"catalog.yaml": text, **files})
        return root / "catalog.yaml"

    return make


@pytest.fixture
def make_catalog(make_file: MakeFile) -> MakeCatalog:
    """Return a function that creates a catalogue without errors."""

    def make(text: str, files: Mapping[str, str | bytes] = {}) -> Catalog:
        catalog, result = read_catalog(make_file(text, files))
        assert [str(finding) for finding in result] == []
        assert catalog is not None
        return catalog

    return make
