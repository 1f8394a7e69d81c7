"""The numbers behind the charts of a book, as tables at its end: what a drawing shows, anybody can read.

The e-book has each table under its chart, folded away; paper folds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from triptych.languages.labels import Labels
from triptych.media.charts import data_rows
from triptych.model.book import Book, Chapter, Label, LabelKind, Matter
from triptych.model.nodes import (
    Align,
    Attr,
    Block,
    Chart,
    Column,
    Inline,
    Reference,
    Table,
    Text,
)
from triptych.model.walk import book_nodes, without_anchors
from triptych.reading.syntax.data_tables import text_row

_ID = "_chart-data"


def with_chart_data(book: Book, labels: Labels) -> Book:
    """The book with a chapter of tables before its back matter; the book itself where it has no chart."""
    charts = [node for node in book_nodes(book) if isinstance(node, Chart)]
    tables = tuple(block for chart in charts for block in _table(chart, book, labels))
    if not tables:
        return book
    title = (Text(text=labels["data-table"]),)
    chapter = Chapter(
        id=_ID,
        slug="chart-data",
        source="",
        title=title,
        blocks=tables,
        matter=Matter.BACK,
        numbered=False,
    )
    before = tuple(takewhile(lambda one: one.matter is not Matter.BACK, book.chapters))
    chapters = (*before, chapter, *book.chapters[len(before) :])
    label = Label(kind=LabelKind.CHAPTER, number="", title=title)
    return replace(book, chapters=chapters, labels={**book.labels, _ID: label})


def _table(chart: Chart, book: Book, labels: Labels) -> Iterator[Block]:
    """The numbers of a chart under what it is called; none where its data has no rows."""
    head, *body = data_rows(chart)
    if not body:
        return
    label = book.labels.get(chart.attr.id)
    caption = without_anchors(chart.caption)
    if label and label.number:
        name: Inline = Reference(
            target=chart.attr.id, content=(Text(text=labels.named("figure", label.number)),)
        )
        caption = (name, Text(text="\u2002"), *caption)
    yield Table(
        columns=(Column(align=Align.LEFT), *(Column(align=Align.RIGHT) for _ in head[1:])),
        head=(text_row(head),),
        body=tuple(map(text_row, body)),
        row_headers=1,
        caption=caption,
        attr=Attr(classes=("chart-data",)),
        span=chart.span,
    )
