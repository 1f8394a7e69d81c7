"""Tries sources that no person would write, for as long as there is time: ``python -m tests.fuzz.running``.

Each process takes one kind after the other. What falls is shrunk and put into the folder, with the command that
makes it again; what hangs outside of Python, or ends its process, is ended from outside and told as well.
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
_SLICE = 3.0  # seconds that a process stays with a kind
_PANDOC = 3.0  # seconds of the processor
_PATIENCE = 150.0  # seconds of the clock after which a process is taken for hanging
_MEMORY = 6 << 30  # bytes of addresses that a process may have
_SPAWN = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for: ``minutes`` or a ``count`` of inputs a kind."""

    seed: int
    kinds: tuple[Kind, ...]
    minutes: float
    count: int
    jobs: int
    folder: Path


@dataclass(slots=True)
class Found:
    """Falls of one cause: how many, and the first, in its smallest form."""

    kind: str
    number: int
    fall: Fall
    sources: list[bytes]
    times: int = 1


def run_input(
    bench: Bench, kind: Kind, seed: int, number: int
) -> tuple[Trial, list[bytes], tuple[bool, bool]]:
    """Make an input and try it; with its sources, and how far it was to go."""
    sources, reading, writing = kind.input(seed, number)
    depth = reading < kind.reads, writing < kind.writes
    return bench.try_out(kind, sources, *depth), sources, depth


def smallest(
    bench: Bench, kind: Kind, sources: list[bytes], depth: tuple[bool, bool], key: str
) -> list[bytes]:
    """Sources that fall alike, as few and as small as is found."""

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


# --- A process ---------------------------------------------------------------------------------------


class _Board:
    """What a process and the one that watches it both see: how far it is with each kind, and at what."""

    def __init__(self, kinds: int) -> None:
        self.next = _SPAWN.Array("q", kinds)
        self.counts = _SPAWN.Array("q", 3 * kinds)  # inputs, read, written
        self.at = _SPAWN.Array("d", 3)  # kind, number, since when; kind -1 for shrinking


def _work(asked: Asked, worker: int, board: _Board, line: Any, end: float, scratch: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    logging.disable()
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libraries print their panics
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
    """Have pandoc ended after a few seconds, since what has no end in one has none in sixty."""
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


# --- The one that watches ----------------------------------------------------------------------------


def run(asked: Asked) -> tuple[dict[str, list[int]], list[Found]]:
    """The counts of each kind (inputs, read, written), and what fell."""
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
    found: dict[tuple[str, str], Found] = {}
    try:
        while any(process.is_alive() for process in processes) or not line.empty():
            time.sleep(0.2)
            while not line.empty():
                _note(found, line.get(), asked)
            for worker, process in enumerate(processes):
                if fallen := _watched(asked, process, boards[worker]):
                    _note(found, fallen, asked)
                    processes[worker] = start(worker)
    finally:
        for process in processes:
            process.kill()
            process.join()
    sums = [sum(column) for column in zip(*(board.counts[:] for board in boards), strict=True)]
    counts = {kind.name: sums[3 * place : 3 * place + 3] for place, kind in enumerate(asked.kinds)}
    return counts, list(found.values())


def _watched(asked: Asked, process: Any, board: _Board) -> Found | None:
    """What a process fell of that no longer says so itself."""
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
    board.at[:] = -1, 0, 0  # whoever comes next begins anew
    if place < 0:  # it was shrinking what has been told, or will be
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
    again = f"python -m tests.fuzz.running --again {one.kind}:{asked.seed}:{one.number}"
    (folder / "told.txt").write_text(f"{again}\n\n{one.fall.key}\n\n{one.fall.told}\n", "utf-8", "replace")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _again(text: str, kinds: Mapping[str, Kind]) -> int:
    """Try one input once more, and tell all of it."""
    name, seed, number = text.rsplit(":", 2)
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=_quick_disk()) as folder:
        trial, sources, _ = run_input(Bench(Path(folder)), kinds[name], int(seed), int(number))
    for source in sources:
        _say(repr(source[:2000]))
    _say(trial.fall.told if trial.fall else "it does not fall")
    return int(trial.fall is not None)


def _rows(counts: dict[str, list[int]], found: list[Found], minutes: float) -> Iterator[str]:
    causes = Counter(one.kind for one in found)
    for name, (inputs, reads, written) in counts.items():
        yield f"{name:14} {inputs:9,} inputs {reads:8,} read as a book {written:8,} written {causes[name]:3} causes"
    whole = sum(inputs for inputs, _, _ in counts.values())
    yield f"{whole:,} inputs of {len(counts)} kinds in {minutes:.1f} minutes, {len(found)} causes of falls"
    for one in found:
        yield f"  {one.kind} {one.number}: {one.fall.key} ({one.times} times)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Tries the kinds that a pattern names, and prints what came of it."""
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
    said = parser.parse_args(arguments)
    known = {name: with_corpus(kind, said.corpus) if said.corpus else kind for name, kind in KINDS.items()}
    if said.again:
        return _again(said.again, known)
    kinds = tuple(kind for name, kind in known.items() if fnmatch.fnmatch(name, said.only))
    asked = Asked(said.seed, kinds, said.minutes, said.count, said.jobs, said.folder)
    signal.signal(
        signal.SIGTERM, lambda number, frame: sys.exit(128 + number)
    )  # with all that it has started
    started = time.monotonic()
    counts, found = run(asked)
    minutes = (time.monotonic() - started) / 60
    _say("\n".join(_rows(counts, found, minutes)))
    said.folder.mkdir(parents=True, exist_ok=True)
    record = {"seed": said.seed, "minutes": round(minutes, 2), "counts": counts}
    with contextlib.suppress(OSError), (said.folder / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
