"""Build titles with the workers of a Dask cluster.

The content of each file travels once to each worker that needs it, under its digest: no disk is shared.
Outputs come back with the result and are put into place here. A title whose worker is lost goes to another.
"""

from __future__ import annotations

import errno
import hashlib
import multiprocessing
import os
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from triptych.catalog.title_build import TitleJob, TitleResult, TitleState, build_title
from triptych.catalog.workers import BoundedProcess, Bounds, Done, Lost
from triptych.engine.publication import publish
from triptych.engine.store.program import program_digest
from triptych.engine.temporary_files import temporary_folder
from triptych.project import is_link

_TRIES = 6  # of a title whose workers are lost
_REST = 0.5  # seconds, and longer each time
_PATIENCE = "10s"  # for a scheduler to answer
_WAITS = (0.2, 0.5, 1.0, 2.0)  # seconds before it is asked again
_AHEAD = 2  # titles for each thread of the workers: one is built, one lies ready
_COUNTED = 2.0  # seconds between two counts of the cluster's threads
_own = threading.local()


class SchedulerLost(OSError):
    """Nothing answers at the address of the scheduler, or no more."""


@dataclass(slots=True)
class _Sent:
    """A title that is under way, and how often it was sent."""

    work: TitleJob
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
        self, works: Sequence[TitleJob], files: Mapping[str, Mapping[str, Path]]
    ) -> Generator[Done[TitleJob, TitleResult], None, None]:
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
        """Ask the scheduler, again if it fails at first after a worker is lost. Raises ``SchedulerLost``."""
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
        parcel, contents = pack(sent.work, sent.files, self._bounds)
        missing = {digest: data for digest, data in contents.items() if digest not in self._contents}
        keys = {f"triptych-{digest}": data for digest, data in missing.items()}
        scattered = self._asked(self._client.scatter, keys) if keys else {}
        there = {digest: scattered[f"triptych-{digest}"] for digest in missing}
        common = {parcel.files[path] for path, file in sent.files.items() if shared[file] > 1}
        self._contents |= {digest: future for digest, future in there.items() if digest in common}
        sent.contents = {digest: there.get(digest) or self._contents[digest] for digest in contents}
        return self._asked(self._client.submit, build_parcel, parcel, sent.contents, pure=False, retries=0)

    def _received(self, future: Any, sent: _Sent) -> Done[TitleJob, TitleResult] | None:
        """Return the result of a title, None if its worker or the connection was lost: send it again."""
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        sent.contents = {}
        try:
            return unpack(future.result(), sent.work)
        except (CommClosedError, FutureCancelledError, KilledWorker) as error:
            if self._client.status != "running":
                raise self._lost() from error
            if sent.tries < _TRIES:
                return None
            return Done(sent.work, Lost(f"the Dask workers for this title stopped: {error}"), 0.0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A title to build elsewhere. ``files`` are digests (SHA-256) by the paths in its project; ``program`` is
    that of the version that asks, and must be that of the one which builds.
    """

    work: TitleJob
    files: Mapping[str, str]
    program: str
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What became of it, with its outputs by their names, and its log."""

    done: Done[TitleJob, TitleResult]
    outputs: Mapping[str, bytes]
    log: bytes


def pack(work: TitleJob, files: Mapping[str, Path], bounds: Bounds) -> tuple[Parcel, dict[str, bytes]]:
    """Return a parcel, and the contents that it names by their digests. Raises OSError."""
    contents = {path: file.read_bytes() for path, file in files.items()}
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in contents.items()}
    parcel = Parcel(work=work, files=digests, program=program_digest(), bounds=bounds)
    return parcel, {digests[path]: data for path, data in contents.items()}


def build_parcel(parcel: Parcel, contents: Mapping[str, bytes]) -> Returned:
    """Build a title here, in a process beside this one, with what an earlier one has left in its cache."""
    folder = Path(tempfile.mkdtemp(prefix="parcel-", dir=temporary_folder()))
    try:
        return _build_in(parcel, contents, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unpack(returned: Returned, work: TitleJob) -> Done[TitleJob, TitleResult]:
    """Put what came back into its places, if it arrived whole. Raises OSError."""
    done = replace(returned.done, job=work)
    work.log.parent.mkdir(parents=True, exist_ok=True)
    work.log.write_bytes(returned.log)
    if isinstance(done.result, Lost) or not done.result.is_good:
        return done
    arrived = {name: hashlib.sha256(data).hexdigest() for name, data in returned.outputs.items()}
    if arrived != dict(done.result.outputs):
        return replace(done, result=Lost("the outputs were damaged in transfer"))
    publish({work.output_folder / name: data for name, data in returned.outputs.items()})
    return done


def _build_in(parcel: Parcel, contents: Mapping[str, bytes], folder: Path) -> Returned:
    work = replace(
        parcel.work,
        project=folder / "project",
        output_folder=folder / "outputs",
        cache=_choose_cache_folder(),
        log=folder / "log",
    )
    if parcel.program != program_digest():
        reason = "the worker runs a different version of Triptych"
        refused = TitleResult(name=work.name, state=TitleState.FAILED, reason=reason)
        return Returned(done=Done(work, refused, 0.0, 0), outputs={}, log=b"")
    for path, sealed in parcel.files.items():
        place = work.project / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(contents[sealed])
    done = _get_process(parcel.bounds).do(work)
    made = done.result
    names = made.outputs if not isinstance(made, Lost) else ()
    return Returned(
        done=done,
        outputs={name: (work.output_folder / name).read_bytes() for name in names},
        log=work.log.read_bytes() if work.log.exists() else b"",
    )


def _choose_cache_folder() -> Path:
    """Return the folder for results of this user's workers; other users cannot replace it."""
    named = os.environ.get("TRIPTYCH_CACHE", "")
    if named and "://" not in named:
        return Path(named).resolve()
    user = os.geteuid() if hasattr(os, "geteuid") else ""
    folder = Path(tempfile.gettempdir()) / f"triptych-cache-{user}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        if not is_link(folder) and (user == "" or folder.stat().st_uid == user):
            return folder
    return temporary_folder() / "cache"


def _get_process(bounds: Bounds) -> BoundedProcess[TitleJob, TitleResult]:
    """Return the process of this thread, which is reused for the next title."""
    if getattr(_own, "bounds", None) != bounds:
        # Workers of Dask are daemons, which may have no children: these end with their parents by themselves.
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        _own.bounds, _own.process = bounds, BoundedProcess(build_title, bounds)
    process: BoundedProcess[TitleJob, TitleResult] = _own.process
    return process
