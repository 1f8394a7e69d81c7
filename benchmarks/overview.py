"""Measure all build times for one page: cold, after an edit and unchanged, and pandoc's three outputs.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.overview``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks.conversions import Conversions, Engine
from benchmarks.edits import Edit, counted_sentence_more, editable, longest
from benchmarks.measuring import Run, RunError, Spread, cpu, median, own, ratio, table, wall
from benchmarks.mixed_book import write_mixed_book
from benchmarks.overview_plot import draw_overview
from benchmarks.peers import MISSING_PROGRAM, all_there, offer_engines
from benchmarks.watching import seconds_after_saving, seconds_to_show
from benchmarks.workplace import REPOSITORY, Fill, Workplace, copy_project, positive, workplace
from triptych.formats import BOOK_FORMATS

_PAGES = 84  # pages of the generated book: a report


@dataclass(frozen=True, slots=True)
class Measured:
    """The runs of one book, one per round.

    Of edits that are ``watched``, and of those that the preview has ``shown`` as e-book and as PDF, only the
    elapsed time is known.
    """

    name: str
    cold: list[Run]
    edited: list[Run]
    same: list[Run]
    watched: list[float]
    shown: list[list[float]]
    peers: dict[Engine, list[Run]]


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    option = parser.add_argument
    text = f"any number of these; default: this repository, and {_PAGES} pages generated"
    option("--project", type=Path, action="append", default=[], metavar="DIR", help=text)
    option("--pages", type=positive, action="append", default=[], metavar="N", help="a generated book")
    option("--rounds", type=positive, default=5, metavar="N", help="after a warm-up; default: 5")
    option("--plot", type=Path, metavar="FILE.svg", help="draw the times")
    options = offer_engines(parser).parse_args()
    if not all_there(options.peers):
        return MISSING_PROGRAM
    if not (options.project or options.pages):
        options.project, options.pages = [REPOSITORY], [_PAGES]
    fills: list[Fill] = [partial(copy_project, folder) for folder in options.project]
    fills += [partial(write_mixed_book, number) for number in options.pages]
    try:
        books = [measured(fill, options.peers, options.rounds) for fill in fills]
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    report(books, options.peers, options.rounds)
    if options.plot:
        options.plot.write_bytes(draw_overview(list(bars(books, options.peers))))
    return 0


def measured(fill: Fill, engines: Sequence[Engine], rounds: int) -> Measured:
    """Run all builds of a book in turn; the first round is a warm-up."""
    with workplace(fill) as place:
        peer = Conversions.prepare(place)
        section = longest(editable(place.project / path for path in place.sections()))
        cold: list[Run] = []
        edited: list[Run] = []
        same: list[Run] = []
        peers: dict[Engine, list[Run]] = {engine: [] for engine in engines}
        for number in range(rounds + 1):
            edit = counted_sentence_more(section, number)
            place.clean()
            cold.append(place.build(BOOK_FORMATS))
            same.append(place.build(BOOK_FORMATS))
            edit.make()
            edited.append(place.build(BOOK_FORMATS))
            edit.undo()
            for engine, runs in peers.items():
                runs.append(_converted(peer, place, engine))
        name = f"{place.manifest.book.title}, {place.pages()} pages"
        counts = count(rounds + 1)  # unique sentences

        def later() -> Iterator[Edit]:
            return (counted_sentence_more(section, next(counts)) for _ in range(rounds + 1))

        watched = seconds_after_saving(place, later())
        shown = [seconds_to_show(place, output, later()) for output in ("epub", "pdf")]
        counted = {engine: runs[1:] for engine, runs in peers.items()}
        return Measured(name, cold[1:], edited[1:], same[1:], watched, shown, counted)


def _converted(peer: Conversions, place: Workplace, engine: Engine) -> Run:
    """Convert all three outputs with pandoc, without any cache."""
    whole = Run(0, 0, 0)
    for output in BOOK_FORMATS:
        place.clean_scratch()
        whole += peer.convert(output, engine)
    return whole


def report(books: Sequence[Measured], engines: Sequence[Engine], rounds: int) -> None:
    """Print seconds, and their ratios within rounds."""
    print(f"all three outputs; wall s, median (least–greatest) of {rounds} rounds\n")
    heads = ["cold", "a paragraph edited", "edited, watching"]
    heads += ["e-book in preview", "PDF in preview", "nothing changed"]
    print(table(["", *heads, *(f"pandoc + {engine}" for engine in engines)], seconds(books)))
    print("\nratios of wall time, and of CPU time where it is named; MB of the first process\n")
    heads = ["edited / cold", "watching / cold", *(f"cold / {engine}" for engine in engines)]
    heads += [f"CPU / {engine}" for engine in engines]
    print(table(["", *heads, "MB"], ratios(books)))


def seconds(books: Sequence[Measured]) -> Iterator[list[str]]:
    """Return a row of elapsed times for each book."""
    for book in books:
        groups = [book.cold, book.edited, book.same, *book.peers.values()]
        cells = [Spread.of(map(wall, runs)).text() for runs in groups]
        stays = [Spread.of(seconds).text() for seconds in (book.watched, *book.shown)]
        yield [book.name, *cells[:2], *stays, *cells[2:]]


def ratios(books: Sequence[Measured]) -> Iterator[list[str]]:
    """Return a row of ratios for each book; for watched edits, which are outside rounds, of medians."""
    for book in books:
        watched = Spread.of(book.watched).median / Spread.of(map(wall, book.cold)).median
        quantities: tuple[Callable[[Run], float], ...] = (wall, cpu)
        beside = [ratio(book.cold, runs, one).text() for one in quantities for runs in book.peers.values()]
        yield [
            book.name,
            ratio(book.edited, book.cold, wall).text(),
            f"{watched:.2f}",
            *beside,
            median(book.cold, own),
        ]


def bars(books: Sequence[Measured], engines: Sequence[Engine]) -> Iterator[tuple[str, dict[str, float]]]:
    """Return the medians of each book by kind of build, for the plot."""
    for book in books:
        peers = {f"pandoc with {engine}": book.peers[engine] for engine in engines}
        groups = {**peers, "Triptych, first build": book.cold, "Triptych, after an edit": book.edited}
        times = {name: Spread.of(map(wall, runs)).median for name, runs in groups.items()}
        yield book.name, {**times, "Triptych, watching": Spread.of(book.watched).median}


if __name__ == "__main__":
    sys.exit(main())
