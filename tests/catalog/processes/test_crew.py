"""Test the limits of worker processes: jobs that exceed them are ended and reported; others continue."""

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
    """Run a job in a worker process of these tests."""
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
    return {
        result.job[0]: told(result) for result in crew.run([(kind, str(tmp_path / "note")) for kind in kinds])
    }


def told(done: FinishedJob[tuple[str, str], str]) -> str:
    return f"lost: {done.result.reason}" if isinstance(done.result, LostJob) else done.result


def processes(tmp_path: Path) -> list[int]:
    return [int(line.rpartition(" ")[2]) for line in (tmp_path / "note").read_text().splitlines()]


def test_all_jobs_finish(tmp_path: Path) -> None:
    kinds = [f"job {number}" for number in range(8)]
    assert run(kinds, tmp_path) == {kind: f"{kind} done" for kind in kinds}
    assert len(set(processes(tmp_path))) <= 2


def test_dying_process_is_reported_after_a_retry_while_others_continue(tmp_path: Path) -> None:
    assert run(["die", "job", "die once", "job 2"], tmp_path) == {
        "die": "lost: the process crashed",
        "job": "job done",
        "die once": "die once done",
        "job 2": "job 2 done",
    }
    assert (tmp_path / "note").read_text().count("die ") == 4


def test_reason_for_a_retried_job_is_reported(tmp_path: Path) -> None:
    crew: WorkerPool[tuple[str, str], str] = WorkerPool(1, work, WIDE)
    result = list(crew.run([("die once", str(tmp_path / "note")), ("job", str(tmp_path / "note"))]))
    assert [item.first_loss for item in result] == ["the process crashed", ""]


@pytest.mark.e2e
def test_hanging_job_is_terminated(tmp_path: Path) -> None:
    bounds = JobLimits(memory=4 * 10**9, seconds=10, jobs=50)
    assert run(["hang", "job"], tmp_path, bounds=bounds) == {
        "hang": "lost: the time limit (10 s) was exceeded",
        "job": "job done",
    }


@pytest.mark.e2e
@pytest.mark.parametrize("kind", ["grow", "start one that grows"])
def test_process_over_the_memory_limit_is_terminated_with_its_children(tmp_path: Path, kind: str) -> None:
    bounds = JobLimits(memory=MEMORY, seconds=120, jobs=50)
    assert run([kind, "job"], tmp_path, bounds=bounds) == {
        kind: "lost: the memory limit (400 MB) was exceeded",
        "job": "job done",
    }
    here = psutil.Process().children(recursive=True)
    assert all(item.status() == "zombie" or item.memory_info().rss < MEMORY / 2 for item in here)


def test_process_family_includes_all_descendants() -> None:
    shell = subprocess.Popen(["sh", "-c", "sh -c 'sleep 60 & sleep 60' & wait"], start_new_session=True)
    try:
        end = time.monotonic() + 20
        while len(family := {item.pid for item in list_process_tree(shell.pid)}) < 4:
            assert time.monotonic() < end
        assert family == {
            shell.pid,
            *(item.pid for item in psutil.Process(shell.pid).children(recursive=True)),
        }
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
    assert list_process_tree(shell.pid) == []


def test_a_process_is_renewed_after_so_many_jobs(tmp_path: Path) -> None:
    run([f"job {number}" for number in range(6)], tmp_path, size=1, bounds=JobLimits(4 * 10**9, 120, 2))
    own = processes(tmp_path)
    assert own[0] == own[1] != own[2] == own[3] != own[4]


def test_closing_the_iterator_terminates_running_jobs(tmp_path: Path) -> None:
    crew: WorkerPool[tuple[str, str], str] = WorkerPool(2, work, WIDE)
    note = str(tmp_path / "note")
    results = crew.run([("job", note), ("hang", note), ("hang", note)])
    assert next(results).job[0] == "job"
    start = time.monotonic()
    results.close()
    assert time.monotonic() - start < 10
    assert not any(psutil.pid_exists(pid) for pid in processes(tmp_path))


def test_exception_in_a_job_does_not_count_as_a_lost_process(tmp_path: Path) -> None:
    """Test that an exception raised by a job is returned as its result."""
    with pytest.raises(ValueError, match="as it should"):
        run(["fail"], tmp_path)
