"""Guards: what the book says is in the finished files. Each build asks them, since nothing is lost silently.

They know the book as an output shows it, and the file as anybody reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from typing import TypeAlias

from triptych.checks.guards.edges import strays as off_their_places
from triptych.checks.guards.epub_leaves import epub_leaves
from triptych.checks.guards.leaves import Leaves
from triptych.checks.guards.pdf_leaves import pdf_leaves
from triptych.checks.guards.pictures import missing_pictures
from triptych.checks.guards.words import missing_pieces, missing_words
from triptych.checks.texts import TEXTS
from triptych.diagnostics import Diagnostic
from triptych.model.book import Book
from triptych.model.strays import Stray

_NONE: Mapping[int, tuple[Stray, ...]] = {}
Guard: TypeAlias = Callable[[Book, Leaves], Iterator[Diagnostic]]
Opener: TypeAlias = Callable[[bytes, Executor], Leaves]

# Outputs that show the whole book; another is held against it by the text of all of it.
OPENERS: Mapping[str, Opener] = {"pdf": pdf_leaves, "epub": epub_leaves}
GUARDS: tuple[Guard, ...] = (
    missing_words,  # every word
    missing_pictures,  # every picture, chart and formula
    off_their_places,  # nothing off its page or its area, or over other words
)


def guard(
    name: str,
    book: Book,
    data: bytes,
    executor: Executor,
    strays: Mapping[int, tuple[Stray, ...]] = _NONE,
) -> list[Diagnostic]:
    """A book as an output shows it, and the output's bytes → what is in the one and not in the other.

    ``strays`` are what its writer could not keep in place, by pages from 0 on: a file does not tell where
    columns and cells end. Long files are read in the processes of the executor.
    """
    if name not in OPENERS:
        return list(missing_pieces(book, name, TEXTS[name](data)))
    leaves = OPENERS[name](data, executor).with_strays(strays)
    return [problem for one in GUARDS for problem in one(book, leaves)]
