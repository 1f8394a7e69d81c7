"""The talk that is built from the edition: long enough for half an hour, each chapter shown, each source named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pptx
import pytest
from pptx.shapes.autoshape import Shape
from pptx.slide import Slide

from tests.edition.data import SOURCE
from triptych.model.book import Chapter
from triptych.model.walk import plain_text
from triptych.press import Request, press
from triptych.project import Project

_SECTION = "{http://schemas.microsoft.com/office/powerpoint/2010/main}section"
# Titles, contents, the first slide of a chapter, the last of all: what frames the talk.
_FRAMES = ("Title Slide", "Section Header", "Closing")
# "(IPJoin 2024)", "Xinhua (2024h)", or a source line in words.
_SOURCE = re.compile(r"\bSources?: \w|\b(?:19|20)\d\d[a-z]?(?:[,;)]|$)")


@dataclass(frozen=True, slots=True)
class Told:
    """A slide of the talk, and the chapter whose section it is in."""

    chapter: str
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
    def names_its_source(self) -> bool:
        return any(_SOURCE.search(line) for text in self.texts for line in text.splitlines())

    @property
    def draws_an_idea(self) -> bool:
        """Whether it is a drawing of our own with no figure below it, which needs no source."""
        drawn = self.slide.slide_layout.name == "Picture with Caption"
        return drawn and not re.search(r"\d", " ".join(self.texts))


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """The slides of the built deck."""
    folder = tmp_path_factory.mktemp("talk")
    outcome = press(Project(SOURCE.parent, environ={}), Request(output_folder=folder, formats=("pptx",)))
    assert outcome.ok, outcome.diagnostics
    deck = pptx.Presentation(str(outcome.outputs["pptx"]))
    chapters = {
        int(entry.attrib["id"]): str(section.attrib["name"])
        for section in deck.part._element.iter(_SECTION)
        for entry in section.iter("{*}sldId")
    }
    return [Told(chapters[slide.slide_id], slide) for slide in deck.slides]


def evidence(talk: list[Told], chapter: str) -> Iterator[Told]:
    return (one for one in talk if one.chapter == chapter and one.slide.slide_layout.name not in _FRAMES)


def test_it_fills_half_an_hour(talk: list[Told]) -> None:
    assert 25 <= sum(not one.hidden for one in talk) <= 40


def test_it_shows_evidence_of_each_chapter(talk: list[Told], chapters: list[Chapter]) -> None:
    for chapter in chapters:
        shown = [one for one in evidence(talk, plain_text(chapter.title)) if not one.hidden]
        assert 1 <= len(shown) <= 4, plain_text(chapter.title)


def test_each_slide_of_evidence_names_its_source(talk: list[Told], chapters: list[Chapter]) -> None:
    unsourced = [
        one.title
        for chapter in chapters
        for one in evidence(talk, plain_text(chapter.title))
        if not one.names_its_source and not one.draws_an_idea
    ]
    assert unsourced == []
