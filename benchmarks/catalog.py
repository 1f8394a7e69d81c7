"""Measure catalogue builds: time by number of titles and workers, locally and on a Dask cluster.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.catalog``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Run, RunError, Spread, cpu, measure, table, wall
from benchmarks.mixed_book import write_mixed_book
from benchmarks.workplace import environ_in, positive

_TENTH = 10
# The settings that the guide's page on catalogues recommends: Dask checks itself very often.
_QUIET = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
    "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A configuration: the number of titles and of workers, local or of a cluster."""

    titles: int
    workers: int
    dask: bool = False

    @property
    def name(self) -> str:
        """Return the name of a row."""
        return f"{self.titles} titles, {self.workers} {'workers of Dask' if self.dask else 'processes'}"


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    option = parser.add_argument
    option("--titles", type=_numbers, default=(10, 40), metavar="N,N…", help="default: 10,40")
    option("--workers", type=_numbers, default=(1, 2), metavar="N,N…", help="default: 1,2")
    option("--pages", type=positive, default=20, metavar="N", help="of a title, about; default: 20")
    option("--dask", action="store_true", help="a scheduler and workers on this machine as well")
    options = parser.parse_args()
    kinds = (False, True) if options.dask else (False,)
    settings = [Setting(n, w, dask) for n in options.titles for w in options.workers for dask in kinds]
    try:
        with tempfile.TemporaryDirectory(prefix="triptych-benchmark-") as folder:
            report({one: built(one, options.pages, Path(folder).resolve()) for one in settings})
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def built(setting: Setting, pages: int, folder: Path) -> Run:
    """Write and build a catalogue without any cache."""
    root = folder / f"list-{setting.titles}-{setting.workers}-{setting.dask}"
    for number in range(setting.titles):
        title = root / f"titles/t{number:04}"
        write_mixed_book(pages, title)
        manifest = title / "source/book.yaml"
        manifest.write_text(manifest.read_text("utf-8").replace("A mixed book", f"Title {number}"), "utf-8")
    (root / "catalog.yaml").write_text("titles: ['titles/*']\n", "utf-8")
    scratch = root / "scratch"
    scratch.mkdir()
    command: list[str | Path] = [sys.executable, "-m", "triptych", "catalog", "build", root / "catalog.yaml"]
    command += ["--format", "json", "--jobs", str(setting.workers)]
    with ExitStack() as stack:
        if setting.dask:
            command += ["--scheduler", stack.enter_context(cluster(setting.workers, root))]
        return measure(command, folder=root, environ=environ_in(scratch))


@contextmanager
def cluster(workers: int, folder: Path, threads: int = 1) -> Iterator[str]:
    """Run a scheduler and worker processes with some threads on loopback, and yield its address."""
    address = "tcp://127.0.0.1:8799"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask: list[str | Path] = [sys.executable, "-m", "dask"]
    place = ["--no-dashboard", "--local-directory", folder / "dask"]
    each = ["worker", address, "--nthreads", str(threads), *place]
    commands = [
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "8799", "--no-dashboard"],
        *[[*dask, *each] for _ in range(workers)],
    ]
    processes = [
        subprocess.Popen(command, env=environ_in(folder / "scratch") | _QUIET, **quiet)  # type: ignore[call-overload]
        for command in commands
    ]
    try:
        time.sleep(5)  # until all are connected, since only the work is measured
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def report(runs: dict[Setting, Run]) -> None:
    """Print the results."""
    rows = []
    for setting, run in runs.items():
        made = [
            event for event in map(json.loads, (line.text for line in run.lines)) if event["event"] == "title"
        ]
        if any(event["state"] != "built" for event in made):
            raise RunError(f"not all titles were built: {setting.name}")
        memory = [event["memory"] / 1e6 for event in made]
        alone = runs.get(Setting(setting.titles, 1, setting.dask))
        rows.append(
            [
                setting.name,
                f"{wall(run):.1f}",
                f"{cpu(run):.1f}",
                f"{wall(run) / setting.titles:.2f}",
                Spread.of(event["seconds"] for event in made).text(1),
                f"{wall(alone) / wall(run):.2f}" if alone else "",
                f"{max(memory):.0f}",
                f"{_growth(memory):.2f}",
            ]
        )
    heads = ["wall s", "CPU s", "s a title", "its own s", "× one", "MB", "last / second tenth"]
    print(table(["", *heads], rows))


def _growth(memory: Sequence[float]) -> float:
    """Return the memory of the last tenth of titles divided by that of the second."""
    tenth = max(1, len(memory) // _TENTH)
    second, last = memory[tenth : 2 * tenth] or memory, memory[-tenth:]
    return (sum(last) / len(last)) / (sum(second) / len(second))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(positive, text.split(",")))


if __name__ == "__main__":
    sys.exit(main())
