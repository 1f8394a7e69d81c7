"""Builds after a cold one: with nothing changed, and with one paragraph changed.

Run it from the top of the repository: ``.venv/bin/python -m benchmarks.rebuild``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from benchmarks.measuring import Run, RunError, cpu, ratio, row, table, wall
from benchmarks.workplace import Workplace, arguments, events, workplace
from triptych.project import OutputFormat

_FENCE = re.compile(r"(:::+|```+|~~~+)(.*)")


def main() -> int:
    """Measure and print; returns the exit code."""
    options = arguments(__doc__).parse_args()
    try:
        with workplace(options.project) as place:
            compare(place, options.to, options.rounds)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def compare(place: Workplace, formats: tuple[OutputFormat, ...], rounds: int) -> None:
    """In each round: cold, nothing changed, one paragraph longer; the first round only warms up."""
    section, original, changed = edit(place.project / "source")
    cold: list[Run] = []
    same: list[Run] = []
    edited: list[Run] = []
    for _ in range(rounds + 1):
        section.write_text(original, "utf-8")
        place.clean()
        cold.append(place.build(formats))
        same.append(place.build(formats))
        section.write_text(changed, "utf-8")
        edited.append(place.build(formats))
    cold, same, edited = cold[1:], same[1:], edited[1:]
    print(f"{place.manifest.book.title}: {', '.join(formats)}; median (least–greatest) of {rounds} rounds\n")
    rows = [row("cold", cold), row("nothing changed", same), row("one paragraph changed", edited)]
    for name, runs in (("nothing changed / cold", same), ("one paragraph changed / cold", edited)):
        rows.append([name, ratio(runs, cold, wall).text(3), ratio(runs, cold, cpu).text(3), ""])
    print(table(["", "wall s", "CPU s", "peak MB"], rows))
    if not all(any(event["event"] == "up-to-date" for _, event in events(run)) for run in same):
        print("\nnote: with nothing changed Triptych built again")


def edit(source: Path) -> tuple[Path, str, str]:
    """The longest section, its text, and the text with a sentence more in the first plain paragraph."""
    section = max(sorted(source.rglob("*.md")), key=lambda path: path.stat().st_size)
    text = section.read_text("utf-8")
    end = _first_paragraph(text)
    return section, text, f"{text[:end]} One sentence more.{text[end:]}"


def _first_paragraph(text: str) -> int:
    """The offset at which the first paragraph outside front matter, divs and code ends."""
    front = re.match(r"---\n.*?^---\n", text, re.DOTALL | re.MULTILINE)
    depth, offset, inside = 0, front.end() if front else 0, False
    for line in text[offset:].splitlines(keepends=True):
        if inside and not line.strip():
            return offset - 1
        if fence := _FENCE.match(line):
            opens = bool(fence[2].strip()) or (not fence[1].startswith(":") and depth == 0)
            depth += 1 if opens else -1
        elif depth == 0 and not inside:
            inside = line[:1].isalpha()
        offset += len(line)
    if inside:
        return len(text.rstrip("\n"))
    raise RunError("the longest section has no plain paragraph to change")


if __name__ == "__main__":
    sys.exit(main())
