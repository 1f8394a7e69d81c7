"""Run fuzz tests for a given time: ``python -m tests.fuzz.running``.

Each process takes one kind after the other. Failing inputs are minimised and saved with the command that
reproduces them; processes that hang outside Python or die are ended from outside and reported too.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import hashlib
import json
import logging
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.fuzz.kinds import KINDS, Kind, with_corpus
from tests.fuzz.shrinking import shrunk
from tests.fuzz.trial import Bench, Fall, Trial
from triptych.engine.processes import limits

FOLDER = Path(".fuzz")
_SLICE = 3.0  # seconds for which a process works on one kind
_PANDOC = 3.0  # seconds of processor time
_PATIENCE = 150.0  # seconds after which a process counts as hanging
_MEMORY = 6 << 30  # bytes of address space of a process
_SPAWN = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command line: ``minutes``, or a ``count`` of inputs per kind."""

    seed: int
    kinds: tuple[Kind, ...]
    minutes: float
    count: int
    jobs: int
    folder: Path


@dataclass(slots=True)
class Found:
    """Failures with one cause: their number, and the first one in its minimised form."""

    kind: str
    number: int
    fall: Fall
    sources: list[bytes]
    times: int = 1


def run_input(
    bench: Bench, kind: Kind, seed: int, number: int
) -> tuple[Trial, list[bytes], tuple[bool, bool]]:
    """Make an input and try it; return the result with the sources and how far they were processed."""
    sources, reading, writing = kind.input(seed, number)
    depth = reading < kind.reads, writing < kind.writes
    return bench.try_out(kind, sources, *depth), sources, depth


def smallest(
    bench: Bench, kind: Kind, sources: list[bytes], depth: tuple[bool, bool], key: str
) -> list[bytes]:
    """Return the smallest sources found that fail in the same way."""

    def falls(others: list[bytes]) -> bool:
        fall = bench.try_out(kind, others, *depth).fall
        return fall is not None and fall.key == key

    neutral = b"Text.\n"
    for place in range(len(sources) if len(sources) > 1 else 0):
        if falls(tried := [*sources[:place], neutral, *sources[place + 1 :]]):
            sources = tried
    for place, source in enumerate(sources):
        if source != neutral:
            sound = min(kind.seeds(), key=lambda seed: abs(len(seed) - len(source)))
            sources[place] = shrunk(
                source, sound, lambda one, place=place: falls([*sources[:place], one, *sources[place + 1 :]])
            )
    return sources


# --- Worker process ----------------------------------------------------------------------------------


class _Board:
    """Memory shared by a worker and its supervisor: the progress of each kind, and the current input."""

    def __init__(self, kinds: int) -> None:
        self.next = _SPAWN.Array("q", kinds)
        self.counts = _SPAWN.Array("q", 3 * kinds)  # inputs, read, written
        self.at = _SPAWN.Array("d", 3)  # kind, number, start time; kind -1 for shrinking


def _work(asked: Asked, worker: int, board: _Board, line: Any, end: float, scratch: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    logging.disable()
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # Rust libraries print their panics
    _hurry()
    bench = Bench(scratch / f"{worker}-{os.getpid()}")
    known: set[tuple[str, str]] = set()
    while left := [place for place in range(len(asked.kinds)) if not _done(asked, board.next[place])]:
        for place in left:
            slice_end = min(time.monotonic() + _SLICE, end)
            while time.monotonic() < slice_end and not _done(asked, board.next[place]):
                _one(asked, bench, place, worker, board, line, known)
            if time.monotonic() >= end:
                return


def _hurry() -> None:
    """Limit pandoc to a few seconds, since an input that takes longer does not end in sixty either."""
    limits.BIBLIOGRAPHY_LIMITS = replace(limits.BIBLIOGRAPHY_LIMITS, seconds=_PANDOC)
    limits.compute_parsing_limits = lambda sizes, allowed: limits.ResourceLimits(
        seconds=_PANDOC, memory=800 * limits.MEGABYTE
    )


def _done(asked: Asked, turn: int) -> bool:
    return bool(asked.count) and turn * asked.jobs >= asked.count


def _one(
    asked: Asked, bench: Bench, place: int, worker: int, board: _Board, line: Any, known: set[tuple[str, str]]
) -> None:
    kind, number = asked.kinds[place], board.next[place] * asked.jobs + worker
    board.next[place] += 1
    board.at[:] = place, number, time.monotonic()
    board.counts[3 * place] += kind.batch
    trial, sources, depth = run_input(bench, kind, asked.seed, number)
    board.counts[3 * place + 1] += trial.is_read * len(sources)
    board.counts[3 * place + 2] += trial.is_written * len(sources)
    if trial.fall is None:
        return
    line.put(Found(kind.name, number, trial.fall, sources))
    if (kind.name, trial.fall.key) not in known:
        known.add((kind.name, trial.fall.key))
        board.at[:] = -1, number, time.monotonic()
        smaller = smallest(bench, kind, sources, depth, trial.fall.key)
        line.put(Found(kind.name, number, trial.fall, smaller, times=0))


def _quick_disk() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


# --- Supervisor --------------------------------------------------------------------------------------


def run(asked: Asked) -> tuple[dict[str, list[int]], list[Found]]:
    """Return the counts of each kind (inputs, read, written), and the failures."""
    with tempfile.TemporaryDirectory(
        prefix="fuzz-", dir=_quick_disk(), ignore_cleanup_errors=True
    ) as scratch:
        return _run(asked, Path(scratch))


def _run(asked: Asked, scratch: Path) -> tuple[dict[str, list[int]], list[Found]]:
    end = time.monotonic() + asked.minutes * 60
    line = _SPAWN.SimpleQueue()
    boards = [_Board(len(asked.kinds)) for _ in range(asked.jobs)]

    def start(worker: int) -> Any:
        process = _SPAWN.Process(target=_work, args=(asked, worker, boards[worker], line, end, scratch))
        process.start()
        return process

    processes = [start(worker) for worker in range(asked.jobs)]
    result: dict[tuple[str, str], Found] = {}
    try:
        while any(process.is_alive() for process in processes) or not line.empty():
            time.sleep(0.2)
            while not line.empty():
                _note(result, line.get(), asked)
            for worker, process in enumerate(processes):
                if fallen := _watched(asked, process, boards[worker]):
                    _note(result, fallen, asked)
                    processes[worker] = start(worker)
    finally:
        for process in processes:
            process.kill()
            process.join()
    sums = [sum(column) for column in zip(*(board.counts[:] for board in boards), strict=True)]
    counts = {kind.name: sums[3 * place : 3 * place + 3] for place, kind in enumerate(asked.kinds)}
    return counts, list(result.values())


def _watched(asked: Asked, process: Any, board: _Board) -> Found | None:
    """Return the failure of a process that died or was ended."""
    place, number, since = int(board.at[0]), int(board.at[1]), board.at[2]
    why = ""
    if process.is_alive():
        if since and place >= 0 and time.monotonic() - since > _PATIENCE:
            process.kill()
            process.join()
            why = "hang outside of Python"
    elif process.exitcode:
        why = f"the process ended with {process.exitcode}"
    if not why:
        return None
    board.at[:] = -1, 0, 0  # a new process continues
    if place < 0:  # it was minimising a failure that is reported anyway
        return Found("shrinking", number, Fall(why, why), [])
    kind = asked.kinds[place]
    return Found(kind.name, number, Fall(why, why), kind.input(asked.seed, number)[0])


def _note(found: dict[tuple[str, str], Found], one: Found, asked: Asked) -> None:
    key = one.kind, one.fall.key
    first = found.setdefault(key, one)
    if first is one:
        _say(f"{one.kind} {one.number}: {one.fall.key}")
    else:
        first.times += one.times
    if one.sources and (first is one or (one.times == 0 and one.number == first.number)):
        _write_down(one, asked)


def _write_down(one: Found, asked: Asked) -> None:
    mark = hashlib.sha256(one.fall.key.encode()).hexdigest()[:8]
    folder = asked.folder / "falls" / f"{one.kind}-{mark}"
    folder.mkdir(parents=True, exist_ok=True)
    for number, source in enumerate(one.sources):
        if source != b"Text.\n" or len(one.sources) == 1:
            (folder / f"source-{number}").write_bytes(source)
    text = f"python -m tests.fuzz.running --again {one.kind}:{asked.seed}:{one.number}"
    (folder / "told.txt").write_text(f"{text}\n\n{one.fall.key}\n\n{one.fall.told}\n", "utf-8", "replace")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _again(text: str, kinds: Mapping[str, Kind]) -> int:
    """Try one input again, and print all details."""
    name, seed, number = text.rsplit(":", 2)
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=_quick_disk()) as folder:
        trial, sources, _ = run_input(Bench(Path(folder)), kinds[name], int(seed), int(number))
    for source in sources:
        _say(repr(source[:2000]))
    _say(trial.fall.told if trial.fall else "it does not fall")
    return int(trial.fall is not None)


def _rows(counts: dict[str, list[int]], found: list[Found], minutes: float) -> Iterator[str]:
    causes = Counter(entry.kind for entry in found)
    for name, (inputs, reads, output) in counts.items():
        yield f"{name:14} {inputs:9,} inputs {reads:8,} read as a book {output:8,} written {causes[name]:3} causes"
    whole = sum(inputs for inputs, _, _ in counts.values())
    yield f"{whole:,} inputs of {len(counts)} kinds in {minutes:.1f} minutes, {len(found)} causes of falls"
    for item in found:
        yield f"  {item.kind} {item.number}: {item.fall.key} ({item.times} times)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the kinds that match a pattern, and print the results."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.running", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long")
    parser.add_argument("--count", type=int, default=0, help="how many inputs of each kind at most")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other inputs")
    parser.add_argument("--only", default="*", metavar="GLOB", help=f"of {', '.join(KINDS)}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where falls are written to")
    parser.add_argument(
        "--corpus", type=Path, help="further sources to begin with, in folders called like kinds"
    )
    parser.add_argument("--again", metavar="KIND:SEED:NUMBER", help="try one input once more")
    args = parser.parse_args(arguments)
    known = {name: with_corpus(kind, args.corpus) if args.corpus else kind for name, kind in KINDS.items()}
    if args.again:
        return _again(args.again, known)
    kinds = tuple(kind for name, kind in known.items() if fnmatch.fnmatch(name, args.only))
    requested = Asked(args.seed, kinds, args.minutes, args.count, args.jobs, args.folder)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # with its child processes
    started = time.monotonic()
    counts, result = run(requested)
    minutes = (time.monotonic() - started) / 60
    _say("\n".join(_rows(counts, result, minutes)))
    args.folder.mkdir(parents=True, exist_ok=True)
    record = {"seed": args.seed, "minutes": round(minutes, 2), "counts": counts}
    with contextlib.suppress(OSError), (args.folder / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    return int(bool(result))


if __name__ == "__main__":
    sys.exit(main())
