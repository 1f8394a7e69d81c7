"""Run the passes that resolve a book's references, numbers, glossary, index and typography.

Each pass takes the book, the labels of its language and the cache of earlier builds in this process. It
returns the new book and its findings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book
from triptych.model.nodes import Chart
from triptych.model.walk import chapter_nodes
from triptych.passes.accessibility import lint_accessibility
from triptych.passes.back_matter import add_back_matter, add_citation_backlinks
from triptych.passes.conditions import apply_conditions
from triptych.passes.cross_references import resolve_cross_references
from triptych.passes.glossary import add_term_backlinks, link_terms
from triptych.passes.glyphs import lint_glyphs
from triptych.passes.index import build_index
from triptych.passes.numbering import assign_ids, number_elements, number_notes
from triptych.passes.spaces import remove_cjk_spaces, remove_spaces
from triptych.passes.tables import prepare_tables
from triptych.passes.typography import (
    mark_western_text,
    set_direction,
    set_no_break_spaces,
    set_quotation_marks,
    verbalise_formulas,
    verbalise_row_numbers,
)

Pass: TypeAlias = Callable[[Book, Labels, Memory], tuple[Book, list[Diagnostic]]]


def reuse_unchanged_chapters(book: Book, labels: Labels, memory: Memory) -> tuple[Book, list[Diagnostic]]:
    """Replace each unchanged chapter with the equal object from an earlier build in this process."""
    chapters = (
        memory.intern(("chapter", chapter.id), chapter, repr([*chapter_nodes(chapter, Chart)]))
        for chapter in book.chapters
    )
    return replace(book, chapters=tuple(chapters)), []


PASSES: tuple[Pass, ...] = (
    apply_conditions,  # content that depends on a profile or a setting
    set_direction,  # the writing direction of each language
    prepare_tables,  # column widths, row headers and heat map colours
    add_back_matter,  # glossary, bibliography and index, as chapters or in the divs that the author placed
    link_terms,  # links from terms to the glossary; abbreviations are spelt out at their first occurrence
    assign_ids,  # unique ids for headings and link targets
    verbalise_formulas,  # formulas in words; before numbering, which copies titles and captions
    number_elements,  # numbers of chapters, sections, figures, tables, equations and listings
    verbalise_row_numbers,  # numbers of rows in the words of formulas
    number_notes,  # the same numbers for footnotes in all outputs
    set_quotation_marks,  # quotation marks of the language
    reuse_unchanged_chapters,  # chapter objects from the last build, if unchanged
    resolve_cross_references,  # the text of references, the targets of links
    remove_cjk_spaces,  # no spaces within Chinese and Japanese text
    remove_spaces,  # no spaces at the end of a line, no double spaces next to an index mark
    mark_western_text,  # a class for Western words in Chinese and Japanese
    add_citation_backlinks,  # ids and backlinks of citations
    add_term_backlinks,  # ids and backlinks of terms
    build_index,  # entries and locators from marks
    lint_accessibility,  # accessibility rules
    lint_glyphs,  # characters without a glyph
    set_no_break_spaces,  # for example in "5 km"; last, since the passes above match plain spaces
)


def run_passes(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Run all passes. Return the resulting book and all findings."""
    findings: list[Diagnostic] = []
    for step in PASSES:
        book, problems = step(book, labels, memory)
        findings += problems
    return book, findings
