"""Measure the time per page in short and in long books of the same composition.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.scaling``.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from benchmarks.measuring import Run, RunError, Spread, child, cpu, median, own, table, times, wall
from benchmarks.mixed_book import write_mixed_book
from benchmarks.workplace import Workplace, positive, workplace
from triptych.formats import BOOK_FORMATS, OutputFormat


@dataclass(slots=True)
class Sized:
    """A generated book, its cold builds, and its actual number of pages."""

    place: Workplace
    formats: tuple[OutputFormat, ...]
    runs: list[Run] = field(default_factory=list)
    pages: int = 0

    def build(self) -> None:
        self.place.clean()
        self.runs.append(self.place.build(self.formats))
        self.pages = self.place.pages()


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    option = parser.add_argument
    option(
        "--pages", type=_sizes, default=(100, 1600), metavar="N,N…", help="about so many; default: 100,1600"
    )
    option("--rounds", type=positive, default=3, metavar="N", help="after a warm-up; default: 3")
    option("--whole", action="store_true", help="each book as one chapter")
    option("--also", type=_others, default=(), metavar="epub,pptx", help="outputs beside the PDF")
    options = parser.parse_args()
    formats: tuple[OutputFormat, ...] = ("pdf", *options.also)
    try:
        with ExitStack() as stack:
            books = [
                Sized(
                    stack.enter_context(workplace(partial(write_mixed_book, pages, whole=options.whole))),
                    formats,
                )
                for pages in options.pages
            ]
            compare(books, options.rounds)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def compare(books: list[Sized], rounds: int) -> None:
    """Build all books in each round and print the results; the shortest book is the warm-up."""
    books[0].build()
    books[0].runs.clear()
    for _ in range(rounds):
        for book in books:
            book.build()
    print(f"A mixed book, {', '.join(books[0].formats)}, cold; median (least–greatest) of {rounds} rounds\n")
    head = ["pages", "chapters", "wall s", "CPU s", "own MB", "child MB", "wall ms a page", "CPU ms a page"]
    print(table(head, map(_row, books)))
    rows = [
        [f"{other.pages} pages / {books[0].pages}, a page", *_ratios(other, books[0])] for other in books[1:]
    ]
    print("\n" + table(["ratio", "wall", "CPU"], rows))


def _row(book: Sized) -> list[str]:
    pages, chapters = book.pages, len(book.place.sections())
    per_page = [
        Spread.of(1000 * quantity(run) / pages for run in book.runs).text(1) for quantity in (wall, cpu)
    ]
    return [
        str(pages),
        str(chapters),
        *times(book.runs),
        median(book.runs, own),
        median(book.runs, child),
        *per_page,
    ]


def _ratios(over: Sized, under: Sized) -> list[str]:
    """Return the ratios of time per page within rounds, elapsed and CPU."""
    found = []
    for quantity in (wall, cpu):
        pairs = zip(over.runs, under.runs, strict=True)
        share = under.pages / over.pages
        found.append(Spread.of(share * quantity(a) / quantity(b) for a, b in pairs).text())
    return found


def _others(text: str) -> tuple[OutputFormat, ...]:
    names = text.split(",")
    if unknown := set(names) - {"epub", "pptx"}:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return tuple(name for name in BOOK_FORMATS if name in names)


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(sorted(map(positive, text.split(","))))
    if len(sizes) < 2:
        raise argparse.ArgumentTypeError("name two sizes or more")
    return sizes


if __name__ == "__main__":
    sys.exit(main())
