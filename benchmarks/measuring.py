"""Run and time programs, and compute medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_KILOBYTES_PER_MAXRSS = 1 if os.uname().sysname == "Linux" else 1 / 1024


class RunError(Exception):
    """Raised if a measured program fails; the message is its output."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of standard output and the seconds from the start of the program to its arrival."""

    second: float
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """A finished program, with times in seconds and memory in MB.

    ``peak`` is that of the largest process; ``own`` that of the program's first process, and ``child`` that
    of the largest other process, if the program distinguishes them.
    """

    wall: float
    cpu: float
    peak: float
    lines: tuple[Line, ...] = ()
    own: float = 0
    child: float = 0

    def __add__(self, other: Run) -> Run:
        """Return the sum of two consecutive runs."""
        return Run(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with the minimum and the maximum."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        found = sorted(values)
        return cls(statistics.median(found), found[0], found[-1])

    def text(self, digits: int = 2) -> str:
        """Return the values as ``1.23 (1.10–1.40)``."""
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}–{self.greatest:.{digits}f})"


def measure(command: Sequence[str | Path], *, folder: Path, environ: Mapping[str, str]) -> Run:
    """Run a program in a folder, and return its elapsed time, CPU time and peak memory with all children.

    ``os.wait4`` gives the resource usage of this child process alone. ``getrusage(RUSAGE_CHILDREN)`` would
    give the same CPU time as a difference, but its peak is that of the largest child so far.
    """
    lines: list[Line] = []
    with tempfile.TemporaryFile() as complaints:
        start = time.perf_counter()
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=pipe, stderr=complaints)
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(Line(time.perf_counter() - start, line.decode("utf-8", "replace").rstrip()))
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # otherwise Popen would wait for it again
        if process.returncode:
            complaints.seek(0)
            said = [complaints.read().decode("utf-8", "replace"), *(line.text for line in lines)]
            text = "\n".join(said).strip()
            raise RunError(f"{Path(command[0]).name} ended with {process.returncode}:\n{text}")
    megabytes = usage.ru_maxrss * _KILOBYTES_PER_MAXRSS / 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, megabytes, tuple(lines))


def ratio(over: Sequence[Run], under: Sequence[Run], quantity: Callable[[Run], float]) -> Spread:
    """Return the ratios of pairs, since temporary slowdowns of the machine affect both runs of a pair."""
    return Spread.of(quantity(a) / quantity(b) for a, b in zip(over, under, strict=True))


def wall(run: Run) -> float:
    return run.wall


def cpu(run: Run) -> float:
    return run.cpu


def peak(run: Run) -> float:
    return run.peak


def own(run: Run) -> float:
    return run.own


def child(run: Run) -> float:
    return run.child


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return text in columns, the first left-aligned, the others right-aligned."""
    lines = [head, *rows]
    first, *others = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def text(line: Sequence[str]) -> str:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], others, strict=True)]
        return "  ".join([line[0].ljust(first), *cells]).rstrip()

    return "\n".join(map(text, lines))


def times(runs: Sequence[Run]) -> list[str]:
    """Return elapsed time and CPU time of runs, as cells of a table."""
    return [Spread.of(map(quantity, runs)).text() for quantity in (wall, cpu)]


def median(runs: Sequence[Run], quantity: Callable[[Run], float]) -> str:
    """Return a median alone, as a cell of a table."""
    return f"{Spread.of(map(quantity, runs)).median:.0f}"


def row(name: str, runs: Sequence[Run]) -> list[str]:
    """Return the measurements as a table row."""
    return [name, *times(runs), median(runs, peak)]
