"""Provide areas and placeholders of decks, and one deck with all types of content."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pptx import Presentation

from tests.charts.conftest import more_of
from tests.conftest import tiny_png
from triptych.diagnostics import Span
from triptych.model.charts import ChartData, Series
from triptych.model.nodes import Align, Chart
from triptych.theme.theme import load_theme
from triptych.writers.deck.fitting.text import (
    FittedText,
    Level,
    PlaceholderBox,
    TextArea,
)
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import (
    Card,
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
)
from triptych.writers.deck.story.runs import make_plain_note
from triptych.writers.deck.template.opening import open_built_in_template
from triptych.writers.deck.writer import write_deck

THEME = load_theme()
MODIFIED = dt.datetime(2025, 3, 4, 5, 6, 8, tzinfo=dt.UTC)
SPAN = Span(path="source/one.md", line=7, column=1)
LEVELS = (
    Level(size=24.0, family=THEME.sans, indent=22.0, space_before=12.0),
    Level(size=20.0, family=THEME.sans, indent=44.0, space_before=5.0),
    Level(size=18.0, family=THEME.sans, indent=62.0, space_before=4.0),
)


def area(width: float = 866.4, height: float = 366.0) -> TextArea:
    return TextArea(width=width, height=height, levels=LEVELS)


def point(text: str, **more: Any) -> Para:
    return Para(runs=(Run(text=text),), **more)


def shown(paras: Sequence[Para]) -> str:
    return "".join(run.text for para in paras for run in para.runs)


def said(slide: DeckSlide) -> tuple[str, ...]:
    """Return the speaker notes, one text per paragraph."""
    return tuple("".join(run.text for run in note) for note in slide.notes)


def shown_on(fitted: Sequence[FittedText]) -> str:
    return "".join(shown(slide.paras) for slide in fitted)


@cache
def places(layout: SlideKindName) -> Mapping[PlaceholderRole, PlaceholderBox]:
    """Return the placeholders of a layout of the built-in template."""
    return all_places()[layout]


@cache
def all_places() -> Mapping[SlideKindName, Mapping[PlaceholderRole, PlaceholderBox]]:
    """Return the placeholders of all layouts."""
    return open_built_in_template(THEME, "en").boxes_by_kind


def series(*values: float | None, label: str = "Output") -> Series:
    return Series(label=label, values=values, decimal_places=tuple(0 for _ in values))


def chart(kind: str, *rows: Series, positions: tuple[float, ...] | None = None, **more: Any) -> Chart:
    names = tuple(f"Name {number}" for number in range(len(rows[0].values)))
    if positions:
        names = tuple(f"{position:g}" for position in positions)
    data = ChartData(
        categories=names,
        series=rows,
        positions=positions,
        is_whole=kind in ("pie", "donut"),
        extra_series=more_of(kind, rows[0]),
    )
    return Chart(kind=kind, data=data, caption=(), alt="A chart", **more)


def make_cell(*runs: Run) -> TableCell:
    """Return a cell with one paragraph, or an empty cell without ``runs``."""
    return TableCell(paras=(Para(runs=runs, bullet=False),) if runs else ())


def table(*rows: Sequence[str], **more: Any) -> TableBody:
    cells = tuple(tuple(make_cell(*((Run(text=text),) if text else ())) for text in row) for row in rows)
    return TableBody(rows=cells, alignments=(Align.DEFAULT,) * len(rows[0]), alt="A table", **more)


def card(head: str, text: str = "what it counts", **more: Any) -> Card:
    return Card(heading=(Run(text=head),), paras=(point(text),), **more)


def picture(**more: Any) -> PictureBody:
    return PictureBody(
        data=tiny_png(40, 20), media_type="image/png", width=40, height=20, alt="A grey square", **more
    )


def text_slide(title: str, *texts: str, **more: Any) -> DeckSlide:
    body = TextBody(paras=tuple(point(text) for text in texts))
    return DeckSlide(kind=SlideKindName.BULLETS, title=title, body=body, **more)


def deck(*slides: DeckSlide, **more: Any) -> Deck:
    known: dict[str, Any] = {
        "title": "A book",
        "language": "en-GB",
        "authors": ("Ada", "Bo"),
        "modified": MODIFIED,
        **more,
    }
    return Deck(slides=slides, **known)


def written(*slides: DeckSlide, **more: Any) -> bytes:
    data, result = write_deck(deck(*slides, **more), THEME)
    assert result == []
    return data


def opened(*slides: DeckSlide, **more: Any) -> Any:
    """Return the slides as python-pptx reads them from the finished file."""
    return Presentation(io.BytesIO(written(*slides, **more)))


def everything() -> tuple[DeckSlide, ...]:
    jump = Para(runs=(Run(text="To the chart", slide="chart"),))
    web = Para(runs=(Run(text="A page", href="https://a.example/"),))
    foreign = Para(runs=(Run(text="Wort", language="de", bold=True),))
    return (
        DeckSlide(
            kind=SlideKindName.TITLE,
            title="A book",
            subtitle="For tests",
            kicker="Ada",
            notes=(make_plain_note("Welcome."),),
        ),
        DeckSlide(kind=SlideKindName.BULLETS, title="Contents", body=TextBody(paras=(jump, web, foreign))),
        DeckSlide(kind=SlideKindName.DIVIDER, title="One", kicker="1", section="One", subtitle="A summary."),
        DeckSlide(
            kind=SlideKindName.CHART,
            title="A chart",
            id="chart",
            body=ChartBody(
                chart=chart("bar", series(1, None, 3), unit="GW"),
                alt="Bars that grow",
                source=(Run(text="Source: A."),),
            ),
        ),
        DeckSlide(
            kind=SlideKindName.TABLE,
            title="A table",
            body=table(("", "GW"), ("Solar", "1"), ("Wind", "2"), row_headers=1),
        ),
        DeckSlide(kind=SlideKindName.PICTURE, title="A picture", body=picture(), section="Two"),
        DeckSlide(
            kind=SlideKindName.CODE, title="Code", body=CodeBody(text="x = 1  # one", language="python")
        ),
        DeckSlide(
            kind=SlideKindName.QUOTE,
            title="Words",
            body=QuoteBody(text=(Run(text="Be brief."),), attribution=(Run(text="Ada"),)),
        ),
        text_slide("Kept back", "For questions", hidden=True),
        DeckSlide(kind=SlideKindName.CLOSING, title="Thank you", subtitle="A book."),
    )
