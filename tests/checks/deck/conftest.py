"""Provide a valid deck with all types of content, for tests that damage it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest

from tests.conftest import tiny_png
from tests.writers.deck.conftest import make_cell
from triptych.checks.deck import check_deck
from triptych.media.formulas.formulas import Formula, draw_formulas
from triptych.model.charts import ChartData, Series
from triptych.model.nodes import Align, Chart
from triptych.theme.theme import load_theme
from triptych.writers.deck.slides import (
    ChartBody,
    Deck,
    DeckSlide,
    EquationBody,
    NativeFormula,
    Para,
    PictureBody,
    Run,
    SlideKindName,
    TableBody,
    TextBody,
)
from triptych.writers.deck.story.runs import make_plain_note
from triptych.writers.deck.writer import write_deck

Parts = dict[str, bytes]
FONT = "ppt/fonts/font1.fntdata"


def sound_deck() -> Parts:
    """Return the unpacked files of a valid deck: a title, a list, a table, a chart, a formula, a picture."""
    cells = tuple(
        tuple(make_cell(Run(text=text)) for text in row) for row in (("Name", "TWh"), ("Wind", "82.3"))
    )
    series = Series(label="Wind", values=(1.0, 2.0), label_decimals=0, decimal_places=(0, 0))
    chart = Chart(kind="bar", data=ChartData(categories=("a", "b"), series=(series,)), caption=(), alt="")
    body = TextBody(paras=(Para(runs=(Run(text="Web", href="https://example.org/"),)), Para(runs=())))
    (drawing,) = draw_formulas([Formula("<math><msup><mi>x</mi><mn>2</mn></msup></math>", display=True)])
    equation = EquationBody(
        native=NativeFormula(
            omml="<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>", width=1, height=1, display=True
        ),
        drawing=drawing,
        text="x",
        alt="A letter",
    )
    picture = PictureBody(
        data=tiny_png(40, 20), media_type="image/png", width=40, height=20, alt="A grey square"
    )
    deck = Deck(
        slides=(
            DeckSlide(
                kind=SlideKindName.TITLE,
                title="The Book",
                section="Start",
                notes=(make_plain_note("Hello."),),
            ),
            DeckSlide(kind=SlideKindName.BULLETS, title="Points", body=body),
            DeckSlide(
                kind=SlideKindName.TABLE,
                title="Table",
                body=TableBody(rows=cells, alignments=(Align.DEFAULT,) * 2, alt="T"),
            ),
            DeckSlide(kind=SlideKindName.CHART, title="Chart", body=ChartBody(chart=chart, alt="Bars")),
            DeckSlide(kind=SlideKindName.EQUATION, title="Formula", body=equation),
            DeckSlide(kind=SlideKindName.PICTURE, title="Picture", body=picture),
        ),
        title="The Book",
        language="en-GB",
        authors=("Ada",),
        modified=dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
    )
    data, _ = write_deck(deck, load_theme(), fonts="subset")
    assert check_deck(data) == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def replaced(name: str, old: str, new: str) -> Callable[[Parts], Parts]:
    def corrupt(parts: Parts) -> Parts:
        text = parts[name].decode()
        assert old in text, f"{name} has no {old}"
        return {**parts, name: text.replace(old, new, 1).encode()}

    return corrupt


def without(name: str) -> Callable[[Parts], Parts]:
    return lambda parts: {key: data for key, data in parts.items() if key != name}


def with_font(change: Callable[[bytes], bytes]) -> Callable[[Parts], Parts]:
    """Replace the first embedded font of the deck."""
    return lambda parts: {**parts, FONT: change(parts[FONT])}


def with_part(name: str, data: bytes = b"<x/>") -> Callable[[Parts], Parts]:
    return lambda parts: {**parts, name: data}


@pytest.fixture(scope="session")
def sound() -> Parts:
    """Return the valid deck, which tests must not modify."""
    return sound_deck()
