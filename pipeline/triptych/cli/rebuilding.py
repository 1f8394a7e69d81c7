"""Rebuild a project after each change: ``triptych build --watch``.

The session also runs builds of the project requested by other processes (``engine/build_socket.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Event
from typing import NoReturn

import click

from triptych.cli.build import BuildResult, build_once
from triptych.cli.lifecycle import StoppedBySignal, prepare_for_work, raise_if_stopped
from triptych.cli.report import Reporter, format_count
from triptych.engine.build_records import make_build_key
from triptych.engine.build_socket import BuildSocket
from triptych.engine.garbage_collection import IdleCollector
from triptych.engine.processes.programs import LibraryNotInstalledError
from triptych.engine.system_errors import describe_system_error
from triptych.engine.temporary_files import is_temporary_folder_deleted
from triptych.preview.watching import FileWatcher, Stamps, clear_template_caches, list_changed_paths
from triptych.project import Project
from triptych.request import BuildRequest
from triptych.session import BuildSession


def build_after_changes(
    project: Project, request: BuildRequest, report: Reporter, *, force: bool
) -> NoReturn:
    """Build now and after each change.

    Stop on a stop signal (``StoppedBySignal``), or if a library is missing.
    """
    with prepare_for_work(), BuildSession(request.jobs, has_memory=True) as session:
        rebuilder = _Rebuilder(project, request, report, session)
        with BuildSocket(project.records_folder, rebuilder.wake_event.set) as requests:
            rebuilder.run(requests, force=force)


class _Rebuilder:
    """Rebuilds a project in a session."""

    def __init__(
        self, project: Project, request: BuildRequest, report: Reporter, session: BuildSession
    ) -> None:
        self._project, self._request, self._report, self._session = project, request, report, session
        self._watch = FileWatcher(project.root, IdleCollector().collect)
        self._inputs: Mapping[str, str | None] = {}  # digests of the files that the last build read, by path
        self.wake_event = Event()

    def run(self, requests: BuildSocket, *, force: bool) -> NoReturn:
        """Build now and after each change, without end."""
        seen = self._watch.stamp_files()
        warms_up = True  # the worker processes have nothing in memory yet
        while True:
            succeeded = self.build(force=force, warms_up=warms_up) is not None
            # Files that changed after ``seen`` was recorded are the next change.
            before = self._watch.watch_inputs(self._project, self._inputs, seen)
            seen = self._wait_for_change(before, requests)
            paths = list_changed_paths(before, seen)
            self._report.print_message(f"{_describe_paths(paths)} changed.", "changed", paths=sorted(paths))
            outdated = clear_template_caches(self._project.root, paths, self._session.memory)
            force = False
            warms_up = outdated or not succeeded or is_temporary_folder_deleted()
            if warms_up:
                self._session.restart()

    def build(self, *, force: bool = False, warms_up: bool = False) -> BuildResult | None:
        """Build once and return the result. If the build raises an exception, report it and return None."""
        project = self._project.reopen()
        try:
            return build_once(
                project, self._request, self._report, force=force, session=self._session, warms_up=warms_up
            )
        except (ImportError, LibraryNotInstalledError):
            raise
        except Exception as error:
            raise_if_stopped()
            system_error = describe_system_error(error)
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            reason = system_error.message if system_error else reason
            if not self._report.as_json:
                click.echo(f"error: {reason}", err=True)
            self._report.write_event("failed", errors=1, warnings=0, notes=0, reason=reason)
            return None
        finally:
            self._inputs = dict(project.digests)

    def _wait_for_change(self, old_stamps: Stamps, requests: BuildSocket) -> Stamps:
        """Answer build requests until a file changes; return the time stamps of all files."""
        try:
            raise_if_stopped()
            self._report.print_message("Waiting for changes (press Ctrl-C to stop).", "waiting")
            while (seen := self._watch.wait_for_change(old_stamps, self.wake_event)) is None:
                self.wake_event.clear()
                self.answer_requests(requests)
        except StoppedBySignal:
            self._report.write_event("stopped")
            raise
        return seen

    def answer_requests(self, requests: BuildSocket) -> None:
        """Run the builds requested by other processes. Decline requests with other options."""
        while (request := requests.take_request()) is not None:
            options = self._request.list_options(self._project)
            built = None
            if request.key == make_build_key(self._project, options, self._project.records_folder):
                built = self.build()
            request.answer(built.to_json() if built else None)


def _describe_paths(paths: Iterable[str]) -> str:
    """Return the path of the changed file, or the number of files if several have changed."""
    names = sorted(paths)
    return names[0] if len(names) == 1 else format_count(len(names), "file")
