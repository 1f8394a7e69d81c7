"""Rebuild the outputs after each change, and show each as soon as it is written.

The builds are those of ``triptych build``, in one session (``session.py``). The e-book and the deck are first
written without pages of the PDF, to be shown at once, and again when these are known. An output with errors
keeps its last good version.
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
from triptych.engine.build_socket import BuildSocket
from triptych.engine.freshness import UNREPEATED_CODES, Record, build_key, record_path, write_record
from triptych.engine.garbage_collection import IdleCollector
from triptych.engine.processes.pool import BackgroundWorker, BackgroundWorkerStopped, default_jobs
from triptych.formats import FORMATS, OutputFormat
from triptych.press import press
from triptych.preview.outputs import (
    draw_slides,
    find_first_change,
    find_libreoffice,
    open_ebook,
    read_leaves,
    read_slides,
)
from triptych.preview.state import FinishedFile, SharedState
from triptych.preview.watching import Stamps, Watch, forget_templates, list_changes
from triptych.project import BUILD_FOLDER, MANIFEST, Project
from triptych.request import Request
from triptych.session import BuildSession
from triptych.stages import Finished, Manuscript


class Voice(Protocol):
    """Is told what happens, from several threads."""

    def report_findings(self, findings: list[Diagnostic]) -> None:
        """Take the findings of a stage."""

    def report_output(self, output: FinishedFile) -> None:
        """Take an output that is shown now."""

    def report_failure(self, reason: str) -> None:
        """Take the reason, not in the source, for which a build failed."""


class Builder:
    """Builds at the start and after each change, until it is closed."""

    def __init__(
        self,
        root: Path,
        shared: SharedState,
        voice: Voice,
        *,
        formats: tuple[OutputFormat, ...] | None = None,
        profiles: tuple[str, ...] = (),
        trusted: bool = True,
        cache_folder: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.root, self.shared, self.voice = root.resolve(), shared, voice
        self.environ, self.trusted = environ, trusted
        self.watch = Watch(self.root, IdleCollector().collect)
        records = self._project().records
        self._request = Request(
            output_folder=self.root / BUILD_FOLDER,
            formats=formats,
            cache_folder=(cache_folder or records).absolute(),
            records_folder=records,
            profiles=profiles,
            jobs=default_jobs(),
            previews=True,
        )
        self._session = BuildSession(self._request.jobs, has_memory=True)
        self._painter = BackgroundWorker()
        self._decks = threading.Event()
        self._stop, self._woken = threading.Event(), threading.Event()
        self._requests = BuildSocket(records, self._woken.set)
        jobs = (self._build_after_changes, self._draw_decks)
        self._threads = [threading.Thread(target=job, name=job.__name__, daemon=True) for job in jobs]

    def start(self) -> None:
        """Start the worker processes, and build."""
        self._session.__enter__()
        self._session.start_workers()  # before there are threads
        self._requests.__enter__()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop, also in the middle of a build."""
        self._stop.set()
        self._woken.set()
        self._decks.set()
        self.shared.close()
        self._requests.__exit__()
        self._session.abort()
        self._painter.stop()
        for thread in self._threads:
            thread.join(timeout=5)

    def _project(self) -> Project:
        return Project(self.root, self.environ, trusted=self.trusted)

    def _key(self, project: Project) -> str:
        return build_key(project, self._request.list_options(trusted=self.trusted), project.records)

    # --- Building ---------------------------------------------------------------------------------

    def _build_after_changes(self) -> None:
        seen = self.watch.look()
        last = _Build()
        while not self._stop.is_set():
            project = self._project()
            if not last.is_current(project, self._key(project)):
                last = self._build_and_report()
            self._answer(last)
            # What was asked for counts from now on; what changed since the look is the next change.
            before = {**self.watch.look_at(self.watch.requested - seen.keys()), **seen}
            now = self._wait(before, last)
            if now is None:
                return
            seen = now
            if forget_templates(self.root, list_changes(before, seen), self._session.memory):
                self._session.restart()

    def _wait(self, before: Stamps, last: _Build) -> Stamps | None:
        """Answer requests until a file changes; return how files are then, None at the end."""
        while (seen := self.watch.wait(before, self._woken)) is None and not self._stop.is_set():
            self._woken.clear()
            if self.watch.look() == before:  # else there is a build to come
                self._answer(last)
        return seen

    def _answer(self, last: _Build) -> None:
        while (request := self._requests.take()) is not None:
            request.answer(last.answer if request.key == last.key else None)

    def _build_and_report(self) -> _Build:
        """Build, and report what goes wrong: neither the loop nor the server ends."""
        project = self._project()
        try:
            return self._build(project)
        except Exception as error:
            self.shared.change(working=frozenset())
            self._fail(error)
            return _Build()
        finally:
            self.watch.requested = frozenset(project.digests)

    def _build(self, project: Project) -> _Build:
        key = self._key(project)
        run = _Run(self.shared, self.voice, self._decks)
        self.shared.begin_stage("reading")
        outcome = press(project, self._request, self._check_end, self._session, run.observe)
        self.shared.change(working=frozenset(), trouble="", **({} if run.manuscript else {"found": {}}))
        rest = [finding for finding in outcome.diagnostics if finding not in run.found]
        run.report("publishing" if run.manuscript else "reading", rest)
        digests = {str(path): digest for path, digest in outcome.digests.items()}
        found = tuple(finding.to_json() for finding in outcome.diagnostics)
        if outcome.ok:
            lasting = tuple(one.to_json() for one in outcome.diagnostics if one.code not in UNREPEATED_CODES)
            record = Record(key, dict(project.digests), digests, lasting)
            write_record(record_path(project.records, key), record)
        return _Build(key, dict(project.digests), {"found": found, "outputs": digests})

    def _check_end(self, stage: str) -> None:
        if self._stop.is_set():
            raise _ClosedError

    # --- Images of slides -------------------------------------------------------------------------

    def _draw_decks(self) -> None:
        program = find_libreoffice()
        with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as folder:
            while not self._stop.is_set():
                self._decks.wait()
                self._decks.clear()
                self.shared.wait_for_look("pptx")
                if program is not None and not self._stop.is_set() and self.shared.state.slides:
                    self._draw(program, Path(folder))

    def _draw(self, program: Path, folder: Path) -> None:
        """Draw the slides of the newest deck that look different from all before."""
        state = self.shared.state
        looks = {slide.look for slide in state.slides}
        self.shared.begin_stage("pictures")
        try:
            deck = state.outputs["pptx"].data
            drawn = self._painter.do(draw_slides, deck, program, folder, frozenset(state.pictures))
            kept = {look: picture for look, picture in state.pictures.items() if look in looks}
            self.shared.change(pictures={**kept, **drawn})
        except BackgroundWorkerStopped:
            pass
        except Exception as error:
            self._fail(error)
        finally:
            self.shared.end_stage("pictures")

    def _fail(self, error: Exception) -> None:
        """Report what went wrong, and go on."""
        if not self._stop.is_set():
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            self.shared.change(trouble=reason)
            self.voice.report_failure(reason)


class _ClosedError(Exception):
    """The preview was closed during a build."""


@dataclass(frozen=True, slots=True)
class _Build:
    """The last build: its key, the digests of the files that it read, and its answer to who asks for it."""

    key: str = ""
    inputs: Mapping[str, str | None] = field(default_factory=dict)
    answer: Mapping[str, Any] | None = None

    def is_current(self, project: Project, key: str) -> bool:
        """Return whether a build would read the same files."""
        was_read = bool(self.inputs.get(MANIFEST))
        return was_read and Record(self.key, self.inputs, {}).is_current(project, key)


class _Run:
    """Shows the outputs of one build as they come."""

    def __init__(self, shared: SharedState, voice: Voice, decks: threading.Event) -> None:
        self._shared, self._voice, self._decks = shared, voice, decks
        self._since = time.perf_counter()
        self._lock = threading.Lock()  # outputs may come at the same time
        self._shown: dict[str, bytes] = {}
        self.found: list[Diagnostic] = []
        self.manuscript: Manuscript | None = None

    def observe(self, step: str, item: Any, result: Any) -> None:
        """Take the result of a step."""
        with self._lock:
            if isinstance(result, Manuscript):
                self.manuscript = result
                self._shared.change(found={})
                self.report("reading", result.found)
                title = result.book.metadata.title
                self._shared.change(title=title, trouble="", working=frozenset(result.formats))
            elif isinstance(result, Finished) and self.manuscript is not None:
                self._shared.end_stage(item)
                self.report(item, result.found)
                if not has_errors(result.found) and not FORMATS[item].record:
                    self._show(item, result.data, self.manuscript.manifest.file_name(item))

    def report(self, stage: str, found: Sequence[Diagnostic]) -> None:
        """Report the findings of a stage, those that are new."""
        found = sort_findings(found)
        self._shared.set_findings(stage, found)
        self._voice.report_findings([finding for finding in found if finding not in self.found])
        self.found += found

    def _show(self, name: OutputFormat, data: bytes, file_name: str) -> None:
        """Show an output in the browser."""
        if self._shown.get(name) == data:
            return
        output = FinishedFile.of(file_name, data, time.perf_counter() - self._since)
        fields: dict[str, Any] = {}
        match name:
            case "epub":
                fields = {"ebook": open_ebook(data)}
            case "pptx":
                fields = {"slides": read_slides(data)}
            case "pdf":
                leaves, before = read_leaves(data), self._shared.state
                place = find_first_change(before.leaves, leaves) if before.leaves else None
                fields = {"leaves": leaves, "place": place or before.place}
        self._shared.set_output(name, output, **fields)
        if FORMATS[name].slides:
            self._decks.set()
        if name not in self._shown:
            self._voice.report_output(output)
        self._shown[name] = data
