"""Measure builds after a cold one: unchanged, and with one paragraph changed.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.rebuild``.
"""

from __future__ import annotations

import sys

from benchmarks.edits import longest, sentence_more
from benchmarks.measuring import Run, RunError, cpu, ratio, row, table, wall
from benchmarks.workplace import Workplace, arguments, chosen, offer_formats, up_to_date, workplace
from triptych.formats import OutputFormat


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    options = offer_formats(arguments(__doc__)).parse_args()
    try:
        with workplace(chosen(options)) as place:
            compare(place, options.to, options.rounds)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def compare(place: Workplace, formats: tuple[OutputFormat, ...], rounds: int) -> None:
    """Run in each round: cold, unchanged, one paragraph longer; the first round is a warm-up."""
    edit = sentence_more(longest(place.project / path for path in place.sections()))
    cold: list[Run] = []
    same: list[Run] = []
    edited: list[Run] = []
    for _ in range(rounds + 1):
        edit.undo()
        place.clean()
        cold.append(place.build(formats))
        same.append(place.build(formats))
        edit.make()
        edited.append(place.build(formats))
    cold, same, edited = cold[1:], same[1:], edited[1:]
    print(f"{place.manifest.book.title}: {', '.join(formats)}; median (least–greatest) of {rounds} rounds\n")
    rows = [row("cold", cold), row("nothing changed", same), row("one paragraph changed", edited)]
    for name, runs in (("nothing changed / cold", same), ("one paragraph changed / cold", edited)):
        rows.append([name, ratio(runs, cold, wall).text(3), ratio(runs, cold, cpu).text(3), ""])
    print(table(["", "wall s", "CPU s", "peak MB"], rows))
    if not all(map(up_to_date, same)):
        print("\nnote: with nothing changed Triptych built again")


if __name__ == "__main__":
    sys.exit(main())
