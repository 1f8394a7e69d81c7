"""Measure the PDF of a long book: cold, after edits and unchanged, and compare it with pandoc's.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.long_book --project DIR``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.conversions import Conversions, Engine
from benchmarks.edits import Edit, editable, longest, pages_more, sentence_more
from benchmarks.measuring import (
    Run,
    RunError,
    Spread,
    child,
    cpu,
    median,
    own,
    peak,
    ratio,
    table,
    times,
    wall,
)
from benchmarks.page_references import put_page_references
from benchmarks.peers import MISSING_PROGRAM, all_there, offer_engines
from benchmarks.workplace import Workplace, arguments, chosen, positive, stages, up_to_date, workplace

COLD, SAME, MIDDLE, LONGEST, MOVED = (
    "cold",
    "nothing changed",
    "middle chapter",
    "longest chapter",
    "pages moved",
)
_ALL = 0  # value of the option without a number


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    parser = offer_engines(arguments(__doc__), default=("xelatex",))
    parser.add_argument("--alone", action="store_true", help="without pandoc")
    parser.add_argument(
        "--page-references",
        type=positive,
        nargs="?",
        const=_ALL,
        metavar="N",
        help='put " (p. 57)" behind N of the cross-references in prose; without N behind all',
    )
    options = parser.parse_args()
    engines: tuple[Engine, ...] = () if options.alone else options.peers
    if not all_there(engines):
        return MISSING_PROGRAM
    try:
        with workplace(chosen(options)) as place:
            print(_with_page_references(place, options))
            measured = Measurement.take(place, engines, options.rounds)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    report(measured, options.rounds)
    return 0


def _with_page_references(place: Workplace, options: argparse.Namespace) -> str:
    """Add page references to prose if the option is set, and return the headline."""
    title = f"{place.manifest.book.title}: pdf"
    if options.page_references is None:
        return title
    sections = [place.project / path for path in place.sections()]
    put = put_page_references(sections, options.page_references or None)
    return f"{title} with {put} page numbers in prose"


@dataclass(frozen=True, slots=True)
class Measurement:
    """The runs of each kind of build, one per round.

    ``pages`` are the page counts of the cold build and of the build after which pages have moved.
    """

    builds: Mapping[str, list[Run]]
    conversions: Mapping[tuple[Engine, str], list[Run]]
    pages: tuple[int, int]

    @classmethod
    def take(cls, place: Workplace, engines: Sequence[Engine], rounds: int) -> Measurement:
        """Run a cold build and four others in each round; the first round is a warm-up.

        Pandoc converts the text before the edits and after the first edit.
        """
        edits = edits_of([place.project / path for path in place.sections()])
        peer = Conversions.prepare(place)
        builds: dict[str, list[Run]] = {}
        conversions: dict[tuple[Engine, str], list[Run]] = {}
        pages = (0, 0)

        def convert(name: str) -> None:
            peer.take_text()
            for engine in engines:
                conversions.setdefault((engine, name), []).append(peer.convert("pdf", engine))

        for _ in range(rounds + 1):
            for edit in reversed(edits.values()):
                edit.undo()
            place.clean()
            builds.setdefault(COLD, []).append(place.build(("pdf",)))
            pages = (place.pages(), 0)
            convert(COLD)
            builds.setdefault(SAME, []).append(place.build(("pdf",)))
            for name, edit in edits.items():
                edit.make()
                builds.setdefault(name, []).append(place.build(("pdf",)))
                if name == MIDDLE:
                    convert(MIDDLE)
            pages = (pages[0], place.pages())
        counted = {name: runs[1:] for name, runs in builds.items()}
        return cls(counted, {key: runs[1:] for key, runs in conversions.items()}, pages)


def edits_of(sections: Sequence[Path]) -> dict[str, Edit]:
    """Return edits of different chapters: a sentence in the middle and longest one, pages in the first."""
    fit = editable(sections)
    if len(fit) < 3:
        raise RunError("the book has no three sections with a plain paragraph")
    long = longest(fit)
    middle = fit[len(fit) // 2] if fit[len(fit) // 2] != long else fit[len(fit) // 2 - 1]
    first = next(path for path in fit if path not in (long, middle))
    return {MIDDLE: sentence_more(middle), LONGEST: sentence_more(long), MOVED: pages_more(first)}


def report(measured: Measurement, rounds: int) -> None:
    """Print the results: times and memory, ratios, and Triptych's time by stage."""
    builds, conversions = measured.builds, measured.conversions
    print(f"{measured.pages[0]} pages; median (least–greatest) of {rounds} rounds\n")
    rows = [
        [f"Triptych, {name}", *times(runs), median(runs, own), median(runs, child)]
        for name, runs in builds.items()
    ]
    rows += [
        [f"pandoc with {engine}, {name}", *times(runs), "", median(runs, peak)]
        for (engine, name), runs in conversions.items()
    ]
    print(table(["", "wall s", "CPU s", "own MB", "child MB"], rows))
    print("\n" + table(["ratio", "wall", "CPU"], ratio_rows(builds, conversions)))
    spent = {name: [stages(run) for run in runs] for name, runs in builds.items()}
    head, *lines = stage_lines({name: found for name, found in spent.items() if name != SAME})
    print("\n" + table(head, lines))
    if measured.pages[0] == measured.pages[1]:
        print("\nnote: the last edit has moved no pages")
    if not all(map(up_to_date, builds[SAME])):
        print("\nnote: with nothing changed Triptych built again")


def ratio_rows(
    builds: Mapping[str, list[Run]], conversions: Mapping[tuple[Engine, str], list[Run]]
) -> Iterator[list[str]]:
    """Return rows with the ratios of Triptych to pandoc, and of each later build to the cold one."""

    def line(name: str, over: list[Run], under: list[Run]) -> list[str]:
        both: tuple[Callable[[Run], float], ...] = (wall, cpu)
        return [name, *(ratio(over, under, quantity).text(3) for quantity in both)]

    for (engine, name), runs in conversions.items():
        yield line(f"{name} / pandoc with {engine}", builds[name], runs)
    for name, runs in builds.items():
        if name != COLD:
            yield line(f"{name} / {COLD}", runs, builds[COLD])


def stage_lines(spent: Mapping[str, list[dict[str, float]]]) -> Iterator[list[str]]:
    """Return lines with the elapsed seconds of each stage, and a column for each kind of build."""
    yield ["stage of Triptych, wall s", *spent]
    for stage in spent[COLD][0]:
        yield [f"  {stage}", *(Spread.of(times[stage] for times in found).text() for found in spent.values())]


if __name__ == "__main__":
    sys.exit(main())
