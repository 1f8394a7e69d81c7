"""Read a project in a separate process whenever its files or open documents change.

The process can be stopped. A source that takes too much time or memory, or crashes a library, therefore does
not affect the server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.garbage_collection import IdleCollector
from triptych.engine.memory import Memory
from triptych.engine.processes.pool import BackgroundWorker
from triptych.engine.processes.worker_process import WorkerProcessLostError
from triptych.lsp.snapshot import Snapshot, draw_picture, read_snapshot_in_worker
from triptych.preview.watching import FileWatcher, Stamps
from triptych.project import MANIFEST, Project

_PAUSE = 0.12  # seconds without an edit before the project is read
_MAX_DELAY = 1.0  # seconds of continuous typing after which it is read in any case
_TIME_LIMIT = 120.0  # seconds for reading; the first time takes about ten for a long book
_PICTURE_TIME_LIMIT = 20.0


class ProjectReader:
    """Reads a project repeatedly, with its own thread and worker process.

    ``on_snapshot`` receives each snapshot, ``on_picture`` the digest of a figure and its PNG, and
    ``on_failure`` a finding or an exception. They are called in the reader's thread.
    """

    def __init__(
        self,
        root: Path,
        on_snapshot: Callable[[Snapshot], None],
        on_picture: Callable[[str, bytes], None],
        on_failure: Callable[[Diagnostic | Exception], None],
    ) -> None:
        self.root = root
        self._on_snapshot, self._on_picture, self._on_failure = on_snapshot, on_picture, on_failure
        self._unsaved_texts: Mapping[str, str] = {}
        self._memory = Memory()  # stands in for the memory of the worker process
        self._worker = BackgroundWorker(low_priority=True, has_memory=True)
        self._watcher = FileWatcher(root, IdleCollector().collect)
        self._drawn: set[str] = set()
        self._woken, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"read {root.name}", daemon=True)

    def start(self) -> None:
        """Start the thread, which immediately reads the project."""
        self._thread.start()

    def close(self) -> None:
        """Stop the thread and the process, even while the project is being read."""
        self._stop.set()
        self._woken.set()
        self._worker.stop(timeout=0.5)

    def update(self, unsaved_texts: Mapping[str, str]) -> None:
        """Read the project again with these texts of open documents, as soon as the author pauses."""
        self._unsaved_texts = unsaved_texts
        self._woken.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._woken.clear()
            stamps = self._watcher.stamp_files()
            snapshot = self._read()
            if snapshot is not None:
                project = Project(self.root, trusted=False, unsaved_texts=self._unsaved_texts)
                stamps = self._watcher.watch_inputs(project, snapshot.digests, stamps)
                self._on_snapshot(snapshot)
                self._draw_pictures(snapshot)
            self._wait_for_change(stamps)

    def _wait_for_change(self, stamps: Stamps) -> None:
        if self._watcher.wait_for_change(stamps, self._woken) is not None:
            return
        end = time.monotonic() + _MAX_DELAY
        while not self._stop.is_set() and time.monotonic() < end:
            self._woken.clear()
            if not self._woken.wait(_PAUSE):
                break

    def _read(self) -> Snapshot | None:
        start = time.monotonic()
        try:
            with _StopWatch(_TIME_LIMIT, self._worker):
                try:
                    return self._run_job()
                except WorkerProcessLostError:
                    if time.monotonic() - start > _TIME_LIMIT or self._stop.is_set():
                        raise
                    return self._run_job()  # the process may have ended since it last read the project
        except WorkerProcessLostError:
            reason = f"reading the project took more than {_TIME_LIMIT:g} s, or too much memory"
            hint = "undo the last edit, or split the longest section"
            self._report(Diagnostic(code="SEC009", span=Span(path=MANIFEST), message=reason, hint=hint))
        except Exception as error:
            self._report(error)
        return None

    def _run_job(self) -> Snapshot:
        return self._worker.run_job(read_snapshot_in_worker, self.root, self._unsaved_texts, self._memory)

    def _draw_pictures(self, snapshot: Snapshot) -> None:
        """Draw the figures that have changed, until the project must be read again."""
        for identifier, target in snapshot.targets.items():
            if self._woken.is_set():
                return
            if target.picture and target.picture not in self._drawn:
                self._drawn.add(target.picture)
                try:
                    with _StopWatch(_PICTURE_TIME_LIMIT, self._worker):
                        picture = self._worker.run_job(draw_picture, identifier, self._memory)
                except WorkerProcessLostError:
                    return  # the book is lost with the process
                except Exception as error:
                    self._report(error)
                    continue
                if picture is not None:
                    self._on_picture(target.picture, picture)

    def _report(self, failure: Diagnostic | Exception) -> None:
        if not self._stop.is_set():
            self._on_failure(failure)


class _StopWatch:
    """Stops a worker process if a ``with`` block takes too long."""

    def __init__(self, seconds: float, worker: BackgroundWorker) -> None:
        self._timer = threading.Timer(seconds, worker.stop, (0,))
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()
