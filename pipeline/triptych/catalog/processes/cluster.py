"""Titles built by the workers of a Dask cluster, with the interface of a crew of this machine.

The contents of files travel once to each worker that needs them, under their digests; what comes back is put
into its places here. A title whose worker is lost is given to another. How work is spread and how much memory
workers have, the cluster decides; what a title may take, its bounds.
"""

from __future__ import annotations

import errno
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triptych.catalog.processes.guarded import Bounds, Done, Lost
from triptych.catalog.processes.parcels import build_parcel, packed, placed
from triptych.catalog.title_build import Made, Work

_TRIES = 6  # of a title whose workers are lost
_REST = 0.5  # seconds, and longer each time
_PATIENCE = "10s"  # for a scheduler to answer
_WAITS = (0.2, 0.5, 1.0, 2.0)  # seconds before it is asked again
_AHEAD = 2  # titles for each thread of the workers: one is built, one lies ready
_COUNTED = 2.0  # seconds for which the number of threads is taken as it was


class SchedulerLost(OSError):
    """Nothing answers at the address of the scheduler, or no more."""


@dataclass(slots=True)
class _Sent:
    """A title that is under way, and how often it was sent."""

    work: Work
    files: Mapping[str, Path]
    tries: int
    contents: dict[str, Any] = field(default_factory=dict)


class Cluster:
    """The workers behind a scheduler's address, such as ``tcp://host:8786``. Raises ``SchedulerLost``."""

    def __init__(self, address: str, bounds: Bounds) -> None:
        from distributed import Client

        self._bounds, self._address = bounds, address
        try:
            self._client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise self._lost() from error
        self._contents: dict[str, Any] = {}  # what several titles have, on some worker, by digest
        self._counted, self._count = float("-inf"), 1

    def run(
        self, works: Sequence[Work], files: Mapping[str, Mapping[str, Path]]
    ) -> Generator[Done[Work, Made], None, None]:
        """Build titles with their ``files``, and tell each when it is there."""
        from distributed import as_completed

        shared = Counter(file for own in files.values() for file in set(own.values()))
        waiting = [_Sent(work, files[work.name], 0) for work in reversed(works)]
        under_way: dict[Any, _Sent] = {}
        queue = as_completed(loop=self._client.loop)
        try:
            while waiting or under_way:
                while waiting and len(under_way) < _AHEAD * self._threads():
                    sent = waiting.pop()
                    future = self._send(sent, shared)
                    under_way[future] = sent
                    queue.add(future)
                future = next(queue)
                sent = under_way.pop(future)
                done = self._received(future, sent)
                if done is None:
                    self._contents.clear()  # it may have been lost with a worker
                    time.sleep(_REST * sent.tries)  # until the scheduler knows that the worker is gone
                    waiting.append(sent)
                else:
                    yield done
        finally:
            self._leave(list(under_way))

    def _leave(self, under_way: list[Any]) -> None:
        """Call off what is under way, and go; there may be no scheduler any more, in one way or another."""
        with suppress(Exception):
            self._client.cancel(under_way)
        with suppress(Exception):
            self._client.close()

    def _threads(self) -> int:
        """How many titles all workers build at a time, 1 where none is there yet."""
        if time.monotonic() - self._counted > _COUNTED:
            self._count = max(1, sum(self._asked(self._client.nthreads).values()))
            self._counted = time.monotonic()
        return self._count

    def _asked(self, question: Callable[..., Any], *about: Any, **how: Any) -> Any:
        """What the scheduler answers, also where it fails at first, since a worker has just been lost. Raises
        ``SchedulerLost``.
        """
        from distributed.client import ClosedClientError

        waits = iter(_WAITS)
        while True:
            try:
                return question(*about, **how)
            except (OSError, ClosedClientError) as error:
                wait = next(waits, None)
                if wait is None or self._client.status not in ("running", "connecting"):
                    raise self._lost() from error
                time.sleep(wait)

    def _lost(self) -> SchedulerLost:
        return SchedulerLost(errno.ECONNREFUSED, "the Dask scheduler does not respond", self._address)

    def _send(self, sent: _Sent, shared: Counter[Path]) -> Any:
        sent.tries += 1
        parcel, contents = packed(sent.work, sent.files, self._bounds)
        missing = {digest: data for digest, data in contents.items() if digest not in self._contents}
        keys = {f"triptych-{digest}": data for digest, data in missing.items()}
        scattered = self._asked(self._client.scatter, keys) if keys else {}
        there = {digest: scattered[f"triptych-{digest}"] for digest in missing}
        common = {parcel.files[path] for path, file in sent.files.items() if shared[file] > 1}
        self._contents |= {digest: future for digest, future in there.items() if digest in common}
        sent.contents = {digest: there.get(digest) or self._contents[digest] for digest in contents}
        return self._asked(self._client.submit, build_parcel, parcel, sent.contents, pure=False, retries=0)

    def _received(self, future: Any, sent: _Sent) -> Done[Work, Made] | None:
        """A title that is there; None where it must be sent once more: its worker, or the line, was lost."""
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        sent.contents = {}
        try:
            return placed(future.result(), sent.work)
        except (CommClosedError, FutureCancelledError, KilledWorker) as error:
            if self._client.status != "running":
                raise self._lost() from error
            if sent.tries < _TRIES:
                return None
            return Done(sent.work, Lost(f"the Dask workers for this title stopped: {error}"), 0.0, 0)
