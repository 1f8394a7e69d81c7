"""Guards: what the book says is in the finished files. Each build asks them, since nothing is lost silently.

They know the book as an output shows it, and the file as anybody reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from typing import TypeAlias

from triptych.checks.guards.edges import strays
from triptych.checks.guards.epub_leaves import epub_leaves
from triptych.checks.guards.leaves import Leaves
from triptych.checks.guards.pdf_leaves import pdf_leaves
from triptych.checks.guards.pictures import missing_pictures
from triptych.checks.guards.words import missing_pieces, missing_words
from triptych.checks.texts import TEXTS
from triptych.diagnostics import Diagnostic
from triptych.model.book import Book

Guard: TypeAlias = Callable[[Book, Leaves], Iterator[Diagnostic]]
Opener: TypeAlias = Callable[[bytes, Executor], Leaves]

# Outputs that show the whole book; another is held against it by the text of all of it.
OPENERS: Mapping[str, Opener] = {"pdf": pdf_leaves, "epub": epub_leaves}
GUARDS: tuple[Guard, ...] = (
    missing_words,  # every word
    missing_pictures,  # every picture, chart and formula
    strays,  # nothing off its page, off its area or over other words
)


def guard(name: str, book: Book, data: bytes, executor: Executor) -> list[Diagnostic]:
    """A book as an output shows it, and the output's bytes → what is in the one and not in the other.

    Long files are read in the processes of the executor.
    """
    if name not in OPENERS:
        return list(missing_pieces(book, name, TEXTS[name](data)))
    leaves = OPENERS[name](data, executor)
    return [problem for one in GUARDS for problem in one(book, leaves)]
