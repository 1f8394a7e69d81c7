"""Rebuild a project's outputs after each change, and publish each output as soon as it is written.

Builds run as in ``triptych build``, in one session (``session.py``). The EPUB and the deck are first shown
without PDF page numbers, and rewritten when the page numbers are known. If an output has errors, its last
good version is shown.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
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
from triptych.engine.processes.pool import BackgroundWorker, BackgroundWorkerStoppedError, count_processors
from triptych.engine.system_errors import describe_system_error
from triptych.folders import resolve_links
from triptych.formats import FORMATS, OutputFormat
from triptych.press import press
from triptych.preview.navigation import read_source_text
from triptych.preview.outputs import (
    find_first_changed_page,
    list_changed_pages,
    open_ebook,
    read_pages,
    read_slides,
)
from triptych.preview.slide_images import find_libreoffice, render_slides
from triptych.preview.source_changes import ChangedFiles
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
        """Receive an output, when a build writes it for the first time."""

    def receive_failure(self, reason: str) -> None:
        """Receive the description of an exception raised while building or drawing slides."""


class PreviewBuilder:
    """Builds a project on start and after each change to its files, until the builder is closed."""

    def __init__(
        self,
        root: Path,
        shared_state: SharedState,
        observer: BuildObserver,
        *,
        formats: tuple[OutputFormat, ...] | None = None,
        profiles: tuple[str, ...] = (),
        trusted: bool = True,
        runs_filters: bool = False,
        cache_folder: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.root, self.shared, self.observer = resolve_links(root), shared_state, observer
        self._project = Project(self.root, environ, trusted=trusted, runs_filters=runs_filters)
        self.watcher = FileWatcher(self.root, IdleCollector().collect)
        self._inputs: Mapping[str, str | None] = {}  # digests of the files that the last build read, by path
        records = self._project.records_folder
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
        self._source_digests: Mapping[str, str | None] = {}
        self._source_texts: dict[str, str] = {}
        self._stop, self._woken = threading.Event(), threading.Event()
        self._requests = BuildSocket(records, self._woken.set)
        jobs = (self._build_after_changes, self._render_decks)
        self._threads = [threading.Thread(target=job, name=job.__name__, daemon=True) for job in jobs]

    def start(self) -> None:
        """Start the worker processes, and the threads that build the project and draw slides."""
        self._session.__enter__()
        self._session.start_workers()  # workers are forked, which must happen before threads start
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

    def _make_build_key(self, project: Project) -> str:
        return make_build_key(project, self._request.list_options(project), project.records_folder)

    # --- Building ---------------------------------------------------------------------------------

    def _build_after_changes(self) -> None:
        seen = self.watcher.stamp_files()  # before the build, so that later changes are noticed
        last = _LastBuild()
        while not self._stop.is_set():
            project = self._project.reopen()
            if not last.is_current(project, self._make_build_key(project)):
                last = self._build_and_report()
            self._answer_requests(last)
            before = self.watcher.watch_inputs(self._project, self._inputs, seen)
            current = self._wait_for_change(before, last)
            if current is None:
                return
            seen = current
            if clear_template_caches(self.root, list_changed_paths(before, seen), self._session.memory):
                self._session.restart()

    def _wait_for_change(self, stamps: Stamps, last_build: _LastBuild) -> Stamps | None:
        """Answer build requests until a file changes.

        Return the new file stamps, or None if the builder is closed.
        """
        while (seen := self.watcher.wait_for_change(stamps, self._woken)) is None and not self._stop.is_set():
            self._woken.clear()
            if self.watcher.stamp_files() == stamps:  # otherwise, the next build answers the requests
                self._answer_requests(last_build)
        return seen

    def _answer_requests(self, last_build: _LastBuild) -> None:
        while (request := self._requests.take_request()) is not None:
            request.answer(last_build.answer if request.key == last_build.key else None)

    def _build_and_report(self) -> _LastBuild:
        """Build the project, and return the result.

        If an exception is raised, report it and return an empty result, so that the preview continues.
        """
        project = self._project.reopen()
        try:
            return self._build_outputs(project)
        except Exception as error:
            self.shared.update_state(running_stages=frozenset())
            self._report_exception(error)
            return _LastBuild()
        finally:
            self._inputs = dict(project.digests)

    def _build_outputs(self, project: Project) -> _LastBuild:
        key = self._make_build_key(project)
        publisher = _OutputPublisher(
            self.shared, self.observer, self._deck_changed, lambda: self._note_changes(project)
        )
        self.shared.begin_stage("reading")
        outcome = press(project, self._request, self._check_closed, self._session, publisher.show_result)
        was_read = publisher.manuscript is not None
        self.shared.update_state(
            running_stages=frozenset(), failure="", **({} if was_read else {"findings": {}})
        )
        rest = [finding for finding in outcome.diagnostics if finding not in publisher.findings]
        publisher.show_findings("publishing" if was_read else "reading", rest)
        digests = {str(path): digest for path, digest in outcome.digests.items()}
        findings = tuple(finding.to_json() for finding in outcome.diagnostics)
        if outcome.has_outputs:
            repeatable = tuple(
                finding.to_json() for finding in outcome.diagnostics if finding.code not in UNREPEATED_CODES
            )
            record = BuildRecord(key, dict(project.digests), digests, repeatable)
            write_record(get_record_path(project.records_folder, key), record)
        return _LastBuild(key, dict(project.digests), {"found": findings, "outputs": digests})

    def _note_changes(self, project: Project) -> None:
        """Record the source files that the build has read, and the first line that has changed in them."""
        old, digests = self._source_digests, dict(project.digests)
        self._source_digests = digests
        changed_texts = {
            path: text
            for path, digest in digests.items()
            if digest is not None and digest != old.get(path) and (text := read_source_text(project, path))
        }
        before = {path: self._source_texts[path] for path in changed_texts if path in self._source_texts}
        self._source_texts.update(changed_texts)
        paths = frozenset(path for path, digest in digests.items() if digest is not None)
        if old and changed_texts:
            number = self.shared.state.change_number + 1
            self.shared.update_state(change=ChangedFiles(before, changed_texts), change_number=number)
        self.shared.update_state(source_paths=paths)

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
            new_images = self._slide_worker.run_job(
                render_slides, deck, program, folder, frozenset(state.slide_images)
            )
            kept_images = {key: picture for key, picture in state.slide_images.items() if key in keys}
            self.shared.update_state(slide_images={**kept_images, **new_images})
        except BackgroundWorkerStoppedError:
            pass
        except Exception as error:
            self._report_exception(error)
        finally:
            self.shared.end_stage("pictures")

    def _report_exception(self, error: Exception) -> None:
        """Report an exception, unless the preview has been closed."""
        if not self._stop.is_set():
            finding = describe_system_error(
                error, (self._request.output_folder, self._request.records_folder)
            )
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            reason = finding.message if finding else reason
            self.shared.update_state(failure=reason)
            self.observer.receive_failure(reason)


class _PreviewClosed(Exception):
    """Raised during a build if the preview has been closed."""


@dataclass(frozen=True, slots=True)
class _LastBuild:
    """The key of the last build, the digests of its inputs, and its result.

    ``answer`` is the result sent to other processes that request a build with this key.
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

    def __init__(
        self,
        shared_state: SharedState,
        observer: BuildObserver,
        deck_changed: threading.Event,
        note_changes: Callable[[], None],
    ) -> None:
        self._shared, self._observer, self._deck_changed = shared_state, observer, deck_changed
        self._note_changes, self._before = note_changes, shared_state.state
        self._start = time.perf_counter()
        self._lock = threading.Lock()  # several threads call ``show_result``
        self._shown_outputs: dict[str, bytes] = {}
        self.findings: list[Diagnostic] = []
        self.manuscript: Manuscript | None = None

    def show_result(self, step: str, item: Any, result: Any) -> None:
        """Receive the result of a build step, and show its findings and its output."""
        with self._lock:
            if isinstance(result, Manuscript):
                self.manuscript = result
                self._note_changes()
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
        before = self._before
        match name:
            case "epub":
                ebook, files = open_ebook(data), before.ebook.files if before.ebook else {}
                changed_files = (path for path, file in ebook.files.items() if file != files.get(path))
                fields = {"ebook": ebook, "changed_files": frozenset(changed_files)}
            case "pptx":
                slides, old_slides = read_slides(data), frozenset(before.slides)
                numbers = (number for number, slide in enumerate(slides, 1) if slide not in old_slides)
                fields = {"slides": slides, "changed_slides": frozenset(numbers)}
            case "pdf":
                pages = read_pages(data)
                changed_page = find_first_changed_page(before.pages, pages) if before.pages else None
                changed_pages = frozenset(list_changed_pages(before.pages, pages)) & set(
                    range(1, len(pages) + 1)
                )
                fields = {
                    "pages": pages,
                    "changed_page": changed_page or before.changed_page,
                    "changed_pages": changed_pages,
                }
        self._shared.set_output(name, output, **fields)
        if FORMATS[name].is_deck:
            self._deck_changed.set()
        if name not in self._shown_outputs:
            self._observer.receive_output(output)
        self._shown_outputs[name] = data
