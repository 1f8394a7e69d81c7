"""Test the handout: slides as cards beside their notes, two or three per page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.conftest import MakeProject, tiny_png
from tests.writers.deck.conftest import MODIFIED, point
from tests.writers.print.glyphs import lines_of, pages_of, words
from triptych.build_context import BuildContext
from triptych.checks.texts import read_pdf_text
from triptych.checks.wordings import normalise_text
from triptych.engine.cache import Cache
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Matter, Metadata, Part, Role
from triptych.model.walk import book_nodes, plain_text, walk_all
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob
from triptych.press import press
from triptych.request import BuildRequest
from triptych.settings.manifest_reader import read_manifest
from triptych.stages import read_project
from triptych.writers.deck.handout import make_handout, use_printed_diagrams
from triptych.writers.deck.slides import Deck, DeckSlide, Run, SlideKindName, TextBody
from triptych.writers.deck.story.runs import make_plain_note

SECTION = """---
title: Energy
summary: In short.
takeaways: [Solar grows]
---
Prose of the *author*, see @sec-later.

::: {.chart #fig-a data=data.csv x=year y=gw type=line slide-title="Capacity has doubled" fig-alt="A line"}
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


def told_of(book: Book, deck: Deck, **more: Any) -> tuple[nodes.Block, ...]:
    """Return the blocks of a handout's only chapter."""
    (whole,) = make_handout(book, deck, **more).chapters
    return whole.blocks


def named(blocks: tuple[nodes.Block, ...], name: str) -> list[nodes.Group]:
    """Return the divs of a class at any level."""
    return [node for node in walk_all(blocks) if isinstance(node, nodes.Group) and node.attr.has(name)]


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
    blocks = told_of(
        book_of(chapter("one")),
        slides(DeckSlide(kind=SlideKindName.BULLETS, title="T", body=TextBody(paras=paras))),
    )
    (card,) = named(blocks, "slide-card")
    _, title, lead, bullets, *numbered = card.content
    assert isinstance(title, nodes.Heading) and plain_text(title.content) == "T"
    assert isinstance(lead, nodes.Paragraph)
    assert isinstance(bullets, nodes.BulletList)
    first = bullets.items[0].content
    assert isinstance(first[1], nodes.BulletList)
    rows = [(item.start, item.style, item.brackets, plain_text((item,))) for item in numbered]
    assert rows == [(3, "decimal", "", "First Second"), (1, "lower-alpha", ")", "Other")]


def test_looks_of_runs_are_those_of_text() -> None:
    notes = ((Run(text="x", bold=True), Run(text="y", code=True), Run(text="z", href="https://a.example/")),)
    slide = DeckSlide(kind=SlideKindName.BULLETS, title="T", notes=notes)
    results = {type(node) for node in walk_all(told_of(book_of(chapter("one")), slides(slide)))}
    assert {nodes.Styled, nodes.Code, nodes.Link} <= results


def test_takeaways_are_a_list_and_not_repeated() -> None:
    summary, takeaway = (nodes.Text(text="In short."),), (nodes.Text(text="It grows."),)
    item = chapter("one", summary=summary, takeaways=(takeaway,))
    divider = DeckSlide(
        kind=SlideKindName.DIVIDER,
        title="one",
        id="one",
        chapter="one",
        notes=(make_plain_note("In short."), make_plain_note("It grows."), make_plain_note("And more.")),
    )
    blocks = told_of(book_of(item), slides(divider))
    heading, brief = blocks
    assert isinstance(heading, nodes.Heading) and (heading.level, heading.attr.id) == (2, "one")
    assert isinstance(brief, nodes.Group)
    rows = [(type(block).__name__, plain_text((block,))) for block in brief.content]
    assert rows == [("Paragraph", "In short."), ("BulletList", "It grows."), ("Paragraph", "And more.")]


def test_part_title_precedes_its_first_chapter() -> None:
    item = chapter("one", part=Part(id="p", title="The light", number="I"))
    divider = DeckSlide(
        kind=SlideKindName.DIVIDER,
        title="one",
        id="one",
        chapter="one",
        notes=(make_plain_note("Part I: The light"),),
    )
    part, heading = told_of(book_of(item), slides(divider))
    assert plain_text((part,)) == "Part I: The light"
    assert isinstance(heading, nodes.Heading)


def test_takeaways_slide_is_not_repeated_below() -> None:
    takeaways = ((nodes.Text(text="It grows."),), (nodes.Text(text="It shines."),))
    paras = (point("It grows."), point("It shines."))
    slide = DeckSlide(
        kind=SlideKindName.BULLETS,
        title="In brief",
        chapter="one",
        body=TextBody(paras=paras),
        notes=(make_plain_note("So."),),
    )
    blocks = told_of(book_of(chapter("one", takeaways=takeaways)), slides(slide))
    assert not named(blocks, "slide-card")
    assert plain_text(blocks) == "one It grows. It shines. So."


def test_diagrams_are_those_of_the_pages() -> None:
    def picture(name: bytes) -> nodes.Picture:
        return nodes.Picture(path="", media_type="image/svg+xml", width=1, height=1, drawing=name)

    wide, tall = picture(b"wide"), picture(b"tall")
    image = nodes.Image(source="diagram", alt="x", picture=wide, variants=(("pdf", tall),))
    book = book_of(replace(chapter("one"), blocks=(nodes.Figure(images=(image,), caption=()),)))
    on_slide = nodes.Figure(images=(replace(image, variants=()),), caption=())
    handout = make_handout(
        book, slides(DeckSlide(kind=SlideKindName.PICTURE, title="T", book_blocks=(on_slide,)))
    )
    blocks = use_printed_diagrams(handout, book, "pdf").chapters[0].blocks
    assert [node.picture for node in walk_all(blocks) if isinstance(node, nodes.Image)] == [tall]


def test_navigation_slides_are_omitted() -> None:
    given = slides(
        DeckSlide(
            kind=SlideKindName.TITLE, title="A book", subtitle="Its line", notes=(make_plain_note("Hello."),)
        ),
        DeckSlide(kind=SlideKindName.BULLETS, title="Contents", id="agenda"),
        DeckSlide(kind=SlideKindName.BULLETS, title="Shown", chapter="one"),
        DeckSlide(kind=SlideKindName.CLOSING, title="Thank you", notes=(make_plain_note("Bye."),)),
    )
    reported = plain_text(told_of(book_of(chapter("one")), given))
    assert reported == "Its line Hello. one 3 Shown"


def test_hidden_slides_are_last_in_pairs_or_omitted() -> None:
    given = slides(
        *(
            DeckSlide(kind=SlideKindName.BULLETS, title=f"H{n}", hidden=True, notes=(make_plain_note("x"),))
            for n in "123"
        ),
        DeckSlide(kind=SlideKindName.BULLETS, title="Shown", book_reference="In the book: p. 3"),
    )
    blocks = told_of(book_of(chapter("one")), given)
    pairs = [len(pair.content) for pair in named(blocks, "slide-pair")]
    assert pairs == [2, 1]
    shown = plain_text(blocks)
    assert shown.index("Shown") < shown.index("Backup") < shown.index("H1")
    assert "x" not in shown, "nobody says it"
    assert "H1" not in plain_text(told_of(book_of(chapter("one")), given, hidden=False))


def test_the_sources_are_those_of_the_cards() -> None:
    def source(name: str) -> nodes.Source:
        return nodes.Source(content=(nodes.Text(text=name),), attr=nodes.Attr(name))

    source_list = nodes.ReferenceList(sources=(source("ref-a"), source("ref-b")))
    back = replace(chapter("refs", matter=Matter.BACK, role=Role.BIBLIOGRAPHY), blocks=(source_list,))
    cited = nodes.Citation(entries=("ref-b",), content=(nodes.Text(text="(b)"),))
    slide = DeckSlide(kind=SlideKindName.BULLETS, title="T", book_blocks=(nodes.Paragraph(content=(cited,)),))
    blocks = told_of(book_of(chapter("one"), back), slides(slide, slide))
    (kept,) = [node for node in walk_all(blocks) if isinstance(node, nodes.ReferenceList)]
    assert [item.attr.id for item in kept.sources] == ["ref-b"]
    assert not [
        node for node in walk_all(told_of(book_of(back), slides())) if isinstance(node, nodes.ReferenceList)
    ]


def test_large_slide_content_has_the_page_width() -> None:
    row = nodes.Row(cells=(nodes.Cell(content=(nodes.Paragraph(content=(nodes.Text(text="x"),)),)),))
    for count, stands in ((3, "beside"), (40, "stacked")):
        table = nodes.Table(columns=(nodes.Column(),), head=(), body=(row,) * count)
        slide = DeckSlide(
            kind=SlideKindName.TABLE, title="T", book_blocks=(table,), notes=(make_plain_note("x"),)
        )
        assert len(named(told_of(book_of(chapter("one")), slides(slide)), stands)) == 1


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


def test_a_picture_that_fills_a_slide_is_on_its_card(make_project: MakeProject, shared_cache: Cache) -> None:
    files = {
        "source/book.yaml": "book:\n  title: T\n  chapters: [a.md]\nlang: en\nformat: {pdf: {content: handout}}\n",
        "source/a.md": '# A\n\n::: {.slide title="By night" background-image=dot.png fig-alt="A dark sea"}\n:::\n',
        "source/dot.png": tiny_png(90, 40),
    }
    project = make_project(files)
    manifest, book, _ = read_project(project, shared_cache)
    assert manifest is not None and book is not None
    context = BuildContext.for_book(project, book, shared_cache)
    result = OUTPUTS["pdf"].write(WritingJob(book, manifest, context)).book
    assert [figure.images[0].alt for figure in book_nodes(result, nodes.Figure)] == ["A dark sea"]


def test_handout_is_a_separate_pdf_without_external_links(project: Any, tmp_path: Path) -> None:
    outcome = press(project, BuildRequest(output_folder=tmp_path / "out", profiles=("handout",)))
    assert not [str(diagnostic) for diagnostic in outcome.diagnostics]
    (path,) = outcome.outputs.values()
    assert path.name == "a-book-handout.pdf"
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1
        assert [float(value) for value in pdf.pages[0].MediaBox][2:] == pytest.approx([595.28, 841.89], abs=1)


def test_notes_are_next_to_their_card_without_overlap(project: Any, tmp_path: Path) -> None:
    outcome = press(project, BuildRequest(output_folder=tmp_path / "out", profiles=("handout",)))
    (page,) = pages_of(next(iter(outcome.outputs.values())).read_bytes())
    lines = lines_of(page)
    text = next(line for line in lines if words(line).startswith("Proseofthe"))
    title = next(line for line in lines if words(line).startswith("Capacityhasdoubled"))
    assert title[-1].right + 5 < text[0].left
    assert abs(title[0].top - text[0].top) < 20


def test_so_is_the_script_of_a_chart_with_a_headline(project: Any, tmp_path: Path) -> None:
    outcome = press(project, BuildRequest(output_folder=tmp_path / "out", profiles=("script",)))
    assert not [str(diagnostic) for diagnostic in outcome.diagnostics]
    assert [path.name for path in outcome.outputs.values()] == ["a-book-script.pdf"]


def test_handout_contains_all_slide_text_and_notes(project: Any, shared_cache: Cache) -> None:
    manifest, _, _ = read_manifest(project, ("handout",))
    _, book, _ = read_project(project, shared_cache, ("handout",))
    assert manifest is not None and book is not None
    result = OUTPUTS["pdf"].write(
        WritingJob(book, manifest, BuildContext.for_book(project, book, shared_cache))
    )
    assert result.findings == []
    pdf_text = read_pdf_text(result.data)
    letters_there = pdf_text.visible_text + pdf_text.alt_texts
    for text in ("Solar grows", "Prose of the author", "Capacity", "More prose", "By hand", "One", "Two"):
        assert normalise_text(text) in letters_there, text
