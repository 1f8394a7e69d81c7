"""Processes within bounds: what takes too much is ended and told, and the others go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from triptych.catalog.workers import FinishedJob, JobLimits, LostJob, WorkerPool
from triptych.engine.processes.process_tree import list_process_tree

WIDE = JobLimits(memory=4 * 10**9, seconds=120, jobs=50)
MEMORY = 400 * 10**6


def work(job: tuple[str, str]) -> str:
    """What a process of these tests does."""
    kind, note = job
    with Path(note).open("a") as file:
        file.write(f"{kind} {os.getpid()}\n")
    match kind:
        case "hang":
            time.sleep(600)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "die once":
            if Path(note).read_text().count("die once") == 1:
                os._exit(3)
        case "grow":
            held = []
            while True:
                held.append(bytearray(os.urandom(1 << 20) * 8))
        case "start one that grows":
            program = "held = []\nwhile True: held.append(bytearray(b'x' * (8 << 20)))"
            subprocess.run([sys.executable, "-c", program], check=True)
        case "fail":
            raise ValueError("as it should")
    return f"{kind} done"


def run(kinds: list[str], tmp_path: Path, size: int = 2, bounds: JobLimits = WIDE) -> dict[str, str]:
    crew: WorkerPool[tuple[str, str], str] = WorkerPool(size, work, bounds)
    return {done.job[0]: told(done) for done in crew.run([(kind, str(tmp_path / "note")) for kind in kinds])}


def told(done: FinishedJob[tuple[str, str], str]) -> str:
    return f"lost: {done.result.reason}" if isinstance(done.result, LostJob) else done.result


def processes(tmp_path: Path) -> list[int]:
    return [int(line.rpartition(" ")[2]) for line in (tmp_path / "note").read_text().splitlines()]


def test_all_jobs_are_done(tmp_path: Path) -> None:
    kinds = [f"job {number}" for number in range(8)]
    assert run(kinds, tmp_path) == {kind: f"{kind} done" for kind in kinds}
    assert len(set(processes(tmp_path))) <= 2


def test_a_process_that_ends_is_told_after_a_second_try_and_the_others_go_on(tmp_path: Path) -> None:
    assert run(["die", "job", "die once", "job 2"], tmp_path) == {
        "die": "lost: the process crashed",
        "job": "job done",
        "die once": "die once done",
        "job 2": "job 2 done",
    }
    assert (tmp_path / "note").read_text().count("die ") == 4


def test_why_a_job_was_done_twice_is_told(tmp_path: Path) -> None:
    crew: WorkerPool[tuple[str, str], str] = WorkerPool(1, work, WIDE)
    done = list(crew.run([("die once", str(tmp_path / "note")), ("job", str(tmp_path / "note"))]))
    assert [one.first_loss for one in done] == ["the process crashed", ""]


@pytest.mark.e2e
def test_what_hangs_is_ended(tmp_path: Path) -> None:
    bounds = JobLimits(memory=4 * 10**9, seconds=10, jobs=50)
    assert run(["hang", "job"], tmp_path, bounds=bounds) == {
        "hang": "lost: the time limit (10 s) was exceeded",
        "job": "job done",
    }


@pytest.mark.e2e
@pytest.mark.parametrize("kind", ["grow", "start one that grows"])
def test_what_takes_too_much_memory_is_ended_with_all_that_it_started(tmp_path: Path, kind: str) -> None:
    bounds = JobLimits(memory=MEMORY, seconds=120, jobs=50)
    assert run([kind, "job"], tmp_path, bounds=bounds) == {
        kind: "lost: the memory limit (400 MB) was exceeded",
        "job": "job done",
    }
    here = psutil.Process().children(recursive=True)
    assert all(one.status() == "zombie" or one.memory_info().rss < MEMORY / 2 for one in here)


def test_a_family_is_all_that_a_process_and_its_children_have_started() -> None:
    shell = subprocess.Popen(["sh", "-c", "sh -c 'sleep 60 & sleep 60' & wait"], start_new_session=True)
    try:
        end = time.monotonic() + 20
        while len(family := {one.pid for one in list_process_tree(shell.pid)}) < 4:
            assert time.monotonic() < end
        assert family == {shell.pid, *(one.pid for one in psutil.Process(shell.pid).children(recursive=True))}
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
    assert list_process_tree(shell.pid) == []


def test_a_process_is_renewed_after_so_many_jobs(tmp_path: Path) -> None:
    run([f"job {number}" for number in range(6)], tmp_path, size=1, bounds=JobLimits(4 * 10**9, 120, 2))
    own = processes(tmp_path)
    assert own[0] == own[1] != own[2] == own[3] != own[4]


def test_whoever_stops_listening_ends_what_is_under_way(tmp_path: Path) -> None:
    crew: WorkerPool[tuple[str, str], str] = WorkerPool(2, work, WIDE)
    note = str(tmp_path / "note")
    results = crew.run([("job", note), ("hang", note), ("hang", note)])
    assert next(results).job[0] == "job"
    start = time.monotonic()
    results.close()
    assert time.monotonic() - start < 10
    assert not any(psutil.pid_exists(pid) for pid in processes(tmp_path))


def test_an_exception_of_a_job_is_no_loss(tmp_path: Path) -> None:
    """It comes back as one: what jobs raise is theirs to handle."""
    with pytest.raises(ValueError, match="as it should"):
        run(["fail"], tmp_path)
