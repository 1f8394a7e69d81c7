"""Define the slides of a deck as immutable values, before layout.

The storyboard creates them from the book; ``fitting/`` and ``drawing/`` turn them into a presentation. A
``DeckSlide`` becomes several slides if its content does not fit on one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from triptych.diagnostics import Span
from triptych.languages.sentences import count_spoken_words
from triptych.media.formulas.formulas import FormulaDrawing
from triptych.model.nodes import Align, Block, Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeFormula:
    """A formula as native Office Math or as an image. Its width and height are in em.

    ``omml`` is Office Math XML, or "" if there is only an image. ``bold`` has the start and the end of each
    bold part of its plain-text fallback.
    """

    omml: str
    width: float
    height: float
    display: bool = False
    bold: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A text run with one set of character properties.

    ``small`` marks notes such as those in table cells. ``href`` is a URL, ``slide`` the id of a linked slide.
    With a ``formula``, ``text`` is its plain-text fallback.
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
    """Return the text of all ``runs``."""
    return "".join(run.text for run in runs)


def count_note_words(text: NoteParagraph) -> int:
    """Return the number of spoken words in a paragraph of notes."""
    return count_spoken_words(join_run_text(text))


def join_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Merge adjacent runs with the same character properties."""
    joined: list[Run] = []
    for run in runs:
        if joined and not run.formula and replace(joined[-1], text="") == replace(run, text=""):
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        else:
            joined.append(run)
    return tuple(joined)


def cut_runs(runs: Iterable[Run], length: int) -> Iterator[Run]:
    """Yield runs up to a total of ``length`` characters.

    A formula that starts within this length is kept whole.
    """
    for run in runs:
        if length > 0:
            yield run if run.formula else replace(run, text=run.text[:length])
        length -= len(run.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Para:
    """A paragraph on a slide.

    ``level`` is the list level, counted from 0. ``number``, ``style`` and ``brackets`` format the number of
    an ordered list item. If ``click`` is true, the paragraph appears on a mouse click, together with those up
    to the next ``click``.
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
    """The paragraphs of a slide's body placeholder."""

    paras: tuple[Para, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBody:
    """A native chart with a source line.

    ``remark`` is the text of caption and note that is not on the slide. ``is_caption`` is true if the source
    line is a caption, which is shown whole or not at all. ``grid`` is the number of columns and
    rows of small multiples. If a chart is split over several slides, ``whole_chart`` is the complete chart,
    which determines the axes.
    """

    chart: Chart
    alt: str
    source: tuple[Run, ...] = ()
    remark: str = ""
    is_caption: bool = False
    grid: tuple[int, int] = (1, 1)
    whole_chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """A table cell that spans one or more columns and rows; the other cells of the span are empty.

    ``shade`` is the index of the fill, as in the document model.
    """

    paras: tuple[Para, ...] = ()
    columns: int = 1
    rows: int = 1
    shade: int = 0

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs of all paragraphs, joined with line breaks."""
        lines = [run for para in self.paras for run in (Run(text="\n"), *para.runs)]
        return tuple(lines[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBody:
    """A native table with the same number of cells in all rows.

    ``width_fractions`` are the author's column widths as fractions of the table width; if it is empty, the
    widths depend on the content. ``remark`` and ``is_caption`` are those of ``ChartBody``.
    """

    rows: tuple[tuple[TableCell, ...], ...]
    alignments: tuple[Align, ...]
    alt: str
    width_fractions: tuple[float, ...] = ()
    header_rows: int = 1
    row_headers: int = 0
    source: tuple[Run, ...] = ()
    remark: str = ""
    is_caption: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureBody:
    """An image with its size in pixels.

    ``width_fraction`` is the author's width as a fraction of the frame's width, or 0 if no width is set.
    ``remark`` and ``is_caption`` are those of ``ChartBody``.
    """

    data: bytes
    media_type: str
    width: float
    height: float
    alt: str
    decorative: bool = False
    width_fraction: float = 0.0
    covers_slide: bool = False
    source: tuple[Run, ...] = ()
    remark: str = ""
    is_caption: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteBody:
    """A quotation and its attribution."""

    text: tuple[Run, ...]
    attribution: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBody:
    """A code listing; ``language`` is the programming language."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EquationBody:
    """A displayed formula with its number, and the paragraphs ``before`` and ``after`` it on the slide.

    ``text`` is the formula as plain text.
    """

    native: NativeFormula
    drawing: FormulaDrawing | None
    text: str
    alt: str
    number: str = ""
    before: tuple[Para, ...] = ()
    after: tuple[Para, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalloutBody:
    """A callout; ``label`` is the callout type in the deck's language."""

    label: str
    paras: tuple[Para, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card with a heading and text: a big number and its meaning, or a date and its event.

    ``date`` is a decimal year (2019.5 is mid-2019), or None if the heading is not a date.
    """

    heading: tuple[Run, ...]
    paras: tuple[Para, ...] = ()
    date: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersBody:
    """Two or more big numbers side by side, with a source line."""

    cards: tuple[Card, ...]
    source: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineBody:
    """Events in chronological order on a timeline, with a source line."""

    cards: tuple[Card, ...]
    source: tuple[Run, ...] = ()


ColumnContent: TypeAlias = TextBody | ChartBody | TableBody | PictureBody | CodeBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One of two columns on a slide, with a heading if the slide is a comparison."""

    body: ColumnContent
    heading: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsBody:
    """Two columns side by side.

    ``width_fraction`` is the width of the first column as a fraction of the total width. ``common_source`` is
    a source line for both columns.
    """

    columns: tuple[Column, Column]
    width_fraction: float = 0.5
    common_source: tuple[Run, ...] = ()

    @property
    def source(self) -> tuple[Run, ...]:
        """The source lines of the two columns and the common source line, joined with spaces."""
        own_lines = [line for column in self.columns if (line := getattr(column.body, "source", ()))]
        lines = [*own_lines, *([self.common_source] if self.common_source else [])]
        return tuple(run for line in lines for run in (*line, Run(text=" ")))[:-1]

    @property
    def remark(self) -> str:
        """The remarks of the two columns, joined with spaces."""
        return " ".join(filter(None, (getattr(column.body, "remark", "") for column in self.columns)))


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


class SlideKindName(StrEnum):
    """The slide kinds of a storyboard, in the order of PowerPoint's layout menu."""

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


HEADING_KINDS = (SlideKindName.TITLE, SlideKindName.DIVIDER, SlideKindName.CLOSING)
"""The slides between content: they have a large title and little text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckSlide:
    """A slide of the storyboard.

    Links point to ``id``. ``section`` is the name of the PowerPoint section that starts with this slide. On
    title, divider and closing slides, ``kicker`` is the line above the title and ``subtitle`` the line below
    it. ``tracker`` shows the position in the talk. ``chapter`` is the id of the book chapter, and
    ``book_reference`` the location of the content in the book.

    ``is_requested`` is true if the author requested the slide, and false if the storyboard added it.
    ``has_own_title`` is true if the title was written for the slide, and ``needs_title`` if the slide was
    made from the book's text, which has no statement for its title. ``book_blocks`` is the content as blocks
    of the book, unless it is only text. ``layout_name`` selects a layout of the template, and ``overflow``
    overrides the deck's option.
    """

    kind: SlideKindName
    title: str
    body: Body | None = None
    subtitle: str = ""
    kicker: str = ""
    tracker: str = ""
    id: str = ""
    chapter: str = ""
    section: str = ""
    notes: tuple[NoteParagraph, ...] = ()
    book_reference: str = ""
    hidden: bool = False
    is_requested: bool = True
    has_own_title: bool = True
    needs_title: bool = False
    book_blocks: tuple[Block, ...] = ()
    layout_name: str = ""
    overflow: str = ""
    span: Span | None = None

    @property
    def note_word_count(self) -> int:
        """The number of words in the speaker notes."""
        return sum(map(count_note_words, self.notes))

    @property
    def pause_count(self) -> int:
        """The number of clicks that reveal parts of the slide's text."""
        bodies = (
            [column.body for column in self.body.columns]
            if isinstance(self.body, ColumnsBody)
            else [self.body]
        )
        return sum(para.click for body in bodies if isinstance(body, TextBody) for para in body.paras)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """The slides of a deck in book order, with the document properties.

    ``date`` is the text for date fields. Hidden slides are in a section named ``hidden_section_name``.
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
    hidden_section_name: str = "Backup"


def order_slides(deck: Deck) -> tuple[DeckSlide, ...]:
    """Return the slides in presentation order: hidden slides come last, in their own section."""
    seen = tuple(slide for slide in deck.slides if not slide.hidden)
    hidden = (slide for slide in deck.slides if slide.hidden)
    hidden_slides = [replace(slide, section="" if slide.chapter else slide.section) for slide in hidden]
    if hidden_slides and not hidden_slides[0].section:
        hidden_slides[0] = replace(hidden_slides[0], section=deck.hidden_section_name)
    return (*seen, *hidden_slides)


def number_slides(deck: Deck) -> list[int]:
    """Return each slide's number in the presentation, in book order."""
    order = sorted(range(len(deck.slides)), key=lambda index: deck.slides[index].hidden)
    by_index = {index: number for number, index in enumerate(order, 1)}
    return [by_index[index] for index in range(len(order))]


def shorten_text(text: str, length: int) -> str:
    """Shorten text to ``length`` characters and "…", at a space if possible."""
    if len(text) <= length:
        return text
    start = text[:length]
    whole_words = start.rpartition(" ")[0]
    return f"{whole_words if len(whole_words) > length // 2 else start}…"
