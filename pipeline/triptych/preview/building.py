"""Rebuild a project's outputs after each change, and publish each output as soon as it is written.

Builds run as in ``triptych build``, in one session (``session.py``). The EPUB and the deck are first shown
without PDF page numbers, and rewritten when the page numbers are known. If an output has errors, its last
good version is shown.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from triptych.diagnostics import Diagnostic, has_errors, sort_findings
from triptych.engine.build_records import (
    UNREPEATED_CODES,
    BuildRecord,
    get_record_path,
    make_build_key,
    write_record,
)
from triptych.engine.build_socket import BuildSocket
from triptych.engine.garbage_collection import IdleCollector
from triptych.engine.processes.pool import BackgroundWorker, BackgroundWorkerStopped, count_processors
from triptych.engine.system_errors import describe_system_error
from triptych.folders import resolve_links
from triptych.formats import FORMATS, OutputFormat
from triptych.press import press
from triptych.preview.outputs import (
    find_first_changed_page,
    find_libreoffice,
    open_ebook,
    read_pages,
    read_slides,
    render_slides,
)
from triptych.preview.state import OutputFile, SharedState
from triptych.preview.watching import FileWatcher, Stamps, clear_template_caches, list_changed_paths
from triptych.project import BUILD_FOLDER, MANIFEST, Project
from triptych.request import BuildRequest
from triptych.session import BuildSession
from triptych.stages import FinishedOutput, Manuscript


class BuildObserver(Protocol):
    """Receives the progress of builds. Its methods are called from several threads."""

    def receive_findings(self, findings: list[Diagnostic]) -> None:
        """Receive new findings of a build stage."""

    def receive_output(self, output: OutputFile) -> None:
        """Receive an output that a build has written for the first time."""

    def receive_failure(self, reason: str) -> None:
        """Receive the description of an exception raised while building or drawing slides."""


class PreviewBuilder:
    """Builds a project at the start and after each change of its files, until the builder is closed."""

    def __init__(
        self,
        root: Path,
        shared: SharedState,
        observer: BuildObserver,
        *,
        formats: tuple[OutputFormat, ...] | None = None,
        profiles: tuple[str, ...] = (),
        trusted: bool = True,
        cache_folder: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.root, self.shared, self.observer = resolve_links(root), shared, observer
        self.environ, self.trusted = environ, trusted
        self.watcher = FileWatcher(self.root, IdleCollector().collect)
        records = self._make_project().records_folder
        self._request = BuildRequest(
            output_folder=self.root / BUILD_FOLDER,
            formats=formats,
            cache_folder=(cache_folder or records).absolute(),
            records_folder=records,
            profiles=profiles,
            jobs=count_processors(),
            previews=True,
        )
        self._session = BuildSession(self._request.jobs, has_memory=True)
        self._slide_worker = BackgroundWorker()
        self._deck_changed = threading.Event()
        self._stop, self._woken = threading.Event(), threading.Event()
        self._requests = BuildSocket(records, self._woken.set)
        jobs = (self._build_after_changes, self._render_decks)
        self._threads = [threading.Thread(target=job, name=job.__name__, daemon=True) for job in jobs]

    def start(self) -> None:
        """Start the worker processes, and the threads that build the project and draw slides."""
        self._session.__enter__()
        self._session.start_workers()  # workers are forked, which must happen before threads are started
        self._requests.__enter__()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop the threads and processes, even during a build."""
        self._stop.set()
        self._woken.set()
        self._deck_changed.set()
        self.shared.close_preview()
        self._requests.__exit__()
        self._session.abort()
        self._slide_worker.stop()
        for thread in self._threads:
            thread.join(timeout=5)

    def _make_project(self) -> Project:
        return Project(self.root, self.environ, trusted=self.trusted)

    def _make_build_key(self, project: Project) -> str:
        return make_build_key(
            project, self._request.list_options(trusted=self.trusted), project.records_folder
        )

    # --- Building ---------------------------------------------------------------------------------

    def _build_after_changes(self) -> None:
        seen = self.watcher.stamp_files()  # before the build, so that later changes are noticed
        last = _LastBuild()
        while not self._stop.is_set():
            project = self._make_project()
            if not last.is_current(project, self._make_build_key(project)):
                last = self._build_and_report()
            self._answer_requests(last)
            # Files that the build requested are watched from now on.
            before = {**self.watcher.stamp_paths(self.watcher.requested_paths - seen.keys()), **seen}
            now = self._wait_for_change(before, last)
            if now is None:
                return
            seen = now
            if clear_template_caches(self.root, list_changed_paths(before, seen), self._session.memory):
                self._session.restart()

    def _wait_for_change(self, stamps: Stamps, last_build: _LastBuild) -> Stamps | None:
        """Answer build requests until a file changes.

        Return the new file stamps, or None if the builder is closed.
        """
        while (seen := self.watcher.wait_for_change(stamps, self._woken)) is None and not self._stop.is_set():
            self._woken.clear()
            if self.watcher.stamp_files() == stamps:  # otherwise the next build answers the requests
                self._answer_requests(last_build)
        return seen

    def _answer_requests(self, last_build: _LastBuild) -> None:
        while (request := self._requests.take_request()) is not None:
            request.answer(last_build.answer if request.key == last_build.key else None)

    def _build_and_report(self) -> _LastBuild:
        """Build the project, and return the result of the build.

        If an exception is raised, report it and return an empty result, so that the preview continues.
        """
        project = self._make_project()
        try:
            return self._build_outputs(project)
        except Exception as error:
            self.shared.update_state(running_stages=frozenset())
            self._report_exception(error)
            return _LastBuild()
        finally:
            self.watcher.requested_paths = frozenset(project.digests)

    def _build_outputs(self, project: Project) -> _LastBuild:
        key = self._make_build_key(project)
        publisher = _OutputPublisher(self.shared, self.observer, self._deck_changed)
        self.shared.begin_stage("reading")
        outcome = press(project, self._request, self._check_closed, self._session, publisher.show_result)
        was_read = publisher.manuscript is not None
        self.shared.update_state(
            running_stages=frozenset(), failure="", **({} if was_read else {"findings": {}})
        )
        rest = [finding for finding in outcome.diagnostics if finding not in publisher.findings]
        publisher.show_findings("publishing" if was_read else "reading", rest)
        digests = {str(path): digest for path, digest in outcome.digests.items()}
        found = tuple(finding.to_json() for finding in outcome.diagnostics)
        if outcome.has_outputs:
            kept = tuple(one.to_json() for one in outcome.diagnostics if one.code not in UNREPEATED_CODES)
            record = BuildRecord(key, dict(project.digests), digests, kept)
            write_record(get_record_path(project.records_folder, key), record)
        return _LastBuild(key, dict(project.digests), {"found": found, "outputs": digests})

    def _check_closed(self, stage: str) -> None:
        """Raise ``_PreviewClosed`` if the preview has been closed.

        Builds call this at the start of each stage.
        """
        if self._stop.is_set():
            raise _PreviewClosed

    # --- Images of slides -------------------------------------------------------------------------

    def _render_decks(self) -> None:
        program = find_libreoffice()
        with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as folder:
            while not self._stop.is_set():
                self._deck_changed.wait()
                self._deck_changed.clear()
                self.shared.wait_until_visible("pptx")
                if program is not None and not self._stop.is_set() and self.shared.state.slides:
                    self._render_new_slides(program, Path(folder))

    def _render_new_slides(self, program: Path, folder: Path) -> None:
        """Draw the slides of the current deck that have no image yet."""
        state = self.shared.state
        keys = {slide.image_key for slide in state.slides}
        self.shared.begin_stage("pictures")
        try:
            deck = state.outputs["pptx"].data
            drawn = self._slide_worker.run_job(
                render_slides, deck, program, folder, frozenset(state.slide_images)
            )
            kept = {key: picture for key, picture in state.slide_images.items() if key in keys}
            self.shared.update_state(slide_images={**kept, **drawn})
        except BackgroundWorkerStopped:
            pass
        except Exception as error:
            self._report_exception(error)
        finally:
            self.shared.end_stage("pictures")

    def _report_exception(self, error: Exception) -> None:
        """Report an exception, unless the preview has been closed."""
        if not self._stop.is_set():
            found = describe_system_error(error, (self._request.output_folder, self._request.records_folder))
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            reason = found.message if found else reason
            self.shared.update_state(failure=reason)
            self.observer.receive_failure(reason)


class _PreviewClosed(Exception):
    """Raised during a build if the preview has been closed."""


@dataclass(frozen=True, slots=True)
class _LastBuild:
    """The key of the last build, the digests of its inputs, and its result.

    ``answer`` is the result that is sent to other processes if they request a build with this key.
    """

    key: str = ""
    inputs: Mapping[str, str | None] = field(default_factory=dict)
    answer: Mapping[str, Any] | None = None

    def is_current(self, project: Project, key: str) -> bool:
        """Return whether a build with this key would read the same inputs as the last build."""
        was_read = bool(self.inputs.get(MANIFEST))
        return was_read and BuildRecord(self.key, self.inputs, {}).is_current(project, key)


class _OutputPublisher:
    """Shows each output of a build in the preview as soon as it is written."""

    def __init__(self, shared: SharedState, observer: BuildObserver, deck_changed: threading.Event) -> None:
        self._shared, self._observer, self._deck_changed = shared, observer, deck_changed
        self._start = time.perf_counter()
        self._lock = threading.Lock()  # ``show_result`` is called in several threads
        self._shown_outputs: dict[str, bytes] = {}
        self.findings: list[Diagnostic] = []
        self.manuscript: Manuscript | None = None

    def show_result(self, step: str, item: Any, result: Any) -> None:
        """Receive the result of a build step, and show its findings and its output."""
        with self._lock:
            if isinstance(result, Manuscript):
                self.manuscript = result
                self._shared.update_state(findings={})
                self.show_findings("reading", result.findings)
                title = result.book.metadata.title
                self._shared.update_state(title=title, failure="", running_stages=frozenset(result.formats))
            elif isinstance(result, FinishedOutput) and self.manuscript is not None:
                self._shared.end_stage(item)
                self.show_findings(item, result.findings)
                if not has_errors(result.findings) and not FORMATS[item].is_record:
                    self._show_output(item, result.data, self.manuscript.manifest.get_file_name(item))

    def show_findings(self, stage: str, findings: Sequence[Diagnostic]) -> None:
        """Show the findings of a build stage, and pass new findings to the observer."""
        findings = sort_findings(findings)
        self._shared.set_findings(stage, findings)
        self._observer.receive_findings([finding for finding in findings if finding not in self.findings])
        self.findings += findings

    def _show_output(self, name: OutputFormat, data: bytes, file_name: str) -> None:
        if self._shown_outputs.get(name) == data:
            return
        output = OutputFile.from_data(file_name, data, time.perf_counter() - self._start)
        fields: dict[str, Any] = {}
        match name:
            case "epub":
                fields = {"ebook": open_ebook(data)}
            case "pptx":
                fields = {"slides": read_slides(data)}
            case "pdf":
                pages, before = read_pages(data), self._shared.state
                changed = find_first_changed_page(before.pages, pages) if before.pages else None
                fields = {"pages": pages, "changed_page": changed or before.changed_page}
        self._shared.set_output(name, output, **fields)
        if FORMATS[name].is_deck:
            self._deck_changed.set()
        if name not in self._shown_outputs:
            self._observer.receive_output(output)
        self._shown_outputs[name] = data
