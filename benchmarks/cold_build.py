"""A cold build beside pandoc's own conversions of the same text, in pairs.

Run it from the top of the repository: ``.venv/bin/python -m benchmarks.cold_build``.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from benchmarks.conversions import Conversions
from benchmarks.measuring import Run, RunError, Spread, cpu, ratio, row, table, wall
from benchmarks.workplace import Workplace, arguments, stages, workplace
from triptych.project import OutputFormat

_MISSING_PROGRAM = 3
_XELATEX = "apt-get install texlive-xetex lmodern texlive-fonts-recommended"


def main() -> int:
    """Measure and print; returns the exit code."""
    options = arguments(__doc__).parse_args()
    formats: tuple[OutputFormat, ...] = options.to
    if "pdf" in formats and shutil.which("xelatex") is None:
        print(f"error: xelatex is missing: pandoc makes its PDF with it\n  hint: {_XELATEX}", file=sys.stderr)
        return _MISSING_PROGRAM
    try:
        with workplace(options.project) as place:
            compare(place, Conversions.prepare(place), formats, options.rounds)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def compare(place: Workplace, peer: Conversions, formats: tuple[OutputFormat, ...], rounds: int) -> None:
    """Run A B A B … and print what came out; the first pair only warms up."""
    builds: list[Run] = []
    conversions: list[dict[OutputFormat, Run]] = []
    for _ in range(rounds + 1):
        place.clean()
        builds.append(place.build(formats))
        conversions.append({})
        for name in formats:
            place.clean()
            conversions[-1][name] = peer.convert(name)
    builds, conversions = builds[1:], conversions[1:]
    totals = [sum(made.values(), start=Run(0, 0, 0)) for made in conversions]
    print(f"{place.manifest.book.title}: {', '.join(formats)}; median (least–greatest) of {rounds} pairs\n")
    rows = [row("Triptych, cold", builds), row("pandoc", totals)]
    rows += [row(f"  {name}", [made[name] for made in conversions]) for name in formats]
    rows += [["ratio", ratio(builds, totals, wall).text(), ratio(builds, totals, cpu).text(), ""]]
    print(table(["", "wall s", "CPU s", "peak MB"], rows))
    print("\n" + table(["stage of Triptych", "wall s"], stage_rows(builds)))


def stage_rows(builds: Sequence[Run]) -> list[list[str]]:
    """What each stage took."""
    found = [stages(build) for build in builds]
    return [[f"  {name}", Spread.of(times[name] for times in found).text()] for name in found[0]]


if __name__ == "__main__":
    sys.exit(main())
