"""Extract the prose and evidence of a chapter, and the texts that repeat them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.edition.amounts import Amount, amounts, spelt
from tests.edition.data import data_files, series
from triptych.model import nodes
from triptych.model.book import Chapter
from triptych.model.walk import find_slide_node_ids, get_attr, plain_text, rewrite_all, walk_all

_SAID = "speaker notes"
EVIDENCE = (nodes.Chart, nodes.Table, nodes.Figure)


@dataclass(frozen=True, slots=True)
class Telling:
    """A line that summarises or repeats content of a chapter.

    ``where`` names it in a report. Numbers in ``said`` lines are written in words.
    """

    where: str
    text: str
    said: bool = False


def words(content: tuple[Any, ...], *, references: bool = False) -> str:
    """Return text without generated numbers: those of citations and, by default, of references."""
    result = nodes.Citation if references else nodes.Citation | nodes.Reference

    def bare(node: Any) -> Any:
        return () if isinstance(node, result) else node

    return plain_text(rewrite_all(content, bare))


def paragraphs(chapter: Chapter) -> list[nodes.Paragraph]:
    """Return the running text of a chapter with lists and callouts, without headings, notes and evidence."""
    others = (nodes.SpeakerNotes, nodes.Note, *EVIDENCE)
    apart = find_slide_node_ids(chapter) | {
        id(item) for node in _all(chapter, *others) for item in walk_all((node,))
    }
    return [node for node in _all(chapter, nodes.Paragraph) if id(node) not in apart]


def prose(chapter: Chapter) -> str:
    """Return the running text as one line."""
    return " ".join(words(node.content) for node in paragraphs(chapter))


def length(chapter: Chapter) -> int:
    """Return the number of words of the running text and its footnotes."""
    texts = [*paragraphs(chapter), *_all(chapter, nodes.Note)]
    return sum(len(words(node.content, references=True).split()) for node in texts)


def footnotes(chapter: Chapter) -> str:
    """Return the text of a chapter's footnotes."""
    return " ".join(words(node.content) for node in _all(chapter, nodes.Note))


def evidence(chapter: Chapter, *kinds: Any) -> list[Any]:
    """Return the charts, tables and figures of the book."""
    slides = find_slide_node_ids(chapter)
    return [node for node in _all(chapter, *(kinds or EVIDENCE)) if id(node) not in slides]


def charts(chapter: Chapter) -> list[nodes.Chart]:
    """Return all charts, including those on slides."""
    return list(_all(chapter, nodes.Chart))


def _all(chapter: Chapter, *kinds: Any) -> Iterator[Any]:
    return (node for node in walk_all(chapter.blocks) if isinstance(node, kinds))


def stated(chapter: Chapter) -> Iterator[tuple[list[Amount], set[str]]]:
    """Return the text of each paragraph, footnote, table and chart with numbers, and the sources it cites."""
    for node in [*paragraphs(chapter), *_all(chapter, nodes.Note)]:
        text = words(node.content)
        yield [*amounts(text), *spelt(text)], cited((node,))
    for table in evidence(chapter, nodes.Table):
        yield list(tabled(table)), cited((table,))
    for chart in evidence(chapter, nodes.Chart):
        yield charted(chart), cited((chart,))


def cited(content: tuple[Any, ...]) -> set[str]:
    """Return the keys of all citations in nodes; an entry's id is its key after "ref-"."""
    result = (node for node in walk_all(content) if isinstance(node, nodes.Citation))
    return {entry.removeprefix("ref-") for node in result for entry in node.entries}


def tellings(chapter: Chapter) -> Iterator[Telling]:
    """Return summaries, takeaways, captions, chart notes, slides and speaker notes."""
    yield Telling("summary", words(chapter.summary))
    for place, takeaway in enumerate(chapter.takeaways, 1):
        yield Telling(f"takeaway {place}", words(takeaway))
    for node in walk_all(chapter.blocks):
        for part, text in _told(node):
            yield Telling(f"line {node.span.line}, {part}", text, said=part == _SAID)


def _told(node: Any) -> Iterator[tuple[str, str]]:
    match node:
        case nodes.Chart():
            yield "caption", words(node.caption)
            yield "note", words(node.note)
        case nodes.Table() | nodes.Figure():
            yield "caption", words(node.caption)
            yield "title on its slide", get_attr(node).get("slide-title")
            for image in getattr(node, "images", ()):
                yield "alternative text", image.alt
        case nodes.Slide():
            yield "title of the slide", words(node.title)
            others = [
                item for item in walk_all(node.content) if isinstance(item, nodes.SpeakerNotes | nodes.Table)
            ]
            apart = {id(item) for other in others for item in walk_all((other,))}
            for block in (item for item in walk_all(node.content) if id(item) not in apart):
                match block:
                    case nodes.Definition():
                        yield "slide", words(block.term)
                    case nodes.Paragraph() | nodes.Heading():
                        yield "slide", words(block.content)
        case nodes.SpeakerNotes():  # not in the book
            yield _SAID, words(node.content)


def charted(chart: nodes.Chart) -> list[Amount]:
    """Return the numbers that a chart shows: values in its unit, and those of axes, legend and notes."""
    shown = [
        amount.scaled(chart.unit)
        for item in chart.data.series
        for value, places in zip(item.values, item.decimal_places, strict=True)
        if value is not None
        for amount in amounts(f"{abs(value):.{places}f}")
    ]
    shown += _reach(chart)
    names = [*chart.data.categories, *chart.data.labels, words(chart.caption), words(chart.note)]
    shown += [amount for name in names for text in (amounts(name), spelt(name)) for amount in text]
    return shown


def tabled(table: nodes.Table) -> Iterator[Amount]:
    """Return the numbers of a table in the units of its column headers and of the first cell of each row."""
    yield _count(table.body)
    heads = [words(cell.content) for row in table.head for cell in row.cells]
    for row in table.body:
        first = words(row.cells[0].content)
        for head, cell in zip(heads, row.cells, strict=True):
            text = words(cell.content)
            yield from spelt(text)
            for amount in amounts(text):
                yield amount
                yield amount.scaled(head).scaled("" if cell is row.cells[0] else first)


def _reach(chart: nodes.Chart) -> Iterator[Amount]:
    """Return the number of categories of a chart, and each year from first to last, even without a value."""
    yield _count(chart.data.categories)
    years = [int(item.value) for name in chart.data.categories for item in amounts(name) if item.year]
    for year in range(min(years, default=0), max(years, default=-1) + 1):
        yield Amount(Decimal(year), Decimal(1))


def _count(things: Sequence[object]) -> Amount:
    return Amount(Decimal(len(things)), Decimal(1))


def known(chapter: Chapter) -> list[Amount]:
    """Return all numbers of a chapter: in prose, footnotes, tables and its data files."""
    text = f"{prose(chapter)} {footnotes(chapter)}"
    result = [*amounts(text), *spelt(text)]
    for table in evidence(chapter, nodes.Table):
        result += tabled(table)
    for chart in charts(chapter):
        result += _reach(chart)
    for name in data_files(chapter):
        result += series(name)
    return result
