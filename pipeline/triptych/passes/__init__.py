"""Passes: model → model. They run in the order of this list; after them nothing is symbolic.

Each takes the book and the words of its language, and returns the book and what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from triptych.diagnostics import Diagnostic
from triptych.labels import Labels
from triptych.model.book import Book
from triptych.passes.accessibility import lint_accessibility
from triptych.passes.characters import lint_characters
from triptych.passes.conditions import choose
from triptych.passes.identify import identify
from triptych.passes.number import number
from triptych.passes.quote import quote
from triptych.passes.refer import refer
from triptych.passes.speak import speak

Pass: TypeAlias = Callable[[Book, Labels], tuple[Book, list[Diagnostic]]]

PASSES: tuple[Pass, ...] = (
    choose,  # content that depends on the profile or a setting
    identify,  # every heading and every linked thing has an id of its own in the whole book
    speak,  # formulas in words, before numbering copies titles and captions
    number,  # chapters, sections, figures, tables, equations, listings: one table for all outputs
    quote,  # quotation marks of the language
    refer,  # references read as what they point to; links lead to ids
    lint_accessibility,  # what a reader who cannot see would miss
    lint_characters,  # what the bundled fonts cannot print
)


def resolve(book: Book, labels: Labels) -> tuple[Book, list[Diagnostic]]:
    """Run all passes."""
    found: list[Diagnostic] = []
    for step in PASSES:
        book, problems = step(book, labels)
        found += problems
    return book, found
