"""Test the talk of the edition: half an hour, notes for each slide, and a source on each slide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pptx
import pytest
import yaml
from pptx.shapes.autoshape import Shape
from pptx.shapes.picture import Picture
from pptx.slide import Slide

from tests.e2e.conftest import build_edition
from tests.edition.data import SOURCE
from tests.once import Shelf
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.languages.sentences import count_spoken_words
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildRequest

pytestmark = pytest.mark.e2e

PACE = 130  # words per minute
# Titles, the summary and the last slide, which frame the talk.
_FRAMES = ("Title Slide", "Closing")
# "(IPJoin 2024)", "Xinhua (2024h)", or a source line in words.
_LEADS_ELSEWHERE = re.compile(
    r"\b(?:Figure|Table|Chapter|Section)\s\d|\([^()]*\b(?:19|20)\d\d[a-z]?\)|\[\d|https?:"
)
_SOURCE = re.compile(r"\b[Ss]ources?: \w|\b(?:19|20)\d\d[a-z]?(?:[,;)]|$)|sources in the book")
_NO_WORDS = re.compile(r"\W+")
# Spoken phrases that do not occur in a report.
_SPOKEN = re.compile(
    r"\b(?:you|your|I|we|us|let’s|here is|look|now)\b|\w’(?:s|t|ll|re|ve|d|m)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Told:
    """A slide of the talk."""

    slide: Slide

    @property
    def hidden(self) -> bool:
        return self.slide._element.get("show") == "0"

    @property
    def title(self) -> str:
        shape = self.slide.shapes.title
        return str(shape.text_frame.text) if shape is not None else ""

    @property
    def texts(self) -> list[str]:
        """Return its texts without the title."""
        title = self.slide.shapes.title
        shapes = (shape for shape in self.slide.shapes if isinstance(shape, Shape) and shape != title)
        return [shape.text_frame.text for shape in shapes]

    @property
    def shown(self) -> str:
        """Return all visible text, including charts and tables, without captions that cite sources."""
        words = [self.title, *(text for text in self.texts if not _SOURCE.search(text))]
        for shape in self.slide.shapes:
            if shape.has_chart:
                for plot in shape.chart.plots:
                    words += [str(category) for category in plot.categories] + [
                        series.name for series in plot.series
                    ]
            if shape.has_table:
                words += [cell.text for row in shape.table.rows for cell in row.cells]
        return " ".join(words)

    @property
    def said(self) -> str:
        """Return the speaker notes, up to the line that refers to the book."""
        frame = self.slide.notes_slide.notes_text_frame if self.slide.has_notes_slide else None
        return (frame.text if frame else "").partition("\nIn the book:")[0]

    @property
    def names_its_source(self) -> bool:
        return any(_SOURCE.search(line) for text in self.texts for line in text.splitlines())

    @property
    def draws_an_idea(self) -> bool:
        """Return whether the slide is a drawing without data, which needs no source."""
        return any(isinstance(shape, Picture) for shape in self.slide.shapes) and not re.search(
            r"\d\d", self.shown
        )

    @property
    def frames(self) -> bool:
        return self.slide.slide_layout.name in _FRAMES


def slides_of(deck: Path, found: list[Diagnostic]) -> list[Told]:
    assert not found
    return [Told(slide) for slide in pptx.Presentation(str(deck)).slides]


@pytest.fixture(scope="module")
def talk(shelf: Shelf, shared_cache: Cache) -> list[Told]:
    """Return the slides of the built deck."""
    edition = build_edition(shelf, shared_cache)
    return slides_of(edition.outputs["pptx"], edition.outcome.diagnostics)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache) -> list[Told]:
    """Return the slides of the short talk."""
    folder = tmp_path_factory.mktemp("board")
    cache = shared_cache.folder
    request = BuildRequest(output_folder=folder, formats=("pptx",), talk="board", cache_folder=cache)
    outcome = press(Project(SOURCE.parent, environ={}), request)
    assert outcome.has_outputs, outcome.diagnostics
    return slides_of(outcome.outputs["pptx"], outcome.diagnostics)


def seen(talk: list[Told]) -> list[Told]:
    return [item for item in talk if not item.hidden]


def words_said(talk: list[Told]) -> int:
    return sum(count_spoken_words(item.said) for item in seen(talk))


def test_talk_lasts_half_an_hour(talk: list[Told]) -> None:
    assert 18 <= len(seen(talk)) <= 24
    assert 3600 <= words_said(talk) <= 30 * PACE


def test_board_talk_lasts_ten_minutes(board: list[Told]) -> None:
    assert 6 <= len(seen(board)) <= 10
    assert 1000 <= words_said(board) <= 10 * PACE
    titles = [item.title for item in board]
    assert len(titles) == len(set(titles))


def test_summary_comes_first_message_last_and_backup_slides_follow(talk: list[Told]) -> None:
    first, summary, *_, last = seen(talk)
    assert first.slide.slide_layout.name == "Title Slide"
    assert last.slide.slide_layout.name == "Closing"
    _, front, _ = (SOURCE / "conclusion.md").read_text("utf-8").split("---\n", 2)
    message = yaml.safe_load(front)["takeaways"][0].rstrip(".")
    assert message in last.shown
    assert message not in summary.shown
    places = [place for place, item in enumerate(talk) if item.hidden]
    assert places == list(range(len(seen(talk)), len(talk)))
    assert len(places) > 20


def content_words(text: str) -> set[str]:
    """Return the stems of longer words: "production" and "products" both become "produ"."""
    return {word[:5].lower() for word in _NO_WORDS.split(text) if len(word) > 4 and not word.isdigit()}


def test_notes_of_each_slide_mention_it(talk: list[Told]) -> None:
    """Test that notes fit their slide: they are among the three notes that share most words with it.

    Only slides with twenty or more words are tested.
    """
    spoken = [entry for entry in seen(talk) if not entry.frames]
    wrong = []
    for item in spoken:
        shown = content_words(item.shown)
        taken_up = {id(other): len(shown & content_words(other.said)) for other in spoken}
        better = [other.title for other in spoken if taken_up[id(other)] > taken_up[id(item)]]
        if len(better) > 2 or count_spoken_words(item.said) < 60:
            wrong.append(f"{item.title}: {count_spoken_words(item.said)} words; rather spoken of at {better}")
    assert not wrong, "\n".join(wrong)


def test_notes_are_written_for_speech(talk: list[Told]) -> None:
    long, stiff = [], []
    for item in seen(talk):
        sentences = re.split(r"(?<=[.?!])\s+", item.said)
        long += [f"{item.title}: {text}" for text in sentences if count_spoken_words(text) > 45]
        if len(_SPOKEN.findall(item.said)) < 2:
            stiff.append(item.title)
    assert not long, "\n".join(long)
    assert not stiff, "\n".join(stiff)


def test_no_sentence_is_repeated(talk: list[Told]) -> None:
    result = [
        text
        for item in seen(talk)
        for text in re.split(r"(?<=[.?!])\s+", item.said)
        if count_spoken_words(text) > 4
    ]
    assert [text for text in set(result) if result.count(text) > 1] == []


def test_notes_have_no_references(talk: list[Told]) -> None:
    assert [item.title for item in seen(talk) if _LEADS_ELSEWHERE.search(item.said)] == []
    titles = [item.title for item in seen(talk)[2:-1] if "\nIn the book: " not in _notes(item)]
    assert titles == []


def _notes(one: Told) -> str:
    return one.slide.notes_slide.notes_text_frame.text if one.slide.notes_slide.notes_text_frame else ""


def exhibits(talk: list[Told]) -> Iterator[Told]:
    frames = {id(item) for item in seen(talk)[:2]}
    return (
        item
        for item in talk
        if not item.frames and id(item) not in frames and not item.title.startswith("Sources")
    )


def test_each_slide_of_evidence_names_its_source(talk: list[Told]) -> None:
    unsourced = [
        item.title for item in exhibits(talk) if not item.names_its_source and not item.draws_an_idea
    ]
    assert unsourced == []
