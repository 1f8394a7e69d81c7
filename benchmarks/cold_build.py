"""Compare a cold build with pandoc's conversions of the same text.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.cold_build``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from benchmarks.conversions import Conversions, Engine
from benchmarks.measuring import Run, RunError, Spread, cpu, ratio, row, table, wall
from benchmarks.peers import MISSING_PROGRAM, all_there, offer_engines
from benchmarks.workplace import Workplace, arguments, chosen, offer_formats, stages, workplace
from triptych.formats import OutputFormat

# An output of pandoc: its format and, for a PDF, the engine.
Target: TypeAlias = tuple[OutputFormat, Engine | None]


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    options = offer_engines(offer_formats(arguments(__doc__))).parse_args()
    formats: tuple[OutputFormat, ...] = options.to
    if "pdf" in formats and not all_there(options.peers):
        return MISSING_PROGRAM
    try:
        with workplace(chosen(options)) as place:
            compare(place, Conversions.prepare(place), formats, options.peers, options.rounds)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def compare(
    place: Workplace,
    peer: Conversions,
    formats: tuple[OutputFormat, ...],
    engines: tuple[Engine, ...],
    rounds: int,
) -> None:
    """Run both programs alternately and print the results; the first round is a warm-up."""
    targets = list(targets_of(formats, engines))
    builds: list[Run] = []
    conversions: list[dict[Target, Run]] = []
    for _ in range(rounds + 1):
        place.clean()
        builds.append(place.build(formats))
        conversions.append({})
        for name, engine in targets:
            place.clean()
            conversions[-1][name, engine] = peer.convert(name, engine or "xelatex")
    builds, conversions = builds[1:], conversions[1:]
    print(f"{place.manifest.book.title}: {', '.join(formats)}; median (least–greatest) of {rounds} rounds\n")
    rows = [row("Triptych, cold", builds)]
    ratios = []
    for engine in engines if "pdf" in formats else (None,):
        own = [made for made in targets if made[1] in (engine, None)]
        totals = [sum((made[target] for target in own), start=Run(0, 0, 0)) for made in conversions]
        peer_name = f"pandoc with {engine}" if engine else "pandoc"
        rows.append(row(peer_name, totals))
        ratios.append(
            [f"Triptych / {peer_name}", *(ratio(builds, totals, q).text() for q in (wall, cpu)), ""]
        )
    for target in targets:
        rows.append(row(f"  {' '.join(filter(None, target))}", [made[target] for made in conversions]))
    print(table(["", "wall s", "CPU s", "peak MB"], [*rows, *ratios]))
    print("\n" + table(["stage of Triptych", "wall s"], stage_rows(builds)))


def targets_of(formats: tuple[OutputFormat, ...], engines: tuple[Engine, ...]) -> Iterator[Target]:
    """Return pandoc's outputs: a PDF with each engine, and each other format once."""
    for name in formats:
        if name == "pdf":
            yield from ((name, engine) for engine in engines)
        else:
            yield name, None


def stage_rows(builds: Sequence[Run]) -> list[list[str]]:
    """Return table rows with the time of each stage."""
    found = [stages(build) for build in builds]
    return [[f"  {name}", Spread.of(times[name] for times in found).text()] for name in found[0]]


if __name__ == "__main__":
    sys.exit(main())
