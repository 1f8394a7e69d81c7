"""Append the data of all charts to the printed book as tables.

The EPUB has a collapsible table below each chart instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, takewhile

from triptych.charts.rows import add_unit, iter_charts_and_files, iter_data_rows
from triptych.languages.labels import Labels
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Label, LabelKind, Matter
from triptych.model.walk import plain_text, rewrite_all, strip_anchors, walk_all
from triptych.reading.syntax.tables import make_text_row

_ID = "_chart-data"
_WIDE_CLASS = "wide"
_NO_VALUE = "–"
_LONG_WORD = 4  # minimum letters of a word whose inflected forms count as equal
_MAX_ROW_LENGTH, _COLUMN_GAP = 38, 3  # maximum characters per row of a narrow table; gap between columns


def add_chart_data(book: Book, labels: Labels, *, files: bool = False) -> Book:
    """Insert a chapter with the data tables of all charts before the back matter.

    Narrow tables are set in several columns of text. If ``files`` is true, each caption names the attached
    data file. A book without charts is returned unchanged.
    """
    named_charts = iter_charts_and_files(book)
    tables = [
        table
        for chart, name in named_charts
        for table in _make_table(chart, book, labels, name if files else "")
    ]
    if not tables:
        return book
    title = (nodes.Text(text=labels["data-table"]),)
    chapter = Chapter(
        id=_ID,
        slug="chart-data",
        source="",
        title=title,
        blocks=tuple(_group_narrow_tables(tables)),
        matter=Matter.BACK,
        numbered=False,
    )
    before = tuple(takewhile(lambda chapter: chapter.matter is not Matter.BACK, book.chapters))
    chapters = (*before, chapter, *book.chapters[len(before) :])
    label = Label(kind=LabelKind.CHAPTER, number="", title=title)
    return replace(book, chapters=chapters, labels={**book.labels, _ID: label})


def _group_narrow_tables(tables: list[nodes.Table]) -> Iterator[nodes.Block]:
    for wide, run in groupby(tables, key=lambda table: table.attr.has(_WIDE_CLASS)):
        if wide:
            yield from run
        else:
            yield nodes.Group(content=tuple(run), attr=nodes.Attr(classes=("chart-data-columns",)))


def _make_table(chart: nodes.Chart, book: Book, labels: Labels, file: str) -> Iterator[nodes.Table]:
    """Yield the data table of a chart with its caption, or nothing if the data has no rows."""
    head, *body = iter_data_rows(replace(chart, unit=""))
    if not body:
        return
    body = [tuple(cell or _NO_VALUE for cell in row) for row in body]
    words = [max(map(len, cell.split()), default=0) for cell in head]  # a header can be broken between words
    widths = [max(min_width, *(len(row[place]) for row in body)) for place, min_width in enumerate(words)]
    wide = sum(widths) + _COLUMN_GAP * (len(head) - 1) > _MAX_ROW_LENGTH
    yield nodes.Table(
        columns=(nodes.Column(align=nodes.Align.LEFT), *map(_make_column, list(zip(*body, strict=True))[1:])),
        head=(make_text_row(head),),
        body=tuple(map(make_text_row, body)),
        row_headers=1,
        caption=_make_caption(chart, book, labels, file),
        attr=nodes.Attr(classes=("chart-data", *((_WIDE_CLASS,) if wide else ()))),
        span=chart.span,
    )


def _make_column(cells: tuple[str, ...]) -> nodes.Column:
    numbers = any(sign.isdigit() for cell in cells for sign in cell)
    return nodes.Column(align=nodes.Align.RIGHT if numbers else nodes.Align.LEFT)


def _make_caption(chart: nodes.Chart, book: Book, labels: Labels, file: str) -> tuple[nodes.Inline, ...]:
    """Return the caption of a data table: the chart's number, title, unit and source, and the file name."""
    cited = [node for node in walk_all(chart.caption) if isinstance(node, nodes.Citation)]
    title = _strip_trailing_space(
        rewrite_all(chart.caption, lambda node: () if isinstance(node, nodes.Citation) else node)
    )
    title = strip_anchors(title)
    title, unit_content = add_unit(title, "" if _has_unit(chart.unit, title) else chart.unit, labels)
    label = book.labels.get(chart.attr.id)
    if label and label.number:
        name = (nodes.Text(text=labels.named("figure", label.number)),)
        title = (nodes.Reference(target=chart.attr.id, content=name), nodes.Text(text="\u2002"), *title)
    source = (
        strip_anchors(chart.source)
        or tuple(inline for node in cited for inline in (nodes.Text(text=" "), *strip_anchors((node,))))[1:]
    )
    small = tuple(filter(None, (unit_content, source, (nodes.Code(text=file),) if file else ())))
    if not small:
        return title
    lines = tuple(inline for text in small for inline in (nodes.LineBreak(), *text))
    return (*title, nodes.Phrase(attr=nodes.Attr(classes=("chart-data-source",)), content=lines))


def _has_unit(unit: str, title: tuple[nodes.Inline, ...]) -> bool:
    """Return whether ``title`` already contains the unit. "In millions" matches the unit "million"."""
    words_of_title = _split_words(plain_text(title))
    return all(
        any(_is_word_form(word, title_word) for title_word in words_of_title) for word in _split_words(unit)
    )


def _split_words(text: str) -> list[str]:
    return re.findall(r"%|\w+", text.casefold())


def _is_word_form(word: str, other: str) -> bool:
    return other == word or (len(word) >= _LONG_WORD and other.startswith(word))


def _strip_trailing_space(content: tuple[nodes.Inline, ...]) -> tuple[nodes.Inline, ...]:
    while content and isinstance(content[-1], nodes.Text | nodes.SoftBreak):
        last = content[-1].text.rstrip() if isinstance(content[-1], nodes.Text) else ""
        if last:
            return (*content[:-1], nodes.Text(text=last))
        content = content[:-1]
    return content
