"""Generate a deck with typical content: lists, charts, tables, pictures, code, quotations, notes.

All slides have unique words. The same number of slides gives the same deck.
"""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Iterator

from PIL import Image

from triptych.model.charts import ChartData, Series
from triptych.model.nodes import Align, Chart
from triptych.writers.deck.slides import (
    Body,
    ChartBody,
    CodeBody,
    Deck,
    DeckSlide,
    Para,
    PictureBody,
    QuoteBody,
    Run,
    SlideKindName,
    TableBody,
    TableCell,
    TextBody,
    make_plain_para,
)
from triptych.writers.deck.story.runs import make_plain_note

_WORDS = (
    "annual archive basin bridge budget canal catalogue coast current early engine factory field gentle "
    "harbour heavy hidden index journey ledger light meadow method narrow northern orchard plain quarry "
    "railway record reservoir river sample season series signal station steep survey theory tower upper "
    "valley village winter"
).split()
_YEARS = tuple(str(year) for year in range(2014, 2024))
_PICTURES = 20  # files, each of which is shown repeatedly
_SECTION = 10  # slides


def mixed_deck(count: int) -> Deck:
    """Return a deck with the given number of slides."""
    return Deck(
        slides=tuple(_slides(count)),
        title="A mixed deck",
        language="en-GB",
        authors=("Nobody",),
        modified=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )


def _slides(count: int) -> Iterator[DeckSlide]:
    pictures = [_picture(number) for number in range(_PICTURES)]
    for number in range(count):
        chance = random.Random(number)
        title = f"{number + 1}. {_clause(chance, 5)}"
        notes = (make_plain_note(_sentence(chance)), make_plain_note(_sentence(chance)))
        if number % _SECTION == 0:
            yield DeckSlide(
                kind=SlideKindName.DIVIDER, title=title, section=title, kicker=str(number), notes=notes
            )
        else:
            layout, body = _body(number, chance, pictures)
            yield DeckSlide(kind=layout, title=title, body=body, notes=notes)


def _body(number: int, chance: random.Random, pictures: list[bytes]) -> tuple[SlideKindName, Body]:
    source = _runs(f"Source: {_clause(chance, 4)}.")
    match number % _SECTION:
        case 2:
            names = ("One", "Two")
            rows = (tuple(chance.uniform(1, 99) for _ in _YEARS) for _ in names)
            series = tuple(
                Series(label=name, values=row, label_decimals=1, decimal_places=(1,) * len(row))
                for name, row in zip(names, rows, strict=True)
            )
            chart = Chart(kind="bar", data=ChartData(categories=_YEARS, series=series), caption=(), alt="")
            return SlideKindName.CHART, ChartBody(chart=chart, alt=_sentence(chance), source=source)
        case 4:
            cells = tuple(
                tuple(TableCell(paras=(make_plain_para(_clause(chance, 2)),)) for _ in range(4))
                for _ in range(6)
            )
            aligns = (Align.DEFAULT,) * 4
            return SlideKindName.TABLE, TableBody(
                rows=cells, alignments=aligns, alt=_sentence(chance), source=source
            )
        case 6:
            data = pictures[number // _SECTION % _PICTURES]
            return SlideKindName.PICTURE, PictureBody(
                data=data, media_type="image/png", width=480, height=270, alt=_sentence(chance), source=source
            )
        case 7:
            lines = (
                f"{name}_{number} = {chance.randrange(99)}  # {_clause(chance, 3)}" for name in _WORDS[:9]
            )
            return SlideKindName.CODE, CodeBody(text="\n".join(lines), language="python")
        case 9:
            return SlideKindName.QUOTE, QuoteBody(
                text=_runs(_sentence(chance)), attribution=_runs(_clause(chance, 2))
            )
    return SlideKindName.BULLETS, TextBody(paras=tuple(Para(runs=_runs(_sentence(chance))) for _ in range(5)))


def _picture(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (480, 270), (number * 12, 90, 140)).save(out, "PNG")
    return out.getvalue()


def _runs(text: str) -> tuple[Run, ...]:
    return (Run(text=text),)


def _sentence(chance: random.Random) -> str:
    return f"The {_clause(chance, chance.randrange(6, 12))}."


def _clause(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(count))
