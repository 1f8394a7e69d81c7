"""Measure how many workers a cluster can use, with titles that only wait, and compare with a simulation.

The measurement includes everything that the local machine does for a list of titles: packing and sending
files, receiving, checking and publishing outputs, and the scheduler. Each worker only waits for the build
time of a title, so that a hundred of them fit on this machine. An event simulation of the same is then used
for larger lists and clusters.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.catalog_model``.
"""

from __future__ import annotations

import argparse
import hashlib
import heapq
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.catalog import cluster
from benchmarks.measuring import table
from benchmarks.workplace import positive
from triptych.catalog import cluster as clusters
from triptych.catalog.cluster import PackedTitle, ReturnedTitle
from triptych.catalog.title_build import TitleJob, TitleResult, TitleState
from triptych.catalog.workers import FinishedJob, JobLimits

_SOURCE, _OUTPUT = 200_000, 2_000_000  # bytes of a title's files and outputs together
_TITLE = 5.0  # seconds of one worker for a title of 20 pages (the guide's page on performance)
_NETWORK = 125_000_000  # bytes per second to and from the local machine: 1 Gbit/s
_AHEAD = 2  # titles per worker: one is built, one is waiting
_BOUNDS = JobLimits(memory=10**9, seconds=600, jobs=20)
_HELD = 1.0  # seconds per title in runs that are compared with the simulation
_NEXT_TO_NOTHING = 0.01  # seconds per title in the run that measures all other costs


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds per title: of the local machine, of the network, and of a worker."""

    asking: float
    line: float
    worker: float


def main() -> int:
    """Run the benchmark and the simulation, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", type=positive, nargs="+", default=[8, 32, 96], metavar="N")
    parser.add_argument("--titles", type=positive, default=300, metavar="N")
    options = parser.parse_args()
    most = max(options.workers)
    asking = handed_out(options.titles, most, _NEXT_TO_NOTHING) / options.titles
    print(f"The machine that asks needs {asking * 1000:.1f} ms a title ({1 / asking:.0f} titles a second).\n")
    rows = []
    for workers in options.workers:
        measured = handed_out(options.titles, workers, _HELD)
        reckoned = simulated(options.titles, workers, Costs(asking, 0, _HELD))
        rows.append([f"{options.titles} titles, {workers} workers", f"{measured:.1f}", f"{reckoned:.1f}"])
    print(table(["titles of one second", "measured s", "simulated s"], rows), "\n")
    costs = Costs(asking, (_SOURCE + _OUTPUT) / _NETWORK, _TITLE)
    sizes = (1, 10, 100, 300, 1000)
    found = {workers: simulated(10_000, workers, costs) for workers in sizes}
    rows = [[f"{count} workers", f"{end / 60:.1f}", f"{10_000 / end:.1f}"] for count, end in found.items()]
    print(table(["10,000 titles of 20 pages", "minutes", "titles a second"], rows))
    limits = {"the machine that asks": costs.asking, "a line of 1 Gbit/s": costs.line}
    for name, seconds in limits.items():
        print(f"{name} is the limit from {costs.worker / seconds:.0f} workers on")
    return 0


def simulated(titles: int, workers: int, costs: Costs) -> float:
    """Return the seconds until all titles are built, for one local machine and one network connection.

    Like in the program, each worker has two titles at a time, and gets the next when one is returned.
    """
    asking = line = end = 0.0  # when each is free again
    free = [0.0] * workers
    back: list[float] = []
    sent = 0
    for _ in range(titles):
        while sent < titles and len(back) < _AHEAD * workers:
            asking += costs.asking / 2
            begun = max(asking, heapq.heappop(free))
            line = max(line, begun + costs.worker) + costs.line
            heapq.heappush(free, begun + costs.worker)
            heapq.heappush(back, line)
            sent += 1
        asking = end = max(asking, heapq.heappop(back)) + costs.asking / 2
    return end


def handed_out(titles: int, workers: int, seconds: float) -> float:
    """Return the seconds in which a cluster of threads processes titles that only wait."""
    with tempfile.TemporaryDirectory(prefix="triptych-benchmark-") as name:
        folder = Path(name).resolve()
        (folder / "scratch").mkdir()
        shared = folder / "shared"
        shared.write_bytes(bytes(_SOURCE))
        works, files = [], {}
        for number in range(titles):
            own = folder / f"sources/{number}"
            own.parent.mkdir(exist_ok=True)
            own.write_bytes(hashlib.sha256(str(number).encode()).digest() * (_SOURCE // 32))
            title = folder / f"titles/{number}"
            work = TitleJob(
                name=str(number),
                project_folder=title,
                output_folder=title / "out",
                cache_folder=title,
                log=title / "log",
            )
            works.append(work)
            files[work.name] = {"source/book.yaml": own, "source/shared": shared}
        with cluster(1, folder, threads=workers) as address:
            real = clusters.build_packed_title
            clusters.build_packed_title = partial(waited, seconds=seconds)  # type: ignore[assignment]
            try:
                start = time.perf_counter()
                done = list(clusters.ClusterClient(address, _BOUNDS).build_titles(works, files))
                return time.perf_counter() - start
            finally:
                clusters.build_packed_title = real
                assert len(done) == titles


def waited(parcel: PackedTitle, contents: Mapping[str, Any], seconds: float) -> ReturnedTitle:
    """Replace the build of a title: wait for the usual time, and return outputs of the usual size."""
    time.sleep(seconds)
    output = hashlib.sha256(parcel.job.name.encode()).digest() * (_OUTPUT // 32)
    made = TitleResult(
        name=parcel.job.name,
        state=TitleState.BUILT,
        outputs={"title.pdf": hashlib.sha256(output).hexdigest()},
    )
    return ReturnedTitle(
        finished_job=FinishedJob(parcel.job, made, seconds, 0), outputs={"title.pdf": output}, log=b""
    )


if __name__ == "__main__":
    sys.exit(main())
