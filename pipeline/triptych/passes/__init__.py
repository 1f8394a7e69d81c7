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
from triptych.passes.conditions import apply_conditions
from triptych.passes.cross_references import resolve_references
from triptych.passes.glossary import connect_terms, link_terms
from triptych.passes.index import build_index
from triptych.passes.numbering import assign_ids, number_elements, number_notes
from triptych.passes.spaces import close_cjk_spaces, remove_spaces
from triptych.passes.tables import arrange_tables
from triptych.passes.typography import (
    mark_western,
    set_direction,
    set_no_break_spaces,
    set_quotation_marks,
    word_formulas,
)
from triptych.passes.unchanged import take_as_before

Pass: TypeAlias = Callable[[Book, Labels, Memory], tuple[Book, list[Diagnostic]]]

PASSES: tuple[Pass, ...] = (
    apply_conditions,  # content that depends on the profile or a setting
    set_direction,  # which way the text of each language runs
    arrange_tables,  # their widths, which cells head rows, and colours behind numbers
    add_back_matter,  # glossary, bibliography and index become chapters, or stand where they are asked for
    link_terms,  # terms lead to the glossary; abbreviations are written out where they stand first
    assign_ids,  # every heading and every linked thing has an id of its own in the whole book
    word_formulas,  # formulas in words, before numbering copies titles and captions
    number_elements,  # chapters, sections, figures, tables, equations, listings: one table for all outputs
    number_notes,  # footnotes, which are called the same in all outputs
    set_quotation_marks,  # quotation marks of the language
    take_as_before,  # chapters that nobody has changed are those of the last build, in a process that stays
    resolve_references,  # references read as what they point to; links lead to ids
    close_cjk_spaces,  # no spaces where Chinese and Japanese have none
    remove_spaces,  # none at the ends of a line, nor two beside what shows nothing
    mark_western,  # Western words in Chinese and Japanese keep the text's own face
    connect_sources,  # citations and entries of the bibliography know each other
    connect_terms,  # so do terms and entries of the glossary
    build_index,  # marks in the text become the index
    lint_accessibility,  # what a reader who cannot see would miss
    lint_characters,  # what the bundled fonts cannot print
    set_no_break_spaces,  # such as between a number and its unit; last, since rules look for plain spaces
)


def resolve_book(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Run all passes."""
    found: list[Diagnostic] = []
    for step in PASSES:
        book, problems = step(book, labels, memory)
        found += problems
    return book, found
