"""The numbering table: one number for each chapter, section, figure, table, equation and listing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.languages.numerals import roman
from triptych.model.book import Book, Chapter, Label, LabelKind, Matter
from triptych.model.nodes import (
    Attr,
    Callout,
    Chart,
    CodeBlock,
    Equation,
    Figure,
    Heading,
    Table,
    Theorem,
    TheoremKind,
)
from triptych.model.walk import chapter_nodes, on_slides, walk
from triptych.passes.conditions import only_for_slides

_DEEPEST = 3  # headings below level 3 carry no number
_COUNTED = (Heading, Figure, Chart, Table, Equation, CodeBlock, Callout, Theorem)


def number(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Fill ``Book.labels``. Figures count within their chapter: the second of chapter 3 is 3.2.

    What slides alone show counts behind all that the book does, which has no gaps in its numbers.
    """
    table: dict[str, Label] = {}
    shared: Counter[LabelKind] = Counter()  # what stands in unnumbered chapters counts through all of them
    counted: list[tuple[Chapter, str, Counter[LabelKind], frozenset[int]]] = []
    chapters = appendices = 0
    for chapter in book.chapters:
        chapter_number = ""
        kind = LabelKind.CHAPTER
        if chapter.matter is Matter.APPENDIX:
            appendices += chapter.numbered
            chapter_number = _letters(appendices) if chapter.numbered else ""
            kind = LabelKind.APPENDIX
        elif chapter.numbered and chapter.matter is Matter.BODY:
            chapters += 1
            chapter_number = str(chapters)
        table[chapter.id] = Label(kind=kind, number=chapter_number, title=chapter.title)
        counters = Counter[LabelKind]() if chapter_number else shared
        counted.append((chapter, chapter_number, counters, only_for_slides(chapter)))
    for slides in (False, True):
        for chapter, chapter_number, counters, hidden in counted:
            if hidden or not slides:
                _number_chapter(chapter, chapter_number, table, counters, hidden, slides=slides)
    return replace(book, labels=table, chapters=_with_part_numbers(book)), []


def _letters(count: int) -> str:
    """1 → A, 26 → Z, 27 → AA."""
    text = ""
    while count:
        count, rest = divmod(count - 1, 26)
        text = chr(65 + rest) + text
    return text


def _with_part_numbers(book: Book) -> tuple[Chapter, ...]:
    ids = list(dict.fromkeys(chapter.part.id for chapter in book.chapters if chapter.part))
    return tuple(
        replace(chapter, part=replace(chapter.part, number=roman(ids.index(chapter.part.id) + 1).upper()))
        if chapter.part
        else chapter
        for chapter in book.chapters
    )


def _number_chapter(
    chapter: Chapter,
    chapter_number: str,
    table: dict[str, Label],
    counters: Counter[LabelKind],
    hidden: frozenset[int],
    *,
    slides: bool,
) -> None:
    """Number what the book shows of a chapter, or what is ``hidden`` there and on ``slides`` alone, whose
    headings have no number.
    """
    levels = [0] * 7
    slide_nodes = on_slides(chapter)

    def count(kind: LabelKind, attr: Attr, title: Any, tag: str = "") -> None:
        # Only what a reference can name is numbered, as in Quarto; a tag of its own takes no number.
        if attr.id.startswith(f"{kind}-") and tag:
            table[attr.id] = Label(kind=kind, number=re.sub(r"^\((.*)\)$", r"\1", tag), title=title)
        elif attr.id.startswith(f"{kind}-"):
            counters[kind] += 1
            text = f"{chapter_number}.{counters[kind]}" if chapter_number else str(counters[kind])
            table[attr.id] = Label(kind=kind, number=text, title=title)

    figures = chapter_nodes(chapter, Figure)
    panels = {id(inner) for figure in figures for panel in figure.panels for inner in walk(panel)}
    for node in chapter_nodes(chapter, *_COUNTED):
        if id(node) in slide_nodes or id(node) in panels or (id(node) in hidden) is not slides:
            continue
        match node:
            case Heading():
                unnumbered = (
                    node.attr.has("unnumbered") or node.level > _DEEPEST or not chapter_number or slides
                )
                text = ""
                if not unnumbered:
                    levels[node.level] += 1
                    levels[node.level + 1 :] = [0] * (6 - node.level)
                    text = ".".join([chapter_number, *map(str, levels[2 : node.level + 1])])
                table[node.attr.id] = Label(kind=LabelKind.SECTION, number=text, title=node.content)
            case Figure(panels=(_, *_)):
                count(LabelKind.FIGURE, node.attr, node.caption)
                _number_panels(node, table)
            case Figure() | Chart():
                count(LabelKind.FIGURE, node.attr, node.caption)
            case Table():
                # A heat table is a kind of chart, and a figure where its id says so.
                drawn = node.attr.id.startswith(f"{LabelKind.FIGURE}-")
                count(LabelKind.FIGURE if drawn else LabelKind.TABLE, node.attr, node.caption)
            case Equation():
                count(LabelKind.EQUATION, node.attr, (), node.tag)
            case CodeBlock():
                # A diagram that could not be drawn is still the figure that others refer to.
                drawn = node.attr.id.startswith(f"{LabelKind.FIGURE}-")
                count(LabelKind.FIGURE if drawn else LabelKind.LISTING, node.attr, node.caption)
            case Callout():
                count(LabelKind[node.kind.name], node.attr, node.title)
            case Theorem() if node.kind is not TheoremKind.PROOF:
                count(LabelKind(node.kind), node.attr, node.title)


def _number_panels(figure: Figure, table: dict[str, Label]) -> None:
    """The panels of figure 3.2 are 3.2a, 3.2b …; without an id on the figure they are a, b …"""
    figure_number = table[figure.attr.id].number if figure.attr.id in table else ""
    for place, panel in enumerate(figure.panels, 1):
        if panel.attr.id:
            text = figure_number + _letters(place).lower()
            table[panel.attr.id] = Label(kind=LabelKind.FIGURE, number=text, title=panel.caption)
