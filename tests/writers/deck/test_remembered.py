"""Test that decks built with cached results have the same bytes as decks built without."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest

from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.store.journal import JournalEntry, explain_build, save_journal
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob
from triptych.project import Project
from triptych.stages import read_project

pytestmark = pytest.mark.e2e

BOOK = Path(__file__).parents[2] / "books/everything"
SECTIONS = "source/sections"
MOVES = "empty lines, so that all else of a chapter stands further down"
# Successive edits: a file, words in it, and their replacement.
EDITS = {
    "a paragraph": (f"{SECTIONS}/station.md", "Bare rock.", "Bare rock and some grass. It is steep."),
    MOVES: (f"{SECTIONS}/records.md", "\n\n", "\n\n\n\n"),
    "a title": (f"{SECTIONS}/station.md", "title: The station", "title: The station & its \"rock\""),
    "a slide": (f"{SECTIONS}/records.md", "- No night missed", "- No night missed\n- [A link](https://a.b/?c&d)"),
    "the title of a slide": (f"{SECTIONS}/records.md", "What the log says", "What the log tells"),
    "notes": (f"{SECTIONS}/records.md", "Say this slowly.", "Say this very slowly."),
    "the title of a chart": (f"{SECTIONS}/measures.md", "Fog comes and goes", "Fog comes"),
    "data of a chart": ("source/data/nights.csv", "2025", "2026"),
    "numbers, whose sizes all slides share": (f"{SECTIONS}/records.md", "41 m\n", "41 metres and more\n"),
    "a slide is hidden": (f"{SECTIONS}/records.md", "::: {.slide title", "::: {.slide .backup title"),
    "the date": ("source/book.yaml", "date: 2026-01-31", "date: 2026-02-01"),
    "the footer": ("source/book.yaml", "footer: Long Point", "footer: Short Point"),
    "the transition": ("source/book.yaml", "footer: Short Point", "transition: morph, footer: Short Point"),
    "the variation": ("source/book.yaml", "footer: ", "colour-scheme: dark, footer: "),
    "the fonts": ("source/book.yaml", "footer: ", "embed-fonts: none, footer: "),
    "the language": ("source/book.yaml", "lang: en-GB", "lang: en-US"),
}  # fmt: skip


class Desk:
    """A copy of a book that is edited, and the cached results of its builds."""

    def __init__(self, folder: Path, memory: Memory = NO_MEMORY) -> None:
        self.folder, self.builds, self.memory = folder, 0, memory
        shutil.copytree(BOOK, folder / "book")
        self.root = folder / "book"
        self.last = b""

    def copy(self, folder: Path, memory: Memory = NO_MEMORY) -> Desk:
        """Return a copy of the book and of its cache on disk."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other = copy.copy(self)
        other.folder, other.root, other.memory = folder, folder / "book", memory
        return other

    def edit(self, path: str, words: str, others: str) -> None:
        file = self.root / path
        text = file.read_text("utf-8")
        assert words in text
        file.write_text(text.replace(words, others, 1), "utf-8")

    def warm(self) -> tuple[bytes, list[Diagnostic]]:
        """Build the deck with the cache."""
        self.builds += 1
        result = self._made(Cache(self.folder / "cache", self._journal(self.builds), memory=self.memory))
        self.last = result[0]
        return result

    def cold(self) -> tuple[bytes, list[Diagnostic]]:
        """Build the deck without the cache."""
        return self._made(Cache(None))

    def steps(self, name: str) -> list[JournalEntry]:
        """Return the tasks of a step in the last build, and the reasons why they ran."""
        earlier = self.folder / "earlier"
        save_journal(self._journal(self.builds - 1), earlier)
        result = explain_build(self._journal(self.builds), earlier)
        return [entry for entry in result if entry.step == name]

    def ran(self, name: str) -> dict[str, tuple[str, ...]]:
        """Return the tasks of a step that ran in the last build, each with the input that caused it."""
        return {entry.subject: entry.changed_inputs for entry in self.steps(name) if entry.has_run}

    def _journal(self, build: int) -> Path:
        return self.folder / f"journal-{build}"

    def _made(self, cache: Cache) -> tuple[bytes, list[Diagnostic]]:
        project = Project(self.root)
        # Both use cached reading results, so that only the deck is built anew.
        reading = Cache(self.folder / "reading", memory=cache.memory)
        manifest, book, result = read_project(project, reading, formats=("pptx",))
        assert manifest and book, result
        context = BuildContext.for_book(project, book, cache)
        made = OUTPUTS["pptx"].write(WritingJob(book, manifest, context))
        assert made.data, made.findings
        return made.data, made.findings


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return the book before any edit, with one deck built. Tests must not change it."""
    desk = Desk(tmp_path_factory.mktemp("built"))
    desk.warm()
    return desk


@pytest.fixture(scope="module")
def desk(built: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a copy that tests edit one after another."""
    return built.copy(tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize("edited", EDITS)
def test_deck_of_cached_parts_has_the_bytes_of_a_new_one(desk: Desk, edited: str) -> None:
    before = desk.last
    desk.edit(*EDITS[edited])
    after = desk.warm()
    assert after == desk.cold()
    assert (after[0] == before) == (edited == MOVES)


def test_deck_of_memoised_parts_has_the_bytes_of_a_new_one(built: Desk, tmp_path: Path) -> None:
    desk = built.copy(tmp_path, Memory())
    before, _ = desk.warm()
    for edited in (MOVES, "a slide", "the footer", "the variation"):
        desk.edit(*EDITS[edited])
        after, result = desk.warm()
        repeated, _ = desk.warm()
        assert repeated is after, edited
        assert (after, result) == desk.cold(), edited
        assert (after == before) == (edited == MOVES)
        before = after


def test_nothing_is_computed_twice(built: Desk, tmp_path: Path) -> None:
    desk = built.copy(tmp_path)
    steps = ("template", "numbers", "slide", "notes", "office-font")
    assert all(map(desk.ran, steps))
    desk.warm()
    for step in steps:
        assert desk.steps(step)
        assert desk.ran(step) == {}


def test_only_edited_slides_are_rebuilt(built: Desk, tmp_path: Path) -> None:
    desk = built.copy(tmp_path)
    desk.edit(*EDITS["notes"])
    desk.warm()
    assert desk.ran("slide") == {}
    assert desk.ran("notes") == {"What the log says": ("notes",)}
    desk.edit(*EDITS["a slide"])
    desk.warm()
    assert desk.ran("slide") == {"What the log says": ("slide",)}
    assert desk.ran("notes") == {}
    desk.edit(*EDITS[MOVES])
    desk.warm()
    assert desk.ran("slide") == desk.ran("notes") == {}
    desk.edit(*EDITS["data of a chart"])
    desk.warm()
    assert set(desk.ran("slide")) == {"Fog comes and goes", "Nights and fog"}
