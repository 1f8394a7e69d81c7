"""Test the book with every construct as text: its model, its pages and its storyboard.

A change of reading, passes, markup or storyboard shows up here. `pytest --update-golden` updates the files;
review the differences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.conftest import Golden, parsed, pictures_of
from tests.writers.print.tree_text import draw_book
from triptych.diagnostics import Span
from triptych.engine.cache import Cache
from triptych.languages.labels import load_labels
from triptych.media.formulas.formulas import FormulaDrawing
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.charts import ChartData
from triptych.passes.conditions import select_for_output
from triptych.passes.pages import redirect_to_pages
from triptych.project import Project
from triptych.settings.manifest import Manifest
from triptych.stages import read_project
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import load_theme
from triptych.writers.deck.slides import DeckSlide, Run, TextBody
from triptych.writers.deck.story.storyboard import make_storyboard
from triptych.writers.epub.pages import PageWriter
from triptych.writers.findings import list_distinct_formulas, list_parsed_formulas
from triptych.writers.print.documents import split_into_documents

ROOT = Path(__file__).parent / "books" / "everything"
# Output of other programs and translations, which have their own tests, and drawings of charts.
_LEFT_OUT = {"mathml", "typst", "omml", "drawing", "narrow", "spoken", "text_of_formula", "data"}


@pytest.fixture(scope="module")
def everything(shared_cache: Cache) -> tuple[Manifest, Book]:
    manifest, book, result = read_project(Project(ROOT, environ={}), shared_cache)
    assert result == []
    assert manifest is not None
    assert book is not None
    return manifest, book


def shown(book: Book, output: str) -> Book:
    return redirect_to_pages(select_for_output(book, output), load_labels("en-GB"), output, {})


def lines_of(node: Any, depth: int = 0) -> Iterator[str]:
    """Return a tree as lines, one per node with its own values, with children below it."""
    indent = "  " * depth
    match node:
        case nodes.Text():
            yield f"{indent}{node.text!r}"
            return
        case nodes.SoftBreak() | nodes.LineBreak():
            yield f"{indent}{type(node).__name__}"
            return
        case tuple():
            for item in node:
                yield from lines_of(item, depth)
            return
        case str():  # the output of a variant
            yield f"{indent}{node}"
            return
    own, below = [], []
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name in _LEFT_OUT or value in ("", (), None, False, nodes.NO_ATTR):
            continue
        if isinstance(value, Span | ChartData):
            own += [f"@{value}"] if isinstance(value, Span) else []
        elif (is_dataclass(value) and not isinstance(value, nodes.Attr | nodes.Picture)) or (
            isinstance(value, tuple) and any(is_dataclass(item) or isinstance(item, tuple) for item in value)
        ):
            below.append((field.name, value))
        else:
            own.append(f"{field.name}={_plain(value)}")
    yield f"{indent}{type(node).__name__} {' '.join(own)}".rstrip()
    for name, value in below:
        yield f"{indent}  .{name}"
        yield from lines_of(value, depth + 2)


def _plain(value: Any) -> str:
    match value:
        case nodes.Attr():
            pairs = " ".join(f"{key}={text!r}" for key, text in value.pairs)
            return f"{{#{value.id} {' '.join('.' + name for name in value.classes)} {pairs}}}"
        case nodes.Picture():
            return f"{value.path or 'drawn'}({value.media_type})"
        case Enum():
            return str(value)
        case float():
            return f"{value:.6g}"
    return repr(value)


def test_model_matches_the_recorded_one(everything: tuple[Manifest, Book], golden: Golden) -> None:
    _, book = everything
    lines = [line for chapter in book.chapters for line in lines_of(chapter)]
    numbers = [f"{name}: {label.kind} {label.number}".rstrip() for name, label in book.labels.items()]
    golden("everything.model.txt", "\n".join([*lines, "", *numbers, ""]))


def test_print_pages_match_the_recorded_ones(everything: tuple[Manifest, Book], golden: Golden) -> None:
    _, whole = everything
    book = shown(whole, "pdf")
    texts = []
    for document in split_into_documents(book, load_labels("en-GB")):
        for chapter in document.chapters:
            xhtml = document.blocks(chapter.blocks)
            parsed(xhtml)
            texts.append(f"<!-- {document.matter}: {chapter.slug} -->\n{xhtml}")
    golden("everything.print.xhtml", "\n".join(texts))


def test_print_structure_matches_the_recorded_one(everything: tuple[Manifest, Book], golden: Golden) -> None:
    """Test the structure of the PDF: all text of the pages in reading order, with tags."""
    _, whole = everything
    book = shown(whole, "pdf")
    formulas = dict.fromkeys(
        list_distinct_formulas(list_parsed_formulas(book)), FormulaDrawing(b"<svg/>", 1, 1, 0)
    )
    trees = []
    families = ("EB Garamond", "Work Sans", "JetBrains Mono")
    for document in split_into_documents(book, load_labels("en-GB"), formulas=formulas, families=families):
        xhtml = document.render(load_page_templates(), theme=load_theme())
        drawing = draw_book(xhtml)
        body = ElementTree.fromstring(xhtml).find("body")
        assert body is not None
        for hidden in body.iterfind(".//*[@aria-hidden='true']"):
            hidden.text = None  # the numbers of lines
        for parent in body.iter():
            for note in [
                aside for aside in parent.findall("aside") if "beside" in aside.get("class", "").split()
            ]:
                paragraph = next(
                    other for other in list(parent)[list(parent).index(note) :] if other.tag == "p"
                )
                parent.remove(note)
                parent.insert(list(parent).index(paragraph) + 1, note)
        heard = iter("".join(drawing.text.split()))  # with list marks and note marks
        missed = [word for word in "".join(body.itertext()).split() if not all(c in heard for c in word)]
        assert missed == []
        trees.append(f"--- {document.name}\n" + re.sub(r" BBox=\[[^]]*\]", "", drawing.tree) + "\n")
    golden("everything.structure.txt", "\n".join(trees))


def test_epub_pages_match_the_recorded_ones(everything: tuple[Manifest, Book], golden: Golden) -> None:
    _, whole = everything
    book = shown(whole, "epub")
    pages = PageWriter(book, load_labels("en-GB"))
    texts = []
    for chapter in book.chapters:
        body = pages.make_chapter_variables(chapter)
        parsed(str(body["text"]))
        notes = "".join(f"<!-- note {note.number} -->\n{note.text}" for note in body["notes"])
        texts.append(f"<!-- {chapter.slug} -->\n{body['text']}{notes}")
    golden("everything.epub.xhtml", "\n".join(texts))


def test_storyboard_matches_the_recorded_one(everything: tuple[Manifest, Book], golden: Golden) -> None:
    _, whole = everything
    book = shown(whole, "pptx")
    deck, result = make_storyboard(
        book,
        load_labels("en-GB"),
        load_page_templates(),
        pictures=pictures_of(book),
    )
    assert result == []
    golden("everything.storyboard.txt", "\n".join(line for slide in deck.slides for line in _slide(slide)))


def _slide(slide: DeckSlide) -> Iterator[str]:
    """Return a slide in reading order, followed by its notes."""
    yield f"# {slide.title}" + (" (hidden)" if slide.hidden else "")
    yield f"{slide.kind} {type(slide.body).__name__ if slide.body else ''} {slide.id}".rstrip()
    yield from (
        f"{name}: {text}" for name in ("kicker", "subtitle", "section") if (text := getattr(slide, name))
    )
    if isinstance(slide.body, TextBody):
        for para in slide.body.paras:
            yield "  " * para.level + ("- " if para.bullet else "  ") + "".join(run.text for run in para.runs)
    elif slide.body is not None:
        source = getattr(slide.body, "source", ())
        yield from ([f"source: {''.join(run.text for run in source)}"] if source else [])
        yield from ([f"alt: {slide.body.alt}"] if getattr(slide.body, "alt", "") else [])
    yield from (f"> {''.join(map(_marked, note))}" for note in slide.notes)
    yield ""


def _marked(run: Run) -> str:
    """Return a run with its formatting as Markdown."""
    text = f"`{run.text}`" if run.code else run.text
    text = f"**{text}**" if run.bold else f"*{text}*" if run.italic else text
    return f"[{text}]({run.href})" if run.href else text
