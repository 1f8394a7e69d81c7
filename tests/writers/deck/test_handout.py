"""The handout: every slide as text with what is said under it, set as a book."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.conftest import MakeProject
from tests.writers.deck.conftest import MODIFIED, point
from triptych.build_context import BuildContext
from triptych.checks.texts import pdf_text
from triptych.checks.wordings import letters
from triptych.engine.cache import Cache
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Matter, Metadata, Role
from triptych.model.walk import plain_text, walk_all
from triptych.press import Request, press, read
from triptych.settings.reading import read_manifest
from triptych.writers import WRITERS, WritingJob
from triptych.writers.deck.handout import handout
from triptych.writers.deck.slides import Deck, DeckSlide, Layout, Run, TextBody
from triptych.writers.deck.story.runs import spoken

SECTION = """---
title: Energy
summary: In short.
takeaways: [Solar grows]
---
Prose of the *author*, see @sec-later.

::: {.chart #fig-a data=data.csv x=year y=gw slide-title="Capacity has doubled" fig-alt="A line"}
Capacity
:::

More prose [@nobody].

## Later {#sec-later}

::: {.slide title="By hand"}
- One
- Two
:::
"""


def book_of(*chapters: Chapter) -> Book:
    meta = Metadata(title="A book", language="en", identifier="urn:uuid:1", modified=MODIFIED)
    return Book(metadata=meta, chapters=chapters)


def chapter(name: str, **more: Any) -> Chapter:
    return Chapter(id=name, slug=name, source="", title=(nodes.Text(text=name),), blocks=(), **more)


def slides(*given: DeckSlide) -> Deck:
    return Deck(slides=given, title="A book", language="en", authors=(), modified=MODIFIED)


def test_lists_keep_their_levels_and_numbers() -> None:
    paras = (
        point("Lead", bullet=False),
        point("A"),
        point("a", level=1),
        point("B"),
        point("First", number=3),
        point("Second", number=4),
        point("Other", number=1, style="lower-alpha", brackets=")"),
    )
    opener = DeckSlide(layout=Layout.DIVIDER, title="one", id="one")
    told = handout(
        book_of(chapter("one")),
        slides(opener, DeckSlide(layout=Layout.BULLETS, title="T", body=TextBody(paras=paras))),
    )
    (card,) = told.chapters[0].blocks
    assert isinstance(card, nodes.Group)
    _, title, lead, bullets, *numbered = card.content
    assert isinstance(title, nodes.Heading) and plain_text(title.content) == "T"
    assert isinstance(lead, nodes.Paragraph)
    assert isinstance(bullets, nodes.BulletList)
    first = bullets.items[0].content
    assert isinstance(first[1], nodes.BulletList)
    told_of = [(one.start, one.style, one.brackets, plain_text((one,))) for one in numbered]
    assert told_of == [(3, "decimal", "", "First Second"), (1, "lower-alpha", ")", "Other")]


def test_looks_of_runs_are_those_of_text() -> None:
    opener = DeckSlide(
        layout=Layout.DIVIDER,
        title="one",
        id="one",
        notes=(
            (Run(text="x", bold=True), Run(text="y", code=True), Run(text="z", href="https://a.example/")),
        ),
    )
    told = handout(book_of(chapter("one")), slides(opener))
    found = {type(node) for node in walk_all(told.chapters[0].blocks)}
    assert {nodes.Styled, nodes.Code, nodes.Link} <= found


def test_back_matter_stays_but_the_index_and_what_stands_before_the_chapters() -> None:
    chapters = (
        chapter("preface", matter=Matter.FRONT),
        chapter("one"),
        chapter("terms", matter=Matter.BACK, role=Role.GLOSSARY),
        chapter("index", matter=Matter.BACK, role=Role.INDEX),
    )
    opener = DeckSlide(layout=Layout.DIVIDER, title="one", id="one")
    closing = DeckSlide(layout=Layout.CLOSING, title="Thank you", notes=(spoken("Bye."),))
    told = handout(book_of(*chapters), slides(opener, closing))
    assert [one.id for one in told.chapters] == ["one", "terms"]
    assert told.chapters[0].blocks == ()


@pytest.fixture
def project(make_project: MakeProject) -> Any:
    return make_project(
        {
            "source/book.yaml": "book:\n  title: A book\n  author: A\n  chapters: [one.md]\nlang: en\n"
            "format: {pdf: default, epub: default, pptx: {notes: full}}\n",
            "source/one.md": SECTION.replace(" [@nobody]", ""),
            "source/data.csv": "year,gw\n2020,1\n2021,2\n",
        }
    )


def test_it_is_a_pdf_of_its_own_name_that_leads_nowhere_else(project: Any, tmp_path: Path) -> None:
    outcome = press(project, Request(output_folder=tmp_path / "out", profiles=("handout",)))
    assert not [str(one) for one in outcome.diagnostics]
    (path,) = outcome.outputs.values()
    assert path.name == "a-book-handout.pdf"
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) >= 3
        assert [float(value) for value in pdf.pages[0].MediaBox][2:] == pytest.approx([595.28, 841.89], abs=1)


def test_so_is_the_script_of_a_chart_with_a_headline(project: Any, tmp_path: Path) -> None:
    outcome = press(project, Request(output_folder=tmp_path / "out", profiles=("script",)))
    assert not [str(one) for one in outcome.diagnostics]
    assert [path.name for path in outcome.outputs.values()] == ["a-book-script.pdf"]


def test_all_that_is_shown_or_said_is_in_it(project: Any, shared_cache: Cache) -> None:
    manifest, _, _ = read_manifest(project, ("handout",))
    _, book, _ = read(project, shared_cache, ("handout",))
    assert manifest is not None and book is not None
    made = WRITERS["pdf"](WritingJob(book, manifest, BuildContext.for_book(project, book, shared_cache)))
    assert made.found == []
    told = pdf_text(made.data)
    words = told.shown + told.alternatives
    for text in ("Solar grows", "Prose of the author", "Capacity", "More prose", "By hand", "One", "Two"):
        assert letters(text) in words, text
