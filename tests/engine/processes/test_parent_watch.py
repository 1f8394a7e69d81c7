"""Test that child processes end with their parent, with each of two methods: the system or a pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from triptych.engine.processes.pool import Pool

# Starts processes in one of several ways, prints their ids, and waits to be killed.
START = """
import os, sys, time
from triptych.engine.processes import worker_process
from triptych.engine.processes.pool import Pool
from triptych.engine.processes.pool import BackgroundWorker
def number(): time.sleep(0.2); return os.getpid()
if sys.argv[2] == "by the pipe":
    worker_process._kill_with_parent = lambda parent: None
else:
    worker_process.ParentWatch._watch = lambda self: None
if __name__ == "__main__":
    if sys.argv[1] == "companion":
        companion = BackgroundWorker()  # what nothing holds would end at once
        print(companion.run_job(os.getpid), flush=True)
    else:
        pool = Pool(2, sys.argv[1])
        jobs = [pool.submit(os.getpid if sys.argv[1] == "spawn" else number) for _ in range(2)]
        print(*{job.result() for job in jobs}, flush=True)
        pool.submit(time.sleep, 60)
    time.sleep(60)
"""
LINUX_ALONE = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
        return "Z" in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2][:3]
    except (ProcessLookupError, FileNotFoundError):
        return True


@pytest.mark.parametrize("how", ["by the pipe", pytest.param("by the system", marks=LINUX_ALONE)])
@pytest.mark.parametrize("method", ["fork", "spawn", "companion"])
@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_processes_exit_with_their_parent(tmp_path: Path, method: str, how: str) -> None:
    script = tmp_path / "start.py"
    script.write_text(START)
    parent = subprocess.Popen([sys.executable, script, method, how], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    children = [int(word) for word in parent.stdout.readline().split()]
    assert children and not any(map(gone, children))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 2
    while not all(map(gone, children)):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_interrupted_pool_does_not_wait() -> None:
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Pool(2, "fork") as pool:
        for _ in range(4):
            pool.submit(time.sleep, 60)
        raise KeyboardInterrupt
    assert time.monotonic() - begun < 10
