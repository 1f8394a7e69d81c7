"""Measure the response time of the language server for a whole book while a section is edited.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.editor --project DIR``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.lsp.client import Client, run_server
from tests.lsp.questions import Question, list_questions, list_sections

from benchmarks.measuring import table

_ROOT = Path(__file__).parents[1]
_WARM = 1.0  # seconds after the start from which responses count
_GOAL = 100  # milliseconds


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, default=_ROOT, help="folder with source/book.yaml")
    parser.add_argument("--questions", type=int, default=200, help="requests in a round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    root = options.project.resolve()
    questions = list_questions(root, list_sections(root), options.questions)
    taken: dict[str, list[float]] = defaultdict(list)
    first, again, wrong = [], [], 0
    for _ in range(options.rounds):
        start = time.perf_counter()
        with run_server(root) as client:
            for path in dict.fromkeys(question.path for question in questions):
                client.open(path)
            time.sleep(_WARM)
            for question in questions[:20]:  # while the book is read for the first time
                _measure(client, question, taken["while reading"])
            client.wait_until_read(questions[0].path)
            first.append(time.perf_counter() - start)
            for question in questions:
                wrong += not _measure(client, question, taken[question.method])
            begin = time.perf_counter()
            client.wait_until_read(questions[0].path)
            again.append(time.perf_counter() - begin)
    answers = [value for name, values in taken.items() if name != "while reading" for value in values]
    rows = [[name, *_cells(values)] for name, values in sorted(taken.items())]
    print(
        f"{root.name}: {len(questions)} requests in each of {options.rounds} rounds, {wrong} wrong answers\n"
    )
    print(table(["", "requests", "median ms", "95 % ms", "most ms"], [*rows, ["all", *_cells(answers)]]))
    read, reread = statistics.median(first), statistics.median(again)
    print(f"\nfirst findings after {read:.1f} s, after an edit {reread:.2f} s")
    print(f"95 % of answers within {_percentile(answers):.0f} ms; the goal is {_GOAL} ms on a quiet machine")
    return 1 if wrong else 0


def _measure(client: Client, question: Question, taken: list[float]) -> bool:
    start = time.perf_counter()
    answer = question.ask(client)
    taken.append(1000 * (time.perf_counter() - start))
    question.undo(client)
    return bool(question.is_right(answer))


def _percentile(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def _cells(values: Sequence[float]) -> list[str]:
    figures = (statistics.median(values), _percentile(values), max(values))
    return [str(len(values)), *(f"{figure:.1f}" for figure in figures)]


if __name__ == "__main__":
    sys.exit(main())
