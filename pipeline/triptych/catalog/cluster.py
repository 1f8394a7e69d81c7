"""Build titles with the workers of a Dask cluster.

The machines do not need a shared disk: source files are sent to the workers, identified by SHA-256 digest,
and each title's outputs are returned with its result and written on this machine. If a worker is lost, its
title is sent to another worker.
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
from triptych.catalog.workers import FinishedJob, JobLimits, LimitedProcess, LostJob
from triptych.engine.publication import publish_files
from triptych.engine.store.program_digest import get_program_digest
from triptych.engine.temporary_files import get_temporary_folder
from triptych.project import is_link

_MAX_ATTEMPTS = 6  # maximum number of workers to which a title is sent
_BACKOFF = 0.5  # seconds before a title is resent, times the number of attempts
_TIMEOUT = "10s"  # seconds for the scheduler to answer
_RETRY_DELAYS = (0.2, 0.5, 1.0, 2.0)  # seconds before a failed request to the scheduler is repeated
_AHEAD = 2  # titles per thread of the cluster: one that is built, and one that waits
_COUNT_INTERVAL = 2.0  # seconds between counts of the cluster's threads
_thread_data = threading.local()


class SchedulerLostError(OSError):
    """Raised if the Dask scheduler does not respond, or the connection to it is lost."""


@dataclass(slots=True)
class _SentTitle:
    """A title to build on the cluster.

    ``tries`` counts the times it was sent; ``contents`` maps digests to Dask futures of its files.
    """

    job: TitleJob
    files: Mapping[str, Path]
    tries: int
    contents: dict[str, Any] = field(default_factory=dict)


class ClusterClient:
    """A client of the Dask scheduler at an address such as ``tcp://host:8786``.

    Connecting and building may raise ``SchedulerLostError``.
    """

    def __init__(self, address: str, limits: JobLimits) -> None:
        from distributed import Client

        self._limits, self._address = limits, address
        try:
            self._client = Client(address, timeout=_TIMEOUT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise self._make_scheduler_error() from error
        self._contents: dict[str, Any] = {}  # futures of files that several titles share, by digest
        self._counted_at, self._thread_count = float("-inf"), 1

    def build_titles(
        self, jobs: Sequence[TitleJob], files: Mapping[str, Mapping[str, Path]]
    ) -> Generator[FinishedJob[TitleJob, TitleResult], None, None]:
        """Build titles on the cluster, and yield each result as soon as it is available.

        ``files`` maps title names to mappings from project paths to paths on this machine.
        """
        from distributed import as_completed

        use_counts = Counter(file for title_files in files.values() for file in set(title_files.values()))
        waiting = [_SentTitle(job, files[job.name], 0) for job in reversed(jobs)]
        running: dict[Any, _SentTitle] = {}
        queue = as_completed(loop=self._client.loop)
        try:
            while waiting or running:
                while waiting and len(running) < _AHEAD * self._count_threads():
                    sent = waiting.pop()
                    future = self._send_title(sent, use_counts)
                    running[future] = sent
                    queue.add(future)
                future = next(queue)
                sent = running.pop(future)
                done = self._receive_result(future, sent)
                if done is None:
                    self._contents.clear()  # files may have been lost with the worker
                    time.sleep(_BACKOFF * sent.tries)  # until the scheduler has noticed the loss
                    waiting.append(sent)
                else:
                    yield done
        finally:
            with suppress(Exception):  # the scheduler may be gone
                self._client.cancel(list(running))
            with suppress(Exception):
                self._client.close()

    def _count_threads(self) -> int:
        """Return the total number of worker threads, at least 1. Each thread builds one title at a time."""
        if time.monotonic() - self._counted_at > _COUNT_INTERVAL:
            self._thread_count = max(1, sum(self._call_with_retries(self._client.nthreads).values()))
            self._counted_at = time.monotonic()
        return self._thread_count

    def _call_with_retries(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function of the Dask client, with retries, since a call may fail when a worker is lost."""
        from distributed.client import ClosedClientError

        delays = iter(_RETRY_DELAYS)
        while True:
            try:
                return function(*args, **kwargs)
            except (OSError, ClosedClientError) as error:
                delay = next(delays, None)
                if delay is None or self._client.status not in ("running", "connecting"):
                    raise self._make_scheduler_error() from error
                time.sleep(delay)

    def _make_scheduler_error(self) -> SchedulerLostError:
        return SchedulerLostError(errno.ECONNREFUSED, "the Dask scheduler does not respond", self._address)

    def _send_title(self, sent_title: _SentTitle, file_counts: Counter[Path]) -> Any:
        sent_title.tries += 1
        parcel, contents = pack_title(sent_title.job, sent_title.files, self._limits)
        missing = {digest: data for digest, data in contents.items() if digest not in self._contents}
        keys = {f"triptych-{digest}": data for digest, data in missing.items()}
        scattered = self._call_with_retries(self._client.scatter, keys) if keys else {}
        futures = {digest: scattered[f"triptych-{digest}"] for digest in missing}
        common = {parcel.files[path] for path, file in sent_title.files.items() if file_counts[file] > 1}
        self._contents |= {digest: future for digest, future in futures.items() if digest in common}
        sent_title.contents = {digest: futures.get(digest) or self._contents[digest] for digest in contents}
        return self._call_with_retries(
            self._client.submit, build_packed_title, parcel, sent_title.contents, pure=False, retries=0
        )

    def _receive_result(
        self, future: Any, sent_title: _SentTitle
    ) -> FinishedJob[TitleJob, TitleResult] | None:
        """Return a title's result, or None if its worker was lost and the title must be resent."""
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        sent_title.contents = {}
        try:
            return write_returned_title(future.result(), sent_title.job)
        except (CommClosedError, FutureCancelledError, KilledWorker) as error:
            if self._client.status != "running":
                raise self._make_scheduler_error() from error
            if sent_title.tries < _MAX_ATTEMPTS:
                return None
            return FinishedJob(
                sent_title.job, LostJob(f"the Dask workers for this title stopped: {error}"), 0.0, 0
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedTitle:
    """A packed title to build on a worker. ``files`` maps project paths to SHA-256 digests.

    ``program`` is a digest of Triptych's source files; a worker with another version rejects the title.
    """

    job: TitleJob
    files: Mapping[str, str]
    program: str
    limits: JobLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedTitle:
    """The result and the log of a title built on a worker. ``outputs`` maps file names to contents."""

    finished_job: FinishedJob[TitleJob, TitleResult]
    outputs: Mapping[str, bytes]
    log: bytes


def pack_title(
    job: TitleJob, files: Mapping[str, Path], limits: JobLimits
) -> tuple[PackedTitle, dict[str, bytes]]:
    """Pack a title; return it with a mapping from digests to file contents.

    Raise OSError if a file cannot be read.
    """
    contents = {path: file.read_bytes() for path, file in files.items()}
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in contents.items()}
    parcel = PackedTitle(job=job, files=digests, program=get_program_digest(), limits=limits)
    return parcel, {digests[path]: data for path, data in contents.items()}


def build_packed_title(packed_title: PackedTitle, contents: Mapping[str, bytes]) -> ReturnedTitle:
    """Build a title on a cluster worker, in a separate process, with the cache of the worker's machine."""
    folder = Path(tempfile.mkdtemp(prefix="parcel-", dir=get_temporary_folder()))
    try:
        return _build_in_folder(packed_title, contents, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_returned_title(returned_title: ReturnedTitle, job: TitleJob) -> FinishedJob[TitleJob, TitleResult]:
    """Write the log and outputs of a title that was built on another machine; return the finished job.

    If the outputs do not match their digests, they are not written, and the job's result is a ``LostJob``.
    Raise OSError if a file cannot be written.
    """
    done = replace(returned_title.finished_job, job=job)
    job.log.parent.mkdir(parents=True, exist_ok=True)
    job.log.write_bytes(returned_title.log)
    if isinstance(done.result, LostJob) or not done.result.is_successful:
        return done
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in returned_title.outputs.items()}
    if digests != dict(done.result.outputs):
        return replace(done, result=LostJob("the outputs were damaged in transfer"))
    publish_files({job.output_folder / name: data for name, data in returned_title.outputs.items()})
    return done


def _build_in_folder(packed_title: PackedTitle, contents: Mapping[str, bytes], folder: Path) -> ReturnedTitle:
    job = replace(
        packed_title.job,
        project_folder=folder / "project",
        output_folder=folder / "outputs",
        cache_folder=_choose_cache_folder(),
        log=folder / "log",
    )
    if packed_title.program != get_program_digest():
        reason = "the worker runs a different version of Triptych"
        failed_result = TitleResult(name=job.name, state=TitleState.FAILED, reason=reason)
        return ReturnedTitle(finished_job=FinishedJob(job, failed_result, 0.0, 0), outputs={}, log=b"")
    for path, content_digest in packed_title.files.items():
        file = job.project_folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents[content_digest])
    done = _get_process(packed_title.limits).run_job(job)
    result = done.result
    names = result.outputs if not isinstance(result, LostJob) else ()
    return ReturnedTitle(
        finished_job=done,
        outputs={name: (job.output_folder / name).read_bytes() for name in names},
        log=job.log.read_bytes() if job.log.exists() else b"",
    )


def _choose_cache_folder() -> Path:
    """Return the folder in ``TRIPTYCH_CACHE``, or else a temporary folder owned by the current user."""
    from_environment = os.environ.get("TRIPTYCH_CACHE", "")
    if from_environment and "://" not in from_environment:
        return Path(from_environment).resolve()
    user = os.geteuid() if hasattr(os, "geteuid") else ""
    folder = Path(tempfile.gettempdir()) / f"triptych-cache-{user}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        if not is_link(folder) and (user == "" or folder.stat().st_uid == user):
            return folder
    return get_temporary_folder() / "cache"


def _get_process(limits: JobLimits) -> LimitedProcess[TitleJob, TitleResult]:
    """Return the current thread's worker process, which is reused for later titles of the thread."""
    if getattr(_thread_data, "limits", None) != limits:
        # Dask's workers are daemons, which cannot start processes. This process ends with its parent in any
        # case.
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        _thread_data.limits, _thread_data.process = limits, LimitedProcess(build_title, limits)
    process: LimitedProcess[TitleJob, TitleResult] = _thread_data.process
    return process
