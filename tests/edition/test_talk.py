"""The talk that is built from the edition: long enough for half an hour, each chapter shown, each source named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pptx
import pytest
from pptx.shapes.autoshape import Shape
from pptx.shapes.picture import Picture
from pptx.slide import Slide

from tests.edition.data import SOURCE
from triptych.languages.labels import load_labels
from triptych.languages.sentences import word_count
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Paragraph
from triptych.model.walk import book_nodes, plain_text
from triptych.press import Request, press
from triptych.project import Project
from triptych.writers.deck.story.belonging import in_sentences
from triptych.writers.deck.story.speech.wording import Wording

_SECTION = "{http://schemas.microsoft.com/office/powerpoint/2010/main}section"
# Titles, contents, the first slide of a chapter, the last of all: what frames the talk.
_FRAMES = ("Title Slide", "Section Header", "Closing")
# "(IPJoin 2024)", "Xinhua (2024h)", or a source line in words.
_SPOKEN_OF = re.compile(r"\b[Tt]h(?:e|is) (chart|table|picture)\b")
_LEADS_ELSEWHERE = re.compile(r"\b(?:Figure|Table|Chapter|Section)\s\d|\([^()]*\b(?:19|20)\d\d[a-z]?\)|\[\d")
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
    def notes(self) -> str:
        """What the speaker says."""
        frame = self.slide.notes_slide.notes_text_frame if self.slide.has_notes_slide else None
        return frame.text if frame else ""

    @property
    def evidence(self) -> set[str]:
        """What of the book's it shows, as a speaker calls it."""
        shapes = list(self.slide.shapes)
        named = {"chart": any(one.has_chart for one in shapes), "table": any(one.has_table for one in shapes)}
        pictures = any(isinstance(one, Picture) for one in shapes)
        return {name for name, there in {**named, "picture": pictures}.items() if there}

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


def test_its_notes_can_be_said_in_half_an_hour(talk: list[Told]) -> None:
    assert 3600 <= sum(word_count(one.notes) for one in talk if not one.hidden) <= 4200


def said(slide: Told) -> str:
    """The notes up to the line that leads to the book; what a slide has no room for stands behind it."""
    return slide.notes.partition("\nIn the book:")[0]


def test_each_exhibit_is_spoken_of_in_its_own_notes(talk: list[Told], edition: Book) -> None:
    wording = Wording(load_labels(edition.metadata.language), dict.fromkeys(edition.labels, "chart"))
    parts = (
        part
        for node in book_nodes(edition)
        if isinstance(node, Paragraph)
        for part in in_sentences(node.content)
    )
    pointing = [one.text for part in parts if (one := wording.sentence(part)) and one.points]
    shown = [one for one in talk if one.evidence and not one.title.startswith("Sources")]
    spoken_of = [
        one
        for one in shown
        if one.evidence <= set(_SPOKEN_OF.findall(said(one)))
        or any(text in said(one) for text in pointing)  # it is named in brackets
    ]
    assert len(shown) > 25
    assert [one.title for one in shown if one not in spoken_of] == []
    assert [one.title for one in talk if set(_SPOKEN_OF.findall(said(one))) - one.evidence] == []


def test_what_is_said_leads_nowhere_else(talk: list[Told]) -> None:
    assert [one.title for one in talk if _LEADS_ELSEWHERE.search(said(one))] == []
    evidence = [one for one in talk if one.evidence]
    assert all("\nIn the book: section" in one.notes for one in evidence if one.chapter != "Sources")


def test_the_last_slide_has_words_of_its_own_only(talk: list[Told]) -> None:
    last = [one for one in talk if not one.hidden][-1]
    assert (last.slide.slide_layout.name, last.notes) == ("Closing", "")
