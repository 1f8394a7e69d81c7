"""The edition that this repository publishes, read once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edition.data import SOURCE
from triptych.engine.cache import Cache
from triptych.model.book import Book, Chapter, Matter
from triptych.project import Project
from triptych.stages import read_project


@pytest.fixture(scope="session")
def edition(shared_cache: Cache) -> Book:
    """The edition as a resolved book, without a finding."""
    _, book, found = read_project(Project(SOURCE.parent, environ={}), shared_cache)
    assert found == []
    assert book is not None
    return book


@pytest.fixture(scope="session")
def chapters(edition: Book) -> list[Chapter]:
    """Its numbered chapters, from the introduction to the conclusion."""
    return [one for one in edition.chapters if one.matter is Matter.BODY and one.source and one.numbered]


def name_of(chapter: Chapter) -> str:
    """What the ledger calls a chapter: its file without the ending."""
    return Path(chapter.source).stem
