"""Provide the storyboard of decks for books written in a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import MakeProject, ReadBook, pictures_of, tiny_png
from triptych.engine.cache import Cache
from triptych.languages.labels import load_labels
from triptych.model.book import Book
from triptych.stages import read_project
from triptych.theme.templating import load_page_templates
from triptych.writers.deck.slides import Deck
from triptych.writers.deck.story.storyboard import StoryOptions, make_storyboard

Tell = Callable[..., Deck]

FILES: dict[str, str | bytes] = {
    "source/data.csv": "year,gw\n2020,1\n2021,\n2022,3\n",
    "source/a.png": tiny_png(4, 2),
}


def told(book: Book, **more: Any) -> Deck:
    labels = load_labels(book.metadata.language)
    deck, findings = make_storyboard(
        book,
        labels,
        load_page_templates(),
        StoryOptions(**more),
        pictures=pictures_of(book),
    )
    assert {item.code for item in findings} <= {"DEK006"}  # talks of tests are far too short
    return deck


@pytest.fixture
def tell(read_book_of: ReadBook) -> Tell:
    """Return the deck of a book of one chapter."""

    def make(markdown: str, **front: Any) -> Deck:
        book, _ = read_book_of(markdown, files=FILES, **front)
        return told(book)

    return make


@pytest.fixture
def tell_chapters(make_project: MakeProject, shared_cache: Cache) -> Tell:
    """Return the deck of a book of several chapters, given by name."""

    def make(
        manifest: str, *, files: dict[str, str] | None = None, more: Any = None, **chapters: str
    ) -> Deck:
        sections = {f"source/{name}.md": text for name, text in chapters.items()}
        head = f"book:\n  title: A book\n  lang: en\n{manifest}"
        project = make_project({"source/book.yaml": head, **sections, **FILES, **(files or {})})
        _, book, result = read_project(project, shared_cache)
        assert book is not None, result
        return told(book, **(more or {}))

    return make
