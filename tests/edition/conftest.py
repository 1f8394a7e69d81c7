"""Provide the edition that this repository publishes, read once per session."""

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
    """Return the edition as a resolved book, which must have no findings."""
    _, book, result = read_project(Project(SOURCE.parent, environ={}), shared_cache)
    assert result == []
    assert book is not None
    return book


@pytest.fixture(scope="session")
def chapters(edition: Book) -> list[Chapter]:
    """Return its numbered chapters, from the introduction to the conclusion."""
    return [
        chapter
        for chapter in edition.chapters
        if chapter.matter is Matter.BODY and chapter.source and chapter.numbered
    ]


def name_of(chapter: Chapter) -> str:
    """Return the name of a chapter in the ledger: its file name without the extension."""
    return Path(chapter.source).stem
