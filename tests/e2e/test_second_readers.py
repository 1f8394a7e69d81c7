"""Test that three independent readers find each title, note, cell and number of a deck in the book."""

from __future__ import annotations

import math
import shutil
import zipfile
from collections import Counter
from collections.abc import Container, Iterator
from pathlib import Path

import pytest
from pptx import Presentation

from triptych.checks.pieces import Piece, iter_pieces
from triptych.checks.wordings import normalise_text
from triptych.model import nodes
from triptych.model.book import Book, Matter
from triptych.model.charts import ChartData, Series
from triptych.model.walk import plain_text, walk_all

from .conftest import Built
from .conftest import shown as shown_in
from .named_pages import Printed, named_pages, sentences, stands
from .readers import READERS, SlideText, Values
from .test_validators import edit_part

pytestmark = pytest.mark.e2e

_PROSE = ("paragraph", "footnote", "verse", "summary", "takeaway", "attribution", "term", "code")


@pytest.fixture(scope="session")
def slides(everything: Built) -> dict[str, list[SlideText]]:
    """Return the deck of the book with all constructs, as each reader reads it."""
    return {name: reader(everything.outputs["pptx"]) for name, reader in READERS.items()}


@pytest.fixture(scope="session")
def shown(everything: Built) -> Book:
    """Return the book as its deck renders it."""
    return shown_in(everything, "pptx")


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
        for item, other in zip(ours.series, theirs.series, strict=True):
            assert _same(item, other), ours.title


@pytest.mark.parametrize("name", READERS)
def test_independent_reader_finds_changes(name: str, everything: Built, tmp_path: Path) -> None:
    """Test that readers find changes, since two readers that find nothing would agree."""
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
def test_titles_occur_once(name: str, slides: dict[str, list[SlideText]], shown: Book) -> None:
    titles = [slide.title for slide in slides[name]]
    assert [title for title, count in Counter(titles).items() if count > 1 or not title] == []
    chapters = [chapter for chapter in shown.chapters if chapter.matter is Matter.BODY]
    shown_text = " ".join(text for slide in slides[name] for text in (slide.title, slide.text))
    assert [title for chapter in chapters if (title := plain_text(chapter.title)) not in shown_text] == []


@pytest.mark.parametrize("name", READERS)
def test_every_table_cell_is_read_back(name: str, slides: dict[str, list[SlideText]], shown: Book) -> None:
    read_back = {
        normalise_text(cell)
        for slide in slides[name]
        for table in slide.tables
        for row in table
        for cell in row
    }
    tables = [node for node in _all(shown) if isinstance(node, nodes.Table) and not node.attr.has("no-slide")]
    cells = [
        cell for table in tables for row in (*table.head, *table.body, *table.foot) for cell in row.cells
    ]
    assert len(cells) > 20
    assert [text for cell in cells if normalise_text(text := plain_text(cell.content)) not in read_back] == []


@pytest.mark.parametrize("name", READERS)
def test_every_chart_number_is_read_back(name: str, slides: dict[str, list[SlideText]], shown: Book) -> None:
    read_back = [series for slide in slides[name] for series in slide.series]
    across = [places for slide in slides[name] for places in _dots(slide)]
    charts = [node for node in _all(shown) if isinstance(node, nodes.Chart) and not node.attr.has("no-slide")]
    assert len(charts) >= 10
    for chart in charts:
        for values in _numbers_of(chart):
            result = across if chart.kind == "dumbbell" else read_back
            assert any(_same(values, series) for series in result), (plain_text(chart.caption), values)
        if chart.kind in ("scatter", "bubble") and chart.data.positions:
            assert any(_same(chart.data.positions, places) for places in across), plain_text(chart.caption)


@pytest.mark.parametrize("name", READERS)
def test_every_sentence_is_on_a_slide_or_in_notes(name: str, everything_said: Built) -> None:
    """Test that each sentence of the talk's chapters is in the notes or on slides if notes are complete."""
    slides = READERS[name](everything_said.outputs["pptx"])
    assert [
        text for text, piece in _unsaid(shown_in(everything_said, "pptx"), slides) if not piece.without_slides
    ] == []


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("title", ["everything", "edition"])
def test_every_sentence_is_in_the_deck_or_on_a_referenced_page(
    name: str, title: str, request: pytest.FixtureRequest
) -> None:
    """Test that each sentence is in the notes, on a slide, or on a page that notes refer to.

    A talk includes only sentences for which there is time; the book has the others.
    """
    built: Built = request.getfixturevalue(title)
    slides, output = READERS[name](built.outputs["pptx"]), Printed(built.outputs["pdf"])
    named = output.on(named_pages((slide.notes for slide in slides), output.labels))
    described = normalise_text(" ".join(_alternatives(built.outputs["pptx"])))
    for text, piece in _unsaid(shown_in(built, "pptx"), slides):
        if piece.container == "drawing":  # descriptions of pictures, for screen reader users
            assert normalise_text(text) in described
            continue
        untold = piece.without_slides or piece.container == "front matter"
        assert stands(text, output.all if untold else named), (piece.chapter, text)


def _alternatives(deck: Path) -> Iterator[str]:
    for slide in Presentation(str(deck)).slides:
        yield from slide.element.xpath(".//p:cNvPr/@descr")


def _unsaid(book: Book, slides: list[SlideText]) -> Iterator[tuple[str, Piece]]:
    """Return the sentences of prose that are neither in the notes nor on a slide, with their blocks."""
    cells = (cell for slide in slides for table in slide.tables for row in table for cell in row)
    text = normalise_text(
        " ".join([*(slide.text for slide in slides), *(slide.notes for slide in slides), *cells])
    )
    count = 0
    for piece in iter_pieces(book):
        if piece.kind not in _PROSE or piece.visibility:
            continue
        for sentence in sentences(piece.wordings[0]):
            count += 1
            if normalise_text(sentence) not in text:
                yield sentence, piece
    assert count > 50


def _all(book: Book) -> Iterator[object]:
    return walk_all(*(chapter.blocks for chapter in book.chapters))


def _numbers_of(chart: nodes.Chart) -> Iterator[Values]:
    if chart.data.tiles:
        yield from _rows_of_tiles(chart.data)
        return
    for series in chart.data.series:
        changes = tuple(value for value in series.values if value is not None)
        if chart.kind == "marimekko":
            yield from _iter_steps(chart.data, series)
        elif chart.kind == "waterfall":
            yield from _bars(changes, chart.data.total_indices)
        elif changes:
            yield changes


def _iter_steps(data: ChartData, series: Series) -> Iterator[Values]:
    """Yield the shares at both edges of each column of a Marimekko chart, and zeros between columns."""
    shares: list[float] = []
    for index, value in enumerate(series.values):
        share = (value or 0.0) / sum(other.values[index] or 0.0 for other in data.series)
        shares += [0.0] * (2 if shares else 0) + [share, share]
    yield tuple(shares)


def _rows_of_tiles(data: ChartData) -> Iterator[Values]:
    """Return the row of each tile, counted from below, for a map on which each row has its own colour."""
    last = max(tile.row for tile in data.tiles)
    yield from ((float(last - tile.row + 1),) for tile in data.tiles)


def _bars(changes: Values, totals: Container[int]) -> Iterator[Values]:
    """Return the heights of rising, falling and total bars of a waterfall chart, then all bar ends."""
    ends: list[float] = []
    for place, change in enumerate(changes):
        ends.append(change if place in totals else ends[-1] + change)
    assert min(ends) >= 0  # otherwise bars are divided at zero if they extend below it
    steps = [change for place, change in enumerate(changes) if place not in totals]
    yield tuple(step for step in steps if step > 0)
    yield tuple(-step for step in steps if step < 0)
    yield tuple(change for place, change in enumerate(changes) if place in totals)
    yield tuple(ends)


def _dots(slide: SlideText) -> Iterator[Values]:
    """Return the x values of each series of points.

    If a reader returns only the first series, it is a line between pairs of points: the pairs give both
    series.
    """
    yield from slide.across
    if len(slide.across) == 1:
        yield from (slide.across[0][turn::2] for turn in (0, 1))


def _same(one: Values, other: Values) -> bool:
    """Return whether numbers are equal up to the fifteen digits that some programs store."""
    return len(one) == len(other) and all(map(math.isclose, one, other))
