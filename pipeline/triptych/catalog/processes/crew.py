"""Several processes of this machine that each do one job at a time, within bounds."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from typing import Generic, TypeVar

from triptych.catalog.processes.guarded import LOOK, Bounds, Done, Guarded

J = TypeVar("J")
R = TypeVar("R")


class Crew(Generic[J, R]):
    """So many processes, which all do the same to each job."""

    def __init__(self, size: int, do: Callable[[J], R], bounds: Bounds) -> None:
        self._members = [Guarded(do, bounds) for _ in range(size)]
        self._jobs: queue.SimpleQueue[J] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done[J, R] | Exception] = queue.SimpleQueue()
        self._over = threading.Event()

    def run(self, jobs: Sequence[J]) -> Generator[Done[J, R], None, None]:
        """Do all jobs, and tell each when it is done. Whoever stops listening ends what is under way.

        Raises what a job raises.
        """
        for job in jobs:
            self._jobs.put(job)
        threads = [threading.Thread(target=self._serve, args=(one,), daemon=True) for one in self._members]
        for thread in threads:
            thread.start()
        try:
            for _ in jobs:
                done = self._done.get()
                if isinstance(done, Exception):
                    raise done
                yield done
            for thread in threads:
                thread.join()
        finally:
            self._over.set()
            while any(thread.is_alive() for thread in threads):  # one may just be starting a process
                for member in self._members:
                    member.end()
                time.sleep(LOOK)

    def _serve(self, member: Guarded[J, R]) -> None:
        """Have a process do jobs until there is none."""
        while not self._over.is_set():
            try:
                self._done.put(member.do(self._jobs.get_nowait()))
            except queue.Empty:
                break
            except Exception as error:
                self._done.put(error)
        member.stop()
