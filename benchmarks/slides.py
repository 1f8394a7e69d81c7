"""Measure slides per second in decks of different lengths, and compare with python-pptx alone.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.slides``.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pptx import Presentation

from benchmarks.measuring import Run, RunError, Spread, measure, peak, table
from benchmarks.mixed_deck import mixed_deck
from benchmarks.workplace import positive
from triptych.engine.garbage_collection import pause_garbage_collection
from triptych.theme.theme import load_theme
from triptych.writers.deck.writer import write_deck

_ROOT = Path(__file__).parents[1]
_PLAIN_LAYOUT = 1  # index of "Title and Content" in python-pptx's default template


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    option = parser.add_argument
    option("--short", type=positive, default=1000, metavar="N", help="slides; default: 1000")
    option("--long", type=positive, default=3000, metavar="N", help="slides; default: 3000")
    option("--rounds", type=positive, default=3, metavar="N", help="default: 3")
    option("--alone", action="store_true", help="without python-pptx, which takes its time")
    option("--write", type=positive, metavar="N", help=argparse.SUPPRESS)
    option("--write-plain", type=positive, metavar="N", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write or options.write_plain:
        seconds = _seconds_of_ours(options.write) if options.write else _seconds_of_plain(options.write_plain)
        print(seconds)
        return 0
    try:
        compare(options.short, options.long, options.rounds, alone=options.alone)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def compare(short: int, long: int, rounds: int, *, alone: bool) -> None:
    """Write a short deck, a long one and a plain one in each round, each in its own process."""
    short_runs, long_runs, plain_runs = [], [], []
    for _ in range(rounds):
        short_runs.append(_run("--write", short))
        long_runs.append(_run("--write", long))
        if not alone:
            plain_runs.append(_run("--write-plain", short))
    rows = [_row(f"{short} mixed slides", short, short_runs), _row(f"{long} mixed slides", long, long_runs)]
    if plain_runs:
        rows.append(_row(f"{short} plain slides, python-pptx", short, plain_runs))
    print(table(["", "CPU s", "slides/s", "peak MB"], rows))
    growth = [
        (_seconds(late) / long) / (_seconds(early) / short)
        for early, late in zip(short_runs, long_runs, strict=True)
    ]
    print(f"\na slide of {long} / one of {short}: {Spread.of(growth).text()}")
    if plain_runs:
        shares = [_seconds(one) / _seconds(other) for one, other in zip(short_runs, plain_runs, strict=True)]
        print(f"mixed slides / python-pptx's plain ones: {Spread.of(shares).text()}")


def _row(name: str, count: int, runs: Sequence[Run]) -> list[str]:
    speed = Spread.of(count / _seconds(run) for run in runs)
    return [name, Spread.of(map(_seconds, runs)).text(), speed.text(0), Spread.of(map(peak, runs)).text(0)]


def _run(option: str, count: int) -> Run:
    command = [sys.executable, "-m", "benchmarks.slides", option, str(count)]
    return measure(command, folder=_ROOT, environ=os.environ)


def _seconds(run: Run) -> float:
    """Return the CPU time of writing alone, as printed by the program, without startup."""
    return float(run.lines[-1].text)


def _seconds_of_ours(count: int) -> float:
    theme, deck = load_theme(), mixed_deck(count)
    write_deck(mixed_deck(20), theme)  # fonts and templates are loaded
    with pause_garbage_collection():  # as in a build
        begun = time.process_time()
        data, found = write_deck(deck, theme)
        seconds = time.process_time() - begun
    assert data, found[:3]
    return seconds


def _seconds_of_plain(count: int) -> float:
    """Write a title, two points and notes on each slide, as in python-pptx's documentation."""
    deck = mixed_deck(count)
    begun = time.process_time()
    presentation = Presentation()
    layout = presentation.slide_layouts[_PLAIN_LAYOUT]
    for slide in deck.slides:
        made = presentation.slides.add_slide(layout)
        made.shapes.title.text = slide.title
        made.placeholders[1].text = "\n".join("".join(run.text for run in note) for note in slide.notes)
        made.notes_slide.notes_text_frame.text = "\n".join(
            "".join(run.text for run in note) for note in slide.notes
        )
    presentation.save(io.BytesIO())
    return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(main())
