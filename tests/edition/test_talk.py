"""The talk that is built from the edition: half an hour of spoken English, each slide spoken of, each source named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pptx
import pytest
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

PACE = 130  # words a minute
# Titles, summary, the last of all: what frames the talk.
_FRAMES = ("Title Slide", "Closing")
# "(IPJoin 2024)", "Xinhua (2024h)", or a source line in words.
_LEADS_ELSEWHERE = re.compile(
    r"\b(?:Figure|Table|Chapter|Section)\s\d|\([^()]*\b(?:19|20)\d\d[a-z]?\)|\[\d|https?:"
)
_SOURCE = re.compile(r"\bSources?: \w|\b(?:19|20)\d\d[a-z]?(?:[,;)]|$)|sources in the book")
_NO_WORDS = re.compile(r"\W+")
# What people say and nobody writes in a report.
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
        """Its texts without its title."""
        title = self.slide.shapes.title
        shapes = (one for one in self.slide.shapes if isinstance(one, Shape) and one != title)
        return [one.text_frame.text for one in shapes]

    @property
    def shown(self) -> str:
        """What the audience sees, in charts and tables as well, without captions that name sources."""
        words = [self.title, *(text for text in self.texts if not _SOURCE.search(text))]
        for shape in self.slide.shapes:
            if shape.has_chart:
                for plot in shape.chart.plots:
                    words += [str(one) for one in plot.categories] + [series.name for series in plot.series]
            if shape.has_table:
                words += [cell.text for row in shape.table.rows for cell in row.cells]
        return " ".join(words)

    @property
    def said(self) -> str:
        """What the speaker says, up to the line that leads to the book."""
        frame = self.slide.notes_slide.notes_text_frame if self.slide.has_notes_slide else None
        return (frame.text if frame else "").partition("\nIn the book:")[0]

    @property
    def names_its_source(self) -> bool:
        return any(_SOURCE.search(line) for text in self.texts for line in text.splitlines())

    @property
    def draws_an_idea(self) -> bool:
        """Whether it is a drawing of our own with no figure below it, which needs no source."""
        return any(isinstance(one, Picture) for one in self.slide.shapes) and not re.search(
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
    """The slides of the built deck."""
    edition = build_edition(shelf, shared_cache)
    return slides_of(edition.outputs["pptx"], edition.outcome.diagnostics)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache) -> list[Told]:
    """The slides of the short talk."""
    folder = tmp_path_factory.mktemp("board")
    cache = shared_cache.folder
    request = BuildRequest(output_folder=folder, formats=("pptx",), talk="board", cache_folder=cache)
    outcome = press(Project(SOURCE.parent, environ={}), request)
    assert outcome.has_outputs, outcome.diagnostics
    return slides_of(outcome.outputs["pptx"], outcome.diagnostics)


def seen(talk: list[Told]) -> list[Told]:
    return [one for one in talk if not one.hidden]


def words_said(talk: list[Told]) -> int:
    return sum(count_spoken_words(one.said) for one in seen(talk))


def test_it_fills_half_an_hour(talk: list[Told]) -> None:
    assert 18 <= len(seen(talk)) <= 24
    assert 3600 <= words_said(talk) <= 30 * PACE


def test_a_board_hears_it_in_ten_minutes(board: list[Told]) -> None:
    assert 6 <= len(seen(board)) <= 10
    assert 1000 <= words_said(board) <= 10 * PACE
    titles = [one.title for one in board]
    assert len(titles) == len(set(titles))


def test_summary_comes_first_message_last_and_the_rest_is_for_questions(talk: list[Told]) -> None:
    first, summary, *_, last = seen(talk)
    assert first.slide.slide_layout.name == "Title Slide"
    assert last.slide.slide_layout.name == "Closing"
    assert summary.title.rstrip(".") in last.shown
    places = [place for place, one in enumerate(talk) if one.hidden]
    assert places == list(range(len(seen(talk)), len(talk)))
    assert len(places) > 20


def content_words(text: str) -> set[str]:
    """The beginnings of longer words: "production" and "products" both begin with "produ"."""
    return {word[:5].lower() for word in _NO_WORDS.split(text) if len(word) > 4 and not word.isdigit()}


def test_each_slide_is_spoken_of_in_its_own_notes(talk: list[Told]) -> None:
    """Its own notes are among the three that take up most of the words it shows, of twenty and more."""
    spoken = [one for one in seen(talk) if not one.frames]
    wrong = []
    for one in spoken:
        shown = content_words(one.shown)
        taken_up = {id(other): len(shown & content_words(other.said)) for other in spoken}
        better = [other.title for other in spoken if taken_up[id(other)] > taken_up[id(one)]]
        if len(better) > 2 or count_spoken_words(one.said) < 60:
            wrong.append(f"{one.title}: {count_spoken_words(one.said)} words; rather spoken of at {better}")
    assert not wrong, "\n".join(wrong)


def test_it_is_written_to_be_spoken(talk: list[Told]) -> None:
    long, stiff = [], []
    for one in seen(talk):
        sentences = re.split(r"(?<=[.?!])\s+", one.said)
        long += [f"{one.title}: {text}" for text in sentences if count_spoken_words(text) > 45]
        if len(_SPOKEN.findall(one.said)) < 2:
            stiff.append(one.title)
    assert not long, "\n".join(long)
    assert not stiff, "\n".join(stiff)


def test_no_sentence_is_said_twice(talk: list[Told]) -> None:
    said = [
        text
        for one in seen(talk)
        for text in re.split(r"(?<=[.?!])\s+", one.said)
        if count_spoken_words(text) > 4
    ]
    assert [text for text in set(said) if said.count(text) > 1] == []


def test_what_is_said_leads_nowhere_else(talk: list[Told]) -> None:
    assert [one.title for one in seen(talk) if _LEADS_ELSEWHERE.search(one.said)] == []
    lost = [one.title for one in seen(talk)[2:-1] if "\nIn the book: " not in _notes(one)]
    assert lost == []


def _notes(one: Told) -> str:
    return one.slide.notes_slide.notes_text_frame.text if one.slide.notes_slide.notes_text_frame else ""


def exhibits(talk: list[Told]) -> Iterator[Told]:
    frames = {id(one) for one in seen(talk)[:2]}
    return (
        one
        for one in talk
        if not one.frames and id(one) not in frames and not one.title.startswith("Sources")
    )


def test_each_slide_of_evidence_names_its_source(talk: list[Told]) -> None:
    unsourced = [one.title for one in exhibits(talk) if not one.names_its_source and not one.draws_an_idea]
    assert unsourced == []
