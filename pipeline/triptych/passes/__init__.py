"""Passes: model → model. They run in the order of this list; after them nothing is symbolic.

Each takes the book, the words of its language and the results of earlier builds, and returns the book and
the findings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book
from triptych.passes.accessibility import lint_accessibility
from triptych.passes.back_matter import add_back_matter, connect_sources
from triptych.passes.characters import lint_characters
from triptych.passes.conditions import choose
from triptych.passes.cross_references import refer
from triptych.passes.glossary import connect_terms, link_terms
from triptych.passes.index import index
from triptych.passes.numbering import identify, number, number_notes
from triptych.passes.spaces import close_up, drop_spaces
from triptych.passes.tables import arrange_tables
from triptych.passes.typography import direct, hold_together, mark_western, quote, speak
from triptych.passes.unchanged import take_as_before

Pass: TypeAlias = Callable[[Book, Labels, Memory], tuple[Book, list[Diagnostic]]]

PASSES: tuple[Pass, ...] = (
    choose,  # content that depends on the profile or a setting
    direct,  # which way the text of each language runs
    arrange_tables,  # their widths, which cells head rows, and colours behind numbers
    add_back_matter,  # glossary, bibliography and index become chapters, or stand where they are asked for
    link_terms,  # terms lead to the glossary; abbreviations are written out where they stand first
    identify,  # every heading and every linked thing has an id of its own in the whole book
    speak,  # formulas in words, before numbering copies titles and captions
    number,  # chapters, sections, figures, tables, equations, listings: one table for all outputs
    number_notes,  # footnotes, which are called the same in all outputs
    quote,  # quotation marks of the language
    take_as_before,  # chapters that nobody has changed are those of the last build, in a process that stays
    refer,  # references read as what they point to; links lead to ids
    close_up,  # no spaces where Chinese and Japanese have none
    drop_spaces,  # none at the ends of a line, nor two beside what shows nothing
    mark_western,  # Western words in Chinese and Japanese keep the text's own face
    connect_sources,  # citations and entries of the bibliography know each other
    connect_terms,  # so do terms and entries of the glossary
    index,  # marks in the text become the index
    lint_accessibility,  # what a reader who cannot see would miss
    lint_characters,  # what the bundled fonts cannot print
    hold_together,  # no line ends between a number and its unit; last, since rules look for plain spaces
)


def resolve(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Run all passes."""
    found: list[Diagnostic] = []
    for step in PASSES:
        book, problems = step(book, labels, memory)
        found += problems
    return book, found
