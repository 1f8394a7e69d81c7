"""Slides as values: what each shows, before anything is measured.

The storyboard makes these from the book; fitting and drawing turn them into a presentation. One ``DeckSlide``
becomes several slides if its content has to be continued.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from triptych.diagnostics import Span
from triptych.languages.sentences import count_spoken_words
from triptych.media.formulas.formulas import Drawing
from triptych.model.nodes import Align, Block, Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeFormula:
    """Office Math as XML, "" for a formula that is only drawn; width and height are in em."""

    omml: str
    width: float
    height: float
    display: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Characters with one look; ``small`` ones are a note to others, as in a table cell.

    ``href`` is a web address, ``slide`` the id of a slide to jump to. With a ``formula`` the characters are
    its fallback.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    raised: bool = False
    lowered: bool = False
    small: bool = False
    href: str = ""
    slide: str = ""
    language: str = ""
    formula: NativeFormula | None = None


NoteParagraph: TypeAlias = tuple[Run, ...]
"""A paragraph of speaker notes."""


def join_run_text(runs: Iterable[Run]) -> str:
    """Return the text of ``runs``."""
    return "".join(run.text for run in runs)


def count_note_words(text: NoteParagraph) -> int:
    """Return the number of words in spoken text."""
    return count_spoken_words(join_run_text(text))


def join_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Join adjacent runs of the same look."""
    together: list[Run] = []
    for run in runs:
        if together and not run.formula and replace(together[-1], text="") == replace(run, text=""):
            together[-1] = replace(run, text=together[-1].text + run.text)
        else:
            together.append(run)
    return tuple(together)


def cut_runs(runs: Iterable[Run], length: int) -> Iterator[Run]:
    """Yield the first characters of runs; a formula that begins among them stays whole."""
    for run in runs:
        if length > 0:
            yield run if run.formula else replace(run, text=run.text[:length])
        length -= len(run.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Para:
    """A paragraph of a text body. ``level`` counts from 0; ``number``, ``style`` and ``brackets`` are those
    of lists.

    With ``click`` it appears with a click, together with what follows up to the next such paragraph.
    """

    runs: tuple[Run, ...]
    level: int = 0
    bullet: bool = True
    number: int | None = None
    style: str = "decimal"
    brackets: str = ""
    click: bool = False


def make_plain_para(text: str) -> Para:
    """Return a paragraph of plain text without a bullet."""
    return Para(runs=(Run(text=text),), bullet=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBody:
    """Paragraphs that fill the body placeholder."""

    paras: tuple[Para, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBody:
    """A native chart with a source line; its panels are in a grid of columns and rows.

    ``of`` is the whole chart of which it is a part, whose axes it uses.
    """

    chart: Chart
    alt: str
    source: tuple[Run, ...] = ()
    grid: tuple[int, int] = (1, 1)
    of: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """The content of a table cell and how many columns and rows it spans.

    The other cells of its span are ``covered`` and empty. ``shade`` is the step of its fill, as in the model.
    """

    paras: tuple[Para, ...] = ()
    columns: int = 1
    rows: int = 1
    covered: bool = False
    shade: int = 0

    @property
    def runs(self) -> tuple[Run, ...]:
        """All that stands in it, its paragraphs on lines of their own."""
        lines = [run for para in self.paras for run in (Run(text="\n"), *para.runs)]
        return tuple(lines[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBody:
    """A native table; all rows have the same number of cells.

    ``shares`` are column widths set by the author; without them widths follow from the content.
    """

    rows: tuple[tuple[TableCell, ...], ...]
    aligns: tuple[Align, ...]
    alt: str
    shares: tuple[float, ...] = ()
    header_rows: int = 1
    row_headers: int = 0
    source: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureBody:
    """A picture: bytes, media type and size in pixels.

    ``share`` of the frame's width is set by the author, 0 if not; a ``full`` picture fills the slide.
    """

    data: bytes
    media_type: str
    width: float
    height: float
    alt: str
    decorative: bool = False
    share: float = 0.0
    full: bool = False
    source: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteBody:
    """A quotation and its attribution."""

    text: tuple[Run, ...]
    attribution: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBody:
    """A listing in a language."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EquationBody:
    """A displayed formula with its number, between texts; ``text`` is the formula as plain text."""

    native: NativeFormula
    drawing: Drawing | None
    text: str
    alt: str
    number: str = ""
    before: tuple[Para, ...] = ()
    after: tuple[Para, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalloutBody:
    """A callout; ``label`` is its type in the language of the deck."""

    label: str
    paras: tuple[Para, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A heading with text: a number and its meaning, or a date and its event.

    ``when`` is the date in years, such as 2019.5 for the middle of 2019; None if the heading is not a date.
    """

    head: tuple[Run, ...]
    paras: tuple[Para, ...] = ()
    when: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersBody:
    """Big numbers side by side, with a source line."""

    cards: tuple[Card, ...]
    source: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineBody:
    """Dates in order along a line, with a source line."""

    cards: tuple[Card, ...]
    source: tuple[Run, ...] = ()


ColumnContent: TypeAlias = TextBody | ChartBody | TableBody | PictureBody | CodeBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One of two columns; ``head`` is its heading in a comparison."""

    body: ColumnContent
    head: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsBody:
    """Two columns; ``share`` is the width of the first, ``line`` the source of both."""

    columns: tuple[Column, Column]
    share: float = 0.5
    line: tuple[Run, ...] = ()

    @property
    def source(self) -> tuple[Run, ...]:
        """The source lines of both, and of the whole, as one."""
        own = [line for column in self.columns if (line := getattr(column.body, "source", ()))]
        lines = [*own, *([self.line] if self.line else [])]
        return tuple(run for line in lines for run in (*line, Run(text=" ")))[:-1]


Body: TypeAlias = (
    TextBody
    | ChartBody
    | TableBody
    | PictureBody
    | QuoteBody
    | CodeBody
    | EquationBody
    | CalloutBody
    | NumbersBody
    | TimelineBody
    | ColumnsBody
)


class Layout(StrEnum):
    """The layouts that a storyboard may use, in the order of the layout menu."""

    TITLE = "title"
    DIVIDER = "divider"
    BULLETS = "bullets"
    COLUMNS = "columns"
    CHART = "chart"
    TABLE = "table"
    PICTURE = "picture"
    QUOTE = "quote"
    CODE = "code"
    EQUATION = "equation"
    CALLOUT = "callout"
    NUMBERS = "numbers"
    TIMELINE = "timeline"
    COMPARISON = "comparison"
    FULL_PICTURE = "full-picture"
    SIDE_PICTURE = "side-picture"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckSlide:
    """One slide of the storyboard.

    ``id`` is the target of links; ``section`` begins a PowerPoint section; ``subtitle`` and ``kicker`` are
    the lines below and above the title of title, divider and closing slides; ``tracker`` shows the position
    in the talk; ``chapter`` is the id of the chapter; ``in_book`` says where the content is in the book;
    ``span`` is the place for diagnostics. It is ``requested`` for by the author, or only by the storyboard;
    ``own_title`` was written for it; ``shown`` is its content as blocks of a book, if it is more than text.
    ``layout_name`` names a layout of the template, ``overflow`` overrides the option of the deck.
    """

    layout: Layout
    title: str
    body: Body | None = None
    subtitle: str = ""
    kicker: str = ""
    tracker: str = ""
    id: str = ""
    chapter: str = ""
    section: str = ""
    notes: tuple[NoteParagraph, ...] = ()
    in_book: str = ""
    hidden: bool = False
    requested: bool = True
    own_title: bool = True
    shown: tuple[Block, ...] = ()
    layout_name: str = ""
    overflow: str = ""
    span: Span | None = None

    @property
    def words(self) -> int:
        """How many words are said to it."""
        return sum(map(count_note_words, self.notes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """All slides in the order of the book, and the properties of the file.

    ``modified`` is in UTC, ``date`` is text; ``backup`` is the name of the section of hidden slides.
    """

    slides: tuple[DeckSlide, ...]
    title: str
    language: str
    authors: tuple[str, ...]
    modified: dt.datetime
    subject: str = ""
    keywords: tuple[str, ...] = ()
    overflow: str = "split"
    transition: str = "none"
    footer: str = ""
    date: str = ""
    backup: str = "Backup"


def order_as_presented(deck: Deck) -> tuple[DeckSlide, ...]:
    """Return the slides in the order of the file: hidden ones last, in a section of their own."""
    seen = tuple(slide for slide in deck.slides if not slide.hidden)
    hidden = (slide for slide in deck.slides if slide.hidden)
    back = [replace(slide, section="" if slide.chapter else slide.section) for slide in hidden]
    if back and not back[0].section:
        back[0] = replace(back[0], section=deck.backup)
    return (*seen, *back)


def number_slides(deck: Deck) -> list[int]:
    """Return the number in the file of each slide, in the order of the book."""
    order = sorted(range(len(deck.slides)), key=lambda place: deck.slides[place].hidden)
    by_place = {place: number for number, place in enumerate(order, 1)}
    return [by_place[place] for place in range(len(order))]


def shorten(text: str, length: int) -> str:
    """Shorten a text to its first words and "…", or its first characters in scripts without spaces."""
    if len(text) <= length:
        return text
    short = text[:length]
    whole = short.rpartition(" ")[0]
    return f"{whole if len(whole) > length // 2 else short}…"
