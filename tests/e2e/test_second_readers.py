"""Every title, note, cell and number of a deck is what three independent readers find in it, and the book says."""

from __future__ import annotations

import math
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from triptych.checks.pieces import pieces
from triptych.checks.wordings import CUT, PLACE, letters
from triptych.engine.cache import Cache
from triptych.model import nodes
from triptych.model.book import Book, Matter
from triptych.model.walk import plain_text, walk_all
from triptych.passes.conditions import for_output
from triptych.press import read

from .conftest import Built
from .readers import READERS, SlideText, Values
from .test_validators import edit_part

pytestmark = pytest.mark.e2e

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_PROSE = ("paragraph", "footnote", "verse", "summary", "takeaway", "attribution", "term", "code")


@pytest.fixture(scope="session")
def slides(everything: Built) -> dict[str, list[SlideText]]:
    """The deck of the book with everything, as each reader has it."""
    return {name: reader(everything.outputs["pptx"]) for name, reader in READERS.items()}


@pytest.fixture(scope="session")
def shown(everything: Built) -> Book:
    """The book as its deck has it."""
    return _as_deck(everything)


def _as_deck(built: Built) -> Book:
    _, book, _ = read(built.project, Cache(None))
    assert book is not None
    return for_output(book, "pptx")


@pytest.mark.parametrize("name", [name for name in READERS if name != "python-pptx"])
@pytest.mark.parametrize("what", ["title", "notes", "tables"])
def test_another_reader_finds_the_same(name: str, what: str, slides: dict[str, list[SlideText]]) -> None:
    ours, theirs = ([getattr(slide, what) for slide in slides[reader]] for reader in ("python-pptx", name))
    assert any(ours)
    assert theirs == ours


@pytest.mark.parametrize("name", [name for name in READERS if name != "python-pptx"])
def test_another_reader_finds_the_same_numbers(name: str, slides: dict[str, list[SlideText]]) -> None:
    for ours, theirs in zip(slides["python-pptx"], slides[name], strict=True):
        assert len(ours.series) == len(theirs.series)
        for one, other in zip(ours.series, theirs.series, strict=True):
            assert _same(one, other), ours.title


@pytest.mark.parametrize("name", READERS)
def test_a_reader_finds_what_was_changed(name: str, everything: Built, tmp_path: Path) -> None:
    """Else two that find nothing would be of one mind."""
    deck = Path(shutil.copy(everything.outputs["pptx"], tmp_path))
    table = next(part for part, text in slide_parts(deck).items() if ">Argand<" in text)
    edit_part(deck, table, ">Argand<", ">Candle<")
    edit_part(deck, "ppt/charts/chart2.xml", "<c:v>82000.0<", "<c:v>82001.0<")
    read_back = READERS[name](deck)
    assert any(
        "Candle" in cell for slide in read_back for rows in slide.tables for row in rows for cell in row
    )
    assert any(82001 in series for slide in read_back for series in slide.series)


def slide_parts(deck: Path) -> dict[str, str]:
    with zipfile.ZipFile(deck) as archive:
        names = [name for name in archive.namelist() if name.startswith("ppt/slides/slide")]
        return {name: archive.read(name).decode() for name in names}


@pytest.mark.parametrize("name", READERS)
def test_titles_are_there_once_each(name: str, slides: dict[str, list[SlideText]], shown: Book) -> None:
    titles = [slide.title for slide in slides[name]]
    assert [title for title, count in Counter(titles).items() if count > 1 or not title] == []
    told = [chapter for chapter in shown.chapters if chapter.matter is Matter.BODY]
    assert {plain_text(chapter.title) for chapter in told} <= set(titles)


@pytest.mark.parametrize("name", READERS)
def test_each_table_of_the_book_is_read_cell_by_cell(
    name: str, slides: dict[str, list[SlideText]], shown: Book
) -> None:
    read_back = {
        letters(cell) for slide in slides[name] for table in slide.tables for row in table for cell in row
    }
    tables = [node for node in _all(shown) if isinstance(node, nodes.Table) and not node.attr.has("no-slide")]
    cells = [
        cell for table in tables for row in (*table.head, *table.body, *table.foot) for cell in row.cells
    ]
    assert len(cells) > 20
    assert [text for cell in cells if letters(text := plain_text(cell.content)) not in read_back] == []


@pytest.mark.parametrize("name", READERS)
def test_each_number_of_a_chart_is_read(name: str, slides: dict[str, list[SlideText]], shown: Book) -> None:
    read_back = [series for slide in slides[name] for series in slide.series]
    charts = [node for node in _all(shown) if isinstance(node, nodes.Chart) and not node.attr.has("no-slide")]
    assert len(charts) >= 7
    for chart in charts:
        for values in _numbers_of(chart):
            assert any(_same(values, series) for series in read_back), (plain_text(chart.caption), values)


@pytest.mark.parametrize("name", READERS)
def test_each_sentence_of_the_book_is_said_or_shown(
    name: str, slides: dict[str, list[SlideText]], shown: Book
) -> None:
    assert list(_unsaid(shown, slides[name])) == []


@pytest.mark.parametrize("name", READERS)
def test_each_sentence_of_the_edition_is_said_or_shown(name: str, edition: Built) -> None:
    assert list(_unsaid(_as_deck(edition), READERS[name](edition.outputs["pptx"]))) == []


def _unsaid(book: Book, slides: list[SlideText]) -> Iterator[str]:
    """Sentences of prose that are neither in the notes nor on a slide."""
    cells = (cell for slide in slides for table in slide.tables for row in table for cell in row)
    said = letters(" ".join([*(slide.text for slide in slides), *(slide.notes for slide in slides), *cells]))
    count = 0
    for piece in pieces(book):
        if piece.kind not in _PROSE or piece.wish:
            continue
        for part in re.split(f"[{CUT}{PLACE}]", piece.wordings[0]):
            for sentence in filter(letters, _SENTENCE.split(part)):
                count += 1
                if letters(sentence) not in said:
                    yield sentence
    assert count > 50


def _all(book: Book) -> Iterator[object]:
    return walk_all(*(chapter.blocks for chapter in book.chapters))


def _numbers_of(chart: nodes.Chart) -> Iterator[Values]:
    for series in chart.data.series:
        values = tuple(value for value in series.values if value is not None)
        if values:
            yield values


def _same(one: Values, other: Values) -> bool:
    """Equal but for the fifteen digits that some programs keep of a number."""
    return len(one) == len(other) and all(map(math.isclose, one, other))
