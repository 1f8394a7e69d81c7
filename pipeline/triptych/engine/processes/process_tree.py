"""Measure or kill a process together with all processes that it has started."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from triptych.engine.processes.limits import list_child_processes


def list_process_tree(pid: int | None) -> list[psutil.Process]:
    """Return a process and its descendants, or an empty list if the process has ended."""
    family: list[psutil.Process] = []
    with suppress(psutil.Error):
        if pid:
            family.append(psutil.Process(pid))
            family.extend(_list_descendants(family[0]))
    return family


def _list_descendants(process: psutil.Process) -> Iterator[psutil.Process]:
    """Yield all descendants of a process.

    psutil would scan all processes for them, which is slow. This is done only where the system does not list
    the children of a process.
    """
    try:
        started = list_child_processes(process.pid)
    except OSError:
        yield from process.children(recursive=True)
        return
    for number in started:
        with suppress(psutil.Error):
            child = psutil.Process(number)
            yield child
            yield from _list_descendants(child)


def measure_memory(processes: Iterable[psutil.Process]) -> int:
    """Return the resident memory of processes in bytes. Shared memory counts once for each process."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def measure_proportional_memory(process: psutil.Process) -> int:
    """Return the proportional set size of a process in bytes, which divides shared memory (proc(5)).

    Return the resident memory on systems without this measure, and 0 if the process has ended.
    """
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return measure_memory([process])


def measure_cpu_time(process: psutil.Process) -> float:
    """Return the CPU time in seconds of a process and of those of its children that have ended."""
    with suppress(psutil.Error):
        return float(sum(process.cpu_times()[:4]))  # children's times are 0 except on Linux
    return 0.0


def kill_processes(processes: Iterable[psutil.Process]) -> None:
    """Kill processes. Ignore those that have ended."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
