"""Measure the e-book stage, and compare it with pandoc's EPUB writer on the same text.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.ebook --project DIR``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks.conversions import Conversions
from benchmarks.measuring import Run, RunError, Spread, cpu, peak, table, times, wall
from benchmarks.workplace import Workplace, arguments, chosen, stages, workplace

_STAGE = "epub"


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    options = arguments(__doc__).parse_args()
    try:
        with workplace(chosen(options)) as place:
            print(f"{place.manifest.book.title}: epub")
            ours, theirs = measured(place, options.rounds)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    report(ours, theirs)
    return 0


def measured(place: Workplace, rounds: int) -> tuple[list[Run], list[Run]]:
    """Return alternating cold builds of the e-book and pandoc's conversions; the first round is a warm-up."""
    peer = Conversions.prepare(place)
    ours, theirs = [], []
    for _ in range(rounds + 1):
        place.clean()
        ours.append(place.build((_STAGE,)))
        theirs.append(peer.convert(_STAGE))
    return ours[1:], theirs[1:]


def report(ours: list[Run], theirs: list[Run]) -> None:
    """Print times, and the ratios of the whole build and of its stage."""
    print(f"median (least–greatest) of {len(ours)} rounds\n")
    rows = [
        ["Triptych, whole build", *times(ours), Spread.of([peak(run) for run in ours]).text(0)],
        ["pandoc", *times(theirs), Spread.of([peak(run) for run in theirs]).text(0)],
    ]
    print(table(["", "wall s", "CPU s", "peak MB"], rows))
    stage = [stages(run)[_STAGE] for run in ours]
    print(f"\nits stage “{_STAGE}”: {Spread.of(stage).text()} s\n")
    shares = [one / wall(run) for one, run in zip(stage, theirs, strict=True)]
    lines = [["stage / pandoc", Spread.of(shares).text(3), ""]]
    both: tuple[Callable[[Run], float], ...] = (wall, cpu)
    whole = (
        Spread.of([get(one) / get(other) for one, other in zip(ours, theirs, strict=True)]).text(3)
        for get in both
    )
    lines.append(["whole build / pandoc", *whole])
    print(table(["ratio", "wall", "CPU"], lines))


if __name__ == "__main__":
    sys.exit(main())
